//! Digests: what is due, what it would say, and the step from findings to the outbox.

use jiff::Timestamp;
use uuid::Uuid;

use super::Pipeline;
use super::audience::{Seen, alert_mark, taste_of, told_before};
use super::trend_now;
use crate::digest::taste;
use crate::digest::{self, Candidate, Composed, Review};
use crate::model::{DigestSpec, FindingId, FindingKind, Health, TrendId, Window};
use crate::store::{Candidates, DigestCommit, NewDigestRun, StoreError};

/// Most findings one digest looks at; what lies beyond waits for the next.
pub(super) const CANDIDATES: usize = 5_000;
/// Tries to compose while others keep telling the same audience something.
const TRIES: usize = 5;

/// A digest as it would be sent now.
#[derive(Debug)]
pub struct Preview {
    /// What was chosen and how it reads.
    pub composed: Composed,
    /// The span it covers.
    pub window: Window,
    candidates: Candidates,
    seen: Seen,
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
            match spec.next_after(last.slot.unwrap_or(last.at).max(last.at)) {
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
        let audience = self.audience_digests(spec);
        // a digest that looks back tells again what others have told
        let others = if spec.terms.review {
            vec![name.clone()]
        } else {
            audience.clone()
        };
        let instant = self.instant_digests(spec);
        let audience_name = spec.audience().to_owned();
        let mutes = self.mutes(now).await?;
        let (muted, whose) = (mutes.clone(), audience_name.clone());
        let is_review = spec.terms.review;
        let (candidates, mut chosen, votes, seen) = self
            .store
            .read(move |reader| {
                let candidates = reader.candidates(&name, CANDIDATES)?;
                let (held, new) = (candidates.held.iter(), candidates.new.iter());
                let all = held
                    .map(|held| (held, true))
                    .chain(new.map(|new| (new, false)));
                let mut chosen = Vec::new();
                for ((id, finding), held_before) in all {
                    let mut candidate = Candidate {
                        told_before: told_before(reader, &others, *id, finding)?,
                        held_before,
                        ..Candidate::new(*id, trend_now::as_of(finding.clone(), reader, now)?)
                    };
                    if !is_review && !instant.is_empty() {
                        candidate.alert = alert_mark(&reader.alerts_of(*id)?, &instant);
                    }
                    if let (FindingKind::NewItem, Some(item)) = (finding.kind, finding.item) {
                        candidate.trend = reader.trend_of_item(item)?.map(TrendId::topic_key);
                    }
                    let covers =
                        |mute: &crate::model::Mute| mute.covers(finding, &audience_name, now);
                    if finding.suppressed.is_none() && mutes.iter().any(covers) {
                        candidate.finding.suppressed = Some("muted".to_owned());
                    }
                    chosen.push(candidate);
                }
                let since = now.saturating_sub(taste::MEMORY).unwrap_or(Timestamp::MIN);
                let votes = reader.votes(Some(&audience_name), since, taste::MOST)?;
                let seen = Seen::of(reader, &audience)?;
                Ok((candidates, chosen, votes, seen))
            })
            .await?;
        let taste = taste_of(&votes, now);
        for candidate in &mut chosen {
            candidate.weight = taste.weight(&candidate.finding).factor;
        }
        let window = Window {
            since: candidates.last.as_ref().map(|run| run.at),
            until: now,
        };
        let mut health = self.store.read(move |reader| reader.health(window)).await?;
        health.next_at = spec.next_after(now);
        let mut review = self.review(spec, window).await?;
        review.retain(|finding| !muted.iter().any(|mute| mute.covers(finding, &whose, now)));
        let composed = Self::compose(spec, chosen, &health, &window, &review);
        Ok(Preview {
            composed,
            window,
            candidates,
            seen,
        })
    }

    /// Composes, and logs what of the user's own templates failed.
    pub(super) fn compose(
        spec: &DigestSpec,
        candidates: Vec<Candidate>,
        health: &Health,
        window: &Window,
        review: &Review,
    ) -> Composed {
        let composed = digest::compose_review(spec, candidates, health, window, review);
        for fault in &composed.template_faults {
            tracing::warn!(digest = spec.name, "ours is used instead: {fault}");
        }
        composed
    }

    /// Composes a digest and puts one message for each recipient of each channel into the outbox, all
    /// in one transaction. `slot` is the scheduled instant, `None` when asked for by hand.
    pub async fn send_digest(
        &self,
        spec: &DigestSpec,
        slot: Option<Timestamp>,
    ) -> Result<(DigestCommit, Vec<String>), StoreError> {
        let _turn = self.telling.lock().await;
        let mut tries = 0;
        let (done, ids, told) = loop {
            tries += 1;
            if let Some(done) = self.try_send(spec, slot, tries < TRIES).await? {
                break done;
            }
        };
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

    /// One try of [`Self::send_digest`]; with `wary`, `None` if the audience was told something else
    /// while this was composed.
    async fn try_send(
        &self,
        spec: &DigestSpec,
        slot: Option<Timestamp>,
        wary: bool,
    ) -> Result<Option<(DigestCommit, Vec<String>, usize)>, StoreError> {
        let Preview {
            composed,
            window,
            candidates,
            seen,
        } = self.preview(spec).await?;
        let silent = composed.is_quiet && !spec.send_when_quiet;
        let deliveries = if silent {
            Vec::new()
        } else {
            self.addressed(&spec.channels)
        };
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
            .write(move |writer| {
                if wary && !seen.still_holds(writer)? {
                    return Ok(None);
                }
                writer.commit_digest(&run).map(Some)
            })
            .await?;
        Ok(done.map(|done| (done, ids, told)))
    }

    /// A message's id: random, and made from this pipeline's clock so that ids sort by time.
    pub(super) fn new_message_id(&self) -> String {
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
