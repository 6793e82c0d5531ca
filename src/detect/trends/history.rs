//! What was said in the last weeks, in compact form: the baseline that bursts are measured against.
//!
//! Per item only the time, the stems of its title and its heaviest features. The baseline ends some
//! days before now, at midnight, and is fixed for a day: it is indexed once a day, and what was found
//! out about a story stays true until the story grows. What is newer waits beside it.
//!
//! A stream too busy for the memory keeps every second item of its past, then every fourth, each
//! counting for those that are gone: weeks stay weeks, and only rare words are counted coarsely.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::baseline::{Baseline, Dated};
use super::stories::Number;
use super::vector::heaviest;

/// Items remembered at most, about: a quarter more until midnight.
const ITEMS: usize = 64_000;
/// Stems remembered per item.
const STEMS: usize = 64;
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
    /// A hash of its owner.
    owner: u16,
}

impl Past {
    /// When and for how many it counts.
    pub(super) fn dated(&self) -> Dated {
        Dated {
            at: self.at,
            owner: self.owner,
            thinned: self.thinned,
        }
    }

    /// Its words, each once: whether in the title, and with which weight among the features.
    pub(super) fn words(&self) -> impl Iterator<Item = (u32, bool, u8)> {
        let stems = usize::from(self.stems).min(self.words.len());
        let (stems, rest) = self.words.split_at(stems);
        let (keys, weights) = rest
            .split_at_checked(self.features.into())
            .unwrap_or_default();
        let weight = |at: usize| {
            weights
                .get(at / 4)
                .map_or(0, |four| four.to_le_bytes()[at % 4])
        };
        let titles = stems.iter().map(move |stem| {
            let feature = keys.iter().position(|key| key == stem);
            (*stem, true, feature.map_or(0, weight))
        });
        let others = keys.iter().enumerate();
        let others = others.filter(|(_, key)| !stems.contains(key));
        titles.chain(others.map(move |(at, key)| (*key, false, weight(at))))
    }
}

/// The past of a stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct History {
    #[serde(skip)]
    baseline: Baseline,
    /// What is newer than the baseline, in order of arrival.
    #[serde(skip)]
    newer: VecDeque<Past>,
    /// The baseline: from, inclusive, up to, exclusive.
    since: i64,
    until: i64,
    /// Every 2^thinning-th item is remembered.
    thinning: u8,
    pushed: u64,
    /// Items that joined other owners' stories, by hour from the epoch, as long as breadth remembers.
    said: VecDeque<(i64, u32)>,
    /// Answers of the day, by story.
    #[serde(skip)]
    known: FxHashMap<Number, (Asked, Echo)>,
}

/// What an answer depends on: signature, items that made the features, and what is new.
type Asked = (Vec<u32>, u32, Vec<u32>);

/// What is asked about one candidate.
#[derive(Debug, Clone, Default)]
pub(super) struct Probe {
    /// The story asked about and its number of items, if the answer is worth keeping.
    pub(super) story: Option<(Number, u32)>,
    /// Its rarest common words: an earlier item with two of them (or the only one) is an echo.
    pub(super) signature: Vec<u32>,
    /// Its features, of length 1; empty if likeness is not asked for.
    pub(super) features: Vec<(u32, f32)>,
    /// Its main terms that are new by themselves.
    pub(super) novel: Vec<u32>,
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
    pub(super) fn push(&mut self, at: i64, owner: u16, stems: &[u32], vector: &[(u32, f32)]) {
        let at = at.max(self.until);
        self.pushed += 1;
        if !self.pushed.is_multiple_of(1 << self.thinning.min(30)) {
            return;
        }
        if self.len() >= ITEMS + ITEMS / 4 {
            self.thin();
        }
        let heavy = heaviest(vector, FEATURES);
        let stems = &stems[..stems.len().min(STEMS)];
        let weights = heavy.chunks(4).map(|four| {
            four.iter().rev().fold(0, |packed, term| {
                packed << 8 | (term.1.clamp(0.0, 1.0) * 255.0).round() as u32
            })
        });
        self.newer.push_back(Past {
            at,
            words: stems
                .iter()
                .copied()
                .chain(heavy.iter().map(|term| term.0))
                .chain(weights)
                .collect(),
            stems: stems.len() as u8,
            features: heavy.len() as u8,
            thinned: self.thinning,
            owner,
        });
    }

