//! The tracker over made-up streams: many owners who mostly say different things.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use jiff::{SignedDuration, Timestamp};

use super::{BadState, Tracker, TrendItem, TrendSettings};
use crate::model::{Trend, TrendStage};

const WORDS: [&str; 60] = [
    "weather", "school", "market", "bridge", "garden", "doctor", "winter", "ticket", "museum",
    "driver", "camera", "police", "window", "summer", "kitchen", "record", "island", "forest",
    "engine", "cinema", "coffee", "bakery", "stadium", "village", "harbour", "tunnel", "orchard",
    "library", "airport", "painter", "farmer", "singer", "teacher", "castle", "temple", "desert",
    "valley", "mirror", "hammer", "candle", "pencil", "basket", "violin", "saddle", "magnet",
    "carpet", "turbine", "lantern", "pebble", "feather", "anchor", "glacier", "meadow", "pigeon",
    "trumpet", "walnut", "zipper", "cactus", "barrel", "compass",
];

/// One line of a stream.
#[derive(Clone)]
struct Said {
    minute: i64,
    owner: String,
    source: String,
    title: String,
    summary: String,
}

fn start() -> Timestamp {
    "2026-03-02T00:00:00Z".parse().unwrap()
}

fn at(minute: i64) -> Timestamp {
    start() + SignedDuration::from_mins(minute)
}

fn said(minute: i64, owner: &str, title: &str, summary: &str) -> Said {
    Said {
        minute,
        owner: owner.to_owned(),
        source: format!("{owner}-news"),
        title: title.to_owned(),
        summary: summary.to_owned(),
    }
}

/// Twelve owners who each say something else every two hours.
fn chatter(days: i64) -> Vec<Said> {
    let mut seed = 7u64;
    let mut word = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        WORDS[(seed >> 33) as usize % WORDS.len()]
    };
    let mut all = Vec::new();
    for slot in 0..days * 12 {
        for owner in 0..12 {
            let mut text = |n: usize| (0..n).map(|_| word()).collect::<Vec<_>>().join(" ");
            let (title, summary) = (text(6), text(14));
            all.push(said(
                slot * 120 + owner,
                &format!("owner{owner}"),
                &title,
                &summary,
            ));
        }
    }
    all
}

/// The same news told by so many owners, one after another.
fn story(from: i64, every: i64, owners: i64, name: &str) -> Vec<Said> {
    (0..owners)
        .map(|n| {
            let extra = WORDS[(n as usize * 7) % WORDS.len()];
            said(
                from + n * every,
                &format!("owner{n}"),
                &format!("{name} launches a video feed for {extra} fans"),
                &format!("{name} says its new video feed opens to everybody, also {extra} fans"),
            )
        })
        .collect()
}

fn stream(parts: impl IntoIterator<Item = Vec<Said>>) -> Vec<Said> {
    let mut all: Vec<Said> = parts.into_iter().flatten().collect();
    all.sort_by_key(|said| said.minute);
    all
}

fn item(id: usize, said: &Said) -> TrendItem<'_> {
    TrendItem {
        id: id as i64,
        owner: &said.owner,
        source: &said.source,
        at: at(said.minute),
        language: None,
        title: &said.title,
        summary: &said.summary,
        official: said.owner == "official",
    }
}

/// What each check told, looking every `every` minutes; `between` may change the tracker between items.
fn run(
    stream: &[Said],
    every: i64,
    mut between: impl FnMut(usize, Tracker) -> Tracker,
) -> Vec<(i64, Vec<Trend>)> {
    let mut tracker = Tracker::new(TrendSettings::default());
    let (mut next, mut told) = (every, Vec::new());
    for (id, said) in stream.iter().enumerate() {
        while next < said.minute {
            told.push((next, tracker.check(at(next))));
            next += every;
        }
        tracker.add(&item(id, said));
        tracker = between(id, tracker);
    }
    told.push((next, tracker.check(at(next))));
    told
}

fn watch(stream: &[Said], every: i64) -> Vec<(i64, Vec<Trend>)> {
    run(stream, every, |_, tracker| tracker)
}

fn load(tracker: &Tracker) -> Tracker {
    let parts: Vec<Vec<u8>> = tracker.save().map(Result::unwrap).collect();
    Tracker::load(parts).unwrap()
}

#[test]
fn a_restart_between_any_two_items_changes_nothing() {
    let stream = stream([
        chatter(5),
        story(4 * 1440, 40, 7, "Clipnet"),
        story(4 * 1440 + 300, 30, 5, "Zephyria"),
    ]);
    let whole = watch(&stream, 180);
    assert!(
        whole.iter().any(|check| !check.1.is_empty()),
        "nothing to compare"
    );
    let late = stream.len() - 120;
    for every in [1, 61] {
        let broken = run(&stream, 180, |id, tracker| {
            if id % every == 0 && (id > late || every > 1) {
                load(&tracker)
            } else {
                tracker
            }
        });
        assert_eq!(broken, whole, "restarted every {every} items");
    }
}

