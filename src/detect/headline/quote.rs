//! Quotes: the sentence that changed, cut to the words that say most, and whether it bears out what a
//! change is called.

use std::ops::Range;

use super::super::delta::Side;
use super::super::evidence::is_ours;
use super::super::scene::Scene;
use super::point::{Novelty, Point};
use crate::model::ChangeClass;

/// What a side says where it changed, in at most `longest` words.
pub(crate) fn quote(side: &Side, longest: usize) -> String {
    let count = |words: &Range<usize>| {
        let changed = side.changed[words.clone()].iter().filter(|c| **c).count();
        changed.min(longest)
    };
    // the first of equals
    let most = side.touched().rev().max_by_key(|(_, words)| count(words));
    match most {
        Some(sentence) => sentence_of(side, &sentence, longest),
        None => cut(&side.text, &(0..side.text.len()), &[], longest, 1.0),
    }
}

/// What one sentence of a side says where it changed, in at most `longest` words: its bytes, and its
/// words by index.
pub(crate) fn sentence_of(
    side: &Side,
    (bytes, words): &(Range<usize>, Range<usize>),
    longest: usize,
) -> String {
    let weights = side.words[words.clone()]
        .iter()
        .zip(&side.changed[words.clone()])
        .map(|(word, changed)| (word.range.clone(), if *changed { 1.0 } else { 0.1 }));
    let weights: Vec<_> = weights.collect();
    cut(&side.text, bytes, &weights, longest, 1.0)
}

/// The words of a point that say most, at most `longest`.
pub(super) fn say(
    point: &Point,
    side: &Side,
    scene: &Scene<'_>,
    novelty: &Novelty,
    longest: usize,
) -> String {
    let words = &side.words[point.words.clone()];
    let changed = &side.changed[point.words.clone()];
    let hits = side.hits_in(point.words.clone(), scene);
    let small = &side.small(scene)[point.words.clone()];
    let mut weights: Vec<(Range<usize>, f64)> = words
        .iter()
        .zip(changed.iter().zip(small))
        .map(|(word, (changed, small))| {
            let weight = match (*changed, *small) {
                (true, false) => 1.0 + 0.7 * novelty.weight(&word.folded, point.came),
                (true, true) => 0.4,
                (false, _) => 0.1,
            };
            (word.range.clone(), weight)
        })
        .collect();
    for hit in &hits {
        let fresh = changed[hit.words.clone()].contains(&true);
        let telling = matches!(hit.group, "obligation" | "consequence") && !is_ours(words, hit);
        if fresh && telling {
            weights[hit.words.start].1 += 0.5;
        }
    }
    let new = changed.iter().filter(|c| **c).count() * 5 >= changed.len() * 3;
    let late = if new { 6.0 } else { 1.0 };
    cut(&side.text, &point.bytes, &weights, longest, late)
}

/// At most `longest` words of a part of a text: the run that weighs most, from the beginning of a
/// clause and to the end of one where that costs little. `weights` are of words, by their place in
/// the text, in order; `late` is what it costs not to begin at the beginning.
fn cut(
    text: &str,
    part: &Range<usize>,
    weights: &[(Range<usize>, f64)],
    longest: usize,
    late: f64,
) -> String {
    let said = &text[part.clone()];
    let mut words: Vec<(&str, f64)> = Vec::new();
    let mut at = 0;
    for word in said.split_whitespace() {
        let start = part.start + (word.as_ptr() as usize - said.as_ptr() as usize);
        let end = start + word.len();
        let mut weight = 0.0;
        while let Some((range, one)) = weights.get(at).filter(|(range, _)| range.start < end) {
            weight += if range.end > start { *one } else { 0.0 };
            at += 1;
        }
        words.push((word, weight));
    }
    let (start, end) = run(&words, longest, late);
    let body: Vec<&str> = words[start..end].iter().map(|(word, _)| *word).collect();
    let body = body.join(" ");
    let body = body.trim_end_matches(['.', ';', ':', ',', ' ', '\u{a0}']);
    let head = if start > 0 { "… " } else { "" };
    let tail = if end < words.len() { " …" } else { "" };
    format!("{head}{body}{tail}")
}

/// How a clause begins that only leads in to what is said.
const LEADS_IN: [&str; 42] = [
    "if",
    "when",
    "where",
    "for",
    "to",
    "in",
    "except",
    "notwithstanding",
    "unless",
    "while",
    "as",
    "however",
    "additionally",
    "furthermore",
    "note",
    "also",
    "after",
    "before",
    "by",
    "with",
    "если",
    "при",
    "для",
    "чтобы",
    "когда",
    "после",
    "кроме",
    "также",
    "однако",
    "до",
    "в",
    "за",
    "pour",
    "si",
    "lorsque",
    "dans",
    "toutefois",
    "en",
    "afin",
    "wenn",
    "für",
    "um",
];

