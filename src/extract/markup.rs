//! XML and HTML as they come, cut into pieces: tags, text, CDATA.
//!
//! No tree and no stack, so nesting costs nothing, and no error: what is not markup is text. A `<`
//! that opens no tag is a character; a tag that never closes ends at the next `<`; a CDATA section
//! whose end is missing stops at the end tag of the element it stands in. Comments and processing
//! instructions are skipped. Every byte is looked at a bounded number of times, whatever it is.

use memchr::memmem;

/// One piece of markup. Slices point into the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A start tag.
    Start(Tag<'a>),
    /// An end tag: its name as written.
    End(&'a str),
    /// Text with its entities as written.
    Text(&'a str),
    /// What stands inside a CDATA section.
    Cdata(&'a str),
    /// What stands inside `<!DOCTYPE …>`.
    Doctype(&'a str),
}

/// A start tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// Name as written, with its prefix.
    pub(super) name: &'a str,
    /// What stands between the name and the end; see [`attribute`].
    pub(super) attributes: &'a str,
    /// Did it end with `/>`?
    pub(super) closed: bool,
}

/// An iterator over the pieces of a text.
#[derive(Debug, Clone)]
pub(super) struct Pieces<'a> {
    source: &'a str,
    at: usize,
    /// Where the last piece began.
    began: usize,
    /// The first `]]>` at or after `at`, once looked for; the source's length if there is none.
    cdata_end: usize,
    /// Was a `-->` looked for in vain?
    comments_end: bool,
    /// The element in which a CDATA section without end would stand.
    inside: Option<&'a str>,
}

impl<'a> Pieces<'a> {
    /// Cuts `source`.
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            source,
            at: 0,
            began: 0,
            cdata_end: 0,
            comments_end: true,
            inside: None,
        }
    }

    /// Where the next piece begins.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Where the last piece began.
    pub(super) fn began(&self) -> usize {
        self.began
    }

    /// Names the element whose end tag also ends a CDATA section that was not closed.
    pub(super) fn set_inside(&mut self, name: Option<&'a str>) {
        self.inside = name;
    }

    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    /// Takes the next `length` bytes.
    fn take(&mut self, length: usize) -> &'a str {
        let taken = &self.rest()[..length];
        self.at += length;
        taken
    }

    fn cdata(&mut self) -> &'a str {
        self.at += "<![CDATA[".len();
        if self.cdata_end < self.at {
            let found = memmem::find(self.rest().as_bytes(), b"]]>");
            self.cdata_end = found.map_or(self.source.len(), |end| self.at + end);
        }
        let inner = &self.source[self.at..self.cdata_end];
        let missing = self.cdata_end == self.source.len();
        // another opening before the end says that this one was never closed
        if missing || memmem::find(inner.as_bytes(), b"<![CDATA[").is_some() {
            let stop = self
                .inside
                .and_then(|name| find_end_tag(inner, name))
                .or_else(|| missing.then(|| find_end_tag(inner, "item")).flatten());
            if let Some(stop) = stop {
                return self.take(stop);
            }
        }
        self.at = (self.cdata_end + "]]>".len()).min(self.source.len());
        inner
    }

    /// `<!…>` but CDATA: comments and declarations.
    fn declaration(&mut self) -> Option<Piece<'a>> {
        let rest = self.rest();
        if rest.starts_with("<!--") {
            let end = if self.comments_end {
                rest.find("-->")
            } else {
                None
            };
            self.comments_end = end.is_some();
            self.at += end.map_or("<!--".len(), |end| end + "-->".len());
            return None;
        }
        let head = rest.get(..9).unwrap_or(rest);
        if !head.eq_ignore_ascii_case("<!doctype") {
            let end = rest.find('>').map_or(rest.len(), |end| end + 1);
            self.at += end;
            return None;
        }
        let close = rest.find('>').unwrap_or(rest.len());
        let end = match rest[..close].find('[') {
            // the internal subset ends with `]` and `>`; entities in it are few and short
            Some(subset) => rest[subset..]
                .find("]>")
                .or_else(|| rest[subset..].find(']'))
                .map_or(close, |end| {
                    let end = subset + end;
                    rest[end..].find('>').map_or(rest.len(), |more| end + more)
                }),
            None => close,
        };
        let piece = self.take((end + 1).min(rest.len()));
        Some(Piece::Doctype(piece.get(9..).unwrap_or_default()))
    }

    fn end_tag(&mut self) -> Option<Piece<'a>> {
        let rest = &self.rest()[2..];
        let stop = rest.find(['>', '<']).unwrap_or(rest.len());
        let name = rest[..stop].split_whitespace().next().unwrap_or_default();
        let closed = usize::from(rest[stop..].starts_with('>'));
        self.at += 2 + stop + closed;
        (!name.is_empty()).then_some(Piece::End(name))
    }

    /// A start tag; `None` if the source ends inside it.
    fn start_tag(&mut self) -> Option<Piece<'a>> {
        let rest = &self.rest()[1..];
        let name_end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '/' | '>' | '<'))
            .unwrap_or(rest.len());
        let Some(end) = tag_end(&rest[name_end..]) else {
            self.at = self.source.len();
            return None;
        };
        let attributes = &rest[name_end..name_end + end];
        let closed_by = usize::from(rest[name_end + end..].starts_with('>'));
        self.at += 1 + name_end + end + closed_by;
        let (attributes, closed) = match attributes.strip_suffix('/') {
            Some(attributes) => (attributes, true),
            None => (attributes, false),
        };
        Some(Piece::Start(Tag {
            name: &rest[..name_end],
            attributes,
            closed,
        }))
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        while self.at < self.source.len() {
            self.began = self.at;
            let rest = self.rest().as_bytes();
            let piece = match rest {
                [b'<', b'!', b'[', ..] if self.rest().starts_with("<![CDATA[") => {
                    Some(Piece::Cdata(self.cdata()))
                }
                [b'<', b'!', ..] => self.declaration(),
                [b'<', b'?', ..] => {
                    let end = self.rest().find('>').map_or(rest.len(), |end| end + 1);
                    self.at += end;
                    None
                }
                [b'<', b'/', ..] => self.end_tag(),
                [b'<', first, ..]
                    if first.is_ascii_alphabetic() || *first == b'_' || *first >= 0x80 =>
                {
                    self.start_tag()
                }
                _ => {
                    // the first character may be a `<` that opens nothing
                    let first = self.rest().chars().next().map_or(1, char::len_utf8);
                    let length = self.rest()[first..].find('<');
                    let length = length.map_or(rest.len(), |length| first + length);
                    Some(Piece::Text(self.take(length)))
                }
            };
            if piece.is_some() {
                return piece;
            }
        }
        None
    }
}

