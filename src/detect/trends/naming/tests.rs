//! Labels and related terms of small groups of titles.

use super::super::identify::language_of;
use super::*;

/// Titles, each of an owner.
fn told<'a>(titles: impl Iterator<Item = (&'a str, u32)>, language: &'static str) -> Vec<Told<'a>> {
    let told = |(title, owner)| Told {
        title,
        language,
        item: 0,
        source: "",
        owner,
    };
    titles.map(told).collect()
}

fn named(titles: &[&str], language: &'static str) -> String {
    let mut lexicon = Lexicon::default();
    let titles = told(titles.iter().copied().zip(0..), language);
    name(
        &mut lexicon,
        &Idf::default(),
        &Titles {
            said: &titles,
            media: &["The Daily Lantern"],
            tag: None,
            canonical: None,
        },
        None,
        "",
    )
    .label
}

#[test]
fn a_name_is_told_whole() {
    let label = named(
        &[
            "Ask.fm closes on 1 December",
            "Service Ask.fm closes",
            "Why Ask.fm closes now",
        ],
        "en",
    );
    assert_eq!(label, "Ask.fm closes");
    let label = named(
        &[
            "Певицу Глюк'oZу оштрафовали",
            "Полиция: певицу Глюк'oZу задержали",
            "Певицу Глюк'oZу ждёт суд",
        ],
        "ru",
    );
    // nobody wrote the name in the form of a subject
    assert_eq!(label, "Певицу Глюк'oZу оштрафовали");
    let label = named(
        &[
            "The iOS 20 beta is out",
            "Apple ships iOS 20 beta",
            "iOS 20 beta: all news",
        ],
        "en",
    );
    assert_eq!(label, "iOS 20 beta");
}

#[test]
fn what_says_nothing_gives_way_to_the_headline() {
    let label = named(
        &[
            "Парковка 4 ноября станет бесплатной",
            "4 ноября москвичи отдыхают",
        ],
        "ru",
    );
    assert!(
        label.contains(' ') && !label.starts_with('4') || label.len() > 12,
        "{label}"
    );
    let label = named(
        &[
            "Daily Lantern: frogs found in salad bag",
            "Daily Lantern: a bridge fell in Utopia",
        ],
        "en",
    );
    assert!(
        !label.starts_with("Daily Lantern") || label.contains(':'),
        "{label}"
    );
}

#[test]
fn a_label_is_no_cut_out_of_a_sentence() {
    for (titles, label) in [
        // neither the verb before the name nor what follows it
        (
            &[
                "Clipnet opens Remix Battles to every creator",
                "Why Lumen opens Remix Battles to every creator",
                "Brands join Remix Battles within hours of launch",
            ][..],
            "Remix Battles",
        ),
        // a verb that goes on is no end
        (
            &[
                "Самый большой каток откроется в пятницу",
                "Самый большой каток откроется на площади",
                "Где самый большой каток откроется в пятницу",
            ],
            "Самый большой каток откроется в пятницу",
        ),
        // no name in it: the headline's opening
        (
            &[
                "Москвич нашел в подвале старинный клад монет",
                "Сосед нашел в подвале старинный клад монет",
            ],
            "Москвич нашел в подвале старинный клад монет",
        ),
        // capitals of a headline make no name
        (
            &[
                "Three Advisers Resign Over Approval of a Drug",
                "Second Panel Member Quits After Drug Vote",
            ],
            "Second Panel Member Quits After Drug Vote",
        ),
    ] {
        let language = language_of(label, None);
        assert_eq!(named(titles, language), label);
    }
}

#[test]
fn a_headline_is_told_no_longer_than_it_must() {
    for (titles, label) in [
        // what only says where and when is left out
        (
            &[
                "Завод Лумекс остановил выпуск трамваев на Урале с 3 марта",
                "Завод Лумекс остановил выпуск трамваев, — источники",
            ][..],
            "Завод Лумекс остановил выпуск трамваев",
        ),
        (
            &[
                "Harbor ferries cancel night crossings after storm damage in Velmora",
                "Harbor ferries cancel night crossings",
            ],
            "Harbor ferries cancel night crossings",
        ),
        // a point within a name ends no clause
        (
            &[
                "С 1 мая сервис Quip.me закроет регистрацию",
                "Сервис Quip.me закроет регистрацию 1 мая",
            ],
            "С 1 мая сервис Quip.me закроет регистрацию",
        ),
    ] {
        let language = language_of(label, None);
        assert_eq!(named(titles, language), label);
    }
}

#[test]
fn the_name_that_all_titles_share_is_the_label() {
    let label = named(
        &[
            "Everybody uses Fernloop",
            "Fernloop hits a million",
            "Brands on Fernloop",
            "Why Fernloop works",
        ],
        "en",
    );
    assert_eq!(label, "Fernloop");
    let label = named(
        &[
            "新機能「ミズタマモード」をスタート",
            "話題のミズタマモードを試してみた",
            "ミズタマモードとは何か",
        ],
        "ja",
    );
    assert_eq!(label, "ミズタマモード");
}

/// Related terms of titles, each of an owner.
fn related_of(titles: &[(&str, u32)]) -> (String, Vec<String>) {
    let said = told(titles.iter().copied(), "en");
    let of = Titles {
        said: &said,
        media: &[],
        tag: None,
        canonical: None,
    };
    let name = name(&mut Lexicon::default(), &Idf::default(), &of, None, "");
    (name.label, name.related)
}

#[test]
fn related_terms_are_names_that_several_owners_say() {
    let (label, related) = related_of(&[
        ("Fernloop sues Max Orlin over votes beat likes", 1),
        ("Why Max Orlin fears Fernloop and votes beat likes", 2),
        ("Fernloop wins against Tarn Bridge", 3),
        ("Fernloop returns to Tarn Bridge", 3),
        ("Brands on Fernloop", 4),
        ("Everybody uses Fernloop", 5),
    ]);
    assert_eq!(label, "Fernloop");
    assert_eq!(related, ["Max Orlin"]);
}

#[test]
fn two_halves_of_a_trend_do_not_take_turns() {
    let large: Vec<(&str, &str)> = vec![("Fernloop opens a shop in Velmora", "en"); 5];
    let small = vec![("Fernloop shares fall on late results", "en"); 4];
    let mut lexicon = Lexicon::default();
    let mut labels = Vec::new();
    let mut named = Named::default();
    for said in [&large, &small, &large, &small] {
        let said = told(said.iter().map(|one| one.0).zip(0..), "en");
        let of = Titles {
            said: &said,
            media: &[],
            tag: None,
            canonical: None,
        };
        named = named.renew(&mut lexicon, &Idf::default(), &of);
        labels.push(named.label.clone());
    }
    labels.dedup();
    assert_eq!(labels.len(), 1, "{labels:?}");
}

#[test]
fn scripts_without_spaces_have_readable_names() {
    let label = named(
        &[
            "华为发布新手机系统",
            "今天华为发布新手机",
            "华为发布新手机引发关注",
        ],
        "zh",
    );
    assert_eq!(label, "华为发布新手机");
}
