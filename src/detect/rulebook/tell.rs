//! What readers are told of a fact: that it changed, or that it is no longer sure.

use jiff::{Timestamp, tz::TimeZone};
use xxhash_rust::xxh3::xxh3_64;

use super::FoundValue;
use crate::detect::quantities::quantities;
use crate::model::{
    ChangeClass, Evidence, Finding, FindingKind, Language, RuleRecord, RuleSpec, RuleValue,
    Severity, Source, Staleness, Wording, platform_name,
};

/// Units of money.
const MONEY: [&str; 6] = ["USD", "EUR", "GBP", "RUB", "KZT", "kopeck"];

/// A fact has another value than before. With `topic` it is told as part of that story: the change of
/// the page that brought it.
pub fn rule_finding(
    source: &Source,
    spec: &RuleSpec,
    before: &RuleValue,
    found: &FoundValue,
    topic: Option<&str>,
    now: Timestamp,
) -> Finding {
    let figures = quantities(&found.value, &[]);
    let is_number = !figures.is_empty() && !quantities(&before.value, &[]).is_empty();
    let is_money = figures
        .iter()
        .any(|q| q.unit.is_some_and(|unit| MONEY.contains(&unit)));
    let severity = if is_number {
        Severity::Important
    } else {
        Severity::Informational
    };
    let mut finding = Finding::about(source, FindingKind::RuleChange, severity, now);
    finding.platform = spec.platform.clone().or(finding.platform);
    finding.confidence = if is_number { 0.9 } else { 0.7 };
    finding.class = Some(match (is_money, is_number) {
        (true, _) => ChangeClass::Price,
        (false, true) => ChangeClass::Limit,
        (false, false) => ChangeClass::Wording,
    });
    finding.areas = spec.area.iter().cloned().collect();
    let (was, is) = (
        with_unit(spec, &before.value),
        with_unit(spec, &found.value),
    );
    let title = |language| format!("{}: {was} → {is}", named(spec, source, language));
    let since = before.since.to_zoned(TimeZone::UTC).date();
    word(
        &mut finding,
        source,
        &[title(Language::En), title(Language::Ru)],
        &[
            format!("Rulebook: {was} since {since}; now “{}”.", found.quote),
            format!("Справочник: {was} с {since}; теперь «{}».", found.quote),
        ],
    );
    finding.evidence = vec![
        Evidence {
            kind: "number".to_owned(),
            before: Some(was),
            after: Some(is),
            place: Some(spec.title.clone()),
        },
        Evidence {
            kind: "quote".to_owned(),
            before: before.quote.clone().filter(|_| !before.configured),
            after: Some(found.quote.clone()),
            place: None,
        },
        rule_evidence(spec),
    ];
    let own = format!("{}\n{}", before.value, found.value);
    finding.topic_key = topic.map_or_else(
        || format!("fact:{}:{:016x}", spec.name, xxh3_64(own.as_bytes())),
        str::to_owned,
    );
    finding
}

/// A fact can no longer be relied on. It goes into the digest's footer, not onto a card.
pub fn stale_finding(
    source: &Source,
    spec: &RuleSpec,
    record: &RuleRecord,
    staleness: Staleness,
    now: Timestamp,
) -> Finding {
    let kind = FindingKind::SourceHealth;
    let mut finding = Finding::about(source, kind, Severity::Informational, now);
    finding.platform = spec.platform.clone().or(finding.platform);
    finding.confidence = 1.0;
    finding.areas = spec.area.iter().cloned().collect();
    let name = |language| named(spec, source, language);
    let value = record.current.as_ref();
    let value = value.map(|v| with_unit(spec, &v.value)).unwrap_or_default();
    let last = record.verified_at.unwrap_or(record.known_since);
    let day = last.to_zoned(TimeZone::UTC).date();
    let titles = match staleness {
        Staleness::Gone | Staleness::NotFound => [
            format!("{}: its sentence is gone", name(Language::En)),
            format!("{}: фраза исчезла со страницы", name(Language::Ru)),
        ],
        Staleness::Unverified | Staleness::Unread | Staleness::Broken => [
            format!("{}: not verified since {day}", name(Language::En)),
            format!("{}: не проверено с {day}", name(Language::Ru)),
        ],
    };
    let gists = [
        format!("Last known: {value}, last verified {day}."),
        format!("Последнее известное: {value}, проверено {day}."),
    ];
    word(&mut finding, source, &titles, &gists);
    finding.evidence = vec![rule_evidence(spec)];
    finding.topic_key = format!("stale:{}:{day}", spec.name);
    finding
}

/// Which fact it is, for `explain` and for those who look it up.
fn rule_evidence(spec: &RuleSpec) -> Evidence {
    Evidence {
        kind: "rule".to_owned(),
        before: None,
        after: Some(spec.name.clone()),
        place: None,
    }
}

/// `Platform · Fact`.
fn named(spec: &RuleSpec, source: &Source, language: Language) -> String {
    let platform = spec.platform.as_ref().or(source.platform.as_ref());
    platform.map_or_else(
        || spec.title.clone(),
        |platform| format!("{} · {}", platform_name(platform, language), spec.title),
    )
}

/// A value with its unit, unless it is written with one.
pub fn with_unit(spec: &RuleSpec, value: &str) -> String {
    let bare = value
        .chars()
        .all(|c| c.is_ascii_digit() || " .,\u{a0}".contains(c));
    match &spec.unit {
        Some(unit) if bare => format!("{value} {unit}"),
        _ => value.to_owned(),
    }
}

/// Words in the source's language first, and in the other beside them; each pair is English, Russian.
fn word(finding: &mut Finding, source: &Source, titles: &[String; 2], gists: &[String; 2]) {
    let russian = source
        .language
        .as_deref()
        .is_some_and(|l| l.starts_with("ru"));
    let [en, ru] = [(Language::En, 0), (Language::Ru, 1)].map(|(language, at)| Wording {
        language,
        title: titles[at].clone(),
        gist: gists[at].clone(),
    });
    let (own, other) = if russian { (ru, en) } else { (en, ru) };
    (finding.title, finding.gist) = (own.title, own.gist);
    finding.wordings.push(other);
}
