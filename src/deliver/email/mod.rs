//! Mail over SMTP: HTML with a plain text alternative, one message per recipient.
//!
//! `smtp://` speaks plainly (for a relay on this machine), `smtp://` with `tls = "starttls"` upgrades
//! and insists on it, `smtps://` is TLS from the first byte. The server is the operator's own choice,
//! so its address may be private.
//!
//! A retry is the same bytes under the same Message-ID, so a server that took a message and lost the
//! line before saying so gives the reader at most one mail in the thread view.
//! 4xx answers and broken connections may pass; 5xx answers are for good.

mod dkim;
mod message;

use std::time::Duration;

use jiff::Timestamp;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use url::Url;

use dkim::Signer;

use super::channel::{Attempt, Channel, needed};
use super::error::{SLOW, explain};
use super::{DeliverError, Receipt};
use crate::model::{ChannelSpec, Delivery};

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["url", "from", "to"];

pub(super) struct Email {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    server: String,
    from: Mailbox,
    signer: Option<Signer>,
    unsubscribe: Option<String>,
    timeout: Duration,
}

pub(super) fn open(spec: &ChannelSpec) -> Result<Email, DeliverError> {
    let bad = |message: String| DeliverError::config(spec, message);
    let url = Url::parse(needed(spec, "url", spec.url.as_deref())?).map_err(|e| {
        bad(format!(
            "`url` cannot be read: {e}; write smtp://host or smtps://host"
        ))
    })?;
    let host = url
        .host_str()
        .ok_or_else(|| bad("`url` names no host; write smtp://host or smtps://host".to_owned()))?
        .trim_matches(['[', ']'])
        .to_owned();
    let mode = match (url.scheme(), spec.tls.as_deref()) {
        ("smtps", None | Some("tls")) | ("smtp", Some("tls")) => "tls",
        ("smtp", Some("starttls")) => "starttls",
        ("smtp", None | Some("none")) => "none",
        (scheme, tls) => {
            return Err(bad(format!(
                "`url` {scheme}:// and `tls` {} do not go together; use smtp:// with \
                 `none` or `starttls`, or smtps://",
                tls.map_or("left out".to_owned(), |t| format!("`{t}`")),
            )));
        }
    };
    if mode == "none" && spec.username.is_some() && !is_this_machine(&host) {
        return Err(bad(
            "a password would be sent in the clear: set `tls = \"starttls\"` or use smtps://"
                .to_owned(),
        ));
    }
    let port = url.port().unwrap_or(match mode {
        "tls" => 465,
        "starttls" => 587,
        _ => 25,
    });
    let tls = match mode {
        "tls" => Tls::Wrapper(tls_parameters(spec, &host)?),
        "starttls" => Tls::Required(tls_parameters(spec, &host)?),
        _ => Tls::None,
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&host)
        .port(port)
        .tls(tls)
        .timeout(Some(spec.timeout));
    if let Some(user) = &spec.username {
        let password = needed(spec, "secret", spec.secret.as_ref())?;
        builder = builder.credentials(Credentials::new(user.clone(), password.reveal().to_owned()));
    }
    for to in &spec.to {
        mailbox(to).map_err(|e| bad(format!("`to` {to:?} is not a mail address: {e}")))?;
    }
    let from = needed(spec, "from", spec.from.as_deref())?;
    let from =
        mailbox(from).map_err(|e| bad(format!("`from` {from:?} is not a mail address: {e}")))?;
    let signer = spec
        .dkim
        .as_ref()
        .map(Signer::open)
        .transpose()
        .map_err(bad)?;
    if let (Some(signer), Some(dkim)) = (&signer, &spec.dkim)
        && !signer.is_aligned(from.email.domain())
    {
        return Err(bad(format!(
            "`dkim` signs for {}, which does not count for mail from {}: use the domain of `from`",
            dkim.domain,
            from.email.domain()
        )));
    }
    Ok(Email {
        transport: builder.build(),
        server: format!("mail server {host}:{port}"),
        from,
        signer,
        unsubscribe: spec.unsubscribe.clone(),
        timeout: spec.timeout,
    })
}

impl Channel for Email {
    fn send<'a>(&'a self, delivery: &'a Delivery, _now: Timestamp) -> Attempt<'a> {
        Box::pin(async move {
            let (envelope, message) =
                message::build(delivery, &self.from, self.unsubscribe.as_deref())?;
            let message = match &self.signer {
                None => message,
                Some(signer) => signer.sign(&message, delivery.created_at).ok_or_else(|| {
                    DeliverError::transient(format!("{}: the mail cannot be signed", self.server))
                })?,
            };
            let sending = self.transport.send_raw(&envelope, &message);
            // lettre's own timeout covers connecting only
            match tokio::time::timeout(self.timeout, sending).await {
                Err(_) => Err(DeliverError::transient(format!(
                    "{}: no answer within {} s; {SLOW}",
                    self.server,
                    self.timeout.as_secs()
                ))),
                Ok(Err(e)) => Err(self.judge(&e, &delivery.recipient)),
                Ok(Ok(response)) => Ok(Receipt::whole(format!(
                    "{} {}",
                    response.code(),
                    response.message().collect::<Vec<_>>().join(" ")
                ))),
            }
        })
    }
}

impl Email {
    fn judge(&self, error: &lettre::transport::smtp::Error, recipient: &str) -> DeliverError {
        let text = explain(error);
        let message = match error.status().map(u16::from) {
            Some(534 | 535 | 538) => {
                return DeliverError::Gone {
                    message: format!(
                        "{} refuses our login: {text}; check `username` and `secret`",
                        self.server
                    ),
                };
            }
            Some(code) => {
                let remedy = remedy(code, &text);
                format!("{} about {recipient}: {text}{remedy}", self.server)
            }
            None => format!("{}: {text}", self.server),
        };
        if error.is_permanent() {
            DeliverError::permanent(message)
        } else {
            DeliverError::transient(message)
        }
    }
}

/// What can be done about a server's refusal.
fn remedy(code: u16, text: &str) -> &'static str {
    match code {
        530 if text.to_uppercase().contains("STARTTLS") => {
            "; it wants TLS first: set `tls = \"starttls\"`"
        }
        530 => "; it wants a login: set `username` and `secret`",
        400..=499 => "; that may pass: a message in the outbox is tried again by itself",
        550 | 551 | 553 => "; check the address in `to`, and whether it lets `from` send",
        552 => "; the mailbox is full, or the message too large for it",
        _ => "",
    }
}

fn mailbox(text: &str) -> Result<Mailbox, lettre::address::AddressError> {
    text.parse()
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

fn tls_parameters(spec: &ChannelSpec, host: &str) -> Result<TlsParameters, DeliverError> {
    let bad =
        |what: &str, e: &dyn std::fmt::Display| DeliverError::config(spec, format!("{what}: {e}"));
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(path) = &spec.ca_file {
        let what = format!("ca_file {} cannot be used", path.display());
        let pem = std::fs::read(path).map_err(|e| bad(&what, &e))?;
        let certificate = Certificate::from_pem(&pem).map_err(|e| bad(&what, &e))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder
        .build_rustls()
        .map_err(|e| bad("TLS cannot be set up", &e))
}
