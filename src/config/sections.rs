//! The settings of the main file: its top keys and `[http]`, `[schedule]`, `[delivery]`,
//! `[retention]`, `[detection]`, `[assistant]`, `[log]`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use tracing_subscriber::EnvFilter;
use url::{Host, Url};

use super::environment::Environment;
use super::report::{Place, Wrong};
use super::secrets::path_from;
use super::sources::limits;
use super::table::{Found, Table};
use super::{
    AssistantSettings, DeliverySettings, Detection, Http, Log, LogFormat, Retention, Schedule, Web,
    value, words,
};
use crate::model::{BrowserAt, Language};

const FORMATS: [(&str, LogFormat); 4] = [
    ("auto", LogFormat::Auto),
    ("human", LogFormat::Human),
    ("json", LogFormat::Json),
    ("journald", LogFormat::Journald),
];
const DATABASE: &str = "tidewatch.db";
/// Stands for "keep for ever".
const FOREVER: &str = "forever";
const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_hours(24);
const YEAR: Duration = Duration::from_hours(24 * 365);

/// `language`, else that of the locale, else English.
pub(super) fn language(root: &Table<'_>, environment: &Environment) -> Language {
    let locale = || {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let locale = names.into_iter().find_map(|name| environment.get(name))?;
        locale.starts_with("ru").then_some(Language::Ru)
    };
    let set = root.choice("language", &value::LANGUAGES);
    set.or_else(locale).unwrap_or_default()
}

/// `zone`, else that of `TZ`, else the machine's.
pub(super) fn zone(root: &Table<'_>, environment: &Environment) -> TimeZone {
    let set = root.parse("zone", value::zone).map(|found| found.value);
    let named = || TimeZone::get(environment.get("TZ")?.trim_start_matches(':')).ok();
    set.or_else(named).unwrap_or_else(TimeZone::system)
}

/// `data_dir` and `database`. A relative path in the environment starts at the working directory,
/// one in the file at the file's directory (`data_dir`) or in `data_dir` (`database`).
pub(super) fn places(root: &Table<'_>, environment: &Environment) -> (PathBuf, PathBuf) {
    let path = |key, dir: &Path| {
        root.text(key).map(|found| match found.place {
            Place::Environment(_) => PathBuf::from(found.value),
            _ => path_from(&found.value, dir, environment),
        })
    };
    let data_dir = path("data_dir", &root.file().dir).or_else(|| usual_data_dir(environment));
    let data_dir = data_dir.unwrap_or_else(|| {
        root.report().fault(
            &Place::Environment("HOME".to_owned()),
            "is not set, so there is no place to keep data",
            "set it, or TIDEWATCH_DATA_DIR, or `data_dir` in the configuration",
        );
        PathBuf::new()
    });
    let database = path("database", &data_dir).unwrap_or_else(|| data_dir.join(DATABASE));
    (data_dir, database)
}

/// The directory systemd made for us, else the user's (XDG Base Directory 0.8).
fn usual_data_dir(environment: &Environment) -> Option<PathBuf> {
    // systemd gives a list when the unit names several
    let state = environment.get("STATE_DIRECTORY");
    let state = state
        .and_then(|list| list.split(':').next())
        .map(PathBuf::from);
    let xdg = || {
        let dir = PathBuf::from(environment.get("XDG_DATA_HOME")?);
        dir.is_absolute().then(|| dir.join("tidewatch"))
    };
    let home = || Some(Path::new(environment.get("HOME")?).join(".local/share/tidewatch"));
    state.or_else(xdg).or_else(home)
}

/// `[http]`.
pub(super) fn http(root: &Table<'_>, environment: &Environment) -> Http {
    let table = root.section("http");
    let base = Http::default();
    let plain = |text: &str| {
        let is_plain = text.bytes().all(|b| (b' '..=b'~').contains(&b));
        is_plain.then(|| text.to_owned()).ok_or_else(|| {
            Wrong::new(
                "a header can only carry plain ASCII text",
                "use Latin letters only",
            )
        })
    };
    let contact = table.parse("contact", plain).map(|found| found.value);
    let user_agent = table.parse("user_agent", plain).map(|found| found.value);
    let http = Http {
        user_agent: user_agent.unwrap_or_else(|| Http::user_agent_for(contact.as_deref())),
        host_gap: table
            .duration("host_gap", Duration::ZERO..=Duration::from_mins(10))
            .unwrap_or(base.host_gap),
        concurrency: count(&table, "concurrency", 1..=256).unwrap_or(base.concurrency),
        ca_file: pem_file(&table, environment),
        browser: browser(&table, environment),
        limits: limits(&table.section("limits"), base.limits),
    };
    table.finish();
    http
}

