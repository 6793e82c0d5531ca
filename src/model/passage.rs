//! A part of a page that came or went before.

use jiff::Timestamp;

/// Passages of a source's text that come and go with one version, by their hashes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Turned {
    /// Not in the version before.
    pub came: Vec<u64>,
    /// In the version before, and not in this.
    pub went: Vec<u64>,
}

/// What is known of a block of a source's text that came or went; one that was always there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage {
    /// Was it there when the source was first read?
    pub original: bool,
    /// How often it came or went.
    pub turns: u32,
    /// When it last came or went.
    pub turned_at: Timestamp,
    /// Were readers told of that?
    pub was_told: bool,
    /// What they were told before that: it is there, or it is gone; `None` if nothing.
    pub told_before: Option<bool>,
    /// When the version before that was read: what was so then is so again when it turns.
    pub before_at: Timestamp,
}

impl Passage {
    /// Is it shown now?
    pub fn is_shown(&self) -> bool {
        self.original == self.turns.is_multiple_of(2)
    }

    /// Do readers take it to be there? What nobody told them is as it was at first.
    pub fn is_believed(&self) -> bool {
        if self.was_told {
            self.is_shown()
        } else {
            self.told_before.unwrap_or(self.original)
        }
    }

    /// Was it shown, and then taken away?
    pub fn was_shown(&self) -> bool {
        self.turns >= if self.original { 1 } else { 2 }
    }

    /// Was the source shown without it, and then with it?
    pub fn was_missing(&self) -> bool {
        self.turns >= if self.original { 2 } else { 1 }
    }
}
