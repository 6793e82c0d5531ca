//! One poll: fetch, keep the raw body, read it, judge it, commit all of it at once.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Pipeline;
use super::commit::{Attempt, PollReport};
use super::judge::{self, Judged, Sighting};
use super::recall::remembered;
use super::refusal::{described, hint};
use super::resume::SET_ASIDE;
use super::{gone, topics};
use crate::detect::identity;
use crate::model::{
    Body, FetchJob, FetchOutcome, FetchResult, ReadOutcome, Reading, Source, SourceState,
    Validators,
};
use crate::store::{StoreError, StoredBody};
use crate::{detect, extract, schedule};

/// Version of the readers as a whole: raised when what they make of the same bytes changes.
pub(super) const EXTRACTOR: u32 = 3;
/// After so many failures in a row the configured URL is tried again instead of the remembered move.
const MISTRUST_MOVE: u32 = 3;

/// The outcome of a body of another page, to which a page's address leads now.
const LED_AWAY: &str = "led_away";

impl Pipeline {
    /// Polls one source now, whether due or not.
    ///
    /// A failed fetch or an unreadable body is a report, not an error; only the store can fail.
    pub async fn poll(&self, source: &Arc<Source>) -> Result<PollReport, StoreError> {
        let id = source.id.clone();
        let state = self.store.read(move |reader| reader.state(&id)).await?;
        let FetchOutcome {
            started_at,
            finished_at,
            result,
            ..
        } = self.fetcher.fetch(&job(source, &state)).await;
        let attempt = Attempt {
            snapshot: None,
            started_at,
            finished_at,
            http_status: None,
            bytes: None,
        };
        match result {
            FetchResult::NotModified { moved_to } => {
                let state = SourceState {
                    moved_to: moved_to.or(state.moved_to.clone()),
                    ..state
                };
                let attempt = Attempt {
                    http_status: Some(304),
                    ..attempt
                };
                let judged = self.same_again(source, finished_at).await?;
                self.commit_fine(source, state, attempt, "not_modified", None, judged)
                    .await
            }
            FetchResult::Failed(failure) => {
                self.commit_failure(source, state, attempt, &failure).await
            }
            FetchResult::Body(body) => {
                let (id, body) = (source.id.clone(), Arc::new(body));
                let kept = Arc::clone(&body);
                let saved = self
                    .store
                    .write(move |writer| writer.save_snapshot(&id, finished_at, &kept))
                    .await?;
                let body = Arc::unwrap_or_clone(body);
                let mut stored = StoredBody {
                    id: saved.id,
                    source: source.id.clone(),
                    fetched_at: finished_at,
                    status: body.status,
                    final_url: body.final_url,
                    moved_to: body.moved_to,
                    content_type: body.content_type,
                    validators: body.validators,
                    bytes: body.bytes,
                };
                // after a failure the same body is read again: it may be the one that failed
                if saved.same_as_last && state.failures == 0 && state.seen {
                    let attempt = Attempt {
                        snapshot: Some(saved.id),
                        http_status: Some(stored.status),
                        bytes: Some(stored.bytes.len() as u64),
                        ..attempt
                    };
                    let state = confirmed(state, &stored);
                    let judged = self.same_again(source, finished_at).await?;
                    return self
                        .commit_fine(source, state, attempt, "same", None, judged)
                        .await;
                }
                // it has ended the process before, and would again
                if saved.same_as_last && state.last_outcome.as_deref() == Some(SET_ASIDE) {
                    return self.set_aside(source, state, &stored, started_at).await;
                }
                // when many bodies came at once, the later ones wait in the store and not in memory
                let _desk = if let Ok(desk) = self.desks.try_acquire() {
                    desk
                } else {
                    stored.bytes = Vec::new();
                    let Ok(desk) = self.desks.acquire().await else {
                        unreachable!("the semaphore is never closed")
                    };
                    let kept = self
                        .store
                        .read(move |reader| reader.snapshot_body(saved.id))
                        .await?;
                    stored.bytes = kept.bytes;
                    desk
                };
                self.read(source, state, stored, started_at).await
            }
        }
    }

