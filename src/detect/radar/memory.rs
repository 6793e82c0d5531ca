//! The radar in memory, for recorded streams: the same rules as the daemon's, whose names are stored.

use jiff::Timestamp;
use rustc_hash::{FxHashMap, FxHashSet};

use super::judge::{NameUse, OWNERS, Verdict, judge};
use super::names::names;
use super::watch::{WARM_UP, YOUNG, confidence, day_of, is_same_thing, rank};
use crate::model::NameKey;

/// An item of a recorded stream.
#[derive(Debug, Clone)]
struct Held {
    at: Timestamp,
    owner: Box<str>,
    title: Box<str>,
    summary: Box<str>,
}

/// What the radar remembers of a stream.
#[derive(Debug, Default)]
pub struct Memory {
    since: Option<i64>,
    first: FxHashMap<NameKey, i64>,
    uses: FxHashMap<NameKey, Vec<i64>>,
    /// Items that young names stand in, by number.
    items: FxHashMap<i64, Held>,
    told: Vec<(String, Vec<i64>)>,
    done: FxHashSet<NameKey>,
    /// Names that got another use since the last check.
    touched: FxHashSet<NameKey>,
    day: i64,
}

/// A new name of a recorded stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// What was found.
    pub verdict: Verdict,
    /// First use.
    pub first_at: Timestamp,
    /// Days of watching before it.
    pub days: i64,
    /// How sure it is.
    pub confidence: f64,
    /// Numbers of its items, in order.
    pub items: Vec<i64>,
}

impl Memory {
    /// Takes in an item; items come in order of time, with growing numbers.
    pub fn add(&mut self, number: i64, at: Timestamp, owner: &str, title: &str, summary: &str) {
        let day = day_of(at);
        let since = *self.since.get_or_insert(day);
        if day > self.day {
            self.day = day;
            self.forget(day);
        }
        let mut is_young = false;
        for key in names(title, summary) {
            let first = *self.first.entry(key).or_insert(day);
            if first < since + WARM_UP || day - first > YOUNG || self.done.contains(&key) {
                continue;
            }
            self.uses.entry(key).or_default().push(number);
            self.touched.insert(key);
            is_young = true;
        }
        if is_young {
            let held = Held {
                at,
                owner: owner.into(),
                title: title.into(),
                summary: summary.into(),
            };
            self.items.insert(number, held);
        }
    }

    /// The names that have become news since the last check.
    pub fn check(&mut self) -> Vec<Told> {
        let mut found = Vec::new();
        for key in std::mem::take(&mut self.touched) {
            let numbers = &self.uses[&key];
            let held: Vec<&Held> = numbers.iter().filter_map(|n| self.items.get(n)).collect();
            let owners: FxHashSet<&str> = held.iter().map(|item| &*item.owner).collect();
            if owners.len() < OWNERS {
                continue;
            }
            let uses: Vec<NameUse<'_>> = held.iter().map(|item| item.as_use()).collect();
            if let Some(verdict) = judge(key, &uses) {
                found.push((key, verdict));
            }
        }
        rank(&mut found);
        let mut news = Vec::new();
        for (key, verdict) in found {
            self.done.insert(key);
            let items = self.uses.get(&key).cloned().unwrap_or_default();
            let known = self.told.iter();
            let mut known = known.map(|(name, items)| (name.as_str(), items.as_slice()));
            if known.any(|other| is_same_thing(other, (&verdict.name, &items))) {
                continue;
            }
            self.told.push((verdict.name.clone(), items.clone()));
            let first = items.first().and_then(|n| self.items.get(n));
            let days = self.first[&key] - self.since.unwrap_or_default();
            news.push(Told {
                first_at: first.map_or_else(Timestamp::default, |item| item.at),
                confidence: confidence(&verdict, days),
                days,
                verdict,
                items,
            });
        }
        news
    }

    /// Drops the users of names that are no longer young.
    fn forget(&mut self, today: i64) {
        let first = &self.first;
        self.uses.retain(|key, _| today - first[key] <= YOUNG);
        self.touched.retain(|key| self.uses.contains_key(key));
        let items = &self.items;
        self.told
            .retain(|told| told.1.iter().any(|n| items.contains_key(n)));
        self.items
            .retain(|_, item| today - day_of(item.at) <= 2 * YOUNG);
    }
}

impl Held {
    fn as_use(&self) -> NameUse<'_> {
        NameUse {
            owner: &self.owner,
            title: &self.title,
            summary: &self.summary,
        }
    }
}
