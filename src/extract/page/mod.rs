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
mod select;
mod site_lines;
#[cfg(test)]
mod tests;
mod tidy;
mod told;
mod walls;

use super::{
    charset::{self, Markup},
    html::{self, Flow, FlowBlock, Outline},
    markdown, rst,
};
use crate::model::{BlockKind, Body, PageText, ReadOptions, ReadOutcome, Reading};
use form::Form;
pub(super) use meta::names_a_document;
pub use select::check as check_selector;

/// A page in the views that other readers of documents need.
pub(super) struct Views {
    /// The page as [`read`] gives it.
    pub(super) reading: Reading,
    /// The decoded text, when the body is Markdown or plain.
    pub(super) text: Option<String>,
    /// Blocks with their anchors: of the main content, then of the whole page.
    pub(super) flows: Vec<Vec<FlowBlock>>,
}

/// Reads a page.
pub fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    let (mut reading, form, text) = open(body);
    match form {
        Form::Html => read_html(body, options, &text, &mut reading, &mut None),
        Form::Text => read_text(&text, body, &mut reading),
    }
    finish(reading)
}

/// Reads only what selectors name; `None` where they name nothing.
pub(super) fn select(body: &Body<'_>, options: &ReadOptions) -> Option<PageText> {
    let (mut reading, form, text) = open(body);
    if form == Form::Text {
        return None;
    }
    let page = html::parse(&text, true);
    let mut outline = Outline::of(&page);
    outline.unveil();
    let base = html::base_of(&page, body.url);
    let left_out = select::removed(&outline, &options.remove, &mut reading.notes);
    let roots = select::chosen(&outline, &options.select, &mut reading.notes);
    let flow = Flow {
        outline: &outline,
        base: &base,
        left_out: &left_out,
    };
    let blocks = roots.iter().flat_map(|&root| flow.blocks(root));
    let blocks: Vec<_> = blocks.map(|block| block.block).collect();
    (!blocks.is_empty()).then_some(PageText { blocks })
}

/// Reads a page, and keeps what [`Reading`] leaves out.
pub(super) fn views(body: &Body<'_>, options: &ReadOptions) -> Views {
    let (mut reading, form, text) = open(body);
    let mut flows = Some(Vec::new());
    let text = match form {
        Form::Html => {
            read_html(body, options, &text, &mut reading, &mut flows);
            None
        }
        Form::Text => {
            read_text(&text, body, &mut reading);
            Some(text)
        }
    };
    Views {
        reading: finish(reading),
        text,
        flows: flows.unwrap_or_default(),
    }
}

/// Reads text with marks: Markdown, reStructuredText, plain.
pub(super) fn read_marked_text(source: &str, body: &Body<'_>) -> PageText {
    let source = form::without_front_matter(source).1;
    if body.url.path().to_ascii_lowercase().ends_with(".rst") || rst::looks_like(source) {
        markdown::read_markdown(&rst::to_markdown(source))
    } else {
        markdown::read_markdown(source)
    }
}

fn open(body: &Body<'_>) -> (Reading, Form, String) {
    let decoded = charset::decode(body.bytes, body.content_type, Markup::Html);
    let mut reading = Reading::nothing(ReadOutcome::Read, decoded.encoding);
    reading.notes = decoded.notes;
    (reading, form::of(body, &decoded.text), decoded.text)
}

fn finish(mut reading: Reading) -> Reading {
    let blank = reading
        .text
        .as_ref()
        .is_none_or(|text| text.blocks.is_empty());
    if reading.outcome == ReadOutcome::Read && blank {
        reading.outcome = ReadOutcome::Empty;
    }
    if reading.outcome != ReadOutcome::Read {
        reading.text = None;
    }
    reading
}

fn read_html(
    body: &Body<'_>,
    options: &ReadOptions,
    source: &str,
    reading: &mut Reading,
    flows: &mut Option<Vec<Vec<FlowBlock>>>,
) {
    let own = !options.select.is_empty() || !options.remove.is_empty();
    let page = html::parse(source, own);
    let mut outline = Outline::of(&page);
    outline.unveil();
    let meta = meta::Meta::of(&page);
    reading.title.clone_from(&meta.title);
    let base = html::base_of(&page, body.url);

    let mut whole = None;
    let removed = select::removed(&outline, &options.remove, &mut reading.notes);
    let chosen = select::chosen(&outline, &options.select, &mut reading.notes);
    let flow = |left_out: &[bool], roots: &[usize]| -> Vec<FlowBlock> {
        let flow = Flow {
            outline: &outline,
            base: &base,
            left_out,
        };
        roots.iter().flat_map(|&root| flow.blocks(root)).collect()
    };
    let mut main = flow(&removed, &chosen);
    // a selector that found text has found the page
    if main.is_empty() {
        let choice = main_content::choose(&outline, meta.intent, removed.clone());
        if choice.prose <= walls::PROSE {
            let noscript = html::noscript_text(&page, 4_096);
            let titles = meta.names();
            let judge = |lines: &[walls::Line]| {
                walls::recognise(&walls::Evidence {
                    source,
                    titles: &titles,
                    lines,
                    noscript: &noscript,
                })
            };
            let lines = walls::Line::seen(&outline, &choice.named_out);
            let wall = judge(&lines).or_else(|| {
                // a wall may stand in what calls itself a dialog
                let bare = lines.iter().all(|line| line.aside);
                bare.then(|| judge(&walls::Line::seen(&outline, &removed)))?
            });
            reading.outcome = wall.unwrap_or(ReadOutcome::Read);
        }
        reading
            .notes
            .extend(told::left_out(&outline, &choice.named_out, &removed));
        main = tidy::tidy(flow(&choice.left_out, &choice.roots), meta.intent);
        if main.is_empty() {
            // a list of links is content where there is nothing else
            main = tidy::tidy(flow(&choice.named_out, &[0]), meta.intent);
        }
        if flows.is_some() && chosen.is_empty() {
            whole = Some(flow(&removed, &[0]));
        }
    }
    let blocks = main.iter().map(|block| block.block.clone()).collect();
    reading.text = Some(PageText { blocks });
    if let Some(flows) = flows {
        flows.push(main);
        flows.extend(whole);
    }
}

fn read_text(source: &str, body: &Body<'_>, reading: &mut Reading) {
    let text = read_marked_text(source, body);
    let heading = text
        .blocks
        .iter()
        .find(|block| matches!(block.kind, BlockKind::Heading(_)));
    reading.title = form::without_front_matter(source)
        .0
        .or_else(|| heading.map(|block| block.text.clone()));
    let chars: usize = text.blocks.iter().map(|block| block.text.len()).sum();
    if chars <= walls::PROSE as usize * 2 {
        let lines: Vec<_> = text.blocks.iter().map(walls::Line::of).collect();
        let first = lines.first().map(|line| line.text.as_str());
        let wall = walls::recognise(&walls::Evidence {
            source: "",
            titles: &first.into_iter().collect::<Vec<_>>(),
            lines: &lines,
            noscript: "",
        });
        reading.outcome = wall.unwrap_or(ReadOutcome::Read);
    }
    reading.text = Some(text);
}
