//! Two texts judged as the watch would judge them.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::model::Severity;

const BEFORE: &str = "# LIVE rules\n\nHosts of a LIVE session must be at least 16 years old to go live on this platform.\n\nBe kind to others and respect their time.\n";
const AFTER: &str = "# LIVE rules\n\nHosts of a LIVE session must be at least 18 years old to go live on this platform.\n\nBe kind to others and respect their time.\n\nThese rules take effect on August 1, 2026.\n";

fn subject() -> Subject {
    Subject {
        title: "Community Guidelines".to_owned(),
        platform: Some("ClipNet".to_owned()),
        language: Some("en".to_owned()),
        url: "https://example.com/rules".parse().unwrap(),
        now: "2026-06-01T00:00:00Z".parse().unwrap(),
    }
}

fn judge(before: &str, after: &str, kind: TextKind) -> Comparison {
    compare_bodies(
        (before.as_bytes(), kind),
        (after.as_bytes(), kind),
        &subject(),
    )
}

#[test]
fn a_raised_limit_is_told_with_its_numbers_and_its_day() {
    let told = judge(BEFORE, AFTER, TextKind::Markdown);
    assert_eq!(told.label, Label::Substantive);
    assert!(told.severity >= Severity::Important, "{told:?}");
    let shift = &told.numbers[0];
    assert!(shift.before.as_deref().unwrap().contains("16"), "{shift:?}");
    assert!(shift.after.as_deref().unwrap().contains("18"), "{shift:?}");
    assert_eq!(told.effective, Some("2026-08-01".parse().unwrap()));
    assert!(told.headline.contains("18"), "{}", told.headline);
    let json = serde_json::to_value(&told).unwrap();
    assert_eq!(json["label"], "substantive");
    assert_eq!(json["reason"], serde_json::Value::Null);
    assert_eq!(json["effective"], "2026-08-01");
}

#[test]
fn noise_is_not_told_and_says_why() {
    let same = judge(BEFORE, BEFORE, TextKind::Text);
    assert_eq!((same.label, same.class), (Label::Cosmetic, None));
    assert!(same.reason.unwrap().contains("no difference"));
    let spaced = BEFORE
        .replace("kind to", "kind  to")
        .replace("time.", "time .");
    assert_eq!(
        judge(BEFORE, &spaced, TextKind::Text).label,
        Label::Cosmetic
    );
}

#[test]
fn a_wall_is_no_text_and_so_no_change() {
    let page = format!("<html><body><main><p>{BEFORE}</p></main></body></html>");
    let empty = "<html><body></body></html>";
    let gone = judge(&page, empty, TextKind::Page);
    assert_eq!(gone.label, Label::Cosmetic);
    assert!(gone.reason.unwrap().contains("later file is empty"));
    let back = judge(empty, &page, TextKind::Page);
    assert!(back.reason.unwrap().contains("first sight"));
}

#[test]
fn formats_are_known_by_name_ending_and_look() {
    let named = TextKind::named;
    assert_eq!(named("raw-html"), Some(TextKind::Page));
    assert_eq!(named("html-template"), Some(TextKind::Page));
    assert_eq!(named("md-extracted"), Some(TextKind::Markdown));
    assert_eq!(named("text/plain"), Some(TextKind::Text));
    assert_eq!(named("pdf"), None);
    let of = |name: &str, bytes: &[u8]| TextKind::of(std::path::Path::new(name), bytes);
    assert_eq!(of("a.md", b"<p>"), TextKind::Markdown);
    assert_eq!(of("a", b"\n <!doctype html>"), TextKind::Page);
    assert_eq!(of("a", b"Rules"), TextKind::Text);
    assert_eq!(of("a", b""), TextKind::Text);
}

#[test]
fn a_record_takes_what_it_knows_and_leaves_the_rest() {
    let line = r#"{"id": 7, "before": "a.md", "after": "b.md", "format": "md-source", "label": "noise",
        "date_after": "2024-03-18", "split": "dev", "document_type": "Terms", "url": "not a url"}"#;
    let record = PairRecord::parse(line).unwrap();
    let subject = record.subject(Timestamp::UNIX_EPOCH);
    assert_eq!(subject.title, "Terms");
    assert_eq!(subject.now, "2024-03-18T00:00:00Z".parse().unwrap());
    assert_eq!(record.id, 7);
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.md"), BEFORE).unwrap();
    let missing = record.judge(dir.path(), subject.now).unwrap_err();
    assert!(missing.to_string().contains("b.md"), "{missing}");
    std::fs::write(dir.path().join("b.md"), AFTER).unwrap();
    let told = record.judge(dir.path(), subject.now).unwrap();
    assert_eq!(told.label, Label::Substantive);
    assert!(PairRecord::parse("{}").is_err());
}
