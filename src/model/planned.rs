//! What a planned day means.

use serde::{Deserialize, Serialize};

/// What happens on a day that a text plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateMeaning {
    /// In force, or open, from then on.
    From,
    /// Due, valid or open until then.
    Until,
    /// Held then: a conference, a premiere.
    Event,
    /// Something else happens then.
    On,
}

impl DateMeaning {
    /// Kind of the evidence of a planned day: before it its words, after it the day, in place its meaning.
    pub const EVIDENCE: &str = "planned";

    /// As evidence and JSON name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::Until => "until",
            Self::Event => "event",
            Self::On => "on",
        }
    }

    /// The meaning of a code.
    pub fn of(code: &str) -> Option<Self> {
        [Self::From, Self::Until, Self::Event, Self::On]
            .into_iter()
            .find(|meaning| meaning.code() == code)
    }
}
