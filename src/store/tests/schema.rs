//! The schema: made once, brought up step by step, refused when it is not ours to touch.

use std::fmt::Write as _;
use std::path::PathBuf;

use rusqlite::Connection;

use super::*;
use crate::store::schema::{CURRENT, migrate_to};

fn path(dir: &TempDir) -> PathBuf {
    dir.path().join("t.db")
}

fn dump(conn: &Connection) -> Vec<String> {
    let mut statement = conn
        .prepare("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name")
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn opening_again_changes_nothing() {
    let (dir, writer) = fresh();
    let made = dump(&writer.conn);
    assert!(made.iter().any(|sql| sql.contains("CREATE TABLE source ")));
    drop(writer);
    let again = crate::store::handle::open_writer(&path(&dir)).unwrap();
    assert_eq!(dump(&again.conn), made);
    let version: i64 = again
        .conn
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, CURRENT);
}

#[test]
fn a_newer_database_is_refused_untouched() {
    let (dir, writer) = fresh();
    writer
        .conn
        .pragma_update(None, "user_version", CURRENT + 3)
        .unwrap();
    drop(writer);
    let before = std::fs::read(path(&dir)).unwrap();
    for refused in [Store::open(&path(&dir)), Store::open_read_only(&path(&dir))] {
        let error = refused.unwrap_err().to_string();
        assert!(error.contains("newer tidewatch"), "{error}");
    }
    assert_eq!(std::fs::read(path(&dir)).unwrap(), before);
}

#[test]
fn an_older_database_is_not_opened_for_reading() {
    let (dir, writer) = fresh();
    writer
        .conn
        .pragma_update(None, "user_version", CURRENT - 1)
        .unwrap();
    drop(writer);
    let error = Store::open_read_only(&path(&dir)).unwrap_err();
    assert!(matches!(error, StoreError::Older { .. }), "{error}");
}

#[test]
fn another_programs_database_is_refused_untouched() {
    let dir = tempfile::tempdir().unwrap();
    let theirs = Connection::open(path(&dir)).unwrap();
    theirs.execute_batch("CREATE TABLE theirs (x)").unwrap();
    drop(theirs);
    let before = std::fs::read(path(&dir)).unwrap();
    let error = Store::open(&path(&dir)).unwrap_err();
    assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
    assert_eq!(std::fs::read(path(&dir)).unwrap(), before);
}

#[test]
fn what_is_no_database_is_refused_with_a_word() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(path(&dir), "certainly not a database, ".repeat(400)).unwrap();
    let error = Store::open(&path(&dir)).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    let missing = Store::open_read_only(&dir.path().join("none.db")).unwrap_err();
    assert!(matches!(missing, StoreError::Missing { .. }), "{missing}");
    let blocked = Store::open(&path(&dir).join("below/a-file.db")).unwrap_err();
    assert!(matches!(blocked, StoreError::Open { .. }), "{blocked}");
}

#[cfg(unix)]
#[test]
fn the_files_are_for_the_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("new/dir/t.db");
    let store = Store::open(&path).unwrap();
    let _lock = store.hold_instance().unwrap();
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for file in ["t.db", "t.db-wal", "t.db-shm", "t.db.lock"] {
        assert_eq!(mode(&path.with_file_name(file)), 0o600, "{file}");
    }
}

/// For each version a dump of sample data as that version wrote it, in `tests/migrations/`.
const SAMPLES: &[&str] = &[
    include_str!("../../../tests/migrations/0001.sql"),
    include_str!("../../../tests/migrations/0002.sql"),
    include_str!("../../../tests/migrations/0003.sql"),
];

/// Every released version's data is read by today's program. A new migration adds its sample here.
#[test]
fn sample_data_of_every_version_comes_through() {
    assert_eq!(
        SAMPLES.len().cast_signed() as i64,
        CURRENT,
        "each migration brings a sample"
    );
    for (sample, version) in SAMPLES.iter().zip(1..) {
        let dir = tempfile::tempdir().unwrap();
        let mut conn = Connection::open(path(&dir)).unwrap();
        migrate_to(version, &mut conn, &path(&dir)).unwrap();
        conn.execute_batch(sample).unwrap();
        drop(conn);
        let writer = crate::store::handle::open_writer(&path(&dir)).unwrap();
        let check: String = writer
            .conn
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(check, "ok", "after version {version}");
        read_everything(&writer);
        if version >= 2 {
            read_what_readers_have(&writer);
        }
    }
}

