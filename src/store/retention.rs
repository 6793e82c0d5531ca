//! Forgetting what need not be kept: old raw bodies, the old poll log, the words of old items, settled
//! messages and the texts of their digests.
//!
//! Each call forgets at most `limit` rows, so that the writer is never held for long: call again
//! until it answers 0. Texts, changes and findings are never forgotten. Freed pages are used again.
//!
//! An item whose words are forgotten keeps its keys, title and link: if its source still lists it, it
//! is recognised and does not come back as new.

use jiff::Timestamp;

use crate::model::{ItemId, SnapshotId};

use super::blob::BlobId;
use super::codec::At;
use super::error::Result;
use super::writer::Writer;

impl Writer {
    /// Forgets raw bodies fetched before a time, but for the last one of each source and those not
    /// read yet. Bytes on which a later body builds go with that one. Returns how many were forgotten.
    pub fn prune_bodies(&mut self, before: Timestamp, limit: usize) -> Result<usize> {
        let old: Vec<(SnapshotId, i64, BlobId)> = self
            .conn
            .prepare_cached(
                "SELECT o.id, o.source, o.body FROM snapshot o
                 WHERE o.fetched_at < ?1 AND o.read_at IS NOT NULL AND EXISTS (
                    SELECT 1 FROM snapshot n
                    WHERE n.source = o.source AND (n.fetched_at, n.id) > (o.fetched_at, o.id))
                 ORDER BY o.fetched_at LIMIT ?2",
            )?
            .query_map((At(before), limit), |row| {
                Ok((SnapshotId(row.get(0)?), row.get(1)?, BlobId(row.get(2)?)))
            })?
            .collect::<rusqlite::Result<_>>()?;
        for &(snapshot, source, body) in &old {
            self.conn
                .prepare_cached("DELETE FROM snapshot WHERE id = ?1")?
                .execute([snapshot.0])?;
            self.conn
                .prepare_cached(
                    "UPDATE source_state SET snapshots = snapshots - 1 WHERE source = ?1",
                )?
                .execute([source])?;
            self.drop_unused(body)?;
        }
        Ok(old.len())
    }

    /// Forgets attempts that ended before a time. Returns how many.
    pub fn prune_polls(&mut self, before: Timestamp, limit: usize) -> Result<usize> {
        Ok(self
            .conn
            .prepare_cached(
                "DELETE FROM poll WHERE id IN (
                    SELECT id FROM poll WHERE finished_at < ?1 ORDER BY finished_at LIMIT ?2)",
            )?
            .execute((At(before), limit))?)
    }

    /// Forgets messages that were sent or dropped before a time, with their receipts. Returns how many.
    pub fn prune_deliveries(&mut self, before: Timestamp, limit: usize) -> Result<usize> {
        let old: Vec<i64> = self
            .conn
            .prepare_cached(
                "SELECT n FROM delivery WHERE state IN ('sent', 'dropped') AND settled_at < ?1
                 ORDER BY settled_at LIMIT ?2",
            )?
            .query_map((At(before), limit), |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for n in &old {
            for sql in [
                "DELETE FROM attempt WHERE delivery = ?1",
                "DELETE FROM delivery WHERE n = ?1",
            ] {
                self.conn.prepare_cached(sql)?.execute([n])?;
            }
        }
        Ok(old.len())
    }

    /// Forgets the texts of digests composed before a time that no message in the outbox needs. Which
    /// findings they told stays known. Returns how many.
    pub fn prune_forms(&mut self, before: Timestamp, limit: usize) -> Result<usize> {
        Ok(self
            .conn
            .prepare_cached(
                "UPDATE digest_run SET form = x'' WHERE id IN (
                    SELECT r.id FROM digest_run r WHERE r.at < ?1 AND r.form <> x''
                        AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.run = r.id)
                    ORDER BY r.at LIMIT ?2)",
            )?
            .execute((At(before), limit))?)
    }

    /// Forgets words, numbers and revisions of items first seen before a time. Returns how many.
    pub fn prune_items(
        &mut self,
        before: Timestamp,
        now: Timestamp,
        limit: usize,
    ) -> Result<usize> {
        let old: Vec<(ItemId, i64)> = self
            .conn
            .prepare_cached(
                "SELECT id, source FROM item WHERE pruned_at IS NULL AND first_seen_at < ?1
                 ORDER BY first_seen_at LIMIT ?2",
            )?
            .query_map((At(before), limit), |row| {
                Ok((ItemId(row.get(0)?), row.get(1)?))
            })?
            .collect::<rusqlite::Result<_>>()?;
        for &(item, source) in &old {
            self.conn
                .prepare_cached("UPDATE item SET pruned_at = ?2, read = NULL WHERE id = ?1")?
                .execute((item.0, At(now)))?;
            for sql in [
                "DELETE FROM item_sample WHERE item = ?1",
                "DELETE FROM item_revision WHERE item = ?1",
                "DELETE FROM mention WHERE item = ?1",
                "DELETE FROM item_fts WHERE rowid = ?1",
            ] {
                self.conn.prepare_cached(sql)?.execute([item.0])?;
            }
            self.conn
                .prepare_cached("UPDATE source_state SET items = items - 1 WHERE source = ?1")?
                .execute([source])?;
        }
        Ok(old.len())
    }
}
