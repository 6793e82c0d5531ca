//! One item's elements to a [`ReadItem`].
//!
//! Each field has a list of places to look at, best first: RSS, Atom 1.0 and 0.3, RDF, CDF and the
//! modules (Dublin Core, Media RSS, iTunes, content) name the same things differently, and feeds
//! mix them. Whatever is missing stays empty; an item is never dropped for that.

use base64::Engine;
use jiff::Timestamp;
use url::Url;

use super::super::markup::attribute;
use super::super::{dates, plain};
use super::scan::{Element, Item, Scan};
use super::value::Value;
use crate::model::{ReadItem, ReadOptions, Sample};

/// Text of an item beyond this many bytes is left out.
const LONGEST_TEXT: usize = 128 * 1024;

const BODIES: &[(&str, &str)] = &[
    ("", "content"),
    ("atom", "content"),
    ("content", "encoded"),
    ("xhtml", "body"),
    ("", "body"),
    ("", "fullitem"),
    ("xhtml", "div"),
];
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
const PUBLISHED: &[(&str, &str)] = &[
    ("", "pubdate"),
    ("", "published"),
    ("atom", "published"),
    ("", "issued"),
    ("atom", "issued"),
    ("dc", "date"),
    ("dcterms", "issued"),
    ("dcterms", "created"),
    ("", "created"),
    ("atom", "created"),
    ("", "date"),
    ("prism", "publicationdate"),
];
const UPDATED: &[(&str, &str)] = &[
    ("", "updated"),
    ("atom", "updated"),
    ("", "modified"),
    ("atom", "modified"),
    ("dcterms", "modified"),
    ("", "lastbuilddate"),
    ("", "lastmod"),
];

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

    pub(super) fn read(&self) -> ReadItem {
        let at = |places| self.date(places);
        let updated = at(UPDATED).or_else(|| self.item_date("lastmod"));
        let now = self.feed.options.now;
        let published = at(PUBLISHED).or(updated);
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

    fn title(&self) -> String {
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

    fn summary(&self) -> String {
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
        if is_text
            && element
                .name
                .is_core_of(&["title", "summary", "content", "subtitle"])
        {
            plain::squeeze(&text)
        } else {
            plain::text(&text)
        }
    }

    fn link(&self) -> Option<String> {
        let origin = self.own("feedburner", "origlink").find_map(|element| {
            let href = self.text(element);
            (!href.is_empty()).then(|| self.absolute(&href, Some(element)))
        });
        let page = || self.ranked_link(0..=2);
        let other = || self.ranked_link(3..=5);
        let source = || {
            let sources = self.core("content").map(|element| (element, "src"));
            let mut sources = sources.chain(self.core("enclosure").map(|e| (e, "url")));
            sources.find_map(|(element, name)| {
                let href = self.attribute(element, name)?;
                Some(self.absolute(&href, Some(element)))
            })
        };
        let about = || {
            let attributes = self.item.attributes;
            let href =
                attribute(attributes, "rdf:about").or_else(|| attribute(attributes, "href"))?;
            Some(self.absolute(&self.scan.entities.unescape(href), None))
        };
        origin
            .or_else(page)
            .or_else(|| self.permanent_guid())
            .or_else(other)
            .or_else(source)
            .or_else(about)
            .filter(|link| !link.starts_with("javascript:"))
    }

    /// The first link of the best rank in the range: 0 a page, 1 an alternate of no type, 2 any
    /// other alternate, 3 a relative, 4 itself, 5 an enclosure.
    fn ranked_link(&self, ranks: std::ops::RangeInclusive<u8>) -> Option<String> {
        let links = self.core("link").filter_map(|element| {
            let rel = element
                .attribute("rel")
                .unwrap_or_default()
                .to_ascii_lowercase();
            let kind = element.attribute("type").unwrap_or_default();
            let rank = match rel.as_str() {
                "" if kind.is_empty() => 1,
                "" | "alternate" if kind.contains("html") => 0,
                "alternate" if kind.is_empty() => 1,
                "" | "alternate" => 2,
                "related" | "canonical" | "via" | "shortlink" => 3,
                "self" => 4,
                "enclosure" => 5,
                _ => return None,
            };
            ranks.contains(&rank).then_some((rank, element))
        });
        let with_address = links.filter_map(|(rank, element)| {
            let href = self
                .attribute(element, "href")
                .filter(|href| !href.is_empty());
            let href = href.unwrap_or_else(|| self.text(element));
            (!href.is_empty()).then_some((rank, element, href))
        });
        let (_, element, href) = with_address.min_by_key(|(rank, ..)| *rank)?;
        Some(self.absolute(&href, Some(element)))
    }

    /// A GUID that is an address and not said to be none.
    fn permanent_guid(&self) -> Option<String> {
        self.own("", "guid")
            .filter(|guid| {
                let permanent = guid.attribute("isPermaLink").unwrap_or("true");
                !permanent.eq_ignore_ascii_case("false")
            })
            .chain(self.core("id"))
            .map(|guid| self.text(guid))
            .find(|guid| guid.starts_with("http://") || guid.starts_with("https://"))
    }

    fn absolute(&self, href: &str, element: Option<&Element<'a>>) -> String {
        let own = [
            attribute(self.item.attributes, "xml:base"),
            element.and_then(|element| element.attribute("xml:base")),
        ];
        let base = join_bases(self.feed.base.clone(), &own);
        base.join(href)
            .map_or_else(|_| href.to_owned(), String::from)
    }

    fn date(&self, places: &[(&str, &str)]) -> Option<Timestamp> {
        places
            .iter()
            .flat_map(|(space, local)| self.all(space, local))
            .filter(|element| element.parent.is_none())
            .find_map(|element| dates::read(&self.text(element), self.feed.options))
    }

    fn item_date(&self, name: &str) -> Option<Timestamp> {
        dates::read(attribute(self.item.attributes, name)?, self.feed.options)
    }

    fn author(&self) -> Option<String> {
        self.core("author")
            .map(|author| self.child(author, "name").unwrap_or(author))
            .chain(self.own("dc", "creator"))
            .chain(self.own("dc", "author"))
            .chain(self.own("itunes", "author"))
            .map(|element| person(&self.text(element)))
            .find(|name| !name.is_empty())
    }

    fn tags(&self) -> Vec<String> {
        let mut tags: Vec<String> = Vec::new();
        let written = self.core("category").map(|element| {
            let label = self
                .attribute(element, "label")
                .filter(|label| !label.is_empty());
            let tag = label.or_else(|| self.attribute(element, "term"));
            tag.filter(|tag| !tag.is_empty())
                .unwrap_or_else(|| self.text(element))
        });
        let subjects = self.own("dc", "subject").map(|element| self.text(element));
        let keywords = self
            .all("media", "keywords")
            .chain(self.own("itunes", "keywords"));
        let keywords: Vec<String> = keywords
            .map(|element| self.text(element))
            .flat_map(|words| {
                words
                    .split(',')
                    .map(|w| w.trim().to_owned())
                    .collect::<Vec<_>>()
            })
            .collect();
        for tag in written.chain(subjects).chain(keywords) {
            if !tag.is_empty() && !tags.contains(&tag) && tags.len() < 64 {
                tags.push(tag);
            }
        }
        tags
    }

    fn language(&self) -> Option<String> {
        attribute(self.item.attributes, "xml:lang")
            .map(str::to_owned)
            .or_else(|| self.own("dc", "language").next().map(|e| self.text(e)))
            .filter(|language| !language.is_empty())
            .or_else(|| self.feed.language.clone())
    }

    fn reprinted_from(&self) -> Option<String> {
        let source = self.core("source").next()?;
        let name = self.child(source, "title").unwrap_or(source);
        Some(self.text(name)).filter(|name| !name.is_empty())
    }

    fn comments(&self) -> Option<Sample> {
        let written = self
            .own("slash", "comments")
            .chain(self.own("thr", "total"))
            .next()?;
        let value = self.text(written).parse().ok()?;
        Some(Sample {
            metric: "comments".to_owned(),
            value,
            granularity: 1.0,
        })
    }
}

/// Bases one inside the other; what is no address is passed over.
pub(super) fn join_bases(base: Url, inner: &[Option<&str>]) -> Url {
    inner.iter().flatten().fold(base, |base, next| {
        let next = plain::unescape(next);
        match base.join(next.trim()) {
            Ok(joined) if matches!(joined.scheme(), "http" | "https") => joined,
            _ => base,
        }
    })
}

/// `mail@host (Name)` is Name.
fn person(text: &str) -> String {
    if let Some((before, rest)) = text.split_once('(')
        && before.contains('@')
        && let Some((name, _)) = rest.split_once(')')
        && !name.trim().is_empty()
    {
        return name.trim().to_owned();
    }
    text.to_owned()
}

fn base64_text(text: &str) -> String {
    let text: String = text.split_whitespace().collect();
    let engine = base64::engine::general_purpose::STANDARD;
    match engine.decode(text.as_bytes()) {
        Ok(bytes) => plain::text(&String::from_utf8_lossy(&bytes)),
        Err(_) => plain::text(&text),
    }
}
