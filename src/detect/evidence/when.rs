//! Dates that changed, and from when a change is in force.
//!
//! A date is in force's date when a phrase that says so stands by it: "effective July 1",
//! "вступает в силу с 1 июля", "take effect in 30 days", "from v25.0". Small words ("from", "by",
//! "с", "до") count only right before a date. The page's own stamp counts when it says "effective"
//! and not merely "last updated".

use std::collections::HashSet;
use std::ops::Range;

use jiff::civil::Date;
use jiff::{ToSpan, tz::TimeZone};

use super::Shift;
use crate::detect::dates::Mention;
use crate::detect::delta::{Delta, Sentence, Side};
use crate::detect::lexicon::{Hit, Word};
use crate::detect::quantities::Quantity;
use crate::detect::scene::Scene;
use crate::model::{Hunk, HunkKind};

/// When something begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Start {
    /// On a day.
    Day(Date),
    /// Something must be done by a day.
    By(Date),
    /// With a version.
    Version(String),
}

impl Start {
    /// The day, if it is one.
    pub(crate) fn day(&self) -> Option<Date> {
        match self {
            Self::Day(day) | Self::By(day) => Some(*day),
            Self::Version(_) => None,
        }
    }
}

/// From when a change is in force, with the words that say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Effective {
    pub(crate) start: Start,
    /// The sentence, as evidence.
    pub(crate) sentence: String,
    /// Which hunk, by index.
    pub(crate) hunk: usize,
    /// Strength of the phrase: the page's own stamp is the strongest, small words the weakest.
    strength: u8,
}

/// Dates that differ, hunk by hunk. What left one hunk and came in another has only moved; a list of
/// dates that all moved by a day is a matter of time zones.
pub(super) fn shifts(hunks: &[Hunk], deltas: &[Delta], scene: &Scene<'_>) -> Vec<Shift<Date>> {
    let mut sides: Vec<(usize, Vec<Date>, Vec<Date>)> = Vec::new();
    for (at, (hunk, delta)) in hunks.iter().zip(deltas).enumerate() {
        if !hunk.cosmetic || hunk.reason.as_deref() == Some("date of the page") {
            sides.push((
                at,
                changed(&delta.before, scene),
                changed(&delta.after, scene),
            ));
        }
    }
    let gone: HashSet<Date> = sides.iter().flat_map(|(_, gone, _)| gone.clone()).collect();
    let come: HashSet<Date> = sides.iter().flat_map(|(_, _, come)| come.clone()).collect();
    let mut shifts = Vec::new();
    for (hunk, before, after) in &mut sides {
        before.retain(|date| !come.contains(date));
        after.retain(|date| !gone.contains(date));
        for at in 0..before.len().max(after.len()) {
            let (before, after) = (before.get(at).copied(), after.get(at).copied());
            shifts.push(Shift {
                before,
                after,
                hunk: *hunk,
            });
        }
    }
    shifts.dedup();
    shifts
}

/// Days of a side of which a word changed.
fn changed(side: &Side, scene: &Scene<'_>) -> Vec<Date> {
    if !side.marks().contains(&true) {
        return Vec::new();
    }
    let (mut known, mut found) = (HashSet::new(), Vec::new());
    for mention in side.dates(scene) {
        if touched(side, &mention.range) && known.insert(mention.date) {
            found.push(mention.date);
        }
    }
    found
}

fn touched(side: &Side, bytes: &Range<usize>) -> bool {
    side.marks()[side.words_in(bytes)].contains(&true)
}

/// From when a change is in force: the strongest phrase in the words that came.
pub(super) fn effective(hunks: &[Hunk], deltas: &[Delta], scene: &Scene<'_>) -> Option<Effective> {
    let mut best: Option<Effective> = None;
    for (at, (hunk, delta)) in hunks.iter().zip(deltas).enumerate() {
        let stamp = hunk.reason.as_deref() == Some("date of the page");
        if (hunk.cosmetic && !stamp) || hunk.kind == HunkKind::Removed {
            continue;
        }
        for sentence in delta.after.sentences() {
            if !touched(&delta.after, &sentence.0) {
                continue;
            }
            if let Some((start, strength)) = start_of(&delta.after, sentence, stamp, scene)
                && best.as_ref().is_none_or(|b| strength > b.strength)
            {
                best = Some(Effective {
                    start,
                    sentence: delta.after.text[sentence.0.clone()].trim().to_owned(),
                    hunk: at,
                    strength,
                });
            }
        }
    }
    best
}

