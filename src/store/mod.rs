//! All that tidewatch remembers: one SQLite file.
//!
//! [`Store`] takes reads to a pool of read-only connections on blocking threads and writes to one
//! thread that batches them; SQL never runs on an async thread. [`Reader`] is what can be asked,
//! [`Writer`] (which derefs to it) what can be told, each method in the file named after its matter:
//!
//! | file | matter |
//! |---|---|
//! | `sources` | sources as configured, their state between polls |
//! | `snapshots`, `blob` | raw bodies, by content, as deltas |
//! | `versions`, `changes` | texts, and the differences between them |
//! | `items`, `samples` | items, their keys, edits and numbers |
//! | `findings`, `polls` | findings; one poll's commit, the poll log |
//! | `topics` | watched topics: mentions, volumes |
//! | `trends` | trends as they were found |
//! | `names` | names of the first-seen radar |
//! | `alerts`, `readers` | what is told at once; mutes and votes |
//! | `pending` | changes that wait for another reading before they are told |
//! | `troubles` | channels that do not take messages |
//! | `memo` | what a stage must remember between runs, by name |
//! | `asked` | questions about rules: changes, dates |
//! | `digests`, `outbox`, `deliveries` | digest runs; messages until acknowledged |
//! | `rules` | the rulebook: facts and all their values |
//! | `health`, `history`, `search` | totals; one source's story; full text |
//! | `retention` | what need not be kept |
//! | `handle`, `writer`, `pool`, `lock`, `schema`, `codec`, `fold`, `error` | how it works |
//!
//! Some records are kept as JSON beside the columns that SQL asks for: a field added to `ReadItem`,
//! `Finding`, `Hunk`, `Block`, `Validators`, `Hints` or `DeliveryForm` must have `#[serde(default)]`, or
//! what is stored can no longer be read (`tests/migrations` would say so).
//!
//! What was answered is durable. Times are UTC milliseconds and are always handed in. Nothing here
//! decides what is news, what is due or what is told.

mod alerts;
mod asked;
mod blob;
mod changes;
mod codec;
mod deliveries;
mod digests;
mod error;
mod findings;
mod fold;
mod handle;
mod health;
mod history;
mod items;
mod lock;
mod memo;
mod names;
mod outbox;
mod passages;
mod pending;
mod polls;
mod pool;
mod readers;
mod retention;
mod rules;
mod samples;
mod schema;
mod search;
mod snapshots;
mod sources;
mod topics;
mod trends;
mod troubles;
mod versions;
mod writer;

pub use alerts::AlertRecord;
pub use asked::ChangeFilter;
pub use changes::StoredChange;
pub use digests::{Candidates, DigestCommit, DigestRun, NewDelivery, NewDigestRun, Telling, Told};
pub use error::StoreError;
pub use findings::FindingFilter;
pub use handle::Store;
pub use health::Totals;
pub use history::{Event, HistoryEntry};
pub use items::{ItemWrite, Revision, StoredItem};
pub use lock::{Holder, InstanceLock};
pub use names::{ItemNames, NameUseRow, StoredName, Youth};
pub use outbox::{Attempt, DeliveryState, OutboxEntry};
pub use pending::{PendingStep, SeenText, Settled, WaitEnd};
pub use polls::{About, Committed, NewFinding, PollCommit, PollRecord};
pub use pool::Reader;
pub use readers::{MuteId, StoredMute, Vote};
pub use samples::Stretch;
pub use search::{Hit, HitPlace, SearchFilter};
pub use snapshots::{SavedSnapshot, SnapshotInfo, StoredBody};
pub use sources::{Counts, StoredSource};
pub use topics::{HourVolume, MentionItem, NewMention, StoredTopic, TopicNo, hour_of};
pub use trends::{StageChange, StoredTrend, TrendFilter, TrendMember, TrendPoint};
pub use versions::{NewVersion, StoredVersion};
pub use writer::Writer;

#[cfg(test)]
mod tests;
