//! The configuration as its users meet it: shipped files, every kind of fault, environment, secrets.

use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use tempfile::TempDir;
use tidewatch::config::{Config, Environment, Faults, Known, LogFormat, SHIPPED, init, load};
use tidewatch::model::{BrowserAt, Cadence, Goal, Language, Role, Source};

const KNOWN: Known<'_> = Known {
    kinds: &[
        "feed",
        "page",
        "changelog",
        "telegram",
        "youtube",
        "mastodon",
        "bluesky",
        "hackernews",
        "reddit",
        "vk",
        "googletrends",
        "statuspage",
        "json",
    ],
    channels: &[
        ("file", &["path"]),
        ("webhook", &["url", "secret"]),
        ("email", &["url", "from", "to"]),
    ],
    mapping: tidewatch::extract::check_mapping,
};

/// A directory of configuration files and an environment.
struct Desk {
    dir: TempDir,
    variables: Vec<(String, String)>,
}

impl Desk {
    fn new(main: &str) -> Self {
        let desk = Self {
            dir: TempDir::new().expect("a temporary directory"),
            variables: Vec::new(),
        };
        desk.with("tidewatch.toml", main)
            .set("HOME", "/home/someone")
            .set("TZ", "UTC")
    }

    fn with(self, name: &str, content: &str) -> Self {
        let path = self.dir.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, content).expect("a file");
        self
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    fn load(&self) -> Result<Config, Faults> {
        let environment: Environment = self.variables.iter().cloned().collect();
        load(
            Some(&self.dir.path().join("tidewatch.toml")),
            &environment,
            &KNOWN,
        )
    }

    #[track_caller]
    fn config(&self) -> Config {
        self.load().unwrap_or_else(|faults| panic!("{faults}"))
    }

    /// All faults as they are printed, with the directory's random name taken out.
    #[track_caller]
    fn faults(&self) -> String {
        let faults = self.load().expect_err("a fault");
        let dir = format!("{}/", self.dir.path().display());
        faults.to_string().replace(&dir, "")
    }
}

fn source<'c>(config: &'c Config, id: &str) -> &'c Source {
    let found = config
        .sources
        .iter()
        .find(|source| source.id.as_str() == id);
    found.unwrap_or_else(|| panic!("no source `{id}`"))
}

fn built_in() -> Config {
    let environment = Environment::from_iter([("HOME", "/home/someone"), ("TZ", "UTC")]);
    load(None, &environment, &KNOWN).unwrap_or_else(|faults| panic!("{faults}"))
}

// --- shipped files ---

#[test]
fn the_built_in_configuration_is_sound_and_watches_much() {
    let config = built_in();
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
    assert!(config.sources.len() >= 185, "{}", config.sources.len());
    let enabled = config.sources.iter().filter(|source| source.enabled);
    assert!(enabled.count() >= 170);
    assert_eq!(
        config.data_dir,
        Path::new("/home/someone/.local/share/tidewatch")
    );
    assert_eq!(config.database, config.data_dir.join("tidewatch.db"));
    assert_eq!(
        config.channels[0].path,
        Some(config.data_dir.join("digests"))
    );
    assert_eq!(config.digests.len(), 3);
    assert!(config.files.is_empty());
}

#[test]
fn every_shipped_pack_is_switched_on_and_every_shipped_source_is_whole() {
    let config = built_in();
    let (_, main) = SHIPPED[0];
    for (path, text) in &SHIPPED[1..] {
        let name = path
            .trim_start_matches("sources.d/")
            .trim_end_matches(".toml");
        assert!(
            main.contains(&format!("\n    \"{name}\",")),
            "{name} is not in `packs`"
        );
        // the count in the comment beside it
        let count = text.matches("[[source]]").count();
        let line = main
            .lines()
            .find(|line| line.contains(&format!("\"{name}\",")));
        assert!(
            line.is_some_and(|line| line.contains(&format!(" {count} sources"))),
            "{name}: {count}"
        );
    }
    for source in &config.sources {
        assert!(!source.tags.is_empty(), "{} has no tags", source.id);
        assert_ne!(
            source.title,
            source.id.as_str(),
            "{} has no title",
            source.id
        );
        assert!(
            source.platform.is_some() || source.role != Role::Official || source.owner == "yandex"
        );
    }
}

