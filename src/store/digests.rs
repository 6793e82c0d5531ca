//! Digest runs: what was looked at, told and held back, and the messages that went to the outbox.
//!
//! Runs of one digest form a chain, and no two may follow the same run or stand for the same
//! scheduled instant. So a digest composed twice (a kill in between, two workers) is committed once.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};
use serde::Serialize;

use crate::model::{DeliveryForm, DigestRunId, Finding, FindingId, Window};

use super::codec::{At, Packed, at, time};
use super::error::{Result, StoreError};
use super::findings::{FINDING, finding_of};
use super::pool::Reader;
use super::writer::Writer;

/// A digest that was composed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DigestRun {
    /// Which.
    pub id: DigestRunId,
    /// Name of the digest.
    pub digest: String,
    /// The scheduled instant it stands for; `None` when asked for by hand.
    pub slot: Option<Timestamp>,
    /// When it was composed.
    pub at: Timestamp,
    /// The span it covers.
    pub window: Window,
    /// The last finding looked at.
    pub upto: FindingId,
}

/// A digest to keep and send.
#[derive(Debug, Clone)]
pub struct NewDigestRun {
    /// Name of the digest.
    pub name: String,
    /// The run that [`Reader::last_run`] gave when this one was begun.
    pub follows: Option<DigestRunId>,
    /// The scheduled instant it stands for; `None` when asked for by hand.
    pub slot: Option<Timestamp>,
    /// When it was composed.
    pub at: Timestamp,
    /// The span it covers.
    pub window: Window,
    /// The last finding looked at.
    pub upto: FindingId,
    /// Findings told.
    pub told: Vec<FindingId>,
    /// Findings that did not fit and go into the next run.
    pub held: Vec<FindingId>,
    /// The digest in all forms.
    pub form: DeliveryForm,
    /// Messages for the outbox; none on a quiet day that is not told.
    pub deliveries: Vec<NewDelivery>,
}

/// A message for the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// Stable unique id: `msg_…`.
    pub id: String,
    /// Name of the channel.
    pub channel: String,
    /// Recipient, for channels with several; else empty.
    pub recipient: String,
}

/// What became of a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DigestCommit {
    /// Kept, and its messages are in the outbox.
    Done(DigestRunId),
    /// Another run took its place first; nothing was written.
    AlreadyDone(DigestRunId),
}

/// What a digest has to choose from.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidates {
    /// The run before, if any.
    pub last: Option<DigestRun>,
    /// Findings that it held back, oldest first.
    pub held: Vec<(FindingId, Finding)>,
    /// Findings made since, suppressed ones too, oldest first.
    pub new: Vec<(FindingId, Finding)>,
    /// The last finding looked at.
    pub upto: FindingId,
}

/// What was told of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// In which run.
    pub run: DigestRunId,
    /// When.
    pub at: Timestamp,
    /// By which finding.
    pub finding: FindingId,
}

/// What a digest run did with a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Telling {
    /// Which run.
    pub run: DigestRunId,
    /// Name of the digest.
    pub digest: String,
    /// When it was composed.
    pub at: Timestamp,
    /// Told, or held back for the next run?
    pub told: bool,
}

const RUN: &str = "SELECT id, digest, slot, at, since, until, upto FROM digest_run";

fn run_of(row: &Row<'_>) -> rusqlite::Result<DigestRun> {
    Ok(DigestRun {
        id: DigestRunId(row.get(0)?),
        digest: row.get(1)?,
        slot: time(row.get(2)?),
        at: row.get::<_, At>(3)?.0,
        window: Window {
            since: time(row.get(4)?),
            until: row.get::<_, At>(5)?.0,
        },
        upto: FindingId(row.get(6)?),
    })
}

impl Reader {
    /// The last run of a digest.
    pub fn last_run(&self, digest: &str) -> Result<Option<DigestRun>> {
        Ok(self
            .conn
            .prepare_cached(&format!("{RUN} WHERE digest = ?1 ORDER BY id DESC LIMIT 1"))?
            .query_row([digest], run_of)
            .optional()?)
    }

    /// Runs of one digest or of all, newest first.
    pub fn digest_runs(&self, digest: Option<&str>, limit: usize) -> Result<Vec<DigestRun>> {
        Ok(match digest {
            Some(digest) => self
                .conn
                .prepare_cached(&format!(
                    "{RUN} WHERE digest = ?1 ORDER BY id DESC LIMIT ?2"
                ))?
                .query_map((digest, limit), run_of)?
                .collect::<rusqlite::Result<_>>()?,
            None => self
                .conn
                .prepare_cached(&format!("{RUN} ORDER BY id DESC LIMIT ?1"))?
                .query_map([limit], run_of)?
                .collect::<rusqlite::Result<_>>()?,
        })
    }

