//! Where older posts continue: the address of the next page back.
//!
//! Only lists in order of time page back: the next page of a ranking is not older, and to read it would tell nothing
//! of what was missed.

use url::Url;

/// The value of a parameter of the address.
pub(super) fn parameter(url: &Url, name: &str) -> Option<String> {
    let found = url.query_pairs().find(|(known, _)| known == name);
    found.map(|(_, value)| value.into_owned())
}

/// The address with parameter `name` set to `value`, and without those of `instead`.
///
/// `None` if it says so already: paging that does not move has come to the beginning.
pub(super) fn at(url: &Url, name: &str, value: &str, instead: &[&str]) -> Option<Url> {
    if parameter(url, name).is_some_and(|present| present == value) {
        return None;
    }
    let mut older = url.clone();
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(known, _)| known != name && !instead.contains(&known.as_ref()))
        .map(|(known, value)| (known.into_owned(), value.into_owned()))
        .collect();
    older
        .query_pairs_mut()
        .clear()
        .extend_pairs(kept)
        .append_pair(name, value);
    Some(older)
}
