//! What a reader does not want to hear of: by owner, platform, tag, kind or topic, for a while or for good.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Finding, FindingKind, SourceId};

/// Findings that are not told, though they would be. Everything that is set must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mute {
    /// Only for this audience.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Of this source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
    /// Of this owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// About this platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// Of sources with this tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Of this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<FindingKind>,
    /// With this topic key, or with these words in the headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Over from then on; `None` is for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Why, in the words of whoever muted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Mute {
    /// Does it say which findings, or would it mute all there is?
    pub fn is_specific(&self) -> bool {
        self.source.is_some()
            || self.owner.is_some()
            || self.platform.is_some()
            || self.tag.is_some()
            || self.kind.is_some()
            || self.topic.is_some()
    }

    /// Is a finding kept from `audience` by it at `now`?
    pub fn covers(&self, finding: &Finding, audience: &str, now: Timestamp) -> bool {
        let fits = |wanted: &Option<String>, is: &str| {
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted.to_lowercase() == is.to_lowercase())
        };
        self.is_specific()
            && self.until.is_none_or(|until| now < until)
            && fits(&self.audience, audience)
            && fits(&self.owner, &finding.owner)
            && fits(&self.platform, finding.platform.as_deref().unwrap_or(""))
            && self
                .source
                .as_ref()
                .is_none_or(|source| *source == finding.source)
            && self.kind.is_none_or(|kind| kind == finding.kind)
            && self
                .tag
                .as_ref()
                .is_none_or(|tag| finding.tags.iter().any(|has| has == tag))
            && self
                .topic
                .as_ref()
                .is_none_or(|topic| is_about(finding, topic))
    }

    /// What it mutes, in a few words: `platform tiktok, kind hit`.
    pub fn words(&self) -> String {
        let kind = self.kind.map(FindingKind::name);
        let source = self.source.as_ref().map(SourceId::as_str);
        let parts = [
            ("source", source),
            ("owner", self.owner.as_deref()),
            ("platform", self.platform.as_deref()),
            ("tag", self.tag.as_deref()),
            ("kind", kind),
            ("topic", self.topic.as_deref()),
            ("for", self.audience.as_deref()),
        ];
        let named = parts
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name} {}", value?)));
        named.collect::<Vec<_>>().join(", ")
    }
}

/// Has it that topic key, or do the words stand in its headline, whole and in this order?
fn is_about(finding: &Finding, topic: &str) -> bool {
    if finding.topic_key == topic {
        return true;
    }
    let words = |text: &str| {
        let lower = text.to_lowercase();
        let parts = lower.split(|c: char| !c.is_alphanumeric());
        let words: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        format!(" {} ", words.join(" "))
    };
    let wanted = words(topic);
    if wanted.trim().is_empty() {
        return false;
    }
    let titles = finding.wordings.iter().map(|wording| &wording.title);
    titles
        .chain([&finding.title])
        .any(|title| words(title).contains(&wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Severity, Source, SourceKind};

    fn finding() -> Finding {
        let mut source = Source::probe(
            "https://tiktok.example/rules".parse().expect("a URL"),
            SourceKind("page".to_owned()),
        );
        source.owner = "tiktok".to_owned();
        source.platform = Some("tiktok".to_owned());
        source.tags = vec!["rules".to_owned()];
        Finding {
            title: "TikTok: AI labels become mandatory".to_owned(),
            topic_key: "change:tiktok".to_owned(),
            ..Finding::about(
                &source,
                FindingKind::RuleChange,
                Severity::Important,
                Timestamp::UNIX_EPOCH,
            )
        }
    }

    #[test]
    fn everything_that_is_set_must_fit() {
        let now = Timestamp::UNIX_EPOCH;
        let covers = |mute: &Mute| mute.covers(&finding(), "team", now);
        let some = |text: &str| Some(text.to_owned());
        assert!(!covers(&Mute::default()), "an empty one mutes nothing");
        let mut mute = Mute {
            platform: some("TikTok"),
            ..Mute::default()
        };
        assert!(covers(&mute));
        mute.kind = Some(FindingKind::Hit);
        assert!(!covers(&mute));
        mute.kind = Some(FindingKind::RuleChange);
        mute.tag = some("rules");
        mute.audience = some("team");
        assert!(covers(&mute));
        assert_eq!(
            mute.words(),
            "platform TikTok, tag rules, kind rule_change, for team"
        );
        mute.audience = some("boss");
        assert!(!covers(&mute));
        mute.audience = None;
        mute.until = Some(now);
        assert!(!covers(&mute), "over");
        let topic = |topic: &str| Mute {
            topic: some(topic),
            ..Mute::default()
        };
        assert!(covers(&topic("change:tiktok")) && covers(&topic("ai LABELS")));
        assert!(!covers(&topic("label")) && !covers(&topic("labels AI")) && !covers(&topic("—")));
    }
}
