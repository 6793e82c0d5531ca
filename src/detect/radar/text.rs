//! Cuts a text into sentences and tokens that keep what names are known by: capitals, digits, quotes.

use std::ops::Range;

use super::cues::{is_cjk, is_common};

/// Longest text that is read, in bytes.
const LONGEST: usize = 4_000;
/// Letters of a word from which its capital tells a headline in capitals.
const LONG_WORD: usize = 4;

/// Long words from which a Russian sentence may be a headline in capitals.
const FEW_WORDS: usize = 4;
/// Signs of a Chinese or Japanese word.
const CJK_WORD: usize = 2;

/// A script in which a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// Latin letters.
    Latin,
    /// Cyrillic letters.
    Cyrillic,
    /// Any other letters.
    Other,
    /// Digits only.
    Number,
}

/// A word with its looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Where it stands, without its sign.
    pub(super) range: Range<usize>,
    /// `#` or `@` before it.
    pub(super) sign: Option<char>,
    pub(super) script: Script,
    /// Does it begin with a capital?
    pub(super) capital: bool,
    /// A capital or a digit inside: `iPhone`, `Log4j`, `GPT-4`.
    pub(super) mixed: bool,
    /// Capitals only, two at least.
    pub(super) shouted: bool,
    /// Does nothing but a space part it from the token before, which is no genitive (`Apple's`)?
    pub(super) joined: bool,
    /// Does a sentence, a quote or a clause after a colon begin with it?
    pub(super) first: bool,
    /// Number of the quotation that it stands in.
    pub(super) quote: Option<u16>,
    /// Number of its sentence.
    pub(super) sentence: u16,
}

/// A text in tokens.
#[derive(Debug, Clone, Default)]
pub(super) struct Tokens<'a> {
    pub(super) text: &'a str,
    pub(super) all: Vec<Token>,
    /// Where each sentence stands.
    pub(super) sentences: Vec<Range<usize>>,
    /// Sentences in which capitals tell nothing, since most words have one.
    pub(super) capitals_tell: Vec<bool>,
    /// Is most of it written in Cyrillic, or in signs without capitals?
    pub(super) foreign: bool,
}

