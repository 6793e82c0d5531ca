//! How a trend's voices come: faster, slower, or no more, each against its own pace.
//!
//! No hours are fixed: a burst of an afternoon is silent after three hours, a topic with an item every
//! eight hours is not. Time runs in usual hours (`rhythm`), so that a night or a weekend is no pause.
//! Evenly coming voices are taken for a Poisson process, and two questions asked exactly: of the last
//! voices, so few in the later half of their time (a binomial tail); no voice for so long after so many
//! gaps (a ratio of gamma variables; Cox & Lewis 1966, 9.2). No owner is heard louder than twice the
//! middle one.

use rustc_hash::{FxHashMap, FxHashSet};

use super::rhythm::Ago;
use super::volume::loudness;

/// Voices that are compared at most: the last ones.
const COMPARED: usize = 12;
/// Gaps between voices that tell the usual one at most: the last ones.
const GAPS: usize = 6;
/// Shortest usual gap (hours): sources are polled no more often.
const GAP: f64 = 0.25;
/// Shortest time (usual hours) after which anything slows, and fades: items become known late.
const SLOWS: f64 = 1.0;
pub(super) const FADES: f64 = 3.0;
/// Chances below which a pause or a slowdown is none of chance: that a trend stands, and that it fades.
const STANDS_CHANCE: f64 = 0.1;
const SLOWS_CHANCE: f64 = 0.15;
const FADES_CHANCE: f64 = 0.05;
/// The same for voices that come together as a second wave.
const WAVE_CHANCE: f64 = 0.05;
/// Fewest owners of a second wave.
const WAVE: usize = 3;

/// How a trend's voices come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Voices of the last `seconds`, and of as long before, as usual at those hours.
    pub(super) recent: usize,
    pub(super) before: usize,
    pub(super) seconds: i64,
    /// Has it slowed, or has none joined for longer than they usually did?
    pub(super) stands: bool,
    /// Has it slowed so much, or been silent for so long, that it is no chance?
    pub(super) fades: bool,
    /// Usual hours of silence after which it fades.
    pub(super) patience: f64,
    /// When the last item came.
    pub(super) last: i64,
    /// When a second wave began, if there is one.
    pub(super) wave: Option<i64>,
}

impl Pace {
    /// The pace of items since the first one or the last wave; at most `peak` owners spoke of it before.
    /// Items are when they came, and whose they are.
    pub(super) fn of(items: &[(i64, u32)], since: i64, peak: usize, ago: &Ago) -> Self {
        let last = items.iter().map(|item| item.0).max().unwrap_or_default();
        let voices = items
            .iter()
            .filter(|item| item.0 >= since)
            .map(|item| (ago.hours(item.0), item.1));
        let voices = voices_of(voices.collect());
        let times: Vec<f64> = voices.iter().map(|voice| voice.0).collect();
        let mut heard = FxHashSet::default();
        let joined: Vec<f64> = voices
            .iter()
            .filter(|voice| heard.insert(voice.1))
            .map(|voice| voice.0)
            .collect();
        let silence = times.last().copied().unwrap_or_default();
        let is_silent = pause(&times);
        // a busy morning makes no pause longer than it is
        let lasts = |usual: f64, least: f64| {
            usual >= least && (ago.at(0.0) - ago.at(usual)) as f64 >= least * 3_600.0
        };
        let (recent, before, span) = halves(&times);
        let slows = if lasts(span / 2.0, SLOWS) {
            at_most(recent, recent + before, 0.5)
        } else {
            1.0
        };
        // what decides is what is shown
        let first = times.first().copied().unwrap_or_default();
        let shown = if first < 2.0 * SLOWS {
            // it has no earlier half to speak of
            (times.len(), 0, first)
        } else if is_silent < slows.min(STANDS_CHANCE) && lasts(silence, SLOWS) {
            let within = |hours: &&f64| **hours < 2.0 * silence;
            (0, times.iter().filter(within).count(), silence)
        } else {
            (recent, before, span / 2.0)
        };
        Self {
            recent: shown.0,
            before: shown.1,
            seconds: (ago.at(0.0) - ago.at(shown.2)).max(1),
            stands: slows < SLOWS_CHANCE
                || (lasts(silence, SLOWS) && is_silent < STANDS_CHANCE)
                || (recent <= before && pause(&joined) < STANDS_CHANCE),
            fades: (lasts(silence, FADES) && is_silent < FADES_CHANCE)
                || (lasts(span / 2.0, FADES) && slows < FADES_CHANCE),
            patience: patience(&times),
            last,
            wave: wave(&voices, peak).map(|hours| ago.at(hours)),
        }
    }
}

