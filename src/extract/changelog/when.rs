//! A date inside a line, where it stands and how exact it is.
//!
//! Changelogs write `2026-06-29`, `03.08.23`, `May 29, 2025`, `28 avr. 2022`, `14 марта 2024 г.`, `March 2024`,
//! and under a heading `2024` just `14 March`. A date is only found in a full form: `1.2.3` is a version,
//! `in May we` is a sentence.

use jiff::civil::Date;

use super::months::exact_month;

/// A date found in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct When {
    /// The day; the first of the month when only that is said.
    pub(super) date: Date,
    /// Bytes of the line that say it.
    pub(super) start: usize,
    /// End of those bytes.
    pub(super) end: usize,
    /// Is the day said, not only the month?
    pub(super) exact: bool,
}

/// Year and month of the headings above, for dates that leave them out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Context {
    /// From a heading like `2024`.
    pub(super) year: Option<i16>,
    /// From a heading like `March` or `March 2024`.
    pub(super) month: Option<i8>,
}

#[derive(Debug, Clone, Copy)]
enum Token<'t> {
    Number {
        value: u32,
        digits: usize,
        start: usize,
        end: usize,
    },
    Word {
        text: &'t str,
        start: usize,
        end: usize,
    },
}

impl Token<'_> {
    fn span(&self) -> (usize, usize) {
        match *self {
            Self::Number { start, end, .. } | Self::Word { start, end, .. } => (start, end),
        }
    }
}

/// The first date in `line`.
pub(super) fn find(line: &str, context: Context) -> Option<When> {
    let tokens = tokens(line);
    (0..tokens.len())
        .find_map(|at| {
            numeric(
                line,
                &tokens[at..],
                at.checked_sub(1).map(|before| tokens[before]),
            )
            .or_else(|| named(line, &tokens[at..]))
        })
        .or_else(|| in_context(line, &tokens, context))
}

/// Is the line nothing but a year, as a heading over its months or days?
pub(super) fn year_alone(line: &str) -> Option<i16> {
    let digits: String = line.chars().filter(char::is_ascii_digit).collect();
    let rest: String = line
        .chars()
        .filter(|c| c.is_alphabetic())
        .collect::<String>()
        .to_lowercase();
    let plain = rest.is_empty()
        || matches!(
            rest.as_str(),
            "год" | "г" | "year" | "jahr" | "année" | "año"
        );
    (digits.len() == 4 && plain && line.len() < 24)
        .then(|| digits.parse().ok())
        .flatten()
        .filter(|year| (1990..2100).contains(year))
}

/// Is the line nothing but a month's name?
pub(super) fn month_alone(line: &str) -> Option<i8> {
    let word = line.trim().trim_end_matches([':', '.']).to_lowercase();
    (word.chars().all(char::is_alphabetic) && word.chars().count() >= 3)
        .then(|| exact_month(&word))
        .flatten()
}

