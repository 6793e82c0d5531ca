//! What a reader is told of a new item: an entry of a changelog, a status page, a newsroom, a medium.
//!
//! The item's own words are read with the same table as a page's change: what they forbid, require,
//! permit, end or begin, numbers, and from when. The headline is the item's own title; the gist its
//! first sentences.

use jiff::Timestamp;

use super::change::Study;
use super::classify::{self, Verdict};
use super::evidence::{self, Start};
use super::scene::Scene;
use super::{gravity, headline};
use crate::model::{
    Block, BlockKind, ChangeClass, Evidence, Finding, FindingKind, Hunk, HunkKind, Language,
    PageText, ReadItem, Role, Severity, Source, WordSpan, WordTag, Wording,
};

/// Longest text of an item that is read, in bytes; enough for any entry, and bounded.
const LONGEST: usize = 40_000;
/// Words of what a bare version's entry says, in its headline.
const SAID: usize = 16;
/// Words of a gist.
const GIST: usize = 40;

/// What a reader is told of a new item of a feed, changelog, channel or status page.
pub fn item_finding(source: &Source, item: &ReadItem, now: Timestamp) -> Finding {
    let text = page_of(item);
    let empty = PageText::default();
    let language = item.language.as_deref().or(source.language.as_deref());
    let scene = Scene::of(&empty, &text, language, item.published.unwrap_or(now));
    let study = Study::as_it_is(added(&text), &scene);
    let verdict = classify::judge(&study, &scene, &source.title);
    let found = &study.findings;
    let about_rules = matches!(source.role, Role::Official | Role::Regulator)
        && matches!(
            source.kind.as_str(),
            "changelog" | "feed" | "status" | "page"
        );
    let mut finding = Finding::about(source, kind(source), Severity::Informational, now);
    finding.published_at = item.published;
    if item.language.is_some() {
        finding.language.clone_from(&item.language);
    }
    if about_rules {
        finding.class = Some(verdict.class);
        finding.severity = gravity::entry(verdict.class, found, &scene);
    }
    if source.role == Role::Media && reports_a_rule(&verdict, &scene, &item.title) {
        finding.class = Some(verdict.class);
    }
    if finding.kind == FindingKind::Outage {
        finding.class = None;
        finding.severity = outage_severity(item);
    }
    finding.areas.clone_from(&verdict.areas);
    if let Some(day) = found.effective.as_ref().and_then(|e| e.start.day()) {
        finding.effective = Some(day);
    }
    finding.confidence = match source.role {
        Role::Official | Role::Regulator => 0.9,
        Role::Media => 0.6,
        Role::Competitor | Role::Own | Role::Stream => 0.7,
    };
    finding.title = title(item);
    finding.gist = gist(item);
    let own_title = finding.title.clone();
    if about_rules && names_only_a_version(&own_title, &scene) {
        let telling = found.effective.as_ref().map(|e| e.sentence.as_str());
        let said = telling.or_else(|| sentences(&finding.gist).next());
        if let Some(said) = said.filter(|said| !said.trim().is_empty()) {
            let said = shorten(said.trim().trim_end_matches('.'), SAID);
            finding.title = format!("{own_title} — {said}");
        }
    }
    if about_rules {
        add_wordings(&mut finding, source);
    }
    finding.url = item.link.clone().or(finding.url);
    finding.evidence = facts(found, &verdict, about_rules);
    let key = item
        .guid
        .as_ref()
        .or(item.link.as_ref())
        .unwrap_or(&own_title);
    finding.topic_key = format!("item:{}:{key}", source.id);
    finding
}

/// Does a media item report that a platform's rules change? Its title must say so.
fn reports_a_rule(verdict: &Verdict, scene: &Scene<'_>, title: &str) -> bool {
    let ruling = matches!(
        verdict.class,
        ChangeClass::Ban
            | ChangeClass::Limit
            | ChangeClass::Permission
            | ChangeClass::Requirement
            | ChangeClass::Deprecation
    );
    let hits = scene.hits(&super::lexicon::words(title));
    let says = hits.iter().any(|hit| {
        matches!(hit.group, "obligation" | "lifecycle")
            || (hit.group == "subject" && hit.name == "limit")
    });
    ruling && says
}

/// The item as a text of blocks.
fn page_of(item: &ReadItem) -> PageText {
    let block = |kind, text: &str| Block {
        kind,
        text: text.to_owned(),
        links: Vec::new(),
    };
    let mut blocks = Vec::new();
    if !item.title.is_empty() {
        blocks.push(block(BlockKind::Heading(1), &item.title));
    }
    let end = (0..=LONGEST.min(item.summary.len()))
        .rev()
        .find(|at| item.summary.is_char_boundary(*at));
    let summary = &item.summary[..end.unwrap_or(0)];
    for line in summary
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        match line.strip_prefix(['•', '-', '*']) {
            Some(rest) => blocks.push(block(BlockKind::ListItem, rest.trim())),
            None => blocks.push(block(BlockKind::Paragraph, line)),
        }
    }
    PageText { blocks }
}

