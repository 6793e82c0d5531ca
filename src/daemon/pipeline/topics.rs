//! Watched topics: what a poll's items mention, history for topics that are new, and spikes.
//!
//! Mentions of a poll's items are found while it is judged and stored in its transaction. A topic that
//! is new or was defined anew is filled from the stored items in bounded steps; what is found there is
//! counted and never alerts.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Pipeline;
use crate::detect::topic::{
    HISTORY, Hour, Matcher, Recent, SpikeItem, TopicText, WINDOWS, spike, spike_finding,
};
use crate::model::{FindingId, ItemId, ReadItem, Source, TopicSpec};
use crate::store::{
    ItemWrite, MentionItem, NewMention, Reader, StoreError, StoredItem, StoredTopic, TopicNo,
    hour_of,
};

/// Items of history matched in one step.
const BATCH: usize = 1_000;
/// Steps of one call.
const STEPS: usize = 5;
/// A topic is alerted of at most once in this time.
const REST: SignedDuration = SignedDuration::from_hours(24);
/// Mentions of a spike that are looked at for evidence.
const LOOKED_AT: usize = 500;
/// Longest beginning of a post that stands for its title, in characters.
const HEAD: usize = 120;

/// An item of a poll that mentions a topic, both by their place in their lists.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mentioned {
    item: usize,
    topic: usize,
}

/// Which of a poll's new and edited items mention which topics.
pub(super) fn mentioned(
    matcher: &Matcher,
    topics: &[TopicSpec],
    source: &Source,
    items: &[ItemWrite],
) -> Vec<Mentioned> {
    let fresh = items
        .iter()
        .enumerate()
        .filter(|(_, write)| write.known.is_none() || write.is_edit);
    fresh
        .flat_map(|(item, write)| {
            let found = matches(matcher, topics, source, &write.read);
            found
                .into_iter()
                .map(move |topic| Mentioned { item, topic })
        })
        .collect()
}

/// The same as rows, once the items have their numbers.
pub(super) fn rows(
    mentioned: &[Mentioned],
    topics: &[TopicSpec],
    source: &Source,
    items: &[ItemWrite],
    ids: &[ItemId],
    now: Timestamp,
) -> Vec<NewMention> {
    let row = |found: &Mentioned| {
        Some(NewMention {
            topic: topics.get(found.topic)?.name.clone(),
            item: *ids.get(found.item)?,
            at: items
                .get(found.item)?
                .read
                .published
                .unwrap_or(now)
                .min(now),
            owner: source.owner.clone(),
        })
    };
    mentioned.iter().filter_map(row).collect()
}

fn matches(
    matcher: &Matcher,
    topics: &[TopicSpec],
    source: &Source,
    read: &ReadItem,
) -> Vec<usize> {
    let text = TopicText {
        title: &read.title,
        body: &read.summary,
    };
    let mut found = matcher.matches(&text);
    found.retain(|topic| topics[*topic].looks_at(source));
    found
}

impl Pipeline {
    /// Matches some more of history for topics that need it; true when there is more to do.
    pub async fn fill_topics(&self) -> Result<bool, StoreError> {
        if self.config.topics.is_empty() {
            return Ok(false);
        }
        for _ in 0..STEPS {
            let stored = self.store.read(Reader::topics).await?;
            let waiting: Vec<StoredTopic> = stored
                .into_iter()
                .filter(|topic| topic.live.is_none() && self.topic(&topic.name).is_some())
                .collect();
            let Some(after) = waiting.iter().map(|topic| topic.filled).min() else {
                return Ok(false);
            };
            self.fill_step(&waiting, after).await?;
        }
        Ok(true)
    }

    /// Fills the topics that have come as far as `after` with the next items.
    async fn fill_step(&self, waiting: &[StoredTopic], after: ItemId) -> Result<(), StoreError> {
        let items = self
            .store
            .read(move |reader| reader.items_after(after, BATCH))
            .await?;
        let done = items.len() < BATCH;
        let mut upto = items.last().map_or(after, |item| item.id);
        // a topic that has come further than the others joins when they have caught up
        let next = waiting
            .iter()
            .map(|topic| topic.filled)
            .filter(|at| *at > after)
            .min();
        let mut stops_short = false;
        if let Some(next) = next.filter(|next| *next < upto) {
            upto = next;
            stops_short = true;
        }
        let behind = waiting.iter().filter(|topic| topic.filled == after);
        let (numbers, names): (Vec<TopicNo>, Vec<String>) =
            behind.map(|topic| (topic.no, topic.name.clone())).unzip();
        let (config, matcher) = (Arc::clone(&self.config), Arc::clone(&self.topics));
        let mentions = self
            .on_reader(move || {
                let sources: HashMap<_, _> = config.sources.iter().map(|s| (&s.id, s)).collect();
                let wanted = items.iter().filter(|item| item.id <= upto && !item.pruned);
                let mentions = wanted.filter_map(|item| {
                    let source = sources.get(&item.source)?;
                    let topics = matches(&matcher, &config.topics, source, &item.read);
                    let topics = topics.into_iter().map(|topic| &config.topics[topic].name);
                    let topics = topics.filter(|name| names.contains(name));
                    Some(
                        topics
                            .map(|name| of_history(name, item, source))
                            .collect::<Vec<_>>(),
                    )
                });
                mentions.flatten().collect::<Vec<_>>()
            })
            .await;
        let done = done && !stops_short;
        self.store
            .write(move |writer| writer.fill_topics(&numbers, &mentions, upto, done))
            .await
    }

