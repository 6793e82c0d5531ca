//! Is this item one we know? The rules that never make duplicates and never hide an edit.
//!
//! An item has up to three keys, strongest first: its GUID, its link, its title with its date
//! (see [`keys`]). The store finds known items by any of them; [`plan`] then decides, and trusts
//! each key only as far as this body lets it:
//!
//! - a GUID that several different items of the body share names none of them; a very short one
//!   (`1`, `12`) may be a position and needs a second witness;
//! - a link that several items of the body share, or a bare home page, names none of them;
//! - with a GUID that is unknown, the link alone is believed only when the title or the date agrees,
//!   or when other items of the body show that its GUIDs change from poll to poll;
//! - one known item is matched once; what repeats an earlier item of the same body is a duplicate.
//!
//! Pure: neither stores nor forgets. [`ItemKey`]s are persisted, so what is hashed must not change.

use std::collections::{HashMap, HashSet};

use url::Url;
use xxhash_rust::xxh3::Xxh3;

use crate::model::{ItemId, ItemKey, KnownItem, ReadItem};

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
/// A GUID shorter than this may be a position in the list.
const WEAK_GUID: usize = 5;

/// What an item of a body is to what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemMatch {
    /// Not seen before.
    New,
    /// Known, and says what it said.
    Same(ItemId),
    /// Known, but its title or summary has changed.
    Edited(ItemId),
    /// Repeats an earlier item of this same body.
    Duplicate,
}

/// The keys under which an item is looked up and stored, strongest first; at least one unless the
/// item is wholly blank.
pub fn keys(item: &ReadItem) -> Vec<ItemKey> {
    let of = Keys::of(item);
    [of.guid, of.link, of.words].into_iter().flatten().collect()
}

/// Hash of what an item says: title and summary, white space aside.
pub fn content_hash(item: &ReadItem) -> u64 {
    hash('c', &[&squeeze(&item.title), &squeeze(&item.summary)]).0
}

/// Decides for each item, in the body's order, whether it is new.
///
/// `known` holds every known item that shares a key with one of `items`, once for each shared key.
pub fn plan(items: &[ReadItem], known: &[KnownItem]) -> Vec<ItemMatch> {
    Plan::new(items, known).decide()
}

/// The keys of one item by kind.
#[derive(Debug, Clone, Copy)]
struct Keys {
    guid: Option<ItemKey>,
    link: Option<ItemKey>,
    words: Option<ItemKey>,
}

impl Keys {
    fn of(item: &ReadItem) -> Self {
        let guid = item.guid.as_deref().map(address).filter(|g| !g.is_empty());
        let link = item.link.as_deref().map(address).filter(|l| !l.is_empty());
        let words = match squeeze(&item.title) {
            title if title.is_empty() => squeeze(&item.summary),
            title => title,
        };
        // a clamped date moves with every reading
        let date = item.published.filter(|_| !item.date_clamped);
        let date = date.map_or_else(String::new, |at| at.as_second().to_string());
        Self {
            guid: guid.map(|guid| hash('g', &[&guid])),
            link: link.map(|link| hash('l', &[&link])),
            words: (!words.is_empty()).then(|| hash('t', &[&words, &date])),
        }
    }
}

struct Plan<'a> {
    items: &'a [ReadItem],
    keys: Vec<Keys>,
    known: HashMap<ItemKey, Vec<&'a KnownItem>>,
    taken: HashSet<ItemId>,
    matches: Vec<Option<ItemMatch>>,
}

impl<'a> Plan<'a> {
    fn new(items: &'a [ReadItem], rows: &'a [KnownItem]) -> Self {
        let mut known: HashMap<ItemKey, Vec<&KnownItem>> = HashMap::new();
        for row in rows {
            known.entry(row.key).or_default().push(row);
        }
        Self {
            items,
            keys: items.iter().map(Keys::of).collect(),
            known,
            taken: HashSet::new(),
            matches: vec![None; items.len()],
        }
    }

    fn decide(mut self) -> Vec<ItemMatch> {
        self.mark_duplicates();
        let guids = self.owners(|keys| keys.guid);
        let links = self.owners(|keys| keys.link);
        let words = self.owners(|keys| keys.words);
        let only = |owners: &HashMap<ItemKey, u32>, key: Option<ItemKey>| {
            key.filter(|key| owners.get(key) == Some(&1))
        };
        // a place is believed of the same day, or where all days move at once, as they do when a server
        // writes them in another zone
        let placed = |at: &usize| self.items[*at].guid_is_place;
        let by_place: Vec<usize> = (0..self.items.len()).filter(placed).collect();
        for &at in &by_place {
            self.claim(at, only(&words, self.keys[at].words), |item, _| {
                item.published.is_some()
            });
        }
        let days_moved =
            by_place.len() > 1 && by_place.iter().all(|at| self.matches[*at].is_none());
        for at in 0..self.items.len() {
            self.claim(at, only(&guids, self.keys[at].guid), |item, row| {
                if item.guid_is_place {
                    return same_date(item, row) || (days_moved && within_a_day(item, row));
                }
                let strong = item
                    .guid
                    .as_ref()
                    .is_some_and(|g| g.trim().len() >= WEAK_GUID);
                strong || witnesses(item, row) > 0
            });
        }
        // does a link with the same title come back under another GUID? then GUIDs are no help here
        let unstable = (0..self.items.len()).any(|at| {
            self.matches[at].is_none()
                && self
                    .free(only(&links, self.keys[at].link))
                    .is_some_and(|row| {
                        is_specific(&self.items[at]) && same_title(&self.items[at], row)
                    })
        });
        for at in 0..self.items.len() {
            self.claim(at, only(&links, self.keys[at].link), |item, row| {
                let no_guid = [&item.guid, &row.guid]
                    .iter()
                    .any(|guid| guid.as_deref().is_none_or(|g| g.trim().is_empty()));
                let agrees = same_title(item, row) || same_date(item, row);
                agrees || (is_specific(item) && (no_guid || unstable))
            });
        }
        for at in 0..self.items.len() {
            self.claim(at, only(&words, self.keys[at].words), |item, row| {
                // undated words are an identity only where there is nothing better
                item.published.is_some() || (item.link.is_none() && row.link.is_none())
            });
        }
        let matches = self.matches.into_iter();
        matches.map(|one| one.unwrap_or(ItemMatch::New)).collect()
    }