/// Every block as one that came.
fn added(text: &PageText) -> Vec<Hunk> {
    let blocks = text.blocks.iter().enumerate();
    blocks
        .map(|(at, block)| Hunk {
            kind: HunkKind::Added,
            section: None,
            before_at: 0,
            after_at: at,
            before_len: 0,
            after_len: 1,
            spans: vec![WordSpan {
                tag: WordTag::Added,
                text: block.text.clone(),
            }],
            cosmetic: false,
            reason: None,
        })
        .collect()
}

/// Are the items of a source incidents?
pub fn is_status(source: &Source) -> bool {
    source.kind.as_str().contains("status") || source.tags.iter().any(|t| t == "status")
}

fn kind(source: &Source) -> FindingKind {
    if is_status(source) {
        FindingKind::Outage
    } else {
        FindingKind::NewItem
    }
}

/// How grave an incident is: an outage in force is important, one that is over or planned is not.
fn outage_severity(item: &ReadItem) -> Severity {
    let text = format!("{} {}", item.title, item.summary).to_lowercase();
    let says = |words: &[&str]| words.iter().any(|w| text.contains(w));
    if says(&[
        "resolved",
        "completed",
        "scheduled",
        "maintenance",
        "решен",
        "устранен",
        "плановы",
    ]) {
        return Severity::Informational;
    }
    if says(&[
        "major outage",
        "critical",
        "unavailable",
        "down for",
        "недоступ",
        "не работает",
    ]) {
        return Severity::Breaking;
    }
    Severity::Important
}

/// Words of a title that say when or which, not what.
const LABELS: [&str; 24] = [
    "version",
    "release",
    "released",
    "releases",
    "notes",
    "update",
    "updates",
    "changelog",
    "change",
    "changes",
    "log",
    "new",
    "what's",
    "api",
    "v",
    "версия",
    "релиз",
    "обновление",
    "обновления",
    "изменения",
    "новое",
    "г",
    "года",
    "от",
];

/// Does an entry's title name a version or a day and nothing of what it brings: `v25.0`, `2.1 (May 2)`?
fn names_only_a_version(title: &str, scene: &Scene<'_>) -> bool {
    let mut rest = title.to_owned();
    for mention in scene.dates(title).iter().rev() {
        rest.replace_range(mention.range.clone(), " ");
    }
    let labels = |word: &super::lexicon::Word| {
        word.folded.contains(|c: char| c.is_ascii_digit()) || LABELS.contains(&word.folded.as_str())
    };
    let named = super::lexicon::words(&rest);
    named.iter().all(labels)
}

/// Sentences of a text.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    use unicode_segmentation::UnicodeSegmentation as _;
    text.unicode_sentences()
}

fn title(item: &ReadItem) -> String {
    let title = if item.title.trim().is_empty() {
        &item.summary
    } else {
        &item.title
    };
    shorten(title, 20)
}

fn gist(item: &ReadItem) -> String {
    if item.title.trim().is_empty() {
        return String::new();
    }
    let body = item.summary.trim();
    let body = body.strip_prefix(item.title.trim()).unwrap_or(body);
    shorten(body.trim_start_matches(['.', ':', '—', '-', ' ']), GIST)
}

/// The platform before an entry's own title, in both languages, when an official source speaks.
fn add_wordings(finding: &mut Finding, source: &Source) {
    let (own, other) = match source.language.as_deref() {
        Some(code) if code.starts_with("ru") => (Language::Ru, Language::En),
        _ => (Language::En, Language::Ru),
    };
    let said = |language| format!("{}: {}", headline::name(source, language), finding.title);
    let (title, wording) = (said(own), said(other));
    finding.title = title;
    finding.wordings.push(Wording {
        language: other,
        title: wording,
        gist: finding.gist.clone(),
    });
}

fn facts(found: &evidence::Findings, verdict: &Verdict, classified: bool) -> Vec<Evidence> {
    let piece = |kind: &str, before: Option<String>, after: Option<String>| Evidence {
        kind: kind.to_owned(),
        before,
        after,
        place: None,
    };
    let mut out = Vec::new();
    if let Some(effective) = &found.effective {
        let start = match &effective.start {
            Start::Day(day) | Start::By(day) => day.to_string(),
            Start::Version(version) => version.clone(),
        };
        out.push(piece("effective", None, Some(start)));
        out.push(piece(
            "quote",
            None,
            Some(shorten(&effective.sentence, headline::QUOTE)),
        ));
    }
    for shift in found.numbers.iter().take(6) {
        out.push(piece(
            "number",
            None,
            shift.after.as_ref().map(|f| f.text.clone()),
        ));
    }
    if classified {
        for (sign, points) in verdict.reasons.iter().filter(|(sign, _)| sign != "always") {
            out.push(piece("sign", None, Some(format!("{sign} ({points:.1})"))));
        }
    }
    out
}

fn shorten(text: &str, longest: usize) -> String {
    let mut words = text.split_whitespace();
    let head: Vec<&str> = words.by_ref().take(longest).collect();
    let tail = if words.next().is_some() { " …" } else { "" };
    format!("{}{tail}", head.join(" "))
}

#[cfg(test)]
mod tests;