#[test]
fn what_init_writes_is_the_same_configuration_as_the_built_in_one() {
    let dir = TempDir::new().expect("a temporary directory");
    let target = dir.path().join("etc");
    let written = init(&target).expect("files written");
    assert_eq!(written.len(), SHIPPED.len());
    let environment = Environment::from_iter([("HOME", "/home/someone"), ("TZ", "UTC")]);
    let config = load(Some(&target.join("tidewatch.toml")), &environment, &KNOWN);
    let config = config.unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(config.sources.len(), built_in().sources.len());
    assert_eq!(config.files, written);
}

#[test]
fn init_never_overwrites() {
    let dir = TempDir::new().expect("a temporary directory");
    let mine = dir.path().join("sources.d/law.toml");
    std::fs::create_dir(dir.path().join("sources.d")).expect("a directory");
    std::fs::write(&mine, "mine").expect("a file");
    let error = init(dir.path()).expect_err("a refusal");
    assert!(
        error.to_string().contains("law.toml already exists"),
        "{error}"
    );
    assert_eq!(std::fs::read_to_string(&mine).expect("my file"), "mine");
    assert!(!dir.path().join("tidewatch.toml").exists());
}

/// Every optional line of the annotated file, uncommented, is a key that exists, and says the default.
#[test]
fn the_annotated_file_shows_every_setting_with_its_default() {
    let (_, main) = SHIPPED[0];
    let wanted = [
        "http",
        "http.limits",
        "schedule",
        "delivery",
        "retention",
        "log",
    ];
    let mut table = "";
    let mut shown: Vec<&str> = Vec::new();
    for line in main.lines() {
        if line.starts_with('[') {
            table = line.trim_matches(['[', ']']);
            if wanted.contains(&table) {
                shown.push(line);
            }
        } else if wanted.contains(&table)
            && let Some(setting) = line.strip_prefix("# ").filter(|line| line.contains(" = "))
            && !setting.starts_with("contact")
            && !setting.starts_with("user_agent")
            && !setting.starts_with("ca_file")
            && !setting.starts_with("browser")
        {
            shown.push(setting);
        }
    }
    let shown = shown.join("\n");
    let (plain, set) = (Desk::new("").config(), Desk::new(&shown).config());
    assert_eq!(format!("{:?}", plain.http), format!("{:?}", set.http));
    assert_eq!(
        format!("{:?}", plain.schedule),
        format!("{:?}", set.schedule)
    );
    assert_eq!(
        format!("{:?}", plain.delivery),
        format!("{:?}", set.delivery)
    );
    assert_eq!(
        format!("{:?}", plain.retention),
        format!("{:?}", set.retention)
    );
    assert_eq!(plain.log, set.log);
    assert_eq!(shown.matches(" = ").count(), 23, "{shown}");
}

