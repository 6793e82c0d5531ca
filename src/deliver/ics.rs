//! Calendar of deadlines (RFC 5545): one file at `path`, an all-day event for every card that says
//! from when it is in force, and for every other date to come that was told before. Calendar programs
//! subscribe to it.
//!
//! An event's UID comes from its story, so a date that moves moves the event, and a retry changes
//! nothing.

use jiff::Timestamp;
use jiff::civil::Date;
use xxhash_rust::xxh3::xxh3_64;

use super::brief::{Brief, BriefCard, BriefDeadline};
use super::channel::{Attempt, Channel, needed};
use super::kept::Kept;
use super::{DeliverError, Receipt};
use crate::model::{ChannelSpec, Delivery};

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["path"];

/// Events kept.
const MOST: usize = 500;
const PRODUCT: &str = "PRODID:-//tidewatch//deadlines//EN";

pub(super) struct Calendar {
    file: Kept,
}

pub(super) fn open(spec: &ChannelSpec) -> Result<Calendar, DeliverError> {
    Ok(Calendar {
        file: Kept::new(
            needed(spec, "path", spec.path.as_deref())?,
            "calendar",
            PRODUCT,
        ),
    })
}

impl Channel for Calendar {
    fn send<'a>(&'a self, delivery: &'a Delivery, _now: Timestamp) -> Attempt<'a> {
        Box::pin(async move {
            let Some(brief) = Brief::of(&delivery.form) else {
                return Ok(Receipt::whole("no digest: the calendar stays as it is"));
            };
            let at = delivery.created_at;
            let make = move |known: &str| {
                let made = calendar(known, &brief, at);
                let dates = events(&made).len();
                (made, dates)
            };
            let dates = self.file.revise(make).await?;
            Ok(Receipt::whole(format!(
                "{dates} events in {}",
                self.file.path().display()
            )))
        })
    }
}

/// The calendar with the digest's dates in it.
fn calendar(known: &str, brief: &Brief, at: Timestamp) -> String {
    let mut fresh: Vec<(String, String)> = brief
        .cards()
        .filter_map(|card| Some(event(card, card.effective?, at)))
        .collect();
    let old = events(known);
    // what was told before the calendar was there: a card says more, and what is there stays as it is
    for deadline in &brief.deadlines {
        let (uid, event) = open_deadline(deadline, at);
        let known = fresh.iter().chain(&old).any(|(known, _)| *known == uid);
        if !known {
            fresh.push((uid, event));
        }
    }
    let old: Vec<_> = old
        .into_iter()
        .filter(|(uid, _)| fresh.iter().all(|(new, _)| new != uid))
        .collect();
    let mut out = lines(&[
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        PRODUCT,
        "CALSCALE:GREGORIAN",
    ]);
    out.push_str(&folded(&format!("X-WR-CALNAME:{}", escaped(&brief.title))));
    out.extend(
        fresh
            .into_iter()
            .chain(old)
            .take(MOST)
            .map(|(_, event)| event),
    );
    out + "END:VCALENDAR\r\n"
}

/// The events of a calendar of ours, by UID. Text inside an event never makes a whole line.
fn events(known: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut uid = String::new();
    let mut body = String::new();
    for line in known.split_terminator("\r\n") {
        if line == "BEGIN:VEVENT" {
            body.clear();
            uid.clear();
        }
        if let Some(id) = line.strip_prefix("UID:") {
            id.clone_into(&mut uid);
        }
        body.push_str(line);
        body.push_str("\r\n");
        if line == "END:VEVENT" {
            found.push((std::mem::take(&mut uid), std::mem::take(&mut body)));
        }
    }
    found
}

/// The event of a date that stands on no card of this digest.
fn open_deadline(deadline: &BriefDeadline, at: Timestamp) -> (String, String) {
    let card = BriefCard {
        id: deadline.id.clone(),
        topic: deadline.topic.clone(),
        title: deadline.title.clone(),
        platform: deadline.platform.clone(),
        url: deadline.url.clone(),
        ..BriefCard::default()
    };
    event(&card, deadline.date, at)
}

fn event(card: &BriefCard, date: Date, at: Timestamp) -> (String, String) {
    let story = match card.topic.as_str() {
        "" => &card.id,
        topic => topic,
    };
    let uid = format!("{:016x}@tidewatch", xxh3_64(story.as_bytes()));
    // the title often names the platform itself
    let title = card.title.to_lowercase();
    let platform = card.platform.as_deref();
    let platform = platform.filter(|id| !title.contains(&id.to_lowercase()));
    let summary = [platform, Some(card.title.as_str())];
    let summary = summary.into_iter().flatten().collect::<Vec<_>>().join(": ");
    let parts = [
        card.gist.as_deref(),
        card.action.as_deref(),
        Some(card.confirmed_text.as_str()).filter(|text| !text.is_empty()),
        Some(&card.id),
    ];
    let description = parts.into_iter().flatten().collect::<Vec<_>>().join("\n");
    let mut out = lines(&[
        "BEGIN:VEVENT",
        &format!("UID:{uid}"),
        &format!("DTSTAMP:{}", at.strftime("%Y%m%dT%H%M%SZ")),
        &format!("DTSTART;VALUE=DATE:{}", date.strftime("%Y%m%d")),
        &format!("SUMMARY:{}", escaped(&summary)),
        &format!("DESCRIPTION:{}", escaped(&description)),
    ]);
    if let Some(url) = &card.url {
        out.push_str(&folded(&format!("URL:{}", escaped_line(url))));
    }
    out.push_str(&lines(&["TRANSP:TRANSPARENT", "END:VEVENT"]));
    (uid, out)
}

