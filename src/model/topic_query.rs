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
//! NOT binds tightest, then NEAR, AND, OR. Case, accents and ё never matter. A query that would match
//! a text that says nothing at all is refused, so that every match has words to show.

use std::ops::Range;

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

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Atom(Atom),
    And,
    Or,
    Not,
    Near(u32),
    Open,
    Close,
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
            && !text.split_whitespace().any(|word| {
                matches!(word, "AND" | "OR" | "NOT" | "ИЛИ" | "НЕ" | "|" | "&")
                    || word.starts_with("NEAR/")
                    || word.starts_with('-')
            });
        if !plain {
            return Self::parse(text);
        }
        let (words, exact) = match text.trim().strip_prefix('=') {
            Some(rest) => (rest, true),
            None => (text.trim(), false),
        };
        let lead = text.len() - text.trim_start().len() + usize::from(exact);
        atom(words, exact, lead..text.trim_end().len().max(lead))
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

/// An atom, if there is a letter or digit in each of its words.
fn atom(words: &str, exact: bool, at: Range<usize>) -> Result<QueryExpr, QueryFault> {
    if !words.chars().any(char::is_alphanumeric) {
        return Err(fault(
            at,
            "there is no word here",
            "write a word of letters or digits",
        ));
    }
    for word in words.split_whitespace() {
        let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
        if word.ends_with('*') && letters < 2 {
            return Err(fault(
                at,
                format!("`{word}` begins too many words"),
                "write at least two letters before the `*`",
            ));
        }
        if word.trim_end_matches('*').contains('*') {
            return Err(fault(
                at,
                format!("a `*` inside `{word}` is not understood"),
                "put it at the word's end only",
            ));
        }
    }
    Ok(QueryExpr::Atom(Atom {
        text: words.split_whitespace().collect::<Vec<_>>().join(" "),
        exact,
    }))
}

fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, QueryFault> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let start = at;
        let one = start..start + c.len_utf8();
        match c {
            c if c.is_whitespace() => at = one.end,
            '(' => {
                found.push((Token::Open, one.clone()));
                at = one.end;
            }
            ')' => {
                found.push((Token::Close, one.clone()));
                at = one.end;
            }
            '|' | '&' => {
                let token = if c == '|' { Token::Or } else { Token::And };
                let doubled = text[one.end..].starts_with(c);
                at = one.end + usize::from(doubled);
                found.push((token, start..at));
            }
            '-' => {
                found.push((Token::Not, one.clone()));
                at = one.end;
            }
            '"' | '«' | '“' | '„' | '=' | '~' => at = quoted(text, start, &mut found)?,
            '»' | '”' => {
                return Err(fault(
                    one,
                    format!("this `{c}` closes no quotation"),
                    "open it with `\"`, or take it out",
                ));
            }
            _ => {
                at = word_end(text, start);
                found.push(word(&text[start..at], start..at)?);
            }
        }
    }
    Ok(found)
}

/// A quotation or a word with a sign before it; where it ends.
fn quoted(
    text: &str,
    start: usize,
    found: &mut Vec<(Token, Range<usize>)>,
) -> Result<usize, QueryFault> {
    let sign = text[start..]
        .chars()
        .next()
        .filter(|c| matches!(c, '=' | '~'));
    let from = start + usize::from(sign.is_some());
    let opening = text[from..].chars().next();
    let closing: &[char] = match opening {
        Some('"') => &['"'],
        Some('«') => &['»'],
        Some('“' | '„') => &['”', '“'],
        _ if sign == Some('=') => {
            let end = word_end(text, from);
            let QueryExpr::Atom(atom) = atom(&text[from..end], true, start..end.max(start + 1))?
            else {
                return Ok(end);
            };
            found.push((Token::Atom(atom), start..end));
            return Ok(end);
        }
        _ => {
            return Err(fault(
                start..from,
                "`~` stands before nothing",
                "write `~\"several words\"` for words in any form, one after the other",
            ));
        }
    };
    let inside = from + opening.map_or(0, char::len_utf8);
    let Some(length) = text[inside..].find(closing) else {
        return Err(fault(
            start..inside,
            "this quotation is never closed",
            format!("end it with `{}`", closing[0]),
        ));
    };
    let closed = text[inside + length..]
        .chars()
        .next()
        .map_or(0, char::len_utf8);
    let end = inside + length + closed;
    if let QueryExpr::Atom(atom) = atom(
        &text[inside..inside + length],
        sign != Some('~'),
        start..end,
    )? {
        found.push((Token::Atom(atom), start..end));
    }
    Ok(end)
}

fn word_end(text: &str, start: usize) -> usize {
    let stop = |c: char| c.is_whitespace() || "()\"«»“”„|&".contains(c);
    text[start..]
        .find(stop)
        .map_or(text.len(), |length| start + length)
}

fn word(text: &str, at: Range<usize>) -> Result<(Token, Range<usize>), QueryFault> {
    let token = match text {
        "AND" | "И" => Token::And,
        "OR" | "ИЛИ" => Token::Or,
        "NOT" | "НЕ" => Token::Not,
        "and" | "or" | "not" | "Or" | "And" | "Not" | "и" | "или" | "не" | "Или" | "Не" =>
        {
            let upper = text.to_uppercase();
            return Err(fault(
                at,
                format!("`{text}` would be looked for as a word"),
                format!("write `{upper}`, or `\"{text}\"` for the word"),
            ));
        }
        _ if text == "NEAR" || text.starts_with("NEAR/") => {
            let gap = text.strip_prefix("NEAR/").and_then(|n| n.parse().ok());
            match gap {
                Some(gap) if gap <= WIDEST_NEAR => Token::Near(gap),
                _ => {
                    return Err(fault(
                        at,
                        format!("`{text}` does not say how near"),
                        format!(
                            "write `NEAR/5`: a whole number from 0 to {WIDEST_NEAR} of words between"
                        ),
                    ));
                }
            }
        }
        _ if is_unknown_operator(text) => {
            return Err(fault(
                at,
                format!("`{text}` is no operator here"),
                format!("use AND, OR, NOT and NEAR/5, or write `\"{text}\"` for the word"),
            ));
        }
        _ => match atom(text, false, at.clone())? {
            QueryExpr::Atom(atom) => Token::Atom(atom),
            _ => Token::And,
        },
    };
    Ok((token, at))
}

/// Operators of other search languages: `W/5`, `ADJ3`, `XOR`, `РЯДОМ/5`.
fn is_unknown_operator(text: &str) -> bool {
    let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let counted = name.len() < text.len() && name.ends_with('/');
    let counted = counted && name.trim_end_matches('/').chars().all(char::is_uppercase);
    counted && name.len() > 1
        || matches!(text, "XOR" | "ANDNOT" | "ONEAR" | "РЯДОМ")
        || matches!(name, "ADJ" | "NEAR")
}

/// An operator, or a word that alone finds everything: an article, a preposition.
fn finds_everything(token: &Token) -> bool {
    let Token::Atom(Atom { text, exact: false }) = token else {
        return !matches!(token, Token::Atom(_));
    };
    let folded = text.to_lowercase().replace('ё', "е");
    // a name in capitals is no preposition: `IT`
    let shouted = text.chars().all(char::is_uppercase);
    let lists = ["en", "ru"].into_iter().filter_map(stop_words::lookup);
    !shouted && text.chars().count() > 1 && lists.flatten().any(|word| *word == folded)
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
