//! Obligations gained and lost: `may → must not`, `+ prohibited`.

use super::{Duty, Shift, lead_blocks, names_kind};
use crate::detect::delta::{Delta, Side};
use crate::detect::lexicon::{Hit, words};
use crate::detect::scene::Scene;
use crate::detect::score::block_of;
use crate::model::{BlockKind, Hunk};

/// Obligations that differ between the sides of a hunk. A phrase that stands on both sides, or two
/// of one kind in the place of one another, is no news.
pub(super) fn shifts(
    delta: &Delta,
    before: &[Hit],
    after: &[Hit],
    hunk: usize,
) -> Vec<Shift<Duty>> {
    let duties = |hits: &[Hit], side: &Side| -> Vec<(Duty, usize)> {
        let named = hits.iter().filter(|h| h.group == "obligation");
        named
            .map(|h| {
                (
                    Duty {
                        kind: h.name,
                        text: side.slice(&h.words).to_owned(),
                    },
                    h.words.start,
                )
            })
            .collect()
    };
    let mut gone = duties(before, &delta.before);
    let mut come = duties(after, &delta.after);
    for same in [true, false] {
        gone.retain(|(was, _)| {
            let twin = come.iter().position(|(is, _)| {
                is.kind == was.kind && (!same || is.text.eq_ignore_ascii_case(&was.text))
            });
            twin.map(|at| come.remove(at)).is_none()
        });
    }
    let mut shifts = Vec::new();
    for edit in &delta.edits {
        let here = |found: &[(Duty, usize)], words: &std::ops::Range<usize>| {
            found.iter().position(|(_, at)| words.contains(at))
        };
        if let (Some(b), Some(a)) = (here(&gone, &edit.removed), here(&come, &edit.added)) {
            let (was, is) = (gone.remove(b).0, come.remove(a).0);
            shifts.push(Shift {
                before: Some(was),
                after: Some(is),
                hunk,
            });
        }
    }
    shifts.extend(gone.into_iter().map(|(was, _)| Shift {
        before: Some(was),
        after: None,
        hunk,
    }));
    shifts.extend(come.into_iter().map(|(is, _)| Shift {
        before: None,
        after: Some(is),
        hunk,
    }));
    shifts
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
    let (lead, heading) = lead_blocks(hunk, scene)?;
    let short = |text: &str| {
        let end = text.char_indices().rev().nth(400).map_or(0, |(at, _)| at);
        words(&text[end..])
    };
    // a list's lead ends with a colon or is a heading; prose above prose leads nothing
    let leads = lead.text.trim_end().ends_with(':') || matches!(lead.kind, BlockKind::Heading(_));
    let is_item = block.kind == BlockKind::ListItem;
    let texts = [
        (is_item && leads).then_some(lead),
        heading.filter(|_| is_item),
    ];
    for text in texts.into_iter().flatten() {
        let hits = scene.hits(&short(&text.text));
        if let Some(kind) = ["ban", "permission", "requirement"]
            .into_iter()
            .find(|k| names_kind(&hits, k))
        {
            return Some(kind);
        }
    }
    None
}
