//! What was found, why, and whom it was told; and full-text search.

use jiff::Timestamp;
use serde::Serialize;

use crate::digest::instant;
use crate::digest::taste::{self, Taste, Weight};
use crate::model::{Change, DigestSpec, Finding, FindingId, Mute, Verb};
use crate::store::{
    AlertRecord, FindingFilter, Hit, MuteId, Revision, SearchFilter, Store, StoredItem, Telling,
};

use super::QueryError;
use super::grounds::{self, Grounds};

/// A finding with its number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindingView {
    /// Its number, shown as `f12`.
    pub id: FindingId,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
}

/// Everything that is known of a finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// What was found.
    #[serde(flatten)]
    pub finding: FindingView,
    /// The change behind it.
    pub behind: Option<Change>,
    /// The item behind it.
    pub item_behind: Option<StoredItem>,
    /// What the item said before its edits.
    pub revisions: Vec<Revision>,
    /// Which digests told it or held it back.
    pub tellings: Vec<Telling>,
    /// Why it was or was not told at once, for each instant digest.
    pub alerts: Vec<AlertView>,
    /// What votes make of it, for each audience that has voted on its like.
    pub weights: Vec<WeightView>,
    /// Mutes that keep it back now.
    pub mutes: Vec<MuteView>,
    /// What it rests on beside its evidence.
    #[serde(flatten)]
    pub grounds: Grounds,
}

/// Why a finding was or was not told at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlertView {
    /// The instant digest.
    pub digest: String,
    /// `sent`, `escalated`, `waiting`, what kept it back, or why it never was one; `unseen` if it was
    /// not looked at yet.
    pub verdict: String,
    /// When that was decided, if it depended on more than the finding.
    pub at: Option<Timestamp>,
    /// When a waiting one is looked at again.
    pub until: Option<Timestamp>,
    /// The same in words.
    pub why: String,
}

/// What an audience's votes make of a finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeightView {
    /// Whose votes.
    pub audience: String,
    /// Its own word on this very finding.
    pub vote: Option<Verb>,
    /// What they make of it.
    #[serde(flatten)]
    pub weight: Weight,
}

/// A mute that keeps a finding back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MuteView {
    /// Its number; `None` if it stands in the configuration.
    pub id: Option<MuteId>,
    /// The mute.
    pub mute: Mute,
}

/// Findings that pass a filter, newest first.
pub async fn findings(
    store: &Store,
    filter: FindingFilter,
    limit: usize,
) -> Result<Vec<FindingView>, QueryError> {
    let found = store
        .read(move |reader| reader.findings(&filter, limit))
        .await?;
    let views = found.into_iter();
    Ok(views
        .map(|(id, finding)| FindingView { id, finding })
        .collect())
}

/// Why a finding was made, whom it was told, and why not at once. `digests` and `mutes` are the
/// configured ones.
pub async fn explain(
    store: &Store,
    id: FindingId,
    digests: &[DigestSpec],
    mutes: &[Mute],
    now: Timestamp,
) -> Result<Explanation, QueryError> {
    let (digests, mutes) = (digests.to_vec(), mutes.to_vec());
    let explanation = store.read(move |reader| {
        let finding = reader.finding(id)?;
        let behind = finding.change.map(|change| reader.change(change));
        let item_behind = finding.item.map(|item| reader.item(item)).transpose()?;
        let mut alerts = Vec::new();
        let records = reader.alerts_of(id)?;
        for spec in digests.iter().filter(|spec| spec.is_instant()) {
            let record = records.iter().find(|record| record.digest == spec.name);
            let looked = reader.alert_place(&spec.name)? >= id;
            alerts.push(alert_view(spec, &finding, record, looked));
        }
        let mut audiences: Vec<&str> = digests.iter().map(DigestSpec::audience).collect();
        audiences.sort_unstable();
        audiences.dedup();
        let mut weights = Vec::new();
        for audience in &audiences {
            let since = now.saturating_sub(taste::MEMORY).unwrap_or(Timestamp::MIN);
            let votes = reader.votes(Some(audience), since, taste::MOST)?;
            let spoken = votes.iter().map(|vote| (vote.verb, vote.at, &vote.finding));
            let weight = Taste::of(spoken, now).weight(&finding);
            if !weight.traits.is_empty() {
                weights.push(WeightView {
                    audience: (*audience).to_owned(),
                    vote: reader.vote(audience, id)?.map(|(verb, _)| verb),
                    weight,
                });
            }
        }
        let configured = mutes.into_iter().map(|mute| (None, mute));
        let said = reader.mutes(now)?.into_iter();
        let said = said.map(|stored| (Some(stored.id), stored.mute));
        let covers = |mute: &Mute| {
            let mut any = audiences.iter();
            any.any(|audience| mute.covers(&finding, audience, now))
        };
        let mutes = configured.chain(said).filter(|(_, mute)| covers(mute));
        let tellings = reader.tellings(id)?;
        Ok(Explanation {
            grounds: grounds::of(reader, id, &finding, &tellings)?,
            behind: behind.transpose()?.map(|stored| stored.change),
            revisions: match &item_behind {
                Some(item) => reader.revisions(item.id)?,
                None => Vec::new(),
            },
            item_behind,
            tellings,
            alerts,
            weights,
            mutes: mutes.map(|(id, mute)| MuteView { id, mute }).collect(),
            finding: FindingView { id, finding },
        })
    });
    Ok(explanation.await?)
}

