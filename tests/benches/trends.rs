//! Trend detection against the evaluation streams: stories (BCubed), pairs, alerts, spam, cost.
//!
//! `cargo bench --bench trends` reads `$TIDEWATCH_EVAL/trends` (default `../shared/eval/data/trends`).
//! Metrics as in the reference: BCubed over labelled items; an alert hits an event if it shares at
//! least 2 members and half of its items are members, between onset and end + 24 h; an alert is new if
//! it overlaps less than half with all alerts of the last 72 h.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a bench stops at the first surprise"
)]

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tidewatch::detect::trends::replay::{CheckLine, Recorded, Replay, StoryLine};
use tidewatch::detect::trends::{SAME_STORY, TrendSettings, similarity};

#[derive(Deserialize)]
struct Truth {
    #[serde(default)]
    clusters: Vec<Group>,
    #[serde(default)]
    trends: Vec<Event>,
    #[serde(default)]
    recurring_non_trends: Vec<Members>,
    #[serde(default)]
    pairs: Vec<Pair>,
}

#[derive(Deserialize)]
struct Group {
    members: Vec<String>,
}

#[derive(Deserialize)]
struct Members {
    members: HashSet<String>,
}

#[derive(Deserialize)]
struct Event {
    onset: Timestamp,
    end: Timestamp,
    split: String,
    members: HashSet<String>,
}

#[derive(Deserialize)]
struct Pair {
    a: String,
    b: String,
    same: bool,
}

fn main() {
    let root = std::env::var_os("TIDEWATCH_EVAL")
        .map_or_else(|| PathBuf::from("../shared/eval/data"), PathBuf::from);
    let root = root.join("trends");
    if !root.is_dir() {
        println!(
            "no evaluation data at {}; set TIDEWATCH_EVAL",
            root.display()
        );
        return;
    }
    println!("stories          BCubed P / R / F1");
    for name in ["en_uci2014", "ru_tg2020", "en_tg2020", "ru_tgch2024"] {
        let (items, truth) = load(&root, name);
        let (_, stories) = replay(&items, 24 * 365 * 10);
        let (p, r, f) = bcubed(&stories, &truth);
        println!("{name:<16} {p:.3} / {r:.3} / {f:.3}");
    }
    pairs(&root);
    println!(
        "\nalerts           every  P / R / F1, new, recurring told, median delay; F1 of halves"
    );
    for (name, every, from, to) in [
        (
            "ru_tgch2024",
            1,
            "2024-11-05T00:00:00Z",
            "2024-11-21T00:00:00Z",
        ),
        (
            "ru_tgch2024",
            3,
            "2024-11-05T00:00:00Z",
            "2024-11-21T00:00:00Z",
        ),
        (
            "en_hn2021",
            6,
            "2021-07-01T00:00:00Z",
            "2022-01-01T00:00:00Z",
        ),
        (
            "en_cep2025",
            24,
            "2025-09-29T00:00:00Z",
            "2026-03-01T00:00:00Z",
        ),
    ] {
        let (items, truth) = load(&root, name);
        let (checks, _) = replay(&items, every);
        let (from, to): (Timestamp, Timestamp) = (from.parse().unwrap(), to.parse().unwrap());
        let middle =
            Timestamp::from_second(i64::midpoint(from.as_second(), to.as_second())).unwrap();
        let all = alerts(&checks, &truth, from, to);
        let (early, late) = (
            alerts(&checks, &truth, from, middle),
            alerts(&checks, &truth, middle, to),
        );
        println!(
            "{name:<16} {every:>3} h  {:.3} / {:.3} / {:.3}  {:>3}  {} of {}  {:.2} h; {:.3} {:.3}",
            all.precision,
            all.recall,
            all.f1,
            all.told,
            all.recurring,
            truth.recurring_non_trends.len(),
            all.delay,
            early.f1,
            late.f1
        );
    }
    spam(&root);
    cost(&root);
}

