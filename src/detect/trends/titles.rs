//! A title in words, as naming reads it: what each word is, and how words stand on the page.

mod opening;

use super::language::Lexicon;
use super::wording::{
    goes_on, is_bent_adjective, is_plain, is_preposition, is_russian_verb, is_sayer,
};
use super::words::{Word, WordKind, words};

/// Fewest words of a title before what only says who said so.
const LEAST: usize = 3;

/// Words read of one title, and pieces of one in a script without spaces.
const WORDS: usize = 40;
const PIECES: usize = 120;
/// Most words behind a dash that may only say who said so.
const SAID_BY: usize = 4;
/// Letters of a word from which its capital tells a headline in capitals.
const LONG_WORD: usize = 4;
/// Months, weekdays and parts of the day, by how they begin: no names by themselves.
const CALENDAR: &str = "january february march april june july august september october november \
    december monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday \
    январ феврал март апрел июн июл август сентябр октябр ноябр декабр понедельник вторник сред \
    четверг пятниц суббот воскресень сегодня завтра вчера утр вечер выходн недел";

/// What parts one clause from the next.
const PARTS: [char; 11] = ['.', '!', '?', ':', ';', '—', '–', '|', '…', '(', '，'];
/// Quotes that begin behind what stands before them, and signs that end what does.
const OPENS: [char; 4] = ['«', '“', '‘', '"'];
const CLOSES: [char; 5] = ['»', '”', '’', '"', ','];
/// Signs of money.
const MONEY: [char; 5] = ['$', '€', '£', '₽', '¥'];
/// Quotes that may open a title.
const QUOTES: [char; 5] = ['«', '“', '‘', '"', '„'];

