//! Paging back: what a channel posted between two polls and its first page no longer shows.
//!
//! A gap is a first page of which no item is known (but for what is pinned to its top), while the source was read before. It is
//! remembered **before** that page is committed, so a kill at any point leaves it to the next poll.
//! Then older pages are fetched, each kept as a snapshot first and committed as a poll of its own,
//! until a known item is met, the posts are older than the last good poll, the pages end or do not
//! move, or as many were read as the configuration allows. On the first sight of a source there is no
//! gap; it is paged back only if the configuration asks for it, and none of it is news.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use super::Pipeline;
use super::commit::{Attempt, PollReport};
use super::judge::{self, Known, Sighting};
use super::poll::{EXTRACTOR, job};
use crate::detect::identity::{self, ItemMatch};
use crate::model::{
    FetchJob, FetchResult, KnownItem, ReadItem, ReadOutcome, Reading, Source, SourceState,
    Validators,
};
use crate::store::{StoreError, StoredBody};

/// Posts may be dated a little before they are shown.
const LATE: SignedDuration = SignedDuration::from_hours(1);
/// Tag of posts that stand at the top whatever their date.
const PINNED: &str = "pinned";
/// Gaps that are remembered at once; older ones are given up.
const MOST_GAPS: usize = 4;

/// Where posts are missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Gap {
    /// The page that is read next.
    url: Url,
    /// Nothing from before that is missing.
    since: Option<Timestamp>,
    /// Pages that may still be read.
    left: u32,
    /// Is it the first sight of the source, whose posts are not news?
    first: bool,
}

impl Pipeline {
    /// Remembers a gap below the first page, if there is one. Call before the page is committed.
    pub(super) async fn note_gap(
        &self,
        source: &Source,
        state: &SourceState,
        reading: &Reading,
        known: &Known,
    ) -> Result<(), StoreError> {
        let pages = &self.config.schedule;
        let left = if state.seen {
            pages.older_pages
        } else {
            pages.first_pages
        };
        let Some(url) = reading.older.clone().filter(|_| left > 0) else {
            return Ok(());
        };
        let pinned = |item: &&ReadItem| !item.tags.iter().any(|tag| tag == PINNED);
        let in_order: Vec<_> = reading.items.iter().filter(pinned).cloned().collect();
        if in_order.is_empty() || is_met(&in_order, &known.items) || !may_follow(source, &url) {
            return Ok(());
        }
        let gap = Gap {
            url,
            since: state.last_ok_at.filter(|_| state.seen),
            left,
            first: !state.seen,
        };
        let mut gaps = self.gaps(source).await?;
        // after a kill the same page is read again
        gaps.retain(|known| known.url != gap.url);
        gaps.push(gap);
        if gaps.len() > MOST_GAPS {
            gaps.remove(0);
        }
        self.remember_gaps(source, &gaps).await
    }

    /// Reads the pages that are missing, newest gap first, and adds what came of them to the report.
    pub(super) async fn catch_up(
        &self,
        source: &Arc<Source>,
        mut report: PollReport,
    ) -> Result<PollReport, StoreError> {
        let mut gaps = self.gaps(source).await?;
        while let Some(mut gap) = gaps.pop() {
            loop {
                match Box::pin(self.older_page(source, &gap)).await? {
                    Page::Read { more, next } => {
                        report.new_items += more.new_items;
                        report.edited_items += more.edited_items;
                        report.findings.extend(more.findings);
                        report.next_poll_at = more.next_poll_at;
                        let Some(next) = next.filter(|_| gap.left > 1) else {
                            break;
                        };
                        gap.url = next;
                        gap.left -= 1;
                        gaps.push(gap.clone());
                        self.remember_gaps(source, &gaps).await?;
                        gaps.pop();
                    }
                    Page::Later(why) => {
                        tracing::info!(source = %source.id, url = %gap.url, "older posts wait for the next poll: {why}");
                        return Ok(report);
                    }
                    Page::Never(why) => {
                        tracing::warn!(source = %source.id, url = %gap.url, "older posts cannot be read: {why}");
                        break;
                    }
                }
            }
            self.remember_gaps(source, &gaps).await?;
        }
        Ok(report)
    }

