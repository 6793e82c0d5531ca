//! Alerts: what is told at once, decided after each commit that brought findings.
//!
//! What was decided, how far was looked, the run that tells and its messages share one transaction:
//! killed at any moment, nothing is lost and nothing is told twice. The decision itself is pure, in
//! [`crate::digest::instant`].

use jiff::Timestamp;

use super::Pipeline;
use super::alert_plan::AlertPlan;
use crate::model::{DigestSpec, Window};
use crate::store::{DigestCommit, NewDelivery, NewDigestRun, StoreError};

/// Steps after which a place that others keep taking is left to them.
const TRIES: usize = 5;

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
