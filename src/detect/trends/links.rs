//! Which stories are told as one though they are kept apart: the same news in two scripts.
//!
//! Their words have next to nothing in common, so that one centroid would stand between both and be near
//! to neither. Each goes on by itself, and its items are told under the number of the first.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::stories::{Merge, Number};

/// Stories that are told under another's number.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Links {
    /// The number that is told, never itself told as another.
    told_as: BTreeMap<Number, Number>,
}

impl Links {
    /// The number under which a story is told.
    pub(super) fn root(&self, story: Number) -> Number {
        self.told_as.get(&story).copied().unwrap_or(story)
    }

    /// Tells one story and all that is told with it as another; what that changes, if anything.
    pub(super) fn join(&mut self, from: Number, into: Number) -> Option<Merge> {
        let (from, into) = (self.root(from), self.root(into));
        if from == into {
            return None;
        }
        for root in self.told_as.values_mut().filter(|root| **root == from) {
            *root = into;
        }
        self.told_as.insert(from, into);
        Some(Merge { from, into })
    }

    /// Forgets a story that nothing joins any more.
    pub(super) fn forget(&mut self, story: Number) {
        self.told_as.remove(&story);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_as_one_stays_one() {
        let mut links = Links::default();
        let merge = |from, into| Some(Merge { from, into });
        assert_eq!(links.join(5, 3), merge(5, 3));
        assert_eq!(links.join(3, 1), merge(3, 1));
        assert_eq!((links.root(5), links.root(3), links.root(1)), (1, 1, 1));
        assert_eq!(links.join(1, 5), None);
        links.forget(3);
        assert_eq!(links.join(5, 2), merge(1, 2));
        assert_eq!((links.root(5), links.root(1)), (2, 2));
    }
}
