//! Which language a text is in, and whether that is sure: titles are short and full of names in Latin
//! letters, and a wrong guess shows readers languages that nobody speaks.
//!
//! The script comes first: words of another script outweigh names in Latin letters, however long those
//! are. Among languages of one script small words (articles, prepositions) and the letters of each
//! alphabet tell; then what the source says of itself and what it usually speaks, and trigrams
//! (`whatlang`, which guesses badly on a few words) by the length of what is no name. Where nothing
//! tells, it is the script's most used language, and not sure.
//!
//! Never reads more than the first [`READ`] characters, and never sees the language of other items.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use whatlang::Lang;

use super::stops::also_stop;

/// Characters of a text that are read.
const READ: usize = 240;
/// Languages in Latin letters and then in Cyrillic; the first of each is the most used.
const LANGUAGES: [&str; 22] = [
    "en", "de", "fr", "es", "pt", "it", "nl", "pl", "tr", "sv", "fi", "hu", "ro", "cs", "id", "ru",
    "uk", "be", "kk", "sr", "bg", "mk",
];
/// Where Cyrillic begins.
const CYRILLIC: usize = 15;
/// The languages in Latin letters for trigrams, in the same order.
const TRIGRAMS: [Lang; CYRILLIC] = [
    Lang::Eng,
    Lang::Deu,
    Lang::Fra,
    Lang::Spa,
    Lang::Por,
    Lang::Ita,
    Lang::Nld,
    Lang::Pol,
    Lang::Tur,
    Lang::Swe,
    Lang::Fin,
    Lang::Hun,
    Lang::Ron,
    Lang::Ces,
    Lang::Ind,
];
/// Letters beyond a to z and who writes them.
const LETTERS: [(&str, &[&str]); 24] = [
    ("ß", &["de"]),
    ("ä", &["de", "sv", "fi"]),
    ("ö", &["de", "sv", "fi", "tr", "hu"]),
    ("ü", &["de", "tr", "hu"]),
    ("ñ", &["es"]),
    ("ãõ", &["pt"]),
    ("ç", &["fr", "pt", "tr"]),
    ("êô", &["fr", "pt"]),
    ("œûî", &["fr"]),
    ("è", &["fr", "it"]),
    ("à", &["fr", "it", "pt"]),
    ("ù", &["fr", "it"]),
    ("ìò", &["it"]),
    ("é", &["fr", "es", "pt", "it", "hu", "cs"]),
    ("áí", &["es", "pt", "hu", "cs"]),
    ("ó", &["es", "pt", "hu", "pl"]),
    ("ú", &["es", "pt", "hu"]),
    ("ğı", &["tr"]),
    ("ş", &["tr", "ro"]),
    ("ățș", &["ro"]),
    ("łąężśźćń", &["pl"]),
    ("řěůčžďťňš", &["cs"]),
    ("å", &["sv"]),
    ("őű", &["hu"]),
];
/// Cyrillic letters that all of those languages write.
const SHARED: &str = "абвгдежзклмнопрстуфхцчш";
/// The other letters of each Cyrillic alphabet, in the order of [`LANGUAGES`].
const ALPHABETS: [&str; 7] = [
    "ёийщъыьэюя",
    "ґєиіїйщьюя",
    "ёійўыьэюя",
    "ёийщъыьэюяәғқңөұүһі",
    "ийщъьюя",
    "ђијљњћџ",
    "ѓѕијљњќџ",
];
/// What the source says of itself, its usual language and the script's most used one weigh; one small
/// word that no other language has weighs 1.
const SAID: f32 = 2.0;
const USUAL: f32 = 1.0;
const MOST_USED: f32 = 0.5;
/// Letters of words that are no names, from which trigrams have their full weight.
const ENOUGH_LETTERS: f32 = 100.0;
/// Fewer than these tell trigrams nothing.
const FEW_LETTERS: usize = 12;
/// Own evidence, and its lead over the next language, that make a reading sure.
const SURE: f32 = 0.9;
const LEAD: f32 = 0.5;

