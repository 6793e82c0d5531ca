//! Tells what comes again and again: columns of a weekday, forecasts, daily reports.
//!
//! Asked with the hours of the baseline in which something of the same sort was said, so that a week
//! is compared with the same hours of the weeks before: an evening's column is still known for one
//! after midnight, and on the morning after. The baseline is four weeks and knows words of texts; trends
//! that return, in whatever rhythm, are known by `former`.

use jiff::civil::Weekday;

use super::former::day_name;

/// Weeks of the baseline in which something must have come at the same time of the week.
const WEEKS: i64 = 3;
/// How many times more days than those weeks it may have come on and still be weekly.
const LOOSE: usize = 2;
/// Weeks of the baseline.
const KNOWN_WEEKS: i64 = 4;
/// Hours by which a column may come earlier or later than a week before.
const ABOUT: i64 = 12;
const DAY: i64 = 24;
const WEEK: i64 = 7 * DAY;

/// How the past of one candidate recurs, if it does: `daily`, `most days`, `every Monday`.
///
/// `hours` are hour numbers from the epoch with how many items they had, `said` is the hour around
/// which the candidate itself was said, `known` the days of the baseline, `routine` the share of them
/// from which something is routine.
pub(super) fn recurrence(
    hours: &[(i64, usize)],
    said: i64,
    known: f64,
    routine: f64,
) -> Option<String> {
    let mut days: Vec<i64> = hours.iter().map(|hour| hour.0.div_euclid(DAY)).collect();
    days.dedup();
    let share = days.len() as f64 / known.max(7.0);
    if share > routine {
        return Some(if share > 0.8 { "daily" } else { "most days" }.to_owned());
    }
    let same = (1..=KNOWN_WEEKS)
        .filter(|week| {
            items(
                hours,
                said - WEEK * week - ABOUT,
                said - WEEK * week + ABOUT,
            ) > 0
        })
        .count();
    let weekly = same >= WEEKS as usize && days.len() <= same * LOOSE;
    weekly.then(|| format!("every {}", weekday(said)))
}

/// Items of the same sort expected within the `span` hours up to hour `now` if the week repeats itself.
pub(super) fn weekly_expectation(hours: &[(i64, usize)], now: i64, span: i64, known: f64) -> f64 {
    let weeks = ((known + 3.0) / 7.0).floor().clamp(1.0, KNOWN_WEEKS as f64) as i64;
    let mut counts: Vec<usize> = (1..=weeks)
        .map(|week| items(hours, now - WEEK * week - span, now - WEEK * week))
        .collect();
    // the median: one busy week of a past story is no habit
    counts.sort_unstable();
    counts[(counts.len() - 1) / 2] as f64
}

/// Items after one hour and up to another.
fn items(hours: &[(i64, usize)], after: i64, until: i64) -> usize {
    let from = hours.partition_point(|hour| hour.0 <= after);
    let to = hours.partition_point(|hour| hour.0 <= until);
    hours[from..to.max(from)].iter().map(|hour| hour.1).sum()
}

/// The name of an hour's weekday.
fn weekday(hour: i64) -> &'static str {
    // the epoch was a Thursday
    let number = (hour.div_euclid(DAY) + 3).rem_euclid(7) as i8;
    day_name(Weekday::from_monday_zero_offset(number).unwrap_or(Weekday::Monday))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2 March 2026, a Monday, ten in the evening.
    const NOW: i64 = 20_514 * DAY + 22;

    /// Two items each, so many days back at the same hour.
    fn back(days: &[i64]) -> Vec<(i64, usize)> {
        days.iter()
            .rev()
            .map(|back| (NOW - back * DAY, 2))
            .collect()
    }

    #[test]
    fn a_weekday_a_habit_and_news_are_told_apart() {
        let told = |days: &[i64]| recurrence(&back(days), NOW, 25.0, 0.42);
        assert_eq!(told(&[7, 14, 21]), Some("every Monday".to_owned()));
        assert_eq!(told(&[7, 9, 14, 21, 28]), Some("every Monday".to_owned()));
        assert_eq!(told(&[6, 13, 20]), None, "another weekday");
        assert_eq!(told(&[4, 5, 7, 14]), None);
        let every: Vec<i64> = (3..28).collect();
        assert_eq!(told(&every), Some("daily".to_owned()));
        assert_eq!(told(&every[..15]), Some("most days".to_owned()));
        assert_eq!(told(&[]), None);
    }

    #[test]
    fn a_column_may_slip_over_midnight() {
        let mut weeks = back(&[7, 14, 21]);
        for (at, hour) in weeks.iter_mut().enumerate() {
            hour.0 += [3, -2, 4][at];
        }
        let told = recurrence(&weeks, NOW, 25.0, 0.42);
        assert_eq!(told, Some("every Monday".to_owned()));
    }

    #[test]
    fn a_week_that_repeats_itself_is_expected_at_its_hours() {
        let weeks: Vec<_> = back(&[7, 14, 21, 28])
            .iter()
            .map(|hour| (hour.0, 6))
            .collect();
        let expected = |now: i64| weekly_expectation(&weeks, now, DAY, 25.0);
        assert!((expected(NOW) - 6.0).abs() < 1e-9);
        assert!((expected(NOW + 23) - 6.0).abs() < 1e-9, "the morning after");
        assert!(expected(NOW - 1) < 1e-9, "the hour before");
        assert!(expected(NOW + 24) < 1e-9, "a day later");
        let once = [(NOW - WEEK, 40)];
        assert!(weekly_expectation(&once, NOW, DAY, 25.0) < 1e-9);
    }
}
