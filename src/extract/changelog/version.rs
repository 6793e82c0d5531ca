//! A version inside a heading.

use std::sync::LazyLock;

use regex::Regex;

use super::when::When;

/// `1.2`, `v25.0.3`, `2.0.0-rc.1`, `v2`, `API 21.0`; not `10`, not a date.
static VERSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[\s\[(@/«`:-])(?:v(?:er(?:sion)?)?\.?\s?)?(\d{1,5}(?:\.\d{1,6}){1,3}(?:[-+._]?(?:alpha|beta|rc|dev|post|pre|preview|a|b|nightly|snapshot)[-.]?\d*)?(?:\.x)?)(?:$|[\s\]),:;»`–—-]|\.$|\.\s)|(?:^|[\s\[(])v(\d{1,4})(?:$|[\s\]),:])").ok()
});

/// The first version in `text` that is no part of its date, without a leading `v`.
pub(super) fn find(text: &str, date: Option<When>) -> Option<String> {
    let pattern = VERSION.as_ref()?;
    let mut at = 0;
    while let Some(found) = pattern.captures_at(text, at) {
        let version = found.get(1).or_else(|| found.get(2))?;
        let in_date =
            date.is_some_and(|when| version.start() < when.end && version.end() > when.start);
        if !in_date {
            return Some(version.as_str().trim_end_matches('.').to_lowercase());
        }
        at = version.end();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_in_headings() {
        for (text, expected) in [
            ("[1.58.0] - 2026-08-03", Some("1.58.0")),
            ("v25.0.3", Some("25.0.3")),
            ("rfacebookstat 2.14.0", Some("2.14.0")),
            ("Channel Statistics (v1.16)", Some("1.16")),
            ("2.0.0-rc.1", Some("2.0.0-rc.1")),
            ("Version 3", None),
            ("v2", Some("2")),
            ("Fixed in 3 places", None),
            ("IPv6 10 addresses", None),
        ] {
            assert_eq!(find(text, None).as_deref(), expected, "{text}");
        }
    }
}
