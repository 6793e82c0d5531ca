//! OPML: the list of feeds that readers exchange.
//!
//! [`read()`] takes any list as it is found: nested outlines (their names become tags), attributes in
//! any case, titles in `text`, `title` or nowhere, broken entities, outlines that never close. What
//! is no feed is said with its line, and the rest is read. [`write()`] makes a list that every reader
//! understands and that gives the same sources when it is read here again: what OPML has no words for
//! stands in one attribute of our own namespace.
//!
//! Never written, and never taken from a list: headers, which may be secrets, and the permission to
//! reach private addresses, which is the user's to give.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::{List, Refused, read};
pub use write::write;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::{Cadence, Role, Source};

/// The attribute that holds [`Settings`], and its namespace.
const OURS: &str = "tidewatch:settings";
const NAMESPACE: &str = "urn:tidewatch:opml:1";
/// Kinds that every feed reader can read.
const FEEDS: &[&str] = &["feed", "youtube", "reddit", "googletrends"];

/// One source of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Line of the file, from 1.
    pub line: usize,
    /// Its address.
    pub url: Url,
    /// Its title, if it has one.
    pub title: Option<String>,
    /// Names of the outlines around it and its categories, as tags.
    pub tags: Vec<String>,
    /// What only tidewatch writes; empty in lists of others.
    pub settings: Settings,
}

/// A source's settings beyond address and title, as they stand in our attribute.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    missing_docs,
    reason = "the keys of `[[source]]`, as config/tidewatch.toml has them"
)]
pub struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Replaces the tags that outlines and categories give.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub select: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// Wait for this CSS once rendered; empty when rendered without waiting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub render: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub obey_robots: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

impl Settings {
    /// What a list must say of a source so that it can be made again.
    fn of(source: &Source) -> Self {
        let (every, schedule) = match &source.cadence {
            Cadence::Every(_) => {
                let text = source.cadence.to_string();
                (Some(text.trim_start_matches("every ").to_owned()), None)
            }
            Cadence::Cron(_) => (None, Some(source.cadence.to_string())),
            // only digests have it
            Cadence::Instant => (None, None),
        };
        Self {
            id: Some(source.id.to_string()),
            kind: Some(source.kind.as_str().to_owned()),
            role: Some(source.role),
            owner: Some(source.owner.clone()),
            platform: source.platform.clone(),
            language: source.language.clone(),
            tags: Some(source.tags.clone()),
            every,
            schedule,
            zone: source.zone.iana_name().map(str::to_owned),
            document: source.document.clone(),
            select: source.select.clone(),
            remove: source.remove.clone(),
            render: source
                .render
                .as_ref()
                .map(|render| render.wait_for.clone().unwrap_or_default()),
            obey_robots: Some(source.obey_robots),
            enabled: (!source.enabled).then_some(false),
        }
    }

    /// Says what in settings that came from outside cannot be. The configuration checks the rest.
    fn check(&self) -> Result<(), String> {
        if let Some(kind) = &self.kind
            && !super::KINDS.contains(&kind.as_str())
        {
            return Err(format!("`{kind}` is no kind of source"));
        }
        let cadence = match (&self.every, &self.schedule) {
            (Some(every), _) => Cadence::every(every).map(|_| ()),
            (None, Some(cron)) => Cadence::cron(cron).map(|_| ()),
            (None, None) => Ok(()),
        };
        cadence.map_err(|error| error.to_string())?;
        match &self.zone {
            Some(zone) if TimeZone::get(zone).is_err() => Err(format!("`{zone}` is no time zone")),
            _ => Ok(()),
        }
    }
}