fn alert_view(
    spec: &DigestSpec,
    finding: &Finding,
    record: Option<&AlertRecord>,
    looked: bool,
) -> AlertView {
    let verdict = match (record, instant::plainly(spec, finding)) {
        (Some(record), _) => record.verdict.clone(),
        (None, Err(why)) => why.name().to_owned(),
        (None, Ok(())) if looked => "before".to_owned(),
        (None, Ok(())) => "unseen".to_owned(),
    };
    let rules = &spec.terms.alerts;
    let zone = spec.zone.iana_name().unwrap_or("local time");
    let quiet = rules.quiet.map_or(String::new(), |quiet| quiet.to_string());
    let severity = finding.severity.name();
    let why = match verdict.as_str() {
        "sent" => "told at once".to_owned(),
        "escalated" => "told at once: breaking news passes quiet hours, days off and the budget".to_owned(),
        "waiting" => "an outage is told at once when it has lasted 15 minutes".to_owned(),
        "night" => format!("held back at night ({quiet} {zone}); it goes into the next scheduled digest"),
        "day_off" => "held back on a day off; it goes into the next scheduled digest".to_owned(),
        "budget" => format!("held back: the day's {} alerts were used up; it goes into the next scheduled digest", rules.budget),
        "topic" => "held back: its topic was an alert less than 24 hours before; it goes into the next scheduled digest".to_owned(),
        "room" => "held back: graver alerts took the room; it goes into the next scheduled digest".to_owned(),
        "suppressed" => "not told at all".to_owned(),
        "tags" => format!("its source has none of the digest's tags ({})", spec.tags.join(", ")),
        "muted" => "muted".to_owned(),
        "kind" => format!("{} is not told at once; it waits for the next digest", finding.kind.name()),
        "severity" => match finding.kind {
            crate::model::FindingKind::RuleChange | crate::model::FindingKind::NewItem => format!(
                "it is {severity}; rules are told at once from {} on",
                rules.rules_from.max(rules.min_severity).name()
            ),
            _ => format!("it is {severity}, which is not grave enough to be told at once"),
        },
        "unofficial" => "no official source states it".to_owned(),
        "unsure" => "not sure enough to be told at once".to_owned(),
        "not_rival" => "only competitors' posts are told at once".to_owned(),
        "late" => "the post was older than 6 hours".to_owned(),
        "few_owners" => "fewer than 3 independent owners speak of it".to_owned(),
        "over" => "it was over before it could be told".to_owned(),
        "told" => "the audience knew it already".to_owned(),
        "before" => "it was found before this digest began to look".to_owned(),
        _ => "not looked at yet".to_owned(),
    };
    AlertView {
        digest: spec.name.clone(),
        at: record.map(|record| record.at),
        until: record.and_then(|record| record.until),
        verdict,
        why,
    }
}

/// Items and pages in which a query is found, best first. Any text is a valid query.
pub async fn search(
    store: &Store,
    query: &str,
    filter: SearchFilter,
    limit: usize,
) -> Result<Vec<Hit>, QueryError> {
    let query = query.to_owned();
    Ok(store
        .read(move |reader| reader.search_in(&query, &filter, limit))
        .await?)
}
