//! The watch over trends, killed and started again at any check, tells what it would have told.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::config::{self, Known};
use crate::daemon::pipeline::Pipeline;
use crate::model::{ItemKey, ManualClock, ReadItem, SourceState};
use crate::store::{ItemWrite, PollCommit, Store};

const OWNERS: usize = 5;
const CHECKS: i64 = 100;

pub(in crate::daemon::pipeline) async fn open(dir: &Path, now: Timestamp) -> Pipeline {
    let file = dir.join("tidewatch.toml");
    let mut text = format!("data_dir = {:?}\n", dir.display().to_string());
    for n in 0..OWNERS {
        text.push_str(&format!(
            "[[source]]\nid = \"s{n}\"\nurl = \"https://s{n}.example/feed\"\nkind = \"feed\"\nowner = \"o{n}\"\n"
        ));
    }
    std::fs::write(&file, text).unwrap();
    let known = Known {
        kinds: crate::extract::KINDS,
        mapping: crate::extract::check_mapping,
        channels: &[],
    };
    let config = config::load(Some(&file), &config::Environment::default(), &known)
        .unwrap_or_else(|faults| panic!("{faults}"));
    let store = Store::open(&config.database).unwrap();
    Pipeline::new(Arc::new(config), store, Arc::new(ManualClock::new(now)))
        .await
        .unwrap()
}

/// One source brings one item.
pub(in crate::daemon::pipeline) async fn bring(
    pipeline: &Pipeline,
    owner: usize,
    title: String,
    now: Timestamp,
) {
    bring_dated(pipeline, owner, title, now, None).await;
}

/// One source brings one item that says when it was published.
async fn bring_dated(
    pipeline: &Pipeline,
    owner: usize,
    title: String,
    now: Timestamp,
    published: Option<Timestamp>,
) {
    let source = Arc::clone(&pipeline.config.sources[owner]);
    let key = ItemKey(xxhash_rust::xxh3::xxh3_64(
        format!("{owner} {title} {now}").as_bytes(),
    ));
    let commit = PollCommit {
        source: source.id.clone(),
        url: source.url.clone(),
        snapshot: None,
        started_at: now,
        finished_at: now,
        outcome: "read".to_owned(),
        message: None,
        http_status: Some(200),
        bytes: Some(1),
        state: SourceState::new(source.id.clone(), now),
        version: None,
        items: vec![ItemWrite {
            read: ReadItem {
                summary: format!("{title}, as it was said by those who know"),
                title,
                published,
                link: Some(format!("https://s{owner}.example/{now}")),
                ..ReadItem::default()
            },
            keys: vec![key],
            content_hash: key.0,
            known: None,
            is_edit: false,
        }],
        samples: Vec::new(),
        findings: Vec::new(),
        pending: crate::store::PendingStep::Keep,
        memos: Vec::new(),
        rules: Vec::new(),
    };
    pipeline
        .store
        .write(move |writer| writer.commit_poll(&commit))
        .await
        .unwrap();
}

/// What was told over all checks, the service being stopped after each check for which `stops` says so.
async fn told(stops: impl Fn(i64) -> bool) -> Vec<(i64, String, Option<String>)> {
    let dir = tempfile::tempdir().unwrap();
    let begin: Timestamp = "2026-03-02T00:00:00Z".parse().unwrap();
    let mut pipeline = open(dir.path(), begin).await;
    let mut told = Vec::new();
    for check in 0..CHECKS {
        let now = begin + SignedDuration::from_hours(3 * check);
        let clock = Arc::new(ManualClock::new(now));
        pipeline.clock = clock;
        let owner = check as usize % OWNERS;
        let daily = format!("column {} of the house number {check}", check * check);
        bring(&pipeline, owner, daily, now).await;
        if check % 40 >= 35 {
            let title = format!("Clipnet{} opens its video feed to everybody", check / 40);
            bring(&pipeline, (owner + 2) % OWNERS, title, now).await;
        }
        let found = pipeline.watch_trends().await.unwrap();
        for id in found {
            let kept = pipeline.store.read(move |reader| reader.finding(id)).await;
            let finding = kept.unwrap();
            told.push((check, finding.title, finding.url));
        }
        if stops(check) {
            pipeline.store.clone().close().await.unwrap();
            drop(pipeline);
            pipeline = open(dir.path(), now).await;
        }
    }
    told
}

