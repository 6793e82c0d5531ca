//! Lines up the blocks of two texts, then the words of the blocks that changed.
//!
//! Blocks are first matched whole (patience diff). In each gap that is left, blocks that share most
//! of their words are paired as edits, in order; what then stands alone on one side and is found
//! whole on the other has moved; the rest was removed or added. Work is bounded for any input: gaps
//! too large to pair word by word are taken as removed and added.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};
use xxhash_rust::xxh3::xxh3_64;

use super::tokens::{ById, Token, tokens};
use crate::model::{Block, BlockKind, Hunk, HunkKind, PageText, WordSpan, WordTag};

/// Blocks on one side of a gap that are compared with each other by their words.
const MAX_GAP: usize = 200;
/// Share of words that two blocks must have in common to be one block, edited.
const SAME_BLOCK: f64 = 0.5;
/// Tokens of one block beyond which its words are not marked.
const MAX_TOKENS: usize = 20_000;

/// Where two texts differ, in the later text's order.
pub(crate) fn hunks(before: &PageText, after: &PageText) -> Vec<Hunk> {
    let old: Vec<u64> = before.blocks.iter().map(block_id).collect();
    let new: Vec<u64> = after.blocks.iter().map(block_id).collect();
    let mut found = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, &old, &new) {
        if !matches!(op, DiffOp::Equal { .. }) {
            pair_gap(before, after, op.old_range(), op.new_range(), &mut found);
        }
    }
    mark_moves(before, after, &mut found);
    found
}

/// A block's identity for alignment: its words and whether it is a heading.
fn block_id(block: &Block) -> u64 {
    let heading = u64::from(matches!(block.kind, BlockKind::Heading(_)));
    xxh3_64(block.text.as_bytes()) ^ heading
}

/// Pairs the blocks of one gap and adds a hunk for each.
fn pair_gap(
    before: &PageText,
    after: &PageText,
    old: Range<usize>,
    new: Range<usize>,
    found: &mut Vec<Hunk>,
) {
    let pairs = if old.len() > MAX_GAP || new.len() > MAX_GAP {
        Vec::new()
    } else {
        similar_pairs(&before.blocks[old.clone()], &after.blocks[new.clone()])
    };
    let (mut o, mut n) = (old.start, new.start);
    let ends = (old.len(), new.len());
    for (po, pn) in pairs.into_iter().chain([ends]) {
        let (po, pn) = (po + old.start, pn + new.start);
        for at in o..po {
            found.push(whole(HunkKind::Removed, before, at, n, &before.blocks[at]));
        }
        for at in n..pn {
            found.push(whole(HunkKind::Added, after, po, at, &after.blocks[at]));
        }
        if po < old.end && pn < new.end {
            let (was, is) = (&before.blocks[po].text, &after.blocks[pn].text);
            found.push(Hunk {
                kind: HunkKind::Edited,
                section: section(after, pn),
                before_at: po,
                after_at: pn,
                before_len: 1,
                after_len: 1,
                spans: word_spans(was, is),
                cosmetic: false,
                reason: None,
            });
        }
        (o, n) = (po + 1, pn + 1);
    }
}

/// A hunk of one block that is on one side only.
fn whole(
    kind: HunkKind,
    text: &PageText,
    before_at: usize,
    after_at: usize,
    block: &Block,
) -> Hunk {
    let (tag, at, before_len) = match kind {
        HunkKind::Removed => (WordTag::Removed, before_at, 1),
        _ => (WordTag::Added, after_at, 0),
    };
    Hunk {
        kind,
        section: section(text, at),
        before_at,
        after_at,
        before_len,
        after_len: 1 - before_len,
        spans: vec![WordSpan {
            tag,
            text: block.text.clone(),
        }],
        cosmetic: false,
        reason: None,
    }
}

/// The nearest heading above a block, or the block itself if it is one.
fn section(text: &PageText, at: usize) -> Option<String> {
    let above = text.blocks.get(..=at).unwrap_or(&text.blocks);
    let heading = above
        .iter()
        .rev()
        .find(|b| matches!(b.kind, BlockKind::Heading(_)));
    heading.map(|b| b.text.clone())
}

/// Pairs of blocks, one of each side, in order, that share the most words (a small dynamic program).
fn similar_pairs(old: &[Block], new: &[Block]) -> Vec<(usize, usize)> {
    let mut numbers = ById::default();
    let old_bags: Vec<_> = old.iter().map(|b| Bag::of(&b.text, &mut numbers)).collect();
    let new_bags: Vec<_> = new.iter().map(|b| Bag::of(&b.text, &mut numbers)).collect();
    let (rows, cols) = (old.len() + 1, new.len() + 1);
    let mut best = vec![0.0_f64; rows * cols];
    let mut scores = vec![0.0_f64; old.len() * new.len()];
    let mut counts = vec![0; numbers.len()];
    for o in (0..old.len()).rev() {
        old_bags[o].count_in(&mut counts);
        for n in (0..new.len()).rev() {
            let score = old_bags[o].likeness(&counts, &new_bags[n]);
            let score = if score >= SAME_BLOCK { score } else { 0.0 };
            scores[o * new.len() + n] = score;
            let taken = if score > 0.0 {
                score + best[(o + 1) * cols + n + 1]
            } else {
                0.0
            };
            best[o * cols + n] = taken
                .max(best[(o + 1) * cols + n])
                .max(best[o * cols + n + 1]);
        }
        old_bags[o].clear_from(&mut counts);
    }
    let mut pairs = Vec::new();
    let (mut o, mut n) = (0, 0);
    while o < old.len() && n < new.len() {
        let here = best[o * cols + n];
        let score = scores[o * new.len() + n];
        if score > 0.0 && here <= score + best[(o + 1) * cols + n + 1] {
            pairs.push((o, n));
            (o, n) = (o + 1, n + 1);
        } else if here <= best[(o + 1) * cols + n] {
            o += 1;
        } else {
            n += 1;
        }
    }
    pairs
}

