//! Topics that a user watches: which items mention them, and when mentions spike.
//!
//! - `words` cuts and folds a text, and says in which forms a word is known;
//! - [`Matcher`] holds all topics' queries, compiled once, against a text;
//! - [`spike`] holds what is said now against the topic's own past;
//! - [`spike_finding`] words it.
//!
//! Pure: no I/O, no clock; `now` is a parameter.

mod finding;
mod matcher;
mod volume;
mod words;

pub use finding::{SpikeItem, spike_finding};
pub use matcher::{Matcher, TopicText};
pub use volume::{HISTORY, Hour, Recent, Spike, WARM_UP, WINDOWS, spike};
