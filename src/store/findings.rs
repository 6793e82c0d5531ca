//! Findings: kept in the order in which they were made, so that a digest can say how far it looked.

use jiff::{Timestamp, civil::Date};
use rusqlite::types::ToSql;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::model::{
    ChangeId, Evidence, Finding, FindingId, FindingKind, ItemId, Severity, SourceId,
};

use super::codec::{At, Json, Name, Text};
use super::error::{Result, StoreError};
use super::pending::SUPERSEDED;
use super::pool::Reader;
use super::sources::Counts;
use super::writer::Writer;

/// Which findings are asked for. The default asks for the newest of all.
#[derive(Debug, Clone, Default)]
pub struct FindingFilter {
    /// Of this source only.
    pub source: Option<SourceId>,
    /// About this platform only.
    pub platform: Option<String>,
    /// Of this topic only.
    pub topic_key: Option<String>,
    /// Of this kind only.
    pub kind: Option<FindingKind>,
    /// At least this grave.
    pub severity: Option<Severity>,
    /// Detected at or after.
    pub since: Option<Timestamp>,
    /// Detected before.
    pub until: Option<Timestamp>,
    /// Also those that are not told? One that waited and is told by another stays out.
    pub suppressed: bool,
    /// Older than this one: the next page.
    pub before: Option<FindingId>,
}

/// Pieces of evidence of one kind that may be added to a finding later.
const MOST_EVIDENCE: usize = 12;

pub(super) const FINDING: &str = "SELECT f.id, f.change, f.item, f.finding FROM finding f";

pub(super) fn finding_of(row: &Row<'_>) -> rusqlite::Result<(FindingId, Finding)> {
    let finding = Finding {
        change: row.get::<_, Option<i64>>(1)?.map(ChangeId),
        item: row.get::<_, Option<i64>>(2)?.map(ItemId),
        ..row.get::<_, Json<Finding>>(3)?.0
    };
    Ok((FindingId(row.get(0)?), finding))
}

/// Numbers with room between, so that a later grade needs no migration.
pub(super) fn number_of(severity: Severity) -> i64 {
    match severity {
        Severity::Cosmetic => 0,
        Severity::Informational => 10,
        Severity::Important => 20,
        Severity::Breaking => 30,
    }
}

