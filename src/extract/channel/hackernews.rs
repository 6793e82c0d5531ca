//! Hacker News by Algolia's search API: stories and comments with points.

use serde_json::Value;
use url::Url;

use super::super::plain;
use super::answer::{date, items, json, list, malformed, reading, sample, text};
use super::{paging, post};
use crate::model::{Body, ReadItem, ReadOptions, Reading};

/// Reads an answer of `search` or `search_by_date`.
pub(in super::super) fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    let answer = match json(body) {
        Ok(answer) => answer,
        Err(why) => return *why,
    };
    if answer.get("hits").is_none_or(|hits| !hits.is_array()) {
        let message = text(&answer, "message").unwrap_or_else(|| "no `hits`".to_owned());
        return malformed(format!("not an answer of Hacker News search: {message}"));
    }
    let mut reading = reading();
    items(&mut reading, list(&answer, "hits"), |hit| {
        Some(item(hit, options))
    });
    reading.older = older(&answer, body.url);
    reading
}

/// The next page of what is sorted by date.
fn older(answer: &Value, url: &Url) -> Option<Url> {
    let number = |name: &str| answer.get(name).and_then(Value::as_u64);
    let next = number("page")?.checked_add(1)?;
    let is_there = next < number("nbPages")?;
    let by_date = url.path().ends_with("/search_by_date");
    (is_there && by_date).then(|| paging::at(url, "page", &next.to_string(), &[]))?
}

fn item(hit: &Value, options: &ReadOptions) -> ReadItem {
    let id = text(hit, "objectID");
    let home = id
        .as_ref()
        .map(|id| format!("https://news.ycombinator.com/item?id={id}"));
    let url = text(hit, "url");
    let said = text(hit, "story_text").or_else(|| text(hit, "comment_text"));
    let title = text(hit, "title")
        .or_else(|| text(hit, "story_title"))
        .unwrap_or_default();
    let is_comment = hit.get("comment_text").is_some_and(|text| !text.is_null());
    let samples = [("points", "reactions"), ("num_comments", "comments")];
    ReadItem {
        guid: id,
        links: post::unique(url.as_deref().into_iter()),
        link: if is_comment { home } else { url.or(home) },
        title: plain::text(&title),
        published: date(hit, "created_at_i", options).or_else(|| date(hit, "created_at", options)),
        updated: date(hit, "updated_at", options),
        summary: said.map(|html| plain::text(&html)).unwrap_or_default(),
        author: text(hit, "author"),
        tags: list(hit, "_tags")
            .iter()
            .filter_map(Value::as_str)
            .filter(|tag| !tag.starts_with("author_") && !tag.starts_with("story_"))
            .map(str::to_owned)
            .collect(),
        samples: samples
            .iter()
            .filter_map(|(path, metric)| sample(hit, path, metric))
            .collect(),
        format: Some(if is_comment { "comment" } else { "story" }.to_owned()),
        language: Some("en".to_owned()),
        ..ReadItem::default()
    }
}
