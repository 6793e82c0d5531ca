//! How results are printed: tables that fit the terminal, times as people say them, JSON.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::Serialize;

use super::layout::{Table, clipped, paragraph, width};

/// Red, for what failed.
pub(super) const BAD: Style = AnsiColor::Red.on_default();
/// Green, for what is fine or added.
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
/// Bold, for titles.
pub(super) const STRONG: Style = Style::new().bold();
/// Dim, for what is secondary.
pub(super) const FAINT: Style = Style::new().dimmed();

/// How results are printed.
pub(super) struct Output {
    /// JSON instead of tables.
    pub(super) json: bool,
    /// The zone in which times are shown.
    pub(super) zone: TimeZone,
}

impl Output {
    pub(super) fn new(json: bool) -> Self {
        Self {
            json,
            zone: TimeZone::system(),
        }
    }

    /// Prints a value as JSON, one document.
    pub(super) fn json(value: &impl Serialize) -> anyhow::Result<()> {
        let mut out = anstream::stdout().lock();
        serde_json::to_writer_pretty(&mut out, value)?;
        writeln!(out)?;
        Ok(())
    }

    /// Prints lines.
    pub(super) fn text(text: &str) -> anyhow::Result<()> {
        let mut out = anstream::stdout().lock();
        out.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            writeln!(out)?;
        }
        Ok(())
    }

    /// Prints words about the results, wrapped to the page.
    pub(super) fn say(text: &str) -> anyhow::Result<()> {
        Self::text(&paragraph("", text, 0, width()))
    }

    /// The same, dim.
    pub(super) fn note(text: &str) -> anyhow::Result<()> {
        Self::say(&format!("{FAINT}{text}{FAINT:#}"))
    }

    /// A date and time in the user's zone, to the minute.
    pub(super) fn time(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone())
            .strftime("%Y-%m-%d %H:%M")
            .to_string()
    }
}

/// A table without frames that fits the page; see [`layout`](super::layout).
pub(super) fn table(head: &[&str]) -> Table {
    Table::new(head)
}

/// Prints a table.
pub(super) fn print_table(table: &Table) -> anyhow::Result<()> {
    Output::text(&table.lines().join("\n"))
}

/// A span as people say it: `3 min`, `2 h`, `5 d`.
pub(super) fn span(span: SignedDuration) -> String {
    let seconds = span.as_secs().abs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// A time in the past, from now: `2 h ago`; a dash when there is none.
pub(super) fn ago(at: Option<Timestamp>, now: Timestamp) -> String {
    at.map_or_else(
        || "—".to_owned(),
        |at| {
            format!(
                "{} ago",
                span(now.duration_since(at).max(SignedDuration::ZERO))
            )
        },
    )
}

/// A time to come, from now: `in 5 min`, `now`; a dash when there is none.
pub(super) fn ahead(at: Option<Timestamp>, now: Timestamp) -> String {
    match at {
        None => "—".to_owned(),
        Some(at) if at <= now => "now".to_owned(),
        Some(at) => format!("in {}", span(at.duration_since(now))),
    }
}

/// A text in one line of at most `most` columns. What steers a terminal or turns the direction of
/// writing is left out: titles come from strangers.
pub(super) fn one_line(text: &str, most: usize) -> String {
    let steers = |c: &char| {
        c.is_control() && !c.is_whitespace()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    clipped(
        &flat.chars().filter(|c| !steers(c)).collect::<String>(),
        most,
    )
}

/// Bytes as people say them.
pub(super) fn bytes(n: u64) -> String {
    match n {
        0..1_024 => format!("{n} B"),
        1_024..1_048_576 => format!("{:.1} KB", n as f64 / 1_024.0),
        1_048_576..1_073_741_824 => format!("{:.1} MB", n as f64 / 1_048_576.0),
        _ => format!("{:.1} GB", n as f64 / 1_073_741_824.0),
    }
}

/// Did the reader of our output go away? That is not our failure.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json = cause
            .downcast_ref::<serde_json::Error>()
            .and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(io::ErrorKind::BrokenPipe)
    })
}
