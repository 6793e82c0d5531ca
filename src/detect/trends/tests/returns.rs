//! What comes again at its time, and the life, the name and the lead of a trend from check to check.

use super::{Said, WORDS, at, chatter, item, load, run, said, story, stream, watch};
use crate::detect::trends::{Tracker, TrendSettings};
use crate::model::{Trend, TrendStage};

/// A contest with a new number and a new theme each week, of so many owners each time.
fn marathons(owners: &[i64]) -> Vec<Said> {
    let mut all = Vec::new();
    for (week, owners) in (0i64..).zip(owners) {
        for n in 0..*owners {
            let theme = WORDS[(week * 7 + n * 3) as usize % WORDS.len()];
            let title = match n % 3 {
                0 => format!("Meme Marathon {}: theme is {theme}", 42 + week),
                1 => format!("Join Meme Marathon {} today", 42 + week),
                _ => format!("Our {theme} picks of Meme Marathon {}", 42 + week),
            };
            let minute = (week * 7 + 3) * 1440 + 540 + n * 25;
            all.push(said(minute, &format!("owner{n}"), &title, ""));
        }
    }
    all
}

fn of<'a>(checks: &'a [(i64, Vec<Trend>)], name: &str) -> Vec<(i64, &'a Trend)> {
    let found = checks
        .iter()
        .flat_map(|(at, trends)| trends.iter().map(|trend| (*at, trend)));
    found
        .filter(|(_, trend)| trend.headline.contains(name))
        .collect()
}

#[test]
fn a_numbered_contest_is_recurrent_and_told_only_when_it_is_larger() {
    let quiet: Vec<Said> = chatter(39).into_iter().step_by(5).collect();
    let stream = stream([quiet, marathons(&[5, 5, 5, 5, 12])]);
    let checks = run(&stream, 180, |id, tracker| {
        if id % 101 == 0 {
            load(&tracker)
        } else {
            tracker
        }
    });
    let week = |week: i64| -> Vec<&Trend> {
        let all = of(&checks, "Meme Marathon").into_iter();
        all.filter(|(at, _)| (at / 1440 - 3) / 7 == week)
            .map(|(_, trend)| trend)
            .collect()
    };
    assert!(
        week(0)
            .iter()
            .all(|trend| trend.evidence.recurrent.is_none())
    );
    assert!(!week(1).is_empty(), "told the second time");
    for n in [3, 4] {
        let told = week(n);
        assert!(!told.is_empty(), "seen in week {n}");
        for trend in &told {
            let how = trend.evidence.recurrent.as_deref();
            assert_eq!(how, Some("every Thursday"), "week {n}: {trend:?}");
        }
        let larger = told.iter().any(|trend| !trend.evidence.is_routine());
        assert_eq!(larger, n == 4, "week {n}");
    }
    let largest = week(4)
        .into_iter()
        .max_by_key(|trend| trend.evidence.owners);
    assert_eq!(largest.unwrap().evidence.usual, Some(5));
}

/// The stages of a story whose items come at these minutes after noon of the fifth day.
fn stages(minutes: &[i64], every: i64) -> Vec<TrendStage> {
    let mut told = story(4 * 1440 + 720, 1, minutes.len() as i64, "Clipnet");
    for (said, minute) in told.iter_mut().zip(minutes) {
        said.minute = 4 * 1440 + 720 + minute;
    }
    let mut stages = Vec::new();
    let mut tracker = Tracker::new(TrendSettings::default());
    let mut next = every;
    for (id, said) in stream([chatter(10), told]).iter().enumerate() {
        while next < said.minute {
            tracker.check(at(next));
            let clipnet = tracker
                .trends()
                .find(|trend| trend.headline.contains("Clipnet"))
                .map(|trend| trend.stage);
            if let Some(stage) = clipnet.filter(|stage| stages.last() != Some(stage)) {
                stages.push(stage);
            }
            next += every;
        }
        tracker.add(&item(id, said));
    }
    stages
}

