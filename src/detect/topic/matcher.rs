//! All topics' queries, compiled once, held against one text at a time.
//!
//! Every word of every query is known by keys: its folded form, its stems, its beginning. A text's
//! words are looked up among them, and only topics of which an anchor was found are looked at
//! further: words of which each match must have one, the least shared by other topics. So a text costs
//! by its own length, hardly by the number of topics.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::words::{Key, MOST, Stems, Word, words};
use crate::model::{Atom, QueryExpr, TopicSpec};

/// Words that part title and body, more than any NEAR reaches over.
const APART: u32 = 100;

/// A word of a query, by number.
type WordNo = u32;

/// What is read of an item.
#[derive(Debug, Clone, Copy)]
pub struct TopicText<'a> {
    /// Its title; may be empty.
    pub title: &'a str,
    /// Its body; may be empty.
    pub body: &'a str,
}

/// All topics, compiled.
#[derive(Default)]
pub struct Matcher {
    stems: Stems,
    /// Which words of queries a key stands for.
    by_key: FxHashMap<Key, Vec<WordNo>>,
    /// Lengths of beginnings, in characters.
    prefixes: Vec<usize>,
    /// First letters of words looked for in any form: others need no stemming.
    initials: FxHashSet<char>,
    /// In how many places of queries a word stands.
    uses: Vec<usize>,
    /// Which topics a word is an anchor of.
    topics_of: Vec<Vec<usize>>,
    /// By number of topic.
    topics: Vec<Node>,
    numbers: FxHashMap<Query, WordNo>,
}

/// A word of a query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Query {
    text: String,
    sign: Option<char>,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Form {
    Any,
    Exact,
    Prefix,
}

#[derive(Debug, Clone)]
enum Node {
    Words(Vec<WordNo>),
    Near(Vec<Vec<WordNo>>, Vec<Vec<WordNo>>, u32),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
}

/// Where the words of queries stand in a text.
type Found = FxHashMap<WordNo, Vec<u32>>;

impl std::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Matcher")
            .field("topics", &self.topics.len())
            .finish_non_exhaustive()
    }
}

impl Matcher {
    /// Compiles topics; they are numbered as given.
    pub fn new(specs: &[TopicSpec]) -> Self {
        let mut matcher = Self::default();
        for spec in specs {
            let node = matcher.compile(&spec.query);
            matcher.topics.push(node);
        }
        matcher.prefixes.sort_unstable();
        matcher.prefixes.dedup();
        matcher.topics_of = vec![Vec::new(); matcher.uses.len()];
        for (number, node) in matcher.topics.iter().enumerate() {
            let anchors = anchors(node, &matcher.uses).unwrap_or_else(|| {
                // only what is denied twice: any of its words will do
                let mut all = FxHashSet::default();
                every(node, &mut all);
                all.into_iter().collect()
            });
            for word in anchors {
                let topics = &mut matcher.topics_of[word as usize];
                if topics.last() != Some(&number) {
                    topics.push(number);
                }
            }
        }
        matcher
    }

    /// Is there any topic at all?
    pub fn is_empty(&self) -> bool {
        self.topics.is_empty()
    }

    /// Numbers of the topics that a text mentions, in order.
    pub fn matches(&self, text: &TopicText<'_>) -> Vec<usize> {
        if self.is_empty() {
            return Vec::new();
        }
        let found = self.find(&all_words(text));
        let mut candidates: Vec<usize> = found
            .keys()
            .flat_map(|word| self.topics_of[*word as usize].iter().copied())
            .collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates.retain(|topic| holds(&self.topics[*topic], &found));
        candidates
    }

    /// Where words of a topic that are not negated stand in a text, in bytes.
    pub fn marks(&self, topic: usize, text: &str) -> Vec<Range<usize>> {
        let Some(node) = self.topics.get(topic) else {
            return Vec::new();
        };
        let mut wanted = FxHashSet::default();
        positive(node, &mut wanted);
        let words = words(text, 0, MOST);
        let mut numbers = Vec::new();
        let mut marks: Vec<Range<usize>> = Vec::new();
        for word in &words {
            numbers.clear();
            self.known_as(word, &mut numbers);
            // a hashtag stands before its own words and covers them
            let covered = marks.last().is_some_and(|last| last.end >= word.range.end);
            if !covered && numbers.iter().any(|number| wanted.contains(number)) {
                marks.push(word.range.clone());
            }
        }
        marks
    }

