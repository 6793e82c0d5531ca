//! reStructuredText made Markdown, as far as headings, links and code go.
//!
//! Python projects keep their changelogs in it. Headings are underlined with any mark, and the order in which
//! marks first appear gives their levels; comments, targets and directives are not text. What is not
//! understood stays as it is. Linear in the input.

use std::sync::LazyLock;

use regex::Regex;

static ROLE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r":[\w:+.-]{1,40}:`([^`\n]*)`").ok());
static LINK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"`([^`<>\n]*?)\s*<([^`<>\s]*)>`_{1,2}").ok());
static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"`([^`\n]*)`_{1,2}").ok());
static LITERAL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"``([^`\n]+)``").ok());

/// Does a text look like reStructuredText rather than Markdown?
pub(crate) fn looks_like(source: &str) -> bool {
    let sample = &source[..source.floor_char_boundary(65_536)];
    let hashes = sample
        .lines()
        .filter(|line| line.starts_with("# ") || line.starts_with("## "))
        .count();
    let marks = sample
        .lines()
        .filter(|line| line.starts_with(".. ") || line.trim_end() == "..")
        .count()
        + sample.matches(":`").count()
        + sample.matches("`_").count();
    hashes == 0 && marks >= 2
}

/// The text as Markdown.
pub(crate) fn to_markdown(source: &str) -> String {
    let lines: Vec<&str> = source.lines().collect();
    let mut levels: Vec<(char, bool)> = Vec::new();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let overlined = rule(line).is_some()
            && at + 2 < lines.len()
            && rule(lines[at + 2]) == rule(line)
            && !lines[at + 1].trim().is_empty();
        let title_at = if overlined { at + 1 } else { at };
        let title = lines[title_at].trim();
        if !title.is_empty()
            && rule(title).is_none()
            && let Some(mark) = lines.get(title_at + 1).copied().and_then(rule)
            && lines[title_at + 1].trim_end().chars().count() + 2 >= title.chars().count()
        {
            let key = (mark, overlined);
            let level = levels
                .iter()
                .position(|known| *known == key)
                .unwrap_or_else(|| {
                    levels.push(key);
                    levels.len() - 1
                });
            out.push('\n');
            out.extend(std::iter::repeat_n('#', (level + 1).min(6)));
            out.push(' ');
            out.push_str(&inline(title));
            out.push_str("\n\n");
            at = title_at + 2;
            continue;
        }
        if line.starts_with("..") && (line.len() == 2 || line.starts_with(".. ")) {
            // a comment, a target or a directive, with what is indented under it; notes keep their text
            let keeps = [
                ".. note",
                ".. warning",
                ".. versionadded",
                ".. versionchanged",
                ".. deprecated",
                ".. important",
                ".. attention",
            ]
            .iter()
            .any(|mark| line.starts_with(mark));
            at += 1;
            while at < lines.len()
                && (lines[at].trim().is_empty() || lines[at].starts_with([' ', '\t']))
            {
                if keeps {
                    out.push_str(inline(lines[at].trim()).as_str());
                    out.push('\n');
                } else if lines[at].trim().is_empty() {
                    out.push('\n');
                }
                at += 1;
            }
            continue;
        }
        out.push_str(&inline(line));
        out.push('\n');
        at += 1;
    }
    out
}

/// The mark of a line that is nothing but one mark, three times at least.
fn rule(line: &str) -> Option<char> {
    let line = line.trim_end();
    let mark = line
        .chars()
        .next()
        .filter(|c| "=-~^\"'*+#:.`_<>".contains(*c))?;
    (line.len() >= 3 && line.chars().all(|c| c == mark)).then_some(mark)
}

fn inline(line: &str) -> String {
    if !line.contains('`') {
        return line.to_owned();
    }
    let mut text = line.to_owned();
    for (pattern, with) in [
        (&LINK, "[$1]($2)"),
        (&ROLE, "`$1`"),
        (&REFERENCE, "$1"),
        (&LITERAL, "`$1`"),
    ] {
        if let Some(pattern) = pattern.as_ref() {
            text = pattern.replace_all(&text, with).into_owned();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_by_their_marks() {
        let source = "..\n    a comment\n\nChangelog\n*********\n\n1.1 - 2026-01-02\n================\n\nFixed\n-----\n\n* `Tick <https://x.org/1>`_ and :code:`x` and ``y``\n\n.. _target: https://x.org\n\n1.0 - 2025-01-02\n================\n";
        assert!(looks_like(source));
        let lines: Vec<String> = to_markdown(source)
            .lines()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
        assert_eq!(
            lines,
            [
                "# Changelog",
                "## 1.1 - 2026-01-02",
                "### Fixed",
                "* [Tick](https://x.org/1) and `x` and `y`",
                "## 1.0 - 2025-01-02"
            ]
        );
    }
}
