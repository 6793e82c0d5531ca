//! `tidewatch show SOURCE`: what a source said, now or at a time.

use std::io::Write;
use std::process::ExitCode;

use super::context::Context;
use super::output::{FAINT, Output, STRONG};
use crate::model::{BlockKind, PageText, SourceId};
use crate::query::{self, VersionRef};

/// What a source said, now or at a time.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which source
    source: SourceId,
    /// A date (end of that day), a date with time, `v12`, or `-1` for the one before the latest
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "latest",
        allow_hyphen_values = true
    )]
    at: String,
    /// The raw body as it was fetched
    #[arg(long)]
    raw: bool,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let store = Context::open_to_read(&config)?;
    let which = VersionRef::parse(&args.at, &context.out.zone)?;
    if args.raw {
        let body = query::show_raw(&store, &args.source, which).await?;
        let mut out = std::io::stdout().lock();
        out.write_all(&body.bytes)?;
        return Ok(ExitCode::SUCCESS);
    }
    let version = query::show(&store, &args.source, which).await?;
    if context.out.json {
        Output::json(&version)?;
        return Ok(ExitCode::SUCCESS);
    }
    let until = version
        .replaced_at
        .map_or_else(|| "now".to_owned(), |at| context.out.time(at));
    let head = format!(
        "{STRONG}{}{STRONG:#}\n{FAINT}{} {}, {} – {until}{FAINT:#}\n\n",
        version.title.as_deref().unwrap_or(version.source.as_str()),
        version.source,
        version.id,
        context.out.time(version.at)
    );
    Output::text(&(head + &rendered(&version.text)))?;
    Ok(ExitCode::SUCCESS)
}

fn rendered(text: &PageText) -> String {
    let mut out = String::new();
    for block in &text.blocks {
        match block.kind {
            BlockKind::Heading(level) => {
                let marks = "#".repeat(level.into());
                out.push_str(&format!("\n{STRONG}{marks} {}{STRONG:#}\n\n", block.text));
            }
            BlockKind::ListItem => out.push_str(&format!("• {}\n", block.text)),
            BlockKind::Quote => out.push_str(&format!("> {}\n\n", block.text)),
            BlockKind::TableRow | BlockKind::Code => out.push_str(&format!("{}\n", block.text)),
            BlockKind::Paragraph => out.push_str(&format!("{}\n\n", block.text)),
        }
    }
    out
}
