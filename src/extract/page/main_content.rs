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
    article,
    cues::{Cue, cue},
    measure::{Measure, Totals},
    meta::Intent,
};
use crate::extract::html::{Outline, is_block};

/// What to read of a page.
#[derive(Debug)]
pub(super) struct Choice {
    /// Entries whose subtrees hold the main content, in document order.
    pub(super) roots: Vec<usize>,
    /// Entries left out, by index.
    pub(super) left_out: Vec<bool>,
    /// Of them those that go by their own word or the source's, whatever is in them.
    pub(super) named_out: Vec<bool>,
    /// Characters in running text on the whole page.
    pub(super) prose: u32,
}

/// Chooses the main content; `left_out` marks what the source itself leaves out.
pub(super) fn choose(outline: &Outline<'_>, intent: Intent, mut left_out: Vec<bool>) -> Choice {
    let all = Measure::of(outline, &left_out);
    leave_out_named(outline, &all, intent, &mut left_out);
    let named_out = left_out.clone();
    let kept = Measure::of(outline, &left_out);
    let mut roots = match intent {
        Intent::Document => vec![descend(outline, &kept, &left_out)],
        Intent::Article => article::roots(outline, &kept, &left_out),
    };
    for &root in &roots {
        prune(outline, &kept, root, intent, &mut left_out);
    }
    if intent == Intent::Document
        && let Some(title) = first_heading(outline, &left_out)
        && !(roots[0]..outline.entries()[roots[0]].end).contains(&title)
    {
        roots.push(title);
        roots.sort_unstable();
    }
    Choice {
        roots,
        left_out,
        named_out,
        prose: all.totals(outline, 0).prose,
    }
}

/// The page's own heading.
fn first_heading(outline: &Outline<'_>, left_out: &[bool]) -> Option<usize> {
    let entries = outline.entries();
    let at = entries.iter().position(|entry| entry.name() == "h1")?;
    let dropped = left_out[at] || outline.ancestors(at).any(|up| left_out[up]);
    (!dropped).then_some(at)
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
        let rest = page.prose.saturating_sub(part.prose);
        let goes = match (intent, cue) {
            (_, Cue::None | Cue::Content) | (Intent::Document, Cue::Around) => false,
            (_, Cue::Dialog) => share < 0.6,
            (_, Cue::Comments) => share < 0.3 || rest > 400,
            (Intent::Article, Cue::Chrome | Cue::Overlay | Cue::Aside) => share < 0.4,
            (Intent::Article, Cue::Boilerplate) | (Intent::Document, Cue::Chrome) => share < 0.3,
            (Intent::Article, Cue::Around) => part.chars < 200 && share < 0.1,
            (Intent::Document, Cue::Aside) => share < 0.3 && !in_main(outline, at),
            (Intent::Document, Cue::Overlay) => share < 0.15,
            (Intent::Document, Cue::Boilerplate) => share < 0.05 && part.link_share() > 0.3,
        };
        if goes {
            left_out[at] = true;
            at = entry.end;
        } else {
            at += 1;
        }
    }
}

/// Does the entry stand in what calls itself the page's main part?
fn in_main(outline: &Outline<'_>, at: usize) -> bool {
    let entries = outline.entries();
    outline.ancestors(at).any(|up| {
        matches!(entries[up].name(), "main" | "article") || entries[up].attr("role") == Some("main")
    })
}

/// Goes down to the part that holds the running text.
fn descend(outline: &Outline<'_>, measure: &Measure, left_out: &[bool]) -> usize {
    let entries = outline.entries();
    let mut at = 0;
    loop {
        let here = measure.totals(outline, at);
        let best = outline
            .children(at)
            .filter(|&child| entries[child].element().is_some())
            .map(|child| (child, measure.totals(outline, child)))
            .max_by_key(|(_, totals)| totals.prose);
        let Some((child, inside)) = best else {
            return at;
        };
        let is_text = !is_block(entries[child].name())
            || matches!(
                entries[child].name(),
                "p" | "pre"
                    | "ul"
                    | "ol"
                    | "table"
                    | "blockquote"
                    | "li"
                    | "td"
                    | "dl"
                    | "tr"
                    | "tbody"
            );
        let share = f64::from(inside.prose) / f64::from(here.prose.max(1));
        let others = || {
            outline
                .children(at)
                .filter(|&other| other != child && entries[other].element().is_some())
        };
        let layout =
            others().any(|other| left_out[other] || is_chrome(measure.totals(outline, other)));
        let enough = share > 0.5
            && others().all(|other| {
                let beside = measure.totals(outline, other);
                left_out[other]
                    || beside.chars == 0
                    || is_chrome(beside)
                    || layout && is_weak(beside, inside)
            });
        if !enough || is_text {
            return at;
        }
        at = child;
    }
}

/// A menu, a row of buttons: links and nothing else.
fn is_chrome(part: Totals) -> bool {
    part.chars > 0 && part.link_share() > 0.6 && part.prose == 0
}

/// Cards, steppers, teasers beside the text `main`: short lines with links between them.
fn is_weak(part: Totals, main: Totals) -> bool {
    (part.prose * 2 < part.chars && part.link_share() > 0.04)
        || (part.chars < 600 && part.chars * 5 < main.chars && part.link_share() > 0.1)
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
