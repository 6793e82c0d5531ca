//! Alerts, feedback and failing channels as readers meet them: the real pipeline and store under a
//! clock of the test's own, channels that write files.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tidewatch::config::{Config, Environment, Known, load};
use tidewatch::daemon::pipeline::{Delivered, Pipeline};
use tidewatch::model::{
    Clock, Evidence, Finding, FindingId, FindingKind, ManualClock, Mute, Severity, Verb,
};
use tidewatch::query;
use tidewatch::store::{DeliveryState, Store};
use tidewatch::{deliver, extract};

/// A Monday, 12:00 in Moscow.
const START: &str = "2026-07-13T09:00:00Z";

struct Desk {
    dir: TempDir,
    clock: Arc<ManualClock>,
    pipeline: Arc<Pipeline>,
}

const READERS: &str = r#"
zone = "Europe/Moscow"
language = "en"
packs = []
data_dir = "data"
[delivery]
retry_base = "30s"
retry_cap = "1h"
[[channel]]
name = "files"
kind = "file"
path = "digests"
[[digest]]
name = "alerts"
schedule = "instant"
audience = "team"
channels = ["files"]
[[digest]]
name = "daily"
schedule = "0 9 * * *"
audience = "team"
channels = ["files"]
[[source]]
id = "tiktok-rules"
kind = "page"
url = "https://tiktok.example/rules"
role = "official"
platform = "tiktok"
tags = ["rules"]
[[source]]
id = "rival"
kind = "feed"
url = "https://rival.example/feed"
role = "competitor"
tags = ["competitors"]
[[source]]
id = "meta-status"
kind = "statuspage"
url = "https://meta.example/status"
role = "official"
platform = "meta"
tags = ["status"]
"#;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn read(dir: &TempDir, text: &str) -> Config {
    let file = dir.path().join("tidewatch.toml");
    std::fs::write(&file, text).unwrap();
    let environment = Environment::from_iter([("HOME", "/nonexistent")]);
    let known = Known {
        kinds: extract::KINDS,
        channels: deliver::CHANNELS,
        mapping: extract::check_mapping,
    };
    load(Some(&file), &environment, &known).unwrap_or_else(|faults| panic!("{faults}"))
}

impl Desk {
    async fn new(text: &str) -> Self {
        Self::begun(text, at(START)).await
    }

    async fn begun(text: &str, start: Timestamp) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(start));
        let pipeline = open(&dir, text, &clock).await;
        pipeline.begin_digests().await.unwrap();
        Self {
            dir,
            clock,
            pipeline,
        }
    }

    fn go(&self, to: &str) {
        self.clock.set(at(to));
    }

    fn pass(&self, minutes: i64) {
        self.clock.advance(SignedDuration::from_mins(minutes));
    }

    /// Ends the process as a kill would, and begins again on the same files.
    async fn killed(self, text: &str) -> Self {
        let Self {
            dir,
            clock,
            pipeline,
        } = self;
        drop(pipeline);
        let pipeline = open(&dir, text, &clock).await;
        Self {
            dir,
            clock,
            pipeline,
        }
    }

    async fn find(&self, finding: Finding) -> FindingId {
        self.pipeline
            .store
            .write(move |writer| writer.add_finding(&finding))
            .await
            .unwrap()
    }

    fn finding(&self, source: &str, kind: FindingKind, severity: Severity, title: &str) -> Finding {
        let source = self.pipeline.source(&source.parse().unwrap()).unwrap();
        Finding {
            title: title.to_owned(),
            topic_key: title.to_owned(),
            confidence: 0.9,
            ..Finding::about(source, kind, severity, self.clock.now())
        }
    }

    fn rule(&self, title: &str) -> Finding {
        self.finding(
            "tiktok-rules",
            FindingKind::RuleChange,
            Severity::Breaking,
            title,
        )
    }

    fn hit(&self, title: &str) -> Finding {
        self.finding("rival", FindingKind::Hit, Severity::Important, title)
    }

    fn trend(&self, title: &str) -> Finding {
        let mut one = self.finding("rival", FindingKind::Trend, Severity::Informational, title);
        one.evidence.push(Evidence {
            kind: "count".to_owned(),
            before: None,
            after: Some("4".to_owned()),
            place: Some("owners".to_owned()),
        });
        one
    }

    /// Looks for alerts; the texts of the messages that this put into the outbox.
    async fn alerts(&self) -> Vec<String> {
        self.pipeline.send_alerts().await.unwrap();
        self.arrived().await
    }

    async fn daily(&self) -> String {
        let spec = self.pipeline.digest_spec("daily").unwrap().clone();
        self.pipeline.send_digest(&spec, None).await.unwrap();
        self.arrived().await.join("\n====\n")
    }

    /// Delivers what is due to the files; the texts of what went out.
    async fn arrived(&self) -> Vec<String> {
        let mut texts = Vec::new();
        loop {
            let (due, _) = self.pipeline.due_deliveries(100).await.unwrap();
            if due.is_empty() {
                return texts;
            }
            for delivery in due {
                let done = self.pipeline.deliver(&delivery).await.unwrap();
                if matches!(done, Delivered::Sent(_)) {
                    let form = &delivery.form;
                    let text = format!("{}\n{}", form.subject, form.text);
                    texts.push(text.replace('\u{a0}', " "));
                }
            }
        }
    }

    async fn why(&self, id: FindingId) -> String {
        let config = &self.pipeline.config;
        let store = &self.pipeline.store;
        let now = self.clock.now();
        let explained = query::explain(store, id, &config.digests, &config.mutes, now).await;
        explained.unwrap().alerts[0].why.clone()
    }
}

