//! The difference between two versions of a text.

use serde::{Deserialize, Serialize};

/// Part of a hunk's line with its mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordSpan {
    /// Kept, removed or added.
    #[serde(rename = "g")]
    pub tag: WordTag,
    /// The words, with the white space after them.
    #[serde(rename = "t")]
    pub text: String,
}

/// A word-level mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WordTag {
    /// In both.
    #[serde(rename = "=")]
    Same,
    /// Only in the earlier text.
    #[serde(rename = "-")]
    Removed,
    /// Only in the later text.
    #[serde(rename = "+")]
    Added,
}

/// What happened to the blocks of a hunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HunkKind {
    /// Blocks that are only in the later text.
    Added,
    /// Blocks that are only in the earlier text.
    Removed,
    /// A block whose words changed.
    Edited,
    /// A block that only changed its place.
    Moved,
}

/// One place where two versions differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hunk {
    /// What happened.
    pub kind: HunkKind,
    /// Nearest heading above, for orientation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Index of the first block in the earlier text.
    pub before_at: usize,
    /// Index of the first block in the later text.
    pub after_at: usize,
    /// How many blocks of the earlier text it covers.
    #[serde(default)]
    pub before_len: usize,
    /// How many blocks of the later text it covers.
    #[serde(default)]
    pub after_len: usize,
    /// Words in reading order with their marks; blocks are joined by a line break.
    pub spans: Vec<WordSpan>,
    /// True when only spacing, punctuation, links, counters or dates differ here.
    pub cosmetic: bool,
    /// Why it is cosmetic, in one word or two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Hunk {
    /// Its text as it was.
    pub fn before(&self) -> String {
        self.side(WordTag::Added)
    }

    /// Its text as it is now.
    pub fn after(&self) -> String {
        self.side(WordTag::Removed)
    }

    fn side(&self, without: WordTag) -> String {
        let kept = self.spans.iter().filter(|span| span.tag != without);
        kept.map(|span| span.text.as_str()).collect()
    }
}

/// What sort of news a change of a rule is. Ordered as in the table of classes; no rank is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeClass {
    /// A number that bounds what one may do: length, size, age, rate, deadline.
    Limit,
    /// Something is forbidden now.
    Ban,
    /// Something is allowed now.
    Permission,
    /// Something must be done now.
    Requirement,
    /// Something goes away.
    Deprecation,
    /// Something new can be used.
    NewFeature,
    /// What it costs or pays.
    Price,
    /// What is done with people's data.
    Privacy,
    /// The rule is put or scoped differently.
    Wording,
}

impl ChangeClass {
    /// The class's name in data and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Ban => "ban",
            Self::Permission => "permission",
            Self::Requirement => "requirement",
            Self::Deprecation => "deprecation",
            Self::NewFeature => "new_feature",
            Self::Price => "price",
            Self::Privacy => "privacy",
            Self::Wording => "wording",
        }
    }
}

/// How much a change matters before anything else is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "weight", content = "reason")]
pub enum ChangeWeight {
    /// Told.
    Substantive,
    /// Kept, queryable, not told: why (`whitespace`, `links`, `counters`, `returned`…).
    Cosmetic(String),
}

/// The difference between two versions: hunks and their weight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Told or not, and why not.
    #[serde(flatten)]
    pub weight: ChangeWeight,
    /// Places of difference, in the later text's order.
    pub hunks: Vec<Hunk>,
    /// Words removed, cosmetic hunks left out.
    pub words_removed: usize,
    /// Words added, cosmetic hunks left out.
    pub words_added: usize,
}

impl Change {
    /// Is the change told to readers?
    pub fn is_substantive(&self) -> bool {
        self.weight == ChangeWeight::Substantive
    }
}