impl Reader {
    /// Findings after a given one, in the order in which they were made; suppressed ones too.
    pub fn findings_after(
        &self,
        after: FindingId,
        limit: usize,
    ) -> Result<Vec<(FindingId, Finding)>> {
        let mut statement = self
            .conn
            .prepare_cached(&format!("{FINDING} WHERE f.id > ?1 ORDER BY f.id LIMIT ?2"))?;
        let rows = statement.query_map((after.0, limit), finding_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Findings detected in a span that are not suppressed, oldest first.
    pub fn findings_between(
        &self,
        since: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<(FindingId, Finding)>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "{FINDING} WHERE f.detected_at > ?1 AND f.detected_at <= ?2 AND f.suppressed = 0
                AND f.severity > 0
             ORDER BY f.detected_at, f.id LIMIT ?3"
        ))?;
        let rows = statement.query_map((At(since), At(until), limit), finding_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Findings of what is in force from a day in a span on, nearest first.
    pub fn findings_ahead(
        &self,
        from: Date,
        to: Date,
        limit: usize,
    ) -> Result<Vec<(FindingId, Finding)>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "{FINDING} WHERE f.effective >= ?1 AND f.effective <= ?2 AND f.suppressed = 0
                AND f.severity > 0
             ORDER BY f.effective, f.id LIMIT ?3"
        ))?;
        let rows = statement.query_map((Text(from), Text(to), limit), finding_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// When the first source began to be watched.
    pub fn watched_since(&self) -> Result<Option<Timestamp>> {
        let first = "SELECT min(known_since) FROM source";
        let first: Option<At> = self.conn.query_row(first, [], |row| row.get(0))?;
        Ok(first.map(|at| at.0))
    }

    /// The newest finding, if there is any.
    pub fn last_finding(&self) -> Result<Option<FindingId>> {
        let newest = "SELECT max(id) FROM finding";
        Ok(self
            .conn
            .query_row(newest, [], |row| row.get::<_, Option<i64>>(0))?
            .map(FindingId))
    }

    /// One finding.
    pub fn finding(&self, id: FindingId) -> Result<Finding> {
        self.conn
            .prepare_cached(&format!("{FINDING} WHERE f.id = ?1"))?
            .query_row([id.0], finding_of)
            .optional()?
            .map(|(_, finding)| finding)
            .ok_or_else(|| StoreError::NotFound(format!("finding {id}")))
    }

    /// Findings that pass a filter, newest first.
    pub fn findings(
        &self,
        filter: &FindingFilter,
        limit: usize,
    ) -> Result<Vec<(FindingId, Finding)>> {
        let mut conditions = Vec::new();
        let mut values: Vec<Box<dyn ToSql>> = Vec::new();
        let mut ask = |condition: &'static str, value: Option<Box<dyn ToSql>>| {
            if let Some(value) = value {
                values.push(value);
                conditions.push(format!("{condition} ?{}", values.len()));
            }
        };
        let source = filter
            .source
            .as_ref()
            .map(|source| self.source_no(source))
            .transpose()?;
        ask("f.source =", source.map(|no| Box::new(no.0) as _));
        ask(
            "f.platform =",
            filter.platform.clone().map(|p| Box::new(p) as _),
        );
        ask(
            "f.topic_key =",
            filter.topic_key.clone().map(|key| Box::new(key) as _),
        );
        ask(
            "f.kind =",
            filter.kind.map(|kind| Box::new(Name(kind)) as _),
        );
        ask(
            "f.severity >=",
            filter.severity.map(|s| Box::new(number_of(s)) as _),
        );
        ask(
            "f.detected_at >=",
            filter.since.map(|t| Box::new(At(t)) as _),
        );
        ask(
            "f.detected_at <",
            filter.until.map(|t| Box::new(At(t)) as _),
        );
        ask("f.id <", filter.before.map(|id| Box::new(id.0) as _));
        let most = if filter.suppressed { SUPERSEDED } else { 1 };
        conditions.push(format!("f.suppressed < {most}"));
        let filter = conditions.join(" AND ");
        let mut statement = self.conn.prepare_cached(&format!(
            "{FINDING} WHERE {filter} ORDER BY f.id DESC LIMIT {limit}"
        ))?;
        let rows = statement.query_map(rusqlite::params_from_iter(&values), finding_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer {
    /// Keeps a finding from being told from now on, with the reason. What was told stays told.
    pub fn suppress_finding(&mut self, id: FindingId, reason: &str) -> Result<()> {
        let finding = Finding {
            suppressed: Some(reason.to_owned()),
            ..self.finding(id)?
        };
        self.rewrite_finding(id, &finding)
    }

    /// Adds a piece of evidence to a finding, unless it has as many of that kind as anyone reads.
    pub fn add_evidence(&mut self, id: FindingId, evidence: &Evidence) -> Result<()> {
        let mut finding = self.finding(id)?;
        let alike = finding.evidence.iter().filter(|e| e.kind == evidence.kind);
        if alike.count() < MOST_EVIDENCE && !finding.evidence.contains(evidence) {
            finding.evidence.push(evidence.clone());
            self.rewrite_finding(id, &finding)?;
        }
        Ok(())
    }

    /// Puts a finding in another's place: other words or evidence, told or not; it stays that finding.
    pub fn rewrite_finding(&mut self, id: FindingId, finding: &Finding) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE finding SET suppressed = ?2, finding = ?3 WHERE id = ?1")?
            .execute((id.0, finding.suppressed.is_some(), Json(finding)))?;
        Ok(())
    }

    /// Keeps a finding that no poll brought (trends, outages, source health).
    pub fn add_finding(&mut self, finding: &Finding) -> Result<FindingId> {
        self.put_finding(finding, finding.change, finding.item)
    }

    pub(super) fn put_finding(
        &mut self,
        finding: &Finding,
        change: Option<ChangeId>,
        item: Option<ItemId>,
    ) -> Result<FindingId> {
        let no = self.source_no(&finding.source)?;
        self.conn
            .prepare_cached(
                "INSERT INTO finding (source, kind, platform, severity, detected_at, effective, topic_key,
                    suppressed, change, item, finding)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                no.0,
                Name(finding.kind),
                finding.platform,
                number_of(finding.severity),
                At(finding.detected_at),
                finding.effective.map(Text),
                finding.topic_key,
                finding.suppressed.is_some(),
                change.map(|id| id.0),
                item.map(|id| id.0),
                Json(finding),
            ])?;
        let id = FindingId(self.conn.last_insert_rowid());
        self.count(
            no,
            Counts {
                findings: 1,
                ..Counts::default()
            },
        )?;
        Ok(id)
    }
}
