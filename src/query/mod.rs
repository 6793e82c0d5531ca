//! The read views that every face shares: one question, one function, one result type.
//!
//! Results are plain data with serde's `Serialize`, so that `--json`, tables and a later HTTP API say
//! the same. Nothing here sends or polls, and nothing
//! writes but a vote. The present is always handed in, and so is the zone
//! in which people's dates are meant.

mod asked;
mod compare;
mod error;
mod feedback;
mod findings;
mod grounds;
mod outbox;
mod rules;
mod sources;
mod status;
mod texts;
mod topics;
mod trends;
mod when;

pub use asked::{Deadline, deadlines, rule_changes};
pub use compare::{
    Comparison, Label, PairError, PairRecord, Shifted, Subject, TextKind, compare_bodies,
    compare_texts, read_text,
};
pub use error::QueryError;
pub use feedback::{MUTED_FOR, vote};
pub use findings::{
    AlertView, Explanation, FindingView, MuteView, WeightView, explain, findings, search,
};
pub use grounds::Grounds;
pub use outbox::{MessageView, OutboxView, message, outbox};
pub use rules::{RuleFilter, RuleStory, RuleView, rule, rules};
pub use sources::{History, history, items, polls};
pub use status::{DaemonStatus, DigestStatus, SourceStatus, Status, status};
pub use texts::{DiffView, VersionView, diff, show, show_raw};
pub use topics::{
    CountBy, MentionView, Share, TopicQuestion, TopicStory, TopicView, TopicVolume, topic, topics,
};
pub use trends::{
    FirstUseView, Measure, NewNameView, NewNamesQuestion, TrendStory, TrendTelling, TrendView,
    TrendVoice, TrendsQuestion, Volume, new_names, trend, trends,
};
pub use when::VersionRef;

#[cfg(test)]
mod tests;
