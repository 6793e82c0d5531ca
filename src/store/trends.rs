//! Trends as they were found: members, strength by the hour, stages.
//!
//! The tracker forgets within days; what it found is written down here in the transaction of its own
//! state, so that a trend can be asked about months later without loading the tracker. A trend that
//! the tracker no longer follows fades after [`FADES`] and is over after [`ENDS`].

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, Row, params};
use serde::Serialize;

use crate::model::{ItemId, Role, SourceId, Trend, TrendId, TrendStage};

use super::codec::{At, Json, Name, Text};
use super::error::{Result, StoreError};
use super::pool::Reader;
use super::writer::Writer;

/// A growing trend that no check has found for so long is fading.
const FADES: SignedDuration = SignedDuration::from_hours(6);
/// A trend that no check has found for so long is over, unless the tracker still follows it.
const ENDS: SignedDuration = SignedDuration::from_hours(24);
const HOUR: i64 = 3_600_000;

/// Which trends are asked for, by the checks that found them.
#[derive(Debug, Clone)]
pub struct TrendFilter {
    /// Found by a check at or after this.
    pub since: Timestamp,
    /// Told in this language (ISO 639-1).
    pub language: Option<String>,
    /// In this stage; without one, all that are not over.
    pub stage: Option<TrendStage>,
    /// Also those that are over or recurrent?
    pub all: bool,
}

/// A trend as last found. Its `items` are empty: see [`Reader::trend_members`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoredTrend {
    /// As last found, with the stage that it is in now.
    pub trend: Trend,
    /// First check that found it.
    pub found_at: Timestamp,
    /// Last check that found it.
    pub checked_at: Timestamp,
}

/// An item of a trend.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrendMember {
    /// Which.
    pub item: ItemId,
    /// Published, else first seen.
    pub at: Timestamp,
    /// Its source.
    pub source: SourceId,
    /// For whom the source speaks.
    pub owner: String,
    /// How far the source is believed.
    pub role: Role,
    /// Platform the source is about.
    pub platform: Option<String>,
    /// Tags of the source.
    pub tags: Vec<String>,
    /// Its title; for posts without one, the beginning of the text.
    pub title: String,
    /// Where to read it.
    pub link: Option<String>,
    /// Comments as last shown; `None` where they are not.
    pub comments: Option<f64>,
}

/// How strong a trend was at the last check of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TrendPoint {
    /// Beginning of the hour.
    pub hour: Timestamp,
    /// Rank order of that check.
    pub score: f64,
    /// Independent owners within its window.
    pub owners: u64,
    /// Items within its window.
    pub items: u64,
    /// −log₁₀ of the chance.
    pub significance: f64,
}

/// A stage, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StageChange {
    /// The check that saw it.
    pub at: Timestamp,
    /// The stage from then on.
    pub stage: TrendStage,
}

const TREND: &str = "SELECT t.trend, t.stage, t.found_at, t.checked_at FROM trend t";

fn trend_of(row: &Row<'_>) -> rusqlite::Result<StoredTrend> {
    Ok(StoredTrend {
        trend: Trend {
            stage: row.get::<_, Name<TrendStage>>(1)?.0,
            ..row.get::<_, Json<Trend>>(0)?.0
        },
        found_at: row.get::<_, At>(2)?.0,
        checked_at: row.get::<_, At>(3)?.0,
    })
}

