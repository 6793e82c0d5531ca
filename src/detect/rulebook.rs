//! Facts of the rulebook: how one is read from a text, and what is told when it changes or goes stale.
//!
//! A fact is found by a pattern, by words that its sentence contains, or as the whole of a selected
//! element. Of a sentence the number with its unit is the value; without one it is the sentence. Two
//! values are the same when they say the same ("90 s" and "90 seconds"). Nothing is known by heart: a
//! fact that is not found is said to be gone, never guessed.

mod tell;

use jiff::{SignedDuration, Timestamp};
use regex::RegexBuilder;
use unicode_segmentation::UnicodeSegmentation;

use super::dates::dates;
use super::quantities::{Quantity, quantities};
use super::tokens::fold;
use super::tongue::Tongue;
use crate::model::{ChangeWeight, PageText, RuleReading, RuleRecord, RuleSpec, Staleness};

pub use tell::{rule_finding, stale_finding, with_unit};

/// Longest value, in characters.
const LONGEST: usize = 200;
/// Longest quote, in words.
const QUOTE: usize = 25;
/// A compiled pattern may take this many bytes.
const PATTERN_SIZE: usize = 1 << 20;
/// A fact must have been gone this long before readers are told: pages load in part.
const GONE: SignedDuration = SignedDuration::from_hours(24);
/// Reasons of changes after which a page does not say what it says.
const DOUBTFUL: [&str; 4] = [
    "page gone or blocked",
    "other language",
    "older copy",
    "part of the page missing",
];

/// A value and the words around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundValue {
    /// The value, as written, white space collapsed.
    pub value: String,
    /// The words around it, at most 25.
    pub quote: String,
}

/// Reads a fact from a text; `None` when it is not there. `text` is already what a selector chose.
pub fn read_rule(
    text: &PageText,
    reading: &RuleReading,
    unit: Option<&str>,
    language: Option<&str>,
    now: Timestamp,
) -> Option<FoundValue> {
    let plain = text.plain();
    let tongue = Tongue::of(language, &plain);
    let figures = |part: &str| quantities(part, &dates(part, tongue, now));
    let pattern = reading.pattern.as_deref().map(compile).transpose().ok()?;
    let places: Vec<&str> = match &reading.sentence {
        Some(words) => sentences(&plain).filter(|s| contains(s, words)).collect(),
        None => vec![&plain],
    };
    if let Some(pattern) = pattern {
        let found = places.iter().find_map(|place| {
            let value = pattern.captures(place)?.name("value")?;
            Some((*place, value.range()))
        });
        let (place, at) = found?;
        let value = tidy(&place[at.clone()]);
        let quote = around(place, at.start);
        return (!value.is_empty()).then_some(FoundValue { value, quote });
    }
    let wanted = unit.and_then(|unit| unit_of(unit, &figures));
    let number = |place: &str, akin: bool| {
        let found = figures(place)
            .into_iter()
            .find(|q| match (wanted, q.unit) {
                (Some(wanted), Some(is)) if akin => same_kind(wanted, is),
                (Some(wanted), is) => is == Some(wanted),
                (None, is) => unit.is_some() || is.is_some(),
            })?;
        Some((found.text.clone(), found.range.start))
    };
    // "90 seconds" may become "3 minutes": a unit of the same kind will do where the own one is not
    let read = |akin| {
        let mut all = places.iter();
        all.find_map(|place| Some((*place, number(place, akin)?)))
    };
    if let Some((place, (value, at))) = read(false).or_else(|| read(true)) {
        let quote = around(place, at);
        return Some(FoundValue { value, quote });
    }
    // words were asked for, or a whole element, and no number stands there
    let place = places.first().filter(|_| unit.is_none())?;
    let words = first_words(place);
    let asked = reading.sentence.is_some() || reading.select.is_some();
    (asked && !words.is_empty()).then(|| FoundValue {
        value: words.clone(),
        quote: words,
    })
}

/// Do two values say the same?
pub fn same_value(one: &str, other: &str) -> bool {
    let only = |text: &str| -> Option<Quantity> {
        let mut found = quantities(text, &[]);
        let first = found.pop()?;
        // nothing else may stand beside it, or two sentences with one number would be the same
        let rest = text.len() - first.range.len();
        (found.is_empty() && rest <= 2).then_some(first)
    };
    if let (Some(one), Some(other)) = (only(one), only(other)) {
        return one.same(&other);
    }
    let plain = |text: &str| -> String {
        let kept = text.chars().filter(|c| c.is_alphanumeric());
        fold(&kept.collect::<String>())
    };
    plain(one) == plain(other)
}

