//! Is a difference worth telling? What the certain rules left over is weighed here.
//!
//! The hunks that are not plainly cosmetic are read for signs: new sentences, list items and rows,
//! larger edits, names put for names, sanctions, numbers, a date of the page that moved on, an
//! announcement; and against it, words put for other words, words left out, text that only moved. A
//! logistic model over these signs gives the probability that a careful reader would call the change
//! substantive: p = 1 / (1 + e^−(bias + Σ weight · sign)). Its weights are data (`weights.toml`),
//! fitted on labelled pairs of real rule texts with each sign's direction fixed beforehand.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::cosmetic::has;
use super::delta::{Delta, Edit, Side};
use super::evidence::{Findings, context, fresh};
use super::lexicon::{Hit, Word};
use super::scene::Scene;
use super::tongue::Tongue;
use crate::model::{Block, BlockKind, Hunk, HunkKind};

/// Signs of one difference, each with its name; larger means more of it.
pub(crate) type Signs = Vec<(&'static str, f64)>;

/// The shipped weights.
const WEIGHTS: &str = include_str!("weights.toml");

/// The model: what it takes to be told, and what each sign adds.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Model {
    pub(crate) threshold: f64,
    bias: f64,
    weight: BTreeMap<String, f64>,
}

impl Model {
    /// The probability that these signs give.
    pub(crate) fn probability(&self, signs: &Signs) -> f64 {
        let weigh = |(name, value): &(&str, f64)| self.weight.get(*name).unwrap_or(&0.0) * value;
        let sum: f64 = signs.iter().map(weigh).sum();
        1.0 / (1.0 + (-(self.bias + sum)).exp())
    }
}

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    #[derive(serde::Deserialize)]
    struct Weights {
        tell: Model,
    }
    // a test holds that the shipped weights parse; without them all would be told
    toml::from_str::<Weights>(WEIGHTS)
        .map(|w| w.tell)
        .unwrap_or_default()
});

/// How a difference is weighed.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ChangeScore {
    /// From this probability on it is told.
    pub threshold: f64,
    /// What the sum begins with.
    pub bias: f64,
    /// Signs that were seen, the heaviest first.
    pub signs: Vec<SignPart>,
    /// 1 / (1 + e^−(bias + Σ points)).
    pub probability: f64,
}

/// What one sign adds.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SignPart {
    /// The sign.
    pub sign: &'static str,
    /// How much of it was seen.
    pub value: f64,
    /// What one of it adds.
    pub weight: f64,
    /// Their product.
    pub points: f64,
}

/// The parts of the probability.
pub(crate) fn parts(signs: &Signs) -> ChangeScore {
    let seen = signs.iter().filter(|(_, value)| *value != 0.0);
    let mut parts: Vec<SignPart> = seen
        .map(|(sign, value)| {
            let weight = MODEL.weight.get(*sign).copied().unwrap_or(0.0);
            SignPart {
                sign,
                value: *value,
                weight,
                points: weight * value,
            }
        })
        .collect();
    parts.sort_by(|a, b| b.points.abs().total_cmp(&a.points.abs()));
    ChangeScore {
        threshold: MODEL.threshold,
        bias: MODEL.bias,
        signs: parts,
        probability: probability(signs),
    }
}

/// The probability that a difference with these signs is worth telling.
pub(crate) fn probability(signs: &Signs) -> f64 {
    MODEL.probability(signs)
}

/// Is this probability enough to tell?
pub(crate) fn is_told(probability: f64) -> bool {
    probability >= MODEL.threshold
}

