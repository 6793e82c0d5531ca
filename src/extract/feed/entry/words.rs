//! An item's title and text.

use base64::Engine;

use super::Entry;
use crate::extract::feed::scan::Element;
use crate::extract::feed::value::Value;
use crate::extract::plain;

/// Text of an item beyond this many bytes is left out.
const LONGEST_TEXT: usize = 128 * 1024;

/// Where its text may stand, best first.
const BODIES: &[(&str, &str)] = &[
    ("", "content"),
    ("atom", "content"),
    ("content", "encoded"),
    ("xhtml", "body"),
    ("", "body"),
    ("", "fullitem"),
    ("xhtml", "div"),
];
/// Where a summary of it may stand.
const BRIEFS: &[(&str, &str)] = &[
    ("", "description"),
    ("", "summary"),
    ("atom", "summary"),
    ("", "abstract"),
    ("itunes", "summary"),
    ("media", "description"),
    ("dc", "description"),
    ("dcterms", "abstract"),
    ("itunes", "subtitle"),
];

impl<'a> Entry<'_, 'a> {
    /// Its title on one line, empty if it has none.
    pub(super) fn title(&self) -> String {
        let media = self.all("media", "title").filter(|e| {
            // of the item or its media group, not of one picture
            e.parent
                .is_none_or(|at| self.item.elements[at].name.is("media", "group"))
        });
        self.core("title")
            .chain(self.own("dc", "title"))
            .chain(media)
            .chain(self.own("itunes", "title"))
            .map(|element| self.words(element).replace('\n', " "))
            .find(|title| !title.is_empty())
            .unwrap_or_default()
    }

    /// Its text, or its summary if that says more.
    pub(super) fn summary(&self) -> String {
        let first = |places: &'static [(&str, &str)]| {
            places
                .iter()
                .flat_map(|(space, local)| self.all(space, local))
                .filter(|element| {
                    element
                        .parent
                        .is_none_or(|at| self.item.elements[at].name.is("media", "group"))
                })
                .map(|element| self.words(element))
                .find(|text| !text.is_empty())
                .unwrap_or_default()
        };
        let body = first(BODIES);
        let brief = first(BRIEFS);
        let mut text = if body.len() >= brief.len() {
            body
        } else {
            brief
        };
        if text.len() > LONGEST_TEXT {
            text.truncate(text.floor_char_boundary(LONGEST_TEXT));
        }
        text
    }

    /// A running text as words: what is markup by its type or by its looks is stripped.
    fn words(&self, element: &Element<'a>) -> String {
        let kind = element
            .attribute("type")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let mode = element
            .attribute("mode")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let Value { text, has_markup } = self.scan.entities.value(element.inner);
        if mode == "base64" {
            return base64_text(&text);
        }
        let is_html = kind.contains("html") && !kind.contains("xhtml");
        if has_markup && is_html {
            // escaped markup inside real markup, as TypePad wrote it
            return plain::text(&plain::unescape(&text));
        }
        let is_text =
            !has_markup && self.feed.is_atom && matches!(&*kind, "" | "text" | "text/plain");
        let name = element.name;
        // a title may be about a tag, but no text begins with one and closes it
        let is_markup = || {
            let text = text.trim_start();
            text.starts_with('<') && text.contains("</") && !name.is_core("title")
        };
        if is_text && name.is_core_of(&["title", "summary", "content", "subtitle"]) && !is_markup()
        {
            plain::squeeze(&text)
        } else {
            plain::text(&text)
        }
    }
}

fn base64_text(text: &str) -> String {
    let text: String = text.split_whitespace().collect();
    let engine = base64::engine::general_purpose::STANDARD;
    match engine.decode(text.as_bytes()) {
        Ok(bytes) => plain::text(&String::from_utf8_lossy(&bytes)),
        Err(_) => plain::text(&text),
    }
}
