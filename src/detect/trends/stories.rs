//! Joins items that tell the same news: one pass, bounded, over a sliding window.
//!
//! A story is the sum of its items' vectors. An item joins the story whose centroid is nearest by
//! cosine, if near enough; candidates come from an inverted index of the stories' heaviest terms.
//! Now and then stories that have grown alike are joined. Near enough is more than one name: a bare
//! number says nothing, one common word little, and titles that share but a brand may tell of two things
//! that it did; so they wait to see what else is told of it (`namesakes`). A story that was silent for the
//! window is closed, and the further its items lie back the nearer a new one must be: so days do not chain
//! together, however often something of the same sort is told. Stories in two scripts are told as one where
//! names agree.

mod namesakes;

use std::collections::{BTreeSet, VecDeque};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::features::{Features, Idf};
use super::language::{HAN, Kind, LATIN_SCRIPT, THAI, is_latin, script_of};
use super::links::Links;
use super::postings::Postings;
use super::settings::TrendSettings;
use super::subject::{Name, share_a_number};
use super::tally::{Agreement, Tally};
use super::vector::{Vector, add_to, heaviest, keep_heaviest, length, normalise};

/// Heaviest terms of an item by which candidates are sought.
pub(super) const SEEK: usize = 16;
/// Heaviest terms by which a story is found, more once it has several items.
const KEYS: (usize, usize) = (24, 48);
/// Candidates compared in full.
const CANDIDATES: usize = 8;
/// Newest stories looked at per term, and by all terms together: the heaviest come first.
pub(super) const POSTINGS: usize = 64;
const LOOKED_AT: usize = 256;
/// Items between two rounds of closing silent stories.
const CLOSE_EVERY: u64 = 500;
/// Open stories at most; a busier stream has a shorter window.
const OPEN: usize = 40_000;
/// Terms kept of a story's centroid.
const CENTROID: usize = 192;
/// Items between two rounds of joining stories.
const MERGE_EVERY: u64 = 25;
/// Time between an item and its story's items on average, or between two stories', up to which it does
/// not matter; beyond it the bar rises so much a day.
const FRESH: i64 = 2 * 86_400;
const AGEING: f32 = 0.15;
/// Share of an agreement that must be left without its strongest name, and the cosine from which one
/// name is enough.
const REST: f32 = 0.05;
const ONE_WORD: f32 = 0.6;
/// Items from which a story is what its name stands for.
const LARGE: u32 = 20;
/// Most words of a name where words are parted by spaces; in pieces, of Han and of Thai.
const NAME: [usize; 3] = [2, 3, 5];
/// Names from which on no more are taken into a story.
const CALLED: usize = 128;
/// Time (seconds) after which a title that stayed alone is sought others of its name.
const WAIT: i64 = 6 * 3_600;
/// Time between stories in two scripts that may be one; the share of the names of one that must stand in
/// the other, also without the strongest of them, and of each story that these names must be. Squares.
const TWINS: i64 = 86_400;
const NAMES: f32 = 0.6;
const SECOND: f32 = 0.1;
const WEIGHTY: f32 = 0.05;
/// Rounds of joining after which a lone item is tried again: the story it belongs to may have begun
/// with other words.
const SECOND_CHANCES: [usize; 4] = [1, 4, 16, 64];

/// A story's number within the tracker.
pub(super) type Number = u32;

/// One open story.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Story {
    sum: Vector,
    /// The keys under which it stands in the index, sorted.
    keys: Box<[u32]>,
    length: f32,
    items: u32,
    last: i64,
    /// When its items came on average.
    mean: i64,
    /// Cosine at which its first item would have joined another.
    bar: f32,
    /// The script of its first item.
    script: u8,
    /// Names that its titles may be about, sorted.
    names: Box<[Name]>,
}

