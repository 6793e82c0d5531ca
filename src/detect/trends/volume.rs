//! How much is said in all, with no owner heard louder than the others: one that posts sixty ads a day
//! must not make everybody else's words seem rare, nor the stream seem large.
//!
//! Each item of an owner is measured against what the middle owner said on the day before. Whatever
//! asks how much the stream says leaves out what is louder; what asks who says something counts
//! owners, and needs no such bound.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

const DAY: i64 = 86_400;
/// How many times the middle owner's items one owner's may count for in what is usual: words, hours.
const LOUD: u32 = 3;
/// Items of an owner that count on a day in any case.
const FEW: u32 = 3;

/// How much each of several owners said, an owner for every item; and how many items of one of them count:
/// twice as many as of the middle one.
pub(super) fn loudness(items: impl Iterator<Item = u32>) -> (FxHashMap<u32, usize>, usize) {
    let mut said: FxHashMap<u32, usize> = FxHashMap::default();
    for owner in items {
        *said.entry(owner).or_default() += 1;
    }
    let mut counts: Vec<usize> = said.values().copied().collect();
    counts.sort_unstable();
    let middle = counts.get(counts.len() / 2).copied().unwrap_or_default();
    (said, (2 * middle).max(FEW as usize))
}

/// Items of the day by owner.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Volume {
    day: i64,
    said: FxHashMap<u32, u32>,
    /// Items of the middle owner on the day before; none was heard before the first.
    middle: Option<u32>,
}

/// What an item counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Weight {
    /// Is it among as many as the middle owner says, and so part of the stream's size?
    pub(super) in_size: bool,
    /// Is it among as many as may shape what is usual?
    pub(super) in_usual: bool,
}

impl Volume {
    /// What an item of an owner counts for. A late one counts for the latest day.
    pub(super) fn weigh(&mut self, owner: u32, at: i64) -> Weight {
        let day = at.div_euclid(DAY);
        if self.said.is_empty() {
            self.day = day;
        } else if day > self.day {
            let mut counts: Vec<u32> = self.said.drain().map(|(_, count)| count).collect();
            let place = counts.len() / 2;
            let (_, middle, _) = counts.select_nth_unstable(place);
            (self.day, self.middle) = (day, Some(*middle));
        }
        let said = self.said.entry(owner).or_default();
        *said += 1;
        let middle = self.middle.unwrap_or(FEW);
        let most = |times: u32| *said <= (middle * times).max(FEW);
        Weight {
            in_size: most(1),
            in_usual: most(LOUD),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loud_owner_counts_for_no_more_than_the_middle_one() {
        let mut volume = Volume::default();
        let mut day = |day: i64| {
            let (mut size, mut usual) = (0, 0);
            for owner in 0..7 {
                for n in 0..if owner == 6 { 60 } else { 5 } {
                    let weight = volume.weigh(owner, day * DAY + n * 60);
                    size += u32::from(weight.in_size);
                    usual += u32::from(weight.in_usual);
                }
            }
            (size, usual)
        };
        // nothing is known on the first day
        assert_eq!(day(0), (7 * FEW, 6 * 5 + LOUD * FEW));
        assert_eq!(day(1), (7 * 5, 6 * 5 + LOUD * 5));
    }
}
