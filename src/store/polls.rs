//! Polls: everything that came of one attempt, in one transaction, and the log of all attempts.

use jiff::Timestamp;
use rusqlite::{Row, params};
use serde::Serialize;

use crate::model::{
    ChangeId, Finding, FindingId, ItemId, Pending, PollId, RuleStep, Sample, SnapshotId, SourceId,
    SourceState, VersionId,
};

use super::codec::{At, Text};
use super::error::{Result, StoreError};
use super::items::ItemWrite;
use super::pending::{PendingStep, Settled};
use super::pool::Reader;
use super::sources::{Counts, SourceNo};
use super::versions::NewVersion;
use super::writer::Writer;

/// Everything that came of one attempt on one source.
#[derive(Debug, Clone)]
pub struct PollCommit {
    /// Which source.
    pub source: SourceId,
    /// The source's configured URL at the time of the poll. If it has been changed meanwhile,
    /// validators and move are not kept.
    pub url: url::Url,
    /// The body it brought (also when it equals the last one), now read.
    pub snapshot: Option<SnapshotId>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
    /// Name of the outcome, as in [`SourceState::last_outcome`].
    pub outcome: String,
    /// One line for people, for failures.
    pub message: Option<String>,
    /// HTTP status, if a response came.
    pub http_status: Option<u16>,
    /// Length of the body, if one came.
    pub bytes: Option<u64>,
    /// What is now remembered of the source. `known_since` is not taken from here.
    pub state: SourceState,
    /// The text, if it is new, with its difference from the one before.
    pub version: Option<NewVersion>,
    /// Items read, new and known.
    pub items: Vec<ItemWrite>,
    /// Numbers of the source as a whole.
    pub samples: Vec<Sample>,
    /// What may be told.
    pub findings: Vec<NewFinding>,
    /// What becomes of the change that waits to be told.
    pub pending: PendingStep,
    /// What a stage remembers of this source from now on, by name.
    pub memos: Vec<(String, Vec<u8>)>,
    /// What was found of the source's facts.
    pub rules: Vec<RuleStep>,
}

/// A finding, and the thing of the same poll that it is about.
#[derive(Debug, Clone)]
pub struct NewFinding {
    /// The finding; its `change` and `item` are filled from `about`.
    pub finding: Finding,
    /// What it is about.
    pub about: About,
}

/// What a finding of a poll is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Neither a change nor an item of this poll: the finding's own ids stand.
    Nothing,
    /// The poll's change.
    Change,
    /// The item write with this index.
    Item(usize),
}

/// Ids given to what a poll brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The attempt.
    pub poll: PollId,
    /// The version.
    pub version: Option<VersionId>,
    /// The change.
    pub change: Option<ChangeId>,
    /// Items, in the order of the writes.
    pub items: Vec<ItemId>,
    /// Findings, in order.
    pub findings: Vec<FindingId>,
}

/// One attempt in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PollRecord {
    /// Which.
    pub id: PollId,
    /// Source.
    pub source: SourceId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
    /// Name of the outcome.
    pub outcome: String,
    /// One line for people, for failures.
    pub message: Option<String>,
    /// HTTP status.
    pub http_status: Option<u16>,
    /// Length of the body.
    pub bytes: Option<u64>,
    /// The body, unless retention has taken it.
    pub snapshot: Option<SnapshotId>,
    /// Items that were new.
    pub new_items: u64,
    /// Items that were edited.
    pub edited: u64,
}

fn record_of(row: &Row<'_>) -> rusqlite::Result<PollRecord> {
    Ok(PollRecord {
        id: PollId(row.get(0)?),
        source: row.get::<_, Text<SourceId>>(1)?.0,
        started_at: row.get::<_, At>(2)?.0,
        finished_at: row.get::<_, At>(3)?.0,
        outcome: row.get(4)?,
        message: row.get(5)?,
        http_status: row.get(6)?,
        bytes: row.get(7)?,
        snapshot: row.get::<_, Option<i64>>(8)?.map(SnapshotId),
        new_items: row.get(9)?,
        edited: row.get(10)?,
    })
}

const POLL: &str =
    "SELECT p.id, s.id, p.started_at, p.finished_at, p.outcome, p.message, p.http_status,
    p.bytes, p.snapshot, p.new_items, p.edited FROM poll p JOIN source s ON s.n = p.source";

