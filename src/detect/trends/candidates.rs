//! What may be a trend: stories, and groups of titles about one novel word.

use rustc_hash::FxHashMap;

use super::breadth::Breadth;
use super::burst::{CENTROID, Scene, WINDOWS};
use super::history::Probe;
use super::language::{Kind, Lexicon};
use super::likeness::TitleVectors;
use super::stories::Number;
use super::titles::Title;
use super::vector::in_common;

/// Words of a signature.
const SIGNATURE: usize = 3;
/// Items of one group that are compared with each other.
const COMPARED: usize = 30;
/// Items of one owner among them.
const PER_OWNER: usize = 3;
/// Words that may lead groups: the most surprising ones.
const LEADERS: usize = 120;
/// Words of a leading word's items that may stand beside it.
const PARTNERS: usize = 400;

/// Owners from which a story is a rival of others about the same word.
const RIVALS: usize = 2;

/// Something to be measured.
#[derive(Default)]
pub(super) struct Candidate {
    /// Its story, or that of its first item.
    pub(super) story: Number,
    /// Arrival numbers of its items, oldest first.
    pub(super) items: Vec<u64>,
    /// Are its texts known, not only titles?
    pub(super) is_story: bool,
    /// What is asked about it.
    pub(super) probe: Probe,
    /// Terms of their own that most of its items share.
    pub(super) own: Vec<u32>,
    /// The hashtag or mention that it is about, if it is nothing else.
    pub(super) tag: Option<u32>,
}

impl Candidate {
    /// The terms that it is about.
    pub(super) fn main_terms(&self) -> impl Iterator<Item = u32> {
        self.probe.signature.iter().chain(&self.own).copied()
    }
}

