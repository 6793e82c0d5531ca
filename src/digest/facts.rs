//! Evidence as a reader sees it: numbers, counts and words, a line each.

use super::numbers::{decimal, multiple};
use super::quote::Quote;
use super::wording::{cut_words, line};
use super::words::Words;
use crate::model::{Evidence, Finding};

/// Most lines of one kind; the rest is counted.
const MOST: usize = 5;
/// Longest line of what another page says, in words.
const PAGE: usize = 16;
/// Longest list of what is beside it, in words.
const RELATED: usize = 20;

/// Evidence in lines, less what the quote shows already. `beside` are facts of the rulebook that
/// changed with it.
pub(super) fn facts(
    lead: &Finding,
    beside: &[&Finding],
    quote: Option<&Quote>,
    words: Words,
) -> Vec<String> {
    let quoted = |evidence: &Evidence| {
        // that a quote holds the same number says nothing of how many owners there are
        if matches!(evidence.kind.as_str(), "count" | "baseline" | "stage") {
            return false;
        }
        let now = quote.and_then(|q| q.after.as_deref()).unwrap_or_default();
        let part = evidence.after.as_deref().unwrap_or_default();
        !part.is_empty() && now.contains(part)
    };
    // the day from which it holds has a line of its own
    let effective = lead.effective.map(|day| day.to_string());
    let dated = |e: &Evidence| e.kind == "date" && e.before.is_none() && e.after == effective;
    let rest = lead.evidence.iter().filter(|e| !quoted(e) && !dated(e));
    let mut lines = counted(rest.filter_map(|e| fact(e, words)), words);
    lines.extend(counted(changed(lead, beside, words), words));
    lines.extend(counted(pages(lead), words));
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

/// The first of many lines, and how many more there are.
fn counted(lines: impl Iterator<Item = String>, words: Words) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for line in lines {
        // the same number in several places of one section
        if !all.contains(&line) {
            all.push(line);
        }
    }
    if all.len() > MOST {
        let more = all.len() - (MOST - 1);
        all.truncate(MOST - 1);
        all.push(words.say_with("fact-more", &[("count", more.into())]));
    }
    all
}

/// Facts of the rulebook that changed, but for those whose numbers the finding itself tells.
fn changed<'a>(
    lead: &'a Finding,
    beside: &'a [&Finding],
    words: Words,
) -> impl Iterator<Item = String> + 'a {
    let digits = |text: &Option<String>| -> String {
        let text = text.as_deref().unwrap_or_default();
        text.chars().filter(char::is_ascii_digit).collect()
    };
    let shift = move |e: &Evidence| (digits(&e.before), digits(&e.after));
    let numbers = |f: &'a Finding| f.evidence.iter().filter(|e| e.kind == "number");
    let told: Vec<_> = numbers(lead).map(shift).collect();
    let news = beside.iter().filter(move |fact| {
        let mut shifts = numbers(fact).map(shift);
        !shifts.all(|shift| told.contains(&shift))
    });
    news.map(move |fact| {
        let title = line(fact.title_in(words.language));
        let what = title
            .split_once(" · ")
            .map_or(title.as_str(), |(_, what)| what);
        cut_words(what, PAGE)
    })
}

/// What changed on each page of a document, by the names of the pages.
fn pages(lead: &Finding) -> impl Iterator<Item = String> + '_ {
    let pages = lead.evidence.iter().filter(|e| e.kind == "page");
    pages.filter_map(|page| {
        let headline = line(page.after.as_deref()?);
        let what = headline
            .split_once(" · ")
            .map_or(headline.as_str(), |(_, what)| what);
        Some(cut_words(what, PAGE))
    })
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
        "stage" => words.try_say(&format!("stage-{}", evidence.after.as_deref()?), &[]),
        "obligation" => {
            let duty = |text: String| duty(&text, words);
            Some(match (was.map(duty), now.map(duty)) {
                (Some(was), Some(now)) => {
                    say("evidence-obligation", vec![("before", was), ("after", now)])
                }
                // beside a quote these say nothing new; they are listed where nothing else is
                _ => return None,
            })
        }
        // how a trend returns, and that it is larger this time
        "usual" => {
            let how = evidence.place.as_deref()?.to_lowercase();
            let how = how.strip_prefix("every ").unwrap_or(&how);
            Some(say(
                "fact-usual",
                vec![("how", how.to_owned()), ("before", was?), ("after", now?)],
            ))
        }
        "number" | "count" | "baseline" | "date" => {
            let place = place?;
            // that nobody says something is no evidence
            if evidence.kind == "count" && was.is_none() && after == Some(0.0) {
                return None;
            }
            // counts that we have a phrase for: `5 независимых источников`
            if let (None, Some(count)) = (&was, after) {
                // what rounds to nothing
                let key = if evidence.kind == "baseline" && count < 0.05 {
                    "fact-baseline-none".to_owned()
                } else {
                    format!("fact-{}-{place}", evidence.kind)
                };
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

/// An obligation as detectors write it, `must not (ban)`, with its kind in the reader's words.
fn duty(text: &str, words: Words) -> String {
    let named = text
        .strip_suffix(')')
        .and_then(|text| text.rsplit_once(" ("));
    let in_words = named.and_then(|(said, kind)| {
        let kind = words.try_say(&format!("duty-{kind}"), &[])?;
        Some(format!("{said} ({kind})"))
    });
    in_words.unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;

    #[test]
    fn what_is_larger_than_usual_says_so_in_both_languages() {
        let usual = |how: &str| Evidence {
            kind: "usual".to_owned(),
            before: Some("5".to_owned()),
            after: Some("12".to_owned()),
            place: Some(how.to_owned()),
        };
        for (how, en, ru) in [
            (
                "every Monday",
                "Larger than its usual Monday: 12 owners against at most 5",
                "Больше обычного для понедельника: авторов 12, раньше не больше 5",
            ),
            (
                "every other Friday",
                "Larger than usual: 12 owners against at most 5",
                "Больше обычного: авторов 12, раньше не больше 5",
            ),
        ] {
            let said = |language| fact(&usual(how), Words::of(language));
            assert_eq!(said(Language::En).as_deref(), Some(en));
            assert_eq!(said(Language::Ru).as_deref(), Some(ru));
        }
    }
}
