//! Topics that a user watches by words of their own.

use super::{QueryExpr, SourceId};

/// Which part a topic plays in its group's share of voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TopicKind {
    /// Our own brand.
    Brand,
    /// A competitor's brand.
    Rival,
    /// Anything else.
    #[default]
    Theme,
}

/// When a spike of mentions is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpikeAlert {
    /// Fewest independent owners.
    pub owners: u32,
    /// Fewest mentions, an owner counting at most three times.
    pub mentions: u32,
    /// Least multiple of what is usual.
    pub times: f64,
}

impl Default for SpikeAlert {
    fn default() -> Self {
        Self {
            owners: 3,
            mentions: 5,
            times: 2.0,
        }
    }
}

/// A topic as configured.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicSpec {
    /// Unique name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// What its mentions say.
    pub query: QueryExpr,
    /// Topics of one group share the voice.
    pub group: Option<String>,
    /// Its part in the group.
    pub kind: TopicKind,
    /// Only in sources with any of these tags; empty means all.
    pub tags: Vec<String>,
    /// Only in these sources; empty means all.
    pub sources: Vec<SourceId>,
    /// Only in sources about any of these platforms; empty means all.
    pub platforms: Vec<String>,
    /// Never in sources of these owners, such as the brand's own.
    pub except_owners: Vec<String>,
    /// When a spike is told; `None` for never.
    pub alert: Option<SpikeAlert>,
}

impl TopicSpec {
    /// Hash of all that decides which items mention it: with another one history is matched anew.
    pub fn fingerprint(&self) -> u64 {
        let definition = format!(
            "{:?}|{:?}|{:?}|{:?}|{:?}",
            self.query, self.tags, self.sources, self.platforms, self.except_owners
        );
        xxhash_rust::xxh3::xxh3_64(definition.as_bytes())
    }

    /// Does it look at this source at all?
    pub fn looks_at(&self, source: &super::Source) -> bool {
        let any = |list: &[String], of: &dyn Fn(&str) -> bool| {
            list.is_empty() || list.iter().any(|wanted| of(wanted))
        };
        any(&self.tags, &|tag| source.tags.iter().any(|t| t == tag))
            && (self.sources.is_empty() || self.sources.contains(&source.id))
            && any(&self.platforms, &|p| source.platform.as_deref() == Some(p))
            && !self.except_owners.contains(&source.owner)
    }
}
