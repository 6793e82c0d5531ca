//! Versions: readable texts. They stay for good, so that "what did it say on that day" can always be
//! answered.
//!
//! Texts are kept by content like bodies: a page that flips between two texts keeps each once.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::model::{Change, ChangeId, PageText, SnapshotId, SourceId, Turned, VersionId};

use super::blob::BlobId;
use super::codec::{At, Hash, Text};
use super::error::{Result, StoreError};
use super::fold::fold;
use super::pool::Reader;
use super::sources::{Counts, SourceNo};
use super::writer::Writer;

/// A text to keep, with its difference from the one before.
#[derive(Debug, Clone)]
pub struct NewVersion {
    /// When its body was fetched.
    pub at: Timestamp,
    /// The text.
    pub text: PageText,
    /// Hash of the text as detection sees it: what is equal to a reader has the same hash.
    pub hash: u64,
    /// Title of the page.
    pub title: Option<String>,
    /// Name and version of the extractor: `page/1`.
    pub extractor: String,
    /// History read again by another extractor; such a version alerts nobody.
    pub reextraction: bool,
    /// Difference from the latest version before this one; `None` on first sight.
    pub change: Option<Change>,
    /// The version that `change` is reckoned from, if not the latest before this one.
    pub against: Option<VersionId>,
    /// What came and went since the latest version before this one.
    pub turned: Turned,
}

/// A version as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVersion {
    /// Which.
    pub id: VersionId,
    /// Whose.
    pub source: SourceId,
    /// When its body was fetched.
    pub at: Timestamp,
    /// Hash of the text as detection sees it.
    pub hash: u64,
    /// Title of the page.
    pub title: Option<String>,
    /// Name and version of the extractor.
    pub extractor: String,
    /// Was history read again?
    pub reextraction: bool,
    /// The body it was read from, unless retention has taken it.
    pub snapshot: Option<SnapshotId>,
    /// The text.
    pub text: PageText,
}

const VERSION: &str = "SELECT v.id, s.id, v.at, v.hash, v.title, v.extractor, v.reextraction,
    v.snapshot, v.text FROM version v JOIN source s ON s.n = v.source";

impl Reader {
    fn version_of(&self, row: &Row<'_>) -> Result<StoredVersion> {
        let id = VersionId(row.get(0)?);
        let text = self.blob(BlobId(row.get(8)?))?;
        Ok(StoredVersion {
            id,
            source: row.get::<_, Text<SourceId>>(1)?.0,
            at: row.get::<_, At>(2)?.0,
            hash: row.get::<_, Hash>(3)?.0,
            title: row.get(4)?,
            extractor: row.get(5)?,
            reextraction: row.get(6)?,
            snapshot: row.get::<_, Option<i64>>(7)?.map(SnapshotId),
            text: serde_json::from_slice(&text)
                .map_err(|error| StoreError::invalid(format!("text of version {id}"), error))?,
        })
    }

    /// The latest version of a source's text.
    pub fn latest_version(&self, source: &SourceId) -> Result<Option<StoredVersion>> {
        self.version_at(source, Timestamp::MAX)
    }

    /// The version in force at a time: the last one fetched until then, as the best extractor read it.
    pub fn version_at(&self, source: &SourceId, at: Timestamp) -> Result<Option<StoredVersion>> {
        self.version_back(source, at, 0)
    }

