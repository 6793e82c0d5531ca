//! What an audience's votes make of its findings: a bounded factor on their score.
//!
//! Each vote speaks for or against the traits of what it was given on: its kind, source, owner, areas
//! and topic. A vote counts half after [`HALF_LIFE`], so tastes may change. The factor of a trait is
//! `1 + reach · tanh(sum / 3)`, where `sum` adds 1 for 👍, 2 for 🔥, −1 for 👎 and −2 for a mute: one
//! vote says little, ten say no more than `reach`. The factors of all traits are multiplied and kept
//! within [`LEAST`] and [`MOST_FACTOR`], so votes change an order and never decide alone; what is
//! breaking is above them.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::model::{Finding, Verb};

/// A vote counts half after that.
pub const HALF_LIFE: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Older votes are not asked for.
pub const MEMORY: SignedDuration = SignedDuration::from_hours(24 * 180);
/// Most votes taken in, the newest.
pub const MOST: usize = 2_000;
/// Votes push a score no lower.
pub const LEAST: f64 = 0.6;
/// Votes push a score no higher.
pub const MOST_FACTOR: f64 = 1.6;

/// What an audience likes.
#[derive(Debug, Clone, Default)]
pub struct Taste {
    sums: HashMap<(&'static str, String), f64>,
}

/// What votes make of one finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Weight {
    /// The finding's score is multiplied by this.
    pub factor: f64,
    /// The traits that votes spoke on: name, value, factor.
    pub traits: Vec<(&'static str, String, f64)>,
}

impl Taste {
    /// What these votes say together at `now`.
    pub fn of<'a>(
        votes: impl Iterator<Item = (Verb, Timestamp, &'a Finding)>,
        now: Timestamp,
    ) -> Self {
        let mut sums: HashMap<(&'static str, String), f64> = HashMap::new();
        for (verb, at, finding) in votes {
            let worth = match verb {
                Verb::Fire => 2.0,
                Verb::Up => 1.0,
                Verb::Down => -1.0,
                Verb::Mute => -2.0,
            };
            let age = now.duration_since(at).max(SignedDuration::ZERO);
            let worth = worth * 0.5_f64.powf(age.as_secs_f64() / HALF_LIFE.as_secs_f64());
            for key in traits(finding) {
                *sums.entry(key).or_default() += worth;
            }
        }
        Self { sums }
    }

    /// What they make of a finding.
    pub fn weight(&self, finding: &Finding) -> Weight {
        let mut factor = 1.0;
        let mut spoken = Vec::new();
        for (name, value) in traits(finding) {
            let Some(sum) = self.sums.get(&(name, value.clone())) else {
                continue;
            };
            let one = 1.0 + reach(name) * (sum / 3.0).tanh();
            factor *= one;
            spoken.push((name, value, one));
        }
        Weight {
            factor: factor.clamp(LEAST, MOST_FACTOR),
            traits: spoken,
        }
    }
}

/// How far one trait can push: a story further than a source, a source further than a kind.
fn reach(name: &str) -> f64 {
    match name {
        "topic" => 0.3,
        "source" | "owner" => 0.15,
        _ => 0.1,
    }
}

fn traits(finding: &Finding) -> Vec<(&'static str, String)> {
    let mut traits = vec![
        ("kind", finding.kind.name().to_owned()),
        ("source", finding.source.to_string()),
        ("owner", finding.owner.clone()),
    ];
    if !finding.topic_key.is_empty() {
        traits.push(("topic", finding.topic_key.clone()));
    }
    let mut areas = finding.areas.clone();
    areas.sort_unstable();
    areas.dedup();
    traits.extend(areas.into_iter().map(|area| ("area", area)));
    traits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FindingKind, Severity, Source, SourceKind};

    fn finding(topic: &str, kind: FindingKind) -> Finding {
        let url = format!("https://{topic}.example/").parse().expect("a URL");
        let source = Source::probe(url, SourceKind("feed".to_owned()));
        Finding {
            topic_key: topic.to_owned(),
            areas: vec!["ads".to_owned(), "ads".to_owned()],
            ..Finding::about(&source, kind, Severity::Important, Timestamp::UNIX_EPOCH)
        }
    }

    #[test]
    fn votes_are_bounded_fade_and_speak_of_their_like_only() {
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365);
        let liked = finding("a", FindingKind::Hit);
        let other = finding("b", FindingKind::Trend);
        let factor = |verb: Verb, count: usize, at: Timestamp, of: &Finding| {
            let votes = std::iter::repeat_n((verb, at, &liked), count);
            Taste::of(votes, now).weight(of).factor
        };
        let none = Taste::default().weight(&liked);
        assert!(none.factor.to_bits() == 1f64.to_bits() && none.traits.is_empty());
        let one = factor(Verb::Up, 1, now, &liked);
        assert!(one > 1.0 && factor(Verb::Fire, 1, now, &liked) > one);
        assert!(factor(Verb::Down, 1, now, &liked) < 1.0);
        assert!(factor(Verb::Fire, 500, now, &liked) <= MOST_FACTOR);
        assert!(factor(Verb::Mute, 500, now, &liked) >= LEAST);
        let near = factor(Verb::Up, 1, now, &other);
        assert!(
            near > 1.0 && near < one,
            "shares the area and the probe's source only: {near}"
        );
        let old = factor(Verb::Up, 1, now - HALF_LIFE, &liked);
        assert!(old > 1.0 && old < one);
    }
}
