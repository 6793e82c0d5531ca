//! A headline and a gist of one or two sentences, built from evidence: no language model, nothing
//! that is not on the page.
//!
//! "TikTok · Community Guidelines: minimum age 16 → 18 years, from 1 August". The frame is English or
//! Russian; quotes stay in the page's own language and have at most 25 words.

use jiff::civil::Date;

use super::change::Study;
use super::classify::Verdict;
use super::delta::{Delta, Side};
use super::evidence::{Figure, Shift, Start};
use super::scene::Scene;
use crate::model::{ChangeClass, HunkKind, Language, Source};

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
    let main = main_hunk(study, scene);
    let start = study.findings.effective.as_ref().map(|e| &e.start);
    let what = speech.what(study, verdict, scene, main);
    let from = start.map_or(String::new(), |start| {
        format!(", {}", speech.from(start, scene, false))
    });
    let title = format!("{}: {what}{from}", name(source));
    Wording {
        title,
        gist: speech.gist(study, scene, main, start),
    }
}

/// "TikTok · Rules: back to the text of 3 March 2026".
pub(crate) fn back_to(source: &Source, day: Date, language: Language) -> String {
    let speech = Speech { language };
    let back = speech.say("back to the text of", "снова текст от");
    format!("{}: {back} {}", name(source), speech.date(day, true))
}

/// "over after 2 h 10 min".
pub(crate) fn over_after(span: jiff::SignedDuration, language: Language) -> String {
    let speech = Speech { language };
    let (days, hours, minutes) = (
        span.as_hours() / 24,
        span.as_hours() % 24,
        span.as_mins() % 60,
    );
    let units = [
        (days, speech.say("d", "дн.")),
        (hours, speech.say("h", "ч")),
        (minutes, speech.say("min", "мин")),
    ];
    let said: Vec<String> = units
        .into_iter()
        .skip_while(|(n, _)| *n == 0)
        .take(2)
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n} {unit}"))
        .collect();
    let said = if said.is_empty() {
        format!("1 {}", speech.say("min", "мин"))
    } else {
        said.join(" ")
    };
    format!("{} {said}", speech.say("over after", "восстановлено через"))
}

/// "Platform · Document", without saying the platform twice.
pub(crate) fn name(source: &Source) -> String {
    let Some(platform) = &source.platform else {
        return source.title.clone();
    };
    let fold = |text: &str| text.to_lowercase().replace([' ', '-', '_'], "");
    let mut words = source.title.split_whitespace();
    match words.next() {
        Some(first) if fold(first) == fold(platform) => {
            let rest: Vec<&str> = words.collect();
            let rest = rest.join(" ");
            let rest = rest.trim_start_matches(['·', '—', '-', ':', ' ']);
            if rest.is_empty() {
                first.to_owned()
            } else {
                format!("{first} · {rest}")
            }
        }
        _ => format!("{platform} · {}", source.title),
    }
}

/// The hunk that says most, by index.
fn main_hunk(study: &Study, scene: &Scene<'_>) -> Option<usize> {
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
                .filter(|s| s.hunk == at && s.before.is_some() && s.after.is_some())
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
            + came;
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

/// How we speak.
struct Speech {
    language: Language,
}

impl Speech {
    fn say(&self, en: &'static str, ru: &'static str) -> &'static str {
        match self.language {
            Language::En => en,
            Language::Ru => ru,
        }
    }

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
        let quote = self.quoted(&quote(side, SHORT));
        format!("{} {quote}", self.label(verdict.class, came))
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

    /// "from 1 August", "с 1 августа", "from v25.0".
    fn from(&self, start: &Start, scene: &Scene<'_>, full: bool) -> String {
        let from = self.say("from", "с");
        match start {
            Start::Version(version) => format!("{from} {version}"),
            Start::Day(day) => {
                let year = jiff::tz::TimeZone::UTC.to_datetime(scene.now).year();
                format!("{from} {}", self.date(*day, full || day.year() != year))
            }
        }
    }

    fn date(&self, day: Date, with_year: bool) -> String {
        const EN: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        const RU: [&str; 12] = [
            "января",
            "февраля",
            "марта",
            "апреля",
            "мая",
            "июня",
            "июля",
            "августа",
            "сентября",
            "октября",
            "ноября",
            "декабря",
        ];
        let names = match self.language {
            Language::En => EN,
            Language::Ru => RU,
        };
        let month = names[usize::from(day.month().unsigned_abs().clamp(1, 12)) - 1];
        let year = if with_year {
            format!(" {}", day.year())
        } else {
            String::new()
        };
        format!("{} {month}{year}", day.day())
    }

    fn quoted(&self, text: &str) -> String {
        match self.language {
            Language::En => format!("“{text}”"),
            Language::Ru => format!("«{text}»"),
        }
    }

    /// One or two sentences: what was and what is, from when, and how much else.
    fn gist(
        &self,
        study: &Study,
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
        let was = || self.quoted(&quote(&delta.before, QUOTE));
        let is = || self.quoted(&quote(&delta.after, QUOTE));
        let (gone, come) = (
            delta.before.changed_words() > 0,
            delta.after.changed_words() > 0,
        );
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
            gist.push_str(&format!(" {}", self.others(others)));
        }
        gist
    }

    fn others(&self, n: usize) -> String {
        match self.language {
            Language::En if n == 1 => "One more place changed.".to_owned(),
            Language::En => format!("{n} more places changed."),
            Language::Ru => {
                let form = match (n % 10, n % 100) {
                    (1, rest) if rest != 11 => "место изменено",
                    (2..=4, rest) if !(12..=14).contains(&rest) => "места изменены",
                    _ => "мест изменено",
                };
                format!("Ещё {n} {form}.")
            }
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

/// What a side says where it changed, in at most `longest` words.
pub(crate) fn quote(side: &Side, longest: usize) -> String {
    let touched = side.touched();
    let most = touched.iter().max_by_key(|(_, words)| {
        side.changed[words.clone()]
            .iter()
            .filter(|c| **c)
            .count()
            .min(longest)
    });
    let Some((sentence, words)) = most else {
        return clip(&side.text, 0, longest);
    };
    let text = side.text[sentence.clone()].trim();
    let first = words
        .clone()
        .find(|at| side.changed[*at])
        .unwrap_or(words.start);
    let lead = &side.text[sentence.start..side.words[first].range.start];
    clip(text, lead.split_whitespace().count(), longest)
}

/// At most `longest` words of a text, around its word number `at`.
fn clip(text: &str, at: usize, longest: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= longest {
        return words.join(" ").trim_end_matches(['.', ';', ':']).to_owned();
    }
    let start = at.saturating_sub(longest / 4).min(words.len() - longest);
    let end = start + longest;
    let head = if start > 0 { "… " } else { "" };
    let tail = if end < words.len() { " …" } else { "" };
    let body = words[start..end].join(" ");
    format!(
        "{head}{}{tail}",
        body.trim_end_matches(['.', ';', ':', ','])
    )
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or(String::new(), |c| c.to_uppercase().chain(chars).collect())
}
