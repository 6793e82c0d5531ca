//! A finding: what a reader may be told, with everything needed to explain it.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{ChangeClass, ChangeId, ItemId, Language, Role, Source, SourceId};

/// What kind of news it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A rule text changed.
    RuleChange,
    /// A dated entry of a changelog, newsroom or medium appeared.
    NewItem,
    /// A topic bursts.
    Trend,
    /// Several owners use a name that nobody used before: a new service, feature, format or tag.
    FirstSeen,
    /// A watched topic is talked about far more than it used to be.
    Spike,
    /// An item far above its cohort.
    Hit,
    /// An item far below its cohort.
    Flop,
    /// A platform or service is down.
    Outage,
    /// An account that used to post has gone quiet.
    Silence,
    /// An account posts far more than it used to.
    Storm,
    /// A date by which something must be done comes near.
    Deadline,
    /// A source stopped working, or works again.
    SourceHealth,
}

impl FindingKind {
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::RuleChange,
        Self::NewItem,
        Self::Trend,
        Self::FirstSeen,
        Self::Spike,
        Self::Hit,
        Self::Flop,
        Self::Outage,
        Self::Silence,
        Self::Storm,
        Self::Deadline,
        Self::SourceHealth,
    ];

    /// Its name in data.
    pub fn name(self) -> &'static str {
        match self {
            Self::RuleChange => "rule_change",
            Self::NewItem => "new_item",
            Self::Trend => "trend",
            Self::FirstSeen => "first_seen",
            Self::Spike => "spike",
            Self::Hit => "hit",
            Self::Flop => "flop",
            Self::Outage => "outage",
            Self::Silence => "silence",
            Self::Storm => "storm",
            Self::Deadline => "deadline",
            Self::SourceHealth => "source_health",
        }
    }
}

/// How grave. Ordered: the gravest is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Not told, kept for explanation.
    Cosmetic,
    /// Good to know.
    Informational,
    /// Should be acted on.
    Important,
    /// Must be acted on now.
    Breaking,
}

impl Severity {
    /// Its name in data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cosmetic => "cosmetic",
            Self::Informational => "informational",
            Self::Important => "important",
            Self::Breaking => "breaking",
        }
    }
}

/// One piece of evidence: what was seen and where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What sort: `quote`, `number`, `obligation`, `date`, `count`, `baseline`…
    pub kind: String,
    /// What was there before, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What is there now, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Where: heading, URL or item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// Headline and gist in another language than that of `Finding::title`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// The language of both.
    pub language: Language,
    /// As `Finding::title`.
    pub title: String,
    /// As `Finding::gist`.
    pub gist: String,
}

/// What a reader may be told. Made by `detect`, numbered by `store`, chosen by `digest`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Kind of news.
    pub kind: FindingKind,
    /// The source it was found in; for news of several sources, the leading one.
    pub source: SourceId,
    /// The source's name for people; empty means its id is shown.
    #[serde(default)]
    pub source_title: String,
    /// For whom the source speaks.
    pub owner: String,
    /// How far the source is believed: official sources lead a story, media alone leave it unconfirmed.
    pub role: Role,
    /// Platform it is about.
    pub platform: Option<String>,
    /// Tags of its sources: digests choose by them.
    pub tags: Vec<String>,
    /// Language of the text it quotes.
    pub language: Option<String>,
    /// How grave.
    pub severity: Severity,
    /// 0–1: how sure we are that this is news worth telling.
    pub confidence: f64,
    /// Short headline in the source's own words or built from evidence.
    pub title: String,
    /// One or two sentences; may be empty.
    pub gist: String,
    /// The same in other languages; quotes stay in the source's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wordings: Vec<Wording>,
    /// What sort of rule change, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<ChangeClass>,
    /// What it touches: `ads`, `content`, `monetisation`, `api`, `privacy`, `accounts`…
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<String>,
    /// Where a reader can see it.
    pub url: Option<String>,
    /// When we detected it.
    pub detected_at: Timestamp,
    /// When it was published, by its own word.
    pub published_at: Option<Timestamp>,
    /// From when it is in force, if the text says.
    pub effective: Option<Date>,
    /// Same story, same key: told once to one audience.
    pub topic_key: String,
    /// Why it is believed.
    pub evidence: Vec<Evidence>,
    /// Why it is not told, if it is not.
    pub suppressed: Option<String>,
    /// The change behind it, if any. Filled when stored.
    pub change: Option<ChangeId>,
    /// The item behind it, if any. Filled when stored.
    pub item: Option<ItemId>,
}

impl Finding {
    /// How the reason begins for which a finding is not told that waited and is told as another, whose
    /// number follows.
    pub const TOLD_AS: &str = "told as ";

    /// Why a page's own change is not told by itself: the finding of its document tells it.
    pub const TOLD_TOGETHER: &str = "told together with the other pages of its document";

    /// How the reason begins for a media report of what an official finding tells, before its id.
    pub const REPORTS: &str = "reports the same as ";

    /// A finding about `source` with everything that is known of it filled in, and nothing told yet.
    pub fn about(source: &Source, kind: FindingKind, severity: Severity, now: Timestamp) -> Self {
        Self {
            kind,
            source: source.id.clone(),
            source_title: source.title.clone(),
            owner: source.owner.clone(),
            role: source.role,
            platform: source.platform.clone(),
            tags: source.tags.clone(),
            language: source.language.clone(),
            severity,
            confidence: 0.5,
            title: String::new(),
            gist: String::new(),
            wordings: Vec::new(),
            class: None,
            areas: Vec::new(),
            url: Some(source.url.to_string()),
            detected_at: now,
            published_at: None,
            effective: None,
            topic_key: String::new(),
            evidence: Vec::new(),
            suppressed: None,
            change: None,
            item: None,
        }
    }

    /// Headline in `language`, if there is one, else in the source's own.
    pub fn title_in(&self, language: Language) -> &str {
        self.wording(language).map_or(&self.title, |w| &w.title)
    }

    /// Gist in `language`, if there is one, else in the source's own.
    pub fn gist_in(&self, language: Language) -> &str {
        self.wording(language).map_or(&self.gist, |w| &w.gist)
    }

    fn wording(&self, language: Language) -> Option<&Wording> {
        self.wordings.iter().find(|w| w.language == language)
    }
}
