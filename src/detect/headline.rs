//! A headline and a gist of one or two sentences, built from evidence: no language model, nothing
//! that is not on the page.
//!
//! "TikTok · Community Guidelines: minimum age 16 → 18 years, from 1 August". The frame is English or
//! Russian; quotes stay in the page's own language and have at most 25 words. What is said first is
//! chosen in `point`, the change's shape as a whole is read in `shape`, and a small edit is shown as
//! what was → what is, in its sentence (`edit`).

mod edit;
mod figures;
mod gist;
mod page;
mod point;
mod quote;
mod shape;
mod speech;
mod whole;

use std::ops::Range;

use self::figures::{is_limit, number, versions};
use self::point::{Novelty, Point};
use self::quote::{must_show, say};
use self::shape::Shape;
use self::speech::Speech;
use super::change::Study;
use super::classify::Verdict;
use super::delta::{Delta, Side};
use super::evidence::{Duty, Figure, Shift, Start};
use super::lexicon::words;
use super::scene::Scene;
use crate::model::{ChangeClass, Language, Source};

pub(crate) use self::page::{
    as_before, back_again, back_to, document_name, gone, moved, name, over_after, pages_changed,
};
pub(crate) use self::quote::{quote, sentence_of};

/// Longest quote in a gist, in words.
pub(crate) const QUOTE: usize = 25;
/// Longest quote in a headline.
const SHORT: usize = 12;
/// Longest quote of what else a gist names.
const ALSO: usize = 9;
/// Points that are looked at for what else changed.
const LOOKED_AT: usize = 200;
/// A point that tells less than this is only counted.
const WORTH: f64 = 2.0;
/// Most words of a negation: "not", "no longer".
const NEGATION: usize = 2;

/// What a reader reads first: headline and gist.
pub(crate) struct Wording {
    pub(crate) title: String,
    pub(crate) gist: String,
}

/// A change made ready to be worded.
pub(crate) struct Story<'a> {
    study: &'a Study,
    verdict: &'a Verdict,
    scene: &'a Scene<'a>,
    novelty: Novelty,
    points: Vec<Point>,
    shape: Shape,
}

impl<'a> Story<'a> {
    /// Reads what a change says first.
    pub(crate) fn of(study: &'a Study, verdict: &'a Verdict, scene: &'a Scene<'a>) -> Self {
        let novelty = Novelty::of(study, scene);
        let mut points = point::points(study, verdict.class, scene, &novelty);
        let shape = Shape::of(study, scene);
        if shape.is_new_sections() {
            // what is said under a headline that names sections is said in them; stable
            let names: Vec<&str> = shape.sections.iter().map(|s| s.name.as_str()).collect();
            points.sort_by_key(|point| {
                let section = study.hunks[point.hunk]
                    .section
                    .as_deref()
                    .unwrap_or_default();
                let section = section.trim().trim_end_matches([':', '.']);
                let is_name = point.words.len() <= 9
                    && study.deltas[point.hunk]
                        .after
                        .text
                        .trim()
                        .starts_with(section);
                !names.contains(&section) || is_name
            });
        }
        Self {
            study,
            verdict,
            scene,
            novelty,
            points,
            shape,
        }
    }

    /// The hunk that is told first, by index.
    pub(crate) fn first(&self) -> Option<usize> {
        self.points.first().map(|point| point.hunk)
    }

    /// Words it, in one of our languages.
    pub(crate) fn word(&self, source: &Source, language: Language) -> Wording {
        let speech = Speech { language };
        let start = self.study.findings.effective.as_ref().map(|e| &e.start);
        let what = self.what(&speech);
        let from = start
            .filter(|start| !self.says_start(&what, start))
            .map_or(String::new(), |start| {
                format!(", {}", speech.from(start, self.scene, false))
            });
        let name = name(source, language);
        let title = if name.is_empty() {
            capital(&format!("{what}{from}"))
        } else {
            format!("{name}: {what}{from}")
        };
        Wording {
            title,
            gist: self.gist(&speech, start),
        }
    }

