//! Names a trend so that a person understands it: always words as somebody wrote them.
//!
//! The label is the phrase that stands in most of the titles for its rarity, made longer as long as
//! half of its titles agree on how it goes on. It must begin and end as a clause, a quotation or a name
//! does: what is cut out of a sentence gives way to the name in it. A phrase that says nothing by itself
//! (a number, a weekday, a single common word, the medium's own name, what only a few of the titles
//! share) gives way to the opening of the headline: the title of the canonical item if it says most of
//! what all titles say, else of the item that does.
//!
//! A name that says little of what the titles share gives way, too. A trend is named again only when its
//! items changed, and keeps its label until it has grown by half or its titles no longer say it; a smaller
//! half of it does not rename it.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::features::Idf;
use super::language::Lexicon;
use super::phrases::{Phrase, lengthened, phrases};
use super::stops::root;
use super::titles::{Title, capitalised};
use super::wording::{is_plain, is_russian_verb, leans_on_next};
use super::words::{is_katakana, words};

/// Titles read for one name.
const TITLES: usize = 60;
/// Words read of a medium's name.
const WORDS: usize = 40;
/// How many times a trend's titles a name may be used in all and still name it: one word, and more.
const OWN: (f32, f32) = (1.5, 3.0);
/// Share of the titles in which a name stands that is what all of them speak of.
const MOST: f64 = 0.75;
/// How many times more often than in any item a related term stands with a trend.
const CHANCE: f32 = 4.0;
/// Signs of a run of katakana that is a name rather than a word of all days.
const KATAKANA: usize = 5;
/// Share of the titles from which a word is common to them, and of what is common to them all from which
/// a name of so few words says enough.
const SHARED: f64 = 0.5;
const TELLS: (f64, f64, f64) = (0.5, 0.35, 0.25);
const TELLING: usize = 3;
/// Related terms of one trend.
const RELATED: usize = 5;

/// Earlier labels kept of one trend.
const EARLIER: usize = 5;
/// How representative, of the most representative one, the canonical item's title must be to be the
/// headline, and a label to be kept beside a better one.
const ENOUGH: f64 = 0.8;

/// What a trend is called.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Named {
    /// Of the items that it was named by, 0 for none.
    pub(super) key: u64,
    pub(super) label: String,
    /// Labels it had before, oldest first.
    pub(super) earlier: Vec<String>,
    pub(super) headline: String,
    /// The headline's item, and its source.
    pub(super) item: i64,
    pub(super) source: String,
    /// Terms often met with it, as written.
    pub(super) related: Vec<String>,
    /// Titles when it got its label.
    titles: usize,
}

/// A title, and whose it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'a> {
    /// Clean.
    pub(super) title: &'a str,
    pub(super) language: &'static str,
    pub(super) item: i64,
    pub(super) source: &'a str,
    /// Its owner, by number.
    pub(super) owner: u32,
}

/// What there is to name, title by title.
pub(super) struct Titles<'a> {
    pub(super) said: &'a [Told<'a>],
    /// Names of the media and owners: none of them is a label.
    pub(super) media: &'a [&'a str],
    /// The tag that all is about, as written, if it is nothing else.
    pub(super) tag: Option<String>,
    /// The item that leads.
    pub(super) canonical: Option<i64>,
}

