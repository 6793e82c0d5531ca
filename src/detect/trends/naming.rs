//! Names a trend so that a person understands it: always words as somebody wrote them.
//!
//! The label is the phrase that stands in most of the titles for its rarity; the headline the title
//! that says most of what all of them say without saying much else.

use rustc_hash::{FxHashMap, FxHashSet};

use super::features::Idf;
use super::language::Lexicon;
use super::words::{Word, words};

/// Longest phrase, in words.
const PHRASE: usize = 4;
/// Titles read for one name.
const TITLES: usize = 60;
/// Words read of one title.
const WORDS: usize = 40;

/// What a trend is called.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Name {
    pub(super) label: String,
    /// Index of the representative title among those given.
    pub(super) headline: usize,
    pub(super) related: Vec<String>,
}

struct Title<'a> {
    text: &'a str,
    words: Vec<(Word, Option<u32>)>,
}

/// Names what the titles have in common; each comes with its language.
pub(super) fn name(lexicon: &mut Lexicon, idf: &Idf, titles: &[(&str, &'static str)]) -> Name {
    let titles: Vec<Title> = titles
        .iter()
        .take(TITLES)
        .map(|(text, language)| Title {
            text,
            words: words(text, WORDS)
                .into_iter()
                .map(|word| {
                    (
                        word,
                        lexicon
                            .form(&text[word.start..word.end], language)
                            .map(|form| form.stem),
                    )
                })
                .collect(),
        })
        .collect();
    let coverage = coverage(&titles);
    let headline = headline(&titles, &coverage, idf);
    let phrases = phrases(&titles, idf);
    let Some(best) = phrases.first() else {
        let label = titles
            .get(headline)
            .map_or(String::new(), |title| title.text.to_owned());
        return Name {
            label,
            headline,
            related: Vec::new(),
        };
    };
    let mut used: FxHashSet<u32> = best.stems.iter().copied().collect();
    let mut related = Vec::new();
    for phrase in &phrases[1..] {
        if related.len() < 5
            && phrase.titles >= 2
            && phrase.stems.iter().all(|stem| used.insert(*stem))
        {
            related.push(phrase.surface.clone());
        }
    }
    Name {
        label: best.surface.clone(),
        headline,
        related,
    }
}

/// Share of titles in which each stem stands.
fn coverage(titles: &[Title]) -> FxHashMap<u32, f64> {
    let mut counts: FxHashMap<u32, f64> = FxHashMap::default();
    for title in titles {
        let stems: FxHashSet<u32> = title.words.iter().filter_map(|(_, stem)| *stem).collect();
        for stem in stems {
            *counts.entry(stem).or_default() += 1.0 / titles.len() as f64;
        }
    }
    counts
}

fn headline(titles: &[Title], coverage: &FxHashMap<u32, f64>, idf: &Idf) -> usize {
    let score = |title: &Title| {
        let mut stems: Vec<u32> = title.words.iter().filter_map(|(_, stem)| *stem).collect();
        stems.sort_unstable();
        stems.dedup();
        let sum: f64 = stems
            .iter()
            .map(|stem| coverage[stem] * f64::from(idf.of(*stem)))
            .sum();
        sum / (stems.len() as f64 + 4.0)
    };
    let mut best = (0, f64::MIN);
    for (at, title) in titles.iter().enumerate() {
        let score = score(title);
        if score > best.1 + 1e-9 {
            best = (at, score);
        }
    }
    best.0
}

struct Phrase {
    stems: Vec<u32>,
    surface: String,
    titles: usize,
    score: f64,
}

/// Phrases of the titles, best first.
fn phrases(titles: &[Title], idf: &Idf) -> Vec<Phrase> {
    let mut found: FxHashMap<Vec<u32>, (usize, FxHashMap<&str, usize>)> = FxHashMap::default();
    for title in titles {
        let mut seen: FxHashSet<Vec<u32>> = FxHashSet::default();
        for from in 0..title.words.len() {
            for to in from..(from + PHRASE).min(title.words.len()) {
                if to > from && title.words[to].0.breaks {
                    break;
                }
                if title.words[from].1.is_none() || title.words[to].1.is_none() {
                    continue;
                }
                let stems: Vec<u32> = title.words[from..=to]
                    .iter()
                    .filter_map(|(_, stem)| *stem)
                    .collect();
                let surface = &title.text[title.words[from].0.start..title.words[to].0.end];
                if surface.contains(['*', '_', '\n']) || surface.bytes().all(|b| b.is_ascii_digit())
                {
                    continue;
                }
                let entry = found.entry(stems.clone()).or_default();
                if seen.insert(stems) {
                    entry.0 += 1;
                }
                *entry.1.entry(surface).or_default() += 1;
            }
        }
    }
    let mut phrases: Vec<Phrase> = found
        .into_iter()
        .map(|(stems, (count, surfaces))| {
            let weight: f64 = stems.iter().map(|stem| f64::from(idf.of(*stem))).sum();
            let surface = surfaces
                .into_iter()
                .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)))
                .map_or("", |best| best.0);
            Phrase {
                surface: surface.to_owned(),
                titles: count,
                score: count as f64 * weight.sqrt(),
                stems,
            }
        })
        .collect();
    phrases.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.surface.cmp(&b.surface)));
    phrases
}
