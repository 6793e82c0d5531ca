//! What an item says, as weighed hashes: the vector that stories are compared by.
//!
//! Each word counts twice, as stem and as folded prefix: stems part what prefixes confuse, prefixes
//! join what stems part. A title's words weigh 1, a summary's less; a bare number counts once, and for less.
//! The running idf of the stream is put on by `Idf::weigh`, which also bounds and normalises.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::identify::identify;
use super::language::{Form, Kind, Lexicon, key};
use super::subject::{Name, names};
use super::terms::{folded, numbered, parts, tags};
use super::titles::Title;
use super::vector::{Vector, add_to, keep_heaviest, normalise};
use super::words::{WordKind, words};

/// Weight of a tag, or of a name with its number.
const OWN_TERM: f32 = 0.5;
/// Weight of a bare number.
const NUMBER: f32 = 0.6;
/// Words of a summary that count.
const SUMMARY_WORDS: usize = 80;
/// Words of a title that count.
pub(super) const TITLE_WORDS: usize = 60;
/// Heaviest features kept of one item.
const KEPT: usize = 96;
/// Term counts are halved when so many items were counted, so that years do not freeze them.
const HALVE_AT: f32 = 200_000.0;
/// Terms remembered at most, about; the rarest are forgotten first.
const TERMS: usize = 450_000;

/// An item as read.
#[derive(Debug, Clone, Default)]
pub(super) struct Features {
    /// ISO 639-1 code.
    pub(super) language: &'static str,
    /// Does more than a guess speak for that language?
    pub(super) language_is_sure: bool,
    /// Raw weights, sorted by key.
    pub(super) terms: Vector,
    /// Stems of the title in reading order, each once.
    pub(super) title: Vec<u32>,
    /// Hashtags and mentions, of the text too, as written.
    pub(super) tags: Vec<String>,
    /// Keys of the tags, then of names with their number in the title: terms of their own.
    pub(super) own: Vec<u32>,
    /// Is there anything but a title?
    pub(super) title_only: bool,
    /// Names that it may be about, if there is nothing but a title; sorted.
    pub(super) names: Vec<Name>,
}

/// Reads an item; a word of its summary weighs `weight_of_summary`, one of its title 1. The
/// language is what the source says and what it usually speaks, if the text agrees.
pub(super) fn read(
    lexicon: &mut Lexicon,
    weight_of_summary: f32,
    title: &str,
    summary: &str,
    (said, usual): (Option<&str>, Option<&str>),
) -> Features {
    let reading = identify(
        if title.len() < 40 && !summary.is_empty() {
            summary
        } else {
            title
        },
        said,
        usual,
    );
    let language = reading.code;
    let mut terms = Vector::new();
    let mut stems = Vec::new();
    let in_title = forms(lexicon, title, language, TITLE_WORDS);
    for Said { form, weight, .. } in &in_title {
        if !stems.contains(&form.stem) {
            stems.push(form.stem);
        }
        terms.extend([(form.stem, *weight), (form.prefix, *weight)]);
    }
    let mut said_of_it = Vector::new();
    for Said { form, weight, .. } in forms(lexicon, summary, language, SUMMARY_WORDS) {
        let weight = weight * weight_of_summary;
        said_of_it.extend([(form.stem, weight), (form.prefix, weight)]);
    }
    let title_only = said_of_it.is_empty();
    let tags = tags(title, summary);
    let mut own: Vec<u32> = tags.iter().map(|tag| key_of_tag(tag)).collect();
    let numbers = numbers(lexicon, title, language);
    own.extend(&numbers);
    if !title_only {
        terms.extend(own.iter().map(|key| (*key, OWN_TERM)));
    }
    let names = if title_only {
        let beside = in_title.windows(2).filter(|two| two[1].follows);
        let pairs = beside.map(|two| (two[0].form.stem, two[1].form.stem));
        let numbers = numbers.iter().map(|numbered| (*numbered, *numbered));
        names(&Title::read(lexicon, title, language), numbers, pairs)
    } else {
        Vec::new()
    };
    once(&mut terms);
    once(&mut said_of_it);
    add_to(&mut terms, &said_of_it);
    Features {
        language,
        language_is_sure: reading.is_sure,
        terms,
        title: stems,
        tags,
        own,
        title_only,
        names,
    }
}

