//! robots.txt (RFC 9309): read once a day per origin, and obeyed.
//!
//! A file that does not exist (4xx) or that hides behind endless redirects allows everything. One
//! that cannot be reached forbids everything for now: the page fails as the file did, and may pass
//! later. If an older copy is known, that stays in force meanwhile. `Crawl-delay` is honoured up to
//! a cap. Only pages ask; feeds and APIs are made for programs.
//!
//! The cache is bounded in entries and in bytes; the rules that expire first go first.

mod rules;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use robotxt::{BYTE_LIMIT, Robots};
use tokio::time::Instant;
use url::Url;

use super::explain::{failure, host, status};
use super::headers::plain;
use super::network::{Excess, Network, Visit, admit};
use super::trail::Trail;
use crate::model::{FailureKind, FetchFailure, FetchLimits};

/// Redirects that RFC 9309 §2.3.1.2 asks to follow.
const MAX_HOPS: u8 = 5;
/// A file that could not be read is tried again after this.
const RETRY: Duration = Duration::from_mins(5);
/// Most origins remembered.
const MAX_ENTRIES: usize = 1024;
/// Most bytes of robots.txt remembered.
const MAX_BYTES: usize = 16 << 20;

/// What robots.txt files said.
pub(super) struct RobotsCache {
    ttl: Duration,
    slots: Mutex<HashMap<Key, Arc<Slot>>>,
}

/// Origin, and whether private addresses were allowed when it was asked.
type Key = (String, bool);

/// Locked while the file is fetched, so that an origin is asked once.
type Slot = tokio::sync::Mutex<Known>;

#[derive(Default)]
struct Known {
    rules: Option<Arc<Robots>>,
    bytes: usize,
    fault: Option<FetchFailure>,
    until: Option<Instant>,
}

impl RobotsCache {
    pub(super) fn new(ttl: Duration) -> Self {
        Self {
            ttl,
            slots: Mutex::default(),
        }
    }

    /// The rules of the URL's origin, fetched if they are not known. No turn may be held meanwhile.
    pub(super) async fn rules(
        &self,
        network: &Network,
        visit: &mut Visit,
        url: &Url,
    ) -> Result<Arc<Robots>, FetchFailure> {
        let slot = self.slot((url.origin().ascii_serialization(), visit.private));
        let mut known = slot.lock().await;
        if known.until.is_none_or(|until| until <= Instant::now()) {
            match read(network, visit, url).await {
                Ok((rules, bytes)) => {
                    known.rules = Some(Arc::new(rules));
                    known.bytes = bytes;
                    known.fault = None;
                    known.until = Some(Instant::now() + self.ttl);
                }
                // the gate knows how long, and answers as quickly as we could
                Err(fault) if fault.kind == FailureKind::RateLimited && known.rules.is_none() => {
                    return Err(fault);
                }
                Err(fault) => {
                    known.fault = Some(fault);
                    known.until = Some(Instant::now() + RETRY.min(self.ttl));
                }
            }
        }
        let answer = match (&known.rules, &known.fault) {
            (Some(rules), _) => Ok(Arc::clone(rules)),
            (None, Some(fault)) => Err(fault.clone()),
            (None, None) => Ok(Arc::new(Robots::allow_all())),
        };
        drop(known);
        answer
    }

    fn slot(&self, key: Key) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if !slots.contains_key(&key) {
            evict(&mut slots, MAX_ENTRIES - 1, MAX_BYTES);
        }
        Arc::clone(slots.entry(key).or_default())
    }
}

/// Forgets what expires first until what is left fits. Slots in use are kept.
fn evict(slots: &mut HashMap<Key, Arc<Slot>>, entries: usize, bytes: usize) {
    let mut idle: Vec<_> = slots
        .iter()
        .filter_map(|(key, slot)| {
            let known = slot.try_lock().ok()?;
            Some((known.until, known.bytes, key.clone()))
        })
        .collect();
    let mut total: usize = idle.iter().map(|(_, bytes, _)| bytes).sum();
    idle.sort_unstable_by_key(|(until, ..)| *until);
    for (_, weight, key) in idle {
        if slots.len() <= entries && total <= bytes {
            break;
        }
        total -= weight;
        slots.remove(&key);
    }
}

/// The pause that the rules ask for.
pub(super) fn delay(rules: &Robots) -> Duration {
    rules::delay(rules)
}

/// Do the rules let us have this page?
pub(super) fn check(rules: &Robots, url: &Url) -> Result<(), FetchFailure> {
    let Some(rule) = rules::forbidding(rules, url) else {
        return Ok(());
    };
    let message = format!(
        "{}: robots.txt forbids {} (rule `{rule}`); if the owner allows it, set `obey_robots = false` on the source",
        host(url),
        url.path()
    );
    Err(failure(FailureKind::Robots, message))
}

/// Fetches and reads the file; how many bytes it had.
async fn read(
    network: &Network,
    visit: &mut Visit,
    url: &Url,
) -> Result<(Robots, usize), FetchFailure> {
    let everything = Ok((Robots::allow_all(), 0));
    let Ok(start) = robotxt::robots_url(url) else {
        return everything;
    };
    let limits = visit.limits;
    visit.limits = FetchLimits {
        max_body: BYTE_LIMIT as u64 + 1,
        ..limits
    };
    let file = fetch(network, visit, &start).await;
    visit.limits = limits;
    match file {
        Ok(body) => Ok((rules::parse(&body), body.len())),
        Err(fault) => match (fault.kind, fault.status) {
            (FailureKind::Redirects, _) | (FailureKind::Status, Some(400..=499)) => everything,
            (FailureKind::RateLimited | FailureKind::Denied, _) => Err(fault),
            _ => {
                let host = host(url);
                let why = fault.message.strip_prefix(host).unwrap_or(&fault.message);
                let why = why.trim_start_matches(": ");
                let message = format!(
                    "{host}: its robots.txt cannot be read, so its pages are left alone for now ({why})"
                );
                Err(FetchFailure { message, ..fault })
            }
        },
    }
}

async fn fetch(network: &Network, visit: &mut Visit, start: &Url) -> Result<Vec<u8>, FetchFailure> {
    let mut trail = Trail::new(start);
    loop {
        let here = trail.here().clone();
        admit(&here, visit.private)?;
        let turn = network.turn(&here, Duration::ZERO).await?;
        let answer = network.ask(visit, &turn, &here, plain()).await?;
        if let Some(location) = answer.location() {
            trail.follow(answer.status(), location, MAX_HOPS)?;
        } else if (200..300).contains(&answer.status()) {
            return answer.body(visit, &here, Excess::IsCut).await;
        } else {
            return Err(status(&here, answer.status()));
        }
    }
}

#[cfg(test)]
mod tests;
