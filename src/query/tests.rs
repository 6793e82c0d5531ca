//! Views answer as a person means it.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::detect::text_hash;
use crate::model::*;
use crate::store::{About, FindingFilter, NewFinding, NewVersion, PollCommit, Store};

fn at(hours: i64) -> Timestamp {
    let start: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    start + SignedDuration::from_hours(hours)
}

fn id(text: &str) -> SourceId {
    text.parse().unwrap()
}

fn source(name: &str) -> Source {
    Source {
        id: id(name),
        kind: SourceKind("page".to_owned()),
        url: format!("https://{name}.example/rules").parse().unwrap(),
        title: name.to_owned(),
        owner: name.to_owned(),
        role: Role::Official,
        platform: None,
        language: None,
        tags: vec![],
        document: None,
        cadence: Cadence::every("1h").unwrap(),
        zone: TimeZone::UTC,
        select: vec![],
        remove: vec![],
        headers: vec![],
        limits: FetchLimits::default(),
        allow_private: false,
        obey_robots: true,
        render: None,
        enabled: true,
    }
}

fn page(text: &str) -> PageText {
    PageText {
        blocks: vec![Block {
            kind: BlockKind::Paragraph,
            text: text.to_owned(),
            links: vec![],
        }],
    }
}

/// Sources `a` and `b`; `a` has shown three texts, at hours 1, 2 and 30, each with its raw body.
async fn world() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("t.db")).unwrap();
    let work = |w: &mut crate::store::Writer| {
        w.sync_sources(&[source("a"), source("b")].map(Arc::new), at(0))?;
        let mut last: Option<PageText> = None;
        for (hours, text) in [
            (1, "may be 60 s long"),
            (2, "may be 90 s long"),
            (30, "may be 3 min long"),
        ] {
            let body = FetchedBody {
                status: 200,
                final_url: source("a").url,
                moved_to: None,
                content_type: None,
                validators: Validators::default(),
                bytes: format!("<p>{text}").into_bytes(),
            };
            let saved = w.save_snapshot(&id("a"), at(hours), &body)?;
            let text = page(text);
            let context = crate::detect::ChangeContext {
                language: None,
                seen_before: None,
                now: at(hours),
            };
            let change = last
                .as_ref()
                .and_then(|before| crate::detect::page_change(before, &text, &context));
            let findings = change.iter().map(|_| NewFinding {
                finding: Finding {
                    title: format!("news of hour {hours}"),
                    ..Finding::about(
                        &source("a"),
                        FindingKind::RuleChange,
                        Severity::Important,
                        at(hours),
                    )
                },
                about: About::Change,
            });
            w.commit_poll(&PollCommit {
                source: id("a"),
                url: source("a").url,
                snapshot: Some(saved.id),
                started_at: at(hours),
                finished_at: at(hours),
                outcome: "read".to_owned(),
                message: None,
                http_status: Some(200),
                bytes: None,
                state: SourceState {
                    last_poll_at: Some(at(hours)),
                    last_outcome: Some("read".to_owned()),
                    next_poll_at: Some(at(hours + 1)),
                    ..SourceState::new(id("a"), at(0))
                },
                findings: findings.collect(),
                version: Some(NewVersion {
                    at: at(hours),
                    hash: text_hash(&text),
                    title: Some("Rules".to_owned()),
                    extractor: "page/1".to_owned(),
                    reextraction: false,
                    change,
                    text: text.clone(),
                    against: None,
                    turned: crate::model::Turned::default(),
                }),
                items: vec![],
                rules: vec![],
                samples: vec![],
                pending: crate::store::PendingStep::default(),
                memos: vec![],
            })?;
            last = Some(text);
        }
        Ok(())
    };
    store.write(work).await.unwrap();
    (dir, store)
}

