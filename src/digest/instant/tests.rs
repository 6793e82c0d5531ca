//! Situations and what is made of them.

#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::model::{Cadence, ChangeClass, Evidence, Goal, Language, Source, SourceKind, Terms};

/// A Tuesday at noon in Berlin.
const NOON: &str = "2026-07-14T10:00:00Z";
const SENT: Verdict = Verdict::Send { escalated: false };
const ESCALATED: Verdict = Verdict::Send { escalated: true };
const NIGHT: Verdict = Verdict::Hold(Withheld::Night);

fn spec() -> DigestSpec {
    DigestSpec {
        name: "alerts".to_owned(),
        title: "Alerts".to_owned(),
        cadence: Cadence::Instant,
        zone: TimeZone::get("Europe/Berlin").unwrap(),
        language: Language::En,
        goal: Goal::Awareness,
        channels: Vec::new(),
        tags: Vec::new(),
        max_cards: 10,
        max_words: 600,
        templates: BTreeMap::new(),
        send_when_quiet: false,
        terms: Terms::default(),
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn candidate(id: i64, kind: FindingKind, role: Role, severity: Severity) -> AlertCandidate {
    let url = "https://a.example/".parse().unwrap();
    let mut source = Source::probe(url, SourceKind("page".to_owned()));
    source.role = role;
    AlertCandidate {
        id: FindingId(id),
        finding: Finding {
            confidence: 0.9,
            topic_key: format!("topic {id}"),
            ..Finding::about(&source, kind, severity, at(NOON))
        },
        told_before: None,
        is_over: false,
        is_muted: false,
    }
}

fn rule(id: i64) -> AlertCandidate {
    let kind = FindingKind::RuleChange;
    candidate(id, kind, Role::Official, Severity::Breaking)
}

fn entry(class: Option<ChangeClass>) -> AlertCandidate {
    let mut one = rule(1);
    one.finding.kind = FindingKind::NewItem;
    one.finding.class = class;
    one
}

fn hit(id: i64) -> AlertCandidate {
    candidate(id, FindingKind::Hit, Role::Competitor, Severity::Important)
}

fn trend(id: i64, owners: u32) -> AlertCandidate {
    let kind = FindingKind::Trend;
    let mut one = candidate(id, kind, Role::Media, Severity::Informational);
    one.finding.evidence.push(Evidence {
        kind: "count".to_owned(),
        before: None,
        after: Some(owners.to_string()),
        place: Some("owners".to_owned()),
    });
    one
}

fn outage(id: i64, began: &str) -> AlertCandidate {
    let kind = FindingKind::Outage;
    let mut one = candidate(id, kind, Role::Official, Severity::Important);
    one.finding.published_at = Some(at(began));
    one
}

fn with(mut one: AlertCandidate, change: impl Fn(&mut AlertCandidate)) -> AlertCandidate {
    change(&mut one);
    one
}

fn one(candidate: AlertCandidate, now: &str) -> Verdict {
    decide(&spec(), &[candidate], &AlertHistory::default(), at(now))[0]
}

#[test]
fn four_kinds_of_news_are_told_at_once() {
    use NoAlert::{FewOwners, Kind, Late, Muted, NotRival, Over, Suppressed, Told};
    use NoAlert::{Unofficial, Unsure};
    let important = with(rule(1), |one| one.finding.severity = Severity::Important);
    let known = with(rule(1), |one| one.told_before = Some(one.finding.clone()));
    let graver = with(rule(1), |one| {
        let mut told = one.finding.clone();
        told.severity = Severity::Important;
        one.told_before = Some(told);
    });
    let flip = with(rule(1), |one| {
        one.finding.suppressed = Some("returned".to_owned());
    });
    let old = with(hit(1), |one| {
        one.finding.published_at = Some(at("2026-07-14T04:00:00Z"));
    });
    let young = outage(1, "2026-07-14T09:55:00Z");
    let mended = with(outage(1, "2026-07-14T09:30:00Z"), |one| one.is_over = true);
    let media = with(rule(1), |one| one.finding.role = Role::Media);
    let unsure = with(rule(1), |one| one.finding.confidence = 0.4);
    let own = with(hit(1), |one| one.finding.role = Role::Own);
    let table = vec![
        ("breaking rule", rule(1), SENT),
        ("changelog", entry(Some(ChangeClass::Ban)), SENT),
        ("a post", entry(None), Verdict::Leave(Kind)),
        ("important", important, Verdict::Leave(NoAlert::Severity)),
        ("as media say", media, Verdict::Leave(Unofficial)),
        ("not sure", unsure, Verdict::Leave(Unsure)),
        ("a flip", flip, Verdict::Leave(Suppressed)),
        (
            "muted",
            with(rule(1), |one| one.is_muted = true),
            Verdict::Leave(Muted),
        ),
        ("told by the daily", known, Verdict::Leave(Told)),
        ("told, now breaking", graver, SENT),
        ("15 minutes", outage(1, "2026-07-14T09:45:00Z"), SENT),
        (
            "5 minutes",
            young,
            Verdict::Wait(at("2026-07-14T10:10:00Z")),
        ),
        ("over by now", mended, Verdict::Leave(Over)),
        ("breakout", hit(1), SENT),
        ("six hours old", old, Verdict::Leave(Late)),
        ("our own", own, Verdict::Leave(NotRival)),
        ("three owners", trend(1, 3), SENT),
        ("two owners", trend(1, 2), Verdict::Leave(FewOwners)),
    ];
    for (what, candidate, expected) in table {
        assert_eq!(one(candidate, NOON), expected, "{what}");
    }
}

#[test]
fn night_days_off_and_summer_time_are_the_readers_own() {
    // Berlin, quiet 22:00-09:00; clocks go on at 2027-03-28 02:00 and back at 2026-10-25 03:00
    let table = [
        ("2026-07-14T19:59:59Z", false, "21:59"),
        ("2026-07-14T20:00:00Z", true, "22:00"),
        ("2026-07-14T22:30:00Z", true, "past midnight"),
        ("2026-07-15T06:59:59Z", true, "08:59"),
        ("2026-07-15T07:00:00Z", false, "09:00"),
        ("2027-03-28T00:30:00Z", true, "before the gap"),
        ("2027-03-28T06:59:00Z", true, "08:59, first of summer"),
        ("2027-03-28T07:00:00Z", false, "09:00, first of summer"),
        ("2026-10-25T00:30:00Z", true, "02:30 for the first time"),
        ("2026-10-25T01:30:00Z", true, "02:30 for the second time"),
        ("2026-10-25T07:30:00Z", true, "08:30, first of winter"),
        ("2026-10-25T08:00:00Z", false, "09:00, first of winter"),
    ];
    for (now, is_night, what) in table {
        let (of_trend, of_rule) = if is_night {
            (NIGHT, ESCALATED)
        } else {
            (SENT, SENT)
        };
        assert_eq!(one(trend(1, 4), now), of_trend, "{what}");
        assert_eq!(one(rule(1), now), of_rule, "{what}: breaking passes");
    }
    let mut spec = spec();
    spec.terms.calendar.holidays = vec!["07-14".parse().unwrap()];
    let on = |one| decide(&spec, &[one], &AlertHistory::default(), at(NOON))[0];
    assert_eq!(on(trend(1, 4)), Verdict::Hold(Withheld::DayOff));
    assert_eq!(on(rule(1)), ESCALATED);
}

#[test]
fn the_budget_goes_to_the_gravest_and_a_topic_rests() {
    let mut spec = spec();
    spec.terms.alerts.budget = 2;
    let history = AlertHistory {
        sent_today: 1,
        topics: BTreeSet::from(["topic 9".to_owned()]),
    };
    let in_topic = |one, topic: &str| with(one, |one| one.finding.topic_key = topic.to_owned());
    let known = in_topic(trend(5, 9), "topic 9");
    let of_one_story = in_topic(trend(6, 4), "topic 3");
    let (budget, topic) = (
        Verdict::Hold(Withheld::Budget),
        Verdict::Hold(Withheld::Topic),
    );
    let candidates = [
        trend(1, 4),
        hit(2),
        rule(3),
        trend(4, 3),
        known,
        of_one_story,
    ];
    assert_eq!(
        decide(&spec, &candidates, &history, at(NOON)),
        [budget, budget, SENT, budget, topic, SENT]
    );
    let spent = AlertHistory {
        sent_today: 2,
        ..AlertHistory::default()
    };
    assert_eq!(decide(&spec, &[rule(1)], &spent, at(NOON)), [ESCALATED]);
}

prop_compose! {
    fn any_candidate()(
        id in 1_i64..40, topic in 0_u8..12, which in 0_u8..4, breaking in prop::bool::ANY,
        muted in prop::bool::weighted(0.1), age in 0_i64..600,
    ) -> AlertCandidate {
        let mut one = match which {
            0 => rule(id),
            1 => hit(id),
            2 => trend(id, 4),
            _ => outage(id, NOON),
        };
        one.finding.topic_key = if topic == 0 { String::new() } else { format!("t{topic}") };
        if breaking {
            one.finding.severity = Severity::Breaking;
        }
        one.is_muted = muted;
        one.finding.published_at = Some(at(NOON) - SignedDuration::from_mins(age));
        one
    }
}

proptest! {
    #[test]
    fn never_more_than_the_budget_unless_escalated(
        steps in prop::collection::vec(
            (prop::collection::vec(any_candidate(), 0..6), 0_i64..300), 1..12),
        budget in 0_u32..4,
    ) {
        let mut spec = spec();
        spec.terms.alerts.budget = budget;
        let quiet = spec.terms.alerts.quiet.unwrap();
        let mut now = at(NOON);
        // instant, topic, escalated: one for each story told at once
        let mut sent: Vec<(Timestamp, String, bool)> = Vec::new();
        for (candidates, minutes) in steps {
            now += SignedDuration::from_mins(minutes);
            let day = now.to_zoned(spec.zone.clone()).date();
            let is_today = |at: &Timestamp| at.to_zoned(spec.zone.clone()).date() == day;
            let recent = |at: &Timestamp| now.duration_since(*at) < TOPIC_REST;
            let history = AlertHistory {
                sent_today: sent.iter().filter(|(at, ..)| is_today(at)).count() as u32,
                topics: sent.iter().filter(|(at, ..)| recent(at)).map(|s| s.1.clone()).collect(),
            };
            let verdicts = decide(&spec, &candidates, &history, now);
            prop_assert_eq!(verdicts.len(), candidates.len());
            let mut new = BTreeMap::new();
            for (candidate, verdict) in candidates.iter().zip(&verdicts) {
                if let Verdict::Send { escalated } = verdict {
                    prop_assert!(!candidate.is_muted);
                    new.insert(topic(candidate), *escalated);
                }
            }
            for (topic, escalated) in new {
                prop_assert!(!history.topics.contains(&topic), "one of a topic in 24 hours");
                sent.push((now, topic, escalated));
            }
            let unforced: Vec<_> =
                sent.iter().filter(|(at, _, escalated)| is_today(at) && !escalated).collect();
            prop_assert!(unforced.len() <= budget as usize);
            for (at, ..) in unforced {
                prop_assert!(!quiet.contains(at.to_zoned(spec.zone.clone()).time()));
            }
        }
    }
}
