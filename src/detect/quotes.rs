//! What was and what is, in the page's own words: pairs of one sentence before and after.
//!
//! A hunk may hold several sentences, and what stands for what is read from the words that stayed: a
//! sentence is quoted beside the one that it shares words with, and alone if it is new or gone. So a
//! reader is never shown two sentences side by side that have nothing to do with one another.

use std::cmp::Reverse;
use std::ops::Range;

use super::delta::{Delta, Side};
use super::headline::{QUOTE, quote, sentence_of};
use crate::model::HunkKind;

/// Most pairs of one hunk.
const MOST: usize = 4;
/// Longest side, in words, that is read sentence by sentence.
const LONGEST: usize = 2_000;

/// A sentence before and after; one of the two may be missing.
pub(crate) type Pair = (Option<String>, Option<String>);

/// The sentences that changed in a hunk, those that changed most first.
pub(crate) fn pairs(delta: &Delta) -> Vec<Pair> {
    let (before, after) = (&delta.before, &delta.after);
    let is_long = before.words.len().max(after.words.len()) > LONGEST;
    if delta.kind != HunkKind::Edited || is_long {
        return vec![whole(delta)];
    }
    let (was, is) = (before.sentences(), after.sentences());
    let partners = partners(delta, was, is);
    let mut found: Vec<(usize, Pair)> = Vec::new();
    let mut paired = vec![false; was.len()];
    for (at, sentence) in is.iter().enumerate() {
        let partner = partners[at];
        let gone = partner.map_or(0, |at| changed(before, &was[at].1));
        let come = changed(after, &sentence.1);
        if let Some(at) = partner {
            paired[at] = true;
        }
        if gone + come > 0 {
            let earlier = partner.map(|at| sentence_of(before, &was[at], QUOTE));
            let later = sentence_of(after, sentence, QUOTE);
            found.push((gone + come, (earlier, Some(later))));
        }
    }
    for (at, sentence) in was.iter().enumerate().filter(|(at, _)| !paired[*at]) {
        let gone = changed(before, &was[at].1);
        if gone > 0 {
            found.push((gone, (Some(sentence_of(before, sentence, QUOTE)), None)));
        }
    }
    found.sort_by_key(|(count, _)| Reverse(*count));
    found.truncate(MOST);
    let pairs: Vec<Pair> = found.into_iter().map(|(_, pair)| pair).collect();
    if pairs.is_empty() {
        return vec![whole(delta)];
    }
    pairs
}

/// A hunk as one pair: a block that came or went, and what changed in no word.
fn whole(delta: &Delta) -> Pair {
    let side = |side: &Side| {
        let said = side.changed_words() > 0 || delta.kind == HunkKind::Edited;
        let text = quote(side, QUOTE);
        (said && !text.is_empty()).then_some(text)
    };
    (side(&delta.before), side(&delta.after))
}

/// How many words of a sentence changed.
fn changed(side: &Side, words: &Range<usize>) -> usize {
    let changed = side.changed[words.clone()].iter();
    changed.filter(|changed| **changed).count()
}

/// For each later sentence the earlier one that most of its words come from: those that stayed, or
/// those that it has in the place of others. A sentence that is nearly all new has none.
fn partners(
    delta: &Delta,
    was: &[(Range<usize>, Range<usize>)],
    is: &[(Range<usize>, Range<usize>)],
) -> Vec<Option<usize>> {
    let sentence = |all: &[(Range<usize>, Range<usize>)], word: usize| {
        let at = all.partition_point(|(_, words)| words.end <= word);
        (at < all.len()).then_some(at)
    };
    let stayed = |side: &Side| -> Vec<usize> {
        let marks = side.marks().iter().enumerate();
        marks.filter(|(_, m)| !**m).map(|(at, _)| at).collect()
    };
    let mut shared = vec![std::collections::BTreeMap::<usize, usize>::new(); is.len()];
    let mut note = |b: usize, a: usize, weight: usize| {
        if let (Some(b), Some(a)) = (sentence(was, b), sentence(is, a)) {
            *shared[a].entry(b).or_default() += weight;
        }
    };
    let kept = stayed(&delta.before).into_iter();
    for (b, a) in kept.zip(stayed(&delta.after)) {
        note(b, a, 2);
    }
    for edit in &delta.edits {
        if !edit.removed.is_empty() && !edit.added.is_empty() {
            note(edit.removed.start, edit.added.start, 1);
        }
    }
    let most = |(at, by_sentence): (usize, &std::collections::BTreeMap<usize, usize>)| {
        let words = is[at].1.len();
        let (partner, weight) = by_sentence.iter().max_by_key(|(_, weight)| **weight)?;
        // a word or two that stayed by chance make no pair
        (weight * 3 >= words).then_some(*partner)
    };
    shared.iter().enumerate().map(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{ChangeContext, page_change};
    use crate::model::{Block, BlockKind, PageText};

    fn of(before: &str, after: &str) -> Vec<Pair> {
        let page = |text: &str| PageText {
            blocks: vec![Block {
                kind: BlockKind::Paragraph,
                text: text.to_owned(),
                links: Vec::new(),
            }],
        };
        let context = ChangeContext {
            language: None,
            seen_before: None,
            now: jiff::Timestamp::UNIX_EPOCH,
        };
        let change = page_change(&page(before), &page(after), &context).expect("a change");
        pairs(&Delta::of(&change.hunks[0]))
    }

    fn pair(before: &str, after: &str) -> Pair {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (some(before), some(after))
    }

    #[test]
    fn a_new_sentence_stands_alone() {
        let stays = "You may appeal a decision within 15 days. We answer within 3 days.";
        assert_eq!(
            of(
                stays,
                &format!("{stays} The changes take effect in 30 days.")
            ),
            [pair("", "The changes take effect in 30 days")]
        );
        assert_eq!(
            of(&format!("{stays} Write to us by mail only."), stays),
            [pair("Write to us by mail only", "")]
        );
    }

    #[test]
    fn each_sentence_stands_beside_its_own_earlier_form() {
        let before =
            "You must be at least 13 years old to join. In some places the minimum age is higher.";
        let after = "You must be at least 14 years old to join. In your country, South Korea, and in \
            some places the minimum age is higher.";
        assert_eq!(
            of(before, after),
            [
                pair(
                    "In some places the minimum age is higher",
                    "In your country, South Korea, and in some places the minimum age is higher"
                ),
                pair(
                    "You must be at least 13 years old to join",
                    "You must be at least 14 years old to join"
                ),
            ]
        );
    }
}
