//! Runs recorded items through the tracker with a virtual clock.
//!
//! Every `every`, aligned to the epoch, the trends of that moment are told: so a check at 03:00 sees
//! exactly what was published up to then. Items must come in order of time.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::settings::TrendSettings;
use super::tracker::{Tracker, TrendItem};
use crate::model::{StoryId, Trend};

/// One line of a recorded stream.
#[derive(Debug, Clone, Deserialize)]
pub struct Recorded {
    /// Its id.
    pub id: String,
    /// Source, which is its owner too unless `owner` is given.
    pub source: String,
    /// For whom the source speaks.
    #[serde(default)]
    pub owner: Option<String>,
    /// When published.
    pub published_at: Timestamp,
    /// Language, if known.
    #[serde(default)]
    pub lang: Option<String>,
    /// Title.
    #[serde(default)]
    pub title: String,
    /// Summary.
    #[serde(default)]
    pub summary: String,
    /// Link.
    #[serde(default)]
    pub url: Option<String>,
}

/// The trends of one check, as told in JSON lines.
#[derive(Debug, Clone, Serialize)]
pub struct CheckLine {
    /// When.
    pub at: Timestamp,
    /// Ranked, best first.
    pub trends: Vec<TrendLine>,
}

/// One trend of a check.
#[derive(Debug, Clone, Serialize)]
pub struct TrendLine {
    /// Stable id.
    pub id: String,
    /// Readable name.
    pub label: String,
    /// Representative title.
    pub headline: String,
    /// Stage of life.
    pub stage: crate::model::TrendStage,
    /// Rank order.
    pub score: f64,
    /// Sources in order of first mention.
    pub sources: Vec<String>,
    /// Ids of its items.
    pub items: Vec<String>,
}

/// One item's story, told at the end.
#[derive(Debug, Clone, Serialize)]
pub struct StoryLine {
    /// The item.
    pub id: String,
    /// Its story.
    pub story: u64,
}

/// A replay under way.
#[derive(Debug)]
pub struct Replay {
    tracker: Tracker,
    every: i64,
    next: Option<i64>,
    ids: Vec<String>,
    stories: Vec<StoryId>,
    into: Vec<(StoryId, StoryId)>,
}

impl Replay {
    /// A replay that checks every `every`, at least a minute.
    pub fn new(settings: TrendSettings, every: SignedDuration) -> Self {
        let every = every.as_secs().max(60);
        Self {
            tracker: Tracker::new(settings),
            every,
            next: None,
            ids: Vec::new(),
            stories: Vec::new(),
            into: Vec::new(),
        }
    }

    /// Takes in the next item; the checks that came due before it.
    pub fn add(&mut self, item: &Recorded) -> Vec<CheckLine> {
        let at = item.published_at.as_second();
        let mut lines = Vec::new();
        let mut next = *self
            .next
            .get_or_insert((at.div_euclid(self.every) + 1) * self.every);
        while next < at {
            lines.extend(self.check(next));
            next += self.every;
        }
        self.next = Some(next);
        let story = self.tracker.add(&TrendItem {
            id: self.ids.len() as i64,
            owner: item.owner.as_deref().unwrap_or(&item.source),
            source: &item.source,
            at: item.published_at,
            language: item.lang.as_deref(),
            title: &item.title,
            summary: &item.summary,
            link: item.url.as_deref(),
            official: false,
        });
        self.ids.push(item.id.clone());
        self.stories.push(story);
        self.into.extend(self.tracker.take_merges());
        lines
    }

    /// The last check, after which nothing comes, and every item's story.
    pub fn finish(mut self) -> (Option<CheckLine>, Vec<StoryLine>) {
        let last = self.next.and_then(|next| self.check(next));
        let mut parent: rustc_hash::FxHashMap<StoryId, StoryId> =
            self.into.iter().copied().collect();
        let stories = self
            .stories
            .iter()
            .map(|story| root(&mut parent, *story))
            .collect::<Vec<_>>();
        let lines = self
            .ids
            .into_iter()
            .zip(stories)
            .map(|(id, story)| StoryLine { id, story: story.0 })
            .collect();
        (last, lines)
    }

    fn check(&mut self, at: i64) -> Option<CheckLine> {
        let at = Timestamp::from_second(at).ok()?;
        let trends = self.tracker.check(at);
        Some(CheckLine {
            at,
            trends: trends.into_iter().map(|trend| self.line(trend)).collect(),
        })
    }

    fn line(&self, trend: Trend) -> TrendLine {
        TrendLine {
            id: trend.id.to_string(),
            label: trend.label,
            headline: trend.headline,
            stage: trend.stage,
            score: trend.score,
            sources: trend.sources,
            items: trend
                .items
                .iter()
                .filter_map(|id| self.ids.get(*id as usize).cloned())
                .collect(),
        }
    }
}

fn root(parent: &mut rustc_hash::FxHashMap<StoryId, StoryId>, story: StoryId) -> StoryId {
    let mut top = story;
    while let Some(next) = parent.get(&top) {
        top = *next;
    }
    let mut at = story;
    while let Some(next) = parent.insert(at, top) {
        if next == top {
            break;
        }
        at = next;
    }
    parent.remove(&top);
    top
}
