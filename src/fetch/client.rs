//! The HTTP clients: one TLS setup, one client per address policy and connect timeout.
//!
//! reqwest fixes the resolver and the connect timeout when a client is built, so clients are made
//! as jobs ask for them; a configuration knows few timeouts, and the set is bounded in any case.
//! Connections to private addresses live in pools of their own, out of reach of guarded jobs.
//! Redirects, cookies, proxies and unpacking are off: they are done by hand, with bounds.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::dns::Resolve;
use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::guard::GuardedResolver;
use super::{FetchError, FetchSettings};

/// Distinct clients kept; past that the set is begun anew.
const MAX_CLIENTS: usize = 16;
/// Idle connections are closed after this. Long enough for the sources of one host in a row, shorter
/// than the five seconds after which many servers close theirs, and short enough that a pass over a
/// thousand hosts does not hold a thousand sockets.
const IDLE: Duration = Duration::from_secs(4);
/// Largest HTTP/2 header list accepted; real sites send tens of KiB of policies.
const MAX_HEADERS: u32 = 256 << 10;
/// Most HTTP/1 header lines accepted.
const MAX_HEADER_LINES: usize = 256;

/// The clients of one fetcher.
pub(super) struct Clients {
    tls: rustls::ClientConfig,
    user_agent: HeaderValue,
    guard: Arc<dyn Resolve>,
    made: Mutex<HashMap<(bool, Duration), Client>>,
}

impl Clients {
    /// Reads the certificates and sets up TLS.
    pub(super) fn new(settings: &FetchSettings) -> Result<Self, FetchError> {
        Self::guarded_by(Arc::new(GuardedResolver), settings)
    }

    /// The same with another guard before the names.
    pub(super) fn guarded_by(
        guard: Arc<dyn Resolve>,
        settings: &FetchSettings,
    ) -> Result<Self, FetchError> {
        let user_agent = HeaderValue::from_str(&settings.user_agent)
            .map_err(|_| FetchError::UserAgent(settings.user_agent.clone()))?;
        let clients = Self {
            tls: tls_config(settings.ca_file.as_deref())?,
            user_agent,
            guard,
            made: Mutex::default(),
        };
        // so that a fault shows at start and not at the first poll
        clients
            .build(false, Duration::from_secs(10))
            .map_err(|e| FetchError::Client(e.to_string()))?;
        Ok(clients)
    }

    /// What stands between a name and its addresses.
    pub(super) fn guard(&self) -> Arc<dyn Resolve> {
        Arc::clone(&self.guard)
    }

    /// The client for jobs of this policy and connect timeout.
    pub(super) fn get(&self, private: bool, connect: Duration) -> reqwest::Result<Client> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = made.get(&(private, connect)) {
            return Ok(client.clone());
        }
        if made.len() >= MAX_CLIENTS {
            made.clear();
        }
        let client = self.build(private, connect)?;
        made.insert((private, connect), client.clone());
        Ok(client)
    }

    fn build(&self, private: bool, connect: Duration) -> reqwest::Result<Client> {
        let builder: ClientBuilder = Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .user_agent(self.user_agent.clone())
            .connect_timeout(connect)
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(IDLE)
            .http2_max_header_list_size(MAX_HEADERS)
            .http1_max_headers(MAX_HEADER_LINES)
            .http1_ignore_invalid_headers_in_responses(true);
        if private {
            builder.build()
        } else {
            builder.dns_resolver(Arc::clone(&self.guard)).build()
        }
    }
}

fn tls_config(ca_file: Option<&Path>) -> Result<rustls::ClientConfig, FetchError> {
    let mut roots = rustls::RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    if let Some(path) = ca_file {
        let fault = |reason: String| FetchError::CaFile {
            path: path.to_owned(),
            reason,
        };
        let mut added = 0;
        for cert in CertificateDer::pem_file_iter(path).map_err(|e| fault(e.to_string()))? {
            let cert = cert.map_err(|e| fault(e.to_string()))?;
            roots.add(cert).map_err(|e| fault(e.to_string()))?;
            added += 1;
        }
        if added == 0 {
            return Err(fault("no certificate in it".into()));
        }
    }
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .map_err(|e| FetchError::Client(e.to_string()))?;
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