    async fn older_page(&self, source: &Arc<Source>, gap: &Gap) -> Result<Page, StoreError> {
        let id = source.id.clone();
        let state = self.store.read(move |reader| reader.state(&id)).await?;
        let wanted = FetchJob {
            url: gap.url.clone(),
            validators: Validators::default(),
            ..job(source, &state)
        };
        let outcome = self.fetcher.fetch(&wanted).await;
        let body = match outcome.result {
            FetchResult::Body(body) => Arc::new(body),
            FetchResult::Failed(failure) if failure.is_transient() => {
                return Ok(Page::Later(failure.message));
            }
            FetchResult::Failed(failure) => return Ok(Page::Never(failure.message)),
            FetchResult::NotModified { .. } => {
                return Ok(Page::Never(
                    "304 to a request without conditions".to_owned(),
                ));
            }
        };
        let (id, kept, at) = (source.id.clone(), Arc::clone(&body), outcome.finished_at);
        let saved = self
            .store
            .write(move |writer| writer.save_snapshot(&id, at, &kept))
            .await?;
        let body = Arc::unwrap_or_clone(body);
        let attempt = Attempt {
            snapshot: Some(saved.id),
            started_at: outcome.started_at,
            finished_at: at,
            http_status: Some(body.status),
            bytes: Some(body.bytes.len() as u64),
        };
        let stored = StoredBody {
            id: saved.id,
            source: source.id.clone(),
            fetched_at: at,
            status: body.status,
            final_url: body.final_url,
            moved_to: None,
            content_type: body.content_type,
            validators: Validators::default(),
            bytes: body.bytes,
        };
        let (_, mut reading) = self.extract(source, stored).await;
        if reading.outcome != ReadOutcome::Read {
            let why = reading
                .outcome
                .why()
                .unwrap_or(reading.outcome.name())
                .to_owned();
            return Ok(Page::Never(why));
        }
        // a page further back says nothing of the source as it is now
        reading.text = None;
        let keys = identity::keys(&reading.items).concat();
        let id = source.id.clone();
        let items = self
            .store
            .read(move |reader| reader.known_items(&id, &keys))
            .await?;
        let is_met = is_met(&reading.items, &items);
        let known = Known {
            items,
            ..Known::default()
        };
        let as_seen = SourceState {
            seen: !gap.first,
            ..state.clone()
        };
        let judged = judge::judge(
            &Sighting {
                source,
                state: &as_seen,
                reading: &reading,
                extractor: &format!("{}/{EXTRACTOR}", source.kind.as_str()),
                again: SignedDuration::ZERO,
                now: at,
            },
            &known,
        );
        let more = self.commit_older(source, state, attempt, judged).await?;
        let is_before = gap.since.is_some_and(|since| {
            let since = since.saturating_sub(LATE).unwrap_or(Timestamp::MIN);
            let dates = || reading.items.iter().filter_map(|item| item.published);
            dates().next().is_some() && dates().all(|at| at < since)
        });
        let next = reading
            .older
            .filter(|next| *next != gap.url && may_follow(source, next))
            .filter(|_| !is_met && !is_before && !reading.items.is_empty());
        let more = Box::new(more);
        Ok(Page::Read { more, next })
    }

    async fn gaps(&self, source: &Source) -> Result<Vec<Gap>, StoreError> {
        let name = memo(source);
        let kept = self.store.read(move |reader| reader.recall(&name)).await?;
        // of another version: nothing that the next gap would not find again
        Ok(kept.unwrap_or_default())
    }

    async fn remember_gaps(&self, source: &Source, gaps: &[Gap]) -> Result<(), StoreError> {
        let (name, gaps) = (memo(source), gaps.to_vec());
        self.store
            .write(move |writer| writer.remember(&name, &gaps))
            .await
    }
}

/// What came of one older page.
enum Page {
    Read {
        more: Box<PollReport>,
        /// Where it goes on, if it does.
        next: Option<Url>,
    },
    /// It may be read at the next poll.
    Later(String),
    Never(String),
}

/// Is any of the items known? Words that are said again are not enough.
fn is_met(items: &[ReadItem], known: &[KnownItem]) -> bool {
    let is_known = |found: &ItemMatch| matches!(found, ItemMatch::Same(_) | ItemMatch::Edited(_));
    identity::plan(items, known).iter().any(is_known)
}

fn memo(source: &Source) -> String {
    format!("gaps:{}", source.id)
}

/// Headers may carry secrets, and a page names its own continuation: never to another origin.
fn may_follow(source: &Source, url: &Url) -> bool {
    source.headers.is_empty() || url.origin() == source.url.origin()
}
