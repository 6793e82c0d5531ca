//! What a reader is told, and in which words: chooses among findings, ranks them, renders.
//!
//! [`compose()`] groups findings into stories (one story is one card with all its sources, official
//! first), chooses by goal, severity, confidence and novelty within the digest's limits, and writes
//! one page in several forms: HTML for mail, plain text that reads well alone, JSON with a schema
//! version. Texts come from one Fluent file per language.
//!
//! Pure: the same findings, health and window give the same bytes. It never sends, stores or marks
//! anything; [`Composed`] says which findings were told and which wait for the next digest, and the
//! caller writes that down together with the outbox rows.
//!
//! [`instant`] decides what does not wait for the next digest.
//!
//! Words are chosen with care: a hit is "above the usual for its age", never "the algorithm liked
//! it"; what only media say is marked as not confirmed; no sales figure is inferred.

pub mod ballot;
mod card;
mod chart;
mod choose;
mod compose;
mod csv;
mod dates;
mod facts;
mod headline;
pub mod instant;
mod json;
pub mod notice;
mod numbers;
mod page;
mod quote;
mod render;
mod review;
mod sample;
mod shorten;
mod story;
mod summary;
pub mod taste;
mod wording;
mod words;

pub use compose::{AlertMark, Candidate, Composed, check_templates, compose, compose_review};
pub use json::JSON_SCHEMA;
pub use review::{Review, Voice, one_each};

/// An area as cards call it in a language; one without a name of its own is its own name.
pub fn area_name(area: &str, language: crate::model::Language) -> String {
    let name = words::Words::of(language).try_say(&format!("area-{area}"), &[]);
    name.unwrap_or_else(|| area.to_owned())
}
