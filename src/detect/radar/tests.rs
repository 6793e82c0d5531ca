//! Names in texts of several languages, and which of them are news.

use jiff::{SignedDuration, Timestamp};

use super::names::named;
use super::text::Tokens;
use super::watch::{WARM_UP, is_same_thing, stage};
use super::{Memory, NameUse, judge, names};
use crate::model::{NameKey, NewName, TrendStage};

/// Names as written, those that may only be a headline's with a question mark.
fn found(text: &str) -> Vec<String> {
    let cut = Tokens::of(text);
    let written = |name: &super::names::Named| {
        let (first, last) = (&cut.all[name.tokens.start], &cut.all[name.tokens.end - 1]);
        let sure = if name.sure { "" } else { "?" };
        format!("{}{sure}", &cut.text[first.range.start..last.range.end])
    };
    named(&cut).iter().map(written).collect()
}

fn key(name: &str) -> NameKey {
    names(&format!("#{}", name.replace(' ', "_")), "")[0]
}

fn verdict(name: &str, uses: &[(&str, &str)]) -> Option<(String, Option<&'static str>)> {
    let uses: Vec<NameUse<'_>> = uses
        .iter()
        .map(|(owner, text)| NameUse {
            owner,
            title: "",
            summary: text,
        })
        .collect();
    judge(key(name), &uses).map(|verdict| (verdict.name, verdict.sort))
}

#[test]
fn names_are_known_by_their_looks() {
    assert_eq!(
        found("Clipnet opens Remix Battles to every creator on iOS 20"),
        ["Clipnet?", "Remix Battles", "iOS", "iOS 20"]
    );
    assert_eq!(
        found("В сервисе «Ремикс Батлы» от Clipnet появился #РемиксБатл по ФЗ-72"),
        [
            "Ремикс Батлы",
            "Ремикс Батлы",
            "Clipnet",
            "РемиксБатл",
            "ФЗ-72"
        ]
    );
    assert_eq!(
        found("Opens Remix Battles To Every Creator")[0],
        "Opens Remix?"
    );
    assert_eq!(
        found("We saw yesterday that Apple's Vision comes to stores on 1 May 2027"),
        ["Apple", "Vision"]
    );
    assert_eq!(
        found("YouTube-канал об Edits'ах"),
        ["YouTube", "Edits"],
        "what is Russian behind a Latin name is not its own"
    );
    assert!(found("The APIs of the day: 新产品发布").is_empty());
    assert_eq!(found("Introducing Edits: a free editor for all"), ["Edits"]);
    assert_eq!(
        found("抖音推出「光影模式」和Lumora应用"),
        ["光影模式", "Lumora"]
    );
    assert_eq!(
        found("driftlog – a daemon for the rest of us"),
        ["driftlog"]
    );
    assert_eq!(
        found("Driftcam launches without ads"),
        ["Driftcam?"],
        "may begin a sentence by chance"
    );
    assert_eq!(found("We tried Driftcam for a day"), ["Driftcam"]);
    assert!(found("").is_empty() && found("# @ «» \u{301}").is_empty());
}

#[test]
fn all_forms_of_a_name_share_a_key() {
    let keys = |text: &str| names(text, "");
    for (text, name) in [
        ("смотрим #РемиксБатлы", "Ремикс Батлы"),
        ("о «Ремикс Батлах» говорят", "Ремикс Батлы"),
        ("we like RemixBattles here", "Remix Battles"),
        ("we like Remix Battles here", "remix_battles"),
    ] {
        assert!(keys(text).contains(&key(name)), "{text}");
    }
    assert_eq!(keys("вышел 519-ФЗ о рекламе"), keys("о рекламе и ФЗ-519"));
    assert!(!keys("we like Remix Battle Royale").contains(&key("Remix Battles")));
}

#[test]
fn a_launched_thing_is_news_and_a_person_a_place_and_a_war_are_not() {
    assert_eq!(
        verdict(
            "Remix Battles",
            &[
                (
                    "clipnet",
                    "Introducing Remix Battles, a new format for every creator."
                ),
                (
                    "wire",
                    "Clipnet launches Remix Battles for all. Duels last a day."
                ),
                (
                    "note",
                    "How we made our first clip for Remix Battles with a phone."
                ),
            ]
        ),
        Some(("Remix Battles".to_owned(), Some("format")))
    );
    assert_eq!(
        verdict(
            "Ремикс Батлы",
            &[
                (
                    "clipnet",
                    "Запускаем новый формат «Ремикс Батлы» для всех авторов."
                ),
                ("wire", "Клипнет запустил формат «Ремикс Батлы»."),
                ("note", "Мы попробовали «Ремикс Батлы», и вот что вышло."),
            ]
        ),
        Some(("Ремикс Батлы".to_owned(), Some("format")))
    );
    assert_eq!(
        verdict(
            "Удачный День",
            &[
                ("a", "Выступила группа «Удачный День», зал был полон."),
                ("b", "Фильм «Удачный День» собрал полный зал вчера."),
                ("c", "Кафе «Удачный День» закрылось на ремонт."),
            ]
        ),
        None,
        "nobody says that it is launched"
    );
    assert_eq!(
        verdict(
            "Peter Novak",
            &[
                (
                    "a",
                    "The new minister Peter Novak unveils the new tool of the state."
                ),
                (
                    "b",
                    "Yesterday Peter Novak launched a new service for farmers."
                ),
                ("c", "They say Peter Novak announced a platform."),
            ]
        ),
        None
    );
    assert_eq!(
        verdict(
            "Zarya 9",
            &[
                ("a", "The launch of the Zarya 9 missile killed two."),
                ("b", "A new missile, Zarya 9, was announced."),
                ("c", "The army tests the Zarya 9 missile again."),
            ]
        ),
        None
    );
}