#[test]
fn stages_come_in_order_and_do_not_flap() {
    use TrendStage::{Emerging, Fading, Over, Peaking, Rising};
    let spike: Vec<i64> = (0..10).map(|n| n * 6).collect();
    let swell: Vec<i64> = [
        0, 9, 16, 20, 23, 26, 28, 30, 32, 34, 36, 38, 40, 43, 47, 52, 60, 70,
    ]
    .map(|hour| hour * 60)
    .to_vec();
    for every in [60, 180] {
        for minutes in [&spike, &swell] {
            let seen = stages(minutes, every);
            assert!(seen.is_sorted(), "{every}: {seen:?}");
            assert!(
                seen.contains(&Peaking) && seen.contains(&Fading),
                "{seen:?}"
            );
            assert_eq!(seen.last(), Some(&Over), "{every}: {seen:?}");
            // of a spike of one hour a check each three hours sees only its peak
            let rises = every == 60 || minutes == &swell;
            let first = if rises { Emerging } else { Peaking };
            assert_eq!(seen.first(), Some(&first), "{every}: {seen:?}");
            assert_eq!(seen.contains(&Rising), rises, "{every}: {seen:?}");
        }
    }
    let first = [0, 60, 90, 120, 150, 180, 210];
    let second = [
        1800, 1830, 1845, 1860, 1875, 1890, 1905, 1920, 1950, 1980, 2010,
    ];
    let waves: Vec<i64> = first.into_iter().chain(second).collect();
    for every in [60, 180] {
        let seen = stages(&waves, every);
        let back = seen.windows(2).filter(|pair| pair[1] < pair[0]).count();
        assert_eq!(back, 1, "one second wave, {every}: {seen:?}");
        assert_eq!(seen.last(), Some(&Over), "{every}: {seen:?}");
    }
}

#[test]
fn a_trend_is_over_a_day_after_its_last_item() {
    let told = story(4 * 1440, 20, 6, "Clipnet");
    let last = told.last().unwrap().minute;
    for (minute, trends) in watch(&stream([chatter(9), told]), 60) {
        let shown = trends
            .iter()
            .any(|trend| trend.headline.contains("Clipnet"));
        assert!(!shown || minute <= last + 24 * 60, "shown at {minute}");
    }
}

#[test]
fn the_first_item_leads_for_good_and_the_headline_is_of_one_item() {
    let mut told = story(4 * 1440, 150, 24, "Clipnet");
    told[0].title = "Breaking now".to_owned();
    told[0].summary = told[1].title.clone();
    let stream = stream([chatter(7), told]);
    let checks = watch(&stream, 180);
    let seen = of(&checks, "Clipnet");
    let labels: Vec<&str> = seen.iter().map(|(_, trend)| trend.label.as_str()).collect();
    let first = seen.iter().map(|(_, trend)| trend.canonical).min();
    for (at, trend) in &seen {
        let told = &stream[trend.headline_item as usize];
        assert_eq!(
            (&told.title, &told.source),
            (&trend.headline, &trend.source)
        );
        let leads = trend.items.iter().min().map(|id| *id >= trend.canonical);
        assert_eq!(leads, Some(true), "{at}");
        assert_eq!(Some(trend.canonical), first, "{at}: it slid");
    }
    let mut changes = labels.clone();
    changes.dedup();
    assert!(changes.len() <= 3, "{changes:?}");
    let last = seen.last().unwrap().1;
    assert!(changes.len() < 2 || last.earlier_labels.contains(&labels[0].to_owned()));
}

#[test]
fn what_was_told_before_a_tracker_began_is_known_when_it_returns() {
    let quiet: Vec<Said> = chatter(26).into_iter().step_by(5).collect();
    let (old, new): (Vec<Said>, Vec<Said>) = marathons(&[5, 5, 5, 5])
        .into_iter()
        .partition(|said| said.minute < 12 * 1440);
    let mut tracker = Tracker::new(TrendSettings::default());
    let model = of(&watch(&stream([quiet.clone(), old.clone()]), 180), "Meme")[0]
        .1
        .clone();
    for (n, week) in (0i64..).zip(old.chunks(5)) {
        let told: Vec<_> = week
            .iter()
            .map(|said| {
                (
                    at(said.minute + n),
                    said.owner.as_str(),
                    said.title.as_str(),
                )
            })
            .collect();
        tracker.recall(&model, &told);
    }
    let (mut next, mut hows) = (12 * 1440, Vec::new());
    for (id, said) in stream([quiet, new]).iter().enumerate() {
        while next < said.minute {
            let trends = tracker.check(at(next));
            let meme = trends
                .into_iter()
                .filter(|trend| trend.headline.contains("Meme"));
            hows.extend(meme.map(|trend| trend.evidence.recurrent));
            next += 180;
        }
        tracker.add(&item(id, said));
    }
    assert!(!hows.is_empty(), "seen");
    assert!(hows.iter().all(Option::is_some), "{hows:?}");
}
