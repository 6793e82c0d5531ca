//! Texts that come back: A→B→A.
//!
//! About three in ten recorded changes of platform rules return to an earlier text: A/B variants,
//! other regions, half-loaded pages. A return is recognised from the hashes of all stored versions
//! and is not news, unless it stays: a true rollback is told once it has been confirmed.

use jiff::{SignedDuration, Timestamp};

/// One stretch of time during which a source showed one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownText {
    /// Its [`text_hash`](super::text_hash).
    pub hash: u64,
    /// When this stretch began.
    pub since: Timestamp,
}

/// What a text that was seen before means now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Return {
    /// Never seen before.
    New,
    /// Back to a text last seen to begin at this time, after less than it takes to be a rollback.
    Flip(Timestamp),
    /// Back to an earlier text after a text that had been in force for long: a rollback to be told.
    Rollback(Timestamp),
}

/// How long a text must have been in force for a return from it to be a rollback and not a flip.
const IN_FORCE: SignedDuration = SignedDuration::from_hours(24 * 14);

/// Judges a text by its hash against what is known of the source, oldest first.
pub fn flip_of(known: &[KnownText], hash: u64, now: Timestamp) -> Return {
    let Some((current, earlier)) = known.split_last() else {
        return Return::New;
    };
    match earlier.iter().rev().find(|k| k.hash == hash) {
        None => Return::New,
        Some(seen) if now.duration_since(current.since) < IN_FORCE => Return::Flip(seen.since),
        Some(seen) => Return::Rollback(seen.since),
    }
}
