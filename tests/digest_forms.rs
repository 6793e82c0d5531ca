//! The forms of a digest, whole, in both languages, and the laws of composing.
//!
//! With `TIDEWATCH_PICTURES=DIR` the HTML is also written there, to be looked at in a browser.

// a fixture that cannot be read should fail loudly; its fields read better assigned
#![allow(clippy::unwrap_used, clippy::assigning_clones)]

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, civil::Date};
use proptest::prelude::*;
use serde_json::Value;
use tidewatch::digest::{
    Candidate, Composed, JSON_SCHEMA, Review, Voice, check_templates, compose, compose_review,
};
use tidewatch::model::{
    Cadence, ChangeClass, DigestSpec, Evidence, Finding, FindingId, FindingKind, Goal, Health,
    ItemId, Language, Role, Severity, SourceHealth, Window, Wording, members_evidence,
};

const NOW: &str = "2026-07-14T06:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn spec(language: Language) -> DigestSpec {
    DigestSpec {
        name: "daily".to_owned(),
        title: match language {
            Language::En => "SMM radar",
            Language::Ru => "SMM-радар",
        }
        .to_owned(),
        cadence: Cadence::cron("0 9 * * 1-5").unwrap(),
        zone: TimeZone::get("Europe/Moscow").unwrap(),
        language,
        goal: Goal::Awareness,
        channels: vec!["mail".to_owned()],
        tags: Vec::new(),
        max_cards: 10,
        max_words: 600,
        templates: std::collections::BTreeMap::new(),
        send_when_quiet: true,
        terms: tidewatch::model::Terms::default(),
    }
}

fn window() -> Window {
    Window {
        since: Some(now() - 24.hours()),
        until: now(),
    }
}

fn health() -> Health {
    Health {
        sources: 92,
        fine: 90,
        polls: 4_416,
        cosmetic: 14,
        stale_rules: 0,
        failing: vec![
            SourceHealth {
                source: "x-help-rules".parse().unwrap(),
                failures: 21,
                message: "help.x.com answered 403; it refuses programs, try another page"
                    .to_owned(),
                last_ok_at: Some(now() - 50.hours()),
            },
            SourceHealth {
                source: "tiktok-embed".parse().unwrap(),
                failures: 2,
                message: "connection timed out after 10 s".to_owned(),
                last_ok_at: None,
            },
        ],
        next_at: Some(now() + 24.hours()),
    }
}

fn finding(kind: FindingKind, role: Role, owner: &str, severity: Severity, topic: &str) -> Finding {
    Finding {
        kind,
        source: format!("{owner}-source").parse().unwrap(),
        source_title: String::new(),
        owner: owner.to_owned(),
        role,
        platform: None,
        tags: vec!["all".to_owned()],
        language: Some("en".to_owned()),
        severity,
        confidence: 0.9,
        title: String::new(),
        gist: String::new(),
        wordings: Vec::new(),
        class: None,
        areas: Vec::new(),
        url: Some(format!("https://{owner}.example/{topic}")),
        detected_at: now() - 2.hours(),
        published_at: Some(now() - 5.hours()),
        effective: None,
        topic_key: topic.to_owned(),
        evidence: Vec::new(),
        suppressed: None,
        change: None,
        item: None,
    }
}

fn titled(mut finding: Finding, en: (&str, &str), ru: (&str, &str)) -> Finding {
    (finding.title, finding.gist) = (en.0.to_owned(), en.1.to_owned());
    finding.wordings = vec![Wording {
        language: Language::Ru,
        title: ru.0.to_owned(),
        gist: ru.1.to_owned(),
    }];
    finding
}

fn evidence(
    kind: &str,
    before: Option<&str>,
    after: Option<&str>,
    place: Option<&str>,
) -> Evidence {
    Evidence {
        kind: kind.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        place: place.map(str::to_owned),
    }
}

