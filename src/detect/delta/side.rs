//! One side of a hunk: its text, its words, which of them changed, and what is read from them.
//!
//! What a text says (sentences, phrases of the table, dates, numbers) is read once, when it is first
//! asked for, however many rules ask: only the marks of its words change afterwards.

use std::cell::OnceCell;
use std::ops::Range;

use crate::detect::dates::Mention;
use crate::detect::lexicon::{Hit, Place, Word, words};
use crate::detect::quantities::{Quantity, quantities_of};
use crate::detect::scene::Scene;
use crate::detect::segment::sentence_bounds;
use crate::detect::tokens::{push_bare, word_id};

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
    read: Read,
}

/// What was read from the text so far.
#[derive(Debug, Clone, Default)]
struct Read {
    sentences: OnceCell<Vec<Sentence>>,
    places: OnceCell<Vec<Place>>,
    hits: OnceCell<Vec<Hit>>,
    dates: OnceCell<Vec<Mention>>,
    quantities: OnceCell<Vec<Quantity>>,
    small: OnceCell<Vec<bool>>,
    template: OnceCell<bool>,
    ids: OnceCell<Vec<u64>>,
    keys: OnceCell<Vec<u64>>,
}

/// A sentence: bytes, and words by index.
pub(crate) type Sentence = (Range<usize>, Range<usize>);

impl Side {
    pub(super) fn of(text: String, marked: &[Range<usize>]) -> Self {
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
            read: Read::default(),
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

    /// Sentences; a line break ends one too.
    pub(crate) fn sentences(&self) -> &[Sentence] {
        self.read.sentences.get_or_init(|| {
            let bounds = sentence_bounds(&self.text).into_iter();
            let said = bounds.filter(|(_, part)| !part.trim().is_empty());
            let mut at = 0;
            said.map(|(start, part)| {
                let (bytes, first) = (start..start + part.len(), at);
                let words = self.words[at..].iter();
                at += words.take_while(|w| w.range.start < bytes.end).count();
                (bytes, first..at)
            })
            .collect()
        })
    }

    /// Sentences in which words changed.
    pub(crate) fn touched(&self) -> impl DoubleEndedIterator<Item = Sentence> {
        let sentences = self.sentences().iter();
        let touched = sentences.filter(|(_, words)| self.changed[words.clone()].contains(&true));
        touched.cloned()
    }

    /// Sentences with words that some words are in, by the words of each.
    pub(crate) fn sentences_of(&self, words: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let all = self.sentences();
        let (from, end) = (
            all.partition_point(|(_, s)| s.end <= words.start),
            words.end,
        );
        let here = all[from..].iter().take_while(move |(_, s)| s.start < end);
        here.filter(|(_, s)| !s.is_empty()).map(|(_, s)| s.clone())
    }

    /// Sentences that are new (or gone) as a whole: at least `least` words, nearly all changed.
    pub(crate) fn whole_sentences(&self, least: usize) -> usize {
        let whole = self.touched().filter(|(_, words)| {
            let changed = self.changed[words.clone()].iter().filter(|c| **c).count();
            words.len() >= least && changed * 5 >= words.len() * 4
        });
        whole.count()
    }

    /// The words that some bytes touch, by index.
    pub(crate) fn words_in(&self, bytes: &Range<usize>) -> Range<usize> {
        let first = self.words.partition_point(|w| w.range.end <= bytes.start);
        let last = self.words.partition_point(|w| w.range.start < bytes.end);
        first..last.max(first)
    }

    /// For each word: is it marked in the hunk, moved or not?
    pub(crate) fn marks(&self) -> &[bool] {
        &self.marked
    }

    /// The runs of words within `words` that changed.
    pub(super) fn changed_runs(&self, words: Range<usize>) -> Vec<Range<usize>> {
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

    /// Words that changed and say something, by index.
    pub(crate) fn telling(&self, scene: &Scene<'_>) -> impl Iterator<Item = usize> {
        let marks = self.changed.iter().zip(self.small(scene)).enumerate();
        marks
            .filter(|(_, (changed, small))| **changed && !**small)
            .map(|(at, _)| at)
    }

    /// Phrases of the table.
    pub(crate) fn hits(&self, scene: &Scene<'_>) -> &[Hit] {
        let read = || self.hits_in(0..self.words.len(), scene);
        self.read.hits.get_or_init(read)
    }

    /// Phrases of the table in a run of the words, counted from its first.
    pub(crate) fn hits_in(&self, run: Range<usize>, scene: &Scene<'_>) -> Vec<Hit> {
        scene.lexicon.settle(self.places(scene), run)
    }

    /// Where phrases of the table stand.
    pub(crate) fn places(&self, scene: &Scene<'_>) -> &[Place] {
        let read = || scene.lexicon.find(&self.words);
        self.read.places.get_or_init(read)
    }

    /// Dates.
    pub(crate) fn dates(&self, scene: &Scene<'_>) -> &[Mention] {
        self.read.dates.get_or_init(|| scene.dates(&self.text))
    }

    /// Numbers that are not part of dates.
    pub(crate) fn quantities(&self, scene: &Scene<'_>) -> &[Quantity] {
        let read = || quantities_of(&self.text, &self.words, self.dates(scene));
        self.read.quantities.get_or_init(read)
    }

    /// For each word: is it a small one, that says nothing by itself?
    pub(crate) fn small(&self, scene: &Scene<'_>) -> &[bool] {
        self.read.small.get_or_init(|| {
            let ids = self.ids().iter();
            ids.map(|id| scene.tongue.is_small_id(*id)).collect()
        })
    }

    /// Are there marks of a template in the text?
    pub(crate) fn is_template(&self) -> bool {
        *self.read.template.get_or_init(|| {
            let marks = ["{{", "{%", "<%"];
            marks.iter().any(|mark| self.text.contains(mark))
        })
    }

    /// For each word: its identity.
    pub(crate) fn ids(&self) -> &[u64] {
        self.read.ids.get_or_init(|| {
            let words = self.words.iter();
            words.map(|word| word_id(&word.folded)).collect()
        })
    }

    /// For each word: a hash of its letters, whatever their accents.
    pub(crate) fn keys(&self) -> &[u64] {
        self.read.keys.get_or_init(|| {
            let mut letters = String::new();
            let words = self.words.iter().zip(self.ids());
            words
                .map(|(word, id)| {
                    if word.folded.is_ascii() && !word.folded.contains('\'') {
                        return *id;
                    }
                    letters.clear();
                    push_bare(&word.folded, &mut letters);
                    word_id(&letters)
                })
                .collect()
        })
    }
}