impl Story {
    /// Is another vector near enough, and in more than one name? The product of the lengths and the other's
    /// names are given. A number alone joins nothing; a single name only with its number, where there is
    /// hardly anything else, or where the story is all that the name stands for.
    fn tells_the_same(&self, agreement: Agreement, lengths: f32, bar: f32, names: &[Name]) -> bool {
        let cosine = agreement.sum / lengths;
        if cosine < bar {
            return false;
        }
        let is_word = agreement.words > 0.0 && cosine >= ONE_WORD;
        let beside = |first, second| {
            let name = (first, second);
            names.binary_search(&name).is_ok() && self.names.binary_search(&name).is_ok()
        };
        let most = match self.script {
            _ if self.items >= LARGE => 1,
            HAN => NAME[1],
            THAI => NAME[2],
            _ => NAME[0],
        };
        is_word
            || agreement.rest(most, beside) >= REST * agreement.sum
            || share_a_number(names, &self.names)
    }
}

/// The open stories.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Stories {
    #[serde(skip)]
    open: FxHashMap<Number, Story>,
    /// Stories by key.
    #[serde(skip)]
    index: Postings,
    #[serde(skip)]
    tally: Tally,
    /// Stories of several items that have grown since they were last compared with others.
    grown: BTreeSet<Number>,
    links: Links,
    /// Stories that began with a title only and may belong to others of their name, with when they began.
    waiting: VecDeque<(i64, Number)>,
    /// First story of each of the last rounds of joining, newest first.
    rounds: VecDeque<Number>,
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
        idf: &Idf,
        read: &Features,
        vector: &Vector,
        at: i64,
    ) -> (Number, Vec<Merge>) {
        self.added += 1;
        let mut merges = Vec::new();
        let since = at - settings.story_window * 3600;
        if self.added.is_multiple_of(CLOSE_EVERY) {
            self.close(since);
        }
        if self.added.is_multiple_of(MERGE_EVERY) {
            merges = self.join_alike(settings, idf);
        }
        let bar = if read.title_only {
            settings.join * settings.title_only
        } else {
            settings.join
        };
        let number = self
            .nearest(vector, &read.names, since, bar, at)
            .unwrap_or_else(|| self.found(at, bar, script_of(read.language)));
        self.put(number, vector, &read.names, 1, at, at);
        if self.size(number) == 1 && !read.names.is_empty() {
            self.waiting.push_back((at, number));
        }
        while let Some((_, number)) = self.waiting.pop_front_if(|story| story.0 <= at - WAIT) {
            self.join_namesakes(number, &mut merges);
        }
        (self.links.root(number), merges)
    }

    /// Puts all items of one story into another.
    fn take_up(&mut self, from: Number, into: Number, merges: &mut Vec<Merge>) {
        merges.extend(self.links.join(from, into));
        if let Some(gone) = self.remove(from) {
            self.put(
                into,
                &gone.sum,
                &gone.names,
                gone.items,
                gone.mean,
                gone.last,
            );
        }
    }

    /// Items of an open story.
    pub(super) fn size(&self, number: Number) -> u32 {
        self.open.get(&number).map_or(0, |story| story.items)
    }

    /// A story's heaviest features, of length 1, heaviest first; empty if it is closed.
    pub(super) fn centroid(&self, number: Number, most: usize) -> Vector {
        let mut vector = self
            .open
            .get(&number)
            .map_or_else(Vec::new, |story| heaviest(&story.sum, most));
        normalise(&mut vector);
        vector
    }

    fn found(&mut self, at: i64, bar: f32, script: u8) -> Number {
        let number = self.next;
        self.next += 1;
        self.open.insert(
            number,
            Story {
                sum: Vec::new(),
                keys: Box::default(),
                length: 0.0,
                items: 0,
                last: at,
                mean: at,
                bar,
                script,
                names: Box::default(),
            },
        );
        number
    }

    /// Adds the sum of so many items to a story, bounds it, and has it found by its heaviest terms.
    fn put(
        &mut self,
        number: Number,
        vector: &[(u32, f32)],
        names: &[Name],
        items: u32,
        mean: i64,
        last: i64,
    ) {
        let Some(story) = self.open.get_mut(&number) else {
            return;
        };
        add_to(&mut story.sum, vector);
        if story.names.len() < CALLED && !names.is_empty() {
            let mut all = story.names.to_vec();
            all.extend_from_slice(names);
            all.sort_unstable();
            all.dedup();
            story.names = all.into();
        }
        if story.sum.len() > CENTROID + CENTROID / 4 {
            keep_heaviest(&mut story.sum, CENTROID);
        }
        story.length = length(&story.sum).max(1e-6);
        story.items += items;
        story.mean += (mean - story.mean) * i64::from(items) / i64::from(story.items);
        story.last = story.last.max(last);
        let most = if story.items > 1 { KEYS.1 } else { KEYS.0 };
        let mut keys: Box<[u32]> = heaviest(&story.sum, most)
            .into_iter()
            .map(|term| term.0)
            .collect();
        keys.sort_unstable();
        for gone in &story.keys {
            if keys.binary_search(gone).is_err() {
                self.index.remove(*gone, number);
            }
        }
        for key in &keys {
            if story.keys.binary_search(key).is_err() {
                self.index.insert(*key, number);
            }
        }
        story.keys = keys;
        if story.items > 1 {
            self.grown.insert(number);
        }
    }

    /// The story nearest to a vector of those that tell the same.
    fn nearest(
        &mut self,
        vector: &[(u32, f32)],
        names: &[Name],
        since: i64,
        bar: f32,
        at: i64,
    ) -> Option<Number> {
        let Self {
            open, index, tally, ..
        } = self;
        let found = candidates(index, tally, vector, None);
        tally.spread(vector);
        let stories: Vec<(Number, &Story)> = found
            .into_iter()
            .map(|number| (number, &open[&number]))
            .collect();
        stories
            .into_iter()
            .filter(|(_, story)| story.last >= since)
            .filter_map(|(number, story)| {
                let agreement = tally.agree(&story.sum);
                let bar = bar + aged((at - story.mean).abs());
                story
                    .tells_the_same(agreement, story.length, bar, names)
                    .then_some((number, agreement.sum / story.length))
            })
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
            .map(|(number, _)| number)
    }

    /// Closes the stories that were silent since `before`, and the longest silent of too many.
    fn close(&mut self, before: i64) {
        let mut ages: Vec<(i64, Number)> = self
            .open
            .iter()
            .map(|(number, story)| (story.last, *number))
            .collect();
        let surplus = ages.len().saturating_sub(OPEN);
        if surplus > 0 {
            ages.select_nth_unstable(surplus);
        }
        let (surplus, rest) = ages.split_at(surplus);
        let silent = rest.iter().filter(|(last, _)| *last < before);
        for (_, number) in surplus.iter().chain(silent) {
            self.remove(*number);
        }
    }

    /// Takes a story out of the open ones and of the index.
    fn remove(&mut self, number: Number) -> Option<Story> {
        let story = self.open.remove(&number)?;
        for key in &story.keys {
            self.index.remove(*key, number);
        }
        self.grown.remove(&number);
        self.links.forget(number);
        Some(story)
    }

    /// Joins stories that have become alike since they were last compared.
    fn join_alike(&mut self, settings: &TrendSettings, idf: &Idf) -> Vec<Merge> {
        self.rounds.push_front(self.next);
        self.rounds
            .truncate(SECOND_CHANCES[SECOND_CHANCES.len() - 1] + 1);
        let mut asked = std::mem::take(&mut self.grown);
        for age in SECOND_CHANCES {
            if let (Some(from), Some(to)) = (self.rounds.get(age), self.rounds.get(age - 1)) {
                asked.extend((*from..*to).filter(|number| self.size(*number) == 1));
            }
        }
        let mut merges = Vec::new();
        for number in asked {
            let Some(story) = self.open.get(&number) else {
                continue;
            };
            let bar = match story.items {
                1 => story.bar,
                _ if story.bar < settings.join => settings.merge_titles,
                _ => settings.merge,
            };
            let found = candidates(&self.index, &mut self.tally, &story.sum, Some(number));
            self.tally.spread(&story.sum);
            let others: Vec<(Number, &Story)> = found
                .into_iter()
                .map(|other| (other, &self.open[&other]))
                .collect();
            let alike = others
                .iter()
                .find(|(_, other)| {
                    let bar = bar + aged((story.mean - other.mean).abs());
                    story.tells_the_same(
                        self.tally.agree(&other.sum),
                        story.length * other.length,
                        bar,
                        &other.names,
                    )
                })
                .map(|(other, _)| *other);
            let Some(other) = alike else {
                let twin = others
                    .iter()
                    .find(|(_, other)| is_twin(story, other, idf))
                    .map(|(other, _)| *other);
                merges.extend(twin.and_then(|other| self.links.join(number, other)));
                continue;
            };
            let (from, into) = if self.size(other) > story.items {
                (number, other)
            } else {
                (other, number)
            };
            self.take_up(from, into, &mut merges);
        }
        merges
    }

    /// All open stories, in order.
    pub(super) fn all(&self) -> Vec<(Number, &Story)> {
        let mut all: Vec<(Number, &Story)> = self
            .open
            .iter()
            .map(|(number, story)| (*number, story))
            .collect();
        all.sort_unstable_by_key(|story| story.0);
        all
    }

    /// Puts saved stories back.
    pub(super) fn restore(&mut self, stories: Vec<(Number, Story)>) {
        for (number, story) in stories {
            for key in &story.keys {
                self.index.insert(*key, number);
            }
            self.open.insert(number, story);
        }
    }
}

