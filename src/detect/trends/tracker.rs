//! The state of trend detection, and its two questions: take this in; what is rising?

use jiff::Timestamp;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::boilerplate::Boilerplate;
use super::breadth::Breadth;
use super::burst::{Burst, CENTROID, Scene, YEARLY};
use super::clean::clean;
use super::features::{self, Idf};
use super::former::Former;
use super::history::History;
use super::language::{Lexicon, language_of};
use super::lifecycle::Lifecycle;
use super::names::Names;
use super::naming::{Name, name};
use super::rhythm::Rhythm;
use super::settings::TrendSettings;
use super::stories::Stories;
use super::window::{Held, Window};
use crate::model::{StoryId, Trend, TrendEvidence, TrendId};

/// Most recurrent trends of one check.
const RECURRENT: usize = 5;
/// Steps of a trend's sparkline.
const STEPS: usize = 12;

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
    /// Does it come from the one it is about? Such an item leads its story.
    pub official: bool,
}

/// Bounded, incremental state of trend detection.
#[derive(Debug, Default)]
pub struct Tracker {
    lexicon: Lexicon,
    pub(super) state: State,
    merges: Vec<(StoryId, StoryId)>,
}

/// All that a tracker goes on from. What there is much of is saved in parts of its own.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct State {
    settings: TrendSettings,
    idf: Idf,
    boilerplate: Boilerplate,
    pub(super) stories: Stories,
    pub(super) window: Window,
    pub(super) history: History,
    former: Former,
    rhythm: Rhythm,
    breadth: Breadth,
    pub(super) lifecycle: Lifecycle,
    pub(super) names: Names,
    latest: i64,
}

impl Tracker {
    /// A tracker that knows nothing yet.
    pub fn new(settings: TrendSettings) -> Self {
        Self {
            state: State {
                settings,
                ..State::default()
            },
            ..Self::default()
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
        let voice = state.boilerplate.voice(item.source, at);
        let title = state.boilerplate.news(voice, item.title);
        let summary = state.boilerplate.news(voice, item.summary);
        let mut read = features::read(
            &mut self.lexicon,
            state.settings.summary,
            &title,
            &summary,
            item.language,
        );
        state.idf.count(&read.terms);
        let vector = state.idf.weigh(&read.terms);
        let (story, merges) = state
            .stories
            .add(&state.settings, &vector, read.title_only, at);
        for merge in merges {
            state.window.merge(merge);
            self.merges
                .push((StoryId(merge.from.into()), StoryId(merge.into.into())));
        }
        let owner = state.names.number(item.owner);
        let said: Vec<u32> = read.own.iter().chain(&read.title).copied().collect();
        state.history.push(at, &said, &vector);
        state.rhythm.count(at);
        // what the source says daily is past like any other, and no news now
        read.title
            .retain(|stem| !state.boilerplate.is_daily(voice, *stem));
        let mut tags = Vec::new();
        let mut own = Vec::new();
        for (at, key) in read.own.into_iter().enumerate() {
            if !state.boilerplate.is_daily(voice, key) {
                own.push(key);
                tags.extend(read.tags.get(at).map(String::as_str));
            }
        }
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
            title: shown(&title, item.title).into(),
            stems: read.title.into(),
            own: own.into(),
            tags: tags.join(" ").into(),
        });
        let settings = &state.settings;
        state
            .window
            .expire(state.latest - settings.story_window * 3600);
        if state.names.is_full() {
            state.names.keep(
                state
                    .window
                    .iter()
                    .flat_map(|(_, item)| [item.owner, item.source]),
            );
        }
        StoryId(story.into())
    }

    /// Stories that were found to be one since last asked: `(gone, kept)`, in order. Ask after every
    /// batch of items: what is not taken is kept.
    pub fn take_merges(&mut self) -> Vec<(StoryId, StoryId)> {
        std::mem::take(&mut self.merges)
    }

    /// What rises at `now`, best first; behind it what bursts as it does every week. `now` must not run backwards.
    pub fn check(&mut self, now: Timestamp) -> Vec<Trend> {
        let at = now.as_second();
        let state = &mut self.state;
        state.lifecycle.expire(at);
        state
            .window
            .expire(at - state.settings.story_window * 3600 + 1);
        let mut scene = Scene {
            settings: &state.settings,
            window: &state.window,
            stories: &state.stories,
            history: &mut state.history,
            former: &state.former,
            idf: &state.idf,
            now: at,
        };
        let mut found = scene.bursts(&mut state.breadth);
        // what recurs stands behind what is news
        let news = found.partition_point(|burst| burst.recurrent.is_none());
        let shown = news.min(state.settings.max_trends);
        let recurrent = found.split_off(news);
        found.truncate(shown);
        found.extend(recurrent.into_iter().take(RECURRENT));
        let trends: Vec<Trend> = found.iter().map(|burst| self.trend(burst, at)).collect();
        for (burst, trend) in found.iter().zip(&trends) {
            self.state.lifecycle.keep(trend);
            if burst.recurrent.as_deref().is_none_or(|how| how == YEARLY) {
                self.state.remember(burst, trend.id, at);
            }
        }
        self.state.lifecycle.age(at);
        trends
    }

    /// All trends of the last days, as they stood at the last check: also those that fade or are over.
    pub fn trends(&self) -> impl Iterator<Item = &Trend> {
        self.state.lifecycle.trends()
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
        let recent = owners(span / 4, 0);
        // as many as would speak now if the hour changed nothing
        let usual = state
            .rhythm
            .ratio((now - span / 4, now), (now - span / 2, now - span / 4));
        let before = owners(span / 2, span / 4 + 1) as f64 * usual;
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
        let mut media: Vec<&str> = items
            .iter()
            .flat_map(|item| [state.names.get(item.source), state.names.get(item.owner)])
            .collect();
        media.sort_unstable();
        media.dedup();
        let Name {
            label,
            headline,
            related,
        } = name(&mut self.lexicon, &state.idf, &titles, &media);
        let label = burst
            .tag
            .and_then(|tag| as_written(&items, tag))
            .unwrap_or(label);
        let lead = items
            .iter()
            .min_by_key(|item| (!item.official, item.at, item.id));
        let mut sources: Vec<String> = Vec::new();
        let mut languages: FxHashMap<&str, usize> = FxHashMap::default();
        for item in &items {
            let source = state.names.get(item.source);
            if !sources.iter().any(|known| known == source) {
                sources.push(source.to_owned());
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
            source: lead.map_or(String::new(), |item| {
                state.names.get(item.source).to_owned()
            }),
            link: None,
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
                acceleration: (recent as f64 + 0.5) / (before + 0.5),
                novelty: 1.0 - 0.5f64.powf(burst.novelty / 2.0),
                recurrent: burst.recurrent.clone(),
            },
        }
    }
}

