//! Pages that vanish, and where their text is now: on one other page, or split over several.
//!
//! A page vanishes when it answers that it is not there, when its address leads to a page above it (a
//! hub, the home page) that shows none of its text, or when most of its text went. Its passages are
//! looked for on other pages of the same document or owner.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use url::Url;

use super::flip::passage;
use super::headline;
use crate::model::{Evidence, Finding, FindingKind, Language, PageText, Severity, Source, Wording};

/// Share of a page's words that makes most of it.
const MOST: f64 = 0.6;
/// Share of them that another page must add to be one of those it was split into.
const PART: f64 = 0.1;
/// Shorter passages (labels, dates) are on many pages and say nothing.
const LEAST_WORDS: usize = 5;
/// Fewer words are no text to look for.
const LEAST_TEXT: usize = 25;

/// How a page vanished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vanished {
    /// It answers with this status.
    Status(u16),
    /// Its address leads there.
    LedTo(Url),
    /// Next to nothing is left of it, or an error.
    Stub,
}

/// The passages that a page lost.
#[derive(Debug, Clone, Default)]
pub struct Lost {
    /// Words of each, by hash.
    passages: HashMap<u64, usize>,
    words: usize,
    of: usize,
}

impl Lost {
    /// What `before` has and `after` has not; everything if there is none after.
    pub fn of(before: &PageText, after: Option<&PageText>) -> Self {
        let stays = after.map(|text| long(text).map(|(hash, _)| hash).collect());
        let stays: HashSet<u64> = stays.unwrap_or_default();
        let all: HashMap<u64, usize> = long(before).collect();
        let of = all.values().sum();
        let mut passages = all;
        passages.retain(|hash, _| !stays.contains(hash));
        Self {
            words: passages.values().sum(),
            passages,
            of,
        }
    }

    /// Is it most of the page?
    pub fn is_most(&self) -> bool {
        self.of >= LEAST_TEXT && self.words as f64 >= self.of as f64 * MOST
    }

    /// Those of them that a text shows.
    pub fn found_in(&self, text: &PageText) -> HashSet<u64> {
        let there = long(text).map(|(hash, _)| hash);
        there
            .filter(|hash| self.passages.contains_key(hash))
            .collect()
    }

    /// Which pages together show most of it, by what each shows: one if one does, else as few as do;
    /// none if they do not.
    pub fn whereabouts(&self, pages: &[HashSet<u64>]) -> Vec<usize> {
        let words = |hashes: &mut dyn Iterator<Item = &u64>| -> usize {
            hashes.filter_map(|hash| self.passages.get(hash)).sum()
        };
        let (mut found, mut chosen) = (HashSet::new(), Vec::new());
        loop {
            let adds = |page: &HashSet<u64>| words(&mut page.difference(&found));
            let best = (0..pages.len()).rev().max_by_key(|at| adds(&pages[*at]));
            match best.filter(|at| adds(&pages[*at]) as f64 >= self.words as f64 * PART) {
                Some(at) if adds(&pages[at]) > 0 => {
                    found.extend(pages[at].iter().copied());
                    chosen.push(at);
                }
                _ => break,
            }
        }
        let shown = words(&mut found.iter());
        if shown == 0 || (shown as f64) < self.words as f64 * MOST {
            chosen.clear();
        }
        chosen
    }
}

/// Is next to nothing left of a text?
pub(super) fn is_stub_of(short: &PageText, whole: &PageText) -> bool {
    let words = |text: &PageText| -> usize {
        let blocks = text.blocks.iter();
        blocks
            .map(|block| block.text.split_whitespace().count())
            .sum()
    };
    let (short, whole) = (words(short), words(whole));
    short * 8 < whole && short < 60 && whole >= 80
}

/// Passages that are long enough to be known again, with their words.
fn long(text: &PageText) -> impl Iterator<Item = (u64, usize)> {
    text.blocks.iter().filter_map(|block| {
        let words = block.text.split_whitespace().count();
        (words >= LEAST_WORDS).then_some(())?;
        Some((passage(&block.text)?, words))
    })
}

