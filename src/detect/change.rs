//! The difference between two versions of a page, with its weight.

use std::cell::OnceCell;
use std::collections::HashMap;

use jiff::Timestamp;

use super::delta::Delta;
use super::evidence::{self, Findings};
use super::scene::Scene;
use super::score::{self, ChangeScore, Signs};
use super::tokens::{link_target, text_hash};
use super::{align, classify, cosmetic, gap, moved};
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
    page_change_but(before, after, context, |_| None)
}

/// As [`page_change`], with some places left out of the verdict, for the reason that is named.
pub(super) fn page_change_but(
    before: &PageText,
    after: &PageText,
    context: &ChangeContext<'_>,
    leave_out: impl Fn(&Hunk) -> Option<&'static str>,
) -> Option<Change> {
    if text_hash(before) == text_hash(after) {
        return None;
    }
    let scene = Scene::of(before, after, context.language, context.now);
    let study = Study::between(&scene, leave_out);
    let weight = study.weight(&scene, context.seen_before.is_some());
    Some(study.into_change(weight))
}

/// The signs by which a difference is weighed, each with its name and value: for calibration.
pub fn change_signs(
    before: &PageText,
    after: &PageText,
    context: &ChangeContext<'_>,
) -> Option<Signs> {
    if text_hash(before) == text_hash(after) {
        return None;
    }
    let scene = Scene::of(before, after, context.language, context.now);
    Some(Study::between(&scene, |_| None).signs(&scene).clone())
}

/// The signs by which the severity of a difference is weighed: for calibration. `title` is the
/// document's name for people.
pub fn gravity_signs(
    before: &PageText,
    after: &PageText,
    context: &ChangeContext<'_>,
    title: &str,
) -> Option<Signs> {
    if text_hash(before) == text_hash(after) {
        return None;
    }
    let scene = Scene::of(before, after, context.language, context.now);
    let study = Study::between(&scene, |_| None);
    Some(classify::judge(&study, &scene, title).grave)
}

/// How a difference is weighed: each sign's part in it. What certain rules decide (all places
/// cosmetic, an error page) is decided before this is asked.
pub fn change_score(
    before: &PageText,
    after: &PageText,
    context: &ChangeContext<'_>,
) -> Option<ChangeScore> {
    change_signs(before, after, context).map(|signs| score::parts(&signs))
}

/// Why a difference is not told by which a large part of the page went and nothing came.
pub(crate) const PART_MISSING: &str = "part of the page missing";
/// Why a place is not told that shows again what it showed before.
pub(crate) const RETURNED: &str = "returned";
/// Why a place is not told that another finding tells.
pub(crate) const APART: &str = "told by itself";
/// Why a difference is not told that is weighed and found too light.
const SLIGHT: &str = "slight wording";

/// A difference looked at in full: hunks, seen from both sides, and what they say.
pub(crate) struct Study {
    /// With the cosmetic ones named.
    pub(crate) hunks: Vec<Hunk>,
    /// Along the hunks; only what may matter is marked as changed.
    pub(crate) deltas: Vec<Delta>,
    pub(crate) findings: Findings,
    signs: OnceCell<Signs>,
}

impl Study {
    /// Looks at the difference of the two texts of a scene.
    pub(super) fn between(
        scene: &Scene<'_>,
        leave_out: impl Fn(&Hunk) -> Option<&'static str>,
    ) -> Self {
        let mut hunks = align::hunks(scene.before, scene.after);
        for hunk in &mut hunks {
            hunk.reason = leave_out(hunk).map(str::to_owned);
        }
        Self::of(hunks, scene)
    }

