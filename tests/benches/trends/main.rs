//! Trend detection against the evaluation streams: stories (BCubed), pairs, alerts, spam, cost.
//!
//! `cargo bench --bench trends` reads `$TIDEWATCH_EVAL/trends` (default `../shared/eval/data/trends`);
//! with a number after `--` the made-up streams of the cost table have so many items, with a second one
//! there is only one of them, of so many items a day. `-- cost` measures only that; `-- stability` varies
//! every parameter by a fifth either way; `-- topics` holds up to 1,000 queries against the streams.
//! Metrics as in the reference: BCubed over labelled items; an alert hits an event if it shares at
//! least 2 members and half of its items are members, between onset and end + 24 h; an alert is new if
//! it overlaps less than half with all alerts of the last 72 h.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a bench stops at the first surprise"
)]

#[path = "../eval.rs"]
mod eval;
mod measure;
mod stability;
mod stream;
mod topics;

use std::path::Path;

use eval::eval;
use jiff::{SignedDuration, Timestamp};
use measure::{alerts, bcubed, load, pairs, replay};
use stream::Stream;
use tidewatch::detect::trends::replay::{Recorded, Replay};
use tidewatch::detect::trends::{SAME_STORY, TrendSettings};

/// Stories: set, BCubed F1 of the reference (of a centroid of titles for `en_uci2014`), goal.
const STORIES: [(&str, f64, f64); 4] = [
    ("en_uci2014", 0.770, 0.80),
    ("ru_tg2020", 0.753, 0.80),
    ("en_tg2020", 0.824, 0.86),
    ("ru_tgch2024", 0.906, 0.93),
];

/// Alerts: set, hours between checks, from, to, and P / R / F1 of REF and of n-gram Poisson.
const ALERTS: [(&str, i64, &str, &str, &str, &str); 4] = [
    (
        "ru_tgch2024",
        1,
        "2024-11-05T00:00:00Z",
        "2024-11-21T00:00:00Z",
        ".74 / .91 / .82",
        "-",
    ),
    (
        "ru_tgch2024",
        3,
        "2024-11-05T00:00:00Z",
        "2024-11-21T00:00:00Z",
        "-",
        ".14 / .72 / .23",
    ),
    (
        "en_hn2021",
        6,
        "2021-07-01T00:00:00Z",
        "2022-01-01T00:00:00Z",
        ".54 / .50 / .52",
        ".02 / .83 / .04",
    ),
    (
        "en_cep2025",
        24,
        "2025-09-29T00:00:00Z",
        "2026-03-01T00:00:00Z",
        ".24 / .71 / .36",
        ".04 / .82 / .07",
    ),
];

fn main() {
    let Some(root) = eval("trends").map(|root| root.join("trends")) else {
        return;
    };
    let asked = |what: &str| std::env::args().any(|argument| argument == what);
    if asked("stability") {
        return stability::stability(&root);
    }
    if asked("topics") {
        return topics::topics(&root);
    }
    if asked("cost") {
        return cost(&root);
    }
    let settings = TrendSettings::default();
    println!("stories          BCubed P / R / F1      REF   goal");
    for (name, reference, goal) in STORIES {
        let (items, truth) = load(&root, name);
        let (_, stories) = replay(&settings, &items, 24 * 365 * 10);
        let (p, r, f) = bcubed(&stories, &truth);
        println!("{name:<16} {p:.3} / {r:.3} / {f:.3}  {reference:.3}  {goal:.2}");
    }
    let (at, best, by_story) = pairs(&settings, &root);
    println!(
        "ru_pairs2020     F1 {at:.3} at {SAME_STORY}, best {:.3} at {}; by story {by_story:.3}; char-4-grams .853, goal .87",
        best.0, best.1
    );
    println!(
        "\nalerts           every  P / R / F1, new, recurring told, median delay; F1 of halves; REF; n-gram Poisson"
    );
    for (name, every, from, to, reference, poisson) in ALERTS {
        let (items, truth) = load(&root, name);
        let (checks, _) = replay(&settings, &items, every);
        let (from, to): (Timestamp, Timestamp) = (from.parse().unwrap(), to.parse().unwrap());
        let middle =
            Timestamp::from_second(i64::midpoint(from.as_second(), to.as_second())).unwrap();
        let all = alerts(&checks, &truth, from, to);
        let (early, late) = (
            alerts(&checks, &truth, from, middle),
            alerts(&checks, &truth, middle, to),
        );
        println!(
            "{name:<16} {every:>3} h  {:.3} / {:.3} / {:.3}  {:>3}  {} of {}  {:.2} h; {:.3} {:.3}; {reference}; {poisson}",
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
    let (checks, _) = replay(&TrendSettings::default(), &items, 3);
    let shown = checks
        .iter()
        .flat_map(|check| &check.trends)
        .filter(|trend| trend.items.iter().any(|id| id.starts_with("ad")))
        .count();
    println!("\nads of one source, 60 a day: shown in {shown} trends");
}

/// Items of the made-up stream that are made before they are handed over: making them is not measured.
const BATCH: u32 = 1_000;
/// Items a day: a window that is full from 9,000 items on, one from 100,000 on, and one that holds half a
/// day because no more is held.
const PER_DAY: [u64; 3] = [3_000, 36_000, 200_000];

/// The made-up streams, looked at every three hours.
fn cost(root: &Path) {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<u32>().ok());
    let most = numbers.next().unwrap_or(1_000_000);
    let only = numbers.next().map(u64::from);
    let ((russian, _), (english, _)) = (load(root, "ru_tgch2024"), load(root, "en_tg2020"));
    for per_day in PER_DAY
        .into_iter()
        .filter(|rate| only.is_none_or(|only| only == *rate))
    {
        let mut stream = Stream::new(&[("ru", &russian), ("en", &english)], per_day);
        let mut replay = Replay::new(TrendSettings::default(), SignedDuration::from_hours(3));
        println!(
            "\n{per_day} items a day, window of three days\nitems       per CPU second and µs each since the last line   resident MB, at most; {:.0} before the first",
            memory("VmRSS:")
        );
        let (mut busy, mut then) = (0.0, 0);
        for n in (BATCH..=most).step_by(BATCH as usize) {
            let batch: Vec<Recorded> = (0..BATCH).map(|_| stream.make()).collect();
            let since = cpu();
            for item in &batch {
                replay.add(item);
            }
            busy += cpu() - since;
            if matches!(n, 10_000 | 30_000 | 100_000 | 300_000 | 1_000_000) {
                let items = f64::from(n - then);
                println!(
                    "{n:>9}   {:>7.0}   {:>5.0}   {:>6.0} {:>6.0}",
                    items / busy,
                    busy / items * 1e6,
                    memory("VmRSS:"),
                    memory("VmHWM:")
                );
                (busy, then) = (0.0, n);
            }
        }
    }
}

/// Seconds that this thread was on a core: other work of the machine does not count.
fn cpu() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split_whitespace().next().and_then(|n| n.parse().ok());
    nanoseconds.unwrap_or(f64::NAN) / 1e9
}

/// A figure of this process, in MB.
fn memory(field: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with(field))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|kb| kb.parse::<f64>().ok())
        .unwrap_or(f64::NAN)
        / 1024.0
}
