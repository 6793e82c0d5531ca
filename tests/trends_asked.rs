//! Trends as people ask for them: on pages of any width, by goal and language, from recorded streams.
#![allow(clippy::unwrap_used, reason = "tests")]

mod program;

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Stdio;

use console::measure_text_width;
use predicates::prelude::*;
use program::tidewatch;
use serde_json::Value;

/// A home in which the demo was played.
fn played() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    tidewatch(home.path())
        .args(["demo", "--dir", "demo", "--language", "en"])
        .assert()
        .success();
    home
}

/// The demo's world, asked.
fn asked(home: &Path, args: &[&str]) -> assert_cmd::assert::Assert {
    let demo = ["--config", "demo/tidewatch.toml"];
    tidewatch(home).args(demo).args(args).assert()
}

#[test]
fn what_is_asked_fits_the_page_and_is_json_too() {
    let home = played();
    let ask = |args: &[&str], columns: usize| {
        let done = tidewatch(home.path())
            .env("COLUMNS", columns.to_string())
            .args(["--config", "demo/tidewatch.toml"])
            .args(args)
            .assert();
        let output = done.get_output();
        assert!(
            matches!(output.status.code(), Some(0 | 3)),
            "{args:?}: {output:?}"
        );
        String::from_utf8(output.stdout.clone()).unwrap()
    };
    let questions: [&[&str]; 16] = [
        &["trends", "--window", "7d"],
        &["trends", "--window", "7d", "--goal", "sales"],
        &["trends", "--new", "--window", "7d"],
        &["trends", "--stage", "emerging", "--lang", "ru"],
        &["trend", "T1"],
        &["topics"],
        &["topic", "REMIX", "--window", "2d"],
        &["deadlines"],
        &["deadlines", "--within", "1d"],
        &["changes"],
        &["findings", "--all"],
        &["search", "remix"],
        &["search", "подпис"],
        &["explain", "f59"],
        &["rules"],
        &["status"],
    ];
    for question in questions {
        for columns in [40, 60, 80, 120, 200] {
            let told = ask(question, columns);
            assert!(!told.trim().is_empty(), "{question:?}");
            assert!(!told.contains('\u{1b}'), "styles in a pipe: {question:?}");
            for line in told.lines() {
                let is_link = line.trim_start().starts_with("http") || line.contains("  http");
                assert!(
                    is_link || measure_text_width(line) <= columns,
                    "{question:?} at {columns}, {} wide: {line}",
                    measure_text_width(line)
                );
            }
        }
        let mut asked = question.to_vec();
        asked.push("--json");
        let told = ask(&asked, 60);
        serde_json::from_str::<Value>(&told).unwrap();
    }
    // nothing is squeezed: words stay whole on a narrow page
    let told = ask(&["trends", "--window", "7d"], 60);
    assert!(
        told.contains("Remix Battles on Clipnet: how the new duel format works"),
        "{told}"
    );
}

#[test]
fn a_goal_names_its_number_and_what_is_not_public_is_no_zero() {
    let home = played();
    let asked = |args: &[&str]| asked(home.path(), args);
    let json = |args: &[&str]| -> Value {
        serde_json::from_slice(&asked(args).success().get_output().stdout).unwrap()
    };
    let week = ["trends", "--window", "1w", "--goal"];
    for (goal, known) in [
        ("awareness", true),
        ("buzz", true),
        ("community", false),
        ("sales", false),
    ] {
        let trends = json(&[&week[..], &[goal, "--json"]].concat());
        assert_eq!(trends[0]["measure"]["goal"], goal);
        assert_eq!(trends[0]["measure"]["value"].is_number(), known, "{trends}");
    }
    asked(&[&week[..], &["sales"]].concat()).success().stdout(
        predicate::str::contains("—")
            .and(predicate::str::contains("sales themselves are not public")),
    );
    let trend = json(&["trend", "t1", "--json"]);
    assert_eq!(trend["goals"].as_array().unwrap().len(), 4);
    assert_eq!(trend["voices"].as_array().unwrap().len(), 7, "{trend}");
    asked(&["trend", "t1"]).success().stdout(
        predicate::str::contains(
            "7 independent owners in 24 h, where its own past leads one to expect",
        )
        .and(predicate::str::contains("sales —")),
    );
}

