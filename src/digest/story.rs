//! One story is one card: findings with one topic key, the most believable source first.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::wording::{cut_words, line, web_address};
use super::{AlertMark, Candidate};
use crate::model::{
    DateMeaning, Evidence, Finding, FindingId, FindingKind, ItemId, Role, Severity, SourceId,
    Teller, TrendId, Withheld, Wording, members_of,
};

/// Longest name of a source, in words.
const SOURCE: usize = 8;
/// Below this a finding is not stated as news, only as something seen.
const CONFIRMED: f64 = 0.5;

/// Parts of a digest, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Section {
    Rules,
    Trends,
    Competitors,
    Own,
    Radar,
}

impl Section {
    pub(super) const ALL: [Self; 5] = [
        Self::Rules,
        Self::Trends,
        Self::Competitors,
        Self::Own,
        Self::Radar,
    ];

    /// Name in data, and key of its title.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Trends => "trends",
            Self::Competitors => "competitors",
            Self::Own => "own",
            Self::Radar => "radar",
        }
    }
}

/// A source that tells a story.
#[derive(Debug, Clone)]
pub(super) struct StorySource {
    /// The finding that says so.
    pub(super) finding: FindingId,
    pub(super) source: SourceId,
    /// Its name for people.
    pub(super) title: String,
    pub(super) owner: String,
    pub(super) role: Role,
    /// Where the story stands there.
    pub(super) url: Option<String>,
    pub(super) published_at: Option<Timestamp>,
    pub(super) detected_at: Timestamp,
}

/// Findings about one thing.
#[derive(Debug, Clone)]
pub(super) struct Story {
    /// Never empty; the leading one first: official before media, surer before less sure.
    findings: Vec<Candidate>,
}

impl Story {
    /// Groups candidates by topic key, reprints, which carry one headline, and what media write of a trend
    /// with the trend, or together once the trend was told; a new name stands with the trend that is about
    /// it; a finding without a key is a story of its own.
    pub(super) fn group(candidates: Vec<Candidate>) -> Vec<Self> {
        let mut by_item: BTreeMap<ItemId, String> = BTreeMap::new();
        for trend in candidates.iter().filter(|c| is_of_many(&c.finding)) {
            for item in trend.finding.evidence.iter().flat_map(members_of) {
                by_item.insert(item, key_of(trend));
            }
        }
        // what trends are about: a new name in it is no second story
        let trends: BTreeMap<String, String> = candidates
            .iter()
            .filter(|c| c.finding.kind == FindingKind::Trend && c.finding.suppressed.is_none())
            .map(|c| {
                (
                    key_of(c),
                    format!("{} {}", c.finding.title, c.finding.gist).to_lowercase(),
                )
            })
            .collect();
        let mut by_key: BTreeMap<String, Vec<Candidate>> = BTreeMap::new();
        let mut by_headline: BTreeMap<String, String> = BTreeMap::new();
        for candidate in candidates {
            let mut key = key_of(&candidate);
            let trend = candidate.finding.item.and_then(|item| by_item.get(&item));
            let trend = trend.or(candidate.trend.as_ref()).cloned();
            let named = named_trend(&candidate.finding)
                .filter(|(key, name)| trends.get(key).is_some_and(|text| text.contains(name)));
            if let Some(trend) = trend.filter(|_| is_talk(&candidate.finding)) {
                key = trend;
            } else if let Some((trend, _)) = named {
                key = trend;
            } else if let Some(headline) = reprinted(&candidate.finding) {
                key.clone_from(by_headline.entry(headline).or_insert_with(|| key.clone()));
            }
            by_key.entry(key).or_default().push(candidate);
        }
        by_key.into_values().map(Self::of).collect()
    }

    fn of(mut findings: Vec<Candidate>) -> Self {
        findings.sort_by(|a, b| {
            let (x, y) = (&a.finding, &b.finding);
            tells_the_end(y)
                .cmp(&tells_the_end(x))
                .then(is_of_many(y).cmp(&is_of_many(x)))
                .then(x.role.belief().cmp(&y.role.belief()))
                .then(y.severity.cmp(&x.severity))
                // the page's change has the whole evidence, a fact of the rulebook a line of it
                .then(is_fact(x).cmp(&is_fact(y)))
                .then(y.confidence.total_cmp(&x.confidence))
                .then(a.id.cmp(&b.id))
        });
        name_trend(&mut findings);
        Self { findings }
    }

    /// Is it of something that is over, such as an outage that has ended?
    pub(super) fn is_over(&self) -> bool {
        tells_the_end(self.lead())
    }

    /// The finding that the card is written from.
    pub(super) fn lead(&self) -> &Finding {
        &self.findings[0].finding
    }

