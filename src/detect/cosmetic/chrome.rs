//! What stands around a rule text: menus, related links, question chips, footers, surveys.

use std::ops::Range;

use crate::detect::delta::{Delta, Side};
use crate::detect::lexicon::{Hit, Word, words};
use crate::detect::scene::Scene;
use crate::model::{Block, BlockKind, Hunk, HunkKind};

use super::has;

/// Longest label of a menu or a chip, in words.
const LABEL: usize = 9;
/// Longest title of a linked article, in words.
const LINK: usize = 16;
/// Most items of a list of the frame.
const MENU: usize = 12;

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
    let announces = has(delta.after.hits(scene), "when", "announcement");
    if blocks.is_empty() || announces {
        return false;
    }
    let in_frame = hunk.section.as_deref().is_some_and(|section| {
        let phrases = scene.heading(section);
        share(&phrases.hits, phrases.words, &["navigation", "widget"]) >= 0.5
    });
    let in_frame = in_frame || is_under_widget(hunk, scene);
    let sides = [&delta.before, &delta.after];
    blocks.iter().all(|block| {
        if let Some(side) = sides.iter().find(|side| side.text == block.text) {
            return is_frame(block, side.hits(scene), &side.words, in_frame);
        }
        let words = words(&block.text);
        is_frame(block, &scene.hits(&words), &words, in_frame)
    })
}

/// Does the line above a list name a part of the frame, such as "Related articles"?
fn is_under_widget(hunk: &Hunk, scene: &Scene<'_>) -> bool {
    let (text, at) = match hunk.kind {
        HunkKind::Removed => (scene.before, hunk.before_at),
        _ => (scene.after, hunk.after_at),
    };
    let is_item = |block: &&Block| block.kind == BlockKind::ListItem;
    let Some(above) = text.blocks.get(..at) else {
        return false;
    };
    text.blocks.get(at).is_some_and(|block| is_item(&block))
        && above
            .iter()
            .rev()
            .take(MENU)
            .find(|block| !is_item(block))
            .is_some_and(|lead| {
                let phrases = scene.heading(&lead.text);
                share(&phrases.hits, phrases.words, &["widget"]) >= 0.5
            })
}

/// Are the words mostly those of the frame, such as "see prior versions"?
pub(super) fn names_frame(side: &Side, run: &Range<usize>, scene: &Scene<'_>) -> bool {
    share(&side.hits_in(run.clone(), scene), run.len(), &FRAME) >= 0.5
}

const FRAME: [&str; 3] = ["navigation", "widget", "cookie_banner"];

/// Share of so many words that phrases of the frame cover.
fn share(hits: &[Hit], words: usize, names: &[&str]) -> f64 {
    let named = hits
        .iter()
        .filter(|h| h.group == "noise" && names.contains(&h.name));
    let covered: usize = named.map(|h| h.words.len()).sum();
    covered as f64 / words.max(1) as f64
}

fn is_frame(block: &Block, hits: &[Hit], words: &[Word], in_frame: bool) -> bool {
    let widget = has(hits, "noise", "widget");
    if share(hits, words.len(), &FRAME) >= 0.5 || (widget && words.len() <= 40) {
        return true;
    }
    if is_pager(words) {
        return true;
    }
    let longest = if is_link_only(block) { LINK } else { LABEL };
    let label = is_label(block, longest);
    match block.kind {
        _ if in_frame => label || is_link_only(block) || block.kind == BlockKind::ListItem,
        BlockKind::Paragraph => label,
        BlockKind::ListItem => label && (ends_as_menu(block) || block.text.ends_with('?')),
        _ => false,
    }
}

/// Is it a short line without the end of a sentence, or a question, as on a button or in a menu?
fn is_label(block: &Block, longest: usize) -> bool {
    let words = block.text.split_whitespace().take(LINK + 1).count();
    let open = !block.text.ends_with(['.', ':', ';', ',', '!']);
    words <= longest && open || (words <= LINK && block.text.ends_with('?'))
}

/// Is it "Prev … Next …", which leads to the pages beside this one?
fn is_pager(words: &[Word]) -> bool {
    const BACK: [&str; 6] = [
        "prev",
        "previous",
        "назад",
        "précédent",
        "zurück",
        "vorherige",
    ];
    const ON: [&str; 6] = ["next", "вперед", "далее", "suivant", "weiter", "nächste"];
    let is = |word: &Word, names: &[&str]| names.contains(&word.folded.as_str());
    words.len() <= 40
        && words.first().is_some_and(|word| is(word, &BACK))
        && words.iter().any(|word| is(word, &ON))
}

/// Does a dot between menu entries end it?
fn ends_as_menu(block: &Block) -> bool {
    block.text.ends_with(['·', '|', '•', '›', '»'])
}

fn is_link_only(block: &Block) -> bool {
    let linked: usize = block
        .links
        .iter()
        .map(|link| link.text.chars().count())
        .sum();
    linked > 0 && linked * 10 >= block.text.chars().count() * 9
}

/// Is it the page's own title, given or not given above the text?
pub(super) fn is_page_title(hunk: &Hunk, _: &Delta, scene: &Scene<'_>) -> bool {
    let (text, at) = match hunk.kind {
        HunkKind::Added => (scene.after, hunk.after_at),
        HunkKind::Removed => (scene.before, hunk.before_at),
        _ => return false,
    };
    let is_heading = |block: &Block| matches!(block.kind, BlockKind::Heading(_));
    at < 3
        && text
            .blocks
            .get(..=at)
            .is_some_and(|top| top.iter().all(is_heading))
}
