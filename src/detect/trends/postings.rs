//! An inverted index: which stories stand under which key.

use rustc_hash::FxHashMap;

use super::stories::Number;

/// Stories that a list of its own is not needed for: as many as fit where the list would stand.
const FEW: usize = 4;
/// No story.
const NONE: Number = Number::MAX;

/// Story numbers by key, in order. Most keys have a few stories, and need no memory of their own for them.
#[derive(Debug, Clone, Default)]
pub(super) struct Postings {
    lists: FxHashMap<u32, List>,
}

#[derive(Debug, Clone)]
enum List {
    /// Those that there are, then [`NONE`]; at least one.
    Few([Number; FEW]),
    Many(Vec<Number>),
}

impl List {
    fn numbers(&self) -> &[Number] {
        match self {
            Self::Few(few) => {
                let count = few.iter().filter(|number| **number != NONE).count();
                &few[..count]
            }
            Self::Many(numbers) => numbers,
        }
    }
}

impl Postings {
    /// The stories under a key, in order of number.
    pub(super) fn get(&self, key: u32) -> &[Number] {
        self.lists.get(&key).map_or(&[], List::numbers)
    }

    /// Puts a story under a key.
    pub(super) fn insert(&mut self, key: u32, number: Number) {
        let list = self
            .lists
            .entry(key)
            .or_insert_with(|| List::Few([NONE; FEW]));
        let Err(at) = list.numbers().binary_search(&number) else {
            return;
        };
        match list {
            List::Few(few) if few[FEW - 1] == NONE => {
                few.copy_within(at..FEW - 1, at + 1);
                few[at] = number;
            }
            List::Few(few) => {
                let mut numbers = Vec::with_capacity(2 * FEW);
                numbers.extend_from_slice(few);
                numbers.insert(at, number);
                *list = List::Many(numbers);
            }
            List::Many(numbers) => numbers.insert(at, number),
        }
    }

    /// Takes a story from under a key.
    pub(super) fn remove(&mut self, key: u32, number: Number) {
        let Some(list) = self.lists.get_mut(&key) else {
            return;
        };
        let Ok(at) = list.numbers().binary_search(&number) else {
            return;
        };
        match list {
            List::Few(few) => {
                few.copy_within(at + 1.., at);
                few[FEW - 1] = NONE;
                if few[0] == NONE {
                    self.lists.remove(&key);
                }
            }
            List::Many(numbers) => {
                numbers.remove(at);
                if let Ok(few) = <[Number; FEW]>::try_from(numbers.as_slice()) {
                    *list = List::Few(few);
                } else if numbers.capacity() > 4 * numbers.len() {
                    // a list that was long once does not stay so
                    numbers.shrink_to_fit();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stories_come_and_go_in_order() {
        let mut postings = Postings::default();
        for number in [5, 3, 9, 3] {
            postings.insert(1, number);
        }
        assert_eq!(postings.get(1), [3, 5, 9]);
        postings.remove(1, 5);
        postings.remove(1, 4);
        assert_eq!(postings.get(1), [3, 9]);
        for number in [7, 1, 8, 2, 7] {
            postings.insert(1, number);
        }
        assert_eq!(postings.get(1), [1, 2, 3, 7, 8, 9]);
        for number in [8, 1, 7, 2] {
            postings.remove(1, number);
        }
        assert_eq!(postings.get(1), [3, 9]);
        postings.remove(1, 9);
        assert_eq!(postings.get(1), [3]);
        postings.remove(1, 3);
        assert!(postings.get(1).is_empty() && postings.lists.is_empty());
    }
}
