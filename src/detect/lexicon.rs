//! What words mean in a rule text: the table `rules.toml`, compiled for lookup.
//!
//! The table is data: groups of phrases per language, with `*` for any ending of a word. One pass
//! over a text's words finds them all; within the obligations the longest phrase wins, so that
//! "may not" forbids though "may" permits. Nothing is weighed here.

use std::ops::Range;
use std::sync::{LazyLock, PoisonError, RwLock};

use xxhash_rust::xxh3::xxh3_64;

use super::tokens::{fold, tokens};
use crate::model::WordTable;

/// The shipped table.
const RULES: &str = include_str!("rules.toml");

/// The lexicon in force, with the hash of the words that it has beside the shipped ones.
static IN_FORCE: RwLock<Option<(u64, &'static Lexicon)>> = RwLock::new(None);

/// A word of a text, folded for comparison, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Lower case, apostrophes straight, ё as е.
    pub(crate) folded: String,
    /// Where it stands in its text, in bytes.
    pub(crate) range: Range<usize>,
}

/// The words of a text, without spacing and punctuation.
pub(crate) fn words(text: &str) -> Vec<Word> {
    read_words(text).collect()
}

/// The words of a text if they are at most so many; a long one is not read to its end.
pub(crate) fn few_words(text: &str, most: usize) -> Option<Vec<Word>> {
    let found = first_words(text, most + 1);
    (found.len() <= most).then_some(found)
}

/// The first words of a text.
pub(crate) fn first_words(text: &str, most: usize) -> Vec<Word> {
    read_words(text).take(most).collect()
}

fn read_words(text: &str) -> impl Iterator<Item = Word> {
    let mut at = 0;
    tokens(text).filter_map(move |token| {
        at += token.raw.len();
        token.is_word().then(|| Word {
            folded: fold(token.word),
            range: at - token.word.len()..at,
        })
    })
}

/// A phrase of the table found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Table it stands in: `obligation`, `area`, `unit`…
    pub(crate) group: &'static str,
    /// Its name there: `ban`, `ads`, `second`…
    pub(crate) name: &'static str,
    /// Which words, by index.
    pub(crate) words: Range<usize>,
}

/// A place where a phrase of the table stands, before overlaps are settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its first word, by index.
    at: usize,
    /// The word after its last.
    end: usize,
    phrase: usize,
}

/// The compiled table.
#[derive(Debug)]
pub(crate) struct Lexicon {
    phrases: Vec<Phrase>,
    /// Names of rivals, by number.
    rivals: Vec<String>,
    /// First words of phrases, letter by letter; the first node is the root.
    nodes: Vec<Node>,
    /// Where the first byte of a word leads; no phrase begins with one that leads to the root.
    first: [usize; 256],
}

/// The letters of a first word so far.
#[derive(Debug, Default)]
struct Node {
    /// The next bytes, in order, and where they lead.
    next: Vec<(u8, usize)>,
    /// Phrases whose first word ends here.
    whole: Vec<usize>,
    /// Phrases whose first word begins so.
    open: Vec<usize>,
}

impl Node {
    fn step(&self, byte: u8) -> Option<usize> {
        let at = self.next.binary_search_by_key(&byte, |(b, _)| *b).ok()?;
        Some(self.next[at].1)
    }
}

#[derive(Debug)]
struct Phrase {
    group: String,
    name: String,
    /// What overlapping phrases share of which only the longest counts: the group of obligations, or
    /// the group and name.
    rivals: usize,
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    text: String,
    open: bool,
}

impl Part {
    fn fits(&self, word: &str) -> bool {
        if self.open {
            word.starts_with(&self.text)
        } else {
            word == self.text
        }
    }
}

/// Judges from now on with further words beside the shipped ones; none takes back those given before.
///
/// One lexicon is in force in a process. What was in force stays in memory, since hits point into it:
/// some hundred kilobytes for each changed table, which a person writes by hand.
pub fn use_words(own: &WordTable) {
    let name = xxh3_64(format!("{own:?}").as_bytes());
    let mut in_force = IN_FORCE.write().unwrap_or_else(PoisonError::into_inner);
    if in_force.is_some_and(|(known, _)| known == name) {
        return;
    }
    let lexicon = if own.is_empty() {
        shipped()
    } else {
        let mut lexicon = Lexicon::parse(RULES).unwrap_or_else(|_| Lexicon::compile(own));
        lexicon.extend(own);
        Box::leak(Box::new(lexicon))
    };
    *in_force = Some((name, lexicon));
}

