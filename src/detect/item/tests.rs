use super::*;

fn source(kind: &str, role: Role) -> Source {
    let url = "https://clip.example/news".parse().expect("a URL");
    let mut source = Source::probe(url, crate::model::SourceKind(kind.to_owned()));
    source.title = "Clip News".to_owned();
    source.platform = Some("Clip".to_owned());
    source.role = role;
    source.language = Some("en".to_owned());
    source
}

fn item(title: &str, summary: &str) -> ReadItem {
    ReadItem {
        guid: Some("42".to_owned()),
        title: title.to_owned(),
        summary: summary.to_owned(),
        ..ReadItem::default()
    }
}

fn told(source: &Source, title: &str, summary: &str) -> Finding {
    let now = "2026-03-02T09:00:00Z".parse().expect("a time");
    item_finding(source, &item(title, summary), now)
}

fn day(text: &str) -> jiff::civil::Date {
    text.parse().expect("a day")
}

#[test]
fn an_entry_that_ends_something_is_a_deprecation_with_its_day() {
    let changelog = source("changelog", Role::Official);
    let finding = told(
        &changelog,
        "Graph endpoint deprecated",
        "The /insights endpoint is deprecated and will be removed on June 30, 2026. Use /metrics.",
    );
    assert_eq!(finding.class, Some(ChangeClass::Deprecation));
    assert_eq!(finding.effective, Some(day("2026-06-30")));
    assert!(
        finding.severity >= Severity::Important,
        "{:?}",
        finding.severity
    );
    assert!(
        finding.title.ends_with("Graph endpoint deprecated"),
        "{}",
        finding.title
    );
    let quote = finding.evidence.iter().find(|e| e.kind == "quote");
    assert!(quote.is_some_and(|q| q.after.as_deref().is_some_and(|t| t.contains("June 30"))));
}

#[test]
fn a_russian_entry_is_read_with_the_same_table() {
    let mut changelog = source("changelog", Role::Official);
    changelog.language = Some("ru".to_owned());
    let finding = told(
        &changelog,
        "Новые требования к рекламе",
        "С 1 июля 2026 года рекламодатели обязаны указывать идентификатор. Размещать рекламу без него запрещено.",
    );
    assert!(matches!(
        finding.class,
        Some(ChangeClass::Ban | ChangeClass::Requirement)
    ));
    assert_eq!(finding.effective, Some(day("2026-07-01")));
}

#[test]
fn only_who_makes_the_rules_is_classed_unless_a_medium_reports_one() {
    let (title, text) = (
        "Clip raises the age of live hosts to 18",
        "You must now be at least 18 years old to host a live session.",
    );
    let official = told(&source("feed", Role::Official), title, text);
    let medium = told(&source("feed", Role::Media), title, text);
    let rival = told(&source("channel", Role::Competitor), title, text);
    assert!(official.class.is_some());
    assert_eq!(rival.class, None);
    assert_eq!(medium.severity, Severity::Informational);
    assert!(official.confidence > rival.confidence && rival.confidence > medium.confidence);
    let gossip = told(
        &source("feed", Role::Media),
        "Ten clips that made us smile this week",
        "You must see the third one.",
    );
    assert_eq!(gossip.class, None);
    let report = told(
        &source("feed", Role::Media),
        "Clip bans political ads",
        "Political ads are prohibited on Clip from now on.",
    );
    assert_eq!(report.class, Some(ChangeClass::Ban));
}

#[test]
fn incidents_are_graver_while_they_last() {
    let status = source("statuspage", Role::Official);
    assert!(is_status(&status));
    let grave = |title: &str| {
        let finding = told(&status, title, "");
        assert_eq!((finding.kind, finding.class), (FindingKind::Outage, None));
        finding.severity
    };
    assert_eq!(grave("Major outage of uploads"), Severity::Breaking);
    assert_eq!(grave("Elevated error rates"), Severity::Important);
    assert_eq!(
        grave("Resolved: elevated error rates"),
        Severity::Informational
    );
    assert_eq!(grave("Загрузка видео недоступна"), Severity::Breaking);
}

#[test]
fn without_a_title_the_words_are_the_title_and_nothing_is_said_twice() {
    let long = "word ".repeat(60);
    let finding = told(&source("channel", Role::Stream), "", &long);
    assert!(finding.title.ends_with('…') && finding.title.split_whitespace().count() <= 21);
    assert_eq!(finding.gist, "");
}

#[test]
fn any_text_is_read_and_only_so_much_of_it() {
    let feed = source("feed", Role::Official);
    for text in ["", "•", "\u{feff}\u{0}", "- \n* \n•", &"ё".repeat(LONGEST)] {
        let finding = told(&feed, text, text);
        assert!(finding.topic_key.ends_with(":42"));
    }
}

#[test]
fn a_title_that_names_only_a_version_is_told_with_what_it_brings() {
    let log = source("changelog", Role::Official);
    let said = |title: &str, text: &str| told(&log, title, text).title;
    let deprecated = "The impressions metric is deprecated and will stop working on February 1, 2027. \
        Use views instead.";
    for title in [
        "v25.0",
        "2026-11-02 — v25.0",
        "Version 25.0 (November 2, 2026)",
        "Релиз 25.0",
    ] {
        let told = said(title, deprecated);
        assert!(told.contains(title), "{told}");
        assert!(told.contains("impressions metric is deprecated"), "{told}");
    }
    let plain = said("Reels can be scheduled", deprecated);
    assert!(!plain.contains("impressions"), "{plain}");
    assert!(said("v25.0", "").ends_with("v25.0"));
}
