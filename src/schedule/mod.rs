//! Says when each source is polled next, and which are due now. Pure: state and now in, times out.
//!
//! - **Jitter** is a function of the source's id, so 1,000 hourly sources spread over minutes and a
//!   restart does not shuffle them.
//! - **Missed runs** (sleep, downtime) run once: a source has one next time, and the one after it is
//!   reckoned from now, not from the missed one.
//! - **Failures** wait exponentially longer, up to a cap; `Retry-After` is always obeyed; a failure
//!   that cannot pass by itself is not tried sooner than the source's own schedule.
//! - **The feed's own wishes** (`ttl`, `sy:*`, `skipHours`, `skipDays`) can only make polling rarer,
//!   and by at most [`LONGEST_WISH`].

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use xxhash_rust::xxh3::xxh3_64;

use crate::model::{Cadence, Hints, Source, SourceId, SourceState};

/// A feed's wish to be polled rarely is followed up to this interval.
pub const LONGEST_WISH: Duration = Duration::from_hours(6);
/// A source met for the first time is polled within this time.
const FIRST_SPREAD: Duration = Duration::from_secs(20);

/// A second reading is never nearer to the first than this.
const SECOND_READING_GAP: Duration = Duration::from_secs(30);

/// How polls are spread and failures waited out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Longest shift of a cron time, chosen by the source's id.
    pub jitter: Duration,
    /// Wait after the first failure.
    pub backoff_base: Duration,
    /// Longest wait after failures.
    pub backoff_cap: Duration,
}

/// How the poll just finished ended, as far as planning the next one goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It brought or confirmed content.
    Fine,
    /// It failed in a way that may pass.
    Failed,
    /// It failed in a way that will not pass by itself (denied, robots.txt, 404).
    FailedForGood,
}

/// When a source met for the first time is polled: soon, but not all at once.
pub fn first_poll(source: &Source, now: Timestamp) -> Timestamp {
    now.saturating_add(share_of(&source.id, FIRST_SPREAD))
        .unwrap_or(now)
}

/// When a source is polled next; `state` is as after the poll just finished (its `failures`,
/// `retry_after` and `hints` count). Always later than `now`.
pub fn next_poll(
    source: &Source,
    state: &SourceState,
    ended: Ended,
    now: Timestamp,
    pace: &Pace,
) -> Timestamp {
    let regular = regular(source, now, pace);
    let mut next = match ended {
        Ended::Fine => wished(&source.id, regular, &state.hints, now),
        Ended::Failed => after(now, backoff(source, state.failures, pace)),
        Ended::FailedForGood => regular.max(after(now, backoff(source, state.failures, pace))),
    };
    if let Some(wait) = state.retry_after {
        next = next.max(after(now, wait));
    }
    next
}

/// Sources that are due at `now`, longest waiting first. A source without a plan is due.
pub fn due<'a>(
    sources: &'a [Arc<Source>],
    states: &HashMap<SourceId, SourceState, impl BuildHasher>,
    now: Timestamp,
) -> Vec<&'a Arc<Source>> {
    let planned = |source: &Source| {
        states
            .get(&source.id)
            .and_then(|state| state.next_poll_at)
            .unwrap_or(Timestamp::MIN)
    };
    let mut due: Vec<_> = sources
        .iter()
        .filter(|s| s.enabled && planned(s) <= now)
        .collect();
    due.sort_by_key(|source| (planned(source), source.id.clone()));
    due
}

/// How long a second reading is waited for: `after`, and up to a half more by the source's id, so that
/// pages of one site that changed together are not read again together. Zero stays zero.
pub fn second_reading(id: &SourceId, after: Duration) -> SignedDuration {
    let wait = after + share_of(id, after / 2);
    SignedDuration::try_from(wait.min(after.saturating_mul(2))).unwrap_or(SignedDuration::MAX)
}

/// The next poll of a source of which a change waits for a second reading at `due`: no later than
/// that, but never at once.
pub fn with_second_reading(
    source: &Source,
    regular: Timestamp,
    due: Timestamp,
    now: Timestamp,
) -> Timestamp {
    // a reading asked for by hand may have come just before it is due
    let soonest = after(
        now,
        SECOND_READING_GAP + share_of(&source.id, SECOND_READING_GAP),
    );
    regular.min(due.max(soonest))
}

fn regular(source: &Source, now: Timestamp, pace: &Pace) -> Timestamp {
    let phase = match source.cadence {
        Cadence::Every(every) => share_of(&source.id, every),
        Cadence::Cron(_) | Cadence::Instant => Duration::ZERO,
    };
    let due = |from| source.cadence.next_after(from, &source.zone, phase);
    let Some(at) = due(now) else {
        return Timestamp::MAX;
    };
    if matches!(source.cadence, Cadence::Every(_)) {
        return at;
    }
    // a quarter of the gap at most, so that jitter never reorders a source's own runs
    let gap = due(at).map_or(pace.jitter, |then| then.duration_since(at).unsigned_abs());
    after(at, share_of(&source.id, pace.jitter.min(gap / 4)))
}

fn backoff(source: &Source, failures: u32, pace: &Pace) -> Duration {
    let doubled = pace
        .backoff_base
        .saturating_mul(1 << failures.saturating_sub(1).min(20));
    let wait = doubled.min(pace.backoff_cap);
    // a tenth apart, so that sources of one dead host do not come back together
    wait + share_of(&source.id, wait / 10)
}

fn wished(id: &SourceId, regular: Timestamp, hints: &Hints, now: Timestamp) -> Timestamp {
    let rarer = hints
        .min_interval
        .map_or(now, |wish| after(now, wish.min(LONGEST_WISH)));
    let wanted = regular.max(rarer);
    let latest = after(now, LONGEST_WISH).max(wanted);
    let skipped = |at: Timestamp| {
        let wall = TimeZone::UTC.to_datetime(at);
        hints.skip_hours.contains(&wall.hour().unsigned_abs())
            || hints
                .skip_days
                .contains(&wall.weekday().to_monday_one_offset().unsigned_abs())
    };
    let mut at = wanted;
    while skipped(at) && at < latest {
        let next_hour = (at.as_second().div_euclid(3600) + 1) * 3600;
        let Ok(hour) = Timestamp::from_second(next_hour) else {
            break;
        };
        at = after(hour, share_of(id, Duration::from_mins(10)));
    }
    at.min(latest)
}

/// A source's own share of a span: the same on every machine and after every restart.
fn share_of(id: &SourceId, span: Duration) -> Duration {
    let span_ms = span.as_millis().min(u128::from(u64::MAX)) as u64;
    Duration::from_millis(xxh3_64(id.as_str().as_bytes()) % span_ms.max(1))
}

fn after(now: Timestamp, wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