impl<'a> Tokens<'a> {
    /// Cuts a text, or its beginning.
    pub(super) fn of(text: &'a str) -> Self {
        let end = (0..=LONGEST.min(text.len()))
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0);
        let mut cut = Self {
            text: &text[..end],
            ..Self::default()
        };
        cut.scan();
        let words = |script: Script| cut.all.iter().filter(|t| t.script == script).count();
        let signs = cut.text.chars().filter(|c| is_cjk(*c)).count();
        let own = words(Script::Cyrillic) + signs / CJK_WORD;
        cut.foreign = own >= words(Script::Latin).max(1);
        cut.judge_capitals();
        cut
    }

    /// The words of a token.
    pub(super) fn word(&self, at: usize) -> &'a str {
        &self.text[self.all[at].range.clone()]
    }

    /// The sentence of a token, as written.
    pub(super) fn sentence(&self, at: usize) -> &'a str {
        let range = self.sentences.get(usize::from(self.all[at].sentence));
        range.map_or("", |range| self.text[range.clone()].trim())
    }

    fn scan(&mut self) {
        let text = self.text;
        let (mut quote, mut quotes): (Option<u16>, u16) = (None, 0);
        let (mut joined, mut first) = (false, true);
        let mut begin = 0;
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let next = at + c.len_utf8();
            if is_word(c) || (matches!(c, '#' | '@') && self.is_sign(at)) {
                let sign = (!is_word(c)).then_some(c);
                let from = if sign.is_some() { next } else { at };
                let to = word_end(text, from, sign.is_some());
                self.all.push(Token {
                    joined,
                    first,
                    quote,
                    sign,
                    sentence: u16::try_from(self.sentences.len()).unwrap_or(u16::MAX),
                    ..looks(text, from..to)
                });
                let whole = self.all.last().is_some_and(|token| token.range.end == to);
                (joined, first, at) = (whole, false, to);
                continue;
            }
            match c {
                ' ' | '\u{a0}' | '\u{202f}' | '*' => {}
                '\n' | '!' | '?' | ';' | '。' | '\u{ff01}' | '\u{ff1f}' | '\u{ff1b}' => {
                    self.sentences.push(begin..next);
                    (begin, joined, first, quote) = (next, false, true, None);
                }
                '.' | '…' if self.ends_sentence(at, next) => {
                    self.sentences.push(begin..next);
                    (begin, joined, first) = (next, false, true);
                }
                '«' | '“' | '„' | '「' | '『' | '《' | '〈' | '【' => {
                    quotes = quotes.saturating_add(1);
                    (quote, joined, first) = (Some(quotes), false, true);
                }
                '»' | '”' | '」' | '』' | '》' | '〉' | '】' => {
                    (quote, joined) = (None, false);
                }
                '"' => {
                    quote = if quote.is_some() {
                        None
                    } else {
                        quotes = quotes.saturating_add(1);
                        Some(quotes)
                    };
                    (joined, first) = (false, quote.is_some());
                }
                ':' | '\u{ff1a}' | '—' | '–' | '|' | '•' => (joined, first) = (false, true),
                _ => joined = false,
            }
            at = next;
        }
        self.sentences.push(begin..text.len());
    }

    /// A `#` or `@` that begins a word and ends none.
    fn is_sign(&self, at: usize) -> bool {
        let before = self.text[..at].chars().next_back();
        let after = self.text[at + 1..].chars().next();
        !before.is_some_and(is_word) && after.is_some_and(is_word)
    }

    /// A point after a short word or before a small letter ends no sentence.
    fn ends_sentence(&self, at: usize, next: usize) -> bool {
        let rest = &self.text[next..];
        let begins = rest.trim_start_matches(|c: char| !is_word(c) && c != '\n');
        let long = self.all.last().is_some_and(|token| {
            token.range.end != at || self.text[token.range.clone()].chars().count() > 2
        });
        rest.starts_with(char::is_whitespace)
            && long
            && begins.starts_with(|c: char| c.is_uppercase() || c.is_numeric())
            || rest.is_empty()
    }

    fn is_common(&self, token: &Token) -> bool {
        is_common(&self.text[token.range.clone()].to_lowercase())
    }

    /// Headlines in capitals: most long words but the first have one.
    fn judge_capitals(&mut self) {
        let mut counts = vec![(0usize, 0usize); self.sentences.len()];
        for token in &self.all {
            let length = self.text[token.range.clone()].chars().count();
            let tells = token.sign.is_none() && !token.mixed && token.script != Script::Number;
            let tells =
                tells && (length >= LONG_WORD || length + 1 == LONG_WORD && !self.is_common(token));
            if token.first || !tells {
                continue;
            }
            if self.foreign && token.script == Script::Latin {
                continue;
            }
            if let Some(count) = counts.get_mut(usize::from(token.sentence)) {
                count.0 += usize::from(token.capital);
                count.1 += 1;
            }
        }
        // headlines in capitals are an English custom
        let few = if self.foreign { FEW_WORDS } else { 0 };
        let told = |(capitals, words): &(usize, usize)| {
            *words > 0 && (capitals * 2 < *words || *words < few)
        };
        self.capitals_tell = counts.iter().map(told).collect();
    }
}

