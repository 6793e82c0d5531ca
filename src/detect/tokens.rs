//! Words, and when two texts are the same.
//!
//! Texts are compared word by word after UAX #29, so that "10 MB" is two words and "don't" one. A
//! token carries the white space before it, which lets a list of tokens spell its text exactly, but
//! is compared without it.

use std::hash::Hasher;

use unicode_segmentation::UnicodeSegmentation;
use xxhash_rust::xxh3::Xxh3Default;

use crate::model::PageText;

/// A word or a mark of punctuation, with the white space before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    /// White space before it and the word itself.
    pub(crate) raw: &'a str,
    /// The word itself; empty only for white space at the end of a text.
    pub(crate) word: &'a str,
}

impl<'a> Token<'a> {
    /// The white space before the word.
    pub(crate) fn space(&self) -> &'a str {
        &self.raw[..self.raw.len() - self.word.len()]
    }

    /// Does it say anything: a letter or a digit, or a currency or percent sign?
    pub(crate) fn is_word(&self) -> bool {
        self.word
            .chars()
            .any(|c| c.is_alphanumeric() || matches!(c, '%' | '$' | '€' | '£' | '₽'))
    }
}

/// Hash of what a reader can see: words, block by block, and where links lead.
///
/// White space inside a block and the query and fragment of a link, where trackers live, do not
/// count. Equal hashes mean that there is no change at all.
pub fn text_hash(text: &PageText) -> u64 {
    let mut hash = Xxh3Default::new();
    for block in &text.blocks {
        for word in block.text.split_whitespace() {
            hash.write(word.as_bytes());
            hash.write_u8(b' ');
        }
        for link in &block.links {
            hash.write(link_target(&link.href).as_bytes());
            hash.write_u8(b' ');
        }
        hash.write_u8(b'\n');
    }
    hash.finish()
}

/// Where a link leads, without query and fragment.
pub(crate) fn link_target(href: &str) -> &str {
    href.split(['?', '#']).next().unwrap_or(href)
}

/// A word as it is compared: lower case, apostrophes straight, ё as е.
pub(crate) fn fold(word: &str) -> String {
    let plain = word.chars().flat_map(char::to_lowercase);
    plain
        .map(|c| match c {
            '’' | '‘' | 'ʼ' | '`' | '´' => '\'',
            'ё' => 'е',
            '\u{a0}' => ' ',
            c => c,
        })
        .collect()
}

/// A word without accents and marks, for telling a slip of spelling from a change.
pub(crate) fn bare(word: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    let folded = fold(word);
    if folded.is_ascii() {
        return folded.replace('\'', "");
    }
    // й would lose its mark and become и, which is another letter
    let mut out = String::with_capacity(folded.len());
    for c in folded.chars() {
        if c == 'й' {
            out.push(c);
        } else {
            out.extend(c.nfkd().filter(|c| !is_combining_mark(*c) && *c != '\''));
        }
    }
    out
}

/// Splits a text into tokens that spell it exactly.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, piece) in text.split_word_bound_indices() {
        if piece.chars().all(char::is_whitespace) {
            continue;
        }
        // UAX #29 takes "not:a" for one word, as Swedish writes it
        for part in piece.split_inclusive(':').flat_map(split_colon) {
            let end = start + (at.max(start) - start) + part.len();
            found.push(Token {
                raw: &text[start..end],
                word: part,
            });
            start = end;
        }
    }
    if start < text.len() {
        found.push(Token {
            raw: &text[start..],
            word: "",
        });
    }
    found
}

/// A word and the colon after it, apart; times such as `10:30` stay whole elsewhere.
fn split_colon(part: &str) -> impl Iterator<Item = &str> {
    let cut = match part.strip_suffix(':') {
        Some(word) if !word.is_empty() => word.len(),
        _ => part.len(),
    };
    let (word, colon) = part.split_at(cut);
    [word, colon].into_iter().filter(|p| !p.is_empty())
}
