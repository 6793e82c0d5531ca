//! Checks of single values: text in, typed value or a complaint with its remedy out.

use std::ops::RangeInclusive;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo};
use url::Url;

use super::report::{Wrong, nearest};
use crate::model::Language;

/// Languages we speak, by their names in config.
pub(super) const LANGUAGES: [(&str, Language); 2] = [("en", Language::En), ("ru", Language::Ru)];

/// `90s`, `30m`, `1h 30m`, `7d`, `2w`; a day is 24 hours.
pub(super) fn duration(text: &str, bounds: RangeInclusive<Duration>) -> Result<Duration, Wrong> {
    let remedy = || {
        let (low, high) = (readable(*bounds.start()), readable(*bounds.end()));
        format!("write a span from {low} to {high}, such as 90s, 30m, 1h 30m or 7d")
    };
    let span: Option<SignedDuration> = text
        .trim()
        .parse::<Span>()
        .and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()))
        .ok();
    let Some(span) = span else {
        return Err(Wrong::new(
            format!("`{text}` is not a span of time"),
            remedy(),
        ));
    };
    match Duration::try_from(span) {
        Ok(span) if bounds.contains(&span) => Ok(span),
        _ => Err(Wrong::new(
            format!("`{text}` is not within its bounds"),
            remedy(),
        )),
    }
}

/// `500 kB`, `10MB`, `64 MiB` or bytes.
pub(super) fn size(text: &str, bounds: RangeInclusive<u64>) -> Result<u64, Wrong> {
    let text = text.trim();
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => Some(1),
        "k" | "kb" => Some(1_000),
        "m" | "mb" => Some(1_000_000),
        "g" | "gb" => Some(1_000_000_000),
        "kib" => Some(1 << 10),
        "mib" => Some(1 << 20),
        "gib" => Some(1 << 30),
        _ => None,
    };
    let bytes = number.parse::<u64>().ok().zip(factor);
    let bytes = bytes.and_then(|(number, factor)| number.checked_mul(factor));
    let remedy = || {
        let (low, high) = (bounds.start() / 1_000, bounds.end() >> 20);
        format!("write a size from {low}kB to {high}MiB, such as 500kB, 10MB or 64MiB")
    };
    match bytes {
        None => Err(Wrong::new(format!("`{text}` is not a size"), remedy())),
        Some(bytes) if bounds.contains(&bytes) => Ok(bytes),
        Some(_) => Err(Wrong::new(
            format!("`{text}` is not within its bounds"),
            remedy(),
        )),
    }
}

/// An IANA zone.
pub(super) fn zone(text: &str) -> Result<TimeZone, Wrong> {
    TimeZone::get(text).map_err(|_| {
        let names: Vec<String> = jiff::tz::db()
            .available()
            .map(|name| name.to_string())
            .collect();
        let remedy = match nearest(text, names.iter().map(String::as_str)) {
            Some(name) => format!("did you mean `{name}`?"),
            None => "write an IANA name such as Europe/Moscow, America/New_York or UTC".to_owned(),
        };
        Wrong::new(format!("`{text}` is not a time zone"), remedy)
    })
}

/// An absolute URL with one of `schemes`, a host, and no password in it.
pub(super) fn url(text: &str, schemes: &[&str]) -> Result<Url, Wrong> {
    let example = format!("write an absolute URL: {}://host/path", schemes[0]);
    let url: Url = text
        .parse()
        .map_err(|error| Wrong::new(format!("not a URL: {error}"), example.clone()))?;
    if !schemes.contains(&url.scheme()) {
        let message = format!("scheme `{}` cannot be used here", url.scheme());
        return Err(Wrong::new(message, format!("use {}", schemes.join(" or "))));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(Wrong::new("the URL names no host", example));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Wrong::new(
            "the URL carries a user name or password",
            "take it out: sources send it as a header from `secret_file`, channels have `username` and `secret_file`",
        ));
    }
    Ok(url)
}

/// A CSS selector.
pub(super) fn selector(text: &str) -> Result<String, Wrong> {
    match scraper::Selector::parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(Wrong::new(
            format!("`{text}` is not a CSS selector: {error}"),
            "write a selector such as `main`, `#content` or `.article > p`",
        )),
    }
}

/// A BCP 47 tag's primary part in lower case: `ru`, `en`.
pub(super) fn language_tag(text: &str) -> Result<String, Wrong> {
    let primary = text.split(['-', '_']).next().unwrap_or_default();
    let fits = (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic());
    if fits {
        Ok(primary.to_ascii_lowercase())
    } else {
        Err(Wrong::new(
            format!("`{text}` is not a language"),
            "write its two-letter code, such as en, ru or de; leave it out where it varies",
        ))
    }
}

/// A name by which things refer to each other: digests, channels.
pub(super) fn name(text: &str) -> Result<String, Wrong> {
    let fits = text.len() <= 80
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || "-_.".contains(c));
    if fits {
        Ok(text.to_owned())
    } else {
        Err(Wrong::new(
            format!("`{text}` is not a name"),
            "use letters, digits, `-`, `_` and `.`, at most 80 bytes",
        ))
    }
}

fn readable(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0 if !span.is_zero() => format!("{}ms", span.as_millis()),
        0 => "0s".to_owned(),
        s if s % 86_400 == 0 => format!("{}d", s / 86_400),
        s if s % 3_600 == 0 => format!("{}h", s / 3_600),
        s if s % 60 == 0 => format!("{}m", s / 60),
        s => format!("{s}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time_have_units_and_bounds() {
        let read = |text| duration(text, Duration::from_secs(1)..=Duration::from_hours(240)).ok();
        assert_eq!(read("90s"), Some(Duration::from_secs(90)));
        assert_eq!(read(" 1h 30m "), Some(Duration::from_mins(90)));
        assert_eq!(read("1w"), Some(Duration::from_hours(168)));
        for bad in ["", "90", "-5m", "500ms", "11d", "1 month", "soon"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn sizes_are_decimal_or_binary() {
        let read = |text| size(text, 1_000..=1 << 30).ok();
        assert_eq!(read("10MB"), Some(10_000_000));
        assert_eq!(read("64 MiB"), Some(64 << 20));
        assert_eq!(read("500k"), Some(500_000));
        assert_eq!(read("4096"), Some(4096));
        for bad in [
            "",
            "MB",
            "1.5MB",
            "-1MB",
            "999",
            "2GiB",
            "99999999999999999999GB",
            "10 parsecs",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn urls_are_absolute_with_a_host_and_no_password() {
        let read = |text| url(text, &["https", "http"]).map_err(|wrong| wrong.message);
        assert!(read("https://example.com/x?y#z").is_ok());
        assert!(read("HTTP://пример.рф/лента").is_ok());
        for bad in [
            "",
            "/x",
            "example.com",
            "file:///etc/passwd",
            "https://",
            "https://a:b@example.com",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn languages_are_reduced_to_their_primary_tag() {
        assert_eq!(language_tag("pt-BR").ok().as_deref(), Some("pt"));
        assert_eq!(language_tag("RU").ok().as_deref(), Some("ru"));
        assert!(language_tag("русский").is_err() && language_tag("").is_err());
    }
}