/// A day as it may well be: rules, an outage, a trend, competitors, our own, a rumour, noise.
fn day() -> Vec<Candidate> {
    use FindingKind::{Flop, Hit, NewItem, Outage, RuleChange, Silence, Storm, Trend};
    use Severity::{Breaking, Cosmetic, Important, Informational};
    let mut label = titled(
        finding(RuleChange, Role::Official, "tiktok", Breaking, "ai-label"),
        (
            "TikTok: labels on AI content become mandatory",
            "Realistic content made with AI has to carry a label before it is posted; ads are included.",
        ),
        (
            "TikTok: метки на ИИ-контенте становятся обязательными",
            "Реалистичный контент, сделанный ИИ, нужно помечать до публикации; реклама тоже подпадает.",
        ),
    );
    label.source_title = "TikTok Community Guidelines".to_owned();
    label.platform = Some("tiktok".to_owned());
    label.class = Some(ChangeClass::Requirement);
    label.areas = vec!["content".to_owned(), "ai".to_owned()];
    label.effective = Some(Date::constant(2026, 8, 1));
    label.evidence = vec![
        evidence(
            "quote",
            Some("Creators should label realistic content that was made or changed with AI."),
            Some(
                "Creators and advertisers must label realistic content that was made or changed with AI.",
            ),
            Some("AI-generated content"),
        ),
        evidence(
            "obligation",
            Some("should"),
            Some("must"),
            Some("AI-generated content"),
        ),
    ];
    let media = |owner: &str, title: &str| {
        let mut one = finding(NewItem, Role::Media, owner, Important, "ai-label");
        one.title = title.to_owned();
        one.source_title = owner.to_owned();
        one
    };
    let mut direct = titled(
        finding(
            RuleChange,
            Role::Official,
            "yandex",
            Important,
            "direct-titles",
        ),
        (
            "Direct: titles may be 70 characters long",
            "The limit of the main title grows; the second title stays as it was.",
        ),
        (
            "Директ: заголовки до 70 символов",
            "Предел основного заголовка вырос; второй заголовок прежний.",
        ),
    );
    direct.source_title = "Справка Яндекс Директа".to_owned();
    direct.platform = Some("yandex-direct".to_owned());
    direct.language = Some("ru".to_owned());
    direct.class = Some(ChangeClass::Limit);
    direct.areas = vec!["ads".to_owned()];
    direct.evidence = vec![
        evidence(
            "quote",
            Some("Длина заголовка — до 56 символов с пробелами и знаками препинания."),
            Some("Длина заголовка — до 70 символов с пробелами и знаками препинания."),
            Some("Текстово-графические объявления"),
        ),
        evidence("number", Some("56"), Some("70"), Some("символов")),
    ];
    let outage = titled(
        finding(
            Outage,
            Role::Official,
            "meta",
            Important,
            "ads-manager-down",
        ),
        (
            "Meta Ads Manager: campaigns cannot be edited",
            "Open for 35 minutes.",
        ),
        (
            "Meta Ads Manager: кампании не редактируются",
            "Длится 35 минут.",
        ),
    );
    let mut trend = titled(
        finding(Trend, Role::Stream, "stream", Informational, "silent-vlogs"),
        (
            "“Silent vlogs” pick up speed",
            "Seen in 4 independent sources since Jul 12.",
        ),
        (
            "«Тихие влоги» ускоряются",
            "Четыре независимых источника с 12 июля.",
        ),
    );
    trend.evidence = vec![
        evidence("count", None, Some("4"), Some("owners")),
        evidence("count", None, Some("11"), Some("items")),
        evidence("baseline", None, Some("0.8"), Some("owners")),
        evidence(
            "series",
            Some("4h"),
            Some("0 0 1 0 0 1 0 2 1 0 2 4"),
            Some("items"),
        ),
        evidence(
            "source",
            Some("media feedpost feedpost"),
            Some("Feedpost Daily"),
            Some("https://feedpost.example/vlogs"),
        ),
        evidence(
            "source",
            Some("media reel-report reel"),
            Some("Reel Report"),
            Some("https://reel.example/1"),
        ),
        evidence("source", Some("stream forum forum"), Some("Forum"), None),
        evidence("related", None, Some("vlog"), Some("titles")),
        evidence("related", None, Some("no talking"), Some("titles")),
    ];
    let mut hit = titled(
        finding(Hit, Role::Competitor, "acme", Important, "acme-hit"),
        ("Acme: “What we got wrong about pricing”", ""),
        ("Acme: «Где мы ошиблись с ценой»", ""),
    );
    hit.platform = Some("telegram".to_owned());
    hit.evidence = vec![evidence(
        "baseline",
        Some("1430"),
        Some("12012"),
        Some("views at 3 h"),
    )];
    let mut flop = finding(
        Flop,
        Role::Competitor,
        "globex",
        Informational,
        "globex-flop",
    );
    flop.title = "Globex: giveaway of the week".to_owned();
    let mut silence = finding(
        Silence,
        Role::Competitor,
        "initech",
        Informational,
        "initech-silence",
    );
    silence.title = "Initech: no post for 9 days, usually 4 a week".to_owned();
    let mut storm = titled(
        finding(
            Storm,
            Role::Competitor,
            "hooli",
            Informational,
            "hooli-storm",
        ),
        (
            "Hooli: 14 posts in a day, usually 2",
            "Twelve of them are about one giveaway.",
        ),
        (
            "Hooli: 14 публикаций за день, обычно 2",
            "Двенадцать из них — об одном розыгрыше.",
        ),
    );
    storm.evidence = vec![evidence(
        "baseline",
        Some("2"),
        Some("14"),
        Some("posts at 24 h"),
    )];
    let mut own = finding(Hit, Role::Own, "our-brand", Informational, "own-hit");
    own.title = "Our post about night shifts".to_owned();
    let mut rumour = finding(
        NewItem,
        Role::Media,
        "rumour-daily",
        Informational,
        "rumour",
    );
    rumour.title = "Threads <b>may</b> test paid \u{202e}links & “boosts”\nsoon".to_owned();
    rumour.url = Some("javascript:alert(1)".to_owned());
    rumour.confidence = 0.4;
    let mut flip = finding(RuleChange, Role::Official, "x", Cosmetic, "flip");
    flip.suppressed = Some("returned".to_owned());
    let mut odd = finding(RuleChange, Role::Official, "x", Cosmetic, "odd");
    odd.suppressed = Some("muted until Friday".to_owned());
    let mut candidates: Vec<Candidate> = [
        media("adindex", "TikTok обяжет помечать ИИ-контент"),
        label,
        media("ppc-world", "TikTok и ИИ-метки: что известно"),
        media("socialmediatoday", "TikTok makes AI labels mandatory"),
        media("techcrunch", "TikTok will require AI labels"),
        direct,
        outage,
        trend,
        hit,
        flop,
        silence,
        own,
        rumour,
        flip,
        odd,
        storm,
    ]
    .into_iter()
    .zip(1..)
    .map(|(finding, id)| Candidate::new(FindingId(id), finding))
    .collect();
    candidates[5].held_before = true;
    candidates
}