    /// Looks at hunks as they were aligned or stored.
    pub(crate) fn of(mut hunks: Vec<Hunk>, scene: &Scene<'_>) -> Self {
        let mut deltas: Vec<Delta> = hunks.iter().map(Delta::of).collect();
        moved::settle(&mut deltas);
        for (hunk, delta) in hunks.iter_mut().zip(&deltas) {
            // what was left out before stays out
            let is_out = |reason: &String| [RETURNED, APART].contains(&reason.as_str());
            hunk.reason = hunk
                .reason
                .take()
                .filter(is_out)
                .or_else(|| cosmetic::reason(hunk, delta, scene).map(str::to_owned));
            hunk.cosmetic = hunk.reason.is_some();
        }
        gap::settle(&mut hunks, &deltas, scene);
        cosmetic::settle_renames(&mut hunks, &mut deltas, scene);
        for (_, delta) in hunks
            .iter()
            .zip(&mut deltas)
            .filter(|(hunk, _)| !hunk.cosmetic)
        {
            cosmetic::settle(delta, scene);
        }
        Self::gathered(hunks, deltas, scene)
    }

    /// Takes hunks as they are: all of them matter.
    pub(super) fn as_it_is(hunks: Vec<Hunk>, scene: &Scene<'_>) -> Self {
        let deltas: Vec<Delta> = hunks.iter().map(Delta::of).collect();
        Self::gathered(hunks, deltas, scene)
    }

    /// With the evidence of what matters in the hunks.
    fn gathered(hunks: Vec<Hunk>, deltas: Vec<Delta>, scene: &Scene<'_>) -> Self {
        let findings = evidence::gather(&hunks, &deltas, scene);
        Self {
            hunks,
            deltas,
            findings,
            signs: OnceCell::new(),
        }
    }

    /// The signs by which it is weighed.
    pub(crate) fn signs(&self, scene: &Scene<'_>) -> &Signs {
        let read = || score::signs(&self.hunks, &self.deltas, &self.findings, scene);
        self.signs.get_or_init(read)
    }

    /// The change as it is kept.
    pub(super) fn into_change(self, weight: ChangeWeight) -> Change {
        let told = || {
            let all = self.hunks.iter().zip(&self.deltas);
            all.filter(|(hunk, _)| !hunk.cosmetic)
        };
        Change {
            weight,
            words_removed: told().map(|(_, d)| d.before.changed_words()).sum(),
            words_added: told().map(|(_, d)| d.after.changed_words()).sum(),
            hunks: self.hunks,
        }
    }

    /// Is it told, and if not, why not?
    pub(super) fn weight(&self, scene: &Scene<'_>, is_return: bool) -> ChangeWeight {
        let cosmetic = |reason: &str| ChangeWeight::Cosmetic(reason.to_owned());
        if is_return {
            return cosmetic(RETURNED);
        }
        if self.hunks.is_empty() {
            let moved_on = links(scene.before) != links(scene.after);
            return cosmetic(if moved_on {
                "links"
            } else {
                "spacing and punctuation"
            });
        }
        if self.hunks.iter().all(|h| h.cosmetic) {
            return cosmetic(&self.main_reason());
        }
        if let Some(reason) = scene.impostor() {
            return cosmetic(reason);
        }
        if score::is_part_missing(&self.hunks, &self.deltas) {
            return cosmetic(PART_MISSING);
        }
        if score::is_told(score::probability(self.signs(scene))) {
            ChangeWeight::Substantive
        } else {
            cosmetic(SLIGHT)
        }
    }

    /// The reason that most hunks share.
    fn main_reason(&self) -> String {
        let reasons: Vec<&str> = self
            .hunks
            .iter()
            .filter_map(|h| h.reason.as_deref())
            .collect();
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for reason in &reasons {
            *counts.entry(reason).or_default() += 1;
        }
        let main = reasons.iter().max_by_key(|reason| counts[**reason]);
        (*main.unwrap_or(&"spacing and punctuation")).to_owned()
    }
}

fn links(text: &PageText) -> Vec<&str> {
    let all = text.blocks.iter().flat_map(|b| &b.links);
    all.map(|l| link_target(&l.href)).collect()
}
