//! What the store costs: one poll's commit on a short and on a long history, a pass over many
//! sources, a snapshot of a large page, a search. Self-made data; prints a table, asserts nothing.
//!
//! `cargo bench --bench store`, or with a number of history rows: `cargo bench --bench store -- 200000`.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench")]

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tidewatch::model::{
    Block, BlockKind, Cadence, FetchLimits, FetchedBody, ItemKey, PageText, ReadItem, Role, Sample,
    Source, SourceId, SourceKind, SourceState, Validators,
};
use tidewatch::store::{ItemWrite, NewVersion, PollCommit, Store, StoreError, Writer};
use url::Url;

const SOURCES: u64 = 1_000;
const FEED_ITEMS: u64 = 30;

fn at(n: u64) -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap() + SignedDuration::from_secs(n.cast_signed())
}

fn id(n: u64) -> SourceId {
    format!("source-{n}").parse().unwrap()
}

fn url(n: u64) -> Url {
    format!("https://s{n}.example/").parse().unwrap()
}

fn source(n: u64) -> Arc<Source> {
    Arc::new(Source {
        id: id(n),
        kind: SourceKind("feed".to_owned()),
        url: url(n),
        title: format!("Source {n}"),
        owner: "owner".to_owned(),
        role: Role::Media,
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

/// Words that compress about as prose does.
fn prose(seed: u64, words: usize) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut out = String::new();
    for _ in 0..words {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        write!(out, "w{} ", state % 4_000).unwrap();
    }
    out
}

fn body(bytes: Vec<u8>) -> FetchedBody {
    FetchedBody {
        status: 200,
        final_url: url(0),
        moved_to: None,
        content_type: None,
        validators: Validators::default(),
        bytes,
    }
}

fn poll(n: u64, time: u64) -> PollCommit {
    PollCommit {
        source: id(n),
        url: url(n),
        snapshot: None,
        started_at: at(time),
        finished_at: at(time),
        outcome: "not_modified".to_owned(),
        message: None,
        http_status: Some(304),
        bytes: None,
        state: SourceState {
            last_poll_at: Some(at(time)),
            seen: true,
            ..SourceState::new(id(n), at(0))
        },
        version: None,
        items: vec![],
        rules: vec![],
        samples: vec![],
        findings: vec![],
        pending: tidewatch::store::PendingStep::default(),
        memos: vec![],
    }
}

fn item(n: u64) -> ItemWrite {
    ItemWrite {
        read: ReadItem {
            guid: Some(format!("guid-{n}")),
            link: Some(format!("https://s.example/{n}")),
            title: prose(n, 8),
            summary: prose(n + 1, 60),
            samples: vec![Sample {
                metric: "views".to_owned(),
                value: n as f64,
                granularity: 1.0,
            }],
            ..ReadItem::default()
        },
        keys: (0..3).map(|k| ItemKey(n * 3 + k)).collect(),
        content_hash: n,
        known: None,
        is_edit: false,
    }
}

/// A feed poll: all its items are known but for one.
fn feed_poll(writer: &mut Writer, n: u64, time: u64) -> Result<(), StoreError> {
    let items: Vec<u64> = (0..FEED_ITEMS).map(|k| n * 10_000_000 + time + k).collect();
    let mut writes: Vec<ItemWrite> = items.into_iter().map(item).collect();
    let bytes: String = writes.iter().map(|w| w.read.summary.as_str()).collect();
    let saved = writer.save_snapshot(&id(n), at(time), &body(bytes.into_bytes()))?;
    let keys: Vec<ItemKey> = writes.iter().flat_map(|w| w.keys.clone()).collect();
    let known = writer.known_items(&id(n), &keys)?;
    for write in &mut writes {
        write.known = known
            .iter()
            .find(|k| write.keys.contains(&k.key))
            .map(|k| k.id);
    }
    let mut commit = poll(n, time);
    commit.snapshot = Some(saved.id);
    commit.items = writes;
    writer.commit_poll(&commit)?;
    Ok(())
}

/// A page poll: a page of about 60 KB of which some words change.
fn page_poll(writer: &mut Writer, n: u64, time: u64) -> Result<(), StoreError> {
    let paragraphs: Vec<String> = (0..60)
        .map(|k| prose(if k == time % 60 { time + 1_000 } else { k }, 200))
        .collect();
    let bytes = paragraphs.join("\n<p>").into_bytes();
    let saved = writer.save_snapshot(&id(n), at(time), &body(bytes))?;
    let blocks = paragraphs.into_iter().map(|text| Block {
        kind: BlockKind::Paragraph,
        text,
        links: vec![],
    });
    writer.latest_version(&id(n))?;
    let mut commit = poll(n, time);
    commit.snapshot = Some(saved.id);
    commit.version = Some(NewVersion {
        at: at(time),
        text: PageText {
            blocks: blocks.collect(),
        },
        hash: time,
        title: None,
        extractor: "page/1".to_owned(),
        reextraction: false,
        change: None,
        against: None,
        turned: tidewatch::model::Turned::default(),
    });
    writer.commit_poll(&commit)?;
    Ok(())
}

/// Processor time of one write of `rounds` polls in one transaction, per poll.
async fn each(
    store: &Store,
    rounds: u64,
    from: u64,
    f: fn(&mut Writer, u64, u64) -> Result<(), StoreError>,
) -> Duration {
    let begun = cpu_time();
    store
        .write(move |w| (from..from + rounds).try_for_each(|time| f(w, time % 2, time)))
        .await
        .unwrap();
    cpu_time().saturating_sub(begun) / u32::try_from(rounds).unwrap()
}

/// Processor time of this process so far, in steps of 10 ms: other programs do not disturb it.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

async fn measure(store: &Store, label: &str, from: u64) {
    let feed = each(store, 200, from, feed_poll).await;
    let page = each(store, 200, from, page_poll).await;
    let quiet = each(store, 2_000, from, |w, n, time| {
        w.commit_poll(&poll(n, time)).map(drop)
    })
    .await;
    let begun = Instant::now();
    let known = store
        .read(|r| {
            let keys: Vec<ItemKey> = (0..300).map(ItemKey).collect();
            r.known_items(&id(0), &keys)
        })
        .await
        .unwrap();
    let lookup = begun.elapsed();
    let begun = Instant::now();
    store.read(|r| r.states().and(r.totals())).await.unwrap();
    let status = begun.elapsed();
    let begun = Instant::now();
    let hits = store.read(|r| r.search("w17 w18", 10)).await.unwrap();
    let search = begun.elapsed();
    println!(
        "{label:>12} | feed poll {feed:>9.1?} | page poll {page:>9.1?} | 304 {quiet:>7.1?} | \
         look-up of 300 keys {lookup:>7.1?} ({}) | status {status:>7.1?} | search {search:>7.1?} ({})",
        known.len(),
        hits.len()
    );
}

fn main() {
    let rows: u64 = std::env::args()
        .skip(1)
        .find_map(|arg| arg.parse().ok())
        .unwrap_or(100_000);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bench.db");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(&path).unwrap();
        let sources: Vec<_> = (0..SOURCES).map(source).collect();
        store
            .write(move |w| w.sync_sources(&sources, at(0)))
            .await
            .unwrap();
        let fill = async |from: u64, to: u64| {
            for chunk in (from..to).step_by(5_000) {
                store
                    .write(move |w| {
                        for n in chunk..(chunk + 5_000).min(to) {
                            let mut commit = poll(2 + n % 2, n);
                            commit.items = vec![item(5_000_000_000 + n)];
                            w.commit_poll(&commit)?;
                        }
                        Ok(())
                    })
                    .await
                    .unwrap();
            }
        };
        fill(0, 1_000).await;
        measure(&store, "1000 rows", 0).await;
        let begun = cpu_time();
        fill(1_000, rows).await;
        let each = cpu_time().saturating_sub(begun) / u32::try_from(rows - 1_000).unwrap();
        println!("filling: {each:.1?} for a poll with one new item, in transactions of 5000");
        measure(&store, &format!("{rows} rows"), 1_000).await;

        // a pass over 1,000 sources, each with its own durable commits, 32 under way at once
        let (begun, cpu) = (Instant::now(), cpu_time());
        let gate = Arc::new(tokio::sync::Semaphore::new(32));
        let polls: Vec<_> = (0..SOURCES)
            .map(|n| {
                let (store, gate) = (store.clone(), Arc::clone(&gate));
                tokio::spawn(async move {
                    let _permit = gate.acquire().await.unwrap();
                    let bytes = body(prose(n, 5_000).into_bytes());
                    let saved = store
                        .write(move |w| w.save_snapshot(&id(n), at(9_000_000), &bytes))
                        .await
                        .unwrap();
                    let mut commit = poll(n, 9_000_000);
                    commit.snapshot = Some(saved.id);
                    store.write(move |w| w.commit_poll(&commit)).await.unwrap();
                })
            })
            .collect();
        for poll in polls {
            poll.await.unwrap();
        }
        println!(
            "a pass over {SOURCES} sources of 30 KB, two durable commits each: {:.1?}, CPU {:.1?}",
            begun.elapsed(),
            cpu_time().saturating_sub(cpu)
        );

        // a large page
        let large = prose(1, 100_000);
        let begun = Instant::now();
        store
            .write({
                let bytes = body(large.clone().into_bytes());
                move |w| w.save_snapshot(&id(9), at(9_000_001), &bytes)
            })
            .await
            .unwrap();
        let first = begun.elapsed();
        let begun = cpu_time();
        for n in 0..16u64 {
            let bytes = body(
                large
                    .replacen("w17", &format!("CHANGED{n}"), 3)
                    .into_bytes(),
            );
            store
                .write(move |w| w.save_snapshot(&id(9), at(9_000_002 + n), &bytes))
                .await
                .unwrap();
        }
        println!(
            "a page of {} KB: first {first:.1?}, as a delta CPU {:.1?} (mean of a chain of 16)",
            large.len() / 1_000,
            cpu_time().saturating_sub(begun) / 16
        );
        let totals = store.read(tidewatch::store::Reader::totals).await.unwrap();
        println!(
            "database {:.1} MB: {:?}",
            totals.database_bytes as f64 / 1e6,
            totals.counts
        );
        store.close().await.unwrap();
    });
}
