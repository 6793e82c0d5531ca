//! What a reader is told of a change: class, severity, areas, when, a headline, and the evidence.

use std::collections::BTreeSet;

use jiff::Timestamp;
use xxhash_rust::xxh3::xxh3_64;

use super::change::Study;
use super::classify::{self, Verdict};
use super::evidence::{Findings, Start};
use super::headline;
use super::quotes::pairs;
use super::scene::Scene;
use super::score;
use super::tokens::text_hash;
use crate::model::{
    Change, ChangeWeight, Evidence, Finding, FindingKind, HunkKind, Language, PageText, Severity,
    Source, Wording,
};

/// Most pieces of evidence of one kind.
const MOST: usize = 8;

/// What a reader is told of a page's change.
///
/// A cosmetic change makes a finding too, for `explain`: its severity is cosmetic and `suppressed`
/// says why it is not told. `change` must be the difference of just these two texts.
pub fn change_finding(
    source: &Source,
    before: &PageText,
    after: &PageText,
    change: &Change,
    now: Timestamp,
) -> Finding {
    let scene = Scene::of(before, after, source.language.as_deref(), now);
    let study = Study::of(change.hunks.clone(), &scene);
    tell(source, &study, &scene, &change.weight, now)
}

/// The difference between two versions of a page and what a reader is told of it, or `None` when there
/// is none: [`page_change`](super::page_change) and [`change_finding`] in one look.
pub fn page_finding(
    source: &Source,
    before: &PageText,
    after: &PageText,
    now: Timestamp,
) -> Option<(Change, Finding)> {
    if text_hash(before) == text_hash(after) {
        return None;
    }
    let scene = Scene::of(before, after, source.language.as_deref(), now);
    let study = Study::between(&scene, |_| None);
    let weight = study.weight(&scene, false);
    let finding = tell(source, &study, &scene, &weight, now);
    Some((study.into_change(weight), finding))
}

fn tell(
    source: &Source,
    study: &Study,
    scene: &Scene<'_>,
    weight: &ChangeWeight,
    now: Timestamp,
) -> Finding {
    let verdict = classify::judge(study, scene, &source.title);
    let probability = score::probability(study.signs(scene));
    let mut finding = Finding::about(source, FindingKind::RuleChange, verdict.severity, now);
    finding.confidence = probability;
    finding.class = Some(verdict.class);
    finding.areas.clone_from(&verdict.areas);
    if let ChangeWeight::Cosmetic(reason) = weight {
        finding.severity = Severity::Cosmetic;
        finding.suppressed = Some(reason.clone());
        let weighed = study.hunks.iter().any(|h| !h.cosmetic);
        finding.confidence = if weighed { probability.min(0.49) } else { 0.05 };
    }
    let start = study.findings.effective.as_ref();
    finding.effective = start.and_then(|e| e.start.day());
    let own = own_language(source);
    let story = headline::Story::of(study, &verdict, scene);
    for language in [Language::En, Language::Ru] {
        let said = story.word(source, language);
        if language == own {
            (finding.title, finding.gist) = (said.title, said.gist);
        } else {
            finding.wordings.push(Wording {
                language,
                title: said.title,
                gist: said.gist,
            });
        }
    }
    finding.evidence = evidence(study, &verdict, story.first(), probability);
    finding.topic_key = topic_key(source, study);
    finding
}

/// What a reader is told when a page goes back to a text that it showed before, last since a time, or
/// in a part of it only: then the part is named.
pub(super) fn return_finding(
    source: &Source,
    before: &PageText,
    after: &PageText,
    change: &Change,
    (since, whole): (Timestamp, bool),
    now: Timestamp,
) -> Finding {
    let mut finding = change_finding(source, before, after, change, now);
    let day = source.zone.to_datetime(since).date();
    let own = own_language(source);
    let say = |title: &str, language| {
        if whole {
            headline::back_to(source, day, language)
        } else {
            headline::as_before(title, day, language)
        }
    };
    finding.title = say(&finding.title, own);
    for wording in &mut finding.wordings {
        wording.title = say(&wording.title, wording.language);
    }
    finding.severity = finding.severity.max(Severity::Informational);
    let mark = piece("return", None, Some(day.to_string()), None);
    finding.evidence.insert(0, mark);
    finding.topic_key = format!("return:{}:{day}", source.id);
    finding
}

/// The language of a finding's own title: the source's, if we speak it.
fn own_language(source: &Source) -> Language {
    match source.language.as_deref() {
        Some(code) if code.starts_with("ru") => Language::Ru,
        _ => Language::En,
    }
}

