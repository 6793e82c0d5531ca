//! Names of the first-seen radar: since when each is known, who uses the young ones, what was told.
//!
//! A name costs one row of some 25 bytes for as long as it is not forgotten; its uses are kept only
//! while it is young, or for good if it was told. What is a name, and which one is news, is decided by
//! whoever writes here.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;

use crate::model::{
    Finding, FindingId, ItemId, NameKey, NewName, Role, SourceId, TrendId, TrendStage,
};

use super::codec::{At, Hash, Json, Name, Text};
use super::error::Result;
use super::pool::Reader;
use super::writer::Writer;

/// Most uses kept of a name that was not told, and of one that was.
const USES: (usize, usize) = (60, 1_000);

/// The names in one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemNames {
    /// Which.
    pub item: ItemId,
    /// Published, but not after it was first seen.
    pub at: Timestamp,
    /// Names, each once.
    pub names: Vec<NameKey>,
}

/// Which names are young, in days since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Youth {
    /// No name that was used before this day is new.
    pub since: i64,
    /// So many days after its first use a name is young.
    pub days: i64,
    /// Independent owners from which it is asked about.
    pub owners: usize,
}

/// One use of a name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NameUseRow {
    /// The item.
    pub item: ItemId,
    /// Published, but not after it was first seen.
    pub at: Timestamp,
    /// Its source.
    pub source: SourceId,
    /// For whom the source speaks.
    pub owner: String,
    /// How far the source is believed.
    pub role: Role,
    /// Platform the source is about.
    pub platform: Option<String>,
    /// Language of the item or its source, if known.
    pub language: Option<String>,
    /// Its title; may be empty.
    pub title: String,
    /// Its text; empty once retention has taken it.
    pub summary: String,
    /// Where to read it.
    pub link: Option<String>,
}

/// A name that was told.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredName {
    /// Its key.
    pub key: NameKey,
    /// When it was found.
    pub found_at: Timestamp,
    /// The finding that told it.
    pub finding: FindingId,
    /// As found.
    pub name: NewName,
}

