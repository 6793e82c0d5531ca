//! Snapshots: raw bodies, saved before anything reads them.
//!
//! A body equal to the source's last one makes no new row; the poll log says that it was seen again.
//! A snapshot that no poll has committed was cut off by a kill between fetching and reading:
//! [`Reader::unread_snapshots`] names them, so that nothing fetched is lost.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::model::{FetchedBody, SnapshotId, SourceId, Validators};

use super::blob::BlobId;
use super::codec::{At, Json, Text};
use super::error::{Result, StoreError};
use super::pool::Reader;
use super::sources::Counts;
use super::writer::Writer;

/// What became of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SavedSnapshot {
    /// Where it is.
    pub id: SnapshotId,
    /// It equals the last body of its source, which has been read already: there is nothing to extract.
    pub same_as_last: bool,
}

/// A body as it was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBody {
    /// Which.
    pub id: SnapshotId,
    /// Whose.
    pub source: SourceId,
    /// When it came.
    pub fetched_at: Timestamp,
    /// HTTP status.
    pub status: u16,
    /// URL after redirects.
    pub final_url: url::Url,
    /// Where the resource permanently lives, if it moved.
    pub moved_to: Option<url::Url>,
    /// `Content-Type` as received.
    pub content_type: Option<String>,
    /// Validators that came with it.
    pub validators: Validators,
    /// The body.
    pub bytes: Vec<u8>,
}

/// A snapshot without its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotInfo {
    /// Which.
    pub id: SnapshotId,
    /// When it came.
    pub fetched_at: Timestamp,
    /// Length of the body.
    pub bytes: u64,
}

impl Reader {
    /// A snapshot with its body.
    pub fn snapshot_body(&self, id: SnapshotId) -> Result<StoredBody> {
        let (mut stored, body) = self
            .conn
            .prepare_cached(
                "SELECT n.id, s.id, n.fetched_at, n.status, n.final_url, n.moved_to, n.content_type,
                    n.validators, n.body
                 FROM snapshot n JOIN source s ON s.n = n.source WHERE n.id = ?1",
            )?
            .query_row([id.0], |row| {
                let stored = StoredBody {
                    id: SnapshotId(row.get(0)?),
                    source: row.get::<_, Text<SourceId>>(1)?.0,
                    fetched_at: row.get::<_, At>(2)?.0,
                    status: row.get(3)?,
                    final_url: row.get::<_, Text<url::Url>>(4)?.0,
                    moved_to: row.get::<_, Option<Text<url::Url>>>(5)?.map(|url| url.0),
                    content_type: row.get(6)?,
                    validators: row.get::<_, Json<_>>(7)?.0,
                    bytes: Vec::new(),
                };
                Ok((stored, BlobId(row.get(8)?)))
            })
            .optional()?
            .ok_or_else(|| StoreError::NotFound(format!("snapshot {id}")))?;
        stored.bytes = self.blob(body)?;
        Ok(stored)
    }

    /// Snapshots that were saved and never read, oldest first.
    pub fn unread_snapshots(&self) -> Result<Vec<(SourceId, SnapshotId)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT s.id, n.id FROM snapshot n JOIN source s ON s.n = n.source
             WHERE n.read_at IS NULL ORDER BY n.id",
        )?;
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, Text<SourceId>>(0)?.0, SnapshotId(row.get(1)?)))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The snapshot in force at a time: the last one fetched until then.
    pub fn snapshot_at(&self, source: &SourceId, at: Timestamp) -> Result<Option<SnapshotInfo>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT n.id, n.fetched_at, b.size FROM snapshot n JOIN blob b ON b.id = n.body
                 WHERE n.source = ?1 AND n.fetched_at <= ?2
                 ORDER BY n.fetched_at DESC, n.id DESC LIMIT 1",
            )?
            .query_row((self.source_no(source)?.0, At(at)), info_of)
            .optional()?)
    }

    /// Snapshots of a source after a given one, oldest first: for reading history again.
    pub fn snapshots(
        &self,
        source: &SourceId,
        after: SnapshotId,
        limit: usize,
    ) -> Result<Vec<SnapshotInfo>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT n.id, n.fetched_at, b.size FROM snapshot n JOIN blob b ON b.id = n.body
             WHERE n.source = ?1 AND (n.fetched_at, n.id) >
                (coalesce((SELECT fetched_at FROM snapshot WHERE id = ?2), -9223372036854775807), ?2)
             ORDER BY n.fetched_at, n.id LIMIT ?3",
        )?;
        let rows = statement.query_map((self.source_no(source)?.0, after.0, limit), info_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn info_of(row: &Row<'_>) -> rusqlite::Result<SnapshotInfo> {
    Ok(SnapshotInfo {
        id: SnapshotId(row.get(0)?),
        fetched_at: row.get::<_, At>(1)?.0,
        bytes: row.get(2)?,
    })
}

impl Writer {
    /// Saves a raw body. Do this before reading it.
    pub fn save_snapshot(
        &mut self,
        source: &SourceId,
        fetched_at: Timestamp,
        body: &FetchedBody,
    ) -> Result<SavedSnapshot> {
        let no = self.source_no(source)?;
        let last: Option<(i64, i64, bool)> = self
            .conn
            .prepare_cached(
                "SELECT id, body, read_at IS NOT NULL FROM snapshot
                 WHERE source = ?1 ORDER BY fetched_at DESC, id DESC LIMIT 1",
            )?
            .query_row([no.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let blob = self.put_blob(&body.bytes, last.map(|(_, body, _)| BlobId(body)))?;
        if let Some((id, _, read)) = last.filter(|&(_, body, _)| body == blob.0) {
            return Ok(SavedSnapshot {
                id: SnapshotId(id),
                same_as_last: read,
            });
        }
        self.conn
            .prepare_cached(
                "INSERT INTO snapshot (source, fetched_at, status, final_url, moved_to, content_type,
                    validators, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                no.0,
                At(fetched_at),
                body.status,
                body.final_url.as_str(),
                body.moved_to.as_ref().map(url::Url::as_str),
                body.content_type,
                Json(&body.validators),
                blob.0,
            ])?;
        let id = SnapshotId(self.conn.last_insert_rowid());
        self.count(
            no,
            Counts {
                snapshots: 1,
                ..Counts::default()
            },
        )?;
        Ok(SavedSnapshot {
            id,
            same_as_last: false,
        })
    }
}
