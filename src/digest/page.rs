//! A whole digest as templates see it: plain texts in the reader's language, nothing to compute.
//!
//! This is the contract of user templates: fields are added, never renamed.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use serde::Serialize;

use super::card::Card;
use super::choose::arrange;
use super::dates::Dates;
use super::headline::headline;
use super::review::{Review, Table, own_share};
use super::story::{Section, Story};
use super::summary::{alert_subject, first_lines, review_subject, subject};
use super::wording::{cut_words, line};
use super::words::Words;
use super::{AlertMark, Candidate};
use crate::model::{DigestSpec, Health, InlineImage, Language, SourceHealth, Window};

/// Failing sources named in the footer.
const FAILING: usize = 5;
/// Kinds of cosmetic edits named in the footer.
const EDITS: usize = 4;
/// Fixed texts of the templates.
const LABELS: [&str; 14] = [
    "card-action",
    "card-added",
    "card-changed",
    "card-now",
    "card-removed",
    "card-sources",
    "card-vote",
    "card-was",
    "card-why",
    "health-heading",
    "left-out-heading",
    "quote-close",
    "quote-open",
    "tldr-heading",
];

/// A digest as templates see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Page {
    /// `en` or `ru`.
    pub(super) language: &'static str,
    /// The digest's title.
    pub(super) title: String,
    /// Subject line.
    pub(super) subject: String,
    /// Day of the digest in words.
    pub(super) date: String,
    /// The span it covers, in words.
    pub(super) window: String,
    /// At most three lines.
    pub(super) tldr: Vec<String>,
    /// Sections that have cards, in order.
    pub(super) sections: Vec<SectionView>,
    /// Tables of a digest that looks back.
    pub(super) tables: Vec<Table>,
    /// The one line of a quiet day.
    pub(super) quiet: Option<String>,
    /// What is not in it, a line each.
    pub(super) left_out: Vec<String>,
    /// State of the watch, a line each.
    pub(super) health: Vec<String>,
    /// Failing sources, a line each.
    pub(super) failing: Vec<String>,
    /// How many cards of the HTML are cut, in words.
    pub(super) shortened: Option<String>,
    /// How to ask why.
    pub(super) hint: Option<String>,
    /// Fixed texts by key, `-` written `_`.
    pub(super) labels: BTreeMap<String, String>,
}

/// A section with its cards.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct SectionView {
    /// Name in data.
    pub(super) id: &'static str,
    /// Title in words.
    pub(super) title: String,
    /// Cards in order.
    pub(super) cards: Vec<Card>,
}

/// Everything that a page is made from.
pub(super) struct Ingredients<'a> {
    pub(super) spec: &'a DigestSpec,
    /// In the order of their weight.
    pub(super) stories: &'a [Story],
    pub(super) held: usize,
    pub(super) left_out: &'a [(String, usize)],
    /// Told at once since the last digest.
    pub(super) already: &'a [Candidate],
    /// Of a digest that looks back.
    pub(super) tables: Vec<Table>,
    pub(super) review: &'a Review,
    pub(super) health: &'a Health,
    pub(super) window: &'a Window,
}

impl Page {
    /// Writes the page.
    pub(super) fn of(from: &Ingredients<'_>, words: Words, dates: &Dates) -> Self {
        let title = line(&from.spec.title);
        // an alert is read on the go: nothing but the card
        let is_instant = from.spec.is_instant();
        let frame = |lines: &dyn Fn() -> Vec<String>| {
            if is_instant { Vec::new() } else { lines() }
        };
        let sections = by_section(from.stories, dates.today())
            .into_iter()
            .map(|(section, stories)| SectionView {
                id: section.name(),
                title: words.say(&format!("section-{}", section.name())),
                cards: stories
                    .into_iter()
                    .map(|s| {
                        Card::of(s, words, dates).with_votes(from.spec, s, from.window.until, words)
                    })
                    .collect(),
            })
            .collect();
        let quiet = from.stories.is_empty().then(|| {
            if is_instant {
                return words.say("quiet-instant");
            }
            words.say_with("quiet", &[("count", from.health.fine.into())])
        });
        let hint = from.stories.first().map(|story| {
            words.say_with(
                "explain-hint",
                &[("id", story.lead_id().to_string().into())],
            )
        });
        Self {
            language: match words.language {
                Language::En => "en",
                Language::Ru => "ru",
            },
            subject: if is_instant && !from.stories.is_empty() {
                alert_subject(from.stories, words, dates)
            } else if from.spec.terms.review && !from.stories.is_empty() {
                let share = own_share(&from.review.voices, words);
                review_subject(share, from.stories, words, dates)
            } else {
                subject(&title, from.stories, words, dates)
            },
            title,
            date: dates.with_weekday(dates.today()),
            window: if is_instant {
                dates.time(from.window.until)
            } else {
                window(from.window, words, dates)
            },
            // one card needs no summary
            tldr: if is_instant && from.stories.len() < 2 {
                Vec::new()
            } else {
                first_lines(from.stories, words, dates)
            },
            sections,
            tables: from.tables.clone(),
            quiet,
            left_out: frame(&|| left_out(from, words, dates)),
            health: frame(&|| health(from, words, dates)),
            failing: frame(&|| failing(&from.health.failing, words, dates)),
            shortened: None,
            hint,
            labels: LABELS
                .iter()
                .map(|key| (key.replace('-', "_"), words.say(key)))
                .collect(),
        }
    }
}

impl Page {
    /// The pictures of all cards that are shown whole.
    pub(super) fn images(&self) -> Vec<InlineImage> {
        let cards = self.sections.iter().flat_map(|section| &section.cards);
        let whole = cards.filter(|card| !card.brief);
        whole
            .filter_map(|card| card.chart.as_ref()?.image())
            .collect()
    }

