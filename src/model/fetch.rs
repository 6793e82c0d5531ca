//! What passes between `fetch` and the rest: a job and its outcome, both plain serialisable values.
//! This is the seam along which fetching can later move to other machines.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Secret, SourceId};

/// Bounds of one fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchLimits {
    /// Largest body accepted, in bytes, counted after decompression.
    pub max_body: u64,
    /// Time to connect, TLS included.
    pub connect_timeout: Duration,
    /// Longest silence between two reads.
    pub read_timeout: Duration,
    /// The whole fetch, redirects included.
    pub total_timeout: Duration,
    /// Redirects followed before giving up.
    pub max_redirects: u8,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self {
            max_body: 10 << 20,
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(20),
            total_timeout: Duration::from_mins(1),
            max_redirects: 5,
        }
    }
}

/// HTTP validators, kept and sent back byte for byte (RFC 9110 §8.8).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag` as received, quotes and `W/` included.
    pub etag: Option<Vec<u8>>,
    /// `Last-Modified` as received.
    pub last_modified: Option<Vec<u8>>,
    /// The URL whose answer carried them, after redirects. They are sent to no other URL;
    /// `None` (never fetched, or stored without it) stands for the job's own URL.
    #[serde(default)]
    pub url: Option<Url>,
}

/// Wish that a page be run in a browser before it is read, for pages that scripts write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Render {
    /// CSS of what must be on the page before it counts as complete.
    pub wait_for: Option<String>,
}

/// The browser that renders pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BrowserAt {
    /// A program of the Chromium family, started when first needed.
    Program(PathBuf),
    /// A running browser's DevTools endpoint on this machine: `ws://…`, or `http://…` to be asked.
    Endpoint(Url),
}

/// One request to make.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FetchJob {
    /// For whom.
    pub source: SourceId,
    /// Where: the configured URL, or where it has permanently moved.
    pub url: Url,
    /// Validators of the last body that was committed.
    pub validators: Validators,
    /// Extra request headers.
    pub headers: Vec<(String, Secret)>,
    /// Bounds.
    pub limits: FetchLimits,
    /// May private addresses be reached?
    pub allow_private: bool,
    /// Is robots.txt asked first?
    pub obey_robots: bool,
    /// Is the page run in a browser?
    #[serde(default)]
    pub render: Option<Render>,
}

/// What came of one job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FetchOutcome {
    /// For whom.
    pub source: SourceId,
    /// When the job began, waiting for the host's turn not counted.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
    /// Body, not modified, or failure.
    pub result: FetchResult,
}

/// The three ways a fetch ends.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(
    clippy::large_enum_variant,
    reason = "one per fetch, and moved, not kept"
)]
pub enum FetchResult {
    /// A body with a 2xx status.
    Body(FetchedBody),
    /// 304: what we have is current.
    NotModified {
        /// Where the resource now permanently lives, if it moved.
        moved_to: Option<Url>,
    },
    /// An explained failure.
    Failed(FetchFailure),
}

/// A body and what must be remembered with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FetchedBody {
    /// HTTP status, 2xx.
    pub status: u16,
    /// URL after redirects.
    pub final_url: Url,
    /// Where the resource permanently lives: set when every hop up to there was 301 or 308.
    pub moved_to: Option<Url>,
    /// `Content-Type` as received.
    pub content_type: Option<String>,
    /// Validators to send next time, once this body is committed.
    pub validators: Validators,
    /// The body, decompressed.
    pub bytes: Vec<u8>,
}

/// A failure, told so that a person knows what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchFailure {
    /// What class of failure.
    pub kind: FailureKind,
    /// One line for people: what happened, where, and the remedy if there is one.
    pub message: String,
    /// HTTP status, if a response came.
    pub status: Option<u16>,
    /// When the server asks to be left alone until (`Retry-After`), as a wait from now.
    pub retry_after: Option<Duration>,
}

impl FetchFailure {
    /// May the failure pass by itself?
    pub fn is_transient(&self) -> bool {
        match self.kind {
            FailureKind::Denied | FailureKind::Robots | FailureKind::BadUrl => false,
            FailureKind::Status => self.status.is_none_or(|s| s >= 500 || s == 408 || s == 425),
            _ => true,
        }
    }
}

/// Classes of failure. Their names are shown in `status` and stored in the poll log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The name did not resolve.
    Dns,
    /// No connection.
    Connect,
    /// TLS handshake or certificate.
    Tls,
    /// A time bound ran out.
    Timeout,
    /// The body grew past its bound.
    TooLarge,
    /// Too many redirects, or a loop.
    Redirects,
    /// A status that is neither 2xx nor 304.
    Status,
    /// 429, or 403 or 503 with `Retry-After`.
    RateLimited,
    /// The address is private and the source does not allow that.
    Denied,
    /// robots.txt forbids the page.
    Robots,
    /// The URL cannot be fetched at all (scheme, host).
    BadUrl,
    /// The body broke off or could not be decompressed.
    Body,
    /// The source's own configuration or our machine stopped it.
    Local,
}
