//! Trends: feeds what is new in the store to the tracker, and keeps what it finds.
//!
//! Each check writes down, with its findings in one transaction, up to which item and at what time it
//! looked. The tracker's own state is large, so it is saved only now and then, as a checkpoint: a
//! restart loads it and repeats the checks since, and so goes on exactly where the last check ended
//! and tells nothing twice. A checkpoint is written beside the one before and takes its place only
//! when it is whole. Without one that can be read the last weeks of items are taken in again.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Pipeline;
use crate::detect::trends::{Tracker, TrendItem, TrendSettings, trend_finding};
use crate::model::{
    FindingId, ItemId, Role, Source, SourceId, StoryId, Trend, TrendId, TrendStage,
};
use crate::store::{StoreError, StoredItem, TrendFilter};

/// Items taken from the store at once.
const BATCH: usize = 2_000;
/// What the watch remembers beside the tracker's own state.
const SEEN: &str = "trends.seen";
/// Where an earlier layout stood.
const FORMER: &str = "trends.state";
/// Checks and items after which the tracker's state is saved: what a restart repeats at most.
const REPEAT_CHECKS: usize = 72;
const REPEAT_ITEMS: usize = 10_000;
/// A told trend is forgotten this long after it was last seen.
const FORGET: SignedDuration = SignedDuration::from_hours(24 * 30);
/// The past of which a lost state is built anew, and how often it is looked at meanwhile.
const REBUILD: SignedDuration = SignedDuration::from_hours(24 * 31);
const REBUILD_EVERY: SignedDuration = SignedDuration::from_hours(6);
/// Trends told before that past that a state built anew recalls, so that what returns is known; how many
/// at once, and items of each.
const RECALL: usize = 16_000;
const RECALL_BATCH: usize = 200;
const RECALL_ITEMS: usize = 40;

/// What the watch over trends must remember beside the tracker's own state.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Seen {
    /// The last item handed to the tracker.
    item: Option<ItemId>,
    /// Trends that were told, with the time of their last burst.
    told: HashMap<TrendId, Timestamp>,
    /// The saved state, if there is one.
    #[serde(default)]
    checkpoint: Option<Checkpoint>,
    /// Checks since the checkpoint: up to which item, when.
    #[serde(default)]
    checks: Vec<(ItemId, Timestamp)>,
}

/// Where the tracker's state was saved.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Checkpoint {
    /// Which of two places; they take turns.
    place: u8,
    /// How many parts.
    parts: usize,
    /// The last item it knows.
    item: ItemId,
}

impl Checkpoint {
    fn prefix(place: u8) -> String {
        format!("trends.part.{place}.")
    }

    fn name(place: u8, part: usize) -> String {
        format!("{}{part}", Self::prefix(place))
    }
}

/// The watch over trends, in memory.
pub(super) struct Watch {
    tracker: Tracker,
    seen: Seen,
    /// Items since the checkpoint.
    since: usize,
    /// Stories of items since the last check: topics count an owner's story once.
    stories: Vec<(ItemId, StoryId)>,
}

impl Pipeline {
    /// Takes in the items that are new since the last check and looks for what bursts now. Each trend
    /// is told once; what is only fading or over when first seen is not told at all. New names are looked
    /// for, too.
    pub async fn watch_trends(&self) -> Result<Vec<FindingId>, StoreError> {
        let mut held = self.trends.lock().await;
        let mut watch = match held.take() {
            Some(watch) => watch,
            None => self.restore().await?,
        };
        let now = self.now();
        watch = self.feed(watch, None).await?;
        let (mut watch, trends) = self.check_trends(watch, now).await;
        let mut findings = self.tell_trends(&mut watch, trends, now).await?;
        if watch.since >= REPEAT_ITEMS || watch.seen.checks.len() >= REPEAT_CHECKS {
            self.save(&mut watch).await?;
        }
        *held = Some(watch);
        // after the trends, so that a new name knows its own
        findings.extend(self.watch_names().await?);
        if !findings.is_empty() {
            self.found.notify_one();
        }
        Ok(findings)
    }

    /// Hands the tracker what came after the last item it knows, up to `until` if given.
    async fn feed(&self, mut watch: Watch, until: Option<ItemId>) -> Result<Watch, StoreError> {
        loop {
            let after = watch.seen.item.unwrap_or(ItemId(0));
            let mut items = self
                .store
                .read(move |reader| reader.items_after(after, BATCH))
                .await?;
            let full = items.len() == BATCH;
            items.retain(|item| until.is_none_or(|until| item.id <= until));
            let Some(last) = items.last() else { break };
            watch.seen.item = Some(last.id);
            watch.since += items.len();
            let config = Arc::clone(&self.config);
            watch = self
                .on_reader(move || {
                    let by_id: HashMap<_, _> = config
                        .sources
                        .iter()
                        .map(|source| (&source.id, source))
                        .collect();
                    for item in &items {
                        let source = by_id.get(&item.source).copied();
                        let story = add(&mut watch.tracker, item, source);
                        if !config.topics.is_empty() {
                            watch.stories.push((item.id, story));
                        }
                    }
                    watch
                })
                .await;
            if !full {
                break;
            }
        }
        Ok(watch)
    }

