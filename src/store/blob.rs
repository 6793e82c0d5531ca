//! Bytes by content: each distinct body or text is kept once, packed with zstd, as a delta against a
//! similar earlier one where that is smaller.
//!
//! Similar blobs form chains of at most [`CHAIN`], each beginning with a full one. A delta at place n
//! builds not on its neighbour but on place n & (n - 1), as Subversion's skip-deltas do (its
//! `notes/skip-deltas`, 2002): so any blob is read in at most 5 steps, 2.5 in the mean, where a plain
//! chain takes up to 31. What comes out is checked against its length; zstd's own frame checksum guards
//! the content.

use std::io::Read as _;

use rusqlite::OptionalExtension as _;
use sha2::{Digest as _, Sha256};

use super::codec::ZSTD_LEVEL;
use super::error::{Result, StoreError};
use super::pool::Reader;
use super::writer::Writer;

/// Blobs in a chain; then a full one begins another. A power of two.
const CHAIN: i64 = 32;

/// Deltas between any blob and the full one that it builds on, at most.
const STEPS: usize = CHAIN.ilog2() as usize;

/// A delta so many times smaller than its bytes is taken without looking how small the full one is.
const SMALL: usize = 16;

/// zstd's largest window (2^27, 128 MiB) that a decoder takes without asking.
const LARGEST_WINDOW: u32 = 27;

/// A row of `blob`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BlobId(pub(super) i64);

impl Reader {
    /// The bytes of a blob.
    pub(super) fn blob(&self, id: BlobId) -> Result<Vec<u8>> {
        // newest first, down to the full one
        let mut chain = Vec::new();
        let mut next = Some(id.0);
        while let Some(id) = next {
            if chain.len() > STEPS {
                return Err(StoreError::invalid(
                    format!("blob {id}"),
                    "its chain has no end",
                ));
            }
            let (size, base, data): (i64, Option<i64>, Vec<u8>) = self
                .conn
                .prepare_cached("SELECT size, base, data FROM blob WHERE id = ?1")?
                .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()?
                .ok_or_else(|| StoreError::NotFound(format!("blob {id}")))?;
            chain.push((size as usize, data));
            next = base;
        }
        let mut bytes = Vec::new();
        while let Some((size, data)) = chain.pop() {
            bytes = unpack(&data, &bytes, size)
                .map_err(|error| StoreError::invalid(format!("blob {}", id.0), error))?;
        }
        Ok(bytes)
    }

    /// On what a delta that follows `near` builds, and its place; `None` at the end of the chain.
    fn base_after(&self, near: BlobId) -> Result<Option<(BlobId, i64)>> {
        let mut row = self
            .conn
            .prepare_cached("SELECT place, base FROM blob WHERE id = ?1")?;
        let mut at = near.0;
        let (mut place, mut base): (i64, Option<i64>) =
            row.query_row([at], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let next = place + 1;
        // clearing the last bits of `near`'s place one by one comes by there
        while place > next & place {
            let Some(id) = base else { break };
            at = id;
            (place, base) = row.query_row([at], |row| Ok((row.get(0)?, row.get(1)?)))?;
        }
        Ok((next < CHAIN).then_some((BlobId(at), next)))
    }

    fn blob_by_hash(&self, hash: &[u8]) -> Result<Option<BlobId>> {
        Ok(self
            .conn
            .prepare_cached("SELECT id FROM blob WHERE hash = ?1")?
            .query_row([hash], |row| row.get(0).map(BlobId))
            .optional()?)
    }
}

impl Writer {
    /// Keeps bytes, if need be as a delta against `near`, and returns where.
    pub(super) fn put_blob(&mut self, bytes: &[u8], near: Option<BlobId>) -> Result<BlobId> {
        let hash = Sha256::digest(bytes);
        if let Some(known) = self.blob_by_hash(&hash)? {
            return Ok(known);
        }
        let fail = |error| StoreError::invalid("packing a body", error);
        let delta = match near {
            None => None,
            Some(near) => match self.base_after(near)? {
                None => None,
                Some((base, place)) => {
                    let delta = pack(bytes, &self.blob(base)?).map_err(fail)?;
                    Some((delta, base, place))
                }
            },
        };
        let (data, base, place) = match delta {
            Some((delta, base, place)) if delta.len() * SMALL < bytes.len() => {
                (delta, Some(base.0), place)
            }
            delta => {
                let full = pack(bytes, &[]).map_err(fail)?;
                match delta {
                    // a delta that saves little is not worth its steps in reading
                    Some((delta, base, place)) if delta.len() * 4 < full.len() * 3 => {
                        (delta, Some(base.0), place)
                    }
                    _ => (full, None, 0),
                }
            }
        };
        self.conn
            .prepare_cached(
                "INSERT INTO blob (hash, size, base, place, data) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((&hash[..], bytes.len(), base, place, data))?;
        Ok(BlobId(self.conn.last_insert_rowid()))
    }
}

impl Writer {
    /// Drops a blob that nothing uses any more, and then those that it alone was built on.
    pub(super) fn drop_unused(&mut self, id: BlobId) -> Result<()> {
        let mut next = Some(id.0);
        while let Some(id) = next {
            next = self
                .conn
                .prepare_cached(
                    "DELETE FROM blob WHERE id = ?1
                       AND NOT EXISTS (SELECT 1 FROM snapshot WHERE body = ?1)
                       AND NOT EXISTS (SELECT 1 FROM version WHERE text = ?1)
                       AND NOT EXISTS (SELECT 1 FROM blob WHERE base = ?1)
                     RETURNING base",
                )?
                .query_row([id], |row| row.get(0))
                .optional()?
                .flatten();
        }
        Ok(())
    }
}

/// Packs `bytes`, given that the reader will have `before`.
fn pack(bytes: &[u8], before: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut encoder = zstd::Encoder::with_ref_prefix(&mut out, ZSTD_LEVEL, before)?;
    encoder.include_checksum(true)?;
    encoder.set_pledged_src_size(Some(bytes.len() as u64))?;
    if !before.is_empty() {
        // without both of these, matches far back in `before` are missed
        encoder.long_distance_matching(true)?;
        encoder.window_log(window_for(bytes.len() + before.len()))?;
    }
    std::io::Write::write_all(&mut encoder, bytes)?;
    encoder.finish()?;
    Ok(out)
}

fn unpack(data: &[u8], before: &[u8], size: usize) -> std::io::Result<Vec<u8>> {
    let mut decoder = zstd::Decoder::with_ref_prefix(data, before)?;
    decoder.window_log_max(LARGEST_WINDOW)?;
    let mut bytes = Vec::with_capacity(size);
    decoder.read_to_end(&mut bytes)?;
    if bytes.len() != size {
        return Err(std::io::Error::other(format!(
            "it unpacks to {} bytes instead of {size}",
            bytes.len()
        )));
    }
    Ok(bytes)
}

/// Smallest window, as a power of two, that spans `len` bytes.
fn window_for(len: usize) -> u32 {
    len.next_power_of_two().ilog2().clamp(10, LARGEST_WINDOW)
}
