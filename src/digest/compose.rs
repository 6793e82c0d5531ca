//! From candidates to a digest: what is told, what waits, what is left out, and the forms.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::card::Card;
use super::choose::{Choice, choose};
use super::csv::csv;
use super::dates::Dates;
use super::json::json_form;
use super::page::{Ingredients, Page};
use super::render::{render, render_own};
use super::review::{Review, tables};
use super::sample::samples;
use super::shorten::to_limit;
use super::story::Story;
use super::words::Words;
use crate::model::{
    DeliveryForm, DigestSpec, Finding, FindingId, FindingKind, Health, Role, Severity, Window,
    Withheld,
};

/// Stories told at once that a later digest names in a line each.
const ALREADY: usize = 5;
/// A story that waited longer than this is no news any more.
const NEWS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A finding that this audience has not been told.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Its id, by which `tidewatch explain` finds it.
    pub id: FindingId,
    /// The finding.
    pub finding: Finding,
    /// Did it fail to fit into the digest before?
    pub held_before: bool,
    /// The finding by which this audience was last told of the same story, if it was.
    pub told_before: Option<Finding>,
    /// What became of it when it was new, if it might have been told at once.
    pub alert: Option<AlertMark>,
    /// What the audience's votes make of it: its score is multiplied by this. 1 without votes.
    pub weight: f64,
    /// The topic key of a trend that its item has joined, be it after the trend was found.
    pub trend: Option<String>,
}

/// What became of a finding that might have been told at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertMark {
    /// Told at once, then.
    Sent(Timestamp),
    /// Kept back for a scheduled digest.
    Withheld(Withheld),
}

impl Candidate {
    /// A finding that is new to its audience, and on which nobody has voted.
    pub fn new(id: FindingId, finding: Finding) -> Self {
        Self {
            id,
            finding,
            held_before: false,
            told_before: None,
            alert: None,
            weight: 1.0,
            trend: None,
        }
    }
}

/// A digest, and what became of each candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Composed {
    /// In this digest; every finding of a story counts.
    pub told: Vec<FindingId>,
    /// Did not fit: candidates of the next digest, to be handed in with `held_before`.
    pub held: Vec<FindingId>,
    /// Not told, by reason and count.
    pub left_out: Vec<(String, usize)>,
    /// The digest in all its forms.
    pub form: DeliveryForm,
    /// Nothing is told; the form says so in one line.
    pub is_quiet: bool,
    /// Templates of the user's own that failed, so that ours took their place: what and why.
    pub template_faults: Vec<String>,
}

/// Composes a digest. Deterministic: the same input gives the same bytes.
///
/// Candidates without one of the digest's tags are none of its business: they are neither told nor
/// held nor counted. Small news that finds no room twice is left out for good, and so is anything
/// that has waited for a week, so that what is held cannot pile up.
pub fn compose(
    spec: &DigestSpec,
    candidates: Vec<Candidate>,
    health: &Health,
    window: &Window,
) -> Composed {
    compose_review(spec, candidates, health, window, &Review::default())
}

/// As [`compose`], for a digest that looks back: with the tables of `review`.
pub fn compose_review(
    spec: &DigestSpec,
    candidates: Vec<Candidate>,
    health: &Health,
    window: &Window,
    review: &Review,
) -> Composed {
    let words = Words::of(spec.language);
    let dates = Dates::new(words, &spec.zone, window.until);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut edits = 0;
    let mut told = Vec::new();
    let mut news = Vec::new();
    let mut already: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        let finding = &candidate.finding;
        if !is_meant(spec, &candidate) {
            continue;
        }
        match reason_to_leave_out(&candidate) {
            // the reader saw it: one line reminds of it
            Some(_) if is_known_by_alert(&candidate) && already.len() < ALREADY => {
                let same = |one: &&Candidate| one.finding.topic_key == finding.topic_key;
                if finding.topic_key.is_empty() || !already.iter().any(|one| same(&one)) {
                    already.push(candidate);
                }
            }
            Some(reason) => {
                let is_edit = !matches!(reason.as_str(), "told" | "muted");
                edits += u64::from(is_edit && finding.kind == FindingKind::RuleChange);
                if let Some(counted) = counted_as(&reason) {
                    *counts.entry(counted.to_owned()).or_default() += 1;
                }
            }
            // the footer tells of sources that fail
            None if finding.kind == FindingKind::SourceHealth => told.push(candidate.id),
            None => news.push(candidate),
        }
    }
    // those that `health` counts and nobody handed in
    if let Some(more) = health.cosmetic.checked_sub(edits).filter(|n| *n > 0) {
        let more = usize::try_from(more).unwrap_or(usize::MAX);
        *counts.entry("cosmetic".to_owned()).or_default() += more;
    }
    let Choice {
        told: stories,
        rest,
    } = choose(spec, Story::group(news), dates.today(), |story| {
        Card::of(story, words, &dates).length()
    });
    let mut held = Vec::new();
    let mut waiting = 0;
    for story in &rest {
        if let Some(reason) = reason_to_forget(story, window) {
            *counts.entry(reason.to_owned()).or_default() += 1;
        } else {
            waiting += 1;
            held.extend(story.ids());
        }
    }
    told.extend(stories.iter().flat_map(Story::ids));
    told.sort_unstable();
    held.sort_unstable();
    let mut left_out: Vec<(String, usize)> = counts.into_iter().collect();
    left_out.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let from = Ingredients {
        spec,
        stories: &stories,
        held: waiting,
        left_out: &left_out,
        already: &already,
        tables: tables(spec, review, words, &dates),
        review,
        health,
        window,
    };
    let page = Page::of(&from, words, &dates);
    let by_weight: Vec<String> = stories.iter().map(|s| s.lead_id().to_string()).collect();
    let shown = to_limit(&page, &by_weight, words, |page| {
        render("digest.html", page).len()
    });
    let mut template_faults = Vec::new();
    let mut rendered = |form: &str, name: &str, page: &Page| {
        let own = spec.templates.get(form);
        let own = own.map(|source| render_own(name, source, page));
        own.and_then(|result| {
            let note = |why| template_faults.push(format!("{form} template: {why}"));
            result.map_err(note).ok()
        })
        .unwrap_or_else(|| render(name, page))
    };
    let form = DeliveryForm {
        subject: page.subject.clone(),
        html: rendered("html", "digest.html", &shown),
        images: shown.images(),
        csv: csv(spec, review, words),
        text: rendered("text", "digest.txt", &page),
        markdown: rendered("markdown", "digest.md", &page),
        json: json_form(&from, &page, words, &dates),
        language: spec.language,
    };
    let is_quiet = stories.is_empty();
    Composed {
        told,
        held,
        left_out,
        form,
        is_quiet,
        template_faults,
    }
}

