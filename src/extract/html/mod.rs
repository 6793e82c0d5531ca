//! HTML as it is found, made into blocks of readable text.
//!
//! [`parse`] first slims the source ([`lean`]): scripts, styles, comments and drawings go, depth and
//! attribute counts are capped, because html5ever is quadratic in both. Then [`Outline`] lays the tree out
//! flat in document order with each subtree as a range, and [`Flow`] turns any choice of its nodes into
//! blocks: headings, paragraphs, list items, table rows, quotations, code, with absolute links.
//!
//! Readers of pages and changelogs and channels share it. It never guesses what the main content is (that is
//! `page`), never keeps attributes or tokens in text, and takes linear time on any input.

mod elements;
mod email;
mod flow;
mod lean;
mod links;
mod open_tags;
mod outline;
mod text;

#[cfg(test)]
mod tests;

pub(crate) use elements::{is_block, lays_out};
pub(crate) use flow::{Flow, FlowBlock};
pub(crate) use links::{base_of, clean_link};

pub(crate) use outline::{Entry, Outline};
pub(crate) use text::{clean_text, squeeze};

use scraper::Html;

/// Parses a page of any size and depth in linear time. With `whole`, everything that a selector may name stays
/// in the tree; else only what matters for reading.
pub(crate) fn parse(source: &str, whole: bool) -> Html {
    Html::parse_document(&lean::lean(source, whole))
}

/// Text that the page keeps for readers without scripts, up to about `limit` bytes.
pub(crate) fn noscript_text(page: &Html, limit: usize) -> String {
    let mut out = String::new();
    for node in page.tree.nodes() {
        if out.len() >= limit {
            break;
        }
        if node
            .value()
            .as_element()
            .is_some_and(|element| element.name() == "noscript")
        {
            for inner in node.descendants() {
                if let Some(text) = inner.value().as_text() {
                    out.push_str(text);
                    out.push(' ');
                }
            }
        }
    }
    out
}
