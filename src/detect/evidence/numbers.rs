//! Numbers that changed: `24 hours → 14 days`, `+ 5000 рублей`.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use super::{Figure, Shift};
use crate::detect::delta::{Delta, Side};
use crate::detect::lexicon::Hit;
use crate::detect::quantities::{Quantity, is_spelt};
use crate::detect::scene::Scene;
use crate::detect::tongue::Tongue;
use crate::model::Hunk;

/// Words before a number of one that make it the measure of a rate, not a limit: "for each 1 GB".
const EACH: [&str; 9] = [
    "per",
    "each",
    "every",
    "каждый",
    "каждые",
    "каждую",
    "за",
    "chaque",
    "par",
];

/// Units that are spans of time without a number too.
const SPANS: [&str; 6] = ["minute", "hour", "day", "week", "month", "year"];

/// A number among the words that changed.
struct Found {
    quantity: Quantity,
    /// The first of its words, by index.
    word: usize,
}

/// Numbers that differ, hunk by hunk. What left one hunk and came in another has only moved.
pub(super) fn shifts(hunks: &[Hunk], deltas: &[Delta], scene: &Scene<'_>) -> Vec<Shift<Figure>> {
    let mut sides: Vec<(usize, Vec<Found>, Vec<Found>)> = Vec::new();
    for (at, (_, delta)) in hunks
        .iter()
        .zip(deltas)
        .enumerate()
        .filter(|(_, (h, _))| !h.cosmetic)
    {
        let mut gone = changed(&delta.before, scene);
        let mut come = changed(&delta.after, scene);
        cancel(&mut gone, &mut come);
        sides.push((at, gone, come));
    }
    cancel_across(&mut sides);
    sides
        .into_iter()
        .flat_map(|(at, gone, come)| pair(&deltas[at], at, gone, come, scene))
        .collect()
}

/// Takes away what one hunk lost and another gained.
fn cancel_across(sides: &mut [(usize, Vec<Found>, Vec<Found>)]) {
    let mut pool: HashMap<String, usize> = HashMap::new();
    for (_, gone, _) in sides.iter() {
        for found in gone {
            *pool.entry(found.key()).or_default() += 1;
        }
    }
    let mut moved: HashMap<String, usize> = HashMap::new();
    for (_, _, come) in sides.iter_mut() {
        come.retain(|found| {
            let left = pool.entry(found.key()).or_default();
            let has_moved = *left > 0;
            if has_moved {
                *left -= 1;
                *moved.entry(found.key()).or_default() += 1;
            }
            !has_moved
        });
    }
    for (_, gone, _) in sides.iter_mut() {
        gone.retain(|found| {
            let left = moved.entry(found.key()).or_default();
            let has_moved = *left > 0;
            *left -= usize::from(has_moved);
            !has_moved
        });
    }
}

/// Pairs the numbers of one hunk.
fn pair(
    delta: &Delta,
    hunk: usize,
    gone: Vec<Found>,
    come: Vec<Found>,
    scene: &Scene<'_>,
) -> Vec<Shift<Figure>> {
    let mut shifts = Vec::new();
    let shift = |before: Option<&Found>, after: Option<&Found>| Shift {
        before: before.map(figure),
        after: after.map(figure),
        hunk,
    };
    // a number in the place of a number; edits and numbers are in the order of the text
    let (mut was, mut is) = (Row::of(gone), Row::of(come));
    for edit in &delta.edits {
        for (b, a) in was.among(&edit.removed).zip(is.among(&edit.added)) {
            let (Some(b), Some(a)) = (was.found[b].take(), is.found[a].take()) else {
                continue;
            };
            let years = is_year(&b) && is_year(&a);
            // German writes every noun as a name, and its house numbers behind the street
            let address = scene.tongue != Tongue::German
                && is_address(&b, delta)
                && a.quantity.unit.is_none();
            if !years && !address {
                shifts.push(shift(Some(&b), Some(&a)));
            }
        }
    }
    shifts.extend(delta.edits.iter().filter_map(|edit| {
        let (was, is) = (
            span(&delta.before, &edit.removed, scene)?,
            span(&delta.after, &edit.added, scene)?,
        );
        (was.unit != is.unit).then_some(Shift {
            before: Some(was),
            after: Some(is),
            hunk,
        })
    }));
    let counts = |found: &Found| found.quantity.unit.is_some_and(|unit| unit != "phone");
    let (mut gone, mut come) = (was.left(counts), is.left(counts));
    // a number of the same unit elsewhere in the block
    let mut by_unit: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (at, found) in come.iter().enumerate() {
        let unit = found.as_ref().and_then(|f| f.quantity.unit);
        let unit = unit.filter(|unit| *unit != "version");
        if let Some(unit) = unit {
            by_unit.entry(unit).or_default().push_back(at);
        }
    }
    for slot in &mut gone {
        let unit = slot.as_ref().and_then(|f| f.quantity.unit).unwrap_or("");
        let other = by_unit.get_mut(unit).and_then(VecDeque::pop_front);
        if let Some(a) = other.and_then(|at| come[at].take()) {
            shifts.push(shift(slot.take().as_ref(), Some(&a)));
        }
    }
    shifts.extend(gone.iter().flatten().map(|f| shift(Some(f), None)));
    shifts.extend(come.iter().flatten().map(|f| shift(None, Some(f))));
    shifts
}

