//! The shape of a change as a whole: sections that came or went, a text written anew, one word put
//! for another throughout.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::point::told;
use crate::detect::change::Study;
use crate::detect::scene::Scene;
use crate::detect::score::block_of;
use crate::detect::tokens::fold;
use crate::model::{BlockKind, HunkKind};

/// Places from which a text that is for a quarter new counts as written anew.
const MANY: usize = 15;
/// Names of sections that say nothing.
const EMPTY: [&str; 10] = [
    "note",
    "notes",
    "summary",
    "overview",
    "introduction",
    "updates",
    "примечание",
    "введение",
    "общие положения",
    "remarque",
];
/// Longest name of a section, in words.
const NAME: usize = 9;

/// What is said of a change as a whole.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// Headings that came with text below them, the longest section first.
    pub(super) sections: Vec<Section>,
    /// Headings that went with their text.
    pub(super) lost: Vec<Section>,
    /// Is the text written anew?
    pub(super) rewritten: bool,
    /// Places told.
    pub(super) places: usize,
    /// Words that came, and that went.
    pub(super) words: (usize, usize),
    /// Words put for other words in most of the places: was, is, how often.
    pub(super) swap: Option<(String, String, usize)>,
}

/// A section that came or went as a whole.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) name: String,
    /// Its part of all the words that came (or went), 0–1.
    pub(super) share: f64,
}

impl Shape {
    pub(super) fn of(study: &Study, scene: &Scene<'_>) -> Self {
        let places = told(study).count();
        let come: usize = told(study).map(|(_, d)| d.after.changed_words()).sum();
        let gone: usize = told(study).map(|(_, d)| d.before.changed_words()).sum();
        let (was, is) = scene.sizes;
        let new = come * 4 >= is && gone * 6 >= was && is >= 200;
        // or in so many places that no one of them is the news
        let throughout = places >= 2 * MANY && come * 9 >= is && gone * 9 >= was;
        Self {
            sections: sections(study, scene, HunkKind::Added, come),
            lost: sections(study, scene, HunkKind::Removed, gone),
            rewritten: places >= MANY && new || throughout,
            words: (come, gone),
            swap: swap(study, places),
            places,
        }
    }

    /// Is what came mostly new sections?
    pub(super) fn is_new_sections(&self) -> bool {
        let share: f64 = self.sections.iter().map(|s| s.share).sum();
        let enough = if self.places >= 12 { 0.25 } else { 0.4 };
        share >= enough && share * self.words.0 as f64 >= 20.0
    }
}

/// Headings of one kind with the words below them.
fn sections(study: &Study, scene: &Scene<'_>, kind: HunkKind, all: usize) -> Vec<Section> {
    let other = if kind == HunkKind::Added {
        scene.before
    } else {
        scene.after
    };
    let mut found: Vec<(String, usize)> = Vec::new();
    // the last of each name
    let mut by_name: HashMap<String, usize> = HashMap::new();
    for (at, delta) in told(study) {
        let hunk = &study.hunks[at];
        let side = if kind == HunkKind::Added {
            &delta.after
        } else {
            &delta.before
        };
        let is_heading =
            block_of(hunk, scene).is_some_and(|b| matches!(b.kind, BlockKind::Heading(_)));
        if hunk.kind == kind && is_heading {
            let name = side.text.trim().to_owned();
            by_name.insert(name.clone(), found.len());
            found.push((name, 0));
        } else if let Some(section) = &hunk.section
            && let Some(at) = by_name.get(section.trim())
        {
            found[*at].1 += side.changed_words();
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    let headings = other.blocks.iter();
    let headings = headings.filter(|b| matches!(b.kind, BlockKind::Heading(_)));
    let headings: HashSet<String> = headings.map(|b| fold(b.text.trim())).collect();
    let was_there = |name: &str| headings.contains(&fold(name));
    let mut kept: Vec<Section> = found
        .into_iter()
        .filter(|(name, words)| {
            *words >= 10
                && name.split_whitespace().count() <= NAME
                && !was_there(name)
                && !EMPTY.contains(&fold(name.trim_end_matches([':', '.'])).as_str())
        })
        .map(|(name, words)| Section {
            name: name.trim_end_matches([':', '.']).to_owned(),
            share: words as f64 / all.max(1) as f64,
        })
        .collect();
    kept.sort_by(|a, b| b.share.total_cmp(&a.share));
    kept
}

/// One word (or a few) put for the same other one in most of the places, at least three.
fn swap(study: &Study, places: usize) -> Option<(String, String, usize)> {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (_, delta) in told(study) {
        let mut here: Vec<(String, String)> = delta
            .edits
            .iter()
            .filter(|e| (1..=3).contains(&e.removed.len()) && (1..=3).contains(&e.added.len()))
            .map(|e| {
                let was = delta.before.slice(&e.removed).to_owned();
                (was, delta.after.slice(&e.added).to_owned())
            })
            .collect();
        here.sort();
        here.dedup();
        for pair in here {
            *counts.entry(pair).or_default() += 1;
        }
    }
    let (pair, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count >= 3 && count * 2 >= places).then_some((pair.0, pair.1, count))
}
