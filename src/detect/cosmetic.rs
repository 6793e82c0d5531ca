//! Differences that nobody needs to be told: spacing, spelling, links, counters, dates of the page
//! itself, navigation, places.
//!
//! Each is named, so that what was not told can be asked for with its reason. Only what is certain
//! is decided here, hunk by hunk; what is left is weighed in `score`.

mod chrome;
mod edits;
mod spelling;

use std::collections::HashMap;

use jiff::tz::TimeZone;

use super::delta::{Delta, Side};
use super::lexicon::{Hit, Word};
use super::quantities::quantities;
use super::scene::Scene;
use super::tokens::push_bare;
use crate::model::{BlockKind, Hunk, HunkKind, PageText, WordTag};

/// How often one word must stand for another to be a renaming.
const RENAMES: usize = 3;

/// One test for a cosmetic difference.
type Rule = fn(&Hunk, &Delta, &Scene<'_>) -> bool;

/// Why a hunk is cosmetic, or `None` if it may matter.
pub(crate) fn reason(hunk: &Hunk, delta: &Delta, scene: &Scene<'_>) -> Option<&'static str> {
    if hunk.kind == HunkKind::Moved {
        return Some("moved");
    }
    if delta.edits.is_empty() {
        let moved = hunk
            .spans
            .iter()
            .any(|span| span.tag != WordTag::Same && span.text.chars().any(char::is_alphanumeric));
        return Some(if moved {
            "moved"
        } else {
            "spacing and punctuation"
        });
    }
    let rules: [(&'static str, Rule); 13] = [
        ("spelling", |_, delta, _| same_letters(delta)),
        ("date of the page", |_, delta, scene| is_stamp(delta, scene)),
        ("relative time", |_, delta, scene| {
            is_relative_time(delta, scene)
        }),
        ("counters", |_, delta, scene| is_counter(delta, scene)),
        ("cookie banner", |_, delta, scene| {
            speaks(delta, scene, "cookie_banner", 60)
        }),
        ("credit line", |_, delta, scene| {
            speaks(delta, scene, "credit", 25)
        }),
        ("login prompt", |_, delta, scene| {
            is_login_prompt(delta, scene)
        }),
        ("navigation", chrome::is_navigation),
        ("code example", is_code),
        ("page title", chrome::is_page_title),
        ("cut-off text", |_, delta, _| is_cut_off(delta)),
        ("announcement of the past", |_, delta, scene| {
            is_past_announcement(delta, scene)
        }),
        ("statistics", |_, delta, scene| is_statistic(delta, scene)),
    ];
    let whole = rules
        .into_iter()
        .find(|(_, holds)| holds(hunk, delta, scene));
    whole
        .map(|(reason, _)| reason)
        .or_else(|| all_edits(delta, scene))
}

/// Are all edits of a hunk cosmetic, each in its own way? Then why the first is.
fn all_edits(delta: &Delta, scene: &Scene<'_>) -> Option<&'static str> {
    let mut reasons = delta
        .edits
        .iter()
        .map(|edit| edits::reason(delta, edit, scene));
    let first = reasons.next()??;
    reasons.all(|reason| reason.is_some()).then_some(first)
}

/// Takes the mark from words whose edits are cosmetic, so that only what may matter is weighed.
pub(crate) fn settle(delta: &mut Delta, scene: &Scene<'_>) {
    for edit in delta.edits.clone() {
        if edits::reason(delta, &edit, scene).is_some() {
            delta.before.changed[edit.removed].fill(false);
            delta.after.changed[edit.added].fill(false);
        }
    }
    delta.settle();
}

/// Names one word that stands for another three times or more in a change as a renaming, and takes
/// the mark from it: a page was translated anew, or a product has another name.
pub(crate) fn settle_renames(hunks: &mut [Hunk], deltas: &mut [Delta], scene: &Scene<'_>) {
    let mut counts: HashMap<(String, String), usize> = HashMap::new();
    let swaps: Vec<Vec<Option<(String, String)>>> = deltas
        .iter()
        .map(|delta| {
            delta
                .edits
                .iter()
                .map(|edit| edits::swap(delta, edit, scene))
                .collect()
        })
        .collect();
    for swap in swaps.iter().flatten().flatten() {
        *counts.entry(swap.clone()).or_default() += 1;
    }
    for ((hunk, delta), swaps) in hunks.iter_mut().zip(deltas).zip(&swaps) {
        let mut settled = 0;
        for (edit, swap) in delta.edits.clone().iter().zip(swaps) {
            if swap.as_ref().is_some_and(|swap| counts[swap] >= RENAMES) {
                delta.before.changed[edit.removed.clone()].fill(false);
                delta.after.changed[edit.added.clone()].fill(false);
                settled += 1;
            }
        }
        if settled > 0 {
            delta.settle();
            if !hunk.cosmetic
                && delta
                    .edits
                    .iter()
                    .all(|e| edits::reason(delta, e, scene).is_some())
            {
                hunk.cosmetic = true;
                hunk.reason = Some("renamed".to_owned());
            }
        }
    }
}

/// Do both sides read the same but for case, accents, hyphens and the breaks between words?
fn same_letters(delta: &Delta) -> bool {
    let letters = |side: &Side| -> String {
        let mut out = String::with_capacity(side.text.len());
        for word in &side.words {
            push_bare(&word.folded, &mut out);
        }
        out
    };
    letters(&delta.before) == letters(&delta.after)
}

/// Is it an edit within an example of code? A whole example that comes or goes may say more.
fn is_code(hunk: &Hunk, _: &Delta, scene: &Scene<'_>) -> bool {
    let is_code = |text: &PageText, from: usize, count: usize| {
        let blocks = text.blocks.get(from..from + count);
        blocks.is_some_and(|all| !all.is_empty() && all.iter().all(|b| b.kind == BlockKind::Code))
    };
    hunk.kind == HunkKind::Edited
        && is_code(scene.before, hunk.before_at, hunk.before_len)
        && is_code(scene.after, hunk.after_at, hunk.after_len)
}

/// Words of a side without its dates and without the phrases that introduce the page's own date.
fn undated(side: &Side, scene: &Scene<'_>) -> (String, bool) {
    let (dates, hits) = (side.dates(scene), side.hits(scene));
    let mut skip = vec![false; side.words.len()];
    for hit in hits
        .iter()
        .filter(|h| h.group == "when" && h.name == "stamp")
    {
        skip[hit.words.clone()].fill(true);
    }
    let mut rest = String::new();
    for ((word, small), skip) in side.words.iter().zip(side.small(scene)).zip(skip) {
        let dated = dates.iter().any(|d| d.range.contains(&word.range.start));
        let iso = word.folded == "datetime";
        if !skip && !dated && !iso && !small {
            rest.push_str(&word.folded);
        }
    }
    (rest, !dates.is_empty())
}

/// Is the block the page's own date, or nothing but a date?
fn is_stamp(delta: &Delta, scene: &Scene<'_>) -> bool {
    if delta.before.words.len().max(delta.after.words.len()) > 24 {
        return false;
    }
    let (was, was_dated) = undated(&delta.before, scene);
    let (is, is_dated) = undated(&delta.after, scene);
    let says_more = |side: &Side| {
        let said = |w: &&Word| !scene.tongue.is_small(&w.folded) && !is_numeral(&w.folded);
        side.words.iter().filter(said).count() > 6 && !has(side.hits(scene), "when", "stamp")
    };
    // "from 1 June these rules apply to everyone" is a rule and no date of the page
    if says_more(&delta.before) && says_more(&delta.after) {
        return false;
    }
    was == is && (was_dated || is_dated) && (delta.kind == HunkKind::Edited || is.len() <= 2)
}

fn is_numeral(folded: &str) -> bool {
    folded.starts_with(|c: char| c.is_ascii_digit())
}

/// Is it "updated 2 hours ago"?
fn is_relative_time(delta: &Delta, scene: &Scene<'_>) -> bool {
    [&delta.before, &delta.after].into_iter().all(|side| {
        side.words.is_empty()
            || (side.words.len() <= 9
                && side
                    .hits(scene)
                    .iter()
                    .any(|h| h.group == "when" && h.name == "relative"))
    })
}

/// Is the block nothing but a number with a word or two that say what it counts?
fn is_counter(delta: &Delta, scene: &Scene<'_>) -> bool {
    // "for users 16+" counts nobody
    let is_age = |side: &Side| {
        quantities(&side.text, &[])
            .iter()
            .any(|q| q.unit == Some("year"))
    };
    let counts = |side: &Side| {
        side.words.is_empty()
            || (side.words.len() <= 4
                && side
                    .hits(scene)
                    .iter()
                    .any(|h| h.group == "unit" && matches!(h.name, "view" | "follower" | "post"))
                && !is_age(side))
    };
    delta.kind == HunkKind::Edited
        && counts(&delta.before)
        && counts(&delta.after)
        && delta.edits.iter().all(|edit| {
            is_numeric(&delta.before, &edit.removed) && is_numeric(&delta.after, &edit.added)
        })
}

fn is_numeric(side: &Side, run: &std::ops::Range<usize>) -> bool {
    run.clone().all(|at| is_numeral(&side.words[at].folded))
}

/// Does every side that has words say phrases of one kind, in a block of at most `longest` words?
fn speaks(delta: &Delta, scene: &Scene<'_>, name: &str, longest: usize) -> bool {
    [&delta.before, &delta.after].into_iter().all(|side| {
        side.words.is_empty()
            || (side.words.len() <= longest && side.hits(scene).iter().any(|h| h.name == name))
    })
}

/// Does a short block begin by asking to log in: "Log in to follow creators"?
fn is_login_prompt(delta: &Delta, scene: &Scene<'_>) -> bool {
    [&delta.before, &delta.after].into_iter().all(|side| {
        let asks = |hit: &Hit| hit.name == "wall" && hit.words.start == 0;
        side.words.is_empty() || (side.words.len() <= 20 && side.hits(scene).iter().any(asks))
    })
}

/// Was a note about an update taken down, or put up after the day it announced?
fn is_past_announcement(delta: &Delta, scene: &Scene<'_>) -> bool {
    let announces =
        |side: &Side| side.words.len() <= 80 && has(side.hits(scene), "when", "announcement");
    let today = scene.now.to_zoned(TimeZone::UTC).date();
    let past = |side: &Side| {
        let dates = side.dates(scene);
        !dates.is_empty() && dates.iter().all(|d| d.date < today && !d.month_only)
    };
    match delta.kind {
        HunkKind::Removed => announces(&delta.before),
        HunkKind::Added => announces(&delta.after) && past(&delta.after),
        _ => false,
    }
}

/// Does one side end in the middle of a sentence that the other side completes?
fn is_cut_off(delta: &Delta) -> bool {
    let [edit] = delta.edits.as_slice() else {
        return false;
    };
    let (short, long, run) = match (edit.removed.is_empty(), edit.added.is_empty()) {
        (true, false) => (&delta.before, &delta.after, &edit.added),
        (false, true) => (&delta.after, &delta.before, &edit.removed),
        _ => return false,
    };
    short.words.len() >= 12
        && run.start == short.words.len()
        && short.text.trim_end().ends_with(char::is_alphanumeric)
        && long.text.trim_end().ends_with(['.', '!', '?'])
}

/// Do only numbers or dates differ in a sentence that reports statistics and rules nothing?
fn is_statistic(delta: &Delta, scene: &Scene<'_>) -> bool {
    let (side, small) = (&delta.after, delta.after.small(scene));
    let mut any = false;
    delta.kind == HunkKind::Edited
        && side.touched().all(|(_, run)| {
            any = true;
            let plain = run.clone().filter(|at| side.changed[*at]).all(|at| {
                let word = &side.words[at];
                let numeric = is_numeral(&word.folded) || word.folded == "%";
                let dated = || {
                    let mut dates = side.dates(scene).iter();
                    dates.any(|d| d.range.contains(&word.range.start))
                };
                numeric || small[at] || dated()
            });
            let hits = || side.hits_in(run.clone(), scene);
            plain
                && has(&hits(), "noise", "statistic")
                && !hits().iter().any(|h| h.group == "obligation")
        })
        && any
}

/// Is a phrase of this table among the hits?
pub(crate) fn has(hits: &[Hit], group: &str, name: &str) -> bool {
    hits.iter().any(|h| h.group == group && h.name == name)
}

#[cfg(test)]
mod tests;
