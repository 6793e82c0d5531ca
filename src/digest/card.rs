//! One story as a card: everything that a reader sees of it, in the reader's words.

use jiff::Timestamp;
use serde::Serialize;

use super::ballot::{Ballot, GOOD_FOR};
use super::chart::Chart;
use super::dates::Dates;
use super::facts::facts;
use super::headline::{headline, named_platform};
use super::numbers::percent;
use super::quote::{Quote, first_quote};
use super::story::{Story, is_fact, stage_of};
use super::wording::{count_words, line, web_address};
use super::words::Words;
use crate::model::{
    ChangeClass, DateMeaning, DigestSpec, Finding, FindingKind, Role, Severity, Verb,
};

/// Characters of a quote by which it is recognised in a gist.
const REPEATED: usize = 20;
/// Most sources on a card.
const MOST: usize = 3;

/// A card as templates see it. Every text is plain and in the reader's language.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Card {
    /// Id for `tidewatch explain`.
    pub(super) id: String,
    /// Name of the severity in data: `breaking`, `important`, `informational`.
    pub(super) severity: &'static str,
    /// The severity in words.
    pub(super) severity_label: String,
    /// Kind of news in words.
    pub(super) kind_label: String,
    /// At most ten words.
    pub(super) title: String,
    /// Platform in words.
    pub(super) platform: Option<String>,
    /// Where a reader can see it.
    pub(super) url: Option<String>,
    /// In force from, in words.
    pub(super) effective: Option<String>,
    /// Published and seen, in words.
    pub(super) when: Vec<String>,
    /// One or two sentences.
    pub(super) gist: Option<String>,
    /// What changed.
    pub(super) quote: Option<Quote>,
    /// Numbers and other evidence, a line each.
    pub(super) facts: Vec<String>,
    /// How it went over time.
    pub(super) chart: Option<Chart>,
    /// What it touches.
    pub(super) areas: Option<String>,
    /// Why it matters.
    pub(super) why: Option<String>,
    /// What to do.
    pub(super) action: Option<String>,
    /// How far it is confirmed.
    pub(super) confirmed: String,
    /// How sure we are, where that was judged.
    pub(super) confidence: Option<String>,
    /// Sources, official first.
    pub(super) sources: Vec<SourceLine>,
    /// How many sources are not shown.
    pub(super) more_sources: Option<String>,
    /// Only its title is shown, since the whole would be too long for mail clients.
    pub(super) brief: bool,
    /// Not even that.
    pub(super) hidden: bool,
    /// That it waited since the last digest, or tells more of what was told.
    pub(super) held: Option<String>,
    /// Links by which a reader votes; empty where votes go nowhere.
    pub(super) votes: Vec<VoteLine>,
    /// One link that offers all words, for forms in which links are long.
    pub(super) vote_page: Option<String>,
}

/// A word that a reader may say by a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct VoteLine {
    /// Name in data.
    pub(super) verb: &'static str,
    /// A sign that needs no words.
    pub(super) sign: &'static str,
    /// The same in words.
    pub(super) label: String,
    /// Where the link leads.
    pub(super) url: String,
}

/// A source on a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct SourceLine {
    /// Its name.
    pub(super) title: String,
    /// Where the story stands there.
    pub(super) url: Option<String>,
}

impl Card {
    /// Writes the card of a story.
    pub(super) fn of(story: &Story, words: Words, dates: &Dates) -> Self {
        let lead = story.lead();
        let (title, gist) = headline(lead, words);
        let more = |count: usize| words.say_with("card-more-sources", &[("count", count.into())]);
        let sources = story.sources();
        let shown = sources.len().min(MOST);
        // a plain item is there or not: there is nothing to be unsure of
        let judged = lead.kind != FindingKind::NewItem;
        let percent = percent(words.language, story.confidence());
        let quote = story.findings().find_map(|(_, f)| first_quote(f, words));
        // of the sources that are believed as the leading one: not when media wrote of it
        let peers = story
            .findings()
            .filter(|(_, f)| f.role.belief() == lead.role.belief());
        let published = peers.map(|(_, f)| f).find_map(|f| f.published_at);
        let moment = |key: &str, at| words.say_with(key, &[("when", dates.moment(at).into())]);
        Self {
            id: story.lead_id().to_string(),
            severity: severity_name(story.severity()),
            severity_label: words.say(&format!("severity-{}", severity_name(story.severity()))),
            kind_label: kind_label(lead, words),
            platform: named_platform(lead, &title, words),
            title,
            url: lead.url.as_deref().and_then(web_address),
            effective: story.effective().map(|date| {
                let key = match story.meaning() {
                    DateMeaning::From => "card-effective",
                    DateMeaning::Until => "card-until",
                    DateMeaning::Event | DateMeaning::On => "card-on",
                };
                words.say_with(key, &[("when", dates.day(date).into())])
            }),
            when: published
                .map(|at| moment("card-published", at))
                .into_iter()
                .chain([moment("card-detected", lead.detected_at)])
                .collect(),
            gist: gist.filter(|gist| quote.is_none() || !repeats_quote(gist, lead)),
            facts: facts(
                &story.grown_lead(),
                &changed_beside(story),
                quote.as_ref(),
                words,
            ),
            quote,
            chart: Chart::of(lead, &story.lead_id().to_string(), words, dates),
            areas: areas(lead, words),
            why: advice("why", story, words),
            action: advice("action", story, words),
            confirmed: confirmed(story, words),
            confidence: judged
                .then(|| words.say_with("confidence", &[("percent", percent.into())])),
            more_sources: (sources.len() > shown).then(|| more(sources.len() - shown)),
            sources: sources
                .into_iter()
                .take(shown)
                .map(|source| SourceLine {
                    title: source.title,
                    url: source.url,
                })
                .collect(),
            brief: false,
            hidden: false,
            held: match (story.is_update(), story.withheld(), story.held_before()) {
                (true, ..) => Some(words.say("card-update")),
                (false, Some(why), _) => Some(words.say(&format!("withheld-{}", why.name()))),
                (false, None, true) => Some(words.say("card-held")),
                (false, None, false) => None,
            },
            votes: Vec::new(),
            vote_page: None,
        }
    }