    /// Does a text say the day itself?
    fn says_start(&self, text: &str, start: &Start) -> bool {
        match start {
            Start::Day(day) | Start::By(day) => {
                self.scene.dates(text).iter().any(|d| d.date == *day)
            }
            Start::Version(version) => text.contains(version.as_str()),
        }
    }

    /// The middle of the headline.
    fn what(&self, speech: &Speech) -> String {
        let found = &self.study.findings;
        if self.verdict.class != ChangeClass::Wording
            && let Some(shift) = self.limit()
        {
            return number(shift, &self.study.deltas[shift.hunk], self.scene);
        }
        let versions = versions(&found.numbers, speech);
        let of_versions = matches!(
            self.verdict.class,
            ChangeClass::NewFeature | ChangeClass::Deprecation | ChangeClass::Limit
        );
        if !versions.is_empty() && of_versions {
            return versions;
        }
        if let Some(whole) = self.whole(speech) {
            return whole;
        }
        let Some(main) = self.points.first() else {
            return speech.say("changed", "изменения").to_owned();
        };
        if self.is_announcement(main) {
            return speech
                .say("an update is announced", "объявлено обновление")
                .to_owned();
        }
        if let Some(list) = self.list(speech, main) {
            return list;
        }
        self.point(speech, main, SHORT)
    }

    /// The number that changed and that is told first: one in the sentence that tells most, or any.
    fn limit(&self) -> Option<&Shift<Figure>> {
        let all = || self.study.findings.numbers.iter().filter(|s| is_limit(s));
        let first = self.first();
        all()
            .find(|s| Some(s.hunk) == first)
            .or_else(|| all().next())
    }

    /// A sentence with what it is called before it.
    fn point(&self, speech: &Speech, point: &Point, longest: usize) -> String {
        let delta = &self.study.deltas[point.hunk];
        if let Some((class, words)) = self.turned(point) {
            let said = shortened(delta.after.slice(&words), longest);
            return format!("{} {}", speech.label(class, true), speech.quoted(&said));
        }
        let label = self.label(speech, point);
        if let Some(edit) = edit::inline(point, delta, longest) {
            let words = speech.quoted(&edit.text);
            return match edit.only {
                None => format!("{label} {words}"),
                Some((true, added)) => {
                    let added = speech.quoted(&added);
                    format!("{} {added}: {words}", speech.say("added", "добавлено"))
                }
                Some((false, removed)) => {
                    let removed = speech.quoted(&removed);
                    format!("{} {removed}: {words}", speech.say("removed", "убрано"))
                }
            };
        }
        // what is gone from a sentence can be more than what came into it
        if let Some(twin) = edit::twin(point, delta) {
            let lost = self.novelty.of_sentence(&twin, &delta.before);
            if lost > 0.7 + 1.3 * self.novelty.of_sentence(point, &delta.after) {
                let said = say(&twin, &delta.before, self.scene, &self.novelty, longest);
                let label = speech.say("no longer:", "больше нет:");
                return format!("{label} {}", speech.quoted(&said));
            }
            if let Some(cut) = edit::cut(point, &twin, delta, self.scene) {
                let label = speech.say("no longer:", "больше нет:");
                let said = shortened(delta.before.slice(&cut), longest);
                return format!("{label} {}", speech.quoted(&said));
            }
        }
        let said = say(point, self.side(point), self.scene, &self.novelty, longest);
        let place = self.study.hunks[point.hunk].section.as_deref();
        let place = place.filter(|place| {
            let place_words = words(place).len();
            words(&said).len() <= 6 && (1..=9).contains(&place_words) && longest == SHORT
        });
        match place.filter(|place| !place.contains(said.as_str()) && !said.contains(*place)) {
            Some(place) => {
                let place = speech.quoted(place.trim_end_matches([':', ' ']));
                let label = label.trim_end_matches(':');
                format!(
                    "{label} {} {place}: {}",
                    speech.say("in", "в разделе"),
                    speech.quoted(&said)
                )
            }
            None => format!("{label} {}", speech.quoted(&said)),
        }
    }

