//! What is known of two texts as a whole before their hunks are judged.
//!
//! The language, the headings, the dates by which the page says it was last changed, and signs that
//! the later text is not the next version of the earlier one at all: an error page, an older copy
//! from a cache, another language.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, civil::Date};
use unicode_segmentation::UnicodeSegmentation;

use super::dates::{Mention, dates};
use super::lexicon::{Hit, Lexicon, Word, in_force, words};
use super::tokens::fold;
use super::tongue::Tongue;
use crate::model::{Block, BlockKind, PageText};

/// Why a text is no successor of the one before: next to nothing is left, or an error is shown.
pub(crate) const GONE_OR_BLOCKED: &str = "page gone or blocked";
/// Why a text is no news after such a one.
pub(crate) const IS_BACK: &str = "page is back";
/// Why a text is no successor that bears an older date than the one before.
pub(crate) const OLDER_COPY: &str = "older copy";

/// Two texts and what is known of them.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) before: &'a PageText,
    pub(crate) after: &'a PageText,
    pub(crate) tongue: Tongue,
    pub(crate) now: Timestamp,
    pub(crate) lexicon: &'static Lexicon,
    /// Words of each whole text.
    pub(crate) sizes: (usize, usize),
    /// How often each word stands on the pages, folded; and stems of those without a capital.
    common: OnceCell<(HashMap<String, usize>, HashSet<String>)>,
}

/// Blocks at the beginning and at the end of a page in which a date of last change may stand.
const EDGE: usize = 25;

impl<'a> Scene<'a> {
    /// Looks at two texts.
    pub(crate) fn of(
        before: &'a PageText,
        after: &'a PageText,
        language: Option<&str>,
        now: Timestamp,
    ) -> Self {
        Self {
            before,
            after,
            tongue: Tongue::of(language, &sample(after)),
            now,
            lexicon: in_force(),
            sizes: (size(before), size(after)),
            common: OnceCell::new(),
        }
    }

    /// Phrases of the table in some words.
    pub(crate) fn hits(&self, words: &[Word]) -> Vec<Hit> {
        self.lexicon.scan(words)
    }

    /// Dates in a text.
    pub(crate) fn dates(&self, text: &str) -> Vec<Mention> {
        dates(text, self.tongue, self.now)
    }

    /// Does a folded word, or another form of it, stand on either page without a capital?
    pub(crate) fn is_common(&self, folded: &str) -> bool {
        self.vocabulary().1.contains(&self.tongue.stem(folded))
    }

    /// How often a folded word stands on the two pages.
    pub(crate) fn count(&self, folded: &str) -> usize {
        self.vocabulary().0.get(folded).copied().unwrap_or(0)
    }

    fn vocabulary(&self) -> &(HashMap<String, usize>, HashSet<String>) {
        self.common.get_or_init(|| {
            let (mut counts, mut common) = (HashMap::new(), HashSet::new());
            for block in self.before.blocks.iter().chain(&self.after.blocks) {
                for word in block.text.unicode_words() {
                    *counts.entry(fold(word)).or_insert(0) += 1;
                    if !word.contains(char::is_uppercase) {
                        common.insert(fold(word));
                    }
                }
            }
            let stems = common.iter().map(|word| self.tongue.stem(word)).collect();
            (counts, stems)
        })
    }

    /// Is the later text no successor of the earlier one? Then why.
    pub(crate) fn impostor(&self) -> Option<&'static str> {
        let (was, is) = self.sizes;
        if is * 8 < was && was >= 80 && (is < 60 || self.says_error()) {
            return Some(GONE_OR_BLOCKED);
        }
        if self.says_error() && is * 2 < was {
            return Some(GONE_OR_BLOCKED);
        }
        if is * 2 < was && self.is_wall(self.after) {
            return Some("login wall");
        }
        if was * 2 < is && self.is_wall(self.before) {
            return Some(IS_BACK);
        }
        if was * 8 < is && self.was_error() {
            return Some(IS_BACK);
        }
        let language = |text| Tongue::read(&sample(text));
        if let (Some(was), Some(is)) = (language(self.before), language(self.after))
            && was != is
        {
            return Some("other language");
        }
        let (was, is) = (self.stamp(self.before), self.stamp(self.after));
        if let (Some(was), Some(is)) = (was, is)
            && is
                .checked_add(jiff::Span::new().days(2))
                .is_ok_and(|later| later < was)
        {
            return Some(OLDER_COPY);
        }
        None
    }

    /// Does a short text ask to log in or to prove that one is human?
    fn is_wall(&self, text: &PageText) -> bool {
        let mut words_left = 120_usize;
        let mut asks = 0;
        for block in &text.blocks {
            let words = words(&block.text);
            let Some(left) = words_left.checked_sub(words.len()) else {
                return false;
            };
            words_left = left;
            let hits = self.hits(&words);
            asks += hits
                .iter()
                .filter(|h| h.group == "noise" && h.name == "wall")
                .count();
        }
        asks >= 2
    }

    fn says_error(&self) -> bool {
        has_error(self, self.after)
    }

    fn was_error(&self) -> bool {
        has_error(self, self.before)
    }

    /// The date by which the page says it was last changed, if it says one.
    pub(crate) fn stamp(&self, text: &PageText) -> Option<Date> {
        let blocks = &text.blocks;
        let tail = blocks
            .len()
            .saturating_sub(EDGE)
            .max(EDGE.min(blocks.len()));
        let edges = blocks[..EDGE.min(blocks.len())]
            .iter()
            .chain(&blocks[tail..]);
        let mut found = edges.filter_map(|block| self.stamp_of(block));
        found.next()
    }

    /// The date of last change that a short block states.
    fn stamp_of(&self, block: &Block) -> Option<Date> {
        if block.text.len() > 200 {
            return None;
        }
        let words = words(&block.text);
        if words.len() > 16 {
            return None;
        }
        let hits = self.hits(&words);
        let says = |name| hits.iter().any(|h| h.group == "when" && h.name == name);
        if !says("stamp") || says("announcement") || says("relative") {
            return None;
        }
        let dates = self.dates(&block.text);
        (dates.len() == 1).then(|| dates[0].date)
    }
}

/// Does a short text say that it is an error page?
fn has_error(scene: &Scene<'_>, text: &PageText) -> bool {
    let mut budget = 160_usize;
    for block in &text.blocks {
        let words = words(&block.text);
        if words.len() > budget {
            return false;
        }
        budget -= words.len();
        if scene
            .hits(&words)
            .iter()
            .any(|h| h.group == "noise" && h.name == "error_page")
        {
            return true;
        }
    }
    false
}

/// How many words a text has, roughly.
fn size(text: &PageText) -> usize {
    text.blocks
        .iter()
        .map(|b| b.text.split_whitespace().count())
        .sum()
}

/// Enough running text to know the language by.
fn sample(text: &PageText) -> String {
    let mut out = String::new();
    for block in &text.blocks {
        if matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem) && block.text.len() > 60
        {
            out.push_str(&block.text);
            out.push('\n');
        }
        if out.len() > 4_000 {
            break;
        }
    }
    if out.len() < 200 {
        out = text
            .blocks
            .iter()
            .take(80)
            .map(|b| b.text.as_str())
            .collect::<Vec<_>>()
            .join("\n");
    }
    out
}