    /// Looks for spikes, and tells each topic's at most once a day.
    pub async fn watch_topics(&self) -> Result<Vec<FindingId>, StoreError> {
        let now = self.now();
        let mut told = Vec::new();
        if self.config.topics.is_empty() {
            return Ok(told);
        }
        for stored in self.store.read(Reader::topics).await? {
            let rests = stored
                .alerted_at
                .is_some_and(|at| now.duration_since(at) < REST);
            let (Some(live), Some(topic)) = (stored.live, self.topic(&stored.name)) else {
                continue;
            };
            let Some(alert) = topic.alert.filter(|_| !rests) else {
                continue;
            };
            let no = stored.no;
            let seen = self
                .store
                .read(move |reader| present(reader, no, live, now))
                .await?;
            let Some(Present {
                past,
                recent,
                mentions,
            }) = seen
            else {
                continue;
            };
            let Some(spike) = spike(&past, &recent, hour_of(now), &alert) else {
                continue;
            };
            let since = now
                .saturating_sub(SignedDuration::from_hours(spike.hours))
                .unwrap_or(now);
            let items = evidence(&mentions, since);
            let lead = mentions.iter().rev().filter(|mention| mention.at >= since);
            let Some(lead) = lead.map(|m| &m.source).find_map(|id| self.source(id)) else {
                continue;
            };
            let mut finding = spike_finding(topic, &spike, &items, lead, now);
            let tellers = self.tellers_of_mentions(&mentions, since, lead);
            finding.evidence.extend(tellers);
            tracing::info!(title = finding.title, gist = finding.gist, "spike");
            told.push(
                self.store
                    .write(move |writer| writer.add_spike(no, &finding))
                    .await?,
            );
        }
        if !told.is_empty() {
            self.found.notify_one();
        }
        Ok(told)
    }

    fn topic(&self, name: &str) -> Option<&TopicSpec> {
        self.config.topics.iter().find(|topic| topic.name == name)
    }
}

fn of_history(topic: &str, item: &StoredItem, source: &Source) -> NewMention {
    NewMention {
        topic: topic.to_owned(),
        item: item.id,
        at: item
            .read
            .published
            .unwrap_or(item.first_seen_at)
            .min(item.first_seen_at),
        owner: source.owner.clone(),
    }
}

/// What is held against a topic's past.
struct Present {
    past: Vec<Hour>,
    recent: Vec<Recent>,
    /// Newest first.
    mentions: Vec<MentionItem>,
}

/// What is said now; `None` when no poll has brought any of it.
fn present(
    reader: &Reader,
    topic: TopicNo,
    live: ItemId,
    now: Timestamp,
) -> Result<Option<Present>, StoreError> {
    let (hour, longest) = (hour_of(now), WINDOWS.into_iter().max().unwrap_or(24));
    let since = now
        .saturating_sub(SignedDuration::from_hours(longest))
        .unwrap_or(now);
    let mentions = reader.mentions(topic, since, LOOKED_AT)?;
    if !mentions.iter().any(|mention| mention.item > live) {
        return Ok(None);
    }
    let from = hour - HISTORY - longest;
    let watched = reader.watched_hours(from, hour)?;
    let said: HashMap<i64, u32> = reader
        .topic_hours(topic, from, hour)?
        .into_iter()
        .map(|volume| (volume.hour, volume.owners))
        .collect();
    let past = (from..=hour).map(|hour| Hour {
        hour,
        voices: match said.get(&hour) {
            Some(owners) => Some(*owners),
            None => watched.binary_search(&hour).is_ok().then_some(0),
        },
    });
    let voices = reader.topic_voices(topic, hour - longest, hour)?;
    let recent = voices.into_iter().map(|(hour, owner, mentions)| Recent {
        hour,
        owner,
        mentions,
    });
    Ok(Some(Present {
        past: past.collect(),
        recent: recent.collect(),
        mentions,
    }))
}

/// The first item of each owner, oldest first.
fn evidence(mentions: &[MentionItem], since: Timestamp) -> Vec<SpikeItem> {
    let mut items: Vec<SpikeItem> = Vec::new();
    for mention in mentions.iter().rev().filter(|mention| mention.at >= since) {
        if items.iter().any(|item| item.owner == mention.owner) {
            continue;
        }
        let title = if mention.title.is_empty() {
            &mention.body
        } else {
            &mention.title
        };
        items.push(SpikeItem {
            title: title
                .chars()
                .take(HEAD)
                .collect::<String>()
                .trim()
                .to_owned(),
            owner: mention.owner.clone(),
            link: mention.link.clone(),
            at: mention.at,
        });
    }
    items
}
