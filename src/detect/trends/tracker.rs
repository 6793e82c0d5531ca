//! The state of trend detection, and its two questions: take this in; what is rising?

use std::hash::{Hash as _, Hasher as _};

use jiff::Timestamp;
use rustc_hash::{FxHashMap, FxHasher};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::boilerplate::Boilerplate;
use super::breadth::Breadth;
use super::burst::{Burst, Scene};
use super::clean::{clean, shown};
use super::features::{self, Idf};
use super::former::{Former, Return, Time, times};
use super::history::History;
use super::identify::language_of;
use super::language::{Kind, Lexicon};
use super::lifecycle::{Canonical, Lifecycle};
use super::names::Names;
use super::naming::{Named, Titles, Told};
use super::pace::Pace;
use super::refrain::Refrain;
use super::rhythm::{Ago, Rhythm};
use super::settings::TrendSettings;
use super::stories::Stories;
use super::tagged::as_written;
use super::volume::{Volume, loudness};
use super::window::{Held, Window, main_story};
use crate::model::{StoryId, Trend, TrendEvidence, TrendId, TrendStage};

/// Most recurrent trends of one check.
const RECURRENT: usize = 5;
/// Steps of a trend's sparkline.
const STEPS: usize = 12;
/// How many times the owners of its broadest former time make what recurs larger than usual, and by how
/// many at least.
const LARGER: (usize, usize) = (2, 3);

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
    /// Refrains of the last check, by what they were read from.
    refrains: FxHashMap<u64, Refrain>,
}

/// A burst, what it says whatever the day, and how it returns.
struct Found {
    burst: Burst,
    refrain: Refrain,
    times: Vec<Time>,
    usual: Option<usize>,
}

impl Found {
    fn is_larger(&self) -> bool {
        let (times, more) = LARGER;
        let larger =
            |usual| self.burst.owners >= usual * times && self.burst.owners >= usual + more;
        self.burst.recurrent.is_some() && self.usual.is_some_and(larger)
    }

    fn is_routine(&self) -> bool {
        self.burst.recurrent.is_some() && !self.is_larger()
    }
}

