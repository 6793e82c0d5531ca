//! From chosen nodes to blocks of text, in reading order.
//!
//! One walk over a range of the [`Outline`], without recursion. What makes a block is what makes a line on
//! the screen: block elements, double `<br>`, table rows. A row of a table that only lays out the page is no
//! row: its cells are read as sections.

use url::Url;

use super::elements::{heading_level, is_block, lays_out};
use super::{Entry, Outline, clean_link, clean_text, email, squeeze};
use crate::model::{Block, BlockKind, Link};

/// A block, and where in the page it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FlowBlock {
    /// What is read.
    pub(crate) block: Block,
    /// Index of its first text in the outline; its place for Markdown.
    pub(crate) at: usize,
    /// Fragment by which it can be linked.
    pub(crate) anchor: Option<String>,
    /// `datetime` of a `<time>` in it.
    pub(crate) time: Option<String>,
}

/// How to read the nodes of an outline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flow<'o, 'a> {
    /// The page.
    pub(crate) outline: &'o Outline<'a>,
    /// Base of relative links.
    pub(crate) base: &'o Url,
    /// Entries left out with all in them, by index.
    pub(crate) left_out: &'o [bool],
}

impl Flow<'_, '_> {
    /// Blocks of the subtree at `root`.
    pub(crate) fn blocks(&self, root: usize) -> Vec<FlowBlock> {
        let mut walk = Walk {
            flow: *self,
            out: Vec::new(),
            open: Vec::new(),
            now: Now::default(),
        };
        walk.run(root);
        walk.out
    }
}

/// What the walk is inside of.
#[derive(Debug, Default)]
struct Now {
    text: String,
    at: Option<usize>,
    links: Vec<Link>,
    /// Where in `text` the open link began, its target, and its fragment if it links within the page.
    link: Option<(usize, Option<String>, Option<String>)>,
    anchor: Option<String>,
    anchor_is_own: bool,
    time: Option<String>,
    breaks: u8,
    heading: Option<u8>,
    items: u32,
    quotes: u32,
    code: u32,
    /// The open row and its cells.
    row: Option<(usize, Vec<String>)>,
    /// Open tables: does each hold data?
    tables: Vec<bool>,
}

struct Walk<'o, 'a> {
    flow: Flow<'o, 'a>,
    out: Vec<FlowBlock>,
    open: Vec<usize>,
    now: Now,
}

