#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::model::{FetchLimits, Role, SourceKind};

const PACE: Pace = Pace {
    jitter: Duration::from_mins(10),
    backoff_base: Duration::from_mins(5),
    backoff_cap: Duration::from_hours(24),
};

fn source(id: &str, cadence: Cadence) -> Source {
    Source {
        id: id.parse().unwrap(),
        kind: SourceKind("feed".into()),
        url: "https://example.org/feed".parse().unwrap(),
        title: id.into(),
        owner: "example".into(),
        role: Role::Media,
        platform: None,
        language: None,
        tags: vec![],
        document: None,
        cadence,
        zone: TimeZone::get("Europe/Moscow").unwrap(),
        select: vec![],
        remove: vec![],
        headers: vec![],
        limits: FetchLimits::default(),
        allow_private: false,
        obey_robots: false,
        render: None,
        enabled: true,
    }
}

fn hourly(id: &str) -> Source {
    source(id, Cadence::cron("@hourly").unwrap())
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn state(source: &Source, failures: u32) -> SourceState {
    SourceState {
        failures,
        ..SourceState::new(source.id.clone(), at("2026-01-01T00:00:00Z"))
    }
}

fn next(source: &Source, state: &SourceState, ended: Ended) -> SignedDuration {
    let now = at("2026-05-05T10:20:00Z");
    next_poll(source, state, ended, now, &PACE).duration_since(now)
}

#[test]
fn a_thousand_hourly_sources_spread_over_minutes_and_stay_put() {
    let now = at("2026-05-05T10:20:00Z");
    let mut per_second: HashMap<i64, usize> = HashMap::new();
    for n in 0..1000 {
        let source = hourly(&format!("source-{n}"));
        let next = next_poll(&source, &state(&source, 0), Ended::Fine, now, &PACE);
        assert_eq!(
            next,
            next_poll(&source, &state(&source, 0), Ended::Fine, now, &PACE)
        );
        assert!(
            next >= at("2026-05-05T11:00:00Z") && next < at("2026-05-05T11:10:00Z"),
            "{next}"
        );
        *per_second.entry(next.as_second()).or_default() += 1;
    }
    let busiest = per_second.values().max().unwrap();
    assert!(*busiest <= 12, "{busiest} in one second");
    assert!(
        per_second.len() > 400,
        "only {} different seconds",
        per_second.len()
    );
}

#[test]
fn intervals_spread_by_phase() {
    let seconds: std::collections::HashSet<i64> = (0..1000)
        .map(|n| {
            let source = source(&format!("s{n}"), Cadence::every("1h").unwrap());
            next(&source, &state(&source, 0), Ended::Fine).as_secs()
        })
        .collect();
    assert!(seconds.len() > 800);
    assert!(seconds.iter().all(|s| (0..=3600).contains(s)));
}

#[test]
fn missed_runs_run_once() {
    let source = Arc::new(hourly("a"));
    let mut state = state(&source, 0);
    state.next_poll_at = Some(at("2026-05-01T00:00:00Z"));
    let now = at("2026-05-05T10:20:00Z");
    let sources = [source.clone()];
    let states = |state: &SourceState| HashMap::from([(state.source.clone(), state.clone())]);
    assert_eq!(due(&sources, &states(&state), now).len(), 1);
    state.next_poll_at = Some(next_poll(&source, &state, Ended::Fine, now, &PACE));
    assert!(due(&sources, &states(&state), now).is_empty());
    assert!(state.next_poll_at.unwrap() >= at("2026-05-05T11:00:00Z"));
}

#[test]
fn failures_wait_longer_and_longer_up_to_the_cap() {
    let source = source("a", Cadence::every("12h").unwrap());
    let waits: Vec<_> = (1..12)
        .map(|n| next(&source, &state(&source, n), Ended::Failed))
        .collect();
    assert!(waits[0] >= SignedDuration::from_mins(5) && waits[0] < SignedDuration::from_mins(6));
    assert!(waits.windows(2).all(|w| w[0] <= w[1]));
    assert!(
        waits[10] >= SignedDuration::from_hours(24) && waits[10] < SignedDuration::from_hours(27)
    );
    assert_eq!(
        next(&source, &state(&source, 4_000_000), Ended::Failed),
        waits[10]
    );
}

#[test]
fn a_hopeless_failure_is_not_tried_sooner_than_planned() {
    let source = source("a", Cadence::cron("0 0 * * *").unwrap());
    let regular = next(&source, &state(&source, 0), Ended::Fine);
    assert_eq!(
        next(&source, &state(&source, 1), Ended::FailedForGood),
        regular
    );
    assert!(next(&source, &state(&source, 1), Ended::Failed) < regular);
}

#[test]
fn retry_after_is_obeyed() {
    let source = hourly("a");
    let mut state = state(&source, 1);
    state.retry_after = Some(Duration::from_hours(7));
    assert_eq!(
        next(&source, &state, Ended::Failed),
        SignedDuration::from_hours(7)
    );
}

#[test]
fn a_feeds_wishes_make_polling_rarer_within_bounds() {
    let source = hourly("a");
    let mut state = state(&source, 0);
    state.hints.min_interval = Some(Duration::from_hours(3));
    assert_eq!(
        next(&source, &state, Ended::Fine),
        SignedDuration::from_hours(3)
    );
    state.hints.min_interval = Some(Duration::from_hours(365 * 24));
    assert_eq!(
        next(&source, &state, Ended::Fine),
        SignedDuration::from_hours(6)
    );
    state.hints = Hints {
        skip_hours: vec![11, 12],
        ..Hints::default()
    };
    let wait = next(&source, &state, Ended::Fine);
    assert!(
        wait >= SignedDuration::from_mins(160) && wait < SignedDuration::from_mins(170),
        "{wait}"
    );
    state.hints = Hints {
        skip_days: vec![1, 2, 3, 4, 5, 6, 7],
        ..Hints::default()
    };
    assert_eq!(
        next(&source, &state, Ended::Fine),
        SignedDuration::from_hours(6)
    );
}

#[test]
fn sources_without_a_plan_or_disabled() {
    let mut off = hourly("off");
    off.enabled = false;
    let sources = [Arc::new(hourly("new")), Arc::new(off)];
    let due = due(&sources, &HashMap::new(), at("2026-05-05T10:20:00Z"));
    assert_eq!(
        due.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(),
        ["new"]
    );
    let first = first_poll(&sources[0], at("2026-05-05T10:20:00Z"));
    assert!(first < at("2026-05-05T10:20:20Z"));
}

proptest::proptest! {
    #[test]
    fn the_next_poll_is_always_later(second in 1_700_000_000i64..1_900_000_000, failures in 0u32..40, kind in 0usize..3, every in 60u64..200_000) {
        let now = Timestamp::from_second(second).unwrap();
        let ended = [Ended::Fine, Ended::Failed, Ended::FailedForGood][kind];
        for source in [source("e", Cadence::Every(Duration::from_secs(every))), hourly("h"), source("d", Cadence::cron("30 2 * * *").unwrap())] {
            let next = next_poll(&source, &state(&source, failures), ended, now, &PACE);
            proptest::prop_assert!(next > now);
        }
    }
}
