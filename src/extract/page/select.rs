//! What the source's own selectors say.

use scraper::Selector;

use crate::extract::html::Outline;

/// Checks a selector; `Err` says what is wrong with it.
pub fn check(selector: &str) -> Result<(), String> {
    match Selector::parse(selector) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("`{selector}` is not a CSS selector: {error}")),
    }
}

/// Entries that any of `selectors` names, in document order; one inside another counts once.
///
/// Empty when nothing is named, which is said in `notes`.
pub(super) fn chosen(
    outline: &Outline<'_>,
    selectors: &[String],
    notes: &mut Vec<String>,
) -> Vec<usize> {
    let parsed = parse(selectors, notes);
    let mut roots: Vec<usize> = Vec::new();
    let mut end = 0;
    for (at, entry) in outline.entries().iter().enumerate() {
        if at >= end
            && let Some(element) = entry.element_ref()
            && parsed.iter().any(|selector| selector.matches(&element))
        {
            roots.push(at);
            end = entry.end;
        }
    }
    if roots.is_empty() && !selectors.is_empty() {
        notes.push(format!(
            "no selector of {} found anything; read the main content instead",
            quoted(selectors)
        ));
    }
    roots
}

/// Marks entries that any of `selectors` names.
pub(super) fn removed(
    outline: &Outline<'_>,
    selectors: &[String],
    notes: &mut Vec<String>,
) -> Vec<bool> {
    let parsed = parse(selectors, notes);
    let removed: Vec<bool> = outline
        .entries()
        .iter()
        .map(|entry| {
            !parsed.is_empty()
                && entry
                    .element_ref()
                    .is_some_and(|element| parsed.iter().any(|selector| selector.matches(&element)))
        })
        .collect();
    if !parsed.is_empty() && !removed.contains(&true) {
        notes.push(format!(
            "no selector of {} found anything to leave out",
            quoted(selectors)
        ));
    }
    removed
}

fn parse(selectors: &[String], notes: &mut Vec<String>) -> Vec<Selector> {
    let mut parsed = Vec::with_capacity(selectors.len());
    for selector in selectors {
        match Selector::parse(selector) {
            Ok(selector) => parsed.push(selector),
            Err(error) => notes.push(format!("selector `{selector}` cannot be read: {error}")),
        }
    }
    parsed
}

fn quoted(selectors: &[String]) -> String {
    selectors
        .iter()
        .map(|selector| format!("`{selector}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
