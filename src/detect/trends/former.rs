//! What was told a year ago: anniversaries, feasts, yearly lists.
//!
//! The baseline reaches back four weeks. What stays of the time before are the trends themselves: the
//! words that most of their titles shared and their heaviest features, a few hundred bytes each. What
//! comes again on about the same date, in the same words and with none of its own, is yearly.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::vector::{Vector, dot, heaviest};
use crate::model::TrendId;

/// Trends remembered: years of them on a busy server.
const REMEMBERED: usize = 16_384;
/// Years after which a trend is forgotten.
const YEARS: i64 = 5;
/// Features and stems kept of one.
const FEATURES: usize = 24;
const STEMS: usize = 24;
/// Days by which an anniversary may come earlier or later: feasts move with the week.
const ABOUT: i64 = 4;
/// Cosine of features from which it is the same again.
const ALIKE: f32 = 0.3;
const YEAR: f64 = 365.25;

/// A trend that was told.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Told {
    trend: TrendId,
    /// When it was first told, in days from the epoch.
    day: i64,
    /// Stems of its titles, sorted.
    stems: Box<[u32]>,
    /// Features with weights in 255ths, sorted.
    features: Box<[(u32, u8)]>,
}

/// The trends of the last years, in the order in which they were first told.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Former {
    told: VecDeque<Told>,
}

impl Former {
    /// Remembers a trend as it is told on `day`, or how it has grown since.
    pub(super) fn tell(&mut self, trend: TrendId, day: i64, stems: &[u32], features: &Vector) {
        let mut stems = stems[..stems.len().min(STEMS)].to_vec();
        stems.sort_unstable();
        let mut features: Vec<(u32, u8)> = heaviest(features, FEATURES)
            .into_iter()
            .map(|(key, weight)| (key, (weight.clamp(0.0, 1.0) * 255.0).round() as u8))
            .collect();
        features.sort_unstable();
        let told = Told {
            trend,
            day,
            stems: stems.into(),
            features: features.into(),
        };
        let open = self
            .told
            .iter_mut()
            .rev()
            .take_while(|told| told.day + ABOUT > day);
        if let Some(known) = { open }.find(|known| known.trend == trend) {
            *known = Told {
                day: known.day,
                ..told
            };
            return;
        }
        let oldest = day - YEARS * 366;
        while self.told.len() >= REMEMBERED
            || self.told.front().is_some_and(|told| told.day < oldest)
        {
            self.told.pop_front();
        }
        self.told.push_back(told);
    }

    /// Was something told about so many whole years before `day` that has all of these stems and
    /// speaks of the same?
    pub(super) fn is_yearly(&self, day: i64, signature: &[u32], features: &[(u32, f32)]) -> bool {
        if signature.is_empty() {
            return false;
        }
        (1..=YEARS).any(|years| {
            let then = day - (YEAR * years as f64).round() as i64;
            let from = self.told.partition_point(|told| told.day < then - ABOUT);
            self.told
                .range(from..)
                .take_while(|told| told.day <= then + ABOUT)
                .any(|told| told.is_like(signature, features))
        })
    }
}

impl Told {
    fn is_like(&self, signature: &[u32], features: &[(u32, f32)]) -> bool {
        signature
            .iter()
            .all(|stem| self.stems.binary_search(stem).is_ok())
            && {
                let own: Vector = self
                    .features
                    .iter()
                    .map(|(key, weight)| (*key, f32::from(*weight) / 255.0))
                    .collect();
                dot(&own, features) >= ALIKE
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: i64 = 20_514;

    fn former() -> Former {
        let mut former = Former::default();
        former.tell(TrendId(1), TODAY - 365, &[7, 3], &vec![(3, 0.8), (9, 0.6)]);
        former
    }

    #[test]
    fn the_same_on_the_same_date_is_yearly() {
        let like = [(3, 0.7), (9, 0.7)];
        let told = former();
        assert!(told.is_yearly(TODAY, &[3, 7], &like));
        assert!(told.is_yearly(TODAY + 3, &[3], &like), "a feast that moves");
        assert!(!told.is_yearly(TODAY + 9, &[3], &like), "another date");
        assert!(!told.is_yearly(TODAY, &[3, 8], &like), "a word of its own");
        assert!(!told.is_yearly(TODAY, &[3], &[(5, 1.0)]), "other matters");
        assert!(!told.is_yearly(TODAY, &[], &like), "nothing in common");
        assert!(
            told.is_yearly(TODAY + 731, &[3], &like),
            "three years later"
        );
    }

    #[test]
    fn a_trend_is_remembered_once_and_not_for_ever() {
        let mut former = former();
        former.tell(TrendId(1), TODAY - 364, &[7, 3, 5], &vec![(3, 1.0)]);
        assert_eq!(former.told.len(), 1);
        assert_eq!(
            (former.told[0].day, former.told[0].stems.len()),
            (TODAY - 365, 3)
        );
        for n in 0..REMEMBERED as u64 + 5 {
            former.tell(TrendId(2 + n), TODAY, &[1], &Vector::new());
        }
        assert_eq!(former.told.len(), REMEMBERED);
        former.tell(TrendId(9), TODAY + 6 * 366, &[1], &Vector::new());
        assert_eq!(former.told.len(), 1);
    }
}
