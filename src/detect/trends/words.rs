//! Cuts text into words, for every script, and brings words to the form in which they are compared.
//!
//! Scripts that part words by spaces give words: letters with their marks, digits, and what joins
//! them inside (`ФЗ-72`, `3.5`, `don’t`). Scripts that do not (Chinese, Japanese, Thai, Lao, Khmer,
//! Burmese) give overlapping pieces of two characters, three for the alphabetic ones: measured
//! retrieval with such pieces is on a par with dictionary segmentation (Nie et al. 2000), and needs
//! no dictionary. Japanese changes its script between words: runs of katakana and of hiragana are
//! words as they stand. Hashtags and mentions keep their sign.
//!
//! Never allocates per word: words are ranges of the given text.

use unicode_normalization::char::is_combining_mark;

/// What sort of word it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordKind {
    /// Letters, perhaps with digits.
    Plain,
    /// Digits only, with points and commas inside.
    Number,
    /// A piece of a script without spaces.
    Piece,
    /// `#tag`.
    Hashtag,
    /// `@name`.
    Mention,
}

/// A word: a range of the text that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// What it is.
    pub(super) kind: WordKind,
    /// Does punctuation part it from the word before? Phrases do not reach over it.
    pub(super) breaks: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Mark,
    /// Han: pieces of two.
    Ideograph,
    /// Foreign words and names in Japanese: whole runs.
    Katakana,
    /// Endings and particles in Japanese: whole runs.
    Hiragana,
    /// Thai and its kin: pieces of three.
    Unspaced,
    /// Joins what stands on both sides of it.
    Joiner,
    Sign,
    Space,
    /// Ends a phrase.
    Stop,
    Other,
}

fn class(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' | 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' => Class::Letter,
        '0'..='9' => Class::Digit,
        ' ' | '\t' | '\n' | '\r' | '\u{a0}' | '*' | '_' => Class::Space,
        '\'' | '’' | '-' | '‑' | '.' | ',' | '\u{ad}' => Class::Joiner,
        '#' | '@' | '＃' | '＠' => Class::Sign,
        '!' | '?' | ';' | ':' | '"' | '«' | '»' | '“' | '”' | '„' | '(' | ')' | '[' | ']' | '—'
        | '–' | '|' | '/' | '…' | '。' | '、' | '，' | '！' | '？' | '「' | '」' => {
            Class::Stop
        }
        '\u{200c}' | '\u{200d}' => Class::Mark,
        c if c.is_ascii() => Class::Other,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => {
            Class::Unspaced
        }
        '・' | '･' => Class::Joiner,
        '\u{3041}'..='\u{309f}' => Class::Hiragana,
        '\u{30a0}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => {
            Class::Katakana
        }
        '\u{3005}'..='\u{3007}'
        | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Class::Ideograph,
        c if c.is_alphabetic() => Class::Letter,
        c if c.is_numeric() => Class::Digit,
        c if is_combining_mark(c) => Class::Mark,
        c if c.is_whitespace() => Class::Space,
        _ => Class::Other,
    }
}

/// Is a text nothing but katakana, in which Japanese writes names and foreign words?
pub(super) fn is_katakana(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\u{30a0}'..='\u{30ff}'))
}

