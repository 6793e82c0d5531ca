//! VK's API: `wall.get` and `groups.getById` with a service key.
//!
//! The key stands in a header or in the address and is never seen here.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;
use url::Url;

use super::answer::{at, date, items, json, list, malformed, reading, sample, text};
use super::{paging, post};
use crate::model::{Body, ReadItem, ReadOptions, ReadOutcome, Reading};

/// `[club1|Name]`, `[id1|Name]`, `[https://vk.com/x|Name]`.
static MENTION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\[[^\[\]|\n]{1,300}\|([^\[\]\n]{1,300})\]").ok());

/// Reads either answer.
pub(in super::super) fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    let answer = match json(body) {
        Ok(answer) => answer,
        Err(why) => return *why,
    };
    if let Some(error) = answer.get("error") {
        return failed(error);
    }
    let Some(response) = answer.get("response") else {
        return malformed("not an answer of VK's API");
    };
    let mut reading = reading();
    let posts = list(response, "items");
    let groups = if response.is_array() {
        list(&answer, "response")
    } else {
        list(response, "groups")
    };
    if response.get("items").is_none() && groups.is_empty() {
        return malformed("an answer of VK's API without posts or groups");
    }
    let names = Names(groups, list(response, "profiles"));
    // a group's id is the wall's, without the minus
    let wall = posts
        .first()
        .and_then(|post| at(post, "owner_id")?.as_i64());
    let own = groups.iter().find(|group| {
        let id = group.get("id").and_then(Value::as_i64);
        wall.is_none_or(|wall| id == Some(-wall))
    });
    if let Some(group) = own {
        reading.title = text(group, "name");
        reading
            .samples
            .extend(sample(group, "members_count", "subscribers"));
    }
    if response.get("items").is_some() {
        reading.samples.extend(sample(response, "count", "posts"));
    }
    items(&mut reading, posts, |post| {
        Some(item(post, &names, options))
    });
    reading.older = older(response, posts.len(), body.url);
    reading
}

/// The posts after so many, if the wall has more.
fn older(response: &Value, shown: usize, url: &Url) -> Option<Url> {
    let count = at(response, "count").and_then(Value::as_u64)?;
    let present = paging::parameter(url, "offset").and_then(|offset| offset.parse::<u64>().ok());
    let next = present.unwrap_or(0).checked_add(shown as u64)?;
    (shown > 0 && next < count).then(|| paging::at(url, "offset", &next.to_string(), &[]))?
}

fn failed(error: &Value) -> Reading {
    let code = at(error, "error_code")
        .and_then(Value::as_i64)
        .unwrap_or_default();
    let message = text(error, "error_msg").unwrap_or_default();
    let outcome = match code {
        5 | 27 | 28 | 1116 => ReadOutcome::LoginWall,
        14 => ReadOutcome::Captcha,
        18 | 100 | 113 | 125 => ReadOutcome::NotFound,
        6 | 9 | 29 => ReadOutcome::Malformed(format!("VK's limit is used up ({code}): {message}")),
        15 | 30 | 203 => ReadOutcome::Malformed(format!("VK shows this to members only ({code})")),
        _ => ReadOutcome::Malformed(format!("VK says ({code}): {message}")),
    };
    let mut reading = Reading::nothing(outcome, "UTF-8");
    reading.notes.push(format!("VK error {code}: {message}"));
    reading
}

/// Names of groups and people that come with the posts.
struct Names<'v>(&'v [Value], &'v [Value]);

impl Names<'_> {
    fn of(&self, id: i64) -> Option<String> {
        let (rows, id) = if id < 0 { (self.0, -id) } else { (self.1, id) };
        let row = rows
            .iter()
            .find(|row| row.get("id").and_then(Value::as_i64) == Some(id))?;
        text(row, "name").or_else(|| {
            let last = text(row, "last_name").unwrap_or_default();
            Some(
                format!("{} {last}", text(row, "first_name")?)
                    .trim_end()
                    .to_owned(),
            )
        })
    }
}

fn item(row: &Value, names: &Names<'_>, options: &ReadOptions) -> ReadItem {
    let number = |path: &str| at(row, path).and_then(Value::as_i64);
    let owner = number("owner_id").or_else(|| number("to_id"));
    let address = owner
        .zip(number("id"))
        .map(|(owner, id)| format!("wall{owner}_{id}"));
    let origin = at(row, "copy_history.0");
    let mut said = text(row, "text").unwrap_or_default();
    if let Some(copied) = origin.and_then(|origin| text(origin, "text")) {
        if !said.is_empty() {
            said.push('\n');
        }
        said.push_str(&copied);
    }
    let summary = MENTION.as_ref().map_or(said.clone(), |mention| {
        mention.replace_all(&said, "$1").into_owned()
    });
    let copied_from = origin.and_then(|origin| {
        let from = at(origin, "owner_id").and_then(Value::as_i64)?;
        let fallback = if from < 0 {
            format!("club{}", -from)
        } else {
            format!("id{from}")
        };
        Some(names.of(from).unwrap_or(fallback))
    });
    let attachments = list(origin.unwrap_or(row), "attachments");
    let mut links: Vec<String> = attachments
        .iter()
        .filter_map(|attachment| text(attachment, "link.url"))
        .collect();
    links.extend(post::addresses(&summary));
    let mut tags = post::hashtags(&summary);
    let is_marked = |name: &str| at(row, name).and_then(Value::as_i64) == Some(1);
    for (flag, tag) in [("marked_as_ads", "ad"), ("is_pinned", "pinned")] {
        tags.extend(is_marked(flag).then(|| tag.to_owned()));
    }
    let numbers = [
        ("views.count", "views"),
        ("likes.count", "reactions"),
        ("comments.count", "comments"),
        ("reposts.count", "shares"),
    ];
    ReadItem {
        guid: address.clone(),
        link: address.map(|address| format!("https://vk.com/{address}")),
        published: date(row, "date", options),
        updated: date(row, "edited", options),
        summary,
        author: number("signer_id")
            .or_else(|| number("from_id"))
            .and_then(|id| names.of(id)),
        tags,
        forwarded_from: copied_from,
        samples: numbers
            .iter()
            .filter_map(|(path, metric)| sample(row, path, metric))
            .collect(),
        format: Some(form(attachments).to_owned()),
        links: post::unique(links.iter().map(String::as_str)),
        edited: number("edited").is_some(),
        ..ReadItem::default()
    }
}

fn form(attachments: &[Value]) -> &'static str {
    let kinds: Vec<&str> = attachments
        .iter()
        .filter_map(|attachment| attachment.get("type")?.as_str())
        .collect();
    let has = |kind: &str| kinds.contains(&kind);
    if has("clip")
        || attachments
            .iter()
            .any(|a| text(a, "video.type").as_deref() == Some("short_video"))
    {
        "short"
    } else if has("video") {
        "video"
    } else if has("poll") {
        "poll"
    } else if kinds.iter().filter(|kind| **kind == "photo").count() > 1 || has("album") {
        "album"
    } else if has("photo") {
        "photo"
    } else if has("audio") || has("podcast") {
        "voice"
    } else if has("doc") {
        "file"
    } else if has("link") {
        "link"
    } else {
        "text"
    }
}
