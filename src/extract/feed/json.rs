//! JSON Feed, and what calls itself so.
//!
//! The standard's names come first, then those that home-made feeds use (`link`, `pubDate`,
//! `description`…). Ids may be numbers, authors strings, dates unix times. A body that is cut off
//! or broken inside one item still gives the items that are whole.

use serde_json::{Deserializer, Value};
use url::Url;

use super::super::{dates, plain};
use crate::model::{ReadItem, ReadOptions};

const LISTS: [&str; 5] = ["items", "entries", "posts", "articles", "results"];

/// A JSON feed's parts.
#[derive(Debug, Default)]
pub(super) struct JsonFeed {
    pub(super) title: Option<String>,
    pub(super) items: Vec<ReadItem>,
    pub(super) notes: Vec<String>,
}

/// Reads a JSON feed; `None` if there is no list of items in it.
pub(super) fn read(text: &str, base: &Url, options: &ReadOptions) -> Option<JsonFeed> {
    let mut notes = Vec::new();
    let (head, items) = match serde_json::from_str::<Value>(text) {
        Ok(value) => {
            let (head, items) = split(value)?;
            (head, items)
        }
        Err(why) => {
            let items = salvage(text)?;
            notes.push(format!(
                "broken JSON ({why}); {} whole items were salvaged",
                items.len()
            ));
            (Value::Null, items)
        }
    };
    let home = string(&head, &["home_page_url", "link"]);
    let base = home
        .and_then(|home| base.join(&home).ok())
        .unwrap_or_else(|| base.clone());
    let language = string(&head, &["language"]);
    let items = items
        .iter()
        .filter(|item| item.is_object())
        .map(|item| entry(item, &base, language.as_deref(), options))
        .collect();
    Some(JsonFeed {
        title: string(&head, &["title", "name"]).map(|title| plain::text(&title)),
        items,
        notes,
    })
}

/// The head and the list of items, which may stand one level down or be the whole.
fn split(value: Value) -> Option<(Value, Vec<Value>)> {
    match value {
        Value::Array(items) => Some((Value::Null, items)),
        Value::Object(mut head) => {
            for list in LISTS {
                if let Some(Value::Array(items)) = head.remove(list) {
                    return Some((Value::Object(head), items));
                }
            }
            let inner = ["feed", "data", "channel", "rss"]
                .iter()
                .find_map(|name| head.remove(*name))?;
            // one level, not any depth
            let is_list = inner.is_array() || LISTS.iter().any(|list| inner.get(list).is_some());
            if is_list {
                split(inner)
            } else {
                let version = head.get("version").and_then(Value::as_str);
                version.filter(|v| v.contains("jsonfeed"))?;
                Some((Value::Object(head), Vec::new()))
            }
        }
        _ => None,
    }
}

/// The whole items of a list in broken JSON. A broken item is skipped up to the next `{` after a `}`.
fn salvage(text: &str) -> Option<Vec<Value>> {
    let list = LISTS
        .iter()
        .find_map(|list| text.find(&format!("\"{list}\"")));
    let start = list.unwrap_or(0);
    let mut rest = &text[start + text[start..].find('[')? + 1..];
    let mut items = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if !rest.starts_with('{') {
            break;
        }
        let mut stream = Deserializer::from_str(rest).into_iter::<Value>();
        if let Some(Ok(item)) = stream.next() {
            items.push(item);
            rest = &rest[stream.byte_offset()..];
            continue;
        }
        let Some(next) = next_item(&rest[1..]) else {
            break;
        };
        rest = &rest[1 + next..];
    }
    (!items.is_empty()).then_some(items)
}

/// Where `}`, a comma and `{` follow each other, the place of the `{`.
fn next_item(text: &str) -> Option<usize> {
    text.match_indices('}').find_map(|(at, _)| {
        let after = text[at + 1..].trim_start();
        let after = after.strip_prefix(',')?.trim_start();
        after.starts_with('{').then(|| text.len() - after.len())
    })
}

fn entry(item: &Value, base: &Url, language: Option<&str>, options: &ReadOptions) -> ReadItem {
    let date = |names: &[&str]| string(item, names).and_then(|text| dates::read(&text, options));
    let updated = date(&["date_modified", "updated", "updated_at", "modified"]);
    let published = date(&[
        "date_published",
        "published",
        "pubDate",
        "published_at",
        "date",
        "created_at",
        "created",
    ])
    .or(updated);
    let link = string(item, &["url", "link", "permalink", "external_url", "href"]);
    let body = string(item, &["content_html", "content", "body"])
        .map(|html| plain::text(&html))
        .or_else(|| string(item, &["content_text"]).map(|text| text.trim().to_owned()));
    let brief = string(item, &["summary", "description", "excerpt"]).map(|html| plain::text(&html));
    let author = item.get("author").or_else(|| item.get("authors")?.get(0));
    ReadItem {
        guid: string(item, &["id", "guid", "_id", "uuid"]),
        link: link.map(|link| base.join(&link).map_or(link, String::from)),
        title: string(item, &["title", "name", "headline"])
            .map(|title| plain::text(&title).replace('\n', " "))
            .unwrap_or_default(),
        published: published.map(|at| at.min(options.now)),
        updated: updated.map(|at| at.min(options.now)),
        date_clamped: published.is_some_and(|at| at > options.now),
        summary: body
            .filter(|body| !body.is_empty())
            .or(brief)
            .unwrap_or_default(),
        author: author.and_then(|author| match author {
            Value::String(name) => Some(name.clone()),
            other => string(other, &["name"]),
        }),
        language: string(item, &["language"]).or_else(|| language.map(str::to_owned)),
        tags: item
            .get("tags")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|tag| tag.as_str().map(str::to_owned))
            .collect(),
        ..ReadItem::default()
    }
}

/// The first of these fields that holds a text or a number.
fn string(value: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match value.get(*name)? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        // WordPress: {"rendered": "…"}
        Value::Object(inner) => inner.get("rendered")?.as_str().map(str::to_owned),
        _ => None,
    })
}
