//! The command line as its users meet it, on the built program.
#![allow(clippy::unwrap_used, reason = "tests")]

mod program;

use predicates::prelude::*;
use program::tidewatch;

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn the_built_in_configuration_is_fine_with_the_real_readers_and_channels() {
    let home = home();
    tidewatch(home.path())
        .arg("check")
        .assert()
        .success()
        .stdout(predicate::str::contains("built-in defaults: fine"));
}

#[test]
fn what_init_writes_is_fine_and_is_not_overwritten() {
    let home = home();
    tidewatch(home.path())
        .args(["init", "tw"])
        .assert()
        .success()
        .stdout(predicate::str::contains("tidewatch.toml"));
    tidewatch(home.path())
        .args(["--config", "tw/tidewatch.toml", "check"])
        .assert()
        .success();
    tidewatch(home.path()).args(["init", "tw"]).assert().code(2);
}

#[test]
fn all_faults_come_at_once_with_place_and_remedy() {
    let home = home();
    let text = "packs = []\n[[source]]\nid = \"a\"\nurll = \"https://a.example\"\nkind = \"fead\"\nschedule = \"* * *\"\n";
    std::fs::write(home.path().join("bad.toml"), text).unwrap();
    let check = tidewatch(home.path())
        .args(["--config", "bad.toml", "check"])
        .assert()
        .code(2);
    let told = String::from_utf8_lossy(&check.get_output().stderr).into_owned();
    for part in [
        "bad.toml:4:",
        "did you mean `url`",
        "bad.toml:5:",
        "`feed`",
        "bad.toml:6:",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
    let json = tidewatch(home.path())
        .args(["--config", "bad.toml", "--json", "check"])
        .assert()
        .code(2);
    let told: serde_json::Value = serde_json::from_slice(&json.get_output().stdout).unwrap();
    assert!(told["faults"].as_array().unwrap().len() >= 3, "{told}");
}

#[test]
fn exit_codes_are_as_documented() {
    let home = home();
    tidewatch(home.path())
        .arg("status")
        .assert()
        .code(3)
        .stderr(predicate::str::contains("no database"));
    tidewatch(home.path()).arg("no-such-thing").assert().code(2);
    tidewatch(home.path())
        .args(["poll", "no-such-source"])
        .assert()
        .code(3);
    tidewatch(home.path()).args(["poll"]).assert().code(2);
    tidewatch(home.path())
        .args(["sources", "test", "http://"])
        .assert()
        .code(2);
}

#[test]
fn the_schema_of_digests_is_printed() {
    let home = tempfile::tempdir().unwrap();
    let printed = tidewatch(home.path()).args(["digest", "--schema"]).assert();
    let schema: serde_json::Value =
        serde_json::from_slice(&printed.success().get_output().stdout).unwrap();
    assert_eq!(
        schema["properties"]["schema"]["const"],
        "tidewatch.digest/1"
    );
    tidewatch(home.path())
        .arg("digest")
        .assert()
        .failure()
        .code(2);
}

#[test]
fn the_demo_tells_what_happened_in_it() {
    let home = home();
    let demo = tidewatch(home.path())
        .args(["demo", "--dir", "demo", "--language", "en"])
        .assert()
        .success();
    let told = String::from_utf8_lossy(&demo.get_output().stdout).into_owned();
    for part in ["180", "Remix Battles", "clipnet-status", "v3/clips"] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
    // the counters of the world's pages move at every sight and are not news
    assert!(
        !told.contains("people have read") && !told.contains("Checked"),
        "{told}"
    );
    let ask = |args: &[&str]| {
        let out = tidewatch(home.path())
            .args(["--config", "demo/tidewatch.toml", "--json"])
            .args(args)
            .assert()
            .success();
        serde_json::from_slice::<serde_json::Value>(&out.get_output().stdout).unwrap()
    };
    let status = ask(&["status"]);
    assert_eq!(status["sources"].as_array().unwrap().len(), 11);
    let history = ask(&["history", "clipnet-rules", "-n", "100"]);
    assert!(history.to_string().contains("cosmetic"), "{history}");
    assert!(!ask(&["search", "remix"]).as_array().unwrap().is_empty());

    let trends = ask(&["trends", "--window", "7d", "--goal", "buzz"]);
    assert_eq!(trends[0]["label"], "Remix Battles", "{trends}");
    assert!(trends[0]["measure"]["value"].is_number(), "{trends}");
    let id = format!("t{}", trends[0]["id"]);
    let trend = ask(&["trend", &id]);
    let members = trend["members"].as_array().unwrap();
    assert!(members.len() >= 20 && members[0]["item"] == trend["canonical"]);
    assert!(trend["stages"].as_array().unwrap().len() >= 2, "{trend}");
    assert!(
        !trend["tellings"][0]["digests"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(
        ask(&["trends", "--lang", "de"])
            .as_array()
            .unwrap()
            .is_empty()
    );
    tidewatch(home.path())
        .args(["--config", "demo/tidewatch.toml", "trend", "t999"])
        .assert()
        .code(3)
        .stderr(predicate::str::contains("tidewatch trends --all"));
    let topics = ask(&["topics"]);
    let shares = topics
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|topic| topic["share"].as_f64());
    assert!((shares.sum::<f64>() - 1.0).abs() < 1e-9, "{topics}");
}

#[test]
fn completions_and_manual_are_printed() {
    let home = home();
    tidewatch(home.path())
        .args(["completions", "bash"])
        .assert()
        .success()
        .stdout(predicate::str::contains("_tidewatch"));
    tidewatch(home.path()).arg("man").assert().success().stdout(
        predicate::str::contains(".TH tidewatch")
            .and(predicate::str::contains("TIDEWATCH TRENDS"))
            .and(predicate::str::contains("never sales"))
            .and(predicate::str::contains("TIDEWATCH SOURCES ADD")),
    );
}
