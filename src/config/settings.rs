//! The settings as the rest of the program sees them: typed, checked, complete.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::Fault;
use crate::model::{
    BrowserAt, ChannelSpec, DigestSpec, FetchLimits, Language, Mute, RuleSpec, Secret, Source,
    TopicSpec, WordTable,
};

/// Everything that is configured.
#[derive(Debug, Clone)]
pub struct Config {
    /// Language of the command line and of digests that name none.
    pub language: Language,
    /// Zone of sources and digests that name none.
    pub zone: TimeZone,
    /// Where tidewatch keeps what it writes. Absolute if the environment's paths are.
    pub data_dir: PathBuf,
    /// The database file.
    pub database: PathBuf,
    /// How sources are fetched.
    pub http: Http,
    /// How polls are spread and put off.
    pub schedule: Schedule,
    /// How deliveries are tried again.
    pub delivery: DeliverySettings,
    /// What is kept, and for how long.
    pub retention: Retention,
    /// How changes are judged.
    pub detection: Detection,
    /// Who words gists anew, if anyone does.
    pub assistant: Option<AssistantSettings>,
    /// What is logged, and how.
    pub log: Log,
    /// What is polled, in the order of the files; disabled ones are among them.
    pub sources: Vec<Arc<Source>>,
    /// Facts of the rulebook, in the order of the files.
    pub rules: Vec<RuleSpec>,
    /// Digests, in the order of the file.
    pub digests: Vec<DigestSpec>,
    /// The web face.
    pub web: Web,
    /// What is not told, by configuration; the database holds more.
    pub mutes: Vec<Mute>,
    /// Watched topics, in the order of the file.
    pub topics: Vec<TopicSpec>,
    /// Channels, in the order of the file.
    pub channels: Vec<ChannelSpec>,
    /// Files that were read, for `check` and for watching; empty for the embedded defaults.
    pub files: Vec<PathBuf>,
    /// What is allowed but looks like a mistake, such as a tag that no source has.
    pub warnings: Vec<Fault>,
}

/// How sources are fetched.
#[derive(Debug, Clone)]
pub struct Http {
    /// `User-Agent`, contact included.
    pub user_agent: String,
    /// Shortest pause between two requests to one host.
    pub host_gap: Duration,
    /// Most requests under way at once, over all hosts.
    pub concurrency: usize,
    /// Further root certificates to trust (PEM), for sources of one's own.
    pub ca_file: Option<PathBuf>,
    /// The browser that renders pages; `None` looks for Chromium in `PATH`.
    pub browser: Option<BrowserAt>,
    /// Bounds of one fetch, for sources that set none.
    pub limits: FetchLimits,
}

/// How polls are spread and put off.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// Longest shift of a cron time, always the same for one source.
    pub jitter: Duration,
    /// Wait after the first failure; doubled with each further one.
    pub backoff_base: Duration,
    /// Longest such wait.
    pub backoff_cap: Duration,
    /// Most older pages read when a channel posted more between two polls than a page shows.
    pub older_pages: u32,
    /// Older pages read on the first sight of a channel.
    pub first_pages: u32,
}

/// How deliveries are tried again.
#[derive(Debug, Clone)]
pub struct DeliverySettings {
    /// Wait after the first failure; doubled with each further one.
    pub retry_base: Duration,
    /// Longest such wait.
    pub retry_cap: Duration,
    /// Attempts before a delivery is parked until someone says `outbox retry`.
    pub attempts: u32,
    /// A channel that has failed for so long is told of by another.
    pub alert_after: Duration,
    /// Which others, the first that works; all, in the order of the file, if empty.
    pub alert_channels: Vec<String>,
}

/// What is kept, and for how long. Texts, changes and findings are always kept.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    /// Raw bodies older than this may be dropped once a newer one is stored; `None` keeps all.
    pub raw_bodies: Option<Duration>,
    /// Poll log rows older than this may be dropped; `None` keeps all.
    pub poll_log: Option<Duration>,
    /// Words and numbers of items first seen before this may be dropped; the items stay recognised.
    pub items: Option<Duration>,
    /// Messages settled before this may be dropped with their receipts, and the texts of digests all of
    /// whose messages are; what was told stays known.
    pub deliveries: Option<Duration>,
}

/// An OpenAI-compatible endpoint that words gists anew.
#[derive(Debug, Clone)]
pub struct AssistantSettings {
    /// Base of its API: `https://host/v1`.
    pub url: url::Url,
    /// Name of the model.
    pub model: String,
    /// Its key, sent as a bearer token.
    pub secret: Option<Secret>,
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// Most questions a day.
    pub per_day: u32,
    /// May it be on a private network?
    pub allow_private: bool,
}

/// How changes are judged.
#[derive(Debug, Clone)]
pub struct Detection {
    /// A doubtful or large change is read again after this time, and up to half as much more, before
    /// it is told; zero tells everything at once.
    pub confirm_after: Duration,
    /// Words of one's own by which changes are judged, beside the shipped ones.
    pub words: WordTable,
}

/// The web face.
#[derive(Debug, Clone, Default)]
pub struct Web {
    /// Where it listens; nowhere without it.
    pub listen: Option<SocketAddr>,
    /// How readers reach it, without a slash at its end; without it digests carry no links to it.
    pub public_url: Option<String>,
    /// Needed to listen elsewhere than on loopback.
    pub token: Option<Secret>,
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// A tracing filter: `info`, or `warn,tidewatch::fetch=debug`.
    pub filter: String,
    /// Form of the lines.
    pub format: LogFormat,
}

/// Form of the log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people on a terminal, journald under systemd, JSON otherwise.
    #[default]
    Auto,
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
    /// Straight to the journal, with fields.
    Journald,
}

impl Http {
    /// The honest default: who we are, and whom to ask.
    pub(super) fn user_agent_for(contact: Option<&str>) -> String {
        let ours = concat!("tidewatch/", env!("CARGO_PKG_VERSION"));
        let whom = contact.unwrap_or("self-hosted monitor of rules and trends");
        format!("{ours} ({whom})")
    }
}

impl Default for Http {
    fn default() -> Self {
        Self {
            user_agent: Self::user_agent_for(None),
            host_gap: Duration::from_secs(2),
            concurrency: 16,
            ca_file: None,
            browser: None,
            limits: FetchLimits::default(),
        }
    }
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            jitter: Duration::from_mins(5),
            backoff_base: Duration::from_mins(5),
            backoff_cap: Duration::from_hours(12),
            older_pages: 20,
            first_pages: 0,
        }
    }
}

impl Default for DeliverySettings {
    fn default() -> Self {
        Self {
            retry_base: Duration::from_secs(30),
            retry_cap: Duration::from_hours(1),
            attempts: 60,
            alert_after: Duration::from_hours(2),
            alert_channels: Vec::new(),
        }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            raw_bodies: Some(Duration::from_hours(24 * 180)),
            poll_log: None,
            items: None,
            deliveries: Some(Duration::from_hours(24 * 400)),
        }
    }
}

impl Default for Detection {
    fn default() -> Self {
        Self {
            confirm_after: Duration::from_mins(40),
            words: WordTable::new(),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            filter: "info".to_owned(),
            format: LogFormat::Auto,
        }
    }
}
