//! A recorded week through `tidewatch replay --digest`: seven made-up sources in two languages, pages
//! that change, feeds and a status page (`tests/week/recording.jsonl`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Digests with the cards and words that they may have.
const DIGESTS: [(&str, usize, usize); 3] =
    [("daily", 4, 220), ("daily-ru", 5, 300), ("weekly", 12, 900)];

fn configuration(dir: &Path) -> std::path::PathBuf {
    let mut text = "packs = []\nzone = \"Europe/Moscow\"\ndata_dir = \"data\"\n\
        [[channel]]\nname = \"files\"\nkind = \"file\"\npath = \"digests\"\n"
        .to_owned();
    for (name, cards, words) in DIGESTS {
        let schedule = if name == "weekly" {
            "30 9 * * MON"
        } else {
            "0 9 * * *"
        };
        let language = if name == "daily-ru" { "ru" } else { "en" };
        text += &format!(
            "[[digest]]\nname = \"{name}\"\nschedule = \"{schedule}\"\nlanguage = \"{language}\"\n\
             channels = [\"files\"]\nmax_cards = {cards}\nmax_words = {words}\n"
        );
    }
    let file = dir.join("tidewatch.toml");
    std::fs::write(&file, text).expect("written");
    file
}

/// The digests of the week, and every file written of them.
fn replay(dir: &Path, out: &str) -> (Vec<Value>, BTreeMap<String, Vec<u8>>) {
    let out = dir.join(out);
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidewatch"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TIDEWATCH_")) {
        command.env_remove(name);
    }
    let run = command
        .arg("--config")
        .arg(configuration(dir))
        .args([
            "--json",
            "replay",
            "--digest",
            "daily,daily-ru,weekly",
            "--out",
        ])
        .arg(&out)
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/week/recording.jsonl"
        ))
        .output()
        .expect("it runs");
    let told = String::from_utf8(run.stdout).expect("text");
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let lines = told
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let digests = lines
        .filter(|line: &Value| line["digest"].is_string())
        .collect();
    let files = std::fs::read_dir(&out).expect("digests").map(|entry| {
        let path = entry.expect("a file").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        (name, std::fs::read(&path).expect("read"))
    });
    (digests, files.collect())
}

fn cards(digest: &Value) -> Vec<&Value> {
    let sections = digest["data"]["sections"].as_array().expect("sections");
    let cards = sections
        .iter()
        .flat_map(|s| s["cards"].as_array().expect("cards"));
    cards.collect()
}

/// What a reader has to read of a card, as its limit counts it.
fn words(card: &Value) -> usize {
    let texts = ["title", "gist", "why", "action"].map(|key| card[key].as_str());
    let facts = card["facts"]
        .as_array()
        .expect("facts")
        .iter()
        .map(Value::as_str);
    let spans = card["quote"]["spans"].as_array();
    let quoted = spans
        .into_iter()
        .flatten()
        .map(|span| span["text"].as_str());
    let read = texts.into_iter().chain(facts).chain(quoted).flatten();
    let is_word = |word: &&str| word.chars().any(char::is_alphanumeric);
    read.map(|text| text.split_whitespace().filter(is_word).count())
        .sum()
}

#[test]
fn a_week_gives_digests_within_their_limits_nothing_twice_and_always_the_same() {
    let dir = tempfile::tempdir().expect("a directory");
    let (digests, files) = replay(dir.path(), "first");
    for (name, most_cards, most_words) in DIGESTS {
        let of_this: Vec<&Value> = digests.iter().filter(|d| d["digest"] == name).collect();
        assert_eq!(
            of_this.len(),
            if name == "weekly" { 2 } else { 8 },
            "{name}"
        );
        let mut told: BTreeSet<&str> = BTreeSet::new();
        let mut topics: BTreeSet<&str> = BTreeSet::new();
        for digest in of_this {
            let cards = cards(digest);
            let length: usize = cards.iter().map(|card| words(card)).sum();
            let subject = digest["subject"].as_str().expect("a subject");
            assert!(cards.len() <= most_cards, "{name}: {} cards", cards.len());
            assert!(
                length <= most_words || cards.len() == 1,
                "{name}: {length} words"
            );
            assert!(subject.chars().count() <= 60, "{subject}");
            for id in digest["told"].as_array().expect("told") {
                let id = id.as_str().expect("an id");
                assert!(told.insert(id), "{name} tells {id} twice");
            }
            for card in cards {
                let topic = card["topic"].as_str().expect("a topic");
                // a story comes again only as an update of itself
                let is_new = topic.is_empty() || topics.insert(topic) || card["update"] == true;
                assert!(is_new, "{name} tells {topic} twice: {card:#}");
            }
        }
        assert!(told.len() > 5, "{name} told only {told:?}");
    }
    let all = digests
        .iter()
        .flat_map(cards)
        .map(|card| card["title"].to_string());
    let all = all.collect::<Vec<_>>().join("\n");
    for news in [
        "70",
        "cannot be uploaded",
        "loyalty programme",
        "без маркировки",
    ] {
        assert!(all.contains(news), "nobody told of {news}:\n{all}");
    }

    let (again, same) = replay(dir.path(), "second");
    assert_eq!(again, digests);
    assert_eq!(files.len(), digests.len() * 4);
    for (name, bytes) in &files {
        assert!(same.get(name) == Some(bytes), "{name} is not the same");
    }
    assert_eq!(same.len(), files.len());
}
