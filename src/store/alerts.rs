//! Alerts: how far an instant digest has looked, and what became of each finding it might have told
//! at once. Written in one transaction with the run that tells them, so that a kill at any moment
//! neither loses an alert nor doubles one.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;

use crate::model::{DigestRunId, Finding, FindingId};

use super::codec::{At, at, time};
use super::error::Result;
use super::findings::{FINDING, finding_of};
use super::pool::Reader;
use super::writer::Writer;

/// What became of a finding that might have been told at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlertRecord {
    /// The finding.
    pub finding: FindingId,
    /// The instant digest that looked at it.
    pub digest: String,
    /// When it was decided.
    pub at: Timestamp,
    /// Its story.
    pub topic: String,
    /// `sent`, `escalated`, `waiting`, or what kept it back.
    pub verdict: String,
    /// When a waiting one is looked at again.
    pub until: Option<Timestamp>,
}

impl AlertRecord {
    /// Was it told at once?
    pub fn is_sent(&self) -> bool {
        matches!(self.verdict.as_str(), "sent" | "escalated")
    }
}

impl Reader {
    /// The last finding that an instant digest has looked at; where its chain of runs began if it has
    /// looked at none yet.
    pub fn alert_place(&self, digest: &str) -> Result<FindingId> {
        let place: Option<i64> = self
            .conn
            .prepare_cached("SELECT upto FROM alert_place WHERE digest = ?1")?
            .query_row([digest], |row| row.get(0))
            .optional()?;
        Ok(match place {
            Some(place) => FindingId(place),
            None => self.last_run(digest)?.map_or(FindingId(0), |run| run.upto),
        })
    }

    /// Findings whose time to wait is over at `now`, oldest first.
    pub fn alerts_waiting(
        &self,
        digest: &str,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(FindingId, Finding)>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "{FINDING} JOIN alert a ON a.finding = f.id
             WHERE a.digest = ?1 AND a.verdict = 'waiting' AND a.until <= ?2 ORDER BY f.id LIMIT ?3"
        ))?;
        let rows = statement.query_map((digest, At(now), limit), finding_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// When the next waiting finding of an instant digest is to be looked at.
    pub fn next_alert_at(&self, digest: &str) -> Result<Option<Timestamp>> {
        let next = self
            .conn
            .prepare_cached(
                "SELECT min(until) FROM alert WHERE digest = ?1 AND verdict = 'waiting'",
            )?
            .query_row([digest], |row| row.get(0))?;
        Ok(time(next))
    }

    /// What an instant digest has told at once since an instant, oldest first: the runs' topics.
    pub fn alerts_sent(&self, digest: &str, since: Timestamp) -> Result<Vec<AlertRecord>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT finding, digest, at, topic, verdict, until FROM alert
             WHERE digest = ?1 AND at >= ?2 AND verdict IN ('sent', 'escalated') ORDER BY at, finding",
        )?;
        let rows = statement.query_map((digest, At(since)), record_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What instant digests decided of a finding.
    pub fn alerts_of(&self, finding: FindingId) -> Result<Vec<AlertRecord>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT finding, digest, at, topic, verdict, until FROM alert
             WHERE finding = ?1 ORDER BY digest",
        )?;
        let rows = statement.query_map([finding.0], record_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The newest run of any of these digests: has an audience been told something since?
    pub fn last_run_of_any(&self, digests: &[String]) -> Result<Option<DigestRunId>> {
        let mut newest = None;
        for digest in digests {
            newest = newest.max(self.last_run(digest)?.map(|run| run.id));
        }
        Ok(newest)
    }
}

fn record_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<AlertRecord> {
    Ok(AlertRecord {
        finding: FindingId(row.get(0)?),
        digest: row.get(1)?,
        at: row.get::<_, At>(2)?.0,
        topic: row.get(3)?,
        verdict: row.get(4)?,
        until: time(row.get(5)?),
    })
}

impl Writer {
    /// Writes down what became of findings, the last word on each counts, and how far was looked.
    pub fn keep_alerts(
        &mut self,
        digest: &str,
        upto: FindingId,
        records: &[AlertRecord],
    ) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO alert_place (digest, upto) VALUES (?1, ?2)
                 ON CONFLICT (digest) DO UPDATE SET upto = max(upto, excluded.upto)",
            )?
            .execute((digest, upto.0))?;
        for record in records {
            self.conn
                .prepare_cached(
                    "INSERT INTO alert (finding, digest, at, topic, verdict, until)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT (finding, digest) DO UPDATE SET at = excluded.at,
                         topic = excluded.topic, verdict = excluded.verdict, until = excluded.until",
                )?
                .execute(params![
                    record.finding.0,
                    digest,
                    At(record.at),
                    record.topic,
                    record.verdict,
                    at(record.until),
                ])?;
        }
        Ok(())
    }
}