/// What tidewatch itself lists as the keys of a table stands in the annotated file.
#[test]
fn the_annotated_file_shows_every_key_there_is() {
    let (_, main) = SHIPPED[0];
    let mut keys = 0;
    for (table, whole) in [
        ("", ""),
        ("[http]", ""),
        ("[http.limits]", ""),
        ("[schedule]", ""),
        ("[delivery]", ""),
        ("[retention]", ""),
        ("[log]", ""),
        ("[web]", ""),
        ("[calendar]", ""),
        ("[[mute]]", "topic = \"a\""),
        (
            "[[source]]",
            "id = \"a\"\nurl = \"https://a.example\"\nkind = \"feed\"",
        ),
        ("[[channel]]", "name = \"a\"\nkind = \"file\"\npath = \"a\""),
        ("[[topic]]", "name = \"a\"\nquery = \"a\""),
        (
            "[[digest]]",
            "name = \"a\"\nevery = \"1d\"\nchannels = \"a\"",
        ),
    ] {
        let desk = Desk::new(&format!("{table}\n{whole}\nno-such-key-anywhere = 1\n"));
        let faults = desk.load().expect_err("an unknown key").0;
        let list = faults
            .iter()
            .find_map(|fault| fault.remedy.strip_prefix("choose one of: "));
        for key in list.expect("the keys that exist").split(", ") {
            let written = [
                format!("{key} = "),
                format!("[{key}]"),
                format!("[[{key}]]"),
            ];
            let is_there = |line: &str| {
                let line = line.trim_start_matches("# ");
                written.iter().any(|form| line.starts_with(form.as_str()))
                    || line.contains(&format!("`{key}`"))
                    || line.contains(&format!("`{key} ="))
            };
            assert!(
                main.lines().any(is_there),
                "`{key}` of {table} is not in tidewatch.toml"
            );
            keys += 1;
        }
    }
    assert!(keys > 65, "{keys}");
}

// --- what is read ---

#[test]
fn a_source_takes_what_it_does_not_set_from_its_packs_defaults() {
    let config = Desk::new("packs = [\"sources.d/mine.toml\"]\nzone = \"Europe/Berlin\"")
        .with(
            "sources.d/mine.toml",
            r#"
            [defaults]
            kind = "page"
            schedule = "0 9 * * *"
            language = "RU-ru"
            role = "official"
            tags = ["rules"]
            limits = { max_body = "2MB" }

            [[source]]
            id = "one"
            url = "https://a.example/terms"
            platform = "acme"
            tags = ["ads", "rules"]

            [[source]]
            id = "two"
            url = "https://b.example/feed"
            kind = "feed"
            every = "90m"
            zone = "Europe/Moscow"
            limits = { total_timeout = "5s" }
            headers = { X-Version = "2" }
            obey_robots = true
            "#,
        )
        .config();
    let one = source(&config, "one");
    assert_eq!(one.tags, ["rules", "ads", "ru"]);
    assert_eq!(one.language.as_deref(), Some("ru"));
    assert_eq!((one.role, one.owner.as_str()), (Role::Official, "acme"));
    assert_eq!(one.limits.max_body, 2_000_000);
    assert_eq!(one.zone.iana_name(), Some("Europe/Berlin"));
    assert!(one.obey_robots && matches!(one.cadence, Cadence::Cron(_)));
    let two = source(&config, "two");
    assert!(matches!(two.cadence, Cadence::Every(every) if every == Duration::from_mins(90)));
    assert_eq!(
        two.limits.max_body,
        10 << 20,
        "a table of its own replaces the default's"
    );
    assert_eq!(two.limits.total_timeout, Duration::from_secs(5));
    assert_eq!(two.zone.iana_name(), Some("Europe/Moscow"));
    assert_eq!(two.headers[0].1.reveal(), "2");
    assert!(two.obey_robots && !two.allow_private && two.enabled);
}

#[test]
fn a_page_is_rendered_where_that_is_asked_for() {
    let source = |more: &str| {
        format!("[[source]]\nid = \"a\"\nurl = \"https://a.example/\"\nkind = \"page\"\n{more}\n")
    };
    let config = Desk::new(&format!(
        "packs = []\n[http]\nbrowser = \"http://localhost:9222\"\n{}",
        source("render = true\nwait_for = \"#main li\"")
    ))
    .config();
    let render = config.sources[0].render.clone().expect("rendered");
    assert_eq!(render.wait_for.as_deref(), Some("#main li"));
    assert!(
        matches!(&config.http.browser, Some(BrowserAt::Endpoint(url)) if url.port() == Some(9222))
    );
    let plain = Desk::new(&format!("packs = []\n{}", source(""))).config();
    assert!(plain.sources[0].render.is_none() && plain.http.browser.is_none());

    let faults = Desk::new(&format!(
        "packs = []\n[http]\nbrowser = \"ws://browser.example:9222\"\n{}",
        source("wait_for = \"#main\"")
    ))
    .faults();
    for words in [
        "the browser must run on this machine",
        "add `render = true`",
    ] {
        assert!(faults.contains(words), "{faults}");
    }
    let gone = Desk::new("packs = []\n[http]\nbrowser = \"/nowhere/chromium\"\n").faults();
    assert!(gone.contains("/nowhere/chromium cannot be read"), "{gone}");
}

