//! The one place where fetching, storing, reading, detecting, digests and deliveries meet.
//!
//! A [`Pipeline`] is what one configuration makes of the world: its store, its fetcher, its channels.
//! It has no loop and no timer; the service, `tidewatch poll` and the demo all drive the same three
//! verbs:
//!
//! - [`Pipeline::poll`] fetches one source, keeps the raw body, reads it, and commits all that came of it;
//! - [`Pipeline::send_digest`] composes a digest and puts its messages into the outbox;
//! - [`Pipeline::deliver`] tries one message.
//!
//! [`Pipeline::send_alerts`] tells at once what cannot wait, after each commit that brought findings.
//!
//! Killed between any two steps, the next start goes on: a body that was kept but not read is read
//! ([`Pipeline::resume`]), a message that was not acknowledged is sent again under the same id.

mod alert_plan;
mod alerts;
mod assistant;
mod audience;
mod commit;
mod deliver;
mod digest;
mod discover;
mod gone;
mod judge;
mod key;
mod notices;
mod older;
mod poll;
mod radar;
mod recall;
mod refusal;
mod resume;
mod retain;
mod review;
mod rulebook;
mod stories;
mod tellers;
mod topics;
mod trend_now;
mod trends;
mod trial;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::config::Config;
use crate::deliver::{Assistant, DeliverError, Deliverer};
use crate::detect::topic::Matcher;
use crate::fetch::{FetchError, FetchSettings, Fetcher};
use crate::model::{Clock, Source, SourceId, SourceState, VoteLinks};
use crate::schedule::{self, Pace};
use crate::store::{Store, StoreError};

/// The seam for a world of one's own: a replay serves what was recorded.
pub use crate::fetch::{Fetch, Fetching};
pub use alert_plan::AlertPlan;
pub use commit::PollReport;
pub use deliver::Delivered;
pub use digest::{DigestError, Preview};
pub use discover::{Discoverer, Found, Looked, polls_ahead};
pub use key::{KeyError, vote_key};
pub use trial::{Guise, Tried, try_source};

use poll::job;

/// How long a robots.txt is believed.
const ROBOTS_TTL: Duration = Duration::from_hours(24);

/// Bodies being read or judged at once, by core: some wait for the store while one is read.
const DESKS: usize = 2;

/// One configuration at work on one store.
pub struct Pipeline {
    /// What is configured.
    pub config: Arc<Config>,
    /// What is remembered.
    pub store: Store,
    clock: Arc<dyn Clock>,
    /// The configured sources by name.
    sources: HashMap<SourceId, Arc<Source>>,
    fetcher: Arc<dyn Fetch>,
    deliverer: Deliverer,
    /// Who words gists anew, if anyone does.
    assistant: Option<Assistant>,
    pace: Pace,
    /// How many bodies are read at once: one a core.
    readers: tokio::sync::Semaphore,
    /// The queries of the watched topics, compiled.
    topics: Arc<Matcher>,
    /// Platforms that sources are about, once each.
    platforms: Arc<Vec<String>>,
    /// How many bodies are in memory between their arrival and their commit.
    desks: tokio::sync::Semaphore,
    /// The state of trend detection, once it has been read from the store.
    trends: tokio::sync::Mutex<Option<trends::Watch>>,
    /// One digest is composed and committed at a time, so that none tells what another is telling.
    telling: tokio::sync::Mutex<()>,
    /// Rung whenever findings were committed.
    found: tokio::sync::Notify,
}

