//! What a request says beside its URL: our own words, the source's headers, validators.

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, USER_AGENT,
};

use super::explain::{failure, host};
use super::trail::{Trail, without_login};
use super::unpack;
use crate::model::{FailureKind, FetchFailure, FetchJob};

/// Feeds and pages alike; servers that choose by this choose the page for a browser's list.
const ACCEPTED_TYPES: &str = "text/html,application/xhtml+xml,application/atom+xml,\
    application/rss+xml,application/feed+json,application/json;q=0.9,application/xml;q=0.9,*/*;q=0.8";

/// Longest validator that is kept: longer ones would make every later request fail.
const MAX_VALIDATOR: usize = 2048;

/// Headers by which a request would ask for something else than one whole body.
const REFUSED: [&str; 12] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "range",
    "transfer-encoding",
    "upgrade",
];

/// The headers configured for a source.
#[derive(Debug)]
pub(super) struct OwnHeaders {
    /// Told to every host on the way: they say how we read, not who we are.
    open: HeaderMap,
    /// Told to the source's own origin only.
    secret: HeaderMap,
}

impl OwnHeaders {
    /// Reads the job's headers; a faulty one is named without its value.
    pub(super) fn of(job: &FetchJob) -> Result<Self, FetchFailure> {
        let mut own = Self {
            open: HeaderMap::new(),
            secret: HeaderMap::new(),
        };
        for (name, value) in &job.headers {
            let bad = |why: &str| {
                let message = format!("{}: header {name:?} {why}", host(&job.url));
                failure(FailureKind::Local, message)
            };
            let header = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| bad("has no proper name; change it on the source"))?;
            if REFUSED.contains(&header.as_str()) {
                return Err(bad("is not a source's to set; remove it"));
            }
            let mut value = HeaderValue::from_bytes(value.reveal().as_bytes()).map_err(|_| {
                bad("has a value that cannot be sent; is there a line break in it?")
            })?;
            if [ACCEPT, ACCEPT_LANGUAGE, USER_AGENT].contains(&header) {
                own.open.append(header, value);
            } else {
                value.set_sensitive(true);
                own.secret.append(header, value);
            }
        }
        Ok(own)
    }

    /// The source's own User-Agent, if it has one.
    pub(super) fn user_agent(&self) -> Option<&str> {
        self.open.get(USER_AGENT)?.to_str().ok()
    }

    /// Is there anything that must not travel?
    pub(super) fn has_secrets(&self) -> bool {
        !self.secret.is_empty()
    }

    /// The headers for the hop at which `trail` stands, and whether validators are among them.
    pub(super) fn for_hop(&self, job: &FetchJob, trail: &Trail) -> (HeaderMap, bool) {
        let mut headers = plain();
        replace(&mut headers, &self.open);
        if trail.may_know_secrets() {
            replace(&mut headers, &self.secret);
        }
        let kept = &job.validators;
        let from = without_login(kept.url.as_ref().unwrap_or(&job.url));
        let mut conditional = false;
        if from == without_login(trail.here()) {
            for (name, value) in [
                (IF_NONE_MATCH, &kept.etag),
                (IF_MODIFIED_SINCE, &kept.last_modified),
            ] {
                let value = value
                    .as_deref()
                    .and_then(|v| HeaderValue::from_bytes(v).ok());
                if let Some(value) = value {
                    headers.insert(name, value);
                    conditional = true;
                }
            }
        }
        (headers, conditional)
    }
}

/// What every request says.
pub(super) fn plain() -> HeaderMap {
    HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static(ACCEPTED_TYPES)),
        (ACCEPT_ENCODING, HeaderValue::from_static(unpack::ACCEPTED)),
    ])
}

/// A validator as received, if it is of a size that can be sent back.
pub(super) fn validator(value: Option<&[u8]>) -> Option<Vec<u8>> {
    let value = value.filter(|v| !v.is_empty() && v.len() <= MAX_VALIDATOR)?;
    Some(value.to_vec())
}

fn replace(headers: &mut HeaderMap, by: &HeaderMap) {
    for name in by.keys() {
        headers.remove(name);
    }
    for (name, value) in by {
        headers.append(name, value.clone());
    }
}
