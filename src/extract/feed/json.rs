//! JSON Feed, and what calls itself so.
//!
//! The standard's names come first, then those that home-made feeds use (`link`, `pubDate`,
//! `description`…). Ids may be numbers, authors strings, dates unix times, the list an object. A body
//! that is cut off or broken is read by a forgiving parser ([`loose`]): it gives all that is whole.

use serde_json::Value;
use url::Url;

use super::super::{dates, plain};
use super::{UnreadDates, loose};
use crate::model::{ReadItem, ReadOptions};

const LISTS: [&str; 7] = [
    "items", "entries", "posts", "articles", "results", "item", "entry",
];

/// A JSON feed's parts.
#[derive(Debug, Default)]
pub(super) struct JsonFeed {
    pub(super) title: Option<String>,
    pub(super) items: Vec<ReadItem>,
    pub(super) notes: Vec<String>,
}

/// Where JSON begins in a text, if that is what it is: behind a guard against being run as a script,
/// in a call (JSONP), behind comments.
pub(super) fn begin(text: &str) -> Option<&str> {
    let mut text = text;
    loop {
        text = text.trim_start();
        let comment = if text.starts_with("//") {
            text.find('\n')
        } else if text.starts_with("/*") {
            text.find("*/").map(|end| end + 2)
        } else {
            None
        };
        match comment {
            Some(end) => text = &text[end..],
            None => break,
        }
    }
    for guard in [")]}'", "while(1);", "for(;;);", "while (1);", "for (;;);"] {
        if let Some(rest) = text.strip_prefix(guard) {
            text = rest.trim_start_matches([',', ' ', '\r', '\n']);
        }
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.' | ' ');
    let call = text.find(|c| !is_name(c)).filter(|at| *at > 0);
    if let Some(inside) = call.and_then(|at| text[at..].strip_prefix('(')) {
        text = inside.trim_start();
    }
    text.starts_with(['{', '[']).then_some(text)
}

/// Reads a JSON feed; `None` if there is no list of items in it.
pub(super) fn read(text: &str, base: &Url, options: &ReadOptions) -> Option<JsonFeed> {
    let mut notes = Vec::new();
    let (head, rows) = match serde_json::from_str::<Value>(text) {
        Ok(value) => split(value, 0)?,
        Err(why) => {
            let loose = loose::parse(text);
            let (head, rows) = split(loose.value, 0)?;
            if rows.is_empty() {
                return None;
            }
            notes.push(format!(
                "broken JSON ({why}); {} whole items were salvaged",
                rows.len()
            ));
            if loose.cut > 0 {
                notes.push("the body ends inside an item, which was left out".to_owned());
            }
            (head, rows)
        }
    };
    let home = string(&head, &["home_page_url", "link"]);
    let base = home
        .and_then(|home| base.join(&home).ok())
        .unwrap_or_else(|| base.clone());
    let language = string(&head, &["language"]);
    let mut dates = UnreadDates::default();
    let mut items = Vec::with_capacity(rows.len());
    for row in rows.iter().filter(|row| row.is_object()) {
        let item = entry(row, &base, language.as_deref(), options);
        let says = [&item.title, &item.summary]
            .iter()
            .any(|text| !text.is_empty());
        if !says && item.guid.is_none() && item.link.is_none() {
            continue;
        }
        if item.published.is_none() {
            dates.add(string(row, &PUBLISHED).or_else(|| string(row, &UPDATED)));
        }
        items.push(item);
    }
    if items.len() < rows.len() {
        let count = rows.len() - items.len();
        notes.push(format!("{count} rows that are no items were left out"));
    }
    notes.extend(dates.note());
    Some(JsonFeed {
        title: string(&head, &["title", "name"]).map(|title| plain::text(&title)),
        items,
        notes,
    })
}

/// The head and the list of items, which may stand a level down or two, or be the whole.
fn split(value: Value, depth: usize) -> Option<(Value, Vec<Value>)> {
    match value {
        Value::Array(items) => {
            // several documents one after the other: the feed is the one with a list in it
            let is_feed = |item: &Value| LISTS.iter().any(|list| is_list(item.get(*list)));
            let feed = items.iter().position(is_feed);
            match feed.filter(|_| items.len() < 4 && depth == 0) {
                Some(at) => split(items.into_iter().nth(at)?, depth + 1),
                None => Some((Value::Null, items)),
            }
        }
        Value::Object(mut head) => {
            for list in LISTS {
                if !is_list(head.get(list)) {
                    continue;
                }
                match head.remove(list) {
                    Some(Value::Array(items)) => return Some((Value::Object(head), items)),
                    Some(Value::Object(items)) => {
                        let items = items.into_iter().map(|(_, item)| item).collect();
                        return Some((Value::Object(head), items));
                    }
                    _ => {}
                }
            }
            let inner = ["feed", "data", "channel", "rss"]
                .iter()
                .find_map(|name| head.remove(*name));
            let found = inner.filter(|_| depth < 2).and_then(|inner| {
                // a title may stand beside the level with the list
                let (inner_head, items) = split(inner, depth + 1)?;
                let is_named = string(&inner_head, &["title", "name"]).is_some();
                Some((if is_named { Some(inner_head) } else { None }, items))
            });
            if let Some((inner_head, items)) = found {
                return Some((inner_head.unwrap_or(Value::Object(head)), items));
            }
            let version = head.get("version").and_then(Value::as_str);
            version.filter(|v| v.contains("jsonfeed"))?;
            Some((Value::Object(head), Vec::new()))
        }
        _ => None,
    }
}

/// A list, or an object that has items for its members.
fn is_list(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Array(_)) => true,
        Some(Value::Object(members)) => {
            !members.is_empty() && members.values().all(Value::is_object)
        }
        _ => false,
    }
}