/// The language that is read in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// ISO 639-1 code.
    pub(super) code: &'static str,
    /// Does more than a guess speak for it?
    pub(super) is_sure: bool,
}

/// The language of a text; `said` is what its source says of it, `usual` what the source mostly speaks.
pub(super) fn identify(text: &str, said: Option<&str>, usual: Option<&str>) -> Reading {
    let said = said.and_then(known_code);
    let usual = usual.and_then(known_code);
    let words = Words::read(text);
    match words.script(said.or(usual)) {
        None => Reading {
            code: said.or(usual).unwrap_or("en"),
            is_sure: said.is_some(),
        },
        Some(Script::Han) => Reading {
            code: words.han_or_kana(said.or(usual)),
            is_sure: true,
        },
        Some(Script::Latin) => words.choose(0..CYRILLIC, said, usual),
        Some(Script::Cyrillic) => words.choose(CYRILLIC..LANGUAGES.len(), said, usual),
        Some(Script::Alone(code)) => Reading {
            code,
            is_sure: true,
        },
    }
}

/// The code alone.
pub(super) fn language_of(text: &str, said: Option<&str>) -> &'static str {
    identify(text, said, None).code
}

/// The code's two letters, if it is a language we know.
pub(super) fn known_code(said: &str) -> Option<&'static str> {
    const OTHERS: [&str; 10] = ["el", "he", "ar", "hi", "th", "ko", "zh", "hy", "ka", "ja"];
    let two = said.split(['-', '_']).next()?;
    LANGUAGES
        .into_iter()
        .chain(OTHERS)
        .find(|code| code.eq_ignore_ascii_case(two))
}

/// A script, as far as languages share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    /// With kana.
    Han,
    /// Of one language only.
    Alone(&'static str),
}

impl Script {
    fn of(c: char) -> Option<Self> {
        Some(match c {
            'a'..='z' | 'A'..='Z' | '\u{aa}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Self::Latin,
            '\u{400}'..='\u{52f}' => Self::Cyrillic,
            // the middle dot stands in Chinese too
            '・' => return None,
            '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' => {
                Self::Han
            }
            '\u{370}'..='\u{3ff}' => Self::Alone("el"),
            '\u{530}'..='\u{58f}' => Self::Alone("hy"),
            '\u{590}'..='\u{5ff}' => Self::Alone("he"),
            '\u{600}'..='\u{6ff}' => Self::Alone("ar"),
            '\u{900}'..='\u{97f}' => Self::Alone("hi"),
            '\u{e00}'..='\u{e7f}' => Self::Alone("th"),
            '\u{10a0}'..='\u{10ff}' => Self::Alone("ka"),
            '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' => Self::Alone("ko"),
            _ => return None,
        })
    }

    /// Is a language written in it?
    fn writes(self, code: &str) -> bool {
        match self {
            Self::Latin => LANGUAGES[..CYRILLIC].contains(&code),
            Self::Cyrillic => LANGUAGES[CYRILLIC..].contains(&code),
            Self::Han => matches!(code, "ja" | "zh"),
            Self::Alone(own) => own == code,
        }
    }

    /// Letters that make about one word: words of some scripts are not parted by spaces.
    fn letters_of_word(self) -> Option<f32> {
        match self {
            Self::Han => Some(2.0),
            Self::Alone("th") => Some(4.0),
            _ => None,
        }
    }
}

/// What a text's words say of its language.
#[derive(Default)]
struct Words {
    /// Words by script but for Latin.
    others: Vec<(Script, f32)>,
    /// Words in Latin letters, and those of them that are no names.
    latin: f32,
    spoken: f32,
    /// Kana, and `の`, which stands on Chinese signboards too.
    kana: usize,
    no: usize,
    /// Letters of words that are no names.
    letters: usize,
    /// What speaks for each language.
    scores: [f32; LANGUAGES.len()],
    head: String,
}

