//! A date's text as numbers, words and signs.

/// One piece of a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// ASCII digits.
    Number {
        /// What they say.
        value: u64,
        /// How many there are: `07` is two.
        digits: usize,
    },
    /// Letters, lower case, without marks of abbreviation.
    Word(String),
    /// White space.
    Space,
    /// Any other character.
    Sign(char),
    /// Already understood.
    Used,
}

/// Cuts a text into tokens. Runs of more than 18 digits are dropped.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let text: String = text.chars().map(plain_sign).collect();
    let mut out = Vec::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let run = |accept: fn(char) -> bool| rest.find(|c| !accept(c)).unwrap_or(rest.len());
        let length = if first.is_ascii_digit() {
            let length = run(|c| c.is_ascii_digit());
            if let Ok(value) = rest[..length].parse() {
                out.push(Token::Number {
                    value,
                    digits: length,
                });
            }
            length
        } else if first.is_alphabetic() {
            let length = run(is_letter);
            push_word(&rest[..length], &mut out);
            length
        } else if first.is_whitespace() {
            out.push(Token::Space);
            run(char::is_whitespace)
        } else {
            out.push(Token::Sign(first));
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    out
}

/// Lower-case words of a text.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// The text without what stands in round brackets, and what stood there.
pub(super) fn without_comments(text: &str) -> (String, String) {
    let (mut outside, mut inside, mut depth) = (String::new(), String::new(), 0_u32);
    for c in text.chars() {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            _ if depth > 0 => inside.push(c),
            _ => outside.push(c),
        }
    }
    // a date that stands whole in brackets is still a date
    if outside.bytes().any(|b| b.is_ascii_digit()) {
        (outside, inside)
    } else {
        (inside, outside)
    }
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\u{300}'..='\u{36f}')
}

/// CJK marks after a number as the signs that stand there elsewhere; dashes and spaces made plain.
fn plain_sign(c: char) -> char {
    match c {
        '時' | '时' | '시' | '點' | '点' | '分' | '분' | '：' => ':',
        '日' | '일' | '秒' | '초' | '\u{200e}' | '\u{200f}' | '\u{feff}' => ' ',
        '年' | '년' | '月' | '월' | '−' | '–' | '—' | '‐' | '‑' => '-',
        other => other,
    }
}

fn push_word(word: &str, out: &mut Vec<Token>) {
    for (mark, half) in [
        ("下午", "pm"),
        ("오후", "pm"),
        ("午後", "pm"),
        ("上午", "am"),
        ("오전", "am"),
        ("午前", "am"),
    ] {
        if word.contains(mark) {
            out.push(Token::Word(half.to_owned()));
            return;
        }
    }
    let lower = word.to_lowercase();
    // `a.m.` is read by its first letter; `T` may stick to a word only as itself
    out.push(Token::Word(lower));
}