/// Reads the sample through every kind of question.
fn read_everything(r: &Reader) {
    let a = id("a");
    assert_eq!(r.states().unwrap().len(), 2);
    assert_eq!(
        r.state(&a).unwrap().validators.etag,
        Some(b"\"1\"".to_vec())
    );
    assert_eq!(r.latest_version(&a).unwrap().unwrap().text, text(&["two"]));
    assert_eq!(r.version(VersionId(1)).unwrap().text, text(&["one"]));
    assert_eq!(r.snapshot_body(SnapshotId(1)).unwrap().bytes, b"<p>one");
    assert!(r.change(ChangeId(1)).unwrap().change.is_substantive());
    assert_eq!(r.item(ItemId(1)).unwrap().read.title, "Ads anew");
    assert_eq!(r.revisions(ItemId(1)).unwrap()[0].title, "Ads");
    assert_eq!(r.known_items(&a, &[key("1")]).unwrap()[0].id, ItemId(1));
    assert_eq!(
        r.item_samples(ItemId(1)).unwrap()[0].value.to_bits(),
        7f64.to_bits()
    );
    assert_eq!(r.source_samples(&a).unwrap()[0].metric, "subscribers");
    assert_eq!(r.finding(FindingId(1)).unwrap().change, Some(ChangeId(1)));
    assert_eq!(r.last_run("daily").unwrap().unwrap().upto, FindingId(1));
    assert_eq!(r.due_deliveries(at(99), 9).unwrap()[0].id, "msg_1");
    assert_eq!(r.attempts("msg_1").unwrap().len(), 1);
    assert_eq!(r.search("anew", 9).unwrap().len(), 1);
    assert_eq!(r.search("two", 9).unwrap().len(), 1);
    assert_eq!(r.polls(Some(&a), None, 9).unwrap().len(), 3);
    assert_eq!(r.history(&a, Timestamp::MAX, 99).unwrap().len(), 4);
    let counts = r.totals().unwrap().counts;
    assert_eq!((counts.versions, counts.items, counts.findings), (2, 1, 1));
}

/// Reads what version 2 brought.
fn read_what_readers_have(r: &Reader) {
    let f1 = FindingId(1);
    assert_eq!(r.trend(TrendId(7)).unwrap().trend.label, "topic 7");
    assert_eq!(r.trend_members(TrendId(7), 9).unwrap()[0].item, ItemId(1));
    assert_eq!(r.trend_points(TrendId(7)).unwrap().len(), 1);
    assert_eq!(r.trend_stages(TrendId(7)).unwrap().len(), 1);
    assert_eq!(r.known_names().unwrap(), 1);
    assert_eq!(r.name_uses(NameKey(9), 9).unwrap()[0].owner, "a");
    assert_eq!(r.alert_place("alerts").unwrap(), f1);
    assert!(r.alerts_of(f1).unwrap()[0].is_sent());
    assert_eq!(r.mutes(at(9)).unwrap()[0].mute.owner.as_deref(), Some("b"));
    assert_eq!(r.vote("smm", f1).unwrap().unwrap().0, Verb::Fire);
    assert_eq!(r.troubles().unwrap()[0].why, "connection refused");
    let waits = r.pending(&id("a")).unwrap().unwrap();
    assert_eq!((waits.doubt, waits.base), (Doubt::Large, VersionId(1)));
    let passages = r.passages(&id("a"), &[1, 2]).unwrap();
    assert!(passages[&1].original && !passages[&2].original);
    assert_eq!(r.rule("reels").unwrap().0.title, "Reels length");
    assert_eq!(r.rule_values("reels").unwrap()[0].value, "90 seconds");
    assert_eq!(r.topics().unwrap()[0].name, "brand");
    let mentions = r.mentions(TopicNo(1), at(0), 9).unwrap();
    assert_eq!(mentions[0].item, ItemId(1));
    assert!(!r.watched_hours(0, i64::MAX).unwrap().is_empty());
}

/// Writes the sample of the current version. Run it once, when a migration is added, and commit the file:
/// `cargo test --lib store::tests::schema::write_sample -- --ignored`.
#[test]
#[ignore = "writes a file of the repository"]
fn write_sample() {
    let (_dir, mut writer) = with_sources();
    small_history(&mut writer);
    what_readers_have(&mut writer);
    let tables: Vec<String> = {
        let mut statement = writer
            .conn
            .prepare(
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
                   AND name NOT LIKE 'sqlite_%' AND name <> 'delivery_count' ORDER BY name",
            )
            .unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let mut out = String::from("BEGIN;\nPRAGMA defer_foreign_keys = ON;\n");
    for table in tables {
        let mut statement = writer
            .conn
            .prepare(&format!("SELECT * FROM {table}"))
            .unwrap();
        let columns = statement.column_names().collect::<Vec<_>>().join(", ");
        let width = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<String> = (0..width)
                .map(|n| {
                    let value = row.get_ref(n).unwrap();
                    let quote = "SELECT quote(?1)";
                    let value = rusqlite::types::ToSqlOutput::Borrowed(value);
                    writer
                        .conn
                        .query_row(quote, [value], |row| row.get(0))
                        .unwrap()
                })
                .collect();
            let values = values.join(", ");
            writeln!(out, "INSERT INTO {table} ({columns}) VALUES ({values});").unwrap();
        }
    }
    // what search knows cannot be read back, only fed again
    out += "INSERT INTO item_fts (rowid, title, summary) VALUES (1, 'Ads anew', 'Ads anew in more words');\n";
    out += "INSERT INTO page_fts (rowid, title, body) VALUES (1, 'Rules', 'two');\nCOMMIT;\n";
    let file = format!("tests/migrations/{CURRENT:04}.sql");
    std::fs::write(file, out).unwrap();
}

