//! What a reader is told of a change or of a new item.

use jiff::Timestamp;

use super::lexicon::words;
use crate::model::{
    Change, ChangeClass, ChangeWeight, Evidence, Finding, FindingKind, Hunk, PageText, ReadItem,
    Severity, Source,
};

/// Longest quote, in words.
const QUOTE: usize = 25;

/// What a reader is told of a page's change; `suppressed` says why when it is cosmetic.
pub fn change_finding(
    source: &Source,
    _before: &PageText,
    _after: &PageText,
    change: &Change,
    now: Timestamp,
) -> Finding {
    let severity = if change.is_substantive() {
        Severity::Important
    } else {
        Severity::Cosmetic
    };
    let mut finding = Finding::about(source, FindingKind::RuleChange, severity, now);
    finding.class = Some(ChangeClass::Wording);
    if let ChangeWeight::Cosmetic(reason) = &change.weight {
        finding.suppressed = Some(reason.clone());
    }
    let mut told: Vec<&Hunk> = change.hunks.iter().filter(|h| !h.cosmetic).collect();
    told.sort_by_key(|h| std::cmp::Reverse(words(&h.after()).len()));
    let place = told.first().and_then(|h| h.section.clone());
    finding.title = match &place {
        Some(section) => format!("{}: {section}", source.title),
        None => source.title.clone(),
    };
    finding.gist = format!("−{} +{}", change.words_removed, change.words_added);
    finding.topic_key = format!("{}:{:x}", source.id, now.as_second());
    finding.evidence = told.iter().take(5).map(|h| quote(h)).collect();
    finding
}

/// What a reader is told of a new item.
pub fn item_finding(source: &Source, item: &ReadItem, now: Timestamp) -> Finding {
    let mut finding = Finding::about(source, FindingKind::NewItem, Severity::Informational, now);
    finding.title = if item.title.is_empty() {
        shorten(&item.summary)
    } else {
        item.title.clone()
    };
    finding.gist = shorten(&item.summary);
    finding.url = item.link.clone().or(finding.url);
    finding.published_at = item.published;
    let key = item
        .guid
        .as_ref()
        .or(item.link.as_ref())
        .unwrap_or(&finding.title);
    finding.topic_key = format!("{}:{key}", source.id);
    finding
}

fn quote(hunk: &Hunk) -> Evidence {
    let some = |text: String| (!text.is_empty()).then(|| shorten(&text));
    Evidence {
        kind: "quote".to_owned(),
        before: some(hunk.before()),
        after: some(hunk.after()),
        place: hunk.section.clone(),
    }
}

fn shorten(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(QUOTE + 1).collect();
    if words.len() > QUOTE {
        format!("{} …", words[..QUOTE].join(" "))
    } else {
        words.join(" ")
    }
}
