//! Spikes: what is said of a topic now against the topic's own past.
//!
//! What is counted are voices: an owner counts once an hour in the past, and at most [`LOUDEST`] times
//! in the window that is judged, so that one owner, however loud, makes no spike. Hours in which
//! nothing was polled and nothing is known are left out of the past: missing is not zero.
//!
//! Expected voices of a window are the mean of the past, times a factor for the hour of the day and one
//! for the day of the week once two weeks are known, each drawn towards 1 where little is known. The
//! chance of so many is a negative binomial tail whose spread is that of the past's own windows (the
//! loudest twentieth left out: former spikes are no reason to miss the next), and Poisson's where the
//! past is as even as that.

use crate::model::SpikeAlert;

/// Hours of the past that are looked at.
pub const HISTORY: i64 = 28 * 24;
/// Windows that are judged, in hours.
pub const WINDOWS: [i64; 2] = [6, 24];
/// Known hours without which the past says nothing.
pub const WARM_UP: usize = 72;

/// Mentions of one owner that count in a window.
const LOUDEST: u32 = 3;
/// Known hours from which hours of the day and days of the week are told apart.
const RHYTHM: usize = 14 * 24;
/// Voices that a factor of the rhythm is drawn towards 1 by.
const SHRINK: f64 = 8.0;
/// Voices that a past without any is thought to have had.
const NEVER: f64 = 0.5;
/// −log₁₀ of the chance from which a window is a spike.
const SURPRISE: f64 = 4.0;
/// Longest sum of a tail.
const TERMS: u32 = 20_000;

/// One hour of a topic's past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    /// Hours since 1970, UTC.
    pub hour: i64,
    /// Distinct owners in it; `None` where nothing is known.
    pub voices: Option<u32>,
}

/// Mentions of one owner in one hour of the present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recent {
    /// Hours since 1970, UTC.
    pub hour: i64,
    /// Who.
    pub owner: String,
    /// How often.
    pub mentions: u32,
}

/// A spike, with its evidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spike {
    /// Length of its window, in hours.
    pub hours: i64,
    /// Mentions in it, all of every owner.
    pub mentions: u32,
    /// Voices in it: mentions, an owner counting at most three times.
    pub voices: u32,
    /// Independent owners in it.
    pub owners: u32,
    /// Voices that the past leads one to expect.
    pub expected: f64,
    /// −log₁₀ of the chance of so many voices.
    pub significance: f64,
}

/// Is there a spike at `now` (hours since 1970)? `past` and `recent` may overlap: what of the past lies
/// in a window is not held against it.
pub fn spike(past: &[Hour], recent: &[Recent], now: i64, alert: &SpikeAlert) -> Option<Spike> {
    let judged = WINDOWS
        .iter()
        .filter_map(|hours| judge(past, recent, now, *hours));
    judged
        .filter(|spike| {
            spike.owners >= alert.owners
                && spike.voices >= alert.mentions
                && f64::from(spike.voices) >= alert.times * spike.expected
                && spike.significance >= SURPRISE
        })
        .max_by(|a, b| a.significance.total_cmp(&b.significance))
}

fn judge(past: &[Hour], recent: &[Recent], now: i64, hours: i64) -> Option<Spike> {
    let from = now - hours + 1;
    let known: Vec<(i64, u32)> = past
        .iter()
        .filter(|h| (from - HISTORY..from).contains(&h.hour))
        .filter_map(|h| Some((h.hour, h.voices?)))
        .collect();
    if known.len() < WARM_UP {
        return None;
    }
    let mut owners: Vec<(&str, u32)> = Vec::new();
    for said in recent
        .iter()
        .filter(|said| (from..=now).contains(&said.hour))
    {
        match owners.iter_mut().find(|(owner, _)| *owner == said.owner) {
            Some((_, mentions)) => *mentions += said.mentions,
            None => owners.push((&said.owner, said.mentions)),
        }
    }
    let voices: u32 = owners.iter().map(|(_, n)| (*n).min(LOUDEST)).sum();
    let expected = expected(&known, from..=now);
    let spread = spread(&known, hours);
    Some(Spike {
        hours,
        mentions: owners.iter().map(|(_, n)| n).sum(),
        voices,
        owners: owners.len() as u32,
        expected,
        significance: -log10_tail(voices, expected, spread),
    })
}

