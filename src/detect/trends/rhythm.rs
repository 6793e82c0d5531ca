//! How much is usually said at each hour of the week: a night is no fading, a morning no rise.
//!
//! Counts items by hour of the week, in the hours of UTC, and forgets slowly. An hour of the week that
//! was rarely seen is judged by the same hour of other days, and a new stream is taken to be even.

use serde::{Deserialize, Serialize};

const DAY: usize = 24;
const WEEK: usize = 7 * DAY;
const HOUR: i64 = 3_600;
/// Weeks after which what was counted of an hour is halved.
const FORGET: f32 = 8.0;
/// Bounds of what the rhythm may explain.
const MOST: f64 = 4.0;

/// Items by hour of the week.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Rhythm {
    /// Items, and how often the hour came.
    hours: Vec<(f32, f32)>,
    /// The latest hour that was counted, from the epoch.
    latest: Option<i64>,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            hours: vec![(0.0, 0.0); WEEK],
            latest: None,
        }
    }
}

impl Rhythm {
    /// Counts an item.
    pub(super) fn count(&mut self, at: i64) {
        let hour = at.div_euclid(HOUR);
        let latest = *self.latest.get_or_insert(hour - 1);
        // hours in which nothing was said count too; a longer silence says nothing about the week
        for passed in (hour - WEEK as i64).max(latest) + 1..=hour {
            let slot = self.slot(passed);
            slot.1 += 1.0;
            if slot.1 > FORGET {
                *slot = (slot.0 / 2.0, slot.1 / 2.0);
            }
        }
        self.latest = Some(latest.max(hour));
        self.slot(hour).0 += 1.0;
    }

    /// How many times more is usually said in one span than in another of the same length.
    pub(super) fn ratio(&self, this: (i64, i64), other: (i64, i64)) -> f64 {
        let (this, other) = (self.usual(this), self.usual(other));
        if other <= 0.0 || this <= 0.0 {
            return 1.0;
        }
        (this / other).clamp(1.0 / MOST, MOST)
    }

    /// Items usually said after one time and up to another.
    fn usual(&self, (after, until): (i64, i64)) -> f64 {
        (after.div_euclid(HOUR) + 1..=until.div_euclid(HOUR))
            .take(WEEK)
            .map(|hour| f64::from(self.rate(hour)))
            .sum()
    }

    /// Items usually said in an hour: of this hour of the week, shrunk to that of any day, and that to all.
    fn rate(&self, hour: i64) -> f32 {
        let sum = |hours: &mut dyn Iterator<Item = &(f32, f32)>| {
            hours.fold((0.0, 0.0), |sum: (f32, f32), hour| {
                (sum.0 + hour.0, sum.1 + hour.1)
            })
        };
        let at = hour.rem_euclid(WEEK as i64) as usize;
        let all = sum(&mut self.hours.iter());
        let mean = all.0 / all.1.max(1.0);
        let days = sum(&mut self.hours.iter().skip(at % DAY).step_by(DAY));
        let day = (days.0 + mean) / (days.1 + 1.0);
        let own = self.hours.get(at).copied().unwrap_or_default();
        (own.0 + day) / (own.1 + 1.0)
    }

    fn slot(&mut self, hour: i64) -> &mut (f32, f32) {
        // a saved state may lack hours
        self.hours.resize(WEEK, (0.0, 0.0));
        &mut self.hours[hour.rem_euclid(WEEK as i64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Monday's midnight, in hours.
    const MONDAY: i64 = 20_514 * 24;

    fn ratio(rhythm: &Rhythm, this: i64, other: i64) -> f64 {
        let span = |from: i64| ((MONDAY + from) * HOUR - 1, (MONDAY + from + 6) * HOUR - 1);
        rhythm.ratio(span(this), span(other))
    }

    #[test]
    fn a_quiet_night_is_usual_and_a_sunday_too() {
        let mut rhythm = Rhythm::default();
        assert!(
            (ratio(&rhythm, 0, 6) - 1.0).abs() < 1e-9,
            "nothing is known"
        );
        for hour in -21 * 24..0_i64 {
            let (sunday, night) = (hour.rem_euclid(168) >= 144, hour.rem_euclid(24) < 6);
            let many = match (sunday, night) {
                (_, true) => 2,
                (true, false) => 4,
                (false, false) => 12,
            };
            for n in 0..many {
                rhythm.count((MONDAY + hour) * HOUR + n * 60);
            }
        }
        assert!(ratio(&rhythm, 0, -6) < 0.7, "a night after a quiet day");
        assert!((0.2..0.3).contains(&ratio(&rhythm, 24, 18)), "a night");
        assert!(ratio(&rhythm, 6, 0) > 3.0, "a morning");
        let sunday = ratio(&rhythm, 6 * 24 + 12, 5 * 24 + 12);
        assert!(
            (0.3..0.6).contains(&sunday),
            "sunday against saturday: {sunday}"
        );
        assert!((ratio(&rhythm, 12, 36) - 1.0).abs() < 0.1, "two workdays");
    }

    #[test]
    fn jumps_and_late_items_stay_bounded() {
        let mut rhythm = Rhythm::default();
        for at in [0, i64::MAX / 4, 5, -40, i64::MAX / 4 + 9] {
            rhythm.count(at);
        }
        assert!(rhythm.ratio((0, HOUR), (HOUR, 2 * HOUR)).is_finite());
    }
}
