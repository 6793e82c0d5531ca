//! Alerts: what is told at once, decided after each commit that brought findings.
//!
//! What was decided, how far was looked, the run that tells and its messages share one transaction:
//! killed at any moment, nothing is lost and nothing is told twice. The decision itself is pure, in
//! [`crate::digest::instant`].

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Pipeline;
use super::audience::{Seen, told_before};
use crate::detect;
use crate::digest::instant::{self, AlertCandidate, AlertHistory, TOPIC_REST, Verdict};
use crate::digest::{Candidate, Composed, Review};
use crate::model::{DigestSpec, FindingId, FindingKind, Health, Severity, Window, Withheld};
use crate::store::{AlertRecord, DigestCommit, NewDelivery, NewDigestRun, StoreError};

/// Most findings looked at in one step; what lies beyond is looked at in the next.
const STEP: usize = 500;
/// Steps after which a place that others keep taking is left to them.
const TRIES: usize = 5;

/// What an instant digest would do now.
#[derive(Debug)]
pub struct AlertPlan {
    /// What is told, in all forms; `None` if nothing is.
    pub composed: Option<Composed>,
    /// What becomes of each finding that might have been told at once.
    pub records: Vec<AlertRecord>,
    /// How far was looked.
    upto: FindingId,
    /// Where the look began.
    place: FindingId,
    /// More lies beyond.
    more: bool,
    seen: Seen,
    at: Timestamp,
}

impl Pipeline {
    /// Tells at once what has to be, for every instant digest; says how many messages went to the
    /// outbox, and when something that waits is to be looked at next.
    pub async fn send_alerts(&self) -> Result<(usize, Option<Timestamp>), StoreError> {
        let (mut messages, mut next) = (0, None::<Timestamp>);
        for spec in self.config.digests.iter().filter(|spec| spec.is_instant()) {
            messages += self.send_alerts_of(spec).await?.len();
            let name = spec.name.clone();
            let at = self
                .store
                .read(move |reader| reader.next_alert_at(&name))
                .await?;
            next = next.into_iter().chain(at).min();
        }
        Ok((messages, next))
    }

    /// Is there a finding that some instant digest has not looked at, or one whose wait is over?
    pub async fn alerts_are_due(&self) -> Result<bool, StoreError> {
        let digests = self.config.digests.iter();
        let names: Vec<String> = digests
            .filter(|spec| spec.is_instant())
            .map(|spec| spec.name.clone())
            .collect();
        let now = self.now();
        self.store
            .read(move |reader| {
                let last = reader.last_finding()?;
                for name in &names {
                    let is_behind = last.is_some_and(|last| {
                        reader.alert_place(name).is_ok_and(|place| place < last)
                    });
                    if is_behind || reader.next_alert_at(name)?.is_some_and(|at| at <= now) {
                        return Ok(true);
                    }
                }
                Ok(false)
            })
            .await
    }

    /// Tells at once what has to be, for one instant digest; the ids of the messages in the outbox.
    pub async fn send_alerts_of(&self, spec: &DigestSpec) -> Result<Vec<String>, StoreError> {
        let _turn = self.telling.lock().await;
        let mut ids = Vec::new();
        let mut tries = 0;
        loop {
            let plan = self.plan_alerts(spec).await?;
            let more = plan.more;
            if let Some(sent) = self.carry_out(spec, plan).await? {
                ids.extend(sent);
            } else {
                // another process told this audience something meanwhile
                tries += 1;
                if tries == TRIES {
                    break;
                }
                continue;
            }
            if !more {
                break;
            }
        }
        Ok(ids)
    }

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

    /// Writes a plan down, all or nothing; `None` if the audience was told something meanwhile.
    async fn carry_out(
        &self,
        spec: &DigestSpec,
        plan: AlertPlan,
    ) -> Result<Option<Vec<String>>, StoreError> {
        if plan.upto == plan.place && plan.records.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let mut deliveries = Vec::new();
        let told = plan.composed.as_ref().map_or(0, |c| c.told.len());
        if told > 0 {
            deliveries = self.addressed(&spec.channels);
        }
        let ids: Vec<String> = deliveries
            .iter()
            .map(|d: &NewDelivery| d.id.clone())
            .collect();
        let name = spec.name.clone();
        let subject = plan.composed.as_ref().map(|c| c.form.subject.clone());
        let AlertPlan {
            composed,
            records,
            upto,
            place,
            seen,
            at,
            ..
        } = plan;
        let done = self
            .store
            .write(move |writer| {
                if writer.alert_place(&name)? != place || !seen.still_holds(writer)? {
                    return Ok(false);
                }
                if let Some(composed) = composed.filter(|_| told > 0) {
                    let run = NewDigestRun {
                        follows: writer.last_run(&name)?.map(|run| run.id),
                        name: name.clone(),
                        slot: None,
                        at,
                        window: Window {
                            since: None,
                            until: at,
                        },
                        upto,
                        told: composed.told,
                        held: Vec::new(),
                        form: composed.form,
                        deliveries,
                    };
                    if let DigestCommit::AlreadyDone(_) = writer.commit_digest(&run)? {
                        return Ok(false);
                    }
                }
                writer.keep_alerts(&name, upto, &records)?;
                Ok(true)
            })
            .await?;
        if !done {
            return Ok(None);
        }
        if let Some(subject) = subject {
            tracing::info!(digest = spec.name, told, subject, "alert");
        }
        Ok(Some(ids))
    }
}

/// When the reader's day began.
fn day_begins(spec: &DigestSpec, now: Timestamp) -> Timestamp {
    let local = now.to_zoned(spec.zone.clone());
    local.start_of_day().map_or(now, |day| day.timestamp())
}
