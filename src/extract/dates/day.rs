//! The day in a date.

use jiff::SignedDuration;
use jiff::civil::{self, Date, Time};
use jiff::tz::TimeZone;

use super::clock::civil_time;
use super::names;
use super::reader::Reader;
use super::tokens::Token;

impl Reader {
    /// `20240115`, `20240115T1004[05]`, `20240115100405`.
    #[allow(
        clippy::type_complexity,
        reason = "a date with an optional time, used once"
    )]
    pub(super) fn compact(&mut self) -> Option<(Date, Option<(Time, bool)>)> {
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

    /// The day that is left when time and zone are struck out; `zone` tells where months come first.
    pub(super) fn date(&self, zone: &TimeZone) -> Option<Date> {
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
/// number of four digits, or else the one that is left. A nearest number that no month has as a day
/// makes it no date: the day was meant, and is unknown.
fn by_month_name(numbers: &[(usize, u32, usize)], at: usize, month: u32) -> Option<Date> {
    let short = || numbers.iter().filter(|(_, _, digits)| *digits <= 2);
    let distance = |place: usize| {
        if place < at {
            at - place
        } else {
            2 + place - at
        }
    };
    let nearest = short().min_by_key(|(place, ..)| distance(*place));
    let day = short()
        .filter(|(_, value, _)| (1..=31).contains(value))
        .min_by_key(|(place, ..)| distance(*place));
    let long_year = numbers.iter().find(|(_, _, digits)| *digits == 4);
    // `99 Jan 15` begins with its year, `32 Nov 25` with no day
    let is_year = |number: u32| long_year.is_none() && number >= 70;
    if nearest.is_some_and(|number| Some(number) != day && !is_year(number.1)) {
        return None;
    }
    let year = long_year.or_else(|| short().find(|number| Some(*number) != day))?;
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