#[test]
fn what_cannot_be_asked_is_refused_in_our_own_words() {
    let home = played();
    let asked = |args: &[&str]| asked(home.path(), args);
    let says = |text: &str| predicate::str::contains(text.to_owned());
    for (args, code, told) in [
        (["trends", "--lang", "xx"], 3, "known: ar, "),
        (["trends", "--platform", "nosuch"], 3, "known: clipnet"),
        (["trends", "--window", "1mo"], 2, "write 30d"),
        (
            ["trends", "--window", "soon"],
            2,
            "write a number and a unit",
        ),
        (["trends", "--limit", "x"], 2, "write a whole number"),
        (["trend", "--json", "t999"], 3, "there is no trend t999"),
        (["topic", "--json", "remax"], 3, "did you mean `remix`?"),
        (["search", "--", "*\"("], 2, "no word to look for"),
    ] {
        asked(&args).code(code).stderr(says(told));
    }
    // known, but nothing is told in it
    asked(&["trends", "--lang", "German", "--window", "неделя"]).code(2);
    asked(&["trends", "--lang", "German", "--window", "1 неделя"])
        .success()
        .stdout(says("no trend told in German").and(says("told in en, ru")));
    for query in [
        "NEAR(remix",
        "remix*",
        "\"remix",
        "title:remix",
        "remix AND NOT OR",
        "😀 remix -(",
        "remix^2",
    ] {
        let done = asked(&["search", "--json", "--", query]);
        let output = done.get_output();
        assert!(
            matches!(output.status.code(), Some(0 | 3)),
            "{query}: {output:?}"
        );
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{query}");
    }
}

/// A quiet week of twelve owners, then a story of six of them.
fn stream() -> String {
    let mut lines = String::new();
    let mut add = |id: String, owner: usize, hour: u32, title: &str| {
        let (day, hour) = (1 + hour / 24, hour % 24);
        lines += &format!(
            "{{\"id\": \"{id}\", \"source\": \"owner{owner}\", \"lang\": \"en\", \
             \"published_at\": \"2026-03-{day:02}T{hour:02}:00:00Z\", \"title\": \"{title}\"}}\n"
        );
    };
    let nouns = [
        "harbour", "orchard", "violin", "glacier", "bakery", "museum", "tunnel", "meadow",
    ];
    let verbs = [
        "opens",
        "closes",
        "expands",
        "celebrates",
        "repairs",
        "moves",
        "renames",
    ];
    let things = [
        "northern gate",
        "summer school",
        "old archive",
        "wooden bridge",
        "night market",
    ];
    for hour in 0..240u32 {
        let n = hour as usize;
        let title = format!("{} {} its {}", nouns[n % 8], verbs[n % 7], things[n % 5]);
        add(format!("q{hour}"), n % 12, hour, &title);
        if hour >= 200 && hour % 3 == 0 {
            let title = "Remix Battles duel format launches on Clipnet for every creator";
            add(format!("r{hour}"), n % 7, hour, title);
        }
    }
    lines
}

