//! Runs recorded items through the tracker with a virtual clock.
//!
//! Every `every`, aligned to the epoch, the trends of that moment are told: so a check at 03:00 sees
//! exactly what was published up to then. Items must come in order of time.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize};

use super::settings::TrendSettings;
use super::stories::Number;
use super::tracker::{Tracker, TrendItem};
use super::window::HELD;
use crate::detect::radar;
use crate::model::{StoryId, Trend};

/// One line of a recorded stream.
#[derive(Debug, Clone, Deserialize)]
pub struct Recorded {
    /// Its id, a text or a number.
    #[serde(deserialize_with = "text_or_number")]
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
    #[serde(default, deserialize_with = "or_nothing")]
    pub title: String,
    /// Summary.
    #[serde(default, deserialize_with = "or_nothing")]
    pub summary: String,
    /// Link.
    #[serde(default)]
    pub url: Option<String>,
}

/// A text, empty where `null` is written.
fn or_nothing<'de, D: Deserializer<'de>>(reader: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(reader)?.unwrap_or_default())
}

fn text_or_number<'de, D: Deserializer<'de>>(reader: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "the id must be a text or a whole number")]
    enum Id {
        Text(String),
        Number(i64),
    }
    Ok(match Id::deserialize(reader)? {
        Id::Text(text) => text,
        Id::Number(number) => number.to_string(),
    })
}

/// The trends of one check, as told in JSON lines.
#[derive(Debug, Clone, Serialize)]
pub struct CheckLine {
    /// When.
    pub at: Timestamp,
    /// Ranked, best first.
    pub trends: Vec<TrendLine>,
    /// Names seen for the first time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub new: Vec<NewLine>,
}

/// A name seen for the first time.
#[derive(Debug, Clone, Serialize)]
pub struct NewLine {
    /// As most write it.
    pub name: String,
    /// Of what sort the texts say it is.
    pub sort: Option<&'static str>,
    /// First item.
    pub first_seen: Timestamp,
    /// Owners with texts of their own.
    pub owners: usize,
    /// Days of the stream in which nobody used it.
    pub unseen_days: i64,
    /// How sure it is, 0–1.
    pub confidence: f64,
    /// Ids of its items.
    pub items: Vec<String>,
    /// The sentences with it.
    pub quotes: Vec<String>,
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
    /// Names of the stream, if new ones are asked for.
    radar: Option<radar::Memory>,
    every: i64,
    next: Option<i64>,
    /// Items so far.
    added: usize,
    /// Ids of the last items: no trend has older ones.
    recent: VecDeque<Box<str>>,
    stories: Option<Told>,
}

/// Every item's id and story, in little room.
#[derive(Debug, Default)]
struct Told {
    ids: String,
    ends: Vec<usize>,
    stories: Vec<Number>,
    /// The story that has taken up another, by number; itself if none has.
    into: Vec<Number>,
}

impl Replay {
    /// A replay that checks every `every`, at least a minute.
    pub fn new(settings: TrendSettings, every: SignedDuration) -> Self {
        let every = every.as_secs().max(60);
        Self {
            tracker: Tracker::new(settings),
            radar: None,
            every,
            next: None,
            added: 0,
            recent: VecDeque::new(),
            stories: None,
        }
    }

    /// Remembers each item's story until [`Replay::finish`].
    #[must_use]
    pub fn with_stories(mut self) -> Self {
        self.stories = Some(Told::default());
        self
    }

    /// Tells new names, too.
    #[must_use]
    pub fn with_names(mut self) -> Self {
        self.radar = Some(radar::Memory::default());
        self
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
            id: self.added as i64,
            owner: item.owner.as_deref().unwrap_or(&item.source),
            source: &item.source,
            at: item.published_at,
            language: item.lang.as_deref(),
            title: &item.title,
            summary: &item.summary,
            official: false,
        });
        let owner = item.owner.as_deref().unwrap_or(&item.source);
        let number = self.added as i64;
        if let Some(radar) = &mut self.radar {
            radar.add(number, item.published_at, owner, &item.title, &item.summary);
        }
        self.added += 1;
        self.recent.push_back(item.id.as_str().into());
        if self.recent.len() > HELD + 1 {
            self.recent.pop_front();
        }
        let merges = self.tracker.take_merges();
        if let Some(told) = &mut self.stories {
            told.add(&item.id, story, &merges);
        }
        lines
    }

    /// The last check, after which nothing comes, and every item's story if that was asked for.
    pub fn finish(mut self) -> (Option<CheckLine>, impl Iterator<Item = StoryLine>) {
        let last = self.next.and_then(|next| self.check(next));
        (last, self.stories.unwrap_or_default().lines())
    }

    fn check(&mut self, at: i64) -> Option<CheckLine> {
        let at = Timestamp::from_second(at).ok()?;
        let trends = self.tracker.check(at);
        let new = self.radar.as_mut().map(radar::Memory::check);
        Some(CheckLine {
            at,
            trends: trends
                .into_iter()
                .filter(|trend| !trend.evidence.is_routine())
                .map(|trend| self.line(trend))
                .collect(),
            new: new
                .into_iter()
                .flatten()
                .map(|told| self.new_line(told))
                .collect(),
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
            items: self.ids(&trend.items),
        }
    }

    fn new_line(&self, told: radar::Told) -> NewLine {
        let verdict = told.verdict;
        NewLine {
            name: verdict.name,
            sort: verdict.sort,
            first_seen: told.first_at,
            owners: verdict.owners,
            unseen_days: told.days,
            confidence: told.confidence,
            items: self.ids(&told.items),
            quotes: verdict.quotes.into_iter().map(|(_, quote)| quote).collect(),
        }
    }

    /// Ids of items by number, as far as they are remembered.
    fn ids(&self, numbers: &[i64]) -> Vec<String> {
        let id = |number: &i64| {
            let at = (*number as usize + self.recent.len()).checked_sub(self.added)?;
            self.recent.get(at).map(ToString::to_string)
        };
        numbers.iter().filter_map(id).collect()
    }
}

impl Told {
    fn add(&mut self, id: &str, story: StoryId, merges: &[(StoryId, StoryId)]) {
        self.ids.push_str(id);
        self.ends.push(self.ids.len());
        self.stories.push(story.0 as Number);
        while self.into.len() <= story.0 as usize {
            self.into.push(self.into.len() as Number);
        }
        for (from, into) in merges {
            self.into[from.0 as usize] = into.0 as Number;
        }
    }

    fn lines(mut self) -> impl Iterator<Item = StoryLine> {
        let mut from = 0;
        (0..self.stories.len()).map(move |at| {
            let id = self.ids[from..self.ends[at]].to_owned();
            from = self.ends[at];
            let story = self.root(self.stories[at]).into();
            StoryLine { id, story }
        })
    }

    /// The story that has a story's items at last; makes the way there shorter.
    fn root(&mut self, mut story: Number) -> Number {
        while self.into[story as usize] != story {
            let next = self.into[self.into[story as usize] as usize];
            self.into[story as usize] = next;
            story = next;
        }
        story
    }
}