impl<'a> Walk<'_, 'a> {
    fn run(&mut self, root: usize) {
        let entries = self.flow.outline.entries();
        let end = entries.get(root).map_or(0, |entry| entry.end);
        let mut at = root;
        while at < end {
            while let Some(&last) = self.open.last()
                && entries[last].end <= at
            {
                self.open.pop();
                self.close(last);
            }
            let entry = &entries[at];
            let left_out = self.flow.left_out.get(at).copied().unwrap_or(false);
            if at != root && (left_out || entry.hidden) {
                at = entry.end;
                continue;
            }
            if let Some(text) = entry.text() {
                self.text(text, at);
                at += 1;
                continue;
            }
            if let Some(address) = entry.attr("data-cfemail").and_then(email::reveal) {
                self.text(&address, at);
                at = entry.end;
                continue;
            }
            if entry.name() == "button" && !self.is_read_button(entry) {
                at = entry.end;
                continue;
            }
            self.open(at);
            at += 1;
        }
        while let Some(last) = self.open.pop() {
            self.close(last);
        }
        self.flush();
    }

    fn open(&mut self, at: usize) {
        let entry = &self.flow.outline.entries()[at];
        self.open.push(at);
        let name = entry.name();
        if let Some(level) = heading_level(entry) {
            self.flush();
            self.now.heading.get_or_insert(level);
        }
        if is_block(name) && name != "br" {
            self.flush();
        }
        if let Some(id) = entry
            .attr("id")
            .or_else(|| entry.attr("name").filter(|_| name == "a"))
            && !id.is_empty()
            && !self.now.anchor_is_own
            && self.now.text.is_empty()
        {
            self.now.anchor = Some(id.to_owned());
            self.now.anchor_is_own = heading_level(entry).is_some();
        }
        match name {
            "a" => self.open_link(entry),
            "br" => self.line_break(),
            "li" => self.now.items += 1,
            "blockquote" => self.now.quotes += 1,
            "pre" => self.now.code += 1,
            "time" if self.now.time.is_none() => {
                self.now.time = entry.attr("datetime").map(str::to_owned);
            }
            "table" => self.now.tables.push(!lays_out(self.flow.outline, at)),
            "tr" if self.now.row.is_none() && self.now.tables.last() == Some(&true) => {
                self.flush();
                self.now.row = Some((at, Vec::new()));
            }
            "td" | "th" if self.now.row.is_some() => self.end_cell(),
            _ => {}
        }
    }

    fn close(&mut self, at: usize) {
        let entry = &self.flow.outline.entries()[at];
        let name = entry.name();
        match name {
            "a" => self.close_link(),
            "td" | "th" if self.now.row.is_some() => self.end_cell(),
            "tr" if self.now.row.as_ref().is_some_and(|(row, _)| *row == at) => self.end_row(),
            "table" => {
                self.now.tables.pop();
            }
            _ => {}
        }
        if is_block(name) && name != "br" {
            self.flush();
        }
        if heading_level(entry).is_some() {
            let own = self.now.heading.take();
            // flush wants to know the level
            self.now.heading = own;
            self.flush_block();
            self.now.heading = None;
        }
        match name {
            "li" => self.now.items = self.now.items.saturating_sub(1),
            "blockquote" => self.now.quotes = self.now.quotes.saturating_sub(1),
            "pre" => self.now.code = self.now.code.saturating_sub(1),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, at: usize) {
        if self.now.code > 0 && self.now.row.is_none() && self.now.heading.is_none() {
            self.now.text.push_str(&clean_text(text));
        } else {
            squeeze(&clean_text(text), &mut self.now.text);
        }
        if !text.trim().is_empty() {
            self.now.breaks = 0;
            self.now.at.get_or_insert(at);
        }
    }

    fn line_break(&mut self) {
        if self.now.code > 0 {
            self.now.text.push('\n');
            return;
        }
        self.now.breaks += 1;
        if self.now.breaks > 1 {
            self.flush();
        } else {
            squeeze(" ", &mut self.now.text);
        }
    }

    fn open_link(&mut self, entry: &Entry<'a>) {
        let href = entry.attr("href").unwrap_or_default();
        let fragment = href
            .strip_prefix('#')
            .filter(|id| !id.is_empty())
            .map(str::to_owned);
        self.now.link = Some((
            self.now.text.len(),
            clean_link(href, self.flow.base),
            fragment,
        ));
    }

    fn close_link(&mut self) {
        let Some((start, href, fragment)) = self.now.link.take() else {
            return;
        };
        let label = self.now.text.get(start..).unwrap_or_default().trim();
        if let Some(fragment) = fragment
            && label
                .chars()
                .all(|c| matches!(c, '¶' | '#' | '§' | '🔗' | '⚓' | '\u{f0c1}'))
        {
            // a permalink sign beside a heading
            self.now.text.truncate(start);
            if !self.now.anchor_is_own {
                self.now.anchor = Some(fragment);
            }
            return;
        }
        if let Some(href) = href
            && !label.is_empty()
        {
            self.now.links.push(Link {
                text: label.to_owned(),
                href,
            });
        }
    }

    /// Ends the block unless what is open (a heading, a row of cells) gathers several into one.
    fn flush(&mut self) {
        if self.now.heading.is_some() || self.now.row.is_some() {
            squeeze(" ", &mut self.now.text);
            return;
        }
        self.flush_block();
    }

    fn flush_block(&mut self) {
        let open = self.now.link.take();
        if let Some((start, href, _)) = &open
            && let Some(href) = href
        {
            let label = self.now.text.get(*start..).unwrap_or_default().trim();
            if !label.is_empty() {
                self.now.links.push(Link {
                    text: label.to_owned(),
                    href: href.clone(),
                });
            }
        }
        let kind = match (self.now.heading, &self.now.row) {
            (Some(level), _) => BlockKind::Heading(level),
            (_, Some(_)) => BlockKind::TableRow,
            _ if self.now.code > 0 => BlockKind::Code,
            _ if self.now.items > 0 => BlockKind::ListItem,
            _ if self.now.quotes > 0 => BlockKind::Quote,
            _ => BlockKind::Paragraph,
        };
        let text = if kind == BlockKind::Code {
            trim_code(&self.now.text)
        } else {
            self.now.text.trim().to_owned()
        };
        if !text.is_empty() {
            self.out.push(FlowBlock {
                block: Block {
                    kind,
                    text,
                    links: std::mem::take(&mut self.now.links),
                },
                at: self.now.at.unwrap_or(0),
                anchor: self.now.anchor.take(),
                time: self.now.time.take(),
            });
            self.now.anchor_is_own = false;
        }
        self.now.links.clear();
        self.now.text.clear();
        self.now.at = None;
        self.now.breaks = 0;
        self.now.link = open.map(|(_, href, fragment)| (0, href, fragment));
    }

    fn end_cell(&mut self) {
        let cell = self.now.text.trim();
        if let (false, Some((_, row))) = (cell.is_empty(), &mut self.now.row) {
            row.push(cell.to_owned());
        }
        self.now.text.clear();
        if let Some((start, ..)) = &mut self.now.link {
            *start = 0;
        }
    }

    fn end_row(&mut self) {
        self.end_cell();
        if let Some((_, cells)) = &self.now.row {
            self.now.text = cells.join(" | ");
        }
        self.now.link = None;
        self.flush_block();
        self.now.row = None;
    }

    /// Buttons act, but those that fold a section or stand in a heading are its title.
    fn is_read_button(&self, entry: &Entry<'_>) -> bool {
        self.now.heading.is_some()
            || entry.attr("aria-expanded").is_some()
            || entry.attr("aria-controls").is_some()
    }
}

/// Preformatted text without blank first and last lines and trailing spaces.
fn trim_code(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let first = lines
        .iter()
        .position(|line| !line.is_empty())
        .unwrap_or(lines.len());
    let last = lines
        .iter()
        .rposition(|line| !line.is_empty())
        .map_or(first, |last| last + 1);
    lines[first..last].join("\n")
}
