//! The blocks in which a changelog's entries are looked for.

use super::updates::with_updates;
use super::when::{self, Context};
use crate::extract::{charset, html::FlowBlock, page};
use crate::model::{BlockKind, Body, PageText, ReadOptions, Reading};

/// A changelog's text in one or more views.
pub(super) struct Source {
    /// The page as `page` reads it.
    pub(super) reading: Reading,
    /// Its blocks with their anchors: the main content, then the whole page.
    pub(super) flows: Vec<Vec<FlowBlock>>,
}

/// Reads the body's blocks.
pub(super) fn read(body: &Body<'_>, options: &ReadOptions) -> Source {
    let page::Views {
        mut reading,
        text,
        flows,
    } = page::views(body, options);
    // MDX with much HTML in it looks like a page
    let text = text.or_else(|| {
        let has_updates = memchr::memmem::find(body.bytes, b"<Update").is_some();
        let decoded = || charset::decode(body.bytes, body.content_type, charset::Markup::Html);
        has_updates
            .then(|| decoded().text)
            .filter(|text| with_updates(text).is_some())
    });
    let Some(text) = text else {
        return Source { reading, flows };
    };
    let prepared = with_updates(&text).unwrap_or(text);
    let prepared = with_open_rows(&with_parted_days(&prepared));
    let blocks = page::read_marked_text(&prepared, body);
    let flow = anchored(&blocks);
    reading.text = Some(blocks);
    Source {
        reading,
        flows: vec![flow],
    }
}

/// Lines that lead with their day, parted where they follow each other without a blank line: else they
/// would be one paragraph.
fn with_parted_days(text: &str) -> String {
    let leads = |line: &str| {
        let is_plain = line.starts_with(char::is_alphanumeric);
        is_plain
            && when::find(line, Context::default()).is_some_and(|when| {
                let after = line[when.end..].trim_start();
                when.start == 0
                    && (after.is_empty() || after.starts_with([':', '–', '—', '-', '|']))
            })
    };
    let lines: Vec<(&str, bool)> = text.lines().map(|line| (line, leads(line))).collect();
    if lines.iter().filter(|(_, leads)| *leads).count() < 2 {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 64);
    for (line, leads) in lines {
        if leads {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
    }
    out
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
