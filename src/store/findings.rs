//! Findings: kept in the order in which they were made, so that a digest can say how far it looked.

use jiff::{Timestamp, civil::Date};
use rusqlite::types::ToSql;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::model::{ChangeId, Finding, FindingId, FindingKind, ItemId, Severity, SourceId};

use super::codec::{At, Json, Name, Text, at, time};
use super::error::{Result, StoreError};
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
    /// Of this kind only.
    pub kind: Option<FindingKind>,
    /// At least this grave.
    pub severity: Option<Severity>,
    /// Detected at or after.
    pub since: Option<Timestamp>,
    /// Detected before.
    pub until: Option<Timestamp>,
    /// Also those that are not told?
    pub suppressed: bool,
    /// Older than this one: the next page.
    pub before: Option<FindingId>,
}

pub(super) const FINDING: &str =
    "SELECT f.id, f.kind, s.id, f.owner, f.platform, f.tags, f.language,
    f.severity, f.confidence, f.title, f.gist, f.url, f.detected_at, f.published_at, f.effective,
    f.topic_key, f.evidence, f.suppressed, f.change, f.item
    FROM finding f JOIN source s ON s.n = f.source";

pub(super) fn finding_of(row: &Row<'_>) -> rusqlite::Result<(FindingId, Finding)> {
    let finding = Finding {
        kind: row.get::<_, Name<_>>(1)?.0,
        source: row.get::<_, Text<SourceId>>(2)?.0,
        owner: row.get(3)?,
        platform: row.get(4)?,
        tags: row.get::<_, Json<_>>(5)?.0,
        language: row.get(6)?,
        severity: severity_of(row.get(7)?),
        confidence: row.get(8)?,
        title: row.get(9)?,
        gist: row.get(10)?,
        url: row.get(11)?,
        detected_at: row.get::<_, At>(12)?.0,
        published_at: time(row.get(13)?),
        effective: row.get::<_, Option<Text<Date>>>(14)?.map(|date| date.0),
        topic_key: row.get(15)?,
        evidence: row.get::<_, Json<_>>(16)?.0,
        suppressed: row.get(17)?,
        change: row.get::<_, Option<i64>>(18)?.map(ChangeId),
        item: row.get::<_, Option<i64>>(19)?.map(ItemId),
    };
    Ok((FindingId(row.get(0)?), finding))
}

/// Numbers with room between, so that a later grade needs no migration.
fn number_of(severity: Severity) -> i64 {
    match severity {
        Severity::Cosmetic => 0,
        Severity::Informational => 10,
        Severity::Important => 20,
        Severity::Breaking => 30,
    }
}

fn severity_of(number: i64) -> Severity {
    match number {
        ..10 => Severity::Cosmetic,
        10..20 => Severity::Informational,
        20..30 => Severity::Important,
        30.. => Severity::Breaking,
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
        let rows = statement.query_map((after.0, limit as i64), finding_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
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
        if !filter.suppressed {
            conditions.push("f.suppressed IS NULL".to_owned());
        }
        let filter = match conditions.is_empty() {
            true => String::new(),
            false => format!(" WHERE {}", conditions.join(" AND ")),
        };
        let mut statement = self.conn.prepare_cached(&format!(
            "{FINDING}{filter} ORDER BY f.id DESC LIMIT {limit}"
        ))?;
        let rows = statement.query_map(rusqlite::params_from_iter(&values), finding_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer {
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
                "INSERT INTO finding (kind, source, owner, platform, tags, language, severity, confidence,
                    title, gist, url, detected_at, published_at, effective, topic_key, evidence,
                    suppressed, change, item)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
            )?
            .execute(params![
                Name(finding.kind),
                no.0,
                finding.owner,
                finding.platform,
                Json(&finding.tags),
                finding.language,
                number_of(finding.severity),
                finding.confidence,
                finding.title,
                finding.gist,
                finding.url,
                At(finding.detected_at),
                at(finding.published_at),
                finding.effective.map(Text),
                finding.topic_key,
                Json(&finding.evidence),
                finding.suppressed,
                change.map(|id| id.0),
                item.map(|id| id.0),
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
