//! What is remembered of a source between polls.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Hints, SourceId, Validators};

/// A source's memory: enough to schedule, fetch and report it without reading history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceState {
    /// Which source.
    pub source: SourceId,
    /// When the source was first known.
    pub known_since: Timestamp,
    /// Last attempt.
    pub last_poll_at: Option<Timestamp>,
    /// Name of the last outcome: `read`, `same`, `not_modified`, `set_aside`, a `ReadOutcome` or a
    /// `FailureKind`.
    pub last_outcome: Option<String>,
    /// One line about the last outcome, for failures.
    pub last_message: Option<String>,
    /// Last attempt that brought or confirmed content.
    pub last_ok_at: Option<Timestamp>,
    /// Last time the content changed or an item came.
    pub last_change_at: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
    /// When it is polled next; `None` until first planned.
    pub next_poll_at: Option<Timestamp>,
    /// Validators of the last committed body.
    pub validators: Validators,
    /// Where it has permanently moved, if it has.
    pub moved_to: Option<Url>,
    /// The server's last wish to be left alone, as a wait from the last poll.
    pub retry_after: Option<Duration>,
    /// The feed's own wishes.
    pub hints: Hints,
    /// Has content ever been read? The first sight of a source is never news.
    pub seen: bool,
}

impl SourceState {
    /// A source just met.
    pub fn new(source: SourceId, known_since: Timestamp) -> Self {
        Self {
            source,
            known_since,
            last_poll_at: None,
            last_outcome: None,
            last_message: None,
            last_ok_at: None,
            last_change_at: None,
            failures: 0,
            next_poll_at: None,
            validators: Validators::default(),
            moved_to: None,
            retry_after: None,
            hints: Hints::default(),
            seen: false,
        }
    }
}
