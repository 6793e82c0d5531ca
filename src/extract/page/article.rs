//! Where the body of an article stands on its page.
//!
//! Paragraphs vote for the part that holds them directly, and with half a vote for the part around it: a body
//! is one part with many paragraphs, a list of teasers is many parts with one each. A part that calls itself
//! the body is believed if it holds a fair share of the text.

use super::{
    cues::{Cue, cue},
    measure::Measure,
};
use crate::extract::html::{Outline, is_block};

/// Entries whose subtrees make up the article's body, in document order; never empty.
pub(super) fn roots(outline: &Outline<'_>, measure: &Measure, left_out: &[bool]) -> Vec<usize> {
    let votes = votes(outline, measure);
    let strongest = votes
        .iter()
        .enumerate()
        .filter(|&(_, &votes)| votes > 0.0)
        .max_by(|one, other| one.1.total_cmp(other.1))
        .map_or(0, |(at, _)| at);
    if let Some(named) = named_body(outline, measure, left_out, strongest) {
        return named;
    }
    let Some(parent) = outline.ancestors(strongest).next() else {
        return vec![strongest];
    };
    // a body may be cut into sections that stand side by side
    let enough = votes[strongest] * 0.25;
    outline
        .children(parent)
        .filter(|&beside| {
            beside == strongest
                || !left_out[beside]
                    && votes[beside] >= enough
                    && measure.totals(outline, beside).link_share() < 0.3
        })
        .collect()
}

/// Parts that call themselves the article's body, if they hold enough of the text.
fn named_body(
    outline: &Outline<'_>,
    measure: &Measure,
    left_out: &[bool],
    strongest: usize,
) -> Option<Vec<usize>> {
    let entries = outline.entries();
    let needed = measure.totals(outline, strongest).prose / 2;
    let mut bodies: Vec<(usize, u32)> = Vec::new();
    let mut at = 0;
    while at < entries.len() {
        if left_out[at] || entries[at].hidden {
            at = entries[at].end;
            continue;
        }
        if cue(&entries[at], true) == Cue::Content {
            bodies.push((at, measure.totals(outline, at).prose));
        }
        at += 1;
    }
    let &(largest, prose) = bodies
        .iter()
        .max_by_key(|&&(at, prose)| (prose, usize::MAX - at))?;
    let plain = |at: usize| {
        let part = measure.totals(outline, at);
        part.chars - part.linked
    };
    if prose < needed && plain(largest) < plain(strongest) / 2 {
        return None;
    }
    // of nested ones, the innermost that still holds nearly all
    let inner = bodies
        .iter()
        .filter(|&&(at, inside)| {
            at >= largest && at < entries[largest].end && inside * 10 >= prose * 9
        })
        .map(|&(at, _)| at)
        .max()
        .unwrap_or(largest);
    // a body cut in two by an advertisement is two parts of one class
    let class = entries[inner].attr("class");
    let around = outline
        .ancestors(inner)
        .find(|&up| matches!(entries[up].name(), "article" | "main"))
        .or_else(|| outline.ancestors(inner).next())
        .unwrap_or(0);
    let mut roots: Vec<usize> = Vec::new();
    let mut end = 0;
    for &(at, inside) in &bodies {
        let beside = (around..entries[around].end).contains(&at)
            && entries[at].attr("class") == class
            && inside > 0;
        if at >= end && (at == inner || beside) {
            roots.push(at);
            end = entries[at].end;
        }
    }
    Some(roots)
}

/// Votes of the paragraphs, by entry.
fn votes(outline: &Outline<'_>, measure: &Measure) -> Vec<f64> {
    let entries = outline.entries();
    let mut votes = vec![0.0; entries.len()];
    for run in measure.runs(outline, 0) {
        let prose = f64::from(run.prose());
        if prose == 0.0 {
            continue;
        }
        let mut weight = 1.0;
        for up in outline.ancestors(run.at) {
            if holds_parts(entries[up].name()) {
                votes[up] += prose * weight;
                weight /= 2.0;
                if weight < 0.4 {
                    break;
                }
            }
        }
    }
    for (at, votes) in votes.iter_mut().enumerate() {
        if *votes > 0.0 {
            *votes *= 1.0 - measure.totals(outline, at).link_share();
        }
    }
    votes
}

/// Elements that hold paragraphs, as opposed to those that are text themselves.
fn holds_parts(name: &str) -> bool {
    is_block(name)
        && !matches!(
            name,
            "p" | "pre"
                | "blockquote"
                | "li"
                | "ul"
                | "ol"
                | "dl"
                | "dt"
                | "dd"
                | "figure"
                | "figcaption"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "tr"
                | "tbody"
                | "thead"
                | "tfoot"
                | "table"
                | "br"
                | "hr"
        )
}
