//! Watched topics: how much is said of each, by whom, and whose share of the voice it is.
//!
//! Volumes come from counts kept by the hour: the cost is that of the window, not of history. Hours
//! in which nothing was polled and nothing was said are unknown, never 0. Share of voice is a brand's
//! mentions over those of all topics of its group × 100.

mod frame;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::detect::topic::Matcher;
use crate::model::{FindingId, TopicKind, TopicSpec};
use crate::store::{MentionItem, Reader, Store, StoreError, StoredTopic, TopicNo, hour_of};

use super::QueryError;
use frame::{Frame, compare};

/// Steps of a sparkline over a week: six hours each.
const STEP: i64 = 6;
/// Longest window that is shown by the hour.
const BY_HOUR: SignedDuration = SignedDuration::from_hours(48);
/// Length of a snippet, in characters.
const SNIPPET: usize = 200;
/// Characters before the first mark in a snippet.
const LEAD: usize = 60;

/// What counts as one mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CountBy {
    /// Every item.
    #[default]
    Mentions,
    /// An owner's items of one story count once.
    Stories,
}

/// A topic in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopicView {
    /// Unique name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// With whom it shares the voice.
    pub group: Option<String>,
    /// Its part in the group.
    pub kind: TopicKind,
    /// Mentions of the last 24 hours; `None` while nothing is known of them.
    pub day: Option<u64>,
    /// Mentions of the last 7 days.
    pub week: Option<u64>,
    /// Mentions of the 7 days before; `None` unless most of their hours are known.
    pub week_before: Option<u64>,
    /// Change against as long a time before: 0.25 is a quarter more. `None` where it cannot be said, as
    /// when nothing was said before.
    pub change: Option<f64>,
    /// Days on each side of it: 7, or 3 or 1 while fewer have been watched.
    pub change_days: Option<u32>,
    /// Independent owners of the last 7 days.
    pub owners: usize,
    /// Share of its group's voice in the last 7 days, 0–1.
    pub share: Option<f64>,
    /// Mentions per six hours of the last 7 days, oldest first; `None` for unknown.
    pub volume: Vec<Option<u32>>,
    /// Is its history still being matched?
    pub filling: bool,
    /// When a spike was last told.
    pub alerted_at: Option<Timestamp>,
    /// The finding that told it.
    pub finding: Option<FindingId>,
}

/// Mentions of one stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TopicVolume {
    /// Its beginning.
    pub at: Timestamp,
    /// Mentions; `None` for unknown.
    pub mentions: Option<u32>,
}

/// A topic's part of its group's voice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Share {
    /// The topic.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its part in the group.
    pub kind: TopicKind,
    /// What was counted.
    pub count: u64,
    /// Its share, 0–1; `None` when nobody was mentioned.
    pub share: Option<f64>,
    /// Its share in as long a time before, where most of it is known.
    pub before: Option<f64>,
}

/// A mention with the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MentionView {
    /// The item.
    #[serde(flatten)]
    pub item: MentionItem,
    /// Part of the text around the first mention, one line.
    pub snippet: String,
    /// Where in the snippet the topic's words stand: first character and one past the last.
    pub marks: Vec<(usize, usize)>,
}

/// Everything that is known of a topic in a window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopicStory {
    /// As in a list.
    #[serde(flatten)]
    pub view: TopicView,
    /// Where the window begins.
    pub since: Timestamp,
    /// Mentions per hour for up to two days, else per day of the asked zone; oldest first.
    pub series: Vec<TopicVolume>,
    /// What was counted for the shares.
    pub by: CountBy,
    /// The voice of its group in the window, greatest first; empty without a group.
    pub shares: Vec<Share>,
    /// Owners of the window, loudest first.
    pub voices: Vec<(String, u32)>,
    /// Mentions of the window, newest first.
    pub mentions: Vec<MentionView>,
}

/// All configured topics, by group and then volume.
pub async fn topics(
    store: &Store,
    specs: &[TopicSpec],
    now: Timestamp,
) -> Result<Vec<TopicView>, QueryError> {
    let specs = specs.to_vec();
    let views = store.read(move |reader| {
        let stored = reader.topics()?;
        let week = Frame::new(reader, now, 14 * 24)?;
        let mut views = Vec::new();
        for spec in &specs {
            views.push(view(reader, spec, &stored, &week)?);
        }
        for at in 0..views.len() {
            views[at].share = share_of_week(&views, at);
        }
        views.sort_by(|a, b| {
            let by_group = a
                .group
                .is_none()
                .cmp(&b.group.is_none())
                .then(a.group.cmp(&b.group));
            by_group.then(b.week.cmp(&a.week)).then(a.name.cmp(&b.name))
        });
        Ok(views)
    });
    Ok(views.await?)
}