#[tokio::test]
async fn a_restart_tells_the_same_trends() {
    let whole = told(|_| false).await;
    assert!(
        whole
            .iter()
            .any(|(_, title, link)| title.contains("Clipnet") && link.is_some()),
        "nothing to compare: {whole:?}"
    );
    // in the middle of a story, and before and after the checkpoint
    assert_eq!(
        told(|check| [36, 37, 71, 72, 77].contains(&check)).await,
        whole
    );
}

/// Saves the state and lets go of it, and leaves one of another layout in its place.
async fn damage(pipeline: &Pipeline) {
    let mut held = pipeline.trends.lock().await.take().unwrap();
    pipeline.save(&mut held).await.unwrap();
    pipeline
        .store
        .write(|writer| writer.set_memo("trends.part.0.0", b"\x01old layout"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_damaged_state_is_built_anew_and_tells_nothing_twice() {
    let dir = tempfile::tempdir().unwrap();
    let begin: Timestamp = "2026-03-02T00:00:00Z".parse().unwrap();
    let pipeline = open(dir.path(), begin).await;
    for owner in 0..OWNERS {
        let title = "Clipnet opens its video feed to everybody".to_owned();
        bring(&pipeline, owner, title, begin).await;
    }
    let first = pipeline.watch_trends().await.unwrap();
    assert_eq!(first.len(), 1);
    damage(&pipeline).await;
    assert!(pipeline.watch_trends().await.unwrap().is_empty());
    let parts = pipeline.store.read(|reader| reader.memo("trends.part.0.0"));
    assert_ne!(parts.await.unwrap().unwrap()[..], *b"\x01old layout");
}

#[tokio::test]
async fn a_state_built_anew_knows_what_was_told_a_year_ago() {
    let dir = tempfile::tempdir().unwrap();
    let begin: Timestamp = "2025-03-02T00:00:00Z".parse().unwrap();
    let mut pipeline = open(dir.path(), begin).await;
    let feast = || "Lantern feast fills the harbour of Clipnet town".to_owned();
    for owner in 0..OWNERS {
        bring(&pipeline, owner, feast(), begin).await;
    }
    assert_eq!(pipeline.watch_trends().await.unwrap().len(), 1);
    // another layout, a year later
    damage(&pipeline).await;
    let now = begin + SignedDuration::from_hours(24 * 365);
    pipeline.clock = Arc::new(ManualClock::new(now));
    assert!(pipeline.watch_trends().await.unwrap().is_empty());
    let later = now + SignedDuration::from_hours(1);
    pipeline.clock = Arc::new(ManualClock::new(later));
    for owner in 0..OWNERS {
        bring(&pipeline, owner, feast(), later).await;
    }
    assert!(pipeline.watch_trends().await.unwrap().is_empty());
    let held = pipeline.trends.lock().await;
    let how: Vec<_> = held
        .as_ref()
        .unwrap()
        .tracker
        .trends()
        .map(|trend| trend.evidence.recurrent.clone())
        .collect();
    assert_eq!(how, [Some("yearly".to_owned())]);
}

#[tokio::test]
async fn a_false_date_neither_hides_an_item_nor_moves_the_clock() {
    let dir = tempfile::tempdir().unwrap();
    let begin: Timestamp = "2026-03-02T00:00:00Z".parse().unwrap();
    let mut pipeline = open(dir.path(), begin).await;
    let story = || "Clipnet opens its video feed to everybody".to_owned();
    bring(&pipeline, 0, story(), begin).await;
    for (owner, date) in [(1, "2031-01-01T00:00:00Z"), (2, "1970-01-02T00:00:00Z")] {
        let title = format!("a column of the house number {owner}");
        bring_dated(&pipeline, owner, title, begin, date.parse().ok()).await;
    }
    assert!(pipeline.watch_trends().await.unwrap().is_empty());
    let now = begin + SignedDuration::from_hours(1);
    pipeline.clock = Arc::new(ManualClock::new(now));
    // with its own false date the item still counts
    bring_dated(
        &pipeline,
        3,
        story(),
        now,
        "2031-01-01T00:00:00Z".parse().ok(),
    )
    .await;
    bring(&pipeline, 4, story(), now).await;
    let found = pipeline.watch_trends().await.unwrap();
    assert_eq!(found.len(), 1);
    let held = pipeline.trends.lock().await;
    let owners: Vec<_> = held
        .as_ref()
        .unwrap()
        .tracker
        .trends()
        .map(|trend| trend.evidence.owners)
        .collect();
    assert_eq!(owners, [3]);
}
