//! What was told before, for years: columns, contests, reports and feasts that return.
//!
//! The baseline reaches back four weeks and knows words; this remembers the trends themselves, by their
//! refrain and by when they were spoken of, some 200 bytes each. What comes a third time at its usual
//! time is recurrent, in nearly the same words a second time. What is often spoken of between is not:
//! three Mondays with news of one name are chance where the other days have such, too.

use std::collections::VecDeque;

use jiff::civil::{Date, Weekday};
use jiff::{Span, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::features::Idf;
use super::refrain::{Likeness, Refrain};
use crate::model::TrendId;

/// Trends remembered: years of them on a busy server.
const REMEMBERED: usize = 16_384;
/// Years after which a trend is forgotten.
const YEARS: i64 = 5;
/// Times remembered of one that goes on and on.
const TIMES: usize = 40;
/// A trend is followed for so many hours after it was last found.
const FOLLOWED: i64 = 96;
/// Hours of silence that part two times.
const APART: i64 = 6;
const DAY: i64 = 24;
const WEEK: i64 = 7 * DAY;
const YEAR: f64 = 365.25;
/// How far back weeks, months and quarters are sought, and how far around a year ago.
const RECENT: i64 = 200 * DAY;
const AROUND: i64 = 60 * DAY;
/// Hours by which a time may slip: of a day; of a week, at once and with two before it; of a month; of a
/// year, where feasts move with the week.
const OF_DAY: i64 = 3;
const OF_WEEK: (i64, i64) = (6, 12);
const OF_MONTH: i64 = 36;
const OF_YEAR: i64 = 4 * DAY;
/// Longest time, in hours, of what comes daily.
const SHORT: i64 = 8;

/// One time at which a trend was spoken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Time {
    /// First and last hour, from the epoch.
    pub(super) from: i64,
    to: i64,
    owners: u16,
}

/// The times at which items came, in order; each item is when and by whom. What only one owner says is
/// none, unless there is no other.
pub(super) fn times(items: &[(i64, u32)]) -> Vec<Time> {
    let mut items: Vec<(i64, u32)> = items
        .iter()
        .map(|(at, owner)| (at.div_euclid(3_600), *owner))
        .collect();
    items.sort_unstable();
    let time = |items: &[(i64, u32)]| {
        let mut owners: Vec<u32> = items.iter().map(|item| item.1).collect();
        owners.sort_unstable();
        owners.dedup();
        Some(Time {
            from: items.first()?.0,
            to: items.last()?.0,
            owners: owners.len().min(usize::from(u16::MAX)) as u16,
        })
    };
    let parts = items.chunk_by(|a, b| b.0 - a.0 <= APART);
    let found: Vec<Time> = parts
        .filter_map(time)
        .filter(|time| time.owners > 1)
        .collect();
    if found.is_empty() {
        return time(&items).into_iter().collect();
    }
    found
}

/// How something returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Return {
    /// `daily`, `every Monday`, `monthly`, `quarterly`, `yearly`.
    pub(super) how: String,
    /// Owners of the broadest of its former times.
    pub(super) usual: usize,
}

/// A trend that was told.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Told {
    trend: TrendId,
    /// The hour at which it was last found.
    last: i64,
    times: Vec<Time>,
    /// As many owners as ever at once.
    owners: u16,
    refrain: Refrain,
}

/// The trends of the last years, in the order in which they were last found.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Former {
    told: VecDeque<Told>,
}

/// A former time of the same.
#[derive(Clone, Copy)]
struct Past {
    from: i64,
    is_short: bool,
    owners: u16,
    likeness: Likeness,
}