    /// Reads a kept body, judges what it says, and commits it.
    pub(super) async fn read(
        &self,
        source: &Arc<Source>,
        state: SourceState,
        body: StoredBody,
        started_at: Timestamp,
    ) -> Result<PollReport, StoreError> {
        let attempt = attempt(&body, started_at);
        let now = body.fetched_at;
        let (body, reading) = self.extract(source, body).await;
        match &reading.outcome {
            ReadOutcome::Read => {}
            failed => {
                let message = match failed {
                    ReadOutcome::Malformed(why) | ReadOutcome::NoPreview(why) => {
                        format!("{}: {why}", source.url)
                    }
                    other => format!(
                        "{} answered with {}{}",
                        source.url,
                        described(other),
                        hint(other, source)
                    ),
                };
                let nothing = Judged::default();
                return self
                    .commit_unread(source, state, attempt, failed.name(), message, nothing)
                    .await;
            }
        }
        let keys = identity::keys(&reading.items).concat();
        let hash = reading.text.as_ref().map(detect::text_hash);
        let (id, status) = (source.id.clone(), detect::is_status(source));
        let mut known = self
            .store
            .read(move |reader| remembered(reader, &id, &keys, hash, status))
            .await?;
        let extractor = format!("{}/{EXTRACTOR}", source.kind.as_str());
        if let Some(known) = &mut known.text
            && Some(known.latest.hash) != hash
        {
            let base = known.waiting.as_mut().map(|waiting| &mut waiting.base);
            let all = [Some(&mut known.latest), known.previous.as_mut(), base];
            for version in all.into_iter().flatten() {
                self.bring_up(source, version, &extractor).await?;
            }
            if let Some(text) = &reading.text {
                self.look_up_passages(source, known, text).await?;
            }
        }
        if let Some(how) = Self::led_away(source, &body.final_url, &reading, &known) {
            let judged = self.vanished(source, &how, now).await?;
            let message = format!(
                "{}: it leads to {}, which shows none of its text; the last text stays in force",
                source.url, body.final_url
            );
            return self
                .commit_unread(source, state, attempt, LED_AWAY, message, judged)
                .await;
        }
        Box::pin(self.note_gap(source, &state, &reading, &known)).await?;
        let state = confirmed(state, &body);
        let (shared, for_judge, reading) = (Arc::clone(source), state.clone(), Arc::new(reading));
        let reading_too = Arc::clone(&reading);
        let again = self.second_reading(source);
        let (config, matcher) = (Arc::clone(&self.config), Arc::clone(&self.topics));
        let (mut judged, lost) = self
            .on_reader(move || {
                let about = Sighting {
                    source: &shared,
                    state: &for_judge,
                    reading: &reading_too,
                    extractor: &extractor,
                    again,
                    now,
                };
                let mut judged = judge::judge(&about, &known);
                judged.mentions =
                    topics::mentioned(&matcher, &config.topics, &shared, &judged.items);
                let lost = gone::lost(&judged, &known, reading_too.text.as_ref());
                (judged, lost)
            })
            .await;
        if let Some(lost) = lost {
            self.say_where(source, &mut judged, lost).await?;
        }
        let report = self
            .commit_fine(source, state, attempt, "read", Some(&reading), judged)
            .await?;
        if reading.older.is_none() {
            return Ok(report);
        }
        Box::pin(self.catch_up(source, report)).await
    }

    /// How long a second reading of this source is waited for.
    fn second_reading(&self, source: &Source) -> SignedDuration {
        schedule::second_reading(&source.id, self.config.detection.confirm_after)
    }

    pub(super) async fn extract(
        &self,
        source: &Arc<Source>,
        body: StoredBody,
    ) -> (StoredBody, Reading) {
        let source = Arc::clone(source);
        self.on_reader(move || {
            let options = source.read_options(body.fetched_at);
            let handed = Body {
                bytes: &body.bytes,
                content_type: body.content_type.as_deref(),
                url: &body.final_url,
            };
            let reading = extract::read(&source.kind, &handed, &options);
            (body, reading)
        })
        .await
    }

    /// Runs work that takes long off the async threads, at most one a core at a time.
    pub(super) async fn on_reader<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let _turn = self.readers.acquire().await;
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => done,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// The request that a source's memory asks for.
pub(super) fn job(source: &Source, state: &SourceState) -> FetchJob {
    FetchJob {
        source: source.id.clone(),
        url: state
            .moved_to
            .clone()
            .filter(|to| {
                // headers may carry secrets: they never follow a move to another origin
                let safe = source.headers.is_empty() || to.origin() == source.url.origin();
                safe && state.failures < MISTRUST_MOVE
            })
            .unwrap_or_else(|| source.url.clone()),
        // without content in hand a 304 would leave us with nothing
        validators: if state.seen {
            state.validators.clone()
        } else {
            Validators::default()
        },
        headers: source.headers.clone(),
        limits: source.limits,
        allow_private: source.allow_private,
        obey_robots: source.obey_robots,
        render: source.render.clone(),
    }
}

/// The attempt that brought a body.
pub(super) fn attempt(body: &StoredBody, started_at: Timestamp) -> Attempt {
    Attempt {
        snapshot: Some(body.id),
        started_at,
        finished_at: body.fetched_at,
        http_status: Some(body.status),
        bytes: Some(body.bytes.len() as u64),
    }
}

fn confirmed(state: SourceState, body: &StoredBody) -> SourceState {
    SourceState {
        validators: body.validators.clone(),
        moved_to: body.moved_to.clone().or(state.moved_to.clone()),
        ..state
    }
}
