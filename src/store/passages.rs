//! Passages: the blocks of a source's texts that ever came or went, by hash, so that a part of a page
//! that comes back is known again although other parts of the page have changed meanwhile.
//!
//! One row a passage, written with the version that brings or takes it; what was on a page from the
//! first reading and never left has none. Looking some up costs the same at any age of the source.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::model::{Passage, SourceId, Turned, VersionId};

use super::codec::{At, Hash};
use super::error::Result;
use super::pool::Reader;
use super::sources::SourceNo;
use super::writer::Writer;

impl Reader {
    /// What is known of those of these passages that ever came or went.
    pub fn passages(&self, source: &SourceId, hashes: &[u64]) -> Result<HashMap<u64, Passage>> {
        let no = self.source_no(source)?;
        let mut statement = self.conn.prepare_cached(
            "SELECT p.original, p.turns, p.before_at, v.at, EXISTS (SELECT 1 FROM change c
                JOIN finding f ON f.change = c.id WHERE c.after = p.version AND f.suppressed = 0), p.told
             FROM passage p JOIN version v ON v.id = p.version WHERE p.source = ?1 AND p.hash = ?2",
        )?;
        let mut found = HashMap::new();
        for hash in hashes {
            let mut rows = statement.query((no.0, Hash(*hash)))?;
            if let Some(row) = rows.next()? {
                let passage = Passage {
                    original: row.get(0)?,
                    turns: row.get(1)?,
                    before_at: row.get::<_, At>(2)?.0,
                    turned_at: row.get::<_, At>(3)?.0,
                    was_told: row.get(4)?,
                    told_before: row.get(5)?,
                };
                found.insert(*hash, passage);
            }
        }
        Ok(found)
    }
}

impl Writer {
    /// Writes down what turned with a version; `before` is when the version before it was read.
    pub(super) fn put_passages(
        &mut self,
        no: SourceNo,
        version: VersionId,
        before: Timestamp,
        turned: &Turned,
    ) -> Result<()> {
        let mut statement = self.conn.prepare_cached(
            "INSERT INTO passage (source, hash, original, turns, version, before_at)
             VALUES (?1, ?2, ?5, 1, ?3, ?4)
             ON CONFLICT DO UPDATE SET turns = turns + 1, version = ?3, before_at = ?4,
                 told = CASE WHEN EXISTS (SELECT 1 FROM change c JOIN finding f ON f.change = c.id
                         WHERE c.after = passage.version AND f.suppressed = 0)
                     THEN original = (turns % 2 = 0) ELSE told END",
        )?;
        let came = turned.came.iter().map(|hash| (hash, false));
        let went = turned.went.iter().map(|hash| (hash, true));
        for (hash, original) in came.chain(went) {
            statement.execute((no.0, Hash(*hash), version.0, At(before), original))?;
        }
        Ok(())
    }
}
