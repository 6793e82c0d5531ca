//! On which terms readers are told: `[calendar]`, `[[mute]]`, and a digest's keys for alerts.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::environment::Environment;
use super::report::{Wrong, suggest};
use super::secrets::path_from;
use super::table::Table;
use crate::model::{
    AlertRules, Calendar, FindingKind, Holiday, Mute, QuietHours, Severity, Terms, parse_weekdays,
};

const SEVERITIES: [(&str, Severity); 3] = [
    ("informational", Severity::Informational),
    ("important", Severity::Important),
    ("breaking", Severity::Breaking),
];
const ALERTS: [(&str, FindingKind); 6] = [
    ("rules", FindingKind::RuleChange),
    ("outages", FindingKind::Outage),
    ("hits", FindingKind::Hit),
    ("trends", FindingKind::Trend),
    ("spikes", FindingKind::Spike),
    ("first_seen", FindingKind::FirstSeen),
];

/// `[calendar]`: days off of every digest that sets none.
pub(super) fn calendar(root: &Table<'_>, environment: &Environment) -> Calendar {
    let table = root.section("calendar");
    let calendar = days(&table, environment, &Calendar::default());
    table.finish();
    calendar
}

/// `workdays`, `holidays` and `holidays_file` of a table; what it does not set is as in `base`.
fn days(table: &Table<'_>, environment: &Environment, base: &Calendar) -> Calendar {
    let workdays = table.parse("workdays", |text| {
        parse_weekdays(text).ok_or_else(|| {
            Wrong::new(
                format!("`{text}` is not a list of weekdays"),
                "write for example MON-FRI or MON,WED,FRI",
            )
        })
    });
    let set = table.has("holidays") || table.has("holidays_file");
    let mut holidays = Vec::new();
    for found in table.texts("holidays").unwrap_or_default() {
        match found.value.parse::<Holiday>() {
            Ok(holiday) => holidays.push(holiday),
            Err(message) => table.report().fault(
                &found.place,
                message,
                "write 2027-05-03, 2027-01-01..2027-01-08, or for every year 05-09 or 01-01..01-08",
            ),
        }
    }
    if let Some(found) = table.text("holidays_file") {
        let file = path_from(&found.value, &table.file().dir, environment);
        match std::fs::read_to_string(&file) {
            Ok(text) => {
                let read = from_ics(&text);
                if read.is_empty() {
                    let message = format!("{} holds no whole-day events", file.display());
                    let remedy = "name an iCalendar file (.ics) of holidays";
                    table.report().fault(&found.place, message, remedy);
                }
                holidays.extend(read);
            }
            Err(error) => {
                let message = format!("{} cannot be read: {error}", file.display());
                let remedy = "name an iCalendar file (.ics) that exists, or take the line out";
                table.report().fault(&found.place, message, remedy);
            }
        }
    }
    Calendar {
        workdays: workdays.map_or(base.workdays, |found| found.value),
        holidays: if set { holidays } else { base.holidays.clone() },
    }
}

/// Whole-day events of an iCalendar file (RFC 5545); of rules of repetition only `FREQ=YEARLY` is read.
fn from_ics(text: &str) -> Vec<Holiday> {
    let unfolded = text
        .replace("\r\n", "\n")
        .replace("\n ", "")
        .replace("\n\t", "");
    let mut holidays = Vec::new();
    let (mut from, mut to, mut yearly) = (None, None, false);
    for line in unfolded.lines() {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let name = name.split(';').next().unwrap_or_default();
        let date = || Date::strptime("%Y%m%d", value.get(..8)?).ok();
        match name.to_ascii_uppercase().as_str() {
            "BEGIN" if value.trim() == "VEVENT" => (from, to, yearly) = (None, None, false),
            "DTSTART" if value.trim().len() == 8 => from = date(),
            // exclusive
            "DTEND" if value.trim().len() == 8 => to = date().and_then(|end| end.yesterday().ok()),
            "RRULE" => yearly = value.to_ascii_uppercase().contains("FREQ=YEARLY"),
            "END" if value.trim() == "VEVENT" => {
                if let Some(first) = from {
                    let last = to.unwrap_or(first).max(first);
                    holidays.push(if yearly {
                        Holiday::Yearly {
                            from: (first.month(), first.day()),
                            to: (last.month(), last.day()),
                        }
                    } else {
                        Holiday::Days {
                            from: first,
                            to: last,
                        }
                    });
                }
            }
            _ => {}
        }
    }
    holidays
}

