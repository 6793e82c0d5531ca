//! Forgetting: only what may be forgotten, and never what an item is recognised by.

use super::*;

fn keep_body(writer: &mut Writer, minutes: i64, bytes: &[u8]) -> SnapshotId {
    let saved = writer
        .save_snapshot(&id("a"), at(minutes), &body(bytes))
        .unwrap();
    let commit = PollCommit {
        snapshot: Some(saved.id),
        version: Some(version(minutes, minutes as u64, &[&minutes.to_string()])),
        ..poll("a", minutes)
    };
    writer.commit_poll(&commit).unwrap();
    saved.id
}

fn blobs(writer: &Writer) -> i64 {
    writer
        .conn
        .query_row("SELECT count(*) FROM blob", [], |row| row.get(0))
        .unwrap()
}

#[test]
fn old_bodies_go_but_texts_and_the_last_body_stay() {
    let (_dir, mut writer) = with_sources();
    let words: Vec<String> = (0..3_000).map(|n| (n * n % 977).to_string()).collect();
    let page = words.join(" word");
    let ids: Vec<_> = (1..=20)
        .map(|n| keep_body(&mut writer, n, format!("{page}{n}").as_bytes()))
        .collect();
    assert_eq!(blobs(&writer), 40);
    let mut forgotten = 0;
    loop {
        match writer.prune_bodies(at(100), 3).unwrap() {
            0 => break,
            n => forgotten += n,
        }
    }
    assert_eq!(forgotten, 19);
    let last = writer.snapshot_body(ids[19]).unwrap();
    assert_eq!(last.bytes, format!("{page}20").as_bytes());
    assert!(writer.snapshot_body(ids[0]).is_err());
    let text = writer.version_at(&id("a"), at(5)).unwrap().unwrap();
    assert_eq!((text.hash, text.snapshot), (5, None));
    assert_eq!(writer.totals().unwrap().counts.snapshots, 1);
    // 20 texts, and of the bodies the last one with those it builds on, at places 18, 16 and 0
    assert_eq!(blobs(&writer), 20 + 4);
    // once a later body stands alone, the whole chain before it goes
    keep_body(&mut writer, 21, b"something quite different");
    writer.prune_bodies(at(100), 99).unwrap();
    assert_eq!(blobs(&writer), 21 + 1);
}

#[test]
fn an_unread_body_is_never_forgotten() {
    let (_dir, mut writer) = with_sources();
    let unread = writer
        .save_snapshot(&id("a"), at(1), &body(b"one"))
        .unwrap();
    keep_body(&mut writer, 2, b"two");
    assert_eq!(writer.prune_bodies(at(100), 9).unwrap(), 0);
    assert!(writer.snapshot_body(unread.id).is_ok());
}

#[test]
fn the_poll_log_is_cut() {
    let (_dir, mut writer) = with_sources();
    for n in 0..10 {
        writer.commit_poll(&poll("a", n)).unwrap();
    }
    assert_eq!(writer.prune_polls(at(7), 5).unwrap(), 5);
    assert_eq!(writer.prune_polls(at(7), 5).unwrap(), 2);
    assert_eq!(writer.prune_polls(at(7), 5).unwrap(), 0);
    assert_eq!(writer.polls(None, None, 99).unwrap().len(), 3);
}

#[test]
fn a_forgotten_item_never_comes_back_as_new() {
    let (_dir, mut writer) = with_sources();
    let with = |known| {
        let mut write = ItemWrite {
            known,
            ..item("1", "Ads")
        };
        write.read.samples = vec![Sample {
            metric: "views".to_owned(),
            value: 1.0,
            granularity: 1.0,
        }];
        write
    };
    let commit = |items| PollCommit {
        items,
        ..poll("a", 1)
    };
    let first = writer.commit_poll(&commit(vec![with(None)])).unwrap().items[0];
    assert_eq!(writer.prune_items(at(50), at(60), 9).unwrap(), 1);
    assert_eq!(writer.prune_items(at(50), at(60), 9).unwrap(), 0);
    let known = writer.known_items(&id("a"), &[key("1")]).unwrap();
    assert_eq!((known[0].id, known[0].title.as_str()), (first, "Ads"));
    assert_eq!(known[0].content_hash, item("1", "Ads").content_hash);
    // still listed, even edited: recognised, and stays forgotten
    let mut edited = with(Some(first));
    edited.is_edit = true;
    edited.content_hash = 77;
    writer.commit_poll(&commit(vec![edited])).unwrap();
    let stored = writer.item(first).unwrap();
    assert!(stored.pruned);
    assert_eq!(stored.read.summary, "");
    assert_eq!(
        writer.known_items(&id("a"), &[key("1")]).unwrap()[0].content_hash,
        77
    );
    assert!(writer.item_samples(first).unwrap().is_empty());
    assert!(writer.search("ads", 9).unwrap().is_empty());
    assert_eq!(writer.totals().unwrap().counts.items, 0);
}

#[test]
fn settled_messages_and_texts_go_but_what_was_told_stays_known() {
    let (_dir, mut writer) = with_sources();
    let finding = writer.add_finding(&finding("a", "topic")).unwrap();
    let run = |writer: &mut Writer, minutes: i64, id: &str| {
        let follows = writer.last_run("daily").unwrap().map(|run| run.id);
        let new = NewDigestRun {
            told: vec![finding],
            at: at(minutes),
            ..digest("daily", follows, 0, &[id])
        };
        match writer.commit_digest(&new).unwrap() {
            DigestCommit::Done(run) => run,
            DigestCommit::AlreadyDone(run) => panic!("{run} was there"),
        }
    };
    let sent = run(&mut writer, 1, "msg_1");
    let parked = run(&mut writer, 2, "msg_2");
    let late = run(&mut writer, 3, "msg_3");
    writer.delivery_sent("msg_1", at(5), "250").unwrap();
    writer.delivery_parked("msg_2", at(5), "550").unwrap();
    writer.delivery_sent("msg_3", at(50), "250").unwrap();
    assert_eq!(writer.prune_deliveries(at(40), 9).unwrap(), 1);
    assert_eq!(writer.prune_forms(at(40), 9).unwrap(), 1);
    assert_eq!(writer.prune_forms(at(40), 9).unwrap(), 0);

    assert!(writer.outbox_entry("msg_1").is_err() && writer.digest_form(sent).is_err());
    assert!(writer.attempts("msg_1").unwrap().is_empty());
    assert!(writer.delivery("msg_2").is_ok() && writer.digest_form(parked).is_ok());
    assert!(writer.delivery("msg_3").is_ok() && writer.digest_form(late).is_ok());
    let counts = writer.outbox_counts().unwrap();
    assert_eq!(
        (counts[&DeliveryState::Sent], counts[&DeliveryState::Parked]),
        (1, 1)
    );
    assert_eq!(writer.told(sent).unwrap().len(), 1);
    assert_eq!(writer.tellings(finding).unwrap().len(), 3);
}
