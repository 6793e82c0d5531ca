//! The words of the house as types: ids, records and the clock.
//!
//! Nothing here does I/O or reads the wall clock on its own. A type that two siblings of a higher
//! layer need lives here. Times are [`jiff::Timestamp`] (UTC); zones appear only in [`Cadence`],
//! in sources and in digests, where people meet them.

mod address;
mod assistant;
mod cadence;
mod calendar;
mod change;
mod channel;
mod clock;
mod digest;
mod fetch;
mod finding;
pub mod guard;
mod ids;
mod item;
mod mute;
mod name;
mod passage;
mod pending;
mod planned;
mod platform;
mod reading;
mod retry_after;
mod rule;
mod series;
mod source;
mod state;
mod stem;
mod teller;
mod topic;
mod topic_query;
mod trend;
mod vote;
mod words;

pub use address::{AddressClass, DeniedAddress, address_class, check_host, is_public, keep_public};
pub use assistant::AssistantMemory;
pub use cadence::{Cadence, CadenceError};
pub use calendar::{Calendar, Holiday, QuietHours, parse_weekdays};
pub use change::{Change, ChangeClass, ChangeWeight, Hunk, HunkKind, WordSpan, WordTag};
pub use channel::{ChannelSpec, ChannelTrouble, Delivery, DeliveryForm, Dkim, InlineImage, Secret};
pub use clock::{Clock, ManualClock, SystemClock};
pub use digest::{
    AlertRules, DigestSpec, Goal, Health, Language, SourceHealth, Terms, VoteLinks, Window,
    Withheld,
};
pub use fetch::{
    BrowserAt, FailureKind, FetchFailure, FetchJob, FetchLimits, FetchOutcome, FetchResult,
    FetchedBody, Render, Validators,
};
pub use finding::{Evidence, Finding, FindingKind, Severity, Wording};
pub use ids::{
    BadId, ChangeId, DigestRunId, FindingId, ItemId, PollId, SnapshotId, SourceId, VersionId,
};
pub use item::{ItemKey, KnownItem, ReadItem, Sample};
pub use mute::Mute;
pub use name::{NameKey, NewName};
pub use passage::{Passage, Turned};
pub use pending::{Doubt, Pending};
pub use planned::DateMeaning;
pub use platform::{
    is_platform, names_platform, platform_by_word, platform_name, speaks_of_platform,
};
pub use reading::{
    Block, BlockKind, Body, Hints, Link, PageText, ReadOptions, ReadOutcome, Reading,
};
pub use retry_after::{http_date, retry_after};
pub use rule::{
    KnownValue, RuleFound, RuleReading, RuleRecord, RuleSpec, RuleStep, RuleValue, Staleness,
};
pub use series::Series;
pub use source::{Role, Source, SourceKind};
pub use state::SourceState;
pub use stem::russian_stem;
pub use teller::{Teller, members_evidence, members_of};
pub use topic::{SpikeAlert, TopicKind, TopicSpec};
pub use topic_query::{Atom, QueryExpr, QueryFault, WIDEST_NEAR};
pub use trend::{StoryId, Trend, TrendEvidence, TrendId, TrendStage};
pub use vote::Verb;
pub use words::{WORD_GROUPS, WordTable};
