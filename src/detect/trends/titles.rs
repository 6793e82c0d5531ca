//! A title in words, as naming reads it: what each word is, and how words stand on the page.

use super::language::Lexicon;
use super::words::{Word, WordKind, words};

/// Words read of one title, and pieces of one in a script without spaces.
const WORDS: usize = 40;
const PIECES: usize = 120;
/// Fewest and most words of a title's opening.
const OPENING: (usize, usize) = (3, 9);
/// Letters of a word from which its capital tells a headline in capitals.
const LONG_WORD: usize = 4;
/// Months, weekdays and parts of the day, by how they begin: no names by themselves.
const CALENDAR: &str = "january february march april june july august september october november \
    december monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday \
    январ феврал март апрел июн июл август сентябр октябр ноябр декабр понедельник вторник сред \
    четверг пятниц суббот воскресень сегодня завтра вчера утр вечер выходн недел";

/// What parts one clause from the next.
const PARTS: [char; 11] = ['.', '!', '?', ':', ';', '—', '–', '|', '…', '(', '，'];
/// Quotes that may open a title.
const QUOTES: [char; 5] = ['«', '“', '‘', '"', '„'];

/// A title in words, each with its stem if it is no stop word.
pub(super) struct Title<'a> {
    pub(super) text: &'a str,
    pub(super) words: Vec<(Word, Option<u32>)>,
    /// Do its capitals tell names? Not where most words have one.
    capitals_tell: bool,
    is_unspaced: bool,
}

impl<'a> Title<'a> {
    /// Reads a title in its language.
    pub(super) fn read(lexicon: &mut Lexicon, text: &'a str, language: &'static str) -> Self {
        let mut all = words(text, PIECES);
        let is_unspaced = is_unspaced(&all);
        if !is_unspaced {
            all.truncate(WORDS);
        }
        let words: Vec<(Word, Option<u32>)> = all
            .into_iter()
            .map(|word| {
                let form = lexicon.form(&text[word.start..word.end], language);
                (word, form.map(|form| form.stem))
            })
            .collect();
        let long = words
            .iter()
            .map(|(word, _)| (word, &text[word.start..word.end]));
        let long: Vec<bool> = long
            .filter(|(word, text)| !word.breaks && text.chars().count() >= LONG_WORD)
            .map(|(_, text)| text.starts_with(char::is_uppercase))
            .collect();
        let capitals = long.iter().filter(|capital| **capital).count();
        Self {
            text,
            words,
            is_unspaced,
            capitals_tell: long.len() < 2 || capitals * 2 <= long.len(),
        }
    }

    /// Is it written without spaces?
    pub(super) fn is_unspaced(&self) -> bool {
        self.is_unspaced
    }

    fn word(&self, at: usize) -> &'a str {
        let word = self.words[at].0;
        &self.text[word.start..word.end]
    }

    /// Is a word more than a number, a day or a stop word?
    pub(super) fn says(&self, at: usize) -> bool {
        let (word, stem) = self.words[at];
        let text = self.word(at);
        if stem.is_none() || word.kind == WordKind::Number || !text.contains(char::is_alphabetic) {
            return false;
        }
        !is_calendar(text)
    }

    /// Is a word a name: a tag, a mention, a capital that no sentence begins with, several capitals?
    pub(super) fn is_name(&self, at: usize) -> bool {
        let word = self.words[at].0;
        let text = self.word(at);
        match word.kind {
            WordKind::Hashtag | WordKind::Mention | WordKind::Piece => true,
            WordKind::Number => false,
            WordKind::Plain => {
                let capital = text.contains(char::is_uppercase);
                let mixed = text.chars().skip(1).any(char::is_uppercase)
                    || (capital && text.contains(char::is_numeric));
                mixed || (capital && !word.breaks && self.capitals_tell)
            }
        }
    }

    /// Does a phrase begin with a word as a clause, a quotation or a name does?
    pub(super) fn begins(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return true;
        };
        let gap = self.gap(at);
        self.words[at].0.kind == WordKind::Piece
            || gap.contains(PARTS)
            || gap.ends_with(['«', '“', '‘', '"'])
            || (self.is_name(at) && !self.is_name(before))
    }

    /// Does it end with a word as one does, or go on with a word that only joins?
    pub(super) fn ends(&self, at: usize) -> bool {
        let Some((_, stem)) = self.words.get(at + 1) else {
            return true;
        };
        let gap = self.gap(at + 1);
        self.words[at].0.kind == WordKind::Piece
            // "the rink will open" is cut short before "on Friday"
            || (stem.is_none() && !is_russian_verb(self.word(at)))
            || gap.contains(PARTS)
            || gap.starts_with(['»', '”', '’', '"', ','])
            || (self.is_name(at) && !self.is_name(at + 1))
    }

    /// Is it a name in whole, perhaps with its number at the end?
    pub(super) fn is_framed(&self, from: usize, to: usize) -> bool {
        let is_number = self.words[to].0.kind == WordKind::Number;
        self.is_name(from) && (self.is_name(to) || (to > from && is_number && self.is_name(to - 1)))
    }

    /// What stands between a word and the one before it.
    fn gap(&self, at: usize) -> &'a str {
        let from = at
            .checked_sub(1)
            .map_or(0, |before| self.words[before].0.end);
        let to = self.words[at].0.start;
        self.text.get(from..to).unwrap_or_default()
    }

    /// Where a phrase of several words begins for a reader: with its preposition.
    pub(super) fn begin(&self, from: usize, to: usize) -> usize {
        let is_long = (from..=to).filter(|at| self.words[*at].1.is_some()).count() > 2;
        let led = from > 0 && !self.words[from].0.breaks && self.words[from - 1].1.is_none();
        from - usize::from(is_long && led)
    }

    /// The text of some words, with what is attached to them: `Ask.fm`, `SIM-карт`, `4,5 %`.
    pub(super) fn surface(&self, from: usize, to: usize) -> &'a str {
        let (mut start, mut end) = (self.words[from].0.start, self.words[to].0.end);
        while let Some((at, joint)) = self.text[..start].char_indices().next_back() {
            let before = self.text[..at].chars().next_back();
            if !is_joint(joint) || !before.is_some_and(char::is_alphanumeric) {
                break;
            }
            start = self.text[..at]
                .char_indices()
                .rev()
                .take_while(|(_, c)| c.is_alphanumeric())
                .last()
                .map_or(at, |(at, _)| at);
        }
        while let Some(joint) = self.text[end..].chars().next().filter(|c| is_joint(*c)) {
            let rest = &self.text[end + joint.len_utf8()..];
            let length = rest
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(rest.len());
            if length == 0 {
                break;
            }
            end += joint.len_utf8() + length;
        }
        // a sign of percent belongs to its number
        if self.text[end..].starts_with('%') {
            end += 1;
        }
        // a piece of Thai may be cut between a vowel and its consonant
        let surface = &self.text[start..end];
        let whole = surface
            .trim_start_matches(
                |c: char| matches!(c, '\u{e30}'..='\u{e3a}' | '\u{e45}'..='\u{e4e}'),
            )
            .trim_end_matches(|c: char| matches!(c, '\u{e40}'..='\u{e44}'));
        if whole.is_empty() { surface } else { whole }
    }

    /// The opening of a title: its first clause, or as much of it as reads well, marked if it goes on.
    pub(super) fn opening(&self) -> String {
        let count = self.words.len();
        if count == 0 {
            return self.text.to_owned();
        }
        let most = OPENING.1.min(count);
        let least = OPENING.0.min(most);
        let clause = |words: &usize| *words == count || self.gap(*words).contains(PARTS);
        let says = |words: &usize| self.words[words - 1].1.is_some();
        let whole = (least..=most)
            .rev()
            .find(|words| clause(words) && says(words));
        let joined = (least + 1..=most)
            .rev()
            .find(|words| self.ends(words - 1) && says(words));
        let words = whole.or(joined).unwrap_or(most);
        let last = self.surface(words - 1, words - 1);
        let stop = last.as_ptr() as usize - self.text.as_ptr() as usize + last.len();
        let text = &self.text[..stop];
        let text = text.trim_start_matches(|c: char| !c.is_alphanumeric() && !QUOTES.contains(&c));
        let text = closed(&capitalised(text.trim()));
        if whole.is_some() {
            text
        } else {
            format!("{text} …")
        }
    }
}

