//! What is remembered of the optional assistant, for its budget and for `status`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::FindingId;

/// What is remembered of the assistant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssistantMemory {
    /// The last finding looked at.
    pub upto: Option<FindingId>,
    /// The day of `asked`, UTC.
    pub day: String,
    /// Questions asked on that day.
    pub asked: u32,
    /// Texts taken, ever.
    pub taken: u64,
    /// Answers refused or not given, ever.
    pub failed: u64,
    /// When it was last asked.
    pub last_at: Option<Timestamp>,
    /// What last went wrong.
    pub last_error: Option<String>,
}

impl AssistantMemory {
    /// The name under which it is kept.
    pub const MEMO: &str = "assistant";
}
