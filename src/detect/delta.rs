//! A hunk seen from both sides: the two texts, where they differ, which words and sentences.
//!
//! Everything that judges a hunk (is it cosmetic, how grave, which numbers) reads it through this
//! view, so that all of them see the same edits. Nothing is judged here.

mod side;

use std::collections::HashMap;
use std::ops::Range;

pub(crate) use self::side::{Sentence, Side};
use super::scene::Scene;
use super::tokens::ById;
use crate::model::{Hunk, HunkKind, WordTag};

/// Words that stand in place of others; one of the two may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    /// Words of the earlier side, by index.
    pub(crate) removed: Range<usize>,
    /// Words of the later side, by index.
    pub(crate) added: Range<usize>,
}

/// A hunk seen from both sides.
#[derive(Debug, Clone)]
pub(crate) struct Delta {
    pub(crate) kind: HunkKind,
    pub(crate) before: Side,
    pub(crate) after: Side,
    /// In order; edits that only touch spacing and punctuation are left out.
    pub(crate) edits: Vec<Edit>,
}

impl Delta {
    /// Reads a hunk.
    pub(crate) fn of(hunk: &Hunk) -> Self {
        let mut texts = [String::new(), String::new()];
        let mut marks: [Vec<Range<usize>>; 2] = [Vec::new(), Vec::new()];
        for span in &hunk.spans {
            for (side, other) in [(0, WordTag::Added), (1, WordTag::Removed)] {
                if span.tag == other {
                    continue;
                }
                let start = texts[side].len();
                texts[side].push_str(&span.text);
                if span.tag != WordTag::Same {
                    marks[side].push(start..texts[side].len());
                }
            }
        }
        let [before, after] = texts;
        let [removed, added] = marks;
        let before = Side::of(before, &removed);
        let after = Side::of(after, &added);
        let edits = edits(&before, &after);
        Self {
            kind: hunk.kind,
            before,
            after,
            edits,
        }
    }

    /// Reads the edits again after words were found to have only moved.
    pub(crate) fn settle(&mut self) {
        self.edits = edits(&self.before, &self.after);
    }

    /// Where a word of the earlier side that stayed stands on the later one, by index.
    pub(crate) fn later(&self, word: usize) -> Option<usize> {
        stayed(
            word,
            self.edits.iter().map(|edit| (&edit.removed, &edit.added)),
        )
    }

    /// Where a word of the later side that was there before stands on the earlier one, by index.
    pub(crate) fn earlier(&self, word: usize) -> Option<usize> {
        stayed(
            word,
            self.edits.iter().map(|edit| (&edit.added, &edit.removed)),
        )
    }

    /// How many words that say something are only on the later side, whatever their endings.
    pub(crate) fn gained(&self, scene: &Scene<'_>) -> usize {
        // the same word has the same stem, so that only what is left over needs one
        let mut left: ById<(usize, usize)> = ById::default();
        for at in self.before.telling(scene) {
            left.entry(self.before.ids()[at]).or_insert((0, at)).0 += 1;
        }
        let mut come = Vec::new();
        for at in self.after.telling(scene) {
            match left.get_mut(&self.after.ids()[at]) {
                Some((count, _)) if *count > 0 => *count -= 1,
                _ => come.push(at),
            }
        }
        left.retain(|_, (count, _)| *count > 0);
        if left.is_empty() {
            return come.len();
        }
        let mut stems: HashMap<String, usize> = HashMap::new();
        for (count, at) in left.into_values() {
            *stems
                .entry(scene.stem(&self.before.words[at].folded))
                .or_default() += count;
        }
        come.retain(
            |at| match stems.get_mut(&scene.stem(&self.after.words[*at].folded)) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    false
                }
                _ => true,
            },
        );
        come.len()
    }
}

/// The other side's index of a word that no edit touches.
fn stayed<'a>(
    word: usize,
    edits: impl Iterator<Item = (&'a Range<usize>, &'a Range<usize>)>,
) -> Option<usize> {
    let (mut here, mut there) = (0, 0);
    for (own, other) in edits.take_while(|(own, _)| own.start <= word) {
        if own.contains(&word) {
            return None;
        }
        (here, there) = (own.end, other.end);
    }
    Some(word - here + there)
}

/// Pairs up the runs of marked words of both sides between the words that stayed.
fn edits(before: &Side, after: &Side) -> Vec<Edit> {
    let mut found = Vec::new();
    let (mut b, mut a) = (0, 0);
    while b < before.words.len() || a < after.words.len() {
        let (from_b, from_a) = (b, a);
        while before.marks().get(b) == Some(&true) {
            b += 1;
        }
        while after.marks().get(a) == Some(&true) {
            a += 1;
        }
        if (b, a) == (from_b, from_a) {
            (b, a) = (b + 1, a + 1);
            continue;
        }
        let (removed, added) = (
            before.changed_runs(from_b..b),
            after.changed_runs(from_a..a),
        );
        if let ([removed], [added]) = (removed.as_slice(), added.as_slice()) {
            found.push(Edit {
                removed: removed.clone(),
                added: added.clone(),
            });
        } else {
            found.extend(removed.into_iter().map(|removed| Edit {
                removed,
                added: from_a..from_a,
            }));
            found.extend(added.into_iter().map(|added| Edit {
                removed: b..b,
                added,
            }));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::align::word_spans;

    fn delta(before: &str, after: &str) -> Delta {
        Delta::of(&Hunk {
            kind: HunkKind::Edited,
            section: None,
            before_at: 0,
            after_at: 0,
            before_len: 1,
            after_len: 1,
            spans: word_spans(before, after),
            cosmetic: false,
            reason: None,
        })
    }

    #[test]
    fn edits_pair_what_stands_in_place_of_what() {
        let d = delta(
            "You must be 16 years old to go live.",
            "You must be 18 years old to host and go live.",
        );
        let pairs: Vec<_> = d
            .edits
            .iter()
            .map(|e| (d.before.slice(&e.removed), d.after.slice(&e.added)))
            .collect();
        assert_eq!(pairs, [("16", "18"), ("", "host and")]);
    }

    #[test]
    fn gained_are_words_that_say_something() {
        let d = delta(
            "We collect the videos of users.",
            "We share videos and posts of the users.",
        );
        let page = crate::model::PageText::default();
        let scene = Scene::of(&page, &page, Some("en"), jiff::Timestamp::UNIX_EPOCH);
        assert_eq!(
            d.gained(&scene),
            2,
            "share and post, not another form of videos"
        );
    }

    #[test]
    fn whole_sentences_are_counted() {
        let d = delta("Be kind.", "Be kind. Do not post spam or scams here.");
        assert_eq!(
            (d.before.whole_sentences(4), d.after.whole_sentences(4)),
            (0, 1)
        );
    }
}
