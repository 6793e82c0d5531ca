//! An inverted index: which stories stand under which key.

use rustc_hash::FxHashMap;

use super::stories::Number;

/// Story numbers by key, in order. Most keys have one story, and need no memory of their own for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Postings {
    lists: FxHashMap<u32, List>,
}

#[derive(Debug, Clone)]
enum List {
    One(Number),
    Many(Vec<Number>),
}

impl Postings {
    /// The stories under a key, in order of number.
    pub(super) fn get(&self, key: u32) -> &[Number] {
        match self.lists.get(&key) {
            Some(List::One(number)) => std::slice::from_ref(number),
            Some(List::Many(numbers)) => numbers,
            None => &[],
        }
    }

    /// Puts a story under a key.
    pub(super) fn insert(&mut self, key: u32, number: Number) {
        match self.lists.entry(key).or_insert(List::One(number)) {
            List::One(only) if *only == number => {}
            one @ List::One(_) => {
                let List::One(only) = *one else { return };
                *one = List::Many(vec![only.min(number), only.max(number)]);
            }
            List::Many(numbers) => {
                if let Err(at) = numbers.binary_search(&number) {
                    numbers.insert(at, number);
                }
            }
        }
    }

    /// Takes a story from under a key.
    pub(super) fn remove(&mut self, key: u32, number: Number) {
        let Some(list) = self.lists.get_mut(&key) else {
            return;
        };
        match list {
            List::One(only) if *only == number => {
                self.lists.remove(&key);
            }
            List::One(_) => {}
            List::Many(numbers) => {
                if let Ok(at) = numbers.binary_search(&number) {
                    numbers.remove(at);
                }
                match numbers.as_slice() {
                    [only] => *list = List::One(*only),
                    // a list that was long once does not stay so
                    some if numbers.capacity() > 4 * some.len().max(4) => numbers.shrink_to_fit(),
                    _ => {}
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
        postings.remove(1, 9);
        assert_eq!(postings.get(1), [3]);
        postings.remove(1, 3);
        assert!(postings.get(1).is_empty() && postings.lists.is_empty());
    }
}
