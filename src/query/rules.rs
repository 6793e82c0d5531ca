//! The rulebook: what is true now, since when, and how fresh that is.

use jiff::Timestamp;
use serde::Serialize;

use crate::detect::rulebook;
use crate::model::{RuleRecord, RuleSpec, RuleValue, SourceState, Staleness};
use crate::store::{Reader, Store, StoreError};

use super::QueryError;

/// Failures in a row after which a source is broken; one or two pass by themselves.
const BROKEN: u32 = 3;

/// Which facts are asked for. The default asks for all.
#[derive(Debug, Clone, Default)]
pub struct RuleFilter {
    /// About this platform only, by its id.
    pub platform: Option<String>,
    /// Of this area only.
    pub area: Option<String>,
    /// Only those that cannot be relied on.
    pub stale: bool,
    /// As they were known at a time.
    pub at: Option<Timestamp>,
}

/// A fact and how fresh it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleView {
    /// Its name, platform, source and how it is read.
    #[serde(flatten)]
    pub spec: RuleSpec,
    /// The value in force, with its unit; `None` while none is known.
    pub value: Option<String>,
    /// Since when it is in force, or first seen.
    pub since: Option<Timestamp>,
    /// Is `since` only when it was first seen, and the value older than that?
    pub first_seen: bool,
    /// Where it stands: the sentence, or the place that the configuration gives.
    pub quote: Option<String>,
    /// Vouched for by the configuration and not read?
    pub configured: bool,
    /// When it was last read or confirmed.
    pub verified_at: Option<Timestamp>,
    /// Why it is not to be relied on, if it is not.
    pub stale: Option<Staleness>,
    /// Since when it is not found in its source.
    pub gone_since: Option<Timestamp>,
    /// What its source fails with, if it fails.
    pub failing: Option<String>,
    /// Where a reader can see it.
    pub url: Option<String>,
}

/// A fact with all its values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleStory {
    /// The fact now.
    #[serde(flatten)]
    pub rule: RuleView,
    /// All values, oldest first.
    pub history: Vec<RuleValue>,
}

/// Facts that pass a filter, by platform and name. Costs what the number of facts and sources costs.
pub async fn rules(
    store: &Store,
    filter: RuleFilter,
    now: Timestamp,
) -> Result<Vec<RuleView>, QueryError> {
    let views = store.read(move |reader| {
        let facts = facts(reader)?;
        let mut views = Vec::new();
        for (spec, mut record) in reader.rules(None)? {
            let wanted =
                |asked: &Option<String>, has: &Option<String>| asked.is_none() || asked == has;
            if !wanted(&filter.platform, &spec.platform) || !wanted(&filter.area, &spec.area) {
                continue;
            }
            let latest = record.current.as_ref().map(|value| value.since);
            if let Some(at) = filter.at {
                record.current = reader.rule_value_at(&spec.name, at)?;
            }
            let after = |gone: Timestamp| filter.at.is_some_and(|at| gone > at);
            let is_past = record.current.as_ref().map(|value| value.since) != latest
                || record.gone_since.is_some_and(after);
            let mut view = view(reader, spec, record, &facts, now)?;
            if is_past {
                (view.stale, view.gone_since, view.verified_at) = (None, None, None);
            }
            if view.stale.is_some() || !filter.stale {
                views.push(view);
            }
        }
        Ok(views)
    });
    let mut views = views.await?;
    views.sort_by(|a, b| {
        let key = |v: &RuleView| (v.spec.platform.clone(), v.spec.name.clone());
        key(a).cmp(&key(b))
    });
    Ok(views)
}

/// One fact with all its values.
pub async fn rule(store: &Store, name: &str, now: Timestamp) -> Result<RuleStory, QueryError> {
    let name = name.to_owned();
    let story = store.read(move |reader| {
        let (spec, record) = reader.rule(&name)?;
        Ok(RuleStory {
            history: reader.rule_values(&name)?,
            rule: view(reader, spec, record, &facts(reader)?, now)?,
        })
    });
    Ok(story.await?)
}

/// What is known of the sources: state and URL.
type Facts = Vec<(SourceState, String)>;

fn facts(reader: &Reader) -> Result<Facts, StoreError> {
    let sources = reader.sources()?;
    let url = |state: &SourceState| {
        let source = sources.iter().find(|source| source.id == state.source);
        source.map(|source| source.url.clone()).unwrap_or_default()
    };
    let states = reader.states()?.into_iter();
    Ok(states
        .map(|state| (url(&state), state))
        .map(|(u, s)| (s, u))
        .collect())
}

fn view(
    reader: &Reader,
    spec: RuleSpec,
    record: RuleRecord,
    facts: &Facts,
    now: Timestamp,
) -> Result<RuleView, StoreError> {
    let fact = facts.iter().find(|(state, _)| state.source == spec.source);
    let broken = fact.is_some_and(|(state, _)| state.failures >= BROKEN);
    let stale = rulebook::staleness(&spec, &record, now).or(broken.then_some(Staleness::Broken));
    let failing = fact
        .filter(|(state, _)| state.failures > 0)
        .map(|(state, _)| {
            let message = state.last_message.clone();
            message.or(state.last_outcome.clone()).unwrap_or_default()
        });
    let url = fact.map(|(_, url)| url.clone());
    let current = record.current;
    let first_seen = match &current {
        Some(value) if !value.configured => {
            let before = value.since - jiff::SignedDuration::from_millis(1);
            reader.rule_value_at(&spec.name, before)?.is_none()
        }
        _ => false,
    };
    Ok(RuleView {
        value: current
            .as_ref()
            .map(|value| rulebook::with_unit(&spec, &value.value)),
        since: current.as_ref().map(|value| value.since),
        first_seen,
        quote: current.as_ref().and_then(|value| value.quote.clone()),
        configured: current.is_some_and(|value| value.configured),
        verified_at: record.verified_at,
        stale,
        gone_since: record.gone_since,
        failing,
        url,
        spec,
    })
}
