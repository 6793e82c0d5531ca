//! Forms met in headings.

use super::*;

#[test]
fn dates_in_headings() {
    for (line, expected) in [
        ("14.1.0 - 2026-06-29", "2026-06-29"),
        ("2.14 (2017-06-00)", "2017-06-01"),
        ("7.6.0 (2022/05/10)", "2022-05-10"),
        ("03.08.23", "2023-08-03"),
        ("17.07.24, ", "2024-07-17"),
        ("July 18th, 2017", "2017-07-18"),
        ("Jul 29, 2026", "2026-07-29"),
        ("28 avr. 2022", "2022-04-28"),
        ("1 août 2021", "2021-08-01"),
        ("14 марта 2024 г.", "2024-03-14"),
        ("Обновление от 5 мая 2023 года", "2023-05-05"),
        ("29 de junio de 2026", "2026-06-29"),
        ("June 1–5, 2026", "2026-06-01"),
        ("June 1-5, 2026", "2026-06-01"),
        ("25–29 May 2026", "2026-05-25"),
        ("с 1 по 7 мая 2026", "2026-05-01"),
        ("April 28 - May 2, 2026", "2026-04-28"),
        ("28 апреля – 4 мая 2026 г.", "2026-04-28"),
        ("Week of June 1, 2026", "2026-06-01"),
        ("Обновление 1.8 — декабрь 2023", "2023-12-01"),
        ("Версия 1.8 декабрь 2023", "2023-12-01"),
        ("Release 8 – December 2023", "2023-12-01"),
        ("March – April 2024", "2024-03-01"),
        ("15-Jan-2024", "2024-01-15"),
        ("Q3 2025", "2025-07-01"),
        ("2025 Q1", "2025-01-01"),
        ("III квартал 2025", "2025-07-01"),
        ("2 квартал 2025 года", "2025-04-01"),
        ("1 кв. 2025", "2025-01-01"),
        ("2025-07", "2025-07-01"),
        ("2025/05", "2025-05-01"),
        ("07.2025", "2025-07-01"),
        ("06/2025", "2025-06-01"),
        ("March 2024", "2024-03-01"),
        ("Март 2024", "2024-03-01"),
        ("2024年3月5日", "2024-03-05"),
        ("6/29/2026", "2026-06-29"),
        ("Version 3.2.1, released 3. Oktober 2024", "2024-10-03"),
    ] {
        assert_eq!(
            find(line, Context::default())
                .map(|when| when.date.to_string())
                .as_deref(),
            Some(expected),
            "{line}"
        );
    }
}

#[test]
fn no_dates() {
    for line in [
        "1.2.3",
        "v3.0.2",
        "10.12.2.1",
        "Graph API v21.0",
        "in May we changed 3 things",
        "HTTP 2024",
        "2024",
        "1.2.3.2024",
        "Marked 20 as 2024x",
        "2024-07x",
        "build 12-2024-99",
        "v2025.07",
        "5.07.2025.1",
        "q 3 2025 things",
        "we fixed 3 of 2024 faults",
    ] {
        assert_eq!(find(line, Context::default()), None, "{line}");
    }
}

#[test]
fn headings_above_say_the_rest() {
    let context = Context {
        year: Some(2024),
        month: None,
        month_first: false,
    };
    assert_eq!(
        find("14 March", context)
            .map(|when| when.date.to_string())
            .as_deref(),
        Some("2024-03-14")
    );
    assert_eq!(
        find("Март", context)
            .map(|when| when.date.to_string())
            .as_deref(),
        Some("2024-03-01")
    );
    assert_eq!(
        find("Dec 2: pixels", context)
            .map(|when| when.date.to_string())
            .as_deref(),
        Some("2024-12-02")
    );
    assert_eq!(find("Fixed 2 things", context), None);
}