/// What is asked of one topic.
#[derive(Debug, Clone)]
pub struct TopicQuestion {
    /// Its name in config.
    pub name: String,
    /// How far back.
    pub window: SignedDuration,
    /// What counts for the shares.
    pub by: CountBy,
    /// Most mentions given.
    pub limit: usize,
    /// The zone in which days are meant.
    pub zone: TimeZone,
}

/// One topic over a window; `None` if none of that name is configured.
pub async fn topic(
    store: &Store,
    specs: &[TopicSpec],
    question: TopicQuestion,
    now: Timestamp,
) -> Result<Option<TopicStory>, QueryError> {
    let TopicQuestion {
        name,
        window,
        by,
        limit,
        zone,
    } = question;
    let Some(at) = specs.iter().position(|spec| spec.name == name) else {
        return Ok(None);
    };
    let all = topics(store, specs, now).await?;
    let Some(view) = all.into_iter().find(|view| view.name == name) else {
        return Ok(None);
    };
    let since = now.saturating_sub(window).unwrap_or(Timestamp::MIN);
    let specs = specs.to_vec();
    let story = store.read(move |reader| {
        let spec = &specs[at];
        let stored = reader.topics()?;
        let hours = hour_of(now) - hour_of(since);
        let frame = Frame::new(reader, now, hours)?;
        let no = number(&stored, &spec.name);
        let said = frame.said(reader, no)?;
        let mut voices: Vec<(String, u32)> = Vec::new();
        if let Some(no) = no {
            for (_, owner, mentions) in reader.topic_voices(no, frame.from, frame.to)? {
                match voices.iter_mut().find(|(known, _)| *known == owner) {
                    Some((_, sum)) => *sum += mentions,
                    None => voices.push((owner, mentions)),
                }
            }
        }
        voices.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let found = match no {
            Some(no) => reader.mentions(no, since, limit)?,
            None => Vec::new(),
        };
        let matcher = Matcher::new(std::slice::from_ref(spec));
        let mentions = found.into_iter().map(|item| {
            let (snippet, marks) = snippet(&matcher, &item);
            MentionView {
                item,
                snippet,
                marks,
            }
        });
        Ok(TopicStory {
            mentions: mentions.collect(),
            series: series(&said, frame.from, window, &zone),
            shares: shares(reader, &specs, &stored, spec, by, window, now)?,
            view,
            since,
            by,
            voices,
        })
    });
    Ok(Some(story.await?))
}

fn number(stored: &[StoredTopic], name: &str) -> Option<TopicNo> {
    stored
        .iter()
        .find(|topic| topic.name == name)
        .map(|topic| topic.no)
}

fn view(
    reader: &Reader,
    spec: &TopicSpec,
    stored: &[StoredTopic],
    weeks: &Frame,
) -> Result<TopicView, StoreError> {
    let known = stored.iter().find(|topic| topic.name == spec.name);
    let said = weeks.said(reader, known.map(|topic| topic.no))?;
    let (before, week) = said.split_at(said.len() / 2);
    let sum = |hours: &[Option<u32>]| {
        let known: Vec<u64> = hours.iter().flatten().map(|n| u64::from(*n)).collect();
        (!known.is_empty()).then(|| known.iter().sum::<u64>())
    };
    let watched = weeks.is_watched();
    // hours that history filled in are known only where something was said
    let mostly = |hours: &[bool]| hours.iter().filter(|known| **known).count() * 2 > hours.len();
    let watched_before = &watched[..watched.len() / 2];
    let week_before = sum(before).filter(|_| mostly(watched_before));
    let compared = compare(&said, &watched);
    let change = compared.and_then(|(_, now, before)| (before > 0.0).then(|| now / before - 1.0));
    let owners = match known {
        Some(topic) => {
            let voices = reader.topic_voices(topic.no, weeks.to - 7 * 24 + 1, weeks.to)?;
            let mut owners: Vec<String> = voices.into_iter().map(|voice| voice.1).collect();
            owners.sort_unstable();
            owners.dedup();
            owners.len()
        }
        None => 0,
    };
    Ok(TopicView {
        name: spec.name.clone(),
        title: spec.title.clone(),
        group: spec.group.clone(),
        kind: spec.kind,
        day: sum(&week[week.len() - 24..]),
        week: sum(week),
        week_before,
        change,
        change_days: compared.map(|(days, ..)| days),
        owners,
        share: None,
        volume: week
            .chunks(STEP as usize)
            .map(|hours| sum(hours).map(|n| u32::try_from(n).unwrap_or(u32::MAX)))
            .collect(),
        filling: known.is_none_or(|topic| topic.live.is_none()),
        alerted_at: known.and_then(|topic| topic.alerted_at),
        finding: known.and_then(|topic| topic.finding),
    })
}

