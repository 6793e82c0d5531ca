//! Dates that headings above make whole.

use super::super::months::exact_month;
use super::tokens::Token;
use super::{Context, When, civil, month_alone};

/// `14 March`, `March 14` or `14` under headings that say the rest.
pub(super) fn in_context(line: &str, tokens: &[Token<'_>], context: Context) -> Option<When> {
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
    // `14.03` under a year
    if let [
        Token::Number {
            value: day,
            digits: 2,
            start,
            end: day_end,
        },
        Token::Number {
            value: month,
            digits: 2,
            start: month_start,
            end,
        },
        ..,
    ] = *tokens
        && &line[day_end..month_start] == "."
        && !line[end..].starts_with(['.', '-'])
        && (1..=31).contains(&day)
    {
        return civil(year, month, day).map(|date| When {
            date,
            start,
            end,
            exact: true,
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