/// Holds data against a JSON Schema, as far as ours goes; a field that the schema does not know is a
/// fault too, so that the two grow together.
fn check(value: &Value, schema: &Value, root: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let schema = root.pointer(name.trim_start_matches('#')).unwrap();
        return check(value, schema, root, at);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let chosen = choices
            .iter()
            .find(|c| (c["type"] == "null") == value.is_null());
        return check(value, chosen.unwrap(), root, at);
    }
    if let Some(constant) = schema.get("const") {
        return assert_eq!(value, constant, "{at}");
    }
    if let Some(choices) = schema["enum"].as_array() {
        return assert!(choices.contains(value), "{at}: {value}");
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_i64() || n.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(some) => some.iter().filter_map(Value::as_str).collect(),
        other => panic!("{at}: no type but {other}"),
    };
    let whole = kind == "integer" && kinds.contains(&"number");
    assert!(
        kinds.contains(&kind) || whole,
        "{at}: {kind} is none of {kinds:?}"
    );
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|item| check(item, &schema["items"], root, &format!("{at}[]"))),
        Value::Object(fields) => {
            for (name, field) in fields {
                let known = &schema["properties"][name];
                assert!(!known.is_null(), "{at}.{name} is not in the schema");
                check(field, known, root, &format!("{at}.{name}"));
            }
            for needed in schema["required"].as_array().unwrap() {
                assert!(
                    fields.contains_key(needed.as_str().unwrap()),
                    "{at} lacks {needed}"
                );
            }
        }
        _ => {}
    }
}

#[test]
fn data_keeps_its_published_schema() {
    let schema: Value = serde_json::from_str(JSON_SCHEMA).unwrap();
    let first = Window {
        since: None,
        until: now(),
    };
    for (candidates, window) in [(day(), window()), (Vec::new(), first)] {
        let form = compose(&spec(Language::Ru), candidates, &health(), &window).form;
        check(&form.json, &schema, &schema, "digest");
    }
}

