//! A spike as a finding: what a reader may be told of it.

use jiff::{Timestamp, tz::TimeZone};

use super::volume::Spike;
use crate::model::{
    Evidence, Finding, FindingKind, Language, Severity, Source, TopicSpec, Wording,
};

/// Owners from which a spike is important rather than good to know.
const BROAD: u32 = 5;
/// −log₁₀ of the chance from which it may be.
const SURE: f64 = 8.0;
/// Items named as evidence.
const NAMED: usize = 5;

/// An item of a spike, one for each owner.
#[derive(Debug, Clone, PartialEq)]
pub struct SpikeItem {
    /// Its title or first words.
    pub title: String,
    /// Who says it.
    pub owner: String,
    /// Where.
    pub link: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// The finding of a spike at `now`, under `lead`, the source of the first of `items`.
pub fn spike_finding(
    topic: &TopicSpec,
    spike: &Spike,
    items: &[SpikeItem],
    lead: &Source,
    now: Timestamp,
) -> Finding {
    let severity = if spike.owners >= BROAD && spike.significance >= SURE {
        Severity::Important
    } else {
        Severity::Informational
    };
    let seen = |kind: &str, value: String, place: Option<String>| Evidence {
        kind: kind.to_owned(),
        before: None,
        after: Some(value),
        place,
    };
    let at = |place: &str| Some(place.to_owned());
    let mut evidence = vec![
        seen("count", spike.owners.to_string(), at("owners")),
        seen("count", spike.mentions.to_string(), at("mentions")),
        seen("baseline", format!("{:.1}", spike.expected), at("mentions")),
        seen("significance", format!("{:.1}", spike.significance), None),
    ];
    let first = items.first();
    evidence.extend(items.iter().take(NAMED).map(|item| {
        let what = format!("{}: {}", item.owner, item.title);
        seen("item", what, item.link.clone())
    }));
    let times = f64::from(spike.voices.max(1)) / spike.expected.max(0.1);
    let (hours, title) = (spike.hours, &topic.title);
    // each reader gets the first words of the own language, if there are any
    let quote = |language: Language| {
        let is_russian = |item: &&SpikeItem| {
            let cyrillic = |c: char| matches!(c, '\u{400}'..='\u{52f}');
            item.title.contains(cyrillic) == (language == Language::Ru)
        };
        let item = items.iter().find(is_russian).or(first);
        item.map_or(String::new(), |item| {
            format!(" {}: {}", item.owner, item.title)
        })
    };
    let english = (
        format!("{title}: talked about more than usual"),
        format!(
            "{times:.0}× the usual within {hours} h.{}",
            quote(Language::En)
        ),
    );
    let russian = (
        format!("{title}: говорят чаще обычного"),
        format!(
            "В {times:.0} раз больше обычного за {hours} ч.{}",
            quote(Language::Ru)
        ),
    );
    let day = now.to_zoned(TimeZone::UTC).date();
    let mut tags = topic.tags.clone();
    tags.extend(
        lead.tags
            .iter()
            .filter(|tag| !topic.tags.contains(tag))
            .cloned(),
    );
    Finding {
        tags,
        confidence: (1.0 - 0.5f64.powf(spike.significance / 2.0)).min(0.99),
        title: english.0,
        gist: english.1,
        wordings: vec![Wording {
            language: Language::Ru,
            title: russian.0,
            gist: russian.1,
        }],
        url: first.and_then(|item| item.link.clone()),
        published_at: items.iter().map(|item| item.at).min(),
        topic_key: format!("spike:{}:{day}", topic.name),
        evidence,
        ..Finding::about(lead, FindingKind::Spike, severity, now)
    }
}
