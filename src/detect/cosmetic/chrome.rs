//! What stands around a rule text: menus, related links, question chips, footers, surveys.

use crate::detect::delta::{Delta, Side};
use crate::detect::scene::Scene;
use crate::detect::tongue::Tongue;
use crate::model::{Block, BlockKind, Hunk, HunkKind};

use super::has;

/// Longest label of a menu or a chip, in words.
const LABEL: usize = 9;

/// Is the hunk part of the page's frame?
pub(super) fn is_navigation(hunk: &Hunk, delta: &Delta, scene: &Scene<'_>) -> bool {
    let before = scene
        .before
        .blocks
        .get(hunk.before_at..hunk.before_at + hunk.before_len);
    let after = scene
        .after
        .blocks
        .get(hunk.after_at..hunk.after_at + hunk.after_len);
    let blocks: Vec<&Block> = before.into_iter().chain(after).flatten().collect();
    if blocks.is_empty() {
        return false;
    }
    let in_frame = hunk.section.as_deref().is_some_and(|section| {
        let words = crate::detect::lexicon::words(section);
        words.len() <= 6 && has(&scene.hits(&words), "noise", "navigation")
    });
    blocks.iter().all(|block| is_frame(block, in_frame, scene))
        || (delta.kind == HunkKind::Edited
            && blocks.iter().all(|block| is_label(block))
            && sides(delta).all(|side| names_frame(side, scene)))
}

fn sides(delta: &Delta) -> impl Iterator<Item = &Side> {
    [&delta.before, &delta.after]
        .into_iter()
        .filter(|side| !side.words.is_empty())
}

fn names_frame(side: &Side, scene: &Scene<'_>) -> bool {
    has(&scene.hits(&side.words), "noise", "navigation")
}

fn is_frame(block: &Block, in_frame: bool, scene: &Scene<'_>) -> bool {
    let words = crate::detect::lexicon::words(&block.text);
    let hits = scene.hits(&words);
    let named = has(&hits, "noise", "navigation");
    let covered: usize = hits
        .iter()
        .filter(|h| h.name == "navigation")
        .map(|h| h.words.len())
        .sum();
    if named && (covered * 2 >= words.len() || words.len() <= 6) {
        return true;
    }
    match block.kind {
        BlockKind::Paragraph => {
            is_label(block) && (in_frame || is_link_only(block) || is_chip(block))
        }
        BlockKind::ListItem => {
            is_label(block) && (in_frame || is_link_only(block) && is_chip(block))
        }
        BlockKind::Heading(_) => named,
        _ => false,
    }
}

/// Is it a short line without the end of a sentence?
fn is_label(block: &Block) -> bool {
    let words = block.text.split_whitespace().count();
    words <= LABEL && !block.text.ends_with(['.', ':', ';', ',', '!'])
        || (words <= 14 && block.text.ends_with('?'))
}

/// Is it a question, or a line in the reader's own voice, that stands as a button?
fn is_chip(block: &Block) -> bool {
    block.text.ends_with('?') || is_label(block)
}

fn is_link_only(block: &Block) -> bool {
    let linked: usize = block
        .links
        .iter()
        .map(|link| link.text.chars().count())
        .sum();
    linked * 10 >= block.text.chars().count() * 9
}

/// Does the text change its language? Both sides must be long enough to be sure.
pub(super) fn switches_language(delta: &Delta) -> bool {
    let (was, is) = (&delta.before, &delta.after);
    if was.words.len() < 3 || is.words.len() < 3 {
        return false;
    }
    match (Tongue::read(&was.text), Tongue::read(&is.text)) {
        (Some(was), Some(is)) => was != is,
        _ => false,
    }
}
