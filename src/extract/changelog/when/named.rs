//! Dates with the month's name, spans of days, quarters.

use super::super::months::exact_month;
use super::tokens::Token;
use super::{When, civil};

/// `29 June 2026`, `June 29, 2026`, `June 2026`, `29 июня 2026 г.`, `29 de junio de 2026`; spans as
/// `June 1–5, 2026`, `28 апреля – 4 мая 2026`, `с 1 по 7 мая 2026`.
pub(super) fn named(line: &str, tokens: &[Token<'_>]) -> Option<When> {
    let (start, _) = tokens.first()?.span();
    // the end of a version: 1.8
    let mut before = line[..start].chars().rev();
    if before.next() == Some('.') && before.next().is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    let mut parts = Parts {
        line,
        tokens,
        at: 0,
        after_dash: false,
    };
    let mut month = None;
    let mut day = None;
    // day and month in either order; then perhaps the end of a span, which may name another month
    for end_of_span in [false, true] {
        let (mut here_day, mut here_month) = (None, None);
        for _ in 0..2 {
            if here_day.is_none()
                && let Some(number) = parts.day()
            {
                here_day = Some(number);
            } else if here_month.is_none()
                && let Some(number) = parts.month()
            {
                here_month = Some(number);
            }
        }
        if here_day.is_none() && here_month.is_none() {
            break;
        }
        if end_of_span && here_day.is_some() != day.is_some() {
            return None;
        }
        day = day.or(here_day);
        month = month.or(here_month);
        if parts.is_year() || !parts.span_goes_on() {
            break;
        }
    }
    let (year, end) = parts.year()?;
    let month = month?;
    Some(When {
        date: civil(year, month, day.unwrap_or(1))?,
        start,
        end,
        exact: day.is_some(),
    })
}

/// `Q3 2025`, `2025 Q3`, `3 квартал 2025 года`, `III кв. 2025`.
pub(super) fn quarter(line: &str, tokens: &[Token<'_>]) -> Option<When> {
    let (start, _) = tokens.first()?.span();
    let year_at = |at: usize| match tokens.get(at)? {
        Token::Number {
            value,
            digits: 4,
            end,
            ..
        } => Some((*value, *end)),
        _ => None,
    };
    let number = |text: &str| match text.to_lowercase().as_str() {
        "1" | "i" | "первый" => Some(1),
        "2" | "ii" | "второй" => Some(2),
        "3" | "iii" | "третий" => Some(3),
        "4" | "iv" | "четвертый" | "четвёртый" => Some(4),
        _ => None,
    };
    let text_at = |at: usize| {
        let (from, to) = tokens.get(at)?.span();
        Some(&line[from..to])
    };
    let is_word = |at: usize| {
        text_at(at).is_some_and(|word| {
            let word = word.to_lowercase();
            word == "кв" || word.starts_with("квартал") || word == "quarter"
        })
    };
    // where the quarter's number stands, and what comes after it
    let at = |at: usize| -> Option<(u32, usize)> {
        let text = text_at(at)?;
        if text.eq_ignore_ascii_case("q") && tokens[at].span().1 == tokens.get(at + 1)?.span().0 {
            return Some((number(text_at(at + 1)?)?, at + 2));
        }
        is_word(at + 1)
            .then(|| number(text))
            .flatten()
            .map(|n| (n, at + 2))
    };
    let (quarter, year, end) = match (at(0), year_at(0)) {
        (Some((quarter, next)), _) => {
            let (year, end) = year_at(next)?;
            (quarter, year, end)
        }
        (None, Some((year, _))) => {
            let (quarter, next) = at(1)?;
            (quarter, year, tokens[next - 1].span().1)
        }
        _ => return None,
    };
    close(line, tokens, end).then_some(())?;
    Some(When {
        date: civil(year, quarter * 3 - 2, 1)?,
        start,
        end,
        exact: false,
    })
}

/// Tokens of a date, taken one after the other as long as they stand close together.
struct Parts<'l, 't> {
    line: &'l str,
    tokens: &'l [Token<'t>],
    at: usize,
    /// Does the next part end a span?
    after_dash: bool,
}

impl Parts<'_, '_> {
    /// Past small words and ordinals between the parts of a date.
    fn skip(&self) -> usize {
        let mut at = self.at;
        while let Some(Token::Word { text, .. }) = self.tokens.get(at)
            && at > 0
            && matches!(
                text.to_lowercase().as_str(),
                "st" | "nd" | "rd" | "th" | "er" | "de" | "of" | "del" | "го" | "е" | "й"
            )
        {
            at += 1;
        }
        at
    }

    fn take(&mut self, at: usize) {
        self.at = at + 1;
        self.after_dash = false;
    }

    fn is_close(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return true;
        };
        // ` – ` parts a title from its date, but joins the ends of a span
        let between = &self.line[self.tokens[before].span().1..self.tokens[at].span().0];
        let parts =
            between.contains(['–', '—']) || between.contains(" -") || between.contains("- ");
        close_pair(self.line, self.tokens, before) && (self.after_dash || !parts)
    }

    fn day(&mut self) -> Option<u32> {
        let at = self.skip();
        match self.tokens.get(at)? {
            Token::Number { value, digits, .. } if *digits <= 2 && self.is_close(at) => {
                self.take(at);
                Some(*value)
            }
            _ => None,
        }
    }

    fn month(&mut self) -> Option<u32> {
        let at = self.skip();
        match self.tokens.get(at)? {
            Token::Word { text, .. } if self.is_close(at) => {
                let month = exact_month(&text.to_lowercase())?;
                self.take(at);
                Some(u32::from(month.unsigned_abs()))
            }
            _ => None,
        }
    }

    fn is_year(&self) -> bool {
        matches!(
            self.tokens.get(self.skip()),
            Some(Token::Number { digits: 4, .. })
        )
    }

    fn year(&self) -> Option<(u32, usize)> {
        let at = self.skip();
        match self.tokens.get(at)? {
            Token::Number {
                value,
                digits: 4,
                end,
                ..
            } if self.is_close(at) => Some((*value, *end)),
            _ => None,
        }
    }

    /// Past a dash or a word for "to", if one stands here.
    fn span_goes_on(&mut self) -> bool {
        if let Some(Token::Word { text, .. }) = self.tokens.get(self.at)
            && matches!(
                text.to_lowercase().as_str(),
                "to" | "по" | "до" | "bis" | "and" | "и"
            )
        {
            self.at += 1;
            return true;
        }
        let after = self.at.checked_sub(1).map(|at| self.tokens[at].span().1);
        self.after_dash = after.is_some_and(|end| {
            let rest = self.line[end..].trim_start();
            rest.starts_with(['-', '–', '—'])
        });
        self.after_dash
    }
}

/// Do the tokens up to that end stand close together?
fn close(line: &str, tokens: &[Token<'_>], end: usize) -> bool {
    tokens
        .iter()
        .take_while(|token| token.span().1 < end)
        .enumerate()
        .all(|(at, _)| close_pair(line, tokens, at))
}

/// Does the token after this one stand close to it?
fn close_pair(line: &str, tokens: &[Token<'_>], at: usize) -> bool {
    let Some(next) = tokens.get(at + 1) else {
        return true;
    };
    let between = &line[tokens[at].span().1..next.span().0];
    between.chars().count() <= 3
        && between
            .chars()
            .all(|c| c.is_whitespace() || ".,-–—'’º°".contains(c))
}