#[test]
fn a_stream_is_replayed_from_a_file_packed_or_from_stdin() {
    let home = tempfile::tempdir().unwrap();
    let stream = stream();
    std::fs::write(home.path().join("items.jsonl"), &stream).unwrap();
    let gzip = std::fs::File::create(home.path().join("items.jsonl.gz")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(gzip, flate2::Compression::fast());
    gzip.write_all(stream.as_bytes()).unwrap();
    gzip.finish().unwrap();
    let zstd = zstd::encode_all(stream.as_bytes(), 1).unwrap();
    std::fs::write(home.path().join("items.jsonl.zst"), zstd).unwrap();
    let replay = |file: &str, input: &str| {
        let done = tidewatch(home.path())
            .args(["replay", file, "--every", "3h", "--stories", "--json"])
            .write_stdin(input.to_owned())
            .assert()
            .success()
            .stderr("");
        done.get_output().stdout.clone()
    };
    let told = replay("items.jsonl", "");
    assert_eq!(told, replay("items.jsonl.gz", ""));
    assert_eq!(told, replay("items.jsonl.zst", ""));
    assert_eq!(told, replay("-", &stream));

    // a time to come carries the clock nowhere
    let mut lines: Vec<&str> = stream.lines().collect();
    let ahead = lines[40]
        .replace("\"id\": \"", "\"id\": \"ahead ")
        .replace("2026-03", "2099-03");
    assert!(ahead.contains("ahead") && ahead.contains("2099"), "{ahead}");
    lines.insert(40, &ahead);
    tidewatch(home.path())
        .args(["replay", "-", "--every", "3h", "--stories", "--json"])
        .write_stdin(lines.join("\n"))
        .assert()
        .success()
        .stdout(told.clone())
        .stderr(predicates::str::contains(
            "the first in line 41, and left out",
        ));

    let lines: Vec<Value> = String::from_utf8_lossy(&told)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (checks, stories): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line["at"].is_string());
    assert_eq!(checks.len(), 80);
    assert_eq!(stories.len(), stream.lines().count());
    assert!(
        stories
            .iter()
            .all(|line| line["id"].is_string() && line["story"].is_u64())
    );
    let trends: Vec<&Value> = checks
        .iter()
        .flat_map(|c| c["trends"].as_array().unwrap())
        .collect();
    assert!(!trends.is_empty());
    for check in &checks {
        assert!(check["trends"].as_array().unwrap().len() <= 10);
    }
    for trend in &trends {
        for text in ["id", "label", "headline", "stage"] {
            assert!(trend[text].is_string(), "{text}: {trend}");
        }
        assert!(trend["score"].is_number());
        for list in ["sources", "items"] {
            assert!(
                trend[list].as_array().unwrap().iter().all(Value::is_string),
                "{trend}"
            );
        }
    }
    let is_news = |trend: &&&Value| {
        trend["headline"]
            .as_str()
            .unwrap()
            .contains("Remix Battles")
    };
    assert!(trends.iter().any(|trend| is_news(&trend)), "{trends:?}");
    // all reprints of one story are in one story
    let of_story = stories
        .iter()
        .filter(|line| line["id"].as_str().unwrap().starts_with('r'));
    let numbers: std::collections::HashSet<u64> = of_story
        .map(|line| line["story"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers.len(), 1);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("items.jsonl"), stream()).unwrap();
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("tidewatch"))
        .args(["replay", "items.jsonl", "--every", "1m", "--json"])
        .current_dir(home.path())
        .env_clear()
        .env("HOME", home.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 10]).unwrap();
    drop(out);
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{done:?}");
    assert!(done.stderr.is_empty(), "{done:?}");
}

#[test]
fn recorded_bodies_are_not_read_from_a_pipe_and_long_lines_are_bounded() {
    let home = tempfile::tempdir().unwrap();
    tidewatch(home.path())
        .args(["replay", "-"])
        .write_stdin("{\"source\": \"a\", \"at\": \"2026-01-01\", \"body\": \"x\"}\n")
        .assert()
        .code(2)
        .stderr(predicate::str::contains("write it into one"));
    let bad = "{\"id\": 1, \"source\": \"a\", \"published_at\": \"yesterday\", \"title\": \"x\"}\n";
    tidewatch(home.path())
        .args(["replay", "-"])
        .write_stdin(bad)
        .assert()
        .code(2)
        .stderr(predicate::str::contains(
            "stdin:1: not a recorded item: published_at is no time",
        ));
    let endless = "x".repeat(17 << 20);
    tidewatch(home.path())
        .args(["replay", "-"])
        .write_stdin(endless)
        .assert()
        .code(2)
        .stderr(predicate::str::contains(
            "stdin:1: the line is longer than 16 MB",
        ));
}