/// Voices to expect in some hours.
fn expected(known: &[(i64, u32)], window: std::ops::RangeInclusive<i64>) -> f64 {
    let total: f64 = known.iter().map(|(_, voices)| f64::from(*voices)).sum();
    let mean = total.max(NEVER) / known.len() as f64;
    let factor = |same: &dyn Fn(i64) -> bool| {
        if known.len() < RHYTHM {
            return 1.0;
        }
        let of: Vec<f64> = known
            .iter()
            .filter(|(hour, _)| same(*hour))
            .map(|(_, voices)| f64::from(*voices))
            .collect();
        (of.iter().sum::<f64>() + SHRINK) / (mean * of.len() as f64 + SHRINK)
    };
    let by_hour: Vec<f64> = (0..24)
        .map(|of| factor(&|hour| hour.rem_euclid(24) == of))
        .collect();
    let by_day: Vec<f64> = (0..7)
        .map(|of| factor(&|hour| hour.div_euclid(24).rem_euclid(7) == of))
        .collect();
    window
        .map(|hour| {
            let day = hour.div_euclid(24).rem_euclid(7) as usize;
            mean * by_hour[hour.rem_euclid(24) as usize] * by_day[day]
        })
        .sum()
}

/// Variance over mean of the past's windows of so many hours, at least 1.
fn spread(known: &[(i64, u32)], hours: i64) -> f64 {
    let mut blocks: std::collections::BTreeMap<i64, (i64, f64)> = std::collections::BTreeMap::new();
    for (hour, voices) in known {
        let block = blocks.entry(hour.div_euclid(hours)).or_default();
        block.0 += 1;
        block.1 += f64::from(*voices);
    }
    // a block of which half is unknown says little of the whole
    let mut sums: Vec<f64> = blocks
        .values()
        .filter(|(n, _)| n * 2 > hours)
        .map(|(n, sum)| sum * hours as f64 / *n as f64)
        .collect();
    sums.sort_by(f64::total_cmp);
    sums.truncate(sums.len() - sums.len() / 20);
    if sums.len() < 3 {
        return 1.0;
    }
    let mean = sums.iter().sum::<f64>() / sums.len() as f64;
    let variance = sums.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / (sums.len() - 1) as f64;
    if mean > 0.0 {
        (variance / mean).max(1.0)
    } else {
        1.0
    }
}

