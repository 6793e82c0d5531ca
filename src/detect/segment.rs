//! Words and sentences of a text, by the rules of UAX #29 (Unicode 16).
//!
//! `unicode-segmentation` looks every character up in its tables, which costs more than all else that
//! is done with a word. For the letters and marks of English, Russian and their neighbours the rules
//! come down to a few lines, which are here; at any other character the crate takes over. A test
//! holds both against each other.

use unicode_segmentation::{UWordBoundIndices, UnicodeSegmentation};

/// The parts of a text between word bounds, with their places in bytes.
pub(crate) fn word_bounds(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let mut rest: Option<(usize, UWordBoundIndices<'_>)> = None;
    std::iter::from_fn(move || {
        if rest.is_none() && at < text.len() {
            match piece(&text[at..]) {
                Some(len) => {
                    let start = at;
                    at += len;
                    return Some((start, &text[start..at]));
                }
                None => rest = Some((at, text[at..].split_word_bound_indices())),
            }
        }
        let (start, rest) = rest.as_mut()?;
        rest.next().map(|(at, piece)| (*start + at, piece))
    })
}

/// The words of a text: parts with a letter or a digit.
pub(crate) fn unicode_words(text: &str) -> impl Iterator<Item = &str> {
    let parts = word_bounds(text).map(|(_, part)| part);
    parts.filter(|part| part.chars().any(char::is_alphanumeric))
}

/// What a character is to the rules of words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Letter,
    Numeric,
    /// Joins words: `_`.
    Extend,
    /// Stands within words: `:`.
    MidLetter,
    /// Stands within numbers: `,` and `;`.
    MidNumber,
    /// Stands within both: `.` and apostrophes.
    Mid,
    Space,
    Return,
    Other,
}

/// `None` for characters that are left to the crate.
fn word_class(c: char) -> Option<Word> {
    Some(match c {
        'a'..='z' | 'A'..='Z' => Word::Letter,
        ' ' => Word::Space,
        '0'..='9' => Word::Numeric,
        'а'..='я' | 'А'..='Я' | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' => Word::Letter,
        '.' | '\'' | '’' | '‘' => Word::Mid,
        ',' | ';' => Word::MidNumber,
        ':' => Word::MidLetter,
        '_' => Word::Extend,
        '\r' => Word::Return,
        '\t' | '\n' | '!'..='~' | '\u{a0}' | '«' | '»' | '§' | '©' | '®' | '°' => Word::Other,
        'à'..='ö' | 'ø'..='ÿ' | 'À'..='Ö' | 'Ø'..='ß' => Word::Letter,
        '–' | '—' | '“' | '”' | '„' | '…' | '•' | '€' | '₽' | '№' => {
            Word::Other
        }
        _ => return None,
    })
}

/// The length of the first part of a text; `None` if what follows it is left to the crate.
fn piece(text: &str) -> Option<usize> {
    plain_piece(text.as_bytes()).or_else(|| any_piece(text))
}

/// The same for most of a text: a word of letters or a space, and nothing beside it that could join.
fn plain_piece(bytes: &[u8]) -> Option<usize> {
    let mut len = 0;
    loop {
        match bytes.get(len) {
            Some(b'a'..=b'z' | b'A'..=b'Z') => len += 1,
            // two bytes that begin so are Cyrillic letters
            Some(0xd0 | 0xd1) => len += 2,
            _ => break,
        }
    }
    let ends = match bytes.get(len) {
        None | Some(b'\n' | b'\t' | b'!'..=b'&' | b'('..=b'+' | b'-' | b'/' | b'<'..=b'@') => true,
        Some(b' ') => len > 0,
        Some(_) => false,
    };
    match len {
        0 => {
            let next = bytes.get(1).is_some_and(|b| b.is_ascii() && *b != b' ');
            (bytes.first() == Some(&b' ') && next).then_some(1)
        }
        _ => ends.then_some(len),
    }
}

fn any_piece(text: &str) -> Option<usize> {
    let mut chars = text.chars();
    let mut next = move || match chars.next() {
        Some(c) => word_class(c).map(|class| Some((class, c.len_utf8()))),
        None => Some(None),
    };
    let (first, mut len) = next()??;
    let mut ahead = next()?;
    match first {
        Word::Letter | Word::Numeric | Word::Extend => {
            let mut last = first;
            while let Some((class, bytes)) = ahead {
                let joins = match (last, class) {
                    (_, Word::Letter | Word::Numeric | Word::Extend) => {
                        (last, len, ahead) = (class, len + bytes, next()?);
                        continue;
                    }
                    (Word::Letter, Word::Mid | Word::MidLetter) => Word::Letter,
                    (Word::Numeric, Word::Mid | Word::MidNumber) => Word::Numeric,
                    _ => break,
                };
                match next()? {
                    Some((class, more)) if class == joins => {
                        (last, len, ahead) = (class, len + bytes + more, next()?);
                    }
                    _ => break,
                }
            }
        }
        Word::Space => {
            while let Some((Word::Space, bytes)) = ahead {
                (len, ahead) = (len + bytes, next()?);
            }
        }
        Word::Return if text[len..].starts_with('\n') => {
            len += 1;
            next()?;
        }
        _ => {}
    }
    Some(len)
}

/// The sentences of a text, with their places in bytes.
pub(crate) fn sentence_bounds(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let Some(len) = sentence(&text[start..]) else {
            return text.split_sentence_bound_indices().collect();
        };
        found.push((start, &text[start..start + len]));
        start += len;
    }
    found
}