    async fn check_trends(&self, mut watch: Watch, now: Timestamp) -> (Watch, Vec<Trend>) {
        self.on_reader(move || {
            let trends = watch.tracker.check(now);
            (watch, trends)
        })
        .await
    }

    async fn tell_trends(
        &self,
        watch: &mut Watch,
        trends: Vec<Trend>,
        now: Timestamp,
    ) -> Result<Vec<FindingId>, StoreError> {
        let trends = self.with_links(trends).await?;
        let mut findings = Vec::new();
        for trend in &trends {
            let grows = matches!(
                trend.stage,
                TrendStage::Emerging | TrendStage::Rising | TrendStage::Peaking
            );
            // what comes as always may yet grow beyond it
            let is_news = !trend.evidence.is_routine() && watch.seen.is_first(trend.id, now);
            if !is_news || !grows {
                continue;
            }
            let Some(lead) = self.lead(trend) else {
                continue;
            };
            let mut finding = trend_finding(trend, lead, now);
            finding
                .evidence
                .extend(self.tellers_of_trend(trend, lead).await?);
            findings.push(finding);
        }
        let seen = &mut watch.seen;
        seen.told.retain(|_, at| now.duration_since(*at) < FORGET);
        seen.checks.push((seen.item.unwrap_or(ItemId(0)), now));
        let json = json(seen);
        for finding in &findings {
            tracing::info!(title = finding.title, gist = finding.gist, "trend");
        }
        let stages: Vec<(TrendId, TrendStage)> = watch.tracker.stages().collect();
        let (stories, merges) = (
            std::mem::take(&mut watch.stories),
            watch.tracker.take_merges(),
        );
        self.store
            .write(move |writer| {
                writer.set_memo(SEEN, &json)?;
                writer.record_trends(&trends, now)?;
                writer.record_stages(&stages, now)?;
                writer.note_stories(&stories, &merges)?;
                findings
                    .iter()
                    .map(|finding| writer.add_finding(finding))
                    .collect()
            })
            .await
    }

    /// The trends, each with the link of its headline's item.
    async fn with_links(&self, mut trends: Vec<Trend>) -> Result<Vec<Trend>, StoreError> {
        self.store
            .read(move |reader| {
                for trend in &mut trends {
                    let item = reader.item(ItemId(trend.headline_item)).ok();
                    trend.link = item.and_then(|item| item.read.link);
                }
                Ok(trends)
            })
            .await
    }

    /// Saves the tracker's state part by part beside the one before, then lets it take its place.
    async fn save(&self, watch: &mut Watch) -> Result<(), StoreError> {
        let former = watch.seen.checkpoint.map(|checkpoint| checkpoint.place);
        let place = former.map_or(0, |place| 1 - place.min(1));
        let (mut parts, mut bytes) = (0, 0);
        for part in watch.tracker.save() {
            // a state that cannot be written down is built anew from the stored items at the next start
            let Ok(part) = part else { return Ok(()) };
            let name = Checkpoint::name(place, parts);
            (parts, bytes) = (parts + 1, bytes + part.len());
            self.store
                .write(move |writer| writer.set_memo(&name, &part))
                .await?;
        }
        watch.seen.checkpoint = Some(Checkpoint {
            place,
            parts,
            item: watch.seen.item.unwrap_or(ItemId(0)),
        });
        watch.seen.checks.clear();
        watch.since = 0;
        tracing::debug!(parts, bytes, "saved the state of trend detection");
        let json = json(&watch.seen);
        self.store
            .write(move |writer| {
                writer.set_memo(SEEN, &json)?;
                writer.drop_memos(FORMER)?;
                if let Some(former) = former {
                    writer.drop_memos(&Checkpoint::prefix(former))?;
                }
                Ok(())
            })
            .await
    }

