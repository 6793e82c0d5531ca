//! Differences that nobody needs to be told: spacing, punctuation, links, counters, places.
//!
//! Each is named, so that what was not told can be asked for with its reason.

use super::tokens::tokens;
use crate::model::{Hunk, HunkKind, WordSpan, WordTag};

/// Why a hunk is cosmetic, or `None` if it may matter.
pub(crate) fn reason(hunk: &Hunk) -> Option<&'static str> {
    if hunk.kind == HunkKind::Moved {
        return Some("moved");
    }
    let removed = words(&hunk.spans, WordTag::Removed);
    let added = words(&hunk.spans, WordTag::Added);
    if removed.is_empty() && added.is_empty() {
        return Some("whitespace and punctuation");
    }
    if folded(&removed) == folded(&added) {
        return Some("case and spelling of words");
    }
    if hunk.kind == HunkKind::Edited
        && removed.len() == added.len()
        && is_counter(hunk, &removed, &added)
    {
        return Some("counters");
    }
    None
}

/// The words with a mark, without spacing and punctuation.
pub(crate) fn words(spans: &[WordSpan], tag: WordTag) -> Vec<&str> {
    let marked = spans.iter().filter(|span| span.tag == tag);
    marked
        .flat_map(|span| tokens(&span.text))
        .filter(super::tokens::Token::is_word)
        .map(|token| token.word)
        .collect()
}

fn folded(words: &[&str]) -> String {
    words.concat().to_lowercase()
}

/// Is the block nothing but a number with a word or two that counts something?
fn is_counter(hunk: &Hunk, removed: &[&str], added: &[&str]) -> bool {
    let numeric = |w: &&str| {
        w.chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | 'K' | 'M'))
    };
    let same = words(&hunk.spans, WordTag::Same);
    removed.iter().all(numeric)
        && added.iter().all(numeric)
        && same.iter().any(|w| is_counted(w))
        && same.len() <= 3
}

fn is_counted(word: &str) -> bool {
    const COUNTED: [&str; 12] = [
        "views",
        "likes",
        "comments",
        "followers",
        "subscribers",
        "online",
        "shares",
        "просмотров",
        "комментариев",
        "подписчиков",
        "лайков",
        "просмотра",
    ];
    COUNTED.contains(&word.to_lowercase().as_str())
}
