//! Is a difference worth telling? What the certain rules left over is weighed here.
//!
//! The hunks that are not plainly cosmetic are read for signs: new or vanished sentences, words
//! gained and lost, obligations, numbers, a date of the page that moved on, an announcement; and
//! against it, labels, many changes of spelling (a variant of the page), a page that only shrank. A
//! logistic model over these signs gives the probability that a careful reader would call the change
//! substantive. Its weights were fitted on labelled pairs of real rule texts and are data, see
//! [`WEIGHTS`].

use super::cosmetic::has;
use std::ops::Range;

use super::delta::{Delta, Edit, Side};
use super::evidence::Findings;
use super::scene::Scene;
use crate::model::{Block, BlockKind, Hunk, HunkKind};

/// Signs of one difference, each with its name; larger means more of it.
pub(crate) type Signs = Vec<(&'static str, f64)>;

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
            Some("spelling" | "spacing and punctuation" | "small words") => sum.respelt += 1.0,
            Some("navigation" | "cookie banner" | "tokens" | "counters" | "relative time") => {
                sum.frame += 1.0;
            }
            Some("moved") => sum.moved += 1.0,
            Some("other language") => sum.foreign += 1.0,
            Some(_) => {}
            None => sum.add(hunk, delta, scene),
        }
    }
    let stamps = (scene.stamp(scene.before), scene.stamp(scene.after));
    let advanced = matches!(stamps, (Some(was), Some(is)) if is > was);
    let changed = sum.added + sum.removed;
    let size = (scene.sizes.0 + scene.sizes.1).max(1) as f64;
    let log = |value: f64| value.ln_1p();
    vec![
        ("hunks", log(sum.hunks)),
        ("new_sentences", log(sum.new_sentences)),
        ("gone_sentences", log(sum.gone_sentences)),
        ("gained", log(sum.gained)),
        ("lost", log(sum.lost)),
        ("obligations", log(sum.obligations)),
        ("duties", log(findings.duties.len() as f64)),
        ("led", log(findings.led.len() as f64)),
        ("numbers", log(findings.numbers.len() as f64)),
        ("effective", f64::from(u8::from(findings.effective.is_some()))),
        ("list_items", log(sum.list_items)),
        ("headings", log(sum.headings)),
        ("table_rows", log(sum.table_rows)),
        ("labels", sum.labels / sum.hunks.max(1.0)),
        ("sanctions", log(sum.sanctions)),
        ("subjects", log(sum.subjects)),
        ("lifecycle", log(sum.lifecycle)),
        ("announcement", log(sum.announcements)),
        ("names", log(sum.names)),
        ("stamp_advanced", f64::from(u8::from(advanced))),
        (
            "only_removed",
            f64::from(u8::from(sum.added < 1.0 && sum.removed > 0.0)),
        ),
        (
            "only_added",
            f64::from(u8::from(sum.removed < 1.0 && sum.added > 0.0)),
        ),
        ("share", (changed / size).sqrt()),
        ("respelt", log(sum.respelt)),
        ("frame", log(sum.frame)),
        ("moved", log(sum.moved)),
        ("foreign", log(sum.foreign)),
        ("swaps", log(sum.swaps)),
        ("name_swaps", log(sum.name_swaps)),
        ("small_inserts", log(sum.small_inserts)),
        ("small_cuts", log(sum.small_cuts)),
        ("large_edits", log(sum.large_edits)),
        (
            "gone_alone",
            if sum.added < 1.0 {
                log(sum.removed)
            } else {
                0.0
            },
        ),
    ]
}

/// Counts over the hunks that may matter.
#[derive(Default)]
struct Sum {
    hunks: f64,
    new_sentences: f64,
    gone_sentences: f64,
    gained: f64,
    lost: f64,
    added: f64,
    removed: f64,
    obligations: f64,
    list_items: f64,
    headings: f64,
    table_rows: f64,
    labels: f64,
    sanctions: f64,
    subjects: f64,
    lifecycle: f64,
    announcements: f64,
    names: f64,
    respelt: f64,
    frame: f64,
    moved: f64,
    foreign: f64,
    swaps: f64,
    name_swaps: f64,
    small_inserts: f64,
    small_cuts: f64,
    large_edits: f64,
}

