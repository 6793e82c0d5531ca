//! What words mean in a rule text: the table `rules.toml`, compiled for lookup.
//!
//! The table is data: groups of phrases per language, with `*` for any ending of a word. One pass
//! over a text's words finds them all; within the obligations the longest phrase wins, so that
//! "may not" forbids though "may" permits. Nothing is weighed here.

use std::collections::HashMap;
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
    let mut at = 0;
    let mut found = Vec::new();
    for token in tokens(text) {
        at += token.raw.len();
        if token.is_word() {
            let range = at - token.word.len()..at;
            found.push(Word {
                folded: fold(token.word),
                range,
            });
        }
    }
    found
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

/// The compiled table.
#[derive(Debug)]
pub(crate) struct Lexicon {
    phrases: Vec<Phrase>,
    /// Phrases by their first word, when that is whole.
    by_word: HashMap<String, Vec<usize>>,
    /// Phrases by the first two characters of their first word, when that is a beginning.
    by_start: HashMap<[char; 2], Vec<usize>>,
}

#[derive(Debug)]
struct Phrase {
    group: String,
    name: String,
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
            by_word: HashMap::new(),
            by_start: HashMap::new(),
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
        let Some(first) = parts.first() else { return };
        let at = self.phrases.len();
        if first.open {
            self.by_start
                .entry(start_of(&first.text))
                .or_default()
                .push(at);
        } else {
            self.by_word.entry(first.text.clone()).or_default().push(at);
        }
        self.phrases.push(Phrase {
            group: group.to_owned(),
            name: name.to_owned(),
            parts,
        });
    }

    /// Every phrase of the table in a text, in order. Of overlapping obligations the longest is
    /// kept; of one name's overlapping phrases too.
    pub(crate) fn scan(&'static self, words: &[Word]) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        for at in 0..words.len() {
            let word = &words[at].folded;
            let whole = self.by_word.get(word);
            let open = self.by_start.get(&start_of(word));
            for phrase in whole.into_iter().chain(open).flatten() {
                let phrase = &self.phrases[*phrase];
                let end = at + phrase.parts.len();
                let Some(run) = words.get(at..end) else {
                    continue;
                };
                if phrase
                    .parts
                    .iter()
                    .zip(run)
                    .all(|(part, word)| part.fits(&word.folded))
                {
                    push_longest(&mut hits, phrase, at..end);
                }
            }
        }
        hits
    }
}

/// Adds a hit unless a longer one of the same kind covers it; drops shorter ones that it covers.
fn push_longest(hits: &mut Vec<Hit>, phrase: &'static Phrase, words: Range<usize>) {
    let rival = |hit: &Hit| {
        hit.group == phrase.group
            && (hit.name == phrase.name || hit.group == "obligation")
            && hit.words.end > words.start
    };
    let recent = hits.len().saturating_sub(24);
    if hits[recent..]
        .iter()
        .any(|hit| rival(hit) && hit.words.len() >= words.len())
    {
        return;
    }
    let mut at = recent;
    while at < hits.len() {
        if rival(&hits[at]) {
            hits.remove(at);
        } else {
            at += 1;
        }
    }
    hits.push(Hit {
        group: &phrase.group,
        name: &phrase.name,
        words,
    });
}

fn start_of(word: &str) -> [char; 2] {
    let mut chars = word.chars();
    [chars.next().unwrap_or(' '), chars.next().unwrap_or(' ')]
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