    /// How many items of the body carry each key, duplicates aside.
    fn owners(&self, key: fn(&Keys) -> Option<ItemKey>) -> HashMap<ItemKey, u32> {
        let mut owners = HashMap::new();
        let first = self.matches.iter().map(Option::is_none);
        for (keys, _) in self.keys.iter().zip(first).filter(|(_, first)| *first) {
            if let Some(key) = key(keys) {
                *owners.entry(key).or_insert(0) += 1;
            }
        }
        owners
    }

    /// An item repeats an earlier one when two of GUID, link and words agree and the third does not
    /// speak against it; a differing GUID does not, for it may be made anew each time.
    fn mark_duplicates(&mut self) {
        let mut seen: HashSet<(Option<ItemKey>, Option<ItemKey>, Option<ItemKey>)> = HashSet::new();
        for (at, keys) in self.keys.iter().enumerate() {
            let signs = match *keys {
                Keys {
                    guid: Some(_),
                    link: Some(_),
                    words,
                } => {
                    let mut signs = vec![(keys.guid, keys.link, None)];
                    if words.is_some() {
                        signs.extend([(keys.guid, None, words), (None, keys.link, words)]);
                    }
                    signs
                }
                Keys { guid, link, words } => vec![(guid, link, words)],
            };
            if keys.guid.or(keys.link).or(keys.words).is_none() {
                self.matches[at] = Some(ItemMatch::Duplicate); // wholly blank: nothing to tell
                continue;
            }
            let repeats = signs.iter().any(|sign| seen.contains(sign));
            seen.extend(signs);
            if repeats {
                self.matches[at] = Some(ItemMatch::Duplicate);
            }
        }
    }

    /// The one known item under `key` that no other item has taken; `None` if there are several.
    fn free(&self, key: Option<ItemKey>) -> Option<&'a KnownItem> {
        let rows = self.known.get(&key?)?;
        let first = rows.first()?;
        let alone = rows.iter().all(|row| row.id == first.id);
        (alone && !self.taken.contains(&first.id)).then_some(*first)
    }

    fn claim(
        &mut self,
        at: usize,
        key: Option<ItemKey>,
        believed: impl Fn(&ReadItem, &KnownItem) -> bool,
    ) {
        if self.matches[at].is_some() {
            return;
        }
        let item = &self.items[at];
        let Some(row) = self.free(key).filter(|row| believed(item, row)) else {
            return;
        };
        self.taken.insert(row.id);
        self.matches[at] = Some(if content_hash(item) == row.content_hash {
            ItemMatch::Same(row.id)
        } else {
            ItemMatch::Edited(row.id)
        });
    }
}

fn witnesses(item: &ReadItem, row: &KnownItem) -> usize {
    let links = item.link.as_deref().zip(row.link.as_deref());
    let same_link = links.is_some_and(|(one, other)| address(one) == address(other));
    usize::from(same_link) + usize::from(same_title(item, row)) + usize::from(same_date(item, row))
}

fn same_title(item: &ReadItem, row: &KnownItem) -> bool {
    let title = squeeze(&item.title);
    !title.is_empty() && title == squeeze(&row.title)
}

fn same_date(item: &ReadItem, row: &KnownItem) -> bool {
    item.published.is_some() && item.published == row.published && !item.date_clamped
}

fn within_a_day(item: &ReadItem, row: &KnownItem) -> bool {
    let (Some(now), Some(then)) = (item.published, row.published) else {
        return false;
    };
    now.duration_since(then).abs() <= jiff::SignedDuration::from_hours(25)
}

/// Does the link lead to more than a home page?
fn is_specific(item: &ReadItem) -> bool {
    item.link
        .as_deref()
        .is_some_and(|link| address(link).contains(['/', '?', '#']))
}

/// An address without what may change from poll to poll: scheme, `www.`, tracking, closing slash.
/// A text that is no address is only trimmed.
fn address(text: &str) -> String {
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

fn squeeze(text: &str) -> String {
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

#[cfg(test)]
mod tests;