async fn open(dir: &TempDir, text: &str, clock: &Arc<ManualClock>) -> Arc<Pipeline> {
    let config = read(dir, text);
    let store = Store::open(&config.database).unwrap();
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    Arc::new(Pipeline::new(Arc::new(config), store, clock).await.unwrap())
}

#[tokio::test]
async fn breaking_news_is_told_at_once_and_not_told_again() {
    let desk = Desk::new(READERS).await;
    assert!(desk.alerts().await.is_empty(), "nothing happened");
    let rule = desk.find(desk.rule("AI labels become mandatory")).await;
    desk.find(desk.finding(
        "tiktok-rules",
        FindingKind::RuleChange,
        Severity::Important,
        "Bios may be longer",
    ))
    .await;
    let told = desk.alerts().await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("⚠ TikTok: AI labels become mandatory\n"),
        "{}",
        told[0]
    );
    assert!(!told[0].contains("State of the watch"), "{}", told[0]);
    assert!(!told[0].contains("Bios"), "{}", told[0]);
    assert!(desk.alerts().await.is_empty(), "once");
    assert_eq!(desk.why(rule).await, "told at once");

    // the next digest tells the rest, and names the alert in a line
    desk.go("2026-07-14T06:00:00Z");
    let daily = desk.daily().await;
    assert!(
        daily.contains("[Important] TikTok: Bios may be longer"),
        "{daily}"
    );
    assert!(
        daily.contains("Told at once on Jul 13, 12:00: AI labels become mandatory"),
        "{daily}"
    );
    assert!(!daily.contains("[Urgent]"), "{daily}");

    // the story goes on: a change of it is told
    let mut grown = desk.rule("AI labels become mandatory");
    grown.effective = Some("2026-08-01".parse().unwrap());
    desk.find(grown).await;
    desk.go("2026-07-15T06:00:00Z");
    let daily = desk.daily().await;
    assert!(daily.contains("update of what was told"), "{daily}");
}

