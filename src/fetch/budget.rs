//! The time that one fetch may still spend. Work counts, waiting for a host's turn does not.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout};

/// What is left of a fetch's total time.
#[derive(Debug)]
pub(super) struct Budget {
    total: Duration,
    left: Duration,
}

/// Time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expired {
    /// The phase took longer than this.
    Phase(Duration),
    /// The fetch as a whole took longer than this.
    Total(Duration),
}

impl Budget {
    /// A budget of `total`.
    pub(super) fn new(total: Duration) -> Self {
        Self { total, left: total }
    }

    /// Does `work` for at most `most`, and at most for what is left.
    pub(super) async fn spend<T>(
        &mut self,
        most: Duration,
        work: impl Future<Output = T>,
    ) -> Result<T, Expired> {
        // `timeout` looks at the work first: bytes that are always there would never time out
        if self.left.is_zero() {
            return Err(Expired::Total(self.total));
        }
        let begun = Instant::now();
        let done = timeout(most.min(self.left), work).await;
        let by_total = self.left <= most;
        self.left = self.left.saturating_sub(begun.elapsed());
        done.map_err(|_| {
            if by_total {
                Expired::Total(self.total)
            } else {
                Expired::Phase(most)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn work_is_cut_by_phase_and_by_total_and_pauses_are_free() {
        let seconds = Duration::from_secs;
        let mut budget = Budget::new(seconds(10));
        assert_eq!(budget.spend(seconds(4), async { 7 }).await, Ok(7));
        let slow = budget.spend(seconds(4), sleep(seconds(99))).await;
        assert_eq!(slow, Err(Expired::Phase(seconds(4))));
        sleep(seconds(1000)).await;
        assert_eq!(budget.spend(seconds(4), sleep(seconds(3))).await, Ok(()));
        let last = budget.spend(seconds(4), sleep(seconds(4))).await;
        assert_eq!(last, Err(Expired::Total(seconds(10))));
        let ready = budget.spend(seconds(4), async { 7 }).await;
        assert_eq!(ready, Err(Expired::Total(seconds(10))));
    }
}
