//! The weeks that bursts are measured against, by word: to ask what was said before costs what there is
//! to find, not what is remembered.
//!
//! An inverted index in three flat lists, made once a day: what is new of the day is merged in, what
//! is too old falls out. Per item it keeps the time; per word which items had it, whether in the
//! title, and how heavily.

use serde::{Deserialize, Serialize};

use super::history::{Echo, Past, Probe};
use super::vector::{in_common, normalise};

const HOUR: i64 = 3_600;
/// Items whose likeness is looked at together.
const ABREAST: usize = 32;
/// Share of the close items that have each word of a name, share of either word's titles in which
/// two words of one stand together, and least share of a story that must be beyond it.
const COMMON: f64 = 0.5;
const TOGETHER: f64 = 0.5;
const REST: f32 = 0.5;
/// An item that is no longer kept.
const GONE: u32 = u32::MAX;

/// An item as the index knows it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Dated {
    pub(super) at: i64,
    /// A hash of its owner.
    pub(super) owner: u16,
    /// It stands for 2^thinned items.
    pub(super) thinned: u8,
}

impl Dated {
    /// Its owner's day: what an owner says again on the same day counts once.
    fn cell(self) -> (i64, u16) {
        (self.at.div_euclid(24 * HOUR), self.owner)
    }

    fn stands_for(self) -> usize {
        1 << self.thinned.min(30)
    }
}

/// That an item had a word: the item's place, a bit for the title, the weight in 255ths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Use(u32);

impl Use {
    const TITLE: u32 = 1 << 8;

    fn new(item: u32, in_title: bool, weight: u8) -> Self {
        Self(item << 9 | u32::from(in_title) << 8 | u32::from(weight))
    }

    fn item(self) -> usize {
        (self.0 >> 9) as usize
    }

    fn in_title(self) -> bool {
        self.0 & Self::TITLE != 0
    }

    fn weight(self) -> f32 {
        f32::from(self.0 as u8)
    }

    fn moved(self, to: u32) -> Self {
        Self(to << 9 | self.0 & 0x1FF)
    }
}

/// The index.
#[derive(Debug, Clone, Default)]
pub(super) struct Baseline {
    /// In order of arrival.
    items: Vec<Dated>,
    /// Words in order, each with where its uses end and by how many owners, day by day, in titles.
    words: Vec<Word>,
    /// Word by word, in order of item.
    uses: Vec<Use>,
    /// Room to count in.
    cosines: Vec<f32>,
}

#[derive(Debug, Clone, Copy)]
struct Word {
    key: u32,
    end: u32,
    titles: u32,
}

impl Baseline {
    /// How many items it knows.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// When the first of its items was said.
    pub(super) fn begin(&self) -> Option<i64> {
        self.items.first().map(|item| item.at)
    }

    /// Its items, in order of arrival.
    pub(super) fn items(&self) -> &[Dated] {
        &self.items
    }

    /// In how many titles a word stood.
    pub(super) fn titles(&self, key: u32) -> u32 {
        self.find(key).map_or(0, |at| self.words[at].titles)
    }