/// The words of a block, whatever their order.
struct Bag {
    /// Each word by its number in the gap, and how often it stands here.
    words: Vec<(usize, u32)>,
    len: u32,
}

impl Bag {
    fn of(text: &str, numbers: &mut ById<usize>) -> Self {
        let mut lower = String::new();
        let words = tokens(text).filter(Token::is_word);
        let mut all: Vec<usize> = words
            .map(|token| {
                lower.clear();
                if token.word.is_ascii() {
                    lower.push_str(token.word);
                    lower.make_ascii_lowercase();
                } else {
                    lower.extend(token.word.chars().flat_map(char::to_lowercase));
                }
                let next = numbers.len();
                *numbers.entry(xxh3_64(lower.as_bytes())).or_insert(next)
            })
            .collect();
        all.sort_unstable();
        let runs = all.chunk_by(|a, b| a == b);
        Self {
            words: runs.map(|run| (run[0], run.len() as u32)).collect(),
            len: all.len() as u32,
        }
    }

    /// Writes into `counts`, which is all zero, how often each word stands here.
    fn count_in(&self, counts: &mut [u32]) {
        for (word, count) in &self.words {
            counts[*word] = *count;
        }
    }

    fn clear_from(&self, counts: &mut [u32]) {
        for (word, _) in &self.words {
            counts[*word] = 0;
        }
    }

    /// Dice coefficient of two bags (Dice 1945): 2·|A∩B| / (|A|+|B|). `counts` are of this one. Nothing
    /// is counted where the lengths alone keep it below [`SAME_BLOCK`].
    fn likeness(&self, counts: &[u32], other: &Self) -> f64 {
        let all = f64::from(self.len + other.len);
        if all == 0.0 {
            return 1.0;
        }
        let most = 2.0 * f64::from(self.len.min(other.len)) / all;
        if most < SAME_BLOCK {
            return most;
        }
        let both = other.words.iter().map(|(word, n)| counts[*word].min(*n));
        2.0 * f64::from(both.sum::<u32>()) / all
    }
}

/// Marks blocks that were removed in one place and added in another as moved.
fn mark_moves(before: &PageText, after: &PageText, found: &mut Vec<Hunk>) {
    let mut removed: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, hunk) in found.iter().enumerate().rev() {
        if hunk.kind == HunkKind::Removed {
            let id = block_id(&before.blocks[hunk.before_at]);
            removed.entry(id).or_default().push(at);
        }
    }
    let mut gone = vec![false; found.len()];
    for at in 0..found.len() {
        if found[at].kind != HunkKind::Added {
            continue;
        }
        let id = block_id(&after.blocks[found[at].after_at]);
        if let Some(from) = removed.get_mut(&id).and_then(Vec::pop) {
            gone[from] = true;
            let before_at = found[from].before_at;
            let hunk = &mut found[at];
            hunk.kind = HunkKind::Moved;
            hunk.before_at = before_at;
            hunk.before_len = 1;
            for span in &mut hunk.spans {
                span.tag = WordTag::Same;
            }
        }
    }
    let mut at = 0;
    found.retain(|_| {
        at += 1;
        !gone[at - 1]
    });
}

/// Word-level marks between two texts. Same and removed spans spell the first text exactly, same
/// and added spans the second.
pub(crate) fn word_spans(before: &str, after: &str) -> Vec<WordSpan> {
    let (old, new): (Vec<_>, Vec<_>) = (tokens(before).collect(), tokens(after).collect());
    if old.len() > MAX_TOKENS || new.len() > MAX_TOKENS {
        let mut spans = Vec::new();
        push(&mut spans, WordTag::Removed, before);
        push(&mut spans, WordTag::Added, after);
        return spans;
    }
    let ids =
        |tokens: &[Token<'_>]| -> Vec<u64> { tokens.iter().map(|t| word_id(t.word)).collect() };
    let mut spans = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, &ids(&old), &ids(&new)) {
        let (was, is) = (&old[op.old_range()], &new[op.new_range()]);
        if matches!(op, DiffOp::Equal { .. }) {
            for (was, is) in was.iter().zip(is) {
                if was.raw == is.raw {
                    push(&mut spans, WordTag::Same, is.raw);
                } else if was.word == is.word {
                    push(&mut spans, WordTag::Removed, was.space());
                    push(&mut spans, WordTag::Added, is.space());
                    push(&mut spans, WordTag::Same, is.word);
                } else {
                    push(&mut spans, WordTag::Removed, was.raw);
                    push(&mut spans, WordTag::Added, is.raw);
                }
            }
        } else {
            for token in was {
                push(&mut spans, WordTag::Removed, token.raw);
            }
            for token in is {
                push(&mut spans, WordTag::Added, token.raw);
            }
        }
    }
    spans
}

/// A word's identity: straight and curved apostrophes are one.
fn word_id(word: &str) -> u64 {
    if word.contains('’') {
        xxh3_64(word.replace('’', "'").as_bytes())
    } else {
        xxh3_64(word.as_bytes())
    }
}

/// Adds text to the last span if it has the same mark, else begins a new one.
fn push(spans: &mut Vec<WordSpan>, tag: WordTag, text: &str) {
    match spans.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.tag == tag => last.text.push_str(text),
        _ => spans.push(WordSpan {
            tag,
            text: text.to_owned(),
        }),
    }
}
