//! Turns errors and statuses into failures that a person can act on.
//!
//! Every line names the host, what happened and, where there is one, the remedy. Classes are found
//! by the type of the underlying error, never by its text.

use std::error::Error;
use std::fmt::Display;
use std::io;

use url::Url;

use super::guard::DeniedAddress;
use crate::model::{FailureKind, FetchFailure};

/// A failure without a response.
pub(super) fn failure(kind: FailureKind, message: impl Into<String>) -> FetchFailure {
    FetchFailure {
        kind,
        message: message.into(),
        status: None,
        retry_after: None,
    }
}

/// A private address was asked for.
pub(super) fn denied(url: &Url, denied: DeniedAddress) -> FetchFailure {
    let message = format!(
        "{}: {denied}; set allow_private = true on the source if that is meant",
        host(url)
    );
    failure(FailureKind::Denied, message)
}

/// An error of reqwest before the body.
pub(super) fn request_error(url: &Url, error: &reqwest::Error) -> FetchFailure {
    let host = host(url);
    if let Some(address) = find::<DeniedAddress>(error) {
        return denied(url, *address);
    }
    let (kind, what) = if error.is_timeout() {
        (FailureKind::Timeout, "no answer in time")
    } else if error.is_dns() {
        (FailureKind::Dns, "the name does not resolve")
    } else if find::<rustls::Error>(error).is_some() {
        (FailureKind::Tls, "tls failed")
    } else if error.is_connect() {
        (FailureKind::Connect, "no connection")
    } else {
        (FailureKind::Body, "the answer broke off")
    };
    failure(kind, format!("{host}: {what} ({})", innermost(error)))
}

/// The host of a URL, for messages.
pub(super) fn host(url: &Url) -> &str {
    url.host_str().unwrap_or("(no host)")
}

/// The first error of this type in the chain. An `io::Error` hides what it wraps from `source`.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    chain(error).find_map(|e| e.downcast_ref::<E>())
}

/// The deepest error, which says the most.
fn innermost<'a>(error: &'a (dyn Error + 'static)) -> &'a dyn Display {
    match chain(error).last() {
        Some(last) => last,
        None => error,
    }
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |e| cause(*e))
}

fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}
