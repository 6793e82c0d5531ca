//! Words, and when two texts are the same.
//!
//! Texts are compared word by word after UAX #29, so that "10 MB" is two words and "don't" one. A
//! token carries the white space before it, which lets a list of tokens spell its text exactly, but
//! is compared without it.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use super::segment::word_bounds;
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
        let lettered = |b: &u8| b.is_ascii_alphanumeric();
        if self.word.as_bytes().first().is_some_and(lettered) {
            return true;
        }
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
    // a block at a time: many small writes cost more than the hash
    let mut seen = String::new();
    for block in &text.blocks {
        seen.clear();
        let links = block.links.iter().map(|link| link_target(&link.href));
        for part in block.text.split_whitespace().chain(links) {
            seen.push_str(part);
            seen.push(' ');
        }
        seen.push('\n');
        hash.write(seen.as_bytes());
    }
    hash.finish()
}

/// Where a link leads, without query and fragment.
pub(crate) fn link_target(href: &str) -> &str {
    href.split(['?', '#']).next().unwrap_or(href)
}

/// A word as it is compared: lower case, apostrophes straight, ё as е.
pub(crate) fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    fold_into(word, &mut folded);
    folded
}

/// Adds a word as it is compared.
pub(crate) fn fold_into(word: &str, folded: &mut String) {
    if word.is_ascii() {
        let start = folded.len();
        folded.push_str(word);
        folded[start..].make_ascii_lowercase();
        if word.contains('`') {
            let straight = folded[start..].replace('`', "'");
            folded.replace_range(start.., &straight);
        }
        return;
    }
    for c in word.chars() {
        match c {
            // most letters of Russian, without the way through the tables
            'а'..='я' => folded.push(c),
            'А'..='Я' => folded.push(char::from_u32(c as u32 + 32).unwrap_or(c)),
            c => folded.extend(c.to_lowercase().map(plain)),
        }
    }
}

fn plain(c: char) -> char {
    match c {
        '’' | '‘' | 'ʼ' | '`' | '´' => '\'',
        'ё' => 'е',
        '\u{a0}' => ' ',
        c => c,
    }
}

/// A word's identity: a hash of how it is folded.
pub(crate) fn word_id(folded: &str) -> u64 {
    xxh3_64(folded.as_bytes())
}

/// What is known by [`word_id`]: such numbers need no hashing of their own.
pub(crate) type ById<T> = HashMap<u64, T, BuildHasherDefault<AsItIs>>;

/// The identities of some words.
pub(crate) type Ids = HashSet<u64, BuildHasherDefault<AsItIs>>;

/// Takes a hash for what it is.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = id;
    }
}

/// A word without accents and marks, for telling a slip of spelling from a change.
pub(crate) fn bare(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    push_bare(&fold(word), &mut out);
    out
}

/// Adds a folded word without accents and marks.
pub(crate) fn push_bare(folded: &str, out: &mut String) {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    for c in folded.chars() {
        match c {
            '\'' => {}
            // й would lose its mark and become и, which is another letter
            _ if c.is_ascii() || matches!(c, 'а'..='я') => out.push(c),
            c => out.extend(c.nfkd().filter(|c| !is_combining_mark(*c) && *c != '\'')),
        }
    }
}

/// Splits a text into tokens that spell it exactly.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut pieces = word_bounds(text);
    // where the next token begins, and what is left of a piece that is several
    let (mut start, mut left) = (0, "");
    std::iter::from_fn(move || {
        let mut at = start;
        while left.is_empty() {
            let Some((from, piece)) = pieces.next() else {
                let raw = &text[start..];
                start = text.len();
                return (!raw.is_empty()).then_some(Token { raw, word: "" });
            };
            let lettered = piece.as_bytes()[0].is_ascii_alphanumeric();
            if lettered || !piece.chars().all(char::is_whitespace) {
                (at, left) = (from, piece);
            }
        }
        // UAX #29 takes "not:a" for one word, as Swedish writes it
        let word = match left.bytes().position(|b| b == b':') {
            Some(0) => &left[..1],
            Some(colon) => &left[..colon],
            None => left,
        };
        left = &left[word.len()..];
        let end = at + word.len();
        let raw = &text[start..end];
        start = end;
        Some(Token { raw, word })
    })
}
