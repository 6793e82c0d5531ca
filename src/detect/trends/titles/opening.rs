//! The opening of a title: as little of it as says the common matter and reads as a whole.
//!
//! Stops at the end of a clause, or before a word that only goes on to say where, when or why; never behind
//! a verb or an adjective that asks for more, and never within a quotation.

use unicode_normalization::char::is_combining_mark;

use super::super::wording::{is_adjunct, is_subordinate, leans_on_next};
use super::{MONEY, QUOTES, Title, WordKind, capitalised, closed, is_calendar, is_joint, is_part};

/// Fewest words of a title's opening, most of one that is cut, and of a whole clause.
const OPENING: (usize, usize, usize) = (3, 10, 15);
/// Share of what a title says of the common matter from which a clause of it says enough, and what is cut
/// short within one.
const SAYS_IT: (f64, f64) = (0.5, 0.75);
/// Longest clause as a label, in signs; and in a script without spaces, whole and cut.
const LONG: usize = 100;
const UNSPACED: (usize, usize) = (36, 24);
/// Fewest words before a colon that are a label without what follows it.
const BEFORE_COLON: usize = 5;

impl Title<'_> {
    /// The opening of a title: as little of it as says most of what its stems weigh (`weight`) and reads
    /// as a whole, else as much as reads well, marked if it goes on.
    pub(in super::super) fn opening(&self, weight: &dyn Fn(u32) -> f64) -> String {
        if self.words.is_empty() {
            return self.text.to_owned();
        }
        let (end, is_whole) = if self.is_unspaced {
            self.unspaced_opening()
        } else {
            self.spaced_opening(weight)
        };
        let text = &self.text[..end];
        let opens = |c: char| c.is_alphanumeric() || QUOTES.contains(&c) || MONEY.contains(&c);
        let text = text.trim_start_matches(|c: char| !opens(c));
        let text = closed(&capitalised(text.trim()));
        if is_whole {
            text
        } else {
            format!("{text} …")
        }
    }

    /// Where an opening ends, and whether it is whole.
    fn spaced_opening(&self, weight: &dyn Fn(u32) -> f64) -> (usize, bool) {
        let count = self.words.len();
        let end = |words: usize| {
            let last = self.surface(words - 1, words - 1);
            last.as_ptr() as usize - self.text.as_ptr() as usize + last.len()
        };
        let fits = |words: &usize| self.text[..end(*words)].chars().count() <= LONG;
        let says = |words: &usize| {
            let (word, stem) = self.words[words - 1];
            stem.is_some() && word.kind != WordKind::Number
        };
        let ends_sentence = |words: usize| {
            let gap = self.gap(words);
            // an initial ends none
            gap.starts_with(['.', '!', '?', '…'])
                && gap.contains(char::is_whitespace)
                && self.word(words - 1).chars().count() > 1
        };
        let clause = |words: &usize| {
            let words = *words;
            words == count
                || words == self.tail
                || ((self.gap(words).contains(is_part) || ends_sentence(words))
                    && (words >= BEFORE_COLON || !self.gap(words).starts_with(':')))
                || (self.gap(words).starts_with(',') && is_subordinate(self.word(words)))
        };
        let least = OPENING.0.min(count);
        let most = OPENING.2.min(count);
        let sentence = (least..=most).find(|words| *words == count || ends_sentence(*words));
        let most = sentence.unwrap_or(most);
        let said = |words: usize| -> f64 {
            let stems = self.words[..words].iter().filter_map(|(_, stem)| *stem);
            stems.map(weight).sum()
        };
        let stems = |words: usize| self.words[..words].iter().filter(|w| w.1.is_some()).count();
        // the shortest beginning that says what the titles share: a clause, or up to a preposition
        let whole = said(most);
        let stops =
            |words: &usize| *words < count && stems(*words) >= least && self.may_stop(*words);
        let short = [
            (SAYS_IT.0, &clause as &dyn Fn(&usize) -> bool),
            (SAYS_IT.1, &stops),
            (SAYS_IT.0, &stops),
        ];
        let short = short.into_iter().find_map(|(share, ends)| {
            (least..=most).find(|words| ends(words) && fits(words) && said(*words) >= whole * share)
        });
        // a clause may itself stop sooner
        let sooner = short.and_then(|clause| {
            let enough = said(clause) * SAYS_IT.1;
            (least..clause).find(|words| stops(words) && said(*words) >= enough)
        });
        if let Some(words) = sooner.or(short) {
            return (end(words), true);
        }
        let most = OPENING.1.min(count);
        let joined = ((least + 1).max(most * 6 / 10)..=most)
            .rev()
            .find(|words| self.ends(words - 1) && says(words) && fits(words));
        let words = joined.or_else(|| {
            (least..=most)
                .rev()
                .find(|words| says(words) && fits(words))
        });
        (end(words.unwrap_or(least)), false)
    }

    /// May a sentence stop before a word without a hole: does a preposition begin there, and no verb or
    /// adjective end?
    fn may_stop(&self, at: usize) -> bool {
        let (last, next) = (self.word(at - 1), self.word(at));
        let said = &self.text[..self.words[at - 1].0.end];
        self.words[at].1.is_none()
            && is_adjunct(next)
            && self.words[at - 1].1.is_some()
            && self.words[at - 1].0.kind != WordKind::Number
            && !is_calendar(last)
            && !leans_on_next(last)
            && closed(said).len() == said.len()
    }

    /// The same in a script without spaces: up to a sign or a space, else to where the script changes.
    fn unspaced_opening(&self) -> (usize, bool) {
        let mut before = None;
        let (mut whole, mut cut, mut hard) = (None, None, self.text.len());
        for (n, (at, c)) in self.text.char_indices().enumerate() {
            if n >= UNSPACED.0 {
                break;
            }
            let is_apart = !c.is_alphanumeric() && !is_combining_mark(c) && !is_joint(c);
            let changes = before.is_some_and(|before| script(before) != script(c));
            if n >= 6 && is_apart {
                whole = Some(at);
            }
            if (6..=UNSPACED.1).contains(&n) && changes && script(c) != Script::Hiragana {
                cut = Some(at);
            }
            if n <= UNSPACED.1 && !is_combining_mark(c) {
                hard = at;
            }
            before = Some(c);
        }
        if self.text.chars().count() <= UNSPACED.0 {
            return (
                self.text
                    .trim_end_matches(|c: char| !c.is_alphanumeric())
                    .len()
                    .max(1),
                true,
            );
        }
        match whole {
            Some(at) => (at, true),
            None => (cut.unwrap_or(hard), false),
        }
    }
}

#[derive(PartialEq, Eq)]
enum Script {
    Hiragana,
    Katakana,
    Han,
    Other,
}

fn script(c: char) -> Script {
    match c {
        '\u{3041}'..='\u{309f}' => Script::Hiragana,
        '\u{30a0}'..='\u{30ff}' => Script::Katakana,
        '\u{3400}'..='\u{9fff}' => Script::Han,
        _ => Script::Other,
    }
}
