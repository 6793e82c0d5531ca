//! Turns what went wrong into failures that a person can act on.
//!
//! Every line names the host, what happened and, where there is one, the remedy. What goes wrong
//! below HTTP is told by `transport`.

use std::time::Duration;

use url::Url;

use super::budget::Expired;
use super::render::TabError;
use super::unpack::UnpackError;
use crate::model::{DeniedAddress, FailureKind, FetchFailure, FetchLimits};

/// Longest message, in characters: servers choose some of the words.
const LONGEST: usize = 500;

/// A failure without a response. The message is made one line of bounded length.
pub(super) fn failure(kind: FailureKind, message: impl AsRef<str>) -> FetchFailure {
    let line = message.as_ref().chars().take(LONGEST);
    FetchFailure {
        kind,
        message: line.map(|c| if c.is_control() { '?' } else { c }).collect(),
        status: None,
        retry_after: None,
    }
}

/// The host of a URL, for messages.
pub(super) fn host(url: &Url) -> &str {
    url.host_str().unwrap_or("(no host)")
}

/// A private address was asked for.
pub(super) fn denied(url: &Url, denied: DeniedAddress) -> FetchFailure {
    let message = format!(
        "{}: {denied}, which is not fetched; if that is meant, set `allow_private = true` on the source",
        host(url)
    );
    failure(FailureKind::Denied, message)
}

/// Time ran out, in a phase or in total.
pub(super) fn expired(url: &Url, expired: Expired, phase: &str) -> FetchFailure {
    let host = host(url);
    let message = match expired {
        Expired::Phase(after) => format!("{host}: {phase} for {}", span(after)),
        Expired::Total(after) => {
            format!(
                "{host}: not done within {}, the bound of one fetch",
                span(after)
            )
        }
    };
    failure(FailureKind::Timeout, message)
}

/// The body would not fit.
pub(super) fn too_large(url: &Url, packed: u64, limits: &FetchLimits) -> FetchFailure {
    let message = format!(
        "{}: the body is larger than {} (stopped after {} from the network); raise `max_body` if it should be",
        host(url),
        size(limits.max_body),
        size(packed),
    );
    failure(FailureKind::TooLarge, message)
}

/// The page is larger than it may be once its scripts have run.
pub(super) fn rendered_too_large(url: &Url, limits: &FetchLimits) -> FetchFailure {
    let message = format!(
        "{}: the rendered page is larger than {}; raise `max_body` if it should be",
        host(url),
        size(limits.max_body),
    );
    failure(FailureKind::TooLarge, message)
}

/// The page could not be rendered.
pub(super) fn not_rendered(url: &Url, error: &TabError) -> FetchFailure {
    let kind = match error {
        TabError::TooMuch | TabError::TooManyRequests => FailureKind::TooLarge,
        TabError::NotThere(..) => FailureKind::Timeout,
        TabError::Gone
        | TabError::Crashed
        | TabError::Flooded
        | TabError::BadSelector(_)
        | TabError::Refused(_) => FailureKind::Local,
    };
    let remedy = match error {
        TabError::TooMuch => "; raise `max_body` if it should be",
        TabError::NotThere(..) => "; name something that the page has, or leave `wait_for` out",
        TabError::BadSelector(_) => "; write one such as `main` or `.article > p`",
        TabError::Gone => "; it is started anew for the next fetch",
        _ => "",
    };
    failure(kind, format!("{}: {error}{remedy}", host(url)))
}

/// The body could not be unpacked.
pub(super) fn unpacking(
    url: &Url,
    encoding: &str,
    error: &UnpackError,
    packed: u64,
    limits: &FetchLimits,
) -> FetchFailure {
    let host = host(url);
    let message = match error {
        UnpackError::TooLarge => return too_large(url, packed, limits),
        UnpackError::BrokenOff => {
            format!(
                "{host}: the {encoding} body broke off or is damaged, after {}",
                size(packed)
            )
        }
        UnpackError::Corrupt(why) => format!("{host}: the body is not good {encoding} ({why})"),
        UnpackError::Unknown(encoding) => {
            format!("{host}: sent content-encoding `{encoding}`, which was not asked for")
        }
    };
    failure(FailureKind::Body, message)
}

/// A status that brings no content.
pub(super) fn status(url: &Url, status: u16) -> FetchFailure {
    let meaning = match status {
        206 => "a part where a whole body was asked for",
        300..=399 => "a redirect that leads nowhere",
        401 => "a login is needed",
        402 => "payment is needed",
        403 => "refused; it may want a login or turn programs away",
        404 => "not found; check the url",
        406 => "the server has no form that we read",
        407 => "a proxy wants a login",
        408 => "the server waited too long for the request",
        410 => "gone for good; remove the source or find its new url",
        429 => "too many requests",
        451 => "blocked for legal reasons",
        400 | 405 | 409 | 411..=428 | 430..=450 | 452..=499 => {
            "the server does not like the request"
        }
        500 => "the server has an inner fault",
        502 | 504 | 520..=524 => "the server behind the gateway does not answer",
        503 => "the server is overloaded or under maintenance",
        501 | 505..=519 | 525..=599 => "the server failed",
        _ => "no status that http knows",
    };
    FetchFailure {
        status: Some(status),
        ..failure(
            FailureKind::Status,
            format!("{}: {status}, {meaning}", host(url)),
        )
    }
}

/// The host asked to be left alone: just now with `status`, or earlier.
pub(super) fn held(url: &Url, status: Option<u16>, wait: Duration) -> FetchFailure {
    let message = match status {
        Some(status) => format!(
            "{}: {status}, asks to be left alone for {}",
            host(url),
            span(wait)
        ),
        None => format!(
            "{}: not asked, as it wants to be left alone for {} more",
            host(url),
            span(wait)
        ),
    };
    FetchFailure {
        status,
        retry_after: Some(wait),
        ..failure(FailureKind::RateLimited, message)
    }
}

/// A span in words, by its largest fitting unit.
pub(super) fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => format!("{} ms", duration.as_millis()),
        1..=119 => format!("{seconds} s"),
        120..=7199 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3600)),
    }
}

/// A size in words.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..=1023 => format!("{bytes} B"),
        1024..=1_048_575 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_sizes_read_well() {
        let spans = [0, 90, 60_000, 150_000, 7_200_000, 86_400_000]
            .map(|ms| span(Duration::from_millis(ms)));
        assert_eq!(spans, ["0 ms", "90 ms", "60 s", "3 min", "2 h", "24 h"]);
        let sizes = [0, 1023, 1536, 10 << 20].map(size);
        assert_eq!(sizes, ["0 B", "1023 B", "1.5 KiB", "10.0 MiB"]);
    }

    #[test]
    fn a_message_is_one_line_of_bounded_length() {
        let long = failure(
            FailureKind::Body,
            format!("a\n\x1b[31m{}", "я".repeat(9999)),
        );
        assert!(long.message.starts_with("a??[31mя"));
        assert_eq!(long.message.chars().count(), LONGEST);
    }

    #[test]
    fn every_status_has_a_meaning() {
        let url = Url::parse("https://a.example/").expect("a URL");
        for code in (300..=599).chain([206, 999]) {
            let failure = status(&url, code);
            assert!(failure.message.starts_with(&format!("a.example: {code}, ")));
            assert_eq!(failure.status, Some(code));
        }
    }
}
