//! What was answered is kept, and what failed harms nobody else.

use std::sync::mpsc;

use super::*;
use crate::store::pool::open_reader;
use crate::store::writer::{Message, message, write_batch};

type Work<T> = Box<dyn FnOnce(&mut Writer) -> Result<T, StoreError> + Send>;
type Answers<T> = Vec<Result<T, StoreError>>;

/// Carries out writes as one batch and gives their answers in order.
fn batch<T: Send + 'static>(writer: &mut Writer, writes: Vec<Work<T>>) -> Answers<T> {
    let mut jobs = Vec::new();
    let mut answers = Vec::new();
    for write in writes {
        let (Message::Write(job), answer) = message(write) else {
            unreachable!("a write is a write")
        };
        jobs.push(job);
        answers.push(answer);
    }
    write_batch(writer, jobs);
    answers
        .into_iter()
        .map(|mut answer| answer.try_recv().expect("answered"))
        .collect()
}

fn save(name: &'static str, seed: u64, len: usize) -> Work<SavedSnapshot> {
    Box::new(move |w| w.save_snapshot(&id(name), at(seed.cast_signed()), &body(&noise(seed, len))))
}

fn count(writer: &Writer, table: &str) -> usize {
    writer
        .conn
        .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
            row.get(0)
        })
        .unwrap()
}

#[test]
fn one_failing_write_undoes_only_itself() {
    let (_dir, mut writer) = with_sources();
    let answers = batch(
        &mut writer,
        vec![
            Box::new(|w| w.set_next_poll(&id("a"), at(5))),
            Box::new(|w| {
                w.set_next_poll(&id("a"), at(777))?;
                w.set_next_poll(&id("nobody"), at(5))
            }),
            Box::new(|w| w.set_next_poll(&id("b"), at(6))),
        ],
    );
    assert!(answers[0].is_ok() && answers[2].is_ok());
    assert!(matches!(&answers[1], Err(StoreError::UnknownSource(name)) if name == "nobody"));
    let states = writer.states().unwrap();
    assert_eq!(states[0].next_poll_at, Some(at(5)));
    assert_eq!(states[1].next_poll_at, Some(at(6)));
}

#[test]
fn an_answer_comes_only_after_the_commit() {
    let (dir, mut writer) = with_sources();
    let path = dir.path().join("t.db");
    let (Message::Write(job), mut answer) =
        message(|w: &mut Writer| w.set_next_poll(&id("a"), at(9)))
    else {
        unreachable!("a write is a write")
    };
    // a later write of the same batch looks from another connection: nothing committed, nothing answered
    let (Message::Write(look), mut seen) = message(move |_: &mut Writer| {
        let before = open_reader(&path, false)?.state(&id("a"))?.next_poll_at;
        Ok((before, answer.try_recv().is_ok(), answer))
    }) else {
        unreachable!("a write is a write")
    };
    write_batch(&mut writer, vec![job, look]);
    let (before, answered, mut answer) = seen.try_recv().unwrap().unwrap();
    assert_eq!((before, answered), (None, false));
    answer.try_recv().unwrap().unwrap();
    let reader = open_reader(&dir.path().join("t.db"), false).unwrap();
    assert_eq!(reader.state(&id("a")).unwrap().next_poll_at, Some(at(9)));
}

#[test]
fn a_full_disk_is_told_and_harms_nothing_stored() {
    let (dir, mut writer) = with_sources();
    batch(&mut writer, vec![save("a", 1, 20_000)])
        .remove(0)
        .unwrap();
    let pages: i64 = writer
        .conn
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    let limit = |writer: &Writer, pages: i64| {
        writer
            .conn
            .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
            .unwrap();
    };
    limit(&writer, pages + 4);

    let answers = batch(
        &mut writer,
        vec![
            save("b", 2, 1_000),
            save("a", 3, 500_000),
            save("a", 4, 2_000),
        ],
    );
    let full = answers[1].clone().unwrap_err().at(dir.path());
    assert!(matches!(full, StoreError::DiskFull { .. }), "{full}");
    assert!(full.is_transient());
    // whatever was answered as done is there, and nothing else
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(count(&writer, "snapshot"), 1 + done);
    assert_eq!(writer.totals().unwrap().counts.snapshots, 1 + done as u64);
    let check: String = writer
        .conn
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");

    // space again: the same write goes through
    limit(&writer, 1_000_000);
    let saved = batch(&mut writer, vec![save("a", 3, 500_000)])
        .remove(0)
        .unwrap();
    assert_eq!(
        writer.snapshot_body(saved.id).unwrap().bytes,
        noise(3, 500_000)
    );
}