/// Why a pipeline cannot be built from a configuration.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The HTTP client.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A channel.
    #[error(transparent)]
    Deliver(#[from] DeliverError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key for readers' links.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl Pipeline {
    /// Builds the pipeline and writes the configured sources into the store, with a first time to
    /// poll those that are new.
    pub async fn new(
        config: Arc<Config>,
        store: Store,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, BuildError> {
        let fetcher = Arc::new(fetcher(&config, Arc::clone(&clock))?);
        Self::with_fetcher(config, store, clock, fetcher).await
    }

    /// As [`Self::new`], on a world of one's own.
    pub async fn with_fetcher(
        config: Arc<Config>,
        store: Store,
        clock: Arc<dyn Clock>,
        fetcher: Arc<dyn Fetch>,
    ) -> Result<Self, BuildError> {
        crate::detect::use_words(&config.detection.words);
        let config = with_votes(config)?;
        let deliverer = Deliverer::new(&config.channels)?.with_clock(Arc::clone(&clock));
        let assistant = config.assistant.as_ref().map(Assistant::open).transpose()?;
        let pace = Pace {
            jitter: config.schedule.jitter,
            backoff_base: config.schedule.backoff_base,
            backoff_cap: config.schedule.backoff_cap,
        };
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let topics = Arc::new(Matcher::new(&config.topics));
        let platforms = Arc::new(platforms(&config));
        let by_name = |source: &Arc<Source>| (source.id.clone(), Arc::clone(source));
        let sources = config.sources.iter().map(by_name).collect();
        let pipeline = Self {
            sources,
            config,
            store,
            clock,
            fetcher,
            deliverer,
            assistant,
            pace,
            readers: tokio::sync::Semaphore::new(cores),
            desks: tokio::sync::Semaphore::new(cores * DESKS),
            trends: tokio::sync::Mutex::new(None),
            telling: tokio::sync::Mutex::new(()),
            found: tokio::sync::Notify::new(),
            topics,
            platforms,
        };
        pipeline.plan_new_sources().await?;
        Ok(pipeline)
    }

    /// The present instant, as this pipeline sees it.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Waits until findings are committed; at once if some were since the last wait.
    pub async fn found_something(&self) {
        self.found.notified().await;
    }

    /// The configured source of that name.
    pub fn source(&self, id: &SourceId) -> Option<&Arc<Source>> {
        self.sources.get(id)
    }

    /// Sources that are due now, longest waiting first, and when the next one is due otherwise.
    pub async fn due(&self) -> Result<(Vec<Arc<Source>>, Option<Timestamp>), StoreError> {
        let states = self.states().await?;
        let now = self.now();
        let due = schedule::due(&self.config.sources, &states, now)
            .into_iter()
            .cloned()
            .collect();
        let later = self.config.sources.iter().filter(|source| source.enabled);
        let next = later
            .filter_map(|source| states.get(&source.id)?.next_poll_at)
            .filter(|at| *at > now)
            .min();
        Ok((due, next))
    }

    async fn states(&self) -> Result<HashMap<SourceId, SourceState>, StoreError> {
        let states = self.store.read(crate::store::Reader::states).await?;
        Ok(states
            .into_iter()
            .map(|state| (state.source.clone(), state))
            .collect())
    }

    async fn plan_new_sources(&self) -> Result<(), StoreError> {
        let (config, now) = (Arc::clone(&self.config), self.now());
        self.store
            .write(move |writer| {
                writer.sync_sources(&config.sources, now)?;
                let topics = config.topics.iter();
                let topics: Vec<_> = topics
                    .map(|topic| (topic.name.clone(), topic.fingerprint()))
                    .collect();
                writer.sync_topics(&topics)?;
                writer.sync_rules(&config.rules, now)?;
                let unplanned: Vec<_> = writer
                    .states()?
                    .into_iter()
                    .filter(|s| s.next_poll_at.is_none())
                    .collect();
                for state in unplanned {
                    if let Some(source) = config.sources.iter().find(|s| s.id == state.source) {
                        writer.set_next_poll(&state.source, schedule::first_poll(source, now))?;
                    }
                }
                Ok(())
            })
            .await
    }
}

/// Platforms that the configured sources are about, once each, by name.
fn platforms(config: &Config) -> Vec<String> {
    let named = config.sources.iter().filter_map(|s| s.platform.clone());
    let platforms: std::collections::BTreeSet<String> = named.collect();
    platforms.into_iter().collect()
}

/// Tells every digest where its readers' votes go.
fn with_votes(config: Arc<Config>) -> Result<Arc<Config>, KeyError> {
    let Some(base) = config.web.public_url.clone() else {
        return Ok(config);
    };
    let key = vote_key(&config.data_dir)?;
    let mut config = Arc::unwrap_or_clone(config);
    for spec in &mut config.digests {
        let (base, key) = (base.clone(), key.clone());
        spec.terms.votes = Some(VoteLinks { base, key });
    }
    Ok(Arc::new(config))
}

/// The fetcher that a configuration asks for.
fn fetcher(config: &Config, clock: Arc<dyn Clock>) -> Result<Fetcher, FetchError> {
    Fetcher::new(
        FetchSettings {
            user_agent: config.http.user_agent.clone(),
            host_gap: config.http.host_gap,
            concurrency: config.http.concurrency,
            robots_ttl: ROBOTS_TTL,
            ca_file: config.http.ca_file.clone(),
            browser: config.http.browser.clone(),
            scratch: config.data_dir.join("browser"),
        },
        clock,
    )
}

#[cfg(test)]
mod tests;
