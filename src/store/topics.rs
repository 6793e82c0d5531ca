//! Watched topics: which items mention them, and how often by hour and owner.
//!
//! Mentions come with the poll that brings their item, or from history when a topic is new or was
//! defined anew. Either way they are counted once. Hours in which a poll worked are kept apart: an
//! hour without mentions is quiet if it was watched, and unknown if it was not.

use jiff::Timestamp;
use rusqlite::params;
use serde::Serialize;

use crate::model::{Finding, FindingId, ItemId, SourceId, StoryId};

use super::codec::{At, Hash, Text, time};
use super::error::Result;
use super::pool::Reader;
use super::writer::Writer;

/// Hours between two polls that the later one covers: feeds list what has come since, and a source that
/// is polled once a day, with some delay, is watched all day.
const COVERED: i64 = 26;

/// A topic's number in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicNo(pub(super) i64);

/// What is remembered of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTopic {
    /// Its number.
    pub no: TopicNo,
    /// Its name in config.
    pub name: String,
    /// History was matched up to this item.
    pub filled: ItemId,
    /// Later items are matched by their polls; `None` while history is being matched.
    pub live: Option<ItemId>,
    /// When a spike was last told.
    pub alerted_at: Option<Timestamp>,
    /// The finding that told it.
    pub finding: Option<FindingId>,
}

/// An item that mentions a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMention {
    /// Name of the topic.
    pub topic: String,
    /// The item.
    pub item: ItemId,
    /// When it was published, but not after it was first seen.
    pub at: Timestamp,
    /// For whom its source speaks.
    pub owner: String,
}

/// Mentions of a topic in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourVolume {
    /// Hours since 1970.
    pub hour: i64,
    /// Mentions.
    pub mentions: u32,
    /// Distinct owners.
    pub owners: u32,
}

/// A mention with its item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MentionItem {
    /// The item.
    pub item: ItemId,
    /// When.
    pub at: Timestamp,
    /// Its source.
    pub source: SourceId,
    /// For whom the source speaks.
    pub owner: String,
    /// Title of the item; may be empty.
    pub title: String,
    /// Its text, as far as retention has left it.
    #[serde(skip)]
    pub body: String,
    /// Where to read it.
    pub link: Option<String>,
}

/// The hour of an instant.
pub fn hour_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(3600)
}

