//! Titles that share nothing but a name: one story, if all that is told of the name is one.
//!
//! "Foo is out", "What is Foo?" and "Foo: first look" tell of one new thing. "Foo raises fees" and "Foo
//! opens a shop in Rome" do not, and share as much. What parts them is what else is told: each of the
//! latter is soon told by others in words of its own. So a title that joined nothing waits some hours.

use super::super::subject::Name;
use super::super::vector::dot;
use super::{Merge, Number, Stories, Story, aged};

/// Items from which a story says something of its name.
const SAYS: u32 = 3;
/// Time (seconds) within which all is told of a name that is new.
const NEW: i64 = 86_400;
/// Most stories of a word that is a name: what more speak of is none.
const MOST: usize = 64;

impl Stories {
    /// Joins a title that stayed alone to what else is told of one of its names, if that is one story.
    pub(super) fn join_namesakes(&mut self, number: Number, merges: &mut Vec<Merge>) {
        let Some(story) = self.open.get(&number).filter(|story| story.items == 1) else {
            return;
        };
        let mut names = story.names.iter();
        if let Some((into, from)) = names.find_map(|name| self.news_of(*name, number, story)) {
            for from in from {
                self.take_up(from, into, merges);
            }
        }
    }

    /// Which stories are to be taken up, and by which: the story by a new one that has two thirds of what is
    /// told of the name, or all others of the name by the story, if it is new and none says more yet.
    fn news_of(&self, name: Name, number: Number, story: &Story) -> Option<(Number, Vec<Number>)> {
        let others = self.namesakes(name, number);
        let is_close = |other: &Story| {
            let bar = story.bar + aged((story.mean - other.mean).abs());
            dot(&story.sum, &other.sum) >= bar * story.length * other.length
        };
        let is_new = |other: &Story| (story.mean - other.mean).abs() < NEW;
        let largest = others.iter().max_by_key(|other| (other.1.items, !other.0));
        let (largest, of) = largest?;
        if of.items >= SAYS {
            let items: u32 = others.iter().map(|(_, other)| other.items).sum();
            let is_all = of.items * 3 >= items * 2;
            return (is_all && is_new(of) && is_close(of)).then(|| (*largest, vec![number]));
        }
        if !others.iter().all(|(_, other)| is_new(other)) {
            return None;
        }
        let close = others.into_iter().filter(|(_, other)| is_close(other));
        let close: Vec<Number> = close.map(|(other, _)| other).collect();
        // two words are rarely the same by chance, one may be
        let fewest = if name.0 == name.1 { 2 } else { 1 };
        (close.len() >= fewest).then_some((number, close))
    }

    /// The other stories of a name; of one word all that have it, if a third of them write it as a name.
    fn namesakes(&self, name: Name, number: Number) -> Vec<(Number, &Story)> {
        let (first, second) = (self.index.get(name.0), self.index.get(name.1));
        if first.len().max(second.len()) > MOST {
            return Vec::new();
        }
        let both = first
            .iter()
            .filter(|other| **other != number && second.binary_search(other).is_ok())
            .map(|other| (*other, &self.open[other]));
        let mut found: Vec<(Number, &Story)> = both.collect();
        let calls = |other: &Story| other.names.binary_search(&name).is_ok();
        if name.0 == name.1 {
            let named = 1 + found.iter().filter(|(_, other)| calls(other)).count();
            if named * 3 < found.len() + 1 {
                found.clear();
            }
        } else {
            found.retain(|(_, other)| calls(other));
        }
        found
    }
}
