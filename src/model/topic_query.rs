//! The language in which topics are written: words with AND, OR, NOT, NEAR/n and parentheses.
//!
//! | written | means |
//! |---|---|
//! | `скидка` | the word in any of its forms, as word, hashtag or mention |
//! | `=скидка` | this very form |
//! | `brand*` | words that begin so |
//! | `"чёрная пятница"` | these very forms, one after the other |
//! | `~"чёрная пятница"` | the same in any form |
//! | `#тег`, `@имя` | the hashtag, the mention |
//! | `a b`, `a AND b`, `a И b` | both |
//! | `a OR b`, `a ИЛИ b` | either |
//! | `NOT a`, `НЕ a`, `-a` | not |
//! | `a NEAR/5 b` | at most five words between them, in either order |
//!
//! NOT binds tightest, then NEAR, AND, OR. Operators are written in capitals; in another case they are
//! refused, since as words they are hardly ever meant. Elsewhere case, accents and ё never
//! matter. A query that would match a text that says nothing at all is refused, so that every match has
//! words to show.

mod tokens;

use std::ops::Range;

use tokens::{Token, atom, finds_everything, is_operator, tokens};

/// Longest query, in bytes.
const LONGEST: usize = 8_000;
/// Most words, phrases and operators in one query.
const NODES: usize = 500;
/// Deepest nesting of parentheses.
const DEEPEST: usize = 40;
/// Widest NEAR.
pub const WIDEST_NEAR: u32 = 50;

/// A query as a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryExpr {
    /// A word or a sequence of words.
    Atom(Atom),
    /// Both within so many words, in either order; both sides are atoms or `Any` of atoms.
    Near {
        /// One side.
        left: Box<QueryExpr>,
        /// The other.
        right: Box<QueryExpr>,
        /// Most words between them.
        gap: u32,
    },
    /// All of these.
    All(Vec<QueryExpr>),
    /// Any of these.
    Any(Vec<QueryExpr>),
    /// Not this.
    Not(Box<QueryExpr>),
}

/// A word or a sequence of words as written. A word may begin with `#` or `@` and end with `*`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Atom {
    /// The words, parted by spaces.
    pub text: String,
    /// These very forms only?
    pub exact: bool,
}

/// Why a text is not a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {remedy}")]
pub struct QueryFault {
    /// Where in the text, in bytes.
    pub at: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl QueryExpr {
    /// Reads a query.
    pub fn parse(text: &str) -> Result<Self, QueryFault> {
        if text.len() > LONGEST {
            let message = format!("the query is longer than {LONGEST} bytes");
            return Err(fault(0..text.len(), message, "make several topics of it"));
        }
        let tokens = tokens(text)?;
        if let Some((_, at)) = tokens.get(NODES) {
            let message = format!("the query has more than {NODES} words and operators");
            return Err(fault(at.clone(), message, "make several topics of it"));
        }
        let mut parser = Parser {
            tokens: &tokens,
            at: 0,
            depth: 0,
            end: text.len(),
        };
        let query = parser.any()?;
        match parser.peek() {
            None if tokens.iter().all(|(token, _)| finds_everything(token)) => Err(fault(
                0..text.len(),
                format!("`{}` stands in nearly every text", text.trim()),
                "add a word that tells more, or write `=` before it if it is meant",
            )),
            None => Ok(query),
            Some((_, at)) => Err(fault(
                at.clone(),
                "this `)` closes nothing",
                "take it out, or open it with `(`",
            )),
        }
    }

    /// Reads one entry of a list: words without operators are one sequence, in any form.
    pub fn entry(text: &str) -> Result<Self, QueryFault> {
        let plain = !text.contains(['"', '«', '»', '“', '”', '(', ')', '~'])
            && !text
                .split_whitespace()
                .any(|word| is_operator(word) || word.starts_with('-'));
        if !plain {
            return Self::parse(text);
        }
        let (words, exact) = match text.trim().strip_prefix('=') {
            Some(rest) => (rest, true),
            None => (text.trim(), false),
        };
        let lead = text.len() - text.trim_start().len() + usize::from(exact);
        atom(words, exact, lead..text.trim_end().len().max(lead)).map(QueryExpr::Atom)
    }

    /// Would it match a text that says nothing? Such a query has no word to find it by.
    pub fn matches_silence(&self) -> bool {
        match self {
            Self::Atom(_) | Self::Near { .. } => false,
            Self::All(parts) => parts.iter().all(Self::matches_silence),
            Self::Any(parts) => parts.iter().any(Self::matches_silence),
            Self::Not(part) => !part.matches_silence(),
        }
    }
}

fn fault(at: Range<usize>, message: impl Into<String>, remedy: impl Into<String>) -> QueryFault {
    QueryFault {
        at,
        message: message.into(),
        remedy: remedy.into(),
    }
}

struct Parser<'a> {
    tokens: &'a [(Token, Range<usize>)],
    at: usize,
    depth: usize,
    end: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a (Token, Range<usize>)> {
        self.tokens.get(self.at)
    }

