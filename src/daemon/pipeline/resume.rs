//! Bodies that were kept but not read when the process ended: read now, or set aside.

use std::sync::Arc;

use jiff::Timestamp;

use super::Pipeline;
use super::commit::PollReport;
use super::judge::Judged;
use super::poll::attempt;
use crate::model::{SnapshotId, Source, SourceState};
use crate::store::{StoreError, StoredBody};

/// A left-over body whose reading was begun so often without an end is not read any more.
const MOST_STARTS: u32 = 3;
/// Where that is counted in the store.
const BEGUN: &str = "resume-begun";
/// The outcome of such a body.
pub(super) const SET_ASIDE: &str = "set_aside";

impl Pipeline {
    /// Reads the bodies that were kept but not read when the process ended; says how many.
    ///
    /// A body may be what ended it (a stack overflow, all memory taken): how often its reading was
    /// begun is written down first, and after [`MOST_STARTS`] it is set aside.
    pub async fn resume(&self) -> Result<usize, StoreError> {
        let unread = self
            .store
            .read(crate::store::Reader::unread_snapshots)
            .await?;
        let mut resumed = 0;
        for (source, snapshot) in unread {
            let Some(source) = self.source(&source).cloned() else {
                continue;
            };
            let id = source.id.clone();
            let (state, body) = self
                .store
                .read(move |reader| Ok((reader.state(&id)?, reader.snapshot_body(snapshot)?)))
                .await?;
            let at = body.fetched_at;
            if self.begin_again(snapshot).await? > MOST_STARTS {
                self.set_aside(&source, state, &body, at).await?;
                continue;
            }
            self.read(&source, state, body, at).await?;
            resumed += 1;
        }
        Ok(resumed)
    }

    /// Writes down that the reading of a left-over body begins; how often it has by now. They are read
    /// one after the other, oldest first, so the last one begun is the one that did not end.
    pub(super) async fn begin_again(&self, snapshot: SnapshotId) -> Result<u32, StoreError> {
        self.store
            .write(move |writer| {
                let times = match writer.recall::<(SnapshotId, u32)>(BEGUN)? {
                    Some((last, times)) if last == snapshot => times.saturating_add(1),
                    _ => 1,
                };
                writer.remember(BEGUN, &(snapshot, times))?;
                Ok(times)
            })
            .await
    }

    /// A body that is not read any more, because its reading ended the process.
    pub(super) async fn set_aside(
        &self,
        source: &Arc<Source>,
        state: SourceState,
        body: &StoredBody,
        started_at: Timestamp,
    ) -> Result<PollReport, StoreError> {
        let attempt = attempt(body, started_at);
        let message = format!(
            "{}: its body ended tidewatch {MOST_STARTS} times while it was read and is set aside until it changes; \
             see `tidewatch show {} --raw`, and please report it",
            source.url, source.id
        );
        let nothing = Judged::default();
        self.commit_unread(source, state, attempt, SET_ASIDE, message, nothing)
            .await
    }
}
