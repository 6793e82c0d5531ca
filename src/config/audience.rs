//! `[[channel]]` and `[[digest]]`: by which way, and to whom what is told.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::environment::Environment;
use super::report::{Wrong, suggest};
use super::sources::{Surroundings, cadence};
use super::table::{Found, Table};
use super::terms::terms;
use super::{secrets, value};
use crate::model::{Cadence, ChannelSpec, DigestSpec, Dkim, Goal, Language};

const GOALS: [(&str, Goal); 4] = [
    ("awareness", Goal::Awareness),
    ("buzz", Goal::Buzz),
    ("community", Goal::Community),
    ("sales", Goal::Sales),
];
/// The schedule of what is told at once.
const INSTANT: &str = "instant";
/// The kind that speaks SMTP; all others speak HTTP or write files.
const EMAIL: &str = "email";

/// A digest, and the places of what it refers to.
pub(super) struct ReadDigest<'a> {
    pub(super) spec: DigestSpec,
    pub(super) channels: Vec<Found<'a, String>>,
    pub(super) tags: Vec<Found<'a, String>>,
}

/// Reads one channel. The name is given even if the rest is not whole.
pub(super) fn read_channel<'a>(
    table: &Table<'a>,
    around: &Surroundings<'_>,
    data_dir: &Path,
) -> (Option<Found<'a, String>>, Option<ChannelSpec>) {
    let known = around.known.channels;
    let name = table.parse("name", value::name);
    table.need("name", "give it a name by which digests choose it");
    let kind = table.parse("kind", |text| {
        let kinds: Vec<&str> = known.iter().map(|(kind, _)| *kind).collect();
        if kinds.contains(&text) {
            Ok(text.to_owned())
        } else {
            let message = format!("`{text}` is not a kind of channel");
            Err(Wrong::new(message, suggest(text, &kinds)))
        }
    });
    table.need(
        "kind",
        "say which way it goes, for example `kind = \"email\"`",
    );
    let kind = kind.map(|found| found.value);
    let is_email = kind.as_deref() == Some(EMAIL);
    let schemes: &[&str] = if is_email {
        &["smtps", "smtp"]
    } else {
        &["https", "http"]
    };
    let url = table.parse("url", |text| {
        value::url(text, schemes).map(|_| text.to_owned())
    });
    let address = |text: &str| {
        if is_email && !text.contains('@') {
            let message = format!("`{text}` is not a mail address");
            return Err(Wrong::new(message, "write name@example.com"));
        }
        Ok(())
    };
    let mut to = Vec::new();
    for found in table.texts("to").unwrap_or_default() {
        match address(&found.value) {
            Ok(()) => to.push(found.value),
            Err(wrong) => table
                .report()
                .fault(&found.place, wrong.message, wrong.remedy),
        }
    }
    let from = table.parse("from", |text| address(text).map(|()| text.to_owned()));
    let path_in = |key, dir: &Path, environment: &Environment| {
        let found: Option<Found<'_, String>> = table.text(key);
        found.map(|found| secrets::path_from(&found.value, dir, environment))
    };
    let path = path_in("path", data_dir, around.environment);
    let ca_file = super::sections::pem_file(table, around.environment);
    let secret = secrets::read(table, around.environment, true);
    let word = |key, words: &[&'static str]| {
        let among: Vec<(&str, &'static str)> = words.iter().map(|word| (*word, *word)).collect();
        table.choice(key, &among).map(str::to_owned)
    };
    let tls = word("tls", &["none", "starttls", "tls"]);
    let format = word("format", &["html", "text", "markdown", "json"]);
    let timeout = table.duration("timeout", Duration::from_secs(1)..=Duration::from_mins(10));
    let allow_private = table.flag("allow_private").unwrap_or(false);
    let username = table.text("username").map(|found| found.value);
    let dkim = dkim(table, around.environment);
    let unsubscribe = table.parse("unsubscribe", |text| {
        let bare = text.replace("{to}", "to");
        value::url(&bare, &["https", "mailto"]).map(|_| text.to_owned())
    });
    let needed = known
        .iter()
        .find(|(known, _)| kind.as_deref() == Some(known));
    for field in needed.map_or(&[][..], |(_, fields)| fields) {
        need_field(table, field, kind.as_deref().unwrap_or_default());
    }
    table.finish();

    let spec = name.clone().zip(kind).map(|(name, kind)| ChannelSpec {
        name: name.value,
        kind,
        url: url.map(|found| found.value),
        to,
        from: from.map(|found| found.value),
        username,
        secret,
        tls,
        ca_file,
        path,
        format,
        dkim,
        unsubscribe: unsubscribe.map(|found| found.value),
        timeout: timeout.unwrap_or(Duration::from_secs(30)),
        allow_private,
    });
    (name, spec)
}

/// `dkim`: all three of its keys, or none.
fn dkim(table: &Table<'_>, environment: &Environment) -> Option<Dkim> {
    if !table.has("dkim") {
        return None;
    }
    let section = table.section("dkim");
    for (key, remedy) in [
        ("domain", "name the domain that signs: that of `from`"),
        (
            "selector",
            "name the key: it is found at SELECTOR._domainkey.DOMAIN",
        ),
        ("key_file", "name the file of the private key, in PEM"),
    ] {
        section.need(key, remedy);
    }
    let text = |key| {
        section
            .text(key)
            .map(|found: Found<'_, String>| found.value)
    };
    let (domain, selector, key_file) = (text("domain"), text("selector"), text("key_file"));
    section.finish();
    Some(Dkim {
        domain: domain?,
        selector: selector?,
        key_file: secrets::path_from(&key_file?, &section.file().dir, environment),
    })
}

/// Reads one digest. The name is given even if the rest is not whole.
pub(super) fn read_digest<'a>(
    table: &Table<'a>,
    around: &Surroundings<'_>,
) -> (Option<Found<'a, String>>, Option<ReadDigest<'a>>) {
    let name = table.parse("name", value::name);
    table.need("name", "give it a name, such as `daily`");
    let title = table.text("title");
    let mut instant = false;
    let cadence = digest_cadence(table, &mut instant);
    if !table.has("every") {
        let remedy = "say when it is sent: `schedule = \"0 9 * * MON-FRI\"`, `schedule = \"instant\"` or `every = \"1d\"`";
        table.need("schedule", remedy);
    }
    let zone = table.parse("zone", value::zone);
    let language: Option<Language> = table.choice("language", &value::LANGUAGES);
    let goal = table.choice("goal", &GOALS).unwrap_or_default();
    let list = |key: &'static str, remedy: &str| {
        let list = table.texts(key);
        if let (Some([]), Some(place)) = (list.as_deref(), table.place_of(key)) {
            let message = format!("`{key}` is an empty list, which chooses nothing");
            table.report().fault(&place, message, remedy);
        }
        list.unwrap_or_default()
    };
    let channels = list("channels", "name at least one channel");
    table.need(
        "channels",
        "name the channels it goes to: `channels = [\"…\"]`",
    );
    let tags = list(
        "tags",
        "name some tags, or take the line out to take in all sources",
    );
    let max_cards = table.number("max_cards", 1..=200).unwrap_or(10);
    let max_words = table.number("max_words", 50..=20_000).unwrap_or(600);
    let send_when_quiet = table.flag("send_when_quiet").unwrap_or(true);
    let templates = templates(table, around.environment);
    let terms = terms(table, around.environment, &around.calendar, instant);
    table.finish();

    let read = name.clone().zip(cadence).map(|(name, cadence)| ReadDigest {
        spec: DigestSpec {
            title: title.map_or_else(|| name.value.clone(), |found| found.value),
            name: name.value,
            cadence,
            zone: zone.map_or_else(|| around.zone.clone(), |found| found.value),
            language: language.unwrap_or(around.language),
            goal,
            channels: channels.iter().map(|found| found.value.clone()).collect(),
            tags: tags.iter().map(|found| found.value.clone()).collect(),
            max_cards: usize::try_from(max_cards).unwrap_or(usize::MAX),
            max_words: usize::try_from(max_words).unwrap_or(usize::MAX),
            templates,
            send_when_quiet,
            terms,
        },
        channels,
        tags,
    });
    (name, read)
}