    /// Writes the links by which a reader votes on a story told at `at`.
    pub(super) fn with_votes(
        mut self,
        spec: &DigestSpec,
        story: &Story,
        at: Timestamp,
        words: Words,
    ) -> Self {
        let Some(links) = &spec.terms.votes else {
            return self;
        };
        let address = |verb| {
            let ballot = Ballot {
                finding: story.lead_id(),
                audience: spec.audience().to_owned(),
                verb,
                until: at.saturating_add(GOOD_FOR).unwrap_or(Timestamp::MAX),
            };
            format!("{}{}", links.base, ballot.address(&links.key))
        };
        let line = |verb: Verb| VoteLine {
            verb: verb.name(),
            sign: verb.sign(),
            label: words.say(&format!("vote-{}", verb.name())),
            url: address(Some(verb)),
        };
        self.votes = Verb::ALL.into_iter().map(line).collect();
        self.vote_page = Some(address(None));
        self
    }

    /// How many words a reader has to read.
    pub(super) fn length(&self) -> usize {
        let quoted = self
            .quote
            .iter()
            .flat_map(|q| q.spans.iter().map(|s| s.text.as_str()));
        let texts = [&self.gist, &self.why, &self.action]
            .into_iter()
            .flatten()
            .map(String::as_str);
        let facts = self.facts.iter().map(String::as_str);
        let read = quoted
            .chain(texts)
            .chain(facts)
            .chain([self.title.as_str()]);
        read.map(count_words).sum()
    }
}

/// Facts of the rulebook that changed with the page whose change leads a story.
fn changed_beside(story: &Story) -> Vec<&Finding> {
    let lead = story.lead();
    let others = story.findings().skip(1).map(|(_, finding)| finding);
    others
        .filter(|f| is_fact(f) && f.source == lead.source)
        .collect()
}

/// Does a gist tell in words what the quote under it shows?
fn repeats_quote(gist: &str, lead: &Finding) -> bool {
    let quotes = lead.evidence.iter().filter(|e| e.kind == "quote");
    let sides = quotes.flat_map(|e| [&e.before, &e.after]).flatten();
    sides.map(|side| line(side)).any(|side| {
        let start: String = side.chars().take(REPEATED).collect();
        start.chars().count() == REPEATED && gist.contains(&start)
    })
}

/// Name of a severity in data.
pub(super) fn severity_name(severity: Severity) -> &'static str {
    severity.name()
}

/// Name of a kind in data.
pub(super) fn kind_name(kind: FindingKind) -> &'static str {
    kind.name()
}

/// How far it is confirmed, in data.
pub(super) fn confirmed_name(role: Role) -> &'static str {
    match role {
        Role::Official => "official",
        Role::Regulator => "regulator",
        Role::Own | Role::Competitor => "watched",
        Role::Media => "media",
        Role::Stream => "stream",
    }
}

fn confirmed(story: &Story, words: Words) -> String {
    let role = story.lead().role;
    let key = format!("confirmed-{}", confirmed_name(role));
    let told = words.say_with(&key, &[("count", story.owners().into())]);
    if story.is_confirmed() {
        told
    } else {
        format!("{told}, {}", words.say("not-confirmed"))
    }
}

/// The class by which a finding is called: that a text is gone which forbade something does not say
/// that it is allowed.
fn class_of(lead: &Finding) -> Option<&'static str> {
    let class = lead.class?;
    let mut quotes = lead
        .evidence
        .iter()
        .filter(|e| e.kind == "quote")
        .peekable();
    let has_quotes = quotes.peek().is_some();
    let only_gone = has_quotes && quotes.all(|e| e.after.is_none());
    Some(if only_gone && class == ChangeClass::Permission {
        "removed"
    } else {
        class.name()
    })
}

fn kind_label(lead: &Finding, words: Words) -> String {
    let class = class_of(lead).map(|name| format!("class-{name}"));
    class
        .and_then(|key| words.try_say(&key, &[]))
        .unwrap_or_else(|| words.say(&format!("kind-{}", kind_name(lead.kind))))
}

/// Texts of `why-…` or `action-…`: by the class of the change, else by the kind of news. News that
/// is only good to know gets none: the same advice on every card would teach readers to skip it.
fn advice(what: &str, story: &Story, words: Words) -> Option<String> {
    if story.severity() < Severity::Important || story.is_over() {
        return None;
    }
    let lead = story.lead();
    // it is too late to jump on what is past its peak
    if matches!(stage_of(lead), Some("fading" | "over")) {
        return None;
    }
    let class = class_of(lead).map(|name| format!("{what}-{name}"));
    class
        .and_then(|key| words.try_say(&key, &[]))
        .or_else(|| words.try_say(&format!("{what}-{}", kind_name(lead.kind)), &[]))
}

fn areas(lead: &Finding, words: Words) -> Option<String> {
    let named: Vec<String> = lead
        .areas
        .iter()
        .map(|area| {
            let key = format!("area-{area}");
            words.try_say(&key, &[]).unwrap_or_else(|| line(area))
        })
        .collect();
    let listed = named.join(", ");
    (!named.is_empty()).then(|| words.say_with("card-areas", &[("areas", listed.into())]))
}
