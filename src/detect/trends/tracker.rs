//! The state of trend detection, and its two questions: take this in; what is rising?

use jiff::Timestamp;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::breadth::Breadth;
use super::burst::{Burst, Scene};
use super::features::{self, Idf};
use super::history::History;
use super::language::{Lexicon, language_of};
use super::lifecycle::Lifecycle;
use super::naming::{Name, name};
use super::settings::TrendSettings;
use super::stories::Stories;
use super::window::{Held, Window};
use crate::model::{StoryId, Trend, TrendEvidence, TrendId};

/// Steps of a trend's sparkline.
const STEPS: usize = 12;
/// Layout of the saved state; another one is not read.
const LAYOUT: u8 = 1;

/// What is read of an item.
#[derive(Debug, Clone, Copy)]
pub struct TrendItem<'a> {
    /// The caller's number for it, given back in trends.
    pub id: i64,
    /// For whom the source speaks: reprints of one owner count once.
    pub owner: &'a str,
    /// Its source.
    pub source: &'a str,
    /// When it was published, or first seen if it does not say.
    pub at: Timestamp,
    /// Language, if the source says.
    pub language: Option<&'a str>,
    /// Title; for posts without one, the first sentence.
    pub title: &'a str,
    /// Summary or body; may be empty.
    pub summary: &'a str,
    /// Where to read it.
    pub link: Option<&'a str>,
    /// Does it come from the one it is about? Such an item leads its story.
    pub official: bool,
}

/// Why a saved state cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BadState {
    /// Saved by another layout; build it anew from the stored items.
    #[error(
        "saved trend state has layout {0}, this program reads {LAYOUT}; rebuild it from the stored items"
    )]
    Layout(u8),
    /// Damaged.
    #[error("saved trend state is damaged ({0}); rebuild it from the stored items")]
    Damaged(#[from] postcard::Error),
}

/// Bounded, incremental state of trend detection.
#[derive(Debug, Default)]
pub struct Tracker {
    lexicon: Lexicon,
    state: State,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    settings: TrendSettings,
    idf: Idf,
    stories: Stories,
    window: Window,
    history: History,
    breadth: Breadth,
    lifecycle: Lifecycle,
    names: Names,
    latest: i64,
    merges: Vec<(StoryId, StoryId)>,
}

/// Owners and sources by number.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Names {
    all: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, u32>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.all.len() as u32;
        self.all.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }
}

impl Tracker {
    /// A tracker that knows nothing yet.
    pub fn new(settings: TrendSettings) -> Self {
        Self {
            lexicon: Lexicon::default(),
            state: State {
                settings,
                ..State::default()
            },
        }
    }

    /// Gives new trends numbers greater than `last`: for a tracker built anew beside old records.
    #[must_use]
    pub fn numbering_after(mut self, last: TrendId) -> Self {
        self.state.lifecycle.number_after(last);
        self
    }

    /// Takes in an item; the story it belongs to.
    pub fn add(&mut self, item: &TrendItem) -> StoryId {
        let state = &mut self.state;
        let at = item.at.as_second();
        state.latest = state.latest.max(at);
        let read = features::read(&mut self.lexicon, item.title, item.summary, item.language);
        state.idf.count(&read.terms);
        let vector = state.idf.weigh(&read.terms);
        let (story, merges) = state
            .stories
            .add(&state.settings, &vector, read.title_only, at);
        for merge in merges {
            state.window.merge(merge);
            state
                .merges
                .push((StoryId(merge.from.into()), StoryId(merge.into.into())));
        }
        let owner = state.names.number(item.owner);
        state.history.push(at, &read.title, &vector);
        let mut language = [0; 2];
        language.copy_from_slice(read.language.as_bytes());
        state.window.push(Held {
            id: item.id,
            at,
            owner,
            source: state.names.number(item.source),
            story,
            official: item.official,
            title_only: read.title_only,
            language,
            title: item.title.into(),
            link: item.link.map(Into::into),
            stems: read.title.into(),
        });
        let settings = &state.settings;
        state
            .window
            .expire(state.latest - settings.story_window * 3600);
        StoryId(story.into())
    }

    /// Stories that were found to be one since last asked: `(gone, kept)`, in order.
    pub fn take_merges(&mut self) -> Vec<(StoryId, StoryId)> {
        std::mem::take(&mut self.state.merges)
    }

