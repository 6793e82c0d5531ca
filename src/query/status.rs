//! How the watch fares: sources, totals, outbox, digests, daemon. Works beside a running daemon and
//! without one, and costs the same however long the history is.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use crate::model::{AssistantMemory, ChannelTrouble, DigestSpec, SourceId};
use crate::store::{Counts, DeliveryState, Store, Totals};

use super::QueryError;

/// How the watch fares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// When this was asked.
    pub at: Timestamp,
    /// The database file.
    pub database: PathBuf,
    /// The daemon.
    pub daemon: DaemonStatus,
    /// Configured sources, by id.
    pub sources: Vec<SourceStatus>,
    /// What the database holds.
    pub totals: Totals,
    /// How many messages stand in each state.
    pub outbox: BTreeMap<DeliveryState, u64>,
    /// When the next message is due.
    pub next_delivery_at: Option<Timestamp>,
    /// Channels that do not take messages, the longest first.
    pub troubles: Vec<ChannelTrouble>,
    /// What the assistant did, if one was ever asked.
    pub assistant: Option<AssistantMemory>,
    /// Configured digests, in the order of the configuration.
    pub digests: Vec<DigestStatus>,
}

/// Does a daemon serve this database?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DaemonStatus {
    /// Does one?
    pub running: bool,
    /// Its process number, if it could be read.
    pub pid: Option<u32>,
}

/// How one source fares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceStatus {
    /// Which.
    pub id: SourceId,
    /// Name for people.
    pub title: String,
    /// How it is read.
    pub kind: String,
    /// Where it is.
    pub url: String,
    /// Where it has permanently moved, if it has.
    pub moved_to: Option<String>,
    /// Is it polled?
    pub enabled: bool,
    /// Platform it is about.
    pub platform: Option<String>,
    /// Labels.
    pub tags: Vec<String>,
    /// Last attempt.
    pub last_poll_at: Option<Timestamp>,
    /// Name of the last outcome.
    pub last_outcome: Option<String>,
    /// One line about it, for failures.
    pub message: Option<String>,
    /// When it is polled next; `None` when disabled or not planned yet.
    pub next_poll_at: Option<Timestamp>,
    /// Last attempt that brought or confirmed content.
    pub last_ok_at: Option<Timestamp>,
    /// Last time the content changed or an item came.
    pub last_change_at: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
    /// What is kept of it.
    pub counts: Counts,
}

/// When a digest was composed last and is composed next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DigestStatus {
    /// Name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// When it was composed last.
    pub last_at: Option<Timestamp>,
    /// When it is due next.
    pub next_at: Option<Timestamp>,
    /// Is it sent as soon as there is something to tell?
    pub instant: bool,
    /// Channels it goes to.
    pub channels: Vec<String>,
}

/// How the watch fares at `now`.
pub async fn status(
    store: &Store,
    digests: &[DigestSpec],
    now: Timestamp,
) -> Result<Status, QueryError> {
    let asked = store.clone();
    let digests = digests.to_vec();
    let status = store.read(move |reader| {
        let holder = asked.instance_holder();
        let mut states: HashMap<_, _> = reader
            .states()?
            .into_iter()
            .map(|state| (state.source.clone(), state))
            .collect();
        let sources = reader.sources()?.into_iter().filter_map(|source| {
            let state = states.remove(&source.id)?;
            Some(SourceStatus {
                id: source.id,
                title: source.title,
                kind: source.kind,
                url: source.url,
                moved_to: state.moved_to.map(String::from),
                enabled: source.enabled,
                platform: source.platform,
                tags: source.tags,
                last_poll_at: state.last_poll_at,
                last_outcome: state.last_outcome,
                message: state.last_message,
                next_poll_at: state.next_poll_at.filter(|_| source.enabled),
                last_ok_at: state.last_ok_at,
                last_change_at: state.last_change_at,
                failures: state.failures,
                counts: source.counts,
            })
        });
        let digests = digests.into_iter().map(|digest| {
            Ok(DigestStatus {
                last_at: reader.last_run(&digest.name)?.map(|run| run.at),
                next_at: digest.next_after(now),
                instant: digest.is_instant(),
                name: digest.name,
                title: digest.title,
                channels: digest.channels,
            })
        });
        Ok(Status {
            at: now,
            database: asked.path().to_owned(),
            daemon: DaemonStatus {
                running: holder.is_some(),
                pid: holder.and_then(|holder| holder.pid),
            },
            sources: sources.collect(),
            totals: reader.totals()?,
            assistant: reader.recall(AssistantMemory::MEMO)?,
            outbox: reader.outbox_counts()?,
            next_delivery_at: reader.next_delivery_at()?,
            troubles: reader.troubles()?,
            digests: digests.collect::<Result<_, crate::store::StoreError>>()?,
        })
    });
    Ok(status.await?)
}
