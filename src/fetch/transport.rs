//! Tells what went wrong below HTTP: names, connections, TLS, broken exchanges, our own machine.
//!
//! Classes are found by the type of the underlying error and never by its text.

use std::error::Error;
use std::io;

use jiff::Timestamp;
use rustls::CertificateError;
use url::Url;

use super::explain::{denied, failure, host, size, span};
use crate::model::{DeniedAddress, FailureKind, FetchFailure, FetchLimits};

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
             only an authority among the trusted roots can vouch for it"
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
