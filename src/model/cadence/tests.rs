#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn next(text: &str, zone_name: &str, after: &str) -> String {
    let zone = zone(zone_name);
    let cadence = Cadence::cron(text).unwrap();
    let at = cadence
        .next_after(after.parse().unwrap(), &zone, Duration::ZERO)
        .unwrap();
    at.to_zoned(zone).strftime("%F %T %:z").to_string()
}

#[test]
fn five_and_six_fields_and_shorthands() {
    let utc = |text| next(text, "UTC", "2026-05-05T10:20:30Z");
    assert_eq!(utc("30 9 * * *"), "2026-05-06 09:30:00 +00:00");
    assert_eq!(utc("15 30 9 * * *"), "2026-05-06 09:30:15 +00:00");
    assert_eq!(utc("@hourly"), "2026-05-05 11:00:00 +00:00");
    assert_eq!(utc("@weekly"), "2026-05-10 00:00:00 +00:00");
    assert_eq!(utc("*/20 * * * *"), "2026-05-05 10:40:00 +00:00");
}

#[test]
fn numeric_weekdays_count_as_in_crontab() {
    // 2026-05-05 is a Tuesday
    let utc = |text| next(text, "UTC", "2026-05-05T10:00:00Z");
    assert_eq!(utc("0 9 * * 1"), "2026-05-11 09:00:00 +00:00");
    assert_eq!(utc("0 9 * * 0"), "2026-05-10 09:00:00 +00:00");
    assert_eq!(utc("0 9 * * 7"), "2026-05-10 09:00:00 +00:00");
    assert_eq!(utc("0 9 * * 1-5"), "2026-05-06 09:00:00 +00:00");
    assert_eq!(utc("0 9 * * SAT-SUN"), "2026-05-09 09:00:00 +00:00");
    assert_eq!(utc("0 9 * * 1-5/2"), "2026-05-06 09:00:00 +00:00");
    for bad in ["0 9 * * 8", "0 9 * * 5-1", "0 9 * * */0", "0 9 * * FOO"] {
        assert!(Cadence::cron(bad).is_err(), "{bad}");
    }
}

#[test]
fn either_day_field_may_match_when_both_are_restricted() {
    // the 13th or any Friday, not only a Friday the 13th
    let utc = |after| next("0 0 13 * FRI", "UTC", after);
    assert_eq!(utc("2026-05-05T10:00:00Z"), "2026-05-08 00:00:00 +00:00");
    assert_eq!(utc("2026-05-08T10:00:00Z"), "2026-05-13 00:00:00 +00:00");
}

#[test]
fn a_fixed_time_in_a_gap_runs_once_right_after_it() {
    let berlin = |after| next("30 2 * * *", "Europe/Berlin", after);
    assert_eq!(berlin("2026-03-28T12:00:00Z"), "2026-03-29 03:00:00 +02:00");
    assert_eq!(berlin("2026-03-29T01:00:00Z"), "2026-03-30 02:30:00 +02:00");
    let york = |after| next("30 2 * * *", "America/New_York", after);
    assert_eq!(york("2026-03-08T05:00:00Z"), "2026-03-08 03:00:00 -04:00");
    assert_eq!(york("2026-03-08T07:00:00Z"), "2026-03-09 02:30:00 -04:00");
}

#[test]
fn a_wildcard_hour_skips_the_gap() {
    let berlin = |after| next("30 * * * *", "Europe/Berlin", after);
    assert_eq!(berlin("2026-03-29T00:30:00Z"), "2026-03-29 03:30:00 +02:00");
}

#[test]
fn a_fixed_time_in_an_overlap_runs_once_at_its_first_occurrence() {
    let berlin = |after| next("30 2 * * *", "Europe/Berlin", after);
    assert_eq!(berlin("2026-10-24T12:00:00Z"), "2026-10-25 02:30:00 +02:00");
    assert_eq!(berlin("2026-10-25T00:30:00Z"), "2026-10-26 02:30:00 +01:00");
    // asked from inside the second hour the answer is never in the past
    assert_eq!(berlin("2026-10-25T01:05:00Z"), "2026-10-26 02:30:00 +01:00");
    let york = |after| next("30 1 * * *", "America/New_York", after);
    assert_eq!(york("2026-11-01T04:00:00Z"), "2026-11-01 01:30:00 -04:00");
    assert_eq!(york("2026-11-01T05:30:00Z"), "2026-11-02 01:30:00 -05:00");
}

#[test]
fn a_wildcard_hour_runs_in_both_passes_of_an_overlap() {
    let berlin = |after| next("30 * * * *", "Europe/Berlin", after);
    assert_eq!(berlin("2026-10-25T00:00:00Z"), "2026-10-25 02:30:00 +02:00");
    assert_eq!(berlin("2026-10-25T00:50:00Z"), "2026-10-25 02:30:00 +01:00");
    assert_eq!(berlin("2026-10-25T01:30:00Z"), "2026-10-25 03:30:00 +01:00");
}

#[test]
fn moscow_has_no_transitions() {
    let moscow = |after| next("30 2 * * *", "Europe/Moscow", after);
    assert_eq!(moscow("2026-03-28T23:00:00Z"), "2026-03-29 02:30:00 +03:00");
    assert_eq!(moscow("2026-10-24T23:00:00Z"), "2026-10-25 02:30:00 +03:00");
}