/// From when a sentence says that something is in force, and how surely it says so.
fn start_of(
    side: &Side,
    (bytes, run): &Sentence,
    stamp: bool,
    scene: &Scene<'_>,
) -> Option<(Start, u8)> {
    let hits = side.hits_in(run.clone(), scene);
    let dates = dates_in(side, bytes, scene);
    let says_when = hits.iter().any(|h| h.group == "when");
    if dates.is_empty() && !says_when {
        return None;
    }
    let numbers = || quantities_in(side, bytes, scene);
    let words: Vec<Word> = side.words[run.clone()]
        .iter()
        .map(|word| Word {
            folded: word.folded.clone(),
            range: word.range.start - bytes.start..word.range.end - bytes.start,
        })
        .collect();
    let named = |name: &str| -> Vec<&Hit> {
        hits.iter()
            .filter(|h| h.group == "when" && h.name == name)
            .collect()
    };
    let strong = named("effective");
    let past = named("announcement");
    for date in &dates {
        let at = words.partition_point(|w| w.range.end <= date.range.start);
        let said = strong.iter().any(|h| {
            let ahead = at.checked_sub(h.words.end).is_some_and(|gap| gap <= 8);
            let behind = h.words.start.checked_sub(at).is_some_and(|gap| gap <= 12);
            ahead || behind
        });
        if said {
            return Some((Start::Day(date.date), if stamp { 5 } else { 4 }));
        }
    }
    if stamp {
        return None;
    }
    if !strong.is_empty()
        && let Some(start) = relative(&numbers(), &words, scene)
    {
        return Some((start, 3));
    }
    for date in dates.iter().filter(|d| !d.month_only) {
        if follows(&words, date, &named("from")) {
            return Some((Start::Day(date.date), if past.is_empty() { 2 } else { 3 }));
        }
        let today = scene.now.to_zoned(TimeZone::UTC).date();
        if !past.is_empty() && date.date >= today {
            return Some((Start::Day(date.date), 2));
        }
        if date.date <= today {
            continue;
        }
        // "retires on 28 February": what ends or begins does so on the day to come
        let turns = hits.iter().any(|h| h.group == "lifecycle");
        if turns && strong.is_empty() {
            return Some((Start::Day(date.date), 2));
        }
        if follows(&words, date, &due(&words, &named("until"))) {
            return Some((Start::By(date.date), 2));
        }
        // "On 12 November 2026 this page moves …"
        let at = words.partition_point(|w| w.range.end <= date.range.start);
        if at <= 1 && strong.is_empty() {
            return Some((Start::Day(date.date), 1));
        }
    }
    version(numbers, &words, &named("from"))
}

/// Dates of a sentence, counted from where it begins.
fn dates_in(side: &Side, bytes: &Range<usize>, scene: &Scene<'_>) -> Vec<Mention> {
    let all = side.dates(scene);
    let from = all.partition_point(|d| d.range.end <= bytes.start);
    let here = all[from..].iter().take_while(|d| d.range.start < bytes.end);
    let here: Vec<&Mention> = here.collect();
    // the point of "5 Dec. 2026" may end a sentence
    if here
        .iter()
        .any(|d| d.range.start < bytes.start || d.range.end > bytes.end)
    {
        return scene.dates(&side.text[bytes.clone()]);
    }
    let moved = here.into_iter().map(|d| Mention {
        range: d.range.start - bytes.start..d.range.end - bytes.start,
        ..d.clone()
    });
    moved.collect()
}

/// Numbers of a sentence, counted from where it begins.
fn quantities_in(side: &Side, bytes: &Range<usize>, scene: &Scene<'_>) -> Vec<Quantity> {
    let all = side.quantities(scene);
    let from = all.partition_point(|q| q.range.start < bytes.start);
    let here = all[from..].iter().take_while(|q| q.range.start < bytes.end);
    let moved = here.map(|q| Quantity {
        range: q.range.start - bytes.start..q.range.end - bytes.start,
        ..q.clone()
    });
    moved.collect()
}

/// Does a date stand right after one of some phrases?
fn follows(words: &[Word], date: &Mention, hits: &[&Hit]) -> bool {
    let at = words.partition_point(|w| w.range.end <= date.range.start);
    hits.iter()
        .any(|h| at.checked_sub(h.words.end).is_some_and(|gap| gap <= 1))
}

/// Phrases by which something must be done, not those until which something lasts.
fn due<'a>(words: &[Word], hits: &[&'a Hit]) -> Vec<&'a Hit> {
    const LASTS: [&str; 6] = ["until", "through", "по", "jusqu'au", "bis", "deadline"];
    let first = |hit: &Hit| words[hit.words.start].folded.as_str();
    let due = hits.iter().filter(|hit| !LASTS.contains(&first(hit)));
    due.copied().collect()
}

/// "In 30 days", "через 30 дней", read against now.
fn relative(numbers: &[Quantity], words: &[Word], scene: &Scene<'_>) -> Option<Start> {
    const AFTER: [&str; 7] = ["after", "following", "from", "of", "после", "со", "с"];
    const TOLD: [&str; 8] = [
        "publication",
        "posting",
        "posted",
        "published",
        "notice",
        "today",
        "публикации",
        "размещения",
    ];
    let span = numbers.iter().find_map(|q| {
        let n = q.value as i64;
        // "30 days after you accept" is another day for everybody
        let at = words.partition_point(|w| w.range.start < q.range.end);
        let next = words.get(at).map_or("", |w| w.folded.as_str());
        let tail = &words[at.min(words.len())..(at + 6).min(words.len())];
        let told = tail.iter().any(|w| TOLD.contains(&w.folded.as_str()));
        if AFTER.contains(&next) && !told {
            return None;
        }
        match q.unit? {
            _ if !(1..=1000).contains(&n) => None,
            "day" => Some(n.days()),
            "week" => Some(n.weeks()),
            "month" => Some(n.months()),
            _ => None,
        }
    })?;
    let today = scene.now.to_zoned(TimeZone::UTC).date();
    today.checked_add(span).ok().map(Start::Day)
}

/// "From v25.0".
fn version(
    numbers: impl Fn() -> Vec<Quantity>,
    words: &[Word],
    from: &[&Hit],
) -> Option<(Start, u8)> {
    if from.is_empty() {
        return None;
    }
    numbers().into_iter().find_map(|q| {
        let at = words.partition_point(|w| w.range.end <= q.range.start);
        let led = from
            .iter()
            .any(|h| at.checked_sub(h.words.end).is_some_and(|gap| gap <= 1));
        (q.unit == Some("version") && led).then_some((Start::Version(q.text), 1))
    })
}
