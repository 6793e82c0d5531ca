//! Trends: feeds what is new in the store to the tracker, and keeps what it finds.
//!
//! The tracker's state, the last item it has seen and the findings of a check share one transaction:
//! a restart goes on exactly where the last check ended, and tells nothing twice.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Pipeline;
use crate::detect::trends::{Tracker, TrendItem, TrendSettings, trend_finding};
use crate::model::{
    FindingId, ItemId, Role, Source, SourceId, StoryId, Trend, TrendId, TrendStage,
};
use crate::store::{StoreError, StoredItem};

/// Items taken from the store at once.
const BATCH: usize = 2_000;
const STATE: &str = "trends.state";
const SEEN: &str = "trends.seen";

/// What the watch over trends must remember beside the tracker's own state.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Seen {
    /// The last item handed to the tracker.
    item: Option<ItemId>,
    /// Trends that were told, with the time of their last burst.
    told: HashMap<TrendId, Timestamp>,
}

/// The watch over trends, in memory.
pub(super) struct Watch {
    tracker: Tracker,
    seen: Seen,
    /// Stories of items since the last check: topics count an owner's story once.
    stories: Vec<(ItemId, StoryId)>,
}

/// A told trend is forgotten this long after it was last seen.
const FORGET: jiff::SignedDuration = jiff::SignedDuration::from_hours(24 * 30);

impl Pipeline {
    /// Takes in the items that are new since the last check and looks for what bursts now. Each trend
    /// is told once; what is only fading or over when first seen is not told at all.
    pub async fn watch_trends(&self) -> Result<Vec<FindingId>, StoreError> {
        let mut held = self.trends.lock().await;
        let mut watch = match held.take() {
            Some(watch) => watch,
            None => self.restore().await?,
        };
        let now = self.now();
        loop {
            let after = watch.seen.item.unwrap_or(ItemId(0));
            let items = self
                .store
                .read(move |reader| reader.items_after(after, BATCH))
                .await?;
            let Some(last) = items.last() else { break };
            watch.seen.item = Some(last.id);
            let sources = Arc::clone(&self.config);
            let (back, full) = self
                .on_reader(move || {
                    let by_id: HashMap<_, _> = sources
                        .sources
                        .iter()
                        .map(|source| (&source.id, source))
                        .collect();
                    for item in &items {
                        let source = by_id.get(&item.source).copied();
                        let story = add(&mut watch.tracker, item, source);
                        if !sources.topics.is_empty() {
                            watch.stories.push((item.id, story));
                        }
                    }
                    (watch, items.len() == BATCH)
                })
                .await;
            watch = back;
            if !full {
                break;
            }
        }
        let (mut watch, trends) = self
            .on_reader(move || {
                let trends = watch.tracker.check(now);
                (watch, trends)
            })
            .await;
        let findings = self.tell_trends(&mut watch, &trends, now).await?;
        *held = Some(watch);
        if !findings.is_empty() {
            self.found.notify_one();
        }
        Ok(findings)
    }

    async fn tell_trends(
        &self,
        watch: &mut Watch,
        trends: &[Trend],
        now: Timestamp,
    ) -> Result<Vec<FindingId>, StoreError> {
        let mut findings = Vec::new();
        for trend in trends {
            let grows = matches!(
                trend.stage,
                TrendStage::Emerging | TrendStage::Rising | TrendStage::Peaking
            );
            let is_first = watch.seen.told.insert(trend.id, now).is_none();
            let recurrent = trend.evidence.recurrent.is_some();
            if let Some(lead) = self.lead(trend).filter(|_| is_first && grows && !recurrent) {
                findings.push(trend_finding(trend, lead, now));
            }
        }
        watch
            .seen
            .told
            .retain(|_, at| now.duration_since(*at) < FORGET);
        // a state that cannot be written down is built anew from the stored items at the next start
        let state = watch.tracker.save().unwrap_or_default();
        let seen = serde_json::to_vec(&watch.seen).unwrap_or_default();
        for finding in &findings {
            tracing::info!(title = finding.title, gist = finding.gist, "trend");
        }
        let trends = trends.to_vec();
        let (stories, merges) = (
            std::mem::take(&mut watch.stories),
            watch.tracker.take_merges(),
        );
        self.store
            .write(move |writer| {
                writer.set_memo(STATE, &state)?;
                writer.set_memo(SEEN, &seen)?;
                writer.record_trends(&trends, now)?;
                writer.note_stories(&stories, &merges)?;
                findings
                    .iter()
                    .map(|finding| writer.add_finding(finding))
                    .collect()
            })
            .await
    }

    /// The state as saved; without one that can be read, all items are taken in again.
    async fn restore(&self) -> Result<Watch, StoreError> {
        let (state, seen, last) = self
            .store
            .read(|reader| {
                Ok((
                    reader.memo(STATE)?,
                    reader.memo(SEEN)?,
                    reader.last_trend()?,
                ))
            })
            .await?;
        let seen: Seen = seen
            .and_then(|json| serde_json::from_slice(&json).ok())
            .unwrap_or_default();
        match state.as_deref().map(Tracker::load) {
            Some(Ok(tracker)) => Ok(Watch {
                tracker,
                seen,
                stories: Vec::new(),
            }),
            other => {
                if let Some(Err(error)) = other {
                    tracing::warn!("trends are tracked anew: {error}");
                }
                let seen = Seen { item: None, ..seen };
                // what the store remembers by number must never mean another trend
                let tracker = Tracker::new(TrendSettings::default()).numbering_after(last);
                Ok(Watch {
                    tracker,
                    seen,
                    stories: Vec::new(),
                })
            }
        }
    }

    /// The first source of a trend that is still configured.
    fn lead(&self, trend: &Trend) -> Option<&Arc<Source>> {
        let mut ids = trend
            .sources
            .iter()
            .filter_map(|id| id.parse::<SourceId>().ok());
        ids.find_map(|id| self.source(&id))
    }
}

fn add(tracker: &mut Tracker, item: &StoredItem, source: Option<&Arc<Source>>) -> StoryId {
    let read = &item.read;
    let title = if read.title.is_empty() {
        first_sentence(&read.summary)
    } else {
        &read.title
    };
    tracker.add(&TrendItem {
        id: item.id.0,
        owner: source.map_or(item.source.as_str(), |source| &source.owner),
        source: item.source.as_str(),
        at: read.published.unwrap_or(item.first_seen_at),
        language: read
            .language
            .as_deref()
            .or(source.and_then(|source| source.language.as_deref())),
        title,
        summary: &read.summary,
        link: read.link.as_deref(),
        official: source
            .is_some_and(|source| matches!(source.role, Role::Official | Role::Regulator)),
    })
}

fn first_sentence(text: &str) -> &str {
    let end = text
        .find(['.', '!', '?', '\n'])
        .map_or(text.len(), |at| at + 1);
    text.get(..end).unwrap_or(text)
}
