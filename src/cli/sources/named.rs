//! What a found source is called, whose it is, how often it is polled, and whether it is there already.

use serde_json::json;
use url::Url;

use super::add::Args;
use crate::cli::context::Misuse;
use crate::config::{Addition, Config};
use crate::daemon::pipeline::Found;
use crate::extract::discover::{Need, name};
use crate::model::{Cadence, Reading, Role, Source, SourceId};

pub(super) fn addition(args: &Args, found: &Found, config: &Config) -> Addition {
    let candidate = &found.candidate;
    let reading = found.reading.as_ref();
    let own_title = reading.and_then(|reading| reading.title.clone());
    // these name themselves by their search
    let titles = match candidate.kind.as_str() {
        "hackernews" | "googletrends" | "reddit" => [candidate.title.clone(), own_title],
        _ => [own_title, candidate.title.clone()],
    };
    let found_title = titles
        .into_iter()
        .flatten()
        .find(|title| !title.trim().is_empty());
    let title = args.title.clone().or(found_title);
    let by_title = title
        .as_deref()
        .map(name::slug)
        .filter(|slug| !slug.is_empty());
    let stem = candidate.stem.clone().or_else(|| {
        let by_title = by_title.clone().filter(|_| candidate.kind == "youtube");
        by_title.map(|slug| format!("yt-{slug}"))
    });
    let stem = stem.unwrap_or_else(|| name::stem_of(&candidate.url));
    let id = args.id.clone().unwrap_or_else(|| free_id(&stem, config));
    let owner = args
        .owner
        .clone()
        .or_else(|| candidate.owner.clone())
        .or_else(|| match candidate.kind.as_str() {
            "youtube" => by_title,
            _ => Some(name::owner_of(&candidate.url)),
        });
    let is_vk = candidate.needs == Some(Need::VkServiceKey);
    let is_page = matches!(candidate.kind.as_str(), "page" | "changelog");
    Addition {
        title: title.map(|title| title.chars().take(120).collect()),
        owner: owner.filter(|owner| !owner.is_empty()),
        role: args.role.as_deref().and_then(role),
        platform: args.platform.clone(),
        // a template's word for it is believed last
        language: args
            .language
            .clone()
            .or_else(|| reading.and_then(language))
            .or_else(|| two_letters(candidate.language.as_deref()?)),
        tags: args
            .tags
            .iter()
            .map(|tag| tag.trim().to_owned())
            .filter(|tag| !tag.is_empty())
            .collect(),
        every: match (&args.every, &args.schedule) {
            (None, None) => Some(default_every(&candidate.kind).to_owned()),
            (every, _) => every.clone(),
        },
        schedule: args.schedule.clone(),
        zone: args.zone.clone(),
        document: args.document.clone(),
        select: args.select.clone(),
        remove: args.remove.clone(),
        allow_private: args.allow_private,
        render: is_page && args.render,
        wait_for: args.wait_for.clone().filter(|_| is_page),
        enabled: !is_vk,
        more: if is_vk {
            vec![
                "# the service key of an app of your own (https://dev.vk.com) in this file, then enable it".to_owned(),
                "headers = { Authorization = { secret_file = \"secrets/vk-service-key\", prefix = \"Bearer \" } }".to_owned(),
            ]
        } else {
            Vec::new()
        },
        ..Addition::new(id, candidate.kind.clone(), candidate.url.clone())
    }
}

/// What a person should know before the source is written.
pub(super) fn advice(found: &Found, addition: &Addition, config: &Config) -> Vec<String> {
    let mut advice = Vec::new();
    if found.candidate.needs == Some(Need::VkServiceKey) {
        advice.push(
            "VK shows its walls to nobody without a key: get the service key of an app of your own at \
             https://dev.vk.com, put it into the file named below, and take `enabled = false` out"
                .to_owned(),
        );
    }
    let chosen = |tags: &[String]| {
        tags.is_empty()
            || tags
                .iter()
                .any(|tag| addition.tags.contains(tag) || addition.language.as_ref() == Some(tag))
    };
    if !config.digests.is_empty() && !config.digests.iter().any(|digest| chosen(&digest.tags)) {
        advice.push("no digest chooses it by its tags; give it some with `--tags`".to_owned());
    }
    advice
}

/// How often a kind is worth polling, as the shipped packs do.
fn default_every(kind: &str) -> &'static str {
    match kind {
        "page" => "12h",
        "changelog" => "6h",
        "reddit" => "4h",
        "statuspage" => "10m",
        _ => "1h",
    }
}

pub(super) fn default_cadence(kind: &str) -> Cadence {
    Cadence::every(default_every(kind))
        .unwrap_or(Cadence::Every(std::time::Duration::from_hours(1)))
}

fn role(name: &str) -> Option<Role> {
    serde_json::from_value(json!(name)).ok()
}

/// `en-US` as `en`.
fn two_letters(tag: &str) -> Option<String> {
    let code = tag.split(['-', '_']).next()?.to_ascii_lowercase();
    (code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic())).then_some(code)
}

/// The language that a reading says or is surely in.
fn language(reading: &Reading) -> Option<String> {
    let said = reading
        .items
        .iter()
        .find_map(|item| item.language.as_deref());
    if let Some(said) = said.and_then(two_letters) {
        return Some(said);
    }
    let mut text = String::new();
    for item in reading.items.iter().take(20) {
        text.push_str(&item.title);
        text.push(' ');
        text.extend(item.summary.chars().take(300));
        text.push('\n');
    }
    if let Some(page) = &reading.text {
        text.extend(page.plain().chars().take(4_000));
    }
    name::language_of(&text).map(str::to_owned)
}

/// An id that no configured source has.
fn free_id(stem: &str, config: &Config) -> SourceId {
    let is_free = |id: &SourceId| config.sources.iter().all(|source| source.id != *id);
    let stem = if stem.is_empty() { "source" } else { stem };
    let numbered = (2..).map(|n| format!("{stem}-{n}"));
    std::iter::once(stem.to_owned())
        .chain(numbered)
        .filter_map(|text| text.parse().ok())
        .find(is_free)
        .unwrap_or_else(|| unreachable!("numbers do not run out"))
}

/// Refuses an address that is watched already.
pub(super) fn refuse_known(config: &Config, url: &Url) -> anyhow::Result<()> {
    match known(config, url) {
        None => Ok(()),
        Some(source) => {
            let off = if source.enabled {
                ""
            } else {
                ", though switched off"
            };
            Err(Misuse(format!(
                "{url} is configured already as `{}`{off} ({}); nothing was written",
                source.id, source.url
            ))
            .into())
        }
    }
}

/// The configured source with the same address.
fn known<'a>(config: &'a Config, url: &Url) -> Option<&'a Source> {
    let same = sameness(url);
    let mut sources = config.sources.iter().map(AsRef::as_ref);
    sources.find(|source: &&Source| sameness(&source.url) == same)
}

/// An address without what does not make it another one.
pub(super) fn sameness(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let mut path = url.path().trim_end_matches('/').to_owned();
    if host == "t.me" {
        path = path.to_ascii_lowercase();
    }
    let port = url
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    format!("{host}{port}{path}?{}", url.query().unwrap_or_default())
}
