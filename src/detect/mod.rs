//! Turns history into findings: what is known plus `now` in, findings out.
//!
//! Pure: no I/O, no clock of its own. The same functions run live and in replay.
//!
//! - [`text_hash`] says whether two texts are the same at all;
//! - [`page_change`] aligns two texts and marks their words, and says whether the difference is worth telling;
//! - [`change_finding`] reads from such a difference what a reader must be told;
//! - [`item_finding`] does the same for a new entry of a feed, changelog, channel or status page;
//! - [`sight`] says what a reading means: told, read again first, confirmed, returned or gone again;
//! - [`watch_incidents`] says when an incident of a status page is an outage, and when it is over;
//! - [`use_words`] adds words of one's own to those by which changes are judged;
//! - [`add_planned`] finds the date to come that such an entry names;
//! - [`topic`] finds what a user watches by words, [`trends`] what nobody asked for;
//! - [`rulebook`] reads facts from texts, and says which have changed or gone stale;
//! - [`DocumentNews`] makes one finding of changes on many pages of one document;
//! - [`stand`] finds official news and media reports of the same change together;
//! - [`polish`] says what an assistant may word anew, and which of its words may be told;
//! - [`identity`] says which items of a body are new, known or edited, [`mod@backfill`] which are older than the watch.

mod align;
mod backfill;
mod change;
mod classify;
mod confirm;
mod cosmetic;
mod dates;
mod delta;
mod digits;
mod document;
mod evidence;
mod finding;
mod flip;
mod gap;
mod gravity;
mod headline;
pub mod identity;
mod item;
#[cfg(test)]
mod laws;
mod lexicon;
mod moved;
mod outage;
mod planned;
pub mod polish;
mod quantities;
mod quotes;
pub mod radar;
mod report;
pub mod rulebook;
mod scene;
mod score;
mod segment;
mod tokens;
mod tongue;
pub mod topic;
pub mod trends;
mod vanished;

pub use backfill::backfill;
pub use change::{ChangeContext, change_score, change_signs, gravity_signs, page_change};
pub use confirm::{Earlier, End, Past, Shown, Sight, Step, Wait, Waiting, sight, stayed};
pub use document::DocumentNews;
pub use finding::{change_finding, page_finding};
pub use flip::{Left, Return, Seen, must_stay, turned};
pub use item::{is_status, item_finding};
pub use lexicon::{areas, use_words};
pub use outage::{OpenIncident, Watched, next_look, still_open, watch_incidents};
pub use planned::{Planned, add_planned, main_day, planned};
pub use report::{Report, Standing, confirm, doubt_unplaced, is_report, platform_named, stand};
pub use score::{ChangeScore, SignPart};
pub use tokens::text_hash;
pub use vanished::{Lost, Vanished, back_finding, gone_finding, leads_up, say_where};