/// What a browser's parser objects to in a page.
fn faults_of(html: &str) -> Vec<String> {
    let parsed = scraper::Html::parse_document(html);
    parsed.errors.iter().map(ToString::to_string).collect()
}

fn picture(name: &str, composed: &Composed) {
    assert_eq!(faults_of(&composed.form.html), [""; 0], "{name}");
    assert_eq!(
        faults_of(&composed.form.standalone_html()),
        [""; 0],
        "{name}"
    );
    if let Some(directory) = std::env::var_os("TIDEWATCH_PICTURES") {
        let path = std::path::Path::new(&directory).join(name);
        std::fs::write(path.with_extension("html"), composed.form.standalone_html()).unwrap();
        std::fs::write(path.with_extension("txt"), &composed.form.text).unwrap();
    }
}

fn snapshots(name: &str, composed: &Composed) {
    picture(name, composed);
    insta::assert_snapshot!(format!("{name}.subject"), composed.form.subject);
    insta::assert_snapshot!(format!("{name}.html"), composed.form.html);
    insta::assert_snapshot!(format!("{name}.txt"), composed.form.text);
    insta::assert_snapshot!(format!("{name}.md"), composed.form.markdown);
    insta::assert_snapshot!(format!("{name}.json"), format!("{:#}", composed.form.json));
}

#[test]
fn a_day_in_russian() {
    snapshots(
        "day-ru",
        &compose(&spec(Language::Ru), day(), &health(), &window()),
    );
}

#[test]
fn a_day_in_english() {
    snapshots(
        "day-en",
        &compose(&spec(Language::En), day(), &health(), &window()),
    );
}

#[test]
fn an_alert_is_its_card_and_no_more() {
    let alone = Window {
        since: None,
        until: now(),
    };
    for (language, name) in [(Language::Ru, "alert-ru"), (Language::En, "alert-en")] {
        let mut spec = spec(language);
        spec.cadence = Cadence::Instant;
        let told = day().drain(1..3).collect();
        let composed = compose(&spec, told, &Health::default(), &alone);
        snapshots(name, &composed);
    }
}

#[test]
fn a_quiet_day_says_what_was_checked() {
    let first = Window {
        since: None,
        until: now(),
    };
    for (language, name) in [(Language::Ru, "quiet-ru"), (Language::En, "quiet-en")] {
        let composed = compose(&spec(language), Vec::new(), &health(), &first);
        assert!(composed.is_quiet && composed.told.is_empty() && composed.held.is_empty());
        snapshots(name, &composed);
    }
}

/// What a week compares and lists: the day's findings, half of them known the week before.
fn review() -> Review {
    let found = |ids: std::ops::Range<usize>| -> Vec<(FindingId, Finding)> {
        let candidates = day().into_iter().enumerate();
        let some = candidates.filter(|(at, _)| ids.contains(at));
        some.map(|(_, candidate)| (candidate.id, candidate.finding))
            .filter(|(_, finding)| finding.suppressed.is_none())
            .collect()
    };
    let voice = |title: &str, is_own, mentions, share, before| Voice {
        title: title.to_owned(),
        is_own,
        mentions,
        share: Some(share),
        before,
    };
    Review {
        now: found(0..15),
        before: Some(found(3..9)),
        ahead: found(1..2),
        open: found(1..2),
        voices: vec![vec![
            voice("Acme", false, 1_284, 0.69, Some(0.73)),
            voice("Our brand", true, 577, 0.31, Some(0.27)),
            voice("=cmd()", false, 0, 0.0, None),
        ]],
    }
}

#[test]
fn a_week_in_both_languages() {
    let schema: Value = serde_json::from_str(JSON_SCHEMA).unwrap();
    for (language, name) in [(Language::Ru, "week-ru"), (Language::En, "week-en")] {
        let mut spec = spec(language);
        spec.terms.review = true;
        let window = Window {
            since: Some(now() - (24 * 7).hours()),
            until: now(),
        };
        let composed = compose_review(&spec, day(), &health(), &window, &review());
        check(&composed.form.json, &schema, &schema, "week");
        snapshots(name, &composed);
        insta::assert_snapshot!(format!("{name}.csv"), composed.form.csv);
    }
}