#[tokio::test]
async fn a_topic_told_at_once_rests_for_a_day_even_if_it_grows() {
    let desk = Desk::new(READERS).await;
    desk.find(desk.rule("Links are forbidden")).await;
    assert_eq!(desk.alerts().await.len(), 1);
    desk.pass(60);
    let grown = |date: &str| Finding {
        effective: Some(date.parse().unwrap()),
        ..desk.rule("Links are forbidden")
    };
    let soon = desk.find(grown("2026-08-01")).await;
    assert!(desk.alerts().await.is_empty(), "one of a topic in 24 hours");
    assert!(desk.why(soon).await.contains("less than 24 hours before"));
    desk.find(desk.rule("Bots are forbidden")).await;
    assert_eq!(desk.alerts().await.len(), 1, "another topic does not rest");
    desk.go("2026-07-14T06:00:00Z");
    let daily = desk.daily().await;
    assert!(
        daily.contains("[Urgent] TikTok: Links are forbidden") && daily.contains("Aug 1"),
        "{daily}"
    );
    desk.go("2026-07-14T09:01:00Z");
    desk.find(grown("2026-09-01")).await;
    assert_eq!(desk.alerts().await.len(), 1, "a day later it is told again");
}

#[tokio::test]
async fn what_night_and_budget_hold_back_is_in_the_daily_one_marked() {
    let desk = Desk::new(READERS).await;
    for n in 1..=3 {
        desk.find(desk.hit(&format!("Rival hit number {n}"))).await;
        assert_eq!(desk.alerts().await.len(), 1, "hit {n}");
        desk.pass(30);
    }
    let fourth = desk.find(desk.trend("Silent vlogs")).await;
    assert!(desk.alerts().await.is_empty(), "the budget is used up");
    assert!(desk.why(fourth).await.contains("3 alerts were used up"));
    let urgent = desk.find(desk.rule("Links are forbidden")).await;
    assert_eq!(desk.alerts().await.len(), 1, "breaking passes the budget");
    assert!(desk.why(urgent).await.contains("passes quiet hours"));

    desk.go("2026-07-13T20:30:00Z"); // 23:30 in Moscow
    let at_night = desk.find(desk.hit("Rival hit at night")).await;
    assert!(desk.alerts().await.is_empty(), "quiet hours");
    assert!(
        desk.why(at_night)
            .await
            .contains("held back at night (22:00-09:00 Europe/Moscow)")
    );
    desk.go("2026-07-14T06:00:00Z");
    assert!(
        desk.alerts().await.is_empty(),
        "nothing is sent later by itself"
    );
    let daily = desk.daily().await;
    assert!(daily.contains("held back at night"), "{daily}");
    assert!(
        daily.contains("held back: the day's alerts were used up"),
        "{daily}"
    );
    assert_eq!(daily.matches("Told at once on").count(), 4, "{daily}");
    desk.find(desk.trend("A new day")).await;
    assert_eq!(desk.alerts().await.len(), 1, "and a new budget");
}

#[tokio::test]
async fn an_outage_is_told_when_it_lasts() {
    let desk = Desk::new(READERS).await;
    let outage = |title| {
        desk.finding(
            "meta-status",
            FindingKind::Outage,
            Severity::Important,
            title,
        )
    };
    let id = desk.find(outage("Ads Manager is down")).await;
    assert!(desk.alerts().await.is_empty());
    assert!(desk.why(id).await.contains("15 minutes"));
    let (_, next) = desk.pipeline.send_alerts().await.unwrap();
    assert_eq!(next, Some(at("2026-07-13T09:15:00Z")));
    desk.pass(14);
    assert!(desk.alerts().await.is_empty());
    desk.pass(1);
    let told = desk.alerts().await;
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("Ads Manager is down"), "{}", told[0]);
}