/// Do stories in two scripts tell the same? They share hardly more than names in Latin letters, so
/// several of these must agree, weigh something in both and be most of what the one names at all, and
/// one must hardly be used elsewhere: what is told of one brand on one day is not one story.
fn is_twin(one: &Story, other: &Story, idf: &Idf) -> bool {
    if one.script == other.script || (one.mean - other.mean).abs() > TWINS {
        return false;
    }
    // names stand out where the rest is in another script
    let (names, text) = if one.script == LATIN_SCRIPT {
        (other, one)
    } else {
        (one, other)
    };
    let uses = 2.0 * (one.items + other.items) as f32 + 2.0;
    let (mut all, mut shared, mut strongest, mut said) = (0.0, 0.0, 0.0f32, 0.0);
    let mut is_own = false;
    for (key, weight) in &names.sum {
        if Kind::of(*key) != Kind::Word || !is_latin(*key) {
            continue;
        }
        let weight = weight * weight;
        all += weight;
        if let Ok(at) = text.sum.binary_search_by_key(key, |term| term.0) {
            shared += weight;
            strongest = strongest.max(weight);
            said += text.sum[at].1.powi(2);
            is_own |= idf.uses(*key) <= uses;
        }
    }
    is_own
        && shared >= NAMES * all
        && shared - strongest >= SECOND * all
        && shared >= WEIGHTY * names.length.powi(2)
        && said >= WEIGHTY * text.length.powi(2)
}

/// What is put on a bar where so much time lies between: days are not chained together by what is
/// told of them every day.
fn aged(seconds: i64) -> f32 {
    ((seconds - FRESH) as f32 / 86_400.0).max(0.0) * AGEING
}

/// Stories that share heavy terms with a vector, the most promising first.
fn candidates(
    index: &Postings,
    tally: &mut Tally,
    vector: &[(u32, f32)],
    except: Option<Number>,
) -> Vec<Number> {
    // all lists are looked up before any is read: memory answers them together
    let lists: Vec<(&[Number], f32)> = heaviest(vector, SEEK)
        .into_iter()
        .map(|(key, weight)| (index.get(key), weight))
        .collect();
    let mut rest = LOOKED_AT;
    for (list, weight) in lists {
        for number in list.iter().rev().take(POSTINGS.min(rest)) {
            tally.count(*number, weight);
        }
        rest -= list.len().min(POSTINGS).min(rest);
    }
    tally.take_heaviest(CANDIDATES, except)
}
