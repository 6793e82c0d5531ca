//! Which elements html5ever would hold open at a place of the source.
//!
//! A model of the HTML standard's tree construction, as far as depth goes: which start tags close the ones
//! before, which end tags are ignored. It keeps the open elements below [`DEPTH`], so that the parser's
//! searches through them stay cheap, and the formatting ones below [`FORMATTING`], since the parser opens all
//! of those again in every paragraph. It may be a little wrong in either direction; both are harmless.

/// Open elements allowed at once; real pages stay below 100.
const DEPTH: usize = 512;
/// Formatting elements allowed at once.
const FORMATTING: usize = 24;

/// A tag name, packed: its length and first seven bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Name(u64);

impl Name {
    const fn of(name: &str) -> Self {
        let bytes = name.as_bytes();
        let mut packed = bytes.len() as u64;
        let mut at = 0;
        while at < 7 && at < bytes.len() {
            packed = packed << 8 | bytes[at] as u64;
            at += 1;
        }
        Self(packed)
    }
}

macro_rules! names {
    ($($name:literal)*) => { &[$(Name::of($name)),*] };
}

const VOID: &[Name] = names!("area" "base" "br" "col" "embed" "hr" "img" "input" "link" "meta" "param" "source" "track" "wbr");
const FORMATS: &[Name] =
    names!("b" "big" "code" "em" "font" "i" "nobr" "s" "small" "strike" "strong" "tt" "u");
/// Start tags that end an open paragraph.
const BLOCKS: &[Name] = names!("p" "div" "section" "article" "aside" "header" "footer" "main" "nav" "ul" "ol" "dl" "li" "dt" "dd"
    "h1" "h2" "h3" "h4" "h5" "h6" "pre" "table" "form" "blockquote" "address" "center" "details" "summary" "dialog" "dir" "fieldset"
    "figcaption" "figure" "hgroup" "menu" "search" "listing");
/// Elements that end tags of ordinary ones do not reach across.
const SPECIAL: &[Name] = names!("p" "div" "section" "article" "aside" "header" "footer" "main" "nav" "ul" "ol" "dl" "li" "dt" "dd"
    "h1" "h2" "h3" "h4" "h5" "h6" "pre" "table" "form" "blockquote" "address" "center" "details" "summary" "dir" "fieldset"
    "figcaption" "figure" "hgroup" "menu" "search" "listing" "tbody" "thead" "tfoot" "tr" "td" "th" "caption" "colgroup" "button"
    "select" "object" "marquee" "applet" "html" "body" "head");
const CELL: &[Name] = names!("table" "td" "th" "caption");
const TABLE: Name = Name::of("table");

/// The open elements, innermost last.
#[derive(Default)]
pub(super) struct OpenTags {
    stack: Vec<Name>,
    formatting: Vec<Name>,
    /// Start tags refused whose end tags are still to come.
    refused: Vec<Name>,
}

impl OpenTags {
    /// Takes a start tag; false when it must be dropped.
    pub(super) fn start(&mut self, name: &str) -> bool {
        let tag = Name::of(name);
        if VOID.contains(&tag) {
            return true;
        }
        match name {
            "li" => self.close(names!("li"), names!("ul" "ol" "menu")),
            "dt" | "dd" => self.close(names!("dt" "dd"), names!("dl")),
            "td" | "th" => self.close(names!("td" "th"), names!("table" "tr")),
            "tr" => self.close(names!("tr"), names!("table")),
            "thead" | "tbody" | "tfoot" => {
                self.close(names!("thead" "tbody" "tfoot"), names!("table"));
            }
            "option" => self.close(names!("option"), names!("select")),
            "a" => self.close(names!("a"), CELL),
            _ => {}
        }
        if BLOCKS.contains(&tag) {
            self.close(
                names!("p"),
                names!("table" "td" "th" "caption" "button" "object"),
            );
        }
        let formats = FORMATS.contains(&tag);
        if self.stack.len() >= DEPTH || (formats && self.formatting.len() >= FORMATTING) {
            self.refused.push(tag);
            return false;
        }
        self.stack.push(tag);
        if formats {
            self.formatting.push(tag);
        }
        true
    }

    /// Takes an end tag; false when it must be dropped.
    pub(super) fn end(&mut self, name: &str) -> bool {
        let tag = Name::of(name);
        if self.refused.last() == Some(&tag) {
            self.refused.pop();
            return false;
        }
        if FORMATS.contains(&tag) {
            for list in [&mut self.formatting, &mut self.stack] {
                if let Some(at) = list.iter().rposition(|&open| open == tag) {
                    list.remove(at);
                }
            }
            return true;
        }
        let special = SPECIAL.contains(&tag);
        let row = matches!(name, "table" | "tr" | "tbody" | "thead" | "tfoot");
        for at in (0..self.stack.len()).rev() {
            let open = self.stack[at];
            if open == tag {
                self.stack.truncate(at);
                break;
            }
            let wall = match (special, row) {
                (_, true) => open == TABLE,
                (true, false) => CELL.contains(&open),
                (false, false) => SPECIAL.contains(&open),
            };
            if wall {
                break;
            }
        }
        true
    }

    /// Closes the innermost of `names` unless one of `walls` stands before it.
    fn close(&mut self, names: &[Name], walls: &[Name]) {
        for at in (0..self.stack.len()).rev() {
            let open = self.stack[at];
            if names.contains(&open) {
                self.stack.truncate(at);
                return;
            }
            if walls.contains(&open) {
                return;
            }
        }
    }
}