#[tokio::test]
async fn mutes_hold_everywhere_and_are_counted() {
    let text =
        format!("{READERS}\n[[mute]]\nowner = \"rival\"\nkind = \"hit\"\nuntil = \"2026-07-13\"\n");
    let desk = Desk::new(&text).await;
    desk.find(desk.hit("Rival flies")).await;
    let mute = Mute {
        topic: Some("ai labels".to_owned()),
        ..Mute::default()
    };
    let now = desk.clock.now();
    let id = desk
        .pipeline
        .store
        .write(move |writer| writer.add_mute(&mute, None, now))
        .await
        .unwrap();
    desk.find(desk.rule("TikTok: AI labels become mandatory"))
        .await;
    desk.find(desk.rule("TikTok: links are forbidden")).await;
    let told = desk.alerts().await.join("\n");
    assert!(
        told.contains("links") && !told.contains("AI") && !told.contains("flies"),
        "{told}"
    );
    let daily = desk.daily().await;
    assert!(daily.contains("2 muted stories"), "{daily}");
    assert!(
        !daily.contains("AI labels") && !daily.contains("flies"),
        "{daily}"
    );
    // over, and taken back
    desk.pipeline
        .store
        .write(move |writer| writer.end_mute(id, now))
        .await
        .unwrap();
    desk.go("2026-07-14T09:00:00Z");
    desk.find(desk.hit("Rival flies again")).await;
    desk.find(desk.rule("TikTok: AI labels, second part")).await;
    assert_eq!(desk.alerts().await.len(), 1);
}

#[tokio::test]
async fn a_kill_at_any_moment_neither_loses_nor_doubles_an_alert() {
    let mut desk = Desk::new(READERS).await;
    let mut told = Vec::new();
    for n in 0..12 {
        desk.find(desk.rule(&format!("Rule number {n}."))).await;
        // killed before the look, between look and delivery, or after both
        if n % 3 > 0 {
            desk.pipeline.send_alerts().await.unwrap();
        }
        if n % 3 > 1 {
            told.extend(desk.arrived().await);
        }
        desk = desk.killed(READERS).await;
        desk.pass(1);
    }
    told.extend(desk.alerts().await);
    let all = told.join("\n");
    for n in 0..12 {
        let cards = all
            .matches(&format!("[Urgent] TikTok: Rule number {n}\n"))
            .count();
        assert_eq!(cards, 1, "rule {n}\n{all}");
    }
}

#[tokio::test]
async fn a_digest_skips_days_off() {
    let text = READERS.replace(
        "schedule = \"0 9 * * *\"",
        "schedule = \"0 9 * * *\"\nworkdays = \"MON-FRI\"\nholidays = [\"07-20\"]",
    );
    let desk = Desk::new(&text).await;
    desk.go("2026-07-17T10:00:00Z"); // Friday after nine
    let spec = desk.pipeline.digest_spec("daily").unwrap();
    assert_eq!(
        spec.next_after(desk.clock.now()),
        Some(at("2026-07-21T06:00:00Z"))
    );
}

#[tokio::test]
async fn votes_change_the_order_within_bounds() {
    let text = format!(
        "{READERS}\n[[source]]\nid = \"other\"\nkind = \"feed\"\nurl = \"https://other.example/feed\"\nrole = \"competitor\"\n"
    );
    let desk = Desk::new(&text).await;
    let item = |source: &str, title: &str| {
        desk.finding(source, FindingKind::Hit, Severity::Informational, title)
    };
    let tell = async |title_a: &str, title_b: &str| {
        let a = desk.find(item("rival", title_a)).await;
        desk.find(item("other", title_b)).await;
        let spec = desk.pipeline.digest_spec("daily").unwrap().clone();
        let form = desk.pipeline.preview(&spec).await.unwrap().composed.form;
        let first = form.json["tldr"][0].as_str().unwrap().to_owned();
        desk.daily().await;
        desk.pass(60 * 24);
        (a, first)
    };
    let (first, top) = tell("rival one", "other one").await;
    assert!(top.ends_with("other one"), "the newer leads: {top}");
    for _ in 0..2 {
        // a replay is no second vote
        query::vote(
            &desk.pipeline.store,
            "team",
            first,
            Verb::Fire,
            "cli",
            desk.clock.now(),
        )
        .await
        .unwrap();
    }
    let (_, top) = tell("rival two", "other two").await;
    assert!(top.ends_with("rival two"), "voted up: {top}");
    let now = desk.clock.now();
    let votes = desk
        .pipeline
        .store
        .read(move |reader| reader.votes(Some("team"), Timestamp::MIN, 9))
        .await
        .unwrap();
    assert_eq!(votes.len(), 1);
    query::vote(&desk.pipeline.store, "team", first, Verb::Down, "cli", now)
        .await
        .unwrap();
    let (_, top) = tell("rival three", "other three").await;
    assert!(top.ends_with("other three"), "the last word counts: {top}");
    // another audience's votes are its own
    query::vote(&desk.pipeline.store, "boss", first, Verb::Fire, "cli", now)
        .await
        .unwrap();
    let (_, top) = tell("rival four", "other four").await;
    assert!(top.ends_with("other four"), "{top}");
}

