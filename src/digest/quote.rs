//! What changed, word by word, short enough for a card.

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::wording::{count_words, cut_words, line};
use super::words::Words;
use crate::model::{Evidence, Finding, FindingKind};

/// Longest quote, in words.
const LONGEST: usize = 25;
/// Words kept on each side of a change.
const CONTEXT: usize = 5;
/// Texts longer than this are not compared word by word.
const COMPARED: usize = 2_000;

/// A part of a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Span {
    /// `same`, `removed` or `added`.
    pub(super) mark: &'static str,
    /// The words; a space stands between parts.
    pub(super) text: String,
}

/// A change as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Quote {
    /// The text as it was, around the change.
    pub(super) before: Option<String>,
    /// The text as it is, around the change.
    pub(super) after: Option<String>,
    /// Both in one, word by word.
    pub(super) spans: Vec<Span>,
    /// Heading under which it stands.
    pub(super) place: Option<String>,
    /// How many other changes of the same text are not quoted, in words.
    pub(super) more: Option<String>,
    /// Language of the text, for the reader's screen reader.
    pub(super) language: Option<String>,
}

/// The quoted change among a finding's evidence that bears out its headline best: the one with most of
/// its numbers, of several the first. The others are counted.
pub(super) fn first_quote(finding: &Finding, words: Words) -> Option<Quote> {
    let quotes = finding.evidence.iter().filter(|e| e.kind == "quote");
    let count = quotes.clone().count();
    let numbers: Vec<&str> = numbers_of(&finding.title).collect();
    let borne_out = |e: &Evidence| {
        let sides = [&e.before, &e.after].into_iter().flatten();
        let mut said: Vec<&str> = sides.flat_map(|text| numbers_of(text)).collect();
        said.retain(|number| numbers.contains(number));
        said.sort_unstable();
        said.dedup();
        said.len()
    };
    let shown = quotes
        .clone()
        .filter_map(|e| Some((borne_out(e), quote(e, finding.language.as_deref())?)));
    // the first of equals: `max_by_key` would take the last
    let mut quote = shown
        .reduce(|best, next| if next.0 > best.0 { next } else { best })?
        .1;
    // what an item says was not added to anything
    if finding.kind != FindingKind::RuleChange && quote.before.is_none() {
        for span in &mut quote.spans {
            span.mark = "same";
        }
    }
    quote.more =
        (count > 1).then(|| words.say_with("card-more-places", &[("count", (count - 1).into())]));
    Some(quote)
}

/// Runs of digits in a text.
fn numbers_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|number| !number.is_empty())
}

fn quote(evidence: &Evidence, language: Option<&str>) -> Option<Quote> {
    let side = |text: &Option<String>| text.as_deref().map(line).filter(|t| !t.is_empty());
    let place = side(&evidence.place).filter(|p| !p.contains("://"));
    let (before, after) = (side(&evidence.before), side(&evidence.after));
    let spans = match (&before, &after) {
        (None, None) => return None,
        (Some(text), None) => vec![span("removed", cut_words(text, LONGEST))],
        (None, Some(text)) => vec![span("added", cut_words(text, LONGEST))],
        (Some(before), Some(after)) => compared(before, after)?,
    };
    let without = |mark: &str| {
        let kept: Vec<&str> = spans
            .iter()
            .filter(|s| s.mark != mark)
            .map(|s| s.text.as_str())
            .collect();
        Some(kept.join(" ")).filter(|text| !text.is_empty())
    };
    Some(Quote {
        before: before.and_then(|_| without("added")),
        after: after.and_then(|_| without("removed")),
        spans,
        place,
        more: None,
        language: language.map(str::to_owned),
    })
}

/// Word diff of two texts, cut to the first change and what is around it; `None` if they are equal.
fn compared(before: &str, after: &str) -> Option<Vec<Span>> {
    let (before, before_cut) = uncut(before);
    let (after, after_cut) = uncut(after);
    if before == after {
        return None;
    }
    let old: Vec<&str> = before.split(' ').take(COMPARED).collect();
    let new: Vec<&str> = after.split(' ').take(COMPARED).collect();
    let mut ops = capture_diff_slices(Algorithm::Patience, &old, &new);
    // where a quote was cut short, its end says nothing about the text
    if ops.len() > 1 {
        match ops.last() {
            Some(DiffOp::Delete { .. }) if after_cut => drop(ops.pop()),
            Some(DiffOp::Insert { .. }) if before_cut => drop(ops.pop()),
            _ => {}
        }
    }
    let mut spans = Vec::new();
    for op in ops {
        let (removed, added) = (&old[op.old_range()], &new[op.new_range()]);
        match op {
            DiffOp::Equal { .. } => spans.push(span("same", added.join(" "))),
            _ => {
                for (mark, words) in [("removed", removed), ("added", added)] {
                    if !words.is_empty() {
                        spans.push(span(mark, words.join(" ")));
                    }
                }
            }
        }
    }
    Some(shortened(spans))
}

