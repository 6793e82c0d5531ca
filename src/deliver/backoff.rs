//! When to try again: exponential backoff whose jitter comes from the delivery's id, so that the
//! same outbox always gives the same plan.

use std::time::Duration;

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// How long to wait after `attempts` failed attempts: `base · 2^(attempts−1)`, at most `cap`, of
/// which a part between half and all is taken ("equal jitter") as `id` and `attempts` decide.
///
/// A wait that the receiver asked for (`Retry-After`) is the caller's to respect: take the longer.
pub fn retry_delay(attempts: u32, base: Duration, cap: Duration, id: &str) -> Duration {
    let doublings = attempts.saturating_sub(1).min(31);
    let full = base.saturating_mul(1 << doublings).min(cap);
    let part = xxh3_64_with_seed(id.as_bytes(), u64::from(attempts)) >> 32;
    let share = 0.5 + part as f64 / f64::from(u32::MAX) / 2.0;
    full.mul_f64(share).min(cap)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::DeliverySettings;

    proptest! {
        #[test]
        fn stays_between_half_the_step_and_the_cap(
            attempts in 0_u32..200, base in 1_u64..100_000, cap in 1_u64..10_000_000, id in ".{0,20}",
        ) {
            let (base, cap) = (Duration::from_millis(base), Duration::from_millis(cap));
            let delay = retry_delay(attempts, base, cap, &id);
            let step = base.saturating_mul(1 << attempts.saturating_sub(1).min(31)).min(cap);
            prop_assert!(delay <= step);
            prop_assert!(delay + Duration::from_micros(1) >= step / 2);
            prop_assert_eq!(delay, retry_delay(attempts, base, cap, &id));
        }
    }

    proptest! {
        /// A channel that is down for a day costs no message a person's retry.
        #[test]
        fn the_default_attempts_outlast_a_day(id in "msg_[0-9a-f]{32}") {
            let settings = DeliverySettings::default();
            let wait = |n| retry_delay(n, settings.retry_base, settings.retry_cap, &id);
            let all: Duration = (1..settings.attempts).map(wait).sum();
            prop_assert!(all > Duration::from_hours(24), "{all:?}");
        }
    }

    #[test]
    fn two_deliveries_do_not_retry_in_step() {
        let wait = |id| retry_delay(3, Duration::from_mins(1), Duration::from_hours(1), id);
        assert_ne!(wait("msg_a"), wait("msg_b"));
    }
}
