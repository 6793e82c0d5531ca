//! What a reading of a page means, given what waits to be told: is it told at once, read again
//! first, confirmed, or gone again?
//!
//! - What is sure is told at once: waiting costs readers time.
//! - What is doubtful or large, and a page that lost a large part, waits for a second reading.
//! - A text, or the part of it that changed, that was shown before waits until it has stayed (see
//!   [`super::flip`]). What is new beside it is told by itself, then and while it waits.
//! - A text that bears an older date than the one before it waits as long: mostly a cache serves an
//!   older copy, but a true rollback looks the same and stays.
//! - The second reading confirms it, or the text that readers know is back and nothing is told; or
//!   it shows a third text, which is judged anew against the text that readers know. After
//!   `ROUNDS` different texts the last is told with less confidence.
//!
//! Everything is reckoned from the text that readers know, so nothing is told twice however often a
//! page flips. Pure: what is remembered comes in, what is to be remembered goes out.

mod look;

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use self::look::Look;
use super::flip::{Left, Seen};
use crate::model::{Change, Doubt, Evidence, Finding, PageText, Passage, Source};

/// A text with its [`text_hash`](super::text_hash).
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// Its hash.
    pub hash: u64,
    /// The text.
    pub text: &'a PageText,
}

/// A text of some time ago.
#[derive(Debug, Clone, Copy)]
pub struct Earlier<'a> {
    /// The text.
    pub text: &'a PageText,
    /// Since when it was shown.
    pub since: Timestamp,
}

/// A change that waits.
#[derive(Debug, Clone, Copy)]
pub struct Waiting<'a> {
    /// The text that readers know.
    pub base: Shown<'a>,
    /// The finding about it, suppressed until now.
    pub finding: &'a Finding,
    /// Why it waits.
    pub doubt: Doubt,
    /// When the text that waits was first read.
    pub since: Timestamp,
    /// A reading from then on ends the wait.
    pub due: Timestamp,
    /// Different texts read since the one that readers know.
    pub rounds: u32,
}

/// What is remembered of a source's texts.
#[derive(Debug, Clone, Copy)]
pub struct Past<'a> {
    /// The text of the last reading.
    pub latest: Shown<'a>,
    /// Since when it is shown, and whether readers were told of it.
    pub left: Left,
    /// The text before that one, by which a variant is known that is not quite the same each time.
    pub previous: Option<Earlier<'a>>,
    /// What is known of this reading's text, if it was shown before and is not the latest.
    pub seen: Option<Seen>,
    /// What is known of passages in which this reading differs from the latest or the base (see
    /// [`turned`](super::turned)).
    pub passages: &'a HashMap<u64, Passage>,
    /// The change that waits.
    pub waiting: Option<Waiting<'a>>,
}

/// What a reading means.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sight {
    /// The version that it makes; `None` if the text is the same as before.
    pub version: Option<Step>,
    /// How a wait ends.
    pub end: Option<End>,
}

/// A new version of a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Step {
    /// Its difference; `None` when only the extractor reads the page otherwise.
    pub change: Option<Change>,
    /// Is the difference reckoned from the text that readers know, not from the latest?
    pub from_base: bool,
    /// What is told, or kept suppressed.
    pub finding: Option<Finding>,
    /// A finding about the rest of the difference, which came back and waits.
    pub beside: Option<Finding>,
    /// The last of them begins to wait.
    pub wait: Option<Wait>,
}

/// A wait that begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// Why.
    pub doubt: Doubt,
    /// A reading from then on ends it.
    pub due: Timestamp,
    /// Different texts read since the one that readers know.
    pub rounds: u32,
}

/// How a wait ends.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// Confirmed: the finding as it is told.
    Told(Box<Finding>),
    /// Not told, for this reason.
    Dropped(&'static str),
}

/// Judges the text of one reading against what is remembered. `again` is how long a second reading
/// is waited for; zero tells everything at once.
pub fn sight(
    source: &Source,
    reading: Shown<'_>,
    past: &Past<'_>,
    again: SignedDuration,
    now: Timestamp,
) -> Sight {
    if reading.hash == past.latest.hash {
        return Sight {
            version: None,
            end: past.waiting.and_then(|waiting| stayed(&waiting, now)),
        };
    }
    let look = Look {
        source,
        reading,
        past,
        again,
        now,
    };
    let Some(step) = look.change_from(past.latest.text) else {
        // the same text as a better extractor reads it: kept as such, told to nobody
        return Sight {
            version: Some(Step::default()),
            end: past.waiting.and_then(|waiting| stayed(&waiting, now)),
        };
    };
    match &past.waiting {
        None => Sight {
            version: Some(look.judge(past.latest.text, step, 1)),
            end: None,
        },
        Some(waiting) => look.while_waiting(waiting, step),
    }
}

/// The second reading of a text that waits: told if the wait is over.
pub fn stayed(waiting: &Waiting<'_>, now: Timestamp) -> Option<End> {
    if now < waiting.due {
        return None;
    }
    let mut finding = waiting.finding.clone();
    finding.suppressed = None;
    finding.detected_at = now;
    // what two readings show is half as doubtful as what one shows
    finding.confidence = 1.0 - (1.0 - finding.confidence) * 0.5;
    finding.evidence.retain(|e| e.kind != "waits");
    finding.evidence.push(Evidence {
        kind: "confirmed".to_owned(),
        before: Some(waiting.since.to_string()),
        after: Some(now.to_string()),
        place: None,
    });
    Some(End::Told(Box::new(finding)))
}

#[cfg(test)]
mod tests;
