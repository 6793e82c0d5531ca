//! Dates as rule texts write them, in English, Russian, French and German.
//!
//! `July 1, 2026`, `1 July`, `2026-07-01`, `07/26/2024`, `12 января 2026 года`, `26 juillet 2022`,
//! `March 2026`. A date without a year is read against `now`: the next one to come, unless it was
//! less than four months ago. Numbers with slashes are month first in English, day first elsewhere.
//! Relative dates (`in 30 days`, `через 30 дней`) are read in `effective`.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use regex::{Captures, Regex};

use super::digits;
use super::tongue::Tongue;

/// A date in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention {
    /// Where it stands, in bytes.
    pub(crate) range: Range<usize>,
    /// The day; the first of the month when only a month is named.
    pub(crate) date: Date,
    /// Is only a month named?
    pub(crate) month_only: bool,
}

/// Names of months: beginnings that are enough to know them, with the month's number.
const MONTHS: [(&str, i8); 46] = [
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("apr", 4),
    ("may", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
    ("янв", 1),
    ("фев", 2),
    ("мар", 3),
    ("апр", 4),
    ("мая", 5),
    ("май", 5),
    ("мае", 5),
    ("июн", 6),
    ("июл", 7),
    ("авг", 8),
    ("сен", 9),
    ("окт", 10),
    ("ноя", 11),
    ("дек", 12),
    ("fev", 2),
    ("fév", 2),
    ("avr", 4),
    ("mai", 5),
    ("juin", 6),
    ("juil", 7),
    ("aout", 8),
    ("août", 8),
    ("déc", 12),
    ("mär", 3),
    ("mrz", 3),
    ("okt", 10),
    ("dez", 12),
    ("jän", 1),
    ("märz", 3),
    ("mars", 3),
    ("janv", 1),
    ("févr", 2),
    ("sept", 9),
    ("дек.", 12),
];

const NAME: &str = r"(?:jan(?:uary|uar|vier|v)?|jänner|feb(?:ruary|ruar)?|f[ée]v(?:rier|r)?|mar(?:ch|s)?|märz|mrz|apr(?:il)?|avr(?:il)?|may|mai|june?|juni|juin|july?|juli|juil(?:let)?|aug(?:ust)?|ao[uû]t|sept?(?:ember|embre)?|o[ck]t(?:ober|obre)?|nov(?:ember|embre)?|de[cz](?:ember)?|d[ée]c(?:embre)?|янв(?:ар[ьяе])?|фев(?:рал[ьяе])?|мар(?:та?|те)|апр(?:ел[ьяе])?|ма[йяе]|июн[ьяе]?|июл[ьяе]?|авг(?:уст[ае]?)?|сен(?:т(?:ябр[ьяе])?)?|окт(?:ябр[ьяе])?|ноя(?:бр[ьяе])?|дек(?:абр[ьяе])?)";

static FORMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let day = r"(?:[12][0-9]|3[01]|0?[1-9])";
    let year = r"(?:19[89]|20[0-9])[0-9]";
    Regex::new(&format!(
        r"(?xi)
        \b(?P<iy>{year})-(?P<im>[01]?[0-9])-(?P<id>{day})\b
        | \b(?P<na>[0-3]?[0-9])(?P<sep>[./])(?P<nb>[0-3]?[0-9])[./](?P<ny>{year})\b
        | \b(?P<dd>{day})(?:st|nd|rd|th|er|-?го)?\.?\s+(?:of\s+|de\s+)?(?P<dm>{NAME})\b\.?(?:,?\s+(?P<dy>{year})\b(?:\s*(?:года|год|г)\b\.?)?)?
        | \b(?P<mm>{NAME})\.?\s+(?P<md>{day})(?:st|nd|rd|th)?\b(?:,?\s+(?P<my>{year})\b)?
        | \b(?P<om>{NAME})\.?,?\s+(?P<oy>{year})\b(?:\s*(?:года|год|г)\b\.?)?
        "
    ))
    .ok()
});

/// Every date in a text, in order.
pub(crate) fn dates(text: &str, tongue: Tongue, now: Timestamp) -> Vec<Mention> {
    let Some(forms) = FORMS.as_ref() else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for part in digits::around(text, digits::runs(text), BACK, FORTH) {
        let text = &text[part.clone()];
        if !may_hold(text) {
            continue;
        }
        let found = forms.captures_iter(text);
        let found = found.filter_map(|found| read(&found, text, tongue, now));
        all.extend(found.map(|mention| Mention {
            range: mention.range.start + part.start..mention.range.end + part.start,
            ..mention
        }));
    }
    all
}

/// Bytes before and after a number in which the rest of a date may stand.
const BACK: usize = 40;
const FORTH: usize = 60;