/// The same words changed on two pages of one owner are one story.
fn topic_key(source: &Source, study: &Study) -> String {
    let told = study.hunks.iter().filter(|h| !h.cosmetic);
    let text: Vec<_> = told
        .map(|h| format!("{}\n{}\n", h.before(), h.after()))
        .collect();
    format!(
        "rule:{}:{:016x}",
        source.owner,
        xxh3_64(text.concat().as_bytes())
    )
}

/// Everything that a verdict rests on, gravest first.
fn evidence(
    study: &Study,
    verdict: &Verdict,
    first: Option<usize>,
    probability: f64,
) -> Vec<Evidence> {
    let mut out = facts(study);
    out.extend(sections(study));
    out.extend(quotes(study, first));
    for (sign, points) in &verdict.reasons {
        out.push(piece(
            "sign",
            None,
            Some(format!("{sign} ({points:.1})")),
            None,
        ));
    }
    out.push(piece(
        "probability",
        None,
        Some(format!("{probability:.2}")),
        None,
    ));
    let cosmetic: BTreeSet<&str> = study
        .hunks
        .iter()
        .filter_map(|h| h.reason.as_deref())
        .collect();
    if !cosmetic.is_empty() {
        let reasons = cosmetic.into_iter().collect::<Vec<_>>().join(", ");
        out.push(piece("left_out", None, Some(reasons), None));
    }
    out
}

/// Numbers, dates, obligations and the day it is in force.
fn facts(study: &Study) -> Vec<Evidence> {
    let found: &Findings = &study.findings;
    let place = |hunk: usize| study.hunks.get(hunk).and_then(|h| h.section.clone());
    let mut out = Vec::new();
    for shift in found.numbers.iter().take(MOST * 3) {
        let text =
            |figure: &Option<super::evidence::Figure>| figure.as_ref().map(|f| f.text.clone());
        out.push(piece(
            "number",
            text(&shift.before),
            text(&shift.after),
            place(shift.hunk),
        ));
    }
    for shift in found.dates.iter().take(MOST * 3) {
        let text = |date: Option<jiff::civil::Date>| date.map(|d| d.to_string());
        out.push(piece(
            "date",
            text(shift.before),
            text(shift.after),
            place(shift.hunk),
        ));
    }
    if let Some(effective) = &found.effective {
        let start = match &effective.start {
            Start::Day(day) | Start::By(day) => day.to_string(),
            Start::Version(version) => version.clone(),
        };
        out.push(piece("effective", None, Some(start), place(effective.hunk)));
    }
    for shift in found.duties.iter().take(MOST) {
        let text = |duty: &Option<super::evidence::Duty>| {
            duty.as_ref().map(|d| format!("{} ({})", d.text, d.kind))
        };
        out.push(piece(
            "obligation",
            text(&shift.before),
            text(&shift.after),
            place(shift.hunk),
        ));
    }
    out
}

/// Headings that came or went.
fn sections(study: &Study) -> Vec<Evidence> {
    let told = study.hunks.iter().filter(|h| !h.cosmetic);
    let headed = told.filter(|h| {
        let text = h.spans.first().map(|s| s.text.as_str());
        h.kind != HunkKind::Edited && h.section.as_deref() == text
    });
    let name = |h: &crate::model::Hunk, kind| (h.kind == kind).then(|| h.section.clone()).flatten();
    headed
        .take(MOST)
        .map(|h| {
            piece(
                "section",
                name(h, HunkKind::Removed),
                name(h, HunkKind::Added),
                None,
            )
        })
        .collect()
}

/// What was and what is, in the page's own words: that of the headline first.
fn quotes(study: &Study, first: Option<usize>) -> Vec<Evidence> {
    let all = study.hunks.iter().zip(&study.deltas).enumerate();
    let mut told: Vec<_> = all.filter(|(_, (hunk, _))| !hunk.cosmetic).collect();
    told.sort_by_key(|(at, _)| Some(*at) != first);
    let hunks = told.into_iter().take(MOST);
    let quotes = hunks.flat_map(|(_, (hunk, delta))| {
        let pairs = pairs(delta).into_iter();
        pairs.map(|(before, after)| piece("quote", before, after, hunk.section.clone()))
    });
    quotes.take(MOST).collect()
}

fn piece(
    kind: &str,
    before: Option<String>,
    after: Option<String>,
    place: Option<String>,
) -> Evidence {
    Evidence {
        kind: kind.to_owned(),
        before,
        after,
        place,
    }
}
