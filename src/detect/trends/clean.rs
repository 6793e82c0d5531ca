//! Titles as a person would read them: without markup, links, tags and ornaments.
//!
//! Channel posts come as Markdown with links cut away (`[text](`), feeds with leftovers of HTML.

/// Longest title kept, in bytes.
const LONGEST: usize = 300;
/// Begins a terminal's control sequence.
const ESCAPE: char = '\u{1b}';

/// A title without markup, links, emoji and doubled spaces. Empty if nothing else was there.
pub(super) fn clean(title: &str) -> String {
    let mut clean = String::with_capacity(title.len().min(LONGEST));
    let mut rest = title;
    while let Some(c) = rest.chars().next() {
        if clean.len() + 8 > LONGEST {
            break;
        }
        // most letters begin none of these
        let skipped = match c {
            ESCAPE => control(rest),
            'h' | 'w' if !clean.ends_with(char::is_alphanumeric) => link(rest),
            '<' => tag(rest),
            ']' => target(rest),
            _ => None,
        };
        if let Some(length) = skipped {
            space(&mut clean);
            rest = &rest[length..];
            continue;
        }
        if c == '&'
            && let Some((length, meant)) = entity(rest)
        {
            if meant == ' ' {
                space(&mut clean);
            } else {
                clean.push(meant);
            }
            rest = &rest[length..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            '*' | '`' | '~' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' => {}
            // a word in double underscores, not snake_case
            '_' if rest.starts_with('_') || clean.ends_with([' ', '_']) || clean.is_empty() => {}
            '_' if rest
                .chars()
                .next()
                .is_none_or(|next| !next.is_alphanumeric()) => {}
            '[' | ']' => {}
            c if c.is_whitespace() || c.is_control() || is_ornament(c) => space(&mut clean),
            c => {
                // what was parted by markup only
                if matches!(c, ',' | '.' | ':' | ';' | '!' | '?' | ')' | '»')
                    && clean.ends_with(' ')
                {
                    clean.pop();
                }
                clean.push(c);
            }
        }
    }
    clean.truncate(clean.trim_end().len());
    clean
}

fn space(clean: &mut String) {
    if !clean.is_empty() && !clean.ends_with(' ') {
        clean.push(' ');
    }
}

/// Length of a terminal's control sequence at the beginning of a text (ECMA-48): `ESC [ 31 m`, or the
/// escape alone.
fn control(text: &str) -> Option<usize> {
    let rest = text.strip_prefix(ESCAPE)?;
    let parameters = rest.strip_prefix('[').map(|inner| {
        let end = inner.find(|c: char| !matches!(c, '0'..='?' | ' '..='/'));
        1 + end.map_or(inner.len(), |at| {
            at + usize::from(inner[at..].starts_with(|c: char| c.is_ascii()))
        })
    });
    Some(1 + parameters.unwrap_or(0))
}

/// Length of a link at the beginning of a text.
fn link(text: &str) -> Option<usize> {
    let starts = ["https://", "http://", "www."]
        .iter()
        .any(|scheme| text.starts_with(scheme));
    starts.then(|| {
        text.find(|c: char| c.is_whitespace() || matches!(c, ')' | '<' | '"' | '»'))
            .unwrap_or(text.len())
    })
}

/// Length of an HTML tag at the beginning of a text.
fn tag(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('<')?;
    let named = inner.strip_prefix('/').unwrap_or(inner);
    if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let end = inner.char_indices().take(200).find(|(_, c)| *c == '>')?.0;
    Some(end + 2)
}

/// Length of a Markdown link's target after its text: `](…)`, also if it was cut away.
fn target(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("](")?;
    let end = inner.find(|c: char| c == ')' || c.is_whitespace());
    Some(match end {
        Some(end) if inner[end..].starts_with(')') => end + 3,
        Some(0) | None => 2,
        Some(end) => {
            // a link that lost its end; words that follow are no link
            let is_link = inner[..end].contains("://") || inner[..end].contains('/');
            if is_link { end + 2 } else { 2 }
        }
    })
}

/// A character reference at the beginning of a text: its length, and what it means.
fn entity(text: &str) -> Option<(usize, char)> {
    const NAMED: [(&str, char); 9] = [
        ("&nbsp;", ' '),
        ("&amp;", '&'),
        ("&quot;", '"'),
        ("&laquo;", '«'),
        ("&raquo;", '»'),
        ("&mdash;", '—'),
        ("&ndash;", '–'),
        ("&lt;", '‹'),
        ("&gt;", '›'),
    ];
    if let Some((name, meant)) = NAMED.iter().find(|(name, _)| text.starts_with(name)) {
        return Some((name.len(), *meant));
    }
    let digits = text.strip_prefix("&#")?;
    let end = digits.char_indices().take(8).find(|(_, c)| *c == ';')?.0;
    let number = match digits[..end].strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits[..end].parse(),
    };
    let meant = char::from_u32(number.ok()?).filter(|c| !c.is_control())?;
    Some((end + 3, if meant == '\u{a0}' { ' ' } else { meant }))
}

/// Emoji, arrows, boxes and bullets.
pub(super) fn is_ornament(c: char) -> bool {
    matches!(c,
        '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{e0000}'..='\u{e007f}'
        | '\u{203c}' | '\u{2049}' | '\u{2022}' | '\u{20e3}' | '\u{fff9}'..='\u{fffd}')
}

/// A title for readers: without what its source always puts before or behind it, if anything is left.
pub(super) fn shown(news: &str, whole: &str) -> String {
    let clean_news = clean(news);
    if news.len() == whole.len() {
        return clean_news;
    }
    let apart = |c: char| c.is_whitespace() || "-—–:|·•：｜".contains(c);
    let rest = clean_news.trim_matches(apart);
    if rest.contains(char::is_alphabetic) {
        rest.to_owned()
    } else {
        clean(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_words_stay() {
        for (title, read) in [
            (
                "🧾 Мошенники начали массово [рассылать]( поддельные квитанции",
                "Мошенники начали массово рассылать поддельные квитанции",
            ),
            (
                "❗️**С 1 декабря **`Ask.fm `**прекратит** работу.",
                "С 1 декабря Ask.fm прекратит работу.",
            ),
            (
                "[Go 1.30](https://go.dev/doc) is out https://go.dev",
                "Go 1.30 is out",
            ),
            (
                "AT&amp;T <b>cuts</b> prices&nbsp;&#8212; again",
                "AT&T cuts prices — again",
            ),
            ("__Песков__ о snake_case", "Песков о snake_case"),
            ("a < b and 1 > 0", "a < b and 1 > 0"),
            ("👍🏻 🎉", ""),
            ("\u{1b}[31mRED\u{1b}[0m alert\u{1b}", "RED alert"),
        ] {
            assert_eq!(clean(title), read);
        }
    }

    #[test]
    fn what_is_broken_or_endless_stays_bounded() {
        for text in [
            "\u{1b}[",
            "\u{1b}[31",
            "](",
            "&#x110000;",
            "<a",
            "&#;",
            "](http://x",
            "<",
            "&",
        ] {
            let _ = clean(text);
            let _ = clean(&text.repeat(5_000));
        }
        assert!(clean(&"ы".repeat(10_000)).len() <= LONGEST);
    }
}