/// A text without the mark of its having been cut, and whether it had one.
fn uncut(text: &str) -> (&str, bool) {
    match text.strip_suffix('…') {
        Some(rest) => (rest.trim_end(), true),
        None => (text, false),
    }
}

/// Cuts long unchanged runs to their ends next to changes, and the whole to the longest quote.
fn shortened(spans: Vec<Span>) -> Vec<Span> {
    let last = spans.len() - 1;
    let mut left = LONGEST;
    let mut out = Vec::new();
    for (at, mut one) in spans.into_iter().enumerate() {
        if one.mark == "same" {
            one.text = context(&one.text, at > 0, at < last);
        }
        // what is gone must leave room for what came
        let allowed = if one.mark == "removed" {
            (left / 2).max(4)
        } else {
            left
        };
        let length = count_words(&one.text);
        one.text = cut_words(&one.text, allowed);
        left = left.saturating_sub(length);
        out.push(one);
        if left == 0 {
            break;
        }
    }
    out
}

/// The words of an unchanged run that stand next to changes.
fn context(text: &str, after_change: bool, before_change: bool) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let head = if after_change { CONTEXT } else { 0 };
    let tail = if before_change { CONTEXT } else { 0 };
    if words.len() <= head + tail + 1 {
        return text.to_owned();
    }
    let tail = &words[words.len() - tail..];
    [&words[..head], &["…"], tail].concat().join(" ")
}

fn span(mark: &'static str, text: String) -> Span {
    Span { mark, text }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marked(before: Option<&str>, after: Option<&str>) -> String {
        let evidence = Evidence {
            kind: "quote".to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
            place: None,
        };
        shown(&quote(&evidence, None).map(|q| q.spans).unwrap_or_default())
    }

    fn shown(spans: &[Span]) -> String {
        let mark = |s: &Span| match s.mark {
            "removed" => format!("[-{}-]", s.text),
            "added" => format!("{{+{}+}}", s.text),
            _ => s.text.clone(),
        };
        spans.iter().map(mark).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_changed_words_stand_out() {
        assert_eq!(
            marked(
                Some("Creators should label realistic AI content before it is posted."),
                Some("Creators must label realistic AI content before it is posted."),
            ),
            "Creators [-should-] {+must+} label realistic AI content before …"
        );
        assert_eq!(marked(None, Some("A new rule.")), "{+A new rule.+}");
        assert_eq!(marked(Some("An old rule."), None), "[-An old rule.-]");
        assert_eq!(marked(Some("same"), Some("same")), "");
    }

    #[test]
    fn the_end_of_a_cut_text_is_no_change() {
        assert_eq!(
            marked(Some("one two three four …"), Some("zero one two three …")),
            "{+zero+} one two three"
        );
    }

    #[test]
    fn the_quote_bears_out_the_headline() {
        let source = crate::model::Source::probe(
            url::Url::parse("https://a.example").expect("a URL"),
            crate::model::SourceKind("page".to_owned()),
        );
        let quoted = |before: &str, after: &str| Evidence {
            kind: "quote".to_owned(),
            before: Some(before.to_owned()),
            after: Some(after.to_owned()),
            place: None,
        };
        let mut finding = Finding::about(
            &source,
            crate::model::FindingKind::RuleChange,
            crate::model::Severity::Important,
            jiff::Timestamp::UNIX_EPOCH,
        );
        finding.evidence = vec![
            quoted("valid from May", "valid from June"),
            quoted("up to 90 seconds", "up to 180 seconds"),
            quoted("up to 90 seconds each", "up to 180 seconds each"),
        ];
        let first = |finding: &Finding| {
            let quote = first_quote(finding, Words::of(crate::model::Language::En));
            shown(&quote.expect("a quote").spans)
        };
        assert_eq!(first(&finding), "valid from [-May-] {+June+}");
        finding.title = "App · Rules: clips 90 → 180 seconds".to_owned();
        assert_eq!(first(&finding), "up to [-90-] {+180+} seconds");
    }

    proptest! {
        #[test]
        fn quotes_are_short_and_never_panic(
            before in proptest::option::of("[a-c ]{0,300}|.{0,80}"),
            after in proptest::option::of("[a-c ]{0,300}|.{0,80}"),
        ) {
            let evidence = Evidence { kind: "quote".to_owned(), before, after, place: None };
            if let Some(quote) = quote(&evidence, None) {
                for side in [quote.before, quote.after].into_iter().flatten() {
                    prop_assert!(count_words(&side) <= LONGEST + 2 * CONTEXT, "{}", side);
                }
            }
        }
    }
}