    /// The version `back` steps before the one in force at a time.
    pub fn version_back(
        &self,
        source: &SourceId,
        at: Timestamp,
        back: usize,
    ) -> Result<Option<StoredVersion>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "{VERSION} WHERE v.source = ?1 AND v.at <= ?2 ORDER BY v.at DESC, v.id DESC LIMIT 1 OFFSET ?3"
        ))?;
        let mut rows = statement.query((self.source_no(source)?.0, At(at), back))?;
        rows.next()?.map(|row| self.version_of(row)).transpose()
    }

    /// When a version was followed by another; `None` while it is in force.
    pub fn replaced_at(&self, version: &StoredVersion) -> Result<Option<Timestamp>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT at FROM version WHERE source = ?1 AND (at, id) > (?2, ?3)
                 ORDER BY at, id LIMIT 1",
            )?
            .query_row(
                (
                    self.source_no(&version.source)?.0,
                    At(version.at),
                    version.id.0,
                ),
                |row| row.get::<_, At>(0),
            )
            .optional()?
            .map(|at| at.0))
    }

    /// Id of the version in force at a time.
    pub(super) fn latest_version_id(
        &self,
        no: SourceNo,
        at: Timestamp,
    ) -> Result<Option<VersionId>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT id FROM version WHERE source = ?1 AND at <= ?2
                 ORDER BY at DESC, id DESC LIMIT 1",
            )?
            .query_row((no.0, At(at)), |row| row.get(0).map(VersionId))
            .optional()?)
    }

    /// One version.
    pub fn version(&self, id: VersionId) -> Result<StoredVersion> {
        let mut statement = self
            .conn
            .prepare_cached(&format!("{VERSION} WHERE v.id = ?1"))?;
        let mut rows = statement.query([id.0])?;
        rows.next()?
            .map(|row| self.version_of(row))
            .transpose()?
            .ok_or_else(|| StoreError::NotFound(format!("version {id}")))
    }

    /// When a source last showed a text with this hash: recognises flips A→B→A.
    pub fn seen_text(
        &self,
        source: &SourceId,
        hash: u64,
    ) -> Result<Option<(VersionId, Timestamp)>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT id, at FROM version WHERE source = ?1 AND hash = ?2
                 ORDER BY at DESC, id DESC LIMIT 1",
            )?
            .query_row((self.source_no(source)?.0, Hash(hash)), |row| {
                Ok((VersionId(row.get(0)?), row.get::<_, At>(1)?.0))
            })
            .optional()?)
    }
}

impl Writer {
    /// Keeps a version and its change. The same text by the same extractor as the latest is not kept
    /// again: the latest's id is returned.
    pub(super) fn put_version(
        &mut self,
        source: &SourceId,
        no: SourceNo,
        snapshot: Option<SnapshotId>,
        new: &NewVersion,
    ) -> Result<(VersionId, Option<ChangeId>)> {
        let last: Option<(i64, i64, String, At)> = self
            .conn
            .prepare_cached(
                "SELECT id, text, extractor, at FROM version WHERE source = ?1 AND at <= ?2
                 ORDER BY at DESC, id DESC LIMIT 1",
            )?
            .query_row((no.0, At(new.at)), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .optional()?;
        let json = serde_json::to_vec(&new.text)
            .map_err(|error| StoreError::invalid(format!("text of {source}"), error))?;
        let text = self.put_blob(&json, last.as_ref().map(|(_, text, ..)| BlobId(*text)))?;
        if let Some((id, same, extractor, _)) = &last
            && *same == text.0
            && *extractor == new.extractor
        {
            return Ok((VersionId(*id), None));
        }
        self.conn
            .prepare_cached(
                "INSERT INTO version (source, at, snapshot, text, hash, title, extractor, reextraction)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                no.0,
                At(new.at),
                snapshot.map(|id| id.0),
                text.0,
                Hash(new.hash),
                new.title,
                new.extractor,
                new.reextraction,
            ])?;
        let id = VersionId(self.conn.last_insert_rowid());
        self.index_page(no, id, new)?;
        if let Some((.., before)) = &last {
            self.put_passages(no, id, before.0, &new.turned)?;
        }
        let change = match &new.change {
            None => None,
            Some(change) => {
                let latest = last.map(|(id, ..)| VersionId(id));
                let before = new.against.or(latest).ok_or_else(|| {
                    StoreError::invalid(
                        format!("change of {source}"),
                        "there is no version before it",
                    )
                })?;
                Some(self.put_change(no, new.at, before, id, change)?)
            }
        };
        self.count(
            no,
            Counts {
                versions: 1,
                changes: u64::from(change.is_some()),
                ..Counts::default()
            },
        )?;
        Ok((id, change))
    }

    /// Search knows the latest text of each source.
    fn index_page(&mut self, no: SourceNo, id: VersionId, new: &NewVersion) -> Result<()> {
        let newer: bool = self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM version WHERE source = ?1 AND (at, id) > (?2, ?3))",
            )?
            .query_row((no.0, At(new.at), id.0), |row| row.get(0))?;
        if newer {
            return Ok(());
        }
        self.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO page_fts (rowid, title, body) VALUES (?1, ?2, ?3)",
            )?
            .execute((
                no.0,
                fold(new.title.as_deref().unwrap_or_default()),
                fold(&new.text.plain()),
            ))?;
        Ok(())
    }
}
