//! The fetcher of a replay: what a source showed at the virtual clock's time.

use std::sync::Arc;

use super::recording::{Recording, Shown};
use crate::daemon::pipeline::{Fetch, Fetching};
use crate::model::{
    Clock as _, FailureKind, FetchFailure, FetchJob, FetchOutcome, FetchResult, FetchedBody,
    ManualClock, Validators,
};

/// Serves a recording.
pub(super) struct RecordedFetch {
    recording: Arc<Recording>,
    clock: Arc<ManualClock>,
}

impl RecordedFetch {
    pub(super) fn new(recording: Recording, clock: Arc<ManualClock>) -> Self {
        Self {
            recording: Arc::new(recording),
            clock,
        }
    }

    async fn serve(&self, job: &FetchJob) -> FetchResult {
        let now = self.clock.now();
        let Some((number, shown)) = self.recording.shown(&job.source, now) else {
            return failed("nothing was recorded until then".to_owned());
        };
        let etag = format!("\"{number}\"").into_bytes();
        if job.validators.etag.as_ref() == Some(&etag) {
            return FetchResult::NotModified { moved_to: None };
        }
        let Shown {
            content_type, body, ..
        } = shown;
        let (recording, body) = (Arc::clone(&self.recording), body.clone());
        let read = tokio::task::spawn_blocking(move || recording.load(&body)).await;
        match read {
            Ok(Ok(bytes)) => FetchResult::Body(FetchedBody {
                status: 200,
                final_url: job.url.clone(),
                moved_to: None,
                content_type: content_type.clone(),
                validators: Validators {
                    etag: Some(etag),
                    last_modified: None,
                    url: Some(job.url.clone()),
                },
                bytes,
            }),
            Ok(Err(reason)) => failed(reason),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

impl Fetch for RecordedFetch {
    fn fetch<'a>(&'a self, job: &'a FetchJob) -> Fetching<'a> {
        Box::pin(async move {
            let at = self.clock.now();
            FetchOutcome {
                source: job.source.clone(),
                started_at: at,
                finished_at: at,
                result: self.serve(job).await,
            }
        })
    }
}

fn failed(message: String) -> FetchResult {
    FetchResult::Failed(FetchFailure {
        kind: FailureKind::Local,
        message,
        status: None,
        retry_after: None,
    })
}
