//! Pages that stand in place of the content: login walls, bot checks, shells, "not found", notices of trouble.
//!
//! Taking a wall for a change alarms people for nothing; taking a page for a wall hides a real change. Words alone
//! prove nothing: rules speak of logging in, help pages of captchas. So a verdict weighs two things: how surely the
//! page speaks of itself as such pages do (by its name, by a sentence addressed to this visitor), and how much it says
//! **besides** that. The surer the words, the more may stand beside them; a sentence that a rule could say as well makes
//! a wall only where hardly anything else is said.
//!
//! What a page says besides is counted in characters that are neither links, headings, labels of forms nor stock
//! phrases of such pages ("forgot your password?"). Sentences with numbers count double: rules are made of them.

mod captcha;
mod lines;
mod login;
mod not_found;
mod out_of_service;
mod phrase;
mod script;
mod stock;

use crate::model::ReadOutcome;

pub(super) use lines::Line;
use lines::Sentence;

/// What is known of a page before its verdict.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    /// The source as received; empty for a text without markup.
    pub(super) source: &'a str,
    /// Title and first headings.
    pub(super) titles: &'a [&'a str],
    /// What is seen of it, without parts that surely are not its matter.
    pub(super) lines: &'a [Line],
    /// Text for readers without scripts.
    pub(super) noscript: &'a str,
}

/// Running text above this is content, whatever else the page says.
pub(super) const PROSE: u32 = 900;
/// A page that shows more than this, in bytes, is content, be it only links: every phrase is looked for in all of it.
const TEXT: usize = 16 * 1_024;
/// Markers are looked for in this much of the source.
const SOURCE: usize = 256 * 1_024;

/// One kind of wall: how it names itself, what it says, what it leaves in the source. Texts in lower case with straight
/// apostrophes; see [`phrase`] for their signs.
#[derive(Debug)]
struct Family {
    outcome: ReadOutcome,
    /// Titles, without the site's name.
    names: &'static [&'static str],
    /// Sentences that only such pages say.
    sure: &'static [&'static str],
    /// Sentences that rules and help pages may say, too.
    weak: &'static [&'static str],
    /// The same in any words: a sentence that says one thing of each group.
    together: &'static [&'static [&'static str]],
    /// Marks in the source that ordinary pages do not have.
    marks: &'static [&'static str],
    /// Marks in the source that say something only where hardly any text is.
    hints: &'static [&'static str],
}

/// In the order in which they win, where two are as sure.
static FAMILIES: [&Family; 5] = [
    &captcha::FAMILY,
    &out_of_service::FAMILY,
    &login::FAMILY,
    &not_found::FAMILY,
    &script::FAMILY,
];

/// How surely a page is of a family, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// A hint in the source.
    Hinted,
    /// Words that rules may say as well.
    Said,
    /// A name of such pages with a word or two more.
    NearlyNamed,
    /// A name of such pages.
    Named,
    /// A name of such pages over their form.
    NamedForm,
    /// A mark in the source.
    Marked,
    /// Words of such pages only.
    Sure,
}

impl Strength {
    /// Characters that may stand beside the wall's own words, of which there are `own`.
    fn room(self, own: usize) -> usize {
        match self {
            Self::Hinted => 30,
            // what could be a rule is none only where it is the better part of what is said
            Self::Said => own.clamp(30, 60),
            Self::NearlyNamed => 60,
            Self::Named => 120,
            Self::Marked => 200,
            Self::NamedForm => 350,
            Self::Sure => 700,
        }
    }
}

