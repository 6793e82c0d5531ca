//! What is rising now, and the story of one trend, as the store has written them down.
//!
//! The cost is that of the trends of the window, whatever the length of the history.

mod fresh;
mod goal;

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::model::{
    FindingId, Goal, Role, Trend, TrendEvidence, TrendId, TrendStage, speaks_of_platform,
};
use crate::store::{
    FindingFilter, Reader, StageChange, Store, StoreError, StoredTrend, Telling, TrendFilter,
    TrendMember, TrendPoint, hour_of,
};

use super::QueryError;

pub use fresh::{FirstUseView, NewNameView, NewNamesQuestion, new_names};
pub use goal::Measure;

/// Steps of a sparkline.
const STEPS: usize = 24;
/// Trends looked at for one answer; a check finds about ten.
const MOST: usize = 500;
/// Items of one trend that are read.
const MEMBERS: usize = 5_000;
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Which trends, and in which order.
#[derive(Debug, Clone)]
pub struct TrendsQuestion {
    /// How far back: trends that a check has found within it.
    pub window: SignedDuration,
    /// Seen on a source about this platform, or spoken of as of it.
    pub platform: Option<String>,
    /// Told in this language.
    pub language: Option<String>,
    /// What comes first; by default the tracker's own order.
    pub goal: Option<Goal>,
    /// In this stage only.
    pub stage: Option<TrendStage>,
    /// Also those that are over or recurrent?
    pub all: bool,
    /// Most trends.
    pub limit: usize,
}

/// A trend in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrendView {
    /// Stable number, shown as `t12`.
    pub id: TrendId,
    /// Short readable name.
    pub label: String,
    /// Labels it had before, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub earlier_labels: Vec<String>,
    /// Title of its canonical item if that says enough; else of the item that says best what it is about.
    pub headline: String,
    /// The item whose title the headline is.
    pub headline_item: i64,
    /// Where it stands.
    pub stage: TrendStage,
    /// The tracker's rank order at the last check that found it.
    pub score: f64,
    /// What the asked goal orders by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
    /// First item.
    pub first_seen: Timestamp,
    /// Last item.
    pub last_seen: Timestamp,
    /// Length of the tracker's window at the last check, which the evidence is of, in hours.
    pub window_hours: i64,
    /// First check that found it.
    pub found_at: Timestamp,
    /// Last check that found it.
    pub checked_at: Timestamp,
    /// Independent owners of all its items.
    pub owners: usize,
    /// Sources, in order of first mention.
    pub sources: Vec<String>,
    /// All its items.
    pub items: usize,
    /// Items per 24th of the window, oldest first; `None` for a time in which nothing was polled.
    pub volume: Vec<Option<u32>>,
    /// Platforms that its sources are about.
    pub platforms: Vec<String>,
    /// Languages it is told in, most used first.
    pub languages: Vec<String>,
    /// Terms often met with it, as written.
    pub related: Vec<String>,
    /// The official item if there is one, else the earliest.
    pub canonical: i64,
    /// Link of the headline's item.
    pub link: Option<String>,
    /// Why it is believed.
    pub evidence: TrendEvidence,
}

/// Items of one stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Volume {
    /// Its beginning.
    pub at: Timestamp,
    /// Items published in it; `None` if it has none and nothing was polled then.
    pub items: Option<u32>,
}

/// A finding that told of a trend, and the digests it went into.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrendTelling {
    /// The finding.
    pub finding: FindingId,
    /// When it was made.
    pub at: Timestamp,
    /// Digests that told it or held it back.
    pub digests: Vec<Telling>,
}

/// Who speaks of a trend.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrendVoice {
    /// The owner.
    pub owner: String,
    /// How far its first source is believed.
    pub role: Role,
    /// When it spoke first.
    pub first_at: Timestamp,
    /// Its items.
    pub items: usize,
}

/// Everything that is known of a trend.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrendStory {
    /// As in a list; its window is the trend's whole life.
    #[serde(flatten)]
    pub view: TrendView,
    /// What each goal orders it by, at the last check that found it.
    pub goals: Vec<Measure>,
    /// Owners in order of their first word.
    pub voices: Vec<TrendVoice>,
    /// Items by platform that their sources are about, most first; sources about none are left out.
    pub by_platform: Vec<(String, usize)>,
    /// Its stages, oldest first.
    pub stages: Vec<StageChange>,
    /// Strength at the checks, hour by hour, oldest first.
    pub strength: Vec<TrendPoint>,
    /// Items per hour from the first to the last, empty hours included; empty for more than a week.
    pub hourly: Vec<Volume>,
    /// Items per day (UTC).
    pub daily: Vec<Volume>,
    /// Its items: the canonical one first, then oldest first.
    pub members: Vec<TrendMember>,
    /// Who was told.
    pub tellings: Vec<TrendTelling>,
}