/// `ca_file`: a file of certificates, which must be there; relative to the file that names it.
pub(super) fn pem_file(table: &Table<'_>, environment: &Environment) -> Option<PathBuf> {
    let file = path_from(
        &table.text("ca_file")?.value,
        &table.file().dir,
        environment,
    );
    if let (Err(error), Some(place)) = (std::fs::metadata(&file), table.place_of("ca_file")) {
        let message = format!("{} cannot be read: {error}", file.display());
        let remedy = "name a PEM file that exists, or take the line out";
        table.report().fault(&place, message, remedy);
    }
    Some(file)
}

/// `browser`: a program, or the endpoint of a browser that runs already. That must be on this machine:
/// all its connections go through a guard that listens on loopback.
fn browser(table: &Table<'_>, environment: &Environment) -> Option<BrowserAt> {
    let found = table.text("browser")?;
    if !found.value.contains("://") {
        let program = path_from(&found.value, &table.file().dir, environment);
        if let Err(error) = std::fs::metadata(&program) {
            let message = format!("{} cannot be read: {error}", program.display());
            let remedy = "install chromium and name its program, or take the line out";
            table.report().fault(&found.place, message, remedy);
        }
        return Some(BrowserAt::Program(program));
    }
    match value::url(&found.value, &["ws", "http"]) {
        Ok(url) if is_loopback(&url) => Some(BrowserAt::Endpoint(url)),
        Ok(_) => {
            let message = "the browser must run on this machine";
            let remedy = "all it loads goes through a guard on loopback: write for example \"http://127.0.0.1:9222\"";
            table.report().fault(&found.place, message, remedy);
            None
        }
        Err(wrong) => {
            table
                .report()
                .fault(&found.place, wrong.message, wrong.remedy);
            None
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// `[schedule]`.
pub(super) fn schedule(root: &Table<'_>) -> Schedule {
    let table = root.section("schedule");
    let base = Schedule::default();
    let jitter = table.duration("jitter", Duration::ZERO..=Duration::from_hours(6));
    let (backoff_base, backoff_cap) = rising(
        &table,
        ("backoff_base", base.backoff_base),
        ("backoff_cap", base.backoff_cap),
    );
    let pages = |key| {
        table
            .number(key, 0..=200)
            .and_then(|n| u32::try_from(n).ok())
    };
    let (older, first) = (pages("older_pages"), pages("first_pages"));
    table.finish();
    Schedule {
        jitter: jitter.unwrap_or(base.jitter),
        backoff_base,
        backoff_cap,
        older_pages: older.unwrap_or(base.older_pages),
        first_pages: first.unwrap_or(base.first_pages),
    }
}

/// `[delivery]`.
/// Channels that are told of failing ones come with their places, to be checked.
pub(super) fn delivery<'a>(root: &Table<'a>) -> (DeliverySettings, Vec<Found<'a, String>>) {
    let table = root.section("delivery");
    let base = DeliverySettings::default();
    let (retry_base, retry_cap) = rising(
        &table,
        ("retry_base", base.retry_base),
        ("retry_cap", base.retry_cap),
    );
    let attempts = count(&table, "attempts", 1..=1000).unwrap_or(base.attempts);
    let alert_after = table.duration("alert_after", SECOND..=DAY * 7);
    let alert_channels = table.texts("alert_channels").unwrap_or_default();
    table.finish();
    let settings = DeliverySettings {
        retry_base,
        retry_cap,
        attempts,
        alert_after: alert_after.unwrap_or(base.alert_after),
        alert_channels: alert_channels.iter().map(|c| c.value.clone()).collect(),
    };
    (settings, alert_channels)
}

/// `[retention]`.
pub(super) fn retention(root: &Table<'_>) -> Retention {
    let table = root.section("retention");
    let base = Retention::default();
    let span = |key| {
        let found = table.parse(key, |text| match text.trim() {
            FOREVER => Ok(None),
            span => value::duration(span, DAY..=YEAR * 100).map(Some),
        });
        found.map(|found| found.value)
    };
    let retention = Retention {
        raw_bodies: span("raw_bodies").unwrap_or(base.raw_bodies),
        poll_log: span("poll_log").unwrap_or(base.poll_log),
        items: span("items").unwrap_or(base.items),
        deliveries: span("deliveries").unwrap_or(base.deliveries),
    };
    table.finish();
    retention
}

/// `[detection]`, and the files of words that it names.
pub(super) fn detection(root: &Table<'_>, environment: &Environment) -> (Detection, Vec<PathBuf>) {
    let table = root.section("detection");
    let (words, files) = words::read(&table, environment);
    let confirm_after = table.duration("confirm_after", Duration::ZERO..=DAY);
    table.finish();
    let detection = Detection {
        confirm_after: confirm_after.unwrap_or(Detection::default().confirm_after),
        words,
    };
    (detection, files)
}

/// `[assistant]`: there is none unless it says where.
pub(super) fn assistant(root: &Table<'_>, environment: &Environment) -> Option<AssistantSettings> {
    let table = root.section("assistant");
    let url = table.parse("url", |text| value::url(text, &["https", "http"]));
    let model = table.text("model");
    let ways = ["secret_file", "secret_credential", "secret_env", "secret"];
    if url.is_some() || model.is_some() || ways.into_iter().any(|way| table.has(way)) {
        table.need("url", "say where it is: `url = \"https://host/v1\"`");
        table.need("model", "name the model that is asked");
    }
    let secret = super::secrets::read(&table, environment, true);
    let timeout = table.duration(
        "timeout",
        Duration::from_millis(100)..=Duration::from_mins(2),
    );
    let per_day = count(&table, "per_day", 1..=100_000);
    let allow_private = table.flag("allow_private").unwrap_or(false);
    table.finish();
    Some(AssistantSettings {
        url: url?.value,
        model: model?.value,
        secret,
        timeout: timeout.unwrap_or(Duration::from_secs(20)),
        per_day: per_day.unwrap_or(100),
        allow_private,
    })
}

/// `[log]`.
pub(super) fn log(root: &Table<'_>) -> Log {
    let table = root.section("log");
    let filter = table.parse("filter", |text| match EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(Wrong::new(
            format!("`{text}` is not a log filter: {error}"),
            "write a level (error, warn, info, debug, trace) or `warn,tidewatch::fetch=debug`",
        )),
    });
    let base = Log::default();
    let log = Log {
        filter: filter.map_or(base.filter, |found| found.value),
        format: table.choice("format", &FORMATS).unwrap_or(base.format),
    };
    table.finish();
    log
}

/// `[web]`. Its secret is the token; only loopback may do without.
pub(super) fn web(root: &Table<'_>, environment: &Environment) -> Web {
    let table = root.section("web");
    let listen = table.parse("listen", |text| {
        text.parse::<SocketAddr>().map_err(|_| {
            Wrong::new(
                format!("`{text}` is not an address and a port"),
                "write for example 127.0.0.1:8467 or [::1]:8467",
            )
        })
    });
    let public_url = table.parse("public_url", |text| {
        let url = value::url(text, &["https", "http"])?;
        if url.query().is_some() || url.fragment().is_some() {
            let remedy =
                "write only where the web face begins, such as https://tidewatch.example.com";
            return Err(Wrong::new("the address goes on after its path", remedy));
        }
        Ok(url.as_str().trim_end_matches('/').to_owned())
    });
    let token = super::secrets::read(&table, environment, true);
    if let Some(found) = listen
        .as_ref()
        .filter(|found| !found.value.ip().is_loopback())
        && token.is_none()
    {
        let message = format!(
            "{} can be reached from other machines, and there is no token",
            found.value
        );
        let remedy =
            "listen on 127.0.0.1 behind a server that speaks TLS, or set `secret_file` in [web]";
        table.report().fault(&found.place, message, remedy);
    }
    if let (Some(found), None) = (&public_url, &listen) {
        table.report().warn(
            &found.place,
            "digests carry links, and nothing listens for them",
            "set `listen`, unless another tidewatch answers there",
        );
    }
    table.finish();
    Web {
        listen: listen.map(|found| found.value),
        public_url: public_url.map(|found| found.value),
        token,
    }
}

/// A first wait and the longest one, which must not be shorter.
fn rising(
    table: &Table<'_>,
    (first_key, first): (&'static str, Duration),
    (longest_key, longest): (&'static str, Duration),
) -> (Duration, Duration) {
    let first = table.duration(first_key, SECOND..=DAY).unwrap_or(first);
    let longest = table
        .duration(longest_key, SECOND..=DAY * 7)
        .unwrap_or(longest);
    if first > longest {
        let place = table
            .place_of(first_key)
            .or_else(|| table.place_of(longest_key));
        table.report().fault(
            &place.unwrap_or_else(|| table.place()),
            format!("`{first_key}` is longer than `{longest_key}`"),
            format!("raise `{longest_key}` or lower `{first_key}`"),
        );
    }
    (first, longest)
}

fn count<T: TryFrom<u64>>(
    table: &Table<'_>,
    key: &'static str,
    bounds: std::ops::RangeInclusive<u64>,
) -> Option<T> {
    table.number(key, bounds).and_then(|n| T::try_from(n).ok())
}
