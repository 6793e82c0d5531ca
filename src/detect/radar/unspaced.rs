//! New names in scripts that part no words: Chinese, Japanese, Thai and their kin, and Korean, which glues
//! particles to its names.
//!
//! Where a name ends cannot be seen there. So each few signs in a row (a gram) are remembered like a name;
//! when several owners use one that nobody used before, the name is as much of what stands around it as
//! most of them write alike, without the words for launching and the particles at its ends. A quotation that
//! has it tells the name at once.
//!
//! It does not know the words of any of these languages but those of `cues.toml`.

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::char::is_combining_mark;
use xxhash_rust::xxh3::xxh3_64;

use super::cues::{
    Cue, cues_within, is_hangul, is_head, is_katakana, is_tail, is_thai, is_unspaced, trimmed,
};
use super::judge::{NameUse, OWNERS, Verdict, reprint};
use super::names::texts;
use crate::model::NameKey;

/// Signs of a gram: of Han and kana, of the alphabetic scripts, of Hangul at the beginning of a word.
const GRAM: usize = 3;
const THAI: usize = 5;
/// Grams read of one text.
const GRAMS: usize = 60;
/// Fewest and most signs of a name.
const SIGNS: std::ops::RangeInclusive<usize> = 3..=14;
/// Signs beside a name that say what it is, and those of an alphabet.
const NEAR: usize = 10;
const NEAR_LETTERS: usize = 26;
/// Share of the owners who must write it alike, in tenths.
const ALIKE: usize = 6;

/// The keys of all grams of a text in these scripts.
pub(super) fn grams(text: &str) -> Vec<NameKey> {
    places(text).into_iter().map(|(key, _)| key).collect()
}

/// Grams with the byte at which each begins.
fn places(text: &str) -> Vec<(NameKey, &str)> {
    let mut found = Vec::new();
    for run in text.split(|c: char| !is_unspaced(c)) {
        let at: Vec<usize> = run.char_indices().map(|(at, _)| at).collect();
        let first = run.chars().next().unwrap_or_default();
        let size = if is_thai(first) { THAI } else { GRAM };
        let starts = if is_hangul(first) { 1 } else { at.len() };
        for begin in 0..starts.min((at.len() + 1).saturating_sub(size)) {
            if found.len() == GRAMS {
                return found;
            }
            let end = at.get(begin + size).copied().unwrap_or(run.len());
            let gram = &run[at[begin]..end];
            // endings and particles of Japanese are in no name that could be told by them
            if !gram.contains(|c| matches!(c, '\u{3041}'..='\u{309f}')) {
                let key = xxh3_64(format!("\u{1}{gram}").as_bytes());
                found.push((NameKey(key), gram));
            }
        }
    }
    found
}

/// One text with the gram.
struct Told<'a> {
    number: usize,
    owner: &'a str,
    text: &'a str,
}

/// What the signs beside a name say, by owner.
#[derive(Default)]
struct Said {
    launch: bool,
    used: bool,
    sort: Option<&'static str>,
    other: bool,
    quoted: bool,
}

