//! What was said in the last weeks, in compact form: the baseline that bursts are measured against.
//!
//! Per item only the time, the stems of its title and its heaviest features. The baseline ends some
//! days before now, at midnight, and is fixed for a day: counts are made once a day, and what was
//! found out about a story stays true until the story grows.
//!
//! A stream too busy for the memory keeps every second item of its past, then every fourth, each
//! counting for those that are gone: weeks stay weeks, and only rare words are counted coarsely.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::stories::Number;
use super::vector::heaviest;

/// Items remembered at most, about: a quarter more until midnight.
const ITEMS: usize = 100_000;
/// Stems remembered per item.
const STEMS: usize = 12;
/// Heaviest features remembered per item.
const FEATURES: usize = 24;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// An item of the past. Its words are stems, then features, then their weights in 255ths, four to a word.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Past {
    at: i64,
    words: Box<[u32]>,
    stems: u8,
    features: u8,
    /// It stands for 2^thinned items.
    thinned: u8,
}

impl Past {
    fn stems(&self) -> &[u32] {
        &self.words[..usize::from(self.stems).min(self.words.len())]
    }

    /// Features with their weights in 255ths.
    fn features(&self) -> impl Iterator<Item = (u32, f32)> {
        let (from, count) = (usize::from(self.stems), usize::from(self.features));
        let (keys, weights) = self
            .words
            .get(from..)
            .and_then(|words| words.split_at_checked(count))
            .unwrap_or_default();
        let weights = weights
            .iter()
            .flat_map(|four| four.to_le_bytes().map(f32::from));
        keys.iter().copied().zip(weights)
    }

    fn stands_for(&self) -> usize {
        1 << self.thinned.min(30)
    }
}

/// The past of a stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct History {
    #[serde(skip)]
    items: VecDeque<Past>,
    /// The baseline: from, inclusive, up to, exclusive.
    since: i64,
    until: i64,
    /// Every 2^thinning-th item is remembered.
    thinning: u8,
    pushed: u64,
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
    /// Hours in which there were such, numbered from the epoch, in order, and how many items.
    pub(super) hours: Vec<(i64, usize)>,
}

impl History {
    /// Remembers an item. One that comes late counts from now: the baseline is fixed for the day.
    pub(super) fn push(&mut self, at: i64, stems: &[u32], vector: &[(u32, f32)]) {
        self.pushed += 1;
        if !self.pushed.is_multiple_of(1 << self.thinning.min(30)) {
            return;
        }
        if self.items.len() >= ITEMS + ITEMS / 4 {
            self.thin();
            self.recount();
        }
        let heavy = heaviest(vector, FEATURES);
        let stems = &stems[..stems.len().min(STEMS)];
        let weights = heavy.chunks(4).map(|four| {
            four.iter().rev().fold(0, |packed, term| {
                packed << 8 | (term.1.clamp(0.0, 1.0) * 255.0).round() as u32
            })
        });
        self.items.push_back(Past {
            at: at.max(self.until),
            words: stems
                .iter()
                .copied()
                .chain(heavy.iter().map(|term| term.0))
                .chain(weights)
                .collect(),
            stems: stems.len() as u8,
            features: heavy.len() as u8,
            thinned: self.thinning,
        });
    }

    /// Makes room: drops every second item of the days that are remembered most densely.
    fn thin(&mut self) {
        let densest = self.items.iter().map(|item| item.thinned).min();
        let densest = densest.unwrap_or_default();
        let mut keep = false;
        self.items.retain_mut(|item| {
            if item.thinned > densest {
                return true;
            }
            keep = !keep;
            item.thinned += 1;
            keep
        });
        self.thinning = self.thinning.max(densest + 1);
    }

    /// Ends the baseline at the midnight before `until`, and begins it `baseline` seconds earlier.
    pub(super) fn settle(&mut self, until: i64, baseline: i64) {
        let until = until.div_euclid(DAY) * DAY;
        if until == self.until && !self.counts.is_empty() {
            return;
        }
        (self.since, self.until) = (until - baseline, until);
        while self.items.front().is_some_and(|item| item.at < self.since) {
            self.items.pop_front();
        }
        // quieter days are remembered whole again
        if self.items.len() > ITEMS {
            self.thin();
        } else if self.items.len() < ITEMS / 4 {
            self.thinning = self.thinning.saturating_sub(1);
        }
        self.recount();
    }

    /// How many items are remembered.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// What is remembered, oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Past> {
        self.items.iter()
    }

    /// Puts saved items back, in the order in which they were.
    pub(super) fn restore(&mut self, items: Vec<Past>) {
        self.items.extend(items);
    }

    /// Builds what is not saved.
    pub(super) fn recount(&mut self) {
        self.known.clear();
        let mut counts: FxHashMap<u32, u32> = FxHashMap::default();
        for item in self.within() {
            for stem in item.stems() {
                *counts.entry(*stem).or_default() += item.stands_for() as u32;
            }
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
            .map(Past::stands_for)
            .sum()
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

    /// What the baseline says about each candidate; from a cosine of `alike` up an item is of its sort.
    pub(super) fn echoes(&mut self, probes: &[Probe], alike: f32) -> Vec<Echo> {
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
        let fresh = self.scan(
            &open.iter().map(|at| &probes[*at]).collect::<Vec<_>>(),
            alike,
        );
        for (at, echo) in open.into_iter().zip(fresh) {
            if let Some((story, asked)) = asked(&probes[at]) {
                self.known.insert(story, (asked, echo.clone()));
            }
            echoes[at] = Some(echo);
        }
        echoes.into_iter().flatten().collect()
    }

    fn scan(&self, probes: &[&Probe], alike: f32) -> Vec<Echo> {
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
        // what one item says to each asker, and which askers it says anything to
        let mut heard = vec![(0usize, 0f32); probes.len()];
        let mut askers: Vec<usize> = Vec::new();
        for item in self.within() {
            for stem in item.stems() {
                for asker in signs.get(stem).into_iter().flatten() {
                    askers.push(*asker);
                    heard[*asker].0 += 1;
                }
            }
            for (key, own) in item.features() {
                for (asker, weight) in features.get(&key).into_iter().flatten() {
                    askers.push(*asker);
                    heard[*asker].1 += weight * own;
                }
            }
            for asker in askers.drain(..) {
                let (shared, cosine) = std::mem::take(&mut heard[asker]);
                let echo = &mut echoes[asker];
                if shared > 0 && shared >= probes[asker].signature.len().clamp(1, 2) {
                    echo.same += item.stands_for();
                }
                if cosine >= alike {
                    echo.alike += item.stands_for();
                    let hour = item.at.div_euclid(HOUR);
                    match echo.hours.last_mut() {
                        Some(last) if last.0 == hour => last.1 += item.stands_for(),
                        _ => echo.hours.push((hour, item.stands_for())),
                    }
                }
            }
        }
        for echo in &mut echoes {
            // items that came late are not in order
            echo.hours.sort_unstable();
            echo.hours.dedup_by(|later, earlier| {
                let same = later.0 == earlier.0;
                earlier.1 += if same { later.1 } else { 0 };
                same
            });
        }
        echoes
    }
}
