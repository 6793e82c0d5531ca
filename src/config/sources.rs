//! `[[source]]`, over a pack's `[defaults]`.
//!
//! Everything but `id` and `url` may stand in `[defaults]`. What a source sets itself replaces the
//! default, except `tags`, which are added to it; the language is a tag too. A disabled source is checked like any other, but
//! its secrets are not opened and its URL may still hold a `{blank}` to fill in.

use std::time::Duration;

use url::Url;

use super::environment::Environment;
use super::load::Known;
use super::report::{Wrong, suggest};
use super::table::{Found, FreeEntry, Table};
use super::{secrets, value};
use crate::model::{
    Cadence, FetchLimits, Language, Render, Role, Secret, Source, SourceId, SourceKind,
};

const ROLES: [(&str, Role); 6] = [
    ("official", Role::Official),
    ("regulator", Role::Regulator),
    ("media", Role::Media),
    ("competitor", Role::Competitor),
    ("own", Role::Own),
    ("stream", Role::Stream),
];
/// Kinds that read pages made for people, whose robots.txt is obeyed unless the source says otherwise.
const PAGES: [&str; 2] = ["page", "changelog"];
/// The kind whose `select` holds field mappings and not CSS.
const JSON: &str = "json";
/// Headers that fetching itself sets.
const OURS: [&str; 8] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "accept-encoding",
    "if-none-match",
    "if-modified-since",
    "user-agent",
];

/// Headers that carry secrets by their nature.
const CREDENTIALS: [&str; 4] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "x-api-key",
];

/// What sources inherit from the rest of the configuration.
pub(super) struct Surroundings<'a> {
    pub(super) known: &'a Known<'a>,
    pub(super) environment: &'a Environment,
    pub(super) zone: jiff::tz::TimeZone,
    pub(super) language: Language,
    pub(super) limits: FetchLimits,
    /// Days off of digests that set none.
    pub(super) calendar: crate::model::Calendar,
}

/// Reads one source; its id comes with the place where it stands. `None` if it is not whole, which
/// has then been faulted; the id is given even so, for finding duplicates.
pub(super) fn read<'a>(
    table: &Table<'a>,
    around: &Surroundings<'_>,
) -> (Option<Found<'a, SourceId>>, Option<Source>) {
    let id = table.parse("id", |text| {
        text.parse::<SourceId>()
            .map_err(|bad| Wrong::new(bad.to_string(), "write a name such as `tiktok-ads-policy`"))
    });
    table.need("id", "give it a name of its own: `id = \"…\"`");
    let enabled = table.flag("enabled").unwrap_or(true);
    let url = table.parse("url", |text| source_url(text, enabled));
    table.need("url", "say where it is: `url = \"https://…\"`");
    let kind = table.parse("kind", |text| known_kind(text, around.known));
    table.need("kind", "say how it is read, for example `kind = \"feed\"`");
    let cadence = cadence(table);
    let zone = table.parse("zone", value::zone);
    let role = table.choice("role", &ROLES);
    let language = table.parse("language", value::language_tag);
    let platform = text(table, "platform");
    let owner = text(table, "owner");
    let title = text(table, "title");
    let document = text(table, "document");
    let mut tags: Vec<String> = Vec::new();
    for tag in table.texts_joined("tags") {
        if !tags.contains(&tag.value) {
            tags.push(tag.value);
        }
    }
    // a language is worth choosing by, so it need not be written twice
    let tongue = language.as_ref().map(|found| found.value.clone());
    if let Some(tongue) = tongue.filter(|tongue| !tags.contains(tongue)) {
        tags.push(tongue);
    }
    let is_json = kind.as_ref().is_some_and(|kind| kind.value == JSON);
    let select = selectors(table, "select", !is_json);
    if is_json {
        check_mapping(table, around.known, enabled);
    }
    let remove = selectors(table, "remove", true);
    let headers = headers(table, around.environment, enabled);
    let limits = limits(&table.section("limits"), around.limits);
    let allow_private = table.flag("allow_private").unwrap_or(false);
    let obey_robots = table.flag("obey_robots");
    let render = render(table);
    table.finish();

    let whole = id.clone().zip(url).zip(kind);
    let role = role.unwrap_or(Role::Media);
    // who writes about a platform, or on one, does not speak for it
    let speaks_for = platform.clone().filter(|_| role == Role::Official);
    let source = whole.map(|((id, url), kind)| Source {
        title: title.unwrap_or_else(|| id.value.to_string()),
        owner: owner.or(speaks_for).unwrap_or_else(|| id.value.to_string()),
        id: id.value,
        role,
        url: url.value,
        platform,
        language: language.map(|found| found.value),
        tags,
        document,
        cadence: cadence.unwrap_or(Cadence::Every(Duration::from_hours(1))),
        zone: zone.map_or_else(|| around.zone.clone(), |found| found.value),
        select,
        remove,
        headers,
        limits,
        allow_private,
        obey_robots: obey_robots.unwrap_or_else(|| PAGES.contains(&kind.value.as_str())),
        kind: SourceKind(kind.value),
        render,
        enabled,
    });
    (id, source)
}