/// What a character is to the rules of sentences.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Upper,
    Lower,
    Numeric,
    /// A full stop, which may also end an abbreviation.
    Stop,
    /// `!` and `?`.
    End,
    /// What goes on after an end: `,` `-` `:`.
    GoesOn,
    Close,
    Space,
    Break,
    Other,
}

fn mark(c: char) -> Option<Mark> {
    Some(match c {
        'a'..='z' | 'а'..='я' => Mark::Lower,
        'A'..='Z' | 'А'..='Я' => Mark::Upper,
        ' ' | '\t' | '\u{a0}' => Mark::Space,
        '0'..='9' => Mark::Numeric,
        '.' => Mark::Stop,
        '!' | '?' => Mark::End,
        ',' | '-' | ':' | ';' | '–' | '—' => Mark::GoesOn,
        '"' | '\'' | '(' | ')' | '[' | ']' | '{' | '}' => Mark::Close,
        '«' | '»' | '“' | '”' | '„' | '‘' | '’' => Mark::Close,
        '\n' | '\r' => Mark::Break,
        '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' => {
            if c.is_uppercase() {
                Mark::Upper
            } else {
                Mark::Lower
            }
        }
        '#'..='/' | '<'..='@' | '\\' | '^'..='`' | '|' | '~' => Mark::Other,
        '§' | '©' | '®' | '°' | '…' | '•' | '€' | '₽' | '№' => Mark::Other,
        _ => return None,
    })
}

/// The length of the first sentence; `None` if it is left to the crate.
fn sentence(text: &str) -> Option<usize> {
    let read = |at: usize| -> Option<Option<(Mark, usize)>> {
        match text[at..].chars().next() {
            Some(c) => mark(c).map(|mark| Some((mark, at + c.len_utf8()))),
            None => Some(None),
        }
    };
    let (mut at, mut before) = (0, Mark::Other);
    while let Some((mark, end)) = read(at)? {
        at = end;
        match mark {
            Mark::Break => return Some(past_break(text, at)),
            Mark::Stop | Mark::End => {}
            _ => {
                before = mark;
                continue;
            }
        }
        let letter = matches!(before, Mark::Upper | Mark::Lower);
        before = mark;
        match read(at)? {
            Some((Mark::Numeric, _)) if mark == Mark::Stop => continue,
            Some((Mark::Upper, _)) if mark == Mark::Stop && letter => continue,
            _ => {}
        }
        for skipped in [Mark::Close, Mark::Space] {
            while let Some((_, end)) = read(at)?.filter(|(mark, _)| *mark == skipped) {
                (at, before) = (end, skipped);
            }
        }
        match read(at)? {
            None => return Some(at),
            Some((Mark::GoesOn | Mark::Stop | Mark::End, _)) => {}
            Some((Mark::Break, end)) => return Some(past_break(text, end)),
            Some(_) if mark == Mark::Stop => {
                let mut ahead = at;
                let is_lower = loop {
                    match read(ahead)? {
                        Some((Mark::Lower, _)) => break true,
                        None | Some((Mark::Upper | Mark::Break | Mark::Stop | Mark::End, _)) => {
                            break false;
                        }
                        Some((_, end)) => ahead = end,
                    }
                };
                if !is_lower {
                    return Some(at);
                }
            }
            Some(_) => return Some(at),
        }
    }
    Some(text.len())
}

/// A carriage return and the line feed after it are one break.
fn past_break(text: &str, end: usize) -> usize {
    let pair = text[..end].ends_with('\r') && text[end..].starts_with('\n');
    end + usize::from(pair)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Characters of every class, also such as are left to the crate.
    const ALL: &str = "[aAbBzяЯёЁйѢґé ß09 _.':,;!?’\"()«»“„–—…•%$€№@/&\\-\r\n\t\u{a0}\u{301}\u{200d}中😀🇷א]{0,24}";
    const OURS: &str = "[aAbBzяЯёЁйѢґé ß09 _.':,;!?’\"()«»“„–—…•%$€№@/&\\-\r\n\t\u{a0}]{0,40}";

    fn agree(text: &str) {
        let words: Vec<_> = unicode_words(text).collect();
        assert_eq!(words, text.unicode_words().collect::<Vec<_>>());
        let words: Vec<_> = word_bounds(text).collect();
        let theirs: Vec<_> = text.split_word_bound_indices().collect();
        assert_eq!(words, theirs);
        let theirs: Vec<_> = text.split_sentence_bound_indices().collect();
        assert_eq!(sentence_bounds(text), theirs);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn bounds_are_those_of_the_crate(text in ALL, ours in OURS) {
            agree(&text);
            agree(&ours);
        }
    }

    #[test]
    fn every_character_is_of_the_class_that_the_crate_gives_it() {
        let around = ["a", "1", ".", "! ", "A", ", "];
        let ours = |c: &char| word_class(*c).is_some() || mark(*c).is_some();
        for c in (0..0x3000).filter_map(char::from_u32).filter(ours) {
            for (one, other) in around
                .iter()
                .flat_map(|a| around.iter().map(move |b| (a, b)))
            {
                agree(&format!("{one}{c}{other} b. {c}{c}"));
            }
        }
    }

    #[test]
    fn sentences_end_where_readers_see_it() {
        let text = "Be kind. See v2.0 of the rules, e.g. this one. «Да!» сказал он. Нет.\nOk";
        let found: Vec<_> = sentence_bounds(text).into_iter().map(|(_, s)| s).collect();
        assert_eq!(
            found,
            [
                "Be kind. ",
                "See v2.0 of the rules, e.g. this one. ",
                "«Да!» ",
                "сказал он. ",
                "Нет.\n",
                "Ok"
            ]
        );
    }
}
