//! Follows trends over checks: the same number from first sight until silence, and a stage.

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::burst::Burst;
use crate::model::{Trend, TrendId, TrendStage};

/// A trend that did not burst for so long (seconds) is over.
const SILENCE: i64 = 24 * 3600;
/// A trend that did not burst for so long (seconds) is forgotten; what comes later is a new one.
const FORGET: i64 = 72 * 3600;

/// A trend that was told before.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Known {
    id: TrendId,
    story: u32,
    items: Vec<u64>,
    since: i64,
    seen: i64,
    peak: usize,
    /// As it was last seen.
    trend: Option<Box<Trend>>,
}

/// Trends told so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Lifecycle {
    known: Vec<Known>,
    next: u64,
}

impl Lifecycle {
    /// The number and stage of a burst at `now`; `recent` and `before` are the owners of the last
    /// and the last but one quarter of the window, the latter as many as the hour would let speak now.
    pub(super) fn follow(
        &mut self,
        burst: &Burst,
        recent: usize,
        before: f64,
        now: i64,
    ) -> (TrendId, TrendStage) {
        let items: FxHashSet<u64> = burst.items.iter().copied().collect();
        let same = |known: &&mut Known| {
            let shared = known
                .items
                .iter()
                .filter(|item| items.contains(item))
                .count();
            known.story == burst.story || shared * 2 >= known.items.len().min(items.len()).max(1)
        };
        let known = if let Some(known) = self.known.iter_mut().find(same) {
            known
        } else {
            self.next += 1;
            self.known.push(Known {
                id: TrendId(self.next),
                story: burst.story,
                items: Vec::new(),
                since: now,
                seen: now,
                peak: 0,
                trend: None,
            });
            match self.known.last_mut() {
                Some(known) => known,
                None => return (TrendId(self.next), TrendStage::Emerging),
            }
        };
        known.seen = now;
        known.items.clone_from(&burst.items);
        let grows = burst.owners > known.peak;
        known.peak = known.peak.max(burst.owners);
        let last = recent as f64;
        let stage = if last + before < 1.0 {
            TrendStage::Fading
        } else if known.since == now || (grows && burst.owners <= 4) {
            TrendStage::Emerging
        } else if grows && last >= before {
            TrendStage::Rising
        } else if last * 2.0 >= before {
            TrendStage::Peaking
        } else {
            TrendStage::Fading
        };
        (known.id, stage)
    }

    /// Numbers new trends from here on, unless they are further already.
    pub(super) fn number_after(&mut self, last: TrendId) {
        self.next = self.next.max(last.0);
    }

    /// Keeps how a trend was seen.
    pub(super) fn keep(&mut self, trend: &Trend) {
        if let Some(known) = self.known.iter_mut().find(|known| known.id == trend.id) {
            known.trend = Some(Box::new(trend.clone()));
        }
    }

    /// What did not burst at `now` fades, and is over in the end.
    pub(super) fn age(&mut self, now: i64) {
        for known in self.known.iter_mut().filter(|known| known.seen < now) {
            if let Some(trend) = &mut known.trend {
                trend.stage = if now - known.seen < SILENCE {
                    TrendStage::Fading
                } else {
                    TrendStage::Over
                };
            }
        }
    }

    /// All trends that are followed, as last seen, in order of number.
    pub(super) fn trends(&self) -> impl Iterator<Item = &Trend> {
        self.known.iter().filter_map(|known| known.trend.as_deref())
    }

    /// Forgets trends that have long been over.
    pub(super) fn expire(&mut self, now: i64) {
        self.known.retain(|known| now - known.seen < FORGET);
    }
}
