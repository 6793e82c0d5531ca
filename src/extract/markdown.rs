//! Markdown as it is found, made into blocks of readable text.
//!
//! Reads what rule texts are kept in: CommonMark's headings (both forms), lists, tables, quotations
//! and fences, with the HTML and the template marks (`{: #anchor }`, `{heading(…)[id=…]}`,
//! `{note:info}`) that documentation sites mix in. Marks vanish and their text stays, so that a page
//! whose markup alone changed reads the same. Pictures and their alternative texts are left out:
//! they are not part of the rule.
//!
//! It never fails and takes time linear in the input; what is not understood is kept as text.

mod inline;

use crate::model::{Block, BlockKind, PageText};

/// Reads a Markdown (or plain) text. Plain text is Markdown without marks.
pub fn read_markdown(source: &str) -> PageText {
    let mut reader = Reader::default();
    for line in source.trim_start_matches('\u{feff}').lines() {
        reader.line(line.trim_end());
    }
    reader.flush();
    PageText {
        blocks: reader.blocks,
    }
}

/// Lines are gathered until a block ends.
#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    kind: Option<BlockKind>,
    pending: String,
    /// The mark that closes the fence we are in.
    fence: Option<&'static str>,
}

impl Reader {
    fn line(&mut self, raw: &str) {
        let line = raw.trim_start();
        if let Some(fence) = self.fence {
            if line.starts_with(fence) {
                self.fence = None;
                self.flush();
            } else {
                self.pending.push_str(raw);
                self.pending.push('\n');
            }
            return;
        }
        if let Some(fence) = ["```", "~~~"].into_iter().find(|f| line.starts_with(f)) {
            self.flush();
            self.fence = Some(fence);
            self.kind = Some(BlockKind::Code);
            return;
        }
        if line.is_empty() || inline::is_template_line(line) {
            return self.flush();
        }
        if let Some(level) = underline_level(line) {
            if matches!(self.kind, Some(BlockKind::Paragraph)) {
                self.kind = Some(BlockKind::Heading(level));
            }
            return self.flush();
        }
        if is_rule(line) {
            return self.flush();
        }
        if let Some((kind, text)) = block_start(line) {
            self.flush();
            self.kind = Some(kind);
            self.pending.push_str(text);
            if matches!(kind, BlockKind::Heading(_) | BlockKind::TableRow) {
                self.flush();
            }
            return;
        }
        self.kind.get_or_insert(BlockKind::Paragraph);
        if !self.pending.is_empty() {
            self.pending.push('\n');
        }
        self.pending.push_str(line);
    }

    /// Ends the block that is being gathered.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.pending);
        let Some(kind) = self.kind.take() else { return };
        if kind == BlockKind::Code {
            let text = text.trim_end().to_owned();
            if !text.is_empty() {
                self.blocks.push(Block {
                    kind,
                    text,
                    links: Vec::new(),
                });
            }
            return;
        }
        if kind == BlockKind::TableRow {
            let cells = split_cells(&text);
            let mut links = Vec::new();
            let mut read = Vec::new();
            for cell in cells {
                let parts = inline::read(cell);
                read.push(
                    parts
                        .iter()
                        .map(|p| p.text.as_str())
                        .collect::<Vec<_>>()
                        .join(" "),
                );
                links.extend(parts.into_iter().flat_map(|p| p.links));
            }
            if read.iter().any(|cell| !cell.is_empty()) {
                self.blocks.push(Block {
                    kind,
                    text: read.join(" | ").trim().to_owned(),
                    links,
                });
            }
            return;
        }
        for part in inline::read(&text) {
            let kind = part.heading.map_or(kind, BlockKind::Heading);
            if !part.text.is_empty() {
                self.blocks.push(Block {
                    kind,
                    text: part.text,
                    links: part.links,
                });
            }
        }
    }
}

/// `===` or `---` under a line of text.
fn underline_level(line: &str) -> Option<u8> {
    let mark = line.chars().next()?;
    let level = match mark {
        '=' => 1,
        '-' => 2,
        _ => return None,
    };
    (line.len() >= 2 && line.chars().all(|c| c == mark)).then_some(level)
}

/// `* * *`, `- - -`, `___`, `===`: a line across the page; also a table's `| --- |` and `|===`.
fn is_rule(line: &str) -> bool {
    let is_mark = |c: char| {
        matches!(
            c,
            '*' | '-' | '_' | '=' | '|' | ':' | ' ' | '+' | '\u{200d}'
        )
    };
    line.len() >= 3 && line.chars().all(is_mark)
}

/// The kind of block that a line begins, and the line without its mark.
fn block_start(line: &str) -> Option<(BlockKind, &str)> {
    let hashes = line.bytes().take_while(|b| *b == b'#').count();
    if (1..=6).contains(&hashes) {
        let text = &line[hashes..];
        if text.is_empty() || text.starts_with([' ', '{', '\t']) {
            return Some((
                BlockKind::Heading(hashes as u8),
                text.trim().trim_end_matches('#'),
            ));
        }
    }
    if let Some(quote) = line.strip_prefix('>') {
        let quote = quote.trim_start_matches(['>', ' ']);
        return Some(block_start(quote).unwrap_or((BlockKind::Quote, quote)));
    }
    if line.starts_with('|') {
        return Some((BlockKind::TableRow, line));
    }
    if let Some(text) = line.strip_prefix(['*', '-', '+', '•', '·', '–', '—'])
        && text.starts_with([' ', '\t', '\u{a0}'])
    {
        return Some((BlockKind::ListItem, text.trim_start()));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=3).contains(&digits)
        && let Some(text) = line[digits..].strip_prefix(['.', ')'])
        && text.starts_with(' ')
    {
        return Some((BlockKind::ListItem, text.trim_start()));
    }
    None
}

/// Cells of a table row: split at pipes that are not escaped.
fn split_cells(row: &str) -> Vec<&str> {
    let row = row.trim().trim_start_matches('|').trim_end_matches('|');
    let mut cells = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, c) in row.char_indices() {
        if c == '|' && !escaped {
            cells.push(row[start..at].trim());
            start = at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    cells.push(row[start..].trim());
    cells
}

#[cfg(test)]
mod tests;
