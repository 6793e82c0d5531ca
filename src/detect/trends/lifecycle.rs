//! Follows trends over checks: the same number from first sight until silence, its stage, its name, and
//! the item that leads it.
//!
//! A stage is found from when owners spoke, not from what the check before saw, so that looking more
//! often changes little. It goes forward only, but for a second wave that is broader than what was
//! before it: then a trend rises again.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::burst::Burst;
use super::naming::Named;
use super::window::Held;
use crate::model::{Trend, TrendId, TrendStage};

/// A trend that no longer bursts and had no new item for so long (seconds) is fading.
const FADES: i64 = 6 * 3600;
/// A trend without a new item for so long (seconds) is over.
const SILENCE: i64 = 24 * 3600;
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
    story: u32,
    items: Vec<u64>,
    stage: Option<TrendStage>,
    /// When its stage began.
    since: i64,
    /// When it last burst.
    seen: i64,
    /// When its last item came.
    last: i64,
    /// As many owners as ever at once.
    peak: usize,
    /// First item, of all that it ever had.
    pub(super) first: i64,
    pub(super) canonical: Option<Canonical>,
    pub(super) named: Named,
    /// As it was last seen.
    trend: Option<Box<Trend>>,
}

/// When owners spoke of a trend; the window is that of its burst.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Owners of the last quarter of the window.
    pub(super) recent: usize,
    /// Owners of the last but one, as many as the hour would let speak now.
    pub(super) before: f64,
    /// Has none joined for much longer than they usually did?
    pub(super) is_full: bool,
    /// Has nothing come for longer than the hour explains?
    pub(super) is_silent: bool,
    /// When the last item came.
    pub(super) last: i64,
}

impl Pace {
    /// How fast owners come to speak, `usually` times as many at this hour as a quarter of the window ago.
    pub(super) fn of(items: &[&Held], span: i64, usually: f64, now: i64) -> Self {
        let owners = |from: i64, to: i64| {
            let within = |item: &&&Held| (now - from..=now - to).contains(&item.at);
            let owners = items.iter().filter(within).map(|item| item.owner);
            owners.collect::<FxHashSet<u32>>().len()
        };
        let mut first: FxHashMap<u32, i64> = FxHashMap::default();
        for item in items {
            let at = first.entry(item.owner).or_insert(item.at);
            *at = item.at.min(*at);
        }
        let (begin, joined) = first.values().fold((now, i64::MIN), |span, at| {
            (span.0.min(*at), span.1.max(*at))
        });
        let usual_gap = (joined - begin) / (first.len() as i64 - 1).max(1);
        let last = items.iter().map(|item| item.at).max().unwrap_or(now);
        let silence = ((span / 4) as f64 / usually.min(1.0)) as i64;
        Self {
            recent: owners(span / 4, 0),
            before: owners(span / 2, span / 4 + 1) as f64 * usually,
            is_full: now - joined > (span / 8).max(2 * usual_gap).min(span / 4),
            is_silent: now - last > silence.max(2 * usual_gap).min(span / 2),
            last,
        }
    }
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
    /// if a louder burst of this check is that trend.
    pub(super) fn follow(&mut self, burst: &Burst, now: i64) -> Option<(TrendId, &mut Known)> {
        let items: FxHashSet<u64> = burst.items.iter().copied().collect();
        let shared = |known: &Known| known.items.iter().filter(|n| items.contains(n)).count();
        let open = self.known.iter().enumerate();
        let best = open
            .map(|(at, known)| (shared(known), known.story == burst.story, at))
            .filter(|(shared, is_story, at)| {
                let fewest = self.known[*at].items.len().min(items.len()).max(1);
                *is_story || shared * 2 >= fewest
            })
            .max_by_key(|(shared, is_story, at)| (*shared, *is_story, usize::MAX - at));
        let at = if let Some((.., at)) = best {
            at
        } else {
            self.next += 1;
            self.known.push(Known {
                id: TrendId(self.next),
                story: burst.story,
                items: Vec::new(),
                stage: None,
                since: now,
                seen: now,
                last: now,
                peak: 0,
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
        known.items.clone_from(&burst.items);
        Some((known.id, known))
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
            let least = match now - known.last {
                // ten others may have been louder at this check
                ..FADES => TrendStage::Emerging,
                FADES..SILENCE => TrendStage::Fading,
                _ => TrendStage::Over,
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
    pub(super) fn stage(&mut self, owners: usize, pace: Pace, now: i64) -> TrendStage {
        use TrendStage::{Emerging, Fading, Over, Peaking, Rising};
        self.last = pace.last;
        let is_broader = owners > self.peak;
        self.peak = self.peak.max(owners);
        let recent = pace.recent as f64;
        // one owner more or less is chance
        let grows = !pace.is_full && recent + 1.0 >= pace.before;
        let may = if now - pace.last >= SILENCE {
            Over
        } else if pace.is_silent || recent * 2.0 + 1.0 < pace.before {
            Fading
        } else if !grows {
            Peaking
        } else if owners <= FEW {
            Emerging
        } else {
            Rising
        };
        let stage = match self.stage {
            None if may < Fading => Emerging,
            None => may,
            Some(stage) if may >= stage => may,
            // something new came after all
            Some(Over) => may.max(Rising),
            // a second wave
            Some(stage @ (Peaking | Fading)) if now - self.since >= STAY => {
                let is_wave = recent >= 3.0 && recent >= 2.0 * pace.before;
                let rises = may <= Rising && is_wave && (is_broader || stage != Peaking);
                if rises { Rising } else { stage }
            }
            Some(stage) => stage,
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