    fn next_if(&mut self, wanted: &Token) -> bool {
        let is_next = self.peek().is_some_and(|(token, _)| token == wanted);
        self.at += usize::from(is_next);
        is_next
    }

    fn any(&mut self) -> Result<QueryExpr, QueryFault> {
        let mut parts = vec![self.all()?];
        while self.next_if(&Token::Or) {
            parts.push(self.all()?);
        }
        Ok(joined(parts, QueryExpr::Any))
    }

    fn all(&mut self) -> Result<QueryExpr, QueryFault> {
        let mut parts = vec![self.near()?];
        loop {
            match self.peek() {
                Some((Token::And, _)) => self.at += 1,
                None | Some((Token::Or | Token::Close, _)) => break,
                Some(_) => {}
            }
            parts.push(self.near()?);
        }
        Ok(joined(parts, QueryExpr::All))
    }

    fn near(&mut self) -> Result<QueryExpr, QueryFault> {
        let from = self.at;
        let left = self.one()?;
        let Some((Token::Near(gap), at)) = self.peek() else {
            return Ok(left);
        };
        self.at += 1;
        let to = self.at;
        let right = self.one()?;
        for (side, first) in [(&left, from), (&right, to)] {
            if !is_place(side) {
                let at = self
                    .tokens
                    .get(first)
                    .map_or(at.clone(), |(_, at)| at.clone());
                return Err(fault(
                    at,
                    "NEAR joins words and phrases only",
                    "write a word, a \"phrase\", or several of them as `(a OR b)`",
                ));
            }
        }
        if let Some((Token::Near(_), at)) = self.peek() {
            return Err(fault(
                at.clone(),
                "NEAR joins two things only",
                "write `a NEAR/5 b AND b NEAR/5 c`",
            ));
        }
        Ok(QueryExpr::Near {
            left: Box::new(left),
            right: Box::new(right),
            gap: *gap,
        })
    }

    fn one(&mut self) -> Result<QueryExpr, QueryFault> {
        let Some((token, at)) = self.peek() else {
            return Err(fault(
                self.end..self.end,
                "the query ends too early",
                "write a word here",
            ));
        };
        self.at += 1;
        match token {
            Token::Atom(atom) => Ok(QueryExpr::Atom(atom.clone())),
            Token::Not => {
                self.deeper(at)?;
                let not = self.one()?;
                self.depth -= 1;
                Ok(QueryExpr::Not(Box::new(not)))
            }
            Token::Open => {
                self.deeper(at)?;
                let inside = self.any()?;
                self.depth -= 1;
                if !self.next_if(&Token::Close) {
                    return Err(fault(
                        at.clone(),
                        "this `(` is never closed",
                        "close it with `)`",
                    ));
                }
                Ok(inside)
            }
            Token::And | Token::Or | Token::Near(_) | Token::Close => Err(fault(
                at.clone(),
                "a word is missing before this",
                "write a word, or take the operator out",
            )),
        }
    }

    fn deeper(&mut self, at: &Range<usize>) -> Result<(), QueryFault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(fault(
                at.clone(),
                "the query is nested too deeply",
                "make several topics of it",
            ));
        }
        Ok(())
    }
}

fn joined(mut parts: Vec<QueryExpr>, join: fn(Vec<QueryExpr>) -> QueryExpr) -> QueryExpr {
    match parts.len() {
        1 => parts.swap_remove(0),
        _ => join(parts),
    }
}

/// Something that stands at a place in a text.
fn is_place(query: &QueryExpr) -> bool {
    match query {
        QueryExpr::Atom(_) => true,
        QueryExpr::Any(parts) => parts.iter().all(|part| matches!(part, QueryExpr::Atom(_))),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