#[test]
fn a_state_that_is_not_whole_is_refused() {
    let mut tracker = Tracker::new(TrendSettings::default());
    for (id, said) in chatter(1).iter().enumerate() {
        tracker.add(&item(id, said));
    }
    let parts: Vec<Vec<u8>> = tracker.save().map(Result::unwrap).collect();
    let former = vec![vec![1, 2, 3]];
    assert!(matches!(Tracker::load(former), Err(BadState::Layout(1))));
    let lacking = parts[..parts.len() - 1].to_vec();
    assert!(matches!(Tracker::load(lacking), Err(BadState::Incomplete)));
    let mut cut = parts.clone();
    cut[0].truncate(9);
    assert!(matches!(Tracker::load(cut), Err(BadState::Damaged(_))));
    assert!(Tracker::load(parts).is_ok());
}

#[test]
fn one_loud_source_never_shows() {
    let ads = (0..60 * 3)
        .map(|n| {
            said(
                2 * 1440 + n * 24,
                "ads",
                &format!("Sofa World sale {}% only today", 10 + n % 50),
                "Buy a sofa at Sofa World, free delivery",
            )
        })
        .collect();
    for (_, trends) in watch(&stream([chatter(5), ads]), 180) {
        assert!(trends.iter().all(|trend| !trend.label.contains("Sofa")));
    }
}

#[test]
fn channels_of_one_owner_count_once() {
    let mut channels = story(4 * 1440, 20, 9, "Clipnet");
    for (n, said) in channels.iter_mut().enumerate() {
        said.source = format!("channel-{n}");
        said.owner = ["holding", "press-house"][n % 2].to_owned();
    }
    let told = |stream: &[Said]| {
        watch(stream, 180)
            .iter()
            .any(|check| check.1.iter().any(|trend| trend.label.contains("Clipnet")))
    };
    assert!(!told(&stream([chatter(5), channels])));
    assert!(told(&stream([
        chatter(5),
        story(4 * 1440, 20, 9, "Clipnet")
    ])));
}

#[test]
fn the_official_item_leads() {
    let mut parts = story(4 * 1440, 20, 6, "Clipnet");
    let mut official = parts[3].clone();
    official.owner = "official".to_owned();
    official.source = "clipnet-blog".to_owned();
    parts.push(official);
    let stream = stream([chatter(5), parts]);
    let checks = watch(&stream, 180);
    let trend = checks
        .iter()
        .flat_map(|check| &check.1)
        .rfind(|trend| trend.label.contains("Clipnet"))
        .unwrap();
    assert_eq!(trend.source, "clipnet-blog");
    assert_eq!(
        stream[trend.canonical as usize].source, trend.source,
        "the lead and the item to read are one"
    );
}

#[test]
fn a_trend_lives_from_emerging_to_over() {
    let mut told = story(4 * 1440, 90, 12, "Clipnet");
    // an echo that no longer bursts
    told.push(said(
        5 * 1440 + 600,
        "owner3",
        "Clipnet launches a video feed, a look back",
        "",
    ));
    let mut tracker = Tracker::new(TrendSettings::default());
    let (mut next, mut stages) = (60, Vec::new());
    for (id, said) in stream([chatter(9), told]).iter().enumerate() {
        while next < said.minute {
            tracker.check(at(next));
            let stage = tracker
                .trends()
                .find(|trend| trend.label.contains("Clipnet"))
                .map(|trend| trend.stage);
            if stages.last() != Some(&stage) {
                stages.push(stage);
            }
            next += 60;
        }
        tracker.add(&item(id, said));
    }
    let first = |stage| stages.iter().position(|seen| *seen == Some(stage));
    assert_eq!(first(TrendStage::Emerging), Some(1), "{stages:?}");
    let grown = first(TrendStage::Rising).or(first(TrendStage::Peaking));
    let (fading, over) = (first(TrendStage::Fading), first(TrendStage::Over));
    assert!(grown < fading && grown.is_some(), "{stages:?}");
    assert!(fading < over && fading.is_some(), "{stages:?}");
    assert_eq!(stages.last(), Some(&Some(TrendStage::Over)), "{stages:?}");
}

/// Six owners bring a column, from this minute of each of these days on.
fn columns(days: impl Iterator<Item = i64>, minute: i64) -> Vec<Said> {
    days.flat_map(|day| {
        (0..6).map(move |n| {
            let extra = WORDS[(day * 6 + n) as usize % WORDS.len()];
            said(
                day * 1440 + minute + n * 30,
                &format!("owner{n}"),
                &format!("Vinyl playlist: songs with {extra}"),
                &format!("Our vinyl playlist brings songs, among them {extra}"),
            )
        })
    })
    .collect()
}

