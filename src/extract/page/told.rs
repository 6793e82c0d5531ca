//! What is told of a page's cleaning: which of its parts were left out.

use crate::extract::html::{Entry, Outline};

/// Parts that are named; more are counted.
const NAMED: usize = 8;

/// One line on the parts that were left out by their own word; none if there were none.
pub(super) fn left_out(
    outline: &Outline<'_>,
    named_out: &[bool],
    removed: &[bool],
) -> Option<String> {
    let entries = outline.entries();
    let holds_text = |at: usize| {
        entries[at..entries[at].end]
            .iter()
            .any(|entry| entry.text().is_some_and(|text| !text.trim().is_empty()))
    };
    let mut parts: Vec<String> = Vec::new();
    let mut more = 0_usize;
    let mut at = 0;
    while at < entries.len() {
        if !named_out[at] {
            at += 1;
            continue;
        }
        if !removed[at] && holds_text(at) {
            let name = name(&entries[at]);
            if parts.len() < NAMED && !parts.contains(&name) {
                parts.push(name);
            } else {
                more += 1;
            }
        }
        at = entries[at].end;
    }
    let more = match more {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!parts.is_empty()).then(|| {
        let parts = parts.join(", ");
        format!("left out as not the page's own matter: {parts}{more}; `select` names what to read instead")
    })
}

/// An element as a selector would name it: `nav`, `div#cookies`, `section.related`.
fn name(entry: &Entry<'_>) -> String {
    let attribute = |name: &str| {
        entry
            .attr(name)
            .map(str::trim)
            .filter(|text| !text.is_empty())
    };
    let short = |text: &str| text.chars().take(40).collect::<String>();
    let by_class = || attribute("class")?.split_whitespace().next();
    let by_role =
        || attribute("role").map(|role| format!("{}[role={}]", entry.name(), short(role)));
    match (attribute("id"), by_class()) {
        (Some(id), _) if !id.contains(char::is_whitespace) => {
            format!("{}#{}", entry.name(), short(id))
        }
        (_, Some(class)) => format!("{}.{}", entry.name(), short(class)),
        _ => by_role().unwrap_or_else(|| entry.name().to_owned()),
    }
}
