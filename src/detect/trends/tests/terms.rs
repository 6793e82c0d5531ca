//! Terms with a meaning of their own, and what sources say again and again.

use super::{Said, WORDS, at, chatter, item, run, said, story, stream, watch};
use crate::detect::trends::{Tracker, TrendSettings};
use crate::model::Trend;

/// The trends of all checks, hourly.
fn all(stream: &[Said]) -> Vec<Trend> {
    let checks = watch(stream, 60);
    checks.into_iter().flat_map(|check| check.1).collect()
}

/// Chatter with a line under each post, other words for each owner, and a rubric once a day.
fn signed(days: i64) -> Vec<Said> {
    let mut all = chatter(days);
    for said in &mut all {
        let owner = &said.owner;
        said.summary +=
            &format!("\nFollow {owner} for all the daily stories ❤ [Subscribe]( | [Send us news](");
        if said.minute % 1440 < 120 {
            said.title = format!("Morning briefing of the day: {}", said.title);
        }
    }
    all
}

#[test]
fn a_hashtag_that_many_owners_begin_to_use_is_a_trend() {
    let mut posts = Vec::new();
    for n in 0..8 {
        let word = |k: usize| WORDS[(n * 7 + k * 11) % WORDS.len()];
        let tag = ["#BreakfastDance", "#breakfastdance", "#BreakfastDance"][n % 3];
        posts.push(said(
            8 * 1440 + 300 + n as i64 * 45,
            &format!("owner{n}"),
            &format!("{} {} and a {}", word(0), word(1), word(2)),
            &format!("{} {} {} {tag} #daily", word(3), word(4), word(5)),
        ));
    }
    // a tag that everybody puts under everything is none
    let mut tagged = chatter(10);
    for said in &mut tagged {
        said.summary += " #daily";
    }
    let trends = all(&stream([tagged, posts]));
    assert!(
        trends.iter().any(|trend| trend.label == "#BreakfastDance"),
        "{trends:?}"
    );
    let after_a_week = |trend: &&Trend| trend.first_seen > at(7 * 1440);
    assert!(
        trends
            .iter()
            .filter(after_a_week)
            .all(|trend| !trend.label.contains("#daily"))
    );
}

#[test]
fn a_new_number_of_an_old_name_is_news() {
    // everybody speaks of Orbit OS all the time
    let mut base = chatter(10);
    for (n, said) in base.iter_mut().enumerate() {
        if n % 3 == 0 {
            said.title = format!("Orbit OS {} {}", 19, said.title);
        }
    }
    let news = |name: &str| {
        (0..6)
            .map(|n| {
                let (one, two) = (WORDS[n * 5 % 60], WORDS[(n * 13 + 4) % 60]);
                let title = format!("{name}: {one} and {two}");
                said(9 * 1440 + n as i64 * 50, &format!("owner{n}"), &title, "")
            })
            .collect::<Vec<Said>>()
    };
    let told = |name: &str| {
        all(&stream([base.clone(), news(name)]))
            .iter()
            .any(|trend| trend.headline.contains(&format!("{name}:")))
    };
    assert!(told("Orbit OS 20"));
    assert!(!told("Orbit OS 19"), "an old one is none");
}

#[test]
fn signatures_and_rubrics_make_no_trend_and_hide_none() {
    let trends = all(&stream([signed(9), story(8 * 1440, 40, 7, "Clipnet")]));
    assert!(trends.iter().any(|trend| trend.label.contains("Clipnet")));
    for trend in trends
        .iter()
        .filter(|trend| trend.first_seen > at(6 * 1440))
    {
        for boiler in ["briefing", "Subscribe", "Follow", "Send us"] {
            assert!(!trend.label.contains(boiler), "{}", trend.label);
        }
    }
}

#[test]
fn a_story_that_one_source_follows_for_two_days_stays_its_story() {
    let mut early = Vec::new();
    for n in 0..12 {
        early.push(said(
            7 * 1440 + n * 240,
            "owner0",
            "Zephyria launches a video feed for fans",
            "Zephyria says its new video feed opens to everybody",
        ));
    }
    let stream = stream([chatter(10), early, story(9 * 1440, 30, 6, "Zephyria")]);
    let mut tracker = Tracker::new(TrendSettings::default());
    let stories: Vec<_> = stream
        .iter()
        .enumerate()
        .map(|(id, said)| {
            (
                said.title.contains("Zephyria"),
                tracker.add(&item(id, said)),
            )
        })
        .collect();
    let mut told: Vec<_> = stories
        .iter()
        .filter(|told| told.0)
        .map(|told| told.1)
        .collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!(
        told.len(),
        1,
        "the first source's items are of the same story"
    );
    let trends = all(&stream);
    let trend = trends
        .iter()
        .rfind(|trend| trend.label.contains("Zephyria"))
        .expect("told");
    assert!(
        trend.sources.iter().any(|source| source == "owner0-news"),
        "{trend:?}"
    );
}

#[test]
fn what_was_learned_survives_a_restart() {
    let stream = stream([signed(8), story(7 * 1440, 40, 7, "Clipnet")]);
    let whole = watch(&stream, 240);
    let broken = run(&stream, 240, |id, tracker| {
        if id % 173 == 0 {
            super::load(&tracker)
        } else {
            tracker
        }
    });
    assert_eq!(broken, whole);
}

#[test]
fn one_loud_source_never_shows_whatever_tags_it_sets() {
    let ads = (0..60 * 3)
        .map(|n| {
            let title = format!(
                "Sofa World sale {}% #SofaWorld @sofas Sofa {}",
                10 + n % 50,
                n % 9
            );
            said(
                2 * 1440 + n * 24,
                "ads",
                &title,
                "Buy a sofa #SofaSale #SofaWorld",
            )
        })
        .collect();
    for trend in all(&stream([chatter(5), ads])) {
        assert!(
            !trend.label.to_lowercase().contains("sofa"),
            "{}",
            trend.label
        );
    }
}
