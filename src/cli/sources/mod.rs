//! `tidewatch sources`: what is configured, what an address would give, how sources come in and go out.

mod add;
mod named;
mod opml;
mod shown;
mod trial;

use std::process::ExitCode;
use std::sync::Arc;

use serde::Serialize;
use url::Url;

use super::context::Context;
use super::output::{FAINT, Output, print_table, table};
use crate::extract;
use crate::model::Source;

pub(super) use shown::rendered;
use trial::plain_url as url;

/// Configured sources: list, test, add, import, export.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// All configured sources
    List {
        /// Only those with this tag
        #[arg(long)]
        tag: Option<String>,
    },
    /// Fetch a URL or a configured source once and show what is read, storing nothing
    Test(trial::Args),
    /// Find out what an address is, show what it gives, and write it into your configuration
    Add(Box<add::Args>),
    /// Take over feeds from another reader's OPML file; needs no network
    Import(opml::Import),
    /// Write the configured sources as OPML to stdout
    Export(opml::Export),
}

#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    kind: &'a str,
    url: &'a Url,
    title: &'a str,
    owner: &'a str,
    role: crate::model::Role,
    platform: Option<&'a str>,
    language: Option<&'a str>,
    tags: &'a [String],
    schedule: String,
    enabled: bool,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List { tag } => list(tag.as_deref(), context),
        Command::Test(args) => trial::run(args, context).await,
        Command::Add(args) => add::run(*args, context).await,
        Command::Import(args) => opml::import(&args, context),
        Command::Export(args) => opml::export(&args, context),
    }
}

/// A kind of source, for clap.
fn kind(text: &str) -> Result<String, String> {
    if extract::KINDS.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "it is no kind of source; kinds are {}",
        extract::KINDS.join(", ")
    ))
}

fn list(tag: Option<&str>, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let wanted = |source: &&Arc<Source>| tag.is_none_or(|tag| source.tags.iter().any(|t| t == tag));
    let sources: Vec<_> = config.sources.iter().filter(wanted).collect();
    if context.out.json {
        let listed = sources.iter().map(|source| Listed {
            id: source.id.as_str(),
            kind: source.kind.as_str(),
            url: &source.url,
            title: &source.title,
            owner: &source.owner,
            role: source.role,
            platform: source.platform.as_deref(),
            language: source.language.as_deref(),
            tags: &source.tags,
            schedule: source.cadence.to_string(),
            enabled: source.enabled,
        });
        Output::json(&listed.collect::<Vec<_>>())?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = table(&["source", "kind", "schedule", "tags", "url"]);
    for source in &sources {
        let style = if source.enabled {
            anstyle::Style::new()
        } else {
            FAINT
        };
        table.add_row([
            format!("{style}{}{style:#}", source.id),
            source.kind.as_str().to_owned(),
            if source.enabled {
                source.cadence.to_string()
            } else {
                "off".to_owned()
            },
            source.tags.join(" "),
            format!("{FAINT}{}{FAINT:#}", source.url),
        ]);
    }
    print_table(&table)?;
    Output::text(&format!("{} sources", sources.len()))?;
    Ok(ExitCode::SUCCESS)
}