#[test]
fn packs_are_names_paths_and_patterns() {
    let source = |id: &str| {
        format!("[[source]]\nid = \"{id}\"\nurl = \"https://{id}.example\"\nkind = \"feed\"\n")
    };
    let config = Desk::new("packs = [\"status\", \"law\", \"mine/b*.toml\", \"mine/bb.toml\"]")
        .with("sources.d/law.toml", &source("my-own-law"))
        .with("mine/a.toml", &source("a"))
        .with("mine/b.toml", &source("b"))
        .with("mine/bb.toml", &source("bb"))
        .config();
    let ids: Vec<&str> = config
        .sources
        .iter()
        .map(|source| source.id.as_str())
        .collect();
    assert!(
        ids.contains(&"meta-status"),
        "a built-in pack needs no file"
    );
    assert!(
        ids.contains(&"my-own-law") && !ids.contains(&"garant"),
        "an own file goes first"
    );
    assert!(ids.contains(&"b") && ids.contains(&"bb") && !ids.contains(&"a"));
    let names: Vec<_> = config
        .files
        .iter()
        .filter_map(|path| path.file_name())
        .collect();
    assert_eq!(names, ["tidewatch.toml", "law.toml", "b.toml", "bb.toml"]);
}

#[test]
fn a_digest_and_its_channels_are_read_whole() {
    let config = Desk::new(
        r#"
        language = "ru"
        zone = "Asia/Yekaterinburg"
        data_dir = "/srv/tw"
        [[source]]
        id = "a"
        url = "https://a.example"
        kind = "feed"
        tags = ["ads"]
        [[channel]]
        name = "почта"
        kind = "email"
        url = "smtp://mail.example:2525"
        tls = "starttls"
        from = "Tide <tw@example.com>"
        to = "one@example.com"
        timeout = "1m"
        [[channel]]
        name = "files"
        kind = "file"
        path = "out"
        [[digest]]
        name = "daily"
        every = "1d"
        channels = ["почта", "files"]
        goal = "sales"
        tags = ["ads"]
        max_cards = 3
        max_words = 100
        send_when_quiet = false
        "#,
    )
    .config();
    assert!(config.warnings.is_empty());
    let digest = &config.digests[0];
    assert_eq!((digest.language, digest.goal), (Language::Ru, Goal::Sales));
    assert_eq!(digest.zone.iana_name(), Some("Asia/Yekaterinburg"));
    assert_eq!(
        (digest.max_cards, digest.max_words, digest.send_when_quiet),
        (3, 100, false)
    );
    assert_eq!(digest.title, "daily");
    let mail = &config.channels[0];
    assert_eq!(
        (mail.to.as_slice(), mail.tls.as_deref()),
        (&["one@example.com".to_owned()][..], Some("starttls"))
    );
    assert_eq!(mail.timeout, Duration::from_mins(1));
    assert_eq!(
        config.channels[1].path.as_deref(),
        Some(Path::new("/srv/tw/out"))
    );
}

#[test]
fn files_from_windows_are_read_too() {
    let text = "\u{feff}# Блокнот\r\nlanguage = \"ru\"\r\nzone = \"Mars\"\r\n";
    let faults = Desk::new(text).faults();
    assert!(
        faults.starts_with("tidewatch.toml:3:8: `Mars` is not a time zone"),
        "{faults}"
    );
    assert!(!faults.contains('\r'));
    assert_eq!(
        Desk::new(&text.replace("Mars", "Asia/Omsk"))
            .config()
            .language,
        Language::Ru
    );
}