/// Reads the signs of a difference. `deltas` runs along `hunks`.
pub(crate) fn signs(
    hunks: &[Hunk],
    deltas: &[Delta],
    findings: &Findings,
    scene: &Scene<'_>,
) -> Signs {
    let mut sum = Sum::default();
    for (hunk, delta) in hunks.iter().zip(deltas) {
        match hunk.reason.as_deref() {
            Some("moved") => sum.moved += 1.0,
            Some(_) => {}
            None => sum.add(hunk, delta, scene),
        }
    }
    let stamps = (scene.stamp(scene.before), scene.stamp(scene.after));
    let advanced = matches!(stamps, (Some(was), Some(is)) if is > was);
    let yes = |is: bool| f64::from(u8::from(is));
    let any = |count: f64| yes(count > 0.0);
    vec![
        ("sentence", any(sum.sentences)),
        ("large", any(sum.large)),
        ("item", any(sum.items)),
        ("row", any(sum.rows)),
        ("heading", any(sum.headings)),
        ("name_swap", any(sum.name_swaps)),
        ("led", yes(!findings.led.is_empty())),
        ("duty", yes(!findings.duties.is_empty())),
        ("turned", any(sum.turned)),
        ("widened", any(sum.widened)),
        ("number", yes(!findings.numbers.is_empty())),
        ("sanction", any(sum.sanctions)),
        ("subject", any(sum.subjects)),
        ("announcement", any(sum.announcements)),
        ("effective", yes(findings.effective.is_some())),
        ("stamp", yes(advanced)),
        ("gained", sum.gained.ln_1p()),
        ("swaps", sum.swaps.ln_1p()),
        ("cuts", sum.cuts.ln_1p()),
        ("moved", sum.moved.ln_1p()),
        ("only_removed", yes(sum.added < 1.0 && sum.removed > 0.0)),
    ]
}

/// Counts over the hunks that may matter.
#[derive(Default)]
struct Sum {
    sentences: f64,
    large: f64,
    items: f64,
    rows: f64,
    headings: f64,
    name_swaps: f64,
    turned: f64,
    widened: f64,
    sanctions: f64,
    subjects: f64,
    announcements: f64,
    gained: f64,
    added: f64,
    removed: f64,
    swaps: f64,
    cuts: f64,
    moved: f64,
}

impl Sum {
    fn add(&mut self, hunk: &Hunk, delta: &Delta, scene: &Scene<'_>) {
        self.sentences += delta.after.whole_sentences(5) as f64;
        self.gained += delta.gained(scene) as f64;
        self.added += delta.after.changed_words() as f64;
        self.removed += delta.before.changed_words() as f64;
        if hunk.kind != HunkKind::Edited {
            match block_of(hunk, scene).map(|b| b.kind) {
                Some(BlockKind::ListItem) => self.items += 1.0,
                Some(BlockKind::Heading(_)) => self.headings += 1.0,
                Some(BlockKind::TableRow) => self.rows += 1.0,
                _ => {}
            }
        }
        for edit in &delta.edits {
            self.size_up(delta, edit, scene);
        }
        let turned = delta.edits.iter().filter(|edit| turns(delta, edit)).count();
        if turned > 0 && !as_many_negations(delta) {
            self.turned += turned as f64;
        }
        let sides = [fresh(&delta.before, scene), fresh(&delta.after, scene)];
        self.widened += f64::from(u8::from(widens(hunk, delta, &sides[1], scene)));
        for hits in &sides {
            let count = |group: &str| hits.iter().filter(|h| h.group == group).count() as f64;
            self.sanctions += count("consequence");
            self.subjects += count("subject");
        }
        if has(&sides[1], "when", "announcement") {
            self.announcements += 1.0;
        }
    }

    /// Counts an edit by its size: a word or two for others, a few words less, or more than that.
    fn size_up(&mut self, delta: &Delta, edit: &Edit, scene: &Scene<'_>) {
        let said = |side: &Side, run: &Range<usize>| {
            let small = &side.small(scene)[run.clone()];
            small.iter().filter(|small| !**small).count()
        };
        let named = |side: &Side, run: &Range<usize>| {
            run.clone().any(|at| {
                let digit = side.words[at]
                    .folded
                    .starts_with(|c: char| c.is_ascii_digit());
                digit || is_name(side, at, scene)
            })
        };
        let gone = said(&delta.before, &edit.removed);
        let come = said(&delta.after, &edit.added);
        let replaces = !edit.removed.is_empty() && !edit.added.is_empty();
        match (gone, come) {
            (1..=2, 1..=2)
                if named(&delta.before, &edit.removed) && named(&delta.after, &edit.added) =>
            {
                self.name_swaps += 1.0;
            }
            (0..=2, 0..=2) if replaces => self.swaps += 1.0,
            (0, 0..=3) => {}
            (0..=3, 0) => self.cuts += 1.0,
            _ => self.large += 1.0,
        }
    }
}

