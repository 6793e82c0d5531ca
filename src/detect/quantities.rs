//! Numbers with what they count: `60 seconds`, `$10`, `5 %`, `10 000 тенге`, `v25.0`.
//!
//! A number counts when a unit stands by it, or when it is a version; bare numbers are read too, but
//! only matter where one stands in place of another. Dates, phone numbers, section numbers and parts
//! of names (`H264`) are left out.

mod spelt;

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

pub(crate) use spelt::is_spelt;

use super::dates::Mention;
use super::digits;
use super::lexicon::{self, Word, first_words, words};

/// A number in a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quantity {
    /// Where it stands with its unit, in bytes.
    pub(crate) range: Range<usize>,
    /// As written, with its unit, white space collapsed.
    pub(crate) text: String,
    /// Its value; for versions, unused.
    pub(crate) value: f64,
    /// What it counts: a name of the table's units, `version`, `phone`, or nothing.
    pub(crate) unit: Option<&'static str>,
}

impl Quantity {
    /// Do two say the same?
    pub(crate) fn same(&self, other: &Self) -> bool {
        if matches!(self.unit, Some("version" | "phone")) {
            return self.unit == other.unit && self.text == other.text;
        }
        let ((one, unit), (two, other)) = (self.measure(), other.measure());
        unit == other && (one - two).abs() < 1e-9
    }

    /// The value in the smallest unit of its measure: 48 hours and 2 days are one span.
    pub(crate) fn measure(&self) -> (f64, Option<&'static str>) {
        let by = |unit| MEASURES.iter().find(|(name, ..)| Some(*name) == unit);
        match by(self.unit) {
            Some((_, smallest, factor)) => (self.value * factor, Some(smallest)),
            None => (self.value, self.unit),
        }
    }
}

/// Units of one measure: the smallest, and how many of that they are.
const MEASURES: [(&str, &str, f64); 8] = [
    ("minute", "second", 60.0),
    ("hour", "second", 3_600.0),
    ("day", "second", 86_400.0),
    ("week", "second", 604_800.0),
    ("year", "month", 12.0),
    ("MB", "KB", 1_000.0),
    ("GB", "KB", 1_000_000.0),
    ("TB", "KB", 1_000_000_000.0),
];

static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?xi)
        (?P<version>\bv\d{1,4}(?:\.\d{1,4}){0,3}\b | \b\d{1,4}\.\d{1,4}\.(?:\d{1,4}|[xх])\b | \b\d{1,2}\.[xх]\b)
        | (?P<phone>\+\d[\d\x20()-]{7,}\d\b | \+?\d[\d\s()-]{4,}-\d{2,}\b | \b\d{2,4}(?:-\d{2,4}){2,}\b)
        | (?P<sign>[$€£₽₸]\s?)?
          (?P<number>\d{1,3}(?:[\u{20},.\u{a0}\u{202f}']\d{3})+(?:[.,]\d{1,2})?\b | \d+(?:[.,]\d+)?)
          (?P<scale>\s?(?:(?:thousand|million|billion|bn|[km])\b
            | тыс(?:яч\p{L}*|\.)? | млн\.? | миллион\p{L}* | млрд\.? | миллиард\p{L}*))?
          (?:\)?[\s\u{a0}\u{202f}-]{0,2}\+?)
        ",
    )
    .ok()
});

/// Every number of a text that is not part of a date, in order.
pub(crate) fn quantities(text: &str, dates: &[Mention]) -> Vec<Quantity> {
    quantities_of(text, &words(text), dates)
}

