//! From candidates to a digest.

use std::collections::BTreeMap;

use crate::model::{
    DeliveryForm, DigestSpec, Finding, FindingId, Health, Language, Severity, Window,
};

/// A finding that this audience has not been told.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Its id, by which `tidewatch explain` finds it.
    pub id: FindingId,
    /// The finding.
    pub finding: Finding,
    /// Did it fail to fit into the digest before?
    pub held_before: bool,
}

/// A digest, and what became of each candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Composed {
    /// In this digest; every source of a story counts.
    pub told: Vec<FindingId>,
    /// Did not fit: candidates of the next digest.
    pub held: Vec<FindingId>,
    /// Not told, by reason and count.
    pub left_out: Vec<(String, usize)>,
    /// The digest in all its forms.
    pub form: DeliveryForm,
    /// Nothing is told; the form says so in one line.
    pub is_quiet: bool,
}

/// Composes a digest. Deterministic: the same input gives the same bytes.
pub fn compose(
    spec: &DigestSpec,
    candidates: Vec<Candidate>,
    health: &Health,
    window: &Window,
) -> Composed {
    let mut left_out: BTreeMap<String, usize> = BTreeMap::new();
    let mut stories: BTreeMap<String, Vec<Candidate>> = BTreeMap::new();
    for candidate in candidates {
        let finding = &candidate.finding;
        if !spec.tags.is_empty() && !finding.tags.iter().any(|t| spec.tags.contains(t)) {
            continue;
        }
        if finding.suppressed.is_some() || finding.severity == Severity::Cosmetic {
            let reason = finding.suppressed.clone();
            *left_out
                .entry(reason.unwrap_or_else(|| "cosmetic".to_owned()))
                .or_default() += 1;
        } else {
            stories
                .entry(finding.topic_key.clone())
                .or_default()
                .push(candidate);
        }
    }
    let mut stories: Vec<Vec<Candidate>> = stories.into_values().collect();
    for story in &mut stories {
        story.sort_by_key(|c| (c.finding.role, c.id));
    }
    stories.sort_by_key(|s| (std::cmp::Reverse(s[0].finding.severity), s[0].id));
    let rest = stories.split_off(stories.len().min(spec.max_cards));
    let ids = |stories: &[Vec<Candidate>]| stories.iter().flatten().map(|c| c.id).collect();
    let is_quiet = stories.is_empty();
    let mut text = String::new();
    for story in &stories {
        let lead = &story[0];
        text.push_str(&format!(
            "{} [{}]\n{}\n",
            lead.finding.title, lead.id, lead.finding.gist
        ));
        for one in story {
            text.push_str(&format!(
                "  {}\n",
                one.finding.url.as_deref().unwrap_or_default()
            ));
        }
    }
    if is_quiet {
        text = match spec.language {
            Language::En => format!(
                "All quiet: {} sources checked, 0 changes.\n",
                health.sources
            ),
            Language::Ru => format!(
                "Всё тихо: проверено источников {}, изменений 0.\n",
                health.sources
            ),
        };
    }
    let html = format!(
        "<!DOCTYPE html>\n<meta charset=\"utf-8\"><title>tidewatch</title><pre>{}</pre>\n",
        text.replace('&', "&amp;").replace('<', "&lt;")
    );
    Composed {
        told: ids(&stories),
        held: ids(&rest),
        left_out: left_out.into_iter().collect(),
        form: DeliveryForm {
            subject: format!("{}: {}", spec.title, stories.len()),
            html,
            text,
            json: serde_json::json!({ "schema": "tidewatch.digest/1", "until": window.until,
                "findings": stories.iter().flatten().map(|c| &c.finding).collect::<Vec<_>>() }),
            language: spec.language,
        },
        is_quiet,
    }
}
