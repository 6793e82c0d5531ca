//! Mastodon's public API: an account's statuses, an account, trending tags, statuses and links.

use serde_json::Value;
use url::Url;

use super::super::plain;
use super::answer::{at, date, exact, items, json, list, malformed, reading, sample, text};
use super::{paging, post};
use crate::model::{Body, ReadItem, ReadOptions, ReadOutcome, Reading, Sample};

const NUMBERS: [(&str, &str); 4] = [
    ("favourites_count", "reactions"),
    ("reblogs_count", "shares"),
    ("replies_count", "comments"),
    ("quotes_count", "quotes"),
];

/// Reads any of these answers.
pub(in super::super) fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    let answer = match json(body) {
        Ok(answer) => answer,
        Err(why) => return *why,
    };
    if let Some(error) = text(&answer, "error") {
        return failed(&error);
    }
    let mut reading = reading();
    if answer.get("followers_count").is_some() {
        reading.title = text(&answer, "display_name").or_else(|| text(&answer, "acct"));
        reading.samples = account(&answer);
        return reading;
    }
    let Some(rows) = answer.as_array() else {
        return malformed("neither statuses nor an account of Mastodon");
    };
    let is_trend = body.url.path().contains("/trends/");
    let mut rank = 0.0;
    items(&mut reading, rows, |row| {
        rank += 1.0;
        let mut item = if row.get("account").is_some() {
            status(row, options)
        } else {
            trending(row)?
        };
        if is_trend {
            item.samples.push(exact("rank", rank));
        }
        Some(item)
    });
    if reading.items.is_empty() && !rows.is_empty() {
        return malformed("rows that are neither statuses nor trends of Mastodon");
    }
    // one account's statuses speak for the account; a timeline's do not
    reading.older = older(rows, body.url);
    let own = |row: &&Value| row.get("reblog").is_none_or(Value::is_null);
    let mut accounts = rows.iter().filter(own).filter_map(|row| row.get("account"));
    if let Some(first) = accounts.next()
        && accounts.all(|account| account.get("id") == first.get("id"))
        && !is_trend
    {
        reading.title = text(first, "display_name").or_else(|| text(first, "acct"));
        reading.samples = account(first);
    }
    reading
}

/// The page before this one ends where the smallest id of this one begins.
fn older(rows: &[Value], url: &Url) -> Option<Url> {
    let path = url.path();
    let by_time = path.ends_with("/statuses") || path.contains("/timelines/");
    if !by_time || path.contains("/trends/") || paging::parameter(url, "pinned").is_some() {
        return None;
    }
    let ids = || rows.iter().filter_map(|row| text(row, "id"));
    // numbers of some digits; Pleroma's are texts that sort as they were made
    let smallest = ids().min_by(|one, other| (one.len(), one).cmp(&(other.len(), other)))?;
    paging::at(url, "max_id", &smallest, &["since_id", "min_id", "offset"])
}

fn failed(error: &str) -> Reading {
    let lower = error.to_lowercase();
    if lower.contains("not found") {
        Reading::nothing(ReadOutcome::NotFound, "UTF-8")
    } else if lower.contains("authenticated") || lower.contains("token") {
        Reading::nothing(ReadOutcome::LoginWall, "UTF-8")
    } else {
        malformed(format!("the server says: {error}"))
    }
}

fn account(account: &Value) -> Vec<Sample> {
    [
        ("followers_count", "subscribers"),
        ("following_count", "following"),
        ("statuses_count", "posts"),
    ]
    .iter()
    .filter_map(|(path, metric)| sample(account, path, metric))
    .collect()
}

fn status(row: &Value, options: &ReadOptions) -> ReadItem {
    let boosted = row.get("reblog").filter(|reblog| reblog.is_object());
    let said = boosted.unwrap_or(row);
    let html = text(said, "content").unwrap_or_default();
    let attachment = text(said, "media_attachments.0.type");
    let count = list(said, "media_attachments").len();
    let format = match attachment.as_deref() {
        Some("image") if count > 1 => "album",
        Some("image") => "photo",
        Some("video" | "gifv") => "video",
        Some("audio") => "voice",
        Some(_) => "file",
        None if at(said, "poll").is_some_and(Value::is_object) => "poll",
        None if at(said, "card").is_some_and(Value::is_object) => "link",
        None => "text",
    };
    let options_of_poll = list(said, "poll.options")
        .iter()
        .filter_map(|o| text(o, "title"));
    let mut summary = plain::text(&html);
    for option in options_of_poll {
        summary.push_str("\n- ");
        summary.push_str(&option);
    }
    let tags = list(said, "tags")
        .iter()
        .filter_map(|tag| tag.get("name")?.as_str());
    let card = text(said, "card.url");
    // the numbers of a boosted status are its author's
    let numbers = NUMBERS.iter().filter(|_| boosted.is_none());
    let votes = if boosted.is_none() {
        sample(said, "poll.votes_count", "votes")
    } else {
        None
    };
    ReadItem {
        guid: text(row, "uri").or_else(|| text(row, "id")),
        link: text(said, "url").or_else(|| text(said, "uri")),
        title: text(said, "spoiler_text")
            .map(|text| plain::text(&text))
            .unwrap_or_default(),
        published: date(row, "created_at", options),
        updated: date(said, "edited_at", options),
        summary,
        author: text(said, "account.acct"),
        language: text(said, "language"),
        tags: post::unique(tags),
        forwarded_from: boosted.and_then(|_| text(said, "account.acct")),
        samples: numbers
            .filter_map(|(path, metric)| sample(row, path, metric))
            .chain(votes)
            .collect(),
        format: Some(format.to_owned()),
        links: post::unique(card.as_deref().into_iter()),
        edited: at(said, "edited_at").is_some_and(|at| !at.is_null()),
        ..ReadItem::default()
    }
}

/// A trending tag or link: its numbers are today's.
fn trending(row: &Value) -> Option<ReadItem> {
    let url = text(row, "url")?;
    let name = text(row, "name").map(|name| format!("#{name}"));
    let is_tag = name.is_some();
    let numbers = [
        ("history.0.uses", "uses"),
        ("history.0.accounts", "accounts"),
    ];
    Some(ReadItem {
        guid: Some(url.clone()),
        title: name.or_else(|| text(row, "title"))?,
        summary: text(row, "description")
            .map(|html| plain::text(&html))
            .unwrap_or_default(),
        author: text(row, "author_name").or_else(|| text(row, "provider_name")),
        language: text(row, "language"),
        samples: numbers
            .iter()
            .filter_map(|(path, metric)| sample(row, path, metric))
            .collect(),
        format: Some(if is_tag { "tag" } else { "link" }.to_owned()),
        links: if is_tag {
            Vec::new()
        } else {
            vec![url.clone()]
        },
        link: Some(url),
        ..ReadItem::default()
    })
}
