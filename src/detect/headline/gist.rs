//! The gist: one or two sentences of what was and what is, from when, and what else changed.

use super::edit;
use super::point::{Point, told};
use super::quote::{alike, say};
use super::speech::Speech;
use super::{ALSO, LOOKED_AT, QUOTE, Story, WORTH, capital};
use crate::detect::evidence::Start;
use crate::detect::lexicon::words;
use crate::model::Language;

impl Story<'_> {
    /// One or two sentences: what was and what is, from when, and what else.
    pub(super) fn gist(&self, speech: &Speech, start: Option<&Start>) -> String {
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

impl Speech {
    fn more_places(&self, n: usize) -> String {
        let places = self.counted(n, ["more place", "more places"], ["место", "места", "мест"]);
        match self.language {
            Language::En => places,
            Language::Ru => format!("ещё {places}"),
        }
    }
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
