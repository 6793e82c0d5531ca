//! A headline and a gist of one or two sentences, built from evidence: no language model, nothing
//! that is not on the page.
//!
//! "TikTok · Community Guidelines: minimum age 16 → 18 years, from 1 August". The frame is English or
//! Russian; quotes stay in the page's own language and have at most 25 words.

mod page;
mod quote;
mod speech;

use self::quote::{alike, class_quote, must_show, shows};
use self::speech::Speech;
use super::change::Study;
use super::classify::Verdict;
use super::delta::Delta;
use super::evidence::{Figure, Shift, Start};
use super::scene::Scene;
use crate::model::{ChangeClass, HunkKind, Language, Source};

pub(crate) use self::page::{
    back_again, back_to, document_name, gone, name, over_after, pages_changed,
};
pub(crate) use self::quote::quote;

/// Longest quote in a gist, in words.
pub(crate) const QUOTE: usize = 25;
/// Longest quote in a headline.
const SHORT: usize = 10;

/// What a reader reads first: headline and gist.
pub(crate) struct Wording {
    pub(crate) title: String,
    pub(crate) gist: String,
}

/// Words it, in one of our languages.
pub(crate) fn word(
    source: &Source,
    study: &Study,
    verdict: &Verdict,
    scene: &Scene<'_>,
    language: Language,
) -> Wording {
    let speech = Speech { language };
    let main = main_hunk(study, verdict.class, scene);
    let start = study.findings.effective.as_ref().map(|e| &e.start);
    let what = speech.what(study, verdict, scene, main);
    let from = start.map_or(String::new(), |start| {
        format!(", {}", speech.from(start, scene, false))
    });
    let title = format!("{}: {what}{from}", name(source));
    Wording {
        title,
        gist: speech.gist(study, verdict.class, scene, main, start),
    }
}

/// The hunk that says most, by index.
fn main_hunk(study: &Study, class: ChangeClass, scene: &Scene<'_>) -> Option<usize> {
    let found = &study.findings;
    let told = study
        .hunks
        .iter()
        .enumerate()
        .filter(|(_, hunk)| !hunk.cosmetic);
    let scored = told.map(|(at, hunk)| {
        let delta = &study.deltas[at];
        let count = |here: &dyn Fn(usize) -> usize| here(at) as f64;
        let paired = count(&|at| {
            found
                .numbers
                .iter()
                .filter(|s| s.hunk == at && is_limit(s))
                .count()
        });
        let numbers = count(&|at| found.numbers.iter().filter(|s| s.hunk == at).count());
        let duties = count(&|at| found.duties.iter().filter(|s| s.hunk == at).count());
        let led = count(&|at| found.led.iter().filter(|(_, _, hunk)| *hunk == at).count());
        let gained = delta.gained(scene.tongue).len() as f64;
        let sentences = delta.after.whole_sentences(5) as f64;
        let came = f64::from(u8::from(hunk.kind != HunkKind::Removed));
        let score = 4.0 * paired
            + numbers.min(2.0)
            + 1.5 * duties.min(3.0)
            + 2.0 * led
            + 1.5 * sentences.min(2.0)
            + gained.ln_1p()
            + came
            // what is said first must bear out what it is called
            + 4.0 * f64::from(u8::from(bears_out(study, class, at)));
        (at, score)
    });
    // the first of equals, so that the same change is always told the same way
    scored
        .fold(None, |best: Option<(usize, f64)>, (at, score)| match best {
            Some((_, most)) if most >= score => best,
            _ => Some((at, score)),
        })
        .map(|(at, _)| at)
}

impl Speech {
    /// The middle of the headline.
    fn what(
        &self,
        study: &Study,
        verdict: &Verdict,
        scene: &Scene<'_>,
        main: Option<usize>,
    ) -> String {
        let found = &study.findings;
        if verdict.class != ChangeClass::Wording
            && let Some(shift) = found.numbers.iter().find(|s| is_limit(s))
        {
            return number(shift, &study.deltas[shift.hunk], scene);
        }
        let versions = versions(&found.numbers);
        if !versions.is_empty() {
            return versions;
        }
        let announced = found
            .come
            .iter()
            .any(|(group, name, _)| *group == "when" && *name == "announcement");
        if announced && verdict.class == ChangeClass::Wording {
            return self
                .say("an update is announced", "объявлено обновление")
                .to_owned();
        }
        let Some(main) = main else {
            return self.say("changed", "изменения").to_owned();
        };
        let delta = &study.deltas[main];
        let came = delta.after.changed_words() > 0;
        let side = if came { &delta.after } else { &delta.before };
        let words = self.quoted(&class_quote(side, verdict.class, scene, SHORT));
        // the quote must bear out what it is called
        let class = match verdict.class {
            class if !must_show(class) || bears_out(study, class, main) => class,
            _ => ChangeClass::Wording,
        };
        let label = match study.hunks[main].kind {
            HunkKind::Added if class == ChangeClass::Wording => self.say("added:", "добавлено:"),
            _ => self.label(class, came),
        };
        format!("{label} {words}")
    }

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