/// The same for a text whose words are known.
pub(crate) fn quantities_of(text: &str, words: &[Word], dates: &[Mention]) -> Vec<Quantity> {
    let Some(number) = NUMBER.as_ref() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let dated = |at: usize| {
        let next = dates.partition_point(|d| d.range.end <= at);
        dates.get(next).is_some_and(|d| d.range.contains(&at))
    };
    let spots = digits::runs(text).filter(|run| !is_plain(text, run));
    let parts = digits::around(text, spots, BACK, FORTH);
    let mut at = 0;
    for run in digits::runs(text) {
        while parts.get(at).is_some_and(|part| part.end <= run.start) {
            at += 1;
        }
        // what stands in a part that is searched is found there
        if parts.get(at).is_none_or(|part| run.start < part.start) && !dated(run.start) {
            found.extend(measured(text, run.clone(), (run.end, 1.0), None));
        }
    }
    for part in parts {
        search(text, part, number, &dated, &mut found);
    }
    found.sort_by_key(|q| q.range.start);
    spelt::add(text, words, &mut found);
    lend_units(text, &mut found);
    found
}

/// Bytes before and after a number that may be part of it.
const BACK: usize = 16;
const FORTH: usize = 40;

/// Is it a number by itself: nothing beside it that could make it part of a larger one, of a version
/// or of a name, or multiply it?
fn is_plain(text: &str, run: &Range<usize>) -> bool {
    let mut before = text[..run.start].chars().rev();
    let alone = |c: char| {
        !matches!(
            c,
            '0'..='9' | '$' | '€' | '£' | '₽' | '₸' | '(' | ')' | '-' | '+'
        )
    };
    let free = match before.next() {
        None | Some('(' | '«' | '“' | '"' | ':' | ';' | '–' | '—') => true,
        Some(c) if c.is_whitespace() => before.next().is_none_or(alone),
        _ => false,
    };
    let mut after = text[run.end..].chars();
    free && match after.next() {
        None | Some('%') => true,
        Some(c) if c.is_whitespace() => after.next().is_none_or(|c| {
            let scales = matches!(
                c.to_ascii_lowercase(),
                't' | 'm' | 'b' | 'k' | 'т' | 'Т' | 'м' | 'М'
            );
            alone(c) && !scales && !c.is_whitespace()
        }),
        Some('.' | ',' | ';' | ':' | '!' | '?' | '»' | '”' | '"') => {
            after.next().is_none_or(|c| !c.is_alphanumeric())
        }
        _ => false,
    }
}

/// Reads the numbers of a part of a text in all their forms.
fn search(
    text: &str,
    part: Range<usize>,
    number: &Regex,
    dated: &impl Fn(usize) -> bool,
    found: &mut Vec<Quantity>,
) {
    let place = |range: Range<usize>| range.start + part.start..range.end + part.start;
    for seen in number.captures_iter(&text[part.clone()]) {
        if let Some(phone) = seen.name("phone") {
            found.push(Quantity {
                range: place(phone.range()),
                text: phone.as_str().trim().to_owned(),
                value: 0.0,
                unit: Some("phone"),
            });
            continue;
        }
        if let Some(version) = seen.name("version") {
            let range = place(version.range());
            if !dated(range.start) {
                found.push(Quantity {
                    range,
                    text: version.as_str().to_owned(),
                    value: 0.0,
                    unit: Some("version"),
                });
            }
            continue;
        }
        let Some(digits) = seen.name("number").map(|digits| place(digits.range())) else {
            continue;
        };
        if dated(digits.start) || is_inside_name(text, digits.clone()) {
            continue;
        }
        let scale = seen.name("scale");
        let scale = scale.map_or((digits.end, 1.0), |scale| {
            (place(scale.range()).end, scale_of(scale.as_str()))
        });
        let sign = seen.name("sign");
        let sign = sign.and_then(|sign| {
            let (unit, _) = unit_at(sign.as_str())?;
            Some((place(sign.range()).start, unit))
        });
        found.extend(measured(text, digits, scale, sign));
    }
}

