//! Commands that ask about rules, as their users meet them, on the built program.
#![allow(clippy::unwrap_used, reason = "tests")]

mod program;

use predicates::prelude::*;
use program::tidewatch;
use serde_json::Value;

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
    // a line that is not even UTF-8 is a bad row too
    let mut lines = lines.into_bytes();
    lines.extend(b"\xff\xfe\n");
    std::fs::write(dir.join("faulty.jsonl"), &lines).unwrap();
    let done = tidewatch(home.path())
        .args(["compare-files", "--pairs", "set/faulty.jsonl"])
        .assert()
        .code(1);
    let told = json_lines(&done.get_output().stdout);
    assert_eq!(told.len(), 154);
    let rows: Vec<&Value> = told[150..].iter().map(|line| &line["row"]).collect();
    assert_eq!(rows, [&151.into(), &152.into(), &Value::Null, &154.into()]);
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
    assert!(text.contains("1 source, "), "{text}");
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
    // an hour's offset in a name, as many tools write it
    std::fs::rename(
        folder.join("20260301000000.html"),
        folder.join("2026-03-01T02-00-00+0200.html"),
    )
    .unwrap();
    let text = String::from_utf8(replay(&["dir"])).unwrap();
    assert!(text.contains("2026-03-01T00:00:00Z"), "{text}");
    let bad: [(&[u8], &str); 5] = [
        (b"{\"body\": \"x\"}", "bad.jsonl:1: not a recorded body"),
        (
            b"{\"source\": \"rules\", \"at\": \"2026-01-01\"}",
            "one of `file` and `body`",
        ),
        (b"nonsense", "bad.jsonl:1: not a JSON record"),
        (b"\n\xff{}", "bad.jsonl:2: not a JSON record"),
        (b"\n\n", "nothing is recorded in it"),
    ];
    for (bytes, why) in bad {
        std::fs::write(home.path().join("bad.jsonl"), bytes).unwrap();
        tidewatch(home.path())
            .args(["replay", "bad.jsonl"])
            .assert()
            .code(2)
            .stderr(predicate::str::contains(why));
    }
    // a stream of items still goes through trend detection
    let items = "{\"id\": \"1\", \"source\": \"s\", \"published_at\": \"2026-01-01T00:00:00Z\", \"title\": \"t\"}\n";
    std::fs::write(home.path().join("items.jsonl"), items).unwrap();
    assert!(replay(&["items.jsonl"]).is_empty());
}

#[test]
fn a_faulty_stream_of_items_is_explained() {
    let home = tempfile::tempdir().unwrap();
    let item = |id: &str, at: &str| {
        format!(
            "{{\"id\": {id}, \"source\": \"s\", \"published_at\": \"2026-01-0{at}T00:00:00Z\", \"title\": null}}\n"
        )
    };
    let replay = |text: &[u8], args: &[&str]| {
        std::fs::write(home.path().join("i.jsonl"), text).unwrap();
        tidewatch(home.path())
            .args(["replay", "i.jsonl"])
            .args(args)
            .assert()
    };
    let says = |text: &str| predicate::str::contains(text.to_owned());
    let broken = item("1", "1") + "\n{\"id\": \"2\",";
    replay(broken.as_bytes(), &[])
        .code(2)
        .stderr(says("i.jsonl:3: not a recorded item: EOF").and(says("published_at such as")));
    replay(b"{\"id\": \"2\"}", &[])
        .code(2)
        .stderr(says("missing field `source`"));
    replay(b"{\"id\": \"\xff\"}", &[])
        .code(2)
        .stderr(says("i.jsonl:1"));
    // a mark at the beginning, a number for an id, no title; then one too late, and one twice
    let odd = format!(
        "\u{feff}{}{}{}",
        item("1", "3"),
        item("\"b\"", "2"),
        item("1", "4")
    );
    let done = replay(odd.as_bytes(), &["--stories", "--json"])
        .success()
        .stderr(
            says("1 item is older")
                .and(says("line 2"))
                .and(says("1 item is left out")),
        );
    let lines = json_lines(&done.get_output().stdout);
    let stories: Vec<&Value> = lines
        .iter()
        .filter(|line| line["story"].is_u64())
        .map(|line| &line["id"])
        .collect();
    assert_eq!(stories, ["1", "b"]);
    replay(b"", &["--json"])
        .code(2)
        .stderr(says("nothing is recorded"));
    for every in ["0h", "banana", "10s"] {
        replay(b"", &["--every", every]).code(2).stderr(says(every));
    }
}

