//! A query cut into words, quotations, operators and brackets.

use std::ops::Range;

use super::{Atom, QueryFault, WIDEST_NEAR, fault};

/// A word, a quotation, an operator or a bracket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Atom(Atom),
    And,
    Or,
    Not,
    Near(u32),
    Open,
    Close,
}

/// The tokens of a query, each with where it stands, in bytes.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, QueryFault> {
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
            let atom = atom(&text[from..end], true, start..end.max(start + 1))?;
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
    let inner = &text[inside..inside + length];
    let atom = atom(inner, sign != Some('~'), start..end)?;
    found.push((Token::Atom(atom), start..end));
    Ok(end)
}

fn word_end(text: &str, start: usize) -> usize {
    let stop = |c: char| c.is_whitespace() || "()\"«»“”„|&".contains(c);
    text[start..]
        .find(stop)
        .map_or(text.len(), |length| start + length)
}

/// Operators are written in capitals; in any other case they are words, and hardly ever meant so.
fn word(text: &str, at: Range<usize>) -> Result<(Token, Range<usize>), QueryFault> {
    let upper = text.to_uppercase();
    let token = match upper.as_str() {
        "AND" | "И" => Token::And,
        "OR" | "ИЛИ" => Token::Or,
        "NOT" | "НЕ" => Token::Not,
        _ if upper == "NEAR" || upper.starts_with("NEAR/") => {
            let gap = upper.strip_prefix("NEAR/").and_then(|n| n.parse().ok());
            match gap {
                Some(gap) if gap <= WIDEST_NEAR => Token::Near(gap),
                // in capitals it is told below what is missing
                _ if text != upper => return Err(lower(text, "NEAR/5", at)),
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
        _ => return Ok((Token::Atom(atom(text, false, at.clone())?), at)),
    };
    if text == upper {
        Ok((token, at))
    } else {
        Err(lower(text, &upper, at))
    }
}

/// An operator that is not in capitals.
fn lower(text: &str, meant: &str, at: Range<usize>) -> QueryFault {
    fault(
        at,
        format!("`{text}` would be looked for as a word"),
        format!("write `{meant}`, or `\"{text}\"` for the word"),
    )
}

/// Is a word written as an operator is, in capitals or, with its number, in any case? Phrases of lists
/// hold `and` and `near` as words.
pub(super) fn is_operator(word: &str) -> bool {
    matches!(
        word,
        "AND" | "OR" | "NOT" | "И" | "ИЛИ" | "НЕ" | "|" | "&" | "NEAR"
    ) || word.to_uppercase().starts_with("NEAR/")
        || is_unknown_operator(word)
}

/// Operators of other search languages: `W/5`, `ADJ3`, `XOR`, `РЯДОМ/5`; in lower case those with a
/// number, as `xor` and `рядом` are words.
fn is_unknown_operator(text: &str) -> bool {
    let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
    if let Some(operator) = name.strip_suffix('/')
        && name.len() < text.len()
        && !operator.is_empty()
    {
        let upper = operator.to_uppercase();
        let is_known = matches!(upper.as_str(), "W" | "ADJ" | "PRE" | "ONEAR" | "РЯДОМ");
        return is_known || operator.chars().all(char::is_uppercase);
    }
    matches!(text, "XOR" | "ANDNOT" | "ONEAR" | "РЯДОМ") || matches!(name, "ADJ" | "NEAR")
}

/// An operator, or a word that alone finds everything: an article, a preposition.
pub(super) fn finds_everything(token: &Token) -> bool {
    let Token::Atom(Atom { text, exact: false }) = token else {
        return !matches!(token, Token::Atom(_));
    };
    let folded = text.to_lowercase().replace('ё', "е");
    // a name in capitals is no preposition: `IT`
    let shouted = text.chars().all(char::is_uppercase);
    let lists = ["en", "ru"].into_iter().filter_map(stop_words::lookup);
    !shouted && text.chars().count() > 1 && lists.flatten().any(|word| *word == folded)
}

/// An atom, if there is a letter or digit in each of its words.
pub(super) fn atom(words: &str, exact: bool, at: Range<usize>) -> Result<Atom, QueryFault> {
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
    Ok(Atom {
        text: words.split_whitespace().collect::<Vec<_>>().join(" "),
        exact,
    })
}