/// Value of an attribute as written, entities and all. Names are compared without regard to case.
pub(super) fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    self::attributes(attributes)
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// Names and values of attributes; quotes may be missing.
pub(super) fn attributes(source: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = source;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest
                .find(|c: char| c.is_whitespace() || c == '=')
                .unwrap_or(rest.len());
            let name = &rest[..end];
            let after = rest[end..].trim_start();
            let Some(value) = after.strip_prefix('=') else {
                rest = &rest[end..];
                return Some((name, ""));
            };
            let value = value.trim_start();
            let (value, more) = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inner = &value[1..];
                    let close = inner.find(quote).unwrap_or(inner.len());
                    (&inner[..close], inner.get(close + 1..).unwrap_or_default())
                }
                _ => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
            };
            rest = more;
            if !name.is_empty() {
                return Some((name, value));
            }
        }
    })
}

/// Where a start tag's attributes end: at `>` outside quotes, or at the next `<`. A quote that is
/// not closed before a `<` is none.
fn tag_end(source: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = source[at..].find(['>', '<', '"', '\'']) {
        let here = at + found;
        let byte = source.as_bytes()[here];
        if byte == b'>' || byte == b'<' {
            return Some(here);
        }
        let quote = char::from(byte);
        at = here + 1;
        let opens = source[..here].trim_end().ends_with('=');
        if opens
            && let Some(close) = source[at..].find([quote, '<'])
            && source.as_bytes()[at + close] == byte
        {
            at += close + 1;
        }
    }
    None
}

fn find_end_tag(source: &str, name: &str) -> Option<usize> {
    source.match_indices("</").map(|(at, _)| at).find(|at| {
        source
            .get(at + 2..at + 2 + name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str) -> Vec<String> {
        Pieces::new(source)
            .map(|piece| match piece {
                Piece::Start(tag) => format!(
                    "<{}{}{}>",
                    tag.name,
                    tag.attributes,
                    if tag.closed { "/" } else { "" }
                ),
                Piece::End(name) => format!("</{name}>"),
                Piece::Text(text) => text.to_owned(),
                Piece::Cdata(text) => format!("[{text}]"),
                Piece::Doctype(text) => format!("!{text}"),
            })
            .collect()
    }

    #[test]
    fn what_is_not_markup_is_text() {
        assert_eq!(shown("a < b <3 &c"), ["a ", "< b ", "<3 &c"]);
        assert_eq!(
            shown("<a x='1>2' y=3>t</a >"),
            ["<a x='1>2' y=3>", "t", "</a>"]
        );
        assert_eq!(
            shown("<a href=\"x<b>t</b>"),
            ["<a href=\"x>", "<b>", "t", "</b>"]
        );
        assert_eq!(
            shown("<title<link>u</link"),
            ["<title>", "<link>", "u", "</link>"]
        );
        assert_eq!(
            shown("<!-- x --><?pi?><i/>t<!-- open"),
            ["<i/>", "t", " open"]
        );
        assert_eq!(shown("t<cut attr='1'"), ["t"]);
    }

    #[test]
    fn cdata_without_end_stops_at_its_element() {
        assert_eq!(shown("<d><![CDATA[a<b>]]></d>"), ["<d>", "[a<b>]", "</d>"]);
        let mut pieces = Pieces::new("<![CDATA[a</d><d><![CDATA[b]]></d>");
        pieces.set_inside(Some("d"));
        assert_eq!(pieces.next(), Some(Piece::Cdata("a")));
        assert_eq!(pieces.next(), Some(Piece::End("d")));
        assert_eq!(shown("<![CDATA[a</item>"), ["[a]", "</item>"]);
    }

    #[test]
    fn attributes_are_read_with_and_without_quotes() {
        let source = " href = 'a b' rel=alternate checked xml:base=\"c";
        let read: Vec<_> = attributes(source).collect();
        assert_eq!(
            read,
            [
                ("href", "a b"),
                ("rel", "alternate"),
                ("checked", ""),
                ("xml:base", "c")
            ]
        );
        assert_eq!(attribute(source, "REL"), Some("alternate"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut_to_its_end(source in "[<>/!?a-b='\"\\[\\]\\-& CDATAж]{0,60}") {
            let mut pieces = Pieces::new(&source);
            while pieces.next().is_some() {}
            proptest::prop_assert_eq!(pieces.at(), source.len());
            for (name, value) in attributes(&source) {
                proptest::prop_assert!(source.contains(name) && source.contains(value));
            }
        }
    }
}
