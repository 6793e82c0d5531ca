//! `tidewatch findings`: what was found, newest first.

use std::process::ExitCode;

use super::context::Context;
use super::output::{BAD, FAINT, Output, STRONG, one_line, print_table, table};
use super::spans::count;
use crate::model::{FindingId, Severity, SourceId};
use crate::query;
use crate::store::FindingFilter;

/// What was found, newest first.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only of this source
    #[arg(long)]
    source: Option<SourceId>,
    /// Only about this platform: its id or its name
    #[arg(long)]
    platform: Option<String>,
    /// Only since then: a date, a time, yesterday, or a span back from now such as 7d
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Also what was suppressed, with the reason
    #[arg(long)]
    all: bool,
    /// How many lines
    #[arg(long, short = 'n', default_value_t = 30, value_parser = count)]
    limit: usize,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let store = Context::open_to_read(&config)?;
    let since = args
        .since
        .as_deref()
        .map(|text| context.instant(text))
        .transpose()?;
    let filter = FindingFilter {
        source: args.source,
        platform: Context::platform(&config, args.platform)?,
        since,
        suppressed: args.all,
        ..FindingFilter::default()
    };
    let found = query::findings(&store, filter, args.limit).await?;
    if context.out.json {
        Output::json(&found)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = table(&["id", "found", "", "source", "what"]);
    for view in &found {
        let finding = &view.finding;
        let style = match finding.severity {
            Severity::Breaking => BAD.bold(),
            Severity::Important => STRONG,
            Severity::Informational => anstyle::Style::new(),
            Severity::Cosmetic => FAINT,
        };
        let why = finding
            .suppressed
            .as_deref()
            .map(|why| format!(" {FAINT}(not told: {why}){FAINT:#}"))
            .unwrap_or_default();
        table.add_row([
            FindingId::to_string(&view.id),
            context.out.time(finding.detected_at),
            severity(finding.severity).to_owned(),
            finding.source.to_string(),
            format!("{style}{}{style:#}{why}", one_line(&finding.title, 100)),
        ]);
    }
    if found.is_empty() {
        Output::say("nothing found yet")?;
    } else {
        print_table(&table)?;
        Output::note("tidewatch explain ID shows the evidence")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The severity in one word.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Breaking => "breaking",
        Severity::Important => "important",
        Severity::Informational => "info",
        Severity::Cosmetic => "cosmetic",
    }
}