/// `schedule` or `every`, whichever of the two is set nearer to the source.
pub(super) fn cadence(table: &Table<'_>) -> Option<Cadence> {
    // both are asked for at once, so that the one not used is not called unknown
    let anywhere = (table.has("schedule"), table.has("every"));
    let (schedule, every) = match (table.has_own("schedule"), table.has_own("every")) {
        (true, true) => {
            let place = table.place_of("every").unwrap_or_else(|| table.place());
            let message = "`schedule` and `every` are both set";
            table.report().fault(&place, message, "keep one of them");
            return None;
        }
        (false, false) => anywhere,
        own => own,
    };
    let found = if schedule {
        table.parse("schedule", |text| {
            Cadence::cron(text).map_err(|error| {
                Wrong::new(
                    error.to_string(),
                    "write for example `0 9 * * MON-FRI` (minute hour day month weekday) or `@hourly`",
                )
            })
        })
    } else if every {
        table.parse("every", |text| {
            Cadence::every(text).map_err(|error| {
                Wrong::new(error.to_string(), "write for example `30m`, `6h` or `1d`")
            })
        })
    } else {
        None
    };
    found.map(|found| found.value)
}

/// Bounds of a fetch, over `base`.
pub(super) fn limits(table: &Table<'_>, base: FetchLimits) -> FetchLimits {
    let span = |key| table.duration(key, Duration::from_millis(100)..=Duration::from_mins(30));
    let limits = FetchLimits {
        max_body: table
            .size("max_body", 1_000..=1 << 30)
            .unwrap_or(base.max_body),
        connect_timeout: span("connect_timeout").unwrap_or(base.connect_timeout),
        read_timeout: span("read_timeout").unwrap_or(base.read_timeout),
        total_timeout: span("total_timeout").unwrap_or(base.total_timeout),
        max_redirects: table
            .number("max_redirects", 0..=20)
            .and_then(|n| u8::try_from(n).ok())
            .unwrap_or(base.max_redirects),
    };
    table.finish();
    limits
}

/// `render` and `wait_for`, which means nothing alone.
fn render(table: &Table<'_>) -> Option<Render> {
    let wanted = table.flag("render").unwrap_or(false);
    let wait_for = table.parse("wait_for", value::selector);
    if let (Some(found), false) = (&wait_for, wanted) {
        table.report().fault(
            &found.place,
            "`wait_for` is for pages that are rendered",
            "add `render = true`, or take the line out",
        );
    }
    wanted.then(|| Render {
        wait_for: wait_for.map(|found| found.value),
    })
}

fn text(table: &Table<'_>, key: &'static str) -> Option<String> {
    table.text(key).map(|found| found.value)
}

