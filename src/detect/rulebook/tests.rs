//! Facts read from texts.

use std::time::Duration;

use super::*;
use crate::model::{Block, BlockKind, RuleValue};

fn text(lines: &[&str]) -> PageText {
    let block = |text: &&str| Block {
        kind: BlockKind::Paragraph,
        text: (*text).to_owned(),
        links: vec![],
    };
    PageText {
        blocks: lines.iter().map(block).collect(),
    }
}

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn pattern(pattern: &str) -> RuleReading {
    RuleReading {
        pattern: Some(pattern.to_owned()),
        ..RuleReading::default()
    }
}

fn sentence(words: &str) -> RuleReading {
    RuleReading {
        sentence: Some(words.to_owned()),
        ..RuleReading::default()
    }
}

fn value(lines: &[&str], reading: &RuleReading, unit: Option<&str>) -> Option<String> {
    read_rule(&text(lines), reading, unit, Some("en"), now()).map(|found| found.value)
}

#[test]
fn a_pattern_gives_its_group() {
    let page = [
        "Reels rules",
        "A reel may be up to 90\u{a0}seconds long.",
        "Up to 3 tags.",
    ];
    let reading = pattern(r"(?i)reel\b.*?(?P<value>\d+\s+(?:seconds|minutes))");
    let found = read_rule(&text(&page), &reading, None, None, now());
    let found = found.expect("it is there");
    assert_eq!(found.value, "90 seconds");
    assert_eq!(found.quote, "A reel may be up to 90 seconds long.");
    assert_eq!(value(&["Nothing here"], &reading, None), None);
}

#[test]
fn a_sentence_gives_its_number_or_itself() {
    let page = ["Be kind. You must be at least 13 years old to join in 5 minutes. Ads are banned."];
    assert_eq!(
        value(&page, &sentence("at least … old"), None).as_deref(),
        Some("13 years old")
    );
    assert_eq!(
        value(&page, &sentence("at least"), Some("minutes")).as_deref(),
        Some("5 minutes")
    );
    assert_eq!(
        value(&page, &sentence("ADS ARE"), None).as_deref(),
        Some("Ads are banned.")
    );
    assert_eq!(value(&page, &sentence("old … at least"), None), None);
    // a number was asked for
    assert_eq!(value(&page, &sentence("ads are"), Some("days")), None);
    let both = RuleReading {
        sentence: Some("join in".to_owned()),
        ..pattern(r"(?P<value>\d+)")
    };
    assert_eq!(value(&page, &both, None).as_deref(), Some("13"));
}

#[test]
fn a_value_may_come_to_be_given_in_another_unit_of_its_kind() {
    let clips = |text: &str| value(&[text], &sentence("clips may be … long"), Some("seconds"));
    assert_eq!(
        clips("Clips may be up to 90 seconds long.").as_deref(),
        Some("90 seconds")
    );
    assert_eq!(
        clips("Clips may be up to 3 minutes long.").as_deref(),
        Some("3 minutes")
    );
    assert_eq!(clips("Clips may be 5 MB and long."), None);
}

#[test]
fn a_selected_element_is_its_own_value() {
    let select = RuleReading {
        select: Some(".limit".to_owned()),
        ..RuleReading::default()
    };
    assert_eq!(
        value(&["10 000 characters"], &select, None).as_deref(),
        Some("10 000 characters")
    );
    assert_eq!(
        value(&["Unlimited"], &select, None).as_deref(),
        Some("Unlimited")
    );
    assert_eq!(value(&[], &select, None), None);
}

#[test]
fn values_that_say_the_same_are_the_same() {
    assert!(same_value("90 seconds", "90 s"));
    assert!(same_value("10,000 characters", "10 000 characters"));
    assert!(same_value("Ads are banned.", "ads are banned"));
    assert!(!same_value("90 seconds", "90 minutes"));
    assert!(!same_value("v25.0", "v26.0"));
    assert!(!same_value("up to 3 tags here", "up to 3 links there"));
}

#[test]
fn stale_is_what_cannot_be_relied_on() {
    let at = |hours: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
    let spec = RuleSpec {
        name: "a".to_owned(),
        title: "A".to_owned(),
        platform: None,
        source: "s".parse().expect("an id"),
        reading: sentence("a"),
        unit: None,
        stale_after: Duration::from_hours(48),
        area: None,
        initial: None,
    };
    let fresh = RuleRecord {
        name: "a".to_owned(),
        source: spec.source.clone(),
        current: Some(RuleValue {
            value: "7".to_owned(),
            since: at(0),
            quote: None,
            configured: false,
            change: None,
        }),
        known_since: at(0),
        verified_at: Some(at(1)),
        looked: Some(1),
        gone_since: None,
        stale_told_at: None,
    };
    let stale = |record: &RuleRecord, hour| staleness(&spec, record, at(hour));
    assert_eq!(stale(&fresh, 49), None);
    assert_eq!(stale(&fresh, 50), Some(Staleness::Unverified));
    assert!(is_stale_news(&fresh, Staleness::Unverified, at(50)));
    let told = RuleRecord {
        stale_told_at: Some(at(50)),
        ..fresh.clone()
    };
    assert!(!is_stale_news(&told, Staleness::Unverified, at(51)));
    let gone = RuleRecord {
        gone_since: Some(at(2)),
        ..fresh.clone()
    };
    assert_eq!(stale(&gone, 3), Some(Staleness::Gone));
    assert!(!is_stale_news(&gone, Staleness::Gone, at(3)));
    assert!(is_stale_news(&gone, Staleness::Gone, at(26)));
    let never = RuleRecord {
        current: None,
        verified_at: None,
        ..gone
    };
    assert_eq!(stale(&never, 3), Some(Staleness::NotFound));
    assert!(!is_stale_news(&never, Staleness::NotFound, at(99)));
    let new = RuleRecord {
        looked: None,
        gone_since: None,
        ..never
    };
    assert_eq!(stale(&new, 1), Some(Staleness::Unread));
}
