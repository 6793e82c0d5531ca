//! A source: something we poll.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Cadence, FetchLimits, ReadOptions, Render, Secret, SourceId};

/// How a source's body is read: the name of one reader in `extract` (`feed`, `page`, `telegram`…).
/// Config checks it against the list of readers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceKind(pub String);

impl SourceKind {
    /// The kind as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// For whom a source speaks, which decides how far it is believed: an official page outranks media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The platform itself: rules, changelogs, newsroom, status.
    Official,
    /// A regulator or a law.
    Regulator,
    /// A trade medium or blog that writes about platforms.
    Media,
    /// A competitor.
    Competitor,
    /// Our own brand.
    Own,
    /// General stream in which trends are looked for.
    Stream,
}

impl Role {
    /// All roles, the most believable first.
    pub const ALL: [Self; 6] = [
        Self::Official,
        Self::Regulator,
        Self::Own,
        Self::Competitor,
        Self::Media,
        Self::Stream,
    ];

    /// Whom to believe first, 0 before 3. A regulator and a platform weigh the same.
    pub fn belief(self) -> u8 {
        match self {
            Self::Official | Self::Regulator => 0,
            Self::Own | Self::Competitor => 1,
            Self::Media => 2,
            Self::Stream => 3,
        }
    }

    /// Its name in data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Regulator => "regulator",
            Self::Media => "media",
            Self::Competitor => "competitor",
            Self::Own => "own",
            Self::Stream => "stream",
        }
    }
}

/// Something we poll, as configured. Cheap to share behind an `Arc`.
#[derive(Debug, Clone)]
pub struct Source {
    /// Unique name.
    pub id: SourceId,
    /// How its body is read.
    pub kind: SourceKind,
    /// Where it is.
    pub url: Url,
    /// Name for people; the id when not configured.
    pub title: String,
    /// Whom it speaks for: `tiktok`, `adindex`, `acme`. Reprints count once per owner.
    pub owner: String,
    /// How far it is believed.
    pub role: Role,
    /// Platform it is about, if one.
    pub platform: Option<String>,
    /// Language (BCP 47 primary tag, `ru`, `en`), if known.
    pub language: Option<String>,
    /// Free labels by which digests choose.
    pub tags: Vec<String>,
    /// The document of which this page is a part, if any.
    pub document: Option<String>,
    /// When it is polled.
    pub cadence: Cadence,
    /// Zone in which the cadence is meant and in which dates without a zone are read.
    pub zone: TimeZone,
    /// CSS selectors of what to read; empty means automatic.
    pub select: Vec<String>,
    /// CSS selectors of what to leave out.
    pub remove: Vec<String>,
    /// Extra request headers; values may be secrets.
    pub headers: Vec<(String, Secret)>,
    /// Size, time and redirect bounds.
    pub limits: FetchLimits,
    /// May its host resolve to private or loopback addresses?
    pub allow_private: bool,
    /// Is robots.txt obeyed? By default for pages, not for feeds and APIs, which are made for programs.
    pub obey_robots: bool,
    /// Is the page run in a browser before it is read?
    pub render: Option<Render>,
    /// A disabled source is kept with its history but not polled.
    pub enabled: bool,
}

impl Source {
    /// How a body of it that was fetched at `now` is read.
    pub fn read_options(&self, now: Timestamp) -> ReadOptions {
        ReadOptions {
            select: self.select.clone(),
            remove: self.remove.clone(),
            zone: self.zone.clone(),
            language: self.language.clone(),
            now,
        }
    }

    /// A source with nothing but a URL and a kind: to try out what it would give.
    pub fn probe(url: Url, kind: SourceKind) -> Self {
        Self {
            id: SourceId::probe(),
            title: url.host_str().unwrap_or_default().to_owned(),
            owner: url.host_str().unwrap_or_default().to_owned(),
            obey_robots: matches!(kind.as_str(), "page" | "changelog"),
            kind,
            url,
            role: Role::Stream,
            platform: None,
            language: None,
            tags: Vec::new(),
            document: None,
            cadence: Cadence::Every(std::time::Duration::from_hours(1)),
            zone: TimeZone::UTC,
            select: Vec::new(),
            remove: Vec::new(),
            headers: Vec::new(),
            limits: FetchLimits::default(),
            allow_private: false,
            render: None,
            enabled: true,
        }
    }
}