    /// The page with the first `whole` cards of `ids` as they are, `lines` more cut to their titles, and
    /// the rest hidden.
    pub(super) fn cut(&self, whole: usize, lines: usize, ids: &[String], words: Words) -> Self {
        let mut page = self.clone();
        let ranks: HashMap<&str, usize> = ids.iter().map(String::as_str).zip(0..).collect();
        let mut cut = 0_usize;
        for card in page.sections.iter_mut().flat_map(|s| &mut s.cards) {
            let rank = ranks.get(card.id.as_str()).copied().unwrap_or(usize::MAX);
            card.brief = rank >= whole;
            card.hidden = rank >= whole.saturating_add(lines);
            cut += usize::from(card.brief);
        }
        page.shortened = (cut > 0).then(|| words.say_with("shortened", &[("count", cut.into())]));
        page
    }
}

/// Stories by section, sections and stories in the order in which they are read.
pub(super) fn by_section(stories: &[Story], today: Date) -> Vec<(Section, Vec<&Story>)> {
    let sections = Section::ALL.into_iter().map(|section| {
        let mut inside: Vec<&Story> = stories.iter().filter(|s| s.section() == section).collect();
        arrange(&mut inside, today);
        (section, inside)
    });
    sections.filter(|(_, inside)| !inside.is_empty()).collect()
}

/// A reason as part of a key of texts: its words, joined by hyphens.
fn key_of(reason: &str) -> String {
    let words = reason.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// The words for a reason why something is left out.
pub(super) fn left_out_line(reason: &str, count: usize, words: Words) -> String {
    let name = key_of(reason);
    let args = [("count", count.into())];
    words
        .try_say(&format!("left-{name}"), &args)
        .or_else(|| {
            Some(format!(
                "{}: {count}",
                words.try_say(&format!("edit-{name}"), &[])?
            ))
        })
        .unwrap_or_else(|| {
            let reason = cut_words(&line(reason), 8);
            words.say_with(
                "left-other",
                &[("reason", reason.into()), ("count", count.into())],
            )
        })
}

fn window(window: &Window, words: Words, dates: &Dates) -> String {
    let until = dates.moment(window.until);
    match window.since {
        None => words.say_with("window-first", &[("until", until.into())]),
        Some(since) => words.say_with(
            "window-since",
            &[
                ("since", dates.moment(since).into()),
                ("until", until.into()),
            ],
        ),
    }
}

fn left_out(from: &Ingredients<'_>, words: Words, dates: &Dates) -> Vec<String> {
    let edit = |reason: &str| words.try_say(&format!("edit-{}", key_of(reason)), &[]);
    let held = (from.held > 0).then(|| ("held".to_owned(), from.held));
    let mut lines: Vec<String> = from
        .already
        .iter()
        .filter_map(|candidate| already(candidate, words, dates))
        .collect();
    let mut edits = 0;
    let mut named = Vec::new();
    for (reason, count) in held.iter().chain(from.left_out) {
        match edit(reason) {
            Some(name) => {
                edits += count;
                named.push(format!("{name}\u{a0}{count}"));
            }
            None if reason == "cosmetic" => edits += count,
            None => lines.push(left_out_line(reason, *count, words)),
        }
    }
    if edits > 0 {
        let mut line = left_out_line("cosmetic", edits, words);
        named.truncate(EDITS);
        if !named.is_empty() {
            line = format!("{line}: {}", named.join(", "));
        }
        lines.push(line);
    }
    lines
}

/// A story that was told at once, in a line.
fn already(candidate: &Candidate, words: Words, dates: &Dates) -> Option<String> {
    let Some(AlertMark::Sent(at)) = candidate.alert else {
        return None;
    };
    let args = [
        ("when", dates.moment(at).into()),
        ("title", headline(&candidate.finding, words).0.into()),
        ("id", candidate.id.to_string().into()),
    ];
    Some(words.say_with("left-already", &args))
}

fn health(from: &Ingredients<'_>, words: Words, dates: &Dates) -> Vec<String> {
    let health = from.health;
    let mut lines = vec![
        words.say_with(
            "health-fine",
            &[
                ("fine", health.fine.into()),
                ("count", health.sources.into()),
            ],
        ),
        words.say_with("health-polls", &[("count", health.polls.into())]),
    ];
    if !health.failing.is_empty() {
        lines.push(words.say_with("health-failing", &[("count", health.failing.len().into())]));
    }
    if health.stale_rules > 0 {
        lines.push(words.say_with(
            "health-stale-rules",
            &[("count", health.stale_rules.into())],
        ));
    }
    if let Some(next) = health.next_at {
        lines.push(words.say_with("health-next", &[("when", dates.moment(next).into())]));
    }
    let zone = from.spec.zone.iana_name().unwrap_or("UTC").to_owned();
    lines.push(words.say_with("health-zone", &[("zone", zone.into())]));
    lines
}

fn failing(failing: &[SourceHealth], words: Words, dates: &Dates) -> Vec<String> {
    let mut lines: Vec<String> = failing
        .iter()
        .take(FAILING)
        .map(|source| {
            let mut args = vec![
                ("source", source.source.to_string().into()),
                ("message", cut_words(&line(&source.message), 16).into()),
                ("count", source.failures.into()),
            ];
            let key = match source.last_ok_at {
                Some(at) => {
                    args.push(("since", dates.moment(at).into()));
                    "health-source"
                }
                None => "health-source-never",
            };
            words.say_with(key, &args)
        })
        .collect();
    if let Some(more) = failing.len().checked_sub(FAILING).filter(|n| *n > 0) {
        lines.push(words.say_with("health-more", &[("count", more.into())]));
    }
    lines
}
