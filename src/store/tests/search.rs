//! Full-text search: what people type finds what they mean, and nothing they type is an error.

use proptest::prelude::*;

use super::*;

fn library() -> (TempDir, Writer) {
    let (dir, mut writer) = with_sources();
    let titled = |guid: &str, title: &str, summary: &str| {
        let mut write = item(guid, title);
        write.read.summary = summary.to_owned();
        write
    };
    let commit = PollCommit {
        version: Some(version(
            1,
            1,
            &["Minimum age for LIVE is 18 years", "Всё о рекламе алкоголя"],
        )),
        items: vec![
            titled(
                "1",
                "Новые правила рекламы",
                "Рекламодатели обязаны помечать объявления, ещё раз",
            ),
            titled(
                "2",
                "New advertising policies",
                "Advertisers must label AI content",
            ),
            titled("3", "人工智能标签", "抖音要求标注"),
            titled("4", "C++ and e-mail", "co-operate"),
        ],
        ..poll("a", 1)
    };
    writer.commit_poll(&commit).unwrap();
    (dir, writer)
}

#[test]
fn words_are_found_in_their_forms() {
    let (_dir, writer) = library();
    let found = |query: &str| -> Vec<String> {
        let hits = writer.search(query, 9).unwrap();
        hits.into_iter().map(|hit| hit.title).collect()
    };
    let ru = "Новые правила рекламы";
    let en = "New advertising policies";
    assert_eq!(found("реклама"), [ru, "Rules"]);
    assert_eq!(found("правилами рекламу"), [ru]);
    assert_eq!(found("объявление"), [ru]);
    assert_eq!(found("policy"), [en]);
    assert_eq!(found("POLICIES label"), [en]);
    assert_eq!(found("adverti*"), [en]);
    assert_eq!(found("ещё"), [ru]);
    assert_eq!(found("еще"), [ru]);
    assert_eq!(found("все"), ["Rules"]);
    assert_eq!(found("智能"), ["人工智能标签"]);
    assert_eq!(found("标注"), ["人工智能标签"]);
    assert_eq!(found("注标"), [""; 0]);
    assert_eq!(found("\"age for live\""), ["Rules"]);
    assert_eq!(found("\"live for age\""), [""; 0]);
    assert_eq!(found("реклама -алкоголь"), [ru]);
    assert_eq!(found("e-mail"), ["C++ and e-mail"]);
    assert_eq!(found("реклама policies"), [""; 0]);
    assert_eq!(found("- \"\" * ( ) ^ :"), [""; 0]);
}

#[test]
fn a_snippet_shows_the_place() {
    let (_dir, mut writer) = library();
    let long = format!(
        "{} the ban on raffles {}",
        "word ".repeat(80),
        "tail ".repeat(80)
    );
    let mut write = item("9", "Long");
    write.read.summary = long;
    let commit = PollCommit {
        items: vec![write],
        ..poll("a", 2)
    };
    writer.commit_poll(&commit).unwrap();
    let hit = &writer.search("raffle", 9).unwrap()[0];
    assert!(hit.snippet.starts_with("…word word"), "{}", hit.snippet);
    assert!(hit.snippet.contains(" the ban on raffles tail "));
    assert!(hit.snippet.ends_with('…') && hit.snippet.chars().count() <= 202);
    let policies = &writer.search("advertiser", 9).unwrap()[0];
    assert_eq!(policies.snippet, "Advertisers must label AI content");
    assert_eq!(hit.at, at(2));
}

#[test]
fn the_wanted_words_are_marked_in_characters() {
    let (_dir, writer) = library();
    let marked = |query: &str| {
        let hit = writer.search(query, 1).unwrap().remove(0);
        let text = |(start, end): &(usize, usize)| -> String {
            hit.snippet.chars().skip(*start).take(end - start).collect()
        };
        hit.marks.iter().map(text).collect::<Vec<_>>()
    };
    assert_eq!(marked("объявление помечать"), ["помечать", "объявления"]);
    assert_eq!(marked("еще"), ["ещё"]);
    assert_eq!(marked("labels"), ["label"]);
    assert_eq!(marked("adver*"), ["Advertisers"]);
    assert_eq!(marked("标注"), ["标", "注"]);
}