impl Named {
    /// The name of a trend with other items than it was named by; no label is one of the media's names.
    pub(super) fn renew(mut self, lexicon: &mut Lexicon, idf: &Idf, of: &Titles) -> Self {
        let canonical = of
            .said
            .iter()
            .position(|told| Some(told.item) == of.canonical);
        let name = name(lexicon, idf, of, canonical, &self.label);
        let label = of.tag.clone().unwrap_or(name.label);
        let cut = |label: &str| label.ends_with('…');
        let count = of.said.len();
        // a short name that the titles still say is not made a sentence by their number
        let is_better = !name.is_said || !label.contains(self.label.as_str());
        let grown =
            (count * 2 >= self.titles * 3 && is_better) || (cut(&self.label) && !cut(&label));
        // two halves of a trend must not take turns: the smaller one does not rename it
        let is_lost = !name.is_said && count >= self.titles && !self.earlier.contains(&label);
        if self.label.is_empty() || ((grown || is_lost) && label != self.label) {
            let former = std::mem::replace(&mut self.label, label);
            if !former.is_empty() {
                self.earlier
                    .retain(|earlier| *earlier != former && *earlier != self.label);
                self.earlier.push(former);
                let surplus = self.earlier.len().saturating_sub(EARLIER);
                self.earlier.drain(..surplus);
            }
            self.titles = of.said.len();
        }
        if let Some(told) = of.said.get(name.headline) {
            told.title.clone_into(&mut self.headline);
            told.source.clone_into(&mut self.source);
            self.item = told.item;
        }
        self.related = name.related;
        self
    }
}

/// What some titles are called.
struct Name {
    label: String,
    /// Index of the representative title among those given.
    headline: usize,
    related: Vec<String>,
    /// Is the label that it had before still said by the titles?
    is_said: bool,
}

/// Names what the clean titles have in common; each comes with its language. No label says one of the
/// `media`'s own names; the one it had `before` stays if it is nearly as good.
fn name(
    lexicon: &mut Lexicon,
    idf: &Idf,
    of: &Titles,
    canonical: Option<usize>,
    before: &str,
) -> Name {
    let language = of.said.first().map_or("en", |told| told.language);
    let media: Vec<FxHashSet<u32>> = of
        .media
        .iter()
        .map(|name| stems(lexicon, name, language).into_iter().collect())
        .collect();
    let said: FxHashSet<u32> = stems(lexicon, before, language).into_iter().collect();
    let titles: Vec<Title> = of
        .said
        .iter()
        .take(TITLES)
        .map(|told| Title::read(lexicon, told.title, told.language))
        .collect();
    let owners: Vec<u32> = of.said.iter().map(|told| told.owner).collect();
    let coverage = coverage(&titles);
    let headline = headline(&titles, &coverage, idf, canonical);
    // what the titles share weighs; what one of them adds does not
    let weight = |stem: u32| {
        let share = coverage.get(&stem).copied().unwrap_or_default();
        if share * titles.len() as f64 > 1.5 {
            share * f64::from(idf.of(stem))
        } else {
            0.0
        }
    };
    let opening = || {
        let title = titles.get(headline);
        title.map_or(String::new(), |title| title.opening(&weight))
    };
    let phrases = phrases(&titles, &owners, idf);
    let is_own = |phrase: &Phrase| {
        media
            .iter()
            .any(|own| phrase.stems.iter().all(|stem| own.contains(stem)))
    };
    // a name says enough if the titles share little else
    let shared = |stem: u32| {
        let share = coverage.get(&stem).copied().unwrap_or_default();
        if share >= SHARED { weight(stem) } else { 0.0 }
    };
    let all: f64 = coverage.keys().map(|stem| shared(*stem)).sum();
    let tells = |phrase: &Phrase| {
        let uses = phrase.stems.iter().map(|stem| idf.uses(*stem));
        let is_new = phrase.titles * 10 >= titles.len() * 9
            && uses.fold(f32::MAX, f32::min) <= phrase.titles as f32 + 1.0;
        let least = match (phrase.stems.len(), is_new) {
            (1, false) => TELLS.0,
            (2.., true) => TELLS.2,
            _ => TELLS.1,
        };
        phrase.stems.iter().map(|stem| shared(*stem)).sum::<f64>() >= all * least
    };
    let is_common = |phrase: &Phrase| phrase.titles * 5 >= titles.len() * 2 && phrase.titles > 1;
    let reads = |phrase: &Phrase| {
        phrase.is_saying
            && phrase.is_headed
            && phrase.is_plain
            && (phrase.is_whole || is_unit(phrase))
            && is_common(phrase)
            && !is_own(phrase)
            && says_enough(phrase, titles.len(), idf)
    };
    let first = phrases
        .iter()
        .find(|phrase| phrase.is_saying && !is_own(phrase));
    let best = first
        .map(|phrase| lengthened(phrase, &phrases))
        // what is cut out of a sentence gives way to the name in it
        .and_then(|whole| {
            let name = || {
                phrases.iter().find(|part| {
                    let long = part.stems.len() > 1 && part.stems.len() < whole.stems.len();
                    long && part.is_all_name
                        && reads(part)
                        && whole
                            .stems
                            .windows(part.stems.len())
                            .any(|run| run == part.stems)
                })
            };
            if reads(whole) && (whole.stems.len() > TELLING || tells(whole)) {
                Some(whole)
            } else {
                name().filter(|name| tells(name))
            }
        })
        // what most of the titles share, whatever stands beside it
        .or_else(|| {
            let is_shared = |part: &&Phrase| {
                part.titles * 5 >= titles.len() * 3
                    && part.is_name
                    && is_unit(part)
                    && reads(part)
                    && tells(part)
            };
            phrases.iter().find(is_shared)
        });
    let label = match best {
        Some(best) => {
            let mut words = best.surface;
            // "Typhoon Kalmaegi's" impact, the 第 of a number
            for end in ["'s", "’s", "第"] {
                words = words.trim_end_matches(end);
            }
            capitalised(root_of_last(words, language))
        }
        None => opening(),
    };
    let own = stems(lexicon, &label, language);
    let related = related(&phrases, (&label, own), &titles, idf, &is_own);
    // a title has it still, or half of its words stand in two fifths of them
    let whole = before.trim_end_matches(" …").to_lowercase();
    let is_written = titles
        .iter()
        .any(|title| title.text.to_lowercase().contains(&whole));
    let still = said
        .iter()
        .filter(|stem| coverage.get(stem).is_some_and(|share| *share >= 0.4));
    Name {
        label,
        headline,
        related,
        is_said: is_written || (still.count() * 2 >= said.len() && !said.is_empty()),
    }
}

