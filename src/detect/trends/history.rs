//! What was said in the last weeks, in compact form: the baseline that bursts are measured against.
//!
//! Per item only the time, the stems of its title and its heaviest features. The baseline ends some
//! days before now, at midnight, and is fixed for a day: counts are made once a day, and what was
//! found out about a story stays true until the story grows.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::stories::Number;

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
    /// The baseline: from, inclusive, up to, exclusive.
    since: i64,
    until: i64,
    /// Items of the baseline by stem.
    #[serde(skip)]
    counts: FxHashMap<u32, u32>,
    /// Answers of the day, by story.
    #[serde(skip)]
    known: FxHashMap<Number, (Asked, Echo)>,
}

/// What an answer depends on: signature, and items that made the features.
type Asked = (Vec<u32>, u32);

/// What is asked about one candidate.
#[derive(Debug, Clone, Default)]
pub(super) struct Probe {
    /// The story asked about and its number of items, if the answer is worth keeping.
    pub(super) story: Option<(Number, u32)>,
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

impl History {
    /// Remembers an item. One that comes late counts from now: the baseline is fixed for the day.
    pub(super) fn push(&mut self, at: i64, stems: &[u32], vector: &[(u32, f32)]) {
        if self.items.len() > ITEMS + ITEMS / 4 {
            self.items.pop_front();
        }
        let mut heavy = vector.to_vec();
        heavy.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        heavy.truncate(FEATURES);
        self.items.push_back(Past {
            at: at.max(self.until),
            stems: stems.iter().take(STEMS).copied().collect(),
            keys: heavy.iter().map(|term| term.0).collect(),
            weights: heavy
                .iter()
                .map(|term| (term.1 * 255.0).round() as u8)
                .collect(),
        });
    }

    /// Ends the baseline at the midnight before `until`, and begins it `baseline` seconds earlier.
    pub(super) fn settle(&mut self, until: i64, baseline: i64) {
        let until = until.div_euclid(DAY) * DAY;
        if until == self.until && !self.counts.is_empty() {
            return;
        }
        (self.since, self.until) = (until - baseline, until);
        while self
            .items
            .front()
            .is_some_and(|item| item.at < self.since || self.items.len() > ITEMS)
        {
            self.items.pop_front();
        }
        self.recount();
    }

    /// Builds what is not saved.
    pub(super) fn recount(&mut self) {
        self.known.clear();
        let mut counts: FxHashMap<u32, u32> = FxHashMap::default();
        for stem in self.within().flat_map(|item| &item.stems) {
            *counts.entry(*stem).or_default() += 1;
        }
        self.counts = counts;
    }

    /// Days of the baseline that are really remembered, at least one.
    pub(super) fn days(&self) -> f64 {
        let begin = self.items.front().map_or(self.until, |item| item.at);
        ((self.until - begin.max(self.since)) as f64 / DAY as f64).max(1.0)
    }

    /// Items remembered since.
    pub(super) fn volume(&self, since: i64) -> usize {
        self.items
            .iter()
            .rev()
            .take_while(|item| item.at >= since)
            .count()
    }

    /// In how many items of the baseline a stem stands.
    pub(super) fn count(&self, stem: u32) -> u32 {
        self.counts.get(&stem).copied().unwrap_or(0)
    }

    fn within(&self) -> impl Iterator<Item = &Past> {
        let (since, until) = (self.since, self.until);
        self.items
            .iter()
            .filter(move |item| since <= item.at && item.at < until)
    }

    /// What the baseline says about each candidate.
    pub(super) fn echoes(&mut self, probes: &[Probe]) -> Vec<Echo> {
        let asked = |probe: &Probe| {
            probe
                .story
                .map(|(story, items)| (story, (probe.signature.clone(), items)))
        };
        let known = |probe: &Probe| {
            let (story, asked) = asked(probe)?;
            self.known
                .get(&story)
                .filter(|(then, _)| *then == asked)
                .map(|(_, echo)| echo.clone())
        };
        let mut echoes: Vec<Option<Echo>> = probes.iter().map(known).collect();
        let open: Vec<usize> = (0..probes.len())
            .filter(|at| echoes[*at].is_none())
            .collect();
        let fresh = self.scan(&open.iter().map(|at| &probes[*at]).collect::<Vec<_>>());
        for (at, echo) in open.into_iter().zip(fresh) {
            if let Some((story, asked)) = asked(&probes[at]) {
                self.known.insert(story, (asked, echo.clone()));
            }
            echoes[at] = Some(echo);
        }
        echoes.into_iter().flatten().collect()
    }

    fn scan(&self, probes: &[&Probe]) -> Vec<Echo> {
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
        if probes.is_empty() {
            return echoes;
        }
        let (mut shared, mut cosines) = (vec![0usize; probes.len()], vec![0f32; probes.len()]);
        for item in self.within() {
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
                if std::mem::take(&mut cosines[asker]) >= ALIKE {
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
