//! `tidewatch changes`: what changed in the rules, newest first.

use std::process::ExitCode;

use super::context::Context;
use super::findings::severity;
use super::output::{BAD, FAINT, Output, STRONG, one_line, print_table, table};
use crate::model::{Severity, SourceId};
use crate::query::{self, FindingView};
use crate::store::ChangeFilter;

/// What changed in the rules, newest first: of pages, and classed entries of changelogs.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only about this platform: its id or its name
    #[arg(long)]
    platform: Option<String>,
    /// Only of this source
    #[arg(long)]
    source: Option<SourceId>,
    /// Only since then: a date, a time, yesterday, or a span back from now such as 7d
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Only of at least this severity
    #[arg(long, value_parser = ["breaking", "important", "informational"])]
    severity: Option<String>,
    /// Only touching this area: ads, content, monetisation, api, privacy, accounts…
    #[arg(long)]
    area: Option<String>,
    /// Also what was suppressed, with the reason
    #[arg(long)]
    all: bool,
    /// How many lines
    #[arg(long, short = 'n', default_value_t = 30)]
    limit: usize,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let store = Context::open_to_read(&config)?;
    let since = args.since.as_deref().map(|text| context.instant(text));
    let filter = ChangeFilter {
        source: args.source,
        platform: Context::platform(&config, args.platform)?,
        severity: args.severity.as_deref().map(grade),
        area: Context::area(&config, args.area)?,
        since: since.transpose()?,
        suppressed: args.all,
        before: None,
    };
    let found = query::rule_changes(&store, filter, args.limit).await?;
    if context.out.json {
        Output::json(&found)?;
        return Ok(ExitCode::SUCCESS);
    }
    if found.is_empty() {
        Output::say("no change of a rule found; --all shows what was suppressed")?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = table(&["id", "found", "", "class", "from", "what"]);
    for view in &found {
        table.add_row(row(view, context));
    }
    print_table(&table)?;
    Output::note("tidewatch explain ID shows the evidence")?;
    Ok(ExitCode::SUCCESS)
}

fn row(view: &FindingView, context: &Context) -> [String; 6] {
    let finding = &view.finding;
    let style = match finding.severity {
        Severity::Breaking => BAD.bold(),
        Severity::Important => STRONG,
        Severity::Informational => anstyle::Style::new(),
        Severity::Cosmetic => FAINT,
    };
    let why = finding.suppressed.as_deref();
    let why = why.map(|why| format!(" {FAINT}(not told: {why}){FAINT:#}"));
    let title = one_line(&finding.title, 110);
    [
        view.id.to_string(),
        context.out.time(finding.detected_at),
        severity(finding.severity).to_owned(),
        finding.class.map_or("", |class| class.name()).to_owned(),
        finding
            .effective
            .map(|day| day.to_string())
            .unwrap_or_default(),
        format!("{style}{title}{style:#}{}", why.unwrap_or_default()),
    ]
}

fn grade(name: &str) -> Severity {
    match name {
        "breaking" => Severity::Breaking,
        "important" => Severity::Important,
        _ => Severity::Informational,
    }
}
