//! What a page shows, in lines and sentences, each with what it weighs.

use super::phrase;
use crate::extract::html::{Outline, clean_text, is_block, lays_out, squeeze};
use crate::model::{Block, BlockKind};

/// What a value of a table weighs at least.
const ROW: usize = 20;
/// Text beyond this many lines is not looked at: no wall is that long.
const LINES: usize = 600;

/// What stands on the screen as one line or paragraph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its text.
    pub(crate) text: String,
    /// Does it lead or act: a link, a button, a label, a heading?
    pub(crate) aside: bool,
    /// Does it stand in a table of data, or among terms and what they mean? Then it is one of its values, whatever it says.
    pub(crate) data: bool,
}

impl Line {
    /// The line that a block of text makes.
    pub(crate) fn of(block: &Block) -> Self {
        Self {
            text: block.text.clone(),
            aside: matches!(block.kind, BlockKind::Heading(_)),
            data: block.kind == BlockKind::TableRow,
        }
    }

    /// The lines that are seen of a page and not left out.
    pub(crate) fn seen(outline: &Outline<'_>, left_out: &[bool]) -> Vec<Self> {
        let entries = outline.entries();
        let mut reader = Reader::default();
        let mut open: Vec<usize> = Vec::new();
        let mut at = 0;
        while at < entries.len() && reader.lines.len() < LINES {
            while let Some(&last) = open.last()
                && entries[last].end <= at
            {
                open.pop();
                let name = entries[last].name();
                if is_block(name) || name == "br" {
                    reader.end();
                }
                reader.asides -= u32::from(is_aside(name));
                reader.tables.pop_if(|table| *table == last);
            }
            let entry = &entries[at];
            if entry.hidden || left_out.get(at).copied().unwrap_or(false) {
                at = entry.end;
                continue;
            }
            if let Some(text) = entry.text() {
                reader.text(text);
            } else {
                let name = entry.name();
                if is_block(name) || name == "br" {
                    reader.end();
                }
                reader.asides += u32::from(is_aside(name));
                if name == "dl" || name == "table" && !lays_out(outline, at) {
                    reader.tables.push(at);
                }
                open.push(at);
            }
            at += 1;
        }
        reader.end();
        reader.lines
    }
}

#[derive(Default)]
struct Reader {
    lines: Vec<Line>,
    text: String,
    /// Characters of it that stand in asides.
    beside: usize,
    /// Open elements that lead or act.
    asides: u32,
    /// Open tables of data.
    tables: Vec<usize>,
}

impl Reader {
    fn text(&mut self, text: &str) {
        let before = self.text.len();
        squeeze(&clean_text(text), &mut self.text);
        if self.asides > 0 {
            self.beside += self.text.len() - before;
        }
    }

    fn end(&mut self) {
        let text = self.text.trim();
        if !text.is_empty() {
            self.lines.push(Line {
                text: text.to_owned(),
                aside: self.beside * 2 > text.len(),
                data: !self.tables.is_empty(),
            });
        }
        self.text.clear();
        self.beside = 0;
    }
}

fn is_aside(name: &str) -> bool {
    matches!(
        name,
        "a" | "button" | "label" | "option" | "legend" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
    )
}

/// One sentence of a line.
#[derive(Debug)]
pub(super) struct Sentence {
    text: String,
    aside: bool,
    data: bool,
}

impl Sentence {
    /// Does it say any of the phrases?
    pub(super) fn says(&self, phrases: &[&str]) -> bool {
        !self.data && phrase::any(phrases, &self.text)
    }

    /// Is it one of the names, and nothing else?
    pub(super) fn is_any(&self, names: &[&str]) -> bool {
        !self.data && names.contains(&self.text.as_str())
    }

    /// Does it hold any of the words, wherever?
    pub(super) fn holds(&self, words: &[&str]) -> bool {
        !self.data && words.iter().any(|word| self.text.contains(word))
    }

    /// Does it say one thing of each group, and no number? Walls name none.
    pub(super) fn joins(&self, groups: &[&[&str]]) -> bool {
        !groups.is_empty()
            && !self.has_number()
            && self.length() <= 200
            && groups.iter().all(|group| self.says(group))
    }

    /// Its characters, white space aside.
    pub(super) fn length(&self) -> usize {
        self.text.chars().filter(|c| !c.is_whitespace()).count()
    }

    /// How much it says beside a wall's words: twice its characters with a number in it, none of an aside.
    pub(super) fn weight(&self, titles: &[String]) -> usize {
        if self.aside && !self.data || !self.text.contains(|c: char| c.is_alphanumeric()) {
            return 0;
        }
        let length = self.length();
        if self.data {
            // a row of a table is a rule in itself
            return (length * 2).max(ROW);
        }
        if self.has_number() {
            return length * 2;
        }
        // a site says its name on every page
        let is_name = length <= 30 && titles.iter().any(|title| title.contains(&self.text));
        if is_name { 0 } else { length }
    }

    /// A number that is no time of day.
    fn has_number(&self) -> bool {
        self.text
            .split(|c: char| !c.is_alphanumeric() && c != ':')
            .any(|word| word.contains(|c: char| c.is_ascii_digit()) && !word.contains(':'))
    }
}

/// The sentences of a line.
pub(super) fn sentences(line: &Line) -> Vec<Sentence> {
    let text = plain(&line.text);
    let mut out = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let ends = matches!(c, '.' | '!' | '?' | '…' | '\n')
            && chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        if ends {
            push(&text[start..at], line, &mut out);
            start = at + c.len_utf8();
        }
    }
    push(&text[start..], line, &mut out);
    out
}

fn push(text: &str, line: &Line, out: &mut Vec<Sentence>) {
    let text = text.trim();
    if !text.is_empty() {
        out.push(Sentence {
            text: text.to_owned(),
            aside: line.aside,
            data: line.data,
        });
    }
}

/// In lower case with straight apostrophes.
pub(super) fn plain(text: &str) -> String {
    text.to_lowercase()
        .replace(['’', 'ʼ'], "'")
        .replace('ё', "е")
}
