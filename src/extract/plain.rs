//! HTML to plain text, for titles and summaries; entities to characters.
//!
//! Works on pieces, without a tree: linear in the input whatever its nesting. Block elements break
//! lines, scripts and styles are left out, white space is collapsed. Text that merely looks like a
//! tag (`vector<T>`) stays text. For whole pages see `page`, which keeps blocks and links.

use std::borrow::Cow;

use super::markup::{Piece, Pieces};

/// Elements that begin a new line.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];
/// Elements whose content is not text to read.
const SILENT: &[&str] = &["script", "style", "template", "noscript", "svg", "head"];
/// Other elements of HTML; with attributes or a `-` or `:` in its name any tag counts as one.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "audio", "b", "base", "basefont", "bdi", "bdo", "big", "body",
    "button", "canvas", "caption", "center", "cite", "code", "col", "colgroup", "data", "del",
    "dfn", "dir", "em", "embed", "font", "frame", "frameset", "html", "i", "iframe", "img",
    "input", "ins", "kbd", "label", "legend", "link", "map", "mark", "marquee", "menu", "meta",
    "nobr", "object", "param", "picture", "q", "rp", "rt", "ruby", "s", "samp", "select", "small",
    "source", "span", "strike", "strong", "sub", "sup", "td", "textarea", "th", "time", "title",
    "track", "tt", "u", "var", "video", "wbr",
];
/// The longest entity name, `CounterClockwiseContourIntegral`, with room.
const LONGEST_ENTITY: usize = 34;

/// Plain text of HTML: lines by block, no blank lines.
pub(super) fn text(html: &str) -> String {
    let mut out = strip(html);
    // markup escaped twice: seen in feeds whose generator escapes what is escaped already
    if !html.contains('<') && (out.contains("</") || out.contains("<p>") || out.contains("<br")) {
        out = strip(&out);
    }
    out
}

/// White space collapsed to single blanks; markup is not looked at.
pub(super) fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_words(text, &mut out);
    out.truncate(out.trim_end().len());
    out
}

/// Entities to characters. Unknown ones and bare `&` stay as they are.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    unescape_with(text, |_| None)
}

