//! Changes: the difference between two versions, as detection judged it when the later one came.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::model::{Change, ChangeId, ChangeWeight, SourceId, VersionId};

use super::codec::{At, Packed, Text};
use super::error::{Result, StoreError};
use super::pool::Reader;
use super::sources::SourceNo;
use super::writer::Writer;

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

const CHANGE: &str = "SELECT c.id, s.id, c.at, c.before, c.after, c.cosmetic, c.words_removed,
    c.words_added, c.hunks FROM change c JOIN source s ON s.n = c.source";

impl Reader {
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
    pub(super) fn put_change(
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
}