/// Faults of a digest's own templates, each in a line: they are tried on a quiet digest and on one with a
/// card of every kind of news.
pub fn check_templates(spec: &DigestSpec) -> Vec<String> {
    let window = Window {
        since: None,
        until: jiff::Timestamp::UNIX_EPOCH,
    };
    let mut faults = Vec::new();
    for candidates in [Vec::new(), samples(spec, window.until)] {
        for fault in compose(spec, candidates, &Health::default(), &window).template_faults {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    faults
}

/// What an alert kept back is meant for this digest, whatever its tags: nothing else would tell it.
fn is_meant(spec: &DigestSpec, candidate: &Candidate) -> bool {
    let finding = &candidate.finding;
    spec.tags.is_empty()
        || matches!(candidate.alert, Some(AlertMark::Withheld(_)))
        || finding.tags.iter().any(|tag| spec.tags.contains(tag))
}

/// Was it told at once, and is there nothing new to it?
fn is_known_by_alert(candidate: &Candidate) -> bool {
    let known = |told: &Finding| !tells_more(&candidate.finding, told);
    matches!(candidate.alert, Some(AlertMark::Sent(_)))
        && candidate.finding.suppressed.is_none()
        && candidate.told_before.as_ref().is_some_and(known)
}

/// As what it is counted that a finding is left out for a reason; not at all if another finding tells
/// all of it.
fn counted_as(reason: &str) -> Option<&str> {
    if reason.starts_with(Finding::TOLD_AS) || reason == Finding::TOLD_TOGETHER {
        return None;
    }
    let is_report = reason.starts_with(Finding::REPORTS);
    Some(if is_report { "reports" } else { reason })
}

fn reason_to_leave_out(candidate: &Candidate) -> Option<String> {
    let finding = &candidate.finding;
    if candidate
        .told_before
        .as_ref()
        .is_some_and(|told| !tells_more(finding, told))
    {
        return Some("told".to_owned());
    }
    match (&finding.suppressed, finding.severity) {
        (Some(reason), _) => Some(reason.clone()),
        (None, Severity::Cosmetic) => Some("cosmetic".to_owned()),
        _ => None,
    }
}

/// Is there something in `new` that a reader of `told` does not know? A story is told again when it
/// grew graver, an official source confirms it, its date moved, or other words were quoted.
pub(super) fn tells_more(new: &Finding, told: &Finding) -> bool {
    let quotes = |finding: &Finding| -> Vec<Option<String>> {
        let quoted = finding.evidence.iter().filter(|e| e.kind == "quote");
        quoted.map(|e| e.after.clone()).collect()
    };
    let official = |finding: &Finding| matches!(finding.role, Role::Official | Role::Regulator);
    new.severity > told.severity
        || (official(new) && !official(told))
        || (new.effective.is_some() && new.effective != told.effective)
        || (matches!(new.kind, FindingKind::RuleChange | FindingKind::Outage)
            && quotes(new) != quotes(told))
}

/// Why a story that found no room does not wait for the next digest.
fn reason_to_forget(story: &Story, window: &Window) -> Option<&'static str> {
    let newest = story.findings().map(|(_, f)| f.detected_at).max();
    if newest.is_some_and(|at| window.until.duration_since(at) > NEWS) {
        return Some("too_old");
    }
    (story.held_before() && story.severity() <= Severity::Informational).then_some("no_room")
}
