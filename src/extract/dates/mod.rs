//! A date as people and programs write it, to UTC.
//!
//! Feeds promise RFC 822 or RFC 3339 and send everything else: wrong or missing weekdays, Russian
//! and a dozen more languages' month names, `DD.MM.YYYY`, two-digit years, `Sept`, `24:00`, `MSK`,
//! `GMT+3`, JavaScript's and asctime's order, CJK date marks, unix seconds and milliseconds. So no
//! list of formats: the text is cut into numbers and words (`tokens`), then the time, the zone and
//! the date are taken out in this order, whatever stands between them.
//!
//! Never guesses what is not there: no year, no date. An impossible time of day leaves the date
//! alone; a day that only this month has not (30 February) is its last, and one that no month has
//! is no date. Relative words ("yesterday") are read only where a now is given ([`read`]), and there
//! the zero of a clock that was never set (1970, 1900) is no date either.

mod clock;
mod day;
pub(crate) mod names;
mod reader;
mod relative;
mod tokens;

use jiff::civil::{DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use reader::Reader;

use crate::model::ReadOptions;

/// A date field longer than this is not a date.
const LONGEST: usize = 160;

/// Reads a date of a body that was fetched at `options.now`: also one that is told from then, such as
/// `2 hours ago` or `вчера в 14:05`. What programs write for "no date" is none.
pub fn read(text: &str, options: &ReadOptions) -> Option<Timestamp> {
    parse(text, &options.zone)
        .or_else(|| relative::parse(text, &options.zone, options.now))
        .filter(|at| !is_unset(*at))
}

/// Is it the zero of a clock or database, in any zone? Nothing was published on the web by then.
fn is_unset(at: Timestamp) -> bool {
    let from_zero = at.duration_since(Timestamp::UNIX_EPOCH).abs();
    from_zero <= SignedDuration::from_hours(36) || Offset::UTC.to_datetime(at).year() <= 1900
}

/// Reads a date; `zone` is meant when the text names none. `None` if there is no full date in it.
pub fn parse(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    if let Some(at) = unix(text) {
        return Some(at);
    }
    let (text, comment) = tokens::without_comments(text);
    let mut reader = Reader::new(&text);
    let compact = reader.compact();
    let time = compact.and_then(|(_, time)| time).or_else(|| reader.time());
    let offset = reader
        .offset()
        .or_else(|| tokens::words(&comment).find_map(|word| names::zone(&word)));
    let date = compact
        .map(|(date, _)| date)
        .or_else(|| reader.date(zone))?;
    let (time, next_day) = time.unwrap_or((Time::midnight(), false));
    let date = if next_day {
        date.tomorrow().ok()?
    } else {
        date
    };
    instant(date.to_datetime(time), offset, &text, zone)
}

fn instant(
    local: DateTime,
    offset: Option<Offset>,
    text: &str,
    zone: &TimeZone,
) -> Option<Timestamp> {
    if let Some(offset) = offset {
        return offset.to_timestamp(local).ok();
    }
    let named = text
        .split(|c: char| c.is_whitespace() || "[]()".contains(c))
        .filter(|word| word.contains('/') && word.starts_with(|c: char| c.is_ascii_alphabetic()))
        .find_map(|word| TimeZone::get(word).ok());
    named
        .as_ref()
        .unwrap_or(zone)
        .to_ambiguous_timestamp(local)
        .compatible()
        .ok()
}

/// Seconds, milliseconds or microseconds since 1970, also as `1700000000.5` and `/Date(…)/`.
fn unix(text: &str) -> Option<Timestamp> {
    let text = text
        .strip_prefix("/Date(")
        .or_else(|| text.strip_prefix("\\/Date("))
        .map_or(text, |rest| {
            rest.split([')', '+', '-']).next().unwrap_or(rest)
        });
    let whole = text.split_once('.').map_or(text, |(whole, part)| {
        if part.bytes().all(|b| b.is_ascii_digit()) {
            whole
        } else {
            text
        }
    });
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        9 | 10 => Timestamp::from_second(number).ok(),
        12 | 13 => plausible(Timestamp::from_millisecond(number).ok()?),
        15 | 16 => plausible(Timestamp::from_microsecond(number).ok()?),
        _ => None,
    }
}

/// Twelve digits may also be `YYYYMMDDHHMM`: that reading wins when the other gives an odd year.
fn plausible(at: Timestamp) -> Option<Timestamp> {
    let year = Offset::UTC.to_datetime(at).year();
    (1995..=2100).contains(&year).then_some(at)
}

#[cfg(test)]
mod tests;