/// A number with its unit. `scale` is where its digits and the word that multiplies them end, and by
/// how much; `sign` where the sign of a currency stands, and which.
fn measured(
    text: &str,
    digits: Range<usize>,
    (end, scale): (usize, f64),
    sign: Option<(usize, &'static str)>,
) -> Option<Quantity> {
    let value = value_of(&text[digits.clone()])? * scale;
    let gap = end + gap(&text[end..]);
    let plus = text[..gap].ends_with('+');
    let (start, unit, end) = match (sign, unit_at(&text[gap..])) {
        (Some((start, unit)), _) => (start, Some(unit), end),
        (None, Some((unit, len))) => (digits.start, Some(unit), gap + len),
        (None, None) => match beside(text, digits.clone(), value, plus) {
            Some("year") if plus => (digits.start, Some("year"), gap),
            unit => (digits.start, unit, end),
        },
    };
    Some(Quantity {
        range: start..end,
        text: tidy(&text[start..end]),
        value,
        unit,
    })
}

/// Bytes between a number and its unit: a bracket that closes, spaces or hyphens, a plus.
fn gap(rest: &str) -> usize {
    let tail = rest.strip_prefix(')').unwrap_or(rest);
    let spaces = tail.chars().take(2);
    let spaces = spaces.take_while(|c| c.is_whitespace() || *c == '-');
    let tail = &tail[spaces.map(char::len_utf8).sum::<usize>()..];
    rest.len() - tail.strip_prefix('+').unwrap_or(tail).len()
}

/// What the words before a number say that it counts: "under 13" and "16+" are ages, "версии 5.199" a
/// version.
fn beside(text: &str, digits: Range<usize>, value: f64, plus: bool) -> Option<&'static str> {
    const AGE: [&str; 14] = [
        "under",
        "aged",
        "age",
        "age of",
        "older than",
        "younger than",
        "minimum age",
        "ages",
        "младше",
        "старше",
        "возраст",
        "возраста",
        "возрасте",
        "moins de",
    ];
    let start = text[..digits.start].char_indices().nth_back(24);
    let lead = text[start.map_or(0, |(at, _)| at)..digits.start]
        .trim_end()
        .to_lowercase();
    let ends = |word: &str| {
        let rest = lead.strip_suffix(word);
        rest.is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
    };
    let whole = value.fract() == 0.0 && (6.0..=25.0).contains(&value);
    if whole && (AGE.iter().any(|word| ends(word)) || plus) {
        return Some("year");
    }
    let last = lead.rsplit(|c: char| c.is_whitespace()).next()?;
    let named = last.starts_with("верси") || matches!(last, "version" | "versions" | "api");
    (named && text[digits].contains('.')).then_some("version")
}

/// Gives the first number of a range the unit of the second: "from 200 000 to 500 000 roubles".
fn lend_units(text: &str, found: &mut [Quantity]) {
    const TO: [&str; 9] = ["to", "and", "or", "до", "и", "или", "à", "et", "bis"];
    for at in 1..found.len() {
        let (unit, start) = (found[at].unit, found[at].range.start);
        let one = &mut found[at - 1];
        let Some(between) = text.get(one.range.end..start) else {
            continue;
        };
        let between = between.trim();
        let is_range = TO.contains(&between) || matches!(between, "-" | "–" | "—");
        if one.unit.is_none() && is_range && !matches!(unit, Some("version" | "phone")) {
            one.unit = unit;
        }
    }
}

/// The unit that a text begins with, and its length in bytes.
fn unit_at(text: &str) -> Option<(&'static str, usize)> {
    let end = text.char_indices().nth(40).map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    let first = text.chars().next()?;
    if first.is_whitespace() {
        return None;
    }
    if let Some(unit) = sign_unit(first) {
        return Some((unit, first.len_utf8()));
    }
    let all = first_words(text, 3);
    if all.first()?.range.start > 1 {
        return None;
    }
    let hits = lexicon::in_force().scan(&all);
    // an adjective may stand between: "3 одинаковых объявления"
    let described = all[0].folded.ends_with("ых") || all[0].folded.ends_with("их");
    let unit = hits.iter().filter(|hit| {
        hit.group == "unit" && (hit.words.start == 0 || (described && hit.words.start == 1))
    });
    let unit = unit.max_by_key(|hit| hit.words.len())?;
    Some((unit.name, all[unit.words.end - 1].range.end))
}

