//! Wall time as a value that can be handed in, so that tests and replay own it.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};

/// Where wall time comes from. Waits come from `tokio::time`, never from here.
pub trait Clock: Send + Sync {
    /// The present instant, UTC.
    fn now(&self) -> Timestamp;
}

/// The machine's clock. The one place in the crate that reads it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that moves only when told to: replay and tests.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock standing at `start`.
    pub fn new(start: Timestamp) -> Self {
        Self(Mutex::new(start))
    }

    /// Moves the clock to `at`.
    pub fn set(&self, at: Timestamp) {
        *self.lock() = at;
    }

    /// Moves the clock on by `step`, stopping at the end of representable time.
    pub fn advance(&self, step: SignedDuration) {
        let mut now = self.lock();
        *now = now.saturating_add(step).unwrap_or(Timestamp::MAX);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Timestamp> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.lock()
    }
}
