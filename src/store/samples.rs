//! Samples: one metric of one item or source over time.
//!
//! A row is a stretch over which a metric showed one value, `since` its first and `until` its last
//! sight. A poll that sees the same value only moves `until` on, and not more often than every
//! [`STEP`], so rows grow with changes, not with polls, and yet a flat curve is known to be flat.
//! A metric that is not shown makes no row: missing is not 0.

use jiff::{SignedDuration, Timestamp};
use rusqlite::OptionalExtension as _;
use serde::Serialize;

use crate::model::{ItemId, Sample, SourceId};

use super::codec::At;
use super::error::Result;
use super::pool::Reader;
use super::sources::SourceNo;
use super::writer::Writer;

/// How finely the end of a flat stretch is known.
const STEP: SignedDuration = SignedDuration::from_mins(10);

/// A metric's value over a stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stretch {
    /// Metric's standard name.
    pub metric: String,
    /// First seen with this value.
    pub since: Timestamp,
    /// Last known to have this value.
    pub until: Timestamp,
    /// The value as shown.
    pub value: f64,
    /// Smallest step that the shown form can express.
    pub granularity: f64,
}

impl Reader {
    /// All stretches of an item's metrics, by metric and time.
    pub fn item_samples(&self, item: ItemId) -> Result<Vec<Stretch>> {
        self.stretches(
            "SELECT m.name, x.since, x.until, x.value, x.granularity
             FROM item_sample x JOIN metric m ON m.id = x.metric
             WHERE x.item = ?1 ORDER BY m.name, x.since",
            item.0,
        )
    }

    /// All stretches of a source's own metrics, by metric and time.
    pub fn source_samples(&self, source: &SourceId) -> Result<Vec<Stretch>> {
        self.stretches(
            "SELECT m.name, x.since, x.until, x.value, x.granularity
             FROM source_sample x JOIN metric m ON m.id = x.metric
             WHERE x.source = ?1 ORDER BY m.name, x.since",
            self.source_no(source)?.0,
        )
    }

    fn stretches(&self, sql: &str, of: i64) -> Result<Vec<Stretch>> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([of], |row| {
            Ok(Stretch {
                metric: row.get(0)?,
                since: row.get::<_, At>(1)?.0,
                until: row.get::<_, At>(2)?.0,
                value: row.get(3)?,
                granularity: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// The statements of one of the two sample tables.
struct Table {
    last: &'static str,
    extend: &'static str,
    insert: &'static str,
}

macro_rules! table {
    ($name:literal, $of:literal) => {
        Table {
            last: concat!(
                "SELECT since, until, value, granularity FROM ",
                $name,
                " WHERE ",
                $of,
                " = ?1 AND metric = ?2 ORDER BY since DESC LIMIT 1"
            ),
            extend: concat!(
                "UPDATE ",
                $name,
                " SET until = ?4 WHERE ",
                $of,
                " = ?1 AND metric = ?2 AND since = ?3"
            ),
            insert: concat!(
                "INSERT INTO ",
                $name,
                " (",
                $of,
                ", metric, since, until, value, granularity)",
                " VALUES (?1, ?2, ?3, ?3, ?4, ?5)",
                " ON CONFLICT DO UPDATE SET value = ?4, granularity = ?5"
            ),
        }
    };
}

const OF_ITEM: Table = table!("item_sample", "item");
const OF_SOURCE: Table = table!("source_sample", "source");

impl Writer {
    pub(super) fn put_item_samples(
        &mut self,
        item: ItemId,
        at: Timestamp,
        samples: &[Sample],
    ) -> Result<()> {
        samples
            .iter()
            .try_for_each(|sample| self.put_sample(&OF_ITEM, item.0, at, sample))
    }

    pub(super) fn put_source_samples(
        &mut self,
        no: SourceNo,
        at: Timestamp,
        samples: &[Sample],
    ) -> Result<()> {
        samples
            .iter()
            .try_for_each(|sample| self.put_sample(&OF_SOURCE, no.0, at, sample))
    }

    fn put_sample(&mut self, table: &Table, of: i64, at: Timestamp, sample: &Sample) -> Result<()> {
        if !sample.value.is_finite() || !sample.granularity.is_finite() {
            return Ok(()); // SQLite has no such numbers; a reader that makes one has read nothing
        }
        let metric = self.metric(&sample.metric)?;
        let last: Option<(At, At, f64, f64)> = self
            .conn
            .prepare_cached(table.last)?
            .query_row((of, metric), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .optional()?;
        match last {
            // bit for bit: a shown number that is the same text is the same value
            Some((since, until, value, granularity))
                if value.to_bits() == sample.value.to_bits()
                    && granularity.to_bits() == sample.granularity.to_bits() =>
            {
                if at.duration_since(until.0) >= STEP {
                    self.conn
                        .prepare_cached(table.extend)?
                        .execute((of, metric, since, At(at)))?;
                }
            }
            // a body read late must not rewrite what came after it
            Some((_, until, ..)) if at < until.0 => {}
            _ => {
                self.conn.prepare_cached(table.insert)?.execute((
                    of,
                    metric,
                    At(at),
                    sample.value,
                    sample.granularity,
                ))?;
            }
        }
        Ok(())
    }

    fn metric(&mut self, name: &str) -> Result<i64> {
        let find = |conn: &rusqlite::Connection| {
            conn.prepare_cached("SELECT id FROM metric WHERE name = ?1")?
                .query_row([name], |row| row.get(0))
                .optional()
        };
        if let Some(id) = find(&self.conn)? {
            return Ok(id);
        }
        self.conn
            .execute("INSERT INTO metric (name) VALUES (?1)", [name])?;
        Ok(self.conn.last_insert_rowid())
    }
}