/// [`unescape`] that knows further names.
pub(super) fn unescape_with<'a, 'n>(
    text: &'a str,
    names: impl Fn(&str) -> Option<&'n str>,
) -> Cow<'a, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let window = &rest.as_bytes()[..rest.len().min(LONGEST_ENTITY)];
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'#' | b'_' | b'.' | b'-');
        let length = window[1..].iter().take_while(|b| is_name(b)).count();
        let name = &rest[1..=length];
        let closed = window.get(1 + length) == Some(&b';');
        let character = name.strip_prefix('#').and_then(numeric);
        if let Some(character) = character {
            out.push(character);
        } else if let Some(known) = names(name).filter(|_| closed) {
            out.push_str(known);
        } else if closed && push_html_entity(name, &mut out) {
        } else {
            out.push('&');
            rest = &rest[1..];
            continue;
        }
        rest = &rest[1 + name.len() + usize::from(closed)..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Appends what an HTML entity stands for; `false` if there is none of that name.
fn push_html_entity(name: &str, out: &mut String) -> bool {
    let mut key = String::with_capacity(name.len() + 1);
    key.push_str(name);
    key.push(';');
    let found = web_atoms::NAMED_ENTITIES.get(key.as_str());
    let Some((first, second)) = found.filter(|(first, _)| *first != 0) else {
        return false;
    };
    out.extend(
        [*first, *second]
            .into_iter()
            .filter(|c| *c != 0)
            .filter_map(char::from_u32),
    );
    true
}

/// A numeric reference's character. Illegal ones are read as people meant them: the C1 range as
/// windows-1252, anything else as the replacement character.
fn numeric(digits: &str) -> Option<char> {
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    let code = match code {
        Ok(code) => code,
        Err(why) if *why.kind() == std::num::IntErrorKind::PosOverflow => 0,
        Err(_) => return None,
    };
    Some(match code {
        9 | 10 | 13 => ' ',
        0x80..=0x9f => {
            let byte = [u8::try_from(code).unwrap_or(b'?')];
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte);
            text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        0..0x20 => char::REPLACEMENT_CHARACTER,
        _ => char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
    })
}

fn strip(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return squeeze(html);
    }
    let mut out = String::with_capacity(html.len());
    let mut silent: Option<&str> = None;
    let mut endless = Vec::new();
    let mut pieces = Pieces::new(html);
    while let Some(piece) = pieces.next() {
        let source = &html[pieces.began()..pieces.at()];
        match piece {
            Piece::End(name) if silent.is_some_and(|s| s.eq_ignore_ascii_case(name)) => {
                silent = None;
            }
            _ if silent.is_some() => {}
            Piece::Text(text) => push_words(&unescape(text), &mut out),
            Piece::Cdata(text) => push_words(text, &mut out),
            Piece::Start(tag) if is_one_of(SILENT, tag.name) => {
                // a silent element without end silences nothing
                if !tag.closed && !is_one_of(&endless, tag.name) {
                    if contains_end(&html[pieces.at()..], tag.name) {
                        silent = Some(tag.name);
                    } else {
                        endless.push(tag.name); // so that it is looked for once
                    }
                }
            }
            Piece::Start(tag) if !is_tag(tag.name, tag.attributes) => push_words(source, &mut out),
            Piece::End(name) if !is_tag(name, "") => push_words(source, &mut out),
            Piece::Start(tag) if is_one_of(BLOCKS, tag.name) => break_line(&mut out),
            Piece::Start(tag) if matches!(tag.name, "td" | "th") => push_words(" ", &mut out),
            Piece::End(name) if is_one_of(BLOCKS, name) => break_line(&mut out),
            Piece::Start(_) | Piece::End(_) | Piece::Doctype(_) => {}
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Appends text with white space collapsed; a blank at its end is kept for what follows.
fn push_words(text: &str, out: &mut String) {
    let mut rest = text;
    while !rest.is_empty() {
        let (word, blank) = next_word(rest);
        out.push_str(&rest[..word]);
        if blank > 0 && !out.is_empty() && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
        rest = &rest[word + blank..];
    }
}

/// Lengths of the word at the beginning of a text and of the blank character after it.
fn next_word(text: &str) -> (usize, usize) {
    let bytes = text.as_bytes();
    let mut at = 0;
    // only these bytes begin a blank character
    while let Some(found) = bytes[at..]
        .iter()
        .position(|b| *b <= b' ' || matches!(b, 0x7f | 0xc2 | 0xe1..=0xe3 | 0xef))
    {
        at += found;
        let Some(c) = text[at..].chars().next() else {
            break;
        };
        if c.is_whitespace() || c.is_control() || c == '\u{feff}' {
            return (at, c.len_utf8());
        }
        at += c.len_utf8();
    }
    (bytes.len(), 0)
}

fn break_line(out: &mut String) {
    out.truncate(out.trim_end().len());
    if !out.is_empty() {
        out.push('\n');
    }
}

fn is_tag(name: &str, attributes: &str) -> bool {
    attributes.contains('=')
        || name.contains(['-', ':'])
        || is_one_of(BLOCKS, name)
        || is_one_of(INLINE, name)
        || is_one_of(SILENT, name)
}

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn contains_end(rest: &str, name: &str) -> bool {
    rest.match_indices("</").any(|(at, _)| {
        rest.get(at + 2..at + 2 + name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_lines() {
        let cases = [
            (
                "<p>One <b>two</b></p><p>three<br>four</p>",
                "One two\nthree\nfour",
            ),
            (
                "a &amp; b &lt;c&gt; &#8217; &#x2014; &nbsp;d",
                "a & b <c> ’ — d",
            ),
            ("vector<T> & 1 < 2 <3", "vector<T> & 1 < 2 <3"),
            (
                "<script>if (a<b) x()</script>text<style>p{}</style>",
                "text",
            ),
            ("<script>never closed", "never closed"),
            ("&lt;p&gt;twice escaped&lt;/p&gt;", "twice escaped"),
            ("&copy &unknown; &#0; &#150;", "&copy &unknown; \u{fffd} –"),
            ("<![CDATA[x < y]]> z", "x < y z"),
            ("  \u{a0} a\t\n b \u{feff}", "a b"),
            ("a<table><tr><td>1</td><td>2</td></tr></table>", "a\n1 2"),
        ];
        for (html, expected) in cases {
            assert_eq!(text(html), expected, "{html}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived_and_squeezed(html in "(<|>|/|p|b|script|&|#|x|;|amp|[ -~]|ж|\\n| ){0,40}") {
            let out = text(&html);
            proptest::prop_assert_eq!(out.trim(), out.as_str());
            proptest::prop_assert!(!out.contains("  ") && !out.contains("\n\n"));
        }
    }
}