impl Reader {
    /// Attempts on one source or on all, newest first, before a given one.
    pub fn polls(
        &self,
        source: Option<&SourceId>,
        before: Option<PollId>,
        limit: usize,
    ) -> Result<Vec<PollRecord>> {
        let before = before.map_or(i64::MAX, |id| id.0);
        let tail = "p.id < ?1 ORDER BY p.id DESC LIMIT ?2";
        Ok(match source {
            Some(source) => self
                .conn
                .prepare_cached(&format!("{POLL} WHERE p.source = ?3 AND {tail}"))?
                .query_map((before, limit, self.source_no(source)?.0), record_of)?
                .collect::<rusqlite::Result<_>>()?,
            None => self
                .conn
                .prepare_cached(&format!("{POLL} WHERE {tail}"))?
                .query_map((before, limit), record_of)?
                .collect::<rusqlite::Result<_>>()?,
        })
    }
}

impl Writer {
    /// Keeps everything that came of one poll, or nothing of it.
    pub fn commit_poll(&mut self, commit: &PollCommit) -> Result<Committed> {
        let no = self.source_no(&commit.source)?;
        if let Some(snapshot) = commit.snapshot {
            self.conn
                .prepare_cached(
                    "UPDATE snapshot SET read_at = ?2 WHERE id = ?1 AND read_at IS NULL",
                )?
                .execute((snapshot.0, At(commit.finished_at)))?;
        }
        let earlier = match &commit.pending {
            PendingStep::Begin { base: None, .. } => {
                self.latest_version_id(no, commit.finished_at)?
            }
            PendingStep::Begin { base, .. } => *base,
            PendingStep::Keep | PendingStep::End(_) => None,
        };
        let (version, change) = match &commit.version {
            Some(new) => {
                let (version, change) =
                    self.put_version(&commit.source, no, commit.snapshot, new)?;
                (Some(version), change)
            }
            None => (None, None),
        };
        let seen_at = commit.finished_at;
        let items = self.put_items(no, seen_at, &commit.items)?;
        self.put_source_samples(no, seen_at, &commit.samples)?;
        self.conn
            .prepare_cached(
                "INSERT INTO poll (source, started_at, finished_at, outcome, message, http_status, bytes,
                    snapshot, new_items, edited)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                no.0,
                At(commit.started_at),
                At(commit.finished_at),
                commit.outcome,
                commit.message,
                commit.http_status,
                commit.bytes,
                commit.snapshot.map(|id| id.0),
                items.new,
                items.edited,
            ])?;
        self.put_rule_steps(no, seen_at, &commit.rules, change)?;
        let poll = PollId(self.conn.last_insert_rowid());
        let mut findings = Vec::with_capacity(commit.findings.len());
        for new in &commit.findings {
            let (about_change, about_item) = match new.about {
                About::Nothing => (new.finding.change, new.finding.item),
                About::Change => (change, None),
                About::Item(n) => {
                    let item = items.ids.get(n).copied().ok_or_else(|| {
                        StoreError::invalid(
                            format!("finding of {}", commit.source),
                            format!("it is about item {n} of {}", items.ids.len()),
                        )
                    })?;
                    (None, Some(item))
                }
            };
            findings.push(self.put_finding(&new.finding, about_change, about_item)?);
        }
        findings.extend(self.put_pending(no, commit, &findings, earlier)?);
        for (name, value) in &commit.memos {
            self.set_memo(name, value)?;
        }
        self.save_state(no, &commit.state, &commit.url)?;
        self.count(
            no,
            Counts {
                items: items.new,
                ..Counts::default()
            },
        )?;
        Ok(Committed {
            poll,
            version,
            change,
            items: items.ids,
            findings,
        })
    }

    /// Ends or begins a wait; returns the finding that is told by it.
    fn put_pending(
        &mut self,
        no: SourceNo,
        commit: &PollCommit,
        findings: &[FindingId],
        base: Option<VersionId>,
    ) -> Result<Option<FindingId>> {
        let settle = |writer: &mut Self, settled: &Option<Settled>| match settled {
            Some(settled) => writer.settle(no, settled),
            None => Ok(None),
        };
        match &commit.pending {
            PendingStep::Keep => Ok(None),
            PendingStep::End(settled) => self.settle(no, settled),
            PendingStep::Begin {
                ended,
                finding,
                doubt,
                due,
                rounds,
                ..
            } => {
                let told = settle(self, ended)?;
                let waits = findings.get(*finding).copied();
                let (Some(finding), Some(base)) = (waits, base) else {
                    return Err(StoreError::invalid(
                        format!("waiting change of {}", commit.source),
                        "it has no finding or nothing that it changes",
                    ));
                };
                let pending = Pending {
                    finding,
                    base,
                    doubt: *doubt,
                    since: commit.finished_at,
                    due: *due,
                    rounds: *rounds,
                };
                self.begin_pending(no, &pending)?;
                Ok(told)
            }
        }
    }
}