fn sign_unit(sign: char) -> Option<&'static str> {
    Some(match sign {
        '%' => "percent",
        '$' => "USD",
        '€' => "EUR",
        '£' => "GBP",
        '₽' => "RUB",
        '₸' => "KZT",
        _ => return None,
    })
}

/// Does a letter or an address touch the digits, so that they are part of a name?
fn is_inside_name(text: &str, range: Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    before.is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | '/' | '#' | '@' | '.'))
        || after.is_some_and(|c| matches!(c, '_' | '@'))
}

fn value_of(digits: &str) -> Option<f64> {
    let groups = digits
        .split([' ', ',', '.', '\u{a0}', '\u{202f}', '\''])
        .collect::<Vec<_>>();
    let grouped = groups.len() > 1 && groups[1..].iter().all(|g| g.len() == 3);
    if grouped && groups[0] != "0" {
        return groups.concat().parse().ok();
    }
    let plain: String = digits.replace(',', ".");
    plain.parse().or_else(|_| groups.concat().parse()).ok()
}

fn scale_of(scale: &str) -> f64 {
    match scale.trim().trim_end_matches('.').to_lowercase().as_str() {
        "thousand" | "k" => 1e3,
        "million" | "млн" | "m" => 1e6,
        ru if ru.starts_with("тыс") => 1e3,
        ru if ru.starts_with("миллион") => 1e6,
        _ => 1e9,
    }
}

fn tidy(text: &str) -> String {
    let text = text.replace(')', "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(f64, Option<&'static str>)> {
        quantities(text, &[])
            .into_iter()
            .map(|q| (q.value, q.unit))
            .collect()
    }

    #[test]
    fn one_measure_in_two_units_is_the_same() {
        let one = |text: &str| quantities(text, &[]).pop().expect("a number");
        for (was, is) in [
            ("48 hours", "two days"),
            ("60 minutes", "1 hour"),
            ("2 weeks", "14 days"),
            ("12 months", "1 year"),
            ("500 MB", "0.5 GB"),
            ("24 часа", "1 сутки"),
        ] {
            assert!(one(was).same(&one(is)), "{was} {is}");
        }
        for (was, is) in [
            ("30 days", "1 month"),
            ("60 s", "60 minutes"),
            ("5 %", "5 MB"),
        ] {
            assert!(!one(was).same(&one(is)), "{was} {is}");
        }
    }

    #[test]
    fn numbers_with_units() {
        assert_eq!(
            read("up to 60 seconds, 10 MB, $1,000, 5% and 5 %, 18 years old, 90-second clips"),
            [
                (60.0, Some("second")),
                (10.0, Some("MB")),
                (1000.0, Some("USD")),
                (5.0, Some("percent")),
                (5.0, Some("percent")),
                (18.0, Some("year")),
                (90.0, Some("second")),
            ]
        );
        assert_eq!(
            read("5000 рублей, 10 000 тенге, 2,5 ГБ, через 30 календарных дней"),
            [
                (5000.0, Some("RUB")),
                (10000.0, Some("KZT")),
                (2.5, Some("GB")),
                (30.0, Some("day")),
            ]
        );
    }

    #[test]
    fn numbers_in_words_and_in_brackets() {
        assert_eq!(
            read("at least twenty-four (24) hours"),
            [(24.0, Some("hour"))]
        );
        assert_eq!(read("within three days"), [(3.0, Some("day"))]);
    }

    #[test]
    fn versions_are_numbers_and_phones_are_not() {
        let found = quantities(
            "Kubernetes 1.28.9 and v25.0, call 1-800-273-8255 or H264",
            &[],
        );
        let said = found.iter().filter(|q| q.unit != Some("phone"));
        let texts: Vec<_> = said.map(|q| q.text.as_str()).collect();
        assert_eq!(texts, ["1.28.9", "v25.0"]);
    }
}
