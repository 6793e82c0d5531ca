//! Watched topics through the built program, with feeds served on loopback.
#![allow(clippy::unwrap_used, reason = "tests")]

mod program;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};

use assert_cmd::Command;
use jiff::{SignedDuration, Timestamp};
use program::tidewatch;
use serde_json::Value;

/// Feeds by path, served until the test ends.
type Feeds = Arc<Mutex<BTreeMap<String, Vec<(String, Timestamp)>>>>;

fn serve(feeds: &Feeds) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let feeds = Arc::clone(feeds);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { break };
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut first = String::new();
            let _ = reader.read_line(&mut first);
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|n| n > 2) {
                line.clear();
            }
            let path = first
                .split_whitespace()
                .nth(1)
                .unwrap_or("/")
                .trim_start_matches('/')
                .to_owned();
            let items = feeds
                .lock()
                .unwrap()
                .get(&path)
                .cloned()
                .unwrap_or_default();
            let body = rss(&path, &items);
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    port
}

fn rss(path: &str, items: &[(String, Timestamp)]) -> String {
    let entry = |(n, (title, at)): (usize, &(String, Timestamp))| {
        let date = jiff::fmt::rfc2822::to_string(&at.to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
        format!(
            "<item><title>{title}</title><link>https://{path}.example/{n}</link><guid>{path} {title}</guid><pubDate>{date}</pubDate></item>"
        )
    };
    let welcome = ("Начало".to_owned(), hours_ago(5_000));
    let items: String = items
        .iter()
        .chain([&welcome])
        .enumerate()
        .map(entry)
        .collect();
    format!(
        "<rss version=\"2.0\"><channel><title>{path}</title><link>https://{path}.example/</link>{items}</channel></rss>"
    )
}

struct Desk {
    dir: tempfile::TempDir,
    feeds: Feeds,
    port: u16,
}

impl Desk {
    fn new() -> Self {
        let feeds = Feeds::default();
        let port = serve(&feeds);
        Self {
            dir: tempfile::tempdir().unwrap(),
            feeds,
            port,
        }
    }

    fn post(&self, owner: &str, title: &str, at: Timestamp) {
        self.feeds
            .lock()
            .unwrap()
            .entry(owner.to_owned())
            .or_default()
            .push((title.to_owned(), at));
    }

    /// Sources `o0` to `o9`, and these topics.
    fn configure(&self, topics: &str) {
        let mut text =
            String::from("packs = []\ndata_dir = \"data\"\n[http]\nhost_gap = \"1ms\"\n");
        for n in 0..10 {
            text.push_str(&format!(
                "[[source]]\nid = \"o{n}\"\nkind = \"feed\"\nurl = \"http://127.0.0.1:{}/o{n}\"\nallow_private = true\nlanguage = \"ru\"\n",
                self.port
            ));
        }
        std::fs::write(self.dir.path().join("tw.toml"), text + topics).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = tidewatch(self.dir.path());
        command.args(["--config", "tw.toml"]).args(args);
        command
    }

    fn ask(&self, args: &[&str]) -> Value {
        let out = self.command(args).arg("--json").assert().success();
        serde_json::from_slice(&out.get_output().stdout).unwrap()
    }

    fn poll(&self) {
        self.command(&["poll", "--all"]).assert().success();
    }
}

fn topic<'v>(topics: &'v Value, name: &str) -> &'v Value {
    let all = topics.as_array().unwrap();
    all.iter().find(|topic| topic["name"] == name).unwrap()
}

fn hours_ago(hours: i64) -> Timestamp {
    Timestamp::now() - SignedDuration::from_hours(hours) - SignedDuration::from_mins(1)
}

const TOPICS: &str = r##"
[[topic]]
name = "magnit"
title = "Магнит"
query = 'магнит AND NOT "магнитная буря"'
group = "shops"
kind = "brand"
[[topic]]
name = "lenta"
any = ["лента скидок", "=Лента"]
group = "shops"
kind = "rival"
[[topic]]
name = "spam"
query = "#купон"
"##;

