//! A feed's elements, item by item, from any markup.
//!
//! Works on pieces and never needs the whole to be sound: an item ends at its end tag, at the next
//! item, or with the feed; a field that is not closed ends where the next one begins. So one bad
//! item cannot lose the others, and a cut-off feed keeps all that came.
//!
//! Only what stands directly in the feed or in an item is its own: titles of images, sources and
//! other insertions are kept apart by their parent. Text is not decoded here, see
//! `Element::text`.

use super::super::markup::{Piece, Pieces, Tag, attribute, attributes};
use super::names::{Name, Prefixes};
use super::value::Entities;

/// Elements of one item, or of the head of a feed, beyond this many are left out.
const MOST_ELEMENTS: usize = 4096;
/// Deeper elements are left out.
const DEEPEST: usize = 32;

/// Fields that hold running text, perhaps as unescaped markup.
const BODIES: &[&str] = &[
    "title",
    "description",
    "summary",
    "content",
    "subtitle",
    "tagline",
    "info",
    "abstract",
    "rights",
    "copyright",
    "body",
    "fullitem",
    "encoded",
    "div",
    "name",
    "creator",
];
/// Fields that hold nothing but a short text, so that any other field ends them.
const SHORT: &[&str] = &[
    "link",
    "guid",
    "id",
    "pubdate",
    "date",
    "published",
    "updated",
    "issued",
    "modified",
    "created",
    "category",
    "comments",
    "ttl",
    "language",
];
/// Fields that end even an unclosed running text.
const NOT_IN_TEXT: &[&str] = &["pubdate", "guid", "creator", "encoded"];
/// Roots of feeds, and RSS's second one.
const ROOTS: &[&str] = &["rss", "feed", "channel"];
/// Fields of an item that never stand inside another one's text.
const FIELDS: &[&str] = &[
    "title",
    "link",
    "guid",
    "id",
    "pubdate",
    "description",
    "summary",
    "content",
    "author",
    "category",
    "comments",
    "enclosure",
    "published",
    "updated",
    "issued",
    "modified",
    "created",
    "source",
    "encoded",
    "creator",
    "date",
    "ttl",
    "language",
];

/// One element. Slices point into the decoded body.
#[derive(Debug, Clone)]
pub(crate) struct Element<'a> {
    /// Its name.
    pub(crate) name: Name<'a>,
    /// Its attributes as written.
    pub(crate) attributes: &'a str,
    /// What stands in it, markup and all.
    pub(crate) inner: &'a str,
    /// The element in which it stands; `None` directly in the item or feed.
    pub(crate) parent: Option<usize>,
}

/// What a scan has found besides the items.
#[derive(Debug, Default)]
pub(super) struct Scan<'a> {
    /// The root's name as written, if there is a root that feeds have.
    pub(super) root: Option<&'a str>,
    /// The first element's name, whatever it is.
    pub(super) first: Option<&'a str>,
    /// Bytes before the root that were not a prolog, if any stood there.
    pub(super) junk: usize,
    /// Attributes of the root and of `channel`, outermost first.
    pub(super) heads: Vec<&'a str>,
    /// Elements outside items.
    pub(super) head: Vec<Element<'a>>,
    /// Entities that the document declares.
    pub(super) entities: Entities<'a>,
    /// Did the body end before its root did?
    pub(super) cut: bool,
    /// Items that were never closed.
    pub(super) unclosed: usize,
}

/// One item.
pub(super) struct Item<'i, 'a> {
    /// Attributes of its start tag.
    pub(super) attributes: &'a str,
    /// Its elements in order.
    pub(super) elements: &'i [Element<'a>],
    /// Did the body end inside it?
    pub(super) cut: bool,
}

