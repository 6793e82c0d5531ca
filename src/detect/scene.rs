//! What is known of two texts as a whole before their hunks are judged.
//!
//! The language, the headings, the dates by which the page says it was last changed, and signs that
//! the later text is not the next version of the earlier one at all: an error page, an older copy
//! from a cache, another language.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use jiff::{Timestamp, civil::Date};

use super::dates::{Mention, dates};
use super::lexicon::{Hit, Lexicon, Word, few_words, in_force, words};
use super::segment::unicode_words;
use super::tokens::{ById, fold_into, word_id};
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
    vocabulary: OnceCell<ById<Use>>,
    /// Stems of the words that stand without a capital.
    common: OnceCell<HashSet<String>>,
    stems: RefCell<ById<String>>,
    headings: RefCell<HashMap<String, Rc<Phrases>>>,
    leads: RefCell<HashMap<(bool, usize), Option<&'static str>>>,
}

/// How a word is used on the two pages.
#[derive(Debug, Default)]
struct Use {
    /// How often it stands on the earlier and on the later page.
    counts: [usize; 2],
    /// The word, folded, if it stands anywhere without a capital.
    common: Option<String>,
}

/// Phrases of the table in a heading.
#[derive(Debug)]
pub(crate) struct Phrases {
    pub(crate) hits: Vec<Hit>,
    /// How many words it has.
    pub(crate) words: usize,
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
            vocabulary: OnceCell::new(),
            common: OnceCell::new(),
            stems: RefCell::default(),
            headings: RefCell::default(),
            leads: RefCell::default(),
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

    /// Phrases of the table in a heading, read once however many places stand below it.
    pub(crate) fn heading(&self, text: &str) -> Rc<Phrases> {
        if let Some(known) = self.headings.borrow().get(text) {
            return Rc::clone(known);
        }
        let words = words(text);
        let (hits, words) = (self.hits(&words), words.len());
        let read = Rc::new(Phrases { hits, words });
        let mut headings = self.headings.borrow_mut();
        headings.insert(text.to_owned(), Rc::clone(&read));
        read
    }

    /// What the block at `at` of a page says of the list below it, as `read` reads it the first time.
    pub(crate) fn lead(
        &self,
        is_later: bool,
        at: usize,
        read: impl FnOnce() -> Option<&'static str>,
    ) -> Option<&'static str> {
        let known = self.leads.borrow().get(&(is_later, at)).copied();
        known.unwrap_or_else(|| {
            let kind = read();
            self.leads.borrow_mut().insert((is_later, at), kind);
            kind
        })
    }

    /// A folded word's stem.
    pub(crate) fn stem(&self, folded: &str) -> String {
        let id = word_id(folded);
        if let Some(known) = self.stems.borrow().get(&id) {
            return known.clone();
        }
        let stem = self.tongue.stem(folded);
        self.stems.borrow_mut().insert(id, stem.clone());
        stem
    }

    /// Does a folded word, or another form of it, stand on either page without a capital?
    pub(crate) fn is_common(&self, folded: &str) -> bool {
        let known = self.vocabulary().get(&word_id(folded));
        if known.is_some_and(|word| word.common.is_some()) {
            return true;
        }
        let common = self.common.get_or_init(|| {
            let words = self.vocabulary().values();
            let common = words.filter_map(|word| word.common.as_deref());
            common.map(|word| self.stem(word)).collect()
        });
        common.contains(&self.stem(folded))
    }

    /// How often a folded word stands on the two pages.
    pub(crate) fn count(&self, folded: &str) -> usize {
        self.counts(word_id(folded)).into_iter().sum()
    }

    /// How often a word stands on the earlier and on the later page, by its identity.
    pub(crate) fn counts(&self, id: u64) -> [usize; 2] {
        let known = self.vocabulary().get(&id);
        known.map_or([0, 0], |word| word.counts)
    }

    fn vocabulary(&self) -> &ById<Use> {
        self.vocabulary.get_or_init(|| {
            let mut found: ById<Use> = ById::default();
            let mut folded = String::new();
            for (page, text) in [self.before, self.after].into_iter().enumerate() {
                for word in text.blocks.iter().flat_map(|b| unicode_words(&b.text)) {
                    folded.clear();
                    fold_into(word, &mut folded);
                    let seen = found.entry(word_id(&folded)).or_default();
                    seen.counts[page] += 1;
                    if seen.common.is_none() && !word.contains(char::is_uppercase) {
                        seen.common = Some(folded.clone());
                    }
                }
            }
            found
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
            let Some(words) = few_words(&block.text, words_left) else {
                return false;
            };
            words_left -= words.len();
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
        let Some(words) = few_words(&block.text, budget) else {
            return false;
        };
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
