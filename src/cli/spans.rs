//! Spans of time as people write them: `24h`, `90m`, `1d`, `2w`, `1 day 6 hours`, `3ч`, `2 недели`.

use jiff::{SignedDuration, Span, SpanRelativeTo};

/// Longest span that can be asked for.
const MOST: SignedDuration = SignedDuration::from_hours(24 * 3660);

/// Russian words of units by their beginnings, longest first where one begins another.
const RUSSIAN: [(&str, &str); 7] = [
    ("час", "h"),
    ("мин", "m"),
    ("сек", "s"),
    ("сут", "d"),
    ("дн", "d"),
    ("ден", "d"),
    ("нед", "w"),
];
const LETTERS: [(&str, &str); 5] = [("ч", "h"), ("м", "m"), ("с", "s"), ("д", "d"), ("н", "w")];

/// A span as written, forwards or none; `None` if it is not one.
pub(super) fn span(text: &str) -> Option<Span> {
    let text = text.trim();
    // a sign or `ago` would turn the span around
    let is_plain = text.starts_with(|c: char| c.is_ascii_digit() || c == 'P' || c == 'p');
    let translated = translated(text)?;
    (is_plain && !translated.contains("ago"))
        .then(|| translated.parse().ok())
        .flatten()
}

/// The text with English units.
fn translated(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let is_letter = |c: char| matches!(c, 'а'..='я' | 'А'..='Я' | 'ё');
        let start = rest.find(is_letter).unwrap_or(rest.len());
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|c| !is_letter(c)).unwrap_or(rest.len());
        let word = rest[..end].to_lowercase();
        rest = rest[end..].trim_start_matches('.');
        if word.is_empty() {
            continue;
        }
        let of = |(_, unit): &(&'static str, &'static str)| *unit;
        let by_letter = LETTERS.iter().find(|(letter, _)| *letter == word).map(of);
        let by_word = || {
            RUSSIAN
                .iter()
                .find(|(head, _)| word.starts_with(head))
                .map(of)
        };
        out.push_str(by_letter.or_else(by_word)?);
    }
    Some(out)
}

/// A span back or between, more than nothing.
pub(super) fn window(text: &str) -> Result<SignedDuration, String> {
    let wrong = || {
        format!("`{text}` is no span of time; write a number and a unit, such as 90m, 3h, 1d or 2w")
    };
    let span = span(text).ok_or_else(wrong)?;
    if span.get_months() != 0 || span.get_years() != 0 {
        return Err(format!(
            "months and years differ in length, so `{text}` is none; write 30d or 52w"
        ));
    }
    let relative = SpanRelativeTo::days_are_24_hours();
    let span = span.to_duration(relative).map_err(|_| wrong())?;
    if span <= SignedDuration::ZERO {
        return Err(format!(
            "`{text}` is no time at all; write 90m, 3h, 1d or 2w"
        ));
    }
    if span > MOST {
        return Err(format!(
            "`{text}` is more than ten years; write 3660d at most"
        ));
    }
    Ok(span)
}

/// How many to show: a whole number.
pub(super) fn count(text: &str) -> Result<usize, String> {
    text.trim()
        .parse()
        .map_err(|_| "write a whole number, such as 20".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        let minutes = |text: &str| window(text).map(|span| span.as_mins());
        for (text, expected) in [
            ("90m", 90),
            ("3h", 180),
            ("1d", 1440),
            ("1w", 10_080),
            ("1 day", 1440),
            ("1h30m", 90),
            ("1d 6h", 1800),
            ("P1D", 1440),
            ("3ч", 180),
            ("90 мин.", 90),
            ("1ч30м", 90),
            ("2 дня", 2880),
            ("1 сутки", 1440),
            ("2 недели", 20_160),
        ] {
            assert_eq!(minutes(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_span_is_refused_with_a_remedy() {
        for text in [
            "",
            "5",
            "abc",
            "-1d",
            "1d ago",
            "0s",
            "1mo",
            "1y",
            "20y",
            "99999999999999999999d",
            "3 чудо",
            "9999w",
        ] {
            let told = window(text).expect_err(text);
            assert!(told.contains("write "), "{text}: {told}");
            assert!(!told.to_lowercase().contains("jiff"), "{told}");
        }
    }
}
