//! The first-seen radar: names that nobody used before and several owners use within days.
//!
//! A new service, feature, format or tag shows by its name before it shows by its volume. Every item's
//! [`names()`] are kept with the day of their first use; a name that is young, after a warm-up in which
//! nothing is new, and that [`judge()`] takes for a thing's in the texts of several owners, is told once.
//!
//! - `text` cuts a text into tokens with their looks; `names` finds the names in them;
//! - `cues` holds the words that tell things from persons, places and disasters, `beside` reads them;
//! - `judge` decides; `watch` says when a name is new, and what is one thing under two names;
//! - [`Memory`] is the whole radar in memory, for recorded streams; the daemon's names are stored.
//!
//! Pure: no I/O, no clock. It never tells a number of its own making as somebody's claim, and it does
//! not know what was there before the watch began: that is what its confidence says.

mod beside;
mod cues;
mod finding;
mod judge;
mod memory;
mod names;
#[cfg(test)]
mod tests;
mod text;
mod unspaced;
mod watch;

pub use finding::{FirstUse, first_seen_finding};
pub use judge::{NameUse, OWNERS, Verdict, judge};
pub use memory::{Memory, Told};
pub use names::names;
pub use watch::{FORGET, FRESH, WARM_UP, YOUNG, confidence, day_of, is_same_thing, rank, stage};
