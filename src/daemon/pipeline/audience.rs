//! An audience: which digests it reads, what they have told it, what it likes.

use jiff::Timestamp;

use super::Pipeline;
use crate::digest::AlertMark;
use crate::digest::taste::Taste;
use crate::model::{DigestRunId, DigestSpec, Finding, FindingId, Mute, Withheld};
use crate::store::{AlertRecord, NewDelivery, Reader, StoreError, Told, Vote};

/// The last run that an audience's digests had made when something was composed for it.
#[derive(Debug)]
pub(super) struct Seen {
    digests: Vec<String>,
    last: Option<DigestRunId>,
}

impl Seen {
    pub(super) fn of(reader: &Reader, digests: &[String]) -> Result<Self, StoreError> {
        Ok(Self {
            digests: digests.to_vec(),
            last: reader.last_run_of_any(digests)?,
        })
    }

    /// Has the audience been told nothing since?
    pub(super) fn still_holds(&self, reader: &Reader) -> Result<bool, StoreError> {
        Ok(reader.last_run_of_any(&self.digests)? == self.last)
    }
}

/// The finding by which any of these digests last told a story, if one did.
pub(super) fn told_before(
    reader: &Reader,
    digests: &[String],
    id: FindingId,
    finding: &Finding,
) -> Result<Option<Finding>, StoreError> {
    let key = &finding.topic_key;
    if key.is_empty() {
        let tellings = reader.tellings(id)?;
        let told = tellings
            .iter()
            .any(|t| t.told && digests.contains(&t.digest));
        return Ok(told.then(|| finding.clone()));
    }
    let mut newest: Option<Told> = None;
    for digest in digests {
        let told = reader.last_told(digest, key)?;
        newest = newest
            .into_iter()
            .chain(told)
            .max_by_key(|told| (told.run, told.finding));
    }
    newest.map(|told| reader.finding(told.finding)).transpose()
}

/// What instant digests made of a finding: sent by any counts before kept back by any.
pub(super) fn alert_mark(records: &[AlertRecord], instant: &[String]) -> Option<AlertMark> {
    let ours = || records.iter().filter(|r| instant.contains(&r.digest));
    if let Some(sent) = ours().find(|record| record.is_sent()) {
        return Some(AlertMark::Sent(sent.at));
    }
    ours().find_map(|record| {
        let mut all = Withheld::ALL.into_iter();
        let why = all.find(|why| why.name() == record.verdict)?;
        Some(AlertMark::Withheld(why))
    })
}

/// What votes make of findings.
pub(super) fn taste_of(votes: &[Vote], now: Timestamp) -> Taste {
    let votes = votes.iter().map(|vote| (vote.verb, vote.at, &vote.finding));
    Taste::of(votes, now)
}

impl Pipeline {
    /// What is muted now, as configured and as said since.
    pub(super) async fn mutes(&self, now: Timestamp) -> Result<Vec<Mute>, StoreError> {
        let stored = self.store.read(move |reader| reader.mutes(now)).await?;
        let configured = self.config.mutes.iter().cloned();
        Ok(configured
            .chain(stored.into_iter().map(|stored| stored.mute))
            .collect())
    }

    /// Names of all digests that the audience of `spec` reads, `spec` itself among them.
    pub(super) fn audience_digests(&self, spec: &DigestSpec) -> Vec<String> {
        let digests = self.config.digests.iter();
        let mut names: Vec<String> = digests
            .filter(|other| other.audience() == spec.audience())
            .map(|other| other.name.clone())
            .collect();
        if !names.contains(&spec.name) {
            names.push(spec.name.clone());
        }
        names
    }

    /// Names of the instant digests that the audience of `spec` reads.
    pub(super) fn instant_digests(&self, spec: &DigestSpec) -> Vec<String> {
        let digests = self.config.digests.iter();
        digests
            .filter(|other| other.is_instant() && other.audience() == spec.audience())
            .map(|other| other.name.clone())
            .collect()
    }

    /// One new message for each recipient of each channel.
    pub(super) fn addressed(&self, channels: &[String]) -> Vec<NewDelivery> {
        let mut deliveries = Vec::new();
        for channel in channels {
            for recipient in self.deliverer.recipients(channel) {
                deliveries.push(NewDelivery {
                    id: self.new_message_id(),
                    channel: channel.clone(),
                    recipient,
                });
            }
        }
        deliveries
    }
}