/// How the column recurs in each trend of it between two minutes.
fn column_trends(checks: &[(i64, Vec<Trend>)], from: i64, to: i64) -> Vec<Option<String>> {
    checks
        .iter()
        .filter(|check| (from..to).contains(&check.0))
        .flat_map(|check| &check.1)
        .filter(|trend| trend.label.to_lowercase().contains("playlist"))
        .map(|trend| trend.evidence.recurrent.clone())
        .collect()
}

#[test]
fn a_weekly_column_is_recurrent_till_it_leaves_the_window() {
    // in the morning, and so late that most of it is seen the day after
    for minute in [600, 1260] {
        let quiet: Vec<Said> = chatter(32).into_iter().step_by(9).collect();
        let weekly = columns((0..5).map(|week| week * 7), minute);
        let checks = watch(&stream([quiet, weekly]), 180);
        let told = |week: i64| {
            let from = week * 7 * 1440 + minute;
            column_trends(&checks, from, from + 3 * 1440)
        };
        assert!(
            told(0).contains(&None),
            "news the first time: {:?}",
            told(0)
        );
        assert!(
            told(4)
                .iter()
                .all(|recurrent| recurrent.as_deref() == Some("every Monday")),
            "{:?}",
            told(4)
        );
    }
}

#[test]
fn a_column_of_each_evening_is_recurrent() {
    let quiet: Vec<Said> = chatter(16).into_iter().step_by(9).collect();
    let checks = watch(&stream([quiet, columns(0..16, 1200)]), 180);
    let from = 8 * 1440;
    let told = column_trends(&checks, from, 16 * 1440);
    assert!(!column_trends(&checks, 0, from).is_empty(), "seen at first");
    assert!(
        told.iter().all(Option::is_some),
        "told again after a week: {told:?}"
    );
}

#[test]
fn an_anniversary_is_recurrent_and_news_of_its_date_is_not() {
    let year = 365 * 1440;
    let later = |mut said: Vec<Said>, minutes: i64| {
        for said in &mut said {
            said.minute += minutes;
        }
        said
    };
    let mut news = story(year + 4 * 1440, 40, 7, "Clipnet");
    for (n, said) in news.iter_mut().enumerate() {
        said.title = format!("Clipnet servers are down, users complain, hour {n}");
        said.summary = "An outage at Clipnet: nothing can be uploaded".to_owned();
    }
    let stream = stream([
        chatter(6),
        story(4 * 1440, 40, 7, "Harvestday"),
        later(chatter(6), year),
        story(year + 4 * 1440 - 600, 40, 7, "Harvestday"),
        news,
    ]);
    let mut tracker = Tracker::new(TrendSettings::default());
    let (mut next, mut told) = (0, Vec::new());
    for (id, said) in stream.iter().enumerate() {
        // nobody asks in the year between
        if said.minute - next > 180 {
            next = said.minute;
            told.extend(
                tracker
                    .check(at(next))
                    .into_iter()
                    .map(|trend| (next, trend)),
            );
        }
        tracker.add(&item(id, said));
        if id % 97 == 0 {
            tracker = load(&tracker);
        }
    }
    let how = |name: &str, of: std::ops::Range<i64>| -> Vec<Option<&str>> {
        told.iter()
            .filter(|(at, trend)| of.contains(at) && trend.headline.contains(name))
            .map(|(_, trend)| trend.evidence.recurrent.as_deref())
            .collect()
    };
    let first = how("Harvestday", 0..year);
    assert!(
        !first.is_empty() && first.iter().all(Option::is_none),
        "{first:?}"
    );
    let again = how("Harvestday", year..2 * year);
    assert!(!again.is_empty(), "seen again");
    assert!(again.iter().all(|how| *how == Some("yearly")), "{again:?}");
    let news = how("Clipnet", year..2 * year);
    assert!(
        !news.is_empty() && news.iter().all(Option::is_none),
        "{news:?}"
    );
}

#[test]
fn stories_join_in_scripts_without_spaces() {
    for [first, second, other] in [
        [
            "华为发布全新手机操作系统鸿蒙六",
            "华为今天发布手机操作系统鸿蒙六",
            "北京地铁票价明年将会上调",
        ],
        [
            "任天堂が新型ゲーム機の発売日を発表",
            "任天堂、新型ゲーム機の発売日を正式発表",
            "東京で桜が満開になりました",
        ],
        [
            "แอปเปิลเปิดตัวไอโฟนรุ่นใหม่วันนี้",
            "วันนี้แอปเปิลเปิดตัวไอโฟนรุ่นใหม่",
            "ฝนตกหนักในกรุงเทพมหานคร",
        ],
    ] {
        let mut tracker = Tracker::new(TrendSettings::default());
        let stories: Vec<_> = [first, other, second]
            .iter()
            .enumerate()
            .map(|(id, title)| tracker.add(&item(id, &said(id as i64, "owner", title, ""))))
            .collect();
        assert_eq!(stories[0], stories[2], "{first}");
        assert_ne!(stories[0], stories[1], "{other}");
    }
}

mod brands;
mod loud;
mod names;
mod returns;
mod scripts;
mod stories;
mod terms;