#[test]
fn what_media_write_of_a_trend_is_on_its_card() {
    let mut trend = finding(
        FindingKind::Trend,
        Role::Media,
        "a",
        Severity::Informational,
        "trend:t1",
    );
    trend.title = "Remix Battles".to_owned();
    trend.evidence = vec![
        evidence("count", None, Some("2"), Some("owners")),
        evidence("count", None, Some("3"), Some("items")),
        members_evidence(&[ItemId(7), ItemId(8), ItemId(9)]),
    ];
    let item = |owner: &str, role, item| Finding {
        title: format!("{owner} on Remix Battles"),
        item: Some(ItemId(item)),
        confidence: 0.99,
        ..finding(
            FindingKind::NewItem,
            role,
            owner,
            Severity::Informational,
            owner,
        )
    };
    let candidates = [
        item("a", Role::Media, 7),
        trend,
        item("b", Role::Media, 8),
        item("platform", Role::Official, 9),
        item("c", Role::Media, 10),
        item("late", Role::Media, 11),
    ];
    let candidates = candidates.into_iter().zip(1..);
    let candidates = candidates.map(|(finding, id)| Candidate {
        // it joined the trend after that was found
        trend: (id == 6).then(|| "trend:t1".to_owned()),
        ..Candidate::new(FindingId(id), finding)
    });
    let composed = compose(
        &spec(Language::En),
        candidates.collect(),
        &health(),
        &window(),
    );
    let sections = composed.form.json["sections"].as_array().unwrap();
    let cards: Vec<(&str, usize)> = sections
        .iter()
        .flat_map(|section| section["cards"].as_array().unwrap())
        .map(|card| {
            let sources = card["sources"].as_array().unwrap().len();
            (card["id"].as_str().unwrap(), sources)
        })
        .collect();
    assert_eq!(
        cards,
        [("f4", 1), ("f2", 3), ("f5", 1)],
        "the platform's own word stands by itself"
    );
    assert_eq!(composed.told.len(), 6);
    let text = &composed.form.text;
    assert!(
        text.contains("• 3 independent sources\n  • 4 items"),
        "{text}"
    );
}

