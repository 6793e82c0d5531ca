//! Texts and tables in a given width, counted as a terminal does: CJK letters take two columns,
//! combining marks none, styles none.
//!
//! A table that fits is a line a row. Where it does not, its heads take several lines, then its widest
//! column is wrapped in place; with too little room for that, the widest column goes below its row.
//! Nothing is left out, and only a word that is wider than its room is cut in two.

mod wrap;

use std::io::{self, IsTerminal as _};

use super::output::{FAINT, STRONG};

use wrap::wrap;
pub(super) use wrap::{clipped, display_width};

/// Widest table on a terminal that does not say how wide it is.
const WIDTH: usize = 100;
/// Widest table in a file or pipe.
const PIPED: usize = 200;
/// Narrowest page.
const LEAST: usize = 20;
/// Least room in which a column of text is wrapped in place.
const ROOM: usize = 28;
/// Between two columns, and before the first.
const GAP: usize = 2;
const MARGIN: usize = 1;
/// Before a text that stands below its row.
const INDENT: usize = 4;

/// Columns of the name of a field.
pub(super) const NAMED: usize = 12;

/// Columns of the page: as `COLUMNS` says, else the terminal; none in a file or pipe.
pub(super) fn width() -> Option<usize> {
    let asked = std::env::var("COLUMNS").ok();
    let asked = asked.and_then(|text| text.trim().parse::<usize>().ok());
    let asked = asked.filter(|columns| *columns > 0).or_else(|| {
        let shown = io::stdout().is_terminal();
        shown.then(|| terminal_size::terminal_size().map_or(WIDTH, |(width, _)| width.0.into()))
    });
    asked.map(|columns| columns.max(LEAST))
}

/// A text under an indent of blanks: its first line, too, unless it hangs on `lead`. A link alone stays
/// whole, however long it is: in two it could not be followed.
pub(super) fn paragraph(lead: &str, text: &str, indent: usize, width: Option<usize>) -> String {
    let is_link = text.contains("://") && !text.contains(' ');
    let lines = match width {
        Some(width) if !is_link => wrap(text, width.saturating_sub(indent).max(LEAST / 2)),
        _ => vec![text.to_owned()],
    };
    hanging(lead, &lines, indent)
}

fn hanging(lead: &str, lines: &[String], indent: usize) -> String {
    let line = |(n, line): (usize, &String)| {
        let lead = if n == 0 { lead } else { "" };
        format!("{}{line}", padded(lead, indent))
    };
    let lines: Vec<String> = lines.iter().enumerate().map(line).collect();
    lines.join("\n")
}

/// A name and what belongs to it, wrapped beside it.
pub(super) fn field(name: &str, value: &str, width: Option<usize>) -> String {
    paragraph(&format!("{FAINT}{name}{FAINT:#}"), value, NAMED, width)
}

/// Rows under heads, each cell a text in one or several lines.
pub(super) struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(head: &[&str]) -> Self {
        Self {
            head: head.iter().map(|text| (*text).to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// One cell for each head.
    pub(super) fn add_row(&mut self, row: impl IntoIterator<Item = String>) {
        self.rows.push(row.into_iter().collect());
    }

    /// The lines in the width of the page, the heads in bold.
    pub(super) fn lines(&self) -> Vec<String> {
        self.lines_in(width().unwrap_or(PIPED))
    }

    fn lines_in(&self, width: usize) -> Vec<String> {
        let cells: Vec<usize> = (0..self.head.len()).map(|n| self.width_of(n)).collect();
        let with = |heads: &dyn Fn(&str) -> usize| -> Vec<usize> {
            let both = self.head.iter().zip(&cells);
            both.map(|(head, cells)| heads(head).max(*cells)).collect()
        };
        let whole = with(&display_width);
        if taken(&whole) <= width {
            return self.side_by_side(&whole);
        }
        let mut widths = with(&|head| head.split(' ').map(display_width).max().unwrap_or(0));
        if taken(&widths) <= width {
            return self.side_by_side(&widths);
        }
        // of two equally wide the last is the text
        let Some(text) = (0..widths.len()).max_by_key(|n| widths[*n]) else {
            return Vec::new();
        };
        let room = (width + widths[text]).saturating_sub(taken(&widths));
        if room >= ROOM {
            widths[text] = room;
            return self.side_by_side(&widths);
        }
        self.stacked(&widths, text, width)
    }

    /// The widest line of a column's cells.
    fn width_of(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let lines = cells.flat_map(|cell| cell.split('\n'));
        lines.map(display_width).max().unwrap_or(0)
    }

    fn side_by_side(&self, widths: &[usize]) -> Vec<String> {
        let columns: Vec<usize> = (0..widths.len()).collect();
        let mut lines = beside(&self.bold(), &columns, widths);
        for row in &self.rows {
            lines.extend(beside(row, &columns, widths));
        }
        lines
    }

    /// Short cells in as many lines as they need, the text below them.
    fn stacked(&self, widths: &[usize], text: usize, width: usize) -> Vec<String> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut widths = widths.to_vec();
        for column in (0..widths.len()).filter(|column| *column != text) {
            widths[column] = widths[column].min(width - MARGIN);
            let open = groups.last_mut().filter(|group| {
                let of: Vec<usize> = group.iter().map(|n| widths[*n]).collect();
                taken(&of) + GAP + widths[column] <= width
            });
            match open {
                Some(group) => group.push(column),
                None => groups.push(vec![column]),
            }
        }
        let record = |cells: &[String]| {
            let above = groups.iter();
            let mut lines: Vec<String> = above
                .flat_map(|group| beside(cells, group, &widths))
                .collect();
            let below = cells.get(text).filter(|cell| !cell.is_empty());
            lines.extend(below.map(|cell| hanging("", &wrap(cell, width - INDENT), INDENT)));
            lines.retain(|line| !line.is_empty());
            lines
        };
        let mut lines = record(&self.bold());
        for row in &self.rows {
            lines.extend(record(row));
        }
        lines
    }

    fn bold(&self) -> Vec<String> {
        let head = self.head.iter();
        head.map(|text| {
            if text.is_empty() {
                String::new()
            } else {
                format!("{STRONG}{text}{STRONG:#}")
            }
        })
        .collect()
    }
}

/// Columns that a line of cells takes.
fn taken(widths: &[usize]) -> usize {
    MARGIN + widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// Some cells of a row beside each other, each wrapped in its own width; without blanks at the end.
fn beside(cells: &[String], columns: &[usize], widths: &[usize]) -> Vec<String> {
    let wrapped: Vec<Vec<String>> = columns
        .iter()
        .map(|column| {
            cells
                .get(*column)
                .map_or(Vec::new(), |cell| wrap(cell, widths[*column]))
        })
        .collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    let line = |n: usize| {
        let mut line = " ".repeat(MARGIN);
        for (column, lines) in columns.iter().zip(&wrapped) {
            let cell = lines.get(n).map_or("", String::as_str);
            line.push_str(&padded(cell, widths[*column] + GAP));
        }
        line.trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

/// A text with blanks up to a width.
fn padded(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(display_width(text));
    format!("{text}{}", " ".repeat(blanks))
}

#[cfg(test)]
mod tests;