    /// What it says about a candidate; from a cosine of `alike` up an item is of its sort.
    pub(super) fn echo(&mut self, probe: &Probe, alike: f32) -> Echo {
        let mut echo = Echo {
            same: self.same(&probe.signature),
            ..Echo::default()
        };
        let mut close = self.close(&probe.features, alike);
        if let Some(rest) = self.beyond_name(probe, &close) {
            close = self.close(&rest, alike);
        }
        let (mut cells, mut hours) = (Vec::new(), Vec::new());
        for item in close {
            let item = self.items[item];
            cells.push((item.cell(), item.stands_for()));
            hours.push((item.at.div_euclid(HOUR), item.owner, item.stands_for()));
        }
        echo.alike = owners_of_days(cells);
        hours.sort_unstable();
        for of_owner in hours.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let (hour, _, many) = of_owner[of_owner.len() - 1];
            match echo.hours.last_mut() {
                Some(last) if last.0 == hour => last.1 += many,
                _ => echo.hours.push((hour, many)),
            }
        }
        echo
    }

    /// The items that have so much in common with a story's features, in order.
    fn close(&mut self, features: &[(u32, f32)], alike: f32) -> Vec<usize> {
        let mut cosines = std::mem::take(&mut self.cosines);
        cosines.clear();
        cosines.resize(self.items.len(), 0.0);
        for (key, weight) in features {
            let weight = weight / 255.0;
            for used in self.uses(*key) {
                cosines[used.item()] += weight * used.weight();
            }
        }
        let mut close = Vec::new();
        for (at, some) in cosines.chunks(ABREAST).enumerate() {
            // most items have next to nothing in common with a story: many are passed at once
            let any = some.iter().map(|cosine| u32::from(*cosine >= alike));
            if any.sum::<u32>() > 0 {
                let some = (at * ABREAST..).zip(some);
                close.extend(
                    some.filter(|(_, cosine)| **cosine >= alike)
                        .map(|(item, _)| item),
                );
            }
        }
        self.cosines = cosines;
        close
    }

    /// What a story says beyond a name, of length 1, if it is a name that joins the past to it: a brand in
    /// the news daily makes not every story of it routine. The words that most of the close items share
    /// are a name if they mostly stand together and the story says more than them.
    fn beyond_name(&self, probe: &Probe, close: &[usize]) -> Option<Vec<(u32, f32)>> {
        if probe.novel.is_empty() || close.is_empty() {
            return None;
        }
        let is_common = |key: u32| {
            let items = self.uses(key).iter().map(|used| used.item());
            let many = items
                .filter(|item| close.binary_search(item).is_ok())
                .count();
            many > 0 && many as f64 >= close.len() as f64 * COMMON
        };
        let (name, mut rest): (Vec<_>, Vec<_>) =
            probe.features.iter().partition(|(key, _)| is_common(*key));
        let left: f32 = rest.iter().map(|(_, weight)| weight * weight).sum();
        let name: Vec<u32> = name.into_iter().map(|(key, _)| key).collect();
        let is_new = probe.novel.iter().any(|term| !name.contains(term));
        if name.is_empty() || !is_new || left < REST || !self.stand_together(&name) {
            return None;
        }
        normalise(&mut rest);
        Some(rest)
    }

    /// Items with a word in the title, in order.
    fn titled(&self, key: u32) -> impl Iterator<Item = usize> {
        let titles = self.uses(key).iter().filter(|used| used.in_title());
        titles.map(|used| used.item())
    }

    /// Do these words mostly stand together in titles, as those of a name do? What stands in no title is
    /// not asked.
    fn stand_together(&self, words: &[u32]) -> bool {
        let mut titles = words
            .iter()
            .map(|word| self.titled(*word).collect::<Vec<usize>>())
            .filter(|titles| !titles.is_empty());
        let Some(first) = titles.next() else {
            return true;
        };
        titles.all(|titles| {
            let most = first.len().max(titles.len());
            in_common(&first, &titles) as f64 >= most as f64 * TOGETHER
        })
    }

    /// How many items have two of these words in their titles, or the only one.
    fn same(&self, signature: &[u32]) -> usize {
        let titles = signature.iter().flat_map(|stem| self.titled(*stem));
        let mut items: Vec<usize> = titles.collect();
        items.sort_unstable();
        let enough = signature.len().clamp(1, 2);
        let runs = items
            .chunk_by(|a, b| a == b)
            .filter(|run| run.len() >= enough);
        let cells = runs.map(|run| (self.items[run[0]].cell(), self.items[run[0]].stands_for()));
        owners_of_days(cells.collect())
    }

    /// Where a word was used.
    fn uses(&self, key: u32) -> &[Use] {
        let Some(at) = self.find(key) else {
            return &[];
        };
        let from = at.checked_sub(1).map_or(0, |at| self.words[at].end);
        &self.uses[from as usize..self.words[at].end as usize]
    }

    /// The place of a word. Keys are hashes, so it is about where the key says, and sought from there.
    fn find(&self, key: u32) -> Option<usize> {
        let words = &self.words;
        let about = ((u64::from(key) * words.len() as u64) >> 32) as usize;
        let (mut from, mut to, mut step) = (about, about + 1, 16);
        while from > 0 && words[from].key > key {
            (from, step) = (from.saturating_sub(step), step * 2);
        }
        while to < words.len() && words[to - 1].key < key {
            (to, step) = (words.len().min(to + step), step * 2);
        }
        let some = words.get(from..to)?;
        let at = some.binary_search_by_key(&key, |word| word.key).ok()?;
        Some(from + at)
    }

    /// Keeps of its items those that `keep` gives back, perhaps changed, and takes in others behind them.
    pub(super) fn renew(&mut self, mut keep: impl FnMut(Dated) -> Option<Dated>, others: &[Past]) {
        let mut items = Vec::with_capacity(self.items.len() + others.len());
        let places: Vec<u32> = self
            .items
            .iter()
            .map(|item| {
                let Some(kept) = keep(*item) else { return GONE };
                items.push(kept);
                items.len() as u32 - 1
            })
            .collect();
        let mut added: Vec<(u32, Use)> = Vec::new();
        for past in others {
            let place = items.len() as u32;
            items.push(past.dated());
            added.extend(
                past.words()
                    .map(|(key, in_title, weight)| (key, Use::new(place, in_title, weight))),
            );
        }
        added.sort_unstable();
        let mut words: Vec<Word> = Vec::with_capacity(self.words.len() + added.len() / 4);
        let mut uses: Vec<Use> = Vec::with_capacity(self.uses.len() + added.len());
        let (mut from, mut added) = (0, added.as_slice());
        for old in self.words.iter().map(Some).chain([None]) {
            // first the words that only the others have
            while let Some((key, _)) = added.first()
                && old.is_none_or(|old| *key < old.key)
            {
                added = close(&mut words, &mut uses, &items, *key, added);
            }
            let Some(old) = old else { break };
            for used in &self.uses[from..old.end as usize] {
                let place = places[used.item()];
                if place != GONE {
                    uses.push(used.moved(place));
                }
            }
            from = old.end as usize;
            added = close(&mut words, &mut uses, &items, old.key, added);
        }
        words.shrink_to_fit();
        uses.shrink_to_fit();
        *self = Self {
            items,
            words,
            uses,
            cosines: Vec::new(),
        };
    }
}

