//! `tidewatch history SOURCE`: what happened to a source.

use std::process::ExitCode;

use jiff::Timestamp;

use super::context::{Context, source};
use super::output::{BAD, FAINT, Output, STRONG, bytes, one_line, print_table, table};
use crate::model::SourceId;
use crate::query;
use crate::store::Event;

/// What happened to a source: texts, changes, items, polls.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which source
    source: SourceId,
    /// Show the polls instead of the content
    #[arg(long)]
    polls: bool,
    /// How many lines
    #[arg(long, short = 'n', default_value_t = 30)]
    limit: usize,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let store = Context::open_to_read(&config)?;
    let known = source(&config, &args.source).map(|source| source.id.clone());
    // a source that is no longer configured still has its history
    let id = known.or_else(|error| {
        if args.source.as_str().is_empty() {
            Err(error)
        } else {
            Ok(args.source.clone())
        }
    })?;
    if args.polls {
        let polls = query::polls(&store, Some(&id), None, args.limit).await?;
        if context.out.json {
            Output::json(&polls)?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut table = table(&["when", "outcome", "status", "size", "new", ""]);
        for poll in polls {
            table.add_row([
                context.out.time(poll.started_at),
                poll.outcome,
                poll.http_status
                    .map(|status| status.to_string())
                    .unwrap_or_default(),
                poll.bytes.map(bytes).unwrap_or_default(),
                if poll.new_items > 0 {
                    poll.new_items.to_string()
                } else {
                    String::new()
                },
                format!(
                    "{FAINT}{}{FAINT:#}",
                    one_line(poll.message.as_deref().unwrap_or(""), 100)
                ),
            ]);
        }
        print_table(&table)?;
        return Ok(ExitCode::SUCCESS);
    }
    let history = query::history(&store, &id, Timestamp::MAX, args.limit).await?;
    if context.out.json {
        Output::json(&history)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = table(&["when", "what", ""]);
    for entry in &history.entries {
        let (what, words) = told(&entry.event);
        table.add_row([context.out.time(entry.at), what, words]);
    }
    if history.entries.is_empty() {
        Output::text("nothing yet; `tidewatch history --polls` shows the attempts")?;
    } else {
        print_table(&table)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn told(event: &Event) -> (String, String) {
    match event {
        Event::Version {
            version,
            title,
            reextraction,
            change,
            cosmetic,
            words_removed,
            words_added,
        } => {
            let title = title
                .as_deref()
                .map(|title| one_line(title, 60))
                .unwrap_or_default();
            let words = match (change, cosmetic) {
                _ if *reextraction => format!("{FAINT}read again by a better extractor{FAINT:#}"),
                (None, _) => format!("first text: {title}"),
                (Some(change), Some(reason)) => {
                    format!("{FAINT}{change}: cosmetic ({reason}){FAINT:#}")
                }
                (Some(change), None) => {
                    format!("{BAD}{change}{BAD:#}: −{words_removed} +{words_added} words")
                }
            };
            (format!("text {version}"), words)
        }
        Event::Item {
            item, title, link, ..
        } => {
            let link = link.as_deref().unwrap_or("");
            (
                format!("item {item}"),
                format!(
                    "{STRONG}{}{STRONG:#} {FAINT}{link}{FAINT:#}",
                    one_line(title, 80)
                ),
            )
        }
        Event::Edit {
            item,
            before,
            title,
            ..
        } => {
            let words = if before == title {
                one_line(title, 80)
            } else {
                format!("{} → {}", one_line(before, 60), one_line(title, 60))
            };
            (format!("edit {item}"), words)
        }
    }
}
