//! A reader's word on what was told.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A reader's word on what was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// Much more of this.
    Fire,
    /// More of this.
    Up,
    /// Less of this.
    Down,
    /// No more of this story for a while.
    Mute,
}

impl Verb {
    /// All verbs, as they are offered.
    pub const ALL: [Self; 4] = [Self::Fire, Self::Up, Self::Down, Self::Mute];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fire => "fire",
            Self::Up => "up",
            Self::Down => "down",
            Self::Mute => "mute",
        }
    }

    /// Its sign.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Fire => "🔥",
            Self::Up => "👍",
            Self::Down => "👎",
            Self::Mute => "🔕",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Verb {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut all = Self::ALL.into_iter();
        all.find(|verb| verb.name() == text)
            .ok_or_else(|| format!("`{text}` is no vote; say fire, up, down or mute"))
    }
}