// --- environment ---

#[test]
fn the_environment_overrides_the_file() {
    let config = Desk::new("[http]\nhost_gap = \"9s\"\n[http.limits]\nmax_redirects = 3")
        .set("TIDEWATCH_HTTP__HOST_GAP", "250ms")
        .set("TIDEWATCH_HTTP__CONCURRENCY", "4")
        .set("TIDEWATCH_HTTP__LIMITS__MAX_BODY", "3MiB")
        .set("TIDEWATCH_DATA_DIR", "/data")
        .set("TIDEWATCH_DATABASE", "/fast/tw.db")
        .set("TIDEWATCH_LANGUAGE", "ru")
        .set("TIDEWATCH_PACKS", "status, law")
        .set("TIDEWATCH_RETENTION__RAW_BODIES", "forever")
        .set("TIDEWATCH_LOG", "debug")
        .set("TIDEWATCH_LOG__FORMAT", "json")
        .set("TIDEWATCH_CONFIG", "/elsewhere")
        .set("TIDEWATCH_ZONE", "")
        .config();
    assert_eq!(config.http.host_gap, Duration::from_millis(250));
    assert_eq!(
        (config.http.concurrency, config.http.limits.max_redirects),
        (4, 3)
    );
    assert_eq!(config.http.limits.max_body, 3 << 20);
    assert_eq!(config.data_dir, Path::new("/data"));
    assert_eq!(config.database, Path::new("/fast/tw.db"));
    assert_eq!(config.language, Language::Ru);
    assert_eq!(config.sources.len(), 14);
    assert_eq!(config.retention.raw_bodies, None);
    assert_eq!(
        (config.log.filter.as_str(), config.log.format),
        ("debug", LogFormat::Json)
    );
}

#[test]
fn data_go_where_systemd_the_user_or_the_file_says() {
    let systemd = Desk::new("").set("STATE_DIRECTORY", "/var/lib/tw:/var/lib/other");
    assert_eq!(systemd.config().data_dir, Path::new("/var/lib/tw"));
    let xdg = Desk::new("").set("XDG_DATA_HOME", "/xdg");
    assert_eq!(xdg.config().data_dir, Path::new("/xdg/tidewatch"));
    let home = Desk::new("data_dir = \"~/tw\"\ndatabase = \"db/x.db\"").config();
    assert_eq!(home.database, Path::new("/home/someone/tw/db/x.db"));
    let beside = Desk::new("data_dir = \"data\"");
    assert_eq!(beside.config().data_dir, beside.dir.path().join("data"));
}

#[test]
fn faults_of_the_environment_are_told_with_the_rest() {
    insta::assert_snapshot!(
        Desk::new("languge = \"ru\"")
            .set("TIDEWATCH_HTTP__HOST_GAPP", "2s")
            .set("TIDEWATCH_HTTP__CONCURRENCY", "many")
            .set("TIDEWATCH_SCHEDULE__JITTER", "soon")
            .set("TIDEWATCH_COFFEE", "black")
            .faults()
    );
}

#[test]
fn without_any_place_for_data_the_fault_says_so() {
    insta::assert_snapshot!(Desk::new("").set("HOME", "").faults());
}

// --- secrets ---

const HOOK: &str =
    "[[channel]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"https://h.example\"\n";

