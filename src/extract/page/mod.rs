//! Readable text of a page: the whole body as blocks in reading order (first, simple form).

use scraper::{Html, Selector};

use super::charset::{self, Markup};
use crate::model::{Block, BlockKind, Body, PageText, ReadOptions, ReadOutcome, Reading};

/// Reads a page.
pub fn read(body: &Body<'_>, _options: &ReadOptions) -> Reading {
    let decoded = charset::decode(body.bytes, body.content_type, Markup::Html);
    let html = Html::parse_document(&decoded.text);
    let (Ok(blocks), Ok(title)) = (
        Selector::parse("h1,h2,h3,h4,h5,h6,p,li,tr,blockquote,pre"),
        Selector::parse("title"),
    ) else {
        return Reading::nothing(ReadOutcome::Empty, decoded.encoding);
    };
    let collapse = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut reading = Reading::nothing(ReadOutcome::Read, decoded.encoding);
    reading.title = html
        .select(&title)
        .next()
        .map(|t| collapse(t.text().collect()));
    let blocks: Vec<Block> = html
        .select(&blocks)
        .map(|element| Block {
            kind: match element.value().name().as_bytes() {
                [b'h', n @ b'1'..=b'6'] => BlockKind::Heading(n - b'0'),
                b"li" => BlockKind::ListItem,
                b"tr" => BlockKind::TableRow,
                b"blockquote" => BlockKind::Quote,
                b"pre" => BlockKind::Code,
                _ => BlockKind::Paragraph,
            },
            text: collapse(element.text().collect()),
            links: Vec::new(),
        })
        .filter(|block| !block.text.is_empty())
        .collect();
    if blocks.is_empty() {
        reading.outcome = ReadOutcome::Empty;
    } else {
        reading.text = Some(PageText { blocks });
    }
    reading.notes = decoded.notes;
    reading
}