impl Former {
    /// Remembers a trend as it is found at an hour, or how it has grown since.
    pub(super) fn tell(
        &mut self,
        trend: TrendId,
        hour: i64,
        refrain: &Refrain,
        times: &[Time],
        owners: usize,
    ) {
        let owners = owners.min(usize::from(u16::MAX)) as u16;
        let open = self.told.iter().rev();
        let known = open
            .take_while(|told| told.last + FOLLOWED > hour)
            .position(|told| told.trend == trend)
            .and_then(|back| self.told.remove(self.told.len() - 1 - back));
        let mut told = known.unwrap_or_else(|| Told {
            trend,
            last: hour,
            times: Vec::new(),
            owners: 0,
            refrain: Refrain::default(),
        });
        // with the most owners it is known best
        if owners >= told.owners {
            told.refrain = refrain.clone();
        }
        told.owners = told.owners.max(owners);
        told.last = hour.max(told.last);
        if let Some(first) = times.first() {
            let kept = told
                .times
                .partition_point(|time| time.to + APART < first.from);
            let begun = told.times.get(kept).map(|time| time.from);
            told.times.truncate(kept);
            told.times.extend(times);
            if let (Some(begun), Some(time)) = (begun, told.times.get_mut(kept)) {
                time.from = time.from.min(begun);
            }
            let surplus = told.times.len().saturating_sub(TIMES);
            told.times.drain(..surplus);
        }
        let oldest = hour - YEARS * 366 * DAY;
        while self.told.len() >= REMEMBERED
            || self.told.front().is_some_and(|told| told.last < oldest)
        {
            self.told.pop_front();
        }
        self.told.push_back(told);
    }

    /// How something with a refrain returns, whose time began at the hour `now`.
    pub(super) fn returns(&self, refrain: &Refrain, now: Time, idf: &Idf) -> Option<Return> {
        if refrain.is_empty() {
            return None;
        }
        let recent = self.past(refrain, idf, now.from - RECENT, now.from - DAY + OF_DAY + 1);
        regular(&recent, now).or_else(|| self.yearly(refrain, now, idf, &recent))
    }

    /// Former times of a refrain that began in a span of hours, in order; what began at about one time
    /// is one.
    fn past(&self, refrain: &Refrain, idf: &Idf, from: i64, to: i64) -> Vec<Past> {
        let begin = self.told.partition_point(|told| told.last < from);
        let mut found: Vec<Past> = Vec::new();
        for told in self.told.range(begin..) {
            let within = |time: &&Time| -> bool { (from..=to).contains(&time.from) };
            if !told.times.iter().any(|time: &Time| within(&time)) {
                continue;
            }
            let Some(likeness) = refrain.likeness(&told.refrain, idf) else {
                continue;
            };
            found.extend(told.times.iter().filter(within).map(|time| Past {
                from: time.from,
                is_short: time.to - time.from <= SHORT,
                owners: told.owners,
                likeness,
            }));
        }
        found.sort_unstable_by_key(|past| past.from);
        found.dedup_by(|later, past| {
            let is_one = later.from - past.from <= APART;
            if is_one {
                past.owners = past.owners.max(later.owners);
                past.likeness = past.likeness.max(later.likeness);
            }
            is_one
        });
        found
    }

    /// What is told on about the same date, and hardly else.
    fn yearly(&self, refrain: &Refrain, now: Time, idf: &Idf, recent: &[Past]) -> Option<Return> {
        if recent
            .iter()
            .filter(|past| past.from > now.from - AROUND)
            .count()
            > 2
        {
            return None;
        }
        let mut on: Vec<Past> = Vec::new();
        for year in 1..=YEARS {
            let then = now.from - (YEAR * year as f64).round() as i64 * DAY;
            let around = self.past(refrain, idf, then - AROUND, then + AROUND);
            let near = around
                .iter()
                .find(|past| (past.from - then).abs() <= OF_YEAR);
            on.extend(near.copied().filter(|_| around.len() <= 3));
        }
        let enough = on.len() > 1 || on.iter().any(|past| past.likeness == Likeness::Verbatim);
        enough.then(|| told("yearly".to_owned(), &on))
    }
}

fn told(how: String, on: &[Past]) -> Return {
    let usual = on.iter().map(|past| past.owners).max().unwrap_or_default();
    Return {
        how,
        usual: usual.into(),
    }
}