impl Words {
    fn read(text: &str) -> Self {
        let signs = &*SIGNS;
        let mut words = Self::default();
        let head: String = text.chars().take(READ).collect();
        let mut seen: Vec<u16> = Vec::new();
        let mut lower = String::new();
        for word in head.split(|c: char| !(c.is_alphanumeric() || is_mark(c))) {
            for (script, run) in runs(word) {
                if !matches!(script, Script::Latin | Script::Cyrillic) {
                    words.count_run(script, run);
                    continue;
                }
                lower.clear();
                lower.extend(run.chars().flat_map(char::to_lowercase));
                let is_name = run.chars().any(char::is_uppercase);
                let small = signs.words.get(&lower);
                if let Some((number, languages)) = small
                    && !seen.contains(number)
                {
                    seen.push(*number);
                    words.add(*languages, 1.0);
                }
                if script == Script::Cyrillic {
                    words.count(script, 1.0);
                    words.refuse_foreign(&lower);
                    continue;
                }
                words.latin += 1.0;
                // a name keeps its letters in every language
                let weight = if is_name { 0.5 } else { 1.0 };
                for c in lower.chars().filter(|c| !c.is_ascii()) {
                    if let Some(languages) = signs.letters.get(&c) {
                        words.add(*languages, weight);
                    }
                }
                if small.is_some() || !is_name {
                    words.spoken += 1.0;
                }
                if !is_name {
                    words.letters += lower.chars().count();
                }
            }
        }
        words.head = head;
        words
    }

    fn count_run(&mut self, script: Script, run: &str) {
        let many = run.chars().count();
        if script == Script::Han {
            for c in run.chars() {
                match c {
                    'の' => self.no += 1,
                    '\u{3041}'..='\u{30ff}' => self.kana += 1,
                    _ => {}
                }
            }
        }
        let per_word = script.letters_of_word();
        self.count(
            script,
            per_word.map_or(1.0, |letters| many as f32 / letters),
        );
    }

    fn count(&mut self, script: Script, words: f32) {
        match self.others.iter_mut().find(|other| other.0 == script) {
            Some((_, sum)) => *sum += words,
            None => self.others.push((script, words)),
        }
    }

    /// A sign is shared among the languages that have it.
    fn add(&mut self, languages: u32, weight: f32) {
        let share = weight / languages.count_ones().max(1) as f32;
        for (at, score) in self.scores.iter_mut().enumerate() {
            if languages & (1 << at) != 0 {
                *score += share;
            }
        }
    }

    /// A word speaks against the languages whose alphabet lacks one of its letters.
    fn refuse_foreign(&mut self, word: &str) {
        let all = ((1u32 << LANGUAGES.len()) - 1) >> CYRILLIC << CYRILLIC;
        let writes = word.chars().fold(all, |writes, c| match Script::of(c) {
            Some(Script::Cyrillic) => writes & SIGNS.alphabets.get(&c).copied().unwrap_or(all),
            _ => writes,
        });
        for at in CYRILLIC..LANGUAGES.len() {
            if writes & (1 << at) == 0 {
                self.scores[at] -= 1.0;
            }
        }
    }

    /// The script of what is said; names in Latin letters stand in texts of every script, and words of
    /// the script that is expected count twice.
    fn script(&self, expected: Option<&str>) -> Option<Script> {
        let weighed = self.others.iter().map(|(script, words)| {
            let is_expected = expected.is_some_and(|code| script.writes(code));
            (*script, if is_expected { words * 2.0 } else { *words })
        });
        match weighed.max_by(|a, b| a.1.total_cmp(&b.1)) {
            Some((script, words)) if words >= self.spoken => Some(script),
            _ if self.latin > 0.0 => Some(Script::Latin),
            other => other.map(|other| other.0),
        }
    }

