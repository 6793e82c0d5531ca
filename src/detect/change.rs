//! The difference between two versions of a page, with its weight.

use jiff::Timestamp;

use super::delta::Delta;
use super::scene::Scene;
use super::tokens::{link_target, text_hash};
use super::{align, cosmetic, gap, moved, score};
use crate::model::{Change, ChangeWeight, Hunk, PageText};

/// What is known besides the two texts.
#[derive(Debug, Clone, Copy)]
pub struct ChangeContext<'a> {
    /// Language of the source, if known.
    pub language: Option<&'a str>,
    /// When the later text was seen before, if it was: then this is a return.
    pub seen_before: Option<Timestamp>,
    /// When the later text was read.
    pub now: Timestamp,
}

/// The difference between two versions, or `None` when there is none.
///
/// A cosmetic difference is a change too: it is kept with its reason and not told.
pub fn page_change(
    before: &PageText,
    after: &PageText,
    context: &ChangeContext<'_>,
) -> Option<Change> {
    if text_hash(before) == text_hash(after) {
        return None;
    }
    let scene = Scene::of(before, after, context.language, context.now);
    let mut hunks = align::hunks(before, after);
    let mut deltas = deltas(&hunks);
    for (hunk, delta) in hunks.iter_mut().zip(&deltas) {
        hunk.reason = cosmetic::reason(hunk, delta, &scene).map(str::to_owned);
        hunk.cosmetic = hunk.reason.is_some();
    }
    gap::settle(&mut hunks, &deltas, &scene);
    settle(&hunks, &mut deltas, &scene);
    let (mut words_removed, mut words_added) = (0, 0);
    for (hunk, delta) in hunks.iter().zip(&deltas) {
        if !hunk.cosmetic {
            words_removed += delta.before.changed_words();
            words_added += delta.after.changed_words();
        }
    }
    let weight = weigh(&hunks, &deltas, &scene, context);
    Some(Change {
        weight,
        hunks,
        words_removed,
        words_added,
    })
}

/// The hunks seen from both sides, without what only moved between them.
fn deltas(hunks: &[Hunk]) -> Vec<Delta> {
    let mut deltas: Vec<Delta> = hunks.iter().map(Delta::of).collect();
    moved::settle(&mut deltas);
    deltas
}

/// Leaves only what may matter marked in the hunks that may.
fn settle(hunks: &[Hunk], deltas: &mut [Delta], scene: &Scene<'_>) {
    for (_, delta) in hunks.iter().zip(deltas).filter(|(hunk, _)| !hunk.cosmetic) {
        cosmetic::settle(delta, scene);
    }
}

fn weigh(
    hunks: &[Hunk],
    deltas: &[Delta],
    scene: &Scene<'_>,
    context: &ChangeContext<'_>,
) -> ChangeWeight {
    let cosmetic = |reason: &str| ChangeWeight::Cosmetic(reason.to_owned());
    if context.seen_before.is_some() {
        return cosmetic("returned");
    }
    if hunks.is_empty() {
        let moved_on = links(scene.before) != links(scene.after);
        return cosmetic(if moved_on {
            "links"
        } else {
            "spacing and punctuation"
        });
    }
    if let Some(reason) = hunks
        .iter()
        .all(|h| h.cosmetic)
        .then(|| main_reason(hunks))
        .flatten()
    {
        return ChangeWeight::Cosmetic(reason);
    }
    if let Some(reason) = scene.impostor() {
        return cosmetic(reason);
    }
    let _ = score::signs(hunks, deltas, scene);
    ChangeWeight::Substantive
}

/// The reason that most hunks share.
fn main_reason(hunks: &[Hunk]) -> Option<String> {
    let reasons: Vec<&str> = hunks.iter().filter_map(|h| h.reason.as_deref()).collect();
    let count = |reason: &str| reasons.iter().filter(|r| **r == reason).count();
    reasons
        .iter()
        .max_by_key(|reason| count(reason))
        .map(|reason| (*reason).to_owned())
}

fn links(text: &PageText) -> Vec<&str> {
    let all = text.blocks.iter().flat_map(|b| &b.links);
    all.map(|l| link_target(&l.href)).collect()
}

/// The signs by which a difference is weighed, each with its name and value: for calibration.
pub fn change_signs(
    before: &PageText,
    after: &PageText,
    context: &ChangeContext<'_>,
) -> Option<Vec<(&'static str, f64)>> {
    let change = page_change(before, after, context)?;
    let scene = Scene::of(before, after, context.language, context.now);
    let mut deltas = deltas(&change.hunks);
    settle(&change.hunks, &mut deltas, &scene);
    Some(score::signs(&change.hunks, &deltas, &scene))
}