/// How a clause begins that is still part of the one before it.
const GOES_ON: [&str; 13] = [
    "including",
    "or",
    "and",
    "such",
    "but",
    "even",
    "включая",
    "или",
    "и",
    "в",
    "ou",
    "et",
    "y",
];

/// How a main clause begins.
const SUBJECTS: [&str; 14] = [
    "we",
    "you",
    "your",
    "they",
    "users",
    "advertisers",
    "creators",
    "мы",
    "вы",
    "вам",
    "nous",
    "vous",
    "wir",
    "sie",
];

/// The run of words that weighs most.
fn run(words: &[(&str, f64)], longest: usize, late: f64) -> (usize, usize) {
    if words.len() <= longest {
        return (0, words.len());
    }
    let mut sums = vec![0.0];
    for (_, weight) in words {
        sums.push(sums.last().unwrap_or(&0.0) + weight);
    }
    let ends_clause = |word: &str| word.ends_with([',', ';', ':', '.', ')', '—', '–', '-']);
    let opens = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        LEADS_IN.contains(&word.to_lowercase().as_str())
    };
    // "If you …, we may …": what is said begins after a comma
    let leads_in = opens(words[0].0);
    let comma = words.iter().position(|(word, _)| word.ends_with(','));
    let main_clause = |at: usize| -> Option<f64> {
        let who = words[at].0.to_lowercase();
        let after_comma = words[at - 1].0.ends_with(',') && leads_in && at + 5 <= words.len();
        match who.as_str() {
            who if after_comma && SUBJECTS.contains(&who) => Some(-1.5),
            who if GOES_ON.contains(&who) => None,
            _ => (after_comma && comma == Some(at - 1)).then_some(0.3),
        }
    };
    let first = words.iter().position(|(_, weight)| *weight >= 0.4);
    let near = first.unwrap_or(0).saturating_sub(2);
    let begins = |at: usize| at == 0 || at == near || ends_clause(words[at - 1].0);
    let mut best = (0, longest);
    let mut most = f64::MIN;
    for start in (0..words.len()).filter(|at| begins(*at)) {
        let cost = match start {
            0 => 0.0,
            start => main_clause(start).unwrap_or(late),
        };
        let last = (start + longest).min(words.len());
        for end in (start + longest / 2).min(last)..=last {
            let whole = end == words.len() || ends_clause(words[end - 1].0);
            if !whole && end != last {
                continue;
            }
            let weight = sums[end] - sums[start] - cost - if whole { 0.0 } else { 1.0 };
            if weight > most {
                (best, most) = ((start, end), weight);
            }
        }
    }
    best
}

/// Does a phrase of the table show that a change is of a class?
pub(super) fn shows(class: ChangeClass, group: &str, name: &str) -> bool {
    match group {
        "obligation" => speaks_for(class, name),
        "lifecycle" => {
            (class == ChangeClass::Deprecation && name == "deprecation")
                || (class == ChangeClass::NewFeature && name == "new_feature")
        }
        "subject" => match class {
            ChangeClass::Price => name == "price",
            ChangeClass::Privacy => name == "privacy",
            ChangeClass::Limit => name == "limit",
            _ => false,
        },
        _ => false,
    }
}

/// Is an obligation of this kind what the class says?
pub(super) fn speaks_for(class: ChangeClass, kind: &str) -> bool {
    match class {
        ChangeClass::Ban => kind == "ban",
        ChangeClass::Permission => matches!(kind, "permission" | "may"),
        ChangeClass::Requirement => kind == "requirement",
        _ => false,
    }
}

/// Does calling a change so say something that the quote after it must show?
pub(super) fn must_show(class: ChangeClass) -> bool {
    !matches!(class, ChangeClass::Wording)
}

/// Are two quotes one sentence in two forms? At least a third of the words of the shorter is in both.
pub(super) fn alike(was: &str, is: &str) -> bool {
    let words = |text: &str| -> std::collections::BTreeSet<String> {
        let split = text.split_whitespace();
        split
            .map(|w| {
                w.trim_matches(|c: char| !c.is_alphanumeric())
                    .to_lowercase()
            })
            .filter(|w| !w.is_empty())
            .collect()
    };
    let (was, is) = (words(was), words(is));
    let shorter = was.len().min(is.len());
    was.intersection(&is).count() * 3 >= shorter
}
