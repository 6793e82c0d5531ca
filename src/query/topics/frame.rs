//! The hours of a window: which were watched, what was said in each, and how two spans compare.

use jiff::Timestamp;

use crate::store::{Reader, StoreError, TopicNo, hour_of};

/// Days that are compared with as many before: the most that have been watched.
const CHANGE_DAYS: [u32; 3] = [7, 3, 1];

/// Some hours up to now, and which of them were watched.
pub(super) struct Frame {
    pub(super) from: i64,
    pub(super) to: i64,
    watched: Vec<i64>,
}

impl Frame {
    pub(super) fn new(reader: &Reader, now: Timestamp, hours: i64) -> Result<Self, StoreError> {
        let to = hour_of(now);
        let from = to - hours.max(1) + 1;
        Ok(Self {
            from,
            to,
            watched: reader.watched_hours(from, to)?,
        })
    }

    /// Whether each of its hours was watched.
    pub(super) fn is_watched(&self) -> Vec<bool> {
        let watched = |hour: i64| self.watched.binary_search(&hour).is_ok();
        (self.from..=self.to).map(watched).collect()
    }

    /// Mentions of each of its hours; `None` for unknown.
    pub(super) fn said(
        &self,
        reader: &Reader,
        topic: Option<TopicNo>,
    ) -> Result<Vec<Option<u32>>, StoreError> {
        let mut said: Vec<Option<u32>> = (self.from..=self.to)
            .map(|hour| self.watched.binary_search(&hour).is_ok().then_some(0))
            .collect();
        let Some(topic) = topic else {
            return Ok(vec![None; said.len()]);
        };
        for volume in reader.topic_hours(topic, self.from, self.to)? {
            let at = usize::try_from(volume.hour - self.from).ok();
            if let Some(slot) = at.and_then(|at| said.get_mut(at)) {
                *slot = Some(volume.mentions);
            }
        }
        Ok(said)
    }
}

/// Mentions an hour of the last days and of as many before, over the most days of which most hours are
/// known on both sides.
pub(super) fn compare(said: &[Option<u32>], watched: &[bool]) -> Option<(u32, f64, f64)> {
    let mostly = |hours: &[bool]| hours.iter().filter(|known| **known).count() * 2 > hours.len();
    CHANGE_DAYS.into_iter().find_map(|days| {
        let hours = days as usize * 24;
        let (middle, start) = (
            said.len().checked_sub(hours)?,
            said.len().checked_sub(2 * hours)?,
        );
        let (now, before) = (middle..said.len(), start..middle);
        (mostly(&watched[now.clone()]) && mostly(&watched[before.clone()])).then(|| {
            let of = |part: std::ops::Range<usize>| rate(&said[part.clone()], &watched[part]);
            (days, of(now), of(before))
        })
    })
}

/// Mentions per watched hour.
fn rate(said: &[Option<u32>], watched: &[bool]) -> f64 {
    let known = said.iter().zip(watched).filter(|(_, watched)| **watched);
    let (mut sum, mut hours) = (0.0, 0.0);
    for (said, _) in known {
        sum += f64::from(said.unwrap_or(0));
        hours += 1.0;
    }
    if hours > 0.0 { sum / hours } else { 0.0 }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// Hours of two weeks of which the last so many days are watched.
    fn frame(days: i64) -> Frame {
        let (from, to) = (0, 14 * 24 - 1);
        let watched = (to - days * 24 + 1..=to).collect();
        Frame { from, to, watched }
    }

    #[test]
    fn change_is_said_once_as_long_a_time_before_is_known() {
        let mut said = vec![None; 14 * 24];
        for (hour, said) in said.iter_mut().enumerate().skip(14 * 24 - 96) {
            *said = Some(u32::from(hour % 12 == 0) + u32::from(hour >= 14 * 24 - 24));
        }
        let days = |watch: &Frame| compare(&said, &watch.is_watched()).map(|found| found.0);
        assert_eq!(days(&frame(1)), None, "a day, and nothing before it");
        assert_eq!(days(&frame(2)), Some(1));
        assert_eq!(days(&frame(6)), Some(3));
        assert_eq!(days(&frame(14)), Some(7));
        let (_, now, before) = compare(&said, &frame(2).is_watched()).unwrap();
        assert!((now / before - 13.0).abs() < 1e-9, "{now} {before}");
    }
}