fn source_url(text: &str, enabled: bool) -> Result<Url, Wrong> {
    if enabled && text.contains(['{', '}']) {
        return Err(Wrong::new(
            "the URL still has a blank to fill in",
            "put your own word in place of `{…}`, or set `enabled = false`",
        ));
    }
    value::url(text, &["https", "http"])
}

fn known_kind(text: &str, known: &Known<'_>) -> Result<String, Wrong> {
    if known.kinds.contains(&text) {
        return Ok(text.to_owned());
    }
    let message = format!("`{text}` is not a kind of source");
    Err(Wrong::new(message, suggest(text, known.kinds)))
}

fn selectors(table: &Table<'_>, key: &'static str, are_css: bool) -> Vec<String> {
    let mut selectors = Vec::new();
    for found in table.texts(key).unwrap_or_default() {
        match value::selector(&found.value) {
            Err(wrong) if are_css => {
                table
                    .report()
                    .fault(&found.place, wrong.message, wrong.remedy);
            }
            _ => selectors.push(found.value),
        }
    }
    selectors
}

/// Faults a mapping of kind `json` at the line that is wrong, or at the whole if something is missing.
fn check_mapping(table: &Table<'_>, known: &Known<'_>, enabled: bool) {
    const REMEDY: &str =
        "write for example `select = [\"items = $.data[*]\", \"id = $.id\", \"title = $.name\"]`";
    let lines = table.texts("select").unwrap_or_default();
    let values: Vec<String> = lines.iter().map(|line| line.value.clone()).collect();
    let Err(why) = (known.mapping)(&values) else {
        return;
    };
    let alone = |line: &str| (known.mapping)(&["items = $".to_owned(), line.to_owned()]);
    let wrong: Vec<_> = lines
        .iter()
        .filter_map(|line| Some((line, alone(&line.value).err()?)))
        .collect();
    for (line, why) in &wrong {
        table.report().fault(&line.place, why.clone(), REMEDY);
    }
    // what is not polled may still be unfinished
    if wrong.is_empty() && (enabled || !values.is_empty()) {
        let place = table.place_of("select").unwrap_or_else(|| table.place());
        table.report().fault(&place, why, REMEDY);
    }
}

fn headers(table: &Table<'_>, environment: &Environment, wanted: bool) -> Vec<(String, Secret)> {
    let mut headers = Vec::new();
    for (name, entry) in table.section("headers").free_entries() {
        let value = match entry {
            FreeEntry::Text(text) => {
                if CREDENTIALS.contains(&name.value.to_ascii_lowercase().as_str()) {
                    table.report().warn(
                        &name.place,
                        format!("header `{}` holds a secret in plain sight", name.value),
                        "move it to a file: `{ secret_file = \"…\" }`",
                    );
                }
                Some(text)
            }
            FreeEntry::Table(secret) => {
                let prefix = secret.text("prefix").map(|found| found.value);
                let value = secrets::read(&secret, environment, wanted);
                secret.finish();
                value.map(|value| prefix.unwrap_or_default() + value.reveal())
            }
        };
        let complain = |message: String, remedy: &str| {
            table.report().fault(&name.place, message, remedy);
        };
        if !is_token(&name.value) {
            complain(
                format!("`{}` is not a header name", name.value),
                "use letters, digits and `-`, such as X-Api-Version",
            );
        } else if OURS.contains(&name.value.to_ascii_lowercase().as_str()) {
            complain(
                format!("header `{}` is set by tidewatch itself", name.value),
                "take it out; the user agent is set in [http]",
            );
        } else if let Some(value) = value {
            if value.chars().any(char::is_control) {
                complain(
                    format!(
                        "the value of header `{}` holds control characters",
                        name.value
                    ),
                    "write it as one line of plain text",
                );
            } else {
                headers.push((name.value, Secret::new(value)));
            }
        }
    }
    headers
}

/// A field name of RFC 9110 §5.6.2.
fn is_token(name: &str) -> bool {
    let is_tchar = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(is_tchar)
}
