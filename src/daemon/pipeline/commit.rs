//! One poll written down: its report, what is remembered of the source, and the one commit.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::judge::Judged;
use super::{Pipeline, stories, topics};
use crate::model::{
    Doubt, FetchFailure, FindingId, Reading, SnapshotId, Source, SourceId, SourceState,
};
use crate::schedule::{self, Ended};
use crate::store::{PendingStep, PollCommit, StoreError};

/// What came of one poll.
#[derive(Debug, Clone, Serialize)]
pub struct PollReport {
    /// Of which source.
    pub source: SourceId,
    /// Name of the outcome, as in `status`.
    pub outcome: String,
    /// One line for people, for failures.
    pub message: Option<String>,
    /// Did it bring or confirm content?
    pub ok: bool,
    /// Items seen for the first time.
    pub new_items: usize,
    /// Items whose words changed.
    pub edited_items: usize,
    /// Is there a new version of the text?
    pub new_version: bool,
    /// Findings made, suppressed ones too.
    pub findings: Vec<FindingId>,
    /// When the source is polled next.
    pub next_poll_at: Option<Timestamp>,
}

/// How an attempt ended, before it is written down.
pub(super) struct Attempt {
    pub(super) snapshot: Option<SnapshotId>,
    pub(super) started_at: Timestamp,
    pub(super) finished_at: Timestamp,
    pub(super) http_status: Option<u16>,
    pub(super) bytes: Option<u64>,
}

impl Pipeline {
    /// It brought or confirmed content.
    pub(super) async fn commit_fine(
        &self,
        source: &Arc<Source>,
        mut state: SourceState,
        attempt: Attempt,
        outcome: &str,
        reading: Option<&Reading>,
        mut judged: Judged,
    ) -> Result<PollReport, StoreError> {
        let at = attempt.finished_at;
        judged.rules = self
            .look_for_rules(source, reading, &mut judged, attempt.snapshot, at)
            .await?;
        if state.failures > 0 {
            self.back(source, &mut judged, at).await?;
        }
        let is_new = judged.is_new();
        state.last_message = None;
        state.last_ok_at = Some(at);
        state.failures = 0;
        state.retry_after = None;
        if let Some(reading) = reading {
            state.hints = reading.hints.clone();
            state.seen = true;
        }
        if is_new {
            state.last_change_at = Some(at);
        }
        let samples = reading
            .map(|reading| reading.samples.clone())
            .unwrap_or_default();
        self.commit(
            source,
            state,
            attempt,
            outcome,
            None,
            Ended::Fine,
            judged,
            samples,
        )
        .await
    }

    /// An older page was read: it brings items and says nothing else of the source.
    pub(super) async fn commit_older(
        &self,
        source: &Arc<Source>,
        mut state: SourceState,
        attempt: Attempt,
        judged: Judged,
    ) -> Result<PollReport, StoreError> {
        if judged.is_new() {
            state.last_change_at = Some(attempt.finished_at);
        }
        let (fine, nothing) = (Ended::Fine, Vec::new());
        self.commit(source, state, attempt, "read", None, fine, judged, nothing)
            .await
    }

    /// The fetch failed.
    pub(super) async fn commit_failure(
        &self,
        source: &Arc<Source>,
        mut state: SourceState,
        attempt: Attempt,
        failure: &FetchFailure,
    ) -> Result<PollReport, StoreError> {
        state.failures = state.failures.saturating_add(1);
        state.retry_after = failure.retry_after;
        let name = serde_json::to_value(failure.kind)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default();
        let attempt = Attempt {
            http_status: failure.status,
            ..attempt
        };
        let ended = if failure.is_transient() {
            Ended::Failed
        } else {
            Ended::FailedForGood
        };
        let message = Some(failure.message.clone());
        let judged = self
            .gone(source, &state, failure, attempt.finished_at)
            .await?;
        self.commit(
            source,
            state,
            attempt,
            &name,
            message,
            ended,
            judged,
            Vec::new(),
        )
        .await
    }

