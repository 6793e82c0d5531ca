//! When something is due: a cron expression or an interval, meant in a zone.
//!
//! Cron fields are `[second] minute hour day-of-month month day-of-week`, or `@hourly`, `@daily`,
//! `@weekly`, `@monthly`, `@yearly`. Numeric weekdays count as in crontab(5): 0 and 7 are Sunday,
//! 1 is Monday. When both day fields are restricted, either may match, also as in crontab(5).
//!
//! The `cron` crate matches fields; it is wrong at daylight-saving transitions, so it is only ever
//! asked in naive local time, and the mapping to instants is done here:
//!
//! - a time that a gap skips runs once, at the first instant after the gap, when its hour is fixed,
//!   and not at all when the hour is a wildcard (that hour does not exist);
//! - a time that an overlap repeats runs once, at the first occurrence, when its hour is fixed, and
//!   at both when the hour is a wildcard;
//! - the answer is always later than the instant asked from.

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime as ChronoTime, Datelike, Timelike, Utc};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, civil};

/// Longest shift of a zone's clock that is looked for around an instant.
const SHIFT: SignedDuration = SignedDuration::from_hours(3);
const DAYS: [&str; 8] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/// When something is due.
#[derive(Debug, Clone)]
pub enum Cadence {
    /// Every so often, at a fixed phase.
    Every(Duration),
    /// As a cron expression says.
    Cron(CronExpr),
    /// As soon as there is something to tell: for digests only. Never due by the clock.
    Instant,
}

/// A parsed cron expression.
#[derive(Debug, Clone)]
pub struct CronExpr {
    text: String,
    /// One schedule, or two when both day fields are restricted and either may match.
    any_of: Vec<cron::Schedule>,
    hour_is_wild: bool,
}

/// Why a text is not a cadence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CadenceError {
    /// Wrong number of fields.
    #[error(
        "cron expression `{0}` has {1} fields; write 5 (minute hour day month weekday) or 6 with seconds first"
    )]
    Fields(String, usize),
    /// A field the `cron` crate refuses.
    #[error("cron expression `{0}` cannot be read: {1}")]
    Cron(String, String),
    /// A shorthand nobody knows.
    #[error("`{0}` is not a known shorthand; use @hourly, @daily, @weekly, @monthly or @yearly")]
    Shorthand(String),
    /// Matches no date at all, such as 31 February.
    #[error("cron expression `{0}` never comes due")]
    Never(String),
    /// An interval that cannot be read.
    #[error("`{0}` is not an interval; write for example 30m, 2h or 1d")]
    Interval(String),
    /// Interval out of bounds.
    #[error("interval `{0}` is too short; the shortest is 1 minute")]
    TooShort(String),
}

impl Cadence {
    /// Reads a cron expression or shorthand.
    pub fn cron(text: &str) -> Result<Self, CadenceError> {
        text.parse().map(Self::Cron)
    }

    /// Reads an interval such as `30m` or `1d` (24 hours); at least one minute.
    pub fn every(text: &str) -> Result<Self, CadenceError> {
        // `SignedDuration` itself refuses days
        let span: SignedDuration = text
            .trim()
            .parse::<Span>()
            .and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()))
            .map_err(|_| CadenceError::Interval(text.to_owned()))?;
        match Duration::try_from(span) {
            Ok(every) if every >= Duration::from_mins(1) => Ok(Self::Every(every)),
            _ => Err(CadenceError::TooShort(text.to_owned())),
        }
    }

    /// The first time after `after` at which this is due in `zone`; `None` if never again.
    ///
    /// Intervals are aligned to `phase` past the epoch, so a restart does not shift them; cron
    /// expressions ignore `phase`.
    pub fn next_after(
        &self,
        after: Timestamp,
        zone: &TimeZone,
        phase: Duration,
    ) -> Option<Timestamp> {
        match self {
            Self::Every(every) => next_slot(after, *every, phase),
            Self::Cron(expr) => expr
                .any_of
                .iter()
                .filter_map(|one| next_cron(one, expr.hour_is_wild, after, zone))
                .min(),
            Self::Instant => None,
        }
    }
}