/// Scans `text`, handing each item to `found`.
pub(super) fn scan<'a>(text: &'a str, found: &mut dyn FnMut(&Scan<'a>, &Item<'_, 'a>)) -> Scan<'a> {
    let mut scanner = Scanner {
        text,
        scan: Scan::default(),
        prefixes: Prefixes::default(),
        item: None,
        open: Vec::new(),
        too_deep: 0,
        root_ended: false,
        junk: false,
        found,
    };
    let mut pieces = Pieces::new(text);
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Start(tag) => scanner.start(tag, pieces.began(), pieces.at()),
            Piece::End(name) => scanner.end(name, pieces.began()),
            Piece::Doctype(text) => scanner.scan.entities.declare(text),
            Piece::Text(text) | Piece::Cdata(text) => {
                scanner.junk |= scanner.scan.root.is_none() && !text.trim().is_empty();
                continue;
            }
        }
        pieces.set_inside(scanner.open.last().map(|open| open.written));
    }
    scanner.scan.cut = scanner.scan.root.is_some() && !scanner.root_ended;
    scanner.close_item(text.len(), !scanner.root_ended);
    scanner.scan
}

/// An element whose end has not come yet.
struct Open<'a> {
    written: &'a str,
    /// Its place among the elements.
    at: usize,
    /// Where its content begins.
    from: usize,
    is_body: bool,
    is_short: bool,
    /// Has a child element been seen in a body?
    has_child: bool,
    /// Elements of the same name opened inside a body.
    nested: u32,
}

struct Scanner<'a, 'f> {
    text: &'a str,
    scan: Scan<'a>,
    prefixes: Prefixes<'a>,
    /// Name and attributes of the open item, and its elements.
    item: Option<(&'a str, &'a str, Vec<Element<'a>>)>,
    open: Vec<Open<'a>>,
    too_deep: usize,
    root_ended: bool,
    /// Has anything but a prolog been seen before the root?
    junk: bool,
    found: &'f mut dyn FnMut(&Scan<'a>, &Item<'_, 'a>),
}

