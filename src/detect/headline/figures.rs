//! Numbers in a headline: "must cancel at least 24 hours → 14 days before", "added 1.28.9".

use super::speech::Speech;
use crate::detect::delta::Delta;
use crate::detect::evidence::{Figure, Shift};
use crate::detect::scene::Scene;

/// Marks that end a clause.
const ENDS: [char; 10] = ['.', '!', '?', ':', ';', '\n', '(', ')', '—', ','];

/// Longest headline of a number, in words; digests show about as many.
const LONGEST: usize = 10;

/// Is it a number put for a number, with a unit that bounds something?
pub(super) fn is_limit(shift: &Shift<Figure>) -> bool {
    let unit = |figure: &Option<Figure>| figure.as_ref().is_some_and(|f| f.unit.is_some());
    let version =
        |figure: &Option<Figure>| figure.as_ref().is_some_and(|f| f.unit == Some("version"));
    shift.before.is_some()
        && shift.after.is_some()
        && (unit(&shift.before) || unit(&shift.after))
        && !version(&shift.before)
        && !version(&shift.after)
}

/// "at least 24 hours → 14 days before the end": the words before the number, both, the words after.
pub(super) fn number(shift: &Shift<Figure>, delta: &Delta, scene: &Scene<'_>) -> String {
    let (Some(was), Some(is)) = (&shift.before, &shift.after) else {
        return String::new();
    };
    let spaced = delta.after.text.split_whitespace().collect::<Vec<_>>();
    let text = spaced.join(" ");
    let (lead, rest) = text.split_once(&is.text).unwrap_or(("", ""));
    let lead = lead.rsplit(ENDS).next().unwrap_or("");
    let mut before: Vec<&str> = lead.split_whitespace().rev().take(6).collect();
    before.reverse();
    while before
        .first()
        .is_some_and(|w| scene.tongue.is_small(&w.to_lowercase()))
    {
        before.remove(0);
    }
    let split = |text: &str| -> Option<(String, String)> {
        let (number, unit) = text.split_once(' ')?;
        Some((number.to_owned(), unit.to_owned()))
    };
    let pair = match (split(&was.text), split(&is.text)) {
        (Some((was, a)), Some((is, b))) if a == b => format!("{was} → {is} {b}"),
        _ => format!("{} → {}", was.text, is.text),
    };
    // what the number is of, unless words before it say so; not a part of a word
    let whole = rest.starts_with(|c: char| c.is_whitespace());
    let after = rest.split(ENDS).next().filter(|_| whole).unwrap_or("");
    let taken = before.len() + pair.split_whitespace().count();
    let room = LONGEST.saturating_sub(taken).min(4);
    let mut after: Vec<&str> = after.split_whitespace().take(room).collect();
    while after
        .last()
        .is_some_and(|w| scene.tongue.is_small(&w.to_lowercase()))
    {
        after.pop();
    }
    let said = [before.join(" "), pair, after.join(" ")];
    let said: Vec<&str> = said
        .iter()
        .map(|s| s.trim())
        .filter(|s| !s.is_empty())
        .collect();
    said.join(" ")
}

/// "added 1.28.9, removed 1.24.9", at most three of each; `1.28.x` is left out beside `1.28.9`.
pub(super) fn versions(numbers: &[Shift<Figure>], speech: &Speech) -> String {
    let mut parts: Vec<String> = Vec::new();
    for later in [true, false] {
        let sides = numbers.iter().filter_map(|s| {
            if later {
                s.after.as_ref()
            } else {
                s.before.as_ref()
            }
        });
        // the letter х of Russian pages is the x of English ones
        let named = sides
            .filter(|f| f.unit == Some("version"))
            .map(|f| f.text.replace('х', "x"));
        let mut all: Vec<String> = Vec::new();
        for version in named {
            if !all.contains(&version) {
                all.push(version);
            }
        }
        let stem = |version: &str| {
            version
                .trim_start_matches('v')
                .trim_end_matches(".x")
                .to_owned()
        };
        let covered = |one: &String| {
            let stem = format!("{}.", stem(one));
            all.iter().any(|v| {
                v != one && !v.ends_with('x') && v.trim_start_matches('v').starts_with(&stem)
            })
        };
        let whole = all.iter().any(|v| !v.ends_with('x'));
        let kept = all
            .iter()
            .filter(|v| (!whole || !v.ends_with('x')) && !covered(v));
        let kept: Vec<&str> = kept.take(3).map(String::as_str).collect();
        if !kept.is_empty() {
            let label = if later {
                speech.say("added", "добавлено")
            } else {
                speech.say("removed", "убрано")
            };
            parts.push(format!("{label} {}", kept.join(", ")));
        }
    }
    parts.join("; ")
}
