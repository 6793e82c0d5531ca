//! Brings a body or an explained failure: the only code that touches the network for sources.
//!
//! A [`FetchJob`] goes in and a [`FetchOutcome`] comes out; nothing else passes. A failure is an
//! outcome like any other, told in one line that names the host, what happened and the remedy.
//!
//! What holds for every request, redirects and robots.txt included:
//! - http and https only, to public addresses only, checked after name resolution and for literal
//!   addresses, unless the job allows private ones. No proxy, no cookies, no referer.
//! - One request at a time and a minimum gap per host; a host that says 429 or `Retry-After` is
//!   left alone by all its sources until then.
//! - Size is counted while unpacking, time by phase and in total, redirects one by one.
//! - Configured headers go only to the origin they were configured for, validators only to the
//!   URL they came from.
//!
//! It never looks inside a body, stores nothing, and retries nothing: that is for others to decide.

mod budget;
mod client;
mod explain;
mod fetcher;
mod gate;
mod guard;
mod headers;
mod network;
mod render;
mod robots;
mod trail;
mod transport;
mod unpack;

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

pub use fetcher::Fetcher;

use crate::model::{BrowserAt, FetchJob, FetchOutcome};

/// What a [`Fetcher`] is told once, for all its jobs.
#[derive(Debug, Clone)]
pub struct FetchSettings {
    /// `User-Agent`: the program and a way to reach its operator.
    pub user_agent: String,
    /// Shortest pause between the end of one request to a host and the start of the next.
    pub host_gap: Duration,
    /// Most requests under way at once, over all hosts.
    pub concurrency: usize,
    /// How long a robots.txt is trusted before it is read again.
    pub robots_ttl: Duration,
    /// Root certificates (PEM) trusted beside the public ones, for hosts of one's own.
    pub ca_file: Option<PathBuf>,
    /// The browser that renders pages; `None` looks for Chromium in `PATH`.
    pub browser: Option<BrowserAt>,
    /// Where a browser of ours may keep its profile while it runs.
    pub scratch: PathBuf,
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            user_agent: concat!("tidewatch/", env!("CARGO_PKG_VERSION")).to_owned(),
            host_gap: Duration::from_secs(2),
            concurrency: 16,
            robots_ttl: Duration::from_hours(24),
            ca_file: None,
            browser: None,
            scratch: std::env::temp_dir(),
        }
    }
}

/// A fetch under way.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = FetchOutcome> + Send + 'a>>;

/// Whatever can turn a job into an outcome: the network, or a test's own world.
pub trait Fetch: Send + Sync {
    /// Fetches. Never fails otherwise than by its outcome; dropping the future stops the fetch.
    fn fetch<'a>(&'a self, job: &'a FetchJob) -> Fetching<'a>;
}

/// Why a [`Fetcher`] could not be made. All of it is configuration, so nothing passes by itself.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The User-Agent cannot be sent.
    #[error("user agent {0:?} cannot be sent as a header: use printable ASCII")]
    UserAgent(String),
    /// The extra root certificates could not be read.
    #[error("cannot read certificates from {}: {reason}", path.display())]
    CaFile {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The HTTP client could not be built.
    #[error("cannot set up the http client: {0}")]
    Client(String),
}

impl FetchError {
    /// May the failure pass by itself?
    pub fn is_transient(&self) -> bool {
        false
    }
}
