//! Dates told from the time of reading: `2 hours ago`, `3 часа назад`, `вчера в 14:05`.
//!
//! Such a date is as exact as its unit: `2 hours ago` is the beginning of that hour, `3 days ago`
//! the day itself, so that the same words read an hour later mostly give the same date.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _, Unit, ZonedRound};

use super::reader::Reader;
use super::tokens::words;

/// Beginnings of units' names, with the unit.
const UNITS: &[(&str, Unit)] = &[
    ("sec", Unit::Second),
    ("сек", Unit::Second),
    ("min", Unit::Minute),
    ("мин", Unit::Minute),
    ("hour", Unit::Hour),
    ("hr", Unit::Hour),
    ("час", Unit::Hour),
    ("day", Unit::Day),
    ("дня", Unit::Day),
    ("дней", Unit::Day),
    ("день", Unit::Day),
    ("дн", Unit::Day),
    ("week", Unit::Week),
    ("недел", Unit::Week),
    ("нед", Unit::Week),
    ("month", Unit::Month),
    ("месяц", Unit::Month),
    ("мес", Unit::Month),
    ("year", Unit::Year),
    ("yr", Unit::Year),
    ("год", Unit::Year),
    ("лет", Unit::Year),
];
/// Units of one letter, as programs abbreviate them.
const LETTERS: &[(&str, Unit)] = &[
    ("s", Unit::Second),
    ("m", Unit::Minute),
    ("h", Unit::Hour),
    ("d", Unit::Day),
    ("w", Unit::Week),
    ("y", Unit::Year),
    ("с", Unit::Second),
    ("м", Unit::Minute),
    ("ч", Unit::Hour),
    ("д", Unit::Day),
    ("г", Unit::Year),
];
/// Words of a day, with how many days ago it was.
const DAYS: &[(&str, i64)] = &[
    ("today", 0),
    ("сегодня", 0),
    ("yesterday", 1),
    ("вчера", 1),
    ("позавчера", 2),
];

/// Reads a date that is told from `now`. `None` if the text tells none, or one to come.
pub(super) fn parse(text: &str, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let text = text.trim().to_lowercase();
    if text.is_empty() || text.len() > 80 {
        return None;
    }
    let words: Vec<String> = words(&text).collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    if matches!(text.as_str(), "now" | "just now" | "сейчас" | "только что") {
        return Some(now);
    }
    let here = now.to_zoned(zone.clone());
    let named = DAYS
        .iter()
        .find(|(name, _)| words.first().is_some_and(|word| word == name));
    if let Some((_, back)) = named {
        let day = here.date().checked_sub(back.days()).ok()?;
        let mut reader = Reader::new(&text);
        let (time, _) = reader.time().unwrap_or((Time::midnight(), false));
        let at = zone
            .to_ambiguous_timestamp(day.to_datetime(time))
            .compatible()
            .ok()?;
        return Some(at.min(now));
    }
    if !has(&["ago", "назад"]) {
        return None;
    }
    let digits: String = text
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    // `an hour ago`, `час назад`
    let count: i64 = if digits.is_empty() {
        1
    } else {
        digits.parse().ok()?
    };
    if count > 10_000 {
        return None;
    }
    let unit = words.iter().find_map(|word| unit(word))?;
    let back = match unit {
        Unit::Second => count.seconds(),
        Unit::Minute => count.minutes(),
        Unit::Hour => count.hours(),
        Unit::Day => count.days(),
        Unit::Week => count.weeks(),
        Unit::Month => count.months(),
        _ => count.years(),
    };
    let at = here.checked_sub(back).ok()?;
    let exact = match unit {
        Unit::Second | Unit::Minute | Unit::Hour => unit,
        _ => Unit::Day,
    };
    let floor = ZonedRound::new()
        .smallest(exact)
        .mode(jiff::RoundMode::Floor);
    let at = at.round(floor).ok()?.timestamp();
    (now.duration_since(at) >= SignedDuration::ZERO).then_some(at)
}

fn unit(word: &str) -> Option<Unit> {
    let whole = LETTERS.iter().find(|(letter, _)| *letter == word);
    let begun = || UNITS.iter().find(|(begin, _)| word.starts_with(begin));
    whole.or_else(begun).map(|(_, unit)| *unit)
}
