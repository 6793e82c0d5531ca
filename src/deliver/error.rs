//! Why a message did not go out, told so that a person knows what to do.

use std::error::Error;
use std::time::Duration;

use crate::model::ChannelSpec;

/// Why a message did not go out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliverError {
    /// May pass by itself: try again later.
    #[error("{message}")]
    Transient {
        /// What happened, where, and the remedy if there is one.
        message: String,
        /// How long the receiver asked to be left alone.
        retry_after: Option<Duration>,
    },
    /// The receiver refused this message for good; another message may still pass.
    #[error("{message}")]
    Permanent {
        /// What happened, where, and the remedy if there is one.
        message: String,
    },
    /// The receiver is gone or shut us out: nothing will pass until a person mends the channel.
    #[error("{message}")]
    Gone {
        /// What happened, where, and the remedy if there is one.
        message: String,
    },
    /// The channel's configuration cannot work.
    #[error("channel `{channel}`: {message}")]
    Config {
        /// Name of the channel.
        channel: String,
        /// What is wrong and how to mend it.
        message: String,
    },
}

impl DeliverError {
    /// May the failure pass by itself?
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Transient { .. })
    }

    /// How long the receiver asked to be left alone, if it did.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Transient { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Is the whole channel out of order, so that other messages to it need not be tried?
    pub fn disables_channel(&self) -> bool {
        matches!(self, Self::Gone { .. } | Self::Config { .. })
    }

    pub(super) fn config(spec: &ChannelSpec, message: impl Into<String>) -> Self {
        Self::Config {
            channel: spec.name.clone(),
            message: message.into(),
        }
    }

    pub(super) fn transient(message: impl Into<String>) -> Self {
        Self::Transient {
            message: message.into(),
            retry_after: None,
        }
    }

    pub(super) fn permanent(message: impl Into<String>) -> Self {
        Self::Permanent {
            message: message.into(),
        }
    }
}

/// What can be done where nobody answers in time.
pub(super) const SLOW: &str =
    "check the host, the port and the firewall, or give it longer with `timeout`";

/// What the outer layers say to whatever happened.
const EMPTY: [&str; 2] = ["error sending request", "client error (Connect)"];

/// The deepest causes of an error in one line, with a remedy where one is known.
///
/// Outer layers of the HTTP and mail crates say only "error sending request"; the cause that a
/// person can act on (DNS, refused, certificate) is at the bottom of the chain.
pub(super) fn explain(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut remedy = None;
    let mut next = Some(error);
    while let Some(cause) = next {
        let text = cause.to_string();
        remedy = remedy.or_else(|| remedy_for(cause, &text));
        // many wrappers repeat what is below them, or say nothing
        if !EMPTY.contains(&text.as_str()) && !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
        next = cause.source();
    }
    // the mail crate says "Connection error" on each of its layers
    let joined = parts.join(": ");
    let mut said: Vec<&str> = joined.split(": ").collect();
    said.dedup();
    let mut line = said.join(": ");
    if let Some(remedy) = remedy {
        line.push_str("; ");
        line.push_str(remedy);
    }
    line
}

fn remedy_for(cause: &(dyn Error + 'static), text: &str) -> Option<&'static str> {
    use std::io::ErrorKind::{ConnectionRefused, TimedOut};
    if let Some(io) = cause.downcast_ref::<std::io::Error>() {
        match io.kind() {
            ConnectionRefused => {
                return Some("nobody listens there: check the host, the port and the firewall");
            }
            TimedOut => return Some(SLOW),
            _ => {}
        }
    }
    // the resolver's errors have no type of their own
    let lower = text.to_lowercase();
    if lower.contains("timed out") {
        Some(SLOW)
    } else if lower.contains("failed to lookup address") || lower.contains("dns error") {
        Some("the name does not resolve: check its spelling and this machine's DNS")
    } else if lower.contains("unknownissuer") {
        Some("the certificate's issuer is not known: for one of your own set `ca_file`")
    } else if lower.contains("causedasendentity") {
        Some(
            "the server shows the certificate of an authority as its own: issue one for the server \
             (`basicConstraints=CA:FALSE`) and set `ca_file`",
        )
    } else if lower.contains("starttls is not supported") {
        Some(
            "use `smtps://` if the server has a TLS port, or `tls = \"none\"` for a relay on this machine",
        )
    } else if lower.contains("notvalidforname") || lower.contains("not valid for name") {
        Some("the certificate is for another name: use the name that it is for")
    } else if lower.contains("certificate expired") || lower.contains("certexpired") {
        Some("the certificate has expired: renew it on the server")
    } else if lower.contains("corrupt message") || lower.contains("invalidcontenttype") {
        Some(
            "the server does not speak TLS on this port: check the port, and `tls` or the scheme of `url`",
        )
    } else {
        None
    }
}