    /// What a sentence says now that only a negation came into it or went from it, and its words on
    /// the later side.
    fn turned(&self, point: &Point) -> Option<(ChangeClass, Range<usize>)> {
        let delta = &self.study.deltas[point.hunk];
        let changed = &self.side(point).changed[point.words.clone()];
        if changed.iter().filter(|changed| **changed).count() > NEGATION {
            return None;
        }
        let later = |at: usize| {
            if point.came {
                Some(at)
            } else {
                delta.later(at)
            }
        };
        let first = point.words.clone().find_map(later)?;
        let last = point.words.clone().rev().find_map(later)?;
        let here = |shift: &&Shift<Duty>| shift.hunk == point.hunk;
        let mut shifts = self.study.findings.duties.iter().filter(here);
        let (was, is) = match (shifts.next(), shifts.next()) {
            (Some(shift), None) => (shift.before.as_ref()?, shift.after.as_ref()?),
            _ => return None,
        };
        let only = was.text.split_whitespace().count() != is.text.split_whitespace().count();
        let class = match (was.kind, is.kind) {
            ("ban", "permission") => ChangeClass::Permission,
            ("permission", "ban") => ChangeClass::Ban,
            _ => return None,
        };
        (only && first <= last).then_some((class, first..last + 1))
    }

    fn side(&self, point: &Point) -> &Side {
        let delta: &Delta = &self.study.deltas[point.hunk];
        if point.came {
            &delta.after
        } else {
            &delta.before
        }
    }

    /// What a sentence is called: its class where its own words bear it out.
    fn label(&self, speech: &Speech, point: &Point) -> &'static str {
        let class = match self.verdict.class {
            class if !must_show(class) || point.bears_out => class,
            _ => ChangeClass::Wording,
        };
        let side = self.side(point);
        let run = &side.changed[point.words.clone()];
        let new = run.iter().filter(|c| **c).count() * 5 >= run.len() * 4;
        match class {
            ChangeClass::Wording if point.came && new => speech.say("added:", "добавлено:"),
            // a ban put in other words is no permission
            ChangeClass::Permission if !point.came && self.is_reworded() => {
                speech.say("removed:", "убрано:")
            }
            class => speech.label(class, point.came),
        }
    }

    /// Did words come for those that went?
    fn is_reworded(&self) -> bool {
        let (come, gone) = self.shape.words;
        come * 2 >= gone
    }
}

/// The first words of a text, and a sign if there are more.
fn shortened(text: &str, longest: usize) -> String {
    let mut words = text.split_whitespace();
    let head: Vec<&str> = words.by_ref().take(longest).collect();
    let more = if words.next().is_some() { " …" } else { "" };
    format!("{}{more}", head.join(" "))
}

impl Speech {
    /// What a class is called before a quote.
    fn label(&self, class: ChangeClass, came: bool) -> &'static str {
        match (class, came) {
            (ChangeClass::Ban, true) => self.say("forbidden:", "запрещено:"),
            (ChangeClass::Permission, true) => self.say("allowed:", "разрешено:"),
            (ChangeClass::Permission, false) => {
                self.say("no longer forbidden:", "больше не запрещено:")
            }
            (ChangeClass::Requirement, true) => self.say("required:", "требуется:"),
            (ChangeClass::Limit, true) => self.say("limit:", "лимит:"),
            (ChangeClass::Price, true) => self.say("price:", "цена:"),
            (ChangeClass::Privacy, true) => self.say("data:", "данные:"),
            (ChangeClass::Deprecation, true) => self.say("going away:", "отключают:"),
            (ChangeClass::NewFeature, true) => self.say("new:", "новое:"),
            (ChangeClass::Wording, true) => self.say("changed:", "изменено:"),
            (_, false) => self.say("removed:", "убрано:"),
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or(String::new(), |c| c.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests;
