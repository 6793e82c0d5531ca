//! Versions: readable texts, and the changes between them. They stay for good, so that "what did it
//! say on that day" can always be answered.
//!
//! Texts are kept by content like bodies: a page that flips between two texts keeps each once.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::model::{Change, ChangeId, ChangeWeight, PageText, SnapshotId, SourceId, VersionId};

use super::blob::BlobId;
use super::codec::{At, Hash, Packed, Text};
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

/// A change as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredChange {
    /// Which.
    pub id: ChangeId,
    /// Whose.
    pub source: SourceId,
    /// When the later text was fetched.
    pub at: Timestamp,
    /// The earlier version.
    pub before: VersionId,
    /// The later version.
    pub after: VersionId,
    /// The difference.
    pub change: Change,
}

const VERSION: &str = "SELECT v.id, s.id, v.at, v.hash, v.title, v.extractor, v.reextraction,
    v.snapshot, v.text FROM version v JOIN source s ON s.n = v.source";

const CHANGE: &str = "SELECT c.id, s.id, c.at, c.before, c.after, c.cosmetic, c.words_removed,
    c.words_added, c.hunks FROM change c JOIN source s ON s.n = c.source";

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

    /// One change.
    pub fn change(&self, id: ChangeId) -> Result<StoredChange> {
        self.conn
            .prepare_cached(&format!("{CHANGE} WHERE c.id = ?1"))?
            .query_row([id.0], change_of)
            .optional()?
            .ok_or_else(|| StoreError::NotFound(format!("change {id}")))
    }

    /// Changes of one source or of all, newest first, before a given one.
    pub fn changes(
        &self,
        source: Option<&SourceId>,
        before: Option<ChangeId>,
        limit: usize,
    ) -> Result<Vec<StoredChange>> {
        let before = before.map_or(i64::MAX, |id| id.0);
        let tail = "c.id < ?1 ORDER BY c.id DESC LIMIT ?2";
        Ok(match source {
            Some(source) => self
                .conn
                .prepare_cached(&format!("{CHANGE} WHERE c.source = ?3 AND {tail}"))?
                .query_map((before, limit, self.source_no(source)?.0), change_of)?
                .collect::<rusqlite::Result<_>>()?,
            None => self
                .conn
                .prepare_cached(&format!("{CHANGE} WHERE {tail}"))?
                .query_map((before, limit), change_of)?
                .collect::<rusqlite::Result<_>>()?,
        })
    }
}

fn change_of(row: &Row<'_>) -> rusqlite::Result<StoredChange> {
    Ok(StoredChange {
        id: ChangeId(row.get(0)?),
        source: row.get::<_, Text<SourceId>>(1)?.0,
        at: row.get::<_, At>(2)?.0,
        before: VersionId(row.get(3)?),
        after: VersionId(row.get(4)?),
        change: Change {
            weight: row
                .get::<_, Option<String>>(5)?
                .map_or(ChangeWeight::Substantive, ChangeWeight::Cosmetic),
            words_removed: row.get(6)?,
            words_added: row.get(7)?,
            hunks: row.get::<_, Packed<_>>(8)?.0,
        },
    })
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
        let last: Option<(i64, i64, String)> = self
            .conn
            .prepare_cached(
                "SELECT id, text, extractor FROM version WHERE source = ?1 AND at <= ?2
                 ORDER BY at DESC, id DESC LIMIT 1",
            )?
            .query_row((no.0, At(new.at)), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        let json = serde_json::to_vec(&new.text)
            .map_err(|error| StoreError::invalid(format!("text of {source}"), error))?;
        let text = self.put_blob(&json, last.as_ref().map(|(_, text, _)| BlobId(*text)))?;
        if let Some((id, same, extractor)) = &last
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
        let change = match &new.change {
            None => None,
            Some(change) => {
                let before = last.ok_or_else(|| {
                    StoreError::invalid(
                        format!("change of {source}"),
                        "there is no version before it",
                    )
                })?;
                Some(self.put_change(no, new.at, VersionId(before.0), id, change)?)
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

    fn put_change(
        &mut self,
        no: SourceNo,
        at: Timestamp,
        before: VersionId,
        after: VersionId,
        change: &Change,
    ) -> Result<ChangeId> {
        let cosmetic = match &change.weight {
            ChangeWeight::Substantive => None,
            ChangeWeight::Cosmetic(why) => Some(why),
        };
        self.conn
            .prepare_cached(
                "INSERT INTO change (source, at, before, after, cosmetic, words_removed, words_added, hunks)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                no.0,
                At(at),
                before.0,
                after.0,
                cosmetic,
                change.words_removed,
                change.words_added,
                Packed(&change.hunks),
            ])?;
        Ok(ChangeId(self.conn.last_insert_rowid()))
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