/// Judges a gram by its uses, oldest first.
pub(super) fn judge(key: NameKey, uses: &[NameUse<'_>]) -> Option<Verdict> {
    let (gram, mut told) = hear(key, uses);
    let owners = |told: &[Told]| {
        told.iter()
            .map(|one| one.owner)
            .collect::<FxHashSet<_>>()
            .len()
    };
    let all = owners(&told);
    if all < OWNERS {
        return None;
    }
    let name = name_of(gram, &told, all)?;
    told.retain(|one| one.text.contains(&name));
    let count = owners(&told);
    if count < OWNERS || is_cut(&name, &told) {
        return None;
    }
    let mut heard: Vec<(&str, Said)> = Vec::new();
    for one in &told {
        let known = heard.iter().position(|(owner, _)| *owner == one.owner);
        let at = known.unwrap_or_else(|| {
            heard.push((one.owner, Said::default()));
            heard.len() - 1
        });
        heard[at].1.hear(one.text, &name);
    }
    let with =
        |wanted: &dyn Fn(&Said) -> bool| heard.iter().filter(|(_, said)| wanted(said)).count();
    let mut sorts = heard.iter().filter_map(|(_, said)| said.sort);
    // what it is: the last part of a name, in Thai the first one
    let tail = is_tail(&name) || is_head(&name);
    let launched = with(&|said| said.launch);
    let used = with(&|said| said.used);
    let sorted = with(&|said| said.sort.is_some());
    let backed = with(&|said| said.launch || said.used || said.sort.is_some());
    let looks = tail || with(&|said| said.quoted) > 0 || name.chars().all(is_katakana);
    let signs = launched + used + if tail { count } else { sorted };
    let is_new = launched >= 1 && signs >= OWNERS && (tail || used + sorted >= 1);
    // what looks like nothing must be spoken of as a thing by more
    let is_backed = if looks {
        backed * 2 >= count || tail
    } else {
        backed * 3 >= count * 2
    };
    if !is_new || !is_backed || with(&|said| said.other) * 2 >= count {
        return None;
    }
    Some(Verdict {
        sort: sorts.next_back(),
        owners: count,
        launched,
        sorted,
        quotes: told
            .iter()
            .map(|one| (one.number, sentence(one.text, &name).to_owned()))
            .collect(),
        name,
    })
}

/// Signs of a name, marks above and below letters left out.
fn signs(name: &str) -> usize {
    name.chars().filter(|c| !is_combining_mark(*c)).count()
}

/// The gram of a key, and the texts with it; reprints count once.
fn hear<'a>(key: NameKey, uses: &[NameUse<'a>]) -> (&'a str, Vec<Told<'a>>) {
    let (mut gram, mut told) = ("", Vec::new());
    let mut reprints: FxHashSet<String> = FxHashSet::default();
    for (number, one) in uses.iter().enumerate() {
        for text in texts(one.title, one.summary) {
            let found = places(text).into_iter().find(|place| place.0 == key);
            let Some((_, found)) = found else { continue };
            gram = found;
            if reprints.insert(reprint(sentence(text, found))) {
                told.push(Told {
                    number,
                    owner: one.owner,
                    text,
                });
            }
        }
    }
    (gram, told)
}

