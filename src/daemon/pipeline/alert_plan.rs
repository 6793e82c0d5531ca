//! What an instant digest would tell now, and what keeps the rest back: decided on what the store knows,
//! writing nothing.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Pipeline;
use super::audience::{Seen, told_before};
use crate::detect;
use crate::digest::instant::{self, AlertCandidate, AlertHistory, TOPIC_REST, Verdict};
use crate::digest::{Candidate, Composed, Review};
use crate::model::{DigestSpec, FindingId, FindingKind, Health, Severity, Window, Withheld};
use crate::store::{AlertRecord, StoreError};

/// Most findings looked at in one step; what lies beyond is looked at in the next.
const STEP: usize = 500;

/// What an instant digest would do now.
#[derive(Debug)]
pub struct AlertPlan {
    /// What is told, in all forms; `None` if nothing is.
    pub composed: Option<Composed>,
    /// What becomes of each finding that might have been told at once.
    pub records: Vec<AlertRecord>,
    /// How far was looked.
    pub(super) upto: FindingId,
    /// Where the look began.
    pub(super) place: FindingId,
    /// More lies beyond.
    pub(super) more: bool,
    pub(super) seen: Seen,
    pub(super) at: Timestamp,
}

impl Pipeline {
    /// What an instant digest would do now, telling and writing nothing.
    pub async fn plan_alerts(&self, spec: &DigestSpec) -> Result<AlertPlan, StoreError> {
        let now = self.now();
        let day_begins = day_begins(spec, now);
        let name = spec.name.clone();
        let audience = self.audience_digests(spec);
        let instant: Vec<String> = self.instant_digests(spec);
        let audience_name = spec.audience().to_owned();
        let mutes = self.mutes(now).await?;
        let (place, found, more, upto, history, seen) = self
            .store
            .read(move |reader| {
                let place = reader.alert_place(&name)?;
                let waiting = reader.alerts_waiting(&name, now, STEP)?;
                let new = reader.findings_after(place, STEP)?;
                let more = new.len() == STEP || waiting.len() == STEP;
                let upto = new.last().map_or(place, |(id, _)| *id);
                let mut found = Vec::new();
                for (id, finding) in waiting.into_iter().chain(new) {
                    let told_before = told_before(reader, &audience, id, &finding)?;
                    let is_muted = mutes
                        .iter()
                        .any(|mute| mute.covers(&finding, &audience_name, now));
                    // an outage may have ended while it was waited for
                    let item = match (finding.kind, finding.item) {
                        (FindingKind::Outage, Some(item)) => Some(reader.item(item)?),
                        _ => None,
                    };
                    let candidate = AlertCandidate {
                        id,
                        finding,
                        told_before,
                        is_over: false,
                        is_muted,
                    };
                    found.push((candidate, item));
                }
                let since = now.saturating_sub(TOPIC_REST).unwrap_or(Timestamp::MIN);
                let mut history = AlertHistory::default();
                let mut today = BTreeSet::new();
                for digest in &instant {
                    for record in reader.alerts_sent(digest, since.min(day_begins))? {
                        if record.at >= day_begins {
                            today.insert((record.at, record.topic.clone()));
                        }
                        if record.at > since {
                            history.topics.insert(record.topic);
                        }
                    }
                }
                history.sent_today = u32::try_from(today.len()).unwrap_or(u32::MAX);
                let seen = Seen::of(reader, &audience)?;
                Ok((place, found, more, upto, history, seen))
            })
            .await?;
        let mut candidates = Vec::new();
        for (mut candidate, item) in found {
            if let Some(item) = item
                && let Some(source) = self.source(&item.source)
            {
                let present = detect::item_finding(source, &item.read, now);
                candidate.is_over = present.severity < Severity::Important
                    && candidate.finding.severity >= Severity::Important;
            }
            candidates.push(candidate);
        }
        let verdicts = instant::decide(spec, &candidates, &history, now);
        Ok(Self::composed(
            spec, candidates, &verdicts, now, upto, place, more, seen,
        ))
    }

    #[expect(clippy::too_many_arguments, reason = "the second half of one step")]
    fn composed(
        spec: &DigestSpec,
        candidates: Vec<AlertCandidate>,
        verdicts: &[Verdict],
        now: Timestamp,
        upto: FindingId,
        place: FindingId,
        more: bool,
        seen: Seen,
    ) -> AlertPlan {
        let mut told = Vec::new();
        let mut records = Vec::new();
        for (candidate, verdict) in candidates.into_iter().zip(verdicts) {
            let topic = instant::topic_of(candidate.id, &candidate.finding);
            let (name, until) = match verdict {
                Verdict::Send { escalated: true } => ("escalated", None),
                Verdict::Send { escalated: false } => ("sent", None),
                Verdict::Hold(why) => (why.name(), None),
                Verdict::Wait(until) => ("waiting", Some(*until)),
                Verdict::Leave(why) if why.is_plain() => continue,
                Verdict::Leave(why) => (why.name(), None),
            };
            records.push(AlertRecord {
                finding: candidate.id,
                digest: spec.name.clone(),
                at: now,
                topic,
                verdict: name.to_owned(),
                until,
            });
            if matches!(verdict, Verdict::Send { .. }) {
                told.push(Candidate {
                    told_before: candidate.told_before,
                    ..Candidate::new(candidate.id, candidate.finding)
                });
            }
        }
        let window = Window {
            since: None,
            until: now,
        };
        let composed = (!told.is_empty())
            .then(|| Self::compose(spec, told, &Health::default(), &window, &Review::default()));
        if let Some(composed) = &composed {
            for record in &mut records {
                if record.is_sent() && !composed.told.contains(&record.finding) {
                    Withheld::Room.name().clone_into(&mut record.verdict);
                }
            }
        }
        AlertPlan {
            composed,
            records,
            upto,
            place,
            more,
            seen,
            at: now,
        }
    }
}

/// When the reader's day began.
fn day_begins(spec: &DigestSpec, now: Timestamp) -> Timestamp {
    let local = now.to_zoned(spec.zone.clone());
    local.start_of_day().map_or(now, |day| day.timestamp())
}
