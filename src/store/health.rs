//! Health of the watch and totals, from counts kept along the way: the cost is that of the number of
//! sources and of the window asked for, not of history.

use jiff::Timestamp;

use crate::model::{Health, SourceHealth, SourceId, Window};

use super::codec::{At, Text, time};
use super::error::Result;
use super::pool::Reader;
use super::sources::Counts;

/// What the whole database holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Totals {
    /// Sources that are configured.
    pub sources: u64,
    /// What is kept of all sources, retired ones too.
    pub counts: Counts,
    /// Size of the database file in bytes, free pages in it included, WAL not.
    pub database_bytes: u64,
}

impl Reader {
    /// State of the watch in a window. `next_at` is left empty: the store knows no schedules.
    pub fn health(&self, window: Window) -> Result<Health> {
        let since = At(window.since.unwrap_or(Timestamp::MIN));
        let until = At(window.until);
        let (sources, fine) = self
            .conn
            .prepare_cached(
                "SELECT count(*), count(*) FILTER (WHERE t.last_poll_at IS NOT NULL AND t.failures = 0)
                 FROM source s JOIN source_state t ON t.source = s.n
                 WHERE s.enabled AND s.retired_at IS NULL",
            )?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let polls = self
            .conn
            .prepare_cached(
                "SELECT count(*) FROM poll WHERE finished_at > ?1 AND finished_at <= ?2",
            )?
            .query_row((since, until), |row| row.get(0))?;
        let cosmetic = self
            .conn
            .prepare_cached(
                "SELECT count(*) FROM change WHERE at > ?1 AND at <= ?2 AND cosmetic IS NOT NULL",
            )?
            .query_row((since, until), |row| row.get(0))?;
        let mut failing = self.conn.prepare_cached(
            "SELECT s.id, t.failures, coalesce(t.last_message, t.last_outcome, ''), t.last_ok_at
             FROM source s JOIN source_state t ON t.source = s.n
             WHERE s.enabled AND s.retired_at IS NULL AND t.failures > 0
             ORDER BY t.failures DESC, s.id",
        )?;
        let failing = failing
            .query_map([], |row| {
                Ok(SourceHealth {
                    source: row.get::<_, Text<SourceId>>(0)?.0,
                    failures: row.get(1)?,
                    message: row.get(2)?,
                    last_ok_at: time(row.get(3)?),
                })
            })?
            .collect::<rusqlite::Result<_>>()?;
        let stale_rules = self
            .conn
            .prepare_cached(
                "SELECT count(*) FROM rule WHERE retired_at IS NULL AND stale_told_at IS NOT NULL",
            )?
            .query_row([], |row| row.get(0))?;
        Ok(Health {
            stale_rules,
            sources,
            fine,
            polls,
            cosmetic,
            failing,
            next_at: None,
        })
    }

    /// What the whole database holds.
    pub fn totals(&self) -> Result<Totals> {
        let counts = "SELECT count(*) FILTER (WHERE s.retired_at IS NULL),
                coalesce(sum(t.snapshots), 0), coalesce(sum(t.versions), 0), coalesce(sum(t.changes), 0),
                coalesce(sum(t.items), 0), coalesce(sum(t.findings), 0)
             FROM source s JOIN source_state t ON t.source = s.n";
        let mut totals = self.conn.prepare_cached(counts)?.query_row([], |row| {
            Ok(Totals {
                sources: row.get(0)?,
                counts: Counts {
                    snapshots: row.get(1)?,
                    versions: row.get(2)?,
                    changes: row.get(3)?,
                    items: row.get(4)?,
                    findings: row.get(5)?,
                },
                database_bytes: 0,
            })
        })?;
        let pragma = |name| {
            self.conn
                .pragma_query_value(None, name, |row| row.get::<_, u64>(0))
        };
        totals.database_bytes = pragma("page_count")? * pragma("page_size")?;
        Ok(totals)
    }
}
