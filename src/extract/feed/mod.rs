//! RSS, Atom, RDF, CDF and JSON Feed as they really are.
//!
//! The reader is our own, built on tolerance from the bottom: bytes to text (`charset`), text to
//! pieces (`markup`), pieces to elements item by item ([`scan`]), elements to items ([`entry`]).
//! None of these stages can fail, so a feed is read as far as it came and one bad item costs only
//! itself. feed-rs is asked as a second reader, guarded and with a fresh parser, whenever ours
//! finds no item ([`second`]).
//!
//! An item is never lost silently: what was cut off, never closed or stood before the root is said
//! in the notes.

pub(crate) mod entry;
mod head;
mod json;
pub(crate) mod names;
pub(crate) mod scan;
mod second;
pub(crate) mod value;

use super::charset::{self, Markup};
use crate::model::{Body, ReadItem, ReadOptions, ReadOutcome, Reading};

pub(crate) use entry::Entry;

/// What a kind of channel reads from an item besides what every feed has.
pub(crate) type Extend = fn(&Entry<'_, '_>, &mut ReadItem);

/// Reads a feed.
pub fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    read_with(body, options, |_, _| {})
}

/// Reads a feed; `extend` adds to each item what only this kind of feed has.
pub(crate) fn read_with(body: &Body<'_>, options: &ReadOptions, extend: Extend) -> Reading {
    let decoded = charset::decode(body.bytes, body.content_type, Markup::Xml);
    let text = decoded
        .text
        .trim_start_matches(|c: char| c.is_whitespace() || c == '\0');
    let mut reading = if text.is_empty() {
        Reading::nothing(ReadOutcome::Empty, decoded.encoding)
    } else if text.starts_with(['{', '[']) {
        read_json(text, body, options)
    } else {
        read_markup(text, body, options, extend)
    };
    decoded.encoding.clone_into(&mut reading.encoding);
    reading.notes.splice(0..0, decoded.notes);
    reading
}

fn read_json(text: &str, body: &Body<'_>, options: &ReadOptions) -> Reading {
    let Some(feed) = json::read(text, body.url, options) else {
        let why = "JSON without a list of items".to_owned();
        return Reading::nothing(ReadOutcome::Malformed(why), "");
    };
    Reading {
        title: feed.title,
        items: feed.items,
        notes: feed.notes,
        ..Reading::nothing(ReadOutcome::Read, "")
    }
}

fn read_markup(text: &str, body: &Body<'_>, options: &ReadOptions, extend: Extend) -> Reading {
    let mut items: Vec<ReadItem> = Vec::new();
    let mut shared: Option<entry::Feed<'_>> = None;
    let mut dropped = false;
    let scan = scan::scan(text, &mut |scan, item| {
        let feed = shared.get_or_insert_with(|| {
            let is_atom = scan.root.is_some_and(|root| {
                let local = root.rsplit(':').next().unwrap_or(root);
                local.eq_ignore_ascii_case("feed")
            });
            entry::Feed {
                base: head::base(scan, body.url, is_atom),
                is_atom,
                language: head::language(scan),
                options,
            }
        });
        let entry = Entry::new(item, scan, feed);
        let mut read = entry.read();
        extend(&entry, &mut read);
        // half an item without an identity would come again as another one
        if item.cut && (read.title.is_empty() || read.guid.is_none() && read.link.is_none()) {
            dropped = true;
        } else {
            items.push(read);
        }
    });
    let mut reading = Reading::nothing(ReadOutcome::Read, "");
    reading.title = head::title(&scan);
    reading.hints = head::hints(&scan);
    reading.notes = notes(&scan, dropped);
    reading.items = items;
    if reading.items.is_empty() {
        second::read(text, body.url, options, &mut reading);
    }
    if scan.root.is_none() && reading.items.is_empty() {
        let first = scan.first.unwrap_or("no markup");
        let why = format!("not a feed: it begins with `{first}`");
        reading.outcome = ReadOutcome::Malformed(why);
    }
    reading
}

fn notes(scan: &scan::Scan<'_>, dropped: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if scan.junk > 0 {
        notes.push(format!("{} bytes before the feed were skipped", scan.junk));
    }
    if scan.cut {
        let what = if dropped {
            "the last item came without a title or address and was left out"
        } else {
            "every item that came was kept"
        };
        notes.push(format!("the body ends before the feed does; {what}"));
    }
    let unclosed = scan.unclosed - usize::from(scan.cut && scan.unclosed > 0);
    if unclosed > 0 {
        notes.push(format!("{unclosed} items had no end tag"));
    }
    notes
}

#[cfg(test)]
mod tests;
