//! A date inside a line, where it stands and how exact it is.
//!
//! Changelogs write `2026-06-29`, `03.08.23`, `May 29, 2025`, `28 avr. 2022`, `14 марта 2024 г.`, `March 2024`,
//! `2024-07`, `Q3 2025`, `1–5 июня 2026`, and under a heading `2024` just `14 March`. A date is only found in a
//! full form: `1.2.3` is a version, `in May we` is a sentence. Of a span of days its first counts.

mod context;
mod named;
mod numeric;
#[cfg(test)]
mod tests;
mod tokens;

use jiff::civil::Date;

use super::months::exact_month;
use tokens::tokens;

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

/// What the page says of dates that leave something out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Context {
    /// From a heading like `2024`.
    pub(super) year: Option<i16>,
    /// From a heading like `March` or `March 2024`.
    pub(super) month: Option<i8>,
    /// Does the page write `5/1/2026` for the first of May?
    pub(super) month_first: bool,
}

/// The first date in `line`.
pub(super) fn find(line: &str, context: Context) -> Option<When> {
    let tokens = tokens(line);
    (0..tokens.len())
        .find_map(|at| {
            let before = at.checked_sub(1).map(|before| tokens[before]);
            let rest = &tokens[at..];
            numeric::numeric(line, rest, before, context.month_first)
                .or_else(|| numeric::month(line, rest))
                .or_else(|| named::named(line, rest))
                .or_else(|| named::quarter(line, rest))
        })
        .or_else(|| context::in_context(line, &tokens, context))
}

/// Does one of these lines write the month first, so that all of them do?
pub(super) fn writes_month_first<'l>(lines: impl Iterator<Item = &'l str>) -> bool {
    let mut found = false;
    for line in lines.filter(|line| line.contains('/')) {
        match numeric::first_of_slashes(line) {
            Some((13..=31, 1..=12)) => return false,
            Some((1..=12, 13..=31)) => found = true,
            _ => {}
        }
    }
    found
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

fn civil(year: u32, month: u32, day: u32) -> Option<Date> {
    // a day of 00 is a month's own mark
    let day = day.max(1);
    let fits = (1990..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    fits.then(|| Date::new(year as i16, month as i8, day as i8).ok())
        .flatten()
}
