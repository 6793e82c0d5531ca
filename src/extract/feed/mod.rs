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
mod loose;
mod mended;
pub(crate) mod names;
pub(crate) mod scan;
mod second;
pub(crate) mod value;

use super::charset::{self, Markup};
use super::plain;
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
        .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\0' | '\u{feff}'));
    let mut reading = if text.is_empty() {
        Reading::nothing(ReadOutcome::Empty, decoded.encoding)
    } else if let Some(json) = json::begin(text) {
        read_json(json, body, options)
    } else {
        let mut reading = read_markup(text, body, options, extend);
        reading.notes.extend(mended::notes(text));
        reading
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
    let (scan, mut reading) = read_scanned(text, body, options, extend);
    if reading.items.is_empty() {
        second::read(text, body.url, options, &mut reading);
    }
    if reading.items.is_empty() && scan.root.is_none() {
        // shown as text in a page, as browsers and some mirrors do
        if text.contains("&lt;item") || text.contains("&lt;entry") {
            let shown = plain::unescape(text);
            let (_, shown) = read_scanned(&shown, body, options, extend);
            if !shown.items.is_empty() {
                reading = shown;
                let note = "the feed stood escaped in a page, as text".to_owned();
                reading.notes.insert(0, note);
                return reading;
            }
        }
        let first = scan.first.unwrap_or("no markup");
        let why = format!("not a feed: it begins with `{first}`");
        reading.outcome = ReadOutcome::Malformed(why);
    }
    reading
}

/// Our own reader: the items that a scan finds.
fn read_scanned<'t>(
    text: &'t str,
    body: &Body<'_>,
    options: &ReadOptions,
    extend: Extend,
) -> (scan::Scan<'t>, Reading) {
    let mut items: Vec<ReadItem> = Vec::new();
    let mut shared: Option<entry::Feed<'_>> = None;
    let mut left_out = LeftOut::default();
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
        if entry.is_blank() && !item.cut {
            left_out.blank += 1;
            return;
        }
        let mut read = entry.read();
        extend(&entry, &mut read);
        // half an item without an identity would come again as another one
        if item.cut && (read.title.is_empty() || read.guid.is_none() && read.link.is_none()) {
            left_out.half = true;
            return;
        }
        if read.published.is_none() {
            left_out.dates.add(entry.unread_date());
        }
        items.push(read);
    });
    let mut reading = Reading::nothing(ReadOutcome::Read, "");
    reading.title = head::title(&scan);
    reading.hints = head::hints(&scan);
    reading.notes = notes(&scan, &left_out);
    reading.items = items;
    (scan, reading)
}

/// What the items did not bring.
#[derive(Debug, Default)]
struct LeftOut {
    /// Was the last item cut off before it had an identity?
    half: bool,
    /// Items in which nothing stood.
    blank: usize,
    dates: UnreadDates,
}

/// Dates that were written and could not be read.
#[derive(Debug, Default)]
struct UnreadDates {
    count: usize,
    first: String,
}

impl UnreadDates {
    /// Counts one, if something was written.
    fn add(&mut self, written: Option<String>) {
        let Some(written) = written.filter(|text| !text.is_empty()) else {
            return;
        };
        if self.count == 0 {
            self.first = written.chars().take(60).collect();
        }
        self.count += 1;
    }

    /// A line about them.
    fn note(&self) -> Option<String> {
        let first = &self.first;
        match self.count {
            0 => None,
            1 => Some(format!("`{first}` is no date; its item has none")),
            n => Some(format!(
                "{n} items have no date, for what they give is none: `{first}`…"
            )),
        }
    }
}

fn notes(scan: &scan::Scan<'_>, left_out: &LeftOut) -> Vec<String> {
    let mut notes = Vec::new();
    if scan.junk > 0 {
        notes.push(format!("{} bytes before the feed were skipped", scan.junk));
    }
    if scan.cut {
        let what = if left_out.half {
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
    if left_out.blank > 0 {
        notes.push(format!(
            "{} items in which nothing stands were left out",
            left_out.blank
        ));
    }
    notes.extend(left_out.dates.note());
    notes
}

#[cfg(test)]
mod tests;