/// One request over HTTP/1.1 to the daemon: status, headers and body.
fn request(port: u16, method: &str, target: &str, more: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n{more}\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_lowercase(), body.to_owned())
}

fn tidewatch(desk: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidewatch"));
    command
        .arg("--config")
        .arg(desk.path().join("tidewatch.toml"))
        .env("HOME", "/nonexistent")
        .env("NO_COLOR", "1");
    command
}

struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_press_on_a_link_counts_and_a_look_at_it_does_not() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let web = format!(
        "[web]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"http://127.0.0.1:{port}/\"\nsecret = \"open sesame\"\n"
    );
    // nothing is polled or composed by itself while this runs
    let text = READERS
        .replace("[[source]]", "[[source]]\nenabled = false")
        .replace("\"0 9 * * *\"", "\"0 0 1 1 *\"")
        + &web;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (dir, first) = runtime.block_on(async {
        let desk = Desk::begun(&text, Timestamp::now()).await;
        let rival = desk.finding(
            "rival",
            FindingKind::Hit,
            Severity::Informational,
            "Rival <one>",
        );
        desk.find(rival).await;
        let spec = desk.pipeline.digest_spec("daily").unwrap().clone();
        let form = desk.pipeline.preview(&spec).await.unwrap().composed.form;
        let other = Finding {
            source: "meta-status".parse().unwrap(),
            owner: "meta".to_owned(),
            ..desk.finding(
                "rival",
                FindingKind::Hit,
                Severity::Informational,
                "Other one",
            )
        };
        desk.find(other).await;
        // every form carries them
        for form in [&form.html, &form.markdown, &form.text] {
            let form = form.replace("&#x2f;", "/");
            assert!(
                form.contains(&format!("http://127.0.0.1:{port}/vote/f1/")),
                "{form}"
            );
        }
        let votes = form.json["sections"][0]["cards"][0]["votes"]
            .as_array()
            .unwrap();
        let links: Vec<String> = votes
            .iter()
            .map(|v| v["url"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(links.len(), 4);
        let store = desk.pipeline.store.clone();
        let dir = desk.dir;
        drop(desk.pipeline);
        store.close().await.unwrap();
        (dir, links)
    });
    let order = || -> Vec<String> {
        let out = tidewatch(&dir)
            .args(["--json", "digest", "daily"])
            .output()
            .unwrap();
        let form: serde_json::Value = serde_json::from_slice(&out.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&out.stderr)));
        let lines = form["json"]["tldr"].as_array().unwrap().iter();
        lines
            .map(|line| line.as_str().unwrap().to_owned())
            .collect()
    };
    let before = order();
    assert!(before[0].ends_with("Other one"), "{before:?}");

    let daemon = tidewatch(&dir)
        .arg("run")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut daemon = Daemon(daemon);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(daemon.0.try_wait().unwrap().is_none(), "the daemon ended");
        std::thread::yield_now();
    }
    let fire = first[0]
        .strip_prefix(&format!("http://127.0.0.1:{port}"))
        .unwrap();
    // a mail gateway looks at every link, twice
    for method in ["GET", "HEAD", "GET"] {
        let (status, head, body) = request(port, method, fire, "Accept-Language: en-GB\r\n");
        assert_eq!(status, 200, "{body}");
        assert!(
            head.contains("content-security-policy: default-src 'none'"),
            "{head}"
        );
        assert!(head.contains("referrer-policy: no-referrer"), "{head}");
        assert!(head.contains("cache-control: no-store"), "{head}");
        if method == "GET" {
            assert!(
                body.contains("Rival &lt;one&gt;") && body.contains("method=\"post\""),
                "{body}"
            );
            assert!(!body.contains("<script"), "{body}");
        }
    }
    assert_eq!(order(), before, "a look is no vote");
    let (status, _, body) = request(port, "GET", fire, "Accept-Language: ru\r\n");
    assert!(
        status == 200 && body.contains("гораздо больше такого"),
        "{body}"
    );
    for _ in 0..2 {
        let (status, _, body) = request(port, "POST", fire, "");
        assert!(status == 200 && body.contains("Counted"), "{body}");
        assert!(body.contains("action=\"down?for=team"), "relative: {body}");
    }
    let after = order();
    assert!(after[0].ends_with("Rival <one>"), "{after:?}");
    let list = tidewatch(&dir)
        .args(["--json", "feedback", "list"])
        .output()
        .unwrap();
    let list: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
    assert_eq!(
        list.as_array().unwrap().len(),
        1,
        "a replay is no second vote: {list}"
    );
    assert_eq!(
        (&list[0]["verb"], &list[0]["way"]),
        (&"fire".into(), &"web".into())
    );

    // what was not signed for is refused
    let forged = fire.replace("/fire?", "/mute?");
    let (status, _, body) = request(port, "POST", &forged, "");
    assert!(status == 400 && body.contains("not whole"), "{body}");
    assert_eq!(request(port, "POST", "/vote/f1/up", "").0, 400);
    assert_eq!(request(port, "GET", "/elsewhere", "").0, 404);
    assert_eq!(request(port, "DELETE", fire, "").0, 405);
    assert_eq!(request(port, "GET", "/health", "").0, 401);
    let (status, ..) = request(
        port,
        "GET",
        "/health",
        "Authorization: Bearer open sesame\r\n",
    );
    assert_eq!(status, 200);
    // muted by a link: gone from the digest, and back after another word
    let mute = first[3]
        .strip_prefix(&format!("http://127.0.0.1:{port}"))
        .unwrap();
    assert_eq!(request(port, "POST", mute, "").0, 200);
    assert!(!order().join("\n").contains("Rival"), "{:?}", order());
    assert_eq!(request(port, "POST", fire, "").0, 200);
    assert!(order().join("\n").contains("Rival"));

    Command::new("kill")
        .args(["-TERM", &daemon.0.id().to_string()])
        .status()
        .unwrap();
    assert_eq!(
        daemon.0.wait().unwrap().code(),
        Some(0),
        "it ends with the daemon"
    );
}

