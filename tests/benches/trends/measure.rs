//! The evaluation streams and the reference's measures over them.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tidewatch::detect::trends::replay::{CheckLine, Recorded, Replay, StoryLine};
use tidewatch::detect::trends::{SAME_STORY, TrendSettings, similarity};

#[derive(Deserialize)]
pub(crate) struct Truth {
    #[serde(default)]
    pub(crate) clusters: Vec<Group>,
    #[serde(default)]
    pub(crate) trends: Vec<Event>,
    #[serde(default)]
    pub(crate) recurring_non_trends: Vec<Members>,
    #[serde(default)]
    pub(crate) pairs: Vec<Pair>,
}

#[derive(Deserialize)]
pub(crate) struct Group {
    pub(crate) members: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct Members {
    members: HashSet<String>,
}

#[derive(Deserialize)]
pub(crate) struct Event {
    onset: Timestamp,
    end: Timestamp,
    split: String,
    members: HashSet<String>,
}

#[derive(Deserialize)]
pub(crate) struct Pair {
    a: String,
    b: String,
    same: bool,
}

pub(crate) fn load(root: &Path, name: &str) -> (Vec<Recorded>, Truth) {
    let read = |file: &str| std::fs::read_to_string(root.join(name).join(file)).unwrap();
    let items = read("items.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    (items, serde_json::from_str(&read("truth.json")).unwrap())
}

pub(crate) fn replay(
    settings: &TrendSettings,
    items: &[Recorded],
    hours: i64,
) -> (Vec<CheckLine>, Vec<StoryLine>) {
    let mut replay =
        Replay::new(settings.clone(), SignedDuration::from_hours(hours)).with_stories();
    let mut checks: Vec<CheckLine> = items.iter().flat_map(|item| replay.add(item)).collect();
    let (last, stories) = replay.finish();
    checks.extend(last);
    (checks, stories.collect())
}

pub(crate) fn bcubed(stories: &[StoryLine], truth: &Truth) -> (f64, f64, f64) {
    let mut gold: HashMap<&str, usize> = HashMap::new();
    let groups = truth
        .clusters
        .iter()
        .map(|group| group.members.iter().collect::<Vec<_>>());
    let events = truth
        .trends
        .iter()
        .map(|event| event.members.iter().collect::<Vec<_>>());
    let groups: Vec<Vec<&String>> = if truth.clusters.is_empty() {
        events.collect()
    } else {
        groups.collect()
    };
    for (number, members) in groups.iter().enumerate() {
        gold.extend(members.iter().map(|member| (member.as_str(), number)));
    }
    let both: Vec<(u64, usize)> = stories
        .iter()
        .filter_map(|line| gold.get(line.id.as_str()).map(|gold| (line.story, *gold)))
        .collect();
    let (mut ours, mut theirs, mut joint) = (HashMap::new(), HashMap::new(), HashMap::new());
    for pair in &both {
        *ours.entry(pair.0).or_insert(0.0) += 1.0;
        *theirs.entry(pair.1).or_insert(0.0) += 1.0;
        *joint.entry(*pair).or_insert(0.0) += 1.0;
    }
    let n = both.len() as f64;
    let p = both
        .iter()
        .map(|pair| joint[pair] / ours[&pair.0])
        .sum::<f64>()
        / n;
    let r = both
        .iter()
        .map(|pair| joint[pair] / theirs[&pair.1])
        .sum::<f64>()
        / n;
    (p, r, 2.0 * p * r / (p + r))
}

/// Human same-story pairs: by direct likeness at its fixed bar and at the best one, and by story.
pub(crate) fn pairs(settings: &TrendSettings, root: &Path) -> (f64, (f64, f32), f64) {
    let (items, truth) = load(root, "ru_pairs2020");
    let at: HashMap<&str, usize> = items
        .iter()
        .enumerate()
        .map(|(at, item)| (item.id.as_str(), at))
        .collect();
    let titles: Vec<&str> = items.iter().map(|item| item.title.as_str()).collect();
    let asked: Vec<(usize, usize)> = truth
        .pairs
        .iter()
        .map(|pair| (at[pair.a.as_str()], at[pair.b.as_str()]))
        .collect();
    let scores = similarity(&titles, Some("ru"), &asked);
    let f1 = |told: &dyn Fn(usize) -> bool| {
        let (mut hits, mut claimed, mut real) = (0.0, 0.0, 0.0);
        for (at, pair) in truth.pairs.iter().enumerate() {
            claimed += f64::from(u8::from(told(at)));
            real += f64::from(u8::from(pair.same));
            hits += f64::from(u8::from(pair.same && told(at)));
        }
        2.0 * hits / (claimed + real)
    };
    let best = (1..100)
        .map(|bar| bar as f32 / 100.0)
        .map(|bar| (f1(&|at| scores[at] >= bar), bar))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap();
    let (_, stories) = replay(settings, &items, 24 * 365 * 10);
    let by_story = f1(&|pair: usize| stories[asked[pair].0].story == stories[asked[pair].1].story);
    (f1(&|at| scores[at] >= SAME_STORY), best, by_story)
}

pub(crate) struct Alerts {
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) f1: f64,
    pub(crate) told: usize,
    pub(crate) recurring: usize,
    pub(crate) delay: f64,
}

pub(crate) fn alerts(
    checks: &[CheckLine],
    truth: &Truth,
    from: Timestamp,
    to: Timestamp,
) -> Alerts {
    let hour = 3600;
    let shared =
        |a: &HashSet<&str>, b: &HashSet<&str>| a.iter().filter(|id| b.contains(*id)).count();
    let members = |ids: &HashSet<&str>, of: &HashSet<String>| {
        ids.iter().filter(|id| of.contains(**id)).count()
    };
    let mut past: Vec<(i64, HashSet<&str>)> = Vec::new();
    let mut first: HashMap<usize, i64> = HashMap::new();
    let (mut told, mut hits, mut recurring) = (0, 0, 0);
    for check in checks
        .iter()
        .filter(|check| from < check.at && check.at <= to)
    {
        let now = check.at.as_second();
        for trend in check.trends.iter().take(10) {
            let ids: HashSet<&str> = trend.items.iter().map(String::as_str).collect();
            let matches = |event: &Event| {
                let common = members(&ids, &event.members);
                event.onset.as_second() <= now
                    && now <= event.end.as_second() + 24 * hour
                    && common >= 2
                    && common * 2 >= ids.len()
            };
            let same = |known: &(i64, HashSet<&str>)| {
                now - known.0 < 72 * hour
                    && shared(&ids, &known.1) * 2 >= ids.len().min(known.1.len())
            };
            if past.iter().any(same) {
                for (number, _) in truth
                    .trends
                    .iter()
                    .enumerate()
                    .filter(|(_, event)| matches(event))
                {
                    first.entry(number).or_insert(now);
                }
                for known in past.iter_mut().filter(|known| same(known)) {
                    known.1.extend(&ids);
                }
                continue;
            }
            told += 1;
            if let Some(number) = truth.trends.iter().position(matches) {
                hits += 1;
                first.entry(number).or_insert(now);
            } else if truth
                .recurring_non_trends
                .iter()
                .any(|group| members(&ids, &group.members) * 2 >= ids.len())
            {
                recurring += 1;
            }
            past.push((now, ids));
        }
        past.retain(|known| now - known.0 < 96 * hour);
    }
    let wanted: Vec<usize> = (0..truth.trends.len())
        .filter(|at| {
            truth.trends[*at].split == "dev"
                && from <= truth.trends[*at].onset + SignedDuration::from_hours(48)
                && truth.trends[*at].onset < to
        })
        .collect();
    let mut delays: Vec<i64> = wanted
        .iter()
        .filter_map(|at| {
            first
                .get(at)
                .map(|seen| seen - truth.trends[*at].onset.as_second())
        })
        .collect();
    delays.sort_unstable();
    let precision = f64::from(hits) / f64::from(told.max(1));
    let recall = delays.len() as f64 / wanted.len().max(1) as f64;
    Alerts {
        precision,
        recall,
        f1: 2.0 * precision * recall / (precision + recall).max(1e-9),
        told: told as usize,
        recurring,
        delay: delays
            .get(delays.len() / 2)
            .map_or(f64::NAN, |delay| *delay as f64 / hour as f64),
    }
}