/// The terms of one digest. Keys of alerts are for instant digests only.
pub(super) fn terms(
    table: &Table<'_>,
    environment: &Environment,
    calendar: &Calendar,
    instant: bool,
) -> Terms {
    let audience = table.parse("audience", super::value::name);
    let review = table.flag("review").unwrap_or(false);
    let calendar = days(table, environment, calendar);
    let base = AlertRules::default();
    let quiet = table.parse("quiet_hours", |text| match text.trim() {
        "none" => Ok(None),
        text => text
            .parse::<QuietHours>()
            .map(Some)
            .map_err(|message| Wrong::new(message, "write for example 22:00-09:00, or \"none\"")),
    });
    let mut kinds = Vec::new();
    for found in table.texts("alert_on").unwrap_or_default() {
        if let Some((_, kind)) = ALERTS.iter().find(|(name, _)| *name == found.value) {
            kinds.push(*kind);
        } else {
            let names: Vec<&str> = ALERTS.iter().map(|(name, _)| *name).collect();
            let message = format!("`{}` is not a kind of alert", found.value);
            table
                .report()
                .fault(&found.place, message, suggest(&found.value, &names));
        }
    }
    let alerts = AlertRules {
        budget: table
            .number("budget", 0..=1_000)
            .map_or(base.budget, |n| u32::try_from(n).unwrap_or(u32::MAX)),
        quiet: quiet.map_or(base.quiet, |found| found.value),
        kinds: if table.has("alert_on") {
            kinds
        } else {
            base.kinds
        },
        min_severity: table
            .choice("min_severity", &SEVERITIES)
            .unwrap_or(base.min_severity),
        rules_from: table
            .choice("rules_from", &SEVERITIES)
            .unwrap_or(base.rules_from),
    };
    let for_alerts = [
        "quiet_hours",
        "budget",
        "alert_on",
        "min_severity",
        "rules_from",
    ];
    for key in for_alerts.into_iter().filter(|_| !instant) {
        if let Some(place) = table.place_of(key) {
            let message = format!("`{key}` says nothing to a digest that is sent on schedule");
            let remedy = "set `schedule = \"instant\"`, or take the line out";
            table.report().fault(&place, message, remedy);
        }
    }
    Terms {
        audience: audience.map(|found| found.value).unwrap_or_default(),
        review,
        calendar,
        alerts,
        votes: None,
    }
}

/// `[[mute]]`: what is not told.
pub(super) fn mutes(root: &Table<'_>, zone: &TimeZone) -> Vec<Mute> {
    let mut mutes = Vec::new();
    for table in root.tables("mute", "topic") {
        let text = |key| table.text(key).map(|found| found.value);
        let kinds = FindingKind::ALL.map(|kind| (kind.name(), kind));
        let source = table.parse("source", |text| {
            text.parse().map_err(|error| {
                Wrong::new(
                    format!("{error}"),
                    "write a source's id; `tidewatch sources` lists them",
                )
            })
        });
        let until = table.parse("until", |text| {
            until(text, zone).ok_or_else(|| {
                Wrong::new(
                    format!("`{text}` is not a date"),
                    "write the last muted day, such as 2026-12-31",
                )
            })
        });
        let mute = Mute {
            audience: text("audience"),
            source: source.map(|found| found.value),
            owner: text("owner"),
            platform: text("platform"),
            tag: text("tag"),
            kind: table.choice("kind", &kinds),
            topic: text("topic"),
            until: until.map(|found| found.value),
            reason: text("reason"),
        };
        table.finish();
        if !mute.is_specific() {
            let message = "this mute says nothing of what it mutes";
            let remedy = "name a source, owner, platform, tag, kind or topic";
            table.report().fault(&table.place(), message, remedy);
        }
        mutes.push(mute);
    }
    mutes
}

/// The end of a day in a zone, or an instant as written.
pub fn until(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(day) = text.parse::<Date>()
        && text.len() == 10
    {
        let next = day.tomorrow().ok()?;
        return Some(next.to_zoned(zone.clone()).ok()?.timestamp());
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let wall: DateTime = text.parse().ok()?;
    Some(wall.to_zoned(zone.clone()).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holidays_are_read_from_a_calendar_file() {
        let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:New\r\n  Year: yes\r\nDTSTART;VALUE=DATE:20270101\r\n\
            DTEND;VALUE=DATE:20270109\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20200509\r\n\
            RRULE:FREQ=YEARLY\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:20270301T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let calendar = Calendar {
            holidays: from_ics(text),
            ..Calendar::default()
        };
        let off = |day: &str| calendar.is_day_off(day.parse().expect("a date"));
        assert!(off("2027-01-01") && off("2027-01-08") && !off("2027-01-09"));
        assert!(off("2027-05-09") && off("2031-05-09"));
        assert!(!off("2027-03-01"), "an hour's meeting is no holiday");
    }

    #[test]
    fn a_mute_lasts_to_the_end_of_its_last_day() {
        let zone = TimeZone::get("Europe/Moscow").expect("a zone");
        let at = until("2026-12-31", &zone).expect("a date");
        assert_eq!(at.to_string(), "2026-12-31T21:00:00Z");
        assert!(until("soon", &zone).is_none());
    }
}
