//! Laws of the difference between two texts, for any texts.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

use super::align::hunks;
use super::{ChangeContext, page_change};
use crate::model::{Block, BlockKind, Change, Hunk, HunkKind, PageText, WordTag};

fn text(lines: &[String]) -> PageText {
    let block = |text: &String| Block {
        kind: match text.len() % 3 {
            0 => BlockKind::Heading(2),
            1 => BlockKind::ListItem,
            _ => BlockKind::Paragraph,
        },
        text: text.clone(),
        links: vec![],
    };
    PageText {
        blocks: lines.iter().map(block).collect(),
    }
}

fn change(before: &PageText, after: &PageText) -> Option<Change> {
    let context = ChangeContext {
        language: None,
        seen_before: None,
        now: "2026-03-20T12:00:00Z".parse().unwrap(),
    };
    page_change(before, after, &context)
}

/// Lines of words that often repeat, so that much can be taken for much else.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let word = prop_oneof![
        Just("must"),
        Just("not"),
        Just("16"),
        Just("clip"),
        Just("нельзя"),
        Just("1 July 2026"),
        Just("запрещено"),
        Just("$10"),
        Just(" "),
        Just("😀"),
    ];
    let line = vec(word, 0..8).prop_map(|words| words.join(" "));
    vec(line, 0..14)
}

/// Blocks of one side that no hunk covers.
fn kept<'a>(text: &'a PageText, hunks: &[Hunk], later: bool) -> Vec<&'a str> {
    let mut covered = vec![false; text.blocks.len()];
    for hunk in hunks {
        let (at, len) = if later {
            (hunk.after_at, hunk.after_len)
        } else {
            (hunk.before_at, hunk.before_len)
        };
        covered[at..at + len].fill(true);
    }
    let blocks = text.blocks.iter().zip(covered);
    blocks
        .filter(|(_, covered)| !covered)
        .map(|(block, _)| block.text.as_str())
        .collect()
}

fn marked(hunks: &[Hunk], tag: WordTag) -> Vec<String> {
    let spans = hunks.iter().flat_map(|hunk| &hunk.spans);
    let mut all: Vec<String> = spans
        .filter(|span| span.tag == tag)
        .map(|span| span.text.clone())
        .collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_text_has_not_changed_from_itself(lines in lines()) {
        prop_assert_eq!(change(&text(&lines), &text(&lines)), None);
    }

    #[test]
    fn hunks_and_what_they_leave_spell_both_texts(before in lines(), after in lines()) {
        let (before, after) = (text(&before), text(&after));
        let hunks = hunks(&before, &after);
        prop_assert_eq!(kept(&before, &hunks, false), kept(&after, &hunks, true));
        for hunk in &hunks {
            if hunk.before_len == 1 {
                prop_assert_eq!(&hunk.before(), &before.blocks[hunk.before_at].text);
            }
            if hunk.after_len == 1 {
                prop_assert_eq!(&hunk.after(), &after.blocks[hunk.after_at].text);
            }
        }
    }

    #[test]
    fn what_came_one_way_goes_the_other(
        names in btree_set("[a-z]{8} [a-z]{8} [a-z]{8}", 2..10),
        gone in vec(any::<bool>(), 10),
        come in vec(any::<bool>(), 10),
    ) {
        let pick = |flags: &[bool]| -> PageText {
            let names = names.iter().zip(flags);
            let left: Vec<String> = names.filter(|(_, f)| !**f).map(|(n, _)| n.clone()).collect();
            text(&left)
        };
        let (before, after) = (pick(&gone), pick(&come));
        let (there, back) = (hunks(&before, &after), hunks(&after, &before));
        prop_assert_eq!(marked(&there, WordTag::Added), marked(&back, WordTag::Removed));
        prop_assert_eq!(marked(&there, WordTag::Removed), marked(&back, WordTag::Added));
    }

    #[test]
    fn what_only_moved_neither_came_nor_went(
        names in btree_set("[a-z]{8} [a-z]{8} [a-z]{8}", 2..10),
        by in 1_usize..9,
    ) {
        let mut lines: Vec<String> = names.into_iter().collect();
        let before = text(&lines);
        let by = by % lines.len();
        lines.rotate_left(by);
        let hunks = hunks(&before, &text(&lines));
        prop_assert!(hunks.iter().all(|hunk| hunk.kind == HunkKind::Moved), "{:?}", hunks);
    }

    #[test]
    fn no_strings_are_too_strange(before in vec(".{0,60}", 0..8), after in vec(".{0,60}", 0..8)) {
        let found = change(&text(&before), &text(&after));
        if let Some(found) = found {
            for hunk in &found.hunks {
                prop_assert!(!hunk.cosmetic || hunk.reason.is_some());
            }
        }
    }
}

/// Lines that repeat thousands of times make no work that grows with their square.
#[test]
fn repeated_lines_end_soon() {
    let line = |n: usize| format!("You must not post clip {} here.", n % 3);
    let before: Vec<String> = (0..4_000).map(line).collect();
    let after: Vec<String> = (0..4_000).map(|n| line(n + n / 7)).collect();
    assert!(change(&text(&before), &text(&after)).is_some());
    let long = "must ".repeat(30_000);
    let longer = [format!("{long} not")];
    assert!(change(&text(&[long]), &text(&longer)).is_some());
}
