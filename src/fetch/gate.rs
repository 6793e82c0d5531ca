//! Whose turn it is: one request at a time per host, with a pause between, and silence when a host
//! asks for it.
//!
//! A host is a name and a port. Its sources queue in the order they came; a [`Turn`] is held from
//! the request to the last byte of its answer, and the pause begins when it is dropped. A host that
//! answers 429 or `Retry-After` is held for all its sources: short holds are waited out in the
//! queue, longer ones are told at once as [`Held`], so that nobody waits for hours inside a fetch.
//!
//! Waits are measured with `tokio::time`. Records of hosts at rest are swept out as others come, so
//! memory follows the hosts in use and not the years.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};
use url::Url;

/// Holds up to this long are waited out.
const PATIENCE: Duration = Duration::from_mins(1);
/// First hold of a host that says 429 and not for how long; doubles each time in a row.
const FIRST_HOLD: Duration = Duration::from_mins(1);
/// The hold stops doubling here.
const MAX_DOUBLINGS: u32 = 6;
/// Records are first swept at this many hosts.
const SWEEP_FROM: usize = 64;

/// The host asked to be left alone for this much longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held(pub(super) Duration);

/// All hosts that are in use.
pub(super) struct Gates {
    table: Mutex<Table>,
}

struct Table {
    hosts: HashMap<String, Arc<Host>>,
    sweep_at: usize,
}

struct Host {
    turn: Arc<Semaphore>,
    rest: Mutex<Rest>,
}

struct Rest {
    /// The pause after the last request ends here.
    free_at: Instant,
    /// The host wants no request before this.
    held_until: Instant,
    /// 429 in a row without a word on how long.
    strikes: u32,
}

impl Gates {
    pub(super) fn new() -> Self {
        Self {
            table: Mutex::new(Table {
                hosts: HashMap::new(),
                sweep_at: SWEEP_FROM,
            }),
        }
    }

    /// Waits for the host of `url` to be free. `gap` is the pause to leave after this turn.
    pub(super) async fn turn(&self, url: &Url, gap: Duration) -> Result<Turn, Held> {
        let host = self.host(url);
        host.check_hold()?;
        let Ok(permit) = Arc::clone(&host.turn).acquire_owned().await else {
            unreachable!("a host's semaphore is never closed")
        };
        host.wait().await?;
        Ok(Turn {
            host,
            gap,
            _permit: permit,
        })
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        let port = url.port_or_known_default().unwrap_or_default();
        let key = format!("{}:{port}", url.host_str().unwrap_or_default());
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if table.hosts.len() >= table.sweep_at {
            let now = Instant::now();
            // a record that someone holds is in use; locking it only when nobody does cannot wait
            table
                .hosts
                .retain(|_, host| Arc::strong_count(host) > 1 || !host.rest().is_over(now));
            table.sweep_at = (table.hosts.len() * 2).max(SWEEP_FROM);
        }
        Arc::clone(table.hosts.entry(key).or_insert_with(Host::new))
    }
}

impl Host {
    fn new() -> Arc<Self> {
        let now = Instant::now();
        Arc::new(Self {
            turn: Arc::new(Semaphore::new(1)),
            rest: Mutex::new(Rest {
                free_at: now,
                held_until: now,
                strikes: 0,
            }),
        })
    }

    fn rest(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_hold(&self) -> Result<(), Held> {
        let left = self
            .rest()
            .held_until
            .saturating_duration_since(Instant::now());
        if left > PATIENCE {
            Err(Held(left))
        } else {
            Ok(())
        }
    }

    async fn wait(&self) -> Result<(), Held> {
        self.check_hold()?;
        let until = {
            let rest = self.rest();
            rest.free_at.max(rest.held_until)
        };
        sleep_until(until).await;
        Ok(())
    }
}

impl Rest {
    fn is_over(&self, now: Instant) -> bool {
        self.free_at <= now && self.held_until <= now
    }
}

/// The right to make one request to a host. The pause begins when it is dropped.
pub(super) struct Turn {
    host: Arc<Host>,
    gap: Duration,
    _permit: OwnedSemaphorePermit,
}

impl Turn {
    /// Waits out the pause for another request of the same fetch, without queueing anew.
    pub(super) async fn again(&mut self) -> Result<(), Held> {
        self.rest();
        self.host.wait().await
    }

    /// The host wants to be left alone: for `asked`, or for longer each time if it did not say.
    /// Returns for how long.
    pub(super) fn hold(&self, asked: Option<Duration>) -> Duration {
        let mut rest = self.host.rest();
        let wait = asked.unwrap_or_else(|| FIRST_HOLD * 2u32.pow(rest.strikes.min(MAX_DOUBLINGS)));
        if asked.is_none() {
            rest.strikes += 1;
        }
        rest.held_until = rest.held_until.max(Instant::now() + wait);
        wait
    }

    /// The host answered as usual.
    pub(super) fn relieve(&self) {
        self.host.rest().strikes = 0;
    }

    fn rest(&self) {
        self.host.rest().free_at = Instant::now() + self.gap;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.rest();
    }
}

#[cfg(test)]
mod tests;
