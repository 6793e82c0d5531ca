//! Names that were never used before: what the first-seen radar tells.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A name's key: the same for all its forms, capitals, signs and spaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NameKey(pub u64);

/// A name that several owners began to use within days, and nobody used before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewName {
    /// As most write it.
    pub name: String,
    /// Of what sort the texts say it is: `app`, `service`, `feature`, `hashtag`…
    pub sort: Option<String>,
    /// Owners with texts of their own that used it when it was found.
    pub owners: usize,
    /// Owners of these who say that it is launched.
    pub launched: usize,
    /// Owners of these who say of what sort it is.
    pub sorted: usize,
    /// Days of watching in which nobody used it.
    pub unseen_days: u32,
    /// First item with it.
    pub first_at: Timestamp,
    /// A date to come that the texts name beside it.
    pub planned: Option<Date>,
    /// How sure it is that this is a new thing, 0–1.
    pub confidence: f64,
}
