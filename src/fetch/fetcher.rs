//! One job from start to end.

use std::sync::Arc;

use jiff::Timestamp;
use reqwest::Response;
use reqwest::header::{
    CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED,
};
use tokio::sync::Semaphore;

use super::client::Clients;
use super::explain::{denied, failure, host, request_error};
use super::guard::check_host;
use super::{Fetch, FetchError, FetchSettings, Fetching};
use crate::model::{
    Clock, FailureKind, FetchFailure, FetchJob, FetchOutcome, FetchResult, FetchedBody, Validators,
};

/// Fetches over the network, politely and within bounds. Cheap to share behind an `Arc`.
pub struct Fetcher {
    clients: Clients,
    clock: Arc<dyn Clock>,
    under_way: Semaphore,
}

impl Fetcher {
    /// Sets up TLS and the HTTP clients; touches no network.
    pub fn new(settings: FetchSettings, clock: Arc<dyn Clock>) -> Result<Self, FetchError> {
        Ok(Self {
            clients: Clients::new(&settings)?,
            clock,
            under_way: Semaphore::new(settings.concurrency.max(1)),
        })
    }

    async fn run(&self, job: &FetchJob) -> FetchOutcome {
        let _permit = self.under_way.acquire().await;
        let started_at: Timestamp = self.clock.now();
        let attempt = tokio::time::timeout(job.limits.total_timeout, self.attempt(job));
        let result = match attempt.await {
            Ok(Ok(result)) => result,
            Ok(Err(failure)) => FetchResult::Failed(failure),
            Err(_) => FetchResult::Failed(failure(
                FailureKind::Timeout,
                format!(
                    "{}: not done in {:?}",
                    host(&job.url),
                    job.limits.total_timeout
                ),
            )),
        };
        FetchOutcome {
            source: job.source.clone(),
            started_at,
            finished_at: self.clock.now(),
            result,
        }
    }

    async fn attempt(&self, job: &FetchJob) -> Result<FetchResult, FetchFailure> {
        if !job.allow_private {
            check_host(&job.url).map_err(|d| denied(&job.url, d))?;
        }
        let client = self
            .clients
            .get(job.allow_private, job.limits.connect_timeout)
            .map_err(|e| request_error(&job.url, &e))?;
        let request = client.get(job.url.clone()).headers(headers(job));
        let mut response = request
            .send()
            .await
            .map_err(|e| request_error(&job.url, &e))?;
        let status = response.status().as_u16();
        match status {
            304 => return Ok(FetchResult::NotModified { moved_to: None }),
            200..=299 => {}
            _ => {
                let mut f = failure(FailureKind::Status, format!("{}: {status}", host(&job.url)));
                f.status = Some(status);
                return Err(f);
            }
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|e| request_error(&job.url, &e))?
        {
            bytes.extend_from_slice(&chunk);
            if bytes.len() as u64 > job.limits.max_body {
                return Err(failure(
                    FailureKind::TooLarge,
                    format!(
                        "{}: more than {} bytes",
                        host(&job.url),
                        job.limits.max_body
                    ),
                ));
            }
        }
        Ok(FetchResult::Body(FetchedBody {
            status,
            final_url: job.url.clone(),
            moved_to: None,
            content_type: header(&response, &CONTENT_TYPE)
                .map(|v| String::from_utf8_lossy(&v).into_owned()),
            validators: Validators {
                etag: header(&response, &ETAG),
                last_modified: header(&response, &LAST_MODIFIED),
                url: Some(job.url.clone()),
            },
            bytes,
        }))
    }
}

impl Fetch for Fetcher {
    fn fetch<'a>(&'a self, job: &'a FetchJob) -> Fetching<'a> {
        Box::pin(self.run(job))
    }
}

fn headers(job: &FetchJob) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in [
        (IF_NONE_MATCH, &job.validators.etag),
        (IF_MODIFIED_SINCE, &job.validators.last_modified),
    ] {
        if let Some(value) = value
            .as_deref()
            .and_then(|v| HeaderValue::from_bytes(v).ok())
        {
            map.insert(name, value);
        }
    }
    map
}

fn header(response: &Response, name: &HeaderName) -> Option<Vec<u8>> {
    Some(response.headers().get(name)?.as_bytes().to_vec())
}
