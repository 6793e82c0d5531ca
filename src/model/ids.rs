//! Ids as newtypes, so that a snapshot cannot be passed where a version is meant.
//!
//! Row ids print with a letter (`f12` is a finding, `c3` a change) and parse with or without it,
//! so that what a digest shows can be typed back into `tidewatch explain`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A source's name in config, CLI and digests: `tiktok-community-guidelines`.
///
/// Lower-case ASCII letters, digits, `-`, `_` and `.`; begins with a letter or digit; at most 80 bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SourceId(String);

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a valid id: {why}")]
pub struct BadId {
    /// The text as given.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

impl SourceId {
    /// The id of something that is tried out and never stored.
    pub(super) fn probe() -> Self {
        Self("probe".to_owned())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SourceId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let bad = |why| {
            Err(BadId {
                text: text.to_owned(),
                why,
            })
        };
        if text.is_empty() {
            return bad("it is empty");
        }
        if text.len() > 80 {
            return bad("it is longer than 80 characters");
        }
        if !text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()) {
            return bad("it must begin with a lower-case letter or a digit");
        }
        if !text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b))
        {
            return bad("only lower-case letters a-z, digits, `-`, `_` and `.` may stand in it");
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for SourceId {
    type Error = BadId;
    fn try_from(text: String) -> Result<Self, BadId> {
        text.parse()
    }
}

impl From<SourceId> for String {
    fn from(id: SourceId) -> Self {
        id.0
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

macro_rules! row_ids {
    ($($(#[$doc:meta])* $name:ident $letter:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&format!(concat!($letter, "{}"), self.0))
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                let number = text.trim();
                let letter = number.get(..1).filter(|first| first.eq_ignore_ascii_case($letter));
                let number = letter.map_or(number, |letter| &number[letter.len()..]);
                number.parse().map(Self).map_err(|_| BadId {
                    text: text.to_owned(),
                    why: concat!("expected a number, or `", $letter, "` and a number"),
                })
            }
        }
    )+};
}

row_ids! {
    /// One attempt on one source.
    PollId "p";
    /// One raw body that a poll brought.
    SnapshotId "s";
    /// One readable text.
    VersionId "v";
    /// One dated thing from a source.
    ItemId "i";
    /// One difference between two versions.
    ChangeId "c";
    /// One thing a reader may be told. Grows with time: a larger id was found later.
    FindingId "f";
    /// One digest that was composed and handed to the outbox.
    DigestRunId "d";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_ids_are_slugs() {
        assert!("tiktok-community.guidelines_2".parse::<SourceId>().is_ok());
        for bad in ["", "-a", "Тик", "a b", "A", &"x".repeat(81)] {
            assert!(bad.parse::<SourceId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn row_ids_print_with_their_letter_and_parse_both_ways() {
        assert_eq!(FindingId(12).to_string(), "f12");
        assert_eq!("f12".parse::<FindingId>(), Ok(FindingId(12)));
        assert_eq!("12".parse::<FindingId>(), Ok(FindingId(12)));
        assert!("c12".parse::<FindingId>().is_err());
    }
}