#[tokio::test]
async fn a_full_disk_does_not_end_the_store() {
    let world = World::new().await;
    world
        .store
        .write(|w| {
            w.conn
                .pragma_update_and_check(None, "max_page_count", 1, |_| Ok(()))?;
            Ok(())
        })
        .await
        .unwrap();
    let full = world.store.write(save("a", 1, 500_000)).await.unwrap_err();
    assert!(matches!(full, StoreError::DiskFull { .. }), "{full}");
    assert!(full.to_string().contains("tidewatch.db"), "{full}");
    world.store.ping().await.unwrap();
    world.store.read(Reader::states).await.unwrap();
}

#[tokio::test]
async fn many_writers_at_once_are_all_kept() {
    let world = World::new().await;
    let writes = (0..300u32).map(|n| {
        let store = world.store.clone();
        tokio::spawn(async move {
            let commit = PollCommit {
                items: vec![item(&n.to_string(), "x")],
                ..poll(if n % 2 == 0 { "a" } else { "b" }, i64::from(n))
            };
            store.write(move |w| w.commit_poll(&commit)).await
        })
    });
    for write in writes.collect::<Vec<_>>() {
        write.await.unwrap().unwrap();
    }
    let totals = world.store.read(Reader::totals).await.unwrap();
    assert_eq!(totals.counts.items, 300);
}

#[tokio::test]
async fn a_read_sees_one_moment_while_others_write() {
    let world = World::new().await;
    let (tell, told) = mpsc::channel();
    let (go, gate) = mpsc::channel();
    let store = world.store.clone();
    let reading = tokio::spawn(async move {
        store
            .read(move |r| {
                let before = r.totals()?.counts.items;
                tell.send(()).unwrap();
                gate.recv().unwrap();
                Ok((
                    before,
                    r.totals()?.counts.items,
                    r.known_items(&id("a"), &[key("1")])?.len(),
                ))
            })
            .await
            .unwrap()
    });
    tokio::task::spawn_blocking(move || told.recv().unwrap())
        .await
        .unwrap();
    world
        .commit(PollCommit {
            items: vec![item("1", "x")],
            ..poll("a", 1)
        })
        .await;
    go.send(()).unwrap();
    assert_eq!(reading.await.unwrap(), (0, 0, 0));
    let after = world.store.read(Reader::totals).await.unwrap();
    assert_eq!(after.counts.items, 1);
}

#[tokio::test]
async fn what_was_saved_and_not_read_is_found_after_a_kill() {
    let world = World::new().await;
    let save = |text: &'static [u8]| {
        world
            .store
            .write(move |w| w.save_snapshot(&id("a"), at(1), &body(text)))
    };
    let first = save(b"one").await.unwrap();
    // the same body again, still not read: it is to be read, and is no second snapshot
    assert_eq!(save(b"one").await.unwrap(), first);
    assert!(!first.same_as_last);
    let world = world.again();
    let unread = world.store.read(Reader::unread_snapshots).await.unwrap();
    assert_eq!(unread, [(id("a"), first.id)]);
    let stored = world
        .store
        .read(move |r| r.snapshot_body(first.id))
        .await
        .unwrap();
    let FetchedBody {
        bytes, validators, ..
    } = body(b"one");
    assert_eq!((stored.bytes, stored.validators), (bytes, validators));
    world
        .commit(PollCommit {
            snapshot: Some(first.id),
            ..poll("a", 2)
        })
        .await;
    let (unread, again) = world
        .store
        .write(|w| {
            Ok((
                w.unread_snapshots()?,
                w.save_snapshot(&id("a"), at(3), &body(b"one"))?,
            ))
        })
        .await
        .unwrap();
    assert!(unread.is_empty() && again.same_as_last);
}

