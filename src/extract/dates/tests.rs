//! Forms met in the wild, one line each.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn read(text: &str) -> Option<String> {
    let moscow = TimeZone::get("Europe/Moscow").unwrap();
    parse(text, &moscow).map(|at| at.to_string())
}

#[test]
fn forms_with_their_own_zone() {
    for text in [
        "Mon, 15 Jan 2024 10:04:05 GMT",
        "Tue, 15 Jan 2024 10:04:05 UT",
        "15 Jan 2024 10:04:05 Z",
        "Monday, 15 January 2024 10:04:05 +0000",
        "Mon 15 Jan 2024 13:04:05 +0300",
        "Mon, 15 Jan 24 13:04:05 MSK",
        "Mon, 15-Jan-2024 10:04:05 UTC",
        "Mon, 15 Jan 2024 13:04:05 GMT+3",
        "Mon, 15 Jan 2024 13:04:05 GMT+03:00",
        "Mon, 15 Jan 2024 13:04:05 +03:00",
        "Mon,15 Jan 2024 05:04:05 EST",
        "Mon, 15 Jan 2024 11:04:05 CET",
        "Mon, 15 Jan 2024 10:04:05 +0000 (UTC)",
        "Jan 15, 2024 05:04:05 AM -0500",
        "January 15th, 2024 at 5:04:05am EST",
        "Mon Jan 15 10:04:05 UTC 2024",
        "Mon Jan 15 13:04:05 +0300 2024",
        "Mon Jan 15 2024 13:04:05 GMT+0300 (Москва, стандартное время)",
        "2024-01-15T10:04:05Z",
        "2024-01-15t10:04:05z",
        "2024-01-15T10:04:05.678901Z",
        "2024-01-15T13:04:05,5+03:00",
        "2024-01-15 13:04:05 +0300",
        "2024-01-15T13:04:05+0300",
        "2024-01-15T13:04:05+03",
        "2024-01-15 10:04:05 UTC",
        "2024-01-15T13:04:05+03:00[Europe/Moscow]",
        "20240115T100405Z",
        "Пн, 15 янв 2024 13:04:05 +0300",
        "понедельник, 15 января 2024 г. 13:04:05 МСК",
        "1705313045",
        "1705313045000",
        "1705313045.0",
        "/Date(1705313045000)/",
        "\u{feff} Mon, 15 Jan 2024 10:04:05 GMT",
    ] {
        assert_eq!(
            read(text).as_deref(),
            Some("2024-01-15T10:04:05Z"),
            "{text}"
        );
    }
}

#[test]
fn forms_without_a_zone_are_the_sources() {
    for text in [
        "Mon, 15 Jan 2024 13:04:00",
        "2024-01-15T13:04",
        "2024-01-15 13:04",
        "2024/01/15 13:04:00",
        "2024.01.15 13:04",
        "15.01.2024 13:04",
        "15.01.24 13:04",
        "15.01.2024, 13:04",
        "13:04, 15.01.2024",
        "13:04 15.01.2024",
        "15/01/2024 13:04",
        "01/15/2024 1:04 PM",
        "1/15/2024 1:04:00 PM",
        "15-01-2024 13:04",
        "15 января 2024, 13:04",
        "15 января 2024 г., 13:04",
        "15 ЯНВ 2024 13:04",
        "Понедельник, Январь 15, 2024 - 13:04",
        "15. Januar 2024, 13:04 Uhr",
        "lundi 15 janvier 2024 13:04",
        "15 de enero de 2024 13:04",
        "15 січня 2024 13:04",
        "1:04 PM - 15 Jan 2024",
        "202401151304",
        "20240115130400",
        "2024年1月15日 13:04",
        "2024년 1월 15일 오후 1:04",
        "2024年1月15日（月）13時04分",
        "2024-W03-1T13:04",
        "2024-015 13:04",
        "Mon Jan 15 13:04:00 2024",
        "2024-01-15 13:04 Europe/Moscow",
    ] {
        assert_eq!(
            read(text).as_deref(),
            Some("2024-01-15T10:04:00Z"),
            "{text}"
        );
    }
}

