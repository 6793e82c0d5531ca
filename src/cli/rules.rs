//! `tidewatch rules`: what is true now, since when, and how fresh that is.

use std::process::ExitCode;

use jiff::Timestamp;

use super::context::{Context, NoSuch, clock};
use super::layout;
use super::output::{BAD, FAINT, GOOD, Output, STRONG, ago, one_line, print_table, span, table};
use crate::config::Config;
use crate::model::{Language, RuleValue, Staleness, platform_name};
use crate::query::{self, QueryError, RuleFilter, RuleStory, RuleView};
use crate::store::StoreError;

/// The rulebook: what is true now, since when, and how fresh that is.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// One rule by its name, with all its values
    name: Option<String>,
    /// Only about this platform: its id or its name
    #[arg(long, conflicts_with = "name")]
    platform: Option<String>,
    /// Only of this area: ads, content, monetisation, api, privacy, accounts…
    #[arg(long, conflicts_with = "name")]
    area: Option<String>,
    /// Only those that cannot be relied on: not verified for too long, gone, never found, their source broken
    #[arg(long, conflicts_with = "name")]
    stale: bool,
    /// As they were known at a date or time
    #[arg(long, value_name = "WHEN", conflicts_with = "name")]
    at: Option<String>,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let store = Context::open_to_read(&config)?;
    let now = clock().now();
    if let Some(name) = &args.name {
        let story = query::rule(&store, name, now).await;
        let story = story.map_err(|error| unknown(error, name, &config))?;
        if context.out.json {
            Output::json(&story)?;
        } else {
            Output::text(&told(&story, now, context))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let at = args.at.as_deref().map(|text| context.end_of(text));
    let filter = RuleFilter {
        platform: Context::platform(&config, args.platform)?,
        area: Context::area(&config, args.area)?,
        stale: args.stale,
        at: at.transpose()?,
    };
    let views = query::rules(&store, filter, now).await?;
    if context.out.json {
        Output::json(&views)?;
        return Ok(ExitCode::SUCCESS);
    }
    if views.is_empty() {
        Output::say("no such rule in the rulebook")?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = table(&["rule", "platform", "value", "since", "verified"]);
    for view in &views {
        table.add_row([
            view.spec.name.clone(),
            view.spec.platform.clone().unwrap_or_default(),
            value(view),
            since(view, context),
            freshness(view, now),
        ]);
    }
    print_table(&table)?;
    let stale = views.iter().filter(|view| view.stale.is_some()).count();
    Output::note(&format!(
        "{}, {stale} not to be relied on; tidewatch rules NAME shows a rule's history",
        match views.len() {
            1 => "1 rule".to_owned(),
            count => format!("{count} rules"),
        }
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// An unknown name with the nearest known one.
fn unknown(error: QueryError, name: &str, config: &Config) -> anyhow::Error {
    let QueryError::Store(StoreError::NotFound(_)) = error else {
        return error.into();
    };
    let near = config
        .rules
        .iter()
        .map(|rule| (strsim::jaro_winkler(&rule.name, name), &rule.name))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let hint = near.map_or_else(
        || "`tidewatch rules` shows them all".to_owned(),
        |(_, near)| format!("did you mean `{near}`?"),
    );
    NoSuch(format!("no rule is named `{name}`; {hint}")).into()
}

fn value(view: &RuleView) -> String {
    match &view.value {
        Some(value) => one_line(value, 48),
        None => format!("{FAINT}—{FAINT:#}"),
    }
}

fn since(view: &RuleView, context: &Context) -> String {
    let Some(at) = view.since else {
        return String::new();
    };
    let day = day(at, context);
    if view.first_seen {
        format!("{day} or before")
    } else {
        day
    }
}

fn day(at: Timestamp, context: &Context) -> String {
    let zoned = at.to_zoned(context.out.zone.clone());
    zoned.date().to_string()
}

/// How fresh a fact is, in words.
fn freshness(view: &RuleView, now: Timestamp) -> String {
    let verified = match view.verified_at {
        Some(_) => ago(view.verified_at, now),
        None => "never".to_owned(),
    };
    let failing = if view.failing.is_some() {
        ", its source fails"
    } else {
        ""
    };
    match view.stale {
        // as known in the past
        None if view.verified_at.is_none() => "—".to_owned(),
        None => format!("{GOOD}{verified}{GOOD:#}{failing}"),
        Some(Staleness::Unread) => format!("not read yet{failing}"),
        Some(Staleness::NotFound) => format!("{BAD}not found on its page{BAD:#}"),
        Some(Staleness::Broken) => format!("{BAD}{verified}, its source is broken{BAD:#}"),
        Some(Staleness::Unverified) => format!("{BAD}stale: verified {verified}{failing}{BAD:#}"),
        Some(Staleness::Gone) => {
            let since = view.gone_since.map(|at| span(now.duration_since(at)));
            let since = since.unwrap_or_default();
            format!("{BAD}gone for {since}{BAD:#}, verified {verified}")
        }
    }
}

fn told(story: &RuleStory, now: Timestamp, context: &Context) -> String {
    let view = &story.rule;
    let platform = view.spec.platform.as_deref();
    let platform = platform
        .map(|id| format!("{} · ", platform_name(id, Language::En)))
        .unwrap_or_default();
    let mut lines = vec![format!("{STRONG}{platform}{}{STRONG:#}", view.spec.title)];
    let history: Vec<String> = story
        .history
        .iter()
        .enumerate()
        .map(|(at, value)| past(value, at == 0, view, context))
        .collect();
    let mut sentence = history.join(", ");
    if sentence.is_empty() {
        "no value known yet".clone_into(&mut sentence);
    }
    // "verified 2 h ago", but "gone for 2 h, verified 3 h ago"
    let fresh = freshness(view, now);
    let verified = match view.stale {
        None | Some(Staleness::Broken) => format!("verified {fresh}"),
        Some(_) => fresh,
    };
    lines.push(format!("{sentence}, {verified}"));
    let mut line = |name: &str, value: &str| {
        lines.push(layout::field(name, value, layout::width()));
    };
    for value in &story.history {
        let quote = value.quote.as_deref().unwrap_or_default();
        let from = if value.configured {
            format!(
                "configured{}{quote}",
                if quote.is_empty() { "" } else { ", from " }
            )
        } else {
            format!("“{quote}”")
        };
        let change = value
            .change
            .map(|id| format!(" ({id})"))
            .unwrap_or_default();
        line(
            &day(value.since, context),
            &format!("{}  {FAINT}{from}{change}{FAINT:#}", value.value),
        );
    }
    line("source", view.spec.source.as_str());
    if let Some(url) = &view.url {
        line("where", url);
    }
    let reading = &view.spec.reading;
    for (name, how) in [
        ("select", &reading.select),
        ("sentence", &reading.sentence),
        ("pattern", &reading.pattern),
    ] {
        if let Some(how) = how {
            line(name, how);
        }
    }
    let allowed = jiff::SignedDuration::try_from(view.spec.stale_after).unwrap_or_default();
    line("stale after", &span(allowed));
    if let Some(failing) = &view.failing {
        line("failing", failing);
    }
    lines.join("\n")
}

/// `90 s since 2023-01-31`.
fn past(value: &RuleValue, is_first: bool, view: &RuleView, context: &Context) -> String {
    let shown = one_line(&value.value, 60);
    let unit = view.spec.unit.as_deref().filter(|_| {
        let bare = |c: char| c.is_ascii_digit() || " .,".contains(c);
        value.value.chars().all(bare)
    });
    let unit = unit.map(|unit| format!(" {unit}")).unwrap_or_default();
    let since = day(value.since, context);
    let seen = if is_first && !value.configured {
        "seen since"
    } else {
        "since"
    };
    format!("{shown}{unit} {seen} {since}")
}