#[test]
fn a_russian_word_finds_its_own_forms_only() {
    let (_dir, mut writer) = with_sources();
    let commit = PollCommit {
        items: vec![
            item("1", "Столица ждёт"),
            item("2", "Заказ столов"),
            item("3", "Новые СТОЛЫ"),
            item("4", "Сезон скидок"),
        ],
        ..poll("a", 1)
    };
    writer.commit_poll(&commit).unwrap();
    let found = |query: &str| {
        let mut titles: Vec<_> = writer
            .search(query, 9)
            .unwrap()
            .into_iter()
            .map(|h| h.title)
            .collect();
        titles.sort();
        titles
    };
    assert_eq!(found("стол"), ["Заказ столов", "Новые СТОЛЫ"]);
    assert_eq!(
        found("стол*"),
        ["Заказ столов", "Новые СТОЛЫ", "Столица ждёт"]
    );
    assert_eq!(found("\"стол\""), [""; 0], "a phrase is exact");
    assert_eq!(found("скидками"), ["Сезон скидок"]);
    assert_eq!(found("скидывать"), [""; 0]);
}

#[test]
fn filters_narrow_what_is_searched() {
    let (_dir, writer) = library();
    let count = |filter: &SearchFilter| {
        writer
            .search_in("правила OR label", filter, 9)
            .unwrap()
            .len()
    };
    let all = SearchFilter::default();
    let one = |filter: &SearchFilter| writer.search_in("label", filter, 9).unwrap().len();
    assert_eq!(count(&all), 0, "there is no OR: it is a word");
    assert_eq!(one(&all), 1);
    for (filter, expected) in [
        (
            SearchFilter {
                source: Some(id("a")),
                ..all.clone()
            },
            1,
        ),
        (
            SearchFilter {
                source: Some(id("b")),
                ..all.clone()
            },
            0,
        ),
        (
            SearchFilter {
                platform: Some("tiktok".to_owned()),
                ..all.clone()
            },
            1,
        ),
        (
            SearchFilter {
                platform: Some("vk".to_owned()),
                ..all.clone()
            },
            0,
        ),
        (
            SearchFilter {
                kind: Some("page".to_owned()),
                ..all.clone()
            },
            1,
        ),
        (
            SearchFilter {
                kind: Some("feed".to_owned()),
                ..all.clone()
            },
            0,
        ),
        (
            SearchFilter {
                since: Some(at(1)),
                ..all.clone()
            },
            1,
        ),
        (
            SearchFilter {
                since: Some(at(2)),
                ..all.clone()
            },
            0,
        ),
    ] {
        assert_eq!(one(&filter), expected, "{filter:?}");
    }
    let rules = SearchFilter {
        since: Some(at(2)),
        ..all
    };
    assert!(writer.search_in("алкоголь", &rules, 9).unwrap().is_empty());
}

#[test]
fn an_edit_replaces_what_is_found() {
    let (_dir, mut writer) = library();
    let known = writer.known_items(&id("a"), &[key("2")]).unwrap()[0].id;
    let commit = PollCommit {
        items: vec![ItemWrite {
            known: Some(known),
            is_edit: true,
            ..item("2", "Guidelines")
        }],
        ..poll("a", 2)
    };
    writer.commit_poll(&commit).unwrap();
    assert!(writer.search("policies", 9).unwrap().is_empty());
    assert_eq!(writer.search("guideline", 9).unwrap().len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_that_is_typed_is_an_error(
        query in prop_oneof![
            any::<String>(),
            "[\"'*^:(){}+\\-a-zа-я ]{0,40}",
            "(AND|OR|NOT|NEAR|title:|\\(|\\)|\"|\\*|-| |я|a|\u{0}|\u{301}){0,20}",
        ]
    ) {
        thread_local! {
            static LIBRARY: (TempDir, Writer) = library();
        }
        LIBRARY.with(|(_, writer)| {
            prop_assert!(writer.search(&query, 5).is_ok(), "{query:?}");
            Ok(())
        })?;
    }
}