#[test]
fn days_alone() {
    for text in [
        "2024-01-15",
        "20240115",
        "15.01.2024",
        "15 Jan 2024",
        "Jan 15, 2024",
        "15 января 2024 года",
        "2024-1-15",
        "Mon, 15 Jan 2024",
    ] {
        assert_eq!(
            read(text).as_deref(),
            Some("2024-01-14T21:00:00Z"),
            "{text}"
        );
    }
    assert_eq!(read("2024-01").as_deref(), Some("2023-12-31T21:00:00Z"));
    assert_eq!(read("январь 2024").as_deref(), Some("2023-12-31T21:00:00Z"));
}

#[test]
fn faults_are_forgiven_only_so_far() {
    let cases = [
        (
            "Mon, 15 Jan 2024 24:00:00 GMT",
            Some("2024-01-16T00:00:00Z"),
        ),
        (
            "Mon, 15 Jan 2024 23:59:60 GMT",
            Some("2024-01-15T23:59:59Z"),
        ),
        ("2024-02-30T10:00:00Z", Some("2024-02-29T10:00:00Z")),
        (
            "Mon, 15 Jan 2024 27:99:00 GMT",
            Some("2024-01-15T00:00:00Z"),
        ),
        ("Sept 5, 1999 00:00 GMT", Some("1999-09-05T00:00:00Z")),
        ("Thu, 5 Sep 02 07:00 PDT", Some("2002-09-05T14:00:00Z")),
        ("Mon, 32 Nov 2025 10:00:00 GMT", None),
        ("Mon, 32 Nov 25 10:00:00 GMT", None),
        ("Nov 45, 2025", None),
        ("00 Jan 2026", None),
        ("2026-01-00", None),
        ("32.11.2025", None),
        ("31 Jun 2024 00:00 GMT", Some("2024-06-30T00:00:00Z")),
        ("99 Jan 15 00:00 GMT", Some("1999-01-15T00:00:00Z")),
        ("0001-01-01T00:00:00Z", None),
        ("0000-00-00 00:00:00", None),
        ("15 января", None),
        ("yesterday", None),
        ("10:04", None),
        ("", None),
        ("N/A", None),
        ("99999999999999999999", None),
        ("v2.3.1", None),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn forms_that_faults_and_habits_make() {
    for text in [
        "Monday, 15-Jan-24 10:04:05 GMT",
        "2024-01-15T10:04:05.000+0000",
        "2024-01-15T10:04:05 Z",
        "2024-01-15T10:04:05+00:00Z",
        "2024-01-15T13:04:05 +03:00",
        "2024-01-15 10:04:05.0 UTC",
        "Mon , 15 Jan 2024 10:04:05 GMT",
        "Mon,  15  Jan  2024  10:04:05  GMT",
        "mon, 15 jan 2024 10:04:05 gmt",
        "MON, 15 JAN 2024 10:04:05 GMT",
        "Mon, 15 Jan 2024 10:04:05 +0000 GMT",
        "Mon, 15 Jan 2024 10:04:05 -0000",
        "Mon, 15 Jan 2024 02:04:05 PST",
        "15 Jan 2024 10:04:05 am GMT",
        "Mon, 15 Jan. 2024 10:04:05 GMT",
        "Mon. 15 Jan 2024 10:04:05 GMT",
        "<time>Mon, 15 Jan 2024 10:04:05 GMT</time>",
        "20240115T130405+0300",
        "20240115T130405+03:00",
        "1705313045000000",
        "вт, 15 января 2024, 13:04:05 +0300",
        "15 янв. 2024 13:04:05",
        "15.1.2024 13:04:05",
        "2024-01-15T13:04:05",
        "2024/1/15 13:04:05",
        "15 Ιαν 2024 13:04:05",
    ] {
        assert_eq!(
            self::read(text).as_deref(),
            Some("2024-01-15T10:04:05Z"),
            "{text}"
        );
    }
}

#[test]
fn words_of_time_are_read_from_the_time_of_reading() {
    let options = |now: &str| ReadOptions {
        select: Vec::new(),
        remove: Vec::new(),
        zone: TimeZone::get("Europe/Moscow").unwrap(),
        language: None,
        now: now.parse().unwrap(),
    };
    let now = "2024-01-15T10:34:56Z";
    for (text, expected) in [
        ("just now", "2024-01-15T10:34:56Z"),
        ("только что", "2024-01-15T10:34:56Z"),
        ("5 seconds ago", "2024-01-15T10:34:51Z"),
        ("5 minutes ago", "2024-01-15T10:29:00Z"),
        ("5 мин. назад", "2024-01-15T10:29:00Z"),
        ("2 hours ago", "2024-01-15T08:00:00Z"),
        ("an hour ago", "2024-01-15T09:00:00Z"),
        ("2h ago", "2024-01-15T08:00:00Z"),
        ("3 часа назад", "2024-01-15T07:00:00Z"),
        ("час назад", "2024-01-15T09:00:00Z"),
        ("Published 3 days ago", "2024-01-11T21:00:00Z"),
        ("5 дней назад", "2024-01-09T21:00:00Z"),
        ("2 weeks ago", "2023-12-31T21:00:00Z"),
        ("месяц назад", "2023-12-14T21:00:00Z"),
        ("1 year ago", "2023-01-14T21:00:00Z"),
        ("вчера в 14:05", "2024-01-14T11:05:00Z"),
        ("Yesterday at 2:05 PM", "2024-01-14T11:05:00Z"),
        ("сегодня в 09:00", "2024-01-15T06:00:00Z"),
        ("Today", "2024-01-14T21:00:00Z"),
        ("позавчера", "2024-01-12T21:00:00Z"),
        ("15 января 2024, 13:04", "2024-01-15T10:04:00Z"),
    ] {
        let read = super::read(text, &options(now)).map(|at| at.to_string());
        assert_eq!(read.as_deref(), Some(expected), "{text}");
    }
    // an hour later the same day is meant
    let later = super::read("3 days ago", &options("2024-01-15T11:50:00Z"));
    assert_eq!(later, super::read("3 days ago", &options(now)));
    for text in [
        "in 2 hours",
        "ago",
        "2 ago",
        "2 apples ago",
        "tomorrow",
        "99999999999999999999 days ago",
        "9000000 years ago",
        // what programs write for no date
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "1970-01-01T03:00:00+03:00",
        "1 января 1970",
        "Wed, 31 Dec 1969 19:00:00 -0500",
        "0000000000",
        "1900-01-01",
        "1899-12-30 00:00:00",
        "час",
    ] {
        assert_eq!(super::read(text, &options(now)), None, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_survived(text in "\\PC{0,60}") {
        read(&text);
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        super::relative::parse(&text, &TimeZone::UTC, now);
        super::relative::parse(&format!("{text} days ago"), &TimeZone::UTC, now);
    }

    #[test]
    fn date_like_text_is_survived(text in "[0-9]{1,4}[-./ :T+]{0,2}[0-9a-zA-Zянврфев,]{0,5}[-./ :+]{0,2}[0-9]{0,6}[ :+Zz-]{0,2}[0-9]{0,14}") {
        read(&text);
    }

    #[test]
    fn what_jiff_writes_is_read_back(second in 0_i64..4_102_444_800) {
        let at = Timestamp::from_second(second).unwrap();
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        let zoned = at.to_zoned(zone.clone());
        for format in [
            "%a, %d %b %Y %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%:z", "%d.%m.%Y %H:%M:%S", "%c %z", "%s",
            "%A, %B %d, %Y %I:%M:%S %p",
        ] {
            if format == "%s" && second < 100_000_000 { continue; }
            let text = zoned.strftime(format).to_string();
            proptest::prop_assert_eq!(parse(&text, &zone), Some(at), "{}", text);
        }
    }
}
