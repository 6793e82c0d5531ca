//! Quotes: the sentence that changed, cut to a few words, and whether it bears out what a change is called.

use super::super::delta::Side;
use super::super::scene::Scene;
use crate::model::ChangeClass;

/// What a side says where it changed, in at most `longest` words.
pub(crate) fn quote(side: &Side, longest: usize) -> String {
    let touched = side.touched();
    let most = touched.iter().max_by_key(|(_, words)| {
        side.changed[words.clone()]
            .iter()
            .filter(|c| **c)
            .count()
            .min(longest)
    });
    let Some((sentence, words)) = most else {
        return clip(&side.text, 0, longest);
    };
    cut(side, sentence, words, longest)
}

/// A touched sentence, cut to at most `longest` words around the first that changed.
fn cut(
    side: &Side,
    sentence: &std::ops::Range<usize>,
    words: &std::ops::Range<usize>,
    longest: usize,
) -> String {
    let text = side.text[sentence.clone()].trim();
    let first = words
        .clone()
        .find(|at| side.changed[*at])
        .unwrap_or(words.start);
    let lead = &side.text[sentence.start..side.words[first].range.start];
    clip(text, lead.split_whitespace().count(), longest)
}

/// As [`quote`], but first of all a sentence that bears out the class of the change.
pub(super) fn class_quote(
    side: &Side,
    class: ChangeClass,
    scene: &Scene<'_>,
    longest: usize,
) -> String {
    let touched = side.touched();
    let speaks = |words: &std::ops::Range<usize>| {
        let hits = scene.hits(&side.words[words.clone()]);
        hits.iter().any(|hit| shows(class, hit.group, hit.name))
    };
    let count = |words: &std::ops::Range<usize>| {
        let changed = side.changed[words.clone()].iter().filter(|c| **c).count();
        changed.min(longest)
    };
    let best = touched
        .iter()
        .filter(|(_, words)| must_show(class) && speaks(words) && count(words) >= 2)
        .max_by_key(|(_, words)| count(words));
    match best {
        Some((sentence, words)) => cut(side, sentence, words, longest),
        None => quote(side, longest),
    }
}

/// Does a phrase of the table show that a change is of a class?
pub(super) fn shows(class: ChangeClass, group: &str, name: &str) -> bool {
    match class {
        ChangeClass::Ban => group == "obligation" && name == "ban",
        ChangeClass::Permission => group == "obligation" && matches!(name, "permission" | "may"),
        ChangeClass::Requirement => group == "obligation" && name == "requirement",
        ChangeClass::Deprecation => group == "lifecycle" && name == "deprecation",
        ChangeClass::NewFeature => group == "lifecycle" && name == "new_feature",
        ChangeClass::Price => group == "subject" && name == "price",
        ChangeClass::Privacy => group == "subject" && name == "privacy",
        ChangeClass::Limit => group == "subject" && name == "limit",
        ChangeClass::Wording => false,
    }
}

/// Does calling a change so say something that the quote after it must show?
pub(super) fn must_show(class: ChangeClass) -> bool {
    !matches!(
        class,
        ChangeClass::Price | ChangeClass::Privacy | ChangeClass::Wording
    )
}

/// Are two quotes one sentence in two forms? At least a third of the words of the shorter is in both.
pub(super) fn alike(was: &str, is: &str) -> bool {
    let words = |text: &str| -> std::collections::BTreeSet<String> {
        let split = text.split_whitespace();
        split
            .map(|w| {
                w.trim_matches(|c: char| !c.is_alphanumeric())
                    .to_lowercase()
            })
            .filter(|w| !w.is_empty())
            .collect()
    };
    let (was, is) = (words(was), words(is));
    let shorter = was.len().min(is.len());
    was.intersection(&is).count() * 3 >= shorter
}

/// At most `longest` words of a text, around its word number `at`.
fn clip(text: &str, at: usize, longest: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= longest {
        let whole = words.join(" ");
        return whole
            .trim_end_matches(['.', ';', ':', ',', ' ', '\u{a0}'])
            .to_owned();
    }
    let start = at.saturating_sub(longest / 4).min(words.len() - longest);
    let end = start + longest;
    let head = if start > 0 { "… " } else { "" };
    let tail = if end < words.len() { " …" } else { "" };
    let body = words[start..end].join(" ");
    format!(
        "{head}{}{tail}",
        body.trim_end_matches(['.', ';', ':', ','])
    )
}