    fn find(&self, words: &[Word]) -> Found {
        let mut found = Found::default();
        let mut numbers = Vec::new();
        for word in words {
            numbers.clear();
            self.known_as(word, &mut numbers);
            for number in &numbers {
                let places = found.entry(*number).or_default();
                if places.last() != Some(&word.place) {
                    places.push(word.place);
                }
            }
        }
        found
    }

    /// Which words of queries a text's word is.
    fn known_as(&self, word: &Word, numbers: &mut Vec<WordNo>) {
        let mut look = |key: Key| numbers.extend(self.by_key.get(&key).into_iter().flatten());
        look(Key::exact(&word.text, word.sign));
        if word
            .text
            .chars()
            .next()
            .is_some_and(|c| self.initials.contains(&c))
        {
            let [one, other] = self.stems.keys(&word.text, word.sign);
            look(one);
            if other != one {
                look(other);
            }
        }
        let mut ends = word.text.char_indices().map(|(at, c)| at + c.len_utf8());
        let mut taken = 0;
        for length in &self.prefixes {
            let Some(end) = ends.nth(length - taken - 1) else {
                break;
            };
            taken = *length;
            look(Key::prefix(&word.text[..end], word.sign));
        }
    }

    fn compile(&mut self, query: &QueryExpr) -> Node {
        match query {
            QueryExpr::Atom(atom) => Node::Words(self.atom(atom)),
            QueryExpr::Near { left, right, gap } => {
                Node::Near(self.places(left), self.places(right), *gap)
            }
            QueryExpr::All(parts) => Node::All(parts.iter().map(|p| self.compile(p)).collect()),
            QueryExpr::Any(parts) => Node::Any(parts.iter().map(|p| self.compile(p)).collect()),
            QueryExpr::Not(part) => Node::Not(Box::new(self.compile(part))),
        }
    }

    fn places(&mut self, query: &QueryExpr) -> Vec<Vec<WordNo>> {
        match query {
            QueryExpr::Atom(atom) => vec![self.atom(atom)],
            QueryExpr::Any(parts) => parts.iter().flat_map(|p| self.places(p)).collect(),
            _ => Vec::new(),
        }
    }

    fn atom(&mut self, atom: &Atom) -> Vec<WordNo> {
        queries(atom)
            .into_iter()
            .map(|query| self.number(query))
            .collect()
    }

    fn number(&mut self, query: Query) -> WordNo {
        if let Some(number) = self.numbers.get(&query) {
            self.uses[*number as usize] += 1;
            return *number;
        }
        let number = self.uses.len() as WordNo;
        self.uses.push(1);
        let keys = match query.form {
            Form::Exact => vec![Key::exact(&query.text, query.sign)],
            Form::Prefix => {
                self.prefixes.push(query.text.chars().count());
                vec![Key::prefix(&query.text, query.sign)]
            }
            Form::Any => {
                // stemming changes no first letter, but for the English `dying`, `lying`, `tying`
                self.initials.extend(query.text.chars().next());
                let mut keys = vec![Key::exact(&query.text, query.sign)];
                keys.extend(self.stems.keys(&query.text, query.sign));
                keys.sort_unstable();
                keys.dedup();
                keys
            }
        };
        for key in keys {
            self.by_key.entry(key).or_default().push(number);
        }
        self.numbers.insert(query, number);
        number
    }
}

/// The words of an atom, one after the other.
fn queries(atom: &Atom) -> Vec<Query> {
    let mut found = Vec::new();
    for written in atom.text.split_whitespace() {
        let (body, starred) = match written.strip_suffix('*') {
            Some(body) => (body, true),
            None => (written, false),
        };
        let mut parts = words(body, 0, MOST);
        // a hashtag or mention is asked for as a whole
        if parts.first().is_some_and(|first| first.sign.is_some()) {
            parts.truncate(1);
        }
        let last = parts.len().saturating_sub(1);
        found.extend(parts.into_iter().enumerate().map(|(n, part)| Query {
            text: part.text,
            sign: part.sign,
            form: match (starred && n == last, atom.exact) {
                (true, _) => Form::Prefix,
                (false, true) => Form::Exact,
                (false, false) => Form::Any,
            },
        }));
    }
    found
}