fn load(root: &Path, name: &str) -> (Vec<Recorded>, Truth) {
    let read = |file: &str| std::fs::read_to_string(root.join(name).join(file)).unwrap();
    let items = read("items.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    (items, serde_json::from_str(&read("truth.json")).unwrap())
}

fn replay(items: &[Recorded], hours: i64) -> (Vec<CheckLine>, Vec<StoryLine>) {
    let mut replay = Replay::new(TrendSettings::default(), SignedDuration::from_hours(hours));
    let mut checks: Vec<CheckLine> = items.iter().flat_map(|item| replay.add(item)).collect();
    let (last, stories) = replay.finish();
    checks.extend(last);
    (checks, stories)
}

fn bcubed(stories: &[StoryLine], truth: &Truth) -> (f64, f64, f64) {
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
fn pairs(root: &Path) {
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
    let (_, stories) = replay(&items, 24 * 365 * 10);
    let by_story = f1(&|pair: usize| stories[asked[pair].0].story == stories[asked[pair].1].story);
    println!(
        "ru_pairs2020     F1 {:.3} at {SAME_STORY}, best {:.3} at {}; by story {by_story:.3}",
        f1(&|at| scores[at] >= SAME_STORY),
        best.0,
        best.1
    );
}

struct Alerts {
    precision: f64,
    recall: f64,
    f1: f64,
    told: usize,
    recurring: usize,
    delay: f64,
}

fn alerts(checks: &[CheckLine], truth: &Truth, from: Timestamp, to: Timestamp) -> Alerts {
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

/// One source posts sixty ads a day into a real stream: how often do they show?
fn spam(root: &Path) {
    let (mut items, _) = load(root, "ru_tgch2024");
    let begin = items[items.len() / 2].published_at;
    for n in 0..60 * 10 {
        items.push(Recorded {
            id: format!("ad{n}"),
            source: "ads".to_owned(),
            owner: None,
            published_at: begin + SignedDuration::from_mins(24 * n),
            lang: Some("ru".to_owned()),
            title: format!(
                "Скидка {}% на диваны МебельГрад только сегодня",
                10 + n % 50
            ),
            summary: "Успейте купить диваны МебельГрад со скидкой, доставка бесплатно".to_owned(),
            url: None,
        });
    }
    items.sort_by_key(|item| item.published_at);
    let (checks, _) = replay(&items, 3);
    let shown = checks
        .iter()
        .flat_map(|check| &check.trends)
        .filter(|trend| trend.items.iter().any(|id| id.starts_with("ad")))
        .count();
    println!("\nads of one source, 60 a day: shown in {shown} trends");
}

/// A stream of real titles, shifted in time and lightly changed, at 36,000 items a day.
fn cost(root: &Path) {
    let (base, _) = load(root, "ru_tgch2024");
    let (english, _) = load(root, "en_tg2020");
    let begin: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut replay = Replay::new(TrendSettings::default(), SignedDuration::from_hours(3));
    println!("\nitems       items/s   resident MB");
    let (mut since, mut then) = (Instant::now(), 0);
    for n in 0..1_000_000usize {
        let set = if n % 3 == 0 { &english } else { &base };
        let mut item = set[(n * 7919) % set.len()].clone();
        // what is said changes over time: another word of its own in every title
        item.title = format!("{} {}", word(n / 40), item.title);
        item.id = n.to_string();
        item.source = format!("source-{}", n % 997);
        item.published_at = begin + SignedDuration::from_millis(n as i64 * 2400);
        replay.add(&item);
        if matches!(n + 1, 10_000 | 30_000 | 100_000 | 300_000 | 1_000_000) {
            let rate = (n + 1 - then) as f64 / since.elapsed().as_secs_f64();
            println!("{:>9}   {rate:>7.0}   {:>6.0}", n + 1, resident_mb());
            (since, then) = (Instant::now(), n + 1);
        }
    }
}

/// A made-up word for a number.
fn word(mut n: usize) -> String {
    let mut word = String::from("Ке");
    for _ in 0..4 {
        word.push(['б', 'в', 'г', 'д', 'л', 'м', 'н', 'р', 'с', 'т'][n % 10]);
        word.push(['а', 'о', 'и', 'у'][n % 4]);
        n /= 10;
    }
    word
}

fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|kb| kb.parse::<f64>().ok())
        .unwrap_or(f64::NAN)
        / 1024.0
}
