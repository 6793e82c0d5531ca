//! `tidewatch deadlines`: what is planned for when: rules in force, events, last days.

use std::process::ExitCode;

use jiff::{ToSpan, civil::Date};

use super::context::{Context, Misuse, clock};
use super::findings::severity;
use super::output::{BAD, FAINT, Output, STRONG, one_line, print_table, table};
use super::spans;
use crate::deliver::{CalendarEvent, calendar_of};
use crate::model::DateMeaning;
use crate::query::{self, Deadline};

/// What is planned for when, nearest first, with the days left: rules, events, last days.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only so far ahead: 30d, 6w
    #[arg(long, value_name = "SPAN")]
    within: Option<String>,
    /// Also what is past, and what was suppressed
    #[arg(long)]
    all: bool,
    /// As a calendar (RFC 5545) to subscribe to or to import
    #[arg(long, conflicts_with = "json")]
    ics: bool,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let now = clock().now();
    let today = now.to_zoned(context.out.zone.clone()).date();
    let until = match &args.within {
        Some(text) => ahead(today, text)?,
        None => Date::MAX,
    };
    let from = if args.all { Date::MIN } else { today };
    let config = context.load()?;
    let store = Context::open_to_read(&config)?;
    let found = query::deadlines(&store, today, from, until, args.all).await?;
    if context.out.json {
        Output::json(&found)?;
    } else if args.ics {
        let events = found.iter().map(event);
        Output::text(&calendar_of("tidewatch", events, now))?;
    } else if found.is_empty() {
        Output::say(&match &args.within {
            Some(span) => format!(
                "nothing that is known is planned within {span}; without --within all days to come are shown"
            ),
            None => "nothing that is known is planned; --all shows the past too".to_owned(),
        })?;
    } else {
        let mut table = table(&["date", "in", "", "", "id", "what"]);
        for deadline in &found {
            table.add_row([
                deadline.date.to_string(),
                left(deadline.days_left),
                deadline.meaning.code().to_owned(),
                severity(deadline.severity).to_owned(),
                deadline.id.to_string(),
                what(deadline),
            ]);
        }
        print_table(&table)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The last day of a span from today.
fn ahead(today: Date, text: &str) -> anyhow::Result<Date> {
    let wrong = || Misuse(format!("`{text}` is no span of days; write 30d or 6w"));
    let span = spans::span(text).ok_or_else(wrong)?;
    let days = span.get_days() + span.get_weeks() * 7;
    let whole = span.fieldwise() == days.days().fieldwise()
        || span.fieldwise() == span.get_weeks().weeks().days(span.get_days()).fieldwise();
    if !whole || days < 0 {
        return Err(wrong().into());
    }
    Ok(today.checked_add(days.days()).unwrap_or(Date::MAX))
}

fn left(days: i32) -> String {
    match days {
        0 => format!("{BAD}today{BAD:#}"),
        1 => "1 day".to_owned(),
        days if days < 0 => format!("{FAINT}{} d ago{FAINT:#}", -days),
        days if days <= 14 => format!("{STRONG}{days} days{STRONG:#}"),
        days => format!("{days} days"),
    }
}

fn what(deadline: &Deadline) -> String {
    let why = deadline.suppressed.as_deref();
    let why = why.map(|why| format!(" {FAINT}({why}){FAINT:#}"));
    let mut text = one_line(&deadline.title, 110);
    // a text may name several days, and a title may say another one than this
    if let Some(words) = deadline
        .words
        .as_deref()
        .filter(|words| !says(&deadline.title, words))
    {
        text += &format!("\n{FAINT}{}{FAINT:#}", one_line(words, 110));
    }
    let others = deadline.sources.len() - 1;
    if others > 0 {
        text += &format!(
            "\n{FAINT}{} and {others} more {}{FAINT:#}",
            deadline.source,
            if others == 1 { "source" } else { "sources" }
        );
    }
    text + &why.unwrap_or_default()
}

/// Does a title begin with these words, or say them?
fn says(title: &str, words: &str) -> bool {
    title.contains(words.trim_end_matches(['.', '…']))
}

/// The title; of a last day, that it is one.
fn summary(deadline: &Deadline) -> String {
    match deadline.meaning {
        DateMeaning::Until => format!("Until: {}", deadline.title),
        _ => deadline.title.clone(),
    }
}

fn event(deadline: &Deadline) -> CalendarEvent {
    let sources: Vec<String> = deadline.sources.iter().map(ToString::to_string).collect();
    let parts = [
        deadline
            .words
            .clone()
            .filter(|words| !deadline.gist.contains(words.as_str()))
            .unwrap_or_default(),
        deadline.gist.clone(),
        sources.join(", "),
        deadline.id.to_string(),
    ];
    let said: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    CalendarEvent {
        // one story may name two days
        story: format!("{}:{}", deadline.topic_key, deadline.date),
        date: deadline.date,
        summary: summary(deadline),
        description: said.join("\n"),
        url: deadline.url.clone(),
    }
}
