//! Items: inserting, editing and recognising them again.
//!
//! Keys outlive what retention removes, so an old item that a feed still lists never comes back as
//! new. Every look-up is by key: its cost does not grow with history.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};
use serde::Serialize;

use crate::model::{ItemId, ItemKey, KnownItem, ReadItem, SourceId};

use super::codec::{At, Hash, Json, Text, at, time};
use super::error::{Result, StoreError};
use super::fold::fold;
use super::pool::Reader;
use super::sources::SourceNo;
use super::writer::Writer;

/// Most keys kept for one item: a feed that invents a guid at every poll cannot fill the disk.
const KEYS_PER_ITEM: i64 = 32;

/// An item as read, and what detection made of it.
#[derive(Debug, Clone)]
pub struct ItemWrite {
    /// As read.
    pub read: ReadItem,
    /// All keys by which it shall be recognised.
    pub keys: Vec<ItemKey>,
    /// Hash of title and summary.
    pub content_hash: u64,
    /// The item that it is, if known.
    pub known: Option<ItemId>,
    /// Is it known with other words? Then the former ones are kept as a revision.
    pub is_edit: bool,
}

/// An item as kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoredItem {
    /// Which.
    pub id: ItemId,
    /// Whose.
    pub source: SourceId,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// When it was last edited, if ever.
    pub edited_at: Option<Timestamp>,
    /// As last read; without numbers, which are samples.
    pub read: ReadItem,
    /// Has retention taken its text?
    pub pruned: bool,
}

/// What an item said before an edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Revision {
    /// Until when it said so.
    pub replaced_at: Timestamp,
    /// Title then.
    pub title: String,
    /// Summary then.
    pub summary: String,
}

/// What a poll did to the items.
#[derive(Debug, Default, Clone)]
pub(super) struct ItemsWritten {
    pub(super) ids: Vec<ItemId>,
    pub(super) new: u64,
    pub(super) edited: u64,
}

const ITEM: &str = "SELECT i.id, s.id, i.first_seen_at, i.edited_at, i.pruned_at IS NOT NULL,
    i.published_at, i.guid, i.link, i.title, i.read FROM item i JOIN source s ON s.n = i.source";

fn item_of(row: &Row<'_>) -> rusqlite::Result<StoredItem> {
    let rest: Option<Json<ReadItem>> = row.get(9)?;
    Ok(StoredItem {
        id: ItemId(row.get(0)?),
        source: row.get::<_, Text<SourceId>>(1)?.0,
        first_seen_at: row.get::<_, At>(2)?.0,
        edited_at: time(row.get(3)?),
        pruned: row.get(4)?,
        read: ReadItem {
            published: time(row.get(5)?),
            guid: row.get(6)?,
            link: row.get(7)?,
            title: row.get(8)?,
            ..rest.map(|json| json.0).unwrap_or_default()
        },
    })
}

/// What has no column of its own; numbers are samples.
fn rest_of(read: &ReadItem) -> Json<ReadItem> {
    Json(ReadItem {
        published: None,
        guid: None,
        link: None,
        title: String::new(),
        samples: Vec::new(),
        ..read.clone()
    })
}

impl Reader {
    /// Items of a source that share any of these keys, once for each shared key. Under a key that
    /// many items share two are given, which is enough to know that it names none.
    pub fn known_items(&self, source: &SourceId, keys: &[ItemKey]) -> Result<Vec<KnownItem>> {
        let no = self.source_no(source)?;
        let mut statement = self.conn.prepare_cached(
            "SELECT i.id, i.content_hash, i.published_at, i.title, i.link, i.guid
             FROM item_key k JOIN item i ON i.id = k.item
             WHERE k.source = ?1 AND k.key = ?2 ORDER BY k.item LIMIT 2",
        )?;
        let mut known = Vec::new();
        for &key in keys {
            let rows = statement.query_map((no.0, Hash(key.0)), |row| {
                Ok(KnownItem {
                    id: ItemId(row.get(0)?),
                    key,
                    content_hash: row.get::<_, Hash>(1)?.0,
                    published: time(row.get(2)?),
                    title: row.get(3)?,
                    link: row.get(4)?,
                    guid: row.get(5)?,
                })
            })?;
            for row in rows {
                known.push(row?);
            }
        }
        Ok(known)
    }

    /// One item.
    pub fn item(&self, id: ItemId) -> Result<StoredItem> {
        self.conn
            .prepare_cached(&format!("{ITEM} WHERE i.id = ?1"))?
            .query_row([id.0], item_of)
            .optional()?
            .ok_or_else(|| StoreError::NotFound(format!("item {id}")))
    }

