//! A recorded story through the live pipeline.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::config::{Environment, Known, load};

fn config() -> Config {
    let environment: Environment = [("HOME", "/nonexistent"), ("TZ", "UTC")]
        .into_iter()
        .collect();
    let known = Known {
        kinds: crate::extract::KINDS,
        channels: crate::deliver::CHANNELS,
        mapping: crate::extract::check_mapping,
    };
    load(None, &environment, &known).unwrap()
}

fn page(age: u32) -> String {
    format!(
        "<html><body><main><h1>LIVE rules</h1><p>Hosts of a LIVE session must be at least {age} years \
         old to go live on this platform.</p><p>Be kind to others and respect their time.</p>\
         <p>These words stay as they have always been, many enough to be a page.</p></main></body></html>"
    )
}

/// Lines in no order of time: the recording puts them right.
fn lines() -> String {
    let line = |at: &str, body: &str| {
        let record = serde_json::json!({"source": "Clip Rules", "at": at, "body": body,
            "kind": "page", "title": "Rules", "platform": "clip", "language": "en"});
        format!("{record}\n")
    };
    line("2026-03-01T00:00:00Z", &page(18))
        + &line("2026-01-01T00:00:00Z", &page(16))
        + &line("2026-02-01T00:00:00Z", &page(16).replace("many", "many "))
        + &line("2026-04-01T00:00:00Z", "<html><body></body></html>")
}

async fn told(path: &std::path::Path) -> (Vec<String>, u64) {
    let mut replay = Replay::new(config(), Recording::open(path).unwrap())
        .await
        .unwrap();
    let (mut told, mut failed) = (Vec::new(), 0);
    while let Some(step) = replay.step().await.unwrap() {
        failed += u64::from(!step.report.ok);
        for (id, finding) in step.findings {
            let why = finding.suppressed.unwrap_or_default();
            told.push(format!("{id} {} {} {why}", step.at, finding.title));
        }
    }
    replay.close().await.unwrap();
    (told, failed)
}

#[tokio::test]
async fn what_would_have_been_told_and_when_comes_out_the_same_each_time() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("r.jsonl");
    std::fs::write(&file, lines()).unwrap();
    let (first, failed) = told(&file).await;
    let open: Vec<_> = first.iter().filter(|line| line.contains("18")).collect();
    assert!(!open.is_empty(), "{first:?}");
    assert!(open[0].contains("2026-03-01"), "{first:?}");
    // the empty page is a failed poll, never a change
    assert!(
        failed >= 1 && !first.iter().any(|l| l.contains("2026-04")),
        "{first:?}"
    );
    assert_eq!(told(&file).await.0, first);
}

#[tokio::test]
async fn a_directory_says_the_same_as_its_lines() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("clip-rules");
    std::fs::create_dir(&folder).unwrap();
    let settings = r#"{"title": "Rules", "platform": "clip", "language": "en"}"#;
    std::fs::write(folder.join("source.json"), settings).unwrap();
    std::fs::write(folder.join("2026-01-01.html"), page(16)).unwrap();
    std::fs::write(folder.join("2026-03-01T00-00-00Z.html"), page(18)).unwrap();
    let (found, _) = told(dir.path()).await;
    assert!(
        found
            .iter()
            .any(|l| l.contains("2026-03-01") && l.contains("18")),
        "{found:?}"
    );
    std::fs::write(folder.join("draft.html"), page(18)).unwrap();
    let error = Recording::open(dir.path()).unwrap_err().to_string();
    assert!(error.contains("draft.html"), "{error}");
}

#[test]
fn faulty_lines_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("r.jsonl");
    for (text, word) in [
        ("{\"source\": \"a\"}", "`at`"),
        (
            "{\"source\": \"a\", \"at\": \"soon\", \"body\": \"\"}",
            "`soon`",
        ),
        (
            "{\"source\": \"a\", \"at\": \"2026-01-01\"}",
            "`file` and `body`",
        ),
        ("[]x", ":1:"),
        ("", "no recorded body"),
    ] {
        std::fs::write(&file, text).unwrap();
        let error = Recording::open(&file).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
}

fn fact(name: &str, sentence: &str, value: Option<&str>) -> crate::model::RuleSpec {
    crate::model::RuleSpec {
        name: name.to_owned(),
        title: "LIVE age".to_owned(),
        platform: Some("clip".to_owned()),
        source: "clip-rules".parse().unwrap(),
        reading: crate::model::RuleReading {
            sentence: Some(sentence.to_owned()),
            ..crate::model::RuleReading::default()
        },
        unit: None,
        stale_after: std::time::Duration::from_hours(24 * 10),
        area: None,
        initial: value.map(|value| crate::model::KnownValue {
            value: value.to_owned(),
            since: Some("2025-01-01".parse().unwrap()),
            place: None,
        }),
    }
}

#[tokio::test]
async fn facts_are_read_confirmed_told_once_and_go_stale() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("r.jsonl");
    std::fs::write(&file, lines()).unwrap();
    let mut config = config();
    config.rules = vec![
        fact("age", "at least", None),
        fact("old-age", "at least", Some("12 years old")),
        fact("nowhere", "no such words", None),
    ];
    let mut replay = Replay::new(config, Recording::open(&file).unwrap())
        .await
        .unwrap();
    let mut told = Vec::new();
    while let Some(step) = replay.step().await.unwrap() {
        for (_, finding) in step.findings {
            if finding.evidence.iter().any(|e| e.kind == "rule") {
                told.push((step.at, finding));
            }
        }
    }
    let titles: Vec<_> = told.iter().map(|(_, f)| f.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "clip · LIVE age: 12 years old → 16 years old",
            "clip · LIVE age: 16 years old → 18 years old",
            "clip · LIVE age: 16 years old → 18 years old"
        ]
    );
    let store = replay.pipeline().store.clone();
    let values = store.read(|r| r.rule_values("age")).await.unwrap();
    let seen: Vec<_> = values.iter().map(|v| (v.value.as_str(), v.since)).collect();
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    assert_eq!(seen[0], ("16 years old", at("2026-01-01T00:00:00Z")));
    assert!(seen[1].0 == "18 years old" && seen[1].1 >= at("2026-03-01T00:00:00Z"));
    let (_, age) = store.read(|r| r.rule("age")).await.unwrap();
    // the empty page of April verifies nothing
    assert!(age.verified_at.unwrap() < at("2026-04-01T00:00:00Z"));
    let (_, nowhere) = store.read(|r| r.rule("nowhere")).await.unwrap();
    assert_eq!(
        (nowhere.current, nowhere.gone_since.is_some()),
        (None, true)
    );

    replay.wait_until(at("2026-04-20T00:00:00Z"));
    let stale = replay.pipeline().watch_rules().await.unwrap();
    // never found, never relied on: only the two that were read
    assert_eq!(stale.len(), 2);
    assert!(replay.pipeline().watch_rules().await.unwrap().is_empty());
    let window = crate::model::Window {
        since: None,
        until: Timestamp::MAX,
    };
    let health = store.read(move |r| r.health(window)).await.unwrap();
    assert_eq!(health.stale_rules, 2);
    replay.close().await.unwrap();
}