/// log₁₀ of the chance of at least `seen` where `mean` is expected: Poisson for a spread of 1, negative
/// binomial (variance = spread · mean) above.
fn log10_tail(seen: u32, mean: f64, spread: f64) -> f64 {
    if f64::from(seen) <= mean || seen == 0 {
        return 0.0;
    }
    let poisson = spread < 1.05;
    let r = mean / (spread - 1.0).max(0.05);
    let q = 1.0 - 1.0 / spread;
    // P(k+1) / P(k)
    let ratio = |k: f64| {
        if poisson {
            mean / (k + 1.0)
        } else {
            q * (k + r) / (k + 1.0)
        }
    };
    let none = if poisson { -mean } else { r * (1.0 - q).ln() };
    let first = (0..seen.min(TERMS)).fold(none, |log, k| log + ratio(f64::from(k)).ln());
    let (mut sum, mut term, mut k) = (1.0, 1.0, seen);
    while term > sum * 1e-9 && k < seen.saturating_add(TERMS) {
        term *= ratio(f64::from(k));
        sum += term;
        k += 1;
    }
    ((first + sum.ln()) / std::f64::consts::LN_10).min(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 490_000;

    /// Four weeks in which every hour has what `voices` says.
    fn past(voices: impl Fn(i64) -> Option<u32>) -> Vec<Hour> {
        (NOW - HISTORY - 24..=NOW)
            .map(|hour| Hour {
                hour,
                voices: voices(hour),
            })
            .collect()
    }

    fn said(owners: usize, each: u32) -> Vec<Recent> {
        (0..owners)
            .map(|n| Recent {
                hour: NOW - (n as i64 % 5),
                owner: format!("owner {n}"),
                mentions: each,
            })
            .collect()
    }

    fn found(past: &[Hour], recent: &[Recent]) -> Option<Spike> {
        spike(past, recent, NOW, &SpikeAlert::default())
    }

    #[test]
    fn many_owners_at_once_are_a_spike_and_one_loud_owner_never_is() {
        let quiet = past(|hour| Some(u32::from(hour % 24 == 0)));
        let spike = found(&quiet, &said(8, 1)).expect("a spike");
        assert_eq!((spike.owners, spike.voices, spike.hours), (8, 8, 6));
        assert!(
            spike.expected < 1.0 && spike.significance > 6.0,
            "{spike:?}"
        );
        assert_eq!(found(&quiet, &said(1, 500)), None);
        assert_eq!(found(&quiet, &said(2, 500)), None);
        let mut spam = said(1, 500);
        spam.extend(said(3, 1).split_off(1));
        assert_eq!(
            found(&past(|hour| Some(u32::from(hour % 8 == 0))), &spam),
            None,
            "two normal voices beside the spam"
        );
    }

    #[test]
    fn without_a_past_nothing_is_told() {
        assert_eq!(found(&[], &said(9, 1)), None);
        assert_eq!(
            found(&past(|_| None), &said(9, 1)),
            None,
            "unknown is not quiet"
        );
        let short = past(|hour| (hour > NOW - 90).then_some(0));
        assert_eq!(found(&short, &said(3, 1)), None);
        assert!(found(&short, &said(9, 1)).is_some());
    }

    #[test]
    fn what_is_usual_at_this_hour_and_day_is_no_spike() {
        // every day at this hour ten owners speak, and nobody else ever does
        let daily = past(|hour| Some(if (NOW - hour) % 24 < 3 { 10 } else { 0 }));
        assert_eq!(found(&daily, &said(20, 1)), None);
        let weekly = past(|hour| Some(if (NOW - hour) % 168 < 12 { 6 } else { 0 }));
        assert_eq!(found(&weekly, &said(22, 1)), None);
        let flat = past(|hour| Some(u32::from(hour % 4 == 0)));
        assert!(found(&flat, &said(20, 1)).is_some());
    }

    #[test]
    fn a_restless_past_asks_for_more() {
        let even = past(|_| Some(1));
        let restless = past(|hour| Some(if hour / 24 % 3 == 0 { 3 } else { 0 }));
        let significance = |past: &[Hour]| {
            judge(past, &said(16, 1), NOW, 6)
                .expect("judged")
                .significance
        };
        assert!(significance(&even) > significance(&restless) + 1.0);
    }

    #[test]
    fn tails_are_what_tables_say() {
        // P(X >= 10 | Poisson 3) = 0.0011025, P(X >= 1 | 0.5) = 0.3934693
        assert!((10f64.powf(log10_tail(10, 3.0, 1.0)) - 0.001_102_5).abs() < 1e-6);
        assert!((10f64.powf(log10_tail(1, 0.5, 1.0)) - 0.393_469_3).abs() < 1e-6);
        // negative binomial of mean 3 and variance 6 (r = 3, p = 1/2): P(X >= 10) = 0.0192871
        assert!((10f64.powf(log10_tail(10, 3.0, 2.0)) - 0.019_287_1).abs() < 1e-6);
        assert!(log10_tail(0, 3.0, 1.0).abs() < 1e-12);
        assert!(log10_tail(u32::MAX, 1e-3, 1.0).is_finite());
        assert!(log10_tail(1000, 1.0, 50.0) < 0.0);
    }
}