/// What is rising, best first.
pub async fn trends(
    store: &Store,
    question: TrendsQuestion,
    now: Timestamp,
) -> Result<Vec<TrendView>, QueryError> {
    let since = now
        .saturating_sub(question.window)
        .unwrap_or(Timestamp::MIN);
    let filter = TrendFilter {
        since,
        language: question.language,
        stage: question.stage,
        all: question.all,
    };
    let (platform, goal, limit) = (question.platform, question.goal, question.limit);
    let views = store.read(move |reader| {
        let watched = Watched::new(reader, since, now)?;
        let mut views = Vec::new();
        for stored in reader.trends(&filter, MOST)? {
            let members = reader.trend_members(stored.trend.id, MEMBERS)?;
            if platform
                .as_deref()
                .is_some_and(|id| !is_about(&stored.trend, &members, id))
            {
                continue;
            }
            let mut view = view(stored, &members, &watched, since, now);
            view.measure = goal.map(|goal| goal::measure(goal, &view, &members, now));
            views.push(view);
        }
        // what is over comes after what lives, whatever its score was then
        let key = |view: &TrendView| {
            let value = match &view.measure {
                Some(measure) => measure.value.unwrap_or(f64::NEG_INFINITY),
                None => view.score,
            };
            (view.stage != TrendStage::Over, value, view.score)
        };
        views.sort_by(|a, b| {
            let (a, b) = (key(a), key(b));
            let order = b.0.cmp(&a.0).then(b.1.total_cmp(&a.1));
            order.then(b.2.total_cmp(&a.2))
        });
        views.truncate(limit);
        Ok(views)
    });
    Ok(views.await?)
}

/// Everything that is known of a trend.
pub async fn trend(store: &Store, id: TrendId) -> Result<TrendStory, QueryError> {
    let story = store.read(move |reader| {
        let stored = reader.trend(id)?;
        let mut members = reader.trend_members(id, MEMBERS)?;
        let first = members.first().map_or(stored.trend.first_seen, |m| m.at);
        let last = members.last().map_or(stored.trend.last_seen, |m| m.at);
        let until = last.max(first) + HOUR;
        let watched = Watched::new(reader, first, until)?;
        let view = view(stored, &members, &watched, first, until);
        let hourly = volume(&members, &watched, first, last, HOUR, 24 * 7);
        let daily = volume(&members, &watched, first, last, DAY, 3_660);
        let (goals, voices) = (
            goal::measures(&view, &members, view.checked_at),
            voices(&members),
        );
        let by_platform = by_platform(&members);
        if let Some(at) = members.iter().position(|m| m.item.0 == view.canonical) {
            members[..=at].rotate_right(1);
        }
        Ok(TrendStory {
            goals,
            voices,
            by_platform,
            stages: reader.trend_stages(id)?,
            strength: reader.trend_points(id)?,
            tellings: tellings(reader, id)?,
            view,
            hourly,
            daily,
            members,
        })
    });
    Ok(story.await?)
}

/// Does a trend concern a platform: is it on a source about it, or do its label, its headline or a third
/// of its titles name it? One title in passing does not make a trend of it.
fn is_about(trend: &Trend, members: &[TrendMember], platform: &str) -> bool {
    let named = |title: &str| speaks_of_platform(title, platform);
    members
        .iter()
        .any(|m| m.platform.as_deref() == Some(platform))
        || named(&trend.label)
        || named(&trend.headline)
        || members.iter().filter(|m| named(&m.title)).count() * 3 >= members.len().max(1)
}

/// The hours of a span in which something was polled.
struct Watched(Vec<i64>);

impl Watched {
    fn new(reader: &Reader, from: Timestamp, until: Timestamp) -> Result<Self, StoreError> {
        Ok(Self(reader.watched_hours(hour_of(from), hour_of(until))?))
    }

    /// What was counted from a time up to another: nothing is known where nothing was polled.
    fn known(&self, items: u32, from: Timestamp, until: Timestamp) -> Option<u32> {
        let next = self.0.partition_point(|hour| *hour < hour_of(from));
        let last = until
            .saturating_sub(SignedDuration::from_millis(1))
            .unwrap_or(until);
        let is_watched = self.0.get(next).is_some_and(|hour| *hour <= hour_of(last));
        (items > 0 || is_watched).then_some(items)
    }
}

