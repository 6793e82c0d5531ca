//! What is rising, before everybody says it.
//!
//! [`Tracker`] reads items one by one, in the order in which they became known, and keeps a bounded
//! state: stories of the last days, and how often which terms were used over the last weeks. Asked at
//! any time, it ranks what bursts now against its own past over several independent owners.
//!
//! - `words` cuts any script into words, `language` brings them to one form, `terms` finds tags and
//!   numbered names, `boilerplate` leaves out what a source always says; `features` weighs what is left,
//!   `likeness` compares two titles;
//! - `stories` joins items that tell the same news, one pass, no chaining over days; `links` those in two
//!   scripts;
//! - `volume` hears no owner louder than the others, where the stream's size matters;
//! - `history` remembers weeks in compact form: the baseline; `rhythm` the hours of the week, `former`
//!   what was told in the years before, by its `refrain`;
//! - `burst` scores, `lifecycle` follows a trend from emerging to over by its `pace`, `naming` finds words for it;
//! - [`replay`] runs recorded items with a virtual clock.
//!
//! Pure: no I/O, no clock; `now` is a parameter. The same items in the same order give the same
//! trends, and [`Tracker::save`] and [`Tracker::load`] in between change nothing.

mod baseline;
mod boilerplate;
mod breadth;
mod burst;
mod candidates;
mod clean;
mod features;
mod finding;
mod former;
mod history;
mod identify;
mod language;
mod lifecycle;
mod likeness;
mod links;
mod names;
mod naming;
mod novelty;
mod pace;
mod phrases;
mod postings;
mod recurrence;
mod refrain;
pub mod replay;
mod rhythm;
mod settings;
mod state;
mod stops;
mod stories;
mod subject;
mod tagged;
mod tally;
mod terms;
#[cfg(test)]
mod tests;
mod titles;
mod tracker;
mod vector;
mod volume;
mod window;
mod wording;
mod words;

pub use finding::trend_finding;
pub use likeness::{SAME_STORY, similarity};
pub use settings::TrendSettings;
pub use state::BadState;
pub use tracker::{Tracker, TrendItem};