impl Scene<'_> {
    /// Stories of which texts are known, and which are broad enough to be told or to be learnt from.
    pub(super) fn told_by_texts(&self, lexicon: &mut Lexicon, breadth: &Breadth) -> Vec<Candidate> {
        let least = (breadth.least(self.settings) - 1).max(self.settings.min_owners);
        let mut found = Vec::new();
        let mut read = FxHashMap::default();
        for (story, members) in self.window.told() {
            if members.len() < self.settings.min_owners {
                continue;
            }
            let mut items: Vec<u64> = members
                .iter()
                .copied()
                .filter(|n| self.is_current(self.window.get(*n)))
                .collect();
            let texts = items
                .iter()
                .copied()
                .filter(|n| !self.window.get(*n).title_only);
            let texts: Vec<u64> = texts.collect();
            let owners = |items: &[u64]| self.owners(items, WINDOWS[2]).len();
            let is_story = owners(&texts) * 2 >= owners(&items);
            let least = if is_story {
                least
            } else {
                self.settings.min_owners
            };
            if !self.is_broad(&items, least) {
                continue;
            }
            if !is_story && self.coherence(lexicon, &mut read, &items) < self.settings.coherence {
                continue;
            }
            let signature = self.signature(&items);
            if !is_story {
                self.keep_bound(lexicon, &signature, &mut items);
                if !self.is_broad(&items, least) {
                    continue;
                }
            }
            let probe = Probe {
                story: Some((story, self.stories.size(story))),
                signature,
                features: self.stories.centroid(story, CENTROID),
                ..Probe::default()
            };
            found.push(Candidate {
                own: self.shared(&items),
                story,
                items,
                is_story,
                probe,
                tag: None,
            });
        }
        found
    }

    /// Items of which only titles are known, grouped by novel words and pairs with one.
    pub(super) fn groups(&self, lexicon: &mut Lexicon, leading: &[u32]) -> Vec<Candidate> {
        let mut keys: Vec<(Vec<u32>, Vec<u64>)> = Vec::new();
        // a bare number leads nothing, a name with its number does
        let leaders = leading
            .iter()
            .copied()
            .filter(|stem| Kind::of(*stem) != Kind::Number);
        for stem in leaders.take(LEADERS) {
            let items: Vec<u64> = self
                .window
                .uses(stem)
                .filter(|number| {
                    let item = self.window.get(*number);
                    item.title_only
                        && self.is_current(item)
                        && (item.stems.contains(&stem) || item.numbered().contains(&stem))
                })
                .collect();
            let mut beside: FxHashMap<u32, Vec<u64>> = FxHashMap::default();
            for number in &items {
                for other in self
                    .window
                    .get(*number)
                    .stems
                    .iter()
                    .filter(|other| **other != stem)
                {
                    if beside.len() < PARTNERS || beside.contains_key(other) {
                        beside.entry(*other).or_default().push(*number);
                    }
                }
            }
            keys.extend(
                beside
                    .into_iter()
                    .map(|(other, items)| (vec![stem.min(other), stem.max(other)], items)),
            );
            keys.push((vec![stem], items));
        }
        keys.retain(|(_, items)| self.is_broad(items, self.settings.min_owners));
        keys.sort_unstable();
        keys.dedup();
        let mut read = FxHashMap::default();
        keys.retain(|(_, items)| {
            self.coherence(lexicon, &mut read, items) >= self.settings.coherence
        });
        for (words, items) in &mut keys {
            if words.len() == 1 {
                self.keep_bound(lexicon, words, items);
            }
        }
        let mut keys: Vec<(Vec<u32>, Vec<u64>)> = keys
            .into_iter()
            .flat_map(|(words, items)| {
                let parts = self.parted(items);
                parts.into_iter().map(move |items| (words.clone(), items))
            })
            .collect();
        keys.retain(|(_, items)| self.is_broad(items, self.settings.min_owners));
        keys.into_iter()
            .map(|(signature, items)| Candidate {
                story: self.window.get(items[0]).story,
                items,
                is_story: false,
                probe: Probe {
                    signature,
                    ..Probe::default()
                },
                ..Candidate::default()
            })
            .collect()
    }

    /// A group, or its stories where two thirds of it are several: what one brand did on a day is not one
    /// thing. They are told once they are broad enough by themselves.
    fn parted(&self, items: Vec<u64>) -> Vec<Vec<u64>> {
        let mut by_story: Vec<(Number, u64)> = items
            .iter()
            .map(|item| (self.window.get(*item).story, *item))
            .collect();
        by_story.sort_unstable();
        let stories: Vec<Vec<u64>> = by_story
            .chunk_by(|a, b| a.0 == b.0)
            .map(|story| story.iter().map(|item| item.1).collect())
            .filter(|story: &Vec<u64>| self.is_broad(story, RIVALS))
            .collect();
        let told: usize = stories.iter().map(Vec::len).sum();
        // a tag or a name with its number is one thing, whatever is said of it
        let is_one = || !self.shared(&items).is_empty();
        if stories.len() > 1 && told * 3 >= items.len() * 2 && !is_one() {
            stories
        } else {
            vec![items]
        }
    }

    /// Keeps the titles that have two words in common with another owner's, or one that is a name: what
    /// only one common word joins tells nothing together.
    fn keep_bound(&self, lexicon: &mut Lexicon, words: &[u32], items: &mut Vec<u64>) {
        let names: Vec<u32> = words
            .iter()
            .copied()
            .filter(|word| self.is_name(lexicon, *word, items))
            .collect();
        let read = |n: &u64| -> (u32, Vec<u32>) {
            let item = self.window.get(*n);
            let mut stems = item.stems.to_vec();
            stems.sort_unstable();
            (item.owner, stems)
        };
        let compared: Vec<(u32, Vec<u32>)> = items.iter().rev().take(COMPARED).map(read).collect();
        items.retain(|n| {
            let (owner, stems) = read(n);
            names.iter().any(|name| stems.binary_search(name).is_ok())
                || compared
                    .iter()
                    .any(|(other, theirs)| *other != owner && in_common(&stems, theirs) > 1)
        });
    }

    /// Do the titles whose capitals tell names write a word as one, for the most part? Titles on one
    /// common word have nothing in common.
    fn is_name(&self, lexicon: &mut Lexicon, stem: u32, items: &[u64]) -> bool {
        let (mut yes, mut no) = (0, 0);
        for item in items.iter().rev().take(COMPARED) {
            let item = self.window.get(*item);
            let (text, language) = item.told();
            let title = Title::read(lexicon, text, language);
            match title.calls(stem) {
                Some(true) => yes += 1,
                Some(false) => no += 1,
                None => {}
            }
        }
        yes > 0 && yes >= no
    }

    /// Have items of the longest window at least so many owners?
    fn is_broad(&self, items: &[u64], least: usize) -> bool {
        items.len() >= least && self.owners(items, WINDOWS[2]).len() >= least
    }

    /// Mean likeness of the titles; of one owner the latest few count.
    fn coherence(
        &self,
        lexicon: &mut Lexicon,
        read: &mut FxHashMap<u64, TitleVectors>,
        items: &[u64],
    ) -> f32 {
        let mut heard: FxHashMap<u32, usize> = FxHashMap::default();
        let some: Vec<(u32, u64)> = items
            .iter()
            .rev()
            .map(|n| (self.window.get(*n).owner, *n))
            .filter(|(owner, _)| {
                let heard = heard.entry(*owner).or_default();
                *heard += 1;
                *heard <= PER_OWNER
            })
            .take(COMPARED)
            .collect();
        for (_, number) in &some {
            read.entry(*number).or_insert_with(|| {
                let (title, language) = self.window.get(*number).told();
                TitleVectors::read(lexicon, self.idf, title, language)
            });
        }
        let (mut sum, mut pairs) = (0.0, 0.0);
        for (at, (owner, title)) in some.iter().enumerate() {
            for (_, other) in some[..at].iter().filter(|other| other.0 != *owner) {
                sum += read[title].with(&read[other]);
                pairs += 1.0;
            }
        }
        if pairs > 0.0 { sum / pairs } else { 0.0 }
    }

    /// The rarest title stems that at least half of the owners, or three, share.
    fn signature(&self, items: &[u64]) -> Vec<u32> {
        let mut uses: Vec<(u32, u32)> = items
            .iter()
            .map(|item| self.window.get(*item))
            .flat_map(|item| item.stems.iter().map(|stem| (*stem, item.owner)))
            .collect();
        uses.sort_unstable();
        uses.dedup();
        let owners = self.owners(items, WINDOWS[2]).len();
        let enough = owners.div_ceil(2).clamp(2, 3);
        let mut ranked: Vec<(f64, u32)> = uses
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|of| of.len() >= enough)
            .map(|of| (of.len() as f64 * f64::from(self.idf.of(of[0].0)), of[0].0))
            .collect();
        ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked
            .into_iter()
            .take(SIGNATURE)
            .map(|(_, stem)| stem)
            .collect()
    }
}
