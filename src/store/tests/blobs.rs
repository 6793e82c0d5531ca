//! Bytes by content: whatever goes in comes out, and versions of a page cost little.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::store::blob::BlobId;

/// A page of varied words, reproducible.
fn page(seed: u64, words: usize) -> Vec<u8> {
    let mut state = seed;
    let mut out = String::new();
    for _ in 0..words {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        write!(out, "word{} ", (state >> 33) % 5_000).unwrap();
    }
    out.into_bytes()
}

fn place_and_size(writer: &Writer, id: BlobId) -> (i64, usize) {
    writer
        .conn
        .query_row(
            "SELECT place, length(data) FROM blob WHERE id = ?1",
            [id.0],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_chain_of_bodies_comes_back(
        bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..2_000), 1..40),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..40),
    ) {
        let (_dir, mut writer) = fresh();
        // unrelated bodies, then small edits of the last one: full blobs and deltas in one chain
        let mut all = bodies;
        for (place, byte) in edits {
            let mut next = all.last().unwrap().clone();
            if next.is_empty() { next.push(byte) } else { let at = place.index(next.len()); next[at] = byte }
            all.push(next);
        }
        let mut last = None;
        let mut ids = Vec::new();
        for bytes in &all {
            last = Some(writer.put_blob(bytes, last).unwrap());
            ids.push(last.unwrap());
        }
        for (bytes, id) in all.iter().zip(ids) {
            prop_assert_eq!(&writer.blob(id).unwrap(), bytes);
        }
    }
}

#[test]
fn a_small_edit_of_a_large_page_is_a_small_delta() {
    let (_dir, mut writer) = fresh();
    let before = page(1, 60_000);
    let mut after = before.clone();
    // at both ends: a match far back is found only with the right window
    after.splice(100..110, *b"CHANGED HERE");
    let end = after.len() - 100;
    after.splice(end..end + 10, *b"AND THERE");
    let first = writer.put_blob(&before, None).unwrap();
    let second = writer.put_blob(&after, Some(first)).unwrap();
    let (_, full) = place_and_size(&writer, first);
    let (place, delta) = place_and_size(&writer, second);
    assert_eq!(place, 1);
    assert!(delta * 100 < full, "delta {delta}, full {full}");
    assert_eq!(writer.blob(second).unwrap(), after);
}

#[test]
fn chains_are_short_to_read_and_begin_anew() {
    let (_dir, mut writer) = fresh();
    let mut bytes = page(2, 2_000);
    let mut ids: Vec<BlobId> = Vec::new();
    for n in 0..70u8 {
        bytes[usize::from(n) * 7] = b'#';
        ids.push(writer.put_blob(&bytes, ids.last().copied()).unwrap());
        assert_eq!(writer.blob(ids[usize::from(n)]).unwrap(), bytes);
    }
    for (n, id) in ids.iter().enumerate() {
        let (place, base): (usize, Option<i64>) = writer
            .conn
            .query_row(
                "SELECT place, base FROM blob WHERE id = ?1",
                [id.0],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        assert_eq!(place, n % 32);
        let expected = (place > 0).then(|| ids[n - place + (place & (place - 1))].0);
        assert_eq!(base, expected, "of the blob at {n}");
    }
}

#[test]
fn an_unlike_body_is_kept_in_full() {
    let (_dir, mut writer) = fresh();
    let first = writer.put_blob(&page(3, 100), None).unwrap();
    let second = writer.put_blob(&noise(1, 5_000), Some(first)).unwrap();
    assert_eq!(place_and_size(&writer, second).0, 0);
}

#[test]
fn the_same_bytes_are_kept_once() {
    let (_dir, mut writer) = fresh();
    let (a, b) = (page(4, 100), page(5, 100));
    let first = writer.put_blob(&a, None).unwrap();
    let second = writer.put_blob(&b, Some(first)).unwrap();
    assert_eq!(writer.put_blob(&a, Some(second)).unwrap(), first);
}

#[test]
fn damage_is_an_error_that_names_the_blob() {
    let (_dir, mut writer) = fresh();
    let id = writer.put_blob(&page(6, 500), None).unwrap();
    for damage in [
        "UPDATE blob SET data = substr(data, 1, length(data) - 5)",
        "UPDATE blob SET data = zeroblob(40)",
        "UPDATE blob SET data = x''",
    ] {
        writer.conn.execute(damage, []).unwrap();
        let error = writer.blob(id).unwrap_err();
        assert!(error.to_string().starts_with("blob 1: "), "{error}");
    }
}

#[test]
fn a_chain_that_bites_its_tail_ends() {
    let (_dir, mut writer) = fresh();
    let first = writer.put_blob(b"one", None).unwrap();
    writer
        .conn
        .execute("UPDATE blob SET base = id", [])
        .unwrap();
    assert!(writer.blob(first).is_err());
}