/// Does a sentence that forbids, requires or speaks of data gain more things than it loses?
fn widens(hunk: &Hunk, delta: &Delta, come: &[Hit], scene: &Scene<'_>) -> bool {
    let things = |side: &Side| side.telling(scene).count();
    let more = || things(&delta.after) > things(&delta.before);
    if hunk.kind != HunkKind::Edited || !more() {
        return false;
    }
    let rules = |(group, name): &(&str, &str)| {
        matches!(
            (*group, *name),
            ("obligation", "ban" | "requirement") | ("subject", "privacy")
        )
    };
    // "able to" for "can" is a duty's own word
    let duty = || come.iter().any(|hit| hit.group == "obligation");
    context(&delta.after, scene).iter().any(rules) && !duty()
}

/// Words that turn a sentence into its opposite.
const NEGATIONS: [&str; 14] = [
    "not",
    "no",
    "never",
    "cannot",
    "nor",
    "не",
    "ни",
    "нельзя",
    "никогда",
    "ne",
    "jamais",
    "nicht",
    "kein",
    "keine",
];

fn negates(word: &Word) -> bool {
    NEGATIONS.contains(&word.folded.as_str()) || word.folded.ends_with("n't")
}

/// Have the sides of a hunk as many negations as each other? Then none was taken back or put in, only
/// moved or written otherwise, "isn't" for "is not".
fn as_many_negations(delta: &Delta) -> bool {
    let count = |side: &Side| side.words.iter().filter(|word| negates(word)).count();
    count(&delta.before) == count(&delta.after)
}

/// Does a small edit take a negation away or put one in: "we do not sell", "we may sell"?
fn turns(delta: &Delta, edit: &Edit) -> bool {
    const SMALL: usize = 4;
    let here = |side: &Side, run: &Range<usize>| side.words[run.clone()].iter().any(negates);
    edit.removed.len() <= SMALL
        && edit.added.len() <= SMALL
        && here(&delta.before, &edit.removed) != here(&delta.after, &edit.added)
}

/// Is a word a name: written with a capital inside a sentence (or as "iOS" is), and in no form
/// anywhere on the page without one?
fn is_name(side: &Side, at: usize, scene: &Scene<'_>) -> bool {
    let word = &side.words[at];
    let written = &side.text[word.range.clone()];
    let before = side.text[..word.range.start].trim_end();
    let inside = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ',' | '(' | '/'));
    // German writes every noun so
    let capital =
        written.starts_with(char::is_uppercase) && inside && scene.tongue != Tongue::German;
    let mixed =
        written.chars().skip(1).any(char::is_uppercase) && written.contains(char::is_lowercase);
    (capital || mixed) && !scene.is_common(&word.folded)
}

/// Did a large part of the page go while nothing came? Such a page was read in part, or is served
/// without what other regions see.
pub(crate) fn is_part_missing(hunks: &[Hunk], deltas: &[Delta]) -> bool {
    let told = || hunks.iter().zip(deltas).filter(|(hunk, _)| !hunk.cosmetic);
    let come: usize = told().map(|(_, delta)| delta.after.changed_words()).sum();
    let gone: usize = told().map(|(_, delta)| delta.before.changed_words()).sum();
    come == 0 && gone >= 300
}

/// The block that a hunk is about.
pub(crate) fn block_of<'a>(hunk: &Hunk, scene: &Scene<'a>) -> Option<&'a Block> {
    if hunk.kind == HunkKind::Removed {
        scene.before.blocks.get(hunk.before_at)
    } else {
        scene.after.blocks.get(hunk.after_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_model_parses_and_weighs() {
        assert!(MODEL.threshold > 0.3 && MODEL.weight.len() >= 15);
        let quiet = probability(&vec![("swaps", 1.0), ("cuts", 1.0)]);
        let loud = probability(&vec![("sentence", 1.0), ("subject", 1.0), ("gained", 2.0)]);
        assert!(!is_told(quiet) && is_told(loud));
    }
}