/// Does a part of a text have what every date has: the name of a month, or numbers joined by marks?
fn may_hold(text: &str) -> bool {
    let bytes = text.as_bytes();
    let joined = bytes.windows(3).any(|w| {
        w[0].is_ascii_digit() && matches!(w[1], b'-' | b'.' | b'/') && w[2].is_ascii_digit()
    });
    joined
        || text.split(|c: char| !c.is_alphabetic()).any(|word| {
            let mut chars = word.chars().map(|c| c.to_lowercase().next().unwrap_or(c));
            let (Some(a), Some(b), Some(c)) = (chars.next(), chars.next(), chars.next()) else {
                return false;
            };
            STARTS.binary_search(&[a, b, c]).is_ok()
        })
}

/// How names of months begin, in order.
static STARTS: LazyLock<Vec<[char; 3]>> = LazyLock::new(|| {
    let starts = MONTHS.iter().filter_map(|(name, _)| {
        let mut name = name.chars();
        Some([name.next()?, name.next()?, name.next()?])
    });
    let mut starts: Vec<_> = starts.collect();
    starts.sort_unstable();
    starts
});

fn read(found: &Captures<'_>, text: &str, tongue: Tongue, now: Timestamp) -> Option<Mention> {
    let range = found.get(0)?.range();
    let number = |name: &str| {
        found
            .name(name)
            .and_then(|m| m.as_str().parse::<i16>().ok())
    };
    let month = |name: &str| found.name(name).and_then(|m| month_of(m.as_str()));
    let mention = |date: Date, month_only| {
        Some(Mention {
            range: range.clone(),
            date,
            month_only,
        })
    };
    if let (Some(y), Some(m), Some(d)) = (number("iy"), number("im"), number("id")) {
        return mention(Date::new(y, m as i8, d as i8).ok()?, false);
    }
    if let (Some(a), Some(b), Some(y)) = (number("na"), number("nb"), number("ny")) {
        let slash = found.name("sep").is_some_and(|s| s.as_str() == "/");
        let month_first = b > 12 || (slash && tongue == Tongue::English && a <= 12);
        let (d, m) = if month_first { (b, a) } else { (a, b) };
        return mention(Date::new(y, m as i8, d as i8).ok()?, false);
    }
    if let (Some(m), Some(y)) = (month("om"), number("oy")) {
        return mention(Date::new(y, m, 1).ok()?, true);
    }
    let (d, m, y) = match (number("dd"), number("md")) {
        (Some(d), _) => (d, month("dm")?, number("dy")),
        (None, Some(d)) => (d, month("mm")?, number("my")),
        (None, None) => return None,
    };
    // "may 2 users" is no date: the month is written with a capital, unless its language has none
    let word = found.name("dm").or(found.name("mm"))?.as_str();
    if y.is_none() && word.eq_ignore_ascii_case("may") && !word.starts_with('M') {
        return None;
    }
    // "20 Mar 5" and "mar 5 %" are not worth a year of guessing
    if y.is_none() && text[range.end..].trim_start().starts_with('%') {
        return None;
    }
    let date = match y {
        Some(y) => Date::new(y, m, d as i8).ok()?,
        None => nearest(m, d as i8, now)?,
    };
    mention(date, false)
}

/// The day and month nearest to `now` that is not more than four months past.
fn nearest(month: i8, day: i8, now: Timestamp) -> Option<Date> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let oldest = today.checked_sub(4.months()).ok()?;
    [today.year() - 1, today.year(), today.year() + 1]
        .into_iter()
        .filter_map(|year| Date::new(year, month, day).ok())
        .find(|date| *date >= oldest)
}

fn month_of(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    let fits = MONTHS.iter().filter(|(start, _)| name.starts_with(start));
    fits.max_by_key(|(start, _)| start.len())
        .map(|(_, month)| *month)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, tongue: Tongue) -> Vec<String> {
        let now: Timestamp = "2026-06-15T00:00:00Z".parse().expect("time");
        dates(text, tongue, now)
            .iter()
            .map(|m| m.date.to_string())
            .collect()
    }

    #[test]
    fn english_forms() {
        let text = "Effective July 1, 2026; before 28 March 2024, Mar 3rd; 2026-07-01 and 07/26/2024. You may 2 users.";
        let expected = [
            "2026-07-01",
            "2024-03-28",
            "2026-03-03",
            "2026-07-01",
            "2024-07-26",
        ];
        assert_eq!(read(text, Tongue::English), expected);
    }

    #[test]
    fn russian_and_french_forms() {
        let text = "С 12 января 2026 года, до 1 июля; 02.03.2024; 30 мая 2022 г.";
        let expected = ["2026-01-12", "2026-07-01", "2024-03-02", "2022-05-30"];
        assert_eq!(read(text, Tongue::Russian), expected);
        let text = "le 26 juillet 2022, 28 juil. 2022, 1er août 2023, 02/06/2023";
        let expected = ["2022-07-26", "2022-07-28", "2023-08-01", "2023-06-02"];
        assert_eq!(read(text, Tongue::French), expected);
    }

    #[test]
    fn months_alone_are_their_first_day() {
        let now: Timestamp = "2026-06-15T00:00:00Z".parse().expect("time");
        let found = dates("Last Updated: March 2026", Tongue::English, now);
        assert!(found[0].month_only);
        assert_eq!(found[0].date.to_string(), "2026-03-01");
    }
}