#[test]
fn secrets_come_from_files_credentials_and_the_environment() {
    let secret = |desk: Desk| {
        let config = desk.config();
        let secret = config.channels[0].secret.clone();
        (
            secret.expect("a secret").reveal().to_owned(),
            config.warnings.len(),
        )
    };
    let file = Desk::new(&format!("{HOOK}secret_file = \"secrets/hook\""))
        .with("secrets/hook", "s3cret\n");
    // the warning is that nothing is watched
    assert_eq!(secret(file), ("s3cret".to_owned(), 1));
    let credential =
        Desk::new(&format!("{HOOK}secret_credential = \"hook\"")).with("creds/hook", "cred");
    let dir = credential.dir.path().join("creds").display().to_string();
    assert_eq!(
        secret(credential.set("CREDENTIALS_DIRECTORY", &dir)),
        ("cred".to_owned(), 1)
    );
    let variable = Desk::new(&format!("{HOOK}secret_env = \"HOOK\"")).set("HOOK", "from-env");
    assert_eq!(secret(variable), ("from-env".to_owned(), 1));
    let inline = Desk::new(&format!("{HOOK}secret = \"plain\""));
    assert_eq!(secret(inline), ("plain".to_owned(), 2));
}

#[test]
fn there_is_no_assistant_unless_it_is_named() {
    assert!(
        Desk::new("[assistant]\nper_day = 5")
            .config()
            .assistant
            .is_none()
    );
    let desk = Desk::new(
        "[assistant]\nurl = \"https://llm.example/v1\"\nmodel = \"m\"\nsecret_file = \"key\"",
    );
    let config = desk.with("key", "k1\n").config();
    let assistant = config.assistant.as_ref().expect("an assistant");
    let kept = (assistant.timeout.as_secs(), assistant.per_day);
    assert_eq!((kept, assistant.allow_private), ((20, 100), false));
    assert!(!format!("{config:?}").contains("k1"));
    let faults = Desk::new("[assistant]\nmodel = \"m\"\ntimeout = \"1h\"").faults();
    assert!(
        faults.contains("`url` is missing in [assistant]"),
        "{faults}"
    );
    assert!(faults.contains("timeout"), "{faults}");
}

#[test]
fn a_header_may_carry_a_secret_behind_a_prefix() {
    let desk = Desk::new(
        r#"
        [[source]]
        id = "a"
        url = "https://a.example"
        kind = "feed"
        headers = { Authorization = { secret_file = "key", prefix = "Bearer " } }
        [[source]]
        id = "off"
        url = "https://api.example/{version}"
        kind = "feed"
        headers = { Authorization = { secret_file = "not-there" } }
        enabled = false
        "#,
    )
    .with("key", "k1\n");
    let config = desk.config();
    let (name, value) = &source(&config, "a").headers[0];
    assert_eq!(
        (name.as_str(), value.reveal()),
        ("Authorization", "Bearer k1")
    );
    assert!(
        source(&config, "off").headers.is_empty(),
        "a disabled source opens no secret"
    );
    assert!(!format!("{config:?}").contains("k1"));
}

#[test]
fn faulty_secrets_are_explained_and_never_shown() {
    let faults = Desk::new(
        r#"
        [[channel]]
        name = "a"
        kind = "webhook"
        url = "https://h.example"
        secret = "hunter2"
        secret_file = "x"
        [[channel]]
        name = "b"
        kind = "webhook"
        url = "https://h.example"
        secret_file = "missing"
        [[channel]]
        name = "c"
        kind = "webhook"
        url = "https://someone:hunter2@h.example"
        secret_credential = "hook"
        [[channel]]
        name = "d"
        kind = "webhook"
        url = "https://h.example"
        secret_credential = "../../etc/passwd"
        [[channel]]
        name = "e"
        kind = "webhook"
        url = "https://h.example"
        secret_env = "NOT_SET"
        [[channel]]
        name = "f"
        kind = "webhook"
        url = "https://h.example"
        secret_file = "empty"
        [[channel]]
        name = "g"
        kind = "webhook"
        url = "https://h.example"
        secret = 1234567
        [[source]]
        id = "a"
        url = "https://a.example"
        kind = "feed"
        headers = { Host = "x", "X Y" = "hunter2", Accept = "a\nb", Cookie = 5 }
        "#,
    )
    .with("empty", "\n")
    .faults();
    assert!(
        !faults.contains("hunter2") && !faults.contains("1234567"),
        "{faults}"
    );
    insta::assert_snapshot!(faults);
}

