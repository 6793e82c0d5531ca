//! A date as people and programs write it, to UTC.
//!
//! Feeds promise RFC 822 or RFC 3339 and send everything else: wrong or missing weekdays, Russian
//! and a dozen more languages' month names, `DD.MM.YYYY`, two-digit years, `Sept`, `24:00`, `MSK`,
//! `GMT+3`, JavaScript's and asctime's order, CJK date marks, unix seconds and milliseconds. So no
//! list of formats: the text is cut into numbers and words (`tokens`), then the time, the zone and
//! the date are taken out in this order, whatever stands between them.
//!
//! Never guesses what is not there: no year, no date. An impossible time of day leaves the date
//! alone; an impossible day is the month's last. Relative words ("yesterday") are read only where
//! a now is given ([`read`]).

pub(crate) mod names;
mod relative;
mod tokens;

use jiff::civil::{self, Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use tokens::{Token, tokens};

use crate::model::ReadOptions;

/// A date field longer than this is not a date.
const LONGEST: usize = 160;

/// Reads a date of a body that was fetched at `options.now`: also one that is told from then, such as
/// `2 hours ago` or `вчера в 14:05`.
pub fn read(text: &str, options: &ReadOptions) -> Option<Timestamp> {
    parse(text, &options.zone).or_else(|| relative::parse(text, &options.zone, options.now))
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
    let mut reader = Reader {
        tokens: tokens(&text),
        half_days: false,
    };
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

/// Tokens of which the used ones are struck out.
struct Reader {
    tokens: Vec<Token>,
    /// Was the time of day written with AM or PM?
    half_days: bool,
}

impl Reader {
    fn number(&self, at: usize, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
        match self.tokens.get(at)? {
            Token::Number { value, digits: n } if digits.contains(n) => u32::try_from(*value).ok(),
            _ => None,
        }
    }

    fn sign(&self, at: usize) -> Option<char> {
        match self.tokens.get(at)? {
            Token::Sign(sign) => Some(*sign),
            _ => None,
        }
    }

    fn word(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at)? {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    fn skip_space(&self, at: usize) -> usize {
        at + usize::from(self.tokens.get(at) == Some(&Token::Space))
    }

    fn strike(&mut self, range: std::ops::Range<usize>) {
        let end = range.end.min(self.tokens.len());
        for token in &mut self.tokens[range.start.min(end)..end] {
            *token = Token::Used;
        }
    }

    /// `20240115`, `20240115T1004[05]`, `20240115100405`.
    #[allow(
        clippy::type_complexity,
        reason = "a date with an optional time, used once"
    )]
    fn compact(&mut self) -> Option<(Date, Option<(Time, bool)>)> {
        let at = self.tokens.iter().position(|token| {
            matches!(
                token,
                Token::Number {
                    digits: 8 | 12 | 14,
                    ..
                }
            )
        })?;
        let Token::Number { value, digits } = self.tokens[at] else {
            return None;
        };
        let (day, clock) = match digits {
            8 => (value, None),
            12 => (value / 10_000, Some(value % 10_000 * 100)),
            _ => (value / 1_000_000, Some(value % 1_000_000)),
        };
        let part = |number: u64, by: u64, modulo: u64| u32::try_from(number / by % modulo).ok();
        let date = civil_date(
            part(day, 10_000, 10_000)?,
            part(day, 100, 100)?,
            part(day, 1, 100)?,
        )?;
        self.strike(at..at + 1);
        let mut clock = clock;
        if clock.is_none() {
            let next = if self.word(at + 1) == Some("t") {
                at + 2
            } else {
                self.skip_space(at + 1)
            };
            clock = match self.tokens.get(next) {
                Some(Token::Number { value, digits: 6 }) => Some(*value),
                Some(Token::Number { value, digits: 4 }) => Some(*value * 100),
                _ => None,
            };
            if clock.is_some() {
                self.strike(at..next + 1);
            }
        }
        let time = clock.and_then(|clock| {
            civil_time(
                part(clock, 10_000, 100)?,
                part(clock, 100, 100)?,
                part(clock, 1, 100)?,
            )
        });
        Some((date, time))
    }

    /// `10:04[:05[.678]] [PM]`, else `3pm`; the second value says that 24:00 means the next day.
    fn time(&mut self) -> Option<(Time, bool)> {
        let clock = (0..self.tokens.len()).find_map(|at| self.clock(at));
        let (at, mut end, hour, minute, second) = clock.or_else(|| {
            (0..self.tokens.len()).find_map(|at| {
                self.half(self.skip_space(at + 1))?;
                Some((at, at + 1, self.number(at, 1..=2)?, 0, 0))
            })
        })?;
        let after = self.skip_space(end);
        let half = self.half(after);
        if half.is_some() {
            end = after + 1;
        }
        // Chinese and Korean put it first
        let before = |back: usize| self.half(at.checked_sub(back)?);
        let half = half.or_else(|| before(1)).or_else(|| before(2));
        self.half_days = half.is_some();
        let hour = match (half, hour) {
            (Some(true), 1..=11) => hour + 12,
            (Some(false), 12) => 0,
            _ => hour,
        };
        let marked = at > 0 && self.word(at - 1) == Some("t");
        self.strike(at - usize::from(marked)..end);
        civil_time(hour, minute, second)
    }

    /// Hour, minute and second if they begin at `at`, with the place where they end.
    fn clock(&self, at: usize) -> Option<(usize, usize, u32, u32, u32)> {
        let hour = self.number(at, 1..=2)?;
        let is_offset = at > 0 && self.sign(at - 1) == Some('+');
        if is_offset || self.sign(at + 1) != Some(':') {
            return None;
        }
        let next = self.skip_space(at + 2);
        let minute = self.number(next, 1..=2)?;
        let mut end = next + 1;
        let mut second = 0;
        if self.sign(end) == Some(':') {
            let next = self.skip_space(end + 1);
            end += 1;
            if let Some(value) = self.number(next, 1..=2) {
                second = value;
                end = next + 1;
                let fraction = matches!(self.tokens.get(end + 1), Some(Token::Number { .. }));
                if fraction && matches!(self.sign(end), Some('.' | ',' | ':')) {
                    end += 2;
                }
            }
        }
        Some((at, end, hour, minute, second))
    }

    /// Is the word there PM (`true`) or AM (`false`)?
    fn half(&self, at: usize) -> Option<bool> {
        match self.word(at)? {
            "pm" | "p" => Some(true),
            "am" | "a" => Some(false),
            _ => None,
        }
    }

    /// `Z`, `+0300`, `+03:00`, `+3`, `GMT+3`, `MSK`. A number wins over a name.
    fn offset(&mut self) -> Option<Offset> {
        let from = self.tokens.iter().position(|t| *t == Token::Used)?;
        let mut named = None;
        for at in from..self.tokens.len() {
            if let Some(sign @ ('+' | '-')) = self.sign(at)
                && let Some(seconds) = self.offset_digits(at + 1)
                && let Ok(offset) =
                    Offset::from_seconds(if sign == '-' { -seconds } else { seconds })
            {
                return Some(offset);
            }
            if let Some(offset) = self.word(at).and_then(names::zone) {
                named = named.or(Some(offset));
            }
        }
        named
    }

    fn offset_digits(&mut self, at: usize) -> Option<i32> {
        let value = self.number(at, 1..=4)?;
        let Some(Token::Number { digits, .. }) = self.tokens.get(at) else {
            return None;
        };
        let (hours, minutes, end) = match (*digits, self.sign(at + 1), self.number(at + 2, 2..=2)) {
            (1 | 2, Some(':'), Some(minutes)) => (value, minutes, at + 3),
            // `-15.01.2024` goes on as a date
            (1 | 2, Some('.' | '/' | '-'), _) => return None,
            (1 | 2, ..) => (value, 0, at + 1),
            _ => (value / 100, value % 100, at + 1),
        };
        if hours > 15 || minutes > 59 {
            return None;
        }
        self.strike(at - 1..end);
        i32::try_from(hours * 3600 + minutes * 60).ok()
    }

    fn date(&self, zone: &TimeZone) -> Option<Date> {
        let numbers: Vec<(usize, u32, usize)> = self
            .tokens
            .iter()
            .enumerate()
            .filter_map(|(at, token)| match token {
                Token::Number { value, digits } if *digits <= 4 => {
                    Some((at, u32::try_from(*value).ok()?, *digits))
                }
                _ => None,
            })
            .collect();
        let month = self
            .tokens
            .iter()
            .enumerate()
            .rev()
            .find_map(|(at, _)| Some((at, names::month(self.word(at)?)?)));
        match month {
            Some((at, month)) => by_month_name(&numbers, at, month),
            None => self.by_numbers(&numbers, zone),
        }
    }

    fn by_numbers(&self, numbers: &[(usize, u32, usize)], zone: &TimeZone) -> Option<Date> {
        if let Some(week) = (0..self.tokens.len()).find(|at| self.word(*at) == Some("w"))
            && let (Some(year), Some(number)) = (numbers.first(), self.number(week + 1, 2..=3))
        {
            let (number, day) = match number {
                0..=53 => (number, self.number(week + 3, 1..=1).unwrap_or(1)),
                _ => (number / 10, number % 10),
            };
            let weekday = civil::Weekday::from_monday_one_offset(i8::try_from(day).ok()?).ok()?;
            let year = i16::try_from(year.1).ok()?;
            let week = civil::ISOWeekDate::new(year, i8::try_from(number).ok()?, weekday).ok()?;
            return Some(week.date());
        }
        match *numbers {
            [(_, year, 4)] => civil_date(year, 1, 1),
            [(_, year, 4), (_, day, 3)] => {
                let first = civil_date(year, 1, 1)?;
                let days = i64::from(day.checked_sub(1)?);
                first
                    .checked_add(SignedDuration::from_hours(days * 24))
                    .ok()
            }
            [(_, year, 4), (_, month, 1..=2)] | [(_, month, 1..=2), (_, year, 4)] => {
                civil_date(year, month, 1)
            }
            [(_, year, 4), (_, month, 1..=2), (_, day, 1..=2), ..] => {
                civil_date(year, month, day).or_else(|| civil_date(year, day, month))
            }
            [(at, first, 1..=2), (_, second, 1..=2), (_, year, 2 | 4), ..] => {
                let slashes = self.sign(at + 1) == Some('/');
                let american = zone
                    .iana_name()
                    .is_some_and(|name| name.starts_with("America/"));
                if first > 31 {
                    return civil_date(full_year(first), second, year);
                }
                let month_first =
                    second > 12 || (slashes && first <= 12 && (self.half_days || american));
                let (day, month) = if month_first {
                    (second, first)
                } else {
                    (first, second)
                };
                civil_date(full_year(year), month, day)
            }
            _ => None,
        }
    }
}

/// The day is the number nearest to the month's name, before it rather than after; the year is the
/// number of four digits, or else the one that is left.
fn by_month_name(numbers: &[(usize, u32, usize)], at: usize, month: u32) -> Option<Date> {
    let day = numbers
        .iter()
        .filter(|(_, value, digits)| *digits <= 2 && (1..=31).contains(value))
        .min_by_key(|(place, ..)| {
            if *place < at {
                at - place
            } else {
                2 + place - at
            }
        });
    let year = numbers
        .iter()
        .find(|(_, _, digits)| *digits == 4)
        .or_else(|| {
            numbers
                .iter()
                .find(|number| number.2 == 2 && Some(number.0) != day.map(|day| day.0))
        })?;
    civil_date(full_year(year.1), month, day.map_or(1, |day| day.1))
}

fn full_year(year: u32) -> u32 {
    match year {
        0..70 => 2000 + year,
        70..100 => 1900 + year,
        _ => year,
    }
}

fn civil_date(year: u32, month: u32, day: u32) -> Option<Date> {
    if !(1900..2200).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let first = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?;
    let day = i8::try_from(day).ok()?.min(first.days_in_month());
    Date::new(first.year(), first.month(), day).ok()
}

fn civil_time(hour: u32, minute: u32, second: u32) -> Option<(Time, bool)> {
    let small = |value: u32| i8::try_from(value).ok();
    let next_day = hour == 24 && minute == 0;
    let hour = if next_day { 0 } else { hour };
    let time = Time::new(small(hour)?, small(minute)?, small(second.min(59))?, 0).ok()?;
    Some((time, next_day))
}

#[cfg(test)]
mod tests;
