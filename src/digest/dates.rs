//! Dates and times as the reader's language and zone have them.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::words::Words;

/// Dates for one reader: language, zone, and the day from which years are left unsaid.
#[derive(Clone)]
pub(super) struct Dates {
    words: Words,
    zone: TimeZone,
    today: Date,
}

impl Dates {
    /// Dates as told at `now`.
    pub(super) fn new(words: Words, zone: &TimeZone, now: Timestamp) -> Self {
        Self {
            words,
            today: now.to_zoned(zone.clone()).date(),
            zone: zone.clone(),
        }
    }

    /// The day on which the digest is told, in the reader's zone.
    pub(super) fn today(&self) -> Date {
        self.today
    }

    /// The day of an instant, in the reader's zone.
    pub(super) fn date(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// `14 июля`, `Jul 14`; with the year if it is not this one.
    pub(super) fn day(&self, date: Date) -> String {
        let key = if date.year() == self.today.year() {
            "date-day"
        } else {
            "date-day-year"
        };
        let month = self.words.say(&format!("month-{}", date.month()));
        self.words.say_with(
            key,
            &[
                ("day", date.day().to_string().into()),
                ("month", month.into()),
                ("year", date.year().to_string().into()),
            ],
        )
    }

    /// `14.07`, `Jul 14`: for subjects.
    pub(super) fn short(&self, date: Date) -> String {
        let month = self.words.say(&format!("month-{}", date.month()));
        self.words.say_with(
            "date-short",
            &[
                ("day", date.day().to_string().into()),
                ("month", month.into()),
                ("day2", format!("{:02}", date.day()).into()),
                ("month2", format!("{:02}", date.month()).into()),
            ],
        )
    }

    /// `вторник, 14 июля`, `Tuesday, Jul 14`.
    pub(super) fn with_weekday(&self, date: Date) -> String {
        let day = date.weekday().to_monday_one_offset();
        self.words.say_with(
            "date-with-weekday",
            &[
                ("weekday", self.words.say(&format!("weekday-{day}")).into()),
                ("date", self.day(date).into()),
            ],
        )
    }

    /// `09:00`.
    pub(super) fn time(&self, at: Timestamp) -> String {
        let local = at.to_zoned(self.zone.clone());
        local.strftime("%H:%M").to_string()
    }

    /// `14 июля, 09:00`, `Jul 14, 09:00`.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        let local = at.to_zoned(self.zone.clone());
        self.words.say_with(
            "date-moment",
            &[
                ("date", self.day(local.date()).into()),
                ("time", local.strftime("%H:%M").to_string().into()),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;

    #[test]
    fn dates_are_local_and_name_the_year_only_when_it_is_another() {
        let now: Timestamp = "2026-07-13T22:30:00Z".parse().expect("a time");
        let moscow = TimeZone::get("Europe/Moscow").expect("a zone");
        let ru = Dates::new(Words::of(Language::Ru), &moscow, now);
        let en = Dates::new(Words::of(Language::En), &moscow, now);
        assert_eq!(ru.moment(now), "14\u{a0}июля,\u{a0}01:30");
        assert_eq!(en.moment(now), "Jul\u{a0}14,\u{a0}01:30");
        assert_eq!(
            (ru.short(ru.today()), en.short(en.today())),
            ("14.07".into(), "Jul\u{a0}14".into())
        );
        assert_eq!(ru.with_weekday(ru.today()), "вторник, 14\u{a0}июля");
        let next = jiff::civil::date(2027, 1, 1);
        assert_eq!(
            (ru.day(next), en.day(next)),
            ("1\u{a0}января 2027".into(), "Jan\u{a0}1, 2027".into())
        );
    }
}