    /// The state as saved, and the checks since repeated.
    async fn restore(&self) -> Result<Watch, StoreError> {
        let seen: Seen = self
            .store
            .read(|reader| reader.recall(SEEN))
            .await?
            .unwrap_or_default();
        let tracker = match seen.checkpoint {
            // saved by an earlier layout, whole and at every check
            None if seen.checks.is_empty() && seen.item.is_some() => Err(None),
            // no checkpoint yet: all checks since the first are repeated
            None => Ok((Tracker::new(TrendSettings::default()), ItemId(0))),
            Some(saved) => self
                .store
                .read(move |reader| {
                    let parts = (0..saved.parts).map(|part| {
                        let memo = reader.memo(&Checkpoint::name(saved.place, part));
                        memo.ok().flatten().unwrap_or_default()
                    });
                    Ok(Tracker::load(parts).map(|tracker| (tracker, saved.item)))
                })
                .await?
                .map_err(Some),
        };
        let (tracker, item) = match tracker {
            Ok(loaded) => loaded,
            Err(why) => {
                if let Some(error) = why {
                    tracing::warn!("trends are tracked anew: {error}");
                }
                return self.rebuild(seen).await;
            }
        };
        let checks = seen.checks.clone();
        let mut watch = Watch {
            tracker,
            seen: Seen {
                item: Some(item),
                ..seen
            },
            since: 0,
            stories: Vec::new(),
        };
        for (item, at) in checks {
            watch = self.feed(watch, Some(item)).await?;
            watch = self.check_trends(watch, at).await.0;
        }
        // both were written down when these checks were made
        watch.stories.clear();
        watch.tracker.take_merges();
        Ok(watch)
    }

    /// A state from the last weeks of stored items; what they would have told counts as told.
    async fn rebuild(&self, seen: Seen) -> Result<Watch, StoreError> {
        let now = self.now();
        let since = now - REBUILD;
        let (before, last) = self
            .store
            .read(move |reader| Ok((reader.last_item_before(since)?, reader.last_trend()?)))
            .await?;
        // what the store remembers by number must never mean another trend
        let mut watch = Watch {
            tracker: Tracker::new(TrendSettings::default()).numbering_after(last),
            seen: Seen {
                item: before,
                told: seen.told,
                ..Seen::default()
            },
            since: 0,
            stories: Vec::new(),
        };
        watch = self.recall(watch, since).await?;
        // a database that trends were never looked for in is not news as a whole
        let mut at = since;
        while at < now {
            at = (at + REBUILD_EVERY).min(now);
            let until = if at == now {
                None
            } else {
                self.store
                    .read(move |reader| reader.last_item_before(at))
                    .await?
            };
            if until.is_some_and(|until| until <= watch.seen.item.unwrap_or(ItemId(0))) {
                continue;
            }
            watch = self.feed(watch, until).await?;
            let trends;
            (watch, trends) = self.check_trends(watch, at).await;
            for trend in trends {
                if !trend.evidence.is_routine() {
                    watch.seen.is_first(trend.id, at);
                }
            }
        }
        self.save(&mut watch).await?;
        Ok(watch)
    }

    /// Hands the tracker what was told before a time, as the store remembers it.
    async fn recall(&self, mut watch: Watch, before: Timestamp) -> Result<Watch, StoreError> {
        let ever = TrendFilter {
            since: Timestamp::MIN,
            language: None,
            stage: None,
            all: true,
        };
        let mut told: Vec<Trend> = self
            .store
            .read(move |reader| reader.trends(&ever, RECALL))
            .await?
            .into_iter()
            .filter(|stored| stored.checked_at < before)
            .map(|stored| stored.trend)
            .collect();
        // oldest first
        told.reverse();
        for batch in told.chunks(RECALL_BATCH) {
            let batch = batch.to_vec();
            let batch = self
                .store
                .read(move |reader| {
                    let with_items = batch.into_iter().map(|trend| {
                        let members = reader.trend_members(trend.id, RECALL_ITEMS)?;
                        Ok((trend, members))
                    });
                    with_items.collect::<Result<Vec<_>, StoreError>>()
                })
                .await?;
            for (trend, members) in &batch {
                let items: Vec<(Timestamp, &str, &str)> = members
                    .iter()
                    .map(|member| (member.at, member.owner.as_str(), member.title.as_str()))
                    .collect();
                watch.tracker.recall(trend, &items);
            }
        }
        Ok(watch)
    }

    /// The source of a trend's headline, or the first one that is still configured.
    fn lead(&self, trend: &Trend) -> Option<&Arc<Source>> {
        std::iter::once(&trend.source)
            .chain(&trend.sources)
            .filter_map(|id| id.parse::<SourceId>().ok())
            .find_map(|id| self.source(&id))
    }
}

impl Seen {
    /// Notes a burst; was it never told before?
    fn is_first(&mut self, trend: TrendId, at: Timestamp) -> bool {
        self.told.insert(trend, at).is_none()
    }
}

fn json(seen: &Seen) -> Vec<u8> {
    serde_json::to_vec(seen).unwrap_or_default()
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
        // nothing is published after it was seen: one false date must not move the tracker's clock
        at: read
            .published
            .map_or(item.first_seen_at, |at| at.min(item.first_seen_at)),
        language: read
            .language
            .as_deref()
            .or(source.and_then(|source| source.language.as_deref())),
        title,
        summary: &read.summary,
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

#[cfg(test)]
pub(super) mod tests;
