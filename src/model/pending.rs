//! A change that is not told yet: it waits for another reading of its page.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{FindingId, VersionId};

/// Why a change is read again before it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// It is not sure that it is more than noise.
    Doubtful,
    /// Much of the page changed: it may have been read in part, or for another region.
    Large,
    /// A large part of the page is missing.
    PartMissing,
    /// The text was shown before: it is told only if it stays.
    Returned,
    /// The text bears an older date than the one before it: it is told only if it stays.
    OlderCopy,
}

impl Doubt {
    /// Name in data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Doubtful => "doubtful",
            Self::Large => "large",
            Self::PartMissing => "part_missing",
            Self::Returned => "returned",
            Self::OlderCopy => "older_copy",
        }
    }

    /// Why the finding is not told meanwhile, for people.
    pub fn waits(self) -> &'static str {
        match self {
            Self::Doubtful | Self::Large => "waits for a second reading",
            Self::PartMissing => "part of the page missing, waits for a second reading",
            Self::Returned => "returned, told if it stays",
            Self::OlderCopy => "older copy, told if it stays",
        }
    }
}

/// A change that waits. A source has at most one; the finding about it is kept suppressed until the
/// wait ends, and then told anew under an id of its own, or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The suppressed finding.
    pub finding: FindingId,
    /// The text that readers know.
    pub base: VersionId,
    /// Why it waits.
    pub doubt: Doubt,
    /// When the text that waits was first read.
    pub since: Timestamp,
    /// A reading from then on ends the wait.
    pub due: Timestamp,
    /// Different texts read since the one that readers know.
    pub rounds: u32,
}
