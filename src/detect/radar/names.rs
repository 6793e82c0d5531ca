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
use super::unspaced::grams;
use crate::model::{NameKey, russian_stem};

/// Longest name, in words.
const LONGEST: usize = 4;
/// Longest quotation that may be a name, in words.
const QUOTED: usize = 4;
/// Shortest and longest quotation in a script without spaces, in signs.
const QUOTED_SIGNS: std::ops::RangeInclusive<usize> = 2..=12;
/// Shortest small word that may be a name, in letters.
const PLAIN: usize = 5;
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
    /// A small Latin word where a name is expected: `a tool called driftlog`, `driftlog – a daemon`.
    Plain,
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
        keys.extend(grams(text).into_iter().filter(|key| seen.insert(*key)));
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
        if is_plain(cut, at) {
            push(cut, at..at + 1, Form::Plain, true, &mut found);
        }
        if !is_name_part(cut, at) {
            at += 1;
            continue;
        }
        let end = run_end(cut, at);
        let from = at + usize::from(is_heralded(cut, at) && end > at + 1);
        of_run(cut, from..end, &mut found);
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
    if range.clone().any(|at| cut.all[at].sign.is_some()) {
        return false;
    }
    let signs = |at: usize| cut.word(at).chars().filter(|c| cues::is_cjk(*c)).count();
    if range.clone().any(|at| signs(at) > 0) {
        let all = range.map(|at| cut.word(at).chars().count()).sum();
        return QUOTED_SIGNS.contains(&all);
    }
    (head.capital || head.script == Script::Latin && cut.foreign || head.mixed)
        && tokens
            .iter()
            .any(|t| t.script != Script::Number && t.range.len() > 2)
}

/// `Introducing Edits`: a word that is no part of the name behind it.
fn is_heralded(cut: &Tokens<'_>, at: usize) -> bool {
    let head = &cut.all[at];
    head.first && cues::is_herald(&fold(cut.word(at)))
}

/// A small Latin word in a Latin text that stands where a name does: behind the word for what it is, or
/// at the head of a text with a dash, a colon or a version behind it.
fn is_plain(cut: &Tokens<'_>, at: usize) -> bool {
    let (token, word) = (&cut.all[at], cut.word(at));
    let is_small = token.script == Script::Latin
        && token.sign.is_none()
        && word.len() >= PLAIN
        && word.bytes().all(|c| c.is_ascii_lowercase());
    if cut.foreign || !is_small || cues::cue(word).is_some() || cues::is_common(word) {
        return false;
    }
    if token.first {
        let rest = cut.text[token.range.end..].trim_start();
        let next = cut.all.get(at + 1);
        let version = next.is_some_and(|t| t.joined && t.script == Script::Number);
        return version || rest.starts_with([':', '–', '—']) || rest.starts_with("- ");
    }
    let before = at.checked_sub(1).filter(|_| token.joined);
    before.is_some_and(|at| matches!(cut.word(at), "called" | "named" | "dubbed" | "tried"))
}

/// May a token be part of a name by its looks?
fn is_name_part(cut: &Tokens<'_>, at: usize) -> bool {
    let token = &cut.all[at];
    let word = cut.word(at);
    if token.sign.is_some() || token.script == Script::Number || token.script == Script::Other {
        return false;
    }
    let looks = token.capital || token.mixed || (cut.foreign && token.script == Script::Latin);
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
        let of_brand = end == from + 1 && cues::is_brand(&fold(cut.word(from)));
        let other = last.script != Script::Number && token.script != last.script;
        if !version && !letter && other && !of_brand {
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
    let heralded = run.start > 0 && is_heralded(cut, run.start - 1);
    // "Service Edits": the word for what it is begins the sentence
    let alone = |at: usize| {
        let before = &tokens[run.start];
        run.end == at + 1
            && (run.len() == 1
                || run.len() == 2
                    && before.first
                    && cues::cue(&fold(cut.word(run.start))).is_some())
    };
    let foreign = |at: usize| cut.foreign && tokens[at].script == Script::Latin;
    for from in run.clone() {
        let token = &tokens[from];
        if token.script == Script::Number || cut.word(from).len() == 1 {
            continue;
        }
        if token.mixed {
            push(cut, from..from + 1, Form::Mixed, true, found);
        } else if foreign(from) && alone(from) {
            push(cut, from..from + 1, Form::Foreign, true, found);
        } else if alone(from) && (tells(from) || heralded) {
            push(cut, from..from + 1, Form::Single, true, found);
        } else if run.len() == 1 && may_begin(cut, from) {
            push(cut, from..from + 1, Form::Single, false, found);
        }
        for to in from + 2..=run.end.min(from + LONGEST + 1) {
            let numbered = tokens[from..to].iter().any(|t| t.script == Script::Number);
            if to - from > LONGEST && !numbered {
                break;
            }
            let sure = heralded
                || (from..to).any(|at| tells(at) || foreign(at))
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

/// May a sentence begin with a name here (`Driftcam launches without ads`)? Others must say so.
fn may_begin(cut: &Tokens<'_>, at: usize) -> bool {
    let (token, word) = (&cut.all[at], cut.word(at));
    let tells = cut.capitals_tell[usize::from(token.sentence)];
    token.first
        && tells
        && !token.shouted
        && word.chars().count() >= PLAIN
        && cues::cue(&fold(word)).is_none()
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
    let long_enough = whole.chars().count() >= 3
        || whole.chars().any(cues::is_cjk)
        || whole.len() >= 2 && whole.contains(char::is_numeric);
    (long_enough && whole.contains(char::is_alphabetic)).then(|| NameKey(xxh3_64(whole.as_bytes())))
}

/// What the key of a name is made of.
pub(super) fn key_of(name: &str) -> String {
    whole(name.split(|c: char| c.is_whitespace() || matches!(c, '#' | '@')))
}

fn whole<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut whole = String::new();
    for word in words {
        let mut parts = parts(word);
        // `72-ФЗ` is `ФЗ-72`
        if let [number, letters] = parts[..]
            && number.bytes().all(|c| c.is_ascii_digit())
            && word.contains(['-', '‑'])
            && letters.chars().all(char::is_uppercase)
        {
            parts.swap(0, 1);
        }
        for part in parts {
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