impl State {
    /// Remembers for the years to come what a burst is about.
    fn remember(&mut self, burst: &Burst, trend: TrendId, now: i64) {
        let mut counts: FxHashMap<u32, usize> = FxHashMap::default();
        for number in &burst.items {
            for stem in &self.window.get(*number).stems {
                *counts.entry(*stem).or_default() += 1;
            }
        }
        let enough = burst.items.len().div_ceil(4).max(2);
        let mut stems: Vec<(usize, u32)> = counts
            .into_iter()
            .filter(|(_, count)| *count >= enough)
            .map(|(stem, count)| (count, stem))
            .collect();
        stems.sort_unstable_by(|a, b| b.cmp(a));
        let stems: Vec<u32> = stems.into_iter().map(|stem| stem.1).collect();
        let features = self.stories.centroid(burst.story, CENTROID);
        self.former
            .tell(trend, now.div_euclid(86_400), &stems, &features);
    }
}

/// A title for readers: without what its source always puts before or behind it, if anything is left.
fn shown(news: &str, whole: &str) -> String {
    let clean_news = clean(news);
    if news.len() == whole.len() {
        return clean_news;
    }
    let apart = |c: char| c.is_whitespace() || "-—–:|·•：｜".contains(c);
    let rest = clean_news.trim_matches(apart);
    if rest.contains(char::is_alphabetic) {
        rest.to_owned()
    } else {
        clean(whole)
    }
}

/// A tag as most of the items write it.
fn as_written(items: &[&Held], tag: u32) -> Option<String> {
    let mut forms: FxHashMap<&str, usize> = FxHashMap::default();
    for item in items {
        let of = item.own.iter().zip(item.tags.split_whitespace());
        for (_, form) in of.filter(|(key, _)| **key == tag) {
            *forms.entry(form).or_default() += 1;
        }
    }
    forms
        .into_iter()
        .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)))
        .map(|(form, _)| form.to_owned())
}

fn str_of(code: &[u8; 2]) -> Option<&str> {
    std::str::from_utf8(code).ok()
}
