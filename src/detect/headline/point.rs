//! What a change says first: the sentences that came or went, each weighed by how much it tells.
//!
//! A sentence tells much when it says who must, may or must not, when it bears out the class of the
//! change, holds a number that changed or the day it is in force, and when its words are new to the
//! page and come back elsewhere in the change: that is its theme. Pointers to further reading and
//! the law's boilerplate tell little.

use std::collections::BTreeMap;
use std::ops::Range;

use super::quote::{shows, speaks_for};
use super::{Figure, Shift, is_limit};
use crate::detect::change::Study;
use crate::detect::delta::{Delta, Side};
use crate::detect::evidence::is_ours;
use crate::detect::lexicon::{Hit, Word};
use crate::detect::scene::Scene;
use crate::detect::score::block_of;
use crate::detect::tokens::{ById, word_id};
use crate::model::{BlockKind, ChangeClass, HunkKind};

/// A sentence of a change.
#[derive(Debug, Clone)]
pub(super) struct Point {
    /// In which hunk, by index.
    pub(super) hunk: usize,
    /// On the later side? Else it went.
    pub(super) came: bool,
    /// Where in that side's text, in bytes.
    pub(super) bytes: Range<usize>,
    /// Which of that side's words, by index.
    pub(super) words: Range<usize>,
    /// Do its own words say what the change is called?
    pub(super) bears_out: bool,
    /// How much it tells; below about two it is hardly worth a line.
    pub(super) score: f64,
}

/// How new each word of the change is to the page, or how wholly it is gone.
#[derive(Debug, Default)]
pub(super) struct Novelty {
    /// Of each word that changed: how often it stands on the earlier and on the later page.
    counts: ById<[u32; 2]>,
}

/// Blocks that make a passage.
const PASSAGE: usize = 5;

/// Sentences that are weighed of those that came, and of those that went, from the top of the page: one
/// that changed in more is told as a whole.
const MOST: usize = 1_000;

/// Words by which a sentence only points elsewhere, beside those of the table.
const POINTERS: [&str; 9] = [
    "please see",
    "please visit",
    "please refer",
    "please review",
    "click here",
    "visit the",
    "see the",
    "нажмите",
    "подробн",
];

impl Novelty {
    pub(super) fn of(study: &Study, scene: &Scene<'_>) -> Self {
        let mut counts: ById<[u32; 2]> = ById::default();
        for (_, delta) in told(study) {
            for side in [&delta.before, &delta.after] {
                for at in side.telling(scene) {
                    let id = side.ids()[at];
                    if says_something(&side.words[at].folded) && !counts.contains_key(&id) {
                        counts.insert(id, scene.counts(id).map(|n| n as u32));
                    }
                }
            }
        }
        Self { counts }
    }

    /// How new the words of a sentence are together.
    pub(super) fn of_sentence(&self, point: &Point, side: &Side) -> f64 {
        let words = point.words.clone().filter(|at| side.changed[*at]);
        let words: std::collections::BTreeSet<&str> =
            words.map(|at| side.words[at].folded.as_str()).collect();
        words.into_iter().map(|w| self.weight(w, point.came)).sum()
    }

    /// Nothing for a word that the other side has too, more for one that comes back.
    pub(super) fn weight(&self, folded: &str, came: bool) -> f64 {
        match self.counts.get(&word_id(folded)) {
            Some([was, is]) if came && *was == 0 => f64::from(1 + is).ln().min(2.5),
            Some([was, is]) if !came && *is == 0 => f64::from(1 + was).ln().min(2.5),
            _ => 0.0,
        }
    }
}

/// The hunks that are told, with their index, and their two sides.
pub(super) fn told(study: &Study) -> impl Iterator<Item = (usize, &Delta)> {
    let all = study.hunks.iter().zip(&study.deltas).enumerate();
    all.filter(|(_, (hunk, _))| !hunk.cosmetic)
        .map(|(at, (_, delta))| (at, delta))
}

/// Every sentence that changed, the one that tells most first.
pub(super) fn points(
    study: &Study,
    class: ChangeClass,
    scene: &Scene<'_>,
    novelty: &Novelty,
) -> Vec<Point> {
    let mut found: Vec<Point> = Vec::new();
    let mut left = [MOST; 2];
    for (hunk, delta) in told(study) {
        let came = delta.after.changed_words() > 0;
        let sides = [(&delta.after, true), (&delta.before, false)];
        for (side, later) in sides.into_iter().filter(|(_, later)| *later == came) {
            let left = &mut left[usize::from(later)];
            for (bytes, words) in side.touched().take(*left) {
                *left -= 1;
                let mut point = Point {
                    hunk,
                    came: later,
                    bytes,
                    words,
                    bears_out: false,
                    score: 0.0,
                };
                weigh(&mut point, side, study, class, scene, novelty);
                found.push(point);
            }
        }
    }
    let came: usize = told(study).map(|(_, d)| d.after.changed_words()).sum();
    let gone: usize = told(study).map(|(_, d)| d.before.changed_words()).sum();
    if came * 2 >= gone {
        // what is gone was put in other words
        for point in found.iter_mut().filter(|point| !point.came) {
            point.score -= 1.5;
        }
    }
    // stable: of equals the first on the page, so that a change is always told the same way
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found
}

