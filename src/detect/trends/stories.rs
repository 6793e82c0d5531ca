//! Joins items that tell the same news: one pass, bounded, over a sliding window.
//!
//! A story is the sum of its items' vectors. An item joins the story whose centroid is nearest by
//! cosine, if near enough; candidates come from an inverted index of the item's heaviest terms.
//! Now and then stories that have grown alike are joined. A story that was silent for the window
//! is closed: nothing joins it any more, so that days do not chain together.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::features::{Vector, dot, normalise};
use super::settings::TrendSettings;

/// Heaviest terms of an item by which candidates are sought.
const SEEK: usize = 16;
/// Candidates compared in full.
const CANDIDATES: usize = 24;
/// Newest stories looked at per term.
const POSTINGS: usize = 256;
/// Items between two rounds of closing silent stories.
const CLOSE_EVERY: u64 = 500;
/// Terms kept of a story's centroid.
const CENTROID: usize = 512;
/// Items between two rounds of joining stories.
const MERGE_EVERY: u64 = 25;

/// Rounds of joining after which a lone item is tried again: the story it belongs to may have begun
/// with other words.
const SECOND_CHANCES: [u64; 4] = [1, 4, 16, 64];

/// A story's number within the tracker.
pub(super) type Number = u32;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Story {
    sum: Vector,
    length: f32,
    items: u32,
    last: i64,
    /// Has it grown since it was last compared with others?
    grown: bool,
    /// Cosine at which its first item would have joined another.
    bar: f32,
    /// Round of joining in which it was begun.
    round: u64,
}

/// The open stories.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Stories {
    open: FxHashMap<Number, Story>,
    /// Stories by term, in order of number.
    #[serde(skip)]
    index: FxHashMap<u32, Vec<Number>>,
    next: Number,
    added: u64,
}

/// One story taken up by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Merge {
    /// The story that is no more.
    pub(super) from: Number,
    /// The story that has its items now.
    pub(super) into: Number,
}

impl Stories {
    /// Puts an item into a story; what stories were joined meanwhile.
    pub(super) fn add(
        &mut self,
        settings: &TrendSettings,
        vector: &Vector,
        title_only: bool,
        at: i64,
    ) -> (Number, Vec<Merge>) {
        self.added += 1;
        let mut merges = Vec::new();
        if self.added.is_multiple_of(CLOSE_EVERY) {
            self.close(at - settings.story_window * 3600);
        }
        if self.added.is_multiple_of(MERGE_EVERY) {
            merges = self.join_alike(settings);
        }
        let bar = if title_only {
            settings.join * settings.title_only
        } else {
            settings.join
        };
        let number = match self.nearest(vector, at - settings.story_window * 3600) {
            Some((number, cosine)) if cosine >= bar => number,
            _ => self.found(at, bar),
        };
        self.put(number, vector, at);
        (number, merges)
    }

    /// Items of an open story.
    pub(super) fn size(&self, number: Number) -> u32 {
        self.open.get(&number).map_or(0, |story| story.items)
    }

    /// A story's heaviest features, of length 1; empty if it is closed.
    pub(super) fn centroid(&self, number: Number, most: usize) -> Vector {
        let mut vector = self
            .open
            .get(&number)
            .map_or_else(Vec::new, |story| story.sum.clone());
        vector.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        vector.truncate(most);
        normalise(&mut vector);
        vector
    }

    fn found(&mut self, at: i64, bar: f32) -> Number {
        let number = self.next;
        self.next += 1;
        self.open.insert(
            number,
            Story {
                sum: Vec::new(),
                length: 0.0,
                items: 0,
                last: at,
                grown: false,
                bar,
                round: self.added / MERGE_EVERY,
            },
        );
        number
    }

    fn put(&mut self, number: Number, vector: &Vector, at: i64) {
        let Some(story) = self.open.get_mut(&number) else {
            return;
        };
        let fresh = add_to(&mut story.sum, vector);
        story.items += 1;
        story.last = story.last.max(at);
        story.grown = true;
        let dropped = bound(story);
        self.reindex_story(number, &fresh, &dropped);
    }

    /// Keeps the index exactly what [`Stories::reindex`] would build.
    fn reindex_story(&mut self, number: Number, fresh: &[u32], dropped: &[u32]) {
        for key in fresh {
            let postings = self.index.entry(*key).or_default();
            if let Err(at) = postings.binary_search(&number) {
                postings.insert(at, number);
            }
        }
        for key in dropped {
            if let Some(postings) = self.index.get_mut(key)
                && let Ok(at) = postings.binary_search(&number)
            {
                postings.remove(at);
            }
        }
    }

    /// The story nearest to a vector, and its cosine.
    fn nearest(&self, vector: &Vector, since: i64) -> Option<(Number, f32)> {
        let candidates = self.candidates(vector, None);
        candidates
            .into_iter()
            .filter(|number| self.open[number].last >= since)
            .map(|number| {
                (
                    number,
                    dot(vector, &self.open[&number].sum) / self.open[&number].length,
                )
            })
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
    }