    /// What the next run of a digest has to choose from: what the last one held back, and at most
    /// `limit` findings made since.
    pub fn candidates(&self, digest: &str, limit: usize) -> Result<Candidates> {
        let last = self.last_run(digest)?;
        let held = match &last {
            Some(run) => self.held_back(run.id)?,
            None => Vec::new(),
        };
        let after = last.as_ref().map_or(FindingId(0), |run| run.upto);
        let new = self.findings_after(after, limit)?;
        let upto = new.last().map_or(after, |(id, _)| *id);
        Ok(Candidates {
            last,
            held,
            new,
            upto,
        })
    }

    /// Findings that a run held back for the next one.
    pub fn held_back(&self, run: DigestRunId) -> Result<Vec<(FindingId, Finding)>> {
        self.findings_of(run, false)
    }

    /// Findings that a run told.
    pub fn told(&self, run: DigestRunId) -> Result<Vec<(FindingId, Finding)>> {
        self.findings_of(run, true)
    }

    fn findings_of(&self, run: DigestRunId, told: bool) -> Result<Vec<(FindingId, Finding)>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "{FINDING} JOIN digest_finding d ON d.finding = f.id
             WHERE d.run = ?1 AND d.told = ?2 ORDER BY f.id"
        ))?;
        let rows = statement.query_map((run.0, told), finding_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// In which digest runs a finding was told or held back, oldest first.
    pub fn tellings(&self, finding: FindingId) -> Result<Vec<Telling>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT r.id, r.digest, r.at, d.told FROM digest_finding d
             JOIN digest_run r ON r.id = d.run WHERE d.finding = ?1 ORDER BY r.id",
        )?;
        let rows = statement.query_map([finding.0], |row| {
            Ok(Telling {
                run: DigestRunId(row.get(0)?),
                digest: row.get(1)?,
                at: row.get::<_, At>(2)?.0,
                told: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// When a digest last told of a topic, if it did.
    pub fn last_told(&self, digest: &str, topic_key: &str) -> Result<Option<Told>> {
        // CROSS JOIN keeps the order: by topic first, not through all runs of the digest
        Ok(self
            .conn
            .prepare_cached(
                "SELECT r.id, r.at, f.id FROM finding f
                 CROSS JOIN digest_finding d ON d.finding = f.id AND d.told = 1
                 CROSS JOIN digest_run r ON r.id = d.run AND r.digest = ?1
                 WHERE f.topic_key = ?2 ORDER BY f.id DESC, r.id DESC LIMIT 1",
            )?
            .query_row((digest, topic_key), |row| {
                Ok(Told {
                    run: DigestRunId(row.get(0)?),
                    at: row.get::<_, At>(1)?.0,
                    finding: FindingId(row.get(2)?),
                })
            })
            .optional()?)
    }

    /// A run's digest in all forms.
    pub fn digest_form(&self, run: DigestRunId) -> Result<DeliveryForm> {
        self.conn
            .prepare_cached("SELECT form FROM digest_run WHERE id = ?1 AND form <> x''")?
            .query_row([run.0], |row| row.get::<_, Packed<_>>(0))
            .optional()?
            .map(|form| form.0)
            .ok_or_else(|| StoreError::NotFound(format!("text of digest run {run}")))
    }
}

impl Writer {
    /// Keeps a digest and puts its messages into the outbox, all or nothing, unless another run has
    /// taken its place.
    pub fn commit_digest(&mut self, new: &NewDigestRun) -> Result<DigestCommit> {
        let follows = new.follows.map_or(0, |run| run.0);
        let taken: Option<i64> = self
            .conn
            .prepare_cached(
                "SELECT id FROM digest_run WHERE digest = ?1 AND (follows = ?2 OR slot = ?3) LIMIT 1",
            )?
            .query_row(params![new.name, follows, at(new.slot)], |row| row.get(0))
            .optional()?;
        if let Some(id) = taken {
            return Ok(DigestCommit::AlreadyDone(DigestRunId(id)));
        }
        self.conn
            .prepare_cached(
                "INSERT INTO digest_run (digest, follows, slot, at, since, until, upto, form)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                new.name,
                follows,
                at(new.slot),
                At(new.at),
                at(new.window.since),
                At(new.window.until),
                new.upto.0,
                Packed(&new.form),
            ])?;
        let run = DigestRunId(self.conn.last_insert_rowid());
        for (findings, told) in [(&new.told, true), (&new.held, false)] {
            for finding in findings {
                self.conn
                    .prepare_cached(
                        "INSERT INTO digest_finding (run, finding, told) VALUES (?1, ?2, ?3)
                         ON CONFLICT DO NOTHING",
                    )?
                    .execute((run.0, finding.0, told))?;
            }
        }
        for delivery in &new.deliveries {
            self.post(run, new.at, delivery)?;
        }
        Ok(DigestCommit::Done(run))
    }
}
