//! HTML that mail clients show whole: Gmail clips a message at 102 KB and hides the rest behind a link.
//!
//! Where a digest's HTML would be longer, the cards that weigh least are cut to their title, and past
//! that left to the other forms, which are always whole.

use super::page::Page;
use super::words::Words;

/// Longest HTML in bytes, with room for what relays add.
const LIMIT: usize = 98_000;

/// The page with as many whole cards as fit; `ids` are its cards in the order of their weight and
/// `length` tells how long a page's HTML is.
pub(super) fn to_limit(
    page: &Page,
    ids: &[String],
    words: Words,
    length: impl Fn(&Page) -> usize,
) -> Page {
    if length(page) <= LIMIT {
        return page.clone();
    }
    let length = |whole, lines| length(&page.cut(whole, lines, ids, words));
    // cards that are whole have the greater part
    let lines = most(ids.len(), |lines| length(0, lines) <= LIMIT * 2 / 5);
    let whole = most(ids.len(), |whole| length(whole, lines) <= LIMIT);
    page.cut(whole, lines, ids, words)
}

/// The greatest number up to `limit` that holds, if smaller ones do too.
fn most(limit: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, limit);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if holds(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_is_found() {
        for limit in 0..40 {
            for most_held in 0..=limit {
                assert_eq!(most(limit, |n| n <= most_held), most_held);
            }
        }
    }
}
