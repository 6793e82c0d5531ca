//! What a reader is told, and in which words: chooses among findings, ranks them, renders.
//!
//! Pure: the same findings, health and window give the same bytes. It never sends, stores or marks
//! anything; [`Composed`] says which findings were told and which wait for the next digest, and the
//! caller writes that down together with the outbox rows.

mod compose;

pub use compose::{Candidate, Composed, compose};