/// Fields that hold the date of publication.
const PUBLISHED: [&str; 8] = [
    "date_published",
    "published",
    "pubDate",
    "published_at",
    "date",
    "created_at",
    "created",
    "timestamp",
];
/// Fields that hold the date of the last change.
const UPDATED: [&str; 4] = ["date_modified", "updated", "updated_at", "modified"];

fn entry(item: &Value, base: &Url, language: Option<&str>, options: &ReadOptions) -> ReadItem {
    let date = |names: &[&str]| string(item, names).and_then(|text| dates::read(&text, options));
    let updated = date(&UPDATED);
    let published = date(&PUBLISHED).or(updated);
    let link = string(
        item,
        &[
            "html_url",
            "url",
            "link",
            "permalink",
            "external_url",
            "href",
        ],
    );
    let body = string(item, &["content_html", "content", "body"])
        .map(|html| plain::text(&html))
        .or_else(|| string(item, &["content_text"]).map(|text| text.trim().to_owned()));
    let brief = string(item, &["summary", "description", "excerpt"]).map(|html| plain::text(&html));
    let author = item.get("author").or_else(|| item.get("authors")?.get(0));
    ReadItem {
        guid: string(item, &["id", "guid", "_id", "uuid"]),
        link: link.map(|link| base.join(&link).map_or(link, String::from)),
        title: string(item, &["title", "name", "headline", "tag_name"])
            .map(|title| plain::text(&title).replace('\n', " "))
            .unwrap_or_default(),
        published: published.map(|at| at.min(options.now)),
        updated: updated.map(|at| at.min(options.now)),
        date_clamped: published.is_some_and(|at| at > options.now),
        summary: body
            .filter(|body| !body.is_empty())
            .or(brief)
            .unwrap_or_default(),
        author: author.and_then(|author| scalar(author).or_else(|| scalar(author.get(0)?))),
        language: string(item, &["language"]).or_else(|| language.map(str::to_owned)),
        tags: tags(item.get("tags").or_else(|| item.get("categories"))),
        ..ReadItem::default()
    }
}

/// Tags as a list of names, of objects with names, or as one text with commas.
fn tags(value: Option<&Value>) -> Vec<String> {
    let names: Vec<String> = match value {
        Some(Value::Array(tags)) => tags.iter().filter_map(scalar).collect(),
        Some(Value::String(tags)) => tags.split(',').map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let names = names.into_iter().map(|name| name.trim().to_owned());
    names.filter(|name| !name.is_empty()).take(64).collect()
}

/// The first of these fields that holds a text or a number.
fn string(value: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| scalar(value.get(*name)?))
}

/// A text or number, also as programs wrap them: WordPress's `{"rendered": "…"}`, what converters from
/// XML write, a list of one.
fn scalar(value: &Value) -> Option<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match value {
        Value::Object(inner) => ["rendered", "$t", "_text", "#text", "_", "name", "value"]
            .iter()
            .find_map(|name| text(inner.get(*name)?)),
        Value::Array(list) => list.first().and_then(text),
        other => text(other),
    }
}
