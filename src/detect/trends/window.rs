//! The items of the last days, as far as trends need them: who, when, which story, what title.

use std::collections::{BTreeSet, VecDeque};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::identify::language_of;
use super::stories::{Merge, Number};

/// Items held at most; a busier stream has a shorter window.
pub(super) const HELD: usize = 100_000;

/// Latest items of a story among which other owners are sought.
const LOOKED_AT: usize = 64;

/// One item of the window.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Held {
    pub(super) id: i64,
    pub(super) at: i64,
    pub(super) owner: u32,
    pub(super) source: u32,
    pub(super) story: Number,
    /// Does it count for the stream's size?
    pub(super) in_size: bool,
    pub(super) official: bool,
    pub(super) title_only: bool,
    pub(super) language: [u8; 2],
    /// Does more than a guess speak for that language?
    pub(super) language_is_sure: bool,
    pub(super) title: Box<str>,
    pub(super) stems: Box<[u32]>,
    /// Terms of its own: tags, names with their number.
    pub(super) own: Box<[u32]>,
    /// Its tags as written, parted by spaces, in the order of `own`.
    pub(super) tags: Box<str>,
}

impl Held {
    /// The code of its language.
    pub(super) fn code(&self) -> Option<&str> {
        std::str::from_utf8(&self.language).ok()
    }

    /// Its title with the language that is read in it.
    pub(super) fn told(&self) -> (&str, &'static str) {
        (&self.title, language_of(&self.title, self.code()))
    }

    /// Names with their number.
    pub(super) fn numbered(&self) -> &[u32] {
        let tags = self.tags.split_whitespace().count();
        self.own.get(tags..).unwrap_or_default()
    }

    /// What stands in its title: stems and terms of its own.
    fn terms(&self) -> impl Iterator<Item = &u32> {
        self.stems.iter().chain(&self.own)
    }
}

/// The held items in order of arrival, and which belong to which story.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Window {
    #[serde(skip)]
    items: VecDeque<Held>,
    /// Arrival number of the first of `items`.
    base: u64,
    /// How many of them count for the stream's size.
    #[serde(skip)]
    size: usize,
    #[serde(skip)]
    members: FxHashMap<Number, Vec<u64>>,
    /// Stories of several items.
    #[serde(skip)]
    told: BTreeSet<Number>,
    /// Items by term of their titles: the lower halves of their arrival numbers, in order.
    #[serde(skip)]
    uses: FxHashMap<u32, VecDeque<u32>>,
}

impl Window {
    /// Takes in an item.
    pub(super) fn push(&mut self, item: Held) {
        let number = self.base + self.items.len() as u64;
        for stem in item.terms() {
            self.uses
                .entry(*stem)
                .or_insert_with(|| VecDeque::with_capacity(1))
                .push_back(number as u32);
        }
        let members = self
            .members
            .entry(item.story)
            .or_insert_with(|| Vec::with_capacity(1));
        members.push(number);
        if members.len() > 1 {
            self.told.insert(item.story);
        }
        self.size += usize::from(item.in_size);
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
            self.size -= usize::from(item.in_size);
            if let Some(members) = self.members.get_mut(&item.story) {
                members.retain(|number| *number != self.base);
                if members.len() < 2 {
                    self.told.remove(&item.story);
                }
                if members.is_empty() {
                    self.members.remove(&item.story);
                }
            }
            for stem in item.terms() {
                if let Some(uses) = self.uses.get_mut(stem) {
                    uses.pop_front_if(|number| *number == self.base as u32);
                    if uses.is_empty() {
                        self.uses.remove(stem);
                    } else if uses.capacity() > 4 * uses.len().max(4) {
                        uses.shrink_to_fit();
                    }
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
        self.told.remove(&merge.from);
        if members.len() > 1 {
            self.told.insert(merge.into);
        }
    }

    /// How many items are held.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// How much the window says, no owner counted louder than the others.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Would an item of an owner join what other owners say?
    pub(super) fn joins_others(&self, story: Number, owner: u32) -> bool {
        let members = self.members.get(&story).map_or(&[][..], Vec::as_slice);
        let mut latest = members.iter().rev().take(LOOKED_AT);
        latest.any(|number| self.get(*number).owner != owner)
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

    /// Stories of several items in order of number, each with its items in order of arrival.
    pub(super) fn told(&self) -> impl Iterator<Item = (Number, &[u64])> {
        let items = |story: &Number| self.members.get(story).map_or(&[][..], Vec::as_slice);
        self.told.iter().map(move |story| (*story, items(story)))
    }

    /// Stems of the titles, each with how many items have it.
    pub(super) fn words(&self) -> impl Iterator<Item = (u32, usize)> {
        self.uses.iter().map(|(stem, uses)| (*stem, uses.len()))
    }

    /// Arrival numbers of the items whose titles have a stem, in order.
    pub(super) fn uses(&self, stem: u32) -> impl ExactSizeIterator<Item = u64> {
        let base = self.base;
        let uses = self.uses.get(&stem).map(VecDeque::iter).unwrap_or_default();
        uses.map(move |number| base + u64::from(number.wrapping_sub(base as u32)))
    }
}

/// The story that two thirds of the items tell.
pub(super) fn main_story(items: &[&Held]) -> Option<Number> {
    let mut stories: Vec<Number> = items.iter().map(|item| item.story).collect();
    stories.sort_unstable();
    let mut runs = stories.chunk_by(|a, b| a == b);
    runs.find(|run| run.len() * 3 >= items.len() * 2)
        .map(|run| run[0])
}