/// Each owner once; `members` are in order of time.
fn voices(members: &[TrendMember]) -> Vec<TrendVoice> {
    let mut voices: Vec<TrendVoice> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for member in members {
        let place = *places.entry(&member.owner).or_insert(voices.len());
        if place == voices.len() {
            voices.push(TrendVoice {
                owner: member.owner.clone(),
                role: member.role,
                first_at: member.at,
                items: 0,
            });
        }
        voices[place].items += 1;
    }
    voices
}

fn by_platform(members: &[TrendMember]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for platform in members.iter().filter_map(|m| m.platform.as_deref()) {
        *counts.entry(platform).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts
        .into_iter()
        .map(|(platform, items)| (platform.to_owned(), items))
        .collect();
    counts.sort_by_key(|(_, items)| std::cmp::Reverse(*items));
    counts
}

fn tellings(reader: &Reader, id: TrendId) -> Result<Vec<TrendTelling>, crate::store::StoreError> {
    let filter = FindingFilter {
        topic_key: Some(id.topic_key()),
        suppressed: true,
        ..FindingFilter::default()
    };
    let found = reader.findings(&filter, 100)?;
    let tellings = found.into_iter().rev().map(|(finding, found)| {
        Ok(TrendTelling {
            finding,
            at: found.detected_at,
            digests: reader.tellings(finding)?,
        })
    });
    tellings.collect()
}

fn view(
    stored: StoredTrend,
    members: &[TrendMember],
    watched: &Watched,
    from: Timestamp,
    until: Timestamp,
) -> TrendView {
    let StoredTrend {
        trend,
        found_at,
        checked_at,
    } = stored;
    let Trend {
        id,
        label,
        earlier_labels,
        headline,
        headline_item,
        stage,
        score,
        canonical,
        link,
        languages,
        related,
        first_seen,
        last_seen,
        window_hours,
        evidence,
        ..
    } = trend;
    let distinct = |of: &dyn Fn(&TrendMember) -> Option<String>| {
        let mut seen: Vec<String> = Vec::new();
        for value in members.iter().filter_map(of) {
            if !seen.contains(&value) {
                seen.push(value);
            }
        }
        seen
    };
    let span = until.duration_since(from).as_millis().max(1);
    let mut volume = vec![0; STEPS];
    for member in members.iter().filter(|m| m.at >= from) {
        let step = member.at.duration_since(from).as_millis() * STEPS as i128 / span;
        volume[usize::try_from(step).unwrap_or(STEPS).min(STEPS - 1)] += 1;
    }
    let start = |step: usize| {
        let millis = i64::try_from(span * step as i128 / STEPS as i128).unwrap_or(i64::MAX);
        let passed = SignedDuration::from_millis(millis);
        from.saturating_add(passed).unwrap_or(until)
    };
    let volume = volume.into_iter().enumerate();
    let volume = volume.map(|(step, items)| watched.known(items, start(step), start(step + 1)));
    TrendView {
        owners: distinct(&|m| Some(m.owner.clone())).len(),
        sources: distinct(&|m| Some(m.source.to_string())),
        platforms: distinct(&|m| m.platform.clone()),
        items: members.len(),
        volume: volume.collect(),
        measure: None,
        id,
        label,
        earlier_labels,
        headline,
        headline_item,
        stage,
        score,
        canonical,
        link,
        languages,
        related,
        first_seen,
        last_seen,
        window_hours,
        found_at,
        checked_at,
        evidence,
    }
}

/// Items per step from the step of `first` to that of `last`; nothing where that is more than `most`.
fn volume(
    members: &[TrendMember],
    watched: &Watched,
    first: Timestamp,
    last: Timestamp,
    step: SignedDuration,
    most: usize,
) -> Vec<Volume> {
    let width = step.as_millis() as i64;
    let step_of = |at: Timestamp| at.as_millisecond().div_euclid(width);
    let (from, to) = (step_of(first), step_of(last));
    if usize::try_from(to - from).map_or(true, |steps| steps >= most) {
        return Vec::new();
    }
    let mut counts = vec![0; usize::try_from(to - from + 1).unwrap_or(0)];
    for member in members {
        let n = usize::try_from(step_of(member.at) - from).ok();
        if let Some(count) = n.and_then(|n| counts.get_mut(n)) {
            *count += 1;
        }
    }
    let start = |n: i64| Timestamp::from_millisecond(n * width).unwrap_or_default();
    let volumes = counts.into_iter().zip(from..).map(|(items, n)| Volume {
        at: start(n),
        items: watched.known(items, start(n), start(n + 1)),
    });
    volumes.collect()
}

#[cfg(test)]
mod tests;
