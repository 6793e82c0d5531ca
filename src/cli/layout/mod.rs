//! Texts and tables in a given width, counted as a terminal does: CJK letters take two columns,
//! combining marks none, styles none.
//!
//! A table that fits is a line a row. Where it does not, its heads take several lines, then its widest
//! column is wrapped in place; with too little room for that, the widest column goes below its row.
//! Nothing is left out, and only a word that is wider than its room is cut in two.

use std::io::{self, IsTerminal as _};

use comfy_table::{ColumnConstraint, ContentArrangement, Width};
pub(super) use console::measure_text_width as display_width;

use super::output::{FAINT, STRONG};

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

/// At most so many columns of a text, with `…` for what is gone.
pub(super) fn clipped(text: &str, most: usize) -> String {
    console::truncate_str(text, most, "…").into_owned()
}

/// The lines of a text, none wider than `width` unless one sign is.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let lines = textwrap::wrap(text, width.max(1)).into_iter();
    lines.map(std::borrow::Cow::into_owned).collect()
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
        let bold = |text: &&str| {
            if text.is_empty() {
                String::new()
            } else {
                format!("{STRONG}{text}{STRONG:#}")
            }
        };
        Self {
            head: head.iter().map(bold).collect(),
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
        let columns: Vec<usize> = (0..self.head.len()).collect();
        let all = || std::iter::once(&self.head).chain(&self.rows);
        let widest = |text: &str| text.lines().map(display_width).max().unwrap_or(0);
        let of = |row: &Vec<String>, n: usize| row.get(n).map_or(0, |cell| widest(cell));
        let whole: Vec<usize> = columns
            .iter()
            .map(|n| all().map(|row| of(row, *n)).max().unwrap_or(0).max(1))
            .collect();
        if taken(&whole) <= width {
            return beside(all(), &columns, &whole);
        }
        // heads of several words take several lines
        let mut widths: Vec<usize> = columns
            .iter()
            .map(|n| {
                let words = self.head[*n].split(' ').map(display_width);
                let cells = self.rows.iter().map(|row| of(row, *n));
                words.chain(cells).max().unwrap_or(0).max(1)
            })
            .collect();
        if taken(&widths) <= width {
            return beside(all(), &columns, &widths);
        }
        // of two equally wide the last is the text
        let Some(text) = (0..widths.len()).max_by_key(|n| widths[*n]) else {
            return Vec::new();
        };
        let room = (width + widths[text]).saturating_sub(taken(&widths));
        if room >= ROOM {
            widths[text] = room;
            return beside(all(), &columns, &widths);
        }
        let groups = grouped(&mut widths, text, width);
        all()
            .flat_map(|row| stacked(row, &groups, &widths, text, width))
            .collect()
    }
}

/// The columns beside the text in as many lines as they need.
fn grouped(widths: &mut [usize], text: usize, width: usize) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
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
    groups
}

/// A row in several lines, the text below them.
fn stacked(
    row: &Vec<String>,
    groups: &[Vec<usize>],
    widths: &[usize],
    text: usize,
    width: usize,
) -> Vec<String> {
    let above = groups.iter();
    let mut lines: Vec<String> = above
        .flat_map(|group| beside(std::iter::once(row), group, widths))
        .collect();
    let below = row.get(text).filter(|cell| !cell.is_empty());
    let below = below.map(|cell| hanging("", &wrap(cell, width - INDENT), INDENT));
    lines.extend(below);
    lines.retain(|line| !line.is_empty());
    lines
}

/// Columns that a line of cells takes.
fn taken(widths: &[usize]) -> usize {
    MARGIN + widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// Some columns of rows beside each other, each wrapped in its own width; without blanks at the end.
fn beside<'a>(
    rows: impl Iterator<Item = &'a Vec<String>>,
    columns: &[usize],
    widths: &[usize],
) -> Vec<String> {
    let mut table = comfy_table::Table::new();
    table
        .load_style(comfy_table::presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    for row in rows {
        table.add_row(
            columns
                .iter()
                .map(|n| row.get(*n).cloned().unwrap_or_default()),
        );
    }
    for (column, n) in table.column_iter_mut().zip(columns) {
        let width = u16::try_from(widths[*n] + GAP).unwrap_or(u16::MAX);
        column.set_padding((1, 1));
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
    }
    let lines = table.lines();
    lines.map(|line| line.trim_end().to_owned()).collect()
}

/// A text with blanks up to a width.
fn padded(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(display_width(text));
    format!("{text}{}", " ".repeat(blanks))
}

#[cfg(test)]
mod tests;