impl<'a> Scanner<'a, '_> {
    fn start(&mut self, tag: Tag<'a>, began: usize, after: usize) {
        if tag.attributes.contains("xmlns:") {
            for (name, value) in attributes(tag.attributes) {
                self.prefixes.declare(name, value);
            }
        }
        let name = self.prefixes.name(tag.name);
        self.scan.first.get_or_insert(tag.name);
        self.junk |= self.scan.root.is_none() && !self.is_root(name);
        if self.is_root(name) {
            if self.scan.root.is_none() {
                // whatever stood before the root is junk
                self.scan.root = Some(tag.name);
                self.scan.junk = if self.junk { began } else { 0 };
                self.scan.head.clear();
                self.close_all(began);
            }
            self.scan.heads.push(tag.attributes);
            return;
        }
        if self.starts_item(name) {
            self.close_item(began, false);
            self.root_ended = false;
            self.item = Some((tag.name, tag.attributes, Vec::new()));
            if tag.closed {
                self.emit(false);
            }
            return;
        }
        while self.open.last().is_some_and(|open| open.is_ended_by(name)) {
            self.close_top(began);
        }
        if let Some(top) = self.open.last_mut().filter(|open| open.is_body) {
            top.has_child = true;
            top.nested += u32::from(!tag.closed && tag.name.eq_ignore_ascii_case(top.written));
            return;
        }
        self.push(tag, name, after);
    }

    fn push(&mut self, tag: Tag<'a>, name: Name<'a>, after: usize) {
        let parent = self.open.last().map(|open| open.at);
        let elements = match &mut self.item {
            Some((_, _, elements)) => elements,
            None => &mut self.scan.head,
        };
        if elements.len() >= MOST_ELEMENTS || self.open.len() >= DEEPEST {
            self.too_deep += usize::from(!tag.closed);
            return;
        }
        elements.push(Element {
            name,
            attributes: tag.attributes,
            inner: "",
            parent,
        });
        if !tag.closed {
            let is = |names: &[&str]| names.iter().any(|n| name.local.eq_ignore_ascii_case(n));
            // `media:content` and `media:group` hold elements, Atom's `content` holds text
            let holds_elements = name.space == "media" || name.space == "thr";
            self.open.push(Open {
                written: tag.name,
                at: elements.len() - 1,
                from: after,
                is_body: is(BODIES) && !(holds_elements && name.local == "content"),
                is_short: is(SHORT),
                has_child: false,
                nested: 0,
            });
        }
    }

    fn end(&mut self, written: &'a str, began: usize) {
        let name = self.prefixes.name(written);
        let is_item = |(item, ..): &(&str, &str, _)| item.eq_ignore_ascii_case(written);
        if self.item.as_ref().is_some_and(is_item) {
            self.close_all(began);
            self.emit(false);
        } else if name.is_core_of(ROOTS) || name.local.eq_ignore_ascii_case("rdf") {
            self.close_item(began, false);
            self.root_ended = true;
        } else if let Some(top) = self.open.last_mut().filter(|open| open.nested > 0)
            && top.written.eq_ignore_ascii_case(written)
        {
            top.nested -= 1;
        } else if self.too_deep > 0 {
            self.too_deep -= 1;
        } else {
            let is_it = |open: &Open<'_>| open.written.eq_ignore_ascii_case(written);
            let place = self.open.iter().rposition(is_it);
            while place.is_some_and(|place| self.open.len() > place) {
                self.close_top(began);
            }
        }
    }

    fn is_root(&self, name: Name<'a>) -> bool {
        let sound = self.scan.root.is_none() || self.open.is_empty();
        let is_root = name.is_core_of(ROOTS) || name.local.eq_ignore_ascii_case("rdf");
        is_root && sound && self.item.is_none()
    }

    fn starts_item(&self, name: Name<'a>) -> bool {
        if !name.is_core_of(&["item", "entry"]) {
            return false;
        }
        // markup inside a text, such as a feed quoted in an entry
        if self
            .open
            .last()
            .is_some_and(|open| open.is_body && open.has_child)
        {
            return false;
        }
        self.item.as_ref().is_none_or(|(open, ..)| {
            let open = self.prefixes.name(open).local;
            open.eq_ignore_ascii_case(name.local)
        })
    }

    fn close_top(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        let elements = match &mut self.item {
            Some((_, _, elements)) => elements,
            None => &mut self.scan.head,
        };
        if let Some(element) = elements.get_mut(open.at) {
            element.inner = self.text.get(open.from..end).unwrap_or_default();
        }
    }

    fn close_all(&mut self, end: usize) {
        while !self.open.is_empty() {
            self.close_top(end);
        }
        self.too_deep = 0;
    }

    /// Ends an item that has not been closed, if there is one.
    fn close_item(&mut self, end: usize, cut: bool) {
        if cut {
            // a cut text is still worth reading, a cut address or date is not
            while self
                .open
                .last()
                .is_some_and(|open| open.is_short || open.is_title())
            {
                self.open.pop();
            }
        }
        self.scan.unclosed += usize::from(self.item.is_some());
        self.close_all(end);
        self.emit(cut);
    }

    fn emit(&mut self, cut: bool) {
        if let Some((_, attributes, elements)) = self.item.take() {
            let item = Item {
                attributes,
                elements: &elements,
                cut,
            };
            (self.found)(&self.scan, &item);
        }
    }
}

impl Open<'_> {
    /// Does a start tag of that name end this element, whose end tag is missing then?
    fn is_ended_by(&self, next: Name<'_>) -> bool {
        let is = |names: &[&str]| names.iter().any(|n| next.local.eq_ignore_ascii_case(n));
        if self.is_short {
            return is(FIELDS);
        }
        let is_other = !self.written.eq_ignore_ascii_case(next.local);
        self.is_body
            && !self.has_child
            && is_other
            && is(if self.is_title() { FIELDS } else { NOT_IN_TEXT })
    }

    fn is_title(&self) -> bool {
        self.written.len() >= 5
            && self.written.as_bytes()[self.written.len() - 5..].eq_ignore_ascii_case(b"title")
    }
}

impl<'a> Element<'a> {
    /// An attribute as written.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'a str> {
        attribute(self.attributes, name)
    }
}
