//! Text that only changed its place.
//!
//! Blocks that moved whole are found when blocks are aligned; here sentences and longer runs of
//! words are found that left one block and came back in another, as when a paragraph is split, two
//! are joined, or a page is served with another layout. Such words are not counted as changed.

use std::ops::Range;

use super::delta::{Delta, Side};
use super::tokens::ById;

/// Shortest run of words, not a whole sentence, that is recognised in another place.
const RUN: usize = 6;

/// Takes back the mark of words that were removed in one place and added in another.
pub(crate) fn settle(deltas: &mut [Delta]) {
    if deltas.len() < 2 {
        return;
    }
    sentences(deltas);
    runs(deltas);
    for delta in deltas {
        delta.settle();
    }
}

/// Matches whole sentences.
fn sentences(deltas: &mut [Delta]) {
    let mut gone: ById<Vec<(usize, Range<usize>)>> = ById::default();
    for (at, delta) in deltas.iter().enumerate() {
        for words in changed_sentences(&delta.before) {
            gone.entry(key(&delta.before, words.clone()))
                .or_default()
                .push((at, words));
        }
    }
    for at in 0..deltas.len() {
        for words in changed_sentences(&deltas[at].after) {
            let Some(places) = gone.get_mut(&key(&deltas[at].after, words.clone())) else {
                continue;
            };
            if let Some((from, there)) = places.pop() {
                deltas[at].after.changed[words].fill(false);
                deltas[from].before.changed[there].fill(false);
            }
        }
    }
}

/// Sentences of which nearly every word changed.
fn changed_sentences(side: &Side) -> Vec<Range<usize>> {
    let touched = side.touched().map(|(_, words)| words);
    touched
        .filter(|words| {
            let changed = side.changed[words.clone()].iter().filter(|c| **c).count();
            words.len() >= 2 && changed * 10 >= words.len() * 9
        })
        .collect()
}

/// Matches runs of words, wherever sentences begin and end.
fn runs(deltas: &mut [Delta]) {
    let mut gone: ById<(usize, usize)> = ById::default();
    for (at, delta) in deltas.iter().enumerate() {
        for start in changed_starts(&delta.before) {
            gone.insert(key(&delta.before, start..start + RUN), (at, start));
        }
    }
    if gone.is_empty() {
        return;
    }
    let mut found = Vec::new();
    for (at, delta) in deltas.iter().enumerate() {
        for start in changed_starts(&delta.after) {
            if let Some(place) = gone.get(&key(&delta.after, start..start + RUN)) {
                found.push(((at, start), *place));
            }
        }
    }
    for ((at, start), (from, there)) in found {
        deltas[at].after.changed[start..start + RUN].fill(false);
        deltas[from].before.changed[there..there + RUN].fill(false);
    }
}

/// Where runs of enough changed words begin.
fn changed_starts(side: &Side) -> impl Iterator<Item = usize> {
    let windows = side.changed.windows(RUN).enumerate();
    windows
        .filter(|(_, run)| run.iter().all(|c| *c))
        .map(|(start, _)| start)
}

/// Hash of some words, whatever their case and accents.
fn key(side: &Side, words: Range<usize>) -> u64 {
    // the words are hashes already: what is left is to tell their order (the multiplier of FxHash)
    side.keys()[words].iter().fold(0_u64, |seed, word| {
        (seed.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::align;
    use crate::model::{Block, BlockKind, PageText};

    fn text(blocks: &[&str]) -> PageText {
        let block = |text: &&str| Block {
            kind: BlockKind::Paragraph,
            text: (*text).to_owned(),
            links: vec![],
        };
        PageText {
            blocks: blocks.iter().map(block).collect(),
        }
    }

    /// Words that count as removed and as added.
    fn changed(before: &[&str], after: &[&str]) -> (usize, usize) {
        let hunks = align::hunks(&text(before), &text(after));
        let mut deltas: Vec<Delta> = hunks.iter().map(Delta::of).collect();
        settle(&mut deltas);
        let words =
            |side: fn(&Delta) -> &Side| deltas.iter().map(side).map(Side::changed_words).sum();
        (words(|d| &d.before), words(|d| &d.after))
    }

    const LIVE: &str = "You must be at least 18 years old to host a live session.";
    const FEE: &str = "Advertisers pay a fee of 7 % for each campaign that they run.";
    const STAYS: &str = "These words stand between the others and never change at all.";

    #[test]
    fn a_sentence_that_went_to_another_block_did_not_change() {
        let joined = format!("{STAYS} {LIVE}");
        assert_eq!(changed(&[LIVE, FEE, STAYS], &[FEE, &joined]), (0, 0));
    }

    #[test]
    fn a_paragraph_split_in_two_did_not_change() {
        let joined = format!("{LIVE} {FEE}");
        assert_eq!(changed(&[&joined, STAYS], &[LIVE, FEE, STAYS]), (0, 0));
    }

    #[test]
    fn a_run_of_words_is_known_in_another_sentence() {
        let (gone, come) = changed(
            &[LIVE, STAYS, "Be kind."],
            &[
                STAYS,
                "Be kind, and be at least 18 years old to host a live session.",
            ],
        );
        assert!(gone <= 4 && come <= 4, "{gone} {come}");
    }

    #[test]
    fn what_is_new_stays_marked_beside_what_moved() {
        let joined = format!("{STAYS} {LIVE}");
        let new = "Nobody may sell tickets to a live session.";
        let (gone, come) = changed(&[LIVE, FEE, STAYS], &[FEE, &joined, new]);
        assert_eq!((gone, come), (0, 8));
    }

    #[test]
    fn one_sentence_answers_for_one_only() {
        let twice = format!("{STAYS} {LIVE} {LIVE}");
        let (_, come) = changed(&[LIVE, FEE, STAYS], &[FEE, &twice]);
        assert!(come >= 6, "the second is new: {come}");
    }
}
