//! `Retry-After` (RFC 9110 §10.2.3): seconds, or one of the three forms of an HTTP date. Read alike
//! from hosts that we fetch from and from those that we deliver to.

use std::time::Duration;

use jiff::Timestamp;

/// No host can silence us for longer than this by one answer.
const LONGEST: Duration = Duration::from_hours(24);

/// The wait that a value asks for, at most a day; `None` if it says nothing sensible.
/// `now` should be the server's own idea of the time, if it told one.
pub fn retry_after(value: &[u8], now: Timestamp) -> Option<Duration> {
    let text = std::str::from_utf8(value).ok()?.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        // more digits than a u64 holds are surely past the cap
        let seconds = text.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let at = http_date(text)?;
    // a date that has passed asks for no wait
    let wait = Duration::try_from(at.duration_since(now)).unwrap_or_default();
    Some(wait.min(LONGEST))
}

/// An HTTP date in any of its three forms.
pub fn http_date(text: &str) -> Option<Timestamp> {
    Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at_noon(value: &str) -> Option<u64> {
        let now = "2026-03-01T12:00:00Z".parse().expect("a time");
        retry_after(value.as_bytes(), now).map(|d| d.as_secs())
    }

    #[test]
    fn seconds_and_all_three_dates_are_read() {
        assert_eq!(at_noon("120"), Some(120));
        assert_eq!(at_noon(" 7 "), Some(7));
        assert_eq!(at_noon("0"), Some(0));
        assert_eq!(at_noon("99999999999999999999999"), Some(86_400));
        assert_eq!(at_noon("Sun, 01 Mar 2026 12:10:00 GMT"), Some(600));
        assert_eq!(at_noon("Sunday, 01-Mar-26 12:10:00 GMT"), Some(600));
        assert_eq!(at_noon("Sun Mar  1 12:10:00 2026"), Some(600));
        assert_eq!(at_noon("Sun, 01 Mar 2026 11:00:00 GMT"), Some(0));
        assert_eq!(at_noon("Fri, 01 Jan 2038 00:00:00 GMT"), Some(86_400));
        for nonsense in [
            "",
            "-5",
            "+5",
            "1.5",
            "soon",
            "12 seconds",
            "Sun, 99 Mar 2026 12:10:00 GMT",
        ] {
            assert_eq!(at_noon(nonsense), None, "{nonsense:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_give_at_most_a_day(value: Vec<u8>, now in -10_000_000_000i64..10_000_000_000) {
            let now = Timestamp::from_second(now).expect("in range");
            prop_assert!(retry_after(&value, now).is_none_or(|d| d <= LONGEST));
        }

        #[test]
        fn a_date_asks_for_the_time_until_it(now in 0i64..4_000_000_000, ahead in 0i64..86_400) {
            let at = std::time::UNIX_EPOCH + Duration::from_secs((now + ahead) as u64);
            let now = Timestamp::from_second(now).expect("in range");
            let value = httpdate::fmt_http_date(at);
            prop_assert_eq!(retry_after(value.as_bytes(), now), Some(Duration::from_secs(ahead as u64)));
        }

        #[test]
        fn digits_ask_for_seconds(seconds in 0u64..=86_400) {
            let value = seconds.to_string();
            prop_assert_eq!(retry_after(value.as_bytes(), Timestamp::UNIX_EPOCH), Some(Duration::from_secs(seconds)));
        }
    }
}
