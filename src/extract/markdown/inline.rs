//! Marks inside a block: emphasis, links, pictures, HTML tags, template marks, escapes.

use crate::model::Link;

/// Longest text that is struck out, bytes.
const STRUCK: usize = 20_000;

/// A piece of text between block-level HTML tags.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// White space collapsed, no marks.
    pub(super) text: String,
    pub(super) links: Vec<Link>,
    /// Level, if an HTML heading holds it.
    pub(super) heading: Option<u8>,
}

/// Tags that end a block of text.
const BREAKING: [&str; 22] = [
    "p",
    "div",
    "td",
    "th",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "thead",
    "tbody",
    "section",
    "article",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "dt",
    "dd",
];

/// Is the line nothing but template marks, such as `{: #anchor }`, `{note:info}`, `{/tabs}`?
pub(super) fn is_template_line(line: &str) -> bool {
    let mut rest = line;
    while let Some(after) = rest.trim_start().strip_prefix('{') {
        if after.starts_with("heading(") || after.starts_with("tab(") {
            return false;
        }
        match after.split_once('}') {
            Some((_, tail)) => rest = tail,
            None => return false,
        }
    }
    rest.trim().is_empty()
}

/// Reads the marks of a block's source.
pub(super) fn read(source: &str) -> Vec<Part> {
    let mut reader = Inline {
        parts: Vec::new(),
        part: Part::default(),
        open: None,
        depth: 0,
    };
    reader.text(source);
    reader.end_part();
    reader.parts
}

struct Inline {
    parts: Vec<Part>,
    part: Part,
    /// Where an HTML link leads and where its text began.
    open: Option<(String, usize)>,
    depth: usize,
}

impl Inline {
    fn text(&mut self, source: &str) {
        let mut rest = source;
        let mut before = ' ';
        while let Some(c) = rest.chars().next() {
            let used = self.one(rest, c, before);
            before = rest[..used].chars().next_back().unwrap_or(c);
            rest = &rest[used..];
        }
    }

    /// Handles what `rest` begins with and says how many bytes that was.
    fn one(&mut self, rest: &str, c: char, before: char) -> usize {
        match c {
            '\\' => match rest[1..].chars().next() {
                Some(mark) if mark.is_ascii_punctuation() => {
                    self.part.text.push(mark);
                    1 + mark.len_utf8()
                }
                _ => self.keep(c),
            },
            '~' if rest.starts_with("~~") && !rest.starts_with("~~~") => struck(rest).unwrap_or(2),
            '*' | '`' | '~' => {
                let run = rest.bytes().take_while(|b| *b == c as u8).count();
                if c == '~' && run < 2 {
                    self.keep(c)
                } else {
                    run
                }
            }
            '_' => {
                let run = rest.bytes().take_while(|b| *b == b'_').count();
                let after = rest[run..].chars().next().unwrap_or(' ');
                // snake_case keeps its marks, emphasis loses them
                if before.is_alphanumeric() && after.is_alphanumeric() {
                    self.keep(c)
                } else {
                    run
                }
            }
            '!' if rest.starts_with("![") => match bracketed(&rest[1..]) {
                Some((_, _, used)) => used + 1,
                None => self.keep(c),
            },
            '[' => match bracketed(rest) {
                Some((label, Some(href), used)) if self.depth < 8 => {
                    self.link(label, href);
                    used
                }
                Some((label, _, used)) if self.depth < 8 && is_reference(rest, used) => {
                    self.nested(label);
                    used
                }
                _ => self.keep(c),
            },
            '<' => self.tag(rest),
            '{' => self.template(rest),
            '&' => self.entity(rest),
            c if c.is_whitespace() => {
                self.space();
                c.len_utf8()
            }
            // zero-width marks are not part of what is read
            '\u{200b}' | '\u{200c}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => c.len_utf8(),
            c => self.keep(c),
        }
    }

    fn keep(&mut self, c: char) -> usize {
        self.part.text.push(c);
        c.len_utf8()
    }

    fn space(&mut self) {
        if !self.part.text.is_empty() && !self.part.text.ends_with(' ') {
            self.part.text.push(' ');
        }
    }

    fn nested(&mut self, label: &str) {
        self.depth += 1;
        self.text(label);
        self.depth -= 1;
    }

    fn link(&mut self, label: &str, href: &str) {
        let start = self.part.text.len();
        self.nested(label);
        self.note_link(start, href);
    }

    fn note_link(&mut self, start: usize, href: &str) {
        let text = self
            .part
            .text
            .get(start..)
            .unwrap_or_default()
            .trim()
            .to_owned();
        if !text.is_empty() {
            self.part.links.push(Link {
                text,
                href: href.to_owned(),
            });
        }
    }