/// How many owners on how many days: of several items of one owner and day the one that stands for most.
fn owners_of_days(mut cells: Vec<((i64, u16), usize)>) -> usize {
    cells.sort_unstable();
    let of_owner = cells.chunk_by(|a, b| a.0 == b.0);
    of_owner.map(|cell| cell[cell.len() - 1].1).sum()
}

/// Ends a word: puts what of `added` is of its key behind the uses it has, and gives back the rest.
fn close<'a>(
    words: &mut Vec<Word>,
    uses: &mut Vec<Use>,
    items: &[Dated],
    key: u32,
    added: &'a [(u32, Use)],
) -> &'a [(u32, Use)] {
    let (own, rest) = added.split_at(added.iter().take_while(|(other, _)| *other == key).count());
    uses.extend(own.iter().map(|(_, used)| *used));
    let from = words.last().map_or(0, |word| word.end);
    let own = &uses[from as usize..];
    if !own.is_empty() {
        let titles = own.iter().filter(|used| used.in_title());
        let cells = titles.map(|used| (items[used.item()].cell(), items[used.item()].stands_for()));
        let titles = owners_of_days(cells.collect());
        words.push(Word {
            key,
            end: uses.len() as u32,
            titles: titles as u32,
        });
    }
    rest
}

/// A few words with their uses, as saved.
pub(super) type Words = Vec<(u32, Vec<Use>)>;

impl Baseline {
    /// All words with their uses, so many at a time.
    pub(super) fn parts(&self, most: usize) -> impl Iterator<Item = Words> {
        self.words.chunks(most).map(|words| {
            let with_uses = |word: &Word| (word.key, self.uses(word.key).to_vec());
            words.iter().map(with_uses).collect()
        })
    }

    /// Puts saved items back, before any words.
    pub(super) fn restore_items(&mut self, items: Vec<Dated>) {
        self.items.extend(items);
    }

    /// Puts saved words back, in the order in which they were; those whose items are unknown are left out.
    pub(super) fn restore_words(&mut self, words: Words) {
        for (key, mut own) in words {
            own.retain(|used| used.item() < self.items.len());
            let own: Vec<(u32, Use)> = own.into_iter().map(|used| (key, used)).collect();
            if self.words.last().is_none_or(|last| last.key < key) {
                close(&mut self.words, &mut self.uses, &self.items, key, &own);
            }
        }
    }
}
