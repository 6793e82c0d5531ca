//! Turns errors and statuses into failures that a person can act on.
//!
//! Every line names the host, what happened and, where there is one, the remedy. Classes are found
//! by the type of the underlying error and never by its text.

use std::error::Error;
use std::io;
use std::time::Duration;

use jiff::Timestamp;
use rustls::CertificateError;
use url::Url;

use super::budget::Expired;
use super::guard::DeniedAddress;
use super::unpack::UnpackError;
use crate::model::{FailureKind, FetchFailure, FetchLimits};

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

/// The body broke off between two reads.
pub(super) fn broken_body(url: &Url, error: &reqwest::Error, packed: u64) -> FetchFailure {
    if let Some(local) = local_fault(url, error) {
        return local;
    }
    let message = format!(
        "{}: the body broke off after {} ({})",
        host(url),
        size(packed),
        innermost(error)
    );
    failure(FailureKind::Body, message)
}

/// An error before the head of an answer.
pub(super) fn request_error(
    url: &Url,
    error: &reqwest::Error,
    limits: &FetchLimits,
) -> FetchFailure {
    let name = host(url);
    let why = innermost(error);
    if let Some(address) = find::<DeniedAddress>(error) {
        return denied(url, *address);
    }
    if let Some(local) = local_fault(url, error) {
        return local;
    }
    if error.is_builder() {
        return failure(
            FailureKind::BadUrl,
            format!("{name}: cannot be asked ({why})"),
        );
    }
    if error.is_timeout() {
        let message = format!(
            "{name}: no connection within {}",
            span(limits.connect_timeout)
        );
        return failure(FailureKind::Timeout, message);
    }
    if error.is_dns() {
        let message = format!(
            "{name}: the name does not resolve ({why}); check its spelling and this machine's dns"
        );
        return failure(FailureKind::Dns, message);
    }
    if let Some(tls) = find::<rustls::Error>(error) {
        return failure(FailureKind::Tls, format!("{name}: {}", tls_fault(tls)));
    }
    if error.is_connect() {
        return failure(
            FailureKind::Connect,
            format!("{name}: {}", connect_fault(url, error)),
        );
    }
    let message = match find::<hyper::Error>(error) {
        Some(e) if e.is_parse() => format!("{name}: the answer is not http ({why})"),
        Some(e) if e.is_incomplete_message() => {
            format!("{name}: closed the connection without a full answer")
        }
        _ => format!("{name}: the exchange broke off ({why})"),
    };
    failure(FailureKind::Connect, message)
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

/// Our own machine's fault: no sockets, no files, no permission.
fn local_fault(url: &Url, error: &reqwest::Error) -> Option<FetchFailure> {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    let io = find::<io::Error>(error)?;
    let why = match (io.raw_os_error(), io.kind()) {
        (Some(ENFILE | EMFILE), _) => {
            "too many open files; lower `concurrency` or raise LimitNOFILE".to_owned()
        }
        (_, io::ErrorKind::PermissionDenied) => {
            format!(
                "this machine forbids the connection ({io}); check firewall and service sandbox"
            )
        }
        (_, io::ErrorKind::AddrNotAvailable | io::ErrorKind::OutOfMemory) => {
            format!("this machine has no resources for a connection ({io})")
        }
        _ => return None,
    };
    Some(failure(FailureKind::Local, format!("{}: {why}", host(url))))
}

fn connect_fault(url: &Url, error: &reqwest::Error) -> String {
    let port = url.port_or_known_default().unwrap_or_default();
    match find::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => {
            format!("nothing answers on port {port} (connection refused)")
        }
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => {
            "no way there from this machine's network".to_owned()
        }
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof) => {
            "the connection was cut while it was made".to_owned()
        }
        _ => format!("no connection ({})", innermost(error)),
    }
}

fn tls_fault(error: &rustls::Error) -> String {
    use rustls::Error as Tls;
    match error {
        Tls::InvalidCertificate(fault) => certificate_fault(fault),
        Tls::InvalidMessage(_) => format!("no tls on this port ({error}); is it http?"),
        Tls::AlertReceived(alert) => format!("the server broke off the tls handshake ({alert:?})"),
        Tls::PeerIncompatible(_) => format!("the server's tls is too old or too odd ({error})"),
        _ => format!("tls failed ({error})"),
    }
}

fn certificate_fault(fault: &CertificateError) -> String {
    match fault {
        CertificateError::ExpiredContext { not_after, .. } => {
            let at = i64::try_from(not_after.as_secs()).ok();
            match at.and_then(|s| Timestamp::from_second(s).ok()) {
                Some(at) => format!("its certificate expired at {at}; only the site can renew it"),
                None => "its certificate has expired; only the site can renew it".to_owned(),
            }
        }
        CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet; check this machine's clock".to_owned()
        }
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names: Vec<&str> = presented.iter().take(3).map(String::as_str).collect();
            format!(
                "its certificate is for other names ({}); check the url",
                names.join(", ")
            )
        }
        CertificateError::UnknownIssuer => {
            "its certificate is signed by nobody known (self-signed, or a private authority); \
             if it is your own, trust it with `ca_file`"
                .to_owned()
        }
        CertificateError::Revoked => "its certificate has been revoked".to_owned(),
        other => format!("its certificate is not good ({other})"),
    }
}

/// The first error of this type in the chain.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    chain(error).find_map(|e| e.downcast_ref::<E>())
}

/// What the deepest error says; the outer ones only repeat where it happened.
fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error).last().unwrap_or(error).to_string()
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |e| cause(*e))
}

/// An `io::Error` hides what it wraps from `source`, so it is asked by name.
fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

/// A span in words, by its largest fitting unit.
fn span(duration: Duration) -> String {
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
