//! Fetching and reading once without keeping anything: `tidewatch sources test`.

use std::sync::Arc;

use url::Url;

use super::{BuildError, fetcher, job};
use crate::config::Config;
use crate::extract;
use crate::extract::discover::{self, Content};
use crate::fetch::Fetch;
use crate::model::{
    Body, Clock, FetchOutcome, FetchResult, Reading, Source, SourceKind, SourceState,
};

/// What one trial gave.
#[derive(Debug)]
pub struct Tried {
    /// The source as tried; its kind is filled in when it was guessed.
    pub source: Source,
    /// How the fetch ended.
    pub outcome: FetchOutcome,
    /// Where the body came from, after redirects.
    pub final_url: Option<Url>,
    /// `Content-Type` as received.
    pub content_type: Option<String>,
    /// Length of the body.
    pub bytes: usize,
    /// What was read, if a body came.
    pub reading: Option<Reading>,
}

/// What a body is taken for, instead of what its server says.
#[derive(Debug, Default)]
pub struct Guise {
    /// Base of relative links, and the address by which kinds tell their lists apart.
    pub base_url: Option<Url>,
    /// `Content-Type`.
    pub content_type: Option<String>,
}

/// Fetches a source once under the configuration's limits and reads it. Nothing is stored. An empty
/// kind is guessed from the body.
pub async fn try_source(
    config: &Config,
    source: Arc<Source>,
    clock: Arc<dyn Clock>,
    guise: &Guise,
) -> Result<Tried, BuildError> {
    let fetcher = fetcher(config, Arc::clone(&clock))?;
    let state = SourceState::new(source.id.clone(), clock.now());
    let outcome = fetcher.fetch(&job(&source, &state)).await;
    let mut tried = Tried {
        source: Source::clone(&source),
        outcome,
        final_url: None,
        content_type: None,
        bytes: 0,
        reading: None,
    };
    if let FetchResult::Body(fetched) = &tried.outcome.result {
        let options = source.read_options(tried.outcome.finished_at);
        let body = Body {
            bytes: &fetched.bytes,
            content_type: guise
                .content_type
                .as_deref()
                .or(fetched.content_type.as_deref()),
            url: guise.base_url.as_ref().unwrap_or(&fetched.final_url),
        };
        if tried.source.kind.as_str().is_empty() {
            tried.source.kind = guess(&body);
        }
        let reading =
            tokio::task::block_in_place(|| extract::read(&tried.source.kind, &body, &options));
        tried.final_url = Some(fetched.final_url.clone());
        tried.content_type.clone_from(&fetched.content_type);
        tried.bytes = fetched.bytes.len();
        tried.reading = Some(reading);
    }
    Ok(tried)
}

/// The reader that the body's content asks for; a page if none does.
fn guess(body: &Body<'_>) -> SourceKind {
    let kind = match discover::recognise(body) {
        Content::For(kind) => kind,
        _ => "page",
    };
    SourceKind(kind.to_owned())
}
