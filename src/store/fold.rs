//! Text as full-text search sees it, and queries that can never be a syntax error.
//!
//! The same folding is applied to what is indexed and to what is asked: canonical composition, ё as е,
//! and spaces between the signs of scripts that are written without them, so that a word of them is
//! a phrase. Case and Latin accents are folded by SQLite's `unicode61`, English endings by its `porter`.
//! Russian endings are folded in the query alone: a word is looked for by its Snowball stem as prefix.

use snowball_stemmers_rs::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization as _;

/// Words of a query that are looked at; more would only slow it down.
const WORDS: usize = 32;

/// Folds text for indexing and asking.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            'ё' | 'Ё' => out.push('е'),
            '\0' => out.push(' '),
            c if stands_alone(c) => {
                out.push(' ');
                out.push(c);
                out.push(' ');
            }
            c => out.push(c),
        }
    }
    out
}

/// Scripts written without spaces: Han, Kana, Thai.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// A query as words and phrases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Query {
    wanted: Vec<Term>,
    unwanted: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    /// Folded words in order; one for a word, several for a phrase.
    words: Vec<String>,
    /// The last word is only a beginning.
    prefix: bool,
}

impl Query {
    /// Reads what a person typed: words that must all be there, `"phrases"`, `-unwanted` and `begin*`.
    /// Everything else is punctuation. `None` when no wanted word remains.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let stemmer = Stemmer::create(Algorithm::Russian);
        let mut query = Self {
            wanted: Vec::new(),
            unwanted: Vec::new(),
        };
        for (n, part) in text.split('"').enumerate() {
            let pieces: Vec<&str> = if n % 2 == 1 {
                vec![part]
            } else {
                part.split_whitespace().collect()
            };
            for piece in pieces {
                let (unwanted, piece) = match piece.strip_prefix('-') {
                    Some(rest) if n % 2 == 0 => (true, rest),
                    _ => (false, piece),
                };
                let Some(term) = Term::new(piece, n % 2 == 1, &stemmer) else {
                    continue;
                };
                if query.wanted.len() + query.unwanted.len() == WORDS {
                    break;
                }
                if unwanted {
                    query.unwanted.push(term);
                } else {
                    query.wanted.push(term);
                }
            }
        }
        (!query.wanted.is_empty()).then_some(query)
    }

    /// The query in FTS5's language, every word quoted.
    pub(super) fn to_fts(&self) -> String {
        let join = |terms: &[Term], by| {
            let terms: Vec<String> = terms.iter().map(Term::to_fts).collect();
            terms.join(by)
        };
        let mut out = join(&self.wanted, " AND ");
        if !self.unwanted.is_empty() {
            out = format!("({out}) NOT ({})", join(&self.unwanted, " OR "));
        }
        out
    }

    /// Beginnings of the wanted words, lower case: what a snippet looks for.
    pub(super) fn beginnings(&self) -> Vec<String> {
        let stemmer = Stemmer::create(Algorithm::English);
        let words = self.wanted.iter().flat_map(|term| &term.words);
        words
            .map(|word| {
                let stem = stemmer.stem(word);
                // policy and policies share a stem that ends in i
                stem.strip_suffix('i').unwrap_or(&stem).to_owned()
            })
            .collect()
    }
}

impl Term {
    fn new(piece: &str, phrase: bool, stemmer: &Stemmer) -> Option<Self> {
        let starred = piece.ends_with('*');
        let folded = fold(piece).to_lowercase();
        let mut words: Vec<String> = folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        let mut prefix = starred;
        if let [word] = &mut words[..]
            && !phrase
            && !starred
            && word.chars().all(|c| matches!(c, 'а'..='я'))
        {
            let stem = stemmer.stem(word).into_owned();
            if stem.chars().count() >= 3 {
                *word = stem;
                prefix = true;
            }
        }
        words.truncate(WORDS);
        (!words.is_empty()).then_some(Self { words, prefix })
    }

    fn to_fts(&self) -> String {
        let star = if self.prefix { "*" } else { "" };
        format!("\"{}\"{star}", self.words.join(" "))
    }
}