impl Reader {
    /// All topics that were ever configured, in order of first sight.
    pub fn topics(&self) -> Result<Vec<StoredTopic>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT n, name, filled, live, alerted_at, finding FROM topic ORDER BY n",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(StoredTopic {
                no: TopicNo(row.get(0)?),
                name: row.get(1)?,
                filled: ItemId(row.get(2)?),
                live: row.get::<_, Option<i64>>(3)?.map(ItemId),
                alerted_at: time(row.get(4)?),
                finding: row.get::<_, Option<i64>>(5)?.map(FindingId),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Hours with mentions from one hour to another, both included.
    pub fn topic_hours(&self, topic: TopicNo, from: i64, to: i64) -> Result<Vec<HourVolume>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT hour, sum(mentions), count(*) FROM topic_volume
             WHERE topic = ?1 AND hour BETWEEN ?2 AND ?3 GROUP BY hour ORDER BY hour",
        )?;
        let rows = statement.query_map((topic.0, from, to), |row| {
            Ok(HourVolume {
                hour: row.get(0)?,
                mentions: row.get(1)?,
                owners: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Who mentioned a topic how often, hour by hour.
    pub fn topic_voices(
        &self,
        topic: TopicNo,
        from: i64,
        to: i64,
    ) -> Result<Vec<(i64, String, u32)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT hour, owner, mentions FROM topic_volume
             WHERE topic = ?1 AND hour BETWEEN ?2 AND ?3 ORDER BY hour, owner",
        )?;
        let rows = statement.query_map((topic.0, from, to), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Hours in which a poll worked.
    pub fn watched_hours(&self, from: i64, to: i64) -> Result<Vec<i64>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT hour FROM watched_hour WHERE hour BETWEEN ?1 AND ?2 ORDER BY hour",
        )?;
        let rows = statement.query_map((from, to), |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How often a topic was mentioned from one time up to another.
    pub fn count_mentions(&self, topic: TopicNo, from: Timestamp, to: Timestamp) -> Result<u64> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT count(*) FROM mention WHERE topic = ?1 AND at >= ?2 AND at < ?3",
            )?
            .query_row((topic.0, At(from), At(to)), |row| row.get(0))?)
    }

    /// The same, an owner's items of one story counting once. An item whose story is not known yet is
    /// a story of its own.
    pub fn count_stories(&self, topic: TopicNo, from: Timestamp, to: Timestamp) -> Result<u64> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT count(*) FROM (SELECT DISTINCT s.owner, coalesce(m.story, -m.item)
                 FROM mention m JOIN item i ON i.id = m.item JOIN source s ON s.n = i.source
                 WHERE m.topic = ?1 AND m.at >= ?2 AND m.at < ?3)",
            )?
            .query_row((topic.0, At(from), At(to)), |row| row.get(0))?)
    }

    /// Mentions of a topic from a time on, newest first.
    pub fn mentions(
        &self,
        topic: TopicNo,
        from: Timestamp,
        limit: usize,
    ) -> Result<Vec<MentionItem>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT m.item, m.at, s.id, s.owner, i.title, coalesce(i.read ->> 'summary', ''), i.link
             FROM mention m JOIN item i ON i.id = m.item JOIN source s ON s.n = i.source
             WHERE m.topic = ?1 AND m.at >= ?2 ORDER BY m.at DESC, m.item DESC LIMIT ?3",
        )?;
        let rows = statement.query_map((topic.0, At(from), limit), |row| {
            Ok(MentionItem {
                item: ItemId(row.get(0)?),
                at: row.get::<_, At>(1)?.0,
                source: row.get::<_, Text<SourceId>>(2)?.0,
                owner: row.get(3)?,
                title: row.get(4)?,
                body: row.get(5)?,
                link: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The newest item of all, 0 for none.
    pub fn last_item(&self) -> Result<ItemId> {
        let newest = "SELECT coalesce(max(id), 0) FROM item";
        Ok(ItemId(self.conn.query_row(newest, [], |row| row.get(0))?))
    }
}

impl Writer {
    /// Takes over the configured topics, by name and hash of their definition. New ones and those
    /// defined anew wait for their history to be matched; those no longer configured keep theirs.
    pub fn sync_topics(&mut self, topics: &[(String, u64)]) -> Result<()> {
        let last = self.last_item()?;
        for known in self.topics()? {
            let configured = topics.iter().find(|(name, _)| *name == known.name);
            if configured.is_none() && known.live.is_some() {
                self.conn
                    .prepare_cached("UPDATE topic SET live = NULL, filled = ?2 WHERE n = ?1")?
                    .execute((known.no.0, last.0))?;
            }
        }
        for (name, definition) in topics {
            let changed: Vec<i64> = self
                .conn
                .prepare_cached("SELECT n FROM topic WHERE name = ?1 AND definition <> ?2")?
                .query_map((name, Hash(*definition)), |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            for no in changed {
                for sql in [
                    "DELETE FROM mention WHERE topic = ?1",
                    "DELETE FROM topic_volume WHERE topic = ?1",
                    "UPDATE topic SET filled = 0, live = NULL WHERE n = ?1",
                ] {
                    self.conn.prepare_cached(sql)?.execute([no])?;
                }
            }
            self.conn
                .prepare_cached(
                    "INSERT INTO topic (name, definition, filled) VALUES (?1, ?2, 0)
                     ON CONFLICT (name) DO UPDATE SET definition = ?2",
                )?
                .execute((name, Hash(*definition)))?;
        }
        Ok(())
    }

    /// Notes mentions. Those of topics that are not known are left out; those noted before, such as of an
    /// item that was edited, are not counted twice.
    pub fn add_mentions(&mut self, mentions: &[NewMention]) -> Result<()> {
        for mention in mentions {
            let no: Vec<i64> = self
                .conn
                .prepare_cached("SELECT n FROM topic WHERE name = ?1")?
                .query_map([&mention.topic], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let Some(no) = no.first() else { continue };
            let is_known = self
                .conn
                .prepare_cached("SELECT 1 FROM mention WHERE item = ?2 AND topic = ?1")?
                .exists((no, mention.item.0))?;
            if !is_known {
                self.conn
                    .prepare_cached("INSERT INTO mention (topic, at, item) VALUES (?1, ?2, ?3)")?
                    .execute((no, At(mention.at), mention.item.0))?;
                self.conn
                    .prepare_cached(
                        "INSERT INTO topic_volume (topic, hour, owner, mentions) VALUES (?1, ?2, ?3, 1)
                         ON CONFLICT DO UPDATE SET mentions = mentions + 1",
                    )?
                    .execute(params![no, hour_of(mention.at), mention.owner])?;
            }
        }
        Ok(())
    }

    /// Notes that a poll worked at a time. What it brought also covers the hours since the last one that
    /// worked, if that is not longer ago than polls usually are.
    pub fn note_watched(&mut self, at: Timestamp) -> Result<()> {
        let hour = hour_of(at);
        let last: Option<i64> = self
            .conn
            .prepare_cached("SELECT max(hour) FROM watched_hour WHERE hour <= ?1")?
            .query_row([hour], |row| row.get(0))?;
        let from = last
            .filter(|last| hour - last <= COVERED)
            .map_or(hour, |last| last + 1);
        for hour in from..=hour {
            self.conn
                .prepare_cached("INSERT OR IGNORE INTO watched_hour (hour) VALUES (?1)")?
                .execute([hour])?;
        }
        Ok(())
    }

    /// Notes what was found in history up to an item; `done` when that was all of it.
    pub fn fill_topics(
        &mut self,
        topics: &[TopicNo],
        mentions: &[NewMention],
        upto: ItemId,
        done: bool,
    ) -> Result<()> {
        self.add_mentions(mentions)?;
        for topic in topics {
            self.conn
                .prepare_cached(
                    "UPDATE topic SET filled = max(filled, ?2), live = iif(?3, ?2, NULL) WHERE n = ?1",
                )?
                .execute((topic.0, upto.0, done))?;
        }
        Ok(())
    }

    /// Notes to which story items belong, and which stories were found to be one.
    pub fn note_stories(
        &mut self,
        items: &[(ItemId, StoryId)],
        merges: &[(StoryId, StoryId)],
    ) -> Result<()> {
        for (item, story) in items {
            self.conn
                .prepare_cached("UPDATE mention SET story = ?2 WHERE item = ?1")?
                .execute((item.0, story.0.cast_signed()))?;
        }
        for (gone, kept) in merges {
            self.conn
                .prepare_cached("UPDATE mention SET story = ?2 WHERE story = ?1")?
                .execute((gone.0.cast_signed(), kept.0.cast_signed()))?;
        }
        Ok(())
    }

    /// Keeps the finding of a spike, and that it was told.
    pub fn add_spike(&mut self, topic: TopicNo, finding: &Finding) -> Result<FindingId> {
        let id = self.add_finding(finding)?;
        self.conn
            .prepare_cached("UPDATE topic SET alerted_at = ?2, finding = ?3 WHERE n = ?1")?
            .execute((topic.0, At(finding.detected_at), id.0))?;
        Ok(id)
    }
}
