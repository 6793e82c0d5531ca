//! The blocks in which a changelog's entries are looked for.

use std::sync::LazyLock;

use regex::Regex;

use crate::extract::{html::FlowBlock, page};
use crate::model::{BlockKind, Body, PageText, ReadOptions, Reading};

/// A changelog's text in one or more views.
pub(super) struct Source {
    /// The page as `page` reads it.
    pub(super) reading: Reading,
    /// Its blocks with their anchors: the main content, then the whole page.
    pub(super) flows: Vec<Vec<FlowBlock>>,
}

static UPDATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?m)^[ \t]*<Update\s+label=\{?["']([^"'\n]{1,120})["']\}?(?:[^>\n]*?description=\{?["']([^"'\n]{1,120})["']\}?)?[^>\n]*>[ \t]*$"#).ok()
});

/// Reads the body's blocks.
pub(super) fn read(body: &Body<'_>, options: &ReadOptions) -> Source {
    let page::Views {
        mut reading,
        text,
        flows,
    } = page::views(body, options);
    let Some(text) = text else {
        return Source { reading, flows };
    };
    let prepared = with_open_rows(&with_updates(&text));
    let blocks = page::read_marked_text(&prepared, body);
    let flow = anchored(&blocks);
    reading.text = Some(blocks);
    Source {
        reading,
        flows: vec![flow],
    }
}

/// `<Update label="…" description="…">` of MDX as a heading.
fn with_updates(text: &str) -> String {
    match UPDATE.as_ref() {
        Some(update) if text.contains("<Update") => update
            .replace_all(text, |found: &regex::Captures<'_>| match found.get(2) {
                Some(description) => format!("\n# {} – {}\n", &found[1], description.as_str()),
                None => format!("\n# {}\n", &found[1]),
            })
            .replace("</Update>", ""),
        _ => text.to_owned(),
    }
}

/// Rows of a table that lost their first bar, as some converters write them.
fn with_open_rows(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut in_table = false;
    for line in text.lines() {
        if is_link_definition(line) {
            continue;
        }
        let bars = line.matches('|').count();
        if in_table && bars > 0 && !line.trim_start().starts_with('|') {
            out.push_str("| ");
        }
        in_table = bars > 0 && (in_table || line.trim_start().starts_with('|'));
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// `[1.2.3]: https://…`, which Markdown takes out of the text.
fn is_link_definition(line: &str) -> bool {
    line.strip_prefix('[')
        .and_then(|rest| rest.split_once("]:"))
        .is_some_and(|(label, target)| {
            !label.is_empty()
                && !label.contains(']')
                && target.split_whitespace().count() == 1
                && target.contains(['/', '#'])
        })
}

/// Blocks of Markdown with the anchors that its hosts give to headings.
fn anchored(text: &PageText) -> Vec<FlowBlock> {
    let mut taken: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    text.blocks
        .iter()
        .enumerate()
        .map(|(at, block)| {
            let anchor = matches!(block.kind, BlockKind::Heading(_)).then(|| {
                let slug = slug(&block.text);
                let nth = taken.entry(slug.clone()).or_default();
                *nth += 1;
                if *nth > 1 {
                    format!("{slug}-{}", *nth - 1)
                } else {
                    slug
                }
            });
            FlowBlock {
                block: block.clone(),
                at,
                anchor: anchor.filter(|anchor| !anchor.is_empty()),
                time: None,
            }
        })
        .collect()
}

/// A heading's anchor as GitHub and most documentation sites make it.
fn slug(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
            ' ' => Some('-'),
            _ => None,
        })
        .collect()
}