/// Is a phrase a unit of speech by its neighbours, and does it end as a name does?
fn is_unit(phrase: &Phrase) -> bool {
    let last = phrase.surface.rsplit(' ').next().unwrap_or_default();
    // in a script without spaces pieces overlap: their neighbours tell little
    phrase.is_unit
        && !phrase.is_unspaced
        && (phrase.is_all_name || (phrase.is_name && !leans_on_next(last)))
}

fn stems(lexicon: &mut Lexicon, text: &str, language: &'static str) -> Vec<u32> {
    words(text, WORDS)
        .into_iter()
        .filter_map(|word| lexicon.form(&text[word.start..word.end], language))
        .map(|form| form.stem)
        .collect()
}

/// Does a phrase name what happened? A sentence must be whole; a name must be what is spoken of, and hardly
/// used but in these titles.
fn says_enough(phrase: &Phrase, titles: usize, idf: &Idf) -> bool {
    if phrase.is_unspaced {
        let signs = phrase.surface.chars().count();
        return phrase.stems.len() > 1 || (is_katakana(phrase.surface) && signs >= KATAKANA);
    }
    let words = phrase.surface.split_whitespace();
    let first = words.clone().next().unwrap_or_default();
    if words.count() > 3 {
        return phrase.closes > 0;
    }
    let uses = phrase
        .stems
        .iter()
        .map(|stem| idf.uses(*stem))
        .fold(f32::MAX, f32::min);
    let own = if phrase.stems.len() > 1 { OWN.1 } else { OWN.0 };
    let is_its_own = phrase.titles as f32 * own >= uses;
    let share = phrase.titles as f64 / titles as f64;
    !is_russian_verb(&first.to_lowercase())
        && (phrase.opens > 0 || share >= MOST)
        && (is_its_own || (phrase.stems.len() > 1 && !phrase.is_name))
        && (phrase.stems.len() > 1 || (phrase.is_name && share >= ENOUGH))
}

