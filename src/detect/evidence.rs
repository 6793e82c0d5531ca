//! What a change says: numbers, dates, obligations, things that come and go, each before → after.
//!
//! Read from the words that changed, hunk by hunk, and only from hunks that may matter. Equal things
//! on both sides cancel out, so that a sentence that was only rewritten yields nothing. Every piece
//! names the section it stands in.

mod numbers;
mod obligations;
mod when;

use jiff::civil::Date;

pub(crate) use obligations::is_ours;
pub(crate) use when::{Effective, Start};

use super::delta::{Delta, Side};
use super::lexicon::{Hit, Word};
use super::scene::Scene;
use crate::model::{Hunk, HunkKind};

/// Something that was one way and is another; one of the two may be missing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shift<T> {
    pub(crate) before: Option<T>,
    pub(crate) after: Option<T>,
    /// Which hunk, by index.
    pub(crate) hunk: usize,
}

/// A number as written, with the words it is about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    pub(crate) text: String,
    pub(crate) unit: Option<&'static str>,
}

/// An obligation as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Duty {
    /// `ban`, `requirement` or `permission`.
    pub(crate) kind: &'static str,
    /// Said with "may" or "can", which also say that something is possible?
    pub(crate) weak: bool,
    /// The words that say it.
    pub(crate) text: String,
}

impl Duty {
    fn of(name: &'static str, text: &str) -> Self {
        let weak = name == "may";
        Self {
            kind: if weak { "permission" } else { name },
            weak,
            text: text.to_owned(),
        }
    }
}

/// All that a change says.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) numbers: Vec<Shift<Figure>>,
    pub(crate) dates: Vec<Shift<Date>>,
    pub(crate) duties: Vec<Shift<Duty>>,
    /// Phrases of the table among the words that came, as `(group, name, hunk)`.
    pub(crate) come: Vec<(&'static str, &'static str, usize)>,
    /// The same among the words that went.
    pub(crate) gone: Vec<(&'static str, &'static str, usize)>,
    /// The same among words that stayed, in sentences that changed.
    pub(crate) context: Vec<(&'static str, &'static str, usize)>,
    /// From when it is in force.
    pub(crate) effective: Option<Effective>,
    /// List items that came under a lead that forbids, requires or permits: the kind, came?, hunk.
    pub(crate) led: Vec<(&'static str, bool, usize)>,
}

/// Reads what a change says. `deltas` runs along `hunks`; only what may matter is marked in them.
pub(crate) fn gather(hunks: &[Hunk], deltas: &[Delta], scene: &Scene<'_>) -> Findings {
    let mut found = Findings {
        numbers: numbers::shifts(hunks, deltas, scene),
        dates: when::shifts(hunks, deltas, scene),
        ..Findings::default()
    };
    for (at, (hunk, delta)) in hunks.iter().zip(deltas).enumerate() {
        if hunk.cosmetic {
            continue;
        }
        let (before, after) = (fresh(&delta.before, scene), fresh(&delta.after, scene));
        found
            .duties
            .extend(obligations::shifts(delta, &before, &after, at, scene));
        let named = |hits: &[Hit]| {
            hits.iter()
                .map(|h| (h.group, h.name, at))
                .collect::<Vec<_>>()
        };
        found.gone.extend(named(&before));
        found.come.extend(named(&after));
        found.context.extend(
            context(&delta.after, scene)
                .into_iter()
                .map(|(g, n)| (g, n, at)),
        );
        if let Some(kind) = obligations::lead(hunk, scene) {
            match hunk.kind {
                HunkKind::Added => found.led.push((kind, true, at)),
                HunkKind::Removed => found.led.push((kind, false, at)),
                _ => {}
            }
        }
    }
    found.effective = when::effective(hunks, deltas, scene);
    found
}

/// Phrases of the table that words which changed are part of.
pub(crate) fn fresh(side: &Side, scene: &Scene<'_>) -> Vec<Hit> {
    let hits = side.hits(scene).iter();
    let is_fresh = |hit: &&Hit| side.changed[hit.words.clone()].contains(&true);
    let told = hits
        .filter(is_fresh)
        .filter(|hit| !is_takedown(&side.words, hit));
    told.cloned().collect()
}

/// What users publish, which is removed as a sanction and not retired as a function is.
const PUBLISHED: [&str; 22] = [
    "video",
    "videos",
    "post",
    "posts",
    "content",
    "comment",
    "comments",
    "account",
    "accounts",
    "ad",
    "ads",
    "clip",
    "clips",
    "listing",
    "listings",
    "видео",
    "контент",
    "публикации",
    "аккаунты",
    "объявления",
    "материалы",
    "комментарии",
];

/// Does a phrase that reads as the end of a function only say that what users publish is taken down:
/// "unlabelled videos will be removed"?
fn is_takedown(words: &[Word], hit: &Hit) -> bool {
    let said = &words[hit.words.clone()];
    let removes = |word: &Word| word.folded.starts_with("remov") || word.folded.starts_with("удал");
    let before = words[..hit.words.start].iter().rev().take(2);
    hit.group == "lifecycle"
        && said.iter().any(removes)
        && before
            .into_iter()
            .any(|word| PUBLISHED.contains(&word.folded.as_str()))
}

/// Phrases of the table that stayed, in sentences in which other words changed.
pub(crate) fn context(side: &Side, scene: &Scene<'_>) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    for (_, run) in side.touched() {
        for hit in side.hits_in(run.clone(), scene) {
            let words = run.start + hit.words.start..run.start + hit.words.end;
            if !side.changed[words].contains(&true) {
                found.push((hit.group, hit.name));
            }
        }
    }
    found
}
