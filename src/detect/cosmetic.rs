//! Differences that nobody needs to be told: spacing, spelling, links, counters, dates of the page
//! itself, navigation, places.
//!
//! Each is named, so that what was not told can be asked for with its reason. Only what is certain
//! is decided here, hunk by hunk; what is left is weighed in `score`.

mod chrome;
mod spelling;

use jiff::tz::TimeZone;

use super::delta::{Delta, Edit, Side};
use super::lexicon::{Hit, words};
use super::scene::Scene;
use super::tokens::bare;
use crate::model::{Hunk, HunkKind, WordTag};

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
    type Rule = fn(&Hunk, &Delta, &Scene<'_>) -> bool;
    let rules: [(&'static str, Rule); 15] = [
        ("spelling", |_, delta, _| same_letters(delta)),
        ("links", |_, delta, _| all_edits(delta, is_address)),
        ("numbering", |_, delta, _| all_edits(delta, is_numbering)),
        ("tokens", |_, delta, _| all_edits(delta, is_token)),
        ("date of the page", |_, delta, scene| is_stamp(delta, scene)),
        ("relative time", |_, delta, scene| {
            is_relative_time(delta, scene)
        }),
        ("counters", |_, delta, scene| is_counter(delta, scene)),
        ("cookie banner", |_, delta, scene| {
            speaks(delta, scene, "cookie_banner", 60)
        }),
        ("navigation", chrome::is_navigation),
        ("page title", chrome::is_page_title),
        ("cut-off text", |_, delta, _| is_cut_off(delta)),
        ("announcement of the past", |_, delta, scene| {
            is_past_announcement(delta, scene)
        }),
        ("statistics", |_, delta, scene| is_statistic(delta, scene)),
        ("spelling", |_, delta, scene| {
            spelling::is_slip(delta, scene)
        }),
        ("small words", |_, delta, scene| {
            is_small_words(delta, scene)
        }),
    ];
    rules
        .into_iter()
        .find(|(_, holds)| holds(hunk, delta, scene))
        .map(|(reason, _)| reason)
}

/// Do both sides read the same but for case, accents, hyphens and the breaks between words?
fn same_letters(delta: &Delta) -> bool {
    let letters = |side: &Side| -> String {
        side.words
            .iter()
            .map(|word| bare(&word.folded))
            .collect::<String>()
    };
    letters(&delta.before) == letters(&delta.after)
}

/// Does every edit satisfy a predicate of its two sides?
fn all_edits(delta: &Delta, holds: impl Fn(&Side, &std::ops::Range<usize>) -> bool) -> bool {
    delta.edits.iter().all(|Edit { removed, added }| {
        (removed.is_empty() || holds(&delta.before, removed))
            && (added.is_empty() || holds(&delta.after, added))
    })
}

/// Are the words part of a URL or an e-mail address?
fn is_address(side: &Side, run: &std::ops::Range<usize>) -> bool {
    let (Some(first), Some(last)) = (side.words.get(run.start), side.words.get(run.end - 1)) else {
        return false;
    };
    let start = side.text[..first.range.start]
        .rfind(char::is_whitespace)
        .map_or(0, |at| at + 1);
    let start = (start..=first.range.start)
        .find(|at| side.text.is_char_boundary(*at))
        .unwrap_or(0);
    let tail = &side.text[last.range.end..];
    let end = last.range.end + tail.find(char::is_whitespace).unwrap_or(tail.len());
    let chunks = side.text[start..end].split_whitespace();
    let masked = side.text[start..end].contains("[email");
    let mut is_any = false;
    for chunk in chunks {
        let address = chunk.contains("://") || chunk.contains("www.") || is_email(chunk);
        if !address && !masked {
            return false;
        }
        is_any = true;
    }
    is_any
}

fn is_email(chunk: &str) -> bool {
    chunk
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

/// Are the words numbers of sections: at the head of a block or line, or after "section"?
fn is_numbering(side: &Side, run: &std::ops::Range<usize>) -> bool {
    const SECTION: [&str; 14] = [
        "section",
        "sections",
        "article",
        "paragraph",
        "clause",
        "schedule",
        "exhibit",
        "раздел",
        "разделе",
        "раздела",
        "пункт",
        "пункта",
        "пункте",
        "п",
    ];
    run.clone().all(|at| {
        let word = &side.words[at];
        let label = word.folded.chars().all(|c| c.is_ascii_digit() || c == '.')
            || (word.folded.len() == 1 && word.folded.is_ascii());
        let before = side.text[..word.range.start].trim_end_matches([' ', '(', '\\']);
        let heads = before.is_empty()
            || before.ends_with(['\n', '.', ')']) && at == run.start && {
                let line = before.rsplit('\n').next().unwrap_or("");
                line.chars()
                    .all(|c| c.is_ascii_digit() || matches!(c, '.' | ')' | ' '))
            };
        let after = &side.text[word.range.end..];
        let closes = after.starts_with(['.', ')', '\\', ' ']) || after.is_empty();
        let cited = at
            .checked_sub(1)
            .is_some_and(|p| SECTION.contains(&side.words[p].folded.as_str()));
        label && (cited || (heads && closes))
    })
}

/// Are the words tokens of a machine: hexadecimal, or letters and digits mixed, and long?
fn is_token(side: &Side, run: &std::ops::Range<usize>) -> bool {
    run.clone().all(|at| {
        let word = &side.words[at].folded;
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        word.len() >= 16
            && word.is_ascii()
            && digits >= 3
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}

/// Words of a side without its dates and without the phrases that introduce the page's own date.
fn undated(side: &Side, scene: &Scene<'_>) -> (String, bool) {
    let dates = scene.dates(&side.text);
    let hits = scene.hits(&side.words);
    let mut skip = vec![false; side.words.len()];
    for hit in hits
        .iter()
        .filter(|h| h.group == "when" && h.name == "stamp")
    {
        skip[hit.words.clone()].fill(true);
    }
    let mut rest = String::new();
    for (word, skip) in side.words.iter().zip(skip) {
        let dated = dates.iter().any(|d| d.range.contains(&word.range.start));
        let iso = word.folded == "datetime";
        if !skip && !dated && !iso && !scene.tongue.is_small(&word.folded) {
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
    was == is && (was_dated || is_dated) && (delta.kind == HunkKind::Edited || is.len() <= 2)
}

/// Is it "updated 2 hours ago"?
fn is_relative_time(delta: &Delta, scene: &Scene<'_>) -> bool {
    [&delta.before, &delta.after].into_iter().all(|side| {
        side.words.is_empty()
            || (side.words.len() <= 9
                && scene
                    .hits(&side.words)
                    .iter()
                    .any(|h| h.group == "when" && h.name == "relative"))
    })
}

/// Is the block nothing but a number with a word or two that say what it counts?
fn is_counter(delta: &Delta, scene: &Scene<'_>) -> bool {
    let counts = |side: &Side| {
        side.words.is_empty()
            || (side.words.len() <= 4
                && scene
                    .hits(&side.words)
                    .iter()
                    .any(|h| h.group == "unit" && matches!(h.name, "view" | "follower" | "post")))
    };
    delta.kind == HunkKind::Edited
        && counts(&delta.before)
        && counts(&delta.after)
        && all_edits(delta, |side, run| {
            run.clone().all(|at| {
                side.words[at]
                    .folded
                    .starts_with(|c: char| c.is_ascii_digit())
            })
        })
}

/// Does every side that has words say phrases of one kind, in a block of at most `longest` words?
fn speaks(delta: &Delta, scene: &Scene<'_>, name: &str, longest: usize) -> bool {
    [&delta.before, &delta.after].into_iter().all(|side| {
        side.words.is_empty()
            || (side.words.len() <= longest
                && scene.hits(&side.words).iter().any(|h| h.name == name))
    })
}

/// Was a note about an update taken down, or put up after the day it announced?
fn is_past_announcement(delta: &Delta, scene: &Scene<'_>) -> bool {
    let announces = |side: &Side| {
        side.words.len() <= 80 && has(&scene.hits(&side.words), "when", "announcement")
    };
    let today = scene.now.to_zoned(TimeZone::UTC).date();
    let past = |side: &Side| {
        let dates = scene.dates(&side.text);
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
    let touched = delta.after.touched();
    delta.kind == HunkKind::Edited
        && !touched.is_empty()
        && touched.iter().all(|(bytes, run)| {
            let hits = scene.hits(&words(&delta.after.text[bytes.clone()]));
            let dates = scene.dates(&delta.after.text);
            let plain = run.clone().filter(|at| delta.after.changed[*at]).all(|at| {
                let word = &delta.after.words[at];
                let numeric =
                    word.folded.starts_with(|c: char| c.is_ascii_digit()) || word.folded == "%";
                let dated = dates.iter().any(|d| d.range.contains(&word.range.start));
                numeric || dated || scene.tongue.is_small(&word.folded)
            });
            plain
                && has(&hits, "noise", "statistic")
                && !hits.iter().any(|h| h.group == "obligation")
        })
}

/// Do only articles, pronouns and the like differ, and none that turns a rule?
fn is_small_words(delta: &Delta, scene: &Scene<'_>) -> bool {
    let small = |side: &Side, run: &std::ops::Range<usize>| {
        let quiet = run
            .clone()
            .all(|at| scene.tongue.is_small(&side.words[at].folded));
        quiet && !has(&scene.hits(&side.words[run.clone()]), "noise", "turning")
    };
    delta.kind == HunkKind::Edited && all_edits(delta, small)
}

/// Is a phrase of this table among the hits?
pub(crate) fn has(hits: &[Hit], group: &str, name: &str) -> bool {
    hits.iter().any(|h| h.group == group && h.name == name)
}