/// The words of title and body, too far apart for any phrase or NEAR to reach over.
fn all_words(text: &TopicText<'_>) -> Vec<Word> {
    let mut all = words(text.title, 0, MOST);
    let from = all.last().map_or(0, |word| word.place + APART);
    let room = MOST - all.len();
    all.extend(words(text.body, from, room));
    all
}

fn holds(node: &Node, found: &Found) -> bool {
    match node {
        Node::Words(words) => match words[..] {
            [] => false,
            [word] => found.contains_key(&word),
            _ => !spans(words, found).is_empty(),
        },
        Node::Near(left, right, gap) => is_near(left, right, *gap, found),
        Node::All(parts) => parts.iter().all(|part| holds(part, found)),
        Node::Any(parts) => parts.iter().any(|part| holds(part, found)),
        Node::Not(part) => !holds(part, found),
    }
}

/// Where words stand one after the other: first place and one past the last, in order.
fn spans(words: &[WordNo], found: &Found) -> Vec<(u32, u32)> {
    let places = |word: &WordNo| found.get(word).map_or(&[][..], Vec::as_slice);
    let Some((first, rest)) = words.split_first() else {
        return Vec::new();
    };
    let starts = places(first).iter().copied().filter(|start| {
        let mut following = rest.iter().zip(start + 1..);
        following.all(|(word, place)| places(word).binary_search(&place).is_ok())
    });
    starts
        .map(|start| (start, start + words.len() as u32))
        .collect()
}

fn is_near(left: &[Vec<WordNo>], right: &[Vec<WordNo>], gap: u32, found: &Found) -> bool {
    let all = |side: &[Vec<WordNo>]| -> Vec<(u32, u32)> {
        side.iter().flat_map(|words| spans(words, found)).collect()
    };
    let (left, right) = (all(left), all(right));
    let mut starts: Vec<u32> = right.iter().map(|span| span.0).collect();
    let mut ends: Vec<u32> = right.iter().map(|span| span.1).collect();
    starts.sort_unstable();
    ends.sort_unstable();
    left.iter().any(|&(start, end)| {
        let after = starts.get(starts.partition_point(|s| *s < end));
        let before = ends[..ends.partition_point(|e| *e <= start)].last();
        after.is_some_and(|s| s - end <= gap) || before.is_some_and(|e| start - e <= gap)
    })
}

/// Words of which every text that matches has one, those chosen that stand in fewest queries; `None`
/// where there are no such words.
fn anchors(node: &Node, uses: &[usize]) -> Option<Vec<WordNo>> {
    let cost = |words: &Vec<WordNo>| words.iter().map(|word| uses[*word as usize]).sum::<usize>();
    let sequence = |words: &Vec<WordNo>| {
        words
            .iter()
            .copied()
            .min_by_key(|word| uses[*word as usize])
    };
    let side = |atoms: &[Vec<WordNo>]| atoms.iter().map(sequence).collect::<Option<Vec<_>>>();
    match node {
        Node::Words(words) => Some(sequence(words).into_iter().collect()),
        Node::Near(left, right, _) => side(left).into_iter().chain(side(right)).min_by_key(cost),
        Node::All(parts) => parts
            .iter()
            .filter_map(|part| anchors(part, uses))
            .min_by_key(cost),
        Node::Any(parts) => {
            let parts: Option<Vec<_>> = parts.iter().map(|part| anchors(part, uses)).collect();
            Some(parts?.concat())
        }
        Node::Not(_) => None,
    }
}

/// All words of a query.
fn every(node: &Node, words: &mut FxHashSet<WordNo>) {
    match node {
        Node::Not(part) => every(part, words),
        Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|part| every(part, words)),
        leaf => positive(leaf, words),
    }
}

/// Words that a match may owe itself to.
fn positive(node: &Node, wanted: &mut FxHashSet<WordNo>) {
    match node {
        Node::Words(words) => wanted.extend(words),
        Node::Near(left, right, _) => wanted.extend(left.iter().chain(right).flatten()),
        Node::All(parts) | Node::Any(parts) => {
            for part in parts {
                positive(part, wanted);
            }
        }
        Node::Not(_) => {}
    }
}

#[cfg(test)]
mod tests;