impl std::fmt::Display for Cadence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Every(every) => write!(
                f,
                "every {:#}",
                SignedDuration::try_from(*every).unwrap_or(SignedDuration::MAX)
            ),
            Self::Cron(expr) => f.write_str(&expr.text),
            Self::Instant => f.write_str("at once"),
        }
    }
}

impl FromStr for CronExpr {
    type Err = CadenceError;

    fn from_str(text: &str) -> Result<Self, CadenceError> {
        let trimmed = text.trim();
        let expanded = match trimmed {
            "@hourly" => "0 0 * * * *".to_owned(),
            "@daily" | "@midnight" => "0 0 0 * * *".to_owned(),
            "@weekly" => "0 0 0 * * SUN".to_owned(),
            "@monthly" => "0 0 0 1 * *".to_owned(),
            "@yearly" | "@annually" => "0 0 0 1 1 *".to_owned(),
            other if other.starts_with('@') => {
                return Err(CadenceError::Shorthand(other.to_owned()));
            }
            other => other.to_owned(),
        };
        let mut fields: Vec<String> = expanded.split_whitespace().map(str::to_owned).collect();
        match fields.len() {
            5 => fields.insert(0, "0".to_owned()),
            6 => {}
            n => return Err(CadenceError::Fields(text.to_owned(), n)),
        }
        fields[5] = name_weekdays(&fields[5]).ok_or_else(|| {
            CadenceError::Cron(
                text.to_owned(),
                format!(
                    "weekday `{}`: use 0-7 (0 and 7 are Sunday) or MON-SUN",
                    fields[5]
                ),
            )
        })?;
        let hour_is_wild = fields[2].starts_with('*');
        let is_any = |field: &str| field == "*" || field == "?";
        let variants = if is_any(&fields[3]) || is_any(&fields[5]) {
            vec![fields]
        } else {
            let (mut by_date, mut by_weekday) = (fields.clone(), fields);
            "*".clone_into(&mut by_date[5]);
            "*".clone_into(&mut by_weekday[3]);
            vec![by_date, by_weekday]
        };
        let any_of = variants
            .iter()
            .map(|fields| {
                cron::Schedule::from_str(&fields.join(" "))
                    .map_err(|e| CadenceError::Cron(text.to_owned(), last_line(&e.to_string())))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let epoch = ChronoTime::<Utc>::from_timestamp(0, 0).unwrap_or_default();
        if any_of.iter().all(|one| one.after(&epoch).next().is_none()) {
            return Err(CadenceError::Never(text.to_owned()));
        }
        Ok(Self {
            text: trimmed.to_owned(),
            any_of,
            hour_is_wild,
        })
    }
}

/// What the `cron` crate complains of, without the drawing above it.
fn last_line(message: &str) -> String {
    let line = message.trim().lines().last().unwrap_or_default();
    line.trim_end_matches('.').to_owned()
}

/// Rewrites numeric weekdays of crontab(5) to names, since the `cron` crate counts Sunday as 1.
fn name_weekdays(field: &str) -> Option<String> {
    let name = |text: &str| match text.parse::<usize>() {
        Ok(n) => DAYS.get(n).map(|day| (*day).to_owned()),
        Err(_) => Some(text.to_owned()),
    };
    let parts = field.split(',').map(|part| {
        let (range, step) = part
            .split_once('/')
            .map_or((part, None), |(r, s)| (r, Some(s)));
        // a range that touches Sunday or has a step is spelled out: SUN sorts first in the crate
        let numbers = |text: &str| {
            text.parse::<usize>()
                .ok()
                .or_else(|| DAYS.iter().position(|d| d.eq_ignore_ascii_case(text)))
        };
        if range == "*" || range == "?" {
            return match step {
                None => Some(range.to_owned()),
                Some(step) => {
                    let step: usize = step.parse().ok().filter(|s| *s > 0)?;
                    Some(
                        DAYS[..7]
                            .iter()
                            .step_by(step)
                            .copied()
                            .collect::<Vec<_>>()
                            .join(","),
                    )
                }
            };
        }
        let Some((from, to)) = range.split_once('-') else {
            return name(range).filter(|_| step.is_none());
        };
        let (from, mut to) = (numbers(from)?, numbers(to)?);
        if to == 0 {
            to = 7; // MON-SUN
        }
        if from > to || to > 7 {
            return None;
        }
        let step = step.map_or(Some(1), |s| s.parse().ok().filter(|s| *s > 0))?;
        Some(
            (from..=to)
                .step_by(step)
                .map(|day| DAYS[day])
                .collect::<Vec<_>>()
                .join(","),
        )
    });
    parts
        .collect::<Option<Vec<_>>>()
        .map(|parts| parts.join(","))
}

fn next_slot(after: Timestamp, every: Duration, phase: Duration) -> Option<Timestamp> {
    let (every, now) = (
        i128::try_from(every.as_nanos()).ok()?,
        after.as_nanosecond(),
    );
    let phase = i128::try_from(phase.as_nanos()).ok()?.rem_euclid(every);
    let slots = (now - phase).div_euclid(every) + 1;
    Timestamp::from_nanosecond(slots * every + phase).ok()
}

fn next_cron(
    schedule: &cron::Schedule,
    hour_is_wild: bool,
    after: Timestamp,
    zone: &TimeZone,
) -> Option<Timestamp> {
    let local = zone.to_datetime(after);
    let offset = zone.to_offset(after);
    let near = |span| {
        after
            .saturating_add(span)
            .map_or(offset, |at| zone.to_offset(at))
    };
    let shifts = near(SHIFT) != offset || near(-SHIFT) != offset;
    let from = if shifts {
        local.saturating_sub(SHIFT)
    } else {
        local
    };
    let mut best: Option<Timestamp> = None;
    for naive in schedule.after(&to_chrono(from)?) {
        let naive = to_civil(naive)?;
        for instant in instants(naive, hour_is_wild, zone) {
            if instant > after && best.is_none_or(|b| instant < b) {
                best = Some(instant);
            }
        }
        match best {
            Some(_) if !shifts => break,
            // in an overlap a later wall time may still be an earlier instant
            Some(b) if naive > zone.to_datetime(b).saturating_add(SHIFT) => break,
            _ => {}
        }
    }
    best
}

/// The instants that a wall time means in a zone; see the module's words on gaps and overlaps.
fn instants(naive: civil::DateTime, hour_is_wild: bool, zone: &TimeZone) -> Vec<Timestamp> {
    match zone.to_ambiguous_zoned(naive).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(naive).into_iter().collect(),
        AmbiguousOffset::Gap { .. } if hour_is_wild => Vec::new(),
        AmbiguousOffset::Gap { before, .. } => {
            // the transition itself: the last one at or before the wall time read with the old offset
            let inside = before.to_timestamp(naive).ok();
            let after = inside.and_then(|at| at.checked_add(SignedDuration::from_nanos(1)).ok());
            after
                .and_then(|at| zone.preceding(at).next())
                .map(|t| t.timestamp())
                .into_iter()
                .collect()
        }
        AmbiguousOffset::Fold { before, after } => {
            let second = hour_is_wild
                .then(|| after.to_timestamp(naive).ok())
                .flatten();
            before
                .to_timestamp(naive)
                .ok()
                .into_iter()
                .chain(second)
                .collect()
        }
    }
}

fn to_chrono(at: civil::DateTime) -> Option<ChronoTime<Utc>> {
    let date = chrono::NaiveDate::from_ymd_opt(
        at.year().into(),
        at.month().unsigned_abs().into(),
        at.day().unsigned_abs().into(),
    )?;
    let time = date.and_hms_opt(
        at.hour().unsigned_abs().into(),
        at.minute().unsigned_abs().into(),
        at.second().unsigned_abs().into(),
    )?;
    Some(time.and_utc())
}

fn to_civil(at: ChronoTime<Utc>) -> Option<civil::DateTime> {
    let small = |n: u32| i8::try_from(n).ok();
    civil::DateTime::new(
        i16::try_from(at.year()).ok()?,
        small(at.month())?,
        small(at.day())?,
        small(at.hour())?,
        small(at.minute())?,
        small(at.second())?,
        0,
    )
    .ok()
}

#[cfg(test)]
mod tests;
