//! Names in a text: what might be called so for the first time.
//!
//! A name is a tag, a mention, a short quotation, a word with a capital or a digit inside (`iPadOS`,
//! `Log4j`), a name with its number (`iOS 20`, `ФЗ-72`), several capitalised words in a row, and in a
//! Cyrillic text any Latin word. Which of them are new is not asked here.

use std::ops::Range;

use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::xxh3_64;

use super::cues;
use super::text::{Script, Token, Tokens};
use crate::model::{NameKey, russian_stem};

/// Longest name, in words.
const LONGEST: usize = 4;
/// Longest quotation that may be a name, in words.
const QUOTED: usize = 4;
/// Words of one run of capitals that are looked at.
const RUN: usize = 8;
/// Names of one text.
const MOST: usize = 80;

/// How a name is known as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Form {
    /// `#tag`.
    Hashtag,
    /// `@name`.
    Mention,
    /// A number behind a name.
    Numbered,
    /// A capital or a digit inside.
    Mixed,
    /// Within quotes.
    Quoted,
    /// Several capitalised words.
    Phrase,
    /// A Latin word in a Cyrillic text.
    Foreign,
    /// One capitalised word.
    Single,
}

/// A name where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) key: NameKey,
    pub(super) form: Form,
    /// Its tokens.
    pub(super) tokens: Range<usize>,
    /// Do its looks tell that it is a name, or may they be those of a headline?
    pub(super) sure: bool,
}

/// The keys of all names in an item, once each.
pub fn names(title: &str, summary: &str) -> Vec<NameKey> {
    let mut keys = Vec::new();
    let mut seen = FxHashSet::default();
    for text in texts(title, summary) {
        for name in named(&Tokens::of(text)) {
            if seen.insert(name.key) {
                keys.push(name.key);
            }
        }
    }
    keys
}

/// Title and summary, or only the summary if it begins with the title, as posts do.
pub(super) fn texts<'a>(title: &'a str, summary: &'a str) -> impl Iterator<Item = &'a str> {
    let head = title.trim().trim_end_matches(['…', '.']);
    let repeated = !head.is_empty() && summary.trim_start().starts_with(head);
    let title = (!repeated).then_some(title);
    title
        .into_iter()
        .chain([summary])
        .filter(|text| !text.trim().is_empty())
}

/// All names of a text, in order.
pub(super) fn named(cut: &Tokens<'_>) -> Vec<Named> {
    let mut found = Vec::new();
    let tokens = &cut.all;
    let mut at = 0;
    while at < tokens.len() && found.len() < MOST {
        if let Some(sign) = tokens[at].sign {
            let form = if sign == '#' {
                Form::Hashtag
            } else {
                Form::Mention
            };
            // `#1` is a rank
            if tokens[at].script != Script::Number {
                push(cut, at..at + 1, form, true, &mut found);
            }
            at += 1;
            continue;
        }
        let end = quotation_end(tokens, at);
        if end > at && is_title(cut, at..end) {
            push(cut, at..end, Form::Quoted, true, &mut found);
        }
        if !is_name_part(cut, at) {
            at += 1;
            continue;
        }
        let end = run_end(cut, at);
        of_run(cut, at..end, &mut found);
        at = end;
    }
    found.truncate(MOST);
    found
}

/// Where a short quotation ends that begins at a token; `at` if there is none.
fn quotation_end(tokens: &[Token], at: usize) -> usize {
    let Some(quote) = tokens[at].quote else {
        return at;
    };
    if at > 0 && tokens[at - 1].quote == Some(quote) {
        return at;
    }
    let length = tokens[at..]
        .iter()
        .take(QUOTED + 1)
        .take_while(|t| t.quote == Some(quote))
        .count();
    if length > QUOTED { at } else { at + length }
}

/// Does a quotation look like a title rather than like speech?
fn is_title(cut: &Tokens<'_>, range: Range<usize>) -> bool {
    let tokens = &cut.all[range.clone()];
    let head = &tokens[0];
    (head.capital || head.script == Script::Latin && cut.cyrillic || head.mixed)
        && tokens
            .iter()
            .any(|t| t.script != Script::Number && t.range.len() > 2)
        && range
            .clone()
            .all(|at| tokens[at - range.start].sign.is_none())
}

/// May a token be part of a name by its looks?
fn is_name_part(cut: &Tokens<'_>, at: usize) -> bool {
    let token = &cut.all[at];
    let word = cut.word(at);
    if token.sign.is_some() || token.script == Script::Number || token.script == Script::Other {
        return false;
    }
    let looks = token.capital || token.mixed || (cut.cyrillic && token.script == Script::Latin);
    looks && !cues::is_common(&fold(word)) && word.chars().count() > 1
}

