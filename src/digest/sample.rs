//! Made-up news with all that a card can show, on which templates of a user's own are tried. It is never
//! told.

use jiff::Timestamp;

use super::Candidate;
use crate::model::{
    DigestSpec, Evidence, Finding, FindingId, FindingKind, Role, Severity, Source, SourceKind,
};

/// One finding of every kind, with all that a card can show.
pub(super) fn samples(spec: &DigestSpec, now: Timestamp) -> Vec<Candidate> {
    let Ok(url) = url::Url::parse("https://sample.example/") else {
        return Vec::new();
    };
    let source = Source {
        tags: spec.tags.clone(),
        role: Role::Official,
        platform: Some("sample".to_owned()),
        ..Source::probe(url, SourceKind("page".to_owned()))
    };
    let piece = |kind: &str, before: &str, after: &str, place: &str| Evidence {
        kind: kind.to_owned(),
        before: Some(before.to_owned()),
        after: Some(after.to_owned()),
        place: Some(place.to_owned()),
    };
    let sample = |(kind, n): (FindingKind, i64)| {
        let mut finding = Finding::about(&source, kind, Severity::Important, now);
        finding.confidence = 0.9;
        finding.title = format!("sample {n}: {}", kind.name());
        "What it says in a sentence.".clone_into(&mut finding.gist);
        finding.areas = vec!["ads".to_owned()];
        finding.published_at = Some(now);
        finding.effective = Some(now.to_zoned(spec.zone.clone()).date());
        finding.topic_key = format!("sample:{n}");
        finding.evidence = vec![
            piece("quote", "up to 60 seconds", "up to 90 seconds", "Length"),
            piece("number", "60 seconds", "90 seconds", "Length"),
            piece("series", "4h", "1 2 - 5", "items"),
        ];
        Candidate::new(FindingId(n), finding)
    };
    FindingKind::ALL.into_iter().zip(1..).map(sample).collect()
}
