//! Recorded bodies through the live code, under a virtual clock.
//!
//! A [`Replay`] is a real [`Pipeline`] on a store of its own that is thrown away, with one difference:
//! what it fetches comes from a [`Recording`]. So polling, reading, judging, flips and second readings
//! are the live ones, and the settings of the configuration are at work. It goes from step to step:
//! each recorded body is polled at its time, and a source of which a change waits for another reading is
//! polled again when that is due, unless its next body comes sooner. Nothing is sent, and the same recording gives the same steps.

mod fetch;
mod recording;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};

use super::pipeline::{Pipeline, PollReport};
use crate::config::Config;
use crate::model::{Finding, FindingId, ManualClock, SourceId};
use crate::store::Store;

pub use recording::{Recording, RecordingError};

/// Most further looks at one recorded body.
const LOOKS: u32 = 8;
/// Trends are looked for this often at most, as the daemon does.
const TRENDS: SignedDuration = SignedDuration::from_mins(10);

/// What came of one moment.
#[derive(Debug)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// Which source was polled.
    pub source: SourceId,
    /// How that poll ended.
    pub report: PollReport,
    /// Findings made, suppressed ones too, in order.
    pub findings: Vec<(FindingId, Finding)>,
}

/// A recording at work.
pub struct Replay {
    pipeline: Arc<Pipeline>,
    clock: Arc<ManualClock>,
    /// What is polled when, soonest first; with the looks already taken at that body.
    agenda: BTreeSet<(Timestamp, SourceId, u32)>,
    /// Times of the recorded bodies still to come, by source, latest first.
    bodies: BTreeMap<SourceId, Vec<Timestamp>>,
    last: FindingId,
    trends_at: Option<Timestamp>,
    /// Dropped last: the store's directory goes with it.
    _dir: Scratch,
}

impl Replay {
    /// Puts a recording to work under a configuration: its sources as configured where it names them,
    /// its settings for all; no channel, so nothing can be sent.
    pub async fn new(config: Config, recording: Recording) -> anyhow::Result<Self> {
        let dir = Scratch::new()?;
        let start = recording.start().unwrap_or(Timestamp::UNIX_EPOCH);
        let clock = Arc::new(ManualClock::new(start));
        let bodies = recording.times();
        let sources = recording.sources(&config.sources)?;
        let is_recorded = |id: &SourceId| sources.iter().any(|source| source.id == *id);
        let config = Config {
            rules: config
                .rules
                .iter()
                .filter(|rule| is_recorded(&rule.source))
                .cloned()
                .collect(),
            database: dir.0.join("replay.db"),
            data_dir: dir.0.clone(),
            sources,
            channels: Vec::new(),
            assistant: None,
            ..config
        };
        let path = config.database.clone();
        let store = tokio::task::spawn_blocking(move || Store::open_scratch(&path))
            .await?
            .context("opening the store of the replay")?;
        let fetcher = fetch::RecordedFetch::new(recording, Arc::clone(&clock));
        let pipeline = Pipeline::with_fetcher(
            Arc::new(config),
            store,
            Arc::clone(&clock) as _,
            Arc::new(fetcher),
        )
        .await?;
        pipeline.begin_digests().await?;
        let agenda = bodies
            .iter()
            .flat_map(|(id, times)| times.iter().map(|at| (*at, id.clone(), 0)))
            .collect();
        Ok(Self {
            pipeline: Arc::new(pipeline),
            clock,
            agenda,
            bodies,
            last: FindingId(0),
            trends_at: None,
            _dir: dir,
        })
    }

    /// The pipeline at work: its configuration, its store, its digests.
    pub fn pipeline(&self) -> &Arc<Pipeline> {
        &self.pipeline
    }

    /// When the next step is.
    pub fn next_at(&self) -> Option<Timestamp> {
        self.agenda.first().map(|(at, ..)| *at)
    }

    /// Moves the clock to a moment before the next step, to ask the pipeline something then: which
    /// digests are due, for one. Time never goes back.
    pub fn wait_until(&self, at: Timestamp) {
        self.clock.set(at.max(self.pipeline.now()));
    }

    /// Takes the next step; `None` when the recording is over.
    pub async fn step(&mut self) -> anyhow::Result<Option<Step>> {
        let Some((at, id, looks)) = self.agenda.pop_first() else {
            return Ok(None);
        };
        self.wait_until(at);
        let source = self.pipeline.source(&id).cloned();
        let source = source.with_context(|| format!("source {id} is not in the recording"))?;
        let report = self.pipeline.poll(&source).await?;
        self.look_again(&id, at, looks).await?;
        let calm = self
            .trends_at
            .is_some_and(|last| at.duration_since(last) < TRENDS);
        if report.new_items > 0 && !calm {
            self.trends_at = Some(at);
            self.pipeline.watch_trends().await?;
            self.pipeline.watch_topics().await?;
            self.pipeline.fill_topics().await?;
        }
        let last = self.last;
        let findings = self
            .pipeline
            .store
            .read(move |reader| reader.findings_after(last, usize::MAX >> 1))
            .await?;
        if let Some((id, _)) = findings.last() {
            self.last = *id;
        }
        Ok(Some(Step {
            at,
            source: id,
            report,
            findings,
        }))
    }

    /// Ends the replay and closes its store.
    pub async fn close(self) -> anyhow::Result<()> {
        let store = self.pipeline.store.clone();
        drop(self.pipeline);
        Ok(store.close().await?)
    }

    /// Plans another look at the same body when a change waits for it.
    async fn look_again(&mut self, id: &SourceId, at: Timestamp, looks: u32) -> anyhow::Result<()> {
        let asked = id.clone();
        let waits = self
            .pipeline
            .store
            .read(move |reader| reader.pending(&asked));
        let Some(due) = waits.await?.map(|pending| pending.due) else {
            return Ok(());
        };
        let coming = self.bodies.entry(id.clone()).or_default();
        while coming.last().is_some_and(|body| *body <= at) {
            coming.pop();
        }
        let before_next = coming.last().is_none_or(|body| due < *body);
        if looks < LOOKS && before_next && due > at {
            self.agenda.insert((due, id.clone(), looks + 1));
        }
        Ok(())
    }
}

/// A directory that goes when it is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> std::io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("tidewatch-replay-{}-{number}", std::process::id());
        let dir = std::env::temp_dir().join(name);
        // one left by a killed process of the same number is not ours to read
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir(&dir)?;
        Ok(Self(dir))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests;