/// The name that a gram is of.
fn name_of(gram: &str, told: &[Told<'_>], owners: usize) -> Option<String> {
    let least = OWNERS.max((owners * ALIKE).div_ceil(10));
    let sayers = |name: &str| {
        let sayers = told.iter().filter(|one| one.text.contains(name));
        sayers.map(|one| one.owner).collect::<FxHashSet<_>>().len()
    };
    let quoted = told.iter().filter_map(|one| quotation(one.text, gram));
    let quoted = quoted.filter(|name| sayers(name) >= OWNERS);
    if let Some(name) = quoted.max_by_key(|name| name.len()) {
        return Some(name.to_owned());
    }
    let mut name = gram.to_owned();
    for is_right in [true, false] {
        while signs(&name) <= *SIGNS.end() {
            let Some(longer) = longer(&name, told, least, is_right) else {
                break;
            };
            name = longer;
        }
    }
    let name = trimmed(&name).to_owned();
    (SIGNS.contains(&signs(&name)) && name.chars().all(is_unspaced)).then_some(name)
}

/// A name with the sign on one side that enough owners write there.
fn longer(name: &str, told: &[Told<'_>], least: usize, is_right: bool) -> Option<String> {
    let mut next: FxHashMap<char, FxHashSet<&str>> = FxHashMap::default();
    for one in told {
        for (at, _) in one.text.match_indices(name) {
            let sign = if is_right {
                one.text[at + name.len()..].chars().next()
            } else {
                one.text[..at].chars().next_back()
            };
            if let Some(sign) = sign.filter(|sign| is_unspaced(*sign)) {
                next.entry(sign).or_default().insert(one.owner);
            }
        }
    }
    let (sign, owners) = next
        .into_iter()
        .max_by_key(|(sign, owners)| (owners.len(), *sign))?;
    let grown = if is_right {
        format!("{name}{sign}")
    } else {
        format!("{sign}{name}")
    };
    (owners.len() >= least).then_some(grown)
}

/// Is a name cut out of a longer word: katakana that goes on, a mark that belongs to the letter before?
fn is_cut(name: &str, told: &[Told<'_>]) -> bool {
    let (first, last) = (name.chars().next(), name.chars().next_back());
    let goes_on = |a: Option<char>, b: Option<char>| {
        let both = |is: fn(char) -> bool| a.is_some_and(is) && b.is_some_and(is);
        both(is_katakana) || b.is_some_and(is_combining_mark)
    };
    let cut = told.iter().filter(|one| {
        one.text.find(name).is_some_and(|at| {
            let before = one.text[..at].chars().next_back();
            let behind = one.text[at + name.len()..].chars().next();
            goes_on(before, first) || goes_on(last, behind)
        })
    });
    cut.count() * 2 >= told.len()
}

/// The short quotation that has a gram, without its quotes.
fn quotation<'a>(text: &'a str, gram: &str) -> Option<&'a str> {
    let at = text.find(gram)?;
    let opens = |c: char| "「『《〈【“‘\"'".contains(c);
    let closes = |c: char| "」』》〉】”’\"'".contains(c);
    let from = text[..at]
        .char_indices()
        .rev()
        .find(|(_, c)| opens(*c) || closes(*c))?;
    let from = from.0 + from.1.len_utf8();
    let to = at + text[at..].find(closes)?;
    let name = text.get(from..to)?;
    let is_name = name.chars().all(char::is_alphanumeric)
        || name.chars().all(|c| is_unspaced(c) || c == '・');
    let is_open = text[..from].ends_with(opens);
    (is_open && is_name && SIGNS.contains(&signs(name))).then_some(name)
}

impl Said {
    fn hear(&mut self, text: &str, name: &str) {
        for (at, _) in text.match_indices(name) {
            let end = at + name.len();
            let (before, behind) = (&text[..at], &text[end..]);
            let is_alphabetic = name.starts_with(|c| is_thai(c) || is_hangul(c));
            let near = if is_alphabetic { NEAR_LETTERS } else { NEAR };
            let from = before.char_indices().rev().nth(near - 1);
            let to = behind.char_indices().nth(near);
            let before = &before[from.map_or(0, |(at, _)| at)..];
            let behind = &behind[..to.map_or(behind.len(), |(at, _)| at)];
            self.quoted |= quotation(text, name) == Some(name);
            for cue in cues_within(before).chain(cues_within(behind)) {
                match cue {
                    Cue::Launch | Cue::Makes => self.launch = true,
                    Cue::Use => self.used = true,
                    Cue::Sort(sort) => self.sort = self.sort.or(Some(sort)),
                    _ => self.other = true,
                }
            }
        }
    }
}

/// The sentence of a text that has some words.
fn sentence<'a>(text: &'a str, words: &str) -> &'a str {
    let ends = |c: char| matches!(c, '。' | '！' | '？' | '!' | '?' | '\n');
    text.split(ends)
        .find(|part| part.contains(words))
        .unwrap_or(text)
        .trim()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(texts: &[&str]) -> Option<String> {
        let owners: Vec<String> = (0..texts.len()).map(|n| format!("o{n}")).collect();
        let uses: Vec<NameUse<'_>> = texts
            .iter()
            .zip(&owners)
            .map(|(text, owner)| NameUse {
                owner,
                title: text,
                summary: "",
            })
            .collect();
        let verdict = grams(texts[0])
            .into_iter()
            .find_map(|key| judge(key, &uses));
        verdict.map(|verdict| verdict.name)
    }

    #[test]
    fn a_name_is_found_without_spaces() {
        let name = told(&[
            "映像アプリが新機能ミズタマモードを公開",
            "ミズタマモードの使い方",
            "話題のミズタマモードを試した",
        ]);
        assert_eq!(name.as_deref(), Some("ミズタマモード"));
        let name = told(&[
            "某平台上线“纸鸢信箱”功能",
            "纸鸢信箱怎么用",
            "我们试用纸鸢信箱",
        ]);
        assert_eq!(name.as_deref(), Some("纸鸢信箱"));
        let name = told(&[
            "동네 앱 구름마당 출시",
            "구름마당을 체험해 보니",
            "구름마당의 새로운 기능",
        ]);
        assert_eq!(name.as_deref(), Some("구름마당"));
    }

    #[test]
    fn what_nobody_launches_or_tries_is_no_news() {
        assert_eq!(
            told(&["青峰大桥今晨封闭", "青峰大桥附近堵车", "路过青峰大桥"]),
            None
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,60}[ぁ-んァ-ヶ一-龥ก-๙가-힣「」\"]{0,40}\\PC{0,20}") {
            told(&[&text, &text, &format!("「{text}」を公開"), &format!("新機能{text}")]);
        }
    }
}