    /// Items of a source, last seen first, first seen before a time.
    pub fn items(
        &self,
        source: &SourceId,
        before: Timestamp,
        limit: usize,
    ) -> Result<Vec<StoredItem>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "{ITEM} WHERE i.source = ?1 AND i.first_seen_at < ?2
             ORDER BY i.first_seen_at DESC, i.id DESC LIMIT ?3"
        ))?;
        let rows = statement.query_map((self.source_no(source)?.0, At(before), limit), item_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Items of all sources after one, in the order in which they became known.
    pub fn items_after(&self, after: ItemId, limit: usize) -> Result<Vec<StoredItem>> {
        let mut statement = self
            .conn
            .prepare_cached(&format!("{ITEM} WHERE i.id > ?1 ORDER BY i.id LIMIT ?2"))?;
        let rows = statement.query_map((after.0, limit), item_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The number before that of the first item known since a time: where reading what came since
    /// begins. None if nothing came since.
    pub fn last_item_before(&self, at: Timestamp) -> Result<Option<ItemId>> {
        // ids grow with the time of first sight
        let mut statement = self.conn.prepare_cached(
            "SELECT id - 1 FROM item WHERE first_seen_at >= ?1 AND pruned_at IS NULL
             ORDER BY first_seen_at, id LIMIT 1",
        )?;
        let id = statement.query_row([At(at)], |row| row.get(0)).optional()?;
        Ok(id.map(ItemId))
    }

    /// What an item said before its edits, oldest first.
    pub fn revisions(&self, item: ItemId) -> Result<Vec<Revision>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT replaced_at, title, summary FROM item_revision WHERE item = ?1 ORDER BY id",
        )?;
        let rows = statement.query_map([item.0], |row| {
            Ok(Revision {
                replaced_at: row.get::<_, At>(0)?.0,
                title: row.get(1)?,
                summary: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer {
    /// Writes a poll's items and their samples; ids come in the order of the writes.
    pub(super) fn put_items(
        &mut self,
        no: SourceNo,
        now: Timestamp,
        writes: &[ItemWrite],
    ) -> Result<ItemsWritten> {
        let mut written = ItemsWritten::default();
        for write in writes {
            let id = match write.known {
                None => {
                    written.new += 1;
                    self.insert_item(no, now, write)?
                }
                Some(id) if self.is_pruned(id)? => {
                    self.note_hash(id, write.content_hash)?;
                    self.put_keys(no, id, &write.keys)?;
                    written.ids.push(id);
                    continue;
                }
                Some(id) => {
                    if write.is_edit {
                        written.edited += 1;
                        self.edit_item(id, now, write)?;
                    }
                    id
                }
            };
            self.put_keys(no, id, &write.keys)?;
            self.put_item_samples(id, now, &write.read.samples)?;
            written.ids.push(id);
        }
        Ok(written)
    }

    fn insert_item(&mut self, no: SourceNo, now: Timestamp, write: &ItemWrite) -> Result<ItemId> {
        let read = &write.read;
        self.conn
            .prepare_cached(
                "INSERT INTO item (source, first_seen_at, content_hash, published_at, guid, link, title, read)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                no.0,
                At(now),
                Hash(write.content_hash),
                at(read.published),
                read.guid,
                read.link,
                read.title,
                rest_of(read),
            ])?;
        let id = ItemId(self.conn.last_insert_rowid());
        self.index_item(id, read)?;
        Ok(id)
    }

    /// The date of publication stays the first one: an edit does not make an item younger.
    fn edit_item(&mut self, id: ItemId, now: Timestamp, write: &ItemWrite) -> Result<()> {
        let read = &write.read;
        self.conn
            .prepare_cached(
                "INSERT INTO item_revision (item, source, replaced_at, title, summary, content_hash)
                 SELECT id, source, ?2, title, coalesce(read ->> 'summary', ''), content_hash
                 FROM item WHERE id = ?1",
            )?
            .execute((id.0, At(now)))?;
        self.conn
            .prepare_cached(
                "UPDATE item SET edited_at = ?2, content_hash = ?3,
                    published_at = coalesce(published_at, ?4), guid = ?5, link = ?6, title = ?7, read = ?8
                 WHERE id = ?1",
            )?
            .execute(params![
                id.0,
                At(now),
                Hash(write.content_hash),
                at(read.published),
                read.guid,
                read.link,
                read.title,
                rest_of(read),
            ])?;
        self.index_item(id, read)
    }

    fn is_pruned(&self, id: ItemId) -> Result<bool> {
        self.conn
            .prepare_cached("SELECT pruned_at IS NOT NULL FROM item WHERE id = ?1")?
            .query_row([id.0], |row| row.get(0))
            .optional()?
            .ok_or_else(|| StoreError::NotFound(format!("item {id}")))
    }

    /// What retention has emptied stays empty, and is not an edit at every poll.
    fn note_hash(&mut self, id: ItemId, hash: u64) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE item SET content_hash = ?2 WHERE id = ?1 AND content_hash <> ?2",
            )?
            .execute((id.0, Hash(hash)))?;
        Ok(())
    }

    fn put_keys(&mut self, no: SourceNo, id: ItemId, keys: &[ItemKey]) -> Result<()> {
        let mut has = self.conn.prepare_cached(
            "SELECT 1 FROM item_key WHERE source = ?1 AND key = ?2 AND item = ?3",
        )?;
        let mut insert = self.conn.prepare_cached(
            "INSERT INTO item_key (source, key, item) SELECT ?1, ?2, ?3
             WHERE (SELECT count(*) FROM item_key WHERE source = ?1 AND key = ?2) < 2
               AND (SELECT count(*) FROM item_key WHERE item = ?3) < ?4",
        )?;
        for key in keys {
            if !has.exists((no.0, Hash(key.0), id.0))? {
                insert.execute((no.0, Hash(key.0), id.0, KEYS_PER_ITEM))?;
            }
        }
        Ok(())
    }

    fn index_item(&mut self, id: ItemId, read: &ReadItem) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO item_fts (rowid, title, summary) VALUES (?1, ?2, ?3)",
            )?
            .execute((id.0, fold(&read.title), fold(&read.summary)))?;
        Ok(())
    }
}
