//! Characters that look the same made the same: NFC, no invisible ones, one kind of white space.
//!
//! Zero-width spaces, soft hyphens and direction marks come and go between two polls of one page and mean
//! nothing to a reader. Joiners are kept where they do (emoji, Persian, Indic scripts).

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Text with invisible characters dropped and in NFC; white space is left for [`squeeze`].
pub(crate) fn clean_text(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|b| b < b' ' && !b.is_ascii_whitespace()) {
            Cow::Owned(text.chars().filter(|&c| !is_invisible(c)).collect())
        } else {
            Cow::Borrowed(text)
        };
    }
    let visible: Cow<'_, str> = if text.chars().any(|c| is_invisible(c) || is_joiner(c)) {
        Cow::Owned(drop_invisible(text))
    } else {
        Cow::Borrowed(text)
    };
    match is_nfc_quick(visible.chars()) {
        IsNormalized::Yes => visible,
        _ => Cow::Owned(visible.nfc().collect()),
    }
}

/// Appends `text` to `out` with every run of white space as one space; no space at the start of `out`
/// or after a space that is already there.
pub(crate) fn squeeze(text: &str, out: &mut String) {
    let mut space = out.is_empty() || out.ends_with([' ', '\n']);
    for c in text.chars() {
        if c.is_whitespace() {
            if !space {
                out.push(' ');
                space = true;
            }
        } else {
            out.push(c);
            space = false;
        }
    }
}

fn drop_invisible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if is_invisible(c) {
            continue;
        }
        if is_joiner(c) {
            let joins = |c: Option<char>| c.is_some_and(needs_joiners);
            if !(joins(out.chars().next_back()) && joins(chars.peek().copied())) {
                continue;
            }
        }
        out.push(c);
    }
    out
}

/// Never seen by a reader, whatever is around.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{61c}' | '\u{180e}')
        || (c.is_control() && !c.is_whitespace())
}

/// Zero-width joiner and non-joiner.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Scripts and pictures in which a joiner changes what is seen: Arabic, Indic, emoji.
fn needs_joiners(c: char) -> bool {
    matches!(u32::from(c), 0x600..=0x8ff | 0x900..=0xdff | 0x1000..=0x109f | 0xfb50..=0xfefc)
        || matches!(u32::from(c), 0x2190..=0x2bff | 0xfe0f | 0x1f000..=0x1faff)
}
