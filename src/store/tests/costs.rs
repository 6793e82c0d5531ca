//! What a poll, a digest or a question costs must not grow with history.
//!
//! Not timed: SQLite counts the steps of each statement, and the steps of a run on a short history
//! are compared with those on a long one.

use std::cell::RefCell;
use std::collections::BTreeMap;

use rusqlite::StatementStatus;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use super::*;
use crate::model::{Doubt, Verb};
use crate::store::{AlertRecord, ChangeFilter, PendingStep, Settled, WaitEnd};

thread_local! {
    /// By statement: virtual machine steps so far.
    static STEPS: RefCell<BTreeMap<String, i64>> = const { RefCell::new(BTreeMap::new()) };
}

fn note(event: TraceEvent<'_>) {
    if let TraceEvent::Profile(statement, _) = event {
        let steps = i64::from(statement.get_status(StatementStatus::VmStep));
        STEPS.with_borrow_mut(|all| all.insert(statement.sql().into_owned(), steps));
    }
}

/// Steps of each statement during `work`.
fn steps_of(writer: &mut Writer, work: impl FnOnce(&mut Writer)) -> BTreeMap<String, i64> {
    let before = STEPS.with_borrow(Clone::clone);
    work(writer);
    STEPS.with_borrow(|after| {
        after
            .iter()
            .map(|(sql, steps)| (sql.clone(), steps - before.get(sql).unwrap_or(&0)))
            .filter(|(_, steps)| *steps > 0)
            .collect()
    })
}

/// One poll of everything, `n` minutes after the start.
fn live(writer: &mut Writer, n: i64) {
    let name = ["a", "b"][(n % 2) as usize];
    let saved = writer
        .save_snapshot(&id(name), at(n), &body(format!("<p>{n}").as_bytes()))
        .unwrap();
    let known = writer.known_items(&id(name), &[key("first")]).unwrap();
    let mut again = item("first", &format!("title {n}"));
    again.known = known.first().map(|k| k.id);
    again.is_edit = again.known.is_some();
    again.read.samples = vec![Sample {
        metric: "views".to_owned(),
        value: n as f64,
        granularity: 1.0,
    }];
    let mut fresh = item(&n.to_string(), "something");
    fresh.keys.push(key("https://a.example/"));
    let latest = writer.latest_version(&id(name)).unwrap();
    let pending = match (writer.pending(&id(name)).unwrap(), &latest) {
        (Some(waits), _) => PendingStep::End(Settled {
            finding: waits.finding,
            end: WaitEnd::Told(Box::new(finding(name, "confirmed"))),
        }),
        (None, Some(_)) => PendingStep::Begin {
            ended: None,
            finding: 0,
            base: None,
            doubt: Doubt::Large,
            due: at(n + 45),
            rounds: 1,
        },
        (None, None) => PendingStep::Keep,
    };
    let commit = PollCommit {
        snapshot: Some(saved.id),
        version: Some(NewVersion {
            change: latest.map(|_| change(ChangeWeight::Substantive)),
            ..version(n, n as u64, &[&format!("text {n}")])
        }),
        samples: again.read.samples.clone(),
        items: vec![again, fresh],
        findings: vec![NewFinding {
            finding: finding(name, &format!("news {n}")),
            about: About::Change,
        }],
        pending,
        ..poll(name, n)
    };
    let committed = writer.commit_poll(&commit).unwrap();
    let told = committed.findings[0];
    let record = AlertRecord {
        finding: told,
        digest: "alerts".to_owned(),
        at: at(n),
        topic: "news".to_owned(),
        verdict: "sent".to_owned(),
        until: None,
    };
    writer.keep_alerts("alerts", told, &[record]).unwrap();
    writer
        .put_vote("smm", told, Verb::Up, "cli", at(n))
        .unwrap();
    let found = super::trends::trend(n as u64 / 30 + 1, TrendStage::Rising, &committed.items[1..]);
    writer.record_trends(&[found], at(n)).unwrap();
    let mentions: Vec<NewMention> = committed
        .items
        .iter()
        .map(|item| NewMention {
            topic: "x".to_owned(),
            item: *item,
            at: at(n),
            owner: name.to_owned(),
        })
        .collect();
    writer.add_mentions(&mentions).unwrap();
    writer.note_watched(at(n)).unwrap();
    let story = StoryId(n as u64 / 30);
    let stories: Vec<_> = committed.items[1..]
        .iter()
        .map(|item| (*item, story))
        .collect();
    writer
        .note_stories(&stories, &[(StoryId(n as u64 / 30 + 1), story)])
        .unwrap();
    if n % 10 == 0 {
        let candidates = writer.candidates("daily", 50).unwrap();
        let follows = candidates.last.map(|run| run.id);
        let mut run = digest("daily", follows, candidates.upto.0, &[&format!("msg_{n}")]);
        run.told = candidates.new.iter().map(|(id, _)| *id).collect();
        writer.commit_digest(&run).unwrap();
        writer
            .delivery_sent(&format!("msg_{n}"), at(n), "ok")
            .unwrap();
    }
}

