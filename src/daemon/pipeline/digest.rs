//! Digests: what is due, what it would say, and the step from findings to the outbox.

use std::collections::HashMap;

use jiff::Timestamp;
use uuid::Uuid;

use super::Pipeline;
use crate::digest::{self, Candidate, Composed};
use crate::model::{DigestSpec, FindingId, Window};
use crate::store::{Candidates, DigestCommit, NewDelivery, NewDigestRun, StoreError};

/// Most findings one digest looks at; what lies beyond waits for the next.
const CANDIDATES: usize = 5_000;

/// A digest as it would be sent now.
#[derive(Debug)]
pub struct Preview {
    /// What was chosen and how it reads.
    pub composed: Composed,
    /// The span it covers.
    pub window: Window,
    candidates: Candidates,
}

/// Why a digest cannot be composed.
#[derive(Debug, thiserror::Error)]
pub enum DigestError {
    /// No digest has that name.
    #[error("no digest is named `{name}`; configured: {known}")]
    Unknown {
        /// The name asked for.
        name: String,
        /// Names that exist.
        known: String,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Pipeline {
    /// The digest of that name.
    pub fn digest_spec(&self, name: &str) -> Result<&DigestSpec, DigestError> {
        self.config
            .digests
            .iter()
            .find(|digest| digest.name == name)
            .ok_or_else(|| DigestError::Unknown {
                name: name.to_owned(),
                known: self
                    .config
                    .digests
                    .iter()
                    .map(|d| d.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    }

    /// Begins the chain of runs of every digest that has none: its first window begins now, so that a
    /// digest added to an old store does not tell years of history.
    pub async fn begin_digests(&self) -> Result<(), StoreError> {
        for spec in &self.config.digests {
            let (name, now) = (spec.name.clone(), self.now());
            let form = digest::compose(
                spec,
                Vec::new(),
                &crate::model::Health::default(),
                &Window {
                    since: None,
                    until: now,
                },
            )
            .form;
            self.store
                .write(move |writer| {
                    if writer.last_run(&name)?.is_some() {
                        return Ok(());
                    }
                    let upto = writer.last_finding()?.unwrap_or(FindingId(0));
                    let window = Window {
                        since: None,
                        until: now,
                    };
                    let run = NewDigestRun {
                        name,
                        follows: None,
                        slot: None,
                        at: now,
                        window,
                        upto,
                        told: Vec::new(),
                        held: Vec::new(),
                        form,
                        deliveries: Vec::new(),
                    };
                    writer.commit_digest(&run).map(drop)
                })
                .await?;
        }
        Ok(())
    }

    /// Digests whose time has come, each with the instant it stands for, and when the next one is due.
    /// Instants missed while nothing ran are made up for by one digest, not by one each.
    pub async fn due_digests(
        &self,
    ) -> Result<(Vec<(DigestSpec, Timestamp)>, Option<Timestamp>), StoreError> {
        let now = self.now();
        let (mut due, mut next) = (Vec::new(), None::<Timestamp>);
        for spec in &self.config.digests {
            let name = spec.name.clone();
            let Some(last) = self
                .store
                .read(move |reader| reader.last_run(&name))
                .await?
            else {
                continue;
            };
            match spec.cadence.next_after(
                last.slot.unwrap_or(last.at).max(last.at),
                &spec.zone,
                std::time::Duration::ZERO,
            ) {
                Some(slot) if slot <= now => due.push((spec.clone(), slot)),
                Some(slot) => next = Some(next.map_or(slot, |n| n.min(slot))),
                None => {}
            }
        }
        Ok((due, next))
    }

    /// Composes a digest of everything since the last one, without telling anyone.
    pub async fn preview(&self, spec: &DigestSpec) -> Result<Preview, StoreError> {
        let (name, now) = (spec.name.clone(), self.now());
        let (candidates, told) = self
            .store
            .read(move |reader| {
                let candidates = reader.candidates(&name, CANDIDATES)?;
                let mut told = HashMap::new();
                for (_, finding) in candidates.held.iter().chain(&candidates.new) {
                    let key = &finding.topic_key;
                    if !key.is_empty()
                        && !told.contains_key(key)
                        && let Some(last) = reader.last_told(&name, key)?
                    {
                        told.insert(key.clone(), reader.finding(last.finding)?);
                    }
                }
                Ok((candidates, told))
            })
            .await?;
        let window = Window {
            since: candidates.last.as_ref().map(|run| run.at),
            until: now,
        };
        let mut health = self.store.read(move |reader| reader.health(window)).await?;
        health.next_at = spec
            .cadence
            .next_after(now, &spec.zone, std::time::Duration::ZERO);
        let (held, new) = (candidates.held.iter(), candidates.new.iter());
        let all = held
            .map(|held| (held, true))
            .chain(new.map(|new| (new, false)));
        let chosen = all
            .map(|((id, finding), held_before)| Candidate {
                id: *id,
                told_before: told.get(&finding.topic_key).cloned(),
                finding: finding.clone(),
                held_before,
            })
            .collect();
        let composed = digest::compose(spec, chosen, &health, &window);
        for fault in &composed.template_faults {
            tracing::warn!(digest = spec.name, "ours is used instead: {fault}");
        }
        Ok(Preview {
            composed,
            window,
            candidates,
        })
    }

    /// Composes a digest and puts one message for each recipient of each channel into the outbox, all
    /// in one transaction. `slot` is the scheduled instant, `None` when asked for by hand.
    pub async fn send_digest(
        &self,
        spec: &DigestSpec,
        slot: Option<Timestamp>,
    ) -> Result<(DigestCommit, Vec<String>), StoreError> {
        let Preview {
            composed,
            window,
            candidates,
        } = self.preview(spec).await?;
        let silent = composed.is_quiet && !spec.send_when_quiet;
        let mut deliveries = Vec::new();
        for channel in spec.channels.iter().filter(|_| !silent) {
            for recipient in self.deliverer.recipients(channel) {
                deliveries.push(NewDelivery {
                    id: self.new_message_id(),
                    channel: channel.clone(),
                    recipient,
                });
            }
        }
        let ids = deliveries
            .iter()
            .map(|delivery| delivery.id.clone())
            .collect();
        let run = NewDigestRun {
            name: spec.name.clone(),
            follows: candidates.last.map(|run| run.id),
            slot,
            at: window.until,
            window,
            upto: candidates.upto,
            told: composed.told,
            held: composed.held,
            form: composed.form,
            deliveries,
        };
        let told = run.told.len();
        let done = self
            .store
            .write(move |writer| writer.commit_digest(&run))
            .await?;
        match done {
            DigestCommit::Done(run) => {
                tracing::info!(digest = spec.name, %run, told, "digest composed");
            }
            DigestCommit::AlreadyDone(run) => {
                tracing::info!(digest = spec.name, %run, "digest was composed already");
            }
        }
        Ok((done, ids))
    }

    /// A message's id: random, and made from this pipeline's clock so that ids sort by time.
    fn new_message_id(&self) -> String {
        let now = self.now();
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let stamp = uuid::Timestamp::from_unix(
            uuid::NoContext,
            seconds,
            now.subsec_nanosecond().unsigned_abs(),
        );
        format!("msg_{}", Uuid::new_v7(stamp).simple())
    }
}