#[test]
fn intervals_are_aligned_and_have_a_phase() {
    let every = Cadence::every("30m").unwrap();
    let at = |after: &str, phase| {
        every
            .next_after(
                after.parse().unwrap(),
                &TimeZone::UTC,
                Duration::from_secs(phase),
            )
            .unwrap()
            .to_string()
    };
    assert_eq!(at("2026-05-05T10:20:30Z", 0), "2026-05-05T10:30:00Z");
    assert_eq!(at("2026-05-05T10:30:00Z", 0), "2026-05-05T11:00:00Z");
    assert_eq!(at("2026-05-05T10:20:30Z", 90), "2026-05-05T10:31:30Z");
    assert_eq!(at("2026-05-05T10:20:30Z", 1890), "2026-05-05T10:31:30Z");
}

#[test]
fn faults_name_the_remedy() {
    let error = |text: &str| Cadence::cron(text).unwrap_err().to_string();
    insta::assert_snapshot!(error("* * *"), @"cron expression `* * *` has 3 fields; write 5 (minute hour day month weekday) or 6 with seconds first");
    insta::assert_snapshot!(error("@often"), @"`@often` is not a known shorthand; use @hourly, @daily, @weekly, @monthly or @yearly");
    insta::assert_snapshot!(error("0 0 31 2 *"), @"cron expression `0 0 31 2 *` never comes due");
    assert!(Cadence::cron("0 99 * * *").is_err());
    insta::assert_snapshot!(Cadence::every("soon").unwrap_err(), @"`soon` is not an interval; write for example 30m, 2h or 1d");
    insta::assert_snapshot!(Cadence::every("5s").unwrap_err(), @"interval `5s` is too short; the shortest is 1 minute");
}

/// croner was found to skip and double nothing at transitions, so it is the oracle for fixed times.
#[test]
fn agrees_with_croner_over_two_years_of_transitions() {
    let expressions = [
        "30 2 * * *",
        "0 9 * * 1-5",
        "15 1 * * *",
        "0 0 1 * *",
        "45 23 * * 0",
        "5 3 */2 * *",
    ];
    for name in [
        "Europe/Berlin",
        "America/New_York",
        "Europe/Moscow",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
    ] {
        let zone = zone(name);
        for text in expressions {
            let ours = Cadence::cron(text).unwrap();
            let theirs: croner::Cron = text.parse().unwrap();
            let mut at: Timestamp = "2025-01-15T00:00:00Z".parse().unwrap();
            for _ in 0..10 {
                let expected = oracle(&theirs, at, &zone);
                let got = ours.next_after(at, &zone, Duration::ZERO).unwrap();
                assert_eq!(got, expected, "{text} in {name} after {at}");
                at = got.checked_add(SignedDuration::from_mins(1)).unwrap();
                // jump to the days around the next transition, where it matters
                if let Some(transition) = zone.following(at).next() {
                    let eve = transition.timestamp() - SignedDuration::from_hours(40);
                    if eve > at {
                        at = eve;
                    }
                }
            }
        }
    }
}

/// croner asked in chrono-tz's place: it needs chrono's zones, so it is asked naively per offset.
fn oracle(cron: &croner::Cron, after: Timestamp, zone: &TimeZone) -> Timestamp {
    // every minute from `after` on, take the first whose wall time matches; a wall time skipped by a
    // gap matches at the first minute after the gap, one repeated by an overlap only the first time
    let mut at = Timestamp::from_second((after.as_second() / 60 + 1) * 60).unwrap();
    loop {
        let wall = zone.to_datetime(at);
        let earlier = zone.to_datetime(at - SignedDuration::from_mins(1));
        let matches =
            |wall: civil::DateTime| cron.is_time_matching(&to_chrono(wall).unwrap()).unwrap();
        let jumped = wall.duration_since(earlier).as_mins();
        let skipped = (jumped > 1)
            && (1..jumped).any(|m| matches(earlier.saturating_add(jiff::Span::new().minutes(m))));
        let second_pass = match zone.to_ambiguous_zoned(wall).offset() {
            AmbiguousOffset::Fold { before, .. } => before.to_timestamp(wall).unwrap() != at,
            _ => false,
        };
        if skipped || (matches(wall) && !second_pass) {
            return at;
        }
        at += SignedDuration::from_mins(1);
    }
}

proptest::proptest! {
    #[test]
    fn the_answer_is_always_later(start in 1_735_689_600i64..1_830_297_600, minute in 0u8..60, hour in 0u8..24, wild in proptest::bool::ANY) {
        let text = if wild { format!("{minute} * * * *") } else { format!("{minute} {hour} * * *") };
        let cadence = Cadence::cron(&text).unwrap();
        for name in ["Europe/Berlin", "America/New_York", "Europe/Moscow"] {
            let after = Timestamp::from_second(start).unwrap();
            let got = cadence.next_after(after, &zone(name), Duration::ZERO).unwrap();
            proptest::prop_assert!(got > after);
            let wait = got.duration_since(after);
            let longest = SignedDuration::from_hours(if wild { 2 } else { 49 });
            proptest::prop_assert!(wait <= longest);
        }
    }
}