/// After such a change a page is not believed: it shows an error, another language, an old copy.
pub fn is_doubtful(weight: &ChangeWeight) -> bool {
    match weight {
        ChangeWeight::Substantive => false,
        ChangeWeight::Cosmetic(reason) => DOUBTFUL.contains(&reason.as_str()),
    }
}

/// Why a fact is not to be relied on at `now`, if it is not.
pub fn staleness(spec: &RuleSpec, record: &RuleRecord, now: Timestamp) -> Option<Staleness> {
    let allowed = SignedDuration::try_from(spec.stale_after).unwrap_or(SignedDuration::MAX);
    let last = record.verified_at.unwrap_or(record.known_since);
    let too_long = now.duration_since(last) > allowed;
    let was_read =
        record.current.as_ref().is_some_and(|v| !v.configured) || record.verified_at.is_some();
    match (record.looked, record.gone_since) {
        (_, Some(_)) if was_read => Some(Staleness::Gone),
        (_, Some(_)) => Some(Staleness::NotFound),
        _ if too_long => Some(Staleness::Unverified),
        (None, None) if record.verified_at.is_none() => Some(Staleness::Unread),
        _ => None,
    }
}

/// Is it time to tell readers of it? Once, and only of a fact that they could rely on before.
pub fn is_stale_news(record: &RuleRecord, staleness: Staleness, now: Timestamp) -> bool {
    let known = record.current.is_some() && record.stale_told_at.is_none();
    known
        && match staleness {
            Staleness::Unverified => true,
            Staleness::Gone => record
                .gone_since
                .is_some_and(|since| now.duration_since(since) >= GONE),
            Staleness::Unread | Staleness::NotFound | Staleness::Broken => false,
        }
}

fn compile(pattern: &str) -> Result<regex::Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(PATTERN_SIZE).build()
}

/// Sentences of a text; a line break ends one too.
fn sentences(plain: &str) -> impl Iterator<Item = &str> {
    let lines = plain.lines();
    lines.flat_map(str::split_sentence_bounds)
}

/// Does a sentence contain words, in their order, with anything where `…` stands?
fn contains(sentence: &str, words: &str) -> bool {
    let spaced = |text: &str| -> String {
        let parts: Vec<String> = text.split_whitespace().map(fold).collect();
        parts.join(" ")
    };
    let sentence = spaced(sentence);
    let mut rest = sentence.as_str();
    for part in words.replace("...", "…").split('…') {
        let part = spaced(part);
        match rest.find(&part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

/// The unit that a configured one means.
fn unit_of(unit: &str, figures: &impl Fn(&str) -> Vec<Quantity>) -> Option<&'static str> {
    figures(&format!("7 {unit}")).first().and_then(|q| q.unit)
}

/// Do two units measure the same: spans of time, sizes of files, money?
fn same_kind(one: &str, other: &str) -> bool {
    const KINDS: [&[&str]; 3] = [
        &["second", "minute", "hour", "day", "week", "month", "year"],
        &["KB", "MB", "GB", "TB"],
        &["USD", "EUR", "GBP", "RUB", "KZT", "kopeck"],
    ];
    KINDS
        .iter()
        .any(|kind| kind.contains(&one) && kind.contains(&other))
}

fn tidy(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST).collect()
}

/// The words of a line around a place in it.
fn around(text: &str, at: usize) -> String {
    let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
    let before: Vec<&str> = text[start..at].split_whitespace().collect();
    let after: Vec<&str> = text[at..end].split_whitespace().collect();
    let lead = before.len().min(QUOTE / 2);
    let tail = after.len().min(QUOTE - lead);
    let mut quote = String::new();
    if lead < before.len() {
        quote.push_str("… ");
    }
    let said = before[before.len() - lead..].iter().chain(&after[..tail]);
    quote += &said.copied().collect::<Vec<_>>().join(" ");
    if tail < after.len() {
        quote.push_str(" …");
    }
    quote
}

fn first_words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(QUOTE + 1).collect();
    let shown = words
        .iter()
        .take(QUOTE)
        .copied()
        .collect::<Vec<_>>()
        .join(" ");
    if words.len() > QUOTE {
        format!("{shown} …")
    } else {
        shown
    }
}

#[cfg(test)]
mod tests;