    /// What rises at `now`, best first. `now` must not run backwards.
    pub fn check(&mut self, now: Timestamp) -> Vec<Trend> {
        let at = now.as_second();
        let state = &mut self.state;
        state.lifecycle.expire(at);
        let mut scene = Scene {
            settings: &state.settings,
            window: &state.window,
            stories: &state.stories,
            history: &mut state.history,
            idf: &state.idf,
            now: at,
        };
        let mut found = scene.bursts(&mut state.breadth);
        found.truncate(state.settings.max_trends);
        found.iter().map(|burst| self.trend(burst, at)).collect()
    }

    fn trend(&mut self, burst: &Burst, now: i64) -> Trend {
        let state = &mut self.state;
        let items: Vec<&Held> = burst
            .items
            .iter()
            .map(|number| state.window.get(*number))
            .collect();
        let span = burst.hours * 3600;
        let mut series = vec![0; STEPS];
        for item in &items {
            let step = ((item.at - (now - span)) * STEPS as i64 / span).clamp(0, STEPS as i64 - 1);
            series[step as usize] += 1;
        }
        let owners = |from: i64, to: i64| {
            let mut owners: Vec<u32> = items
                .iter()
                .filter(|item| (now - from..=now - to).contains(&item.at))
                .map(|item| item.owner)
                .collect();
            owners.sort_unstable();
            owners.dedup();
            owners.len()
        };
        let (recent, before) = (owners(span / 4, 0), owners(span / 2, span / 4 + 1));
        let (id, stage) = state.lifecycle.follow(burst, recent, before, now);
        let titles: Vec<(&str, &'static str)> = items
            .iter()
            .map(|item| {
                (
                    &*item.title,
                    language_of(&item.title, str_of(&item.language)),
                )
            })
            .collect();
        let Name {
            label,
            headline,
            related,
        } = name(&mut self.lexicon, &state.idf, &titles);
        let lead = items
            .iter()
            .min_by_key(|item| (!item.official, item.at, item.id));
        let mut sources: Vec<String> = Vec::new();
        let mut languages: FxHashMap<&str, usize> = FxHashMap::default();
        for item in &items {
            let source = &state.names.all[item.source as usize];
            if !sources.iter().any(|known| **known == **source) {
                sources.push(source.to_string());
            }
            *languages
                .entry(str_of(&item.language).unwrap_or("en"))
                .or_default() += 1;
        }
        let mut languages: Vec<(&str, usize)> = languages.into_iter().collect();
        languages.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let time = |at: Option<i64>| {
            at.and_then(|at| Timestamp::from_second(at).ok())
                .unwrap_or_default()
        };
        Trend {
            id,
            label,
            headline: items
                .get(headline)
                .map_or(String::new(), |item| item.title.to_string()),
            stage,
            score: burst.score,
            sources,
            items: items.iter().map(|item| item.id).collect(),
            canonical: lead.map_or(0, |item| item.id),
            link: lead
                .and_then(|item| item.link.as_ref())
                .map(ToString::to_string),
            languages: languages
                .into_iter()
                .map(|(code, _)| code.to_owned())
                .collect(),
            related,
            first_seen: time(items.iter().map(|item| item.at).min()),
            last_seen: time(items.iter().map(|item| item.at).max()),
            window_hours: burst.hours,
            series,
            evidence: TrendEvidence {
                owners: burst.owners,
                items: items.len(),
                expected: burst.expected,
                significance: burst.significance,
                acceleration: (recent as f64 + 0.5) / (before as f64 + 0.5),
                novelty: 1.0 - 0.5f64.powf(burst.novelty / 2.0),
                recurrent: None,
            },
        }
    }

    /// The state as bytes; [`Tracker::load`] goes on exactly from here.
    pub fn save(&self) -> Result<Vec<u8>, BadState> {
        Ok(postcard::to_extend(&self.state, vec![LAYOUT])?)
    }

    /// Reads a saved state.
    pub fn load(bytes: &[u8]) -> Result<Self, BadState> {
        match bytes.split_first() {
            Some((&LAYOUT, rest)) => {
                let mut state: State = postcard::from_bytes(rest)?;
                state.stories.reindex();
                state.history.recount();
                Ok(Self {
                    lexicon: Lexicon::default(),
                    state,
                })
            }
            other => Err(BadState::Layout(other.map_or(0, |(layout, _)| *layout))),
        }
    }
}

fn str_of(code: &[u8; 2]) -> Option<&str> {
    std::str::from_utf8(code).ok()
}