    /// One or two sentences: what was and what is, from when, and how much else.
    fn gist(
        &self,
        study: &Study,
        class: ChangeClass,
        scene: &Scene<'_>,
        main: Option<usize>,
        start: Option<&Start>,
    ) -> String {
        let Some(main) = main else {
            return String::new();
        };
        let (hunk, delta) = (&study.hunks[main], &study.deltas[main]);
        let place = hunk
            .section
            .as_deref()
            .filter(|s| s.split_whitespace().count() <= 14);
        let place = place.map_or(String::new(), |section| {
            format!("{} {}: ", self.say("In", "В разделе"), self.quoted(section))
        });
        let (was, is) = (
            class_quote(&delta.before, class, scene, QUOTE),
            class_quote(&delta.after, class, scene, QUOTE),
        );
        let come = delta.after.changed_words() > 0;
        // a new sentence beside a removed one is not that sentence changed
        let gone = delta.before.changed_words() > 0 && (!come || alike(&was, &is));
        let (was, is) = (|| self.quoted(&was), || self.quoted(&is));
        let first = match (gone, come) {
            (true, true) => format!(
                "{} {}, {} {}",
                self.say("was", "было"),
                was(),
                self.say("now", "стало"),
                is()
            ),
            (false, _) => format!("{} {}", self.say("added", "добавлено"), is()),
            (true, false) => format!("{} {}", self.say("removed", "убрано"), was()),
        };
        let mut gist = capital(&format!("{place}{first}."));
        if let Some(start) = start {
            gist.push_str(&format!(
                " {} {}.",
                self.say("In force", "Действует"),
                self.from(start, scene, true)
            ));
        }
        let others = study
            .hunks
            .iter()
            .filter(|h| !h.cosmetic)
            .count()
            .saturating_sub(1);
        if others > 0 {
            gist.push_str(&format!(" {}", self.more_places(others)));
        }
        gist
    }

    fn more_places(&self, n: usize) -> String {
        if n == 1 && self.language == Language::En {
            return "One more place changed.".to_owned();
        }
        let changed = self.counted(
            n,
            ["more place changed", "more places changed"],
            ["место изменено", "места изменены", "мест изменено"],
        );
        match self.language {
            Language::En => format!("{changed}."),
            Language::Ru => format!("Ещё {changed}."),
        }
    }
}

/// Is it a number put for a number, with a unit that bounds something?
fn is_limit(shift: &Shift<Figure>) -> bool {
    let unit = |figure: &Option<Figure>| figure.as_ref().is_some_and(|f| f.unit.is_some());
    let version =
        |figure: &Option<Figure>| figure.as_ref().is_some_and(|f| f.unit == Some("version"));
    shift.before.is_some()
        && shift.after.is_some()
        && (unit(&shift.before) || unit(&shift.after))
        && !version(&shift.before)
        && !version(&shift.after)
}

/// "at least 24 hours → 14 days": the words before the number, then both.
fn number(shift: &Shift<Figure>, delta: &Delta, scene: &Scene<'_>) -> String {
    let (Some(was), Some(is)) = (&shift.before, &shift.after) else {
        return String::new();
    };
    let lead = delta
        .after
        .text
        .find(&is.text)
        .map_or("", |at| &delta.after.text[..at]);
    let sentence = lead
        .rsplit(['.', '!', '?', ':', ';', '\n', '(', ')'])
        .next()
        .unwrap_or("");
    let mut words: Vec<&str> = sentence.split_whitespace().rev().take(6).collect();
    words.reverse();
    while words
        .first()
        .is_some_and(|w| scene.tongue.is_small(&w.to_lowercase()))
    {
        words.remove(0);
    }
    let split = |text: &str| -> Option<(String, String)> {
        let (number, unit) = text.split_once(' ')?;
        Some((number.to_owned(), unit.to_owned()))
    };
    let pair = match (split(&was.text), split(&is.text)) {
        (Some((was, a)), Some((is, b))) if a == b => format!("{was} → {is} {b}"),
        _ => format!("{} → {}", was.text, is.text),
    };
    [words.join(" "), pair].join(" ").trim().to_owned()
}

/// "+1.28.9, −1.24.9", at most three of each.
fn versions(numbers: &[Shift<Figure>]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (mark, later) in [('+', true), ('−', false)] {
        let sides = numbers.iter().filter_map(|s| {
            if later {
                s.after.as_ref()
            } else {
                s.before.as_ref()
            }
        });
        for figure in sides.filter(|f| f.unit == Some("version")).take(3) {
            let part = format!("{mark}{}", figure.text);
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
    }
    parts.join(", ")
}

/// Do the words that changed in a hunk show its class?
fn bears_out(study: &Study, class: ChangeClass, at: usize) -> bool {
    let found = &study.findings;
    let duty = |duty: &Option<super::evidence::Duty>| {
        duty.as_ref()
            .is_some_and(|d| shows(class, "obligation", d.kind))
    };
    let led = found
        .led
        .iter()
        .any(|(kind, _, hunk)| *hunk == at && shows(class, "obligation", kind));
    let by_duty = found
        .duties
        .iter()
        .any(|s| s.hunk == at && (duty(&s.after) || duty(&s.before)));
    let named = |list: &[(&'static str, &'static str, usize)]| {
        list.iter().any(|(group, name, hunk)| {
            *hunk == at && *group != "obligation" && shows(class, group, name)
        })
    };
    let limit = class == ChangeClass::Limit && found.numbers.iter().any(|s| s.hunk == at);
    let lost_ban = class == ChangeClass::Permission
        && (found
            .duties
            .iter()
            .any(|s| s.hunk == at && s.before.as_ref().is_some_and(|d| d.kind == "ban"))
            || found
                .led
                .iter()
                .any(|(kind, came, hunk)| *hunk == at && !came && *kind == "ban"));
    led || by_duty || limit || lost_ban || named(&found.come) || named(&found.gone)
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or(String::new(), |c| c.to_uppercase().chain(chars).collect())
}