fn weigh(
    point: &mut Point,
    side: &Side,
    study: &Study,
    class: ChangeClass,
    scene: &Scene<'_>,
    novelty: &Novelty,
) {
    let text = side.text[point.bytes.clone()].trim();
    let words = &side.words[point.words.clone()];
    let changed = &side.changed[point.words.clone()];
    let hits = side.hits_in(point.words.clone(), scene);
    let fresh = |run: &Range<usize>| changed[run.clone()].contains(&true);
    let mut score = 0.0;

    // its theme: the four newest words
    let new: BTreeMap<&str, f64> = words
        .iter()
        .zip(changed)
        .filter(|(_, changed)| **changed)
        .map(|(word, _)| {
            (
                word.folded.as_str(),
                novelty.weight(&word.folded, point.came),
            )
        })
        .collect();
    let mut new: Vec<f64> = new.into_values().collect();
    new.sort_by(|a, b| b.total_cmp(a));
    let theme = if point.came { 0.6 } else { 0.3 };
    score += theme * new.iter().take(4).sum::<f64>();

    let duties = hits
        .iter()
        .filter(|h| h.group == "obligation" && fresh(&h.words) && !is_ours(words, h));
    let strongest = duties
        .map(|h| if h.name == "may" { 0.5 } else { 2.0 })
        .fold(0.0, f64::max);
    score += strongest;

    let led = of_hunk(&study.findings.led, point.hunk, |(_, _, at)| *at).first();
    let is_item = kind_of(point, study, scene) == Some(BlockKind::ListItem);
    let by_lead = led.is_some_and(|(kind, came, _)| {
        let lost = class == ChangeClass::Permission && !came && *kind == "ban";
        is_item && if *came { speaks_for(class, kind) } else { lost }
    });
    let lost_ban = class == ChangeClass::Permission && !point.came;
    let whole = changed.iter().filter(|c| **c).count() * 5 >= changed.len() * 4;
    let sanctioned = hits.iter().any(|h| h.group == "consequence");
    let by_words = hits.iter().any(|h| {
        let ban = h.group == "obligation" && h.name == "ban";
        let lost = lost_ban && whole && ban && forbids(words, h);
        let says = shows(class, h.group, h.name)
            && (point.came || !lost_ban)
            && (h.name != "may" || (!sanctioned && permits(words, h)));
        fresh(&h.words) && !is_ours(words, h) && (says || lost)
    });
    let figures = of_hunk(&study.findings.numbers, point.hunk, |shift| shift.hunk).iter();
    let here = |shift: &Shift<Figure>| {
        let figure = if point.came {
            &shift.after
        } else {
            &shift.before
        };
        figure.as_ref().is_some_and(|f| text.contains(&f.text))
    };
    let numbers: Vec<_> = figures.filter(|s| here(s)).collect();
    let by_number = class == ChangeClass::Limit && !numbers.is_empty();
    point.bears_out = by_lead || by_words || by_number;
    score += if point.bears_out { 2.5 } else { 0.0 };
    score += if led.is_some() { 1.0 } else { 0.0 };
    if class == ChangeClass::Privacy {
        let about = hits
            .iter()
            .filter(|h| h.name == "privacy" && fresh(&h.words));
        score += 0.4 * about.count().min(3) as f64;
    }
    score += if numbers.iter().any(|s| is_limit(s)) {
        3.0
    } else {
        0.7 * f64::from(u8::from(!numbers.is_empty()))
    };

    let fresh_in = |group: &str| hits.iter().any(|h| h.group == group && fresh(&h.words));
    score += 0.7 * f64::from(u8::from(fresh_in("consequence")));
    score += 1.2 * f64::from(u8::from(lost_rule(point, study, scene)));
    score += 2.0 * f64::from(u8::from(introduces(point, study)));
    let starts = study.findings.effective.as_ref();
    if starts.is_some_and(|e| e.hunk == point.hunk && e.sentence == text) {
        score += 3.0;
    }
    let count = changed.iter().filter(|c| **c).count();
    score += 1.5 * (count.min(14) as f64 / 14.0);
    score += if point.came { 1.5 } else { 0.0 };
    score -= drawbacks(point, text, words.len(), &hits, study, scene);
    point.score = score;
}

/// Did words give way in the place of a point that said what happens, or what must or must not be?
fn lost_rule(point: &Point, study: &Study, scene: &Scene<'_>) -> bool {
    let delta = &study.deltas[point.hunk];
    if !point.came || delta.kind != HunkKind::Edited {
        return false;
    }
    let from = delta
        .edits
        .partition_point(|edit| edit.added.start < point.words.start);
    let near = delta.edits[from..]
        .iter()
        .take_while(|edit| edit.added.start <= point.words.end);
    let here = near.filter(|edit| !edit.removed.is_empty() && edit.added.end <= point.words.end);
    here.flat_map(|edit| delta.before.hits_in(edit.removed.clone(), scene))
        .any(|hit| match hit.group {
            "consequence" => true,
            "obligation" => hit.name == "ban" || hit.name == "requirement",
            _ => false,
        })
}