/// Names of all areas that the lexicon in force knows, shipped ones and one's own.
pub fn areas() -> Vec<String> {
    let phrases = in_force().phrases.iter();
    let areas = phrases.filter(|phrase| phrase.group == "area");
    let names: std::collections::BTreeSet<&str> =
        areas.map(|phrase| phrase.name.as_str()).collect();
    names.into_iter().map(str::to_owned).collect()
}

/// The lexicon in force: the shipped one unless words of one's own were added.
pub(crate) fn in_force() -> &'static Lexicon {
    let in_force = IN_FORCE.read().unwrap_or_else(PoisonError::into_inner);
    in_force.map_or_else(shipped, |(_, lexicon)| lexicon)
}

/// The shipped lexicon.
fn shipped() -> &'static Lexicon {
    static SHIPPED: LazyLock<Lexicon> = LazyLock::new(|| {
        // a test holds that the shipped table parses; an empty one would tell everything as wording
        Lexicon::parse(RULES).unwrap_or_else(|_| Lexicon::compile(&WordTable::new()))
    });
    &SHIPPED
}

impl Lexicon {
    /// Reads a table of the form of `rules.toml`.
    pub(crate) fn parse(source: &str) -> Result<Self, toml::de::Error> {
        Ok(Self::compile(&toml::from_str::<WordTable>(source)?))
    }

    fn compile(table: &WordTable) -> Self {
        let mut lexicon = Self {
            phrases: Vec::new(),
            rivals: Vec::new(),
            nodes: vec![Node::default()],
            first: [0; 256],
        };
        lexicon.extend(table);
        lexicon
    }

    fn extend(&mut self, table: &WordTable) {
        for (group, names) in table {
            for (name, languages) in names {
                for phrase in languages.values().flatten() {
                    self.add(group, name, phrase);
                }
            }
        }
    }

    fn add(&mut self, group: &str, name: &str, phrase: &str) {
        let mut parts = Vec::new();
        for chunk in phrase.split_whitespace() {
            let open = chunk.ends_with('*');
            let found = words(chunk.trim_end_matches('*'));
            let last = found.len().saturating_sub(1);
            for (at, word) in found.into_iter().enumerate() {
                parts.push(Part {
                    text: word.folded,
                    open: open && at == last,
                });
            }
        }
        if parts.is_empty() {
            return;
        }
        let (at, node) = (self.phrases.len(), self.node(&parts[0].text));
        let node = &mut self.nodes[node];
        if parts[0].open {
            node.open.push(at);
        } else {
            node.whole.push(at);
        }
        let rivals = match group {
            "obligation" => group.to_owned(),
            group => format!("{group}.{name}"),
        };
        let known = self.rivals.iter().position(|known| *known == rivals);
        let rivals = known.unwrap_or_else(|| {
            self.rivals.push(rivals);
            self.rivals.len() - 1
        });
        self.phrases.push(Phrase {
            group: group.to_owned(),
            name: name.to_owned(),
            rivals,
            parts,
        });
    }

    /// The node of a first word, made if it is new.
    fn node(&mut self, text: &str) -> usize {
        let mut at = 0;
        for byte in text.bytes() {
            at = match self.nodes[at].next.binary_search_by_key(&byte, |(b, _)| *b) {
                Ok(known) => self.nodes[at].next[known].1,
                Err(place) => {
                    let new = self.nodes.len();
                    self.nodes[at].next.insert(place, (byte, new));
                    if at == 0 {
                        self.first[usize::from(byte)] = new;
                    }
                    self.nodes.push(Node::default());
                    new
                }
            };
        }
        at
    }

    /// Every phrase of the table in a text, in order. Of overlapping obligations the longest is
    /// kept; of one name's overlapping phrases too.
    pub(crate) fn scan(&'static self, words: &[Word]) -> Vec<Hit> {
        self.settle(&self.find(words), 0..words.len())
    }

    /// All places where a phrase of the table stands, in order, overlaps and all.
    pub(crate) fn find(&self, words: &[Word]) -> Vec<Place> {
        let (mut found, mut begun) = (Vec::new(), Vec::new());
        for (at, word) in words.iter().enumerate() {
            let mut left = word.folded.bytes();
            let first = left.next().map_or(0, |byte| self.first[usize::from(byte)]);
            if first == 0 {
                continue;
            }
            let mut node = &self.nodes[first];
            begun.clear();
            let whole = loop {
                begun.extend_from_slice(&node.open);
                let Some(byte) = left.next() else {
                    break node.whole.as_slice();
                };
                let Some(next) = node.step(byte) else {
                    break &[];
                };
                node = &self.nodes[next];
            };
            begun.sort_unstable();
            for phrase in whole.iter().chain(&begun) {
                let parts = &self.phrases[*phrase].parts;
                let end = at + parts.len();
                let rest = words.get(at + 1..end);
                let fits = |(part, word): (&Part, &Word)| part.fits(&word.folded);
                if rest.is_some_and(|rest| parts[1..].iter().zip(rest).all(fits)) {
                    let phrase = *phrase;
                    found.push(Place { at, end, phrase });
                }
            }
        }
        found
    }

