//! The tree of a page laid out flat, in document order, without what a reader never sees.
//!
//! Each entry knows its parent and where its subtree ends, so that a subtree is a range of the list and
//! sums over subtrees are one backward pass. Scripts, styles, drawings and form controls are left out;
//! elements hidden by attribute or inline style stay, marked, because a selector may ask for them.

use ego_tree::{NodeRef, iter::Edge};
use scraper::{ElementRef, Html, Node, node::Element};

/// One element or text of the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    /// The node in the parsed tree.
    pub(crate) node: NodeRef<'a, Node>,
    /// Index of the parent; the root is its own.
    pub(crate) parent: usize,
    /// First index after the subtree.
    pub(crate) end: usize,
    /// Hidden by its own attributes.
    pub(crate) hidden: bool,
}

impl<'a> Entry<'a> {
    /// The element, unless this is text.
    pub(crate) fn element(&self) -> Option<&'a Element> {
        self.node.value().as_element()
    }

    /// Tag name; empty for text.
    pub(crate) fn name(&self) -> &'a str {
        self.element().map_or("", Element::name)
    }

    /// An attribute's value.
    pub(crate) fn attr(&self, name: &str) -> Option<&'a str> {
        self.element()?.attr(name)
    }

    /// The text, unless this is an element.
    pub(crate) fn text(&self) -> Option<&'a str> {
        self.node.value().as_text().map(|text| &**text)
    }

    /// The element as selectors see it.
    pub(crate) fn element_ref(&self) -> Option<ElementRef<'a>> {
        ElementRef::wrap(self.node)
    }
}

/// The readable part of a page's tree.
#[derive(Debug)]
pub(crate) struct Outline<'a> {
    entries: Vec<Entry<'a>>,
}

impl<'a> Outline<'a> {
    /// Lays out a parsed page. The first entry is its root element.
    pub(crate) fn of(html: &'a Html) -> Self {
        let mut entries: Vec<Entry<'a>> = Vec::with_capacity(1_024);
        let mut open: Vec<usize> = Vec::new();
        let mut skipped: Option<NodeRef<'a, Node>> = None;
        for edge in html.root_element().traverse() {
            match edge {
                Edge::Open(node) if skipped.is_none() => {
                    let hidden = match node.value() {
                        Node::Element(element) if never_read(element) => {
                            skipped = Some(node);
                            continue;
                        }
                        Node::Element(element) => is_hidden(element),
                        Node::Text(_) => false,
                        _ => continue,
                    };
                    let at = entries.len();
                    let parent = open.last().copied().unwrap_or(0);
                    entries.push(Entry {
                        node,
                        parent,
                        end: at + 1,
                        hidden,
                    });
                    if node.value().is_element() {
                        open.push(at);
                    }
                }
                Edge::Open(_) => {}
                Edge::Close(node) => {
                    if let Some(root) = skipped {
                        if root == node {
                            skipped = None;
                        }
                    } else if node.value().is_element()
                        && let Some(at) = open.pop()
                    {
                        entries[at].end = entries.len();
                    }
                }
            }
        }
        Self { entries }
    }

    /// Takes back hidden marks from parts that hold most of the page: a dialog in front of a page hides all of
    /// the page behind it.
    pub(crate) fn unveil(&mut self) {
        let length = |entry: &Entry<'_>| entry.text().map_or(0, str::len);
        let mut sums = Vec::with_capacity(self.entries.len() + 1);
        let mut sum = 0;
        for entry in &self.entries {
            sums.push(sum);
            sum += length(entry);
        }
        sums.push(sum);
        for (at, entry) in self.entries.iter_mut().enumerate() {
            if entry.hidden && (sums[entry.end] - sums[at]) * 2 > sum {
                entry.hidden = false;
            }
        }
    }

    /// All entries, in document order.
    pub(crate) fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }

    /// Indices of the ancestors of `at`, nearest first.
    pub(crate) fn ancestors(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let mut next = at;
        std::iter::from_fn(move || {
            let parent = self.entries.get(next)?.parent;
            (parent != next).then(|| {
                next = parent;
                parent
            })
        })
    }

    /// Indices of the children of `at`.
    pub(crate) fn children(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.entries[at].end;
        let mut next = at + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let child = next;
                next = self.entries[child].end;
                child
            })
        })
    }
}

/// Elements without readable text of their own.
fn never_read(element: &Element) -> bool {
    match element.name() {
        "head" | "script" | "style" | "template" | "svg" | "noscript" | "iframe" | "object"
        | "embed" | "canvas" | "audio" | "video" | "map" | "datalist" | "select" | "input"
        | "textarea" | "progress" | "meter" | "img" | "frameset" | "noframes" | "noembed"
        | "math" => true,
        "dialog" => element.attr("open").is_none(),
        _ => false,
    }
}

/// Hidden by its own word, or struck out: deleted text is not the text. Collapsed panels are not hidden: a click opens
/// them, and policies live in them.
fn is_hidden(element: &Element) -> bool {
    if matches!(element.name(), "del" | "s" | "strike") {
        return true;
    }
    let hidden = element
        .attr("hidden")
        .is_some_and(|value| value != "until-found")
        || element.attr("aria-hidden") == Some("true")
        || element.attr("style").is_some_and(hides);
    hidden && !is_panel(element)
}

/// Does an inline style take the element out of sight?
fn hides(style: &str) -> bool {
    if !style.contains("none") && !style.contains("hidden") {
        return false;
    }
    style.split(';').any(|rule| {
        rule.split_once(':').is_some_and(|(property, value)| {
            let value = value.trim();
            match property.trim() {
                "display" => value.starts_with("none"),
                "visibility" => value.starts_with("hidden"),
                _ => false,
            }
        })
    })
}

/// Part of an accordion, of tabs or of a "read more".
fn is_panel(element: &Element) -> bool {
    const WORDS: [&str; 11] = [
        "accordion",
        "collaps",
        "panel",
        "expand",
        "toggle",
        "zippy",
        "answer",
        "faq",
        "spoiler",
        "tab-content",
        "tabs__",
    ];
    if matches!(element.attr("role"), Some("tabpanel" | "region"))
        || element.attr("aria-labelledby").is_some()
    {
        return element.name() != "button";
    }
    let of = |text: Option<&str>| {
        text.is_some_and(|text| {
            let text = text.to_ascii_lowercase();
            WORDS.iter().any(|word| text.contains(word))
        })
    };
    matches!(element.name(), "div" | "section" | "dd" | "ul" | "li")
        && (of(element.attr("class")) || of(element.attr("id")))
}