/// Sorts terms by key and leaves each once.
pub(super) fn once(terms: &mut Vector) {
    terms.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    terms.dedup_by_key(|term| term.0);
}

/// A word of a text.
struct Said {
    form: Form,
    weight: f32,
    /// Does it stand right behind the one before?
    follows: bool,
}

/// The words' forms with their weights; hyphenated words in parts.
fn forms(lexicon: &mut Lexicon, text: &str, language: &'static str, limit: usize) -> Vec<Said> {
    let mut found = Vec::new();
    let mut follows = false;
    for word in words(text, limit * 2) {
        let whole = &text[word.start..word.end];
        follows &= !word.breaks;
        let mut take = |part: &str, is_number: bool| {
            let number = is_number || part.bytes().all(|b| b.is_ascii_digit());
            let form = lexicon.form(part, language);
            found.extend(form.map(|form| Said {
                form,
                weight: if number { NUMBER } else { 1.0 },
                follows,
            }));
            follows = form.is_some();
        };
        if word.kind == WordKind::Hashtag {
            for part in parts(whole) {
                for word in words(part, limit) {
                    take(&part[word.start..word.end], word.kind == WordKind::Number);
                }
            }
            continue;
        }
        for part in whole.split(['-', '‑']) {
            take(part, word.kind == WordKind::Number);
        }
        if found.len() >= limit {
            break;
        }
    }
    found
}

/// The key of a hashtag or mention as a term of its own.
pub(super) fn key_of_tag(tag: &str) -> u32 {
    key(Kind::Own, false, &folded(tag))
}

/// What an item says of which nothing is left but what its source always says: only that it says so again.
pub(super) fn said_again(source: &str, title: &str) -> Vector {
    vec![(key(Kind::Own, false, &format!("{source}\n{title}")), 1.0)]
}

/// The keys of names with their numbers in a title.
fn numbers(lexicon: &mut Lexicon, title: &str, language: &'static str) -> Vec<u32> {
    let words = words(title, TITLE_WORDS);
    let keys = numbered(title, &words)
        .into_iter()
        .filter_map(|(name, number)| {
            let form = lexicon.form(name, language)?;
            Some(key(Kind::Own, false, &format!("{} {number}", form.stem)))
        });
    keys.collect()
}

/// In how many items of the stream each term stood.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Idf {
    items: f32,
    counts: FxHashMap<u32, f32>,
}

impl Idf {
    /// Counts an item's terms.
    pub(super) fn count(&mut self, terms: &Vector) {
        self.items += 1.0;
        for (key, _) in terms {
            *self.counts.entry(*key).or_default() += 1.0;
        }
        if self.items > HALVE_AT {
            self.items /= 2.0;
            self.counts.values_mut().for_each(|count| *count /= 2.0);
            self.counts.retain(|_, count| *count >= 0.75);
        }
        if self.counts.len() > TERMS {
            let mut floor = 1.5;
            while self.counts.len() > TERMS / 4 * 3 {
                self.counts.retain(|_, count| *count >= floor);
                floor *= 2.0;
            }
        }
    }

    /// In how many items a term stood, those long past counting less.
    pub(super) fn uses(&self, key: u32) -> f32 {
        self.counts.get(&key).copied().unwrap_or(0.0)
    }

    /// Has too little been seen to tell what is rare?
    pub(super) fn is_new(&self) -> bool {
        self.items < 100.0
    }

    /// `1 + ln((N+1)/(n+1))`: REF's smoothing, never zero.
    pub(super) fn of(&self, key: u32) -> f32 {
        1.0 + ((self.items + 1.0) / (self.uses(key) + 1.0)).ln()
    }

    /// The item's vector: weights by rarity, the heaviest kept, of length 1.
    pub(super) fn weigh(&self, terms: &Vector) -> Vector {
        let mut vector: Vector = terms
            .iter()
            .map(|(key, weight)| (*key, weight * self.of(*key)))
            .collect();
        keep_heaviest(&mut vector, KEPT);
        normalise(&mut vector);
        vector
    }
}
