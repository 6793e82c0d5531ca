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
    let edge = |c: char| c.is_whitespace() || "-–—:|,·•()[]/*_".contains(c);
    let before = text[..when.start].trim_end_matches(edge).trim_start();
    let after = text[when.end..].trim_matches(edge);
    let after = ["года", "год", "г.", "г"]
        .iter()
        .find_map(|word| {
            after
                .strip_prefix(word)
                .filter(|rest| !rest.starts_with(char::is_alphabetic))
        })
        .map_or(after, |rest| rest.trim_start_matches(edge));
    // words that only lead to the date
    let leads = [
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
        "дата",
        "дата релиза",
        "обновление",
        "обновление от",
        "обновления от",
        "релиз от",
        "изменения от",
        "версия от",
        "от",
    ];
    let before = if leads.contains(&before.to_lowercase().as_str()) {
        ""
    } else {
        before
    };
    match (before.is_empty(), after.is_empty()) {
        (true, true) => (text.trim().to_owned(), true),
        (false, true) => (before.trim_start_matches('[').to_owned(), false),
        (true, false) => (after.to_owned(), false),
        (false, false) => (format!("{before} – {after}"), false),
    }
}

/// Does the heading stand over what is still to come?
pub(super) fn is_unreleased(text: &str) -> bool {
    let lower = text.to_lowercase();
    [
        "unreleased",
        "not released",
        "next release",
        "upcoming",
        "не выпущено",
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