    /// An HTML tag or comment: read for breaks and links, never kept.
    fn tag(&mut self, rest: &str) -> usize {
        if rest.starts_with("<!--") {
            return rest.find("-->").map_or(rest.len(), |end| end + 3);
        }
        let inner = &rest[1..];
        let closing = inner.starts_with('/');
        let name_at = usize::from(closing);
        let is_name = |b: &u8| b.is_ascii_alphanumeric();
        let name_len = inner.bytes().skip(name_at).take_while(is_name).count();
        // `<` in a text is kept; a tag is never longer than two thousand bytes
        let end = inner.bytes().take(2_000).position(|b| b == b'>');
        let (Some(end), true) = (end, name_len > 0) else {
            return self.keep('<');
        };
        let name = inner[name_at..name_at + name_len].to_ascii_lowercase();
        let body = &inner[..end];
        if let Some(address) = autolink(body) {
            let start = self.part.text.len();
            self.part.text.push_str(address);
            self.note_link(start, address);
        } else if matches!(name.as_str(), "del" | "s" | "strike") && !closing {
            // struck out: not the text
            let near = &rest[..rest.floor_char_boundary(STRUCK)];
            let close = near.find(&format!("</{name}"));
            let close = close.and_then(|at| Some(at + rest[at..].find('>')? + 1));
            return close.unwrap_or(end + 2);
        } else if name == "br" {
            self.space();
        } else if name == "a" {
            if let (true, Some((href, start))) = (closing, self.open.take()) {
                self.note_link(start, &href);
            } else if let Some(href) = attribute(body, "href") {
                self.open = Some((href.to_owned(), self.part.text.len()));
            }
        } else if BREAKING.contains(&name.as_str()) {
            self.end_part();
            if let (false, [b'h', level @ b'1'..=b'6']) = (closing, name.as_bytes()) {
                self.part.heading = Some(level - b'0');
            }
        }
        end + 2
    }

    /// `{: … }`, `{heading(Text)[id=x]}` and the like; other braces are text.
    fn template(&mut self, rest: &str) -> usize {
        for opening in ["{heading(", "{tab("] {
            if let Some(inner) = rest.strip_prefix(opening)
                && let Some(end) = inner.bytes().take(400).position(|b| b == b'}')
            {
                let label = inner[..end]
                    .rsplit_once(')')
                    .map_or(&inner[..end], |(t, _)| t);
                self.nested(label);
                return opening.len() + end + 1;
            }
        }
        let is_mark = ["{:", "{#", "{/", "{note", "{include", "{tabs", "{%", "{{"];
        if is_mark.iter().any(|mark| rest.starts_with(mark))
            && let Some(end) = rest.bytes().take(400).position(|b| b == b'}')
        {
            return end
                + 1
                + usize::from(rest.starts_with("{{") && rest[end + 1..].starts_with('}'));
        }
        self.keep('{')
    }

    fn entity(&mut self, rest: &str) -> usize {
        const NAMED: [(&str, char); 14] = [
            ("&amp;", '&'),
            ("&lt;", '<'),
            ("&gt;", '>'),
            ("&quot;", '"'),
            ("&apos;", '\''),
            ("&nbsp;", ' '),
            ("&mdash;", '—'),
            ("&ndash;", '–'),
            ("&laquo;", '«'),
            ("&raquo;", '»'),
            ("&rsquo;", '’'),
            ("&lsquo;", '‘'),
            ("&hellip;", '…'),
            ("&#39;", '\''),
        ];
        match NAMED.iter().find(|(name, _)| rest.starts_with(name)) {
            Some((name, ' ')) => {
                self.space();
                name.len()
            }
            Some((name, c)) => {
                self.part.text.push(*c);
                name.len()
            }
            None => self.keep('&'),
        }
    }

    fn end_part(&mut self) {
        let mut part = std::mem::take(&mut self.part);
        self.open = None;
        part.text.truncate(part.text.trim_end().len());
        self.parts.push(part);
    }
}

/// `[label](href)` or `[label][reference]` at the beginning of `source`: label, target, bytes used.
fn bracketed(source: &str) -> Option<(&str, Option<&str>, usize)> {
    let close = matching(source, b'[', b']')?;
    let label = &source[1..close];
    let rest = &source[close + 1..];
    if rest.starts_with('(')
        && let Some(end) = matching(rest, b'(', b')')
    {
        let inside = rest[1..end].trim();
        let href = inside.split_whitespace().next().unwrap_or("");
        return Some((
            label,
            Some(href.trim_matches(['<', '>'])),
            close + 1 + end + 1,
        ));
    }
    if rest.starts_with('[')
        && let Some(end) = matching(rest, b'[', b']')
    {
        return Some((label, None, close + 1 + end + 1));
    }
    Some((label, None, close + 1))
}

/// Was a reference link `[label][reference]` read, and not just words in brackets?
fn is_reference(source: &str, used: usize) -> bool {
    source[..used].contains("][")
}

/// Where the bracket that `source` begins with closes; looks at most 2,000 bytes ahead.
fn matching(source: &str, open: u8, close: u8) -> Option<usize> {
    let (mut depth, mut escaped) = (0_usize, false);
    for (at, b) in source.bytes().enumerate().take(2_000) {
        if escaped {
            escaped = false;
        } else if b == b'\\' {
            escaped = true;
        } else if b == open {
            depth += 1;
        } else if b == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// Bytes of the `~~struck out~~` text that `source` begins with (GFM 0.29 §6.5).
fn struck(source: &str) -> Option<usize> {
    let inside = &source[2..];
    let end = inside.find("~~")?;
    let is_tight =
        !inside.starts_with(char::is_whitespace) && !inside[..end].ends_with(char::is_whitespace);
    (end > 0 && is_tight).then_some(end + 4)
}

/// `<https://…>` or `<name@host>`, without white space (CommonMark 0.31 §6.5).
fn autolink(body: &str) -> Option<&str> {
    let is_address = body.starts_with("http://")
        || body.starts_with("https://")
        || (body.contains('@') && !body.contains('='));
    (is_address && !body.contains(char::is_whitespace)).then_some(body)
}

/// The value of a tag's attribute.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = tag.split_once(name)?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next(),
        _ => value.split_whitespace().next(),
    }
}