#[test]
fn a_new_name_and_its_trend_are_one_card() {
    let severity = Severity::Informational;
    let mut trend = finding(FindingKind::Trend, Role::Media, "a", severity, "trend:t1");
    (trend.title, trend.gist) = ("Remix Battles".to_owned(), "Clipnet opens them".to_owned());
    let new = |name: &str, trend: &str| {
        let new = finding(FindingKind::FirstSeen, Role::Media, "b", severity, name);
        let (english, russian) = (
            format!("New feature: {name}"),
            format!("Новая функция: {name}"),
        );
        let mut new = titled(new, (&english, "3 owners"), (&russian, "Источников: 3"));
        new.evidence = vec![
            evidence("count", None, Some("40"), Some("unseen_days")),
            evidence("trend", None, Some(trend), Some("rising")),
        ];
        new
    };
    let titles = |findings: &[Finding], language| {
        let candidates = (1..)
            .zip(findings)
            .map(|(id, f)| Candidate::new(FindingId(id), f.clone()));
        let composed = compose(&spec(language), candidates.collect(), &health(), &window());
        let sections = composed.form.json["sections"].as_array().unwrap().clone();
        let cards = sections
            .iter()
            .flat_map(|section| section["cards"].as_array().unwrap());
        let titles: Vec<String> = cards
            .map(|card| card["title"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(composed.told.len(), findings.len(), "each counts as told");
        (titles, composed.form.text)
    };
    let (told, text) = titles(&[trend.clone(), new("Remix Battles", "t1")], Language::En);
    assert_eq!(told, ["New feature: Remix Battles"]);
    assert!(text.contains("not seen in 40 days of watching"), "{text}");
    assert!(text.contains("Clipnet opens them"), "{text}");
    let (told, _) = titles(&[trend.clone(), new("Remix Battles", "t1")], Language::Ru);
    assert_eq!(told, ["Новая функция: Remix Battles"]);
    // a name of a trend that is about something else, or told before
    for other in [new("Snapduel", "t1"), new("Remix Battles", "t2")] {
        assert_eq!(titles(&[trend.clone(), other], Language::En).0.len(), 2);
    }
}

/// A week with all that layouts break on: long words, addresses, other scripts, many of everything.
fn wild(count: i64) -> Vec<Candidate> {
    let titles = [
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung wird geändert",
        "https://ads.example/policies/restricted-content/healthcare-and-medicines/unapproved-substances?hl=en&ref=changelog#section-4-2-1",
        "سياسة الإعلانات الجديدة تدخل حيز التنفيذ في أغسطس",
        "広告ポリシーの更新：ブランドコンテンツの表示要件が変わります",
        "Реклама лекарств и медицинских услуг: новые обязательные предупреждения и их размер",
        "AD_CATEGORY_RESTRICTED_FINANCIAL_PRODUCTS_AND_SERVICES_V2_DEPRECATED is removed",
        "👩🏽\u{200d}💻👨\u{200d}👩\u{200d}👧\u{200d}👦🏳️\u{200d}🌈 emoji and nothing else 🔥🔥🔥",
        "כללי הפרסום החדשים ייכנסו לתוקף ב-1 באוגוסט",
    ];
    let kinds = [
        FindingKind::RuleChange,
        FindingKind::Trend,
        FindingKind::Hit,
        FindingKind::NewItem,
    ];
    let roles = [
        Role::Official,
        Role::Stream,
        Role::Competitor,
        Role::Media,
        Role::Own,
    ];
    let severities = [
        Severity::Important,
        Severity::Informational,
        Severity::Breaking,
    ];
    let ids = 1..=count;
    ids.map(|id| {
        let n = id as usize;
        let mut one = finding(
            kinds[n % 4],
            roles[n % 5],
            &format!("owner-{}", n % 7),
            severities[n % 3],
            &format!("topic-{n}"),
        );
        one.title = titles[n % titles.len()].to_owned();
        one.gist = format!(
            "{} {}",
            titles[(n + 3) % titles.len()],
            "и ещё слова о том, что именно изменилось и для кого, ".repeat(3)
        );
        one.source_title = titles[(n + 1) % titles.len()].to_owned();
        one.url = Some(format!(
            "https://very-long-host-name.example/{}",
            "path-segment/".repeat(20)
        ));
        one.areas = [
            "ads",
            "content",
            "monetisation",
            "api",
            "privacy",
            "accounts",
        ]
        .map(str::to_owned)
        .to_vec();
        one.effective = n
            .is_multiple_of(3)
            .then(|| Date::constant(2026, 8, 1) + (n as i64 % 20).days());
        one.evidence = vec![
            evidence(
                "quote",
                Some(titles[(n + 2) % 8]),
                Some(titles[(n + 5) % 8]),
                Some(titles[(n + 4) % 8]),
            ),
            evidence(
                "number",
                Some("12345.5"),
                Some("67890123"),
                Some("символов"),
            ),
            evidence(
                "series",
                Some("1h"),
                Some(&"0 5 - 12 ".repeat(30)),
                Some("views"),
            ),
        ];
        Candidate {
            held_before: n.is_multiple_of(2),
            ..Candidate::new(FindingId(id), one)
        }
    })
    .collect()
}

#[test]
fn the_longest_digest_is_whole_in_text_and_short_enough_for_gmail_in_html() {
    for (language, cards, words) in [
        (Language::En, 30, 2_000),
        (Language::Ru, 30, 2_000),
        (Language::Ru, 200, 20_000),
    ] {
        let mut spec = spec(language);
        (spec.max_cards, spec.max_words) = (cards, words);
        let composed = compose(&spec, wild(300), &health(), &window());
        picture(&format!("wild-{cards}-{}", spec.title.len()), &composed);
        let form = &composed.form;
        assert!(form.html.len() < 102_000, "{} bytes", form.html.len());
        let sections = form.json["sections"].as_array().unwrap();
        let all: Vec<&Value> = sections
            .iter()
            .flat_map(|s| s["cards"].as_array().unwrap())
            .collect();
        assert!(all.len() > 20, "{}", all.len());
        for card in &all {
            let id = card["id"].as_str().unwrap();
            assert!(
                form.text.contains(&format!("· {id}")) || form.text.contains(&format!(" {id}\n")),
                "{id}"
            );
        }
        let cut = form.html.contains("plain text of this digest")
            || form.html.contains("в текстовой части");
        let shown = form.html.matches("<h3").count();
        assert_eq!(cut, shown < all.len());
        assert!(shown >= 10, "{shown} of {} cards are whole", all.len());
        for image in &form.images {
            assert!(form.html.contains(&format!("cid:{}\"", image.cid)));
        }
        assert_eq!(form.html.matches("<img ").count(), form.images.len());
        assert!(
            !form.html.contains("src=\"http"),
            "nothing is loaded from anywhere"
        );
    }
}

#[test]
fn one_story_is_one_card_and_all_its_findings_are_told() {
    let composed = compose(&spec(Language::Ru), day(), &health(), &window());
    assert_eq!(
        composed.form.text.matches("ИИ-контенте становятся").count(),
        2,
        "first lines and card"
    );
    for id in 1..=5 {
        assert!(composed.told.contains(&FindingId(id)));
    }
    let rules = &composed.form.json["sections"][0];
    assert_eq!(rules["cards"][0]["id"], "f2", "the official source leads");
    assert_eq!(rules["cards"][0]["sources"].as_array().unwrap().len(), 5);
}

#[test]
fn hostile_texts_stay_texts() {
    let html = compose(&spec(Language::En), day(), &health(), &window())
        .form
        .html;
    assert!(html.contains("Threads &lt;b&gt;may&lt;"));
    assert!(!html.contains("javascript:") && !html.contains('\u{202e}'));
    assert!(!faults_of("<!DOCTYPE html><p></b>").is_empty());
}

#[test]
fn what_does_not_fit_waits_and_small_news_waits_only_once() {
    let mut narrow = spec(Language::En);
    narrow.max_cards = 2;
    let first = compose(&narrow, day(), &health(), &window());
    assert!(first.told.contains(&FindingId(2)) && !first.held.is_empty());
    let again: Vec<Candidate> = day()
        .into_iter()
        .filter(|c| first.held.contains(&c.id))
        .map(|c| Candidate {
            held_before: true,
            ..c
        })
        .collect();
    narrow.max_cards = 1;
    let second = compose(&narrow, again, &health(), &window());
    assert!(
        second.left_out.contains(&("no_room".to_owned(), 6)),
        "{:?}",
        second.left_out
    );
}

#[test]
fn a_story_is_told_again_only_when_it_says_more() {
    let told = |change: fn(&mut Finding)| {
        let mut candidate = day().swap_remove(5);
        candidate.told_before = Some(candidate.finding.clone());
        change(&mut candidate.finding);
        compose(
            &spec(Language::Ru),
            vec![candidate],
            &Health::default(),
            &window(),
        )
    };
    let same = told(|_| {});
    assert!(same.is_quiet && same.held.is_empty());
    assert_eq!(same.left_out, [("told".to_owned(), 1)]);
    let more: [fn(&mut Finding); 3] = [
        |f| f.severity = Severity::Breaking,
        |f| f.effective = Some(Date::constant(2026, 9, 1)),
        |f| f.evidence[0].after = Some("до 80 символов".to_owned()),
    ];
    for change in more {
        let again = told(change);
        assert_eq!(again.told, [FindingId(6)]);
        assert!(again.form.html.contains("обновление уже рассказанного"));
    }
    assert!(told(|f| f.severity = Severity::Informational).is_quiet);
}

#[test]
fn templates_of_ones_own_are_sandboxed_and_ours_stand_in_when_they_fail() {
    let with = |source: &str| {
        let mut spec = spec(Language::En);
        spec.templates.insert("html".to_owned(), source.to_owned());
        let faults = check_templates(&spec);
        (compose(&spec, day(), &health(), &window()), faults)
    };
    let (own, faults) = with(
        "{% for s in sections %}{% for c in s.cards %}<i>{{ c.title }}</i>{% endfor %}{% endfor %}",
    );
    assert!(faults.is_empty() && own.template_faults.is_empty());
    assert!(own.form.html.starts_with("<i>TikTok") && own.form.html.contains("&lt;b&gt;may"));
    let (around, _) = with("<!-- ours -->{% include \"digest.html\" %}");
    assert!(around.form.html.contains("<h1"));
    for bad in [
        "{% for %}",
        "{{ no_such_thing }}",
        "{% for s in sections %}{% for c in s.cards %}{{ c.titel }}{% endfor %}{% endfor %}",
        "{% include \"/etc/passwd\" %}",
        "{% for a in range(9999) %}{% for b in range(9999) %}{{ b }}{% endfor %}{% endfor %}",
        "{{ \"x\" * 90000000 }}",
        "{% set n = namespace(x=\"x\") %}{% for a in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}{{ n.x }}",
        "{% macro m(x) %}{{ m(x ~ x) }}{% endmacro %}{{ m(\"x\") }}",
        "{{ \"x\" * 9000000 }}",
    ] {
        let (fallen, faults) = with(bad);
        assert_eq!(
            (faults.len(), fallen.template_faults.len()),
            (1, 1),
            "{bad}"
        );
        assert!(faults[0].starts_with("html template: ") && !faults[0].contains('\n'));
        assert!(fallen.form.html.contains("<h1"), "ours stands in for {bad}");
    }
}

#[test]
fn other_tags_are_none_of_its_business() {
    let mut other = spec(Language::En);
    other.tags = vec!["law".to_owned()];
    let composed = compose(&other, day(), &Health::default(), &window());
    assert!(composed.is_quiet && composed.left_out.is_empty() && composed.held.is_empty());
}

fn any_candidate() -> impl Strategy<Value = Candidate> {
    let kinds = prop::sample::select(vec![
        FindingKind::RuleChange,
        FindingKind::NewItem,
        FindingKind::Trend,
        FindingKind::Hit,
        FindingKind::Outage,
        FindingKind::SourceHealth,
        FindingKind::Deadline,
    ]);
    let roles = prop::sample::select(vec![
        Role::Official,
        Role::Media,
        Role::Competitor,
        Role::Own,
        Role::Stream,
    ]);
    let severities = prop::sample::select(vec![
        Severity::Cosmetic,
        Severity::Informational,
        Severity::Important,
        Severity::Breaking,
    ]);
    let texts = (
        ".{0,80}",
        ".{0,200}",
        proptest::option::of(".{0,60}"),
        proptest::option::of(".{0,60}"),
    );
    (
        kinds,
        roles,
        severities,
        0..8_u8,
        texts,
        0.0..1.0_f64,
        any::<bool>(),
        0..400_i64,
    )
        .prop_map(
            |(
                kind,
                role,
                severity,
                topic,
                (title, gist, before, after),
                confidence,
                held_before,
                age,
            )| {
                let mut one = finding(
                    kind,
                    role,
                    ["a", "b"][usize::from(topic % 2)],
                    severity,
                    &topic.to_string(),
                );
                (one.title, one.gist, one.confidence) = (title, gist, confidence);
                one.evidence = vec![Evidence {
                    kind: "quote".to_owned(),
                    before,
                    after,
                    place: None,
                }];
                one.detected_at = now() - age.hours();
                Candidate {
                    held_before,
                    ..Candidate::new(FindingId(0), one)
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Nothing is told twice or both told and held; limits hold; the order of input does not matter.
    #[test]
    fn composing_keeps_its_laws(
        mut candidates in proptest::collection::vec(any_candidate(), 0..30),
        max_cards in 1_usize..12,
        max_words in 20_usize..700,
        title in ".{0,90}",
    ) {
        for (id, candidate) in (1..).zip(&mut candidates) {
            candidate.id = FindingId(id);
        }
        let mut spec = spec(Language::Ru);
        (spec.max_cards, spec.max_words, spec.title) = (max_cards, max_words, title);
        let composed = compose(&spec, candidates.clone(), &health(), &window());
        let mut ids: Vec<FindingId> = composed.told.iter().chain(&composed.held).copied().collect();
        let known = ids.len();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), known);
        let sections = composed.form.json["sections"].as_array().unwrap();
        let cards: usize = sections.iter().map(|s| s["cards"].as_array().unwrap().len()).sum();
        prop_assert!(cards <= max_cards);
        prop_assert_eq!(cards == 0, composed.is_quiet);
        prop_assert!(composed.form.subject.chars().count() <= 60);
        prop_assert!(!composed.form.subject.contains('\n'));
        let mut back = spec.clone();
        back.terms.review = true;
        let back = compose_review(&back, candidates.clone(), &health(), &window(), &review());
        prop_assert!(back.form.subject.chars().count() <= 60, "{}", back.form.subject);
        candidates.reverse();
        prop_assert_eq!(composed, compose(&spec, candidates, &health(), &window()));
    }
}