/// Are most words pieces of a script without spaces?
pub(super) fn is_unspaced(words: &[Word]) -> bool {
    let pieces = words.iter().filter(|word| word.kind == WordKind::Piece);
    pieces.count() * 2 > words.len()
}

/// Does a word look like a finite verb of Russian, which goes on to say what, where or when? Endings
/// that nouns share are left out.
fn is_russian_verb(word: &str) -> bool {
    const ENDINGS: [&str; 21] = [
        "ется",
        "ится",
        "утся",
        "ются",
        "ятся",
        "атся",
        "ился",
        "ался",
        "ась",
        "ались",
        "ились",
        "ает",
        "яет",
        "ует",
        "еют",
        "уют",
        "или",
        "ила",
        "ил",
        "али",
        "ала",
    ];
    let letters = word.chars().count();
    let is_plain = letters >= 5 && word.chars().all(|c| matches!(c, 'а'..='я' | 'ё'));
    is_plain
        && (ENDINGS.iter().any(|ending| word.ends_with(ending))
            || (letters >= 9 && word.ends_with("ит")))
}

/// Is a word a month, a weekday or a part of the day?
pub(super) fn is_calendar(word: &str) -> bool {
    let lower = word.to_lowercase();
    CALENDAR
        .split_whitespace()
        .any(|day| lower.starts_with(day) && lower.chars().count() <= day.chars().count() + 3)
}

/// Apostrophes by whether a letter or digit stands before and after each.
fn apostrophes(text: &str, is_one: fn(bool, bool) -> bool) -> usize {
    text.match_indices('\'')
        .filter(|(at, _)| {
            let before = text[..*at].ends_with(char::is_alphanumeric);
            is_one(before, text[at + 1..].starts_with(char::is_alphanumeric))
        })
        .count()
}

/// The quotes that are open at the end are closed there.
fn closed(text: &str) -> String {
    let count = |sign: char| text.matches(sign).count();
    let close = match text {
        _ if count('«') > count('»') => "»",
        _ if count('“') > count('”') => "”",
        _ if count('‘') > count('’') => "’",
        _ if count('"') % 2 == 1 => "\"",
        _ if apostrophes(text, |before, _| !before) > apostrophes(text, |_, after| !after) => "'",
        _ => "",
    };
    format!("{text}{close}")
}

/// The first letter as a capital, unless another one of the word is (`iPhone`).
pub(super) fn capitalised(text: &str) -> String {
    let word = text.split_whitespace().next().unwrap_or_default();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if !word.chars().skip(1).any(char::is_uppercase) => {
            first.to_uppercase().chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}

fn is_joint(c: char) -> bool {
    matches!(c, '-' | '‑' | '.' | '&' | '\'' | '’' | '/' | '+')
}
