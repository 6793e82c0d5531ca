//! A name in the news daily: what is said of it every day is the past of the name, not of each story.

use super::{Said, WORDS, chatter, said, stream, watch};

/// Days of the name before its stories.
const DAYS: i64 = 24;

/// A name that someone says something else of every day.
fn daily(name: &str, days: i64) -> Vec<Said> {
    let word = |n: i64| WORDS[(n * 17 % 60) as usize];
    let told = |day: i64| {
        let title = format!(
            "{name}: {} {} {}",
            word(day),
            word(day * 3 + 1),
            word(day * 7 + 2)
        );
        said(
            day * 1440 + 600 + day % 7 * 40,
            &format!("owner{}", day * 5 % 12),
            &title,
            "",
        )
    };
    (0..days).map(told).collect()
}

/// The same news in several titles, on the day after, each by another owner.
fn news(from: i64, titles: &[&str], summary: &str) -> Vec<Said> {
    let told = titles.iter().zip(0..);
    told.map(|(title, n)| {
        let minute = DAYS * 1440 + from + n * 40;
        said(minute, &format!("owner{}", (n + from) % 12), title, summary)
    })
    .collect()
}

/// Headlines that were told as news from a day on.
fn told(all: &[Said], since: i64) -> Vec<String> {
    let checks = watch(all, 360);
    let late = checks.into_iter().filter(|check| check.0 >= since * 1440);
    let news = late.flat_map(|check| check.1);
    let mut told: Vec<String> = news
        .filter(|trend| !trend.evidence.is_routine())
        .map(|trend| trend.headline)
        .collect();
    told.sort_unstable();
    told.dedup();
    told
}

#[test]
fn two_stories_of_a_name_that_is_in_the_news_daily_are_told() {
    let worlds = [
        (
            "Ozora Bazaar",
            "raises commissions",
            news(
                480,
                &[
                    "Ozora Bazaar raises commissions for vendors",
                    "Commissions of vendors at Ozora Bazaar go up",
                    "Vendors angry: Ozora Bazaar raises commissions",
                    "Ozora Bazaar commissions: what vendors say",
                    "Higher commissions for Ozora Bazaar vendors",
                ],
                "Vendors of clothes now pay a commission of twenty percent instead of fifteen.",
            ),
            "drones",
            news(
                485,
                &[
                    "Ozora Bazaar delivers parcels by drones",
                    "Drones deliver the first parcels of Ozora Bazaar",
                    "Parcels by air: drones of Ozora Bazaar",
                    "Ozora Bazaar starts drones for parcels",
                    "How drones of Ozora Bazaar deliver parcels",
                ],
                "The drones lift three kilograms and deliver parcels along an air corridor.",
            ),
        ),
        (
            "Вектра Маркет",
            "омисси",
            news(
                480,
                &[
                    "Вектра Маркет поднял комиссию для продавцов",
                    "Комиссия Вектра Маркета для продавцов выросла",
                    "Продавцы недовольны: Вектра Маркет повышает комиссию",
                    "Вектра Маркет увеличил комиссии продавцам",
                    "Рост комиссии на Вектра Маркете: реакция продавцов",
                ],
                "Теперь продавцы одежды платят комиссию в двадцать процентов вместо пятнадцати.",
            ),
            "дрон",
            news(
                485,
                &[
                    "Вектра Маркет запустил доставку посылок дронами",
                    "Доставка посылок дронами от Вектра Маркета началась",
                    "Дроны: Вектра Маркет начал доставку посылок",
                    "Вектра Маркет: первая доставка дронами",
                    "Доставка дронами: как работает Вектра Маркет",
                ],
                "Дроны поднимают три килограмма, доставка посылок идёт по воздушному коридору.",
            ),
        ),
    ];
    for (name, first, one, second, other) in worlds {
        let all = stream([
            chatter(DAYS + 1),
            daily(name, DAYS),
            one,
            other,
            chatter_end(),
        ]);
        let told = told(&all, DAYS);
        let is_told = |what: &str| told.iter().any(|line| line.to_lowercase().contains(what));
        assert!(is_told(first) && is_told(second), "{name}: {told:?}");
    }
}

/// Something after the last day, so that there is a check at its end.
fn chatter_end() -> Vec<Said> {
    vec![said((DAYS + 1) * 1440 + 400, "owner0", "Good night", "")]
}

#[test]
fn a_daily_column_of_a_name_stays_hidden() {
    let column = |day: i64| {
        let told = move |owner: i64| {
            said(
                day * 1440 + 540 + owner * 9,
                &format!("owner{}", (owner + day) % 12),
                &format!(
                    "Ozora Bazaar share price on 3/{}: ${}",
                    day + 2,
                    90 + day * 7 % 31
                ),
                &format!("Shares of Ozora Bazaar opened at ${}.", 90 + day * 7 % 31),
            )
        };
        (0..5).map(told)
    };
    let columns: Vec<Said> = (0..=DAYS).flat_map(column).collect();
    let all = stream([
        chatter(DAYS + 1),
        daily("Ozora Bazaar", DAYS),
        columns,
        chatter_end(),
    ]);
    // two weeks are learned from
    let told = told(&all, 15);
    assert!(told.is_empty(), "{told:?}");
}
