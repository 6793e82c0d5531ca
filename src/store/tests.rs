//! Laws of the store, tested from inside so that SQLite itself can be made to fail.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::{Arc, OnceLock};

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use url::Url;

use super::*;
use crate::model::*;

mod blobs;
mod costs;
mod digests;
mod durability;
mod items;
mod names;
mod polls;
mod retention;
mod schema;
mod search;
mod sources;
mod topics;
mod trends;

/// Opens the database of a test without waiting for the disk at each statement.
fn open_fast(dir: &TempDir) -> Writer {
    let writer = super::handle::open_writer(&dir.path().join("t.db")).unwrap();
    let off = writer.conn.pragma_update(None, "synchronous", "off");
    off.unwrap();
    writer
}

/// A writer without a thread, on an empty database.
fn fresh() -> (TempDir, Writer) {
    let dir = tempfile::tempdir().unwrap();
    let writer = open_fast(&dir);
    (dir, writer)
}

/// A writer without a thread, on a database that knows the sources `a` and `b`.
fn with_sources() -> (TempDir, Writer) {
    // made once and copied: laying the schema is the slowest part of most tests
    static MADE: OnceLock<Vec<u8>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let (dir, mut writer) = fresh();
        let sources = [source("a"), source("b")].map(Arc::new);
        writer.sync_sources(&sources, at(0)).unwrap();
        drop(writer);
        std::fs::read(dir.path().join("t.db")).unwrap()
    });
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("t.db"), made).unwrap();
    let writer = open_fast(&dir);
    (dir, writer)
}

/// A database in a directory of its own.
struct World {
    dir: TempDir,
    store: Store,
}

fn at(minutes: i64) -> Timestamp {
    let start: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    start + SignedDuration::from_mins(minutes)
}

fn id(text: &str) -> SourceId {
    text.parse().unwrap()
}

fn source(name: &str) -> Source {
    Source {
        id: id(name),
        kind: SourceKind("page".to_owned()),
        url: Url::parse(&format!("https://{name}.example/rules")).unwrap(),
        title: name.to_owned(),
        owner: name.to_owned(),
        role: Role::Official,
        platform: Some("tiktok".to_owned()),
        language: None,
        tags: vec!["rules".to_owned()],
        document: None,
        cadence: Cadence::every("1h").unwrap(),
        zone: jiff::tz::TimeZone::UTC,
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

fn body(bytes: &[u8]) -> FetchedBody {
    FetchedBody {
        status: 200,
        final_url: Url::parse("https://a.example/rules").unwrap(),
        moved_to: None,
        content_type: Some("text/html".to_owned()),
        validators: Validators {
            etag: Some(b"\"1\"".to_vec()),
            ..Validators::default()
        },
        bytes: bytes.to_vec(),
    }
}

/// A body that zstd cannot make smaller.
fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed;
    let step = |_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    };
    (0..len).map(step).collect()
}

fn text(paragraphs: &[&str]) -> PageText {
    PageText {
        blocks: paragraphs
            .iter()
            .map(|text| Block {
                kind: BlockKind::Paragraph,
                text: (*text).to_owned(),
                links: vec![],
            })
            .collect(),
    }
}

fn version(minutes: i64, hash: u64, paragraphs: &[&str]) -> NewVersion {
    NewVersion {
        at: at(minutes),
        text: text(paragraphs),
        hash,
        title: Some("Rules".to_owned()),
        extractor: "page/1".to_owned(),
        reextraction: false,
        change: None,
        against: None,
        turned: Turned {
            came: vec![minutes.unsigned_abs()],
            went: vec![minutes.unsigned_abs() - 1],
        },
    }
}

fn change(weight: ChangeWeight) -> Change {
    Change {
        weight,
        hunks: vec![],
        words_removed: 1,
        words_added: 2,
    }
}

fn poll(name: &str, minutes: i64) -> PollCommit {
    PollCommit {
        source: id(name),
        url: source(name).url,
        snapshot: None,
        started_at: at(minutes),
        finished_at: at(minutes),
        outcome: "read".to_owned(),
        message: None,
        http_status: Some(200),
        bytes: Some(10),
        state: SourceState {
            last_poll_at: Some(at(minutes)),
            last_ok_at: Some(at(minutes)),
            last_outcome: Some("read".to_owned()),
            seen: true,
            ..SourceState::new(id(name), at(0))
        },
        version: None,
        items: vec![],
        rules: vec![],
        samples: vec![],
        findings: vec![],
        pending: crate::store::PendingStep::default(),
        memos: vec![],
    }
}

fn item(guid: &str, title: &str) -> ItemWrite {
    ItemWrite {
        read: ReadItem {
            guid: Some(guid.to_owned()),
            link: Some(format!("https://a.example/{guid}")),
            title: title.to_owned(),
            summary: format!("{title} in more words"),
            ..ReadItem::default()
        },
        keys: vec![key(guid)],
        content_hash: key(title).0,
        known: None,
        is_edit: false,
    }
}

fn key(text: &str) -> ItemKey {
    ItemKey(xxhash_rust::xxh3::xxh3_64(text.as_bytes()))
}

fn finding(name: &str, title: &str) -> Finding {
    Finding {
        title: title.to_owned(),
        topic_key: title.to_owned(),
        ..Finding::about(
            &source(name),
            FindingKind::RuleChange,
            Severity::Important,
            at(0),
        )
    }
}

fn form() -> DeliveryForm {
    DeliveryForm {
        images: Vec::new(),
        csv: String::new(),
        subject: "News".to_owned(),
        html: "<p>News</p>".to_owned(),
        text: "News".to_owned(),
        markdown: String::new(),
        json: serde_json::json!({"news": 1}),
        language: Language::Ru,
    }
}

/// A digest that looked at findings up to `upto`, with messages of these ids, each on a channel of its own.
fn digest(name: &str, follows: Option<DigestRunId>, upto: i64, messages: &[&str]) -> NewDigestRun {
    NewDigestRun {
        name: name.to_owned(),
        follows,
        slot: None,
        at: at(0),
        window: Window {
            since: None,
            until: at(0),
        },
        upto: FindingId(upto),
        told: vec![],
        held: vec![],
        form: form(),
        deliveries: messages
            .iter()
            .map(|id| NewDelivery {
                id: (*id).to_owned(),
                channel: format!("channel of {id}"),
                recipient: String::new(),
            })
            .collect(),
    }
}

impl World {
    /// A database that knows the sources `a` and `b`.
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("data/tidewatch.db")).unwrap();
        let world = Self { dir, store };
        world.sync(vec![source("a"), source("b")], 0).await;
        world
    }

    async fn sync(&self, sources: Vec<Source>, minutes: i64) {
        let sources: Vec<_> = sources.into_iter().map(Arc::new).collect();
        self.store
            .write(move |w| w.sync_sources(&sources, at(minutes)))
            .await
            .unwrap();
    }

    async fn commit(&self, commit: PollCommit) -> Committed {
        self.store
            .write(move |w| w.commit_poll(&commit))
            .await
            .unwrap()
    }

    /// Ends the store as a kill would, and opens it again.
    fn again(self) -> Self {
        let path = self.store.path().to_owned();
        drop(self.store);
        Self {
            dir: self.dir,
            store: Store::open(&path).unwrap(),
        }
    }
}
