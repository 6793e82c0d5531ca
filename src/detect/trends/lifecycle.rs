//! Follows trends over checks: the same number from first sight until silence, its stage, its name, and
//! the item that leads it.
//!
//! A stage is found from when owners spoke, not from what the check before saw, so that looking more
//! often changes little. It goes forward only, but for a second wave that is broader than what was
//! before it: then a trend rises again.

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::burst::Burst;
use super::naming::Named;
use super::pace::{FADES, Pace};
use super::rhythm::Ago;
use super::stories::{Merge, Number};
use crate::model::{Trend, TrendId, TrendStage};

/// A trend without a new item for so long (seconds) is over, if so many usual hours have passed, too.
const SILENCE: (i64, f64) = (24 * 3600, 18.0);
/// A trend that did not burst for so long (seconds) is forgotten; what comes later is a new one.
const FORGET: i64 = 72 * 3600;
/// A stage lasts at least so long (seconds) before it goes backward.
const STAY: i64 = 3 * 3600;
/// Owners up to which a growing trend is emerging.
const FEW: usize = 4;

/// The item that a trend is about: official first, then the earliest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Canonical {
    pub(super) official: bool,
    pub(super) at: i64,
    pub(super) id: i64,
}

/// A trend that was told before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Known {
    id: TrendId,
    story: Number,
    /// The story that it was about when it first was about one.
    subject: Option<Number>,
    items: Vec<u64>,
    stage: Option<TrendStage>,
    /// When its stage began.
    since: i64,
    /// When it last burst.
    seen: i64,
    /// When its last item came.
    last: i64,
    /// As many owners as ever at once.
    pub(super) peak: usize,
    /// When its last wave began.
    pub(super) wave: i64,
    /// Usual hours without a new item after which it fades.
    patience: f64,
    /// First item, of all that it ever had.
    pub(super) first: i64,
    pub(super) canonical: Option<Canonical>,
    pub(super) named: Named,
    /// As it was last seen.
    trend: Option<Box<Trend>>,
}

/// Trends told so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Lifecycle {
    known: Vec<Known>,
    next: u64,
    /// Those that a burst of this check is already.
    #[serde(skip)]
    taken: FxHashSet<TrendId>,
}

impl Lifecycle {
    /// The trend that a burst is, a new one if none is known; its number, and what is known of it. `None`
    /// if a louder burst of this check is that trend. One that is about another story than the trend was,
    /// is another trend, though they share items.
    pub(super) fn follow(
        &mut self,
        burst: &Burst,
        subject: Option<Number>,
        now: i64,
    ) -> Option<(TrendId, &mut Known)> {
        let items: FxHashSet<u64> = burst.items.iter().copied().collect();
        let shared = |known: &Known| known.items.iter().filter(|n| items.contains(n)).count();
        let open = self.known.iter().enumerate();
        let best = open
            .map(|(at, known)| (shared(known), known.story == burst.story, at))
            .filter(|(shared, is_story, at)| {
                let known = &self.known[*at];
                let fewest = known.items.len().min(items.len()).max(1);
                let other = known.subject.zip(subject).is_some_and(|two| two.0 != two.1);
                !other && (*is_story || shared * 2 >= fewest)
            })
            .max_by_key(|(shared, is_story, at)| (*shared, *is_story, usize::MAX - at));
        let at = if let Some((.., at)) = best {
            at
        } else {
            self.next += 1;
            self.known.push(Known {
                id: TrendId(self.next),
                story: burst.story,
                subject,
                items: Vec::new(),
                stage: None,
                since: now,
                seen: now,
                last: now,
                peak: 0,
                wave: i64::MIN,
                patience: FADES,
                first: now,
                canonical: None,
                named: Named::default(),
                trend: None,
            });
            self.known.len() - 1
        };
        let known = &mut self.known[at];
        if !self.taken.insert(known.id) {
            return None;
        }
        known.seen = now;
        known.subject = known.subject.or(subject);
        known.items.clone_from(&burst.items);
        Some((known.id, known))
    }

    /// Numbers new trends from here on, unless they are further already.
    pub(super) fn number_after(&mut self, last: TrendId) {
        self.next = self.next.max(last.0);
    }

    /// One story was taken up by another.
    pub(super) fn merge(&mut self, merge: Merge) {
        for known in &mut self.known {
            for story in [&mut known.story].into_iter().chain(&mut known.subject) {
                if *story == merge.from {
                    *story = merge.into;
                }
            }
        }
    }

    /// Keeps how a trend was seen.
    pub(super) fn keep(&mut self, trend: &Trend) {
        if let Some(known) = self.known.iter_mut().find(|known| known.id == trend.id) {
            known.trend = Some(Box::new(trend.clone()));
        }
    }

    /// What did not burst at `now` fades, and is over in the end.
    pub(super) fn age(&mut self, now: i64, ago: &Ago) {
        for known in self.known.iter_mut().filter(|known| known.seen < now) {
            let least = if is_over(known.last, now, ago) {
                TrendStage::Over
            } else if ago.hours(known.last) >= known.patience {
                TrendStage::Fading
            } else {
                // ten others may have been louder at this check
                TrendStage::Emerging
            };
            let stage = known.stage.map_or(least, |stage| stage.max(least));
            known.enter(stage, now);
            if let Some(trend) = &mut known.trend {
                trend.stage = stage;
            }
        }
    }

    /// All trends that are followed, as last seen, in order of number.
    pub(super) fn trends(&self) -> impl Iterator<Item = &Trend> {
        self.known.iter().filter_map(|known| known.trend.as_deref())
    }

    /// Forgets trends that have long been over; a check begins.
    pub(super) fn expire(&mut self, now: i64) {
        self.taken.clear();
        self.known.retain(|known| now - known.seen < FORGET);
    }
}

impl Known {
    /// The stage of a trend that bursts at `now` with so many owners.
    pub(super) fn stage(&mut self, owners: usize, pace: &Pace, now: i64, ago: &Ago) -> TrendStage {
        use TrendStage::{Emerging, Fading, Over, Peaking, Rising};
        (self.last, self.patience) = (pace.last, pace.patience);
        let is_broader = owners > self.peak;
        self.peak = self.peak.max(owners);
        let may = if is_over(pace.last, now, ago) {
            Over
        } else if pace.fades {
            Fading
        } else if pace.stands {
            Peaking
        } else if owners <= FEW {
            Emerging
        } else {
            Rising
        };
        let stage = match (self.stage, pace.wave) {
            // a second wave
            (Some(stage @ (Peaking | Fading | Over)), Some(begin))
                if now - self.since >= STAY && (is_broader || stage != Peaking) =>
            {
                self.wave = begin;
                Rising
            }
            (Some(stage), _) => may.max(stage),
            (None, _) if may < Peaking => Emerging,
            (None, _) => may,
        };
        self.enter(stage, now);
        stage
    }

    fn enter(&mut self, stage: TrendStage, now: i64) {
        if self.stage != Some(stage) {
            self.stage = Some(stage);
            self.since = now;
        }
    }

    /// An item as the one that leads, if it comes before the one that does.
    pub(super) fn lead(&mut self, item: Canonical) {
        let key = |one: &Canonical| (!one.official, one.at, one.id);
        self.first = self.first.min(item.at);
        if self
            .canonical
            .as_ref()
            .is_none_or(|known| key(&item) < key(known))
        {
            self.canonical = Some(item);
        }
    }
}

/// Has nothing come since a time for so long that a trend is over?
fn is_over(last: i64, now: i64, ago: &Ago) -> bool {
    now - last >= SILENCE.0 && ago.hours(last) >= SILENCE.1
}
