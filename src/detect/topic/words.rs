//! Words of a text as topics see them, and the forms in which each is known.
//!
//! A word is a run of letters, digits and their marks, lower case, without accents, ё as е; apostrophes
//! inside are dropped. Signs of scripts written without spaces, and of Hangul, whose words grow
//! endings, each stand alone, so that a query in them finds any part of a text. A hashtag or mention
//! stands both as a whole and as its words.

use std::ops::Range;

use snowball_stemmers_rs::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::model::russian_stem;

/// Words of one text that are looked at.
pub(super) const MOST: usize = 6_000;

/// A word in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Folded.
    pub(super) text: String,
    /// `#` or `@` for a whole hashtag or mention.
    pub(super) sign: Option<char>,
    /// How many words stand before it.
    pub(super) place: u32,
    /// Where it stands, in bytes.
    pub(super) range: Range<usize>,
}

/// In which way a word is known: hashes, one name space each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key(u64);

impl Key {
    /// The folded form itself.
    pub(super) fn exact(text: &str, sign: Option<char>) -> Self {
        Self(xxh3_64_with_seed(
            text.as_bytes(),
            sign.map_or(1, u64::from),
        ))
    }

    /// A beginning.
    pub(super) fn prefix(text: &str, sign: Option<char>) -> Self {
        Self(xxh3_64_with_seed(
            text.as_bytes(),
            1_000 + sign.map_or(1, u64::from),
        ))
    }

    fn stem(text: &str, sign: Option<char>, kind: u64) -> Self {
        Self(xxh3_64_with_seed(
            text.as_bytes(),
            2_000 * kind + sign.map_or(1, u64::from),
        ))
    }
}

/// Stemmers of the languages whose forms are known, by script.
pub(super) struct Stems {
    english: Stemmer,
    russian: Stemmer,
}

impl Default for Stems {
    fn default() -> Self {
        Self {
            english: Stemmer::create(Algorithm::English),
            russian: Stemmer::create(Algorithm::Russian),
        }
    }
}

impl Stems {
    /// What a word shares with its other forms: any of these.
    pub(super) fn keys(&self, text: &str, sign: Option<char>) -> [Key; 2] {
        if text.chars().all(|c| matches!(c, 'а'..='я')) {
            let (snowball, light) = (self.russian.stem(text), russian_stem(text));
            let noun = Key::stem(&light, sign, 2);
            // Snowball cuts «правило» to «прав» as a verb: its stem speaks among such cuts only
            if snowball == light {
                return [noun, noun];
            }
            return [noun, Key::stem(&snowball, sign, 1)];
        }
        if text.is_ascii() {
            let stem = Key::stem(&self.english.stem(text), sign, 1);
            return [stem, stem];
        }
        let exact = Key::exact(text, sign);
        [exact, exact]
    }
}

/// The words of a text, in order; `place` counts on from `from`.
pub(super) fn words(text: &str, from: u32, most: usize) -> Vec<Word> {
    let mut found = Vec::new();
    let mut place = from;
    let mut chars = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((start, c)) = chars.next() {
        if found.len() >= most {
            break;
        }
        let signed = matches!(c, '#' | '@' | '＃') && !before.is_alphanumeric();
        before = c;
        if signed {
            let rest = &text[start + c.len_utf8()..];
            let body = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_' || is_combining_mark(c)))
                .unwrap_or(rest.len());
            if rest[..body].chars().any(char::is_alphanumeric) {
                found.push(Word {
                    text: fold(&rest[..body]),
                    sign: Some(if c == '@' { '@' } else { '#' }),
                    place,
                    range: start..start + c.len_utf8() + body,
                });
            }
            continue;
        }
        if !c.is_alphanumeric() {
            continue;
        }
        let mut end = start + c.len_utf8();
        if !stands_alone(c) {
            while let Some(&(at, next)) = chars.peek() {
                let goes_on = (next.is_alphanumeric() && !stands_alone(next))
                    || is_combining_mark(next)
                    || next == '\u{ad}'
                    || (matches!(next, '\'' | '’' | 'ʼ')
                        && text[at + next.len_utf8()..].starts_with(char::is_alphanumeric));
                if !goes_on {
                    break;
                }
                end = at + next.len_utf8();
                before = next;
                chars.next();
            }
        }
        found.push(Word {
            text: fold(&text[start..end]),
            sign: None,
            place,
            range: start..end,
        });
        place += 1;
    }
    found
}

/// Scripts written without spaces, and Hangul.
fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Lower case, without accents and apostrophes, ё as е.
pub(super) fn fold(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, 'а'..='я' | 'А'..='Я');
    if word.chars().all(plain) {
        return word.to_lowercase();
    }
    let composed: String = word.nfkc().flat_map(char::to_lowercase).nfc().collect();
    let mut out = String::with_capacity(composed.len());
    for c in composed.chars() {
        match c {
            'ё' => out.push('е'),
            '\'' | '’' | 'ʼ' | '\u{ad}' => {}
            // a letter of its own in Cyrillic, an accent elsewhere
            '\u{400}'..='\u{52f}' => out.push(c),
            c if c.is_ascii() => out.push(c),
            // Hangul comes apart, too, and is put together again
            c => out.extend(
                [c].into_iter()
                    .nfd()
                    .filter(|c| !is_combining_mark(*c))
                    .nfc(),
            ),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let show = |word: Word| {
            format!(
                "{}{}",
                word.sign.map(String::from).unwrap_or_default(),
                word.text
            )
        };
        words(text, 0, 99).into_iter().map(show).collect()
    }

    #[test]
    fn words_are_folded_and_signs_stand_alone() {
        assert_eq!(cut("L’Oréal, Ёлка; don't"), ["loreal", "елка", "dont"]);
        assert_eq!(
            cut("ска\u{301}зка Йод и\u{306}од"),
            ["сказка", "йод", "йод"]
        );
        assert_eq!(cut("e-mail 3.5"), ["e", "mail", "3", "5"]);
        assert_eq!(cut("新产品 삼성이"), ["新", "产", "品", "삼", "성", "이"]);
        assert_eq!(cut("ИИ\u{ad}метка"), ["ииметка"]);
        assert!(cut("— !!! 🎉 # @").is_empty());
    }

    #[test]
    fn tags_and_mentions_stand_whole_and_in_words() {
        assert_eq!(
            cut("#чёрная_пятница"),
            ["#черная_пятница", "черная", "пятница"]
        );
        assert_eq!(cut("@Acme_RU пишет"), ["@acme_ru", "acme", "ru", "пишет"]);
        assert_eq!(cut("a@acme.ru"), ["a", "acme", "ru"]);
        let tag = words("x #a_b", 0, 9);
        assert_eq!(
            tag.iter().map(|w| w.place).collect::<Vec<_>>(),
            [0, 1, 1, 2]
        );
    }
}
