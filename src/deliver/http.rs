//! What all HTTP channels share: a guarded client, one request, a bounded answer.
//!
//! The client follows no redirect (a signed message must not wander), uses no proxy, and reaches
//! private addresses only if the channel allows it; names are checked after resolution, literal
//! addresses before the request, since those never reach a resolver.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Method, redirect};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use url::Url;

use super::DeliverError;
use super::channel::needed;
use super::error::explain;
use crate::model::{ChannelSpec, DeniedAddress, check_host, keep_public, retry_after};

/// Of an answer, this much is read: enough for an error's words.
const MAX_ANSWER: usize = 16 << 10;

/// A client for one channel.
pub(super) struct Http {
    client: Client,
    allow_private: bool,
    secrets: Vec<String>,
}

/// An answer, its body cut.
pub(super) struct Answer {
    /// HTTP status.
    pub(super) status: u16,
    /// How long the receiver asks to be left alone.
    pub(super) retry_after: Option<Duration>,
    /// First bytes of the body as text.
    pub(super) body: String,
    /// Where it came from, without anything secret.
    pub(super) from: String,
}

impl Http {
    /// Sets up the client; an unreadable `ca_file` is a fault of the channel's configuration.
    pub(super) fn open(spec: &ChannelSpec) -> Result<Self, DeliverError> {
        let mut roots = rustls::RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        if let Some(path) = &spec.ca_file {
            let bad = |why: &dyn std::fmt::Display| {
                DeliverError::config(
                    spec,
                    format!("ca_file {} cannot be used: {why}", path.display()),
                )
            };
            let before = roots.len();
            for certificate in CertificateDer::pem_file_iter(path).map_err(|e| bad(&e))? {
                let certificate = certificate.map_err(|e| bad(&e))?;
                roots.add(certificate).map_err(|e| bad(&e))?;
            }
            if roots.len() == before {
                return Err(bad(&"there is no certificate in it"));
            }
        }
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(
            rustls::crypto::ring::default_provider(),
        ))
        .with_safe_default_protocol_versions()
        .map_err(|e| DeliverError::config(spec, e.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
        let mut builder = Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(concat!("tidewatch/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .timeout(spec.timeout);
        if !spec.allow_private {
            builder = builder.dns_resolver(GuardedResolver);
        }
        let client = builder
            .build()
            .map_err(|e| DeliverError::config(spec, explain(&e)))?;
        Ok(Self {
            client,
            allow_private: spec.allow_private,
            secrets: spec.secret.iter().map(|s| s.reveal().to_owned()).collect(),
        })
    }

    /// Posts JSON.
    pub(super) async fn post_json(
        &self,
        url: &Url,
        body: &serde_json::Value,
        now: Timestamp,
    ) -> Result<Answer, DeliverError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let body = body.to_string().into_bytes();
        self.send(Method::POST, url, headers, body, now).await
    }

    /// Makes one request. An answer of any status is `Ok`: what it means is the channel's to say.
    pub(super) async fn send(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: Vec<u8>,
        now: Timestamp,
    ) -> Result<Answer, DeliverError> {
        let from = address_for_people(url);
        if !self.allow_private
            && let Err(denied) = check_host(url)
        {
            return Err(DeliverError::permanent(refusal(&from, denied)));
        }
        let request = self.client.request(method, url.clone());
        let fault = |e: reqwest::Error| {
            let mut text = explain(&e.without_url());
            for secret in &self.secrets {
                text = text.replace(secret.as_str(), "[secret]");
            }
            // a name that resolves to private addresses may be mended in DNS, so it is not for good
            DeliverError::transient(format!("{from}: {text}"))
        };
        let mut response = request
            .headers(headers)
            .body(body)
            .send()
            .await
            .map_err(fault)?;
        let status = response.status().as_u16();
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| retry_after(value.as_bytes(), now));
        let mut bytes = Vec::new();
        // a broken body does not unsay the status
        while let Ok(Some(chunk)) = response.chunk().await {
            bytes.extend_from_slice(&chunk[..chunk.len().min(MAX_ANSWER - bytes.len())]);
            if bytes.len() == MAX_ANSWER {
                break;
            }
        }
        Ok(Answer {
            status,
            retry_after,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            from,
        })
    }
}

impl Answer {
    /// The answer's words on one short line, for errors.
    pub(super) fn excerpt(&self) -> String {
        let line = self.body.split_whitespace().collect::<Vec<_>>().join(" ");
        let cut: String = line.chars().take(160).collect();
        if cut.is_empty() {
            "no explanation".to_owned()
        } else {
            cut
        }
    }

    /// A failure that may pass, with the wait that the receiver asked for.
    pub(super) fn transient(&self, why: &str) -> DeliverError {
        DeliverError::Transient {
            message: format!(
                "{} answered {}: {why}{}",
                self.from,
                self.status,
                self.remedy()
            ),
            retry_after: self.retry_after,
        }
    }

    /// What a person can do about a failure that may pass.
    fn remedy(&self) -> &'static str {
        match self.status {
            429 => "; it wants fewer: a message in the outbox is tried again by itself, later",
            500.. => "; the fault is on its side: look at its log or status page",
            _ => "",
        }
    }

    /// A refusal for good.
    pub(super) fn permanent(&self, why: &str) -> DeliverError {
        DeliverError::permanent(format!("{} answered {}: {why}", self.from, self.status))
    }

    /// What an answer means where the channel has no rules of its own: chats behind a secret address.
    pub(super) fn accepted(&self) -> Result<(), DeliverError> {
        let why = self.excerpt();
        match self.status {
            200..=299 => Ok(()),
            401 | 403 | 404 | 410 => {
                Err(self.gone(&format!("{why}; is `url` (or `secret`) still right?")))
            }
            408 | 425 | 429 | 500.. => Err(self.transient(&why)),
            _ => Err(self.permanent(&why)),
        }
    }

    /// The receiver is gone.
    pub(super) fn gone(&self, why: &str) -> DeliverError {
        DeliverError::Gone {
            message: format!("{} answered {}: {why}", self.from, self.status),
        }
    }
}

/// The channel's URL, which must be http or https.
pub(super) fn endpoint(spec: &ChannelSpec) -> Result<Url, DeliverError> {
    endpoint_or(spec, needed(spec, "url", spec.url.as_deref())?)
}

/// The channel's URL, or that of the service.
pub(super) fn endpoint_or(spec: &ChannelSpec, service: &str) -> Result<Url, DeliverError> {
    let text = spec.url.as_deref().unwrap_or(service);
    let url = Url::parse(text)
        .map_err(|e| DeliverError::config(spec, format!("`url` cannot be read: {e}")))?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() {
        Ok(url)
    } else {
        let scheme = url.scheme();
        Err(DeliverError::config(
            spec,
            format!("`url` must be http or https, not {scheme}"),
        ))
    }
}

/// Scheme, host and port; paths of chat webhooks are secrets.
fn address_for_people(url: &Url) -> String {
    let mut out = format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default());
    if let Some(port) = url.port() {
        let _ = write!(out, ":{port}");
    }
    out
}

fn refusal(from: &str, denied: DeniedAddress) -> String {
    format!("{from} is not reached: {denied}; if that is meant, set `allow_private = true`")
}

/// The system's resolver, less every address that is not public.
struct GuardedResolver;

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public = keep_public(found.collect()).map_err(|d| refusal(name.as_str(), d))?;
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}