    /// The leading finding, its counts with what joined a trend after that was found.
    pub(super) fn grown_lead(&self) -> Finding {
        let mut lead = self.lead().clone();
        // a trend with a stage was counted when the digest was composed
        if !is_of_many(&lead) || stage_of(&lead).is_some() {
            return lead;
        }
        let known: BTreeSet<ItemId> = lead.evidence.iter().flat_map(members_of).collect();
        let items = self.findings().filter_map(|(_, finding)| finding.item);
        let late: BTreeSet<ItemId> = items.filter(|item| !known.contains(item)).collect();
        let owners = self.owners();
        for count in lead.evidence.iter_mut().filter(|e| e.kind == "count") {
            let Some(Ok(counted)) = count.after.as_deref().map(str::parse::<usize>) else {
                continue;
            };
            match count.place.as_deref() {
                Some("owners") => count.after = Some(owners.max(counted).to_string()),
                Some("items") => count.after = Some((counted + late.len()).to_string()),
                _ => {}
            }
        }
        lead
    }

    /// Its id: the card's id.
    pub(super) fn lead_id(&self) -> FindingId {
        self.findings[0].id
    }

    /// All findings, the leading one first.
    pub(super) fn findings(&self) -> impl Iterator<Item = (FindingId, &Finding)> {
        self.findings.iter().map(|c| (c.id, &c.finding))
    }

    /// Ids of all findings.
    pub(super) fn ids(&self) -> Vec<FindingId> {
        self.findings.iter().map(|c| c.id).collect()
    }

    /// How grave: what the most believable kind of source says of it.
    pub(super) fn severity(&self) -> Severity {
        let lead = self.lead().role.belief();
        let peers = self
            .findings
            .iter()
            .filter(|c| c.finding.role.belief() == lead);
        peers
            .map(|c| c.finding.severity)
            .max()
            .unwrap_or(Severity::Informational)
    }

    /// The surest finding's confidence.
    pub(super) fn confidence(&self) -> f64 {
        let all = self.findings.iter().map(|c| c.finding.confidence);
        all.fold(0.0, f64::max).clamp(0.0, 1.0)
    }

    /// From when it is in force, by the first source that says so.
    pub(super) fn effective(&self) -> Option<Date> {
        self.findings.iter().find_map(|c| c.finding.effective)
    }

    /// What happens on that day: a rule is in force from then, a plain item may tell an event or a last day.
    pub(super) fn meaning(&self) -> DateMeaning {
        let dated = self.findings.iter().find(|c| c.finding.effective.is_some());
        let dated =
            dated.and_then(|c| Some((c.finding.effective?.to_string(), &c.finding.evidence)));
        let said = dated.and_then(|(date, evidence)| {
            let is_it =
                |e: &&Evidence| e.kind == DateMeaning::EVIDENCE && e.after.as_ref() == Some(&date);
            DateMeaning::of(evidence.iter().find(is_it)?.place.as_deref()?)
        });
        said.unwrap_or(DateMeaning::From)
    }

    /// Different owners who tell it: reprints of one owner count once.
    pub(super) fn owners(&self) -> usize {
        let mut owners: Vec<String> = self.sources().into_iter().map(|s| s.owner).collect();
        owners.sort_unstable();
        owners.dedup();
        // those of a trend were counted, though not all of them are named
        let counts = self.lead().evidence.iter().filter(|e| {
            e.kind == "count" && e.before.is_none() && e.place.as_deref() == Some("owners")
        });
        let counted = counts.filter_map(|e| e.after.as_deref()?.parse().ok());
        counted.fold(owners.len(), usize::max)
    }

    /// All sources that tell it, each once: the leading one, then the most believable.
    pub(super) fn sources(&self) -> Vec<StorySource> {
        let mut sources: Vec<StorySource> = Vec::new();
        let mut add = |source: StorySource| {
            if sources.iter().all(|known| known.source != source.source) {
                sources.push(source);
            }
        };
        for (id, finding) in self.findings() {
            add(StorySource {
                finding: id,
                source: finding.source.clone(),
                title: source_title(finding),
                owner: finding.owner.clone(),
                role: finding.role,
                url: finding.url.as_deref().and_then(web_address),
                published_at: finding.published_at,
                detected_at: finding.detected_at,
            });
        }
        for (id, finding) in self.findings() {
            for teller in finding.evidence.iter().filter_map(Teller::of) {
                add(StorySource {
                    finding: id,
                    source: teller.source,
                    title: cut_words(&line(&teller.title), SOURCE),
                    owner: teller.owner,
                    role: teller.role,
                    url: teller.url.as_deref().and_then(web_address),
                    published_at: None,
                    detected_at: finding.detected_at,
                });
            }
        }
        // what is over is led by its end, whoever tells that
        if let Some((_, rest)) = sources.split_first_mut() {
            rest.sort_by_key(|source| source.role.belief());
        }
        sources
    }

    /// Did any of it wait since the last digest?
    pub(super) fn held_before(&self) -> bool {
        self.findings.iter().any(|c| c.held_before)
    }

