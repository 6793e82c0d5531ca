//! Bluesky's public API: an author's feed, found posts, a profile, trends.

use serde_json::Value;

use super::answer::{
    at, date, exact, items, json, last_part, list, malformed, reading, sample, text,
};
use super::{paging, post};
use crate::model::{Body, ReadItem, ReadOptions, ReadOutcome, Reading};

const NUMBERS: [(&str, &str); 5] = [
    ("likeCount", "reactions"),
    ("repostCount", "shares"),
    ("replyCount", "comments"),
    ("quoteCount", "quotes"),
    ("bookmarkCount", "bookmarks"),
];

/// Reads any of these answers.
pub(in super::super) fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    let answer = match json(body) {
        Ok(answer) => answer,
        Err(why) => return *why,
    };
    if let Some(error) = text(&answer, "error") {
        let message = text(&answer, "message").unwrap_or_default();
        return match error.as_str() {
            "AuthMissing" | "AuthenticationRequired" | "InvalidToken" => {
                Reading::nothing(ReadOutcome::LoginWall, "UTF-8")
            }
            "ProfileNotFound" | "NotFound" | "AccountTakedown" | "AccountDeactivated" => {
                Reading::nothing(ReadOutcome::NotFound, "UTF-8")
            }
            _ => malformed(format!("the server says: {error} {message}").trim_end()),
        };
    }
    let mut reading = reading();
    if answer.get("followersCount").is_some() {
        reading.title = text(&answer, "displayName").or_else(|| text(&answer, "handle"));
        reading.samples = [
            ("followersCount", "subscribers"),
            ("followsCount", "following"),
            ("postsCount", "posts"),
        ]
        .iter()
        .filter_map(|(path, metric)| sample(&answer, path, metric))
        .collect();
        return reading;
    }
    let has = |name: &str| answer.get(name).is_some_and(Value::is_array);
    if has("feed") {
        items(&mut reading, list(&answer, "feed"), |row| {
            item(row.get("post")?, Some(row), options)
        });
    } else if has("posts") {
        items(&mut reading, list(&answer, "posts"), |post| {
            item(post, None, options)
        });
    } else if has("trends") || has("topics") {
        let rows = list(&answer, if has("trends") { "trends" } else { "topics" });
        let mut rank = 0;
        items(&mut reading, rows, |row| {
            rank += 1;
            trend(row, rank, options)
        });
    } else {
        return malformed("neither posts, a profile nor trends of Bluesky");
    }
    let ranked = paging::parameter(body.url, "sort").is_some_and(|sort| sort == "top");
    let cursor = text(&answer, "cursor").filter(|_| (has("feed") || has("posts")) && !ranked);
    reading.older = cursor.and_then(|cursor| paging::at(body.url, "cursor", &cursor, &[]));
    reading
}

fn item(post: &Value, row: Option<&Value>, options: &ReadOptions) -> Option<ReadItem> {
    let uri = text(post, "uri")?;
    let handle = text(post, "author.handle");
    let did = text(post, "author.did");
    let reposted = row.is_some_and(|row| at(row, "reason.by").is_some());
    // the reposted post keeps its address; the repost of it is another item
    let guid = match row
        .and_then(|row| text(row, "reason.by.did"))
        .filter(|_| reposted)
    {
        Some(by) => format!("{uri}#{by}"),
        None => uri.clone(),
    };
    let who = handle.as_ref().or(did.as_ref())?;
    let said = text(post, "record.text").unwrap_or_default();
    let mut links: Vec<String> = text(post, "record.embed.external.uri")
        .into_iter()
        .collect();
    for facet in list(post, "record.facets") {
        links.extend(
            list(facet, "features")
                .iter()
                .filter_map(|feature| text(feature, "uri")),
        );
    }
    let mut tags = post::hashtags(&said);
    tags.extend(
        list(post, "record.tags")
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned),
    );
    let kind = text(post, "record.embed.$type").unwrap_or_default();
    let images = list(post, "record.embed.images").len();
    let format = match kind.as_str() {
        "app.bsky.embed.images" if images > 1 => "album",
        "app.bsky.embed.images" => "photo",
        "app.bsky.embed.video" => "video",
        "app.bsky.embed.external" => "link",
        "app.bsky.embed.record" | "app.bsky.embed.recordWithMedia" => "quote",
        _ => "text",
    };
    let created = date(post, "record.createdAt", options);
    let happened = row.and_then(|row| date(row, "reason.indexedAt", options));
    Some(ReadItem {
        guid: Some(guid),
        link: Some(format!(
            "https://bsky.app/profile/{who}/post/{}",
            last_part(&uri)
        )),
        published: happened
            .or(created)
            .or_else(|| date(post, "indexedAt", options)),
        summary: said,
        author: handle.clone(),
        language: text(post, "record.langs.0"),
        tags: post::unique(tags.iter().map(String::as_str)),
        forwarded_from: handle.filter(|_| reposted),
        // the numbers of a reposted post are its author's
        samples: NUMBERS
            .iter()
            .filter(|_| !reposted)
            .filter_map(|(path, metric)| sample(post, path, metric))
            .collect(),
        format: Some(format.to_owned()),
        links: post::unique(links.iter().map(String::as_str)),
        ..ReadItem::default()
    })
}

fn trend(row: &Value, rank: u32, options: &ReadOptions) -> Option<ReadItem> {
    let title = text(row, "displayName").or_else(|| text(row, "topic"))?;
    let link = text(row, "link").map(|link| match link.strip_prefix('/') {
        Some(path) => format!("https://bsky.app/{path}"),
        None => link,
    });
    let started = date(row, "startedAt", options);
    Some(ReadItem {
        guid: text(row, "topic").map(|topic| format!("trend:{topic}")),
        link,
        title,
        published: started,
        summary: text(row, "description").unwrap_or_default(),
        tags: ["category", "status"]
            .iter()
            .filter_map(|name| text(row, name))
            .collect(),
        samples: sample(row, "postCount", "posts")
            .into_iter()
            .chain([exact("rank", rank.into())])
            .collect(),
        format: Some("tag".to_owned()),
        ..ReadItem::default()
    })
}