/// A title in words, each with its stem if it is no stop word.
pub(super) struct Title<'a> {
    pub(super) text: &'a str,
    pub(super) words: Vec<(Word, Option<u32>)>,
    /// Do its capitals tell names? Not where most words have one.
    capitals_tell: bool,
    /// Is a long word of it written small, so that a capital surely tells one?
    has_small: bool,
    is_unspaced: bool,
    /// Where it only goes on to say who said so.
    tail: usize,
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
        let mut title = Self {
            text,
            tail: words.len(),
            words,
            is_unspaced,
            has_small: capitals < long.len(),
            capitals_tell: long.len() < 2 || capitals * 2 <= long.len(),
        };
        title.tail = title.said_by();
        title
    }

    /// The word from which on a title only says who said so: behind a dash at the end, or a comma.
    fn said_by(&self) -> usize {
        let count = self.words.len();
        let begin = (LEAST..count)
            .rev()
            .take(2 * SAID_BY)
            .find(|at| self.words[*at].0.breaks);
        let Some(at) = begin else { return count };
        let gap = self.gap(at);
        let dash = gap.contains(['—', '–', '|']) && count - at <= SAID_BY;
        let comma = gap.contains([',', '—', '–']) && is_sayer(self.word(at));
        if dash || comma { at } else { count }
    }

    /// Is a run of words within what only says who said so?
    pub(super) fn is_said_by(&self, from: usize) -> bool {
        from >= self.tail
    }

    /// Does a clause or a quotation begin with a word?
    pub(super) fn opens(&self, at: usize) -> bool {
        let gap = self.gap(at);
        at == 0 || gap.contains(PARTS) || gap.ends_with(OPENS)
    }

    /// Does a clause end with a word?
    pub(super) fn closes(&self, at: usize) -> bool {
        at + 1 == self.words.len() || at + 1 == self.tail || is_end(self.gap(at + 1))
    }

    /// Has a phrase the form of a subject (`Some(true)`) or another one (`Some(false)`), as far as its first
    /// word and those beside it tell?
    pub(super) fn is_plain(&self, from: usize, to: usize) -> Option<bool> {
        let letters = self.word(from).chars();
        if !letters.clone().any(|c| matches!(c, '\u{400}'..='\u{52f}')) {
            return Some(true);
        }
        // a name in quotes is declined, too
        let is_beside = self
            .gap(from)
            .chars()
            .all(|c| c.is_whitespace() || QUOTES.contains(&c));
        let before = from.checked_sub(1).filter(|_| is_beside);
        let before = before.map(|at| self.word(at));
        if before.is_some_and(is_preposition) {
            return Some(false);
        }
        let next = (from < to).then(|| self.word(from + 1));
        let own = is_plain(self.word(from), next);
        if own == Some(false) || (before.is_some_and(is_bent_adjective) && own.is_none()) {
            return Some(false);
        }
        if self.opens(from) {
            return Some(true);
        }
        // «Светличная» and «Николая» end alike
        own.filter(|_| !self.word(from).ends_with("ая"))
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
                has_inner_capital(text) || (capital && !word.breaks && self.capitals_tell)
            }
        }
    }

    /// Is a stem called a name here? Nothing is said where the word opens a clause, has no capitals to
    /// tell, or does not stand.
    pub(super) fn calls(&self, stem: u32) -> Option<bool> {
        let stands = |at: &usize| self.words[*at].1 == Some(stem);
        let mut places = (0..self.words.len()).filter(stands).peekable();
        places.peek()?;
        let told: Vec<bool> = places.filter_map(|at| self.tells(at)).collect();
        told.iter().copied().reduce(|a, b| a || b)
    }

    /// Does a word stand as a name here, where that can be told?
    pub(super) fn tells(&self, at: usize) -> Option<bool> {
        let (word, text) = (self.words[at].0, self.word(at));
        let tells = word.kind != WordKind::Plain
            || (self.is_name(at) && (self.has_small || has_inner_capital(text)))
            || text.starts_with(char::is_lowercase);
        tells.then(|| self.is_name(at))
    }

    /// Does a phrase begin with a word as a clause, a quotation or a name does?
    pub(super) fn begins(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return true;
        };
        if self.words[at].0.kind == WordKind::Piece {
            return self.parts_from(before, at);
        }
        self.opens(at) || (self.is_name(at) && !self.is_name(before))
    }

    /// Does it end with a word as one does, or go on with a word that only joins?
    pub(super) fn ends(&self, at: usize) -> bool {
        let Some((_, stem)) = self.words.get(at + 1) else {
            return true;
        };
        let gap = self.gap(at + 1);
        if self.words[at].0.kind == WordKind::Piece {
            return self.parts_from(at, at + 1);
        }
        let (this, next) = (self.word(at), self.word(at + 1));
        if gap.starts_with(is_joint) || goes_on(this) {
            return false;
        }
        // "the rink will open" is cut short before "on Friday"
        (stem.is_none()
            && !is_russian_verb(this)
            && !matches!(next, "же" | "ли" | "бы" | "как" | "of"))
            || is_end(gap)
            || (self.is_name(at) && !self.is_name(at + 1))
    }

    /// In a script without spaces: does one word end before the other begins? Pieces of one run overlap.
    fn parts_from(&self, before: usize, at: usize) -> bool {
        self.words[before].0.end <= self.words[at].0.start
    }

    /// What stands before and behind some words: a clause's end is nothing.
    pub(super) fn beside(&self, from: usize, to: usize) -> [Option<&'a str>; 2] {
        let before = (!self.opens(from)).then(|| self.word(from - 1));
        let behind = (!self.closes(to)).then(|| self.word(to + 1));
        [before, behind]
    }

    /// Is it a name in whole, perhaps with its number at the end?
    pub(super) fn is_framed(&self, from: usize, to: usize) -> bool {
        let is_number = self.words[to].0.kind == WordKind::Number;
        self.is_name(from) && (self.is_name(to) || (to > from && is_number && self.is_name(to - 1)))
    }

    /// Is a run of words only a part of a longer name: does another capital stand right beside it?
    pub(super) fn is_part_of_name(&self, from: usize, to: usize) -> bool {
        let is_near = |at: usize| self.gap(at).chars().all(char::is_whitespace);
        let is_name = |at: usize| self.words[at].0.kind == WordKind::Plain && self.is_name(at);
        let behind = to + 1;
        (from > 0 && is_near(from) && is_name(from - 1))
            || (behind < self.words.len() && is_near(behind) && is_name(behind))
            // "House of Lords"
            || (from > 1 && self.word(from - 1) == "of" && is_name(from - 2))
            || (behind + 1 < self.words.len() && self.word(behind) == "of" && is_name(behind + 1))
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
        let is_cyrillic = |at: usize| {
            self.word(at)
                .starts_with(|c| matches!(c, '\u{400}'..='\u{52f}'))
        };
        let led = from > 0
            && !self.words[from].0.breaks
            && self.words[from - 1].1.is_none()
            && (!is_cyrillic(from - 1) || is_preposition(self.word(from - 1)));
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
        // a sign of percent or money belongs to its number
        if let Some(sign) = self.text[end..]
            .chars()
            .next()
            .filter(|c| MONEY.contains(c) || "%°".contains(*c))
        {
            end += sign.len_utf8();
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
}

/// Does what stands behind a word end a clause or a quotation?
fn is_end(gap: &str) -> bool {
    gap.contains(PARTS) || gap.starts_with(CLOSES)
}

/// Has a word several capitals, or one and a number?
fn has_inner_capital(word: &str) -> bool {
    let capital = word.contains(char::is_uppercase);
    word.chars().skip(1).any(char::is_uppercase) || (capital && word.contains(char::is_numeric))
}

/// Does a sign part clauses, and joins no word (`Ask.fm`)?
fn is_part(c: char) -> bool {
    PARTS.contains(&c) && !is_joint(c)
}

/// Are most words pieces of a script without spaces?
pub(super) fn is_unspaced(words: &[Word]) -> bool {
    let pieces = words.iter().filter(|word| word.kind == WordKind::Piece);
    pieces.count() * 2 > words.len()
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
