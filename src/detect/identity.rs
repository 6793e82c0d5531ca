//! Is this item one we know? The rules that never make duplicates and never hide an edit.
//!
//! An item has up to three keys, strongest first: its GUID, its link, its title with its date
//! (see [`keys()`]). The store finds known items by any of them; [`plan`] then decides, and trusts
//! each key only as far as this body lets it:
//!
//! - a GUID that several different items of the body share names none of them; a very short one
//!   (`1`, `12`) may be a position and needs a second witness;
//! - a link that several items of the body share, or a bare home page, names none of them;
//! - with a GUID that is unknown, the link alone is believed only when the title or the date agrees,
//!   or when other items of the body show that its GUIDs change from poll to poll;
//! - a GUID that is only a place (an entry's title or day in a changelog) is believed with its day;
//! - an item without a key of its own is known by all that it says;
//! - one known item is matched once; only what says the same as an earlier item of the same body, under
//!   the same name, is a duplicate.
//!
//! Pure: neither stores nor forgets.

mod keys;

use std::collections::{HashMap, HashSet};

use crate::model::{ItemId, ItemKey, KnownItem, ReadItem};
use keys::{Keys, address, is_specific, squeeze, words};
pub use keys::{content_hash, keys};

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

/// What an item is known by, for people: its GUID, else its link, else its title with its date or a hash
/// of all that it says.
pub fn name(item: &ReadItem) -> Option<String> {
    let own = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let link = || own(&item.link).filter(|_| is_specific(item));
    own(&item.guid).or_else(link).or_else(|| {
        let words = Some(words(item)).filter(|words| !words.is_empty())?;
        let words: String = words.chars().take(80).collect();
        Some(match item.published {
            Some(at) => format!("{words} @ {at}"),
            // what it says is all there is to know it by
            None => format!("{words} # {:08x}", content_hash(item) >> 32),
        })
    })
}

/// How many items of a body only repeat an earlier one of it.
pub fn repeated(items: &[ReadItem]) -> usize {
    let matches = plan(items, &[]);
    let repeats = matches.iter().filter(|m| **m == ItemMatch::Duplicate);
    repeats.count()
}

/// Decides for each item, in the body's order, whether it is new.
///
/// `known` holds every known item that shares a key with one of `items`, once for each shared key.
pub fn plan(items: &[ReadItem], known: &[KnownItem]) -> Vec<ItemMatch> {
    Plan::new(items, known).decide()
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
            keys: Keys::of_all(items),
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
        for at in 0..self.items.len() {
            self.claim_by_content(at);
        }
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
                    return (days_moved && within_a_day(item, row)) || in_its_place(item, row);
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
                if item.guid_is_place && !has_own_page(item) {
                    return in_its_place(item, row);
                }
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

    /// An item repeats an earlier one when it says the same, of the same day, and GUID or link agree;
    /// a GUID that differs does not speak against it, for it may be made anew each time.
    fn mark_duplicates(&mut self) {
        let mut seen = HashSet::new();
        for (at, (keys, item)) in self.keys.iter().zip(self.items).enumerate() {
            if keys.guid.or(keys.link).or(keys.words).is_none() {
                self.matches[at] = Some(ItemMatch::Duplicate); // wholly blank: nothing to tell
                continue;
            }
            let said = content_hash(item);
            let sign = |guid, link, words| (guid, link, words, said);
            let mut signs = match *keys {
                Keys {
                    guid: Some(_),
                    link: Some(_),
                    words: Some(_),
                    ..
                } => vec![
                    sign(keys.guid, None, keys.words),
                    sign(None, keys.link, keys.words),
                ],
                Keys {
                    guid, link, words, ..
                } => vec![sign(guid, link, words)],
            };
            if keys.guid.is_some() && is_specific(item) {
                // its date may be made anew each time, too
                signs.push(sign(keys.guid, keys.link, None));
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

    /// An item without a key of its own is the known one that says the same of the same day.
    fn claim_by_content(&mut self, at: usize) {
        let (keys, item) = (self.keys[at], &self.items[at]);
        if keys.content.is_none() || self.matches[at].is_some() {
            return;
        }
        let by_kind = [keys.content, keys.words, keys.guid, keys.link];
        let rows = by_kind
            .iter()
            .flatten()
            .filter_map(|key| self.known.get(key));
        let found = rows.flatten().find(|row| {
            let other_day = item.published.is_some() && !same_date(item, row) && !item.date_clamped;
            !self.taken.contains(&row.id) && says_the_same(item, row) && !other_day
        });
        if let Some(row) = found {
            self.taken.insert(row.id);
            self.matches[at] = Some(ItemMatch::Same(row.id));
        }
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
        self.matches[at] = Some(if says_the_same(item, row) {
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

/// Is an entry whose GUID is only its place the known one? By its day, or by its title within a few
/// days, or by its title and all that it says: a title may come again, dated otherwise.
fn in_its_place(item: &ReadItem, row: &KnownItem) -> bool {
    let near = days_apart(item, row).is_none_or(|days| days <= 3);
    same_date(item, row) || same_title(item, row) && (near || says_the_same(item, row))
}

fn says_the_same(item: &ReadItem, row: &KnownItem) -> bool {
    content_hash(item) == row.content_hash
}

fn within_a_day(item: &ReadItem, row: &KnownItem) -> bool {
    let (Some(now), Some(then)) = (item.published, row.published) else {
        return false;
    };
    now.duration_since(then).abs() <= jiff::SignedDuration::from_hours(25)
}

/// Whole days between the dates of publication.
fn days_apart(item: &ReadItem, row: &KnownItem) -> Option<i64> {
    let apart = item.published?.duration_since(row.published?).abs();
    Some(apart.as_hours() / 24)
}

/// Does an entry have a page of its own, and not only a place on the page that it is read from?
fn has_own_page(item: &ReadItem) -> bool {
    let link = item.link.as_deref();
    link.is_some_and(|link| !link.contains('#')) && is_specific(item)
}

#[cfg(test)]
mod tests;
