//! What an element says: markup or text, decoded once.

use std::borrow::Cow;
use std::cell::Cell;

use memchr::memmem;

use super::super::markup::{Piece, Pieces};
use super::super::plain;

/// Entities beyond this many are not taken from a document type.
const MOST_ENTITIES: usize = 256;
/// An entity's text longer than this is not taken.
const LONGEST_ENTITY: usize = 1024;

/// Declared entities are resolved until they have grown the document by so much.
const LONGEST_GROWTH: usize = 1 << 20;

/// Entities that a document type declares. Their texts are taken as they stand: an entity inside
/// an entity is not resolved, and together they cannot make a document grow without end.
#[derive(Debug, Default)]
pub(crate) struct Entities<'a> {
    declared: Vec<(&'a str, &'a str)>,
    grown: Cell<usize>,
}

impl<'a> Entities<'a> {
    /// Reads the declarations of a document type.
    pub(super) fn declare(&mut self, doctype: &'a str) {
        for declaration in doctype.split("<!ENTITY").skip(1) {
            let declaration = declaration.trim_start();
            let Some((name, rest)) = declaration.split_once(char::is_whitespace) else {
                continue;
            };
            let rest = rest.trim_start();
            let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
                continue; // external or parameter entity: never fetched
            };
            let Some(end) = rest[1..].find(quote).filter(|end| *end <= LONGEST_ENTITY) else {
                continue;
            };
            if self.declared.len() < MOST_ENTITIES {
                self.declared.push((name, &rest[1..=end]));
            }
        }
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.declared.iter().find(|(declared, _)| *declared == name);
        let text = found.map(|(_, text)| *text)?;
        let grown = self.grown.get() + text.len();
        self.grown.set(grown);
        (grown <= LONGEST_GROWTH).then_some(text)
    }

    /// Entities of XML, HTML and this document to characters.
    pub(crate) fn unescape<'t>(&self, text: &'t str) -> Cow<'t, str> {
        plain::unescape_with(text, |name| self.get(name))
    }

    /// Decodes what stands in an element.
    pub(super) fn value<'t>(&self, inner: &'t str) -> Value<'t> {
        if !inner.contains('<') {
            return Value {
                text: self.unescape(inner),
                has_markup: false,
            };
        }
        if let Some(text) = lone_cdata(inner) {
            return Value {
                text: Cow::Borrowed(text),
                has_markup: false,
            };
        }
        let has_markup = Pieces::new(inner).any(|piece| matches!(piece, Piece::Start(_)));
        let mut text = String::with_capacity(inner.len());
        let mut pieces = Pieces::new(inner);
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Cdata(cdata) if has_markup => {
                    text.push_str(&cdata.replace('&', "&amp;").replace('<', "&lt;"));
                }
                Piece::Cdata(cdata) => text.push_str(cdata),
                Piece::Text(raw) if !has_markup => text.push_str(&self.unescape(raw)),
                // an end tag without a start is what is left of a field that was never opened
                Piece::End(_) if !has_markup => {}
                _ => text.push_str(&inner[pieces.began()..pieces.at()]),
            }
        }
        Value {
            text: Cow::Owned(text),
            has_markup,
        }
    }
}

/// What stands in a CDATA section when nothing else does: by far the most common way.
fn lone_cdata(inner: &str) -> Option<&str> {
    let text = inner
        .trim()
        .strip_prefix("<![CDATA[")?
        .strip_suffix("]]>")?;
    memmem::find(text.as_bytes(), b"]]>")
        .is_none()
        .then_some(text)
}

/// A decoded value.
#[derive(Debug)]
pub(super) struct Value<'t> {
    /// Text, or markup if there is any.
    pub(super) text: Cow<'t, str>,
    /// Did elements stand in it? Then its text is still escaped, as markup is.
    pub(super) has_markup: bool,
}
