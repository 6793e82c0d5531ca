//! What was said in the last weeks, in compact form: the baseline that bursts are measured against.
//!
//! Per item only the time, the owner and the stems of its title. A check asks about all of its
//! candidates in one scan, so nothing has to be indexed and nothing grows with what is asked.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

/// Items remembered at most; a busier stream has a shorter past.
const ITEMS: usize = 150_000;
/// Stems remembered per item.
const STEMS: usize = 12;
/// Heaviest features remembered per item.
const FEATURES: usize = 32;
/// Cosine of features from which an earlier item is of the same sort.
const ALIKE: f32 = 0.22;
const DAY: i64 = 86_400;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Past {
    at: i64,
    stems: Box<[u32]>,
    /// Heaviest features, and their weights in 255ths.
    keys: Box<[u32]>,
    weights: Box<[u8]>,
}

/// The past of a stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct History {
    items: VecDeque<Past>,
}

/// What is asked about one candidate.
#[derive(Debug, Clone, Default)]
pub(super) struct Probe {
    /// Its rarest common words: an earlier item with two of them (or the only one) is an echo.
    pub(super) signature: Vec<u32>,
    /// Its features, of length 1; empty if likeness is not asked for.
    pub(super) features: Vec<(u32, f32)>,
}

/// What the past says about one candidate.
#[derive(Debug, Clone, Default)]
pub(super) struct Echo {
    /// Items that share the signature.
    pub(super) same: usize,
    /// Items of the same sort.
    pub(super) alike: usize,
    /// Days on which there were such, numbered from the epoch, in order.
    pub(super) days: Vec<i64>,
}

/// The part of the past that a check is measured against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// From, inclusive.
    pub(super) since: i64,
    /// Up to, exclusive.
    pub(super) until: i64,
}

impl History {
    /// Remembers an item.
    pub(super) fn push(&mut self, at: i64, stems: &[u32], vector: &[(u32, f32)]) {
        let mut heavy = vector.to_vec();
        heavy.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        heavy.truncate(FEATURES);
        self.items.push_back(Past {
            at,
            stems: stems.iter().take(STEMS).copied().collect(),
            keys: heavy.iter().map(|term| term.0).collect(),
            weights: heavy
                .iter()
                .map(|term| (term.1 * 255.0).round() as u8)
                .collect(),
        });
    }

    /// Forgets what is older than `before`.
    pub(super) fn expire(&mut self, before: i64) {
        while self
            .items
            .front()
            .is_some_and(|item| item.at < before || self.items.len() > ITEMS)
        {
            self.items.pop_front();
        }
    }

    /// Days of the span that are really remembered, at least one.
    pub(super) fn days(&self, span: Span) -> f64 {
        let begin = self.items.front().map_or(span.until, |item| item.at);
        ((span.until - begin.max(span.since)) as f64 / DAY as f64).max(1.0)
    }

    /// Items of the span.
    pub(super) fn volume(&self, span: Span) -> usize {
        self.within(span).count()
    }

    fn within(&self, span: Span) -> impl Iterator<Item = &Past> {
        self.items
            .iter()
            .filter(move |item| span.since <= item.at && item.at < span.until)
    }

    /// In how many items of the span each of the stems stands.
    pub(super) fn counts(&self, stems: &FxHashSet<u32>, span: Span) -> FxHashMap<u32, usize> {
        let mut counts = FxHashMap::default();
        for item in self.within(span) {
            for stem in item.stems.iter().filter(|stem| stems.contains(stem)) {
                *counts.entry(*stem).or_default() += 1;
            }
        }
        counts
    }

    /// What the span says about each candidate.
    pub(super) fn echoes(&self, probes: &[Probe], span: Span) -> Vec<Echo> {
        let mut signs: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
        let mut features: FxHashMap<u32, Vec<(usize, f32)>> = FxHashMap::default();
        for (at, probe) in probes.iter().enumerate() {
            for stem in &probe.signature {
                signs.entry(*stem).or_default().push(at);
            }
            for (key, weight) in &probe.features {
                features.entry(*key).or_default().push((at, weight / 255.0));
            }
        }
        let mut echoes = vec![Echo::default(); probes.len()];
        let (mut shared, mut cosines) = (vec![0usize; probes.len()], vec![0f32; probes.len()]);
        let alike = std::env::var("ALIKE").map_or(ALIKE, |x| x.parse().unwrap());
        for item in self.within(span) {
            let mut met = false;
            for stem in &item.stems {
                for asker in signs.get(stem).into_iter().flatten() {
                    shared[*asker] += 1;
                    met = true;
                }
            }
            for (key, own) in item.keys.iter().zip(&item.weights) {
                for (asker, weight) in features.get(key).into_iter().flatten() {
                    cosines[*asker] += weight * f32::from(*own);
                    met = true;
                }
            }
            if !met {
                continue;
            }
            for (asker, echo) in echoes.iter_mut().enumerate() {
                let need = probes[asker].signature.len().clamp(1, 2);
                echo.same += usize::from(std::mem::take(&mut shared[asker]) >= need);
                if std::mem::take(&mut cosines[asker]) >= alike {
                    echo.alike += 1;
                    let day = item.at.div_euclid(DAY);
                    if echo.days.last() != Some(&day) {
                        echo.days.push(day);
                    }
                }
            }
        }
        for echo in &mut echoes {
            echo.days.sort_unstable();
            echo.days.dedup();
        }
        echoes
    }
}
