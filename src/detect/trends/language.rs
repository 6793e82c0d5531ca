//! Which language a text is in, and what its words are compared by: stems, and nothing for stop words.
//!
//! A source's own word is believed if the script agrees. Else the script decides, then letters that
//! only one language has, then trigrams (`whatlang`, which knows no Kazakh and guesses badly on a
//! few words: short texts fall to the script's most used language).

use rustc_hash::{FxHashMap, FxHashSet};
use snowball_stemmers_rs::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::xxh3_64;

use super::stops::{also_stop, root, says_nothing};

/// Fewer letters than this tell trigrams too little.
const ENOUGH_LETTERS: usize = 24;
/// Forms remembered per language; forgotten all at once when full.
const CACHE: usize = 56_000;
const LATIN: &[(whatlang::Lang, &str)] = &[
    (whatlang::Lang::Eng, "en"),
    (whatlang::Lang::Deu, "de"),
    (whatlang::Lang::Fra, "fr"),
    (whatlang::Lang::Spa, "es"),
    (whatlang::Lang::Por, "pt"),
    (whatlang::Lang::Ita, "it"),
    (whatlang::Lang::Nld, "nl"),
    (whatlang::Lang::Pol, "pl"),
    (whatlang::Lang::Tur, "tr"),
    (whatlang::Lang::Swe, "sv"),
    (whatlang::Lang::Fin, "fi"),
    (whatlang::Lang::Hun, "hu"),
    (whatlang::Lang::Ron, "ro"),
    (whatlang::Lang::Ces, "cs"),
    (whatlang::Lang::Ind, "id"),
];

/// The language of a text as an ISO 639-1 code; `said` is what its source says.
pub(super) fn language_of(text: &str, said: Option<&str>) -> &'static str {
    let (mut cyrillic, mut latin, mut other, mut kana) = (0usize, 0usize, 0usize, 0usize);
    let mut signs = 0usize;
    let mut script = "en";
    let mut special = None;
    for c in text.chars().take(400) {
        match c {
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => latin += 1,
            '\u{400}'..='\u{52f}' => {
                cyrillic += 1;
                match c {
                    'і' | 'ї' | 'є' | 'ґ' | 'І' | 'Ї' | 'Є' | 'Ґ' => {
                        special = special.or(Some("uk"));
                    }
                    'ў' | 'Ў' => special = Some("be"),
                    'қ' | 'ң' | 'ғ' | 'ү' | 'ұ' | 'ө' | 'ә' | 'Қ' | 'Ғ' | 'Ү' | 'Ө' | 'Ә' =>
                    {
                        special = Some("kk");
                    }
                    'ђ' | 'ћ' | 'џ' | 'љ' | 'њ' | 'ј' => special = Some("sr"),
                    _ => {}
                }
            }
            // the middle dot stands in Chinese too, and `の` on its signboards
            '・' => {}
            'の' => signs += 1,
            '\u{3041}'..='\u{30ff}' => kana += 1,
            c if c.is_alphabetic() => {
                other += 1;
                script = match c {
                    '\u{370}'..='\u{3ff}' => "el",
                    '\u{590}'..='\u{5ff}' => "he",
                    '\u{600}'..='\u{6ff}' => "ar",
                    '\u{900}'..='\u{97f}' => "hi",
                    '\u{e00}'..='\u{e7f}' => "th",
                    '\u{ac00}'..='\u{d7af}' => "ko",
                    '\u{4e00}'..='\u{9fff}' => "zh",
                    '\u{530}'..='\u{58f}' => "hy",
                    '\u{10a0}'..='\u{10ff}' => "ka",
                    _ => script,
                };
            }
            _ => {}
        }
    }
    // kana are written in no other language, and in few Japanese titles not at all
    kana += if kana > 0 || said.and_then(known_code) != Some("zh") {
        signs
    } else {
        0
    };
    if kana > 0 && kana + other > latin + cyrillic && matches!(script, "zh" | "en") {
        return "ja";
    }
    other += signs;
    if other > latin + cyrillic {
        // a title in Han alone may be Japanese
        if script == "zh" && said.and_then(known_code) == Some("ja") {
            return "ja";
        }
        return script;
    }
    let is_cyrillic = cyrillic > latin;
    if let Some(said) = said.and_then(known_code)
        && is_cyrillic == matches!(said, "ru" | "uk" | "be" | "kk" | "sr" | "bg" | "mk")
    {
        return said;
    }
    if is_cyrillic {
        return special.unwrap_or("ru");
    }
    if latin < ENOUGH_LETTERS {
        return "en";
    }
    let head: String = text.chars().take(200).collect();
    let allowed = LATIN.iter().map(|(lang, _)| *lang).collect();
    whatlang::Detector::with_allowlist(allowed)
        .detect_lang(&head)
        .and_then(|lang| LATIN.iter().find(|(known, _)| *known == lang))
        .map_or("en", |(_, code)| code)
}

/// The code's two letters, if it is a language we know.
fn known_code(said: &str) -> Option<&'static str> {
    const KNOWN: [&str; 32] = [
        "en", "ru", "de", "fr", "es", "pt", "it", "nl", "pl", "tr", "sv", "fi", "hu", "ro", "cs",
        "id", "uk", "be", "kk", "sr", "bg", "mk", "el", "he", "ar", "hi", "th", "ko", "zh", "hy",
        "ka", "ja",
    ];
    let two = said.split(['-', '_']).next()?;
    KNOWN
        .into_iter()
        .find(|code| code.eq_ignore_ascii_case(two))
}

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

/// The script of a language, by number.
pub(super) fn script_of(language: &str) -> u8 {
    match language {
        "ru" | "uk" | "be" | "kk" | "sr" | "bg" | "mk" => 1,
        "el" => 2,
        "he" => 3,
        "ar" => 4,
        "hi" => 5,
        "th" => 6,
        "ko" => 7,
        "zh" | "ja" => 8,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kana_tell_japanese_from_chinese() {
        for (title, said, language) in [
            ("東京株式市場、三日続落で取引終了へ", None, "ja"),
            ("政府予算案衆議院本会議可決の見通し", None, "ja"),
            ("新機能「シェア」提供", None, "ja"),
            ("北京地铁票价明年上调", None, "zh"),
            ("鲜の每日生活馆开业", Some("zh-CN"), "zh"),
            ("大谷翔平本塁打", Some("ja"), "ja"),
            ("詹姆斯・邦德新片定档", Some("zh"), "zh"),
            ("삼성전자 の 신제품 발표", None, "ko"),
        ] {
            assert_eq!(language_of(title, said), language, "{title}");
        }
    }
}
