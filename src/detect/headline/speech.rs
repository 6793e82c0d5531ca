//! How we speak: dates, quotation marks and plurals in our two languages.

use jiff::civil::Date;

use super::super::evidence::Start;
use super::super::scene::Scene;
use crate::model::Language;

/// Speaks one of our languages.
pub(super) struct Speech {
    pub(super) language: Language,
}

impl Speech {
    pub(super) fn say(&self, en: &'static str, ru: &'static str) -> &'static str {
        match self.language {
            Language::En => en,
            Language::Ru => ru,
        }
    }

    /// "from 1 August", "с 1 августа", "from v25.0".
    pub(super) fn from(&self, start: &Start, scene: &Scene<'_>, full: bool) -> String {
        let from = self.say("from", "с");
        match start {
            Start::Version(version) => format!("{from} {version}"),
            Start::Day(day) | Start::By(day) => {
                let year = jiff::tz::TimeZone::UTC.to_datetime(scene.now).year();
                let from = match start {
                    Start::By(_) => self.say("by", "до"),
                    _ => from,
                };
                format!("{from} {}", self.date(*day, full || day.year() != year))
            }
        }
    }

    pub(super) fn date(&self, day: Date, with_year: bool) -> String {
        const EN: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        const RU: [&str; 12] = [
            "января",
            "февраля",
            "марта",
            "апреля",
            "мая",
            "июня",
            "июля",
            "августа",
            "сентября",
            "октября",
            "ноября",
            "декабря",
        ];
        let names = match self.language {
            Language::En => EN,
            Language::Ru => RU,
        };
        let month = names[usize::from(day.month().unsigned_abs().clamp(1, 12)) - 1];
        let year = if with_year {
            format!(" {}", day.year())
        } else {
            String::new()
        };
        format!("{} {month}{year}", day.day())
    }

    pub(super) fn quoted(&self, text: &str) -> String {
        match self.language {
            Language::En => format!("“{text}”"),
            Language::Ru => format!("«{text}»"),
        }
    }

    /// "3 страницы изменены": a number and what follows it, in English for one and for more, in Russian
    /// for one, for two to four, and for more.
    pub(super) fn counted(&self, n: usize, en: [&str; 2], ru: [&str; 3]) -> String {
        let form = match self.language {
            Language::En => en[usize::from(n != 1)],
            Language::Ru => match (n % 10, n % 100) {
                (1, rest) if rest != 11 => ru[0],
                (2..=4, rest) if !(12..=14).contains(&rest) => ru[1],
                _ => ru[2],
            },
        };
        format!("{n} {form}")
    }
}
