//! Tells what comes again and again: columns of a weekday, forecasts, daily reports.
//!
//! Asked with the days of the baseline on which something of the same sort was said. The baseline is
//! four weeks, so what comes once a year is not known here.

use jiff::civil::Weekday;

/// Weeks of the baseline in which something must have come on the same weekday.
const WEEKS: i64 = 3;
/// How many times more days than those weeks it may have come on and still be weekly.
const LOOSE: usize = 2;

/// How the past of one candidate recurs, if it does: `daily`, `most days`, `every monday`.
///
/// `days` are day numbers from the epoch with how many items they had, `today` is the day asked on,
/// `known` the days of the baseline, `routine` the share of them from which something is routine.
pub(super) fn recurrence(
    days: &[(i64, usize)],
    today: i64,
    known: f64,
    routine: f64,
) -> Option<String> {
    let share = days.len() as f64 / known.max(7.0);
    if share > routine {
        return Some(if share > 0.8 { "daily" } else { "most days" }.to_owned());
    }
    let same = same_weekday(days, today);
    let weekly = same >= WEEKS as usize && days.len() <= same * LOOSE;
    weekly.then(|| format!("every {}", weekday(today)))
}

/// On how many of the last four weeks something came on the weekday of `today`.
fn same_weekday(days: &[(i64, usize)], today: i64) -> usize {
    (1..=4)
        .filter(|week| {
            days.binary_search_by_key(&(today - 7 * week), |day| day.0)
                .is_ok()
        })
        .count()
}

/// The name of a day's weekday.
fn weekday(day: i64) -> &'static str {
    // the epoch was a Thursday
    let number = (day + 3).rem_euclid(7) as i8;
    match Weekday::from_monday_zero_offset(number) {
        Ok(Weekday::Monday) | Err(_) => "monday",
        Ok(Weekday::Tuesday) => "tuesday",
        Ok(Weekday::Wednesday) => "wednesday",
        Ok(Weekday::Thursday) => "thursday",
        Ok(Weekday::Friday) => "friday",
        Ok(Weekday::Saturday) => "saturday",
        Ok(Weekday::Sunday) => "sunday",
    }
}

/// Items of the same sort expected within `span` days up to `today` if the week repeats itself.
pub(super) fn weekly_expectation(days: &[(i64, usize)], today: i64, span: i64, known: f64) -> f64 {
    let weeks = ((known + 3.0) / 7.0).floor().clamp(1.0, 4.0) as i64;
    let mut counts: Vec<usize> = (1..=weeks)
        .map(|week| {
            let last = today - 7 * week;
            days.iter()
                .filter(|day| (last - span + 1..=last).contains(&day.0))
                .map(|day| day.1)
                .sum()
        })
        .collect();
    // the median: one busy week of a past story is no habit
    counts.sort_unstable();
    counts[(counts.len() - 1) / 2] as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2 March 2026, a Monday.
    const TODAY: i64 = 20_514;

    #[test]
    fn a_weekday_a_habit_and_news_are_told_apart() {
        let told = |days: &[i64]| {
            let days: Vec<_> = days.iter().rev().map(|back| (TODAY - back, 2)).collect();
            recurrence(&days, TODAY, 25.0, 0.42)
        };
        assert_eq!(told(&[7, 14, 21]), Some("every monday".to_owned()));
        assert_eq!(told(&[7, 9, 14, 21, 28]), Some("every monday".to_owned()));
        assert_eq!(told(&[6, 13, 20]), None, "another weekday");
        assert_eq!(told(&[4, 5, 7, 14]), None);
        let every: Vec<i64> = (3..28).collect();
        assert_eq!(told(&every), Some("daily".to_owned()));
        assert_eq!(told(&every[..15]), Some("most days".to_owned()));
        assert_eq!(told(&[]), None);
    }

    #[test]
    fn a_week_that_repeats_itself_is_expected() {
        let days: Vec<_> = [28, 21, 14, 7].map(|back| (TODAY - back, 6)).to_vec();
        assert!((weekly_expectation(&days, TODAY, 1, 25.0) - 6.0).abs() < 1e-9);
        assert!(weekly_expectation(&days, TODAY - 2, 1, 25.0) < 1e-9);
        let once = [(TODAY - 7, 40)];
        assert!(weekly_expectation(&once, TODAY, 1, 25.0) < 1e-9);
    }
}
