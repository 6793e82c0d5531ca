//! One story as a card: everything that a reader sees of it, in the reader's words.

use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use super::ballot::{Ballot, GOOD_FOR};
use super::chart::Chart;
use super::dates::Dates;
use super::numbers::{decimal, multiple, percent};
use super::quote::{Quote, first_quote};
use super::story::Story;
use super::wording::{count_words, cut_words, line};
use super::words::Words;
use crate::model::{DigestSpec, Evidence, Finding, FindingKind, Role, Severity, Verb};

/// Longest title, in words.
const TITLE: usize = 10;
/// Longest gist, in words.
const GIST: usize = 40;
/// Characters of a quote by which it is recognised in a gist.
const REPEATED: usize = 20;
/// Most facts and sources on a card.
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
        let sources = sources(story);
        let shown = sources.len().min(MOST);
        // a plain item is there or not: there is nothing to be unsure of
        let judged = lead.kind != FindingKind::NewItem;
        let percent = percent(words.language, story.confidence());
        let quote = story.findings().find_map(|(_, f)| first_quote(f, words));
        let published = story.findings().find_map(|(_, f)| f.published_at);
        let moment = |key: &str, at| words.say_with(key, &[("when", dates.moment(at).into())]);
        Self {
            id: story.lead_id().to_string(),
            severity: severity_name(story.severity()),
            severity_label: words.say(&format!("severity-{}", severity_name(story.severity()))),
            kind_label: kind_label(lead, words),
            platform: named_platform(lead, &title, words),
            title,
            url: lead.url.as_deref().and_then(web_address),
            effective: story
                .effective()
                .map(|date| words.say_with("card-effective", &[("when", dates.day(date).into())])),
            when: published
                .map(|at| moment("card-published", at))
                .into_iter()
                .chain([moment("card-detected", lead.detected_at)])
                .collect(),
            gist: gist.filter(|gist| quote.is_none() || !repeats_quote(gist, lead)),
            facts: facts(lead, quote.as_ref(), words),
            quote,
            chart: Chart::of(lead, &story.lead_id().to_string(), words, dates),
            areas: areas(lead, words),
            why: advice("why", story, words),
            action: advice("action", story, words),
            confirmed: confirmed(story, words),
            confidence: judged
                .then(|| words.say_with("confidence", &[("percent", percent.into())])),
            more_sources: (sources.len() > shown).then(|| more(sources.len() - shown)),
            sources: sources.into_iter().take(shown).collect(),
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

/// Title of at most ten words behind the name of its page, and a gist that does not repeat it.
pub(super) fn headline(finding: &Finding, words: Words) -> (String, Option<String>) {
    let full = line(finding.title_in(words.language));
    let gist = line(finding.gist_in(words.language));
    let full = if full.is_empty() {
        finding.source.to_string()
    } else {
        full
    };
    let title = cut_title(full.trim_end_matches('.'));
    let repeats = gist.is_empty() || full.starts_with(gist.trim_end_matches(['.', '…']));
    (title, (!repeats).then(|| cut_words(&gist, GIST)))
}

/// Cuts a title to ten words, not counting a `Platform · page: ` before them; at the end of a clause if
/// that leaves half of them, since `90 → 180 seconds` tells more than `90 → 180 seconds, from 1…`.
fn cut_title(full: &str) -> String {
    let (name, said) = match full.split_once(": ") {
        Some((name, said)) if name.contains(" · ") && count_words(name) < TITLE => (name, said),
        _ => ("", full),
    };
    let mut cut = cut_words(said, TITLE);
    if cut != said {
        let clause = said.match_indices(", ").map(|(at, _)| &said[..at]);
        let fitting = clause.filter(|part| (TITLE / 2..=TITLE).contains(&count_words(part)));
        if let Some(whole) = fitting.last() {
            whole.clone_into(&mut cut);
        }
    }
    if name.is_empty() {
        cut
    } else {
        format!("{name}: {cut}")
    }
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

/// An address that a link may have: http or https, nothing that runs.
pub(super) fn web_address(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
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

fn kind_label(lead: &Finding, words: Words) -> String {
    let class = lead.class.map(|c| format!("class-{}", c.name()));
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
    let class = lead.class.map(|c| format!("{what}-{}", c.name()));
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

/// One line for each source, in the story's order.
fn sources(story: &Story) -> Vec<SourceLine> {
    let mut seen = Vec::new();
    let mut lines = Vec::new();
    for (_, finding) in story.findings() {
        if seen.contains(&&finding.source) {
            continue;
        }
        seen.push(&finding.source);
        lines.push(SourceLine {
            title: source_title(finding),
            url: finding.url.as_deref().and_then(web_address),
        });
    }
    lines
}

/// A source's name for people.
pub(super) fn source_title(finding: &Finding) -> String {
    match line(&finding.source_title) {
        title if title.is_empty() => finding.source.to_string(),
        title => cut_words(&title, 8),
    }
}

/// Evidence in lines, less what the quote shows already.
fn facts(lead: &Finding, quote: Option<&Quote>, words: Words) -> Vec<String> {
    let quoted = |evidence: &Evidence| {
        let now = quote.and_then(|q| q.after.as_deref()).unwrap_or_default();
        let part = evidence.after.as_deref().unwrap_or_default();
        !part.is_empty() && now.contains(part)
    };
    // the day from which it holds has a line of its own
    let effective = lead.effective.map(|day| day.to_string());
    let dated = |e: &Evidence| e.kind == "date" && e.before.is_none() && e.after == effective;
    let rest = lead.evidence.iter().filter(|e| !quoted(e) && !dated(e));
    let mut lines: Vec<String> = rest.filter_map(|e| fact(e, words)).take(MOST).collect();
    let related = lead.evidence.iter().filter(|e| e.kind == "related");
    let related: Vec<String> = related
        .filter_map(|e| e.after.as_deref())
        .map(line)
        .collect();
    if !related.is_empty() {
        let list = cut_words(&related.join(", "), GIST / 2);
        lines.push(words.say_with("fact-related", &[("list", list.into())]));
    }
    lines
}

/// A number in a text: detectors write them plainly, with a point.
fn number(text: Option<&str>) -> Option<f64> {
    text?.trim().parse().ok().filter(|n: &f64| n.is_finite())
}

/// One piece of evidence in a line; `None` for kinds that are shown elsewhere.
fn fact(evidence: &Evidence, words: Words) -> Option<String> {
    let before = number(evidence.before.as_deref());
    let after = number(evidence.after.as_deref());
    let written = |number: Option<f64>, text: Option<&str>| match number {
        Some(number) => Some(decimal(words.language, number, 2)),
        None => text
            .map(|t| cut_words(&line(t), 12))
            .filter(|t| !t.is_empty()),
    };
    let was = written(before, evidence.before.as_deref());
    let now = written(after, evidence.after.as_deref());
    let place = evidence
        .place
        .as_deref()
        .map(line)
        .filter(|p| !p.is_empty());
    let say = |key: &str, args: Vec<(&'static str, String)>| {
        let args: Vec<_> = args
            .into_iter()
            .map(|(name, text)| (name, text.into()))
            .collect();
        words.say_with(key, &args)
    };
    match evidence.kind.as_str() {
        "obligation" => Some(say(
            "evidence-obligation",
            vec![("before", was?), ("after", now?)],
        )),
        "number" | "count" | "baseline" | "date" => {
            let place = place?;
            // counts that we have a phrase for: `5 независимых источников`
            if let (None, Some(count)) = (&was, after) {
                let key = format!("fact-{}-{place}", evidence.kind);
                if let Some(phrase) = words.try_say(&key, &[("count", count.into())]) {
                    return Some(phrase);
                }
            }
            Some(match (was, now) {
                (Some(was), Some(now)) => match (evidence.kind.as_str(), before, after) {
                    ("baseline", Some(usual), Some(seen)) if usual > 0.0 => {
                        let multiple = multiple(words.language, seen / usual);
                        say(
                            "evidence-baseline",
                            vec![
                                ("multiple", multiple),
                                ("place", place),
                                ("before", was),
                                ("after", now),
                            ],
                        )
                    }
                    _ => say(
                        "evidence-number",
                        vec![("place", place), ("before", was), ("after", now)],
                    ),
                },
                (None, Some(now)) => say("evidence-now", vec![("place", place), ("after", now)]),
                (Some(was), None) => say("evidence-gone", vec![("place", place), ("before", was)]),
                (None, None) => return None,
            })
        }
        _ => None,
    }
}

/// Does the title name the platform already, at least in part (`Директ` for `Яндекс Директ`)?
fn mentions(title: &str, platform: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric());
        parts
            .filter(|p| !p.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let title = words(title);
    words(platform).iter().any(|word| title.contains(word))
}

/// The platform in words, unless the title names it already.
pub(super) fn named_platform(lead: &Finding, title: &str, words: Words) -> Option<String> {
    let id = lead.platform.as_deref()?;
    Some(platform_name(id, words)).filter(|name| !mentions(title, name))
}

/// A platform as its owner writes it.
pub(super) fn platform_name(id: &str, words: Words) -> String {
    let known = words.try_say(&format!("platform-{id}"), &[]);
    known.unwrap_or_else(|| line(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_cut_behind_its_page_and_between_clauses() {
        let whole = "Clipnet · Rules: clips may be 180 seconds";
        assert_eq!(cut_title(whole), whole);
        assert_eq!(
            cut_title(
                "Clipnet · Community Rules: clip may be up to 90 → 180 seconds, from 1 December"
            ),
            "Clipnet · Community Rules: clip may be up to 90 → 180 seconds"
        );
        assert_eq!(
            cut_title("one two three four five six seven eight nine ten eleven"),
            "one two three four five six seven eight nine ten…"
        );
        assert_eq!(
            cut_title("one, two three four five six seven eight nine ten eleven"),
            "one, two three four five six seven eight nine ten…"
        );
    }
}