/// `2026-06-29`, `2026/6/29`, `2026年6月29日`, `29.06.2026`, `29.06.26`, `6/29/2026`.
fn numeric(line: &str, tokens: &[Token<'_>], before: Option<Token<'_>>) -> Option<When> {
    let [
        Token::Number {
            value: a,
            digits: a_digits,
            start,
            ..
        },
        Token::Number {
            value: b,
            digits: b_digits,
            start: b_start,
            end: b_end,
        },
        Token::Number {
            value: c,
            digits: c_digits,
            start: c_start,
            end,
        },
        ..,
    ] = *tokens.get(..3)?
    else {
        return None;
    };
    let (_, a_end) = tokens[0].span();
    let (one, two) = (&line[a_end..b_start], &line[b_end..c_start]);
    let cjk = one == "年" && two == "月" || one == "년 " && two == "월 ";
    if !cjk && (one != two || !matches!(one, "-" | "/" | "." | "–" | ". ")) {
        return None;
    }
    // a version goes on: 1.2.3.4, or is longer before: 4.1.2.3
    let touches = |at: usize| {
        line[at..].starts_with('.') && line[at + 1..].starts_with(|c: char| c.is_ascii_digit())
    };
    let joined = before.is_some_and(|token| {
        matches!(token, Token::Number { .. }) && line[token.span().1..start] == *one
    });
    if touches(end) || joined {
        return None;
    }
    let (year, month, day) = if a_digits == 4 {
        (a, b, c)
    } else if c_digits == 4 {
        if one == "/" && b > 12 {
            (c, a, b)
        } else {
            (c, b, a)
        }
    } else if c_digits == 2 && a_digits == 2 && b_digits == 2 {
        (2_000 + c, b, a)
    } else {
        return None;
    };
    let date = civil(year, month, day)?;
    let end = if line[end..].starts_with('日') {
        end + '日'.len_utf8()
    } else {
        end
    };
    Some(When {
        date,
        start,
        end,
        exact: true,
    })
}

/// `29 June 2026`, `June 29, 2026`, `June 2026`, `29 июня 2026 г.`, `29 de junio de 2026`.
fn named(line: &str, tokens: &[Token<'_>]) -> Option<When> {
    let skipping = |from: usize| {
        // small words and ordinals between the parts of a date
        let mut at = from;
        while let Some(Token::Word { text, .. }) = tokens.get(at) {
            let word = text.to_lowercase();
            if matches!(
                word.as_str(),
                "st" | "nd" | "rd" | "th" | "er" | "de" | "of" | "del" | "го" | "е" | "й"
            ) {
                at += 1;
            } else {
                break;
            }
        }
        at
    };
    let number = |at: usize| match tokens.get(at) {
        Some(&Token::Number {
            value, digits, end, ..
        }) => Some((value, digits, end)),
        _ => None,
    };
    let month_at = |at: usize| match tokens.get(at) {
        Some(Token::Word { text, .. }) => exact_month(&text.to_lowercase()),
        _ => None,
    };
    let (start, _) = tokens.first()?.span();
    if let Some((day, digits, _)) = number(0)
        && digits <= 2
    {
        let named = skipping(1);
        let month = month_at(named)?;
        let (year, digits, end) = number(skipping(named + 1))?;
        if digits != 4 || !close(line, tokens, 0, skipping(named + 1)) {
            return None;
        }
        return Some(When {
            date: civil(year, u32::from(month.unsigned_abs()), day)?,
            start,
            end,
            exact: true,
        });
    }
    let month = u32::from(month_at(0)?.unsigned_abs());
    let next = skipping(1);
    let (value, digits, end) = number(next)?;
    if digits == 4 {
        return close(line, tokens, 0, next).then_some(()).and_then(|()| {
            Some(When {
                date: civil(value, month, 1)?,
                start,
                end,
                exact: false,
            })
        });
    }
    let after = skipping(next + 1);
    let (year, digits, end) = number(after)?;
    (digits == 4 && close(line, tokens, 0, after))
        .then(|| {
            Some(When {
                date: civil(year, month, value)?,
                start,
                end,
                exact: true,
            })
        })
        .flatten()
}

/// `14 March`, `March 14` or `14` under headings that say the rest.
fn in_context(line: &str, tokens: &[Token<'_>], context: Context) -> Option<When> {
    let year = u32::from(context.year?.unsigned_abs());
    let mut found = None;
    for (at, token) in tokens.iter().enumerate().take(4) {
        let Token::Number {
            value,
            digits,
            start,
            end,
        } = *token
        else {
            continue;
        };
        if digits > 2 {
            continue;
        }
        let month_of = |token: Option<&Token<'_>>| match token {
            Some(Token::Word { text, .. }) => exact_month(&text.to_lowercase()),
            _ => None,
        };
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let named = month_of(tokens.get(at + 1))
            .map(|month| (month, start, tokens[at + 1].span().1))
            .or_else(|| {
                month_of(before)
                    .map(|month| (month, before.map_or(start, |token| token.span().0), end))
            });
        if let Some((month, start, end)) = named {
            found = civil(year, u32::from(month.unsigned_abs()), value).map(|date| When {
                date,
                start,
                end,
                exact: true,
            });
            break;
        }
    }
    if found.is_some() {
        return found;
    }
    if let Some(month) = month_alone(line) {
        return civil(year, u32::from(month.unsigned_abs()), 1).map(|date| When {
            date,
            start: 0,
            end: line.len(),
            exact: false,
        });
    }
    let month = context.month?;
    match *tokens {
        [
            Token::Number {
                value,
                digits,
                start,
                end,
            },
            ..,
        ] if digits <= 2 && tokens.len() <= 2 && line.len() < 12 => {
            civil(year, u32::from(month.unsigned_abs()), value).map(|date| When {
                date,
                start,
                end,
                exact: true,
            })
        }
        _ => None,
    }
}

/// Do the parts of a date stand close together?
fn close(line: &str, tokens: &[Token<'_>], first: usize, last: usize) -> bool {
    (first..last).all(|at| {
        let between = &line[tokens[at].span().1..tokens[at + 1].span().0];
        between.chars().count() <= 3
            && between
                .chars()
                .all(|c| c.is_whitespace() || ".,-'’º°".contains(c))
    })
}

fn civil(year: u32, month: u32, day: u32) -> Option<Date> {
    // a day of 00 is a month's own mark
    let day = day.max(1);
    let fits = (1990..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    fits.then(|| Date::new(year as i16, month as i8, day as i8).ok())
        .flatten()
}

fn tokens(line: &str) -> Vec<Token<'_>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_headings() {
        for (line, expected) in [
            ("14.1.0 - 2026-06-29", "2026-06-29"),
            ("2.14 (2017-06-00)", "2017-06-01"),
            ("7.6.0 (2022/05/10)", "2022-05-10"),
            ("03.08.23", "2023-08-03"),
            ("17.07.24, ", "2024-07-17"),
            ("July 18th, 2017", "2017-07-18"),
            ("Jul 29, 2026", "2026-07-29"),
            ("28 avr. 2022", "2022-04-28"),
            ("1 août 2021", "2021-08-01"),
            ("14 марта 2024 г.", "2024-03-14"),
            ("Обновление от 5 мая 2023 года", "2023-05-05"),
            ("29 de junio de 2026", "2026-06-29"),
            ("March 2024", "2024-03-01"),
            ("Март 2024", "2024-03-01"),
            ("2024年3月5日", "2024-03-05"),
            ("6/29/2026", "2026-06-29"),
            ("Version 3.2.1, released 3. Oktober 2024", "2024-10-03"),
        ] {
            assert_eq!(
                find(line, Context::default())
                    .map(|when| when.date.to_string())
                    .as_deref(),
                Some(expected),
                "{line}"
            );
        }
    }

    #[test]
    fn no_dates() {
        for line in [
            "1.2.3",
            "v3.0.2",
            "10.12.2.1",
            "Graph API v21.0",
            "in May we changed 3 things",
            "HTTP 2024",
            "2024",
            "1.2.3.2024",
            "Marked 20 as 2024x",
        ] {
            assert_eq!(find(line, Context::default()), None, "{line}");
        }
    }

    #[test]
    fn headings_above_say_the_rest() {
        let context = Context {
            year: Some(2024),
            month: None,
        };
        assert_eq!(
            find("14 March", context)
                .map(|when| when.date.to_string())
                .as_deref(),
            Some("2024-03-14")
        );
        assert_eq!(
            find("Март", context)
                .map(|when| when.date.to_string())
                .as_deref(),
            Some("2024-03-01")
        );
        assert_eq!(
            find("Dec 2: pixels", context)
                .map(|when| when.date.to_string())
                .as_deref(),
            Some("2024-12-02")
        );
        assert_eq!(find("Fixed 2 things", context), None);
    }
}
