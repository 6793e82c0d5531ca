//! A date's tokens, of which the understood ones are struck out one after the other.

use super::tokens::{Token, tokens};

/// Tokens of which the used ones are struck out.
pub(super) struct Reader {
    /// What is left of the text, in its order.
    pub(super) tokens: Vec<Token>,
    /// Was the time of day written with AM or PM?
    pub(super) half_days: bool,
}

impl Reader {
    /// Cuts a text.
    pub(super) fn new(text: &str) -> Self {
        Self {
            tokens: tokens(text),
            half_days: false,
        }
    }

    /// The number at a place, if it has so many digits.
    pub(super) fn number(&self, at: usize, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
        match self.tokens.get(at)? {
            Token::Number { value, digits: n } if digits.contains(n) => u32::try_from(*value).ok(),
            _ => None,
        }
    }

    /// The sign at a place.
    pub(super) fn sign(&self, at: usize) -> Option<char> {
        match self.tokens.get(at)? {
            Token::Sign(sign) => Some(*sign),
            _ => None,
        }
    }

    /// The word at a place.
    pub(super) fn word(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at)? {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The place, or the next one where white space stands there.
    pub(super) fn skip_space(&self, at: usize) -> usize {
        at + usize::from(self.tokens.get(at) == Some(&Token::Space))
    }

    /// Marks tokens as understood.
    pub(super) fn strike(&mut self, range: std::ops::Range<usize>) {
        let end = range.end.min(self.tokens.len());
        for token in &mut self.tokens[range.start.min(end)..end] {
            *token = Token::Used;
        }
    }
}
