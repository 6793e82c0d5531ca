//! Hunks that stand together: what only shows when a whole gap between unchanged blocks is seen.
//!
//! A translated paragraph is one block removed and another added, and neither alone looks odd. A
//! blocked page puts one line in place of a section. Both are judged over the run of hunks between
//! two blocks that stayed.

use std::ops::Range;

use super::cosmetic::has;
use super::dates::Mention;
use super::delta::{Delta, Side};
use super::lexicon::Word;
use super::scene::Scene;
use super::tongue::{ENOUGH, Tongue};
use crate::model::{Hunk, HunkKind};

/// Marks the hunks of gaps that are cosmetic as a whole.
pub(crate) fn settle(hunks: &mut [Hunk], deltas: &[Delta], scene: &Scene<'_>) {
    for gap in gaps(hunks) {
        let reason = reason(&deltas[gap.clone()], scene);
        let reason = reason.or_else(|| menu(&hunks[gap.clone()], &deltas[gap.clone()]));
        if let Some(reason) = reason {
            for hunk in hunks[gap].iter_mut().filter(|h| !h.cosmetic) {
                hunk.cosmetic = true;
                hunk.reason = Some(reason.to_owned());
            }
        }
    }
    settle_labels(hunks, deltas);
    settle_zones(hunks, deltas, scene);
}

/// Dates that all moved by just a day, in two places or more, are the same days in another time zone.
fn settle_zones(hunks: &mut [Hunk], deltas: &[Delta], scene: &Scene<'_>) {
    let shifted = |delta: &Delta| -> bool {
        let (was, is) = (delta.before.dates(scene), delta.after.dates(scene));
        let day = |(a, b): (&Mention, &Mention)| (a.date - b.date).get_days().abs() == 1;
        !was.is_empty() && was.len() == is.len() && was.iter().zip(is).all(day)
    };
    let is_date =
        |h: &Hunk| h.kind == HunkKind::Edited && h.reason.as_deref() == Some("date of the page");
    let all: Vec<usize> = (0..hunks.len()).filter(|at| is_date(&hunks[*at])).collect();
    if all.len() >= 2 && all.iter().all(|at| shifted(&deltas[*at])) {
        for at in all {
            hunks[at].reason = Some("time zone".to_owned());
        }
    }
}

/// Headings and labels too short to tell their language go with longer hunks that changed theirs.
fn settle_labels(hunks: &mut [Hunk], deltas: &[Delta]) {
    let foreign = |h: &Hunk| h.reason.as_deref() == Some("other language");
    if !hunks.iter().any(foreign) {
        return;
    }
    for (hunk, delta) in hunks.iter_mut().zip(deltas).filter(|(h, _)| !h.cosmetic) {
        if delta.before.words.len().max(delta.after.words.len()) <= 5 {
            hunk.cosmetic = true;
            hunk.reason = Some("other language".to_owned());
        }
    }
}

/// Runs of hunks with no unchanged block between them.
fn gaps(hunks: &[Hunk]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, hunk) in hunks.iter().enumerate() {
        let joins = at
            .checked_sub(1)
            .map(|prior| &hunks[prior])
            .is_some_and(|prior| {
                let in_place = prior.kind != HunkKind::Moved && hunk.kind != HunkKind::Moved;
                in_place
                    && prior.before_at + prior.before_len == hunk.before_at
                    && prior.after_at + prior.after_len == hunk.after_at
            });
        match found.last_mut() {
            Some(gap) if joins => gap.end = at + 1,
            _ => found.push(at..at + 1),
        }
    }
    found
}

/// Are most of three or more hunks navigation, and the others as short?
fn menu(hunks: &[Hunk], deltas: &[Delta]) -> Option<&'static str> {
    let named = hunks
        .iter()
        .filter(|h| h.reason.as_deref() == Some("navigation"))
        .count();
    let short = deltas
        .iter()
        .all(|d| d.before.words.len().max(d.after.words.len()) <= 12);
    (hunks.len() >= 3 && named * 5 >= hunks.len() * 3 && short).then_some("navigation")
}