#[test]
fn reprints_and_one_loud_owner_are_not_several_owners() {
    let text = "Clipnet launches Remix Battles, a new format for every creator in town.";
    let copies = [("a", text), ("b", text), ("c", text)];
    assert_eq!(verdict("Remix Battles", &copies), None);
    let loud = [
        ("a", "Clipnet launches Remix Battles, a new format."),
        ("a", "Our guide to Remix Battles, the new format."),
        ("a", "We launch clips for Remix Battles, the format."),
    ];
    assert_eq!(verdict("Remix Battles", &loud), None);
}

#[test]
fn who_makes_a_thing_public_is_no_new_thing() {
    let uses = [
        (
            "a",
            "Yesterday Norvane Group launched a new service for farmers.",
        ),
        ("b", "A new app: Norvane Group unveils it in May."),
        ("c", "They say Norvane Group announced a platform."),
    ];
    assert_eq!(verdict("Norvane Group", &uses), None);
    let slips = [
        ("a", "The new Instgram app has a feature for you."),
        ("b", "They tried the new Instgram app."),
        ("c", "A service of Instgram was launched."),
    ];
    assert_eq!(verdict("Instgram", &slips), None, "a slip of the pen");
}

#[test]
fn a_new_tag_is_news_if_it_is_no_common_word() {
    let uses = |tag: &str| -> Option<(String, Option<&'static str>)> {
        let texts: Vec<String> = ["We play", "All of us play", "Who would not play"]
            .iter()
            .map(|text| format!("{text} #{tag} today"))
            .collect();
        verdict(tag, &[("a", &texts[0]), ("b", &texts[1]), ("c", &texts[2])])
    };
    let told = Some(("#RemixBattles".to_owned(), Some("hashtag")));
    assert_eq!(uses("RemixBattles"), told);
    assert_eq!(uses("promo"), None);
}

fn at(hours: i64) -> Timestamp {
    let start: Timestamp = "2026-03-02T00:00:00Z".parse().expect("a time");
    start + SignedDuration::from_hours(hours)
}

/// What a stream of days with chatter tells of a launch at `day`, and of what was there on day 2.
fn told(day: i64) -> Vec<String> {
    let mut memory = Memory::default();
    let mut told = Vec::new();
    let texts = [
        "Introducing Remix Battles, a new format for every creator.",
        "Clipnet launches Remix Battles for all. Duels last a day.",
        "How we made our first clip for Remix Battles with a phone.",
        "Everybody wants the new Remix Battles now.",
    ];
    let mut number = 0;
    for hour in 0..(day + 9) * 24 {
        if hour == 48 {
            memory.add(
                number,
                at(hour),
                "old",
                "",
                "Our Mirror Mode is an old feature.",
            );
            number += 1;
        }
        for (n, text) in texts.iter().enumerate() {
            if hour == day * 24 + 5 * n as i64 {
                memory.add(number, at(hour), &format!("owner {n}"), "", text);
                let old = text.replace("Remix Battles", "Mirror Mode");
                memory.add(number + 1, at(hour), &format!("owner {n}"), "", &old);
                number += 2;
            }
        }
        told.extend(memory.check().into_iter().map(|told| told.verdict.name));
    }
    told
}

#[test]
fn a_new_name_is_told_once_after_the_warm_up() {
    assert_eq!(told(WARM_UP + 6), ["Remix Battles"]);
    assert!(told(WARM_UP - 2).is_empty(), "nothing is new yet");
}

#[test]
fn one_thing_has_one_name() {
    assert!(is_same_thing(
        ("Copilot X", &[1, 2, 3]),
        ("Copilot", &[3, 9, 10, 11])
    ));
    assert!(is_same_thing(
        ("M1 Max", &[1, 2, 3]),
        ("M1 Pro", &[2, 3, 7])
    ));
    assert!(!is_same_thing(
        ("Copilot X", &[1, 2, 3]),
        ("Copilot", &[7, 8, 9])
    ));
    assert!(!is_same_thing(
        ("Zephyr", &[1, 2, 3, 4]),
        ("Copilot", &[4, 8, 9, 10])
    ));
}

#[test]
fn a_name_rises_and_is_over() {
    let name = NewName {
        name: "Remix Battles".to_owned(),
        sort: None,
        owners: 3,
        launched: 2,
        sorted: 1,
        unseen_days: 30,
        first_at: at(0),
        planned: None,
        confidence: 0.8,
    };
    let uses: Vec<(Timestamp, &str)> = [
        (0, "a"),
        (5, "b"),
        (9, "c"),
        (26, "d"),
        (30, "e"),
        (31, "f"),
        (33, "g"),
    ]
    .iter()
    .map(|(hour, owner)| (at(*hour), *owner))
    .collect();
    let stages = [10, 34, 70, 130].map(|hour| {
        let until = uses.partition_point(|(time, _)| *time <= at(hour));
        stage(&name, &uses[..until], at(hour))
    });
    assert_eq!(
        stages,
        [
            TrendStage::Emerging,
            TrendStage::Rising,
            TrendStage::Fading,
            TrendStage::Over
        ]
    );
}

#[test]
fn any_text_is_read() {
    for text in [
        "#",
        "«",
        "\"\"",
        "A’",
        "a.",
        "#\u{301}",
        "І.І",
        "\u{feff}",
        "'s",
        "A's's",
        "𝕏 𝕏",
    ] {
        let _ = names(text, &text.repeat(3_000));
    }
    assert!(names("", &"New Name ".repeat(50_000)).len() < 100);
}
