//! A line as numbers and words with their places.

/// A number or a word of a line.
#[derive(Debug, Clone, Copy)]
pub(super) enum Token<'t> {
    /// ASCII digits; `value` is the greatest number when there are too many.
    Number {
        value: u32,
        digits: usize,
        start: usize,
        end: usize,
    },
    /// Letters.
    Word {
        text: &'t str,
        start: usize,
        end: usize,
    },
}

impl Token<'_> {
    /// Where it stands.
    pub(super) fn span(&self) -> (usize, usize) {
        match *self {
            Self::Number { start, end, .. } | Self::Word { start, end, .. } => (start, end),
        }
    }
}

/// The first tokens of a line, as many as a date may need.
pub(super) fn tokens(line: &str) -> Vec<Token<'_>> {
    let mut out: Vec<Token<'_>> = Vec::new();
    let mut chars = line.char_indices().peekable();
    while let Some(&(start, c)) = chars.peek() {
        let digit = c.is_ascii_digit();
        let word = c.is_alphabetic() && !matches!(c, '年' | '月' | '日' | '년' | '월' | '일');
        if !digit && !word {
            chars.next();
            continue;
        }
        let mut end = start;
        while let Some(&(at, c)) = chars.peek() {
            let same = if digit {
                c.is_ascii_digit()
            } else {
                c.is_alphabetic()
            };
            if !same {
                break;
            }
            end = at + c.len_utf8();
            chars.next();
        }
        let text = &line[start..end];
        out.push(if digit {
            let value = if text.len() <= 6 {
                text.parse().unwrap_or(u32::MAX)
            } else {
                u32::MAX
            };
            Token::Number {
                value,
                digits: text.len(),
                start,
                end,
            }
        } else {
            Token::Word { text, start, end }
        });
        if out.len() >= 64 {
            break;
        }
    }
    out
}