    /// A body came but holds nothing to read: the last good version and its validators stay in force.
    pub(super) async fn commit_unread(
        &self,
        source: &Arc<Source>,
        mut state: SourceState,
        attempt: Attempt,
        outcome: &str,
        message: String,
        judged: Judged,
    ) -> Result<PollReport, StoreError> {
        state.failures = state.failures.saturating_add(1);
        state.retry_after = None;
        self.commit(
            source,
            state,
            attempt,
            outcome,
            Some(message),
            Ended::Failed,
            judged,
            Vec::new(),
        )
        .await
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the one place where a poll becomes a row"
    )]
    async fn commit(
        &self,
        source: &Arc<Source>,
        mut state: SourceState,
        attempt: Attempt,
        outcome: &str,
        message: Option<String>,
        ended: Ended,
        judged: Judged,
        samples: Vec<crate::model::Sample>,
    ) -> Result<PollReport, StoreError> {
        state.last_poll_at = Some(attempt.finished_at);
        state.last_outcome = Some(outcome.to_owned());
        state.last_message.clone_from(&message);
        let now = self.now().max(attempt.finished_at);
        let regular = schedule::next_poll(source, &state, ended, now, &self.pace);
        let waits = wait_ends(&judged, ended);
        let sooner = judged.look_again.into_iter().chain(waits);
        state.next_poll_at = Some(sooner.fold(regular, |next, due| {
            schedule::with_second_reading(source, next, due, now)
        }));
        let mut report = PollReport {
            source: source.id.clone(),
            outcome: outcome.to_owned(),
            message: message.clone(),
            ok: ended == Ended::Fine,
            new_items: judged
                .items
                .iter()
                .filter(|item| item.known.is_none())
                .count(),
            edited_items: judged.items.iter().filter(|item| item.is_edit).count(),
            new_version: judged.version.is_some(),
            findings: Vec::new(),
            next_poll_at: state.next_poll_at,
        };
        let mut commit = PollCommit {
            source: source.id.clone(),
            url: source.url.clone(),
            snapshot: attempt.snapshot,
            started_at: attempt.started_at,
            finished_at: attempt.finished_at,
            outcome: outcome.to_owned(),
            message,
            http_status: attempt.http_status,
            bytes: attempt.bytes,
            state,
            version: judged.version,
            items: judged.items,
            samples,
            findings: judged.findings,
            pending: judged.pending,
            memos: judged.memos,
            rules: judged.rules,
        };
        let (config, source, mentions) = (
            Arc::clone(&self.config),
            Arc::clone(source),
            judged.mentions,
        );
        let platforms = Arc::clone(&self.platforms);
        let watched = report.ok.then_some(attempt.finished_at);
        let committed = self
            .store
            .write(move |writer| {
                let committed =
                    stories::commit_in_context(writer, &mut commit, &source, &platforms)?;
                if let Some(at) = watched {
                    writer.note_watched(at)?;
                    let (items, ids) = (&commit.items, &committed.items);
                    let rows = topics::rows(&mentions, &config.topics, &source, items, ids, at);
                    writer.add_mentions(&rows)?;
                }
                Ok(committed)
            })
            .await?;
        report.findings = committed.findings;
        if !report.findings.is_empty() {
            self.found.notify_one();
        }
        log(&report);
        Ok(report)
    }
}

/// When the change of a source that waits is due to be read again, if one waits after this poll. A
/// text that must stay for days is seen by the regular polls.
fn wait_ends(judged: &Judged, ended: Ended) -> Option<Timestamp> {
    let read_again = |doubt| doubt != Doubt::Returned && ended == Ended::Fine;
    match &judged.pending {
        PendingStep::Begin { due, doubt, .. } => Some(*due).filter(|_| read_again(*doubt)),
        PendingStep::End(_) => None,
        PendingStep::Keep => {
            let waits = judged.waits.filter(|pending| read_again(pending.doubt));
            waits.map(|pending| pending.due)
        }
    }
}

/// The one place where a poll's failure is logged.
fn log(report: &PollReport) {
    let PollReport {
        source,
        outcome,
        new_items,
        edited_items,
        new_version,
        ..
    } = report;
    if let Some(message) = &report.message {
        tracing::warn!(%source, outcome, "{message}");
    } else if *new_items > 0 || *edited_items > 0 || *new_version {
        tracing::info!(%source, new_items, edited_items, new_version, findings = report.findings.len(), "something new");
    } else {
        tracing::debug!(%source, outcome, "nothing new");
    }
}