impl Reader {
    /// Trends that pass a filter, last found first. One of which no item is left in the store is none.
    pub fn trends(&self, filter: &TrendFilter, limit: usize) -> Result<Vec<StoredTrend>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "{TREND} WHERE t.checked_at >= ?1
               AND EXISTS (SELECT 1 FROM trend_item x WHERE x.trend = t.id)
               AND (?2 IS NULL OR EXISTS (SELECT 1 FROM json_each(t.trend, '$.languages') WHERE value = ?2))
               AND (?3 IS NULL OR t.stage = ?3)
               AND (?4 OR t.stage = ?3 OR t.stage <> 'over')
               AND (?4 OR t.trend ->> '$.evidence.recurrent' IS NULL OR t.trend ->> '$.evidence.larger')
             ORDER BY t.checked_at DESC, t.id DESC LIMIT ?5"
        ))?;
        let rows = statement.query_map(
            params![
                At(filter.since),
                filter.language,
                filter.stage.map(Name),
                filter.all,
                limit
            ],
            trend_of,
        )?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One trend.
    pub fn trend(&self, id: TrendId) -> Result<StoredTrend> {
        self.conn
            .prepare_cached(&format!("{TREND} WHERE t.id = ?1"))?
            .query_row([id.0.cast_signed()], trend_of)
            .optional()?
            .ok_or_else(|| StoreError::NotFound(format!("trend {id}")))
    }

    /// The highest number that any trend ever had, 0 for none.
    pub fn last_trend(&self) -> Result<TrendId> {
        let newest = "SELECT coalesce(max(id), 0) FROM trend";
        let number: i64 = self.conn.query_row(newest, [], |row| row.get(0))?;
        Ok(TrendId(number.cast_unsigned()))
    }

    /// The newest items of a trend, oldest first.
    pub fn trend_members(&self, id: TrendId, limit: usize) -> Result<Vec<TrendMember>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT x.item, x.at, s.id, s.owner, s.role, s.platform, s.tags,
                CASE i.title WHEN '' THEN substr(coalesce(i.read ->> 'summary', ''), 1, 200) ELSE i.title END,
                i.link,
                (SELECT c.value FROM item_sample c JOIN metric m ON m.id = c.metric
                 WHERE c.item = x.item AND m.name = 'comments' ORDER BY c.since DESC LIMIT 1)
             FROM trend_item x JOIN item i ON i.id = x.item JOIN source s ON s.n = i.source
             WHERE x.trend = ?1 ORDER BY x.at DESC, x.item DESC LIMIT ?2",
        )?;
        let rows = statement.query_map((id.0.cast_signed(), limit), |row| {
            Ok(TrendMember {
                item: ItemId(row.get(0)?),
                at: row.get::<_, At>(1)?.0,
                source: row.get::<_, Text<SourceId>>(2)?.0,
                owner: row.get(3)?,
                role: row.get::<_, Name<Role>>(4)?.0,
                platform: row.get(5)?,
                tags: row.get::<_, Json<Vec<String>>>(6)?.0,
                title: row.get(7)?,
                link: row.get(8)?,
                comments: row.get(9)?,
            })
        })?;
        let mut members: Vec<TrendMember> = rows.collect::<rusqlite::Result<_>>()?;
        members.reverse();
        Ok(members)
    }

    /// The newest trend that an item has joined.
    pub fn trend_of_item(&self, item: ItemId) -> Result<Option<TrendId>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT max(trend) FROM trend_item WHERE item = ?1")?;
        let newest: Option<i64> = statement.query_row([item.0], |row| row.get(0))?;
        Ok(newest.map(|id| TrendId(id.cast_unsigned())))
    }

    /// How strong a trend was, hour by hour, oldest first.
    pub fn trend_points(&self, id: TrendId) -> Result<Vec<TrendPoint>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT hour, score, owners, items, significance FROM trend_point
             WHERE trend = ?1 ORDER BY hour",
        )?;
        let rows = statement.query_map([id.0.cast_signed()], |row| {
            Ok(TrendPoint {
                hour: row.get::<_, At>(0)?.0,
                score: row.get(1)?,
                owners: row.get(2)?,
                items: row.get(3)?,
                significance: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The stages of a trend, oldest first.
    pub fn trend_stages(&self, id: TrendId) -> Result<Vec<StageChange>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT at, stage FROM trend_stage WHERE trend = ?1 ORDER BY at")?;
        let rows = statement.query_map([id.0.cast_signed()], |row| {
            Ok(StageChange {
                at: row.get::<_, At>(0)?.0,
                stage: row.get::<_, Name<TrendStage>>(1)?.0,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer {
    /// Writes down what a check at `now` found, and what it no longer finds.
    pub fn record_trends(&mut self, trends: &[Trend], now: Timestamp) -> Result<()> {
        for trend in trends {
            self.record_trend(trend, now)?;
        }
        let growing = "stage IN ('emerging', 'rising', 'peaking')";
        self.let_trends_go(growing, FADES, TrendStage::Fading, now)?;
        self.let_trends_go("stage = 'fading'", ENDS, TrendStage::Over, now)
    }

    /// Notes the stages of trends that are followed though a check did not find them.
    pub fn record_stages(
        &mut self,
        stages: &[(TrendId, TrendStage)],
        now: Timestamp,
    ) -> Result<()> {
        for (id, stage) in stages {
            let id = id.0.cast_signed();
            let changed = self
                .conn
                .prepare_cached("UPDATE trend SET stage = ?2 WHERE id = ?1 AND stage <> ?2")?
                .execute((id, Name(*stage)))?;
            if changed > 0 {
                self.note_stage(id, now, *stage)?;
            }
        }
        Ok(())
    }

    fn record_trend(&mut self, trend: &Trend, now: Timestamp) -> Result<()> {
        let id = trend.id.0.cast_signed();
        let former = self.trend(trend.id);
        let former = match former {
            Ok(former) => Some(former.trend),
            Err(StoreError::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        // the tracker's window slides: what was seen first stays so
        let kept = Trend {
            items: Vec::new(),
            first_seen: former.as_ref().map_or(trend.first_seen, |former| {
                former.first_seen.min(trend.first_seen)
            }),
            ..trend.clone()
        };
        self.conn
            .prepare_cached(
                "INSERT INTO trend (id, stage, found_at, checked_at, trend) VALUES (?1, ?2, ?3, ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET stage = ?2, checked_at = ?3, trend = ?4",
            )?
            .execute(params![id, Name(trend.stage), At(now), Json(&kept)])?;
        if former.is_none_or(|former| former.stage != trend.stage) {
            self.note_stage(id, now, trend.stage)?;
        }
        let hour = now.as_millisecond().div_euclid(HOUR) * HOUR;
        self.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO trend_point (trend, hour, score, owners, items, significance)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                id,
                hour,
                trend.score,
                trend.evidence.owners,
                trend.evidence.items,
                trend.evidence.significance
            ])?;
        // an item that is gone from the store is no member any more
        let mut insert = self.conn.prepare_cached(
            "INSERT OR IGNORE INTO trend_item (trend, item, at)
             SELECT ?1, id, coalesce(published_at, first_seen_at) FROM item WHERE id = ?2",
        )?;
        for item in &trend.items {
            insert.execute((id, item))?;
        }
        Ok(())
    }

    fn let_trends_go(
        &mut self,
        which: &str,
        after: SignedDuration,
        stage: TrendStage,
        now: Timestamp,
    ) -> Result<()> {
        let before = now.saturating_sub(after).unwrap_or(Timestamp::MIN);
        let gone: Vec<i64> = self
            .conn
            .prepare_cached(&format!(
                "SELECT id FROM trend WHERE {which} AND checked_at < ?1"
            ))?
            .query_map([At(before)], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for id in gone {
            self.conn
                .prepare_cached("UPDATE trend SET stage = ?2 WHERE id = ?1")?
                .execute((id, Name(stage)))?;
            self.note_stage(id, now, stage)?;
        }
        Ok(())
    }

    fn note_stage(&mut self, id: i64, now: Timestamp, stage: TrendStage) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO trend_stage (trend, at, stage) VALUES (?1, ?2, ?3)",
            )?
            .execute((id, At(now), Name(stage)))?;
        Ok(())
    }

    /// Forgets trends that no check has found since a time. Returns how many.
    pub fn prune_trends(&mut self, before: Timestamp, limit: usize) -> Result<usize> {
        let old: Vec<i64> = self
            .conn
            .prepare_cached(
                "SELECT id FROM trend WHERE checked_at < ?1 ORDER BY checked_at LIMIT ?2",
            )?
            .query_map((At(before), limit), |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for id in &old {
            for sql in [
                "DELETE FROM trend_item WHERE trend = ?1",
                "DELETE FROM trend_point WHERE trend = ?1",
                "DELETE FROM trend_stage WHERE trend = ?1",
                "DELETE FROM trend WHERE id = ?1",
            ] {
                self.conn.prepare_cached(sql)?.execute([id])?;
            }
        }
        Ok(old.len())
    }
}
