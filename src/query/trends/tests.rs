//! A goal's order, and a story told long after.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::model::{ItemId, Role};

fn at(hours: i64) -> Timestamp {
    let start: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    start + SignedDuration::from_hours(hours)
}

fn member(item: i64, hours: i64, owner: &str) -> TrendMember {
    TrendMember {
        item: ItemId(item),
        at: at(hours),
        source: owner.parse().unwrap(),
        owner: owner.to_owned(),
        role: Role::Media,
        platform: None,
        tags: vec![],
        title: format!("title {item}"),
        link: None,
        comments: None,
    }
}

fn watched(hours: std::ops::Range<i64>) -> Watched {
    Watched(hours.map(|hour| hour_of(at(hour))).collect())
}

#[test]
fn time_before_the_watch_is_unknown_and_not_empty() {
    // the first hours are known only by what feeds still held of them
    let members = [member(1, 2, "a"), member(2, 20, "b")];
    let view = view(stored(), &members, &watched(12..24), at(0), at(24));
    assert_eq!((view.volume[0], view.volume[2]), (None, Some(1)));
    assert_eq!((view.volume[10], view.volume[12]), (None, Some(0)));
    let hours = volume(&members, &watched(12..24), at(2), at(20), HOUR, 99);
    let hours: Vec<Option<u32>> = hours.iter().map(|v| v.items).collect();
    assert_eq!((hours[0], hours[1], hours[10]), (Some(1), None, Some(0)));
}

#[test]
fn a_trend_is_of_the_platforms_it_is_seen_on_or_speaks_of() {
    let mut members = vec![
        member(1, 0, "a"),
        member(2, 1, "b"),
        member(3, 2, "c"),
        member(4, 2, "d"),
    ];
    let trend = stored().trend;
    assert!(!is_about(&trend, &members, "tiktok"));
    members[1].title = "Что нового в тиктоке".to_owned();
    assert!(!is_about(&trend, &members, "tiktok"), "one in passing");
    members[3].title = "TikTok Shop opens".to_owned();
    assert!(is_about(&trend, &members, "tiktok"));
    members[0].platform = Some("vk".to_owned());
    assert!(is_about(&trend, &members, "vk"));
    let label = Trend {
        label: "Remix Battles on Clipnet".to_owned(),
        ..trend
    };
    assert!(is_about(&label, &members, "clipnet"));
}

fn stored() -> StoredTrend {
    StoredTrend {
        trend: Trend {
            id: TrendId(1),
            label: "l".to_owned(),
            earlier_labels: Vec::new(),
            headline: "h".to_owned(),
            stage: TrendStage::Rising,
            score: 1.0,
            sources: vec![],
            items: vec![],
            headline_item: 2,
            canonical: 2,
            source: String::new(),
            link: None,
            languages: vec![],
            related: vec![],
            first_seen: at(0),
            last_seen: at(9),
            window_hours: 48,
            series: vec![],
            evidence: TrendEvidence {
                acceleration: 2.0,
                pace_minutes: 360,
                ..TrendEvidence::default()
            },
        },
        found_at: at(1),
        checked_at: at(9),
    }
}

#[test]
fn volume_falls_into_the_window_and_owners_count_once() {
    let members = [member(1, 0, "a"), member(2, 23, "b"), member(3, 23, "a")];
    let view = view(stored(), &members, &watched(0..24), at(0), at(24));
    assert_eq!((view.owners, view.items), (2, 3));
    assert_eq!(view.volume.iter().flatten().sum::<u32>(), 3);
    assert_eq!((view.volume[0], view.volume[23]), (Some(1), Some(2)));
    assert_eq!(view.volume[5], Some(0), "polled, and nothing said");
}

#[test]
fn hours_without_items_are_there_and_too_many_are_left_to_days() {
    let members = [member(1, 0, "a"), member(2, 3, "b")];
    let all = watched(0..4);
    let hours: Vec<Option<u32>> = volume(&members, &all, at(0), at(3), HOUR, 99)
        .iter()
        .map(|v| v.items)
        .collect();
    assert_eq!(hours, [Some(1), Some(0), Some(0), Some(1)]);
    assert!(volume(&members, &all, at(0), at(3), HOUR, 3).is_empty());
    assert!(volume(&[], &all, at(3), at(0), HOUR, 3).is_empty());
}

#[test]
fn every_goal_names_its_number_and_missing_is_not_zero() {
    let mut members = vec![member(1, 0, "a"), member(2, 23, "b"), member(3, 23, "c")];
    let view = view(stored(), &members, &watched(0..24), at(0), at(24));
    let value = |goal, members: &[TrendMember]| goal::measure(goal, &view, members, at(24)).value;
    assert_eq!(value(Goal::Buzz, &members), Some(2.0 / 6.0 * 2.0));
    assert_eq!(value(Goal::Awareness, &members), Some(3.0 * 2.0));
    assert_eq!(value(Goal::Community, &members), None);
    assert_eq!(value(Goal::Sales, &members), None);
    members[0].comments = Some(7.0);
    members[1].role = Role::Competitor;
    members[2].tags = vec!["ads".to_owned()];
    assert_eq!(value(Goal::Community, &members), Some(7.0));
    assert_eq!(value(Goal::Sales, &members), Some(2.0));
    members.push(member(4, 23, "d"));
    members[3].title = "Магазин обещает скидки".to_owned();
    members.push(member(5, 23, "e"));
    members[4].title = "Центр города без машин".to_owned();
    assert_eq!(value(Goal::Sales, &members), Some(3.0));
}

#[test]
fn every_owner_speaks_once_and_platforms_are_counted() {
    let mut members = vec![member(1, 0, "a"), member(2, 1, "b"), member(3, 2, "a")];
    members[1].platform = Some("clipnet".to_owned());
    let voices = voices(&members);
    let told: Vec<(&str, usize)> = voices.iter().map(|v| (v.owner.as_str(), v.items)).collect();
    assert_eq!(told, [("a", 2), ("b", 1)]);
    assert_eq!(voices[1].first_at, at(1));
    assert_eq!(by_platform(&members), [("clipnet".to_owned(), 1)]);
}
