//! `<Update label="…" description="…">` blocks of MDX, made into headings.
//!
//! Attributes may stand on lines of their own, in quotes of any kind or in braces with anything inside;
//! content may begin on the tag's line.

/// The text with a heading for each block; `None` if there is none.
pub(super) fn with_updates(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    let mut found = false;
    while let Some(at) = rest.find("<Update") {
        let (before, tag) = rest.split_at(at);
        let inside = &tag["<Update".len()..];
        let end = tag_end(inside).filter(|_| inside.starts_with(char::is_whitespace));
        let label = end.and_then(|end| attribute(&inside[..end], "label"));
        let (Some(end), Some(label)) = (end, label) else {
            out.push_str(&rest[..at + "<Update".len()]);
            rest = inside;
            continue;
        };
        found = true;
        // an indented tag stands in no code
        out.push_str(before.trim_end_matches([' ', '\t']));
        out.push_str("\n\n# ");
        out.push_str(&label);
        if let Some(description) = attribute(&inside[..end], "description") {
            out.push_str(" – ");
            out.push_str(&description);
        }
        out.push_str("\n\n");
        rest = inside[end + 1..].trim_start_matches([' ', '\t']);
    }
    out.push_str(rest);
    found.then(|| out.replace("</Update>", "\n"))
}

/// Where a tag ends: at `>` outside quotes and braces. One of more than this many bytes is none.
fn tag_end(tag: &str) -> Option<usize> {
    const LONGEST: usize = 2_000;
    let (mut quote, mut braces) = (None, 0_u32);
    for (at, byte) in tag.bytes().enumerate().take(LONGEST) {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b'{') => braces += 1,
            (None, b'}') => braces = braces.saturating_sub(1),
            (None, b'>') if braces == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// The text of an attribute: `label="…"`, `label={'…'}`, `` label={`…`} ``.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut from = 0;
    while let Some(found) = tag[from..].find(name) {
        let at = from + found;
        from = at + name.len();
        let own_word = tag[..at].ends_with(char::is_whitespace);
        let value = tag[from..].trim_start().strip_prefix('=');
        if let Some(value) = value.filter(|_| own_word) {
            let value = value.trim_start().trim_start_matches('{').trim_start();
            let quote = value.chars().next().filter(|c| "\"'`".contains(*c))?;
            let inner = &value[1..];
            let inner = &inner[..inner.find(quote)?];
            let text = inner.split_whitespace().collect::<Vec<_>>().join(" ");
            return Some(text).filter(|text| !text.is_empty() && text.len() <= 200);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_become_headings() {
        for (tag, heading) in [
            ("<Update label=\"May 1, 2025\">", "# May 1, 2025"),
            (
                "<Update\n  label='May 1,\n  2025'\n  description=\"v2\"\n>",
                "# May 1, 2025 – v2",
            ),
            (
                "<Update rss={{ title: \"a > b\" }} label={`May 1`} >",
                "# May 1",
            ),
            ("  <Update description={\"v2\"} label={\"x\"}>", "# x – v2"),
        ] {
            let text = format!("{tag}One.</Update>after");
            let read = with_updates(&text).expect("an update");
            assert_eq!(read, format!("\n\n{heading}\n\nOne.\nafter"));
        }
        for text in [
            "<Updates label=\"x\">",
            "<Update>",
            "<Update label=",
            "none",
            "<Update label=x>",
        ] {
            assert_eq!(with_updates(text), None, "{text}");
        }
    }
}
