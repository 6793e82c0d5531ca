//! One item's elements to a [`ReadItem`].
//!
//! Each field has a list of places to look at, best first: RSS, Atom 1.0 and 0.3, RDF, CDF and the
//! modules (Dublin Core, Media RSS, iTunes, content) name the same things differently, and feeds
//! mix them. Whatever is missing stays empty; an item is never dropped for that.

mod about;
mod link;
mod when;
mod words;

use url::Url;

use super::scan::{Element, Item, Scan};
use crate::extract::markup::attribute;
use crate::extract::plain;
use crate::model::{ReadItem, ReadOptions};

pub(super) use link::join_bases;

/// What all items of a feed share.
pub(super) struct Feed<'o> {
    /// Base of relative links.
    pub(super) base: Url,
    /// Does Atom's rule hold, that text is text unless said otherwise?
    pub(super) is_atom: bool,
    /// The feed's language.
    pub(super) language: Option<String>,
    /// Zone and time of reading.
    pub(super) options: &'o ReadOptions,
}

/// An item with what is needed to read it.
pub(crate) struct Entry<'i, 'a> {
    item: &'i Item<'i, 'a>,
    scan: &'i Scan<'a>,
    feed: &'i Feed<'i>,
}

impl<'i, 'a> Entry<'i, 'a> {
    pub(super) fn new(item: &'i Item<'i, 'a>, scan: &'i Scan<'a>, feed: &'i Feed<'i>) -> Self {
        Self { item, scan, feed }
    }

    /// Elements of that name, at any depth.
    pub(crate) fn all(&self, space: &str, local: &str) -> impl Iterator<Item = &'i Element<'a>> {
        let elements = self.item.elements.iter();
        elements.filter(move |element| element.name.is(space, local))
    }

    /// An element's text, decoded, without markup.
    pub(crate) fn text(&self, element: &Element<'a>) -> String {
        let value = self.scan.entities.value(element.inner);
        if value.has_markup {
            plain::text(&value.text)
        } else {
            plain::squeeze(&value.text)
        }
    }

    /// What stands in an element, decoded once: a text, or the markup that it carries.
    pub(crate) fn decoded(&self, element: &Element<'a>) -> String {
        self.scan.entities.value(element.inner).text.into_owned()
    }

    /// An attribute, decoded.
    pub(crate) fn attribute(&self, element: &Element<'a>, name: &str) -> Option<String> {
        let value = element.attribute(name)?;
        Some(self.scan.entities.unescape(value).trim().to_owned())
    }

    /// Does nothing at all stand in it? Then it is no item but what is left of one.
    pub(super) fn is_blank(&self) -> bool {
        let elements = self.item.elements.iter();
        self.item.attributes.trim().is_empty()
            && elements
                .clone()
                .all(|e| e.inner.trim().is_empty() && e.attributes.trim().is_empty())
    }

    /// What it says.
    pub(super) fn read(&self) -> ReadItem {
        let updated = self.updated();
        let now = self.feed.options.now;
        let published = self.published().or(updated);
        let mut item = ReadItem {
            guid: self.guid(),
            link: self.link(),
            title: self.title(),
            published: published.map(|at| at.min(now)),
            updated: updated.map(|at| at.min(now)),
            date_clamped: published.is_some_and(|at| at > now),
            summary: self.summary(),
            author: self.author(),
            language: self.language(),
            tags: self.tags(),
            forwarded_from: self.reprinted_from(),
            ..ReadItem::default()
        };
        item.samples.extend(self.comments());
        item
    }

    /// Elements that stand directly in the item.
    fn own(
        &self,
        space: &'static str,
        local: &'static str,
    ) -> impl Iterator<Item = &'i Element<'a>> {
        self.all(space, local)
            .filter(|element| element.parent.is_none())
    }

    fn core(&self, local: &'static str) -> impl Iterator<Item = &'i Element<'a>> {
        self.own("", local).chain(self.own("atom", local))
    }

    fn child(&self, parent: &Element<'a>, local: &str) -> Option<&'i Element<'a>> {
        let at = self
            .item
            .elements
            .iter()
            .position(|e| std::ptr::eq(e, parent));
        let mut elements = self.item.elements.iter();
        elements
            .find(|e| e.parent == at && at.is_some() && e.name.local.eq_ignore_ascii_case(local))
    }

    fn guid(&self) -> Option<String> {
        let written = self
            .own("", "guid")
            .chain(self.core("id"))
            .chain(self.own("dc", "identifier"));
        written
            .map(|element| self.text(element))
            .chain(attribute(self.item.attributes, "rdf:about").map(str::to_owned))
            .find(|guid| !guid.is_empty())
    }
}
