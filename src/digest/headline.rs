//! What a story is called: on its card, in the first lines, in a subject; and platforms as their owners
//! write them.

use super::wording::{count_words, cut_chars, cut_words, line};
use super::words::Words;
use crate::model::{self, Finding};

/// Longest title, in words.
const TITLE: usize = 10;
/// Longest gist, in words.
const GIST: usize = 40;
/// Stands between a platform and the name of its page.
const OF: &str = " · ";
/// Stands between what was and what is.
const ARROW: char = '→';

/// Title of at most ten words behind the name of its page, and a gist that does not repeat it.
pub(super) fn headline(finding: &Finding, words: Words) -> (String, Option<String>) {
    let full = spelt(&line(finding.title_in(words.language)), finding, words);
    let gist = line(finding.gist_in(words.language));
    let full = if full.is_empty() {
        finding.source.to_string()
    } else {
        full
    };
    let title = cut_title(full.trim_end_matches('.'));
    let repeats = gist.is_empty() || full.starts_with(gist.trim_end_matches(['.', '…']));
    (title, (!repeats).then(|| cut_words(&gist, GIST)))
}

/// Cuts a title to ten words, not counting a `Platform · page: ` before them; at the end of a clause if
/// that leaves half of them, since `90 → 180 seconds` tells more than `90 → 180 seconds, from 1…`.
fn cut_title(full: &str) -> String {
    let (name, said) = match full.split_once(": ") {
        Some((name, said)) if name.contains(" · ") && count_words(name) < TITLE => (name, said),
        _ => ("", full),
    };
    let mut cut = cut_words(said, TITLE);
    if cut != said {
        let clause = said.match_indices(", ").map(|(at, _)| &said[..at]);
        let fitting = clause.filter(|part| (TITLE / 2..=TITLE).contains(&count_words(part)));
        if let Some(whole) = fitting.last() {
            whole.clone_into(&mut cut);
        }
    }
    let cut = closed(cut);
    if name.is_empty() {
        cut
    } else {
        format!("{name}: {cut}")
    }
}

/// A cut title with the quotation closed in which it was cut.
fn closed(mut cut: String) -> String {
    for (open, close) in [('“', '”'), ('«', '»')] {
        let depth = cut
            .matches(open)
            .count()
            .saturating_sub(cut.matches(close).count());
        if depth > 0 && !cut.ends_with('…') {
            cut.push('…');
        }
        cut.extend(std::iter::repeat_n(close, depth));
    }
    cut
}

/// The headline without the name of its page, which says less than the fact behind it: `Clipnet: clip
/// may be up to 90 → 180 seconds`.
pub(super) fn short_headline(finding: &Finding, words: Words) -> String {
    let (title, _) = headline(finding, words);
    match title.split_once(": ") {
        Some((name, said)) if name.contains(OF) => {
            let platform = name.split(OF).next().unwrap_or(name);
            format!("{platform}: {said}")
        }
        _ => title,
    }
}

/// At most `limit` characters of a headline; where what is new stands at its end, `… 90 → 180 seconds`,
/// the middle goes first.
pub(super) fn cut_headline(title: &str, limit: usize) -> String {
    let cut = cut_chars(title, limit);
    let Some(arrow) = title.find(ARROW).filter(|_| cut != title) else {
        return cut;
    };
    let platform = title.split_once(": ").map_or("", |(platform, _)| platform);
    let before: Vec<&str> = title[..arrow].split_whitespace().collect();
    // the greatest part of the words before the arrow that leaves room for all behind it
    for first in 0..before.len() {
        let tail = format!("{} {}", before[first..].join(" "), &title[arrow..]);
        let whole = match platform {
            "" => format!("…{tail}"),
            platform => format!("{platform}: …{tail}"),
        };
        if whole.chars().count() <= limit {
            return whole;
        }
    }
    cut
}

/// A headline that begins with a platform's id, with its name there.
fn spelt(title: &str, finding: &Finding, words: Words) -> String {
    let rest = finding.platform.as_deref().and_then(|id| {
        let rest = title.strip_prefix(id)?;
        let is_whole = rest.starts_with(OF) || rest.starts_with(": ");
        is_whole.then(|| format!("{}{rest}", platform_name(id, words)))
    });
    rest.unwrap_or_else(|| title.to_owned())
}

/// Does the title name the platform already, at least in part (`Директ` for `Яндекс Директ`)?
fn mentions(title: &str, platform: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric());
        parts
            .filter(|p| !p.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let title = words(title);
    words(platform).iter().any(|word| title.contains(word))
}

/// The platform in words, unless the title names it already.
pub(super) fn named_platform(lead: &Finding, title: &str, words: Words) -> Option<String> {
    let id = lead.platform.as_deref()?;
    Some(platform_name(id, words)).filter(|name| !mentions(title, name))
}

/// A platform as people write it.
pub(super) fn platform_name(id: &str, words: Words) -> String {
    line(model::platform_name(id, words.language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_cut_behind_its_page_and_between_clauses() {
        let whole = "Clipnet · Rules: clips may be 180 seconds";
        assert_eq!(cut_title(whole), whole);
        assert_eq!(
            cut_title(
                "Clipnet · Community Rules: clip may be up to 90 → 180 seconds, from 1 December"
            ),
            "Clipnet · Community Rules: clip may be up to 90 → 180 seconds"
        );
        assert_eq!(
            cut_title("one two three four five six seven eight nine ten eleven"),
            "one two three four five six seven eight nine ten…"
        );
        assert_eq!(
            cut_title("one, two three four five six seven eight nine ten eleven"),
            "one, two three four five six seven eight nine ten…"
        );
    }

    #[test]
    fn a_quotation_that_is_cut_is_closed() {
        assert_eq!(
            cut_title(
                "Clipnet · Rules: changed: “In the European Union and the United Kingdom, branded content must be disclosed”"
            ),
            "Clipnet · Rules: changed: “In the European Union and the United Kingdom…”"
        );
        assert_eq!(
            cut_title(
                "запрещено: «С 1 декабря 2026 года размещение рекламы без маркировки запрещено на площадке»"
            ),
            "запрещено: «С 1 декабря 2026 года размещение рекламы без маркировки…»"
        );
        let whole = "Clipnet · Rules: added: “be kind”";
        assert_eq!(cut_title(whole), whole);
    }

    #[test]
    fn what_is_new_outlives_a_cut() {
        let title = "Clipnet: clip may be up to 90 → 180 seconds";
        assert_eq!(cut_headline(title, 60), title);
        assert_eq!(
            cut_headline(title, 40),
            "Clipnet: …may be up to 90 → 180 seconds"
        );
        assert_eq!(cut_headline(title, 28), "Clipnet: …90 → 180 seconds");
        assert_eq!(cut_headline(title, 20), "Clipnet: clip may…");
        assert_eq!(cut_headline("Директ меняет ТГО", 14), "Директ меняет…");
    }
}