/// Every question that is asked at each poll, at each digest, or by `status` and its siblings.
fn ask(writer: &mut Writer, n: i64) {
    let a = id("a");
    writer.states().unwrap();
    writer.state(&a).unwrap();
    writer.sources().unwrap();
    writer.totals().unwrap();
    writer.unread_snapshots().unwrap();
    writer.snapshot_at(&a, at(n)).unwrap();
    writer.seen_text(&a, 4).unwrap();
    writer.version_at(&a, at(n / 2)).unwrap();
    writer.version_back(&a, Timestamp::MAX, 1).unwrap();
    writer.changes(Some(&a), None, 5).unwrap();
    writer.history(&a, at(n + 1), 5).unwrap();
    writer.items(&a, at(n + 1), 5).unwrap();
    writer.polls(Some(&a), None, 5).unwrap();
    writer.polls(None, None, 5).unwrap();
    writer.candidates("daily", 5).unwrap();
    writer.last_told("daily", "news 4").unwrap();
    writer.due_deliveries(at(n), 5).unwrap();
    writer.next_delivery_at().unwrap();
    writer.outbox(None, 5).unwrap();
    writer.outbox(Some(DeliveryState::Sent), 5).unwrap();
    writer.outbox_counts().unwrap();
    writer.findings(&FindingFilter::default(), 5).unwrap();
    let latest = writer.latest_version(&a).unwrap().unwrap();
    let known = writer.passages(&a, &[n as u64, n as u64 / 2, 3]).unwrap();
    assert!(!known.is_empty(), "passages are kept");
    writer.seen_times(&a, 4).unwrap();
    writer.was_told(latest.id).unwrap();
    writer.pending(&a).unwrap();
    writer.all_pending().unwrap();
    writer.text_in_force(&a).unwrap();
    writer.rules(Some(&a)).unwrap();
    for source in [None, Some(a.clone()), Some(id("silent"))] {
        let changes = ChangeFilter {
            source,
            suppressed: true,
            ..ChangeFilter::default()
        };
        writer.rule_changes(&changes, 5).unwrap();
    }
    let day = at(n).to_zoned(jiff::tz::TimeZone::UTC).date();
    writer.findings_in_force(day, day, 5).unwrap();
    let last = writer.last_finding().unwrap().unwrap();
    writer.alert_place("alerts").unwrap();
    writer.alerts_waiting("alerts", at(n), 5).unwrap();
    writer.next_alert_at("alerts").unwrap();
    writer.alerts_sent("alerts", at(n - 10)).unwrap();
    writer.alerts_of(last).unwrap();
    writer.votes(Some("smm"), at(n - 10), 50).unwrap();
    writer.vote("smm", last).unwrap();
    writer.tellings(last).unwrap();
    let trends = TrendFilter {
        since: at(n - 20),
        language: Some("ru".to_owned()),
        stage: None,
        all: false,
    };
    let found = writer.trends(&trends, 50).unwrap();
    for found in found {
        writer.trend_members(found.trend.id, 50).unwrap();
        writer.trend_points(found.trend.id).unwrap();
        writer.trend_stages(found.trend.id).unwrap();
    }
    writer.last_trend().unwrap();
    let x = writer.topics().unwrap()[0].no;
    let hour = hour_of(at(n));
    writer.topic_hours(x, hour - 1, hour).unwrap();
    writer.topic_voices(x, hour - 1, hour).unwrap();
    writer.watched_hours(hour - 1, hour).unwrap();
    writer.count_mentions(x, at(n - 30), at(n)).unwrap();
    writer.count_stories(x, at(n - 30), at(n)).unwrap();
    writer.mentions(x, at(n - 30), 20).unwrap();
    writer.last_item().unwrap();
    let lately = Window {
        since: Some(at(n - 4)),
        until: at(n),
    };
    writer.health(lately).unwrap();
}

#[test]
fn cost_does_not_grow_with_history() {
    let (_dir, mut writer) = with_sources();
    let sources = ["a", "b", "silent"].map(|name| Arc::new(source(name)));
    writer.sync_sources(&sources, at(0)).unwrap();
    writer
        .reader
        .conn
        .trace_v2(TraceEventCodes::SQLITE_TRACE_PROFILE, Some(note))
        .unwrap();
    writer.sync_topics(&[("x".to_owned(), 1)]).unwrap();
    let measure = |writer: &mut Writer, from: i64, to: i64| {
        writer.conn.execute_batch("BEGIN").unwrap();
        for n in from..to {
            live(writer, n);
        }
        writer.conn.execute_batch("COMMIT").unwrap();
        steps_of(writer, |writer| {
            for n in to..to + 20 {
                live(writer, n);
                ask(writer, n);
            }
        })
    };
    let short = measure(&mut writer, 1, 100);
    let long = measure(&mut writer, 120, 1_000);
    assert!(
        short.len() > 60,
        "the statements were seen: {}",
        short.len()
    );
    for (sql, steps) in &long {
        let before = short.get(sql).copied().unwrap_or(0);
        // full-text search merges its own segments now and then: its shadow tables are its own matter
        if sql.contains("_fts_") {
            continue;
        }
        assert!(
            *steps <= before * 5 / 4 + 200,
            "{before} steps on a short history, {steps} on a long one: {sql}"
        );
    }
}