/// Where a word ends: letters and digits, and what joins them inside.
fn word_end(text: &str, from: usize, signed: bool) -> usize {
    let mut end = from;
    for (offset, c) in text[from..].char_indices() {
        let at = from + offset;
        if at < end {
            continue;
        }
        let before = text[from..at].chars().next_back();
        // `推出Lumora应用`, `Edits를`
        if !signed && before.is_some_and(|last| is_cjk(last) != is_cjk(c)) && is_word(c) {
            break;
        }
        if is_word(c) || is_mark(c) || (signed && c == '_') {
            end = at + c.len_utf8();
            continue;
        }
        let next = text[at + c.len_utf8()..].chars().next();
        let solid = next.is_some_and(is_word) && before.is_some_and(is_word);
        let digits = before.is_some_and(char::is_numeric) || next.is_some_and(char::is_numeric);
        let joins = match c {
            _ if signed => false,
            // `Edits'у`, `Reels-ролик`: what is Cyrillic behind it is not the name's
            '\'' | '’' | '-' | '‑' => {
                solid
                    && !(before.is_some_and(|c| c.is_ascii_alphabetic())
                        && next.is_some_and(is_cyrillic))
            }
            '.' => {
                solid
                    && (digits
                        || next.is_some_and(char::is_lowercase) && is_short_tail(&text[at + 1..]))
            }
            ',' => before.is_some_and(char::is_numeric) && next.is_some_and(char::is_numeric),
            '+' => !solid && before.is_some_and(is_word),
            _ => false,
        };
        if !joins {
            break;
        }
        end = at + c.len_utf8();
    }
    end.max(from + text[from..].chars().next().map_or(0, char::len_utf8))
}

/// `Node.js`, `Ask.fm`: not the next sentence without its space.
fn is_short_tail(text: &str) -> bool {
    text.chars().take_while(|c| is_word(*c)).count() <= 3
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{52f}')
}

/// A letter or a digit; the common scripts need no table.
fn is_word(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphanumeric(),
        '\u{410}'..='\u{44f}' => true,
        _ => c.is_alphanumeric(),
    }
}

fn is_mark(c: char) -> bool {
    let plain = matches!(c, '\0'..='\u{2ff}' | '\u{400}'..='\u{481}' | '\u{2010}'..='\u{206f}');
    !plain && unicode_normalization::char::is_combining_mark(c)
}

fn looks(text: &str, range: Range<usize>) -> Token {
    let word = text[range.clone()]
        .trim_end_matches("'s")
        .trim_end_matches("’s");
    let range = range.start..range.start + word.len();
    let (mut letters, mut capitals, mut figures) = (0, 0, 0);
    let (mut latin, mut cyrillic, mut inner) = (false, false, false);
    // within a part: after a hyphen there may be a capital of its own, as in `Санкт-Петербург`
    let (mut place, mut small, mut late, mut last) = (0, 0, 0, ' ');
    for c in word.chars() {
        if matches!(c, '-' | '‑') {
            inner |= is_inner(small, late, last);
            (place, small, late) = (0, 0, 0);
            continue;
        }
        if c.is_alphabetic() {
            letters += 1;
            latin |= matches!(c, '\0'..='\u{24f}');
            cyrillic |= matches!(c, '\u{400}'..='\u{52f}');
        }
        if c.is_uppercase() {
            capitals += 1;
            late += usize::from(place > 0);
        } else if c.is_lowercase() {
            small += 1;
        } else if c.is_numeric() {
            figures += 1;
        }
        (place, last) = (place + 1, c);
    }
    inner |= is_inner(small, late, last);
    let script = match (letters, latin, cyrillic) {
        (0, ..) => Script::Number,
        (_, true, false) => Script::Latin,
        (_, false, true) => Script::Cyrillic,
        // another one, or both as in `YouTube-канал`
        _ => Script::Other,
    };
    Token {
        sign: None,
        script,
        capital: word.chars().next().is_some_and(char::is_uppercase),
        mixed: inner || (capitals > 0 && figures > 0),
        shouted: capitals >= 2 && capitals == letters,
        joined: false,
        first: false,
        quote: None,
        sentence: 0,
        range,
    }
}

/// A capital inside of what has small letters, but for `APIs`.
fn is_inner(small: usize, late: usize, last: char) -> bool {
    small > 0 && late > 0 && !(small == 1 && last == 's')
}
