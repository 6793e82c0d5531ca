//! What the watch would make of any two texts: two files, or pairs of a recorded set.
//!
//! The very functions of the live way are called, in its order: the bodies are read by `extract`, what
//! cannot be read is no text and so no change, the texts are compared and weighed by `detect`, and its
//! finding is what a reader would be told. Only history is missing: a text that came back is not known
//! as such, and nothing is confirmed by a second poll.

mod pairs;

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use url::Url;

use crate::detect;
use crate::extract;
use crate::model::{
    BlockKind, Body, Change, ChangeClass, Evidence, Finding, PageText, ReadOptions, ReadOutcome,
    Role, Severity, Source, SourceKind,
};

pub use pairs::{PairError, PairRecord};

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TextKind {
    /// HTML: its main text is found as for a source of kind `page`.
    Page,
    /// Markdown.
    Markdown,
    /// Plain text.
    Text,
}

/// What is known of two texts besides themselves.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Name of the document for people; empty: its first heading.
    pub title: String,
    /// Platform it is about.
    pub platform: Option<String>,
    /// Language, if known.
    pub language: Option<String>,
    /// Where it stands: the base of its links.
    pub url: Url,
    /// When the later text was read: "in 30 days" is reckoned from it.
    pub now: Timestamp,
}

/// Is a reader told?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Told.
    Substantive,
    /// Kept and not told.
    Cosmetic,
}

/// Something before and after; one of the two may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shifted {
    /// As it was.
    pub before: Option<String>,
    /// As it is.
    pub after: Option<String>,
    /// Heading under which it stands.
    pub place: Option<String>,
}

/// The judgement of two texts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Is it told?
    pub label: Label,
    /// Why it is not told, if it is not.
    pub reason: Option<String>,
    /// What sort of change; none when there is no difference.
    pub class: Option<ChangeClass>,
    /// How grave.
    pub severity: Severity,
    /// 0–1: how sure it is that this is worth telling.
    pub confidence: f64,
    /// What it touches.
    pub areas: Vec<String>,
    /// Numbers with their units.
    pub numbers: Vec<Shifted>,
    /// Days, as ISO dates.
    pub dates: Vec<Shifted>,
    /// From when it is in force, if that is a day.
    pub effective: Option<Date>,
    /// From which version on it is in force, if that is one.
    pub effective_version: Option<String>,
    /// Headline in the text's language.
    pub headline: String,
    /// One or two sentences in the text's language.
    pub gist: String,
    /// Everything that the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// Words removed, cosmetic places left out.
    pub words_removed: usize,
    /// Words added, cosmetic places left out.
    pub words_added: usize,
    /// The difference itself, for those who show it.
    #[serde(skip)]
    pub change: Option<Change>,
    /// The finding itself, as the watch would keep it.
    #[serde(skip)]
    pub finding: Option<Finding>,
}

/// A file read as a poll would read it: its text, or the outcome that stands in its place.
pub fn read_text(bytes: &[u8], kind: TextKind, subject: &Subject) -> Result<PageText, ReadOutcome> {
    let content_type = match kind {
        TextKind::Page => "text/html",
        TextKind::Markdown => "text/markdown; charset=utf-8",
        TextKind::Text => "text/plain",
    };
    let body = Body {
        bytes,
        content_type: Some(content_type),
        url: &subject.url,
    };
    let options = ReadOptions {
        select: Vec::new(),
        remove: Vec::new(),
        zone: jiff::tz::TimeZone::UTC,
        language: subject.language.clone(),
        now: subject.now,
    };
    let reading = extract::read(&SourceKind("page".to_owned()), &body, &options);
    match (reading.outcome, reading.text) {
        (ReadOutcome::Read, Some(text)) => Ok(text),
        (ReadOutcome::Read, None) => Err(ReadOutcome::Empty),
        (failed, _) => Err(failed),
    }
}