/// The words of a text, at most `limit` of them.
pub(super) fn words(text: &str, limit: usize) -> Vec<Word> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut breaks = true;
    let mut before = None;
    while let Some((start, c)) = chars.next() {
        if found.len() >= limit {
            break;
        }
        let first = class(c);
        // an address is no mention, and the second sign of `#话题#` begins none
        let is_inside = text[..start].chars().next_back() == before && before.is_some();
        if first == Class::Sign && is_inside {
            before = None;
            continue;
        }
        before = None;
        match first {
            Class::Letter | Class::Digit | Class::Sign => {
                let (mut end, mut letters, mut digits) = (
                    start + c.len_utf8(),
                    first == Class::Letter,
                    first == Class::Digit,
                );
                while let Some(&(at, next)) = chars.peek() {
                    match class(next) {
                        Class::Letter => letters = true,
                        Class::Digit => digits = true,
                        Class::Mark => {}
                        Class::Ideograph | Class::Katakana | Class::Hiragana | Class::Unspaced
                            if first == Class::Sign =>
                        {
                            letters = true;
                        }
                        Class::Joiner if joins(text, end, at, next, first == Class::Sign) => {}
                        _ if first == Class::Sign && next == '_' => {}
                        _ => break,
                    }
                    end = at + next.len_utf8();
                    before = Some(next);
                    chars.next();
                }
                if !letters && !digits {
                    continue;
                }
                before = before.or(Some(c));
                let kind = match (c, letters) {
                    ('#' | '＃', _) => WordKind::Hashtag,
                    ('@' | '＠', _) => WordKind::Mention,
                    (_, true) => WordKind::Plain,
                    (_, false) => WordKind::Number,
                };
                found.push(Word {
                    start,
                    end,
                    kind,
                    breaks,
                });
                breaks = false;
            }
            Class::Ideograph | Class::Katakana | Class::Hiragana | Class::Unspaced => {
                let mut at = vec![start];
                let mut end = start + c.len_utf8();
                while let Some(&(next_at, next)) = chars.peek() {
                    match class(next) {
                        Class::Mark => {}
                        _ if is_combining_mark(next) => {}
                        next if next == first => at.push(next_at),
                        _ => break,
                    }
                    end = next_at + next.len_utf8();
                    chars.next();
                }
                at.push(end);
                let size = match first {
                    Class::Ideograph => 2,
                    Class::Unspaced => 3,
                    _ => at.len() - 1,
                };
                for i in 0..at.len().saturating_sub(size).max(1) {
                    found.push(Word {
                        start: at[i],
                        end: at[(i + size).min(at.len() - 1)],
                        kind: WordKind::Piece,
                        breaks,
                    });
                    breaks = false;
                }
            }
            Class::Stop => breaks = true,
            Class::Joiner => breaks |= c == '.' || c == ',' || c == '-',
            Class::Space | Class::Mark | Class::Other => {}
        }
    }
    found.truncate(limit);
    found
}

/// Does a joiner at `at` stand between two parts of one word? Points and commas join digits only.
fn joins(text: &str, end: usize, at: usize, joiner: char, tag: bool) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| class(c) == Class::Digit);
    let solid =
        |c: Option<char>| c.is_some_and(|c| matches!(class(c), Class::Letter | Class::Digit));
    let (before, after) = (
        text[..end].chars().next_back(),
        text[at + joiner.len_utf8()..].chars().next(),
    );
    match joiner {
        _ if tag => false,
        '.' | ',' => digit(before) && digit(after),
        '-' | '‑' => solid(before) && solid(after) && (digit(before) || digit(after)),
        _ => solid(before) && solid(after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        words(text, 100)
            .iter()
            .map(|w| &text[w.start..w.end])
            .collect()
    }

    #[test]
    fn spaced_scripts_give_words() {
        assert_eq!(
            cut("iOS 20: ФЗ-72, 3.5% don’t e-mail"),
            ["iOS", "20", "ФЗ-72", "3.5", "don’t", "e", "mail"]
        );
        assert_eq!(
            cut("**жирный** #тег_дня @user"),
            ["жирный", "#тег_дня", "@user"]
        );
        assert_eq!(cut("हिन्दी समाचार"), ["हिन्दी", "समाचार"]);
        assert_eq!(cut("اخبار امروز"), ["اخبار", "امروز"]);
    }

    #[test]
    fn unspaced_scripts_give_overlapping_pieces() {
        assert_eq!(cut("新产品发布"), ["新产", "产品", "品发", "发布"]);
        assert_eq!(cut("字"), ["字"]);
        assert_eq!(cut("ทดสอบ"), ["ทดส", "ดสอ", "สอบ"]);
        assert_eq!(
            cut("新型ゲーム機を発売した、ソニー・米"),
            ["新型", "ゲーム", "機", "を", "発売", "した", "ソニー", "米"]
        );
        assert_eq!(cut("삼성전자가 공개했다"), ["삼성전자가", "공개했다"]);
    }

    #[test]
    fn tags_stand_whole_in_every_script_and_addresses_are_none() {
        assert_eq!(
            cut("#华为发布会# 现场 ＃ゲーム #ไอโฟน mail@host.ru #a"),
            [
                "#华为发布会",
                "现场",
                "＃ゲーム",
                "#ไอโฟน",
                "mail",
                "host",
                "ru",
                "#a"
            ]
        );
    }

    #[test]
    fn pieces_are_bounded() {
        assert_eq!(words(&"ゲーム機を".repeat(9), 5).len(), 5);
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(cut("").is_empty());
        assert!(cut("!!! — # @ … 🎉").is_empty());
        assert_eq!(words(&"a ".repeat(500), 7).len(), 7);
    }
}
