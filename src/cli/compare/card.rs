//! A verdict for people: a card, then a short word diff.

use std::fmt::Write as _;

use crate::cli::diff::hunk_text;
use crate::cli::findings::severity;
use crate::cli::output::{BAD, FAINT, GOOD, STRONG, one_line};
use crate::model::{Hunk, WordSpan, WordTag};
use crate::query::{Comparison, Label, Shifted};

/// Most places of difference shown.
const HUNKS: usize = 6;
/// Words that stayed are shown to this many characters on each side of what changed.
const CONTEXT: usize = 60;
/// Longest run of words that came or went.
const LONGEST: usize = 600;

/// The verdict as text.
pub(super) fn card(told: &Comparison) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(out, "{FAINT}{name:<11}{FAINT:#} {value}");
    };
    match (told.label, &told.reason) {
        (Label::Substantive, _) => line("label", format!("{GOOD}substantive{GOOD:#}")),
        (Label::Cosmetic, why) => {
            let why = why.as_deref().map(|why| format!(": {why}"));
            line("label", format!("cosmetic{}", why.unwrap_or_default()));
        }
    }
    if told.label == Label::Substantive {
        line("headline", format!("{STRONG}{}{STRONG:#}", told.headline));
        if !told.gist.is_empty() {
            line("gist", told.gist.clone());
        }
    }
    if let Some(class) = told.class {
        line("class", class.name().to_owned());
    }
    if told.change.is_some() {
        let percent = told.confidence * 100.0;
        line(
            "severity",
            format!(
                "{}, {percent:.0} % sure that it is worth telling",
                severity(told.severity)
            ),
        );
    }
    if !told.areas.is_empty() {
        line("areas", told.areas.join(", "));
    }
    for number in &told.numbers {
        line("number", shifted(number));
    }
    for date in &told.dates {
        line("date", shifted(date));
    }
    let version = told.effective_version.clone();
    if let Some(start) = told.effective.map(|day| day.to_string()).or(version) {
        line("effective", format!("from {start}"));
    }
    let rest = |kind: &str| !matches!(kind, "number" | "date" | "effective" | "quote");
    for piece in told.evidence.iter().filter(|e| rest(&e.kind)) {
        let text = Shifted {
            before: piece.before.clone(),
            after: piece.after.clone(),
            place: piece.place.clone(),
        };
        line(&piece.kind, shifted(&text));
    }
    out + &diff(told)
}

fn shifted(text: &Shifted) -> String {
    let before = text.before.as_deref().map(|t| one_line(t, 160));
    let after = text.after.as_deref().map(|t| one_line(t, 160));
    let place = text.place.as_deref().map(|place| one_line(place, 60));
    let place = place.map(|place| format!(" {FAINT}in {place}{FAINT:#}"));
    let what = match (before, after) {
        (Some(before), Some(after)) => {
            format!("{BAD}{before}{BAD:#} → {GOOD}{after}{GOOD:#}")
        }
        (Some(before), None) => format!("{BAD}{before}{BAD:#} → gone"),
        (None, Some(after)) => format!("{GOOD}{after}{GOOD:#}"),
        (None, None) => String::new(),
    };
    what + &place.unwrap_or_default()
}

fn diff(told: &Comparison) -> String {
    let Some(change) = &told.change else {
        return String::new();
    };
    let all = told.label == Label::Cosmetic && change.hunks.iter().all(|hunk| hunk.cosmetic);
    let shown: Vec<&Hunk> = change
        .hunks
        .iter()
        .filter(|hunk| all || !hunk.cosmetic)
        .collect();
    let mut out = String::new();
    for hunk in shown.iter().take(HUNKS) {
        out.push_str(&hunk_text(&short(hunk)));
    }
    let rest = shown.len().saturating_sub(HUNKS);
    let quiet = change.hunks.len() - shown.len();
    let more = |count: usize, what: &str| {
        (count > 0).then(|| {
            format!(
                "{count} {what} {}",
                if count == 1 { "place" } else { "places" }
            )
        })
    };
    let more: Vec<String> = [more(rest, "more"), more(quiet, "cosmetic")]
        .into_iter()
        .flatten()
        .collect();
    if !more.is_empty() {
        let _ = write!(out, "\n{FAINT}{} not shown{FAINT:#}\n", more.join(" and "));
    }
    out
}

/// A hunk whose long runs are cut, so that what changed is seen.
fn short(hunk: &Hunk) -> Hunk {
    let last = hunk.spans.len().saturating_sub(1);
    let spans = hunk.spans.iter().enumerate().map(|(at, span)| WordSpan {
        tag: span.tag,
        text: match span.tag {
            WordTag::Same => around(&span.text, at > 0, at < last),
            WordTag::Removed | WordTag::Added => cut(&span.text, LONGEST),
        },
    });
    Hunk {
        spans: spans.collect(),
        section: hunk.section.as_deref().map(|section| one_line(section, 60)),
        ..hunk.clone()
    }
}

/// The ends of a text that lie beside a change.
fn around(text: &str, head: bool, tail: bool) -> String {
    let count = text.chars().count();
    if count <= CONTEXT * 2 {
        return text.to_owned();
    }
    let at = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
    let first = if head { &text[..at(CONTEXT)] } else { "" };
    let last = if tail {
        &text[at(count - CONTEXT)..]
    } else {
        ""
    };
    format!("{first}…{last}")
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}… ", text[..at].trim_end()),
        None => text.to_owned(),
    }
}