/// Names that are met with a trend more often than by chance, said by several owners: what a reader would
/// look for next. None says the label again, or another one.
fn related(
    phrases: &[Phrase],
    (label, stems): (&str, Vec<u32>),
    titles: &[Title],
    idf: &Idf,
    is_own: &dyn Fn(&Phrase) -> bool,
) -> Vec<String> {
    let mut used: FxHashSet<u32> = stems.into_iter().collect();
    let mut written = vec![label.to_lowercase()];
    let mut related: Vec<String> = Vec::new();
    for phrase in phrases {
        if related.len() == RELATED {
            break;
        }
        let share = phrase.titles as f32 / titles.len() as f32;
        let rarest = phrase
            .stems
            .iter()
            .map(|stem| idf.of(*stem))
            .fold(0.0, f32::max);
        let by_chance = (1.0 - rarest).exp();
        let lower = phrase.surface.to_lowercase();
        if phrase.owners > 1
            && is_term(phrase)
            && !is_own(phrase)
            && (share >= CHANCE * by_chance || idf.is_new())
            && !phrase.stems.iter().any(|stem| used.contains(stem))
            && !written
                .iter()
                .any(|said| said.contains(&lower) || lower.contains(said.as_str()))
        {
            used.extend(&phrase.stems);
            written.push(lower);
            related.push(phrase.surface.to_owned());
        }
    }
    related
}

/// Is a phrase a name in whole, in the form in which one looks for it?
fn is_term(phrase: &Phrase) -> bool {
    let surface = phrase.surface;
    if !phrase.is_saying || !phrase.is_headed || surface.starts_with(char::is_numeric) {
        return false;
    }
    if phrase.is_unspaced {
        // a run of kana, or what stands apart; never a cut out of a longer run
        return phrase.is_whole && (is_katakana(surface) || phrase.is_unit);
    }
    let ends_as_name = surface.rsplit(' ').next().is_some_and(|last| {
        !leans_on_next(last) && !["'s", "’s"].iter().any(|end| surface.ends_with(end))
    });
    let is_single = phrase.stems.len() == 1;
    phrase.is_all_name
        && !phrase.is_cut
        && phrase.is_plain
        && ends_as_name
        && (!is_single || (surface.chars().count() > 2 && !is_adjective(surface)))
}

/// Is a word by itself one of quality or origin (`Iranian`, «Московской»), in any form?
fn is_adjective(word: &str) -> bool {
    let lower = word.to_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    let has_inner = word.chars().skip(1).any(char::is_uppercase);
    !has_inner
        && (is_plain(word, None) == Some(false)
            || ends(&[
                "ian", "ish", "ese", "stani", "ий", "ый", "ой", "ая", "яя", "ое", "ые", "ие", "ей",
            ]))
}

/// A label without the particle that Korean glues to its last word.
fn root_of_last<'a>(label: &'a str, language: &str) -> &'a str {
    if language != "ko" {
        return label;
    }
    let last = label.rsplit(' ').next().unwrap_or_default();
    let cut = last.len() - root(last, language).len();
    &label[..label.len() - cut]
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

/// The title that says most of what all say, or the canonical one if it says nearly as much.
fn headline(
    titles: &[Title],
    coverage: &FxHashMap<u32, f64>,
    idf: &Idf,
    canonical: Option<usize>,
) -> usize {
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
    canonical
        .filter(|at| {
            titles
                .get(*at)
                .is_some_and(|title| score(title) >= best.1 * ENOUGH)
        })
        .unwrap_or(best.0)
}

#[cfg(test)]
mod tests;
