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
/// How much of a usual hour an hour may be, at least and at most: bounds of what the rhythm may explain.
const BOUNDS: (f64, f64) = (0.25, 2.0);
/// Hours whose length is known back from a time; those before are as usual.
const LOOK: i64 = 96;

/// Items by hour of the week.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Rhythm {
    /// Items, and how often the hour came.
    hours: Vec<(f32, f32)>,
    /// The latest hour that was counted, from the epoch.
    latest: Option<i64>,
}

/// Time back from a moment in usual hours: of a night's hours several make one, so that what comes
/// evenly in them comes evenly.
#[derive(Debug, Clone)]
pub(super) struct Ago {
    /// The moment and the full hours before it, each with how many usual hours ago it was.
    marks: Vec<(i64, f64)>,
}

impl Ago {
    /// How many usual hours ago a time was; 0 for what is to come.
    pub(super) fn hours(&self, at: i64) -> f64 {
        let later = self.marks.partition_point(|mark| mark.0 > at);
        let Some(before) = later.checked_sub(1) else {
            return 0.0;
        };
        let (from, sum) = self.marks[before];
        let seconds = (from - at) as f64;
        sum + seconds * self.rate_before(before)
    }

    /// When it was so many usual hours ago.
    pub(super) fn at(&self, hours: f64) -> i64 {
        let later = self.marks.partition_point(|mark| mark.1 < hours);
        let before = later.saturating_sub(1);
        let (from, sum) = self.marks[before];
        from - ((hours - sum).max(0.0) / self.rate_before(before)) as i64
    }

    /// Usual hours in a second before a mark.
    fn rate_before(&self, mark: usize) -> f64 {
        let (from, sum) = self.marks[mark];
        match self.marks.get(mark + 1) {
            Some((to, more)) => (more - sum) / (from - to) as f64,
            None => 1.0 / HOUR as f64,
        }
    }
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

    /// Time back from a moment, by what is usually said in its hours.
    pub(super) fn before(&self, now: i64) -> Ago {
        let mean = self.mean();
        let mut marks = vec![(now, 0.0)];
        let (mut from, mut sum) = (now, 0.0);
        for hour in (now.div_euclid(HOUR) - LOOK..=now.div_euclid(HOUR)).rev() {
            let begin = hour * HOUR;
            if begin == from {
                continue;
            }
            let rate = if mean > 0.0 {
                // a few night owls foretell no morning
                f64::from(self.rate(hour, mean) / mean).clamp(BOUNDS.0, BOUNDS.1)
            } else {
                1.0
            };
            sum += rate * (from - begin) as f64 / HOUR as f64;
            from = begin;
            marks.push((from, sum));
        }
        Ago { marks }
    }

    /// Items said in an hour of any day.
    fn mean(&self) -> f32 {
        let all = self.hours.iter().fold((0.0, 0.0), |sum: (f32, f32), hour| {
            (sum.0 + hour.0, sum.1 + hour.1)
        });
        all.0 / all.1.max(1.0)
    }

    /// Items usually said in an hour: of this hour of the week, shrunk to that of any day, and that to all.
    fn rate(&self, hour: i64, mean: f32) -> f32 {
        let at = hour.rem_euclid(WEEK as i64) as usize;
        let days = self.hours.iter().skip(at % DAY).step_by(DAY);
        let days = days.fold((0.0, 0.0), |sum: (f32, f32), hour| {
            (sum.0 + hour.0, sum.1 + hour.1)
        });
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

    /// How many times longer six hours are than six others.
    fn ratio(rhythm: &Rhythm, this: i64, other: i64) -> f64 {
        let six = |from: i64| {
            let ago = rhythm.before((MONDAY + from + 6) * HOUR);
            ago.hours((MONDAY + from) * HOUR)
        };
        six(this) / six(other)
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
        assert!((0.15..0.25).contains(&ratio(&rhythm, 24, 18)), "a night");
        assert!(ratio(&rhythm, 6, 0) > 3.0, "a morning");
        let sunday = ratio(&rhythm, 6 * 24 + 12, 5 * 24 + 12);
        assert!(
            (0.3..0.6).contains(&sunday),
            "sunday against saturday: {sunday}"
        );
        assert!((ratio(&rhythm, 12, 36) - 1.0).abs() < 0.1, "two workdays");
        let ago = rhythm.before(MONDAY * HOUR + 1_234);
        for at in [0, 900, 1_234, 1_235, 9_999, 400_000] {
            let at = MONDAY * HOUR + 1_234 - at;
            assert!((ago.at(ago.hours(at)) - at).abs() <= 1, "there and back");
        }
    }

    #[test]
    fn jumps_and_late_items_stay_bounded() {
        let mut rhythm = Rhythm::default();
        for at in [0, i64::MAX / 4, 5, -40, i64::MAX / 4 + 9] {
            rhythm.count(at);
        }
        let ago = rhythm.before(HOUR);
        assert!(ago.hours(-HOUR).is_finite() && ago.hours(2 * HOUR).abs() < 1e-9);
    }
}
