//! Digests as configured, and the state of the watch that each one reports.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{Cadence, SourceId};

/// Language in which we speak to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
}

/// What the reader's business wants, which decides what comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// Be known: reach, share of voice, growth.
    #[default]
    Awareness,
    /// Be talked about: velocity, trends.
    Buzz,
    /// Talk with people: comments, formats.
    Community,
    /// Sell: offers, ad rules, prices. No sales figure is ever inferred from public data.
    Sales,
}

/// A digest as configured.
#[derive(Debug, Clone)]
pub struct DigestSpec {
    /// Unique name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// When it is composed.
    pub cadence: Cadence,
    /// Zone of the cadence and of the dates in it.
    pub zone: TimeZone,
    /// Language of its frame.
    pub language: Language,
    /// What comes first.
    pub goal: Goal,
    /// Names of the channels it goes to.
    pub channels: Vec<String>,
    /// Findings of sources with any of these tags; empty means all.
    pub tags: Vec<String>,
    /// Most cards in one digest; the rest is counted and goes into the next.
    pub max_cards: usize,
    /// Most words in one digest's cards (600 reads in about 90 seconds); the rest goes into the next.
    pub max_words: usize,
    /// Templates of the user's own in place of ours: source by form, `html`, `text` or `markdown`.
    pub templates: BTreeMap<String, String>,
    /// Is a quiet day told in one line, or not at all?
    pub send_when_quiet: bool,
}

/// The span that a digest covers: since the last one, up to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// When the last digest was composed; `None` for the first.
    pub since: Option<Timestamp>,
    /// When this one is composed.
    pub until: Timestamp,
}

/// State of the watch in a window, for a digest's footer and `status`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Enabled sources.
    pub sources: usize,
    /// Sources whose last poll worked.
    pub fine: usize,
    /// Polls made in the window.
    pub polls: u64,
    /// Changes that were seen and left out as cosmetic in the window.
    pub cosmetic: u64,
    /// Sources that fail now.
    pub failing: Vec<SourceHealth>,
    /// When the next digest is due.
    pub next_at: Option<Timestamp>,
}

/// A failing source in a footer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceHealth {
    /// Which.
    pub source: SourceId,
    /// Failures in a row.
    pub failures: u32,
    /// The last one, in one line.
    pub message: String,
    /// When it last worked.
    pub last_ok_at: Option<Timestamp>,
}
