//! A small edit shown in its sentence: "per the tariff Hotbox → Icebox for each 1 GB".

use std::collections::HashSet;
use std::ops::Range;

use super::point::Point;
use crate::detect::delta::{Delta, Edit, Side};
use crate::detect::scene::Scene;
use crate::model::HunkKind;

/// Most words of a small edit, on each side and on both.
const SMALL: usize = 8;
const BOTH: usize = 12;
/// Fewest words that a sentence must lose for that to be what is told.
const CUT: usize = 6;

/// An edit in its sentence.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inline {
    /// The words around it, with both sides where words were put for words.
    pub(super) text: String,
    /// Did words only come (true) or only go? Then which.
    pub(super) only: Option<(bool, String)>,
}

/// The only edit of a sentence, if it is a small one.
pub(super) fn inline(point: &Point, delta: &Delta, longest: usize) -> Option<Inline> {
    if delta.kind != HunkKind::Edited || !point.came {
        return None;
    }
    let here = |edit: &&Edit| {
        let at = edit.added.start;
        edit.added.end <= point.words.end && point.words.contains(&at)
            || (edit.added.is_empty() && at == point.words.end)
    };
    let mut edits = delta.edits.iter().filter(here);
    let (Some(edit), None) = (edits.next(), edits.next()) else {
        return None;
    };
    let whole = edit.added.len() * 2 > point.words.len();
    let long = edit.removed.len() > SMALL || edit.added.len() > SMALL;
    if long || whole || edit.removed.len() + edit.added.len() > BOTH {
        return None;
    }
    let side = &delta.after;
    let room = longest
        .saturating_sub(edit.removed.len() + edit.added.len())
        .max(4);
    let ahead = (edit.added.start - point.words.start).min(room.div_ceil(2));
    let behind = (point.words.end - edit.added.end).min(room - ahead);
    let ahead = (edit.added.start - point.words.start).min(room - behind);
    let (from, to) = (edit.added.start - ahead, edit.added.end + behind);
    let (was, is) = (delta.before.slice(&edit.removed), side.slice(&edit.added));
    let head = if from > point.words.start { "… " } else { "" };
    let tail = if to < point.words.end { " …" } else { "" };
    // with the marks between the words
    let start_of = |word: usize| {
        side.words
            .get(word)
            .map_or(side.text.len(), |w| w.range.start)
    };
    let end_of = |word: usize| word.checked_sub(1).map_or(0, |at| side.words[at].range.end);
    let text = |from: usize, to: usize| side.text.get(from..to).unwrap_or("");
    let cut = if is.is_empty() {
        end_of(edit.added.start)
    } else {
        start_of(edit.added.start)
    };
    let before = if from < edit.added.start {
        text(start_of(from), cut)
    } else {
        ""
    };
    let behind = if is.is_empty() {
        cut
    } else {
        end_of(edit.added.end)
    };
    let after = if to > edit.added.end {
        text(behind, end_of(to))
    } else {
        ""
    };
    let body = match (was.is_empty(), is.is_empty()) {
        (false, false) => format!("{before}{was} → {is}{after}"),
        _ => format!("{before}{is}{after}"),
    };
    let only = match (was.is_empty(), is.is_empty()) {
        (true, false) => Some((true, is.to_owned())),
        (false, true) => Some((false, was.to_owned())),
        _ => None,
    };
    let body: Vec<&str> = body.split_whitespace().collect();
    Some(Inline {
        text: format!("{head}{}{tail}", body.join(" ")),
        only,
    })
}

/// The words that a sentence lost, if they are what happened to it: in one run, and far more than came
/// in any one place.
pub(super) fn cut(
    point: &Point,
    twin: &Point,
    delta: &Delta,
    scene: &Scene<'_>,
) -> Option<Range<usize>> {
    let within = |run: &Range<usize>, words: &Range<usize>| {
        !run.is_empty() && words.start <= run.start && run.end <= words.end
    };
    let lost = delta.edits.iter().map(|edit| &edit.removed);
    let lost = lost
        .filter(|run| within(run, &twin.words))
        .max_by_key(|run| run.len())?;
    let come = delta.edits.iter().map(|edit| &edit.added);
    let come = come.filter(|run| within(run, &point.words)).map(Range::len);
    if lost.len() < CUT || lost.len() < 2 * come.max().unwrap_or(0) {
        return None;
    }
    // what is said in another place of the sentence is not gone
    let still: HashSet<&str> = delta.after.words[point.words.clone()]
        .iter()
        .map(|word| word.folded.as_str())
        .collect();
    let small = |at: usize| delta.before.small(scene)[at];
    let said: Vec<usize> = lost.clone().filter(|at| !small(*at)).collect();
    let gone = said
        .iter()
        .filter(|at| !still.contains(delta.before.words[**at].folded.as_str()));
    let is_gone = gone.count() * 5 >= said.len() * 4;
    let (first, last) = (said.first()?, said.last()?);
    is_gone.then_some(*first..last + 1)
}

/// The sentence of the earlier side that a sentence of the later one stands for: the one with which it
/// shares most words that stayed, at least a third.
pub(super) fn twin(point: &Point, delta: &Delta) -> Option<Point> {
    if delta.kind != HunkKind::Edited || !point.came {
        return None;
    }
    let is = kept(&delta.after, &point.words);
    let mut best: Option<(usize, Point)> = None;
    for (bytes, words) in delta.before.touched() {
        let was = kept(&delta.before, &words);
        let shared = was.intersection(&is).count();
        if shared * 3 >= was.len().min(is.len()) && best.as_ref().is_none_or(|(n, _)| shared > *n) {
            let twin = Point {
                came: false,
                bytes,
                words,
                ..point.clone()
            };
            best = Some((shared, twin));
        }
    }
    best.map(|(_, twin)| twin)
}

/// Some words, each once.
fn kept<'a>(side: &'a Side, words: &Range<usize>) -> HashSet<&'a str> {
    let words = side.words[words.clone()].iter();
    words.map(|w| w.folded.as_str()).collect()
}