/// Does a sentence open a passage of several blocks that came together? It says what the passage is of.
fn introduces(point: &Point, study: &Study) -> bool {
    let added = |at: usize| {
        let hunk = study.hunks.get(at)?;
        (hunk.kind == HunkKind::Added && !hunk.cosmetic).then_some(hunk.after_at)
    };
    let Some(start) = added(point.hunk) else {
        return false;
    };
    let follows = (1..PASSAGE).all(|n| added(point.hunk + n) == Some(start + n));
    let led = point.hunk.checked_sub(1).and_then(added).map(|at| at + 1) == Some(start);
    let mut touched = study.deltas[point.hunk].after.touched();
    let mut first = || touched.find(|(_, words)| words.len() >= 6);
    follows && !led && first().is_some_and(|(_, words)| words == point.words)
}

/// What was found in one hunk; findings are in the order of the hunks.
fn of_hunk<T>(all: &[T], hunk: usize, hunk_of: impl Fn(&T) -> usize) -> &[T] {
    let from = all.partition_point(|one| hunk_of(one) < hunk);
    let end = all.partition_point(|one| hunk_of(one) <= hunk);
    &all[from..end]
}

/// What makes a sentence tell little.
fn drawbacks(
    point: &Point,
    text: &str,
    words: usize,
    hits: &[Hit],
    study: &Study,
    scene: &Scene<'_>,
) -> f64 {
    let mut less = 0.0;
    let points = hits
        .iter()
        .any(|h| h.group == "noise" && h.name == "pointer" && h.words.start <= 3);
    let start: String = text.chars().take(60).collect::<String>().to_lowercase();
    if points || POINTERS.iter().any(|pointer| start.contains(pointer)) {
        less += 3.0;
    }
    let areas = |legal: bool| {
        let all = hits.iter().filter(|h| h.group == "area");
        all.filter(|h| (h.name == "legal") == legal).count()
    };
    if areas(true) > 0 && areas(true) >= areas(false) {
        less += 1.0;
    }
    let hunk = &study.hunks[point.hunk];
    let kind = kind_of(point, study, scene);
    let is_item = matches!(kind, Some(BlockKind::ListItem | BlockKind::TableRow));
    let lettered = text
        .split_whitespace()
        .filter(|w| w.contains(char::is_alphabetic));
    if lettered.filter(|w| w.chars().count() > 2).count() < 2 {
        less += 2.0;
    }
    if words < 4 && !(is_item && hunk.kind != HunkKind::Edited) {
        less += 1.5;
    }
    // what a line says of the items below it is said in them
    if text.ends_with(':') {
        less += 2.5;
    }
    less
}

/// Is a ban one of rules, and not only "cannot" or "do not", which much else says too?
fn forbids(words: &[Word], hit: &Hit) -> bool {
    const WEAK: [&str; 12] = [
        "cannot",
        "can",
        "can't",
        "do",
        "don't",
        "should",
        "shouldn't",
        "unable",
        "peut",
        "pouvez",
        "peuvent",
        "won't",
    ];
    const WEAK_RU: [&str; 4] = ["может", "могут", "можете", "смож"];
    let said = &words[hit.words.clone()];
    let is_rule = |w: &Word| w.folded.starts_with("allow") || w.folded.starts_with("permit");
    let weak = |w: &Word| {
        WEAK.contains(&w.folded.as_str()) || WEAK_RU.iter().any(|ru| w.folded.starts_with(ru))
    };
    said.iter().any(is_rule) || !said.iter().any(weak)
}

/// Does "may" or "can" permit something to somebody, and not only say that it is possible?
fn permits(words: &[Word], hit: &Hit) -> bool {
    const WHO: [&str; 22] = [
        "you",
        "users",
        "creators",
        "advertisers",
        "streamers",
        "sellers",
        "partners",
        "members",
        "businesses",
        "developers",
        "publishers",
        "вы",
        "пользователи",
        "авторы",
        "рекламодатели",
        "участники",
        "разработчики",
        "каждый",
        "vous",
        "utilisateurs",
        "créateurs",
        "sie",
    ];
    let who = words[..hit.words.start].iter().rev().take(3);
    let mut next = words[hit.words.end..].iter().take(2);
    let said = &words[hit.words.start].folded;
    who.into_iter().any(|w| WHO.contains(&w.folded.as_str()))
        || next.any(|w| matches!(w.folded.as_str(), "be" | "être"))
        || said.starts_with("можно")
        || said.starts_with("позволя")
}

fn kind_of(point: &Point, study: &Study, scene: &Scene<'_>) -> Option<BlockKind> {
    block_of(&study.hunks[point.hunk], scene).map(|b| b.kind)
}

fn says_something(folded: &str) -> bool {
    folded.chars().count() >= 3 && !folded.starts_with(|c: char| c.is_ascii_digit())
}
