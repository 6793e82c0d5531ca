//! Days told without a date: "next Tuesday", «с понедельника», "in two weeks", «до конца недели».
//!
//! They are read against the day of writing. "Next Tuesday" is that of the next week; a weekday alone
//! counts only behind a word that looks ahead («с понедельника», "by Friday"), and is the first to come.

use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use regex::{Captures, Regex};

use crate::detect::dates::Mention;

/// How weekdays begin, Monday first.
const WEEKDAYS: [&[&str]; 7] = [
    &["monday", "понедельник", "lundi", "montag"],
    &["tuesday", "вторник", "mardi", "dienstag"],
    &["wednesday", "сред", "mercredi", "mittwoch"],
    &["thursday", "четверг", "jeudi", "donnerstag"],
    &["friday", "пятниц", "vendredi", "freitag"],
    &["saturday", "суббот", "samedi", "samstag"],
    &["sunday", "воскресень", "dimanche", "sonntag"],
];

/// Small numbers in words.
const NUMBERS: [(&str, i64); 17] = [
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("a", 1),
    ("одну", 1),
    ("один", 1),
    ("две", 2),
    ("два", 2),
    ("три", 3),
    ("deux", 2),
    ("trois", 3),
    ("une", 1),
    ("einer", 1),
    ("einem", 1),
    ("zwei", 2),
    ("drei", 3),
    ("", 1),
];

static FORMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let day = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|понедельник[ау]?|вторник[ау]?|сред[ауые]|четверг[ау]?|пятниц[аыу]|суббот[аыу]|воскресень[яею]|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch)";
    let number =
        r"(?:[1-9][0-9]?|one|two|three|a|одну|один|две|два|три|deux|trois|une|eine[rm]|zwei|drei)";
    Regex::new(&format!(
        r"(?xi)
        \b(?P<tomorrow>tomorrow|завтра|demain)\b
        | \b(?P<after>послезавтра)\b
        | \b(?:next|следующ\w+|nächste[nr]?)\s+(?P<next>{day})\b
        | \b(?P<prochain>{day})\s+prochain\b
        | \b(?:this\s+coming|coming|this|ближайш\w+|эт(?:от|у)|kommende[nr]?)\s+(?P<this>{day})\b
        | \b(?:by|until|till|from|starting|до|с|со|к|не\s+позднее|jusqu['’]à|à\s+partir\s+de|bis|ab)\s+(?P<bare>{day})\b
        | \b(?:the\s+)?end\s+of\s+(?:the|this)\s+(?P<end>week|month)\b
        | \bконца\s+(?P<конец>недели|месяца)\b
        | \b(?:la\s+)?fin\s+(?:de\s+la\s+|du\s+)(?P<fin>semaine|mois)\b
        | \bende\s+(?:der\s+|des\s+)(?P<ende>woche|monats)\b
        | \bin\s+(?P<m>[1-9][0-9]?|two|three)\s+(?P<span>days|weeks)\b
        | \b(?:in|через|dans)\s+(?:(?P<n>{number})\s+)?(?P<unit>день|дня|дней|недел[июьяе]|недель|jours?|semaines?|tag(?:e|en)?|wochen?)\b"
    ))
    .ok()
});

/// The days that a sentence names without a date.
pub(super) fn relative(sentence: &str, written: Timestamp) -> Vec<Mention> {
    let Some(forms) = FORMS.as_ref() else {
        return Vec::new();
    };
    let today = written.to_zoned(TimeZone::UTC).date();
    let read = |found: Captures<'_>| {
        let date = day(&found, today)?;
        let whole = found.get(0)?;
        // the word that looks ahead says what the day means, and stays before it
        let start = found
            .name("bare")
            .map_or(whole.start(), |bare| bare.start());
        Some(Mention {
            range: start..whole.end(),
            date,
            month_only: false,
        })
    };
    forms.captures_iter(sentence).filter_map(read).collect()
}

fn day(found: &Captures<'_>, today: Date) -> Option<Date> {
    let name = |group: &str| found.name(group).map(|m| m.as_str().to_lowercase());
    if found.name("tomorrow").is_some() {
        return today.checked_add(1.day()).ok();
    }
    if found.name("after").is_some() {
        return today.checked_add(2.days()).ok();
    }
    if let Some(word) = name("next").or_else(|| name("prochain")) {
        let sunday =
            today.checked_add(i64::from(7 - today.weekday().to_monday_one_offset()).days());
        return sunday.ok()?.nth_weekday(1, weekday(&word)?).ok();
    }
    if let Some(word) = name("this").or_else(|| name("bare")) {
        return today.nth_weekday(1, weekday(&word)?).ok();
    }
    let end = ["end", "конец", "fin", "ende"].into_iter().find_map(name);
    if let Some(word) = end {
        let is_month = ["mo", "ме"].iter().any(|start| word.starts_with(start));
        let left = i64::from(7 - today.weekday().to_monday_one_offset());
        return if is_month {
            Some(today.last_of_month())
        } else {
            today.checked_add(left.days()).ok()
        };
    }
    // "in a week" tells as often how long it took
    let unit = name("unit").or_else(|| name("span"))?;
    let number = name("n").or_else(|| name("m")).unwrap_or_default();
    let known = NUMBERS.iter().find(|(word, _)| *word == number);
    let number = known.map_or_else(|| number.parse().ok(), |(_, number)| Some(*number))?;
    let is_week = ["week", "недел", "semaine", "woche"]
        .iter()
        .any(|start| unit.starts_with(start));
    today
        .checked_add((number * if is_week { 7 } else { 1 }).days())
        .ok()
}

fn weekday(word: &str) -> Option<Weekday> {
    let at = WEEKDAYS
        .iter()
        .position(|starts| starts.iter().any(|start| word.starts_with(start)))?;
    Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()
}
