//! What the words of a text are compared by: stems, and nothing for stop words.

use rustc_hash::{FxHashMap, FxHashSet};
use snowball_stemmers_rs::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::xxh3_64;

use super::stops::{also_stop, root, says_nothing};

/// Forms remembered per language; forgotten all at once when full.
const CACHE: usize = 56_000;

/// How a word is compared: hashes, so that state keeps no words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    /// The stem.
    pub(super) stem: u32,
    /// The first letters, doublets and signs of softness folded: agrees over most endings,
    /// misspellings and transliterations where stems part.
    pub(super) prefix: u32,
}

/// Stemmers, stop words and a cache of forms, by language.
#[derive(Default)]
pub(super) struct Lexicon {
    languages: FxHashMap<&'static str, Speech>,
}

struct Speech {
    language: &'static str,
    stemmer: Option<Stemmer>,
    stop: FxHashSet<String>,
    /// By hash of the word as written; `None` for a stop word.
    forms: FxHashMap<u64, Option<Form>>,
}

impl std::fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lexicon").finish_non_exhaustive()
    }
}

impl Lexicon {
    /// The form of a word in a text of `language`; `None` for stop words and single letters.
    pub(super) fn form(&mut self, word: &str, language: &'static str) -> Option<Form> {
        let language = spoken(word, language);
        let speech = self
            .languages
            .entry(language)
            .or_insert_with(|| Speech::new(language));
        let written = xxh3_64(word.as_bytes());
        if let Some(form) = speech.forms.get(&written) {
            return *form;
        }
        let form = speech.read(word);
        if speech.forms.len() >= CACHE {
            speech.forms.clear();
        }
        speech.forms.insert(written, form);
        form
    }

    /// Overlapping pieces of three characters of a folded word, ends marked.
    pub(super) fn trigrams(word: &str) -> Vec<u32> {
        let marked: Vec<char> = format!("_{}_", folded(&normal(word))).chars().collect();
        marked
            .windows(3)
            .map(|piece| key(Kind::Word, false, &piece.iter().collect::<String>()))
            .collect()
    }
}

/// A Latin word in a Russian text is not Russian, and the other way round.
fn spoken(word: &str, language: &'static str) -> &'static str {
    let cyrillic = matches!(language, "ru" | "uk" | "be" | "kk" | "sr" | "bg" | "mk");
    match word.chars().find(|c| c.is_alphabetic()) {
        Some('\u{400}'..='\u{52f}') if !cyrillic => "ru",
        Some('\0'..='\u{24f}') if cyrillic => "en",
        _ => language,
    }
}

impl Speech {
    fn new(language: &'static str) -> Self {
        let stop = ["en", language]
            .into_iter()
            .filter_map(stop_words::lookup)
            .flatten()
            .map(|word| normal(word))
            .chain(also_stop(language).map(str::to_owned))
            .collect();
        Self {
            language,
            stemmer: algorithm(language).map(Stemmer::create),
            stop,
            forms: FxHashMap::default(),
        }
    }

    fn read(&self, word: &str) -> Option<Form> {
        let word = normal(word.trim_start_matches(['#', '@']));
        if self.stop.contains(&word) || says_nothing(&word) {
            return None;
        }
        let word = root(&word, self.language);
        let stem = self
            .stemmer
            .as_ref()
            .map_or_else(|| word.to_owned(), |s| s.stem(word).into_owned());
        let prefix: String = folded(word).chars().take(4).collect();
        if word.chars().all(|c| !c.is_alphabetic()) {
            let number = key(Kind::Number, false, word);
            return Some(Form {
                stem: number,
                prefix: number,
            });
        }
        let is_latin = word.chars().any(|c| c.is_ascii_alphabetic());
        Some(Form {
            stem: key(Kind::Word, is_latin, &folded(&stem)),
            prefix: key(Kind::Prefix, is_latin, &prefix),
        })
    }
}

/// What a feature is; told by the lowest bits of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word's stem.
    Word,
    /// A word's first letters.
    Prefix,
    /// A bare number: a count, a price, a year.
    Number,
    /// A tag, a name with its number: means one thing by itself.
    Own,
}

impl Kind {
    /// Of a key.
    pub(super) fn of(key: u32) -> Self {
        match key & 3 {
            0 => Self::Word,
            1 => Self::Prefix,
            2 => Self::Number,
            _ => Self::Own,
        }
    }
}

/// Is a key that of a word in Latin letters?
pub(super) fn is_latin(key: u32) -> bool {
    key & 4 != 0
}

/// The script of most languages, and that of names in all of them.
pub(super) const LATIN_SCRIPT: u8 = 0;
/// Scripts without spaces.
pub(super) const THAI: u8 = 6;
pub(super) const HAN: u8 = 8;

/// The script of a language, by number.
pub(super) fn script_of(language: &str) -> u8 {
    match language {
        "ru" | "uk" | "be" | "kk" | "sr" | "bg" | "mk" => 1,
        "el" => 2,
        "he" => 3,
        "ar" => 4,
        "hi" => 5,
        "th" => THAI,
        "ko" => 7,
        "zh" | "ja" => HAN,
        "hy" => 9,
        "ka" => 10,
        _ => LATIN_SCRIPT,
    }
}

/// Hash of a text within its kind, which the lowest bits tell.
pub(super) fn key(kind: Kind, is_latin: bool, text: &str) -> u32 {
    (xxh3_64(text.as_bytes()) as u32) << 3 | u32::from(is_latin) << 2 | kind as u32
}

/// Compatibility forms composed, lower case, ё as е.
fn normal(word: &str) -> String {
    let plain = word
        .chars()
        .all(|c| matches!(c, '\0'..='\u{24f}' | '\u{400}'..='\u{52f}'));
    let lower = if plain {
        word.to_lowercase()
    } else {
        word.nfkc().collect::<String>().to_lowercase()
    };
    lower.replace('ё', "е").replace(['’', '\u{ad}'], "")
}

/// What transliterated and careless writing confuses becomes one.
fn folded(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    let mut last = None;
    for c in word.chars() {
        let c = match c {
            'й' | 'ы' => 'и',
            'э' => 'е',
            'ь' | 'ъ' => continue,
            other => other,
        };
        if last != Some(c) || !c.is_alphabetic() {
            folded.push(c);
        }
        last = Some(c);
    }
    if folded.is_empty() {
        word.to_owned()
    } else {
        folded
    }
}

fn algorithm(language: &str) -> Option<Algorithm> {
    Some(match language {
        "en" => Algorithm::English,
        "ru" => Algorithm::Russian,
        "uk" => Algorithm::Ukrainian,
        "de" => Algorithm::German,
        "fr" => Algorithm::French,
        "es" => Algorithm::Spanish,
        "pt" => Algorithm::Portuguese,
        "it" => Algorithm::Italian,
        "nl" => Algorithm::Dutch,
        "pl" => Algorithm::Polish,
        "tr" => Algorithm::Turkish,
        "sv" => Algorithm::Swedish,
        "fi" => Algorithm::Finnish,
        "hu" => Algorithm::Hungarian,
        "ro" => Algorithm::Romanian,
        "cs" => Algorithm::Czech,
        "id" => Algorithm::Indonesian,
        "sr" => Algorithm::Serbian,
        "el" => Algorithm::Greek,
        "ar" => Algorithm::Arabic,
        "hi" => Algorithm::Hindi,
        "hy" => Algorithm::Armenian,
        _ => return None,
    })
}
