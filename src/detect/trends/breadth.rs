//! Learns how broad a story must be in this stream to be worth telling.
//!
//! Twenty channels of one city all tell each day's news: three of them are no trend. Ten thousand
//! small sites hardly ever agree: three are one. So the bar is the smallest breadth that not more
//! stories a day reached, over the last two weeks, than a reader wants to be told of.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::burst::{STORY_WINDOWS, WINDOWS};
use super::settings::TrendSettings;
use super::stories::Number;

/// Seconds that are remembered.
const MEMORY: i64 = 14 * 86_400;
/// Breadth from which all is told.
const BROADEST: usize = 40;

/// The breadth that each surprising story reached, by window.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Breadth {
    since: Option<i64>,
    reached: VecDeque<Reached>,
    bars: Option<[usize; WINDOWS.len()]>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Reached {
    story: Number,
    first: i64,
    owners: [usize; WINDOWS.len()],
}

impl Breadth {
    /// Fewest owners of a story within window number `at`.
    pub(super) fn bar(&self, at: usize, settings: &TrendSettings) -> usize {
        self.bars
            .map_or(0, |bars| bars[at])
            .max(settings.min_owners)
    }

    /// A story is surprising at `now` with so many owners by window.
    pub(super) fn note(&mut self, now: i64, story: Number, owners: [usize; WINDOWS.len()]) {
        if owners.iter().all(|owners| *owners == 0) {
            return;
        }
        match self
            .reached
            .iter_mut()
            .rev()
            .find(|known| known.story == story)
        {
            Some(known) => {
                for (most, owners) in known.owners.iter_mut().zip(owners) {
                    *most = owners.max(*most);
                }
            }
            None => self.reached.push_back(Reached {
                story,
                first: now,
                owners,
            }),
        }
    }

    /// The lowest of the bars for stories.
    pub(super) fn least(&self, settings: &TrendSettings) -> usize {
        (0..STORY_WINDOWS)
            .map(|at| self.bar(at, settings))
            .min()
            .unwrap_or(settings.min_owners)
    }

    /// Since when is remembered at `now`.
    pub(super) fn since(now: i64) -> i64 {
        now - MEMORY
    }

    /// Ends a check: forgets what is old and sets the bars for the next; so many `items` joined other
    /// owners' stories in memory's span.
    pub(super) fn settle(&mut self, now: i64, settings: &TrendSettings, items: usize) {
        let since = *self.since.get_or_insert(now);
        let before = Self::since(now);
        while self
            .reached
            .front()
            .is_some_and(|known| known.first < before)
        {
            self.reached.pop_front();
        }
        let days = ((now - since).min(MEMORY) as f64 / 86_400.0).max(1.0);
        let most = (settings.share * items as f64)
            .min(settings.budget * days)
            .max(1.0);
        let broad = |at: usize, bar: usize| {
            self.reached
                .iter()
                .filter(|known| known.owners[at] >= bar)
                .count()
        };
        let bars = std::array::from_fn(|at| {
            (1..BROADEST)
                .find(|bar| broad(at, *bar) as f64 <= most)
                .unwrap_or(BROADEST)
        });
        self.bars = Some(bars);
    }
}
