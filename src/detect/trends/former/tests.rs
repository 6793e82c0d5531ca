#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::super::identify::language_of;
use super::super::language::Lexicon;
use super::*;

fn refrain(title: &str) -> Refrain {
    let title = (title, language_of(title, Some("en")));
    Refrain::read(&mut Lexicon::default(), &[title, title])
}

/// The hour of a time such as `2026-03-02T09`.
fn hour(at: &str) -> i64 {
    let at: Timestamp = format!("{at}:00:00Z").parse().unwrap();
    at.as_second() / 3_600
}

fn time(hour: i64) -> Time {
    let items: Vec<(i64, u32)> = (0..5).map(|n| (hour * 3_600 + n * 900, n as u32)).collect();
    times(&items)[0]
}

/// How the last of some times returns; each is a trend of its own, of five owners.
fn last(said: &[(&str, &str)]) -> Option<String> {
    let mut former = Former::default();
    for (n, (at, title)) in said.iter().enumerate() {
        let at = hour(at);
        let told = former.returns(&refrain(title), time(at), &Idf::default());
        former.tell(TrendId(n as u64), at + 2, &refrain(title), &[time(at)], 5);
        if n + 1 == said.len() {
            assert!(told.iter().all(|told| told.usual == 5));
            return told.map(|told| told.how);
        }
    }
    None
}

#[test]
fn what_comes_a_third_time_at_its_time_returns() {
    for (said, how) in [
        (
            [
                ("2026-03-02T09", "Meme Marathon 42: cats"),
                ("2026-03-09T12", "Meme Marathon 43: frogs"),
                ("2026-03-16T08", "Meme Marathon 44: dogs"),
            ],
            "every Monday",
        ),
        (
            [
                ("2026-03-06T18", "РПЛ, обзор матчей 21-го тура"),
                ("2026-03-13T20", "РПЛ, обзор матчей 22-го тура"),
                ("2026-03-20T17", "РПЛ, обзор матчей 23-го тура"),
            ],
            "every Friday",
        ),
        (
            [
                ("2026-03-04T10", "第42届表情包大赛开始投票"),
                ("2026-03-18T10", "第43届表情包大赛开始投票"),
                ("2026-04-01T10", "第44届表情包大赛开始投票"),
            ],
            "every other Wednesday",
        ),
        (
            [
                ("2026-01-01T10", "Отчёт о продажах за декабрь опубликован"),
                ("2026-02-01T11", "Отчёт о продажах за январь опубликован"),
                ("2026-03-01T09", "Отчёт о продажах за февраль опубликован"),
            ],
            "monthly",
        ),
        (
            [
                ("2026-01-31T10", "Payday sale: all prices cut"),
                ("2026-02-28T11", "Payday sale: prices of all cut"),
                ("2026-03-31T09", "Payday sale, prices cut"),
            ],
            "monthly",
        ),
        (
            [
                ("2026-01-05T10", "First Monday book club meets"),
                ("2026-02-02T11", "Book club meets, first Monday"),
                ("2026-03-02T09", "First Monday: book club meets"),
            ],
            "monthly",
        ),
        (
            [
                ("2025-09-15T10", "Quarterly figures of Clipnet"),
                ("2025-12-15T11", "Clipnet: quarterly figures"),
                ("2026-03-15T09", "Clipnet's quarterly figures"),
            ],
            "quarterly",
        ),
        (
            [
                ("2026-03-02T07", "Wordle 1001 hints"),
                ("2026-03-03T08", "Wordle 1002 hints"),
                ("2026-03-04T07", "Wordle 1003 hints"),
            ],
            "daily",
        ),
    ] {
        assert_eq!(last(&said).as_deref(), Some(how), "{said:?}");
        assert_eq!(last(&said[..1]), None);
    }
}

#[test]
fn the_same_words_a_second_time_return_and_other_numbers_do_not() {
    let column = "Weekend playlist of the Lantern team";
    for (then, now, how) in [
        ("2026-03-07T09", "2026-03-14T10", Some("every Saturday")),
        ("2026-02-07T09", "2026-03-07T10", Some("monthly")),
        ("2025-03-06T09", "2026-03-05T10", Some("yearly")),
        ("2026-03-07T09", "2026-03-15T10", None),
        ("2025-03-06T09", "2026-05-05T10", None),
    ] {
        let told = last(&[(then, column), (now, column)]);
        assert_eq!(told.as_deref(), how, "{then} {now}");
    }
    let phones = [
        ("2025-09-09T17", "Apple presents the iPhone 17"),
        ("2026-09-08T17", "Apple presents the iPhone 18"),
    ];
    assert_eq!(last(&phones), None);
    let contests = [
        ("2025-05-17T20", "Eurovision 2025 final tonight"),
        ("2026-05-16T20", "Eurovision 2026 final tonight"),
    ];
    assert_eq!(last(&contests).as_deref(), Some("yearly"));
}

#[test]
fn what_is_often_spoken_of_keeps_no_time() {
    let strike = "Drone attack repelled near the harbour";
    let said = [
        ("2026-03-02T09", strike),
        ("2026-03-04T15", strike),
        ("2026-03-06T02", strike),
        ("2026-03-09T10", strike),
        ("2026-03-11T21", strike),
        ("2026-03-13T05", strike),
        ("2026-03-14T20", strike),
        ("2026-03-16T09", strike),
    ];
    assert_eq!(last(&said), None);
}

#[test]
fn a_trend_is_remembered_once_and_not_for_ever() {
    let mut former = Former::default();
    let (said, at) = (refrain("Clipnet is down"), hour("2026-03-02T09"));
    former.tell(TrendId(1), at, &said, &[time(at)], 3);
    former.tell(TrendId(2), at, &said, &[time(at)], 3);
    former.tell(TrendId(1), at + 4, &said, &[time(at), time(at + 30)], 6);
    assert_eq!(former.told.len(), 2);
    let grown = former.told.back().unwrap();
    assert_eq!(
        (grown.trend, grown.owners, grown.times.len()),
        (TrendId(1), 6, 2)
    );
    for n in 0..REMEMBERED as u64 + 5 {
        former.tell(TrendId(9 + n), at, &said, &[time(at)], 3);
    }
    assert_eq!(former.told.len(), REMEMBERED);
    former.tell(TrendId(5), at + YEARS * 367 * DAY, &said, &[time(at)], 3);
    assert_eq!(former.told.len(), 1);
}

#[test]
fn times_are_parted_by_silence() {
    let day = 24 * 3_600;
    let items = [
        (0, 1),
        (3_600, 2),
        (day, 1),
        (2 * day, 3),
        (2 * day + 60, 4),
    ];
    let found: Vec<i64> = times(&items).iter().map(|time| time.from).collect();
    assert_eq!(found, [0, 48], "one owner alone is no time");
    assert_eq!(
        times(&[(0, 1), (day, 2)]).len(),
        1,
        "unless there is no other"
    );
    assert!(times(&[]).is_empty());
}