fn reason(deltas: &[Delta], scene: &Scene<'_>) -> Option<&'static str> {
    let sides = |later: bool| -> Vec<&Side> {
        let sides = deltas
            .iter()
            .map(|d| if later { &d.after } else { &d.before });
        let most_changed = |s: &&Side| s.changed_words() * 2 > s.words.len();
        sides.filter(most_changed).collect()
    };
    let (was, is) = (sides(false), sides(true));
    let count = |sides: &[&Side]| sides.iter().map(|s| s.words.len()).sum::<usize>();
    let (gone, come) = (count(&was), count(&is));
    let blocked = |sides: &[&Side], count: usize| {
        let all = || -> Vec<Word> { sides.iter().flat_map(|s| s.words.clone()).collect() };
        count <= 40 && has(&scene.hits(&all()), "noise", "error_page")
    };
    if (gone > come && blocked(&is, come)) || (come > gone && blocked(&was, gone)) {
        return Some("page gone or blocked");
    }
    if scene.tongue == Tongue::Other {
        return None;
    }
    let foreign = |sides: &[&Side], words: usize| {
        let mut text = String::new();
        for side in sides {
            if text.len() < ENOUGH {
                text.push_str(&side.text);
                text.push('\n');
            }
        }
        words >= 3 && Tongue::read(text.trim_end_matches('\n')).is_some_and(|t| t != scene.tongue)
    };
    (foreign(&was, gone) != foreign(&is, come)).then_some("other language")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use crate::detect::{ChangeContext, page_change};
    use crate::model::{Block, BlockKind, Change, PageText};

    const RULES: [&str; 4] = [
        "Advertisers must label every paid post before it is shown to people under sixteen.",
        "Creators may not upload videos that are longer than ten minutes.",
        "Every account has to be verified by the platform before it can sell anything.",
        "Fees of five percent apply to all sales that are made in a live session.",
    ];

    fn change(before: &[&str], after: &[&str]) -> Change {
        let text = |blocks: &[&str]| PageText {
            blocks: blocks
                .iter()
                .map(|text| Block {
                    kind: BlockKind::Paragraph,
                    text: (*text).to_owned(),
                    links: vec![],
                })
                .collect(),
        };
        let context = ChangeContext {
            language: Some("en"),
            seen_before: None,
            now: Timestamp::from_second(1_780_000_000).expect("a time"),
        };
        page_change(&text(before), &text(after), &context).expect("they differ")
    }

    /// The reasons of all places; `?` if one may matter.
    fn reasons(change: &Change) -> Vec<&str> {
        let hunks = change.hunks.iter();
        hunks.map(|h| h.reason.as_deref().unwrap_or("?")).collect()
    }

    #[test]
    fn a_paragraph_served_in_another_language_is_no_news() {
        let [one, two, three, four] = RULES;
        let french = "Les créateurs ne peuvent pas publier des vidéos de plus de dix minutes.";
        let change = change(&[one, two, three, four], &[one, french, three, four]);
        assert!(!change.is_substantive());
        assert!(
            reasons(&change).iter().all(|r| *r == "other language"),
            "{:?}",
            reasons(&change)
        );
    }

    #[test]
    fn a_new_paragraph_in_the_pages_language_in_the_same_place_is_news() {
        let [one, two, three, four] = RULES;
        let other = "Nobody may sell tickets to a concert without a licence of the city.";
        let change = change(&[one, two, three, four], &[one, other, three, four]);
        assert!(change.is_substantive(), "{:?}", reasons(&change));
    }

    #[test]
    fn one_line_of_an_error_in_place_of_a_section_is_a_page_blocked() {
        let [one, two, three, four] = RULES;
        let error = "Something went wrong. Try reloading the page.";
        let change = change(&[one, two, three, four], &[one, error, four]);
        assert!(!change.is_substantive());
        assert!(
            reasons(&change).contains(&"page gone or blocked"),
            "{:?}",
            reasons(&change)
        );
    }

    #[test]
    fn days_that_all_shift_by_one_are_another_time_zone() {
        let [one, two, ..] = RULES;
        let change = change(
            &[one, "March 3, 2026", two, "April 9, 2026"],
            &[one, "March 4, 2026", two, "April 10, 2026"],
        );
        assert!(!change.is_substantive());
        assert_eq!(reasons(&change), ["time zone", "time zone"]);
    }
}
