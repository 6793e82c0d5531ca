//! What elements are to a reader: blocks, headings, tables of data or of layout.

use super::{Entry, Outline};

/// Does the table only place parts of the page side by side?
pub(crate) fn lays_out(outline: &Outline<'_>, table: usize) -> bool {
    let entries = outline.entries();
    if matches!(entries[table].attr("role"), Some("presentation" | "none")) {
        return true;
    }
    let (mut cells, mut widest) = (0, 0);
    for entry in &entries[table + 1..entries[table].end] {
        match entry.name() {
            "tr" => cells = 0,
            "td" | "th" => {
                cells += 1;
                widest = widest.max(cells);
            }
            "table" | "h1" | "h2" | "h3" | "article" | "section" => return true,
            _ => {}
        }
    }
    widest < 2
}

/// Level of a heading, by tag or by role.
pub(super) fn heading_level(entry: &Entry<'_>) -> Option<u8> {
    match entry.name().as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ if entry.attr("role") == Some("heading") => {
            let level = entry
                .attr("aria-level")
                .and_then(|level| level.parse().ok())
                .unwrap_or(2);
            Some(u8::clamp(level, 1, 6))
        }
        _ => None,
    }
}

/// Elements that start and end a line of their own.
pub(crate) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "aside"
            | "header"
            | "footer"
            | "main"
            | "nav"
            | "ul"
            | "ol"
            | "dl"
            | "li"
            | "dt"
            | "dd"
            | "pre"
            | "table"
            | "tr"
            | "td"
            | "th"
            | "thead"
            | "tbody"
            | "tfoot"
            | "caption"
            | "form"
            | "fieldset"
            | "blockquote"
            | "address"
            | "center"
            | "details"
            | "summary"
            | "dialog"
            | "figure"
            | "figcaption"
            | "hgroup"
            | "menu"
            | "search"
            | "hr"
            | "body"
            | "html"
            | "legend"
            | "option"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "dir"
            | "listing"
    )
}