/// Judges two files, each read as its kind says.
pub fn compare_bodies(
    before: (&[u8], TextKind),
    after: (&[u8], TextKind),
    subject: &Subject,
) -> Comparison {
    let earlier = read_text(before.0, before.1, subject);
    let later = read_text(after.0, after.1, subject);
    match (earlier, later) {
        (Ok(before), Ok(after)) if subject.title.is_empty() => {
            let title = heading(&after).unwrap_or_default();
            let subject = Subject {
                title,
                ..subject.clone()
            };
            compare_texts(&before, &after, &subject)
        }
        (Ok(before), Ok(after)) => compare_texts(&before, &after, subject),
        // a wall is an outcome of its poll: the last good text stays in force
        (_, Err(outcome)) => quiet(format!("the later file is {}", described(&outcome))),
        (Err(outcome), Ok(_)) => quiet(format!(
            "the earlier file is {}, so the later is a first sight",
            described(&outcome)
        )),
    }
}

/// Judges two texts.
pub fn compare_texts(before: &PageText, after: &PageText, subject: &Subject) -> Comparison {
    let source = source_of(subject);
    match detect::page_finding(&source, before, after, subject.now) {
        Some((change, finding)) => told(change, finding),
        None => quiet("no difference that a reader would see".to_owned()),
    }
}

/// What a text calls itself.
fn heading(text: &PageText) -> Option<String> {
    let mut blocks = text.blocks.iter().take(12);
    let heading = blocks.find(|block| matches!(block.kind, BlockKind::Heading(_)))?;
    (heading.text.chars().count() <= 80).then(|| heading.text.clone())
}

fn told(change: Change, finding: Finding) -> Comparison {
    let shifts = |kind: &str| -> Vec<Shifted> {
        let pieces = finding.evidence.iter().filter(|e| e.kind == kind);
        pieces
            .map(|e| Shifted {
                before: e.before.clone(),
                after: e.after.clone(),
                place: e.place.clone(),
            })
            .collect()
    };
    let start = finding.evidence.iter().find(|e| e.kind == "effective");
    let version = start.filter(|_| finding.effective.is_none());
    Comparison {
        label: if finding.suppressed.is_none() {
            Label::Substantive
        } else {
            Label::Cosmetic
        },
        reason: finding.suppressed.clone(),
        class: finding.class,
        severity: finding.severity,
        confidence: finding.confidence,
        areas: finding.areas.clone(),
        numbers: shifts("number"),
        dates: shifts("date"),
        effective: finding.effective,
        effective_version: version.and_then(|e| e.after.clone()),
        headline: finding.title.clone(),
        gist: finding.gist.clone(),
        evidence: finding.evidence.clone(),
        words_removed: change.words_removed,
        words_added: change.words_added,
        change: Some(change),
        finding: Some(finding),
    }
}

/// Nothing to tell, and no difference to show.
fn quiet(reason: String) -> Comparison {
    Comparison {
        label: Label::Cosmetic,
        reason: Some(reason),
        class: None,
        severity: Severity::Cosmetic,
        confidence: 0.0,
        areas: Vec::new(),
        numbers: Vec::new(),
        dates: Vec::new(),
        effective: None,
        effective_version: None,
        headline: String::new(),
        gist: String::new(),
        evidence: Vec::new(),
        words_removed: 0,
        words_added: 0,
        change: None,
        finding: None,
    }
}

fn source_of(subject: &Subject) -> Source {
    let mut source = Source::probe(subject.url.clone(), SourceKind("page".to_owned()));
    source.role = Role::Official;
    source.title.clone_from(&subject.title);
    source.platform.clone_from(&subject.platform);
    source.language.clone_from(&subject.language);
    if let Some(platform) = &subject.platform {
        source.owner = platform.to_lowercase();
    }
    source
}

fn described(outcome: &ReadOutcome) -> String {
    match outcome {
        ReadOutcome::Malformed(why) => format!("not readable ({why})"),
        other => other.name().replace('_', " "),
    }
}

#[cfg(test)]
mod tests;