#[test]
fn the_web_face_keeps_to_loopback_without_a_token() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("tidewatch.toml");
    let environment = Environment::from_iter([("HOME", "/nonexistent")]);
    let known = Known {
        kinds: extract::KINDS,
        channels: deliver::CHANNELS,
        mapping: extract::check_mapping,
    };
    let with = |web: &str| {
        std::fs::write(
            &file,
            format!("packs = []\ndata_dir = \"data\"\n[web]\n{web}\n"),
        )
        .unwrap();
        load(Some(&file), &environment, &known).map_err(|faults| faults.to_string())
    };
    let refused = with("listen = \"0.0.0.0:8467\"").unwrap_err();
    assert!(refused.contains("there is no token"), "{refused}");
    assert!(with("listen = \"0.0.0.0:8467\"\nsecret = \"s\"").is_ok());
    assert!(with("listen = \"[::1]:8467\"").is_ok());
    assert!(with("listen = \"localhost\"").is_err());
    assert!(with("public_url = \"https://x.example/?a\"").is_err());
}

/// A receiver of webhooks that can be switched on: the names of the digests it was sent.
struct Receiver {
    port: u16,
    got: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    /// A port at which nobody listens yet.
    fn down() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            port: listener.local_addr().unwrap().port(),
            got: Arc::default(),
        }
    }

    async fn rise(&self) {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", self.port))
            .await
            .unwrap();
        let got = Arc::clone(&self.got);
        let take = move |body: axum::body::Bytes| {
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            let text = body.to_string();
            got.lock().unwrap().push(text);
            async { axum::http::StatusCode::NO_CONTENT }
        };
        let router = axum::Router::new().route("/hook", axum::routing::post(take));
        tokio::spawn(async move { axum::serve(listener, router).await });
    }
}

