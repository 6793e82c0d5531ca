//! Commands that ask about rules, as their users meet them, on the built program.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use assert_cmd::Command;
use predicates::prelude::*;
use serde_json::Value;

/// The program in an empty home, told nothing by the environment.
fn tidewatch(home: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("tidewatch"));
    command
        .env_clear()
        .env("HOME", home)
        .env("TZ", "UTC")
        .env("PATH", "/usr/bin:/bin")
        .current_dir(home);
    command
}

fn json_lines(bytes: &[u8]) -> Vec<Value> {
    let text = String::from_utf8_lossy(bytes);
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

const BEFORE: &str = "<html><body><main><h1>LIVE rules</h1><p>Hosts of a LIVE session must be at least \
    16 years old to go live on this platform.</p><p>Be kind to others and respect their time.</p>\
    <p>These words stay as they have always been, and they are many enough to be a page.</p></main></body></html>";

fn after() -> String {
    BEFORE.replace("16 years", "18 years").replace(
        "</main>",
        "<p>These rules take effect on August 1, 2026.</p></main>",
    )
}

/// A home with two versions of a page.
fn two_versions() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("a.html"), BEFORE).unwrap();
    std::fs::write(home.path().join("b.html"), after()).unwrap();
    home
}

#[test]
fn two_files_are_judged_on_a_card_and_as_json() {
    let home = two_versions();
    let args = [
        "compare-files",
        "a.html",
        "b.html",
        "--lang",
        "en",
        "--platform",
        "ClipNet",
        "--at",
        "2026-06-01",
    ];
    tidewatch(home.path()).args(args).assert().success().stdout(
        predicate::str::contains("substantive")
            .and(predicate::str::contains("16 years"))
            .and(predicate::str::contains("from 2026-08-01"))
            .and(predicate::str::contains("[-16-] {+18+}")),
    );
    let json = tidewatch(home.path())
        .args(args)
        .arg("--json")
        .assert()
        .success();
    let told: Value = serde_json::from_slice(&json.get_output().stdout).unwrap();
    assert_eq!(told["label"], "substantive");
    assert_eq!(told["effective"], "2026-08-01");
    assert!(told["confidence"].as_f64().unwrap() > 0.5, "{told}");
    assert!(!told["evidence"].as_array().unwrap().is_empty());
    tidewatch(home.path())
        .args(["compare-files", "a.html", "a.html"])
        .assert()
        .success()
        .stdout(predicate::str::contains("no difference"));
    tidewatch(home.path())
        .args(["compare-files", "a.html", "no-such"])
        .assert()
        .code(1)
        .stderr(predicate::str::contains("no-such"));
    tidewatch(home.path())
        .args(["compare-files", "a.html"])
        .assert()
        .code(2);
}

#[test]
fn many_pairs_come_out_in_order_with_errors_as_lines() {
    let home = two_versions();
    let dir = home.path().join("set");
    std::fs::create_dir(&dir).unwrap();
    let mut lines = String::new();
    for n in 0..150 {
        let after = if n % 2 == 0 { "b" } else { "a" };
        lines += &format!(
            "{{\"id\": \"P{n}\", \"before\": \"../a.html\", \"after\": \"../{after}.html\", \
             \"format\": \"raw-html\", \"language\": \"en\", \"platform\": \"X\", \"more\": 1}}\n"
        );
    }
    std::fs::write(dir.join("fine.jsonl"), &lines).unwrap();
    let done = tidewatch(home.path())
        .args(["compare-files", "--pairs", "set/fine.jsonl"])
        .assert()
        .success();
    let told = json_lines(&done.get_output().stdout);
    assert_eq!(told.len(), 150);
    for (n, line) in told.iter().enumerate() {
        assert_eq!(line["id"], format!("P{n}"));
        let label = if n % 2 == 0 {
            "substantive"
        } else {
            "cosmetic"
        };
        assert_eq!(line["label"], label);
    }
    lines += "{\"id\": \"gone\", \"before\": \"../a.html\", \"after\": \"../z.html\"}\nnot json\n";
    lines += "{\"id\": \"last\", \"before\": \"../a.html\", \"after\": \"../b.html\"}\n";
    std::fs::write(dir.join("faulty.jsonl"), &lines).unwrap();
    let done = tidewatch(home.path())
        .args(["compare-files", "--pairs", "set/faulty.jsonl"])
        .assert()
        .code(1);
    let told = json_lines(&done.get_output().stdout);
    assert_eq!(told.len(), 153);
    assert!(told[150]["error"].as_str().unwrap().contains("z.html"));
    assert_eq!(
        (&told[150]["id"], &told[151]["id"]),
        (&"gone".into(), &Value::Null)
    );
    assert_eq!(told[152]["label"], "substantive");
}

#[test]
fn recorded_bodies_are_replayed_the_same_each_time() {
    let home = two_versions();
    let records = "{\"source\": \"rules\", \"at\": \"2026-01-01\", \"file\": \"a.html\", \"platform\": \"ClipNet\"}\n\
                   {\"source\": \"rules\", \"at\": \"2026-03-01\", \"file\": \"b.html\"}\n";
    std::fs::write(home.path().join("r.jsonl"), records).unwrap();
    let replay = |args: &[&str]| {
        let done = tidewatch(home.path())
            .arg("replay")
            .args(args)
            .assert()
            .success();
        done.get_output().stdout.clone()
    };
    let told = replay(&["r.jsonl"]);
    let text = String::from_utf8_lossy(&told);
    assert!(text.contains("2026-03-01") && text.contains("18"), "{text}");
    assert!(text.contains("1 sources"), "{text}");
    assert_eq!(replay(&["r.jsonl"]), told);
    let lines = json_lines(&replay(&["r.jsonl", "--json", "--told"]));
    let (summary, found) = lines.split_last().unwrap();
    assert_eq!(summary["summary"]["sources"], 1);
    assert!(found.iter().all(|line| line["told"] == true));
    let folder = home.path().join("dir/rules");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(
        home.path().join("a.html"),
        folder.join("20260101000000.html"),
    )
    .unwrap();
    std::fs::copy(
        home.path().join("b.html"),
        folder.join("20260301000000.html"),
    )
    .unwrap();
    assert!(!replay(&["dir"]).is_empty());
    std::fs::write(home.path().join("bad.jsonl"), "{\"body\": \"x\"}").unwrap();
    tidewatch(home.path())
        .args(["replay", "bad.jsonl"])
        .assert()
        .code(2)
        .stderr(predicate::str::contains("bad.jsonl:1"));
    // a stream of items still goes through trend detection
    let items = "{\"id\": \"1\", \"source\": \"s\", \"published_at\": \"2026-01-01T00:00:00Z\", \"title\": \"t\"}\n";
    std::fs::write(home.path().join("items.jsonl"), items).unwrap();
    assert!(replay(&["items.jsonl"]).is_empty());
}
