//! Obligations gained and lost: `may → must not`, `+ prohibited`.

use std::ops::Range;

use super::{Duty, Shift};
use crate::detect::cosmetic::has;
use crate::detect::delta::{Delta, Side};
use crate::detect::lexicon::{Hit, Word, few_words, words};
use crate::detect::scene::Scene;
use crate::detect::score::block_of;
use crate::model::{Block, BlockKind, Hunk, HunkKind};

/// Those who speak of themselves.
const WE: [&str; 4] = ["we", "мы", "nous", "wir"];

/// What a platform says of itself that still rules its users: "we do not allow", "we remove".
const RULES: [&str; 25] = [
    "allow",
    "permit",
    "accept",
    "tolera",
    "remov",
    "prohibit",
    "ban",
    "forbid",
    "restrict",
    "require",
    "disallow",
    "разреш",
    "допуска",
    "удал",
    "запрещ",
    "запрет",
    "принима",
    "блокир",
    "одобр",
    "треб",
    "autoris",
    "interdi",
    "supprim",
    "exige",
    "bannis",
];

/// Does a platform only speak of what it does itself: "we do not control", "we may collect"?
pub(crate) fn is_ours(words: &[Word], hit: &Hit) -> bool {
    let mut ahead = words[..hit.words.start].iter().rev().take(2);
    if hit.group != "obligation" || !ahead.any(|w| WE.contains(&w.folded.as_str())) {
        return false;
    }
    let mut said = words[hit.words.clone()].iter();
    !said.any(|w| RULES.iter().any(|rule| w.folded.contains(rule)))
}

/// Obligations that differ between the sides of a hunk. A phrase that stands on both sides, or two
/// of one kind in the place of one another, is no news.
pub(super) fn shifts(
    delta: &Delta,
    before: &[Hit],
    after: &[Hit],
    hunk: usize,
    scene: &Scene<'_>,
) -> Vec<Shift<Duty>> {
    let duties = |hits: &[Hit], side: &Side| -> Vec<(Duty, Range<usize>)> {
        let named = hits
            .iter()
            .filter(|h| h.group == "obligation" && !is_ours(&side.words, h));
        named
            .map(|h| (Duty::of(h.name, side.slice(&h.words)), h.words.clone()))
            .collect()
    };
    let mut gone = duties(before, &delta.before);
    let mut come = duties(after, &delta.after);
    gone.retain(|(was, _)| {
        let twin = come
            .iter()
            .position(|(is, _)| is.kind == was.kind && is.text.eq_ignore_ascii_case(&was.text));
        twin.map(|at| come.remove(at)).is_none()
    });
    let mut shifts = Vec::new();
    for edit in &delta.edits {
        let here = |found: &[(Duty, Range<usize>)], words: &Range<usize>| {
            found.iter().position(|(_, at)| words.contains(&at.start))
        };
        if let (Some(b), Some(a)) = (here(&gone, &edit.removed), here(&come, &edit.added)) {
            let (was, is) = (gone.remove(b).0, come.remove(a).0);
            if was.kind == is.kind && is_advice(&was) == is_advice(&is) {
                continue;
            }
            shifts.push(Shift {
                before: Some(was),
                after: Some(is),
                hunk,
            });
        }
    }
    let lost = gone.into_iter().map(|(was, mut at)| Shift {
        after: weakened(
            &was,
            at.find_map(|word| delta.later(word)),
            &delta.after,
            scene,
        ),
        before: Some(was),
        hunk,
    });
    shifts.extend(lost);
    let gained = come.into_iter().map(|(is, mut at)| Shift {
        before: weakened(
            &is,
            at.find_map(|word| delta.earlier(word)),
            &delta.before,
            scene,
        ),
        after: Some(is),
        hunk,
    });
    shifts.extend(gained);
    shifts
}

/// What a ban is without the negation that one side lacks: "may" in the place of "may not".
fn weakened(ban: &Duty, at: Option<usize>, side: &Side, scene: &Scene<'_>) -> Option<Duty> {
    let at = at.filter(|_| ban.kind == "ban")?;
    let here = side
        .hits(scene)
        .iter()
        .find(|hit| hit.group == "obligation" && hit.name != "ban" && hit.words.contains(&at))?;
    Some(Duty::of(here.name, side.slice(&here.words)))
}

/// Is it only advised: "should", "следует"? A duty that becomes advice, or the other way, has changed.
fn is_advice(duty: &Duty) -> bool {
    const ADVICE: [&str; 3] = ["should", "следует", "recommend"];
    let said = duty.text.to_lowercase();
    ADVICE.iter().any(|word| said.contains(word))
}

/// What the lines above a list item say of all items of the list: forbidden, required, permitted?
pub(super) fn lead(hunk: &Hunk, scene: &Scene<'_>) -> Option<&'static str> {
    let block = block_of(hunk, scene)?;
    if !matches!(
        block.kind,
        BlockKind::ListItem | BlockKind::TableRow | BlockKind::Paragraph
    ) {
        return None;
    }
    let text = if hunk.kind == HunkKind::Removed {
        scene.before
    } else {
        scene.after
    };
    let at = if hunk.kind == HunkKind::Removed {
        hunk.before_at
    } else {
        hunk.after_at
    };
    let above = text.blocks.get(..at)?;
    let is_item = |b: &&Block| matches!(b.kind, BlockKind::ListItem | BlockKind::TableRow);
    let mut near = above.iter().enumerate().rev().take(80);
    let lead = near.find(|(_, b)| !is_item(b));
    let lead = lead.filter(|(_, b)| leads(b));
    let lead = lead.map(|(at, _)| at);
    let is_later = hunk.kind != HunkKind::Removed;
    lead.into_iter().chain(headings(above)).find_map(|at| {
        scene.lead(is_later, at, || {
            let block = &above[at];
            let last = block
                .text
                .rsplit(['.', '!', '?'])
                .find(|part| !part.trim().is_empty());
            let hits = scene.hits(&words(last.unwrap_or(&block.text)));
            let kinds = ["ban", "permission", "requirement"].into_iter();
            kinds.into_iter().find(|kind| has(&hits, "lead", kind))
        })
    })
}

/// Does a block speak of the list below it? Prose does when it ends with a colon or says "below".
fn leads(block: &Block) -> bool {
    const BELOW: [&str; 12] = [
        "below",
        "following",
        "these",
        "ci",
        "suivants",
        "suivantes",
        "suivant",
        "ниже",
        "следующие",
        "следующее",
        "следующих",
        "folgende",
    ];
    let below = |w: &Word| BELOW.contains(&w.folded.as_str());
    matches!(block.kind, BlockKind::Heading(_))
        || block.text.trim_end().ends_with(':')
        || few_words(&block.text, 40).is_some_and(|said| said.iter().any(below))
}

/// The headings above, each of a higher level than the one below it, by index; at most three.
fn headings(above: &[Block]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut level = 7;
    for (at, block) in above.iter().enumerate().rev().take(400) {
        if let BlockKind::Heading(here) = block.kind
            && here < level
        {
            level = here;
            found.push(at);
            if found.len() == 3 {
                break;
            }
        }
    }
    found
}
