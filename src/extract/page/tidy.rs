//! Lines that belong to the site and not to the text, dropped from the chosen blocks.
//!
//! What no markup tells apart: "Share", "Was this helpful? Yes No", "Advertisement", and in articles the teasers
//! that follow "Read also". Only whole short blocks of known words go, so no sentence of a text is lost.

use super::{meta::Intent, site_lines};
use crate::extract::html::FlowBlock;
use crate::model::BlockKind;

/// Blocks longer than this are sentences.
const LINE: usize = 70;

/// The blocks without the site's own lines.
pub(super) fn tidy(blocks: Vec<FlowBlock>, intent: Intent) -> Vec<FlowBlock> {
    let mut out: Vec<FlowBlock> = Vec::with_capacity(blocks.len());
    let mut after = After::Text;
    let names: Vec<bool> = (0..blocks.len())
        .map(|at| intent != Intent::Article && names_a_part(&blocks, at))
        .collect();
    for (block, names_a_part) in blocks.into_iter().zip(names) {
        let text = block.block.text.as_str();
        let short = text.chars().count() <= LINE;
        let words = if short { plain(text) } else { String::new() };
        if short && is_site_line(&words) && !names_a_part {
            continue;
        }
        if short
            && site_lines::QUESTIONS
                .iter()
                .any(|question| words.starts_with(question))
        {
            after = After::Question;
            continue;
        }
        if intent == Intent::Article && short && names_related(&words) {
            after = After::Related;
            continue;
        }
        match after {
            After::Question
                if words.chars().count() <= 6 && block.block.kind != BlockKind::TableRow =>
            {
                continue;
            }
            After::Related if is_teaser(&block) => continue,
            _ => after = After::Text,
        }
        out.push(block);
    }
    out
}

fn is_site_line(words: &str) -> bool {
    site_lines::SITE_LINES.contains(&words)
}

/// Does a line that a site might say name a part of this text? "Advertising" and "Comments" head
/// sections of rules, and stand in their lists beside what no site says.
fn names_a_part(blocks: &[FlowBlock], at: usize) -> bool {
    let block = &blocks[at].block;
    let is_text = |block: &FlowBlock| block.block.text.chars().count() > LINE;
    match block.kind {
        BlockKind::Heading(_) => {
            let mut below = blocks[at + 1..].iter();
            below.next().is_some_and(|next| match next.block.kind {
                BlockKind::Heading(_) => false,
                BlockKind::ListItem | BlockKind::TableRow => true,
                _ => is_text(next),
            })
        }
        BlockKind::ListItem => {
            let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
            let mut beside = beside.filter_map(|at| blocks.get(at));
            block.links.is_empty()
                && beside.any(|other| {
                    other.block.kind == BlockKind::ListItem
                        && other.block.links.is_empty()
                        && !is_site_line(&plain(&other.block.text))
                })
        }
        _ => false,
    }
}

/// What the last dropped block announced.
#[derive(Clone, Copy, PartialEq)]
enum After {
    Text,
    /// "Was this helpful?": its answers follow.
    Question,
    /// "Read also": links follow.
    Related,
}

/// A short line that is mostly a link.
fn is_teaser(block: &FlowBlock) -> bool {
    let length = block.block.text.chars().count();
    let linked: usize = block
        .block
        .links
        .iter()
        .map(|link| link.text.chars().count())
        .sum();
    length <= 200 && linked * 2 > length
}

fn names_related(words: &str) -> bool {
    site_lines::RELATED.iter().any(|phrase| {
        words == *phrase
            || words.strip_prefix(phrase).is_some_and(|rest| {
                rest.starts_with([' ', ':']) && rest.split_whitespace().count() <= 3
            })
    })
}

/// Lower case, straight apostrophes, without marks around.
fn plain(text: &str) -> String {
    text.to_lowercase()
        .replace('’', "'")
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_owned()
}