#[test]
fn mentions_become_volumes_shares_and_snippets() {
    let desk = Desk::new();
    desk.post("o0", "Скидки в Магните", hours_ago(5));
    desk.post("o1", "Магнитная буря накрыла Москву", hours_ago(4));
    desk.post("o2", "Магниту и Ленте пишут письма", hours_ago(3));
    desk.post("o3", "Лента открыла магазин", hours_ago(3));
    desk.post("o3", "Лента открыла ещё один", hours_ago(2));
    desk.post("o4", "Ленты новостей", hours_ago(2));
    desk.configure(TOPICS);
    desk.poll();
    let topics = desk.ask(&["topics"]);
    assert_eq!(topic(&topics, "magnit")["week"], 2, "{topics}");
    assert_eq!(topic(&topics, "lenta")["week"], 2, "{topics}");
    assert_eq!(topic(&topics, "lenta")["owners"], 1);
    assert_eq!(topic(&topics, "spam")["share"], Value::Null);
    let shares = desk.ask(&["topic", "magnit", "--window", "24h"]);
    let parts = shares["shares"].as_array().unwrap();
    let sum: f64 = parts
        .iter()
        .map(|part| part["share"].as_f64().unwrap())
        .sum();
    assert!((sum - 1.0).abs() < 1e-9, "{shares}");
    let first = &shares["mentions"][1];
    assert_eq!(first["snippet"], "Скидки в Магните");
    assert_eq!(first["marks"], serde_json::json!([[9, 16]]));
    // an hour is 0 where something was polled or said, and unknown before
    let series = shares["series"].as_array().unwrap();
    assert!(
        series.iter().any(|hour| hour["mentions"].is_null()),
        "{shares}"
    );
    desk.command(&["topics"]).assert().success();
    desk.command(&["topic", "magnit"]).assert().success();
    desk.command(&["topic", "magnt"])
        .assert()
        .code(3)
        .stderr(predicates::str::contains("did you mean `magnit`?"));

    // a topic that comes later is filled from what is stored, and tells nothing
    desk.configure(&format!(
        "{TOPICS}\n[[topic]]\nname = \"storm\"\nquery = '\"магнитная буря\"'\n"
    ));
    desk.poll();
    let topics = desk.ask(&["topics"]);
    assert_eq!(topic(&topics, "storm")["week"], 1, "{topics}");
    assert_eq!(
        topic(&topics, "magnit")["week"],
        2,
        "nothing is counted twice"
    );
    assert_eq!(topic(&topics, "storm")["filling"], false);
    // defined anew, matched anew
    desk.configure(&TOPICS.replace(" AND NOT \"магнитная буря\"", " OR ~\"магнитная буря\""));
    desk.poll();
    assert_eq!(topic(&desk.ask(&["topics"]), "magnit")["week"], 3);
}

#[test]
fn many_owners_spike_and_one_loud_owner_does_not() {
    let desk = Desk::new();
    for hour in 8..110_i64 {
        let owner = format!("o{}", hour % 3);
        desk.post(
            &owner,
            &format!("Магнит, выпуск {hour} #купон"),
            hours_ago(hour),
        );
    }
    desk.configure(TOPICS);
    desk.poll();
    let spikes = |desk: &Desk| {
        let found = desk.ask(&["findings", "-n", "500"]);
        let found = found.as_array().unwrap().clone();
        found
            .into_iter()
            .filter(|f| f["kind"] == "spike")
            .collect::<Vec<_>>()
    };
    assert!(spikes(&desk).is_empty(), "history never alerts");
    for n in 0..60 {
        desk.post(
            "o9",
            &format!("Купоны даром, партия {n} #купон"),
            hours_ago(1),
        );
    }
    desk.poll();
    assert!(spikes(&desk).is_empty(), "one loud owner");
    for owner in 0..9 {
        for n in 0..3 {
            desk.post(
                &format!("o{owner}"),
                &format!("Магнит меняет вывеску, взгляд {owner}-{n}"),
                hours_ago(n),
            );
        }
    }
    desk.poll();
    let told = spikes(&desk);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0]["title"].as_str().unwrap().starts_with("Магнит"),
        "{told:?}"
    );
    let count = |place: &str| {
        let evidence = told[0]["evidence"].as_array().unwrap();
        let found = evidence
            .iter()
            .find(|e| e["kind"] == "count" && e["place"] == place);
        found.unwrap()["after"]
            .as_str()
            .unwrap()
            .parse::<u32>()
            .unwrap()
    };
    assert!(count("owners") >= 9 && count("mentions") >= 27, "{told:?}");
    desk.post("o5", "Ещё раз про Магнит", hours_ago(0));
    desk.poll();
    assert_eq!(spikes(&desk).len(), 1, "once a day");
}

#[test]
fn a_faulty_query_is_shown_with_a_caret_inside_it() {
    let dir = tempfile::tempdir().unwrap();
    let text = "packs = []\n[[topic]]\nname = \"a\"\nquery = '(бренд OR brand* AND NOT x'\n[[topic]]\nname = \"b\"\nnone = [\"x\"]\n[[topic]]\nname = \"c\"\nquery = \"\"\"\nmany\nor few\n\"\"\"\n";
    std::fs::write(dir.path().join("tw.toml"), text).unwrap();
    let out = Command::new(assert_cmd::cargo::cargo_bin!("tidewatch"))
        .env_clear()
        .env("HOME", dir.path())
        .current_dir(dir.path())
        .args(["--config", "tw.toml", "check"])
        .assert()
        .code(2);
    let told = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
    for part in [
        "tw.toml:4:10: this `(` is never closed",
        "  4 | query = '(бренд OR brand* AND NOT x'\n    |          ^",
        "tw.toml:7:9: this would match every text that lacks some words",
        "tw.toml:12:1: `or` would be looked for as a word",
        "help: write `OR`",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
}

/// Nothing is asked of a place without a database.
#[test]
fn without_topics_a_word_says_how_to_begin() {
    let home = tempfile::tempdir().unwrap();
    let run = |args: &[&str], home: &Path| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("tidewatch"));
        command.env_clear().env("HOME", home).args(args).assert()
    };
    run(&["topics"], home.path())
        .success()
        .stdout(predicates::str::contains("[[topic]]"));
    run(&["trends"], home.path()).code(3);
}
