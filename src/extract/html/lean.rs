//! The source of a page made lean before html5ever sees it.
//!
//! One pass over the bytes: `<script>`, `<style>`, `<svg>` and comments are left out, start tags beyond a
//! bounded depth are dropped (their text stays), and long tags lose their oversized or surplus attributes,
//! since html5ever compares each attribute with all before it. Where no selector of the user's can ask for
//! them, pictures, form controls and attributes without meaning for reading go as well, which halves the
//! parser's work. Scanning follows the HTML standard's tokenizer closely enough that text is never lost:
//! what is not surely a tag is copied.

use memchr::{memchr, memchr3};

use super::open_tags::OpenTags;

/// Tags longer than this are rewritten attribute by attribute.
const LONG_TAG: usize = 2_048;
/// Attribute values longer than this are dropped from long tags (inlined pictures).
const LONG_VALUE: usize = 2_048;
/// Attributes kept of a long tag.
const ATTRIBUTES: usize = 64;

/// Stands for JSON-LD that names the page an article, which is all that is read of it.
const ARTICLE_MARK: &str = "<script type=\"application/ld+json\">article</script>";
/// Words of `<meta>` tags that are read.
const META: [&str; 6] = [
    "og:t",
    "article:",
    "datePublished",
    "http-equiv",
    "twitter:title",
    "charset",
];

/// `source` without what is never read, and with bounded depth. With `whole`, everything that a selector may
/// name stays.
pub(crate) fn lean(source: &str, whole: bool) -> String {
    let mut slim = Slim {
        source,
        whole,
        out: String::with_capacity(source.len() / 2 + 64),
        open: OpenTags::default(),
    };
    slim.run();
    slim.out
}

struct Slim<'a> {
    source: &'a str,
    whole: bool,
    out: String,
    open: OpenTags,
}

impl Slim<'_> {
    fn run(&mut self) {
        let bytes = self.source.as_bytes();
        let mut at = 0;
        while let Some(found) = memchr(b'<', &bytes[at..]) {
            let tag = at + found;
            self.out.push_str(&self.source[at..tag]);
            at = self.markup(tag);
        }
        self.out.push_str(&self.source[at..]);
    }

    /// Handles what starts with `<` at `start`; returns where reading goes on.
    fn markup(&mut self, start: usize) -> usize {
        let bytes = self.source.as_bytes();
        let rest = &bytes[start + 1..];
        if rest.starts_with(b"!--") {
            return comment_end(bytes, start);
        }
        let closing = rest.first() == Some(&b'/');
        let name_at = start + 1 + usize::from(closing);
        if !bytes.get(name_at).is_some_and(u8::is_ascii_alphabetic) {
            // doctype, CDATA, processing instruction, or a bare `<`: html5ever knows best
            self.out.push('<');
            return start + 1;
        }
        let name_end = bytes[name_at..]
            .iter()
            .position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
            .map_or(bytes.len(), |length| name_at + length);
        let end = tag_end(bytes, name_end);
        let name = self.source[name_at..name_end].to_ascii_lowercase();
        let tag = &self.source[start..end];
        match (name.as_str(), closing) {
            // foreign content nests by other rules; only its text matters
            ("template", true) | ("math", _) => end,
            // declarative shadow trees are what the reader sees
            ("template", false) if tag.contains("shadowroot") => end,
            ("svg", false) if tag.ends_with("/>") => end,
            ("img" | "input" | "link" | "source" | "track" | "embed" | "param" | "wbr", _)
                if !self.whole =>
            {
                end
            }
            ("select" | "iframe", false) if !self.whole => close_of(self.source, &name, end),
            ("style" | "svg" | "template", false) => close_of(self.source, &name, end),
            ("script", false) => {
                let close = close_of(self.source, &name, end);
                if tag.contains("ld+json") && names_an_article(&self.source[end..close]) {
                    self.out.push_str(ARTICLE_MARK);
                }
                close
            }
            ("noscript", false) if !self.whole => {
                let close = close_of(self.source, &name, end);
                if self.source[end..close].contains("avascript")
                    || self.source[end..close].contains("avaScript")
                {
                    self.out.push_str(&self.source[start..close]);
                }
                close
            }
            (
                "title" | "textarea" | "noscript" | "xmp" | "iframe" | "noembed" | "noframes",
                false,
            ) => {
                // raw text: nothing inside is a tag
                let close = close_of(self.source, &name, end);
                self.out.push_str(&self.source[start..close]);
                close
            }
            ("meta", _) if !self.whole && !META.iter().any(|word| tag.contains(word)) => end,
            ("plaintext", false) => {
                self.out.push_str(&self.source[start..]);
                bytes.len()
            }
            (_, false) => {
                if self.open.start(&name) {
                    self.copy_tag(start, end);
                } else {
                    self.out.push(' ');
                }
                end
            }
            (_, true) => {
                if self.open.end(&name) {
                    self.out.push_str("</");
                    self.out.push_str(&name);
                    self.out.push('>');
                } else {
                    self.out.push(' ');
                }
                end
            }
        }
    }

    /// Copies a start tag without oversized values, without attributes beyond a bound and, unless the whole is
    /// asked for, without those that do not matter for reading.
    fn copy_tag(&mut self, start: usize, end: usize) {
        if self.whole && end - start <= LONG_TAG {
            self.out.push_str(&self.source[start..end]);
            return;
        }
        let bytes = self.source.as_bytes();
        let mut at = start + 1;
        while at < end && !bytes[at].is_ascii_whitespace() && !matches!(bytes[at], b'/' | b'>') {
            at += 1;
        }
        let name_end = self.source.floor_char_boundary(at.min(start + 64));
        self.out.push_str(&self.source[start..name_end]);
        for _ in 0..ATTRIBUTES {
            while at < end && (bytes[at].is_ascii_whitespace() || bytes[at] == b'/') {
                at += 1;
            }
            if at >= end || bytes[at] == b'>' {
                break;
            }
            let next = attribute_end(bytes, at, end);
            if next - at <= LONG_VALUE && (self.whole || matters(&bytes[at..next])) {
                self.out.push(' ');
                self.out.push_str(&self.source[at..next]);
            }
            at = next.max(at + 1);
        }
        self.out.push('>');
    }
}

