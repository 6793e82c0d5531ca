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

proptest::proptest! {
    #[test]
    fn any_text_is_survived(text in "\\PC{0,60}") {
        read(&text);
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
