//! One loop each for polls, alerts, digests, deliveries and upkeep.
//!
//! A loop asks the store what is due, starts it, and sleeps until something becomes due, something
//! ends, or [`TICK`] has passed: what another process wrote (`tidewatch poll`, `digest --send`,
//! `outbox retry`) is noticed within a tick. Stopping means that nothing new is begun; what is under
//! way is waited for by dropping out of the loop with the tasks still in the set.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::pipeline::Pipeline;
use crate::model::SourceId;
use crate::store::StoreError;

/// Longest time after which a loop looks again.
const TICK: Duration = Duration::from_secs(5);
/// A loop looks at most this often.
const BREATH: Duration = Duration::from_millis(200);
/// After the store refused a write, a source or message is left alone for this long.
const STORE_REST: Duration = Duration::from_mins(1);
/// How often trends are looked for.
const TRENDS: Duration = Duration::from_mins(10);
/// How often the assistant, if there is one, is given what is new.
const POLISH: Duration = Duration::from_mins(1);
/// How often the rulebook is looked through for stale facts.
const RULES: Duration = Duration::from_mins(10);
/// How often what need not be kept is dropped.
const RETAIN: Duration = Duration::from_hours(1);
/// Most messages on their way at once.
const DELIVERIES: usize = 16;

/// What every loop is given.
#[derive(Clone)]
pub(super) struct Loops {
    /// The pipeline in force; a reload replaces it.
    pub(super) pipeline: watch::Receiver<Arc<Pipeline>>,
    /// Cancelled when nothing new shall be begun.
    pub(super) stop: CancellationToken,
}

impl Loops {
    fn pipeline(&mut self) -> Arc<Pipeline> {
        Arc::clone(&self.pipeline.borrow_and_update())
    }

    /// Sleeps until `next`, a tick, a reload, an ended task or a stop. True while the loop goes on.
    async fn rest<T: 'static>(
        &mut self,
        tasks: &mut JoinSet<T>,
        now: Timestamp,
        next: Option<Timestamp>,
    ) -> Option<Vec<T>> {
        let until = next
            .map_or(TICK, |at| {
                at.duration_since(now).try_into().unwrap_or(Duration::ZERO)
            })
            .clamp(BREATH, TICK);
        let mut ended = Vec::new();
        tokio::select! {
            () = self.stop.cancelled() => return None,
            () = tokio::time::sleep(until) => {}
            Ok(()) = self.pipeline.changed() => {}
            Some(done) = tasks.join_next() => {
                ended.extend(done);
                // many end together: take them in one breath
                tokio::time::sleep(BREATH).await;
            }
        }
        while let Some(done) = tasks.try_join_next() {
            ended.extend(done);
        }
        Some(ended)
    }
}

/// Polls what is due, each source at most once at a time.
pub(super) async fn polls(mut loops: Loops) {
    let mut tasks: JoinSet<(SourceId, Result<(), StoreError>)> = JoinSet::new();
    let mut under_way: HashSet<SourceId> = HashSet::new();
    let mut resting: HashMap<SourceId, Instant> = HashMap::new();
    loop {
        let pipeline = loops.pipeline();
        let most = pipeline.config.http.concurrency.saturating_mul(8);
        resting.retain(|_, until| *until > Instant::now());
        let next = match pipeline.due().await {
            Ok((due, next)) => {
                for source in due {
                    if under_way.len() >= most {
                        break;
                    }
                    if resting.contains_key(&source.id) || !under_way.insert(source.id.clone()) {
                        continue;
                    }
                    let pipeline = Arc::clone(&pipeline);
                    tasks.spawn(async move {
                        (source.id.clone(), pipeline.poll(&source).await.map(drop))
                    });
                }
                next
            }
            Err(error) => {
                tracing::error!("cannot ask the store what is due: {error}");
                None
            }
        };
        let Some(ended) = loops.rest(&mut tasks, pipeline.now(), next).await else {
            break;
        };
        for (source, result) in ended {
            under_way.remove(&source);
            if let Err(error) = result {
                tracing::error!(%source, "poll could not be stored, next try in a minute: {error}");
                resting.insert(source, Instant::now() + STORE_REST);
            }
        }
    }
    while tasks.join_next().await.is_some() {}
}

/// Composes digests whose time has come.
pub(super) async fn digests(mut loops: Loops) {
    let mut tasks: JoinSet<()> = JoinSet::new();
    loop {
        let pipeline = loops.pipeline();
        let next = match pipeline.due_digests().await {
            Ok((due, next)) => {
                for (spec, slot) in due {
                    if let Err(error) = pipeline.send_digest(&spec, Some(slot)).await {
                        tracing::error!(
                            digest = spec.name,
                            "digest could not be stored, will be tried again: {error}"
                        );
                    }
                }
                next
            }
            Err(error) => {
                tracing::error!("cannot ask the store which digests are due: {error}");
                None
            }
        };
        if loops.rest(&mut tasks, pipeline.now(), next).await.is_none() {
            break;
        }
    }
}

