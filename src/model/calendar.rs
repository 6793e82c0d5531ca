//! Days off and quiet hours: when a reader does not want to be disturbed.
//!
//! Both are meant in the reader's zone and are asked with its wall clock, so a change to or from
//! summer time neither stretches nor doubles them.

use std::str::FromStr;

use jiff::civil::{Date, Time, Weekday};

/// Which days are worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Monday first.
    pub workdays: [bool; 7],
    /// Days off besides.
    pub holidays: Vec<Holiday>,
}

/// A day off, or several in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holiday {
    /// From a date to a date, both off.
    Days {
        /// The first.
        from: Date,
        /// The last.
        to: Date,
    },
    /// The same days of every year, both ends off; may reach over New Year.
    Yearly {
        /// Month and day of the first.
        from: (i8, i8),
        /// Month and day of the last.
        to: (i8, i8),
    },
}

/// A span of the day in which only what cannot wait is told; may reach over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// It begins then.
    pub from: Time,
    /// It is over then.
    pub to: Time,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            workdays: [true; 7],
            holidays: Vec::new(),
        }
    }
}

impl Calendar {
    /// Is nobody at work on that day?
    pub fn is_day_off(&self, date: Date) -> bool {
        let weekday = date.weekday().to_monday_zero_offset();
        let works = self.workdays[usize::try_from(weekday).unwrap_or(0)];
        !works || self.holidays.iter().any(|holiday| holiday.contains(date))
    }
}

impl Holiday {
    /// Is that day one of them?
    pub fn contains(&self, date: Date) -> bool {
        match *self {
            Self::Days { from, to } => from <= date && date <= to,
            Self::Yearly { from, to } => {
                let day = (date.month(), date.day());
                if from <= to {
                    from <= day && day <= to
                } else {
                    from <= day || day <= to
                }
            }
        }
    }
}

/// `2027-01-01`, `2027-01-01..2027-01-08`, and for every year `05-09` or `01-01..01-08`.
impl FromStr for Holiday {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let (from, to) = (from.trim(), to.trim());
        let bad = || format!("`{text}` is not a day off");
        if let (Ok(from), Ok(to)) = (from.parse(), to.parse()) {
            return if from <= to {
                Ok(Self::Days { from, to })
            } else {
                Err(format!("`{text}` ends before it begins"))
            };
        }
        let yearly = |text: &str| -> Option<(i8, i8)> {
            let (month, day) = text.split_once('-')?;
            let two = |part: &str| (part.len() == 2).then(|| part.parse().ok()).flatten();
            let (month, day) = (two(month)?, two(day)?);
            // a leap year, so that 29 February may be named
            Date::new(2028, month, day).ok().map(|_| (month, day))
        };
        match (yearly(from), yearly(to)) {
            (Some(from), Some(to)) => Ok(Self::Yearly { from, to }),
            _ => Err(bad()),
        }
    }
}

impl QuietHours {
    /// Is that time of day among them?
    pub fn contains(&self, time: Time) -> bool {
        if self.from <= self.to {
            self.from <= time && time < self.to
        } else {
            self.from <= time || time < self.to
        }
    }
}

impl std::fmt::Display for QuietHours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (from, to) = (self.from.strftime("%H:%M"), self.to.strftime("%H:%M"));
        write!(f, "{from}-{to}")
    }
}

/// `22:00-09:00`.
impl FromStr for QuietHours {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("`{text}` is not a span of the day");
        let (from, to) = text.split_once(['-', '–']).ok_or_else(bad)?;
        let time = |part: &str| Time::strptime("%H:%M", part.trim()).map_err(|_| bad());
        let (from, to) = (time(from)?, time(to)?);
        if from == to {
            return Err(format!("`{text}` is no span at all"));
        }
        Ok(Self { from, to })
    }
}

/// `MON-FRI`, `MON,WED,SAT`, `SUN-THU`: which weekdays, Monday first.
pub fn parse_weekdays(text: &str) -> Option<[bool; 7]> {
    let mut days = [false; 7];
    for part in text.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (weekday(from)?, weekday(to)?);
        let mut day = from;
        loop {
            days[usize::try_from(day.to_monday_zero_offset()).ok()?] = true;
            if day == to {
                break;
            }
            day = day.next();
        }
    }
    Some(days)
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text.trim().to_ascii_uppercase().get(..3)? {
        "MON" => Weekday::Monday,
        "TUE" => Weekday::Tuesday,
        "WED" => Weekday::Wednesday,
        "THU" => Weekday::Thursday,
        "FRI" => Weekday::Friday,
        "SAT" => Weekday::Saturday,
        "SUN" => Weekday::Sunday,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn days_off_are_weekdays_dates_ranges_and_yearly_days() {
        let calendar = Calendar {
            workdays: parse_weekdays("MON-FRI").expect("weekdays"),
            holidays: [
                "2027-05-03",
                "2027-06-10..2027-06-12",
                "11-04",
                "12-30..01-08",
            ]
            .map(|text| text.parse().expect(text))
            .to_vec(),
        };
        for off in [
            "2027-05-01", // a Saturday
            "2027-05-03",
            "2027-06-11",
            "2026-11-04",
            "2029-12-31",
            "2030-01-08",
        ] {
            assert!(calendar.is_day_off(day(off)), "{off}");
        }
        for on in ["2027-05-04", "2026-05-04", "2027-11-05", "2027-01-11"] {
            assert!(!calendar.is_day_off(day(on)), "{on}");
        }
        for bad in ["", "May", "13-01", "02-30", "2027-02-02..2027-02-01", "1-1"] {
            assert!(bad.parse::<Holiday>().is_err(), "{bad}");
        }
        assert_eq!(
            parse_weekdays("SAT-MON"),
            Some([true, false, false, false, false, true, true])
        );
        assert_eq!(parse_weekdays("MON-"), None);
    }

    #[test]
    fn quiet_hours_reach_over_midnight() {
        let night: QuietHours = "22:00-09:00".parse().expect("a span");
        let noon: QuietHours = "12:00-13:00".parse().expect("a span");
        let at = |hour, minute| Time::constant(hour, minute, 0, 0);
        for (time, asleep, eating) in [
            (at(22, 0), true, false),
            (at(23, 59), true, false),
            (at(0, 0), true, false),
            (at(8, 59), true, false),
            (at(9, 0), false, false),
            (at(12, 0), false, true),
            (at(13, 0), false, false),
            (at(21, 59), false, false),
        ] {
            assert_eq!(night.contains(time), asleep, "{time}");
            assert_eq!(noon.contains(time), eating, "{time}");
        }
        assert_eq!(night.to_string(), "22:00-09:00");
        for bad in ["", "22-09", "22:00", "25:00-09:00", "09:00-09:00"] {
            assert!(bad.parse::<QuietHours>().is_err(), "{bad}");
        }
    }
}