// --- faults ---

#[test]
fn a_file_that_is_not_there() {
    let environment = Environment::from_iter([("HOME", "/home/someone")]);
    let faults = load(
        Some(Path::new("/nowhere/tidewatch.toml")),
        &environment,
        &KNOWN,
    );
    insta::assert_snapshot!(faults.expect_err("a fault"));
}

#[test]
fn bad_settings() {
    insta::assert_snapshot!(
        Desk::new(
            r#"
language = "de"
zone = "Europe/Moskow"
databse = "x.db"
data_dir = ""
http = { host_gap = 2, concurrency = 0, user_agent = "Прилив", limits = { max_body = "10 parsecs", max_redirects = 99 } }

[schedule]
jitter = "7h"
backoff_base = "2h"
backoff_cap = "1h"

[delivery]
attempts = "three"

[retention]
raw_bodies = "1h"

[log]
filter = "tidewatch=loud"
format = "xml"

[shedule]
jitter = "1m"
"#,
        )
        .faults()
    );
}

#[test]
fn bad_sources() {
    insta::assert_snapshot!(
        Desk::new(
            r#"
packs = ["sources.d/mine.toml", "law", "lawe", "law", "gone.toml"]

[[source]]
id = "Bad Id"
url = "ftp://a.example/x"
kind = "fead"
every = "10s"

[[source]]
url = "not a url"
kind = "page"
schedule = "61 * * * *"
zone = "Mars/Olympus"
language = "Russian"
role = "offical"
select = ["div[", "main"]
remove = ":::"
tags = "one"
shedule = "x"
enabled = "yes"
limits = { total_timeout = "2h", max_boddy = 5 }

[[source]]
id = "blank"
url = "https://a.example/?q={topic}"
kind = "feed"
schedule = "@hourly"
every = "1h"

[[source]]
id = "garant"
kind = "feed"
url = "https://a.example/"
headers = "x"
"#,
        )
        .with(
            "sources.d/mine.toml",
            r#"
[defaults]
id = "same"
languge = "en"
every = "soon"

[[source]]
id = "one"
url = "https://one.example"
kind = "feed"

[[source]]
id = "one"
url = "https://two.example"
kind = "feed"

[[digest]]
name = "misplaced"
"#,
        )
        .faults()
    );
}

#[test]
fn bad_channels_and_digests() {
    insta::assert_snapshot!(
        Desk::new(
            r#"
[[channel]]
name = "mail"
kind = "emial"

[[channel]]
name = "post"
kind = "email"
url = "https://mail.example"
to = ["someone"]
tls = "ssl"

[[channel]]
name = "hook"
kind = "webhook"

[[channel]]
name = "hook"
kind = "file"
path = "x"
format = "pdf"
ca_file = "gone.pem"
timeout = "0s"

[[channel]]
kind = "file"
path = "y"

[[digest]]
name = "a b"
schedule = "0 9 * * MOO"
channels = ["hok"]

[[digest]]
name = "daily"
channels = []
tags = []
goal = "fame"
max_cards = 0
language = "fr"

[[digest]]
name = "daily"
every = "1d"
channels = ["hook"]
chanels = ["hook"]
"#,
        )
        .faults()
    );
}

#[test]
fn a_bad_line_of_toml_does_not_hide_the_other_faults() {
    insta::assert_snapshot!(
        Desk::new(
            r#"
packs = ["a.toml", "b.toml"]
zone = Europe/Moscow
languge = "ru"

[[channel]]
kind = "file"
path = x
name = "files"
name = "twice"
"#,
        )
        .with("a.toml", "[[source]\nid = \"a\"\nurll = 5\n")
        .with(
            "b.toml",
            "[[source]]\nid = \"b\"\nurll = 5\ntags = [\"a\",\n"
        )
        .faults()
    );
}