/// A day in a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarEvent {
    /// The story: its events have one UID, so a date that moves moves the event.
    pub story: String,
    /// The day.
    pub date: Date,
    /// What happens.
    pub summary: String,
    /// More of it, in lines.
    pub description: String,
    /// Where it stands.
    pub url: Option<String>,
}

/// A calendar of all-day events (RFC 5545), made at `at`.
pub fn calendar_of(
    name: &str,
    events: impl Iterator<Item = CalendarEvent>,
    at: Timestamp,
) -> String {
    let mut out = lines(&[
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        PRODUCT,
        "CALSCALE:GREGORIAN",
        &format!("X-WR-CALNAME:{}", escaped(name)),
    ]);
    for event in events {
        let uid = format!("{:016x}@tidewatch", xxh3_64(event.story.as_bytes()));
        out += &lines(&[
            "BEGIN:VEVENT",
            &format!("UID:{uid}"),
            &format!("DTSTAMP:{}", at.strftime("%Y%m%dT%H%M%SZ")),
            &format!("DTSTART;VALUE=DATE:{}", event.date.strftime("%Y%m%d")),
            &format!("SUMMARY:{}", escaped(&event.summary)),
            &format!("DESCRIPTION:{}", escaped(&event.description)),
        ]);
        if let Some(url) = &event.url {
            out += &folded(&format!("URL:{}", escaped_line(url)));
        }
        out += &lines(&["TRANSP:TRANSPARENT", "END:VEVENT"]);
    }
    out + "END:VCALENDAR\r\n"
}

fn lines(all: &[&str]) -> String {
    all.iter().map(|line| folded(line)).collect()
}

/// A TEXT value (§3.3.11).
fn escaped(text: &str) -> String {
    let text = text
        .replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,");
    escaped_line(&text.replace('\n', "\\n"))
}

fn escaped_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// A content line of at most 75 octets, the rest on lines that begin with a space (§3.1).
fn folded(line: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for c in line.chars() {
        if column + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            column = 1;
        }
        out.push(c);
        column += c.len_utf8();
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DeliveryForm, Language};

    fn brief(topic: &str, date: &str, title: &str) -> Brief {
        let form = DeliveryForm {
            images: Vec::new(),
            csv: String::new(),
            subject: String::new(),
            html: String::new(),
            text: String::new(),
            markdown: String::new(),
            json: serde_json::json!({
                "schema": "tidewatch.digest/1", "title": "Сроки",
                "sections": [{ "cards": [
                    { "id": "f1", "topic": topic, "title": title, "effective": date, "platform": "tiktok" },
                    { "id": "f2", "topic": "undated", "title": "no date" },
                ] }],
            }),
            language: Language::Ru,
        };
        Brief::of(&form).expect("a digest")
    }

    #[test]
    fn a_new_calendar_has_the_dates_that_were_told_before_it() {
        let at: Timestamp = "2026-07-14T06:00:00Z".parse().expect("a time");
        let mut quiet = brief("labels", "2026-08-01", "labels");
        quiet.deadlines = ["labels", "ads"]
            .map(|topic| BriefDeadline {
                id: "f9".to_owned(),
                topic: topic.to_owned(),
                date: jiff::civil::date(2026, 9, 1),
                title: format!("{topic} as told long ago"),
                platform: None,
                url: None,
            })
            .to_vec();
        let made = calendar("", &quiet, at);
        assert!(
            made.contains("SUMMARY:tiktok: labels\r\n"),
            "the card says more"
        );
        assert!(made.contains("SUMMARY:ads as told long ago\r\n"), "{made}");
        assert_eq!(made.matches("BEGIN:VEVENT").count(), 2);
        assert_eq!(calendar(&made, &quiet, at), made);
    }

    #[test]
    fn a_moved_date_moves_its_event_and_lines_hold_their_length() {
        let at: Timestamp = "2026-07-14T06:00:00Z".parse().expect("a time");
        let long = "Правила, метки; и «ИИ»\nEND:VEVENT\r\nBEGIN:VEVENT".repeat(4);
        let first = calendar("", &brief("labels", "2026-08-01", &long), at);
        let both = calendar(&first, &brief("titles", "2026-09-01", "t"), at);
        let moved = calendar(&both, &brief("labels", "2026-08-15", &long), at);
        let count = |text: &str| text.split("\r\n").filter(|l| *l == "BEGIN:VEVENT").count();
        assert_eq!((count(&both), count(&moved)), (2, 2));
        assert!(moved.contains("DTSTART;VALUE=DATE:20260815\r\n") && !moved.contains("20260801"));
        assert_eq!(
            moved,
            calendar(&moved, &brief("labels", "2026-08-15", &long), at)
        );
        assert!(
            moved
                .split("\r\n")
                .all(|line| line.len() <= 75 && !line.contains('\n'))
        );
        assert!(
            moved
                .replace("\r\n ", "")
                .contains("SUMMARY:tiktok: Правила\\, метки\\; и «ИИ»\\nEND:VEVENT")
        );
    }
}
