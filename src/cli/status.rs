//! `tidewatch status`: how the watch fares.

use std::process::ExitCode;

use super::context::{Context, clock};
use super::output::{
    BAD, FAINT, GOOD, Output, STRONG, ago, ahead, bytes, one_line, print_table, table,
};
use crate::query::{self, SourceStatus, Status};

/// How the watch fares: sources, outbox, digests, daemon.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only sources that fail
    #[arg(long)]
    failing: bool,
    /// Only sources with this tag
    #[arg(long)]
    tag: Option<String>,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let store = Context::open_to_read(&config)?;
    let mut status = query::status(&store, &config.digests, clock().now()).await?;
    status.sources.retain(|source| {
        (!args.failing || source.failures > 0)
            && args
                .tag
                .as_ref()
                .is_none_or(|tag| source.tags.contains(tag))
    });
    if context.out.json {
        Output::json(&status)?;
    } else {
        print(&status, context)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(status: &Status, context: &Context) -> anyhow::Result<()> {
    let now = status.at;
    let mut sources = table(&[
        "source",
        "last poll",
        "outcome",
        "next",
        "changed",
        "fails",
        "",
    ]);
    for source in status.sources.iter().filter(|source| source.enabled) {
        sources.add_row([
            source.id.to_string(),
            ago(source.last_poll_at, now),
            outcome(source),
            ahead(source.next_poll_at, now),
            ago(source.last_change_at, now),
            if source.failures > 0 {
                source.failures.to_string()
            } else {
                String::new()
            },
            format!(
                "{FAINT}{}{FAINT:#}",
                one_line(source.message.as_deref().unwrap_or(""), 100)
            ),
        ]);
    }
    print_table(&sources)?;

    let daemon = match (status.daemon.running, status.daemon.pid) {
        (true, Some(pid)) => format!("{GOOD}running{GOOD:#} (pid {pid})"),
        (true, None) => format!("{GOOD}running{GOOD:#}"),
        (false, _) => format!("{BAD}not running{BAD:#}"),
    };
    let failing = status
        .sources
        .iter()
        .filter(|s| s.enabled && s.failures > 0)
        .count();
    let enabled = status.sources.iter().filter(|s| s.enabled).count();
    let counts = &status.totals.counts;
    let outbox: Vec<_> = status
        .outbox
        .iter()
        .map(|(state, n)| format!("{n} {}", state.name()))
        .collect();
    let mut lines = vec![
        String::new(),
        format!("{STRONG}daemon{STRONG:#}    {daemon}"),
        format!(
            "{STRONG}sources{STRONG:#}   {enabled} polled, {failing} failing, {} switched off",
            status.sources.len() - enabled
        ),
        format!(
            "{STRONG}kept{STRONG:#}      {} bodies, {} texts, {} changes, {} items, {} findings in {} ({})",
            counts.snapshots,
            counts.versions,
            counts.changes,
            counts.items,
            counts.findings,
            status.database.display(),
            bytes(status.totals.database_bytes)
        ),
        format!(
            "{STRONG}outbox{STRONG:#}    {}{}",
            if outbox.is_empty() {
                "empty".to_owned()
            } else {
                outbox.join(", ")
            },
            status
                .next_delivery_at
                .map(|at| format!(", next {}", ahead(Some(at), now)))
                .unwrap_or_default()
        ),
    ];
    for trouble in &status.troubles {
        lines.push(format!(
            "{STRONG}channel{STRONG:#}   {BAD}{} {} fails{BAD:#} since {}, {} attempts: {}",
            trouble.channel,
            trouble.recipient,
            context.out.time(trouble.since),
            trouble.failures,
            one_line(&trouble.why, 100),
        ));
    }
    if let Some(assistant) = &status.assistant {
        let error = assistant.last_error.as_deref();
        lines.push(format!(
            "{STRONG}assistant{STRONG:#} {} gists worded, {} times ours kept, last asked {}{}",
            assistant.taken,
            assistant.failed,
            ago(assistant.last_at, now),
            error.map_or_else(String::new, |why| format!(
                "; last failure: {}",
                one_line(why, 100)
            )),
        ));
    }
    for digest in &status.digests {
        let next = digest.next_at.map_or_else(
            || if digest.instant { "at once" } else { "never" }.to_owned(),
            |at| format!("{} ({})", context.out.time(at), ahead(Some(at), now)),
        );
        lines.push(format!(
            "{STRONG}digest{STRONG:#}    {}: last {}, next {next}, to {}",
            digest.name,
            ago(digest.last_at, now),
            digest.channels.join(", ")
        ));
    }
    for line in lines {
        Output::say(&line)?;
    }
    Ok(())
}

fn outcome(source: &SourceStatus) -> String {
    let name = source.last_outcome.as_deref().unwrap_or("—");
    let style = if source.failures > 0 { BAD } else { GOOD };
    format!("{style}{name}{style:#}")
}
