//! Polls of a small world under a virtual clock; every poll is made by a pipeline of its own on the
//! same database, as if the process had been killed in between.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::HashMap;
use std::sync::Mutex;

use jiff::SignedDuration;

use super::*;
use crate::config::{Environment, Known, load};
use crate::model::{
    FetchJob, FetchOutcome, FetchResult, FetchedBody, Finding, FindingId, ManualClock, Validators,
};

mod confirmation;
mod documents;
mod kinds;
mod paging;
mod resuming;
mod vanishing;

/// What the world shows, by source: status and body.
struct World {
    shows: Mutex<HashMap<SourceId, (u16, String)>>,
    /// Where addresses lead.
    leads: Mutex<HashMap<SourceId, url::Url>>,
    clock: Arc<ManualClock>,
}

impl Fetch for World {
    fn fetch<'a>(&'a self, job: &'a FetchJob) -> Fetching<'a> {
        Box::pin(async move {
            let at = self.clock.now();
            FetchOutcome {
                source: job.source.clone(),
                started_at: at,
                finished_at: at,
                result: self.answer(job),
            }
        })
    }
}

impl World {
    fn answer(&self, job: &FetchJob) -> FetchResult {
        let (status, body) = self.shows.lock().unwrap()[&job.source].clone();
        if status != 200 {
            return FetchResult::Failed(crate::model::FetchFailure {
                kind: crate::model::FailureKind::Status,
                message: format!("status {status}"),
                status: Some(status),
                retry_after: None,
            });
        }
        let etag = xxhash_rust::xxh3::xxh3_64(body.as_bytes()).to_string();
        if job.validators.etag.as_deref() == Some(etag.as_bytes()) {
            return FetchResult::NotModified { moved_to: None };
        }
        FetchResult::Body(FetchedBody {
            status,
            final_url: self
                .leads
                .lock()
                .unwrap()
                .get(&job.source)
                .unwrap_or(&job.url)
                .clone(),
            moved_to: None,
            content_type: Some("text/html; charset=utf-8".to_owned()),
            validators: Validators {
                etag: Some(etag.into_bytes()),
                last_modified: None,
                url: Some(job.url.clone()),
            },
            bytes: body.into_bytes(),
        })
    }
}

/// A world, its watch and its memory.
struct Desk {
    world: Arc<World>,
    config: Arc<Config>,
    store: Store,
    last: FindingId,
    _dir: tempfile::TempDir,
}

impl Desk {
    /// Watches the sources of a configuration, from a fixed instant on.
    fn new(sources: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let main = dir.path().join("tidewatch.toml");
        std::fs::write(&main, format!("packs = []\ndata_dir = \"data\"\n{sources}")).unwrap();
        let environment: Environment = [("HOME", "/nonexistent"), ("TZ", "UTC")]
            .into_iter()
            .collect();
        let known = Known {
            kinds: crate::extract::KINDS,
            channels: crate::deliver::CHANNELS,
            mapping: crate::extract::check_mapping,
        };
        let config = load(Some(&main), &environment, &known).unwrap_or_else(|f| panic!("{f}"));
        std::fs::create_dir_all(dir.path().join("data")).unwrap();
        let world = World {
            shows: Mutex::default(),
            leads: Mutex::default(),
            clock: Arc::new(ManualClock::new("2026-03-02T09:00:00Z".parse().unwrap())),
        };
        Self {
            store: Store::open(&config.database).unwrap(),
            world: Arc::new(world),
            config: Arc::new(config),
            last: FindingId(0),
            _dir: dir,
        }
    }

    fn show(&self, id: &str, body: &str) {
        self.show_status(id, 200, body);
    }

    fn show_status(&self, id: &str, status: u16, body: &str) {
        let mut shows = self.world.shows.lock().unwrap();
        shows.insert(id.parse().unwrap(), (status, body.to_owned()));
    }

    fn lead(&self, id: &str, url: Option<&str>) {
        let mut leads = self.world.leads.lock().unwrap();
        let id = id.parse().unwrap();
        match url {
            Some(url) => leads.insert(id, url.parse().unwrap()),
            None => leads.remove(&id),
        };
    }

    fn wait(&self, minutes: i64) {
        let now = self.world.clock.now();
        self.world
            .clock
            .set(now + SignedDuration::from_mins(minutes));
    }

    async fn poll(&mut self, id: &str) -> PollReport {
        let pipeline = Pipeline::with_fetcher(
            Arc::clone(&self.config),
            self.store.clone(),
            Arc::clone(&self.world.clock) as _,
            Arc::clone(&self.world) as _,
        )
        .await
        .unwrap();
        let source = pipeline.source(&id.parse().unwrap()).unwrap().clone();
        pipeline.poll(&source).await.unwrap()
    }

    /// Findings made since the last call, suppressed ones too.
    async fn found(&mut self) -> Vec<Finding> {
        let last = self.last;
        let found = self
            .store
            .read(move |reader| reader.findings_after(last, 1000))
            .await
            .unwrap();
        if let Some((id, _)) = found.last() {
            self.last = *id;
        }
        found.into_iter().map(|(_, finding)| finding).collect()
    }

    /// Of those, the ones that are told.
    async fn told(&mut self) -> Vec<Finding> {
        let mut found = self.found().await;
        found.retain(|finding| finding.suppressed.is_none());
        found
    }
}

/// A page of rules.
fn page(lines: &[&str]) -> String {
    let paragraphs = format!("<p>{}</p>", lines.join("</p><p>"));
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Rules</title></head><body><main><h1>Rules of \
         Clipnet</h1>{paragraphs}<p>These words stay as they have always been, many enough to make a \
         page of rules that one can read.</p></main></body></html>"
    )
}

const AGE: &str = "You must be at least 16 years old to host a live session on the platform.";
const FEE: &str = "Advertisers pay a fee of 5 % for each campaign that they run.";

/// Pages of one document of a platform, each under its id.
fn standards(ids: &[&str]) -> String {
    let source = |id: &&str| {
        format!(
            r#"
[[source]]
id = "{id}"
kind = "page"
url = "https://clip.example/rules/{id}"
every = "6h"
role = "official"
platform = "clip"
owner = "clip"
language = "en"
document = "clip-standards"
"#
        )
    };
    ids.iter().map(source).collect()
}
