//! `kill -9` in the middle of writing, again and again: whatever was answered is there, nothing is
//! there twice, and what was cut off between fetching and reading is found.
//!
//! The test runs itself as a child process that works through the public store and says after each
//! answer how far it has come; the parent kills it at an arbitrary moment and looks at what is left.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tidewatch::model::{
    Cadence, DeliveryForm, FetchLimits, FetchedBody, Finding, FindingId, FindingKind, ItemKey,
    Language, ReadItem, Role, Severity, Source, SourceId, SourceKind, SourceState, Validators,
    Window,
};
use tidewatch::store::{
    About, DigestCommit, ItemWrite, NewDelivery, NewDigestRun, NewFinding, PollCommit, Store,
    StoreError, Writer,
};

const DATABASE: &str = "TIDEWATCH_TEST_KILL_DATABASE";
const ROUNDS: u32 = 15;

fn at(n: u64) -> Timestamp {
    let start: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    start + SignedDuration::from_mins(n.cast_signed())
}

fn id() -> SourceId {
    "a".parse().unwrap()
}

fn source() -> Arc<Source> {
    Arc::new(Source {
        id: id(),
        kind: SourceKind("feed".to_owned()),
        url: "https://a.example/".parse().unwrap(),
        title: "A".to_owned(),
        owner: "a".to_owned(),
        role: Role::Official,
        platform: None,
        language: None,
        tags: vec![],
        document: None,
        cadence: Cadence::every("1h").unwrap(),
        zone: jiff::tz::TimeZone::UTC,
        select: vec![],
        remove: vec![],
        headers: vec![],
        limits: FetchLimits::default(),
        allow_private: false,
        obey_robots: false,
        render: None,
        enabled: true,
    })
}

/// The first half of poll `n`: its body.
fn save(writer: &mut Writer, n: u64) -> Result<(), StoreError> {
    let body = FetchedBody {
        status: 200,
        final_url: source().url.clone(),
        moved_to: None,
        content_type: None,
        validators: Validators::default(),
        bytes: format!("body {n} {}", "and so on ".repeat(500)).into_bytes(),
    };
    writer.save_snapshot(&id(), at(n), &body).map(drop)
}

/// The second half: everything that is unread is read, one item and one finding each.
fn read_all(writer: &mut Writer) -> Result<(), StoreError> {
    for (source_id, snapshot) in writer.unread_snapshots()? {
        let stored = writer.snapshot_body(snapshot)?;
        let text = String::from_utf8(stored.bytes).unwrap();
        let n: u64 = text.split(' ').nth(1).unwrap().parse().unwrap();
        let mut finding = Finding::about(
            &source(),
            FindingKind::NewItem,
            Severity::Important,
            stored.fetched_at,
        );
        finding.title = n.to_string();
        writer.commit_poll(&PollCommit {
            source: source_id.clone(),
            url: source().url.clone(),
            snapshot: Some(snapshot),
            started_at: stored.fetched_at,
            finished_at: stored.fetched_at,
            outcome: "read".to_owned(),
            message: None,
            http_status: Some(200),
            bytes: None,
            state: SourceState::new(source_id, at(0)),
            version: None,
            items: vec![ItemWrite {
                read: ReadItem {
                    title: n.to_string(),
                    ..ReadItem::default()
                },
                keys: vec![ItemKey(n)],
                content_hash: n,
                known: None,
                is_edit: false,
            }],
            rules: vec![],
            samples: vec![],
            findings: vec![NewFinding {
                finding,
                about: About::Item(0),
            }],
            pending: tidewatch::store::PendingStep::default(),
            memos: vec![],
        })?;
    }
    Ok(())
}