#[tokio::test]
async fn a_channel_down_for_a_day_loses_nothing_and_holds_up_nobody() {
    let receiver = Receiver::down();
    let hook = format!(
        "[[channel]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"http://127.0.0.1:{}/hook\"\n\
         secret = \"whsec_dGlkZXdhdGNoIGVuZCB0byBlbmQgdGVzdCBzZWNyZXQ=\"\nallow_private = true\ntimeout = \"5s\"\n",
        receiver.port
    );
    let text =
        READERS.replace("channels = [\"files\"]", "channels = [\"hook\", \"files\"]") + &hook;
    let desk = Desk::new(&text).await;
    let mut files = Vec::new();
    for hour in 0..24 {
        desk.find(desk.rule(&format!("Rule of hour {hour}."))).await;
        desk.pipeline.send_alerts().await.unwrap();
        files.extend(desk.arrived().await);
        let here = files
            .iter()
            .filter(|text| text.contains(&format!("hour {hour}\n")))
            .count();
        assert_eq!(here, 1, "the files have it at once");
        desk.pass(60);
    }
    let fails: Vec<_> = files
        .iter()
        .filter(|text| text.contains("channel hook fails"))
        .collect();
    assert_eq!(fails.len(), 1, "told once: {files:?}");
    assert!(
        fails[0].contains("nobody listens there"),
        "with the remedy: {}",
        fails[0]
    );
    assert!(
        fails[0].contains("tidewatch channels test hook"),
        "{}",
        fails[0]
    );
    assert!(receiver.got.lock().unwrap().is_empty());

    receiver.rise().await;
    for _ in 0..30 {
        desk.pass(60);
        files.extend(
            desk.arrived()
                .await
                .into_iter()
                .filter(|t| t.contains("works again")),
        );
    }
    let got = receiver.got.lock().unwrap().clone();
    assert_eq!(got.len(), 24, "nothing is lost and nothing doubled");
    for (hour, body) in got.iter().enumerate() {
        assert!(
            body.contains(&format!("hour {hour}\"")),
            "in order: {hour} {body}"
        );
    }
    let again: Vec<_> = files
        .iter()
        .filter(|text| text.contains("works again"))
        .collect();
    assert_eq!(again.len(), 1, "told once: {again:?}");
    let counts = desk
        .pipeline
        .store
        .read(tidewatch::store::Reader::outbox_counts)
        .await
        .unwrap();
    assert_eq!(
        counts[&DeliveryState::Waiting] + counts[&DeliveryState::Parked],
        0
    );
}