    /// Why it was not told at once, if it might have been.
    pub(super) fn withheld(&self) -> Option<Withheld> {
        self.findings.iter().find_map(|c| match c.alert {
            Some(AlertMark::Withheld(why)) => Some(why),
            _ => None,
        })
    }

    /// What the audience's votes make of it.
    pub(super) fn weight(&self) -> f64 {
        self.findings[0].weight
    }

    /// Is it stated as news, not only as something seen?
    pub(super) fn is_confirmed(&self) -> bool {
        self.confidence() >= CONFIRMED
    }

    /// Was this audience told an earlier state of it?
    pub(super) fn is_update(&self) -> bool {
        self.findings.iter().any(|c| c.told_before.is_some())
    }

    /// In which part of a digest it stands.
    pub(super) fn section(&self) -> Section {
        let lead = self.lead();
        let is_rule = match lead.role {
            Role::Official | Role::Regulator => true,
            _ => lead.kind == FindingKind::RuleChange,
        };
        match (lead.role, lead.kind) {
            (_, FindingKind::Trend | FindingKind::FirstSeen | FindingKind::Spike) => {
                Section::Trends
            }
            (Role::Own, _) => Section::Own,
            (Role::Competitor, _) => Section::Competitors,
            (_, FindingKind::Outage | FindingKind::Deadline) => Section::Rules,
            _ if is_rule && self.is_confirmed() => Section::Rules,
            _ => Section::Radar,
        }
    }
}

/// A source's name for people.
pub(super) fn source_title(finding: &Finding) -> String {
    match line(&finding.source_title) {
        title if title.is_empty() => finding.source.to_string(),
        title => cut_words(&title, SOURCE),
    }
}

/// The story that a candidate belongs to by its own word.
fn key_of(candidate: &Candidate) -> String {
    match candidate.finding.topic_key.as_str() {
        "" => format!("\0{}", candidate.id.0),
        key => key.to_owned(),
    }
}

/// The trend that a new name is part of, by its key, and the name in small letters.
fn named_trend(finding: &Finding) -> Option<(String, String)> {
    if finding.kind != FindingKind::FirstSeen || finding.suppressed.is_some() {
        return None;
    }
    let trend = finding.evidence.iter().find(|e| e.kind == "trend")?;
    let (_, name) = finding.title.split_once(": ")?;
    let trend: TrendId = trend.after.as_deref()?.parse().ok()?;
    Some((trend.topic_key(), name.to_lowercase()))
}

/// A trend that is called by a new name says what is new, and for how long nobody had said it.
fn name_trend(findings: &mut [Candidate]) {
    let Some((lead, rest)) = findings.split_first_mut() else {
        return;
    };
    let lead = &mut lead.finding;
    let new = rest
        .iter()
        .map(|c| &c.finding)
        .find(|f| f.kind == FindingKind::FirstSeen);
    let (FindingKind::Trend, Some(new)) = (lead.kind, new) else {
        return;
    };
    let unseen = new
        .evidence
        .iter()
        .find(|e| e.place.as_deref() == Some("unseen_days"));
    lead.evidence.extend(unseen.cloned());
    let called =
        named_trend(new).is_some_and(|(_, name)| lead.title.to_lowercase().contains(&name));
    if called {
        lead.title.clone_from(&new.title);
        let gist = &lead.gist;
        let worded = new.wordings.iter().map(|wording| Wording {
            gist: gist.clone(),
            ..wording.clone()
        });
        lead.wordings = worded.collect();
    }
}

/// Is it of what many tell?
fn is_of_many(finding: &Finding) -> bool {
    matches!(finding.kind, FindingKind::Trend | FindingKind::Spike)
}

/// The stage in which a trend is now, by its name.
pub(super) fn stage_of(finding: &Finding) -> Option<&str> {
    let stage = finding.evidence.iter().find(|e| e.kind == "stage");
    stage?.after.as_deref()
}

/// Is it a fact of the rulebook that changed?
pub(super) fn is_fact(finding: &Finding) -> bool {
    finding.evidence.iter().any(|e| e.kind == "rule")
}

/// Is it one of the many voices of a trend, and no news of its own beside it?
fn is_talk(finding: &Finding) -> bool {
    finding.kind == FindingKind::NewItem
        && finding.severity <= Severity::Informational
        && matches!(finding.role, Role::Media | Role::Stream)
}

/// The headline by which a reprint is known: of news, and long enough to be no column's name.
fn reprinted(finding: &Finding) -> Option<String> {
    if finding.kind != FindingKind::NewItem {
        return None;
    }
    let title = finding.title.to_lowercase();
    let words: Vec<&str> = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    (words.len() >= 5).then(|| words.join(" "))
}

/// The end of an outage leads its story: what it asked for is past.
fn tells_the_end(finding: &Finding) -> bool {
    finding.kind == FindingKind::Outage && finding.evidence.iter().any(|e| e.kind == "until")
}