/// Does an address lead to a page above the one that was asked for, or to a home page?
pub fn leads_up(asked: &Url, answered: &Url) -> bool {
    let segments = |url: &Url| -> Vec<String> {
        let all = url.path_segments().into_iter().flatten();
        all.filter(|s| !s.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let (from, to) = (segments(asked), segments(answered));
    let above = from.len() > to.len() && from.starts_with(&to);
    // `/en` is a home page too
    let home = to.iter().all(|segment| segment.len() <= 5) && to.len() <= 1;
    !from.is_empty() && (above || (home && from != to))
}

/// What is told of a page that vanished, since `since`. `there` are the pages that show its text now.
pub fn gone_finding(
    source: &Source,
    how: &Vanished,
    since: Timestamp,
    there: &[&Source],
    now: Timestamp,
) -> Finding {
    let severity = Severity::Important;
    let mut finding = Finding::about(source, FindingKind::RuleChange, severity, now);
    finding.confidence = 0.9;
    finding.topic_key = format!("gone:{}:{since}", source.id);
    word(&mut finding, source, |language| {
        headline::gone(source, how, language)
    });
    let since = Some(since.to_string());
    finding.evidence = vec![piece("confirmed", since, now.to_string(), None)];
    if let Vanished::LedTo(url) = how {
        let from = Some(source.url.to_string());
        finding
            .evidence
            .push(piece("leads_to", from, url.to_string(), None));
    }
    if !there.is_empty() {
        say_where(&mut finding, source, there);
    }
    finding
}

/// Says of a page's finding that the page is gone.
pub(super) fn say_gone(finding: &mut Finding, source: &Source, how: &Vanished) {
    word(finding, source, |language| {
        headline::gone(source, how, language)
    });
}

/// Says of a page's finding that its text is on other pages now: it moved, or was split.
pub fn say_where(finding: &mut Finding, source: &Source, there: &[&Source]) {
    let titles: Vec<&str> = there.iter().map(|to| to.title.as_str()).collect();
    word(finding, source, |language| {
        headline::moved(source, &titles, language)
    });
    finding.severity = Severity::Informational;
    let kind = if there.len() > 1 { "split" } else { "moved" };
    for to in there {
        let from = Some(source.url.to_string());
        let url = Some(to.url.to_string());
        finding
            .evidence
            .push(piece(kind, from, to.title.clone(), url));
    }
}

/// What is told of a page that is back after it was told to be gone since `since`.
pub fn back_finding(source: &Source, since: Timestamp, now: Timestamp) -> Finding {
    let severity = Severity::Informational;
    let mut finding = Finding::about(source, FindingKind::RuleChange, severity, now);
    finding.confidence = 0.9;
    finding.topic_key = format!("back:{}:{since}", source.id);
    word(&mut finding, source, |language| {
        headline::back_again(source, language)
    });
    finding
}

fn word(finding: &mut Finding, source: &Source, said: impl Fn(Language) -> String) {
    let own = match source.language.as_deref() {
        Some(code) if code.starts_with("ru") => Language::Ru,
        _ => Language::En,
    };
    finding.title = said(own);
    let other = match own {
        Language::Ru => Language::En,
        Language::En => Language::Ru,
    };
    let gist = finding.wordings.iter().find(|w| w.language == other);
    let gist = gist.map_or(String::new(), |w| w.gist.clone());
    finding.wordings = vec![Wording {
        language: other,
        title: said(other),
        gist,
    }];
}

fn piece(kind: &str, before: Option<String>, after: String, place: Option<String>) -> Evidence {
    Evidence {
        kind: kind.to_owned(),
        before,
        after: Some(after),
        place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind};

    fn text(lines: &[&str]) -> PageText {
        let block = |line: &&str| Block {
            kind: BlockKind::Paragraph,
            text: (*line).to_owned(),
            links: vec![],
        };
        PageText {
            blocks: lines.iter().map(block).collect(),
        }
    }

    const LIVE: &str = "You must be at least 18 years old to host a live session on the platform.";
    const FEE: &str = "Advertisers pay a fee of 7 % for each campaign that they run.";
    const SPAM: &str = "Never post the same comment again and again below other people's clips.";
    const MENU: &str = "Rules and policies";

    #[test]
    fn a_text_is_found_on_one_page_or_split_over_as_few_as_hold_it() {
        let lost = Lost::of(&text(&[LIVE, FEE, SPAM, MENU]), Some(&text(&[MENU])));
        assert!(lost.is_most());
        let where_in = |pages: &[&[&str]]| {
            let pages: Vec<_> = pages.iter().map(|p| lost.found_in(&text(p))).collect();
            lost.whereabouts(&pages)
        };
        assert_eq!(where_in(&[&[FEE], &[SPAM, LIVE, FEE]]), [1]);
        assert_eq!(where_in(&[&[LIVE], &[MENU], &[FEE, SPAM]]), [2, 0]);
        assert_eq!(
            where_in(&[&[LIVE], &[MENU]]),
            [0_usize; 0],
            "a third is not most"
        );
        assert_eq!(where_in(&[]), [0_usize; 0]);
    }

    #[test]
    fn a_page_that_keeps_its_text_lost_nothing() {
        let page = text(&[LIVE, FEE, SPAM]);
        assert!(!Lost::of(&page, Some(&page)).is_most());
        assert!(!Lost::of(&page, Some(&text(&[LIVE, FEE]))).is_most());
        assert!(
            !Lost::of(&text(&[MENU]), None).is_most(),
            "nothing to look for"
        );
    }

    #[test]
    fn hubs_and_home_pages_stand_above() {
        let up = |from: &str, to: &str| {
            leads_up(&from.parse().expect("a URL"), &to.parse().expect("a URL"))
        };
        assert!(up(
            "https://a.example/rules/live",
            "https://a.example/rules/"
        ));
        assert!(up("https://a.example/rules/live", "https://a.example/"));
        assert!(up(
            "https://a.example/rules/live",
            "https://help.b.example/en"
        ));
        assert!(!up(
            "https://a.example/rules/live",
            "https://a.example/rules/live-2"
        ));
        assert!(!up(
            "https://a.example/rules",
            "https://www.a.example/rules/"
        ));
        assert!(!up("https://a.example/", "https://www.a.example/en"));
    }
}
