//! The main content of a page, found by how its text is made and by what its parts are called.
//!
//! 1. Parts that name themselves navigation, footer, dialog, comments, sharing… are left out, unless they hold
//!    too much of the page's running text to be that.
//! 2. From the top, we go down into the part that holds nearly all running text, as long as what is left
//!    behind does not read like text.
//! 3. Inside, lists of links, bylines and teasers go; on documents only what surely is not text.
//!
//! It never looks at attributes that change between polls, so the same page gives the same choice.

use super::{
    cues::{Cue, cue},
    measure::{Measure, Totals},
    meta::Intent,
};
use crate::extract::html::Outline;

/// What to read of a page.
#[derive(Debug)]
pub(super) struct Choice {
    /// Entries whose subtrees hold the main content, in document order.
    pub(super) roots: Vec<usize>,
    /// Entries left out, by index.
    pub(super) left_out: Vec<bool>,
}

/// Chooses the main content; `left_out` marks what the source itself leaves out.
pub(super) fn choose(outline: &Outline<'_>, intent: Intent, mut left_out: Vec<bool>) -> Choice {
    let all = Measure::of(outline, &left_out);
    leave_out_named(outline, &all, intent, &mut left_out);
    let kept = Measure::of(outline, &left_out);
    let root = descend(outline, &kept, intent);
    prune(outline, &kept, root, intent, &mut left_out);
    Choice {
        roots: vec![root],
        left_out,
    }
}

/// Leaves out parts by their own word, guarded by what they hold.
fn leave_out_named(
    outline: &Outline<'_>,
    measure: &Measure,
    intent: Intent,
    left_out: &mut [bool],
) {
    let entries = outline.entries();
    let page = measure.totals(outline, 0);
    let mut at = 0;
    while at < entries.len() {
        let entry = &entries[at];
        if entry.element().is_none() || entry.end == at + 1 {
            at += 1;
            continue;
        }
        let part = measure.totals(outline, at);
        if part.chars == 0 {
            at = entry.end;
            continue;
        }
        let cue = cue(entry, intent == Intent::Article);
        let share = f64::from(part.prose) / f64::from(page.prose.max(1));
        let goes = match (intent, cue) {
            (_, Cue::None | Cue::Content) => false,
            (Intent::Article, Cue::Chrome) => share < 0.4,
            (Intent::Article, Cue::Boilerplate) => share < 0.3,
            (Intent::Article, Cue::Around) => part.chars < 200 && share < 0.1,
            (Intent::Document, Cue::Chrome) => share < 0.3,
            (Intent::Document, Cue::Boilerplate) => share < 0.05 && part.link_share() > 0.3,
            (Intent::Document, Cue::Around) => false,
        };
        if goes {
            left_out[at] = true;
            at = entry.end;
        } else {
            at += 1;
        }
    }
}

/// Goes down to the part that holds the running text.
fn descend(outline: &Outline<'_>, measure: &Measure, intent: Intent) -> usize {
    let enough = match intent {
        Intent::Article => 0.7,
        Intent::Document => 0.6,
    };
    let mut at = 0;
    loop {
        let here = measure.totals(outline, at);
        let best = outline
            .children(at)
            .filter(|&child| outline.entries()[child].element().is_some())
            .map(|child| (child, measure.totals(outline, child)))
            .max_by_key(|(_, totals)| totals.prose);
        let Some((child, inside)) = best else {
            return at;
        };
        if f64::from(inside.prose) < enough * f64::from(here.prose) || inside.prose == 0 {
            return at;
        }
        if matches!(
            outline.entries()[child].name(),
            "p" | "pre" | "ul" | "ol" | "table" | "blockquote" | "li" | "td" | "dl"
        ) {
            return at;
        }
        at = child;
    }
}

/// Leaves out what does not read like text inside the main content.
fn prune(
    outline: &Outline<'_>,
    measure: &Measure,
    root: usize,
    intent: Intent,
    left_out: &mut [bool],
) {
    let entries = outline.entries();
    let mut at = root + 1;
    while at < entries[root].end {
        let entry = &entries[at];
        if left_out[at] {
            at = entry.end;
            continue;
        }
        if matches!(
            entry.name(),
            "ul" | "ol" | "div" | "section" | "table" | "p" | "dl" | "header"
        ) {
            let part = measure.totals(outline, at);
            if goes(part, intent) {
                left_out[at] = true;
                at = entry.end;
                continue;
            }
        }
        at += 1;
    }
}

fn goes(part: Totals, intent: Intent) -> bool {
    match intent {
        Intent::Article => part.link_share() > 0.6 && part.chars > 0 && part.prose < 200,
        Intent::Document => part.link_share() > 0.8 && part.runs >= 4 && part.prose == 0,
    }
}