/// Who spoke how many hours ago, oldest first, no owner more than twice as often as the middle one: of a
/// louder one's items every second counts, or every third …
fn voices_of(mut items: Vec<(f64, u32)>) -> Vec<(f64, u32)> {
    items.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let (said, most) = loudness(items.iter().map(|item| item.1));
    let mut heard: FxHashMap<u32, usize> = FxHashMap::default();
    items.retain(|(_, owner)| {
        let (nth, of) = (heard.entry(*owner).or_default(), said[owner]);
        let counts = *nth == 0 || of <= most || *nth * most / of > (*nth - 1) * most / of;
        *nth += 1;
        counts
    });
    items
}

/// The chance of such a pause after such gaps, were all of one pace: (S ÷ (S + pause))^gaps.
fn pause(ago: &[f64]) -> f64 {
    gaps(ago).map_or(1.0, |(sum, gaps)| {
        (sum / (sum + ago[ago.len() - 1])).powi(gaps)
    })
}

/// The last gaps: their sum and how many they are.
fn gaps(ago: &[f64]) -> Option<(f64, i32)> {
    let gaps = ago.len().checked_sub(1)?.min(GAPS);
    let sum = ago[ago.len() - 1 - gaps] - ago[ago.len() - 1];
    (gaps > 0).then(|| (sum.max(gaps as f64 * GAP), gaps as i32))
}

/// How long a pause has to be for [`FADES_CHANCE`].
fn patience(ago: &[f64]) -> f64 {
    let (sum, gaps) = gaps(ago).unwrap_or((FADES, 1));
    (sum * (FADES_CHANCE.powf(-1.0 / f64::from(gaps)) - 1.0)).max(FADES)
}

/// The last voices in the later and the earlier half of their time, and that time; the first of them
/// begins it and is not counted.
fn halves(ago: &[f64]) -> (usize, usize, f64) {
    let first = ago.first().copied().unwrap_or_default();
    let begin = ago.len().checked_sub(COMPARED).map_or(first, |at| ago[at]);
    let span = begin.max(first.min(2.0 * FADES));
    let within = |from: f64, to: f64| ago.iter().filter(|ago| (from..to).contains(*ago)).count();
    (within(0.0, span / 2.0), within(span / 2.0, span), span)
}

/// How many hours ago a second wave began: at least three owners, half as many as ever before, in a third
/// of a time that was nearly silent before, and half as many voices as ever in so long.
fn wave(voices: &[(f64, u32)], peak: usize) -> Option<f64> {
    let first = voices.first()?.0;
    let mut owners = FxHashSet::default();
    for (n, (begin, owner)) in voices.iter().rev().enumerate().take(COMPARED) {
        owners.insert(*owner);
        let (many, span) = (n + 1, begin.max(1.0) + 1e-9);
        if owners.len() < WAVE.max(peak.div_ceil(2)) || first < 3.0 * span {
            continue;
        }
        let before = voices
            .iter()
            .filter(|voice| (span..3.0 * span).contains(&voice.0))
            .count();
        let ever = (0..voices.len() - many)
            .map(|from| {
                let until = voices[from].0 - span;
                voices[from..].partition_point(|voice| voice.0 >= until)
            })
            .max()
            .unwrap_or_default();
        if at_most(before, many + before, 2.0 / 3.0) < WAVE_CHANCE && many * 2 >= ever {
            return Some(*begin);
        }
    }
    None
}

/// The chance of at most `few` of `all`, each with chance `each` (binomial distribution).
fn at_most(few: usize, all: usize, each: f64) -> f64 {
    let mut term = (1.0 - each).powi(all as i32);
    let mut sum = term;
    for n in 0..few.min(all) {
        term *= (all - n) as f64 / (n + 1) as f64 * each / (1.0 - each);
        sum += term;
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests;
