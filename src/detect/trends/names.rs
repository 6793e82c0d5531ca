//! Owners and sources by number, as many as the window speaks of.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

/// Names below which none is ever forgotten.
const FEW: usize = 4_096;

/// Names by number and numbers by name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Names {
    /// An empty slot is free.
    all: Vec<Box<str>>,
    #[serde(skip)]
    numbers: FxHashMap<Box<str>, u32>,
    free: Vec<u32>,
    /// Names after the last forgetting.
    kept: usize,
}

impl Names {
    /// The number of a name, a new one if it has none.
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = if let Some(number) = self.free.pop() {
            self.all[number as usize] = name.into();
            number
        } else {
            self.all.push(name.into());
            self.all.len() as u32 - 1
        };
        self.numbers.insert(name.into(), number);
        number
    }

    /// The name of a number.
    pub(super) fn get(&self, number: u32) -> &str {
        self.all.get(number as usize).map_or("", |name| name)
    }

    /// Has it doubled since it last forgot?
    pub(super) fn is_full(&self) -> bool {
        self.numbers.len() > (self.kept * 2).max(FEW)
    }

    /// Forgets all names but these.
    pub(super) fn keep(&mut self, used: impl Iterator<Item = u32>) {
        let used: FxHashSet<u32> = used.collect();
        for (number, name) in (0u32..).zip(&mut self.all) {
            if !used.contains(&number) && self.numbers.get(name) == Some(&number) {
                self.numbers.remove(name);
                *name = Box::default();
                self.free.push(number);
            }
        }
        self.kept = self.numbers.len();
    }

    /// Builds what is not saved.
    pub(super) fn reindex(&mut self) {
        let free: FxHashSet<u32> = self.free.iter().copied().collect();
        self.numbers = (0u32..)
            .zip(&self.all)
            .filter(|(number, _)| !free.contains(number))
            .map(|(number, name)| (name.clone(), number))
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unused_names_make_room() {
        let mut names = Names::default();
        let [a, b, c] = ["a", "b", ""].map(|name| names.number(name));
        names.keep([b].into_iter());
        assert_eq!((names.number("b"), names.get(b)), (b, "b"));
        assert!(names.number("d") <= c && names.number("e") <= c);
        assert_eq!(names.numbers.len(), 3, "{a} was given anew");
        names.reindex();
        assert_eq!(names.number("b"), b);
    }
}