#[test]
fn versions_are_named_by_id_steps_and_times() {
    let moscow = TimeZone::get("Europe/Moscow").unwrap();
    let read = |text| VersionRef::parse(text, &moscow);
    assert_eq!(read("v12").unwrap(), VersionRef::Id(VersionId(12)));
    assert_eq!(read("latest").unwrap(), VersionRef::LATEST);
    assert_eq!(read("-1").unwrap(), VersionRef::Back(1));
    let time = |text: &str| VersionRef::At(text.parse().unwrap());
    // a date is the whole day, in the reader's zone
    assert_eq!(
        read("2026-05-31").unwrap(),
        time("2026-05-31T20:59:59.999999999Z")
    );
    assert_eq!(
        read("2026-05-31T14:00").unwrap(),
        time("2026-05-31T11:00:00Z")
    );
    assert_eq!(
        read("2026-05-31 14:00").unwrap(),
        time("2026-05-31T11:00:00Z")
    );
    assert_eq!(
        read("2026-05-31T14:00:00Z").unwrap(),
        time("2026-05-31T14:00:00Z")
    );
    for bad in ["", "-x", "-", "yesterday", "2026-02-30", "2026-13-01T10:00"] {
        assert!(read(bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn what_it_said_on_a_day() {
    let (_dir, store) = world().await;
    let on = |text| VersionRef::parse(text, &TimeZone::UTC).unwrap();
    let then = show(&store, &id("a"), on("2026-03-01")).await.unwrap();
    assert_eq!(then.text, page("may be 90 s long"));
    assert_eq!((then.at, then.replaced_at), (at(2), Some(at(30))));
    let now = show(&store, &id("a"), VersionRef::LATEST).await.unwrap();
    assert_eq!((now.at, now.replaced_at), (at(30), None));
    assert_eq!(
        show(&store, &id("a"), VersionRef::Id(now.id))
            .await
            .unwrap(),
        now
    );
    let raw = show_raw(&store, &id("a"), on("2026-03-01")).await.unwrap();
    assert_eq!(raw.bytes, b"<p>may be 90 s long");
    let raw = show_raw(&store, &id("a"), VersionRef::Back(2))
        .await
        .unwrap();
    assert_eq!(raw.bytes, b"<p>may be 60 s long");

    let error = |which| {
        let store = store.clone();
        async move {
            let error = show(&store, &id("a"), which).await.unwrap_err();
            error.to_string()
        }
    };
    assert!(
        error(on("2026-02-01"))
            .await
            .contains("has no text at 2026-02-01")
    );
    assert!(
        error(VersionRef::Back(3))
            .await
            .contains("3 before the latest")
    );
    assert!(
        error(VersionRef::Id(VersionId(99)))
            .await
            .contains("no version v99")
    );
    let other = show(&store, &id("b"), VersionRef::Id(now.id)).await;
    assert!(matches!(other, Err(QueryError::OtherSource { .. })));
    let none = show_raw(&store, &id("b"), VersionRef::LATEST).await;
    assert!(matches!(none, Err(QueryError::NoBody { .. })));
}

#[tokio::test]
async fn any_two_texts_are_compared() {
    let (_dir, store) = world().await;
    let a = id("a");
    let between = |before, after| diff(&store, &a, before, after, None);
    let far = between(VersionRef::Back(2), VersionRef::LATEST)
        .await
        .unwrap();
    let hunks = far.change.unwrap().hunks;
    assert_eq!(hunks.len(), 1);
    assert_eq!(hunks[0].before(), "may be 60 s long");
    assert_eq!(hunks[0].after(), "may be 3 min long");
    let same = between(VersionRef::LATEST, VersionRef::LATEST)
        .await
        .unwrap();
    assert_eq!(same.change, None);
}

#[tokio::test]
async fn status_tells_of_every_source_and_of_the_daemon() {
    let (_dir, store) = world().await;
    let digest = DigestSpec {
        name: "daily".to_owned(),
        title: "Daily".to_owned(),
        cadence: Cadence::cron("0 9 * * *").unwrap(),
        zone: TimeZone::UTC,
        language: Language::En,
        goal: Goal::Awareness,
        channels: vec!["mail".to_owned()],
        tags: vec![],
        max_cards: 10,
        max_words: 600,
        templates: std::collections::BTreeMap::new(),
        send_when_quiet: true,
        terms: Terms::default(),
    };
    let now = at(31);
    let told = status(&store, &[digest], now).await.unwrap();
    assert_eq!(told.sources.len(), 2);
    let a = &told.sources[0];
    assert_eq!(
        (a.last_poll_at, a.next_poll_at),
        (Some(at(30)), Some(at(31)))
    );
    assert_eq!(
        (a.counts.versions, a.counts.changes, a.counts.findings),
        (3, 2, 2)
    );
    assert_eq!(told.sources[1].last_poll_at, None);
    assert_eq!(told.totals.counts.snapshots, 3);
    assert!(told.totals.database_bytes > 0);
    assert_eq!(
        (told.digests[0].last_at, told.digests[0].next_at),
        (None, Some(at(33)))
    );
    assert!(!told.daemon.running);
    let _lock = store.hold_instance().unwrap();
    let told = status(&store, &[], now).await.unwrap();
    assert_eq!(told.daemon.pid, Some(std::process::id()));
    let json = serde_json::to_value(&told).unwrap();
    assert_eq!(json["sources"][0]["id"], "a");
    assert_eq!(json["outbox"]["waiting"], 0);
}

#[tokio::test]
async fn a_finding_explains_itself() {
    let (_dir, store) = world().await;
    let found = findings(&store, FindingFilter::default(), 9).await.unwrap();
    assert_eq!(found[0].finding.title, "news of hour 30");
    let explained = explain(&store, found[0].id, &[], &[], at(0)).await.unwrap();
    assert!(explained.behind.unwrap().hunks[0].after().contains("3 min"));
    assert!(explained.item_behind.is_none() && explained.tellings.is_empty());
    let json = serde_json::to_value(&explained.finding).unwrap();
    assert_eq!(
        (&json["id"], &json["kind"]),
        (&2.into(), &"rule_change".into())
    );
}

#[tokio::test]
async fn history_and_search_speak_of_the_same_texts() {
    let (_dir, store) = world().await;
    let story = history(&store, &id("a"), Timestamp::MAX, 2).await.unwrap();
    assert_eq!(story.entries.len(), 2);
    assert_eq!(story.entries[0].at, at(30));
    let hits = search(&store, "3 min", crate::store::SearchFilter::default(), 9)
        .await
        .unwrap();
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].snippet, "may be 3 min long");
    let polled = polls(&store, None, None, 9).await.unwrap();
    assert_eq!(polled.len(), 3);
    let unknown = history(&store, &id("nobody"), Timestamp::MAX, 2).await;
    assert!(unknown.unwrap_err().to_string().contains("`nobody`"));
}

/// Findings of all sorts, by a writer that keeps them as they are.
async fn dated(store: &Store) -> Vec<FindingId> {
    let make = |kind, title: &str, day: Option<&str>, suppressed: Option<&str>| Finding {
        title: title.to_owned(),
        platform: Some("clip".to_owned()),
        class: (kind == FindingKind::NewItem).then_some(crate::model::ChangeClass::Deprecation),
        areas: vec!["api".to_owned()],
        effective: day.map(|day| day.parse().unwrap()),
        suppressed: suppressed.map(str::to_owned),
        topic_key: title.to_owned(),
        ..Finding::about(&source("b"), kind, Severity::Important, at(40))
    };
    let all = [
        make(FindingKind::NewItem, "sunset", Some("2026-08-01"), None),
        make(FindingKind::RuleChange, "near", Some("2026-06-02"), None),
        make(
            FindingKind::RuleChange,
            "noise",
            Some("2026-06-03"),
            Some("slight wording"),
        ),
        make(
            FindingKind::NewItem,
            "old entry",
            Some("2026-07-01"),
            Some("published before the source was watched"),
        ),
        make(FindingKind::RuleChange, "past", Some("2026-01-01"), None),
        make(FindingKind::Trend, "a trend", None, None),
        make(FindingKind::RuleChange, "near", Some("2026-06-02"), None),
    ];
    let work = move |w: &mut crate::store::Writer| all.iter().map(|f| w.add_finding(f)).collect();
    store.write(work).await.unwrap()
}

#[tokio::test]
async fn changes_of_rules_are_asked_by_what_they_touch() {
    let (_dir, store) = world().await;
    dated(&store).await;
    let ask = |filter| rule_changes(&store, filter, 9);
    let titles = |views: Vec<FindingView>| -> Vec<String> {
        views.into_iter().map(|v| v.finding.title).collect()
    };
    let none = crate::store::ChangeFilter::default;
    let told = titles(ask(none()).await.unwrap());
    assert_eq!(told[..4], ["near", "past", "near", "sunset"]);
    assert!(!told.iter().any(|t| t == "noise" || t == "a trend"));
    let all = crate::store::ChangeFilter {
        suppressed: true,
        ..none()
    };
    assert!(titles(ask(all).await.unwrap()).contains(&"noise".to_owned()));
    let area = |area: &str| crate::store::ChangeFilter {
        area: Some(area.to_owned()),
        platform: Some("clip".to_owned()),
        ..none()
    };
    assert_eq!(ask(area("api")).await.unwrap().len(), 4);
    assert_eq!(ask(area("ads")).await.unwrap().len(), 0);
    let grave = crate::store::ChangeFilter {
        severity: Some(Severity::Breaking),
        ..none()
    };
    assert_eq!(ask(grave).await.unwrap().len(), 0);
    assert_eq!(rule_changes(&store, none(), 2).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_comes_into_force_is_a_calendar() {
    let (_dir, store) = world().await;
    dated(&store).await;
    let day = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
    let today = day("2026-06-01");
    let told = deadlines(&store, today, today, day("9999-12-31"), false)
        .await
        .unwrap();
    let said: Vec<_> = told
        .iter()
        .map(|d| (d.title.as_str(), d.days_left))
        .collect();
    assert_eq!(said, [("near", 1), ("old entry", 30), ("sunset", 61)]);
    let near = deadlines(&store, today, today, day("2026-06-20"), false)
        .await
        .unwrap();
    assert_eq!(near.len(), 1);
    let all = deadlines(&store, today, day("0001-01-01"), day("9999-12-31"), true)
        .await
        .unwrap();
    assert_eq!(all.len(), 5);
    assert_eq!((all[0].title.as_str(), all[0].days_left), ("past", -151));
}

#[tokio::test]
async fn an_event_has_one_row_for_all_who_tell_it_and_each_day_its_meaning() {
    let (_dir, store) = world().await;
    let day = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
    let plan = |words: &str, date: &str, meaning: &str| Evidence {
        kind: DateMeaning::EVIDENCE.to_owned(),
        before: Some(words.to_owned()),
        after: Some(date.to_owned()),
        place: Some(meaning.to_owned()),
    };
    let told = |by: &str, title: &str, evidence: Vec<Evidence>| Finding {
        title: title.to_owned(),
        effective: evidence[0].after.as_deref().map(day),
        evidence,
        topic_key: format!("{by}:{title}"),
        ..Finding::about(
            &source(by),
            FindingKind::NewItem,
            Severity::Informational,
            at(40),
        )
    };
    let summit = || {
        plan(
            "Clip Summit takes place on 10 December",
            "2026-12-10",
            "event",
        )
    };
    let all = [
        told(
            "a",
            "Clip Summit takes place on 10 December",
            vec![
                summit(),
                plan("tickets until 5 December", "2026-12-05", "until"),
            ],
        ),
        told(
            "b",
            "Clipnet invites creators to its Clip Summit in December",
            vec![summit()],
        ),
        told(
            "b",
            "Old dashboard goes away",
            vec![plan("It goes away on 10 December", "2026-12-10", "on")],
        ),
    ];
    let work = move |w: &mut crate::store::Writer| -> Result<Vec<FindingId>, _> {
        all.iter().map(|f| w.add_finding(f)).collect()
    };
    store.write(work).await.unwrap();
    let ask = |from: &str, until: &str| {
        deadlines(&store, day("2026-11-23"), day(from), day(until), false)
    };
    let found = ask("2026-11-23", "9999-12-31").await.unwrap();
    let said: Vec<_> = found
        .iter()
        .map(|d| (d.date.to_string(), d.meaning.code(), d.sources.len()))
        .collect();
    let row = |date: &str, meaning, sources| (date.to_owned(), meaning, sources);
    assert_eq!(
        said,
        [
            row("2026-12-05", "until", 1),
            row("2026-12-10", "on", 1),
            row("2026-12-10", "event", 2)
        ]
    );
    assert_eq!(found[0].words.as_deref(), Some("tickets until 5 December"));
    // the day that a finding is not stored under is found, too
    assert_eq!(ask("2026-11-23", "2026-12-06").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_finding_names_the_texts_and_the_weights_it_rests_on() {
    let (_dir, store) = world().await;
    let found = findings(&store, FindingFilter::default(), 9).await.unwrap();
    let told = explain(&store, found[0].id, &[], &[], at(50))
        .await
        .unwrap();
    let grounds = told.grounds;
    let (before, after) = (grounds.before.unwrap(), grounds.after.unwrap());
    let command = grounds.diff.unwrap();
    assert_eq!(command, format!("tidewatch diff a {before} {after}"));
    let score = grounds.score.unwrap();
    let sum: f64 = score.signs.iter().map(|part| part.points).sum();
    let probability = 1.0 / (1.0 + (-(score.bias + sum)).exp());
    assert!((probability - score.probability).abs() < 1e-9);
    assert!(grounds.waits.is_none() && grounds.deliveries.is_empty());
}
