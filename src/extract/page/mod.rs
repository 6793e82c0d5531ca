//! Readable text of a page, in reading order.
//!
//! By the source's own selectors, or by finding the main content: navigation, cookie bars, related links,
//! share bars and footers are left out. A selector that finds nothing falls back to that, and says so in the
//! notes. Markdown and plain text are read as such, by content type, by the URL's ending or by their look.
//!
//! What stands in place of the content (a login wall, a bot check, a shell that needs JavaScript, "not
//! found" with status 200, nothing at all) is an outcome of its own and never text: it must not look like
//! a change. Reading is linear, never panics on any bytes, and gives the same text for the same bytes.

mod article;
mod cues;
mod form;
mod main_content;
mod measure;
mod meta;
mod phrases;
mod select;
#[cfg(test)]
mod tests;
mod walls;

use super::{
    charset::{self, Markup},
    html::{self, Flow, Outline},
    markdown,
};
use crate::model::{BlockKind, Body, PageText, ReadOptions, ReadOutcome, Reading};
use form::Form;

/// Reads a page.
pub fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    let decoded = charset::decode(body.bytes, body.content_type, Markup::Html);
    let mut reading = Reading::nothing(ReadOutcome::Read, decoded.encoding);
    reading.notes = decoded.notes;
    match form::of(body, &decoded.text) {
        Form::Html => read_html(body, options, &decoded.text, &mut reading),
        Form::Text => read_text(&decoded.text, &mut reading),
    }
    if reading.outcome == ReadOutcome::Read
        && reading
            .text
            .as_ref()
            .is_none_or(|text| text.blocks.is_empty())
    {
        reading.outcome = ReadOutcome::Empty;
    }
    if reading.outcome != ReadOutcome::Read {
        reading.text = None;
    }
    reading
}

fn read_html(body: &Body<'_>, options: &ReadOptions, source: &str, reading: &mut Reading) {
    let own = !options.select.is_empty() || !options.remove.is_empty();
    let page = html::parse(source, own);
    let mut outline = Outline::of(&page);
    outline.unveil();
    let meta = meta::Meta::of(&page);
    reading.title.clone_from(&meta.title);
    let base = html::base_of(&page, body.url);

    let mut left_out = select::removed(&outline, &options.remove, &mut reading.notes);
    let mut roots = select::chosen(&outline, &options.select, &mut reading.notes);
    let by_selector = !roots.is_empty();
    let mut prose = 0;
    if !by_selector {
        let choice = main_content::choose(&outline, meta.intent, left_out);
        (roots, left_out, prose) = (choice.roots, choice.left_out, choice.prose);
    }
    let flow = Flow {
        outline: &outline,
        base: &base,
        left_out: &left_out,
        split_lines: false,
    };
    let blocks: Vec<_> = roots
        .into_iter()
        .flat_map(|root| flow.blocks(root))
        .map(|block| block.block)
        .collect();
    // a selector that found text has found the page
    let found = by_selector && !blocks.is_empty();
    reading.text = Some(PageText { blocks });
    if !found && prose <= walls::PROSE {
        let wall = walls::recognise(&walls::Evidence {
            source,
            titles: meta.names(),
            seen: &outline.seen_text(8_192),
            noscript: &html::noscript_text(&page, 4_096),
            prose,
        });
        reading.outcome = wall.unwrap_or(ReadOutcome::Read);
    }
}

fn read_text(source: &str, reading: &mut Reading) {
    let text = markdown::read_markdown(source);
    reading.title = text
        .blocks
        .iter()
        .find(|block| matches!(block.kind, BlockKind::Heading(_)))
        .map(|block| block.text.clone());
    let plain = text.plain();
    reading.text = Some(text);
    if let Some(wall) = walls::recognise_text(&plain) {
        reading.outcome = wall;
    }
}