#[test]
fn the_rulebook_is_read_and_asked() {
    let home = two_versions();
    let config = "packs = []\ndata_dir = \".\"\n[[source]]\nid = \"live\"\nurl = \"https://live.invalid/\"\n\
        kind = \"page\"\nplatform = \"clip\"\n[[rule]]\nname = \"live-age\"\ntitle = \"LIVE age\"\nsource = \"live\"\n\
        sentence = \"at least\"\nvalue = \"16 years old\"\nsince = \"2023-01-31\"\nknown_from = \"the help page\"\narea = \"accounts\"\n";
    std::fs::write(home.path().join("c.toml"), config).unwrap();
    let run = |args: &[&str]| {
        let mut command = tidewatch(home.path());
        command.args(["--config", "c.toml"]).args(args);
        command
    };
    // a private address is refused at once: the poll fails, the rulebook is there
    run(&["poll", "live"]).assert().code(1);
    run(&["rules"]).assert().success().stdout(
        predicate::str::contains("16 years old")
            .and(predicate::str::contains("2023-01-31"))
            .and(predicate::str::contains("not read yet")),
    );
    run(&["rules", "--platform", "other"])
        .assert()
        .code(3)
        .stderr(predicate::str::contains("known: clip"));
    run(&["rules", "--platform", "CLIP"])
        .assert()
        .success()
        .stdout(predicate::str::contains("1 rule, "));
    run(&["rules", "live-age"]).assert().success().stdout(
        predicate::str::contains("16 years old since 2023-01-31")
            .and(predicate::str::contains("the help page")),
    );
    run(&["rules", "live-agee"])
        .assert()
        .code(3)
        .stderr(predicate::str::contains("did you mean `live-age`?"));
    let json = run(&["rules", "--at", "2022-01-01", "--json"])
        .assert()
        .success();
    let told: Value = serde_json::from_slice(&json.get_output().stdout).unwrap();
    assert_eq!(told[0]["value"], Value::Null);
    let faulty = config
        .replace("sentence", "pattern")
        .replace("\"live\"\nsent", "x")
        .replace("source = \"live\"", "source = \"lives\"")
        .replace("area", "areaa");
    std::fs::write(home.path().join("c.toml"), faulty).unwrap();
    let check = run(&["check"]).assert().code(2);
    let told = String::from_utf8_lossy(&check.get_output().stderr).into_owned();
    for part in [
        "no group named `value`",
        "did you mean `live`?",
        "did you mean `area`?",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
}

#[test]
fn what_the_demo_found_is_asked_in_every_way() {
    let home = tempfile::tempdir().unwrap();
    tidewatch(home.path())
        .args(["demo", "--dir", "demo", "--language", "en"])
        .assert()
        .success();
    let run = |args: &[&str]| {
        let mut command = tidewatch(home.path());
        command.args(["--config", "demo/tidewatch.toml"]).args(args);
        command
    };
    let json = |args: &[&str]| -> Value {
        let done = run(args).arg("--json").assert().success();
        serde_json::from_slice(&done.get_output().stdout).unwrap()
    };
    let changes = json(&["changes"]);
    let changes = changes.as_array().unwrap();
    assert!(!changes.is_empty());
    assert!(changes.iter().all(|c| c["suppressed"].is_null()));
    let all = json(&["changes", "--all", "-n", "500"]);
    assert!(all.as_array().unwrap().len() > changes.len());
    let id = changes.iter().find(|c| c["kind"] == "rule_change").unwrap()["id"].to_string();
    run(&["changes", "--source", "clipnet-rules"])
        .assert()
        .success()
        .stdout(predicate::str::contains("tidewatch explain ID"));
    run(&["changes", "--severity", "grave"]).assert().code(2);
    for name in ["clipnet", "Clipnet", " CLIPNET"] {
        let of_platform = json(&["changes", "--platform", name]);
        assert!(!of_platform.as_array().unwrap().is_empty(), "{name}");
    }
    for (option, unknown) in [
        ("--platform", "nobody"),
        ("--area", "nothing"),
        ("--source", "none"),
    ] {
        run(&["changes", option, unknown])
            .assert()
            .code(3)
            .stderr(predicate::str::contains(unknown));
    }
    let named = json(&["changes", "--all", "--area", "реклама"]);
    assert_eq!(named, json(&["changes", "--all", "--area", "ads"]));
    for since in ["7d", "36h", "2w", "yesterday", "вчера", "сегодня"] {
        run(&["changes", "--since", since]).assert().success();
    }
    assert!(
        !json(&["changes", "--since", "30d"])
            .as_array()
            .unwrap()
            .is_empty()
    );
    for bad in ["soon", "2026-13-01", "-3d", "7d ago"] {
        let since = format!("--since={bad}");
        run(&["changes", &since]).assert().code(2);
    }

    let told = json(&["explain", &id]);
    assert!(told["score"]["signs"].as_array().is_some(), "{told}");
    let command = told["diff"].as_str().unwrap().to_owned();
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    run(&words).assert().success();
    run(&["explain", &id]).assert().success().stdout(
        predicate::str::contains("score")
            .and(predicate::str::contains("needed"))
            .and(predicate::str::contains("told by digest demo"))
            .and(predicate::str::contains(command)),
    );
    run(&["explain", "f999999"]).assert().code(3);

    let dated = json(&["deadlines", "--all"]);
    let dated = dated.as_array().unwrap();
    assert!(!dated.is_empty());
    let days: Vec<&str> = dated.iter().map(|d| d["date"].as_str().unwrap()).collect();
    assert!(days.is_sorted(), "{days:?}");
    run(&["deadlines", "--within", "soon"]).assert().code(2);
    run(&["deadlines", "--within", "52w"]).assert().success();
    let ics = run(&["deadlines", "--all", "--ics"]).assert().success();
    let ics = String::from_utf8(ics.get_output().stdout.clone()).unwrap();
    is_a_calendar(&ics, dated.len());
}

/// Holds a text against RFC 5545: line ends, folding, nesting, what an event must have.
fn is_a_calendar(text: &str, events: usize) {
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    let whole = text.replace("\r\n ", "");
    let mut open: Vec<&str> = Vec::new();
    let (mut seen, mut uids) = (0, Vec::new());
    let mut properties: Vec<&str> = Vec::new();
    for line in whole.lines() {
        let (name, value) = line.split_once(':').unwrap();
        match name {
            "BEGIN" => {
                open.push(value);
                properties.clear();
            }
            "END" => {
                assert_eq!(open.pop(), Some(value));
                if value == "VEVENT" {
                    seen += 1;
                    for need in ["UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY"] {
                        let count = properties.iter().filter(|p| **p == need).count();
                        assert_eq!(count, 1, "{need}");
                    }
                }
            }
            "UID" => {
                assert!(!uids.contains(&value), "{value} twice");
                uids.push(value);
                properties.push(name);
            }
            "DTSTART;VALUE=DATE" => {
                assert!(value.len() == 8 && value.bytes().all(|b| b.is_ascii_digit()));
                properties.push(name);
            }
            "SUMMARY" | "DESCRIPTION" => {
                let bare = value
                    .replace("\\\\", "")
                    .replace("\\,", "")
                    .replace("\\;", "");
                assert!(!bare.contains([',', ';']), "{value}");
                properties.push(name);
            }
            _ => properties.push(name),
        }
    }
    assert!(open.is_empty());
    assert_eq!(seen, events);
    assert!(whole.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"));
}