/// What comes daily, weekly, monthly or quarterly.
fn regular(past: &[Past], now: Time) -> Option<Return> {
    let near = |back: i64, slip: i64| {
        let then = now.from - back;
        past.iter()
            .find(|past| (past.from - then).abs() <= slip)
            .copied()
    };
    let all = |backs: &[i64], slip: i64| -> Option<Vec<Past>> {
        backs.iter().map(|back| near(*back, slip)).collect()
    };
    // times of the last hours that are not about so long ago
    let other = |within: i64, backs: &[i64]| {
        past.iter()
            .filter(|past| {
                past.from > now.from - within
                    && !backs
                        .iter()
                        .any(|back| (past.from - (now.from - back)).abs() <= OF_MONTH)
            })
            .count()
    };
    let verbatim = |on: &[Past]| on.iter().all(|past| past.likeness == Likeness::Verbatim);

    let days: Vec<i64> = (1..=4).map(|day| day * DAY).collect();
    let is_short = |on: &[Past]| now.to - now.from <= SHORT && on.iter().all(|past| past.is_short);
    let daily = all(&days, OF_DAY).or_else(|| all(&days[..2], OF_DAY).filter(|on| verbatim(on)));
    if let Some(on) = daily.filter(|on| is_short(on)) {
        return Some(told("daily".to_owned(), &on));
    }
    let date = date_of(now.from)?;
    let day = day_name(date.weekday());
    for (weeks, how) in [
        (1, format!("every {day}")),
        (2, format!("every other {day}")),
    ] {
        let backs: Vec<i64> = (1..=4 / weeks).map(|n| n * weeks * WEEK).collect();
        let others = other((4 * WEEK) + OF_MONTH, &backs);
        let on: Vec<Past> = backs
            .iter()
            .filter_map(|back| near(*back, OF_WEEK.1))
            .collect();
        let third = all(&backs[..2], OF_WEEK.1).is_some() || on.len() > 2;
        let third = third && others <= on.len();
        let second = all(&backs[..1], OF_WEEK.0).is_some_and(|on| verbatim(&on)) && others == 0;
        if third || (second && weeks == 1) {
            return Some(told(how, &on));
        }
    }
    for (months, how) in [(1, "monthly"), (3, "quarterly")] {
        for same in SAME_DAY {
            let back = |n: i64| Some((now.from.div_euclid(DAY) - same(date, n * months)?) * DAY);
            let (Some(one), Some(two)) = (back(1), back(2)) else {
                continue;
            };
            let others = other(two + OF_MONTH, &[one, two]);
            let first = near(one, OF_MONTH);
            let third = first.zip(near(two, OF_MONTH)).map(|(a, b)| vec![a, b]);
            let on = third.filter(|_| others <= 1).or_else(|| {
                let second = first.map(|past| vec![past]);
                second
                    .filter(|on| verbatim(on) && months == 1 && other(one + OF_MONTH, &[one]) == 0)
            });
            if let Some(on) = on {
                return Some(told(how.to_owned(), &on));
            }
        }
    }
    None
}

/// The day, from the epoch, so many months before a date: by its number, or by its weekday of the month
/// from the beginning or the end.
const SAME_DAY: [fn(Date, i64) -> Option<i64>; 3] = [
    |date, months| {
        let before = date.checked_sub(Span::new().months(months)).ok()?;
        // the last day of a month stays the last
        let is_last = date == date.last_of_month();
        Some(number_of(if is_last {
            before.last_of_month()
        } else {
            before
        }))
    },
    |date, months| {
        let nth = (date.day() - 1) / 7 + 1;
        let first = date
            .first_of_month()
            .checked_sub(Span::new().months(months))
            .ok()?;
        Some(number_of(
            first.nth_weekday_of_month(nth, date.weekday()).ok()?,
        ))
    },
    |date, months| {
        let nth = (date.days_in_month() - date.day()) / 7 + 1;
        let first = date
            .first_of_month()
            .checked_sub(Span::new().months(months))
            .ok()?;
        Some(number_of(
            first.nth_weekday_of_month(-nth, date.weekday()).ok()?,
        ))
    },
];

/// A date's number of days from the epoch.
fn number_of(date: Date) -> i64 {
    let midnight = date.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    midnight.map_or(0, |at| at.as_second().div_euclid(DAY * 3_600))
}

/// The date of an hour, in UTC.
fn date_of(hour: i64) -> Option<Date> {
    let at = Timestamp::from_second(hour.checked_mul(3_600)?).ok()?;
    Some(at.to_zoned(TimeZone::UTC).date())
}

/// A weekday's English name.
pub(super) fn day_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

#[cfg(test)]
mod tests;
