//! Evidence as a reader sees it: numbers, counts and words, a line each.

use super::numbers::{decimal, multiple};
use super::quote::Quote;
use super::wording::{cut_words, line};
use super::words::Words;
use crate::model::{Evidence, Finding};

/// Most lines.
const MOST: usize = 3;
/// Longest list of what is beside it, in words.
const RELATED: usize = 20;

/// Evidence in lines, less what the quote shows already.
pub(super) fn facts(lead: &Finding, quote: Option<&Quote>, words: Words) -> Vec<String> {
    let quoted = |evidence: &Evidence| {
        let now = quote.and_then(|q| q.after.as_deref()).unwrap_or_default();
        let part = evidence.after.as_deref().unwrap_or_default();
        !part.is_empty() && now.contains(part)
    };
    // the day from which it holds has a line of its own
    let effective = lead.effective.map(|day| day.to_string());
    let dated = |e: &Evidence| e.kind == "date" && e.before.is_none() && e.after == effective;
    let rest = lead.evidence.iter().filter(|e| !quoted(e) && !dated(e));
    let mut lines: Vec<String> = rest.filter_map(|e| fact(e, words)).take(MOST).collect();
    let related = lead.evidence.iter().filter(|e| e.kind == "related");
    let related: Vec<String> = related
        .filter_map(|e| e.after.as_deref())
        .map(line)
        .collect();
    if !related.is_empty() {
        let list = cut_words(&related.join(", "), RELATED);
        lines.push(words.say_with("fact-related", &[("list", list.into())]));
    }
    lines
}

/// A number in a text: detectors write them plainly, with a point.
fn number(text: Option<&str>) -> Option<f64> {
    text?.trim().parse().ok().filter(|n: &f64| n.is_finite())
}

/// One piece of evidence in a line; `None` for kinds that are shown elsewhere.
fn fact(evidence: &Evidence, words: Words) -> Option<String> {
    let before = number(evidence.before.as_deref());
    let after = number(evidence.after.as_deref());
    let written = |number: Option<f64>, text: Option<&str>| match number {
        Some(number) => Some(decimal(words.language, number, 2)),
        None => text
            .map(|t| cut_words(&line(t), 12))
            .filter(|t| !t.is_empty()),
    };
    let was = written(before, evidence.before.as_deref());
    let now = written(after, evidence.after.as_deref());
    let place = evidence
        .place
        .as_deref()
        .map(line)
        .filter(|p| !p.is_empty());
    let say = |key: &str, args: Vec<(&'static str, String)>| {
        let args: Vec<_> = args
            .into_iter()
            .map(|(name, text)| (name, text.into()))
            .collect();
        words.say_with(key, &args)
    };
    match evidence.kind.as_str() {
        "obligation" => Some(say(
            "evidence-obligation",
            vec![("before", was?), ("after", now?)],
        )),
        "number" | "count" | "baseline" | "date" => {
            let place = place?;
            // counts that we have a phrase for: `5 независимых источников`
            if let (None, Some(count)) = (&was, after) {
                let key = format!("fact-{}-{place}", evidence.kind);
                if let Some(phrase) = words.try_say(&key, &[("count", count.into())]) {
                    return Some(phrase);
                }
            }
            Some(match (was, now) {
                (Some(was), Some(now)) => match (evidence.kind.as_str(), before, after) {
                    ("baseline", Some(usual), Some(seen)) if usual > 0.0 => {
                        let multiple = multiple(words.language, seen / usual);
                        say(
                            "evidence-baseline",
                            vec![
                                ("multiple", multiple),
                                ("place", place),
                                ("before", was),
                                ("after", now),
                            ],
                        )
                    }
                    _ => say(
                        "evidence-number",
                        vec![("place", place), ("before", was), ("after", now)],
                    ),
                },
                (None, Some(now)) => say("evidence-now", vec![("place", place), ("after", now)]),
                (Some(was), None) => say("evidence-gone", vec![("place", place), ("before", was)]),
                (None, None) => return None,
            })
        }
        _ => None,
    }
}
