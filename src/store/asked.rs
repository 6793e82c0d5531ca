//! Questions about rules: what changed, and what comes into force when. Each goes along an index of
//! its own, so that it costs what it answers, however long the history is.

use std::fmt::Write as _;

use jiff::{Timestamp, civil::Date};
use rusqlite::types::ToSql;

use crate::model::{DigestRunId, Finding, FindingId, Severity, SourceId};

use super::codec::{At, Text};
use super::error::Result;
use super::findings::{finding_of, number_of};
use super::outbox::{ENTRY, OutboxEntry, entry_of};
use super::pending::SUPERSEDED;
use super::pool::Reader;

/// Which changes of rules are asked for. The default asks for the newest that are told.
#[derive(Debug, Clone, Default)]
pub struct ChangeFilter {
    /// Of this source only.
    pub source: Option<SourceId>,
    /// About this platform only.
    pub platform: Option<String>,
    /// At least this grave.
    pub severity: Option<Severity>,
    /// Touching this area only.
    pub area: Option<String>,
    /// Detected at or after.
    pub since: Option<Timestamp>,
    /// Also those that are not told? One that waited and is told by another stays out.
    pub suppressed: bool,
    /// Older than this one: the next page.
    pub before: Option<FindingId>,
}

/// Where changes of rules stand: changed pages, and entries that say what they are. Each with the index
/// of all of them and that by source, so that one that is long silent costs nothing.
const PLACES: [([&str; 2], &str); 2] = [
    (
        ["finding_rule_change", "finding_rule_change_by_source"],
        "f.kind = 'rule_change'",
    ),
    (
        ["finding_classed", "finding_classed_by_source"],
        "f.kind = 'new_item' AND json_extract(f.finding, '$.class') IS NOT NULL",
    ),
];

impl Reader {
    /// Changes of rules that pass a filter, newest first: of pages, and classed entries of changelogs.
    pub fn rule_changes(
        &self,
        filter: &ChangeFilter,
        limit: usize,
    ) -> Result<Vec<(FindingId, Finding)>> {
        let mut values: Vec<Box<dyn ToSql>> = Vec::new();
        let mut conditions = String::new();
        let mut ask = |condition: &str, value: Option<Box<dyn ToSql>>| {
            if let Some(value) = value {
                values.push(value);
                let number = format!("?{}", values.len());
                conditions += &format!(" AND {}", condition.replace('?', &number));
            }
        };
        let source = filter.source.as_ref();
        let source = source.map(|id| self.source_no(id)).transpose()?;
        ask("f.source = ?", source.map(|no| Box::new(no.0) as _));
        let platform = filter.platform.clone();
        ask("f.platform = ?", platform.map(|p| Box::new(p) as _));
        let severity = filter.severity.map(number_of);
        ask("f.severity >= ?", severity.map(|s| Box::new(s) as _));
        let since = filter.since;
        ask("f.detected_at >= ?", since.map(|t| Box::new(At(t)) as _));
        ask("f.id < ?", filter.before.map(|id| Box::new(id.0) as _));
        let area = filter.area.clone();
        ask(
            "EXISTS (SELECT 1 FROM json_each(f.finding, '$.areas') WHERE value = ?)",
            area.map(|area| Box::new(area) as _),
        );
        let most = if filter.suppressed { SUPERSEDED } else { 1 };
        let _ = write!(conditions, " AND f.suppressed < {most}");
        let mut found = Vec::new();
        for (indexes, place) in PLACES {
            let index = indexes[usize::from(filter.source.is_some())];
            let mut statement = self.conn.prepare_cached(&format!(
                "SELECT f.id, f.change, f.item, f.finding FROM finding f INDEXED BY {index}
                 WHERE {place}{conditions} ORDER BY f.id DESC LIMIT {limit}"
            ))?;
            let rows = statement.query_map(rusqlite::params_from_iter(&values), finding_of)?;
            for row in rows {
                found.push(row?);
            }
        }
        found.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
        found.truncate(limit);
        Ok(found)
    }

    /// Findings that come into force within a span of days, both ends included, nearest first;
    /// suppressed ones too.
    pub fn findings_in_force(
        &self,
        from: Date,
        until: Date,
        limit: usize,
    ) -> Result<Vec<(FindingId, Finding)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT f.id, f.change, f.item, f.finding FROM finding f INDEXED BY finding_by_effective
             WHERE f.effective IS NOT NULL AND f.effective >= ?1 AND f.effective <= ?2
                AND f.suppressed < 2
             ORDER BY f.effective, f.id LIMIT ?3",
        )?;
        let rows = statement.query_map((Text(from), Text(until), limit), finding_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The messages that carry a digest.
    pub fn deliveries_of(&self, run: DigestRunId) -> Result<Vec<OutboxEntry>> {
        let mut statement = self
            .conn
            .prepare_cached(&format!("{ENTRY} WHERE d.run = ?1 ORDER BY d.n"))?;
        let rows = statement.query_map([run.0], entry_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