#[tokio::test]
async fn closing_finishes_what_waits_and_folds_the_wal() {
    let world = World::new().await;
    let path = world.store.path().to_owned();
    let other = world.store.clone();
    let writes: Vec<_> = (0..50)
        .map(|n| {
            let store = world.store.clone();
            tokio::spawn(async move { store.write(save("a", n, 100)).await })
        })
        .collect();
    let mut kept = 0;
    tokio::task::yield_now().await;
    world.store.close().await.unwrap();
    for write in writes {
        match write.await.unwrap() {
            Ok(_) => kept += 1,
            Err(error) => assert!(matches!(error, StoreError::Closed), "{error}"),
        }
    }
    assert!(matches!(other.ping().await, Err(StoreError::Closed)));
    assert!(matches!(
        other.read(Reader::states).await,
        Err(StoreError::Closed)
    ));
    assert!(!path.with_extension("db-wal").exists());
    let again = Store::open(&path).unwrap();
    let totals = again.read(Reader::totals).await.unwrap();
    assert_eq!(totals.counts.snapshots, kept);
}

#[tokio::test]
async fn a_second_instance_is_refused_by_name() {
    let world = World::new().await;
    assert_eq!(world.store.instance_holder(), None);
    let lock = world.store.hold_instance().unwrap();
    let other = Store::open(world.store.path()).unwrap();
    let refused = other.hold_instance().unwrap_err();
    let me = std::process::id();
    assert!(
        refused.to_string().contains(&format!("process {me}")),
        "{refused}"
    );
    assert_eq!(other.instance_holder(), Some(Holder { pid: Some(me) }));
    drop(lock);
    assert_eq!(other.instance_holder(), None);
    other.hold_instance().unwrap();
}

#[tokio::test]
async fn another_process_writes_beside_the_daemon() {
    let world = World::new().await;
    let beside = Store::open(world.store.path()).unwrap();
    for n in 0..20 {
        let store = if n % 2 == 0 { &beside } else { &world.store };
        store
            .write(move |w| w.set_next_poll(&id("a"), at(n)))
            .await
            .unwrap();
        let state = world.store.read(|r| r.state(&id("a"))).await.unwrap();
        assert_eq!(state.next_poll_at, Some(at(n)));
    }
}

#[tokio::test]
async fn a_reader_reads_beside_a_writer_and_cannot_write() {
    let world = World::new().await;
    let reader = Store::open_read_only(world.store.path()).unwrap();
    world
        .store
        .write(|w| w.set_next_poll(&id("a"), at(3)))
        .await
        .unwrap();
    let state = reader.read(|r| r.state(&id("a"))).await.unwrap();
    assert_eq!(state.next_poll_at, Some(at(3)));
    let refused = reader.write(|w| w.set_next_poll(&id("a"), at(4))).await;
    assert!(matches!(refused, Err(StoreError::ReadOnly { .. })));
}

#[tokio::test]
async fn status_can_be_read_of_what_a_killed_daemon_left() {
    let world = World::new().await;
    world
        .commit(PollCommit {
            items: vec![item("1", "x")],
            ..poll("a", 1)
        })
        .await;
    // as a kill leaves it: a WAL that was never folded in, and no index of it
    let left = tempfile::tempdir().unwrap();
    for file in ["tidewatch.db", "tidewatch.db-wal"] {
        let from = world.store.path().with_file_name(file);
        std::fs::copy(from, left.path().join(file)).unwrap();
    }
    let wal = left.path().join("tidewatch.db-wal");
    assert!(wal.metadata().unwrap().len() > 0);
    let store = Store::open_read_only(&left.path().join("tidewatch.db")).unwrap();
    let totals = store.read(Reader::totals).await.unwrap();
    assert_eq!(totals.counts.items, 1);
}

#[test]
fn a_database_that_nobody_can_write_is_read_as_it_stands() {
    let (dir, writer) = with_sources();
    drop(writer);
    let reader = open_reader(&dir.path().join("t.db"), true).unwrap();
    assert_eq!(reader.states().unwrap().len(), 2);
    assert!(!dir.path().join("t.db-shm").exists());
}