/// One span of time said without a number: "for a week", "на месяц".
fn span(side: &Side, run: &Range<usize>, scene: &Scene<'_>) -> Option<Figure> {
    let words = side.words.get(run.clone())?;
    if words.is_empty() || words.len() > 2 {
        return None;
    }
    let is_span = |hit: &&Hit| hit.group == "unit" && SPANS.contains(&hit.name);
    let hits = side.hits_in(run.clone(), scene);
    let hit = hits.iter().find(is_span)?;
    let at = run.start + hit.words.start;
    let counted = at.checked_sub(1).is_some_and(|before| {
        let before = &side.words[before].folded;
        before.starts_with(|c: char| c.is_ascii_digit()) || is_spelt(before)
    });
    let others = words
        .iter()
        .enumerate()
        .filter(|(n, _)| !hit.words.contains(n));
    let plain = others
        .map(|(_, word)| word)
        .all(|word| scene.tongue.is_small(&word.folded));
    (plain && !counted).then(|| Figure {
        text: side
            .slice(&(run.start + hit.words.start..run.start + hit.words.end))
            .to_owned(),
        unit: Some(hit.name),
    })
}

/// Numbers of one side in the order of its text, of which some are taken.
struct Row {
    found: Vec<Option<Found>>,
    words: Vec<usize>,
}

impl Row {
    fn of(found: Vec<Found>) -> Self {
        Self {
            words: found.iter().map(|f| f.word).collect(),
            found: found.into_iter().map(Some).collect(),
        }
    }

    /// Which are among some words.
    fn among(&self, words: &Range<usize>) -> Range<usize> {
        let from = self.words.partition_point(|word| *word < words.start);
        from..self.words.partition_point(|word| *word < words.end)
    }

    /// Those not taken that `keep` holds for.
    fn left(self, keep: impl Fn(&Found) -> bool) -> Vec<Option<Found>> {
        let left = self.found.into_iter().flatten();
        left.filter(keep).map(Some).collect()
    }
}

impl Found {
    /// What makes two numbers the same.
    fn key(&self) -> String {
        if let Some("version" | "phone") = self.quantity.unit {
            return self.quantity.text.clone();
        }
        let (value, unit) = self.quantity.measure();
        format!("{value} {}", unit.unwrap_or(""))
    }
}

/// Is it a bare number that reads as a year: "© 2026"?
fn is_year(found: &Found) -> bool {
    let value = found.quantity.value;
    found.quantity.unit.is_none() && value.fract() == 0.0 && (1980.0..2060.0).contains(&value)
}

/// Is it a bare number before a name: "12 Main Street"?
fn is_address(found: &Found, delta: &Delta) -> bool {
    let rest = &delta.before.text[found.quantity.range.end..];
    let mut next = rest.chars().skip_while(|c| *c == ' ');
    let named =
        next.next().is_some_and(char::is_uppercase) && next.next().is_some_and(char::is_lowercase);
    found.quantity.unit.is_none() && rest.starts_with(' ') && named
}

fn figure(found: &Found) -> Figure {
    Figure {
        text: found.quantity.text.clone(),
        unit: found.quantity.unit,
    }
}

/// Numbers of a side of which a word changed.
fn changed(side: &Side, scene: &Scene<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    if !side.changed.contains(&true) {
        return found;
    }
    for quantity in side.quantities(scene) {
        let words = side.words_in(&quantity.range);
        let first = words.start;
        let touched = side.changed[words].contains(&true);
        let measure = (quantity.value - 1.0).abs() < 1e-9
            && first
                .checked_sub(1)
                .is_some_and(|at| EACH.contains(&side.words[at].folded.as_str()));
        if touched && !measure {
            found.push(Found {
                quantity: quantity.clone(),
                word: first,
            });
        }
    }
    found
}

/// Takes away what both sides say.
fn cancel(gone: &mut Vec<Found>, come: &mut Vec<Found>) {
    if gone.is_empty() || come.is_empty() {
        return;
    }
    let mut left: HashMap<String, usize> = HashMap::new();
    for found in &*come {
        *left.entry(found.key()).or_default() += 1;
    }
    let mut both: HashMap<String, usize> = HashMap::new();
    let take = |from: &mut HashMap<String, usize>, key: &str| match from.get_mut(key) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    };
    gone.retain(|was| {
        let key = was.key();
        let stays = !take(&mut left, &key);
        if !stays {
            *both.entry(key).or_default() += 1;
        }
        stays
    });
    come.retain(|is| !take(&mut both, &is.key()));
}