/// When a digest is sent: by schedule, by interval, or at once.
fn digest_cadence(table: &Table<'_>, instant: &mut bool) -> Option<Cadence> {
    let is_instant = |text: &str| text.trim() == INSTANT;
    *instant = table.has_own("schedule")
        && !table.has("every")
        && table.peek("schedule").is_some_and(|text| is_instant(&text));
    if *instant {
        return Some(Cadence::Instant);
    }
    cadence(table)
}

/// Reads the files of the user's own templates; what they hold is checked where they are rendered.
fn templates(table: &Table<'_>, environment: &Environment) -> BTreeMap<String, String> {
    let mut templates = BTreeMap::new();
    for (form, key) in [
        ("html", "html_template"),
        ("text", "text_template"),
        ("markdown", "markdown_template"),
    ] {
        let Some(found) = table.text(key) else {
            continue;
        };
        let file = secrets::path_from(&found.value, &table.file().dir, environment);
        match std::fs::read_to_string(&file) {
            Ok(source) => {
                templates.insert(form.to_owned(), source);
            }
            Err(error) => {
                let message = format!("{} cannot be read: {error}", file.display());
                let remedy = "name a template file that exists, or take the line out for ours";
                table.report().fault(&found.place, message, remedy);
            }
        }
    }
    templates
}

/// Faults a field that a channel of this kind cannot do without.
fn need_field(table: &Table<'_>, field: &str, kind: &str) {
    let secrets = ["secret_file", "secret_credential", "secret_env", "secret"];
    if field == "secret" && secrets.into_iter().any(|way| table.has(way)) {
        return;
    }
    let keys = [
        ("url", "say where it goes: `url = \"…\"`"),
        ("to", "name the recipients: `to = [\"…\"]`"),
        ("from", "name the sender: `from = \"…\"`"),
        ("username", "name the account: `username = \"…\"`"),
        ("path", "name the directory: `path = \"…\"`"),
        (
            "secret",
            "name the file that holds it: `secret_file = \"…\"`",
        ),
    ];
    if let Some((key, remedy)) = keys.into_iter().find(|(key, _)| *key == field) {
        table.need(key, &format!("{remedy}; kind `{kind}` needs it"));
    }
}
