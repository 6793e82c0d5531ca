//! A hunk seen from both sides: the two texts, where they differ, which words and sentences.
//!
//! Everything that judges a hunk (is it cosmetic, how grave, which numbers) reads it through this
//! view, so that all of them see the same edits. Nothing is judged here.

use std::collections::HashMap;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::lexicon::{Word, words};
use super::tongue::Tongue;
use crate::model::{Hunk, HunkKind, WordTag};

/// One side of a hunk.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    /// The text of this side.
    pub(crate) text: String,
    /// Its words.
    pub(crate) words: Vec<Word>,
    /// For each word: is it one of those that changed? Words that only moved are not.
    pub(crate) changed: Vec<bool>,
    /// For each word: is it marked in the hunk?
    marked: Vec<bool>,
}

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

    /// Stems of words that say something and are only on the later side (or only on the earlier).
    pub(crate) fn gained(&self, tongue: Tongue) -> Vec<String> {
        surplus(
            &self.after.changed_stems(tongue),
            &self.before.changed_stems(tongue),
        )
    }
}

impl Side {
    fn of(text: String, marked: &[Range<usize>]) -> Self {
        let words = words(&text);
        let mut marks = marked.iter().peekable();
        let mut changed = Vec::with_capacity(words.len());
        for word in &words {
            while marks.next_if(|mark| mark.end <= word.range.start).is_some() {}
            changed.push(marks.peek().is_some_and(|mark| mark.start < word.range.end));
        }
        let marked = changed.clone();
        Self {
            text,
            words,
            changed,
            marked,
        }
    }

    /// The text that some words span.
    pub(crate) fn slice(&self, words: &Range<usize>) -> &str {
        match (
            self.words.get(words.start),
            words.end.checked_sub(1).and_then(|at| self.words.get(at)),
        ) {
            (Some(first), Some(last)) if !words.is_empty() => {
                &self.text[first.range.start..last.range.end]
            }
            _ => "",
        }
    }

    /// Sentences, in bytes; a line break ends one too.
    pub(crate) fn sentences(&self) -> Vec<Range<usize>> {
        let bounds = self.text.split_sentence_bound_indices();
        bounds
            .map(|(at, part)| at..at + part.len())
            .filter(|r| !self.text[r.clone()].trim().is_empty())
            .collect()
    }

    /// Sentences: bytes, and words by index.
    pub(crate) fn said(&self) -> Vec<(Range<usize>, Range<usize>)> {
        let mut at = 0;
        let sentences = self.sentences().into_iter();
        let with_words = sentences.map(|sentence| {
            let start = at;
            let inside = |w: &Word| w.range.start < sentence.end;
            while self.words.get(at).is_some_and(inside) {
                at += 1;
            }
            (sentence, start..at)
        });
        with_words.collect()
    }

    /// Sentences in which words changed: bytes, and words by index.
    pub(crate) fn touched(&self) -> Vec<(Range<usize>, Range<usize>)> {
        let mut said = self.said();
        said.retain(|(_, words)| self.changed[words.clone()].contains(&true));
        said
    }

    /// Sentences that are new (or gone) as a whole: at least `least` words, nearly all changed.
    pub(crate) fn whole_sentences(&self, least: usize) -> usize {
        let touched = self.touched();
        let whole = touched.iter().filter(|(_, words)| {
            let changed = self.changed[words.clone()].iter().filter(|c| **c).count();
            words.len() >= least && changed * 5 >= words.len() * 4
        });
        whole.count()
    }

    /// For each word: is it marked in the hunk, moved or not?
    pub(crate) fn marks(&self) -> &[bool] {
        &self.marked
    }

    /// The runs of words within `words` that changed.
    fn changed_runs(&self, words: Range<usize>) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for at in words {
            match runs.last_mut() {
                _ if !self.changed[at] => {}
                Some(run) if run.end == at => run.end += 1,
                _ => runs.push(at..at + 1),
            }
        }
        runs
    }

    /// How many words changed.
    pub(crate) fn changed_words(&self) -> usize {
        self.changed.iter().filter(|c| **c).count()
    }

    fn changed_stems(&self, tongue: Tongue) -> Vec<String> {
        let pairs = self.words.iter().zip(&self.changed);
        pairs
            .filter(|(word, changed)| **changed && !tongue.is_small(&word.folded))
            .map(|(word, _)| tongue.stem(&word.folded))
            .collect()
    }
}

/// Elements of `all` left over when those of `less` are taken away, one for one.
fn surplus(all: &[String], less: &[String]) -> Vec<String> {
    let mut budget: HashMap<&str, usize> = HashMap::new();
    for word in less {
        *budget.entry(word).or_default() += 1;
    }
    let mut left = Vec::new();
    for word in all {
        match budget.get_mut(word.as_str()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => left.push(word.clone()),
        }
    }
    left
}

/// Pairs up the runs of marked words of both sides between the words that stayed.
fn edits(before: &Side, after: &Side) -> Vec<Edit> {
    let mut found = Vec::new();
    let (mut b, mut a) = (0, 0);
    while b < before.words.len() || a < after.words.len() {
        let (from_b, from_a) = (b, a);
        while before.marked.get(b) == Some(&true) {
            b += 1;
        }
        while after.marked.get(a) == Some(&true) {
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
    fn gained_are_stems_of_words_that_say_something() {
        let d = delta(
            "We collect the videos of users.",
            "We share videos and posts of the users.",
        );
        assert_eq!(d.gained(Tongue::English), ["share", "post"]);
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
