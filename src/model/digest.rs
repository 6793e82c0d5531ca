//! Digests as configured, and the state of the watch that each one reports.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Time, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{Cadence, Calendar, FindingKind, QuietHours, Secret, Severity, SourceId};

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
    /// Who reads it, and when they may be disturbed.
    pub terms: Terms,
}

/// On which terms an audience is told.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Who reads it: one audience is told nothing twice by all its digests together, and its votes
    /// count in all of them. Empty means an audience of its own, named as the digest.
    pub audience: String,
    /// Does it look back, telling again what other digests of the audience have told?
    pub review: bool,
    /// Days on which nothing is sent but alerts that cannot wait.
    pub calendar: Calendar,
    /// What is told at once, for a digest whose cadence is [`Cadence::Instant`].
    pub alerts: AlertRules,
    /// Where readers' votes go; without it no links are written.
    pub votes: Option<VoteLinks>,
}

/// Where readers' votes go, and the key that signs the links there.
#[derive(Debug, Clone)]
pub struct VoteLinks {
    /// The web face as readers reach it, without a slash at its end.
    pub base: String,
    /// The key.
    pub key: Secret,
}

/// What is told at once, and how often a reader may be disturbed by it.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRules {
    /// Most alerts in one day of the reader's zone, but for breaking ones.
    pub budget: u32,
    /// When only breaking ones pass.
    pub quiet: Option<QuietHours>,
    /// Kinds that are told at once; for `RuleChange` also entries of official changelogs.
    pub kinds: Vec<FindingKind>,
    /// Less grave ones of any kind are not told at once.
    pub min_severity: Severity,
    /// From which severity a rule change is told at once.
    pub rules_from: Severity,
}

/// Why an alert was not sent at once, though it would have been: it is in the next scheduled digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// Quiet hours.
    Night,
    /// A day off.
    DayOff,
    /// The day's alerts were used up.
    Budget,
    /// Its topic was told at once less than a day before.
    Topic,
    /// No room in the message beside graver ones.
    Room,
}

impl Withheld {
    /// All reasons.
    pub const ALL: [Self; 5] = [
        Self::Night,
        Self::DayOff,
        Self::Budget,
        Self::Topic,
        Self::Room,
    ];

    /// Its name in data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Night => "night",
            Self::DayOff => "day_off",
            Self::Budget => "budget",
            Self::Topic => "topic",
            Self::Room => "room",
        }
    }
}

impl Default for AlertRules {
    fn default() -> Self {
        Self {
            budget: 3,
            quiet: Some(QuietHours {
                from: Time::constant(22, 0, 0, 0),
                to: Time::constant(9, 0, 0, 0),
            }),
            kinds: vec![
                FindingKind::RuleChange,
                FindingKind::Outage,
                FindingKind::Hit,
                FindingKind::Trend,
                FindingKind::Spike,
            ],
            min_severity: Severity::Informational,
            rules_from: Severity::Breaking,
        }
    }
}

/// Slots on days off that are passed over before a digest counts as never due.
const SLOTS: usize = 10_000;

impl DigestSpec {
    /// Who reads it.
    pub fn audience(&self) -> &str {
        match self.terms.audience.as_str() {
            "" => &self.name,
            audience => audience,
        }
    }

    /// Is it sent as soon as there is something to tell?
    pub fn is_instant(&self) -> bool {
        matches!(self.cadence, Cadence::Instant)
    }

    /// Is nobody of its audience at work at that instant?
    pub fn is_day_off(&self, at: Timestamp) -> bool {
        let day = at.to_zoned(self.zone.clone()).date();
        self.terms.calendar.is_day_off(day)
    }

    /// The first time after `after` at which it is due, days off passed over; `None` if never again.
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        let mut slot = after;
        for _ in 0..SLOTS {
            slot = self
                .cadence
                .next_after(slot, &self.zone, std::time::Duration::ZERO)?;
            if !self.is_day_off(slot) {
                return Some(slot);
            }
        }
        None
    }
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
    /// Facts of the rulebook that could not be verified for too long.
    #[serde(default, skip_serializing_if = "is_none")]
    pub stale_rules: u64,
    /// Sources that fail now.
    pub failing: Vec<SourceHealth>,
    /// When the next digest is due.
    pub next_at: Option<Timestamp>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_none(count: &u64) -> bool {
    *count == 0
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
