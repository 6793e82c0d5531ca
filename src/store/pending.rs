//! Changes that wait for another reading before they are told: at most one a source.
//!
//! A wait begins, is replaced and ends only with the commit of a poll, together with the findings it
//! is about; so a kill at any moment neither loses a change nor tells it twice.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::model::{ChangeId, Doubt, Evidence, Finding, FindingId, Pending, SourceId, VersionId};

use super::codec::{At, Hash, Json, Name, Text};
use super::error::Result;
use super::pool::Reader;
use super::sources::SourceNo;
use super::writer::Writer;

/// What a poll does with the change that waits.
#[derive(Debug, Clone, Default)]
pub enum PendingStep {
    /// Nothing waits, or it goes on waiting.
    #[default]
    Keep,
    /// The wait is over.
    End(Settled),
    /// The finding of this poll with that index begins to wait, in the place of what waited before.
    Begin {
        /// What ends with it.
        ended: Option<Settled>,
        /// Index of the suppressed finding among the poll's.
        finding: usize,
        /// The text that readers know; `None`: the one before this poll's version.
        base: Option<VersionId>,
        /// Why.
        doubt: Doubt,
        /// From when on a reading ends the wait.
        due: Timestamp,
        /// Different texts read since the one that readers know.
        rounds: u32,
    },
}

/// How a wait ended.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The suppressed finding that waited.
    pub finding: FindingId,
    /// What became of it.
    pub end: WaitEnd,
}

/// What became of a change that waited.
#[derive(Debug, Clone)]
pub enum WaitEnd {
    /// It is told: the finding as it is told.
    Told(Box<Finding>),
    /// It is not, for this reason.
    Dropped(&'static str),
}

/// Stretches of history in which a source showed one text; enough are counted to know a habit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenText {
    /// When the latest of them began.
    pub since: Timestamp,
    /// How many there were, at most [`SeenText::MOST`].
    pub times: u32,
}

impl SeenText {
    /// So many are counted, however many there are: a poll costs the same at any age.
    pub const MOST: u32 = 8;
}

fn pending_of(row: &Row<'_>) -> rusqlite::Result<Pending> {
    Ok(Pending {
        finding: FindingId(row.get(0)?),
        base: VersionId(row.get(1)?),
        doubt: row.get::<_, Name<Doubt>>(2)?.0,
        since: row.get::<_, At>(3)?.0,
        due: row.get::<_, At>(4)?.0,
        rounds: row.get(5)?,
    })
}

/// What `finding.suppressed` holds of a finding that waited and is told by another.
pub(super) const SUPERSEDED: i64 = 2;
/// Kind of the evidence that names the finding that waited, and why it did.
const WAITED: &str = "waited";

const PENDING: &str = "SELECT p.finding, p.base, p.doubt, p.since, p.due, p.rounds";

impl Reader {
    /// The change of a source that waits, if one does.
    pub fn pending(&self, source: &SourceId) -> Result<Option<Pending>> {
        Ok(self
            .conn
            .prepare_cached(&format!("{PENDING} FROM pending p WHERE p.source = ?1"))?
            .query_row([self.source_no(source)?.0], pending_of)
            .optional()?)
    }

    /// All changes that wait, with their sources, the next due first.
    pub fn all_pending(&self) -> Result<Vec<(SourceId, Pending)>> {
        let sql = format!(
            "{PENDING}, s.id FROM pending p JOIN source s ON s.n = p.source ORDER BY p.due, s.id"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, Text<SourceId>>(6)?.0, pending_of(row)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// When and how often a source showed a text with this hash, the present text not counted unless
    /// it is that text.
    pub fn seen_times(&self, source: &SourceId, hash: u64) -> Result<Option<SeenText>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT at FROM version WHERE source = ?1 AND hash = ?2 AND reextraction = 0
             ORDER BY at DESC, id DESC LIMIT ?3",
        )?;
        let rows = statement.query_map(
            (self.source_no(source)?.0, Hash(hash), SeenText::MOST),
            |row| row.get::<_, At>(0),
        )?;
        let times: Vec<At> = rows.collect::<rusqlite::Result<_>>()?;
        let count = u32::try_from(times.len()).unwrap_or(SeenText::MOST);
        Ok(times.first().map(|at| SeenText {
            since: at.0,
            times: count,
        }))
    }

    /// Was the change that brought a version told?
    pub fn was_told(&self, version: VersionId) -> Result<bool> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM change c JOIN finding f ON f.change = c.id
                 WHERE c.after = ?1 AND f.suppressed = 0)",
            )?
            .query_row([version.0], |row| row.get(0))?)
    }
}

impl Writer {
    /// Ends a wait. `None` when it had been ended before, by another process.
    pub(super) fn settle(&mut self, no: SourceNo, settled: &Settled) -> Result<Option<FindingId>> {
        let gone = self
            .conn
            .prepare_cached("DELETE FROM pending WHERE source = ?1 AND finding = ?2")?
            .execute((no.0, settled.finding.0))?;
        if gone == 0 {
            return Ok(None);
        }
        let waited = self.finding(settled.finding)?;
        match &settled.end {
            WaitEnd::Told(finding) => {
                let mut finding = Finding::clone(finding);
                let reason = waited.suppressed.as_deref().unwrap_or_default();
                finding.evidence.push(Evidence {
                    kind: WAITED.to_owned(),
                    before: Some(format!("{}: {reason}", settled.finding)),
                    after: None,
                    place: None,
                });
                let told = self.put_finding(&finding, waited.change, waited.item)?;
                self.set_suppressed(
                    settled.finding,
                    waited,
                    &format!("{}{told}", Finding::TOLD_AS),
                )?;
                Ok(Some(told))
            }
            WaitEnd::Dropped(reason) => {
                self.set_suppressed(settled.finding, waited, reason)?;
                Ok(None)
            }
        }
    }

    /// Puts another reason on a suppressed finding, and on the change behind it.
    fn set_suppressed(&mut self, id: FindingId, finding: Finding, reason: &str) -> Result<()> {
        let told = reason.starts_with(Finding::TOLD_AS);
        self.set_weight(finding.change, (!told).then_some(reason))?;
        let finding = Finding {
            suppressed: Some(reason.to_owned()),
            ..finding
        };
        self.conn
            .prepare_cached("UPDATE finding SET suppressed = ?3, finding = ?2 WHERE id = ?1")?
            .execute((id.0, Json(finding), if told { SUPERSEDED } else { 1 }))?;
        Ok(())
    }

    fn set_weight(&mut self, change: Option<ChangeId>, cosmetic: Option<&str>) -> Result<()> {
        if let Some(change) = change {
            self.conn
                .prepare_cached("UPDATE change SET cosmetic = ?2 WHERE id = ?1")?
                .execute((change.0, cosmetic))?;
        }
        Ok(())
    }

    pub(super) fn begin_pending(&mut self, no: SourceNo, pending: &Pending) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO pending (source, finding, base, doubt, since, due, rounds)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute((
                no.0,
                pending.finding.0,
                pending.base.0,
                Name(pending.doubt),
                At(pending.since),
                At(pending.due),
                pending.rounds,
            ))?;
        Ok(())
    }
}
