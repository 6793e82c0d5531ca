//! The findings of a digest that looks back as a table for spreadsheets (RFC 4180), one a row.
//!
//! Begins with a byte order mark, without which Excel takes UTF-8 for something else; Russian
//! spreadsheets part cells by semicolons. A cell that a spreadsheet would take for a formula gets an
//! apostrophe before it: titles are the words of others.

use super::Review;
use super::headline::{headline, platform_name};
use super::wording::{line, web_address};
use super::words::Words;
use crate::model::{DigestSpec, Finding, FindingId, Language};

/// Columns: keys of their names.
const COLUMNS: [&str; 13] = [
    "id",
    "detected",
    "kind",
    "severity",
    "class",
    "platform",
    "owner",
    "title",
    "gist",
    "published",
    "in-force",
    "confidence",
    "address",
];

/// The table; empty where the digest does not look back.
pub(super) fn csv(spec: &DigestSpec, review: &Review, words: Words) -> String {
    let comma = match words.language {
        Language::En => ',',
        Language::Ru => ';',
    };
    let meant = review.now.iter().filter(|(_, finding)| {
        spec.tags.is_empty() || finding.tags.iter().any(|tag| spec.tags.contains(tag))
    });
    let mut out = String::new();
    for (id, finding) in meant {
        write(&mut out, &row(*id, finding, words), comma);
    }
    if out.is_empty() {
        return out;
    }
    let names = COLUMNS.map(|column| words.say(&format!("column-{column}")));
    let mut head = "\u{feff}".to_owned();
    write(&mut head, &names, comma);
    head + &out
}

fn row(id: FindingId, finding: &Finding, words: Words) -> [String; 13] {
    let class = finding
        .class
        .map(|class| words.say(&format!("class-{}", class.name())));
    let platform = finding
        .platform
        .as_deref()
        .map(|id| platform_name(id, words));
    let (title, _) = headline(finding, words);
    [
        id.to_string(),
        finding.detected_at.to_string(),
        words.say(&format!("kind-{}", finding.kind.name())),
        words.say(&format!("severity-{}", finding.severity.name())),
        class.unwrap_or_default(),
        platform.unwrap_or_default(),
        line(&finding.owner),
        title,
        line(finding.gist_in(words.language)),
        finding
            .published_at
            .map(|at| at.to_string())
            .unwrap_or_default(),
        finding
            .effective
            .map(|day| day.to_string())
            .unwrap_or_default(),
        format!("{:.0}", finding.confidence * 100.0),
        finding
            .url
            .as_deref()
            .and_then(web_address)
            .unwrap_or_default(),
    ]
}

fn write(out: &mut String, cells: &[String], comma: char) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(comma);
        }
        let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let guard = if is_formula { "'" } else { "" };
        out.push('"');
        out.push_str(guard);
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_run() {
        let mut out = String::new();
        let cells = ["=1+1", "say \"no\"", "a;b\nc"].map(str::to_owned);
        write(&mut out, &cells, ';');
        assert_eq!(out, "\"'=1+1\";\"say \"\"no\"\"\";\"a;b\nc\"\r\n");
    }
}
