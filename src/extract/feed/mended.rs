//! What was mended in a feed's text: entities that XML does not have, and `&` that begins none.
//!
//! The salvaging reader takes them as they were meant; here they are counted, for `sources test`. One pass; what
//! stands in CDATA is no markup.

use memchr::memchr;

use crate::extract::plain;

/// Names that XML knows by itself.
const XML: [&str; 5] = ["amp", "lt", "gt", "quot", "apos"];
/// Longer names are none.
const NAME: usize = 32;

/// Counted faults of one kind, with the first of them.
#[derive(Default)]
struct Fault {
    count: usize,
    first: String,
}

impl Fault {
    fn add(&mut self, what: &str) {
        if self.count == 0 {
            what.clone_into(&mut self.first);
        }
        self.count += 1;
    }

    fn note(&self, what: &str) -> Option<String> {
        let Self { count, first } = self;
        (*count > 0).then(|| format!("{what}: {count}, the first is `{first}`"))
    }
}

/// One line for each kind of fault in the text of an XML feed.
pub(super) fn notes(text: &str) -> impl Iterator<Item = String> {
    let (mut bare, mut html, mut unknown, mut illegal) = (
        Fault::default(),
        Fault::default(),
        Fault::default(),
        Fault::default(),
    );
    // a feed that declares entities knows more names
    let declares = text[..text.floor_char_boundary(4_096)].contains("<!ENTITY");
    let mut cdata = next_cdata(text, 0);
    let mut at = 0;
    while let Some(found) = memchr(b'&', &text.as_bytes()[at..]) {
        let here = at + found;
        while cdata.is_some_and(|(_, end)| end <= here) {
            cdata = cdata.and_then(|(_, end)| next_cdata(text, end));
        }
        if let Some((start, end)) = cdata
            && (start..end).contains(&here)
        {
            at = end;
            continue;
        }
        at = here + 1;
        let rest = &text[here..text.floor_char_boundary(here + NAME)];
        let name = rest[1..]
            .split_once(';')
            .map(|(name, _)| name)
            .filter(|name| is_name(name));
        match name {
            None => bare.add(rest.split(char::is_whitespace).next().unwrap_or(rest)),
            Some(name) if XML.contains(&name) || declares && !name.starts_with('#') => {}
            Some(name) if name.starts_with('#') => {
                if !is_character(&name[1..]) {
                    illegal.add(&format!("&{name};"));
                }
            }
            Some(name) => {
                let entity = format!("&{name};");
                if plain::unescape(&entity) == entity {
                    unknown.add(&entity);
                } else {
                    html.add(&entity);
                }
            }
        }
    }
    [
        html.note("entities of HTML that XML does not have were resolved"),
        unknown.note("entities that nobody knows were kept as they stand"),
        illegal.note("references to characters that XML forbids were read as they were meant"),
        bare.note("`&` that begins no entity was read as it stands"),
    ]
    .into_iter()
    .flatten()
}

/// Where the next CDATA section begins and ends.
fn next_cdata(text: &str, from: usize) -> Option<(usize, usize)> {
    let start = from + text[from..].find("<![CDATA[")?;
    let end = text[start..]
        .find("]]>")
        .map_or(text.len(), |end| start + end + 3);
    Some((start, end))
}

fn is_name(name: &str) -> bool {
    let digits = name.strip_prefix('#').unwrap_or(name);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Does a reference's number name a character of XML 1.0 (§2.2)?
fn is_character(digits: &str) -> bool {
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    code.is_ok_and(|code| {
        matches!(code, 9 | 10 | 13 | 0x20..=0xd7ff | 0xe000..=0xfffd | 0x1_0000..=0x10_ffff)
            && !(0x80..=0x9f).contains(&code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_mended_is_counted_with_an_example() {
        let text = "<t>A & B AT&T &nbsp;&mdash; &foo; &#1; &#150; &#x41; &amp;nbsp; &lt;</t><![CDATA[a & &bar;]]><u>&</u>";
        let notes: Vec<String> = notes(text).collect();
        assert_eq!(
            notes,
            [
                "entities of HTML that XML does not have were resolved: 2, the first is `&nbsp;`",
                "entities that nobody knows were kept as they stand: 1, the first is `&foo;`",
                "references to characters that XML forbids were read as they were meant: 2, the first is `&#1;`",
                "`&` that begins no entity was read as it stands: 3, the first is `&`",
            ]
        );
    }

    #[test]
    fn a_sound_feed_was_not_mended() {
        assert_eq!(notes("<t>A &amp; B &#169; <![CDATA[ & &x; ").count(), 0);
        assert_eq!(notes("<!DOCTYPE r [<!ENTITY x 'y'>]><r>&x;</r>").count(), 0);
    }
}
