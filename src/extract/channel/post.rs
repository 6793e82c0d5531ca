//! What posts of all channels have in common: hashtags and links in plain text.

use std::sync::LazyLock;

use regex::Regex;

/// Tags and links beyond this many are left out.
const MOST: usize = 64;

static HASHTAG: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|[^\w&/#])#([\p{L}\p{N}_]{2,64})").ok());
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"https?://[^\s<>"'«»]{3,2000}"#).ok());

/// Hashtags of a text without their `#`, each once, in order. A number alone is none.
pub(super) fn hashtags(text: &str) -> Vec<String> {
    let found = HASHTAG.iter().flat_map(|tag| tag.captures_iter(text));
    let tags = found.filter_map(|tag| tag.get(1)).map(|tag| tag.as_str());
    unique(tags.filter(|tag| !tag.chars().all(char::is_numeric)))
}

/// Addresses in a text, each once, in order, without the punctuation that follows them.
pub(super) fn addresses(text: &str) -> Vec<String> {
    let found = ADDRESS.iter().flat_map(|address| address.find_iter(text));
    unique(found.map(|found| {
        let address = found
            .as_str()
            .trim_end_matches(['.', ',', ';', ':', '!', '?', '…']);
        match address.strip_suffix(')') {
            Some(inner) if !inner.contains('(') => inner,
            _ => address,
        }
    }))
}

/// Each text once, in order.
pub(super) fn unique<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for text in texts {
        if out.len() < MOST && !out.iter().any(|known| known == text) {
            out.push(text.to_owned());
        }
    }
    out
}
