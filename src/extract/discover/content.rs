//! Which reader a body is for, by its content; its name and its declared type are hints at most.

use serde_json::Value;

use crate::extract::charset::{self, Markup};
use crate::extract::markup::{Piece, Pieces};
use crate::model::Body;

/// How far a feed's root is looked for.
const ROOT_WITHIN: usize = 64 * 1024;

/// What a body is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// It is for this reader.
    For(&'static str),
    /// An HTML page, which may lead elsewhere.
    Page,
    /// Markdown or plain text.
    Text,
    /// JSON in no known form.
    UnknownJson,
    /// XML that is neither a feed nor a page.
    UnknownXml,
    /// A list of feeds.
    Opml,
    /// Bytes that are no text: why.
    Binary(&'static str),
}

/// Recognises a body.
pub fn recognise(body: &Body<'_>) -> Content {
    if let Some(what) = binary(body.bytes) {
        return Content::Binary(what);
    }
    let decoded = charset::decode(body.bytes, body.content_type, Markup::Xml);
    let text = decoded
        .text
        .trim_start_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}');
    if text.starts_with(['{', '[']) && !text.starts_with("[!") {
        match json(text) {
            Some(content) => return content,
            None if is_json_type(body) => return Content::UnknownJson,
            None => {}
        }
    }
    match root(text) {
        Some(Root::Feed) => return Content::For(feed(text, body)),
        Some(Root::Opml) => return Content::Opml,
        Some(Root::Other) if text.starts_with("<?xml") => return Content::UnknownXml,
        _ => {}
    }
    if text.contains("tgme_channel_info") || text.contains("tgme_widget_message_wrap") {
        Content::For("telegram")
    } else if is_page(text, body) {
        Content::Page
    } else {
        Content::Text
    }
}

fn is_json_type(body: &Body<'_>) -> bool {
    body.content_type
        .is_some_and(|named| named.to_ascii_lowercase().contains("json"))
        || body.url.path().to_ascii_lowercase().ends_with(".json")
}

/// Formats whose first bytes say what they are.
pub(in crate::extract) fn binary(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"%PDF-", "a PDF"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF87a", "a picture"),
        (b"GIF89a", "a picture"),
        (b"PK\x03\x04", "a ZIP archive or office document"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"\xd0\xcf\x11\xe0", "an office document"),
        (b"ID3\x03", "sound"),
        (b"ID3\x04", "sound"),
        (b"OggS", "sound"),
        (b"\x28\xb5\x2f\xfd", "a zstd archive"),
        (b"7z\xbc\xaf", "a 7z archive"),
        (b"\x7fELF", "a program"),
    ];
    if is_noise(bytes) {
        return Some("binary data");
    }
    MAGIC
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, what)| *what)
}

/// Are there control characters such as no text has, in any encoding?
fn is_noise(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(4_096)];
    let is_control = |b: &&u8| matches!(b, 1..=8 | 14..=26 | 28..=31);
    let controls = sample.iter().filter(is_control).count();
    // in UTF-16 and UTF-32 they are halves of letters
    sample.len() >= 512
        && controls * 20 > sample.len()
        && !charset::decode(sample, None, Markup::Xml)
            .encoding
            .starts_with("UTF-")
}

/// What the first telling element says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Root {
    Feed,
    Opml,
    Html,
    Other,
}

/// The root of the markup; what stands before it, such as a warning of PHP, may be markup too.
fn root(text: &str) -> Option<Root> {
    let head = &text[..text.floor_char_boundary(ROOT_WITHIN)];
    let mut first = None;
    let telling = Pieces::new(head).find_map(|piece| {
        let Piece::Start(tag) = piece else {
            return None;
        };
        let local = tag.name.rsplit(':').next().unwrap_or(tag.name);
        let is = |names: &[&str]| names.iter().any(|name| local.eq_ignore_ascii_case(name));
        let is_first = first.is_none();
        first = Some(Root::Other);
        // `channel` without `rss` is a feed when it is the root; in a page it may be anything
        if is(&["rss", "rdf", "feed"]) || is_first && is(&["channel"]) {
            Some(Root::Feed)
        } else if is(&["html", "head", "body", "meta", "title", "script", "svg"]) {
            Some(Root::Html)
        } else if is(&["opml"]) {
            Some(Root::Opml)
        } else {
            None
        }
    });
    telling.or(first)
}