/// All that a tracker goes on from. What there is much of is saved in parts of its own.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct State {
    settings: TrendSettings,
    idf: Idf,
    boilerplate: Boilerplate,
    volume: Volume,
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

    /// Remembers a trend that was told before what this tracker has read, so that it is known when it
    /// returns. `items` are when, by whom and in which title it was spoken of; oldest trends first.
    pub fn recall(&mut self, trend: &Trend, items: &[(Timestamp, &str, &str)]) {
        let language = trend.languages.first().map(String::as_str);
        let titles: Vec<(String, &'static str)> = items
            .iter()
            .map(|item| (clean(item.2), language_of(item.2, language)))
            .collect();
        let titles: Vec<(&str, &'static str)> = titles
            .iter()
            .map(|title| (title.0.as_str(), title.1))
            .collect();
        let refrain = Refrain::read(&mut self.lexicon, &titles);
        let mut owners: Vec<&str> = items.iter().map(|item| item.1).collect();
        owners.sort_unstable();
        owners.dedup();
        let number = |owner: &str| owners.partition_point(|known| *known < owner) as u32;
        let said: Vec<(i64, u32)> = items
            .iter()
            .map(|item| (item.0.as_second(), number(item.1)))
            .collect();
        let last = said.iter().map(|item| item.0).max().unwrap_or_default();
        let count = owners.len().max(trend.evidence.owners);
        self.state.former.tell(
            trend.id,
            last.div_euclid(3_600),
            &refrain,
            &times(&said),
            count,
        );
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
            (item.language, voice.language()),
        );
        if read.language_is_sure {
            state.boilerplate.spoke(voice, read.language);
        }
        let owner = state.names.number(item.owner);
        let weight = state.volume.weigh(owner, at);
        if weight.in_usual {
            state.idf.count(&read.terms);
        }
        let vector = state.idf.weigh(&read.terms);
        let says = |term: &(u32, f32)| Kind::of(term.0) != Kind::Number;
        let again = (!item.title.is_empty() && !vector.iter().any(says))
            .then(|| features::said_again(item.source, item.title));
        let told = again.as_ref().unwrap_or(&vector);
        let (story, merges) = state
            .stories
            .add(&state.settings, &state.idf, &read, told, at);
        for merge in merges {
            state.window.merge(merge);
            state.lifecycle.merge(merge);
            self.merges
                .push((StoryId(merge.from.into()), StoryId(merge.into.into())));
        }
        let said: Vec<u32> = read.own.iter().chain(&read.title).copied().collect();
        let hash = xxh3_64(item.owner.as_bytes()) as u16;
        state.history.push(at, hash, &said, &vector);
        if weight.in_usual && state.window.joins_others(story, owner) {
            state.history.count(at);
        }
        if weight.in_usual {
            state.rhythm.count(at);
        }
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
            in_size: weight.in_size,
            official: item.official,
            title_only: read.title_only,
            language,
            language_is_sure: read.language_is_sure,
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
            idf: &state.idf,
            now: at,
        };
        let bursts = scene.bursts(&mut self.lexicon, &mut state.breadth);
        let mut found = self.returning(bursts);
        // what recurs stands behind what is news
        let (routine, mut news): (Vec<Found>, Vec<Found>) =
            found.drain(..).partition(Found::is_routine);
        news.truncate(self.state.settings.max_trends);
        news.extend(routine.into_iter().take(RECURRENT));
        let ago = self.state.rhythm.before(at);
        let mut trends: Vec<Trend> = Vec::with_capacity(news.len());
        for found in &news {
            let Some(trend) = self.trend(found, at, &ago) else {
                continue;
            };
            let state = &mut self.state;
            state.lifecycle.keep(&trend);
            let (refrain, owners) = (&found.refrain, found.burst.owners);
            let hour = at.div_euclid(3_600);
            state
                .former
                .tell(trend.id, hour, refrain, &found.times, owners);
            trends.push(trend);
        }
        self.state.lifecycle.age(at, &ago);
        trends.retain(|trend| trend.stage != TrendStage::Over);
        trends
    }

    /// Bursts with how they return, as far as it is known.
    fn returning(&mut self, bursts: Vec<Burst>) -> Vec<Found> {
        let state = &self.state;
        let mut refrains = FxHashMap::default();
        let mut found = Vec::with_capacity(bursts.len());
        for mut burst in bursts {
            let items: Vec<&Held> = burst.items.iter().map(|n| state.window.get(*n)).collect();
            let key = key_of(&burst.items);
            let refrain = self.refrains.remove(&key).unwrap_or_else(|| {
                let titles: Vec<(&str, &'static str)> =
                    items.iter().map(|item| item.told()).collect();
                Refrain::read(&mut self.lexicon, &titles)
            });
            refrains.insert(key, refrain.clone());
            let times = times(
                &items
                    .iter()
                    .map(|item| (item.at, item.owner))
                    .collect::<Vec<_>>(),
            );
            let returns = times
                .last()
                .and_then(|now| state.former.returns(&refrain, *now, &state.idf));
            let mut usual = None;
            if let Some(Return { how, usual: owners }) = returns {
                burst.recurrent.get_or_insert(how);
                usual = Some(owners);
            }
            found.push(Found {
                burst,
                refrain,
                times,
                usual,
            });
        }
        self.refrains = refrains;
        found
    }

    /// Stages of all trends that are followed, also those that no longer burst.
    pub fn stages(&self) -> impl Iterator<Item = (TrendId, TrendStage)> {
        self.trends().map(|trend| (trend.id, trend.stage))
    }

    /// All trends of the last days, as they stood at the last check: also those that fade or are over.
    pub fn trends(&self) -> impl Iterator<Item = &Trend> {
        self.state.lifecycle.trends()
    }

    fn trend(&mut self, found: &Found, now: i64, ago: &Ago) -> Option<Trend> {
        let Found { burst, usual, .. } = found;
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
        let subject = main_story(&items);
        let (id, known) = state.lifecycle.follow(burst, subject, now)?;
        let spoken = burst.spoken.iter().map(|n| state.window.get(*n));
        let spoken: Vec<(i64, u32)> = spoken.map(|item| (item.at, item.owner)).collect();
        // who only repeats its own does not say what others speak of
        let (owners, most) = loudness(spoken.iter().map(|item| item.1));
        let mut leading = items.clone();
        leading.retain(|item| item.official || owners[&item.owner] <= most);
        if leading.is_empty() {
            leading.clone_from(&items);
        }
        for item in &leading {
            known.lead(Canonical {
                official: item.official,
                at: item.at,
                id: item.id,
            });
        }
        let pace = Pace::of(&spoken, known.wave, known.peak, ago);
        let stage = known.stage(owners.len(), &pace, now, ago);
        let key = key_of(&burst.items);
        if known.named.key != key {
            let told: Vec<Told> = leading
                .iter()
                .map(|item| {
                    let (title, language) = item.told();
                    Told {
                        title,
                        language,
                        item: item.id,
                        source: state.names.get(item.source),
                        owner: item.owner,
                    }
                })
                .collect();
            let mut media: Vec<&str> = items
                .iter()
                .flat_map(|item| [state.names.get(item.source), state.names.get(item.owner)])
                .collect();
            media.sort_unstable();
            media.dedup();
            let named = std::mem::take(&mut known.named);
            known.named = named.renew(
                &mut self.lexicon,
                &state.idf,
                &Titles {
                    said: &told,
                    media: &media,
                    tag: burst.tag.and_then(|tag| as_written(&leading, tag)),
                    canonical: known.canonical.as_ref().map(|item| item.id),
                },
            );
            known.named.key = key;
        }
        let Named {
            label,
            earlier,
            headline,
            item: headline_item,
            source,
            related,
            ..
        } = known.named.clone();
        let mut sources: Vec<String> = Vec::new();
        let mut languages: FxHashMap<&str, (usize, bool)> = FxHashMap::default();
        for item in &items {
            let source = state.names.get(item.source);
            if !sources.iter().any(|known| known == source) {
                sources.push(source.to_owned());
            }
            let (count, is_sure) = languages.entry(item.code().unwrap_or("en")).or_default();
            *count += 1;
            *is_sure |= item.language_is_sure;
        }
        let mut languages: Vec<(&str, (usize, bool))> = languages.into_iter().collect();
        languages.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        // one guess makes no language of a trend, unless there is nothing else
        let (first, others) = languages.split_at(languages.len().min(1));
        let others = others
            .iter()
            .filter(|(_, (count, is_sure))| *is_sure || *count > 1);
        let time = |at: i64| Timestamp::from_second(at).unwrap_or_default();
        Some(Trend {
            id,
            label,
            earlier_labels: earlier,
            headline,
            headline_item,
            stage,
            score: burst.score,
            sources,
            items: items.iter().map(|item| item.id).collect(),
            canonical: known
                .canonical
                .as_ref()
                .map_or(headline_item, |item| item.id),
            source,
            link: None,
            languages: first
                .iter()
                .chain(others)
                .map(|(code, _)| (*code).to_owned())
                .collect(),
            related,
            first_seen: time(known.first),
            last_seen: time(pace.last),
            window_hours: burst.hours,
            series,
            evidence: TrendEvidence {
                owners: burst.owners,
                items: items.len(),
                expected: burst.expected,
                significance: burst.significance,
                acceleration: (pace.recent as f64 + 1.0) / (pace.before as f64 + 1.0),
                pace_minutes: pace.seconds.max(60) / 60,
                novelty: 1.0 - 0.5f64.powf(burst.novelty / 2.0),
                recurrent: burst.recurrent.clone(),
                usual: *usual,
                larger: found.is_larger(),
            },
        })
    }
}

/// A key of items by their arrival numbers.
fn key_of(items: &[u64]) -> u64 {
    let mut hasher = FxHasher::default();
    items.hash(&mut hasher);
    // 0 is nothing's
    hasher.finish().max(1)
}