/// Does JSON-LD give the page the type of an article?
fn names_an_article(json: &str) -> bool {
    json.match_indices("\"@type\"").take(40).any(|(at, key)| {
        let kind =
            json[at + key.len()..].trim_start_matches([' ', ':', '[', '\n', '\t', '\r', '"']);
        let kind = kind.split('"').next().unwrap_or_default();
        kind.ends_with("Article")
            || matches!(
                kind,
                "BlogPosting" | "LiveBlogPosting" | "Review" | "Report" | "Recipe"
            )
    })
}

/// Does the attribute say what an element is, where it leads or whether it is seen?
fn matters(attribute: &[u8]) -> bool {
    let length = attribute
        .iter()
        .position(|b| b.is_ascii_whitespace() || *b == b'=')
        .unwrap_or(attribute.len());
    let name = &attribute[..length];
    match name.to_ascii_lowercase().as_slice() {
        b"class" | b"id" | b"href" | b"role" | b"hidden" | b"itemprop" | b"itemtype"
        | b"property" | b"name" | b"content" | b"datetime" | b"open" | b"http-equiv" | b"label"
        | b"action" => true,
        b"style" => attribute
            .windows(4)
            .any(|part| part == b"none" || part == b"hidd"),
        name if name.starts_with(b"aria-") => true,
        name => matches!(
            name,
            b"data-cfemail"
                | b"data-testid"
                | b"data-component"
                | b"data-component-part"
                | b"data-type"
        ),
    }
}

/// End of the comment that starts at `start`; an unclosed one runs to the end.
fn comment_end(bytes: &[u8], start: usize) -> usize {
    let body = &bytes[start + 4..];
    if body.starts_with(b">") {
        return start + 5;
    }
    if body.starts_with(b"->") {
        return start + 6;
    }
    let mut at = start + 4;
    while let Some(found) = memchr(b'-', &bytes[at..]) {
        at += found;
        if bytes[at..].starts_with(b"-->") {
            return at + 3;
        }
        if bytes[at..].starts_with(b"--!>") {
            return at + 4;
        }
        at += 1;
    }
    bytes.len()
}

/// First byte after the tag's `>`, which does not count inside a quoted value.
fn tag_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = memchr3(b'>', b'"', b'\'', &bytes[at..]) {
        at += found;
        let byte = bytes[at];
        if byte == b'>' {
            return at + 1;
        }
        at += 1;
        // a quote only opens a value after `=`
        let before = bytes[..at - 1]
            .iter()
            .rev()
            .find(|b| !b.is_ascii_whitespace());
        if before == Some(&b'=') {
            match memchr(byte, &bytes[at..]) {
                Some(length) => at += length + 1,
                None => return bytes.len(),
            }
        }
    }
    bytes.len()
}

/// First byte after the attribute that starts at `at`.
fn attribute_end(bytes: &[u8], mut at: usize, end: usize) -> usize {
    while at < end && !bytes[at].is_ascii_whitespace() && !matches!(bytes[at], b'>' | b'=' | b'/') {
        at += 1;
    }
    let named = at;
    while at < end && bytes[at].is_ascii_whitespace() {
        at += 1;
    }
    if at >= end || bytes[at] != b'=' {
        return named;
    }
    at += 1;
    while at < end && bytes[at].is_ascii_whitespace() {
        at += 1;
    }
    if at < end
        && let quote @ (b'"' | b'\'') = bytes[at]
    {
        return memchr(quote, &bytes[at + 1..end]).map_or(end, |length| at + length + 2);
    }
    while at < end && !bytes[at].is_ascii_whitespace() && bytes[at] != b'>' {
        at += 1;
    }
    at
}

/// First byte after the `</name …>` that ends an element opened just before `from`; the end when there is none.
/// Only templates and drawings hold their own kind.
fn close_of(source: &str, name: &str, from: usize) -> usize {
    let bytes = source.as_bytes();
    let nests = matches!(name, "svg" | "template");
    let mut inner = 0usize;
    let mut at = from;
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        at += found;
        let closing = bytes.get(at + 1) == Some(&b'/');
        let name_at = at + 1 + usize::from(closing);
        let name_end = name_at + name.len();
        if (closing || nests)
            && bytes
                .get(name_at..name_end)
                .is_some_and(|b| b.eq_ignore_ascii_case(name.as_bytes()))
            && bytes
                .get(name_end)
                .is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
        {
            let end = tag_end(bytes, name_end);
            match (closing, inner) {
                (true, 0) => return end,
                (true, _) => inner -= 1,
                (false, _) => inner += usize::from(!bytes[..end].ends_with(b"/>")),
            }
            at = end;
        } else {
            at += 1;
        }
    }
    bytes.len()
}
