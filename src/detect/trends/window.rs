//! The items of the last days, as far as trends need them: who, when, which story, what title.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::stories::{Merge, Number};

/// Items held at most; a busier stream has a shorter window.
pub(super) const HELD: usize = 100_000;

/// One item of the window.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Held {
    pub(super) id: i64,
    pub(super) at: i64,
    pub(super) owner: u32,
    pub(super) source: u32,
    pub(super) story: Number,
    pub(super) official: bool,
    pub(super) title_only: bool,
    pub(super) language: [u8; 2],
    pub(super) title: Box<str>,
    pub(super) stems: Box<[u32]>,
    /// Terms of its own: tags, names with their number.
    pub(super) own: Box<[u32]>,
    /// Its tags as written, parted by spaces, in the order of `own`.
    pub(super) tags: Box<str>,
}

/// The held items in order of arrival, and which belong to which story.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Window {
    #[serde(skip)]
    items: VecDeque<Held>,
    /// Arrival number of the first of `items`.
    base: u64,
    #[serde(skip)]
    members: FxHashMap<Number, Vec<u64>>,
}

impl Window {
    /// Takes in an item.
    pub(super) fn push(&mut self, item: Held) {
        let number = self.base + self.items.len() as u64;
        self.members
            .entry(item.story)
            .or_insert_with(|| Vec::with_capacity(1))
            .push(number);
        self.items.push_back(item);
    }

    /// Forgets what arrived first, as long as it is older than `before` or there is too much.
    pub(super) fn expire(&mut self, before: i64) {
        while self
            .items
            .front()
            .is_some_and(|item| item.at < before || self.items.len() > HELD)
        {
            let Some(item) = self.items.pop_front() else {
                break;
            };
            if let Some(members) = self.members.get_mut(&item.story) {
                members.retain(|number| *number != self.base);
                if members.is_empty() {
                    self.members.remove(&item.story);
                }
            }
            self.base += 1;
        }
    }

    /// Moves one story's items to another.
    pub(super) fn merge(&mut self, merge: Merge) {
        let Some(moved) = self.members.remove(&merge.from) else {
            return;
        };
        for number in &moved {
            self.items[(number - self.base) as usize].story = merge.into;
        }
        let members = self.members.entry(merge.into).or_default();
        members.extend(moved);
        members.sort_unstable();
    }

    /// How many items are held.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// Puts saved items back, in the order in which they were.
    pub(super) fn restore(&mut self, items: Vec<Held>) {
        for item in items {
            self.push(item);
        }
    }

    /// An item by its arrival number.
    pub(super) fn get(&self, number: u64) -> &Held {
        &self.items[(number - self.base) as usize]
    }

    /// Items with their arrival numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &Held)> {
        (self.base..).zip(&self.items)
    }

    /// Stories in order of number, each with its items in order of arrival.
    pub(super) fn stories(&self) -> Vec<(Number, &[u64])> {
        let mut stories: Vec<_> = self
            .members
            .iter()
            .map(|(story, items)| (*story, items.as_slice()))
            .collect();
        stories.sort_unstable_by_key(|story| story.0);
        stories
    }
}