    /// Counts an item that joins other owners' story.
    pub(super) fn count(&mut self, at: i64) {
        let hour = at.max(self.until).div_euclid(HOUR);
        match self.said.iter_mut().rev().find(|said| said.0 <= hour) {
            Some(said) if said.0 == hour => said.1 += 1,
            // an hour that is skipped by items out of order is no loss
            _ => self.said.push_back((hour, 1)),
        }
    }

    /// Makes room: drops every second item of the days that are remembered most densely.
    fn thin(&mut self) {
        let newer = self.newer.iter().map(|item| item.thinned);
        let densest = self.baseline.items().iter().map(|item| item.thinned);
        let densest = densest.chain(newer).min().unwrap_or_default();
        let mut keep = false;
        let mut thinned = |thinned: &mut u8| {
            if *thinned > densest {
                return true;
            }
            keep = !keep;
            *thinned += 1;
            keep
        };
        self.baseline
            .renew(|mut item| thinned(&mut item.thinned).then_some(item), &[]);
        self.newer.retain_mut(|item| thinned(&mut item.thinned));
        self.thinning = self.thinning.max(densest + 1);
        self.known.clear();
    }

    /// Ends the baseline at the midnight before `until`, and begins it `baseline` seconds earlier.
    pub(super) fn settle(&mut self, until: i64, baseline: i64) {
        let until = until.div_euclid(DAY) * DAY;
        if until == self.until {
            return;
        }
        let since = until - baseline;
        (self.since, self.until) = (since, until);
        let (old, newer): (Vec<Past>, Vec<Past>) =
            self.newer.drain(..).partition(|item| item.at < until);
        self.newer = newer.into();
        self.baseline
            .renew(|item| (item.at >= since).then_some(item), &old);
        // quieter days are remembered whole again
        if self.len() > ITEMS {
            self.thin();
        } else if self.len() < ITEMS / 4 {
            self.thinning = self.thinning.saturating_sub(1);
        }
        self.known.clear();
    }

    /// How many items are remembered.
    fn len(&self) -> usize {
        self.baseline.len() + self.newer.len()
    }

    /// The index, to be saved.
    pub(super) fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    /// The index, to be restored.
    pub(super) fn baseline_mut(&mut self) -> &mut Baseline {
        &mut self.baseline
    }

    /// What is newer than the baseline, oldest first.
    pub(super) fn newer(&self) -> &VecDeque<Past> {
        &self.newer
    }

    /// Puts saved newer items back, in the order in which they were.
    pub(super) fn restore(&mut self, items: Vec<Past>) {
        self.newer.extend(items);
    }

    /// Days of the baseline that are really remembered, at least one.
    pub(super) fn days(&self) -> f64 {
        let begin = self.baseline.begin().unwrap_or(self.until);
        ((self.until - begin.max(self.since)) as f64 / DAY as f64).max(1.0)
    }

    /// Items that joined others since, to the hour; as far as breadth asks.
    pub(super) fn volume(&mut self, since: i64) -> usize {
        let hour = since.div_euclid(HOUR);
        self.said.retain(|said| said.0 >= hour);
        self.said.iter().map(|said| said.1 as usize).sum()
    }

    /// In how many titles of the baseline a stem stands.
    pub(super) fn titles(&self, stem: u32) -> u32 {
        self.baseline.titles(stem)
    }

    /// What the baseline says about a candidate; from a cosine of `alike` up an item is of its sort.
    pub(super) fn echo(&mut self, probe: &Probe, alike: f32) -> Echo {
        let Some((story, items)) = probe.story else {
            return self.baseline.echo(probe, alike);
        };
        if let Some(((signature, then, novel), echo)) = self.known.get(&story)
            && *signature == probe.signature
            && *then == items
            && *novel == probe.novel
        {
            return echo.clone();
        }
        let echo = self.baseline.echo(probe, alike);
        let asked = (probe.signature.clone(), items, probe.novel.clone());
        self.known.insert(story, (asked, echo.clone()));
        echo
    }
}
