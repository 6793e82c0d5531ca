//! `tidewatch feedback`: what an audience thinks of what it is told; it tunes the order of digests.

use std::process::ExitCode;

use jiff::Timestamp;
use serde_json::json;

use super::context::{Context, Misuse, NoSuch, clock};
use super::output::{Output, one_line, print_table, table};
use crate::config::Config;
use crate::model::{DigestSpec, FindingId, Verb};
use crate::query;
use crate::store::Store;

/// Say what an audience thinks of a finding, or list what it said.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// A finding, such as `f12`
    id: Option<FindingId>,
    /// fire (much more like it), up, down, or mute (no more of this story for 30 days)
    verb: Option<Verb>,
    /// The digest whose audience speaks; may be left out where there is one audience only
    #[arg(long, value_name = "NAME")]
    digest: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Votes, newest first
    List {
        /// Of the audience of this digest only
        #[arg(long, value_name = "NAME")]
        digest: Option<String>,
        /// How many
        #[arg(long, short = 'n', default_value_t = 30)]
        limit: usize,
    },
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    match (args.command, args.id, args.verb) {
        (Some(Command::List { digest, limit }), ..) => {
            let audience = digest
                .map(|name| audience(&config, Some(&name)))
                .transpose()?;
            list(context, &config, audience, limit).await?;
        }
        (None, Some(id), Some(verb)) => {
            let audience = audience(&config, args.digest.as_deref())?;
            let store = Store::open(&config.database)?;
            query::vote(&store, &audience, id, verb, "cli", clock().now()).await?;
            let (sign, name) = (verb.sign(), verb.name());
            if context.out.json {
                Output::json(&json!({ "finding": id, "audience": audience, "verb": verb }))?;
            } else {
                Output::text(&format!("{sign} {name} on {id}, for {audience}"))?;
            }
        }
        _ => {
            let words =
                "say on what and what: `tidewatch feedback f12 up`, or `tidewatch feedback list`";
            return Err(Misuse(words.to_owned()).into());
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(
    context: &Context,
    config: &Config,
    audience: Option<String>,
    limit: usize,
) -> anyhow::Result<()> {
    let store = Context::open_to_read(config)?;
    let votes = store
        .read(move |reader| reader.votes(audience.as_deref(), Timestamp::MIN, limit))
        .await?;
    if context.out.json {
        return Output::json(&votes);
    }
    if votes.is_empty() {
        return Output::text("nobody has voted yet");
    }
    let mut table = table(&["", "when", "audience", "id", "way", "what"]);
    for vote in &votes {
        table.add_row([
            vote.verb.sign().to_owned(),
            context.out.time(vote.at),
            vote.audience.clone(),
            vote.id.to_string(),
            vote.way.clone(),
            one_line(&vote.finding.title, 80),
        ]);
    }
    print_table(&table)?;
    Output::note("tidewatch explain ID shows what votes make of a finding")
}

/// The audience of a digest by name; without a name the only one there is.
pub(super) fn audience(config: &Config, digest: Option<&str>) -> anyhow::Result<String> {
    let names = || {
        let names: Vec<&str> = config.digests.iter().map(|d| d.name.as_str()).collect();
        names.join(", ")
    };
    if let Some(name) = digest {
        let found = config.digests.iter().find(|spec| spec.name == name);
        return found.map(|spec| spec.audience().to_owned()).ok_or_else(|| {
            NoSuch(format!(
                "no digest is named `{name}`; configured: {}",
                names()
            ))
            .into()
        });
    }
    let mut audiences: Vec<&str> = config.digests.iter().map(DigestSpec::audience).collect();
    audiences.sort_unstable();
    audiences.dedup();
    match audiences.as_slice() {
        [one] => Ok((*one).to_owned()),
        _ => Err(Misuse(format!("say whose word it is with --digest: {}", names())).into()),
    }
}
