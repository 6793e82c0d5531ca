//! What an entry is called: its heading without the date and the words that only lead to it.

use super::when::When;

/// Titles longer than this are sentences.
pub(super) const TITLE: usize = 200;

/// Headings that name parts of every entry.
pub(super) fn is_part_name(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    [
        "added",
        "changed",
        "fixed",
        "removed",
        "deprecated",
        "security",
        "breaking changes",
        "new features",
        "features",
        "bug fixes",
        "fixes",
        "improvements",
        "enhancements",
        "changes",
        "updates",
        "добавлено",
        "изменено",
        "исправлено",
        "удалено",
        "исправления",
        "изменения",
        "новое",
        "улучшения",
    ]
    .contains(&lower.as_str())
}

/// A heading without its date and the marks around it, or the whole of it when there is nothing else (true).
pub(super) fn title_of(text: &str, when: Option<When>) -> (String, bool) {
    let Some(when) = when else {
        return (text.trim().to_owned(), false);
    };
    let before = bare(without_lead(text[..when.start].trim_matches(is_edge)));
    let after = text[when.end..].trim_matches(is_edge);
    let after = ["года", "год", "г.", "г"]
        .iter()
        .find_map(|word| {
            after
                .strip_prefix(word)
                .filter(|rest| !rest.starts_with(char::is_alphabetic))
        })
        .unwrap_or(after);
    let after = bare(without_time(after.trim_matches(is_edge)));
    match (before.is_empty(), after.is_empty()) {
        (true, true) => (text.trim().to_owned(), true),
        (false, true) => (before, false),
        (true, false) => (after, false),
        (false, false) => (format!("{before} – {after}"), false),
    }
}

/// Marks between a title and its date.
fn is_edge(c: char) -> bool {
    c.is_whitespace() || "-–—:|,·•*_".contains(c)
}

/// Words that only lead to a date.
const LEADS: &[&str] = &[
    "released",
    "released on",
    "release date",
    "release of",
    "published",
    "published at",
    "published on",
    "updated",
    "update",
    "update of",
    "updates",
    "date",
    "week of",
    "the week of",
    "week",
    "on",
    "from",
    "as of",
    "since",
    "дата",
    "дата релиза",
    "обновление",
    "обновление от",
    "обновления от",
    "релиз от",
    "изменения от",
    "версия от",
    "от",
    "с",
    "за",
    "неделя",
    "неделя с",
    "вышла",
    "вышел",
    "выпущена",
    "выпущено",
];

/// What stands before a date without the words at its end that only lead to it.
fn without_lead(before: &str) -> &str {
    let lower = before.to_lowercase();
    if LEADS.contains(&lower.as_str()) {
        return "";
    }
    // lower case may be of another length in a few scripts: then nothing is taken off
    let lead = LEADS
        .iter()
        .filter(|lead| lower.len() == before.len() && lower.ends_with(**lead))
        .filter(|lead| {
            let rest = &before[..before.len() - lead.len()];
            // of a name only small words are taken off: `Version 2 of`, not `Ads update`
            let is_small = matches!(
                **lead,
                "on" | "from"
                    | "as of"
                    | "от"
                    | "с"
                    | "released"
                    | "released on"
                    | "published on"
                    | "вышла"
                    | "вышел"
            );
            is_small && rest.ends_with(is_edge)
        })
        .max_by_key(|lead| lead.len());
    lead.map_or(before, |lead| {
        before[..before.len() - lead.len()].trim_end_matches(is_edge)
    })
}

/// What stands after a date without a time of day: `10:00`, `at 10:00 AM UTC`, `в 12:00`.
fn without_time(after: &str) -> &str {
    let start = ["at ", "в "]
        .iter()
        .find_map(|word| after.strip_prefix(word))
        .unwrap_or(after);
    let digits = start.bytes().take_while(u8::is_ascii_digit).count();
    let Some(rest) = start[digits..].strip_prefix(':') else {
        return after;
    };
    let minutes = rest.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=2).contains(&digits) || minutes != 2 {
        return after;
    }
    let mut rest = rest[2..].trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
    while let Some(word) = rest.split_whitespace().next() {
        let plain = word
            .trim_matches(|c: char| !c.is_alphabetic())
            .to_lowercase();
        let is_of_time = [
            "am", "pm", "utc", "gmt", "msk", "мск", "est", "pst", "cet", "z",
        ];
        if !is_of_time.contains(&plain.as_str()) {
            break;
        }
        rest = rest.trim_start()[word.len()..].trim_start();
    }
    rest
}

/// The text without marks and brackets around it, and without brackets whose other half went with the date.
fn bare(text: &str) -> String {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let mut open: Vec<(usize, char)> = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => open.push((at, c)),
            ')' | ']' => {
                let mate = if c == ')' { '(' } else { '[' };
                if let Some((start, _)) = open.pop_if(|(_, last)| *last == mate) {
                    pairs.push((start, at));
                }
            }
            _ => {}
        }
    }
    let around = text.len().checked_sub(1).map(|end| (0, end));
    let mut kept: Vec<usize> = pairs
        .into_iter()
        .filter(|pair| Some(*pair) != around)
        .flat_map(|(start, end)| [start, end])
        .collect();
    kept.sort_unstable();
    let is_bracket = |c: char| matches!(c, '(' | ')' | '[' | ']');
    let out: String = text
        .char_indices()
        .filter(|(at, c)| !is_bracket(*c) || kept.binary_search(at).is_ok())
        .map(|(_, c)| c)
        .collect();
    let words: Vec<&str> = out.split_whitespace().collect();
    words.join(" ").trim_matches(is_edge).to_owned()
}

/// A title without the words at its begin or end that tell a day from the time of reading (`2 days ago`):
/// they change while the entry stays.
pub(super) fn without_ago(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is = |word: &str, known: &[&str]| known.contains(&word.to_lowercase().as_str());
    let is_ago = |word: &&str| is(word, &["ago", "назад"]);
    let is_day = |word: &str| is(word, &["today", "yesterday", "сегодня", "вчера"]);
    let begin = match words.iter().take(4).position(is_ago) {
        Some(at) => at + 1,
        None => usize::from(words.first().is_some_and(|word| is_day(word))),
    };
    let rest = &words[begin..];
    let counts = |word: &str| word.parse::<u32>().is_ok() || is(word, &["a", "an"]);
    let end = match rest {
        [.., count, _, ago] if is_ago(ago) && counts(count) => rest.len() - 3,
        [.., _, ago] if is_ago(ago) => rest.len() - 2,
        [.., day] if is_day(day) => rest.len() - 1,
        _ => rest.len(),
    };
    rest[..end].join(" ").trim_matches(is_edge).to_owned()
}

/// Does the heading stand over what is still to come?
pub(super) fn is_unreleased(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    words
        .into_iter()
        .any(|word| matches!(word, "tbd" | "tba" | "wip"))
        || [
            "unreleased",
            "not released",
            "not yet released",
            "coming soon",
            "in development",
            "next release",
            "upcoming",
            "не выпущен",
            "не опубликован",
            "в разработке",
            "готовится",
        ]
        .iter()
        .any(|word| lower.contains(word))
}

/// Is it too long for a title?
pub(super) fn is_long(title: &str) -> bool {
    title.chars().nth(TITLE).is_some()
}

/// The title, cut to length.
pub(super) fn clip(text: &str) -> String {
    let mut out: String = text.chars().take(TITLE).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}