/// Where a run of name parts ends; numbers may stand in it but not begin it.
fn run_end(cut: &Tokens<'_>, from: usize) -> usize {
    let tokens = &cut.all;
    let mut end = from + 1;
    while end < tokens.len() && end < from + RUN {
        let token = &tokens[end];
        let parted = !token.joined || token.first || token.quote != tokens[from].quote;
        let version = token.script == Script::Number && is_version(cut.word(end));
        // `Windows X`, `Series S`
        let letter = token.capital
            && cut.word(end).len() == 1
            && token.script == Script::Latin
            && cut.word(end) != "I";
        if parted || token.sign.is_some() || !(version || letter || is_name_part(cut, end)) {
            break;
        }
        // a Latin word beside a Cyrillic one is another name
        let last = &tokens[end - 1];
        if !version && !letter && last.script != Script::Number && token.script != last.script {
            break;
        }
        end += 1;
    }
    end
}

/// A number that tells a version, not a year or an amount.
fn is_version(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    !word.contains(',')
        && (digits <= 3 || word.contains('.'))
        && !word.starts_with('0')
        && word.len() <= 8
}

/// The names in a run: each word by itself if its looks suffice, and all rows of words.
fn of_run(cut: &Tokens<'_>, run: Range<usize>, found: &mut Vec<Named>) {
    let tokens = &cut.all;
    let tells = |at: usize| {
        let token: &Token = &tokens[at];
        cut.capitals_tell
            .get(usize::from(token.sentence))
            .copied()
            .unwrap_or(false)
            && !token.first
            && !token.shouted
    };
    let foreign = |at: usize| cut.cyrillic && tokens[at].script == Script::Latin;
    for from in run.clone() {
        let token = &tokens[from];
        if token.script == Script::Number || cut.word(from).len() == 1 {
            continue;
        }
        if token.mixed {
            push(cut, from..from + 1, Form::Mixed, true, found);
        } else if foreign(from) && run.len() == 1 {
            push(cut, from..from + 1, Form::Foreign, true, found);
        } else if run.len() == 1 && tells(from) && token.script != Script::Number {
            push(cut, from..from + 1, Form::Single, true, found);
        }
        for to in from + 2..=run.end.min(from + LONGEST + 1) {
            let numbered = tokens[from..to].iter().any(|t| t.script == Script::Number);
            if to - from > LONGEST && !numbered {
                break;
            }
            let sure = (from..to).any(|at| tells(at) || foreign(at))
                || (from..to).any(|at| tokens[at].mixed);
            let form = match (numbered, foreign(from)) {
                (true, _) => Form::Numbered,
                (false, true) => Form::Foreign,
                (false, false) => Form::Phrase,
            };
            push(cut, from..to, form, sure, found);
        }
    }
}

fn push(cut: &Tokens<'_>, tokens: Range<usize>, form: Form, sure: bool, found: &mut Vec<Named>) {
    if let Some(key) = key(tokens.clone().map(|at| cut.word(at))) {
        found.push(Named {
            key,
            form,
            tokens,
            sure,
        });
    }
}

/// The key of a name in words: folded, Russian words by their stems, parts put together.
fn key<'a>(words: impl Iterator<Item = &'a str>) -> Option<NameKey> {
    let whole = whole(words);
    let long_enough =
        whole.chars().count() >= 3 || whole.len() >= 2 && whole.contains(char::is_numeric);
    (long_enough && whole.contains(char::is_alphabetic)).then(|| NameKey(xxh3_64(whole.as_bytes())))
}

/// What the key of a name is made of.
pub(super) fn key_of(name: &str) -> String {
    whole(name.split(|c: char| c.is_whitespace() || matches!(c, '#' | '@')))
}

fn whole<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut whole = String::new();
    for word in words {
        for part in parts(word) {
            whole.push_str(&russian_stem(&fold(part)));
        }
    }
    whole
}

/// Words inside a word: `#RemixBattles`, `ремикс_баттл`, `ФЗ-72`.
fn parts(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for piece in word
        .split(['_', '-', '‑', '.', '\'', '’'])
        .filter(|p| !p.is_empty())
    {
        let mut from = 0;
        let mut small = false;
        for (at, c) in piece.char_indices() {
            if small && c.is_uppercase() {
                parts.push(&piece[from..at]);
                from = at;
            }
            small = c.is_lowercase();
        }
        parts.push(&piece[from..]);
    }
    parts
}

/// Lower case, ё as е.
pub(super) fn fold(word: &str) -> String {
    word.to_lowercase().replace('ё', "е")
}