    /// Kana are written in no other language, and in few Japanese titles not at all; a title in Han alone
    /// may still be Japanese.
    fn han_or_kana(&self, stated: Option<&str>) -> &'static str {
        match stated {
            _ if self.kana > 0 => "ja",
            Some("ja") => "ja",
            Some("zh") => "zh",
            _ if self.no > 0 => "ja",
            _ => "zh",
        }
    }

    /// The best of some languages of one script.
    fn choose(
        mut self,
        group: std::ops::Range<usize>,
        said: Option<&'static str>,
        usual: Option<&'static str>,
    ) -> Reading {
        let prior = |at: usize| {
            let code = Some(LANGUAGES[at]);
            let of = |is: bool, weight: f32| if is { weight } else { 0.0 };
            of(code == said, SAID) + of(code == usual, USUAL) + of(at == group.start, MOST_USED)
        };
        let lead = |scores: &[f32; LANGUAGES.len()]| {
            let mut ranked: Vec<(usize, f32)> = group
                .clone()
                .map(|at| (at, scores[at] + prior(at)))
                .collect();
            ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            (ranked[0].0, ranked[0].1 - ranked[1].1)
        };
        let (mut best, mut by) = lead(&self.scores);
        let is_said = |at: usize| said == Some(LANGUAGES[at]);
        if group.start == 0 && !is_said(best) && self.letters >= FEW_LETTERS {
            let detector = whatlang::Detector::with_allowlist(TRIGRAMS.to_vec());
            if let Some(info) = detector.detect(&self.head)
                && let Some(at) = TRIGRAMS.iter().position(|lang| *lang == info.lang())
            {
                let trust = if info.is_reliable() {
                    1.0
                } else {
                    info.confidence() as f32
                };
                self.scores[at] += trust * (self.letters as f32 / ENOUGH_LETTERS).min(1.0);
                (best, by) = lead(&self.scores);
            }
        }
        let code = LANGUAGES[best];
        // Cyrillic letters of a word are evidence enough for the most used language
        let own = self.scores[best] >= SURE || best == CYRILLIC;
        Reading {
            code,
            is_sure: is_said(best) || usual == Some(code) || own && by >= LEAD,
        }
    }
}

/// Small words and letters by the languages that have them, as bits.
struct Signs {
    /// With the word's number.
    words: FxHashMap<String, (u16, u32)>,
    letters: FxHashMap<char, u32>,
    alphabets: FxHashMap<char, u32>,
}

static SIGNS: LazyLock<Signs> = LazyLock::new(|| {
    let mut words: FxHashMap<String, (u16, u32)> = FxHashMap::default();
    for (at, code) in LANGUAGES.into_iter().enumerate() {
        let listed = stop_words::lookup(code);
        // beside a list of small words stand words of news there
        let own = also_stop(code).filter(|_| listed.is_none());
        for word in listed.into_iter().flatten().copied().chain(own) {
            let number = words.len() as u16;
            words.entry(word.to_owned()).or_insert((number, 0)).1 |= 1 << at;
        }
    }
    let bit = |code: &str| LANGUAGES.iter().position(|known| *known == code);
    let letters = LETTERS.iter().flat_map(|(letters, codes)| {
        let bits = codes.iter().filter_map(|code| bit(code));
        let bits = bits.fold(0, |bits, at| bits | 1 << at);
        letters.chars().map(move |c| (c, bits))
    });
    let mut alphabets: FxHashMap<char, u32> = FxHashMap::default();
    for (alphabet, at) in ALPHABETS.iter().zip(CYRILLIC..) {
        for c in alphabet.chars().chain(SHARED.chars()) {
            *alphabets.entry(c).or_default() |= 1 << at;
        }
    }
    Signs {
        words,
        letters: letters.collect(),
        alphabets,
    }
});

/// The parts of a word that are in one script each.
fn runs(word: &str) -> impl Iterator<Item = (Script, &str)> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let script = rest.chars().find_map(Script::of)?;
        let end = rest
            .char_indices()
            .find(|(_, c)| Script::of(*c).is_some_and(|other| other != script))
            .map_or(rest.len(), |(at, _)| at);
        let (run, after) = rest.split_at(end);
        rest = after;
        Some((script, run))
    })
}

/// A sign inside a word: an apostrophe, a vowel of Hindi or Thai.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\'' | '’' | '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{97f}' | '\u{e00}'..='\u{e7f}'
    )
}

#[cfg(test)]
mod tests;
