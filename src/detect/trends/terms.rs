//! Terms of more than one word, and of less: hashtags, mentions, names with their number.
//!
//! `#BlackFriday` is what `#black_friday` and, by its words, "black friday" are. "iOS 20", `GPT-5`,
//! `ФЗ-72` and "Article 17" are terms of their own, so that a new number of an old name is new.

use super::titles::is_calendar;
use super::words::{Word, WordKind, words};

/// Hashtags and mentions kept of one item.
const TAGS: usize = 8;
/// Words of a text in which they are sought.
const WORDS: usize = 1_500;
/// Longest tag kept, in bytes.
const LONGEST: usize = 80;
/// What is numbered in laws and rules, by how it begins: names though written small.
const NUMBERED: &str = "article section rule clause chapter title part directive regulation act bill \
    стать закон указ пункт глав част приказ постановлени законопроект";

/// The hashtags and mentions of a title and its text, each once, as written.
pub(super) fn tags(title: &str, summary: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in [title, summary] {
        if !text.contains(['#', '@', '＃', '＠']) {
            continue;
        }
        for word in words(text, WORDS) {
            let is_tag = matches!(word.kind, WordKind::Hashtag | WordKind::Mention);
            let tag = &text[word.start..word.end];
            if is_tag
                && tag.len() <= LONGEST
                && tag.contains(char::is_alphabetic)
                && !found.iter().any(|known| folded(known) == folded(tag))
            {
                found.push(tag.to_owned());
                if found.len() == TAGS {
                    return found;
                }
            }
        }
    }
    found
}

/// The form in which tags are one.
pub(super) fn folded(tag: &str) -> String {
    tag.to_lowercase()
        .replace('ё', "е")
        .replace(['_', '＃', '＠'], "")
}

/// The words of a tag: `BlackFriday`, `black_friday`, `GPT5`.
pub(super) fn parts(tag: &str) -> Vec<&str> {
    let body = tag.trim_start_matches(['#', '@', '＃', '＠']);
    let mut found = Vec::new();
    for piece in body.split('_') {
        let mut from = 0;
        let chars: Vec<(usize, char)> = piece.char_indices().collect();
        for (at, pair) in chars.windows(2).enumerate() {
            let [(_, before), (start, c)] = pair else {
                continue;
            };
            // a capital after a small letter, or the last of several before one: `iOSUpdate`
            let ends_capitals = before.is_uppercase()
                && c.is_uppercase()
                && chars.get(at + 2).is_some_and(|next| next.1.is_lowercase());
            if (before.is_lowercase() && c.is_uppercase()) || ends_capitals {
                found.push(&piece[from..*start]);
                from = *start;
            }
        }
        found.push(&piece[from..]);
    }
    found.retain(|part| !part.is_empty());
    found
}

/// Names with their number among the words of a text: the name and the number of each.
pub(super) fn numbered<'a>(text: &'a str, words: &[Word]) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let this = &text[word.start..word.end];
        match word.kind {
            WordKind::Plain => {
                let mut halves = this.split(['-', '‑']);
                if let (Some(one), Some(two), None) = (halves.next(), halves.next(), halves.next())
                {
                    if is_number(two) && is_name(one) {
                        found.push((one, two));
                    } else if is_number(one) && is_name(two) {
                        found.push((two, one));
                    }
                }
            }
            WordKind::Number if !word.breaks && at > 0 => {
                let before = words[at - 1];
                let name = &text[before.start..before.end];
                if before.kind == WordKind::Plain && is_name(name) && !name.contains(['-', '‑']) {
                    found.push((name, this));
                }
            }
            _ => {}
        }
    }
    found
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// Is it written like a name, or numbered in laws? A day's month is neither.
fn is_name(word: &str) -> bool {
    if word.chars().count() < 2 || is_calendar(word) {
        return false;
    }
    let lower = word.to_lowercase();
    word.contains(char::is_uppercase)
        || NUMBERED
            .split_whitespace()
            .any(|law| lower.starts_with(law))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_whole_once_and_not_from_addresses() {
        let read = |title: &str, summary: &str| tags(title, summary).join(" ");
        assert_eq!(
            read(
                "#ЧёрнаяПятница уже",
                "скидки #черная_пятница @acme_ru mail@host.ru #1 #华为发布会"
            ),
            "#ЧёрнаяПятница @acme_ru #华为发布会"
        );
        assert_eq!(read("C# and a # b @", ""), "");
        assert!(tags(&"#a ".repeat(9_000), &"#b".repeat(9_000)).len() <= TAGS);
    }

    #[test]
    fn tags_come_apart_into_words() {
        assert_eq!(parts("#BlackFriday"), ["Black", "Friday"]);
        assert_eq!(parts("#чёрная_пятница"), ["чёрная", "пятница"]);
        assert_eq!(parts("#iOSUpdate"), ["i", "OS", "Update"]);
        assert_eq!(parts("#AI"), ["AI"]);
        assert_eq!(parts("@"), [""; 0]);
    }

    #[test]
    fn names_keep_their_numbers() {
        let read = |text: &str| {
            let found = numbered(text, &words(text, 100));
            let shown: Vec<String> = found
                .iter()
                .map(|(name, n)| format!("{name} {n}"))
                .collect();
            shown.join(", ")
        };
        assert_eq!(read("iOS 20 beats Windows 11.2"), "iOS 20, Windows 11.2");
        assert_eq!(read("ФЗ-72 и 72-ФЗ, статья 17"), "ФЗ 72, ФЗ 72, статья 17");
        assert_eq!(read("GPT-5 under article 17"), "GPT 5, article 17");
        assert_eq!(read("4 ноября 2024, умерли 20 человек, Monday 7"), "");
    }
}
