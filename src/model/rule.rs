//! A rule of the rulebook: one fact that is tracked as true now, and what is known of it.

use std::time::Duration;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{ChangeId, SourceId};

/// A fact as configured: where it stands and how it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSpec {
    /// Unique name: `instagram-reels-length`.
    pub name: String,
    /// What the fact is, for people: `Reels length`.
    pub title: String,
    /// Platform it is about; by default that of its source.
    pub platform: Option<String>,
    /// Source in whose text it stands.
    pub source: SourceId,
    /// How it is found there.
    pub reading: RuleReading,
    /// Unit of the value, as it is shown; also which number of a sentence is meant.
    pub unit: Option<String>,
    /// Not verified for longer than this, it is called stale.
    pub stale_after: Duration,
    /// What it touches: `ads`, `content`, `api`…
    pub area: Option<String>,
    /// What it is known to be before anything was read.
    pub initial: Option<KnownValue>,
}

/// How a fact is found in a text. At least one is given; `select` narrows the text for the others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleReading {
    /// CSS selector of the element that holds it.
    pub select: Option<String>,
    /// Regular expression with a group named `value`.
    pub pattern: Option<String>,
    /// Words that its sentence contains; `…` stands for any others between them.
    pub sentence: Option<String>,
}

/// A value that someone vouches for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownValue {
    /// The value.
    pub value: String,
    /// Since when it holds.
    pub since: Option<Date>,
    /// Where that is known from.
    pub place: Option<String>,
}

/// One value of a fact, and since when it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleValue {
    /// The value, as written.
    pub value: String,
    /// Since when.
    pub since: Timestamp,
    /// Where it stood: the sentence, or the place given in the configuration.
    pub quote: Option<String>,
    /// Vouched for by the configuration and not read?
    pub configured: bool,
    /// The change that brought it, if it came with one.
    pub change: Option<ChangeId>,
}

/// What is known of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleRecord {
    /// Its name.
    pub name: String,
    /// Source it is read from.
    pub source: SourceId,
    /// The value in force, if one is known.
    pub current: Option<RuleValue>,
    /// Since when it is in the rulebook.
    pub known_since: Timestamp,
    /// When its value was last read or confirmed.
    pub verified_at: Option<Timestamp>,
    /// Text in which it was last looked for; `None`: not yet, as it is configured now.
    pub looked: Option<u64>,
    /// Since when it is not found in its source's text.
    pub gone_since: Option<Timestamp>,
    /// When readers were last told that it is stale, since it was last verified.
    pub stale_told_at: Option<Timestamp>,
}

/// Why a fact is not to be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Staleness {
    /// Its source has not been looked at yet.
    Unread,
    /// It was never found in its source's text.
    NotFound,
    /// It was there and is gone.
    Gone,
    /// Not verified for longer than `stale_after`.
    Unverified,
    /// Its source failed at its last polls, so nothing can be said of it.
    Broken,
}

/// What one look at a source did to a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleStep {
    /// Which.
    pub name: String,
    /// The text in which it was looked for.
    pub looked: u64,
    /// What was found.
    pub found: RuleFound,
}

/// What was found of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleFound {
    /// The value in force.
    Same,
    /// Another value, or the first; with its sentence.
    New {
        /// The value.
        value: String,
        /// Where it stands.
        quote: String,
    },
    /// Nothing.
    Gone,
}