fn share_of_week(views: &[TopicView], at: usize) -> Option<f64> {
    let group = views[at].group.as_ref()?;
    let peers = views
        .iter()
        .filter(|view| view.group.as_ref() == Some(group));
    let total: u64 = peers.map(|view| view.week.unwrap_or(0)).sum();
    (total > 0).then(|| views[at].week.unwrap_or(0) as f64 / total as f64)
}

fn shares(
    reader: &Reader,
    specs: &[TopicSpec],
    stored: &[StoredTopic],
    of: &TopicSpec,
    by: CountBy,
    window: SignedDuration,
    now: Timestamp,
) -> Result<Vec<Share>, StoreError> {
    if of.group.is_none() {
        return Ok(Vec::new());
    }
    let ago = |n: i32| {
        now.saturating_sub(window.saturating_mul(n))
            .unwrap_or(Timestamp::MIN)
    };
    // up to now, what is published this very instant too
    let end = now
        .saturating_add(SignedDuration::from_millis(1))
        .unwrap_or(now);
    let (start, before) = (ago(1), ago(2));
    let (from, to) = (hour_of(before), hour_of(start) - 1);
    let known = reader.watched_hours(from, to)?.len() as i64 * 2 > to - from;
    let count =
        |topic: &TopicSpec, from: Timestamp, to: Timestamp| match number(stored, &topic.name) {
            None => Ok(0),
            Some(no) if by == CountBy::Stories => reader.count_stories(no, from, to),
            Some(no) => reader.count_mentions(no, from, to),
        };
    let mut counted = Vec::new();
    for topic in specs.iter().filter(|topic| topic.group == of.group) {
        counted.push((
            topic,
            count(topic, start, end)?,
            count(topic, before, start)?,
        ));
    }
    let total =
        |of: &dyn Fn(&(&TopicSpec, u64, u64)) -> u64| -> u64 { counted.iter().map(of).sum() };
    let (all, all_before) = (total(&|c| c.1), total(&|c| c.2));
    let part = |n: u64, of: u64| (of > 0).then(|| n as f64 / of as f64);
    let mut shares: Vec<Share> = counted
        .iter()
        .map(|(topic, count, earlier)| Share {
            name: topic.name.clone(),
            title: topic.title.clone(),
            kind: topic.kind,
            count: *count,
            share: part(*count, all),
            before: part(*earlier, all_before).filter(|_| known),
        })
        .collect();
    shares.sort_by(|a, b| b.count.cmp(&a.count).then(a.name.cmp(&b.name)));
    Ok(shares)
}

/// Hours as they are, or summed over the zone's days.
fn series(
    said: &[Option<u32>],
    from: i64,
    window: SignedDuration,
    zone: &TimeZone,
) -> Vec<TopicVolume> {
    let start = |hour: i64| Timestamp::from_second(hour * 3600).unwrap_or_default();
    let mut series: Vec<TopicVolume> = Vec::new();
    let mut day = None;
    for (mentions, hour) in said.iter().zip(from..) {
        let at = start(hour);
        let date = at.to_zoned(zone.clone()).date();
        match series.last_mut() {
            Some(last) if window > BY_HOUR && day == Some(date) => {
                last.mentions = match (last.mentions, mentions) {
                    (Some(sum), Some(more)) => Some(sum.saturating_add(*more)),
                    (known, more) => known.or(*more),
                };
            }
            _ => series.push(TopicVolume {
                at,
                mentions: *mentions,
            }),
        }
        day = Some(date);
    }
    series
}

/// The part of an item around its first mention, on one line, with the marked characters.
fn snippet(matcher: &Matcher, item: &MentionItem) -> (String, Vec<(usize, usize)>) {
    let in_body = !matcher.marks(0, &item.body).is_empty();
    let text = if in_body || item.title.is_empty() {
        &item.body
    } else {
        &item.title
    };
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = matcher.marks(0, &flat).first().map_or(0, |mark| mark.start);
    let before = flat[..first].chars().count();
    // cut between words
    let mut skip = before.saturating_sub(LEAD);
    if skip > 0 {
        let lead = flat
            .chars()
            .skip(skip)
            .take(LEAD)
            .position(char::is_whitespace);
        skip += lead.map_or(0, |at| at + 1);
    }
    let mut out = String::from(if skip > 0 { "…" } else { "" });
    out.extend(flat.chars().skip(skip).take(SNIPPET));
    if flat.chars().count() > skip + SNIPPET {
        out.push('…');
    }
    let marks = matcher.marks(0, &out).into_iter().map(|mark| {
        let start = out[..mark.start].chars().count();
        (start, start + out[mark].chars().count())
    });
    let marks = marks.collect();
    (out, marks)
}