/// What the page is instead of its content, if it surely is that.
pub(super) fn recognise(page: &Evidence<'_>) -> Option<ReadOutcome> {
    if page.lines.iter().map(|line| line.text.len()).sum::<usize>() > TEXT {
        return None;
    }
    let sentences: Vec<Sentence> = page.lines.iter().flat_map(lines::sentences).collect();
    let titles: Vec<String> = page
        .titles
        .iter()
        .map(|title| lines::plain(title))
        .collect();
    let (stock, other): (Vec<_>, Vec<_>) = sentences.iter().partition(|s| is_stock(s));
    let own: usize = stock.iter().map(|sentence| sentence.length()).sum();
    let besides: usize = other.iter().map(|sentence| sentence.weight(&titles)).sum();
    if besides > Strength::Sure.room(own) {
        return None;
    }
    let source = page.source[..page.source.floor_char_boundary(SOURCE)].to_ascii_lowercase();
    let is_form = ["type=\"password\"", "type='password'", "type=password"]
        .iter()
        .any(|field| source.contains(field));

    let mut found: Option<(Strength, &Family)> = None;
    for family in FAMILIES {
        let strength = strength(family, &titles, &sentences, &source, is_form);
        if let Some(strength) = strength
            && besides <= strength.room(own)
            && found.is_none_or(|(best, _)| strength > best)
        {
            found = Some((strength, family));
        }
    }
    if let Some((_, family)) = found {
        return Some(family.outcome.clone());
    }
    script::is_shell(&source, page.noscript, besides).then_some(ReadOutcome::NeedsJavascript)
}

fn strength(
    family: &Family,
    titles: &[String],
    sentences: &[Sentence],
    source: &str,
    is_form: bool,
) -> Option<Strength> {
    let says = |words: &[&str]| {
        sentences
            .iter()
            .any(|sentence| !is_of_something_else(family, sentence) && sentence.says(words))
    };
    if titles.iter().any(|title| phrase::any(family.sure, title)) || says(family.sure) {
        return Some(Strength::Sure);
    }
    let has = |marks: &[&str]| marks.iter().any(|mark| source.contains(mark));
    if has(family.marks) {
        return Some(Strength::Marked);
    }
    let is_form = is_form && family.outcome == ReadOutcome::LoginWall;
    let named = match named(family, titles) {
        Some(_) if is_form => Some(Strength::NamedForm),
        other => other,
    };
    let said = sentences
        .iter()
        .any(|sentence| !is_of_something_else(family, sentence) && says_it(family, sentence));
    let said = said.then_some(Strength::Said);
    let hinted = (is_form || has(family.hints)).then_some(Strength::Hinted);
    named.max(said).max(hinted)
}

/// How surely one of the titles is a name of the family.
fn named(family: &Family, titles: &[String]) -> Option<Strength> {
    let best = titles
        .iter()
        .filter_map(|title| phrase::named(family.names, title).map(|strength| (strength, title)))
        .max_by_key(|(strength, _)| *strength)?;
    // a heading that says something else shows that there is more
    let differs = titles.iter().any(|title| {
        let alike = title.contains(best.1.as_str()) || best.1.contains(title.as_str());
        !alike && phrase::named(family.names, title).is_none() && title.contains(' ')
    });
    let longer = titles
        .iter()
        .any(|title| title.len() > best.1.len() + 4 && title.starts_with(best.1.as_str()));
    Some(if differs || longer {
        Strength::NearlyNamed
    } else {
        best.0
    })
}

/// Words that a rule may say as well: a phrase, a name alone on its line, or one thing of each group.
fn says_it(family: &Family, sentence: &Sentence) -> bool {
    sentence.says(family.weak) || sentence.is_any(family.names) || sentence.joins(family.together)
}

/// A login may be wanted for writing a comment, on a page that is all there.
fn is_of_something_else(family: &Family, sentence: &Sentence) -> bool {
    family.outcome == ReadOutcome::LoginWall && sentence.holds(login::COMMENTING)
}

/// Is the sentence one of those that walls are made of?
fn is_stock(sentence: &Sentence) -> bool {
    sentence.holds(stock::WORDS)
        || FAMILIES
            .iter()
            .any(|family| sentence.says(family.sure) || says_it(family, sentence))
}
