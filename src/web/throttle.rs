//! A token bucket: so many requests at once, and so many a second in the long run.

use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

/// How many requests are answered.
pub(super) struct Throttle {
    burst: f64,
    per_second: f64,
    state: Mutex<(f64, Instant)>,
}

impl Throttle {
    /// A full bucket.
    pub(super) fn new(burst: u32, per_second: u32) -> Self {
        let burst = f64::from(burst);
        Self {
            burst,
            per_second: f64::from(per_second),
            state: Mutex::new((burst, Instant::now())),
        }
    }

    /// May one more be answered now?
    pub(super) fn take(&self) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let gained = now.duration_since(state.1).as_secs_f64() * self.per_second;
        *state = ((state.0 + gained).min(self.burst), now);
        if state.0 < 1.0 {
            return false;
        }
        state.0 -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_and_then_so_many_a_second() {
        let throttle = Throttle::new(3, 2);
        assert_eq!((0..9).filter(|_| throttle.take()).count(), 3);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!((0..9).filter(|_| throttle.take()).count(), 2);
        tokio::time::advance(Duration::from_hours(1)).await;
        assert_eq!((0..9).filter(|_| throttle.take()).count(), 3);
    }
}
