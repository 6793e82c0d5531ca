//! One text in lines of a width: words whole, styles closed at a line's end and opened again.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

const ESCAPE: char = '\u{1b}';
const RESET: &str = "\u{1b}[0m";
/// Signs that never begin a line.
const CLOSING: &str = "、。，．・：；？！）」』】〉》〕ー…";

/// What a text is made of.
enum Part<'t> {
    /// A style begins or ends: `ESC [ … m`.
    Style(&'t str),
    /// One sign as a reader sees it, and its columns.
    Sign(&'t str, usize),
}

/// Columns that a text takes on a terminal.
pub(in crate::cli) fn display_width(text: &str) -> usize {
    let parts = parts(text);
    let widths = parts.map(|part| match part {
        Part::Style(_) => 0,
        Part::Sign(_, width) => width,
    });
    widths.sum()
}

/// At most so many columns of a text without styles, with `…` for what is gone.
pub(in crate::cli) fn clipped(text: &str, most: usize) -> String {
    if display_width(text) <= most {
        return text.to_owned();
    }
    let (mut out, mut taken) = (String::new(), 0);
    for sign in text.graphemes(true) {
        taken += sign.width();
        if taken >= most {
            break;
        }
        out.push_str(sign);
    }
    format!("{}…", out.trim_end())
}

/// The lines of a text, none wider than `width` unless one sign is. Links are cut like other words.
pub(in crate::cli) fn wrap(text: &str, width: usize) -> Vec<String> {
    text.split('\n')
        .flat_map(|line| wrap_line(line, width.max(1)))
        .collect()
}

fn wrap_line(text: &str, width: usize) -> Vec<String> {
    let mut page = Page::default();
    for piece in pieces(text) {
        let space = if page.taken > 0 { piece.blanks } else { 0 };
        let fits = page.taken + space + piece.width <= width;
        if fits {
            page.line.push_str(&" ".repeat(space));
            page.taken += space;
        } else if page.taken > 0 {
            page.turn();
        }
        for part in parts(piece.text) {
            match part {
                Part::Style(style) => page.style(style),
                Part::Sign(sign, columns) => {
                    if page.taken > 0 && page.taken + columns > width {
                        page.turn();
                    }
                    page.line.push_str(sign);
                    page.taken += columns;
                }
            }
        }
    }
    page.done.push(page.line);
    page.done
}

/// Lines that are done, and the one under way.
#[derive(Default)]
struct Page {
    done: Vec<String>,
    line: String,
    taken: usize,
    /// Styles in force.
    open: String,
}

impl Page {
    fn style(&mut self, style: &str) {
        self.line.push_str(style);
        if style == RESET {
            self.open.clear();
        } else {
            self.open.push_str(style);
        }
    }

    fn turn(&mut self) {
        let mut line = std::mem::replace(&mut self.line, self.open.clone());
        if !self.open.is_empty() {
            line.push_str(RESET);
        }
        self.done.push(line);
        self.taken = 0;
    }
}

/// What stays together on a line: a word, or one sign of a script written without blanks.
struct Piece<'t> {
    text: &'t str,
    width: usize,
    /// Blanks before it.
    blanks: usize,
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut at, mut start, mut width, mut blanks) = (0, 0, 0, 0);
    let mut was_wide = false;
    let mut end = |start: usize, end: usize, width: usize, blanks: usize| {
        if start < end {
            let text = &text[start..end];
            pieces.push(Piece {
                text,
                width,
                blanks,
            });
        }
    };
    for part in parts(text) {
        let (raw, columns) = match part {
            Part::Style(raw) => (raw, 0),
            Part::Sign(raw, columns) => (raw, columns),
        };
        let closes = raw.starts_with(|c| CLOSING.contains(c));
        // a blank that may not be broken is part of its word
        if raw
            .chars()
            .all(|c| c.is_whitespace() && c != '\u{a0}' && c != '\u{202f}')
        {
            if start < at {
                end(start, at, width, blanks);
                (width, blanks) = (0, 0);
            }
            (start, blanks, was_wide) = (at + raw.len(), blanks + 1, false);
        } else if columns > 0 {
            if width > 0 && !closes && (was_wide || columns == 2) {
                end(start, at, width, blanks);
                (start, width, blanks) = (at, 0, 0);
            }
            width += columns;
            was_wide = columns == 2;
        }
        at += raw.len();
    }
    end(start, at, width, blanks);
    pieces
}

fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let (mut rest, mut signs) = (text, "".graphemes(true));
    std::iter::from_fn(move || {
        if let Some(sign) = signs.next() {
            return Some(Part::Sign(sign, sign.width()));
        }
        // a style is never part of a sign
        let end = if rest.starts_with(ESCAPE) {
            rest.find('m').map_or(rest.len(), |at| at + 1)
        } else {
            rest.find(ESCAPE).unwrap_or(rest.len())
        };
        let (part, after) = rest.split_at(end);
        rest = after;
        if part.starts_with(ESCAPE) {
            return Some(Part::Style(part));
        }
        signs = part.graphemes(true);
        let sign = signs.next()?;
        Some(Part::Sign(sign, sign.width()))
    })
}
