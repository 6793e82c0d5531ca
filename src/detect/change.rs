//! The difference between two versions of a page, with its weight.

use jiff::Timestamp;

use super::tokens::{link_target, text_hash};
use super::{align, cosmetic};
use crate::model::{Change, ChangeWeight, PageText, WordTag};

/// What is known besides the two texts.
#[derive(Debug, Clone, Copy)]
pub struct ChangeContext<'a> {
    /// Language of the source, if known.
    pub language: Option<&'a str>,
    /// When the later text was seen before, if it was: then this is a return.
    pub seen_before: Option<Timestamp>,
    /// When the later text was read.
    pub now: Timestamp,
}

/// The difference between two versions, or `None` when there is none.
///
/// A cosmetic difference is a change too: it is kept with its reason and not told.
pub fn page_change(
    before: &PageText,
    after: &PageText,
    context: &ChangeContext<'_>,
) -> Option<Change> {
    if text_hash(before) == text_hash(after) {
        return None;
    }
    let mut hunks = align::hunks(before, after);
    for hunk in &mut hunks {
        hunk.reason = cosmetic::reason(hunk).map(str::to_owned);
        hunk.cosmetic = hunk.reason.is_some();
    }
    let count = |tag| {
        let told = hunks.iter().filter(|h| !h.cosmetic);
        told.map(|h| cosmetic::words(&h.spans, tag).len()).sum()
    };
    let (words_removed, words_added) = (count(WordTag::Removed), count(WordTag::Added));
    let weight = if context.seen_before.is_some() {
        ChangeWeight::Cosmetic("returned".to_owned())
    } else if hunks.iter().any(|h| !h.cosmetic) {
        ChangeWeight::Substantive
    } else if hunks.is_empty() && links(before) != links(after) {
        ChangeWeight::Cosmetic("links".to_owned())
    } else {
        let reason = hunks.iter().find_map(|h| h.reason.clone());
        ChangeWeight::Cosmetic(reason.unwrap_or_else(|| "whitespace".to_owned()))
    };
    Some(Change {
        weight,
        hunks,
        words_removed,
        words_added,
    })
}

fn links(text: &PageText) -> Vec<&str> {
    let all = text.blocks.iter().flat_map(|b| &b.links);
    all.map(|l| link_target(&l.href)).collect()
}