/// Which of the readers of feeds a feed is for.
fn feed(text: &str, body: &Body<'_>) -> &'static str {
    let head = &text[..text.floor_char_boundary(ROOT_WITHIN)];
    let start = &head[..head.floor_char_boundary(4_096)];
    let host = body.url.host_str().unwrap_or_default();
    if start.contains("youtube.com/xml/schemas") {
        "youtube"
    } else if start.contains("trends.google.com/trending") || start.contains("xmlns:ht=") {
        "googletrends"
    } else if host.ends_with("reddit.com") {
        "reddit"
    } else {
        "feed"
    }
}

fn is_page(text: &str, body: &Body<'_>) -> bool {
    let start = text[..text.floor_char_boundary(1_024)].to_ascii_lowercase();
    let path = body.url.path().to_ascii_lowercase();
    let is_text_file = [".md", ".markdown", ".mdx", ".rst", ".txt"]
        .iter()
        .any(|ending| path.ends_with(ending));
    if start.starts_with("<!doctype html")
        || start.starts_with("<html")
        || start.contains("<head")
        || start.contains("<body")
    {
        return true;
    }
    let named = body.content_type.unwrap_or_default().to_ascii_lowercase();
    if is_text_file || named.contains("markdown") || named.starts_with("text/plain") {
        return false;
    }
    named.contains("html")
        || start.starts_with('<')
        || start.contains("<p")
        || start.contains("<div")
}

/// Which reader the JSON is for. `None` if it is no JSON at all.
fn json(text: &str) -> Option<Content> {
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        // a JSON feed that is cut off is still one
        let head = &text[..text.floor_char_boundary(4_096)];
        return head
            .contains("jsonfeed.org/version")
            .then_some(Content::For("feed"));
    };
    let is_array = |name: &str| value.get(name).is_some_and(Value::is_array);
    let first = |name: &str| value.get(name).and_then(|list| list.get(0));
    let has = |value: &Value, name: &str| value.get(name).is_some_and(|found| !found.is_null());
    let says_feed = value
        .get("version")
        .and_then(Value::as_str)
        .is_some_and(|version| version.contains("jsonfeed"));
    let kind = if says_feed {
        "feed"
    } else if is_array("hits") && first("hits").is_none_or(|hit| has(hit, "objectID")) {
        "hackernews"
    } else if is_array("feed") && first("feed").is_none_or(|row| has(row, "post"))
        || is_array("posts") && first("posts").is_some_and(at_uri)
        || has(&value, "did") && has(&value, "handle")
        || is_array("trends") && first("trends").is_some_and(|trend| has(trend, "topic"))
    {
        "bluesky"
    } else if is_array("incidents")
        || is_array("scheduled_maintenances")
        || has(&value, "page") && (has(&value, "status") || is_array("components"))
    {
        "statuspage"
    } else if value
        .get("response")
        .is_some_and(|answer| has(answer, "items"))
        || value
            .get("error")
            .is_some_and(|error| has(error, "error_code"))
    {
        "vk"
    } else if let Some(row) = value.get(0) {
        let has = |name: &str| has(row, name);
        if has("account") && has("uri") || has("history") && has("url") {
            "mastodon"
        } else if row.get("services").is_some_and(Value::is_array)
            || has("begin")
            || has("external_desc")
        {
            "statuspage"
        } else if is_item(row) {
            "feed"
        } else {
            return Some(Content::UnknownJson);
        }
    } else {
        let lists = ["items", "entries", "posts", "articles", "results"];
        let is_list = lists.iter().any(|list| first(list).is_some_and(is_item));
        if !is_list {
            return Some(Content::UnknownJson);
        }
        "feed"
    };
    Some(Content::For(kind))
}

fn at_uri(post: &Value) -> bool {
    post.get("uri")
        .and_then(Value::as_str)
        .is_some_and(|uri| uri.starts_with("at://"))
}

/// Has it what an item of a feed cannot do without?
fn is_item(value: &Value) -> bool {
    let has = |names: &[&str]| {
        names
            .iter()
            .any(|name| value.get(name).is_some_and(|found| !found.is_null()))
    };
    has(&["title", "content_html", "content_text", "headline"])
        && has(&["url", "link", "id", "guid", "permalink", "external_url"])
        && has(&[
            "date_published",
            "published",
            "pubDate",
            "published_at",
            "date",
            "created_at",
            "date_modified",
            "content_html",
            "content_text",
            "summary",
            "description",
        ])
}