    /// Stories that share heavy terms, the most promising first.
    fn candidates(&self, vector: &Vector, except: Option<Number>) -> Vec<Number> {
        let mut heavy = vector.clone();
        heavy.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        heavy.truncate(SEEK);
        let mut scores: FxHashMap<Number, f32> = FxHashMap::default();
        for (key, weight) in heavy {
            let Some(postings) = self.index.get(&key) else {
                continue;
            };
            for number in postings.iter().rev().take(POSTINGS) {
                *scores.entry(*number).or_default() += weight;
            }
        }
        let mut ranked: Vec<(Number, f32)> = scores
            .into_iter()
            .filter(|(number, _)| Some(*number) != except)
            .collect();
        ranked.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(CANDIDATES);
        ranked.into_iter().map(|(number, _)| number).collect()
    }

    /// Closes the stories that were silent since `before`.
    fn close(&mut self, before: i64) {
        let mut silent: Vec<Number> = self
            .open
            .iter()
            .filter(|(_, story)| story.last < before)
            .map(|(number, _)| *number)
            .collect();
        silent.sort_unstable();
        for number in silent {
            self.remove(number);
        }
    }

    /// Takes a story out of the open ones and of the index.
    fn remove(&mut self, number: Number) -> Option<Story> {
        let story = self.open.remove(&number)?;
        for (key, _) in &story.sum {
            if let Some(postings) = self.index.get_mut(key) {
                if let Ok(at) = postings.binary_search(&number) {
                    postings.remove(at);
                }
                if postings.is_empty() {
                    self.index.remove(key);
                }
            }
        }
        Some(story)
    }

    /// Joins stories that have become alike since they were last compared.
    fn join_alike(&mut self, settings: &TrendSettings) -> Vec<Merge> {
        let round = self.added / MERGE_EVERY;
        let mut grown: Vec<Number> = self
            .open
            .iter()
            .filter(|(_, s)| {
                if s.items > 1 {
                    s.grown
                } else {
                    SECOND_CHANCES.contains(&(round - s.round))
                }
            })
            .map(|(number, _)| *number)
            .collect();
        grown.sort_unstable();
        let mut merges = Vec::new();
        for number in grown {
            let Some(story) = self.open.get_mut(&number) else {
                continue;
            };
            story.grown = false;
            let (sum, length) = (story.sum.clone(), story.length);
            let bar = match story.items {
                1 => story.bar,
                _ if story.bar < settings.join => settings.merge_titles,
                _ => settings.merge,
            };
            for other in self.candidates(&sum, Some(number)) {
                let candidate = &self.open[&other];
                if dot(&sum, &candidate.sum) < bar * length * candidate.length {
                    continue;
                }
                let (from, into) = if candidate.items > self.open[&number].items {
                    (number, other)
                } else {
                    (other, number)
                };
                self.take_up(from, into);
                merges.push(Merge { from, into });
                break;
            }
        }
        merges
    }

    fn take_up(&mut self, from: Number, into: Number) {
        let Some(gone) = self.remove(from) else {
            return;
        };
        let Some(story) = self.open.get_mut(&into) else {
            return;
        };
        let fresh = add_to(&mut story.sum, &gone.sum);
        story.items += gone.items;
        story.last = story.last.max(gone.last);
        story.grown = true;
        let dropped = bound(story);
        self.reindex_story(into, &fresh, &dropped);
    }

    /// Builds what is not saved.
    pub(super) fn reindex(&mut self) {
        let mut numbers: Vec<Number> = self.open.keys().copied().collect();
        numbers.sort_unstable();
        self.index.clear();
        for number in numbers {
            for (key, _) in &self.open[&number].sum {
                self.index.entry(*key).or_default().push(number);
            }
        }
    }
}

/// Adds a vector; the keys that were not there before.
fn add_to(sum: &mut Vector, vector: &[(u32, f32)]) -> Vec<u32> {
    let mut merged = Vec::with_capacity(sum.len() + vector.len());
    let mut fresh = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < sum.len() || j < vector.len() {
        let left = sum.get(i).map_or(u64::MAX, |t| u64::from(t.0));
        let right = vector.get(j).map_or(u64::MAX, |t| u64::from(t.0));
        if left <= right {
            let mut term = sum[i];
            i += 1;
            if left == right {
                term.1 += vector[j].1;
                j += 1;
            }
            merged.push(term);
        } else {
            fresh.push(vector[j].0);
            merged.push(vector[j]);
            j += 1;
        }
    }
    *sum = merged;
    fresh
}

/// Bounds a story's centroid and measures its length; the keys that were dropped.
fn bound(story: &mut Story) -> Vec<u32> {
    let mut dropped = Vec::new();
    if story.sum.len() > CENTROID + CENTROID / 4 {
        story
            .sum
            .sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        dropped = story
            .sum
            .split_off(CENTROID)
            .into_iter()
            .map(|term| term.0)
            .collect();
        story.sum.sort_unstable_by_key(|term| term.0);
    }
    story.length = story
        .sum
        .iter()
        .map(|(_, w)| w * w)
        .sum::<f32>()
        .sqrt()
        .max(1e-6);
    dropped
}
