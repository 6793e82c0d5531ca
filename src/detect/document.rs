//! Several pages that form one document: what changes on many of them in one window is told once.
//!
//! The first page's change is told as it is. When more pages change within [`WINDOW`], one finding
//! takes the place of those before: titled by the document, led by the gravest change, with every
//! page as evidence. All of them share one topic, so a digest tells them as one card.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::headline;
use crate::model::{Evidence, Finding, FindingId, Language, Source, SourceId, Teller};

/// Changes this near to the first belong together.
const WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// Pages named in one finding.
const MOST: usize = 40;

/// What was told of a document of late.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentNews {
    /// When the first of its pages changed.
    since: Timestamp,
    /// The topic that all findings of this window share.
    topic: String,
    /// The finding in force.
    pub told: FindingId,
    /// The gravest page's own finding.
    lead: Finding,
    /// Pages that changed, in that order: source, headline, address.
    pages: Vec<(SourceId, String, Option<String>)>,
    /// Their names for people.
    #[serde(default)]
    names: BTreeMap<SourceId, String>,
}

impl DocumentNews {
    /// Begins a window with the first page's finding, whose topic becomes the document's.
    pub fn begin(document: &str, finding: &mut Finding) -> Self {
        let since = finding.detected_at;
        finding.topic_key = format!("document:{}:{document}:{since}", finding.owner);
        Self {
            since,
            topic: finding.topic_key.clone(),
            // filled in when it has been kept
            told: FindingId(0),
            lead: finding.clone(),
            pages: vec![page(finding)],
            names: BTreeMap::from([(finding.source.clone(), finding.source_title.clone())]),
        }
    }

    /// The topic of the window.
    pub fn topic(&self) -> &str {
        &self.topic
    }

    /// Does a change at this time still belong to the window?
    pub fn is_open(&self, now: Timestamp) -> bool {
        now.duration_since(self.since) < WINDOW
    }

    /// Takes in another page's finding; returns the one that is told in the place of all before.
    pub fn join(&mut self, source: &Source, document: &str, finding: &Finding) -> Finding {
        self.pages.retain(|(id, ..)| *id != finding.source);
        self.pages.push(page(finding));
        let name = finding.source_title.clone();
        self.names.insert(finding.source.clone(), name);
        self.pages.truncate(MOST);
        let weight = |f: &Finding| (f.severity, (f.confidence * 100.0) as i64);
        if weight(finding) > weight(&self.lead) {
            self.lead = finding.clone();
        }
        let mut whole = self.lead.clone();
        whole.detected_at = finding.detected_at;
        whole.topic_key.clone_from(&self.topic);
        whole.change = None;
        whole.suppressed = None;
        whole.effective = self.lead.effective.or(finding.effective);
        for area in &finding.areas {
            if whole.areas.len() < 3 && !whole.areas.contains(area) {
                whole.areas.push(area.clone());
            }
        }
        let own = match whole.language.as_deref() {
            Some(code) if code.starts_with("ru") => Language::Ru,
            _ => Language::En,
        };
        let name = |language| headline::document_name(source, document, language);
        let count = self.pages.len();
        let titled = |title: &str, language| {
            let what = title.split_once(": ").map_or(title, |(_, what)| what);
            format!(
                "{}: {}: {what}",
                name(language),
                headline::pages_changed(count, language)
            )
        };
        whole.title = titled(&self.lead.title, own);
        for wording in &mut whole.wordings {
            wording.title = titled(&wording.title, wording.language);
        }
        let pages = self.pages.iter().map(|(_, headline, url)| Evidence {
            kind: "page".to_owned(),
            before: None,
            after: Some(headline.clone()),
            place: url.clone(),
        });
        whole.evidence.extend(pages);
        // each page is a source of the card, with its address
        let others = self.pages.iter().filter(|(id, ..)| *id != whole.source);
        let tellers = others.map(|(id, _, url)| Teller {
            source: id.clone(),
            title: self.names.get(id).cloned().unwrap_or_default(),
            owner: whole.owner.clone(),
            role: whole.role,
            url: url.clone(),
        });
        let tellers: Vec<Evidence> = tellers.map(|teller| teller.evidence()).collect();
        whole.evidence.extend(tellers);
        whole
    }
}

fn page(finding: &Finding) -> (SourceId, String, Option<String>) {
    (
        finding.source.clone(),
        finding.title.clone(),
        finding.url.clone(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FindingKind, Severity, SourceKind};

    fn finding(id: &str, title: &str, severity: Severity, hour: i64) -> Finding {
        let url = format!("https://clip.example/{id}");
        let kind = SourceKind("page".to_owned());
        let mut source = Source::probe(url.parse().expect("a URL"), kind);
        source.id = id.parse().expect("an id");
        let at = Timestamp::from_second(1_780_000_000 + hour * 3600).expect("a time");
        let mut finding = Finding::about(&source, FindingKind::RuleChange, severity, at);
        finding.title = format!("clip · {id}: {title}");
        finding
    }

    #[test]
    fn many_pages_make_one_finding_led_by_the_gravest() {
        let mut source = Source::probe(
            "https://clip.example/".parse().expect("a URL"),
            SourceKind("page".to_owned()),
        );
        source.platform = Some("clip".to_owned());
        let mut first = finding("live", "changed: “be kind”", Severity::Informational, 0);
        let mut news = DocumentNews::begin("clip-standards", &mut first);
        let second = finding("ads", "minimum age 16 → 18 years", Severity::Important, 2);
        let third = finding("spam", "changed: “no spam”", Severity::Informational, 3);
        news.join(&source, "clip-standards", &second);
        let whole = news.join(&source, "clip-standards", &third);
        assert_eq!(
            whole.title,
            "clip · standards: 3 pages changed: minimum age 16 → 18 years"
        );
        assert_eq!(whole.topic_key, first.topic_key);
        assert_eq!(whole.severity, Severity::Important);
        let pages = whole.evidence.iter().filter(|e| e.kind == "page");
        assert_eq!(pages.count(), 3);
        let tellers: Vec<Teller> = whole.evidence.iter().filter_map(Teller::of).collect();
        assert_eq!(tellers.len(), 2, "the other pages are sources of the card");
        assert!(
            tellers
                .iter()
                .all(|t| t.url.is_some() && t.owner == whole.owner)
        );
        assert!(news.is_open(third.detected_at));
        let later = finding("x", "y", Severity::Important, 30);
        assert!(!news.is_open(later.detected_at));
    }
}
