//! A headline and a gist of one or two sentences, built from evidence: no language model, nothing
//! that is not on the page.
//!
//! "TikTok · Community Guidelines: minimum age 16 → 18 years, from 1 August". The frame is English or
//! Russian; quotes stay in the page's own language and have at most 25 words. What is said first is
//! chosen in `point`, the change's shape as a whole is read in `shape`, and a small edit is shown as
//! what was → what is, in its sentence (`edit`).

mod edit;
mod figures;
mod page;
mod point;
mod quote;
mod shape;
mod speech;

use self::figures::{is_limit, number, versions};
use self::point::{Novelty, Point, told};
use self::quote::{alike, must_show, say};
use self::shape::{Section, Shape};
use self::speech::Speech;
use super::change::Study;
use super::classify::Verdict;
use super::delta::{Delta, Side};
use super::evidence::{Figure, Shift, Start};
use super::lexicon::words;
use super::scene::Scene;
use super::score::block_of;
use crate::model::{BlockKind, ChangeClass, HunkKind, Language, Source};

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

    /// What is said of a change as a whole: one word for another throughout, a text written anew, whole
    /// sections.
    fn whole(&self, speech: &Speech) -> Option<String> {
        let shape = &self.shape;
        if let Some((was, is, count)) = &shape.swap {
            let places = speech.counted(*count, ["place", "places"], ["месте", "местах", "местах"]);
            let places = format!("{} {places}", speech.say("in", "в"));
            return Some(format!("“{was}” → “{is}” {places}"));
        }
        let share = |sections: &[Section]| sections.iter().map(|s| s.share).sum::<f64>();
        let (come, gone) = shape.words;
        let places = told(self.study).count();
        if shape.rewritten {
            let count = speech.counted(places, ["place", "places"], ["месте", "местах", "местах"]);
            let anew = format!("{} {count}", speech.say("rewritten in", "переписано в"));
            return Some(if shape.sections.is_empty() {
                let first = self.points.first();
                let first = first.map(|point| self.point(speech, point, ALSO));
                first.map_or(anew.clone(), |first| format!("{anew}; {first}"))
            } else {
                format!("{anew}; {}", self.sections(speech, &shape.sections))
            });
        }
        let is_rule = self.points.first().is_some_and(|p| p.came && p.bears_out);
        if share(&shape.lost) >= 0.5 && gone >= come * 3 && !is_rule {
            let names = self.sections(speech, &shape.lost);
            return Some(format!("{}: {names}", speech.say("removed", "убрано")));
        }
        shape
            .is_new_sections()
            .then(|| self.sections(speech, &shape.sections))
    }

    /// "new sections “Jewels”, “Gifts”": at most three.
    fn sections(&self, speech: &Speech, sections: &[Section]) -> String {
        let names: Vec<String> = sections
            .iter()
            .take(3)
            .map(|s| speech.quoted(&s.name))
            .collect();
        let came = std::ptr::eq(sections, self.shape.sections.as_slice());
        let what = match (came, names.len() == 1) {
            (true, true) => speech.say("new section", "новый раздел"),
            (true, false) => speech.say("new sections", "новые разделы"),
            (false, true) => speech.say("section", "раздел"),
            (false, false) => speech.say("sections", "разделы"),
        };
        format!("{what} {}", names.join(", "))
    }

    /// Does a sentence only say that something is updated?
    fn is_announcement(&self, point: &Point) -> bool {
        let side = self.side(point);
        let hits = side.hits_in(point.words.clone(), self.scene);
        let says = hits
            .iter()
            .any(|h| h.group == "when" && h.name == "announcement");
        let all = told(self.study).map(|(_, d)| d.after.changed_words());
        point.came && says && point.words.len() <= 30 && all.sum::<usize>() <= 60
    }

    /// Short items of one list that came or went together: “CIRA”, “Shaw”.
    fn list(&self, speech: &Speech, main: &Point) -> Option<String> {
        let hunk = &self.study.hunks[main.hunk];
        let is_item = |at: usize| {
            let hunk = &self.study.hunks[at];
            let kind = block_of(hunk, self.scene).map(|b| b.kind);
            matches!(kind, Some(BlockKind::ListItem | BlockKind::TableRow))
        };
        if hunk.kind == HunkKind::Edited || !is_item(main.hunk) {
            return None;
        }
        let items: Vec<String> = told(self.study)
            .filter(|(at, _)| {
                let other = &self.study.hunks[*at];
                other.kind == hunk.kind && other.section == hunk.section && is_item(*at)
            })
            .map(|(_, delta)| {
                if main.came {
                    &delta.after
                } else {
                    &delta.before
                }
            })
            .filter(|side| (1..=5).contains(&side.words.len()))
            .map(|side| {
                speech.quoted(
                    side.text
                        .trim_end_matches(|c: char| c.is_whitespace() || ";,.:".contains(c))
                        .trim(),
                )
            })
            .collect();
        if items.is_empty() || self.side(main).words.len() > 5 {
            return None;
        }
        let label = self.label(speech, main);
        let more = items.len().saturating_sub(3);
        let more = if more > 0 {
            format!(" +{more}")
        } else {
            String::new()
        };
        let shown = items[..items.len().min(3)].join(", ");
        let place = hunk.section.as_deref().filter(|s| words(s).len() <= 6);
        Some(match (place, main.bears_out) {
            (Some(place), false) => {
                let into = if main.came {
                    speech.say("added to", "добавлено в")
                } else {
                    speech.say("removed from", "убрано из")
                };
                format!("{into} {}: {shown}{more}", speech.quoted(place))
            }
            _ => format!("{label} {shown}{more}"),
        })
    }

    /// A sentence with what it is called before it.
    fn point(&self, speech: &Speech, point: &Point, longest: usize) -> String {
        let delta = &self.study.deltas[point.hunk];
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

    /// One or two sentences: what was and what is, from when, and what else.
    fn gist(&self, speech: &Speech, start: Option<&Start>) -> String {
        let Some(main) = self.points.first() else {
            return String::new();
        };
        let hunk = &self.study.hunks[main.hunk];
        let place = hunk.section.as_deref().map(str::trim);
        let place = place.filter(|s| !s.is_empty() && words(s).len() <= 14);
        let place = place.map_or(String::new(), |section| {
            format!(
                "{} {}: ",
                speech.say("In", "В разделе"),
                speech.quoted(section)
            )
        });
        let first = self.before_and_after(speech, main);
        let from = start
            .filter(|start| !self.says_start(&first, start))
            .map_or(String::new(), |start| {
                let from = speech.from(start, self.scene, true);
                match start {
                    Start::By(_) => format!("; {from}"),
                    _ => format!("; {} {from}", speech.say("in force", "действует")),
                }
            });
        let mut gist = capital(&format!("{place}{first}{from}."));
        if let Some(also) = self.also(speech, main) {
            gist.push(' ');
            gist.push_str(&also);
        }
        gist
    }

    /// Was “…”, now “…”.
    fn before_and_after(&self, speech: &Speech, main: &Point) -> String {
        let is = say(main, self.side(main), self.scene, &self.novelty, QUOTE);
        let now = speech.quoted(&is);
        if !main.came {
            return format!("{} {now}", speech.say("removed", "убрано"));
        }
        let delta = &self.study.deltas[main.hunk];
        match edit::twin(main, delta) {
            // a new sentence beside a removed one is not that sentence changed
            Some(twin) => {
                let was = say(&twin, &delta.before, self.scene, &self.novelty, QUOTE);
                if alike(&was, &is) {
                    let (was_, now_) = (speech.say("was", "было"), speech.say("now", "стало"));
                    format!("{was_} {}, {now_} {now}", speech.quoted(&was))
                } else {
                    format!("{} {now}", speech.say("now", "стало"))
                }
            }
            None => format!("{} {now}", speech.say("added", "добавлено")),
        }
    }

    /// What else changed: the next two points of other places in a few words, and how many more places.
    fn also(&self, speech: &Speech, main: &Point) -> Option<String> {
        let mut shown: Vec<&Point> = Vec::new();
        let said = |point: &Point| {
            let text = &self.side(point).text[point.bytes.clone()];
            text.trim().to_lowercase()
        };
        for point in self.points.iter().take(LOOKED_AT) {
            if shown.len() == 2 {
                break;
            }
            let worth = point.score >= WORTH && point.words.len() >= 4;
            if !worth {
                continue;
            }
            let other = |p: &&Point| p.hunk != point.hunk && !repeats(&said(p), &said(point));
            let own = !said(point).ends_with(':');
            if own && [main].iter().chain(&shown).all(other) {
                shown.push(point);
            }
        }
        let all = told(self.study).count();
        let rest = all.saturating_sub(1 + shown.len());
        let parts: Vec<String> = shown.iter().map(|p| self.point(speech, p, ALSO)).collect();
        let parts = parts.join("; ");
        let places = || speech.more_places(rest);
        match (shown.is_empty(), rest) {
            (true, 0) => None,
            (true, _) => Some(match speech.language {
                Language::En => format!("{} changed.", capital(&places())),
                Language::Ru => format!("Изменено {}.", places()),
            }),
            (false, 0) => Some(format!("{} {parts}.", speech.say("Also", "Также"))),
            (false, _) => Some(format!(
                "{} {parts}; {} {}.",
                speech.say("Also", "Также"),
                speech.say("and", "и"),
                places()
            )),
        }
    }
}

/// The first words of a text, and a sign if there are more.
fn shortened(text: &str, longest: usize) -> String {
    let mut words = text.split_whitespace();
    let head: Vec<&str> = words.by_ref().take(longest).collect();
    let more = if words.next().is_some() { " …" } else { "" };
    format!("{}{more}", head.join(" "))
}

/// Do two sentences say mostly the same words?
fn repeats(one: &str, other: &str) -> bool {
    let set = |text: &str| -> std::collections::BTreeSet<String> {
        words(text).into_iter().map(|w| w.folded).collect()
    };
    let (one, other) = (set(one), set(other));
    let shorter = one.len().min(other.len());
    one.intersection(&other).count() * 3 >= shorter * 2
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

    fn more_places(&self, n: usize) -> String {
        let places = self.counted(n, ["more place", "more places"], ["место", "места", "мест"]);
        match self.language {
            Language::En => places,
            Language::Ru => format!("ещё {places}"),
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or(String::new(), |c| c.to_uppercase().chain(chars).collect())
}
