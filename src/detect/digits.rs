//! Where numbers stand in a text, so that only the words around them are searched for dates and
//! quantities.
//!
//! The patterns for both know whole words of any alphabet, which makes them slow on long texts that
//! are not ASCII; each of their matches holds a digit.

use std::ops::Range;

/// Runs of ASCII digits, in bytes.
pub(super) fn runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes[at..].iter().position(u8::is_ascii_digit)?;
        let len = bytes[start..].iter().take_while(|b| b.is_ascii_digit());
        at = start + len.count();
        Some(start..at)
    })
}

/// Parts of a text around some of its bytes, at least `back` bytes before and `forth` after them and
/// never within a word; parts that touch are one.
pub(super) fn around(
    text: &str,
    places: impl Iterator<Item = Range<usize>>,
    back: usize,
    forth: usize,
) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    for place in places {
        let end = to_space(text, place.end.saturating_add(forth).min(text.len()));
        match parts.last_mut() {
            Some(part) if place.start.saturating_sub(back) <= part.end => {
                part.end = part.end.max(end);
            }
            last => {
                let least = last.map_or(0, |part| part.end);
                let start = back_to_space(text, place.start.saturating_sub(back), least);
                parts.push(start..end);
            }
        }
    }
    parts
}

/// The next white space, or the end.
fn to_space(text: &str, at: usize) -> usize {
    let at = text.ceil_char_boundary(at);
    at + text[at..]
        .find(char::is_whitespace)
        .unwrap_or(text.len() - at)
}

/// The white space before, but not before `least`.
fn back_to_space(text: &str, at: usize, least: usize) -> usize {
    let at = text.floor_char_boundary(at).max(least);
    text[least..at]
        .rfind(char::is_whitespace)
        .map_or(least, |found| least + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_the_words_around_them() {
        let text = "none here, but from 12 сентября 2026 года on nothing, nothing; nothing 7";
        let found: Vec<_> = runs(text).map(|r| &text[r]).collect();
        assert_eq!(found, ["12", "2026", "7"]);
        let parts = around(text, runs(text), 5, 6);
        let parts: Vec<_> = parts.into_iter().map(|r| &text[r]).collect();
        assert_eq!(parts, [" from 12 сентября 2026 года", " nothing 7"]);
    }
}