/// A little of everything.
fn small_history(writer: &mut Writer) {
    let views = |value| Sample {
        metric: "views".to_owned(),
        value,
        granularity: 1.0,
    };
    let saved = writer
        .save_snapshot(&id("a"), at(1), &body(b"<p>one"))
        .unwrap();
    let first = PollCommit {
        snapshot: Some(saved.id),
        version: Some(version(1, 1, &["one"])),
        items: vec![item("1", "Ads")],
        ..poll("a", 1)
    };
    let known = writer.commit_poll(&first).unwrap().items[0];
    let saved = writer
        .save_snapshot(&id("a"), at(2), &body(b"<p>two"))
        .unwrap();
    let mut edit = ItemWrite {
        known: Some(known),
        is_edit: true,
        ..item("1", "Ads anew")
    };
    edit.read.samples = vec![views(7.0)];
    let mut second = PollCommit {
        snapshot: Some(saved.id),
        version: Some(NewVersion {
            change: Some(change(ChangeWeight::Substantive)),
            ..version(2, 2, &["two"])
        }),
        items: vec![edit],
        samples: vec![Sample {
            metric: "subscribers".to_owned(),
            ..views(100.0)
        }],
        findings: vec![NewFinding {
            finding: finding("a", "changed"),
            about: About::Change,
        }],
        ..poll("a", 2)
    };
    second.state.validators = body(b"").validators;
    writer.commit_poll(&second).unwrap();
    let mut third = poll("a", 3);
    third.state = second.state;
    writer.commit_poll(&third).unwrap();
    writer
        .commit_digest(&digest("daily", None, 1, &["msg_1"]))
        .unwrap();
    writer
        .delivery_failed("msg_1", at(5), "connection refused", at(6))
        .unwrap();
}

/// A little of what version 2 brought.
fn what_readers_have(writer: &mut Writer) {
    let f1 = FindingId(1);
    let trend = super::trends::trend(7, TrendStage::Rising, &[ItemId(1)]);
    writer.record_trends(&[trend], at(2)).unwrap();
    let told = AlertRecord {
        finding: f1,
        digest: "alerts".to_owned(),
        at: at(3),
        topic: "changed".to_owned(),
        verdict: "sent".to_owned(),
        until: None,
    };
    writer.keep_alerts("alerts", f1, &[told]).unwrap();
    let mute = Mute {
        owner: Some("b".to_owned()),
        ..Mute::default()
    };
    writer.add_mute(&mute, None, at(4)).unwrap();
    writer
        .put_vote("smm", f1, Verb::Fire, "cli", at(4))
        .unwrap();
    writer
        .channel_fails("hook", "", at(5), "connection refused", false)
        .unwrap();
    let no = writer.source_no(&id("a")).unwrap();
    let waits = Pending {
        finding: f1,
        base: VersionId(1),
        doubt: Doubt::Large,
        since: at(2),
        due: at(62),
        rounds: 1,
    };
    writer.begin_pending(no, &waits).unwrap();
    let rule = RuleSpec {
        name: "reels".to_owned(),
        title: "Reels length".to_owned(),
        platform: None,
        source: id("a"),
        reading: RuleReading {
            sentence: Some("Reels may be".to_owned()),
            ..RuleReading::default()
        },
        unit: Some("seconds".to_owned()),
        stale_after: std::time::Duration::from_hours(24),
        area: None,
        initial: Some(KnownValue {
            value: "90 seconds".to_owned(),
            since: None,
            place: None,
        }),
    };
    writer.sync_rules(&[rule], at(4)).unwrap();
    writer.sync_topics(&[("brand".to_owned(), 5)]).unwrap();
    let mention = NewMention {
        topic: "brand".to_owned(),
        item: ItemId(1),
        at: at(1),
        owner: "a".to_owned(),
    };
    writer.add_mentions(&[mention]).unwrap();
    writer.note_watched(at(1)).unwrap();
    let names = ItemNames {
        item: ItemId(1),
        at: at(1),
        names: vec![NameKey(9)],
    };
    let youth = Youth {
        since: 0,
        days: 7,
        owners: 1,
    };
    assert_eq!(writer.note_names(&[names], youth).unwrap(), [NameKey(9)]);
    let name = super::names::new_name("Remix Battles");
    writer.add_new_name(NameKey(9), &name, None, at(2)).unwrap();
}
