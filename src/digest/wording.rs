//! Texts of others made fit to print: one clean line, at most so many words, addresses that do not run.

use url::Url;

/// One line: white space collapsed; control characters and marks that turn the writing direction
/// dropped, since a hostile title could hide words with them.
pub(super) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}' => {}
            // a no-break space holds a number together
            '\u{a0}' | '\u{202f}' if out.ends_with(|p: char| p.is_ascii_digit()) => {
                out.push('\u{a0}');
            }
            c if c.is_whitespace() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// An address that a link may have: http or https, nothing that runs.
pub(super) fn web_address(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

/// How many words a text has.
pub(super) fn count_words(text: &str) -> usize {
    text.split_whitespace()
        .filter(|w| w.chars().any(char::is_alphanumeric))
        .count()
}

/// At most `limit` words and `limit · 12` characters, with `…` where something is cut.
pub(super) fn cut_words(text: &str, limit: usize) -> String {
    let mut cut = text.len();
    let mut seen = 0;
    let mut end = 0;
    for word in text.split_inclusive(' ') {
        if word.chars().any(char::is_alphanumeric) {
            if seen == limit {
                cut = end;
                break;
            }
            seen += 1;
        }
        end += word.len();
    }
    // long words and texts without spaces are cut by characters
    let by_chars = text
        .char_indices()
        .nth(limit * 12)
        .map_or(text.len(), |(at, _)| at);
    let cut = cut.min(by_chars);
    if cut == text.len() {
        return text.to_owned();
    }
    let kept = text[..cut].trim_end_matches(|c: char| c.is_whitespace() || ",;:—–-(«“".contains(c));
    if kept.ends_with(['.', '!', '?', '…']) {
        kept.to_owned()
    } else {
        format!("{kept}…")
    }
}

/// At most `limit` characters, cut between words where that loses no more than half, with `…`.
pub(super) fn cut_chars(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let hard: String = text.chars().take(limit.saturating_sub(1)).collect();
    let soft = match hard.rfind(' ') {
        Some(at) if hard[..at].chars().count() * 2 >= limit => &hard[..at],
        _ => &hard,
    };
    let kept = soft.trim_end_matches(|c: char| c.is_whitespace() || ",;:—–-(«“·".contains(c));
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_clean_and_cuts_are_marked() {
        assert_eq!(line(" a\r\n\tb\u{202e}c\u{7}  d "), "a bc d");
        assert_eq!(line("12\u{202f}345"), "12\u{a0}345");
        assert_eq!(cut_words("one two, three", 2), "one two…");
        assert_eq!(cut_words("one two. three", 2), "one two.");
        assert_eq!(cut_words("one — two", 2), "one — two");
        assert_eq!(cut_chars("Директ меняет ТГО", 14), "Директ меняет…");
        assert_eq!(cut_chars("Donaudampfschiff", 6), "Donau…");
    }

    proptest! {
        #[test]
        fn cuts_hold_their_limits(text in ".{0,200}", words in 1_usize..12, chars in 1_usize..60) {
            let clean = line(&text);
            prop_assert!(!clean.contains('\n'));
            prop_assert_eq!(line(&clean), clean.clone());
            prop_assert!(count_words(&cut_words(&clean, words)) <= words);
            prop_assert!(cut_chars(&clean, chars).chars().count() <= chars);
        }
    }
}
