//! Texts that come back: A→B→A.
//!
//! About three in ten recorded changes of platform rules return to an earlier text: A/B variants,
//! other regions, half-loaded pages. A return is recognised from the hashes of all stored versions
//! and is not news, unless it stays: a true rollback is told once it has been in force long enough.
//! The more often a text has come and gone, the longer it must stay to be believed.

use jiff::{SignedDuration, Timestamp};

/// What is known of a text that was shown before.
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

/// A text in force for this long is more than a variant that was served for a while.
const IN_FORCE: SignedDuration = SignedDuration::from_hours(24 * 14);
/// How long a text must stay for its return to be told, when what it replaces…
/// …was in force for long.
const AFTER_LONG: SignedDuration = SignedDuration::from_hours(24 * 3);
/// …was told a short while ago.
const AFTER_SHORT: SignedDuration = SignedDuration::from_hours(24 * 7);
/// …is what readers know, because this text was never told: perhaps a rollout that came in steps.
const NEVER_TOLD: SignedDuration = SignedDuration::from_hours(24);
/// Each further return must stay this many times longer.
const DISTRUST: i32 = 4;
/// Longest of all.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 365);

/// How long a text that came back must stay before its return is told.
pub fn must_stay(seen: Seen, left: Left, now: Timestamp) -> SignedDuration {
    let base = match left.was_told {
        false => NEVER_TOLD,
        true if now.duration_since(left.since) >= IN_FORCE => AFTER_LONG,
        true => AFTER_SHORT,
    };
    let returns = seen.times.clamp(1, 8) - 1;
    let stay = base.checked_mul(DISTRUST.pow(returns));
    stay.unwrap_or(LONGEST).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(1_750_000_000 + hours * 3600).expect("a time")
    }

    fn stay(times: u32, in_force: i64, was_told: bool) -> i64 {
        let seen = Seen {
            since: at(-1000),
            times,
        };
        let left = Left {
            since: at(-in_force),
            was_told,
        };
        must_stay(seen, left, at(0)).as_hours()
    }

    #[test]
    fn a_rollback_of_what_was_in_force_for_long_is_believed_sooner() {
        assert_eq!(stay(1, 24 * 30, true), 72);
        assert_eq!(stay(1, 24, true), 24 * 7);
        assert_eq!(stay(1, 2, false), 24, "a rollout in steps");
    }

    #[test]
    fn each_further_return_must_stay_longer() {
        assert_eq!(stay(2, 24, true), 4 * 24 * 7);
        assert!(stay(3, 24, true) > stay(2, 24, true));
        assert_eq!(stay(u32::MAX, 24, true), 24 * 365, "bounded");
    }
}