#[tokio::test]
async fn a_message_set_aside_is_told_elsewhere_and_never_in_a_circle() {
    let (first, second) = (Receiver::down(), Receiver::down());
    let hook = |name: &str, port: u16| {
        format!(
            "[[channel]]\nname = \"{name}\"\nkind = \"webhook\"\nurl = \"http://127.0.0.1:{port}/hook\"\n\
             secret = \"whsec_dGlkZXdhdGNoIGVuZCB0byBlbmQgdGVzdCBzZWNyZXQ=\"\nallow_private = true\ntimeout = \"5s\"\n"
        )
    };
    let text = READERS
        .replace("retry_cap = \"1h\"", "retry_cap = \"1h\"\nattempts = 3")
        .replace("channels = [\"files\"]", "channels = [\"one\"]")
        .replace(
            "name = \"files\"\nkind = \"file\"\npath = \"digests\"",
            "name = \"calendar\"\nkind = \"ics\"\npath = \"dates.ics\"",
        )
        + &hook("one", first.port)
        + &hook("two", second.port);
    let desk = Desk::new(&text).await;
    desk.find(desk.rule("A rule.")).await;
    desk.pipeline.send_alerts().await.unwrap();
    // both are down: one is told of by two, whose notice is set aside in turn and told to nobody
    for _ in 0..20 {
        desk.arrived().await;
        desk.pass(60);
    }
    let all = desk
        .pipeline
        .store
        .read(|reader| reader.outbox(None, 99))
        .await
        .unwrap();
    let states: Vec<_> = all.iter().map(|m| (m.channel.as_str(), m.state)).collect();
    assert_eq!(
        states,
        [
            ("two", DeliveryState::Parked),
            ("one", DeliveryState::Parked)
        ]
    );
    second.rise().await;
    let id = all[0].id.clone();
    let now = desk.clock.now();
    desk.pipeline
        .store
        .write(move |writer| writer.retry_delivery(&id, now))
        .await
        .unwrap();
    desk.arrived().await;
    let got = second.got.lock().unwrap().clone();
    assert_eq!(got.len(), 1);
    assert!(
        got[0].contains("channel_down") && got[0].contains("outbox retry --channel one"),
        "{}",
        got[0]
    );
}

#[tokio::test]
async fn a_week_is_compared_with_the_one_before_in_tables() {
    let weekly = "[[digest]]\nname = \"weekly\"\nschedule = \"30 9 * * MON\"\naudience = \"team\"\nreview = true\nchannels = [\"files\"]\n";
    let desk = Desk::new(&(READERS.to_owned() + weekly)).await;
    let spec = desk.pipeline.digest_spec("weekly").unwrap().clone();
    let preview = async || desk.pipeline.preview(&spec).await.unwrap().composed.form;
    desk.pass(1);
    desk.find(desk.hit("Old hit")).await;
    desk.find(desk.rule("Old rule")).await;
    desk.pass(60 * 24 * 7 - 1);
    let form = preview().await;
    assert!(
        !form.text.contains("AND THE ONE BEFORE"),
        "nothing to compare with yet: {}",
        form.text
    );
    desk.pipeline.send_digest(&spec, None).await.unwrap();
    desk.arrived().await;
    desk.pass(60 * 24);
    for n in 0..3 {
        desk.find(desk.hit(&format!("Hit {n}"))).await;
    }
    let mut dated = desk.rule("AI labels");
    dated.effective = Some("2026-08-01".parse().unwrap());
    desk.find(dated).await;
    desk.find(desk.trend("Silent vlogs")).await;
    desk.alerts().await;
    desk.daily().await;
    desk.pass(60 * 24 * 6);
    let form = preview().await;
    let tables = form.json["tables"].as_array().unwrap();
    let table = |id: &str| {
        let found = tables.iter().find(|table| table["id"] == id);
        found.unwrap_or_else(|| panic!("{id}: {:#}", form.json))["rows"].to_string()
    };
    assert_eq!(
        table("compared"),
        r#"[["Rule","1","1","="],["Trend","1","0","+1"],["Hit","3","1","+2"]]"#
    );
    assert!(
        table("rules").contains(r#""TikTok","AI labels","Urgent""#),
        "{}",
        table("rules")
    );
    assert!(
        table("deadlines").contains("AI labels"),
        "{}",
        table("deadlines")
    );
    assert!(
        table("topics").contains(r#"["Silent vlogs","4""#),
        "{}",
        table("topics")
    );
    for text in [&form.text, &form.markdown, &form.html] {
        assert!(text.to_lowercase().contains("log of rules"), "{text}");
    }
    assert!(
        form.markdown.contains("| Hit | 3 | 1 | \\+2 |")
            || form.markdown.contains("| Hit | 3 | 1 | +2 |"),
        "{}",
        form.markdown
    );
    // it looks back: what the alerts and the daily one told is in it
    assert!(
        form.text.contains("[Urgent] TikTok: AI labels"),
        "{}",
        form.text
    );
}