impl Reader {
    /// Uses of a name, oldest first.
    pub fn name_uses(&self, key: NameKey, limit: usize) -> Result<Vec<NameUseRow>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT u.item, u.at, s.id, s.owner, s.role, s.platform,
                coalesce(i.read ->> 'language', s.language),
                i.title, coalesce(i.read ->> 'summary', ''), i.link
             FROM name_use u JOIN item i ON i.id = u.item JOIN source s ON s.n = i.source
             WHERE u.key = ?1 ORDER BY u.at, u.item LIMIT ?2",
        )?;
        let rows = statement.query_map((Hash(key.0), limit), |row| {
            Ok(NameUseRow {
                item: ItemId(row.get(0)?),
                at: row.get::<_, At>(1)?.0,
                source: row.get::<_, Text<SourceId>>(2)?.0,
                owner: row.get(3)?,
                role: row.get::<_, Name<Role>>(4)?.0,
                platform: row.get(5)?,
                language: row.get(6)?,
                title: row.get(7)?,
                summary: row.get(8)?,
                link: row.get(9)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The items of a name, in order.
    pub fn name_items(&self, key: NameKey) -> Result<Vec<i64>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT item FROM name_use WHERE key = ?1 ORDER BY item")?;
        let rows = statement.query_map([Hash(key.0)], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Names that were told since a time, newest first.
    pub fn new_names(&self, since: Timestamp, limit: usize) -> Result<Vec<StoredName>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT key, found_at, finding, name FROM new_name
             WHERE finding IS NOT NULL AND found_at >= ?1 ORDER BY found_at DESC, key LIMIT ?2",
        )?;
        let rows = statement.query_map(params![At(since), limit], |row| {
            Ok(StoredName {
                key: NameKey(row.get::<_, Hash>(0)?.0),
                found_at: row.get::<_, At>(1)?.0,
                finding: FindingId(row.get(2)?),
                name: row.get::<_, Json<NewName>>(3)?.0,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many names are known.
    pub fn known_names(&self) -> Result<usize> {
        let mut statement = self.conn.prepare_cached("SELECT count(*) FROM name")?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// The trend that most of some items belong to, if one has two of them.
    pub fn trend_of_items(&self, items: &[i64]) -> Result<Option<(TrendId, TrendStage)>> {
        let list = serde_json::to_string(items).unwrap_or_default();
        let mut statement = self.conn.prepare_cached(
            "SELECT t.id, t.stage FROM trend_item x JOIN trend t ON t.id = x.trend
             WHERE x.item IN (SELECT value FROM json_each(?1))
             GROUP BY t.id HAVING count(*) >= 2 ORDER BY count(*) DESC, t.id DESC LIMIT 1",
        )?;
        let found = statement.query_row([list], |row| {
            let id: i64 = row.get(0)?;
            let stage = row.get::<_, Name<TrendStage>>(1)?.0;
            Ok((TrendId(id.cast_unsigned()), stage))
        });
        Ok(found.optional()?)
    }

    fn name_owners(&self, key: NameKey) -> Result<usize> {
        let mut statement = self.conn.prepare_cached(
            "SELECT count(DISTINCT s.owner) FROM name_use u JOIN item i ON i.id = u.item
             JOIN source s ON s.n = i.source WHERE u.key = ?1",
        )?;
        Ok(statement.query_row([Hash(key.0)], |row| row.get(0))?)
    }
}

impl Writer {
    /// Notes the names of some items; the young ones among them that enough owners use and that were
    /// not told.
    pub fn note_names(&mut self, items: &[ItemNames], youth: Youth) -> Result<Vec<NameKey>> {
        let mut touched = Vec::new();
        for item in items {
            let day = item.at.as_second().div_euclid(86_400);
            for key in &item.names {
                let first = self.note_name(*key, day)?;
                let told = self.is_new_name(*key)?;
                let is_young = first >= youth.since && day - first <= youth.days;
                if told || is_young {
                    let most = if told { USES.1 } else { USES.0 };
                    self.note_use(*key, item, most)?;
                }
                if is_young && !told {
                    touched.push(*key);
                }
            }
        }
        touched.sort_unstable();
        touched.dedup();
        let mut asked = Vec::new();
        for key in touched {
            if self.name_owners(key)? >= youth.owners {
                asked.push(key);
            }
        }
        Ok(asked)
    }

    /// Keeps a name that is news, with its finding, or that goes with one that was told.
    pub fn add_new_name(
        &mut self,
        key: NameKey,
        name: &NewName,
        finding: Option<&Finding>,
        now: Timestamp,
    ) -> Result<Option<FindingId>> {
        let finding = finding
            .map(|finding| self.add_finding(finding))
            .transpose()?;
        self.conn
            .prepare_cached(
                "INSERT INTO new_name (key, found_at, finding, name) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (key) DO NOTHING",
            )?
            .execute(params![
                Hash(key.0),
                At(now),
                finding.map(|id| id.0),
                Json(name)
            ])?;
        Ok(finding)
    }

    /// Drops the uses before a time of names that were not told. Returns how many.
    pub fn prune_name_uses(&mut self, before: Timestamp, limit: usize) -> Result<usize> {
        Ok(self
            .conn
            .prepare_cached(
                "DELETE FROM name_use WHERE (key, item) IN (SELECT key, item FROM name_use
                    WHERE at < ?1 AND key NOT IN (SELECT key FROM new_name) ORDER BY at LIMIT ?2)",
            )?
            .execute((At(before), limit))?)
    }

    /// Forgets names last used before a day (since 1970), looking at `limit` of them from `from` on.
    /// Returns where to go on, `None` at the end.
    pub fn forget_names(&mut self, before: i64, from: i64, limit: usize) -> Result<Option<i64>> {
        let last: Option<i64> = self
            .conn
            .prepare_cached("SELECT key FROM name WHERE key >= ?1 ORDER BY key LIMIT 1 OFFSET ?2")?
            .query_row((from, limit), |row| row.get(0))
            .optional()?;
        let to = last.unwrap_or(i64::MAX);
        self.conn
            .prepare_cached("DELETE FROM name WHERE key >= ?1 AND key <= ?2 AND last < ?3")?
            .execute((from, to, before))?;
        Ok(last)
    }

    /// Notes one use; the day of the first.
    fn note_name(&mut self, key: NameKey, day: i64) -> Result<i64> {
        let known: Option<(i64, i64)> = self
            .conn
            .prepare_cached("SELECT first, last FROM name WHERE key = ?1")?
            .query_row([Hash(key.0)], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let (first, last) =
            known.map_or((day, day), |(first, last)| (first.min(day), last.max(day)));
        if known != Some((first, last)) {
            self.conn
                .prepare_cached(
                    "INSERT INTO name (key, first, last) VALUES (?1, ?2, ?3)
                     ON CONFLICT (key) DO UPDATE SET first = ?2, last = ?3",
                )?
                .execute((Hash(key.0), first, last))?;
        }
        Ok(first)
    }

    fn is_new_name(&self, key: NameKey) -> Result<bool> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM new_name WHERE key = ?1)")?;
        Ok(statement.query_row([Hash(key.0)], |row| row.get(0))?)
    }

    fn note_use(&mut self, key: NameKey, item: &ItemNames, most: usize) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT OR IGNORE INTO name_use (key, item, at)
                 SELECT ?1, ?2, ?3 WHERE (SELECT count(*) FROM name_use WHERE key = ?1) < ?4",
            )?
            .execute((Hash(key.0), item.item.0, At(item.at), most))?;
        Ok(())
    }
}
