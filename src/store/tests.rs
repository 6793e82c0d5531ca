//! Laws of the store, tested from inside so that SQLite itself can be made to fail.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use url::Url;

use super::*;
use crate::model::*;

mod polls;

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
        samples: vec![],
        findings: vec![],
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
    async fn again(self) -> Self {
        let path = self.store.path().to_owned();
        drop(self.store);
        Self {
            dir: self.dir,
            store: Store::open(&path).unwrap(),
        }
    }
}
