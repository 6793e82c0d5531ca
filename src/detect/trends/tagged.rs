//! Hashtags, mentions and numbered names among what bursts: terms that mean one thing by themselves.
//!
//! A tag joins items that have nothing else in common, a challenge or a campaign; a new number of an old
//! name makes a story novel whose words are not. Never told from one owner, as all bursts.

use rustc_hash::FxHashMap;

use super::burst::{Scene, WINDOWS};
use super::candidates::Candidate;
use super::history::Probe;
use super::window::Held;

impl Scene<'_> {
    /// Items with the same surprising hashtag or mention, whatever else they say.
    pub(super) fn tagged(&self, leading: &[u32]) -> Vec<Candidate> {
        let has_tag = |number: u64, tag: u32| {
            let item = self.window.get(number);
            let place = item.own.iter().position(|own| *own == tag);
            place.is_some_and(|place| place < item.tags.split_whitespace().count())
                && self.is_current(item)
        };
        let items = |tag: &u32| -> Vec<u64> {
            let uses = self.window.uses(*tag);
            uses.filter(|number| has_tag(*number, *tag)).collect()
        };
        let mut tags: Vec<(u32, Vec<u64>)> = leading.iter().map(|tag| (*tag, items(tag))).collect();
        tags.retain(|(_, items)| !items.is_empty());
        tags.sort_unstable_by_key(|tag| tag.0);
        tags.into_iter()
            .map(|(tag, items)| Candidate {
                story: self.window.get(items[0]).story,
                items,
                probe: Probe {
                    signature: vec![tag],
                    ..Probe::default()
                },
                tag: Some(tag),
                ..Candidate::default()
            })
            .collect()
    }

    /// Tags and numbered names that at least half of the owners share.
    pub(super) fn shared(&self, items: &[u64]) -> Vec<u32> {
        let owners = self.owners(items, WINDOWS[2]).len();
        let items = items.iter().map(|item| self.window.get(*item));
        let mut terms: Vec<(u32, u32)> = items
            .flat_map(|item| item.own.iter().map(|term| (*term, item.owner)))
            .collect();
        terms.sort_unstable();
        terms.dedup();
        terms
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|run| run.len() > 1 && run.len() * 2 >= owners)
            .map(|run| run[0].0)
            .collect()
    }
}

/// A tag as most of the items write it.
pub(super) fn as_written(items: &[&Held], tag: u32) -> Option<String> {
    let mut forms: FxHashMap<&str, usize> = FxHashMap::default();
    for item in items {
        let of = item.own.iter().zip(item.tags.split_whitespace());
        for (_, form) in of.filter(|(key, _)| **key == tag) {
            *forms.entry(form).or_default() += 1;
        }
    }
    forms
        .into_iter()
        .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)))
        .map(|(form, _)| form.to_owned())
}