#[test]
fn what_only_looks_wrong_is_a_warning() {
    let config = Desk::new(
        r#"
packs = ["none/*.toml"]
[[source]]
id = "a"
url = "https://a.example"
kind = "feed"
tags = ["rules"]
headers = { Cookie = "session=1", Accept-Language = "ru" }
[[channel]]
name = "files"
kind = "file"
path = "x"
[[digest]]
name = "daily"
every = "1d"
channels = ["files"]
tags = ["ruels", "ads"]
"#,
    )
    .config();
    let warnings: Vec<String> = config
        .warnings
        .iter()
        .map(|warning| warning.message.clone())
        .collect();
    assert_eq!(
        warnings,
        [
            "no file matches `none/*.toml`",
            "header `Cookie` holds a secret in plain sight",
            "no enabled source has the tag `ruels`",
            "no enabled source has the tag `ads`",
        ]
    );
    assert_eq!(config.warnings[2].remedy, "did you mean `rules`?");
}

// --- laws ---

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))] // each case reads all packs

    #[test]
    fn any_text_is_read_or_refused_but_never_panics(text in "\\PC{0,200}|([a-z]{1,8} ?= ?[^\n]{0,10}\n){0,8}") {
        let _ = Desk::new(&text).load();
    }

    /// A shipped file with one character replaced is read, or refused with faults that have a place.
    #[test]
    fn a_slip_of_the_pen_anywhere_gives_faults_with_a_place(at in 0_usize..6000, slip in any::<char>()) {
        let mut text: Vec<char> = SHIPPED[0].1.chars().collect();
        let at = at % text.len();
        text[at] = slip;
        let text: String = text.into_iter().collect();
        if let Err(faults) = Desk::new(&text).load() {
            for fault in &faults.0 {
                let line = text.lines().nth(fault.line - 1).unwrap_or_default();
                prop_assert!(fault.column <= line.chars().count() + 1, "{fault}");
                prop_assert!(!fault.message.is_empty() && !fault.remedy.is_empty());
            }
        }
    }
}

#[test]
fn words_of_ones_own_are_read() {
    let words = "[area.giveaways]\nru = [\"розыгрыш*\"]\n[obligation.ban]\nen = [\"off limits\"]\n";
    let main = "packs = []\n[detection]\nlexicon = [\"my-words.toml\"]\nconfirm_after = \"50m\"\n";
    let config = Desk::new(main).with("my-words.toml", words).config();
    assert_eq!(config.detection.confirm_after, Duration::from_mins(50));
    assert_eq!(
        config.detection.words["area"]["giveaways"]["ru"],
        ["розыгрыш*"]
    );
    assert_eq!(
        config.detection.words["obligation"]["ban"]["en"],
        ["off limits"]
    );
    assert!(config.files.iter().any(|f| f.ends_with("my-words.toml")));
}

#[test]
fn faults_in_words_are_told_with_line_and_remedy() {
    let words = "[obligations.ban]\nen = [\"x\"]\n[obligation.bans]\nen = [\"x\"]\n[area.ads]\nen = \"promo\"\nru = [\"акция\", 7, \"— —\"]\n";
    let main = "packs = []\n[detection]\nlexicon = [\"my-words.toml\", \"missing.toml\"]\n";
    let faults = Desk::new(main).with("my-words.toml", words).faults();
    for wanted in [
        "missing.toml cannot be read",
        "my-words.toml:1:2: there is no group of words `obligations`",
        "did you mean `obligation`",
        "my-words.toml:3:13: there is no `bans` in group `obligation`",
        "my-words.toml:6:6: a list of phrases is wanted here",
        "my-words.toml:7:16: a phrase must be a text",
        "`— —` is no phrase",
    ] {
        assert!(faults.contains(wanted), "{wanted}\n{faults}");
    }
}