    /// The phrases in a run of the words in which `places` were found, counted from its first word.
    pub(crate) fn settle(&'static self, places: &[Place], run: Range<usize>) -> Vec<Hit> {
        let from = places.partition_point(|place| place.at < run.start);
        let here = places[from..].iter().take_while(|p| p.at < run.end);
        let mut kept: Vec<&Place> = Vec::new();
        for place in here.filter(|p| p.end <= run.end) {
            self.keep_longest(&mut kept, place);
        }
        let hits = kept.into_iter().map(|place| Hit {
            group: &self.phrases[place.phrase].group,
            name: &self.phrases[place.phrase].name,
            words: place.at - run.start..place.end - run.start,
        });
        hits.collect()
    }

    /// Keeps a place unless a longer one of the same kind covers it; drops shorter ones that it covers.
    fn keep_longest<'a>(&self, kept: &mut Vec<&'a Place>, place: &'a Place) {
        let rivals = self.phrases[place.phrase].rivals;
        let is_rival =
            |other: &Place| other.end > place.at && self.phrases[other.phrase].rivals == rivals;
        let recent = kept.len().saturating_sub(24);
        let len = place.end - place.at;
        let mut covered = false;
        for other in kept[recent..].iter().filter(|other| is_rival(other)) {
            if other.end - other.at >= len {
                return;
            }
            covered = true;
        }
        if covered {
            let mut at = 0;
            kept.retain(|other| {
                at += 1;
                at <= recent || !is_rival(other)
            });
        }
        kept.push(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, group: &str) -> Vec<&'static str> {
        let hits = shipped().scan(&words(text));
        hits.iter()
            .filter(|h| h.group == group)
            .map(|h| h.name)
            .collect()
    }

    #[test]
    fn the_shipped_table_parses() {
        let lexicon = Lexicon::parse(RULES).expect("rules.toml");
        assert!(lexicon.phrases.len() > 800);
    }

    #[test]
    fn the_longest_obligation_wins() {
        assert_eq!(
            names("You may not post it, but you may read it.", "obligation"),
            ["ban", "may"]
        );
        assert_eq!(
            names("Вы не можете публиковать. Вы можете читать.", "obligation"),
            ["ban", "may"]
        );
        assert_eq!(
            names("Nous n’autorisons pas la vente", "obligation"),
            ["ban"]
        );
    }

    #[test]
    fn the_shipped_table_keeps_to_the_known_groups() {
        let table: WordTable = toml::from_str(RULES).expect("rules.toml");
        for (group, names) in &table {
            let known = crate::model::WORD_GROUPS
                .iter()
                .find(|(name, _)| name == group);
            let (_, known) = known.expect(group);
            let fits = |name: &String| known.is_empty() || known.contains(&name.as_str());
            assert!(names.keys().all(fits), "{group}");
        }
    }

    #[test]
    fn words_of_ones_own_join_the_shipped_ones() {
        let own = "[area.giveaways]\nru = ['розыгрыш*']\n[obligation.ban]\nru = ['под запретом']\n";
        let mut lexicon = Lexicon::parse(RULES).expect("rules.toml");
        lexicon.extend(&toml::from_str(own).expect("words"));
        let lexicon: &'static Lexicon = Box::leak(Box::new(lexicon));
        let hits = lexicon.scan(&words("Розыгрыши теперь под запретом, нельзя и лотереи"));
        let found: Vec<_> = hits.iter().map(|h| (h.group, h.name)).collect();
        assert!(found.contains(&("area", "giveaways")));
        let bans = found.iter().filter(|f| **f == ("obligation", "ban"));
        assert_eq!(bans.count(), 2);
    }

    #[test]
    fn endings_and_several_words_match() {
        assert_eq!(
            names("Правила вступают в силу завтра", "when"),
            ["effective"]
        );
        assert_eq!(names("Рекламные объявления", "area"), ["ads"]);
    }
}
