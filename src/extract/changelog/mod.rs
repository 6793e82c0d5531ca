//! Dated entries of a changelog.
//!
//! HTML, Markdown, reStructuredText or flat text becomes items: one for each release or dated change, with
//! title, date, version, body and a link to its place on the page. What an entry looks like is found on the page
//! itself ([`entries`]): headings with versions or dates, nested years and months, rows of a table, lines that
//! lead with a date, `<Update label="…">` blocks.
//!
//! An entry's GUID does not depend on its place, its case or its date's form ([`identity`]), so that a new
//! release is news, an edited one is an edit, and old ones that leave the page are nothing. A heading without
//! date or version begins no entry, and neither does `Unreleased`.
//!
//! A feed of releases, such as GitHub's, is read as the feed that it is, with a version for each item.

mod entries;
mod identity;
mod months;
mod source;
#[cfg(test)]
mod tests;
mod titles;
mod updates;
mod version;
mod when;

use jiff::civil::Date;

use super::{dates, feed, html::FlowBlock};
use crate::model::{Body, PageText, ReadItem, ReadOptions, ReadOutcome, Reading};
use entries::Entry;

/// Bodies are kept up to this many characters.
const BODY: usize = 20_000;

/// Reads a changelog: its text as a page has it, and its entries.
pub fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    if is_feed(body) {
        let reading = read_feed(body, options);
        if !reading.items.is_empty() {
            return reading;
        }
    }
    let source::Source { mut reading, flows } = source::read(body, options);
    if reading.outcome != ReadOutcome::Read {
        return reading;
    }
    // the main content first; a changelog beside it is looked for only when it has none
    let (blocks, found) = flows
        .into_iter()
        .map(|blocks| {
            let found = entries::find(&blocks);
            (blocks, found)
        })
        .reduce(|best, next| {
            if next.1.len() > best.1.len().max(1) {
                next
            } else {
                best
            }
        })
        .unwrap_or_default();
    if found.is_empty() {
        reading
            .notes
            .push("no entry with a date or a version was found; only the text was read".to_owned());
    }
    reading.items = items(&blocks, &found, body, options);
    if reading.text.is_none() {
        reading.text = Some(PageText {
            blocks: blocks.into_iter().map(|block| block.block).collect(),
        });
    }
    reading
}

/// Does it look like a feed? Headings and lists begin neither with a tag nor with a brace.
fn is_feed(body: &Body<'_>) -> bool {
    let head = String::from_utf8_lossy(&body.bytes[..body.bytes.len().min(1_024)]);
    let head = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let lower = head.to_ascii_lowercase();
    let is_xml = ["<?xml", "<rss", "<feed", "<rdf:rdf", "<atom:feed"]
        .iter()
        .any(|root| lower.starts_with(root));
    let is_page = lower.contains("<html") || lower.contains("<!doctype html");
    is_xml && !is_page || head.starts_with("[{") || head.starts_with('{')
}

/// Reads a feed whose items are releases.
fn read_feed(body: &Body<'_>, options: &ReadOptions) -> Reading {
    let mut reading = feed::read(body, options);
    for item in &mut reading.items {
        // GitHub's tag stands in the link, whatever the release is called
        let tag = item
            .link
            .as_deref()
            .and_then(|link| link.split_once("/releases/tag/"));
        item.version = version::find(&item.title, None)
            .or_else(|| version::find(tag.map(|(_, tag)| tag)?, None));
    }
    reading
}

fn items(
    blocks: &[FlowBlock],
    entries: &[Entry],
    body: &Body<'_>,
    options: &ReadOptions,
) -> Vec<ReadItem> {
    let guids = identity::guids(entries);
    entries
        .iter()
        .zip(guids)
        .map(|(entry, guid)| {
            let published = published(entry, options);
            let clamped = published.is_some_and(|at| at > options.now);
            ReadItem {
                guid_is_place: identity::is_place(entry, &guid),
                guid: Some(guid),
                link: Some(link(&blocks[entry.at], &blocks[entry.link_at], body)),
                title: entry.title.clone(),
                published: published.map(|at| at.min(options.now)),
                date_clamped: clamped,
                summary: summary(blocks, entry),
                version: entry.version.clone(),
                language: options.language.clone(),
                ..ReadItem::default()
            }
        })
        .collect()
}

/// Midnight of the entry's day in the source's zone, or the instant that the page gives for that day.
fn published(entry: &Entry, options: &ReadOptions) -> Option<jiff::Timestamp> {
    let exact = entry
        .time
        .as_deref()
        .and_then(|time| dates::parse(time, &options.zone));
    let day = |date: Date| {
        date.to_zoned(options.zone.clone())
            .ok()
            .map(|zoned| zoned.timestamp())
    };
    match (entry.date.and_then(day), exact) {
        (Some(day), Some(exact)) if exact.duration_since(day).as_secs().abs() <= 36 * 3_600 => {
            Some(exact)
        }
        (Some(day), _) => Some(day),
        (None, exact) => exact,
    }
}

/// The entry's own place: its title's link to another page, its anchor, else the page.
fn link(first: &FlowBlock, titled: &FlowBlock, body: &Body<'_>) -> String {
    // numbered anchors move with every new entry
    let lasting = |anchor: &&str| {
        let number = anchor.trim_start_matches("id");
        (number.len() > 3 || number.bytes().any(|b| !b.is_ascii_digit()))
            && !anchor.starts_with("u_0_")
    };
    for block in [titled, first] {
        if let Some(anchor) = block.anchor.as_deref().filter(lasting) {
            let mut url = body.url.clone();
            url.set_fragment(Some(anchor));
            return url.into();
        }
        if let Some(link) = block.block.links.first() {
            return link.href.clone();
        }
    }
    body.url.to_string()
}

fn summary(blocks: &[FlowBlock], entry: &Entry) -> String {
    let from = (entry.at + 1 + entry.said).min(entry.end);
    let body = blocks[from..entry.end]
        .iter()
        .map(|block| block.block.text.as_str());
    let mut out = String::new();
    for text in std::iter::once(entry.more.as_str())
        .chain(body)
        .filter(|text| !text.is_empty())
    {
        if out.len() >= BODY {
            break;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(text);
    }
    out.truncate(out.floor_char_boundary(BODY));
    out
}
