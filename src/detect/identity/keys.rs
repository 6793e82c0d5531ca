//! The keys under which an item is looked up again: its GUID, its link, its words with their date.
//!
//! [`ItemKey`]s are persisted, so what is hashed must not change.

use std::collections::HashMap;

use url::Url;
use xxhash_rust::xxh3::Xxh3;

use crate::model::{ItemKey, ReadItem};

/// Query parameters that say whence a reader came, not what is read.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "yclid",
    "ysclid",
    "msclkid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_openstat",
    "_ga",
    "_gl",
    "cmpid",
    "ref_src",
    "guccounter",
    "xtor",
    "ftag",
];
/// The keys under which each item of a body is looked up and stored, strongest first; at least one
/// unless the item is wholly blank.
pub fn keys(items: &[ReadItem]) -> Vec<Vec<ItemKey>> {
    let all = Keys::of_all(items);
    all.into_iter()
        .map(|of| {
            let by_kind = [of.guid, of.link, of.words, of.content];
            by_kind.into_iter().flatten().collect()
        })
        .collect()
}

/// Hash of what an item says: title and summary, white space aside.
pub fn content_hash(item: &ReadItem) -> u64 {
    hash('c', &[&squeeze(&item.title), &squeeze(&item.summary)]).0
}

/// The keys of one item by kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keys {
    pub(super) guid: Option<ItemKey>,
    pub(super) link: Option<ItemKey>,
    pub(super) words: Option<ItemKey>,
    /// All that it says, for an item that none of the others may name.
    pub(super) content: Option<ItemKey>,
}

impl Keys {
    /// The keys of a body's items.
    pub(super) fn of_all(items: &[ReadItem]) -> Vec<Self> {
        let mut all: Vec<Self> = items.iter().map(Self::of).collect();
        let mut owners: HashMap<ItemKey, u32> = HashMap::new();
        for key in all
            .iter()
            .flat_map(|of| [of.guid, of.link, of.words])
            .flatten()
        {
            *owners.entry(key).or_default() += 1;
        }
        let is_own = |key: Option<ItemKey>| key.is_some_and(|key| owners[&key] == 1);
        for (item, of) in items.iter().zip(&mut all) {
            let is_named = is_own(of.guid)
                || is_own(of.link) && is_specific(item)
                || is_own(of.words) && item.published.is_some();
            if !is_named && of.words.is_some() {
                of.content = Some(hash('x', &[&squeeze(&item.title), &squeeze(&item.summary)]));
            }
        }
        all
    }

    fn of(item: &ReadItem) -> Self {
        let guid = item.guid.as_deref().map(address).filter(|g| !g.is_empty());
        let link = item.link.as_deref().map(address).filter(|l| !l.is_empty());
        let words = words(item);
        // a clamped date moves with every reading
        let date = item.published.filter(|_| !item.date_clamped);
        let date = date.map_or_else(String::new, |at| at.as_second().to_string());
        Self {
            guid: guid.map(|guid| hash('g', &[&guid])),
            link: link.map(|link| hash('l', &[&link])),
            words: (!words.is_empty()).then(|| hash('t', &[&words, &date])),
            content: None,
        }
    }
}

/// Its title, or its text if it has none.
pub(super) fn words(item: &ReadItem) -> String {
    match squeeze(&item.title) {
        title if title.is_empty() => squeeze(&item.summary),
        title => title,
    }
}

/// Does the link lead to more than a home page?
pub(super) fn is_specific(item: &ReadItem) -> bool {
    item.link
        .as_deref()
        .is_some_and(|link| address(link).contains(['/', '?', '#']))
}

/// An address without what may change from poll to poll: scheme, `www.`, tracking, closing slash.
/// A text that is no address is only trimmed.
pub(super) fn address(text: &str) -> String {
    let text = text.trim();
    let Ok(url) = Url::parse(text) else {
        return text.to_owned();
    };
    if !matches!(url.scheme(), "http" | "https") {
        return text.to_owned();
    }
    let host = url.host_str().unwrap_or_default();
    let mut out = host.strip_prefix("www.").unwrap_or(host).to_owned();
    if let Some(port) = url.port() {
        out.push(':');
        out.push_str(&port.to_string());
    }
    out.push_str(url.path().trim_end_matches('/'));
    let is_tracking = |pair: &str| {
        let name = pair.split('=').next().unwrap_or(pair);
        name.is_empty() || name.starts_with("utm_") || TRACKING.contains(&name)
    };
    let query: Vec<&str> = url
        .query()
        .into_iter()
        .flat_map(|query| query.split('&'))
        .filter(|pair| !is_tracking(pair))
        .collect();
    if !query.is_empty() {
        out.push('?');
        out.push_str(&query.join("&"));
    }
    if let Some(fragment) = url.fragment().filter(|fragment| !is_tracking(fragment)) {
        out.push('#');
        out.push_str(fragment);
    }
    out
}

/// White space collapsed to single blanks.
pub(super) fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn hash(kind: char, parts: &[&str]) -> ItemKey {
    let mut hasher = Xxh3::new();
    hasher.update(&[kind as u8]);
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    ItemKey(hasher.digest())
}