impl Sum {
    fn add(&mut self, hunk: &Hunk, delta: &Delta, scene: &Scene<'_>) {
        self.hunks += 1.0;
        self.new_sentences += delta.after.whole_sentences(5) as f64;
        self.gone_sentences += delta.before.whole_sentences(5) as f64;
        self.gained += delta.gained(scene.tongue).len() as f64;
        self.lost += delta.lost(scene.tongue).len() as f64;
        self.added += delta.after.changed_words() as f64;
        self.removed += delta.before.changed_words() as f64;
        let block = block_of(hunk, scene);
        if hunk.kind != HunkKind::Edited {
            match block.map(|b| b.kind) {
                Some(BlockKind::ListItem) => self.list_items += 1.0,
                Some(BlockKind::Heading(_)) => self.headings += 1.0,
                Some(BlockKind::TableRow) => self.table_rows += 1.0,
                _ => {}
            }
        }
        let ended = |b: &Block| {
            b.text
                .ends_with(['.', ';', ':', '!', '…', ')', '"', '»', '”'])
        };
        if block.is_some_and(|b| {
            b.kind == BlockKind::Paragraph && !ended(b) && b.text.split_whitespace().count() <= 12
        }) {
            self.labels += 1.0;
        }
        for edit in &delta.edits {
            self.size_up(delta, edit, scene);
        }
        for (side, is_after) in [(&delta.before, false), (&delta.after, true)] {
            self.read(side, is_after, scene);
        }
    }

    /// Counts an edit by its size: a word or two for others, a few words more or less, more.
    fn size_up(&mut self, delta: &Delta, edit: &Edit, scene: &Scene<'_>) {
        let said = |side: &Side, run: &Range<usize>| {
            run.clone()
                .filter(|at| !scene.tongue.is_small(&side.words[*at].folded))
                .count()
        };
        let named = |side: &Side, run: &Range<usize>| {
            run.clone().any(|at| {
                let digit = side.words[at].folded.starts_with(|c: char| c.is_ascii_digit());
                digit || is_name(side, at, scene)
            })
        };
        let (gone, come) = (
            said(&delta.before, &edit.removed),
            said(&delta.after, &edit.added),
        );
        match (gone, come) {
            (1..=2, 1..=2)
                if named(&delta.before, &edit.removed) && named(&delta.after, &edit.added) =>
            {
                self.name_swaps += 1.0;
            }
            (0..=2, 0..=2) if !edit.removed.is_empty() && !edit.added.is_empty() => {
                self.swaps += 1.0
            }
            (0, 0..=3) => self.small_inserts += 1.0,
            (0..=3, 0) => self.small_cuts += 1.0,
            _ => self.large_edits += 1.0,
        }
    }

    /// Counts the table's phrases among the words of a side that changed.
    fn read(&mut self, side: &Side, is_after: bool, scene: &Scene<'_>) {
        let hits = scene.hits(&side.words);
        let mut fresh: Vec<_> = hits;
        fresh.retain(|hit| side.changed[hit.words.clone()].iter().any(|c| *c));
        let count = |group: &str| fresh.iter().filter(|h| h.group == group).count() as f64;
        self.obligations += count("obligation");
        self.sanctions += count("consequence");
        self.subjects += count("subject");
        self.lifecycle += count("lifecycle");
        if is_after && has(&fresh, "when", "announcement") {
            self.announcements += 1.0;
        }
        self.names += names(side, scene) as f64;
    }
}

/// Changed words that are names.
fn names(side: &Side, scene: &Scene<'_>) -> usize {
    let changed = (0..side.words.len()).filter(|at| side.changed[*at]);
    changed.filter(|at| is_name(side, *at, scene)).count()
}

/// Is a word a name: written with a capital inside a sentence, and nowhere on the page without?
fn is_name(side: &Side, at: usize, scene: &Scene<'_>) -> bool {
    let word = &side.words[at];
    let before = side.text[..word.range.start].trim_end();
    let inside = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ',' | '(' | '/'));
    let capital = side.text[word.range.start..].starts_with(char::is_uppercase);
    inside && capital && !scene.is_common(&word.folded)
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
