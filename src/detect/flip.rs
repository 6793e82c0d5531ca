//! Texts that come back: A→B→A, whole or in a part of the page.
//!
//! About three in ten recorded changes of platform rules return to an earlier text: A/B variants,
//! other regions, half-loaded pages. A whole text is recognised by its hash among all stored
//! versions; a part by its *passages*, the blocks that ever came or went, so that it is known again
//! although the rest of the page has moved on. A return is not news, unless it stays: a true rollback
//! is told once it has been in force long enough. The more often a text has come and gone, the longer
//! it must stay to be believed.

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use xxhash_rust::xxh3::xxh3_64;

use super::tokens::fold_into;
use crate::model::{Hunk, PageText, Passage, Turned};

/// What is known of a whole text that was shown before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// When its latest stretch began.
    pub since: Timestamp,
    /// In how many stretches it was shown, this one not counted; a count that is capped will do.
    pub times: u32,
}

/// The text that another gives way to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// When it was first read, this time.
    pub since: Timestamp,
    /// Were readers told of it?
    pub was_told: bool,
}

/// What comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Return {
    /// Since when it was shown last.
    pub since: Timestamp,
    /// How often it came or went, this time not counted.
    pub turns: u32,
    /// What it takes the place of.
    pub left: Left,
    /// Is it as readers know it?
    pub is_known: bool,
}

/// A text in force for this long is more than a variant that was served for a while.
const IN_FORCE: SignedDuration = SignedDuration::from_hours(24 * 14);
/// How long a text must stay for its return to be told, when what it replaces…
/// …was in force for long.
const AFTER_LONG: SignedDuration = SignedDuration::from_hours(24 * 3);
/// …was there a short while.
const AFTER_SHORT: SignedDuration = SignedDuration::from_hours(24 * 7);
/// …is what readers know, because this text was never told: perhaps a rollout that came in steps.
const NEVER_TOLD: SignedDuration = SignedDuration::from_hours(24);
/// Each further return must stay this many times longer.
const DISTRUST: i32 = 4;
/// Longest of all: what stays for two months is in force, whatever it did before.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 60);
/// Passages of one version that are remembered; what turns over more is another page.
const MOST: usize = 400;

/// How long a text that came back must stay before its return is told.
pub fn must_stay(back: &Return, now: Timestamp) -> SignedDuration {
    // it was shown once and never told of
    if back.turns == 2 && !back.left.was_told {
        return NEVER_TOLD;
    }
    let base = match now.duration_since(back.left.since) >= IN_FORCE {
        true => AFTER_LONG,
        false if back.turns <= 1 && !back.left.was_told => NEVER_TOLD,
        false => AFTER_SHORT,
    };
    let stay = base.checked_mul(DISTRUST.pow((back.turns / 2).min(8)));
    stay.unwrap_or(LONGEST).min(LONGEST)
}

/// Passages that come and go between two texts.
pub fn turned(before: &PageText, after: &PageText) -> Turned {
    let (old, new) = (passages(before), passages(after));
    Turned {
        came: new.difference(&old).copied().take(MOST).collect(),
        went: old.difference(&new).copied().take(MOST).collect(),
    }
}

/// Whether a place shows again what it showed before: nothing new is in it, and nothing is gone that
/// was always there.
pub(super) fn returned(hunk: &Hunk, known: &HashMap<u64, Passage>) -> Option<Return> {
    let look = |text: String, is_there: bool| {
        let hash = passage(&text)?;
        let was_so = |known: &&Passage| {
            if is_there {
                known.was_shown()
            } else {
                known.was_missing()
            }
        };
        let known = known.get(&hash).filter(was_so);
        Some(known.map(|known| back(known, is_there)))
    };
    let (gone, come) = (look(hunk.before(), false), look(hunk.after(), true));
    match (gone, come) {
        (Some(gone), Some(come)) => Some(join(gone?, come?)),
        (one, other) => one.or(other).flatten(),
    }
}

/// Several places that come back at once.
pub(super) fn join(one: Return, other: Return) -> Return {
    Return {
        since: one.since.max(other.since),
        turns: one.turns.max(other.turns),
        left: Left {
            since: one.left.since.max(other.left.since),
            was_told: one.left.was_told || other.left.was_told,
        },
        is_known: one.is_known && other.is_known,
    }
}

/// A passage that is there again, or gone again.
fn back(passage: &Passage, is_there: bool) -> Return {
    Return {
        since: passage.before_at,
        turns: passage.turns,
        left: Left {
            since: passage.turned_at,
            was_told: passage.was_told,
        },
        is_known: passage.is_believed() == is_there,
    }
}

fn passages(text: &PageText) -> BTreeSet<u64> {
    let blocks = text.blocks.iter();
    blocks.filter_map(|block| passage(&block.text)).collect()
}

/// A passage's identity: its words, whatever their case; `None` if it has none.
pub(super) fn passage(text: &str) -> Option<u64> {
    let mut folded = String::with_capacity(text.len() + 1);
    for word in text.split_whitespace() {
        fold_into(word, &mut folded);
        folded.push(' ');
    }
    (!folded.is_empty()).then(|| xxh3_64(folded.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(1_750_000_000 + hours * 3600).expect("a time")
    }

    fn stay(turns: u32, in_force: i64, was_told: bool) -> i64 {
        let back = Return {
            since: at(-1000),
            turns,
            left: Left {
                since: at(-in_force),
                was_told,
            },
            is_known: false,
        };
        must_stay(&back, at(0)).as_hours()
    }

    #[test]
    fn a_rollback_of_what_was_in_force_for_long_is_believed_sooner() {
        assert_eq!(stay(1, 24 * 30, true), 72);
        assert_eq!(stay(1, 24, true), 24 * 7);
        assert_eq!(stay(2, 2, false), 24, "a rollout in steps");
    }

    #[test]
    fn passages_keep_their_identity() {
        // such numbers are kept in databases
        assert_eq!(passage("Be  KIND, Ещё’s"), passage("be kind, еще's"));
        assert_eq!(passage("Be kind"), Some(3_981_184_050_677_502_254));
        assert_eq!(passage(" \n"), None);
    }

    #[test]
    fn each_further_return_must_stay_longer() {
        assert_eq!(stay(2, 24, true), 4 * 24 * 7, "what was told is back");
        assert_eq!(stay(3, 24, false), 4 * 24 * 7);
        assert_eq!(stay(4, 24, true), 24 * 60);
        assert_eq!(stay(u32::MAX, 24, true), 24 * 60, "bounded");
    }
}
