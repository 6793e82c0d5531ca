//! Dates in figures alone, and months.

use super::tokens::Token;
use super::{When, civil};

/// `2026-06-29`, `2026/6/29`, `2026年6月29日`, `29.06.2026`, `29.06.26`, `6/29/2026`.
pub(super) fn numeric(
    line: &str,
    tokens: &[Token<'_>],
    before: Option<Token<'_>>,
    month_first: bool,
) -> Option<When> {
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
        if one == "/" && (b > 12 || month_first && a <= 12) {
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

/// The first two of three numbers between slashes, where the third is a year.
pub(super) fn first_of_slashes(line: &str) -> Option<(u32, u32)> {
    let tokens = super::tokens::tokens(line);
    tokens.windows(3).find_map(|three| match *three {
        [
            Token::Number { value: a, end, .. },
            Token::Number {
                value: b,
                start: b_start,
                end: b_end,
                ..
            },
            Token::Number {
                digits: 4,
                start: c_start,
                ..
            },
        ] if &line[end..b_start] == "/" && &line[b_end..c_start] == "/" => Some((a, b)),
        _ => None,
    })
}

/// `2025-07`, `2025/07`, `07/2025`, `07.2025`: a month in figures, both of its digits written.
pub(super) fn month(line: &str, tokens: &[Token<'_>]) -> Option<When> {
    let [
        Token::Number {
            value: a,
            digits: a_digits,
            start,
            end: a_end,
        },
        Token::Number {
            value: b,
            digits: b_digits,
            start: b_start,
            end,
        },
        ..,
    ] = *tokens.get(..2)?
    else {
        return None;
    };
    let (year, month) = match (a_digits, b_digits, &line[a_end..b_start]) {
        (4, 2, "-" | "/") => (a, b),
        (2, 4, "." | "/") => (b, a),
        _ => return None,
    };
    // part of a version, an address, a longer number
    let sign = |c: char| "-./_".contains(c);
    let touched_before = line[..start].ends_with(|c: char| sign(c) || c.is_alphanumeric());
    let mut after = line[end..].chars();
    let touched_after = match after.next() {
        Some(c) if c.is_alphanumeric() => true,
        Some(c) if sign(c) => after.next().is_some_and(char::is_alphanumeric),
        _ => false,
    };
    if touched_before || touched_after || !(1..=12).contains(&month) {
        return None;
    }
    Some(When {
        date: civil(year, month, 1)?,
        start,
        end,
        exact: false,
    })
}