/// A digest of what is new, with one message named after the last finding.
fn tell(writer: &mut Writer) -> Result<(), StoreError> {
    let candidates = writer.candidates("daily", 100)?;
    if candidates.new.is_empty() {
        return Ok(());
    }
    let committed = writer.commit_digest(&NewDigestRun {
        name: "daily".to_owned(),
        follows: candidates.last.map(|run| run.id),
        slot: None,
        at: at(0),
        window: Window {
            since: None,
            until: at(0),
        },
        upto: candidates.upto,
        told: candidates.new.iter().map(|(id, _)| *id).collect(),
        held: vec![],
        form: DeliveryForm {
            images: Vec::new(),
            csv: String::new(),
            subject: String::new(),
            html: String::new(),
            text: String::new(),
            markdown: String::new(),
            json: serde_json::Value::Null,
            language: Language::En,
        },
        deliveries: vec![NewDelivery {
            id: format!("msg_{}", candidates.upto),
            channel: "hook".to_owned(),
            recipient: String::new(),
        }],
    })?;
    assert!(matches!(committed, DigestCommit::Done(_)));
    Ok(())
}

/// Not a test of its own: the child's work, when the parent asks for it.
#[test]
fn child() {
    let Ok(path) = std::env::var(DATABASE) else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(Path::new(&path)).unwrap();
        let _lock = store.hold_instance().unwrap();
        store
            .write(|w| w.sync_sources(&[source()], at(0)))
            .await
            .unwrap();
        let from = store
            .read(|r| Ok(r.totals()?.counts.snapshots))
            .await
            .unwrap();
        for n in from.. {
            store.write(move |w| save(w, n)).await.unwrap();
            say("saved", n);
            // no waiting in between: the kill falls where it falls
            let (read, told) = tokio::join!(store.write(read_all), store.write(tell));
            read.unwrap();
            told.unwrap();
            say("read", n);
        }
    });
}

fn say(what: &str, n: u64) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n@ {what} {n}").unwrap();
    out.flush().unwrap();
}

#[test]
fn a_kill_at_any_moment_loses_and_doubles_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.db");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (mut saved, mut read) = (None, None);
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture", "--test-threads=1"])
            .env(DATABASE, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut patience = 1 + round * 7 % 23;
        while patience > 0 {
            let line = lines
                .next()
                .expect("the child goes on until killed")
                .unwrap();
            patience -= u32::from(note(&line, &mut saved, &mut read));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // what it still said before it died was answered as well
        for line in lines.map_while(Result::ok) {
            note(&line, &mut saved, &mut read);
        }
        runtime.block_on(look(&path, saved, read));
    }
}

/// Notes how far the child has come; true for a line that says so.
fn note(line: &str, saved: &mut Option<u64>, read: &mut Option<u64>) -> bool {
    let mut words = line.split(' ');
    let (Some("@"), Some(what), Some(Ok(n))) =
        (words.next(), words.next(), words.next().map(str::parse))
    else {
        return false;
    };
    *(if what == "saved" { saved } else { read }) = Some(n);
    true
}

async fn look(path: &Path, saved: Option<u64>, read: Option<u64>) {
    let store = Store::open(path).unwrap();
    let (counts, findings, unread, messages, told) = store
        .read(|r| {
            let findings = r.findings_after(FindingId(0), 100_000)?;
            let told: Vec<usize> = findings
                .iter()
                .map(|(id, _)| r.tellings(*id).map(|tellings| tellings.len()))
                .collect::<Result<_, _>>()?;
            Ok((
                r.totals()?.counts,
                findings,
                r.unread_snapshots()?,
                r.outbox(None, 100_000)?,
                told,
            ))
        })
        .await
        .unwrap();
    let answered = |n: Option<u64>| n.map_or(0, |n| n + 1);
    assert!(counts.snapshots >= answered(saved), "a body was lost");
    assert!(counts.items >= answered(read), "an item was lost");
    assert_eq!(counts.snapshots, counts.items + unread.len() as u64);
    let titles: Vec<String> = findings.into_iter().map(|(_, f)| f.title).collect();
    let expected: Vec<String> = (0..counts.items).map(|n| n.to_string()).collect();
    assert_eq!(titles, expected, "each item has one finding, in order");
    assert!(told.iter().all(|times| *times <= 1), "told twice");
    let runs = store.read(|r| r.digest_runs(None, 100_000)).await.unwrap();
    assert_eq!(
        runs.len(),
        messages.len(),
        "each digest has its one message"
    );
    assert_eq!(
        store.instance_holder(),
        None,
        "the lock died with its holder"
    );
    store.close().await.unwrap();
}
