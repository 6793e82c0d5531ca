//! A digest as chats and feeds read it: the JSON form, typed, everything optional.
//!
//! Channels that write their own markup start from data and escape each text on its own; turning
//! HTML or plain text back into chat markup would be guesswork. A form that is no digest, such as a
//! test message, becomes its plain text.

use jiff::{Timestamp, civil::Date};
use serde::Deserialize;

use crate::model::DeliveryForm;

/// What a digest's JSON schema begins with.
const SCHEMA: &str = "tidewatch.digest/";

/// A digest.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Brief {
    schema: String,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) subject: String,
    pub(super) quiet: Option<String>,
    pub(super) tldr: Vec<String>,
    pub(super) sections: Vec<BriefSection>,
    pub(super) footer: Vec<String>,
    pub(super) deadlines: Vec<BriefDeadline>,
}

/// A date to come, told in this digest or long before.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct BriefDeadline {
    pub(super) id: String,
    pub(super) topic: String,
    pub(super) date: Date,
    pub(super) title: String,
    pub(super) platform: Option<String>,
    pub(super) url: Option<String>,
}

/// A section of it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct BriefSection {
    pub(super) title: String,
    pub(super) cards: Vec<BriefCard>,
}

/// A card of it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct BriefCard {
    pub(super) id: String,
    pub(super) topic: String,
    pub(super) severity: String,
    pub(super) severity_label: String,
    pub(super) kind: String,
    pub(super) kind_label: String,
    pub(super) title: String,
    pub(super) gist: Option<String>,
    pub(super) platform: Option<String>,
    pub(super) url: Option<String>,
    pub(super) effective: Option<Date>,
    pub(super) effective_text: Option<String>,
    pub(super) confirmed_text: String,
    pub(super) quote: Option<BriefQuote>,
    pub(super) facts: Vec<String>,
    pub(super) chart: Option<BriefChart>,
    pub(super) action: Option<String>,
    pub(super) sources: Vec<BriefSource>,
    pub(super) votes: Vec<BriefVote>,
    pub(super) vote_page: Option<String>,
    pub(super) detected_at: Option<Timestamp>,
}

/// What changed.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct BriefQuote {
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// How it went over time.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct BriefChart {
    pub(super) spark: String,
    pub(super) caption: String,
}

/// A word that a reader may say by a link.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct BriefVote {
    pub(super) sign: String,
    pub(super) url: String,
}

/// A source of a card.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct BriefSource {
    pub(super) source: String,
    pub(super) title: String,
    pub(super) url: Option<String>,
}

impl Brief {
    /// Reads the JSON form; `None` if it is no digest.
    pub(super) fn of(form: &DeliveryForm) -> Option<Self> {
        let brief = Self::deserialize(&form.json).ok()?;
        brief.schema.starts_with(SCHEMA).then_some(brief)
    }

    /// All cards with the title of their section, in order.
    pub(super) fn cards(&self) -> impl Iterator<Item = &BriefCard> {
        self.sections.iter().flat_map(|section| &section.cards)
    }
}
