//! Text as full-text search sees it, and queries that can never be a syntax error.
//!
//! The same folding is applied to what is indexed and to what is asked: canonical composition, ё as е,
//! and spaces between the signs of scripts that are written without them, so that a word of them is
//! a phrase. Case and Latin accents are folded by SQLite's `unicode61`, English endings by its `porter`.
//! Russian endings are folded in the query alone: a word is looked for by its Snowball stem as prefix,
//! and what is found is held against the stem itself, so that «стол» does not find «столица».

use std::ops::Range;

use snowball_stemmers_rs::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::model::russian_stem;

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
    /// For a Russian word: its stems. The shortest is looked for as a beginning; one of them must agree.
    stem: Option<Stem>,
}

/// What the forms of a Russian word share.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stem {
    /// Snowball's.
    snowball: String,
    /// That of nouns and adjectives.
    light: String,
}

impl Stem {
    fn fits(&self, word: &str, stemmer: &Stemmer) -> bool {
        // both stems keep the first letters: most words are out without being stemmed
        let head = self
            .snowball
            .char_indices()
            .nth(2)
            .map_or(self.snowball.len(), |(at, _)| at);
        if !word.starts_with(&self.snowball[..head]) {
            return false;
        }
        let light = russian_stem(word);
        // Snowball cuts «правило» to «прав» as a verb: its stem speaks among such cuts only
        light == self.light
            || (self.snowball != self.light && {
                let snowball = stemmer.stem(word);
                snowball == self.snowball && snowball != light
            })
    }
}

/// Words of a text that are looked at, for marks and stems.
const LOOKED_AT: usize = 20_000;

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
                let Some(mut term) = Term::new(piece, n % 2 == 1, &stemmer) else {
                    continue;
                };
                if !unwanted {
                    term.let_vowels_flee();
                }
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

    /// Does a text found by the query really hold its Russian words, in one form or another?
    /// Everything else has been decided by the index.
    pub(super) fn agrees<'t>(&self, texts: impl Iterator<Item = &'t str>) -> bool {
        let mut missing: Vec<&Stem> = self.wanted.iter().filter_map(|t| t.stem.as_ref()).collect();
        if missing.is_empty() {
            return true;
        }
        let stemmer = Stemmer::create(Algorithm::Russian);
        for (_, word) in texts.flat_map(|text| words(text).take(LOOKED_AT)) {
            let word = lower(&word);
            missing.retain(|stem| !stem.fits(&word, &stemmer));
            if missing.is_empty() {
                return true;
            }
        }
        false
    }

    /// Where the wanted words stand in a text, in bytes.
    pub(super) fn marks(&self, text: &str) -> Vec<Range<usize>> {
        let english = Stemmer::create(Algorithm::English);
        let russian = Stemmer::create(Algorithm::Russian);
        let wanted: Vec<(&str, String, bool, Option<&Stem>)> = self
            .wanted
            .iter()
            .flat_map(|term| {
                let last = term.words.len() - 1;
                term.words.iter().enumerate().map(move |(n, word)| {
                    let prefix = term.prefix && term.stem.is_none() && n == last;
                    (word.as_str(), prefix, term.stem.as_ref())
                })
            })
            .map(|(word, prefix, stem)| (word, english.stem(word).into_owned(), prefix, stem))
            .collect();
        let fits = |folded: &str| {
            wanted.iter().any(|(word, stemmed, prefix, stem)| {
                folded == *word
                    || (*prefix && folded.starts_with(word))
                    || stem.is_some_and(|stem| stem.fits(folded, &russian))
                    || (folded.is_ascii() && english.stem(folded) == *stemmed)
            })
        };
        words(text)
            .take(LOOKED_AT)
            .filter(|(_, word)| fits(&lower(word)))
            .map(|(range, _)| range)
            .collect()
    }
}

/// What two stems of one word begin with alike: all its forms do.
fn common_head<'a>(a: &'a str, b: &str) -> &'a str {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b);
    let end: usize = same.map(|(c, _)| c.len_utf8()).sum();
    &a[..end]
}

/// The words of a text as the index sees them, with their places.
fn words(text: &str) -> impl Iterator<Item = (Range<usize>, String)> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        while chars.next_if(|(_, c)| !is_part(*c)).is_some() {}
        let (start, first) = chars.next()?;
        let mut end = start + first.len_utf8();
        if !stands_alone(first) {
            while let Some((at, c)) = chars.next_if(|(_, c)| is_part(*c) && !stands_alone(*c)) {
                end = at + c.len_utf8();
            }
        }
        Some((start..end, text[start..end].to_owned()))
    })
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Folded, lower case, without Latin accents.
fn lower(word: &str) -> String {
    let folded = fold(word).to_lowercase();
    let folded = folded.trim();
    if folded
        .chars()
        .all(|c| c.is_ascii() || matches!(c, 'а'..='я'))
    {
        return folded.to_owned();
    }
    // й and ё are letters of their own
    if folded.chars().any(|c| matches!(c, '\u{400}'..='\u{52f}')) {
        return folded.to_owned();
    }
    folded.nfd().filter(|c| !is_combining_mark(*c)).collect()
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
        let mut stem = None;
        if let [word] = &mut words[..]
            && !phrase
            && !starred
            && word.chars().all(|c| matches!(c, 'а'..='я'))
        {
            let found = Stem {
                snowball: stemmer.stem(word).into_owned(),
                light: russian_stem(word),
            };
            let common = common_head(&found.snowball, &found.light);
            if common.chars().count() >= 3 {
                common.clone_into(word);
                prefix = true;
                stem = Some(found);
            }
        }
        words.truncate(WORDS);
        (!words.is_empty()).then_some(Self {
            words,
            prefix,
            stem,
        })
    }

    /// «скидок» is a form of «скидка»: what is looked for ends before the vowel.
    fn let_vowels_flee(&mut self) {
        if let (Some(_), [word]) = (&self.stem, &mut self.words[..])
            && word.chars().count() >= 4
            && word.ends_with(['к', 'ц'])
        {
            word.pop();
        }
    }

    fn to_fts(&self) -> String {
        let star = if self.prefix { "*" } else { "" };
        format!("\"{}\"{star}", self.words.join(" "))
    }
}