/// Tells at once what cannot wait: whenever findings are committed, when the wait of one is over, and
/// once a tick for what other processes found.
pub(super) async fn alerts(mut loops: Loops) {
    loop {
        let pipeline = loops.pipeline();
        let next = match pipeline.send_alerts().await {
            Ok((_, next)) => next,
            Err(error) => {
                tracing::error!("alerts could not be stored, will be tried again: {error}");
                None
            }
        };
        // nothing new: look again only when there is
        loop {
            let until = next.map_or(TICK, |at| {
                at.duration_since(pipeline.now())
                    .try_into()
                    .unwrap_or(Duration::ZERO)
            });
            tokio::select! {
                () = loops.stop.cancelled() => return,
                () = pipeline.found_something() => break,
                Ok(()) = loops.pipeline.changed() => break,
                () = tokio::time::sleep(until.clamp(BREATH, TICK)) => {}
            }
            match pipeline.alerts_are_due().await {
                Ok(false) => {}
                Ok(true) | Err(_) => break,
            }
        }
    }
}

/// Sends what waits in the outbox, each recipient's messages in order.
pub(super) async fn deliveries(mut loops: Loops) {
    let mut tasks: JoinSet<((String, String), Result<(), StoreError>)> = JoinSet::new();
    let mut under_way: HashSet<(String, String)> = HashSet::new();
    let mut resting: HashMap<(String, String), Instant> = HashMap::new();
    loop {
        let pipeline = loops.pipeline();
        resting.retain(|_, until| *until > Instant::now());
        let next = match pipeline
            .due_deliveries(DELIVERIES + under_way.len() + resting.len())
            .await
        {
            Ok((due, next)) => {
                for delivery in due {
                    let address = (delivery.channel.clone(), delivery.recipient.clone());
                    if under_way.len() >= DELIVERIES
                        || resting.contains_key(&address)
                        || !under_way.insert(address.clone())
                    {
                        continue;
                    }
                    let pipeline = Arc::clone(&pipeline);
                    tasks.spawn(
                        async move { (address, pipeline.deliver(&delivery).await.map(drop)) },
                    );
                }
                next
            }
            Err(error) => {
                tracing::error!("cannot ask the store what is to be sent: {error}");
                None
            }
        };
        let Some(ended) = loops.rest(&mut tasks, pipeline.now(), next).await else {
            break;
        };
        for (address, result) in ended {
            under_way.remove(&address);
            if let Err(error) = result {
                tracing::error!(
                    channel = address.0,
                    "delivery could not be stored, next try in a minute: {error}"
                );
                resting.insert(address, Instant::now() + STORE_REST);
            }
        }
    }
    while tasks.join_next().await.is_some() {}
}

/// Looks for trends among what has come in, and forgets what need not be kept.
pub(super) async fn upkeep(mut loops: Loops) {
    let mut tasks: JoinSet<()> = JoinSet::new();
    let (mut trends_at, mut retain_at) = (Instant::now() + TRENDS, Instant::now() + RETAIN);
    let mut polish_at = Instant::now() + POLISH;
    let mut rules_at = Instant::now() + RULES;
    loop {
        let pipeline = loops.pipeline();
        if Instant::now() >= trends_at {
            trends_at = Instant::now() + TRENDS;
            if let Err(error) = pipeline.watch_trends().await {
                tracing::error!("trends could not be stored, will be looked for again: {error}");
            }
            if let Err(error) = pipeline.watch_topics().await {
                tracing::error!("topics could not be looked at, will be tried again: {error}");
            }
        }
        if let Err(error) = pipeline.fill_topics().await {
            tracing::error!(
                "a new topic's history could not be matched, will be tried again: {error}"
            );
        }
        // one at a time, and beside all else: an endpoint may be slow
        if Instant::now() >= polish_at && tasks.is_empty() {
            polish_at = Instant::now() + POLISH;
            let pipeline = Arc::clone(&pipeline);
            tasks.spawn(async move {
                if let Err(error) = pipeline.polish().await {
                    tracing::error!("an assistant's words could not be stored: {error}");
                }
            });
        }
        if Instant::now() >= rules_at {
            rules_at = Instant::now() + RULES;
            if let Err(error) = pipeline.watch_rules().await {
                tracing::error!("stale facts could not be stored, will be tried again: {error}");
            }
        }
        if Instant::now() >= retain_at {
            retain_at = Instant::now() + RETAIN;
            if let Err(error) = pipeline.retain().await {
                tracing::error!("old rows could not be dropped, will be tried again: {error}");
            }
        }
        if loops.rest(&mut tasks, pipeline.now(), None).await.is_none() {
            break;
        }
    }
}
