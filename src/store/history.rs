//! One source's story: versions with their changes, new items, edits, newest first.

use jiff::Timestamp;
use serde::Serialize;

use crate::model::{ChangeId, ItemId, SourceId, VersionId};

use super::codec::{At, time};
use super::error::Result;
use super::pool::Reader;

/// Something that happened to a source's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HistoryEntry {
    /// When it was seen.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened to a source's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A text was read that differs from the one before, or the first one.
    Version {
        /// The version.
        version: VersionId,
        /// Title of the page.
        title: Option<String>,
        /// Was history read again by another extractor?
        reextraction: bool,
        /// Its difference from the one before, if one was judged.
        change: Option<ChangeId>,
        /// Why the change is not told; `None` for one that is.
        cosmetic: Option<String>,
        /// Words removed.
        words_removed: u64,
        /// Words added.
        words_added: u64,
    },
    /// An item appeared.
    Item {
        /// The item.
        item: ItemId,
        /// Its title.
        title: String,
        /// Its link.
        link: Option<String>,
        /// When it was published, by its own word.
        published: Option<Timestamp>,
    },
    /// An item was edited.
    Edit {
        /// The item.
        item: ItemId,
        /// Title before.
        before: String,
        /// Title as it is now.
        title: String,
        /// Its link.
        link: Option<String>,
    },
}

impl Reader {
    /// What happened to a source's content before a time, newest first.
    pub fn history(
        &self,
        source: &SourceId,
        before: Timestamp,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>> {
        let no = self.source_no(source)?.0;
        let asked = (no, At(before), limit);
        let mut entries: Vec<HistoryEntry> = self
            .conn
            .prepare_cached(
                "SELECT v.at, v.id, v.title, v.reextraction, c.id, c.cosmetic, c.words_removed,
                    c.words_added
                 FROM version v LEFT JOIN change c ON c.after = v.id
                 WHERE v.source = ?1 AND v.at < ?2 ORDER BY v.at DESC, v.id DESC LIMIT ?3",
            )?
            .query_map(asked, |row| {
                Ok(HistoryEntry {
                    at: row.get::<_, At>(0)?.0,
                    event: Event::Version {
                        version: VersionId(row.get(1)?),
                        title: row.get(2)?,
                        reextraction: row.get(3)?,
                        change: row.get::<_, Option<i64>>(4)?.map(ChangeId),
                        cosmetic: row.get(5)?,
                        words_removed: row.get::<_, Option<u64>>(6)?.unwrap_or_default(),
                        words_added: row.get::<_, Option<u64>>(7)?.unwrap_or_default(),
                    },
                })
            })?
            .collect::<rusqlite::Result<_>>()?;
        for entry in self
            .conn
            .prepare_cached(
                "SELECT first_seen_at, id, title, link, published_at FROM item
                 WHERE source = ?1 AND first_seen_at < ?2
                 ORDER BY first_seen_at DESC, id DESC LIMIT ?3",
            )?
            .query_map(asked, |row| {
                Ok(HistoryEntry {
                    at: row.get::<_, At>(0)?.0,
                    event: Event::Item {
                        item: ItemId(row.get(1)?),
                        title: row.get(2)?,
                        link: row.get(3)?,
                        published: time(row.get(4)?),
                    },
                })
            })?
        {
            entries.push(entry?);
        }
        for entry in self
            .conn
            .prepare_cached(
                "SELECT r.replaced_at, i.id, r.title, i.title, i.link
                 FROM item_revision r JOIN item i ON i.id = r.item
                 WHERE r.source = ?1 AND r.replaced_at < ?2
                 ORDER BY r.replaced_at DESC, r.id DESC LIMIT ?3",
            )?
            .query_map(asked, |row| {
                Ok(HistoryEntry {
                    at: row.get::<_, At>(0)?.0,
                    event: Event::Edit {
                        item: ItemId(row.get(1)?),
                        before: row.get(2)?,
                        title: row.get(3)?,
                        link: row.get(4)?,
                    },
                })
            })?
        {
            entries.push(entry?);
        }
        // stable: at the same time, versions come before items and items before edits
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
        entries.truncate(limit);
        Ok(entries)
    }
}
