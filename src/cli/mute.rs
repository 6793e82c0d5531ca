//! `tidewatch mute`: what is not told, neither at once nor in a digest.

use std::process::ExitCode;

use serde_json::json;

use super::context::{Context, Misuse, clock};
use super::output::{Output, print_table, table};
use crate::config::until;
use crate::model::{FindingKind, Mute, SourceId};
use crate::store::{MuteId, Store};

/// What is not told: list, add, remove.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Mutes in force (the default)
    List,
    /// Mute what fits everything that is named
    Add(Box<Add>),
    /// Take mutes back
    Remove {
        /// Their numbers, such as `m3`
        #[arg(required = true)]
        ids: Vec<MuteId>,
    },
}

#[derive(Debug, clap::Args)]
struct Add {
    /// Of this source
    #[arg(long)]
    source: Option<SourceId>,
    /// Of this owner
    #[arg(long)]
    owner: Option<String>,
    /// About this platform
    #[arg(long)]
    platform: Option<String>,
    /// Of sources with this tag
    #[arg(long)]
    tag: Option<String>,
    /// Of this kind: rule_change, new_item, trend, first_seen, spike, hit, flop, outage, silence, storm, deadline
    #[arg(long, value_parser = kind)]
    kind: Option<FindingKind>,
    /// With these words in the headline, or with this topic key
    #[arg(long)]
    topic: Option<String>,
    /// Only for the audience of this digest
    #[arg(long, value_name = "NAME")]
    digest: Option<String>,
    /// The last muted day, or an instant; without it for good
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Why, for whoever wonders later
    #[arg(long)]
    reason: Option<String>,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let now = clock().now();
    match args.command.unwrap_or(Command::List) {
        Command::List => {
            let stored = if config.database.exists() {
                let store = Context::open_to_read(&config)?;
                store.read(move |reader| reader.mutes(now)).await?
            } else {
                Vec::new()
            };
            let configured = config
                .mutes
                .iter()
                .filter(|mute| mute.until.is_none_or(|until| now < until));
            if context.out.json {
                let configured: Vec<_> = configured.collect();
                Output::json(&json!({ "mutes": stored, "configured": configured }))?;
                return Ok(ExitCode::SUCCESS);
            }
            let mut table = table(&["id", "what", "until", "why"]);
            let mut rows = 0;
            let all = configured.map(|mute| ("config".to_owned(), mute));
            let said = stored
                .iter()
                .map(|stored| (stored.id.to_string(), &stored.mute));
            for (id, mute) in all.chain(said) {
                rows += 1;
                let until = mute.until.map(|at| context.out.time(at));
                table.add_row([
                    id,
                    mute.words(),
                    until.unwrap_or_else(|| "for good".to_owned()),
                    mute.reason.clone().unwrap_or_default(),
                ]);
            }
            if rows == 0 {
                Output::say("nothing is muted")?;
            } else {
                print_table(&table)?;
                Output::note("tidewatch mute remove ID takes one back")?;
            }
        }
        Command::Add(add) => {
            let audience = add
                .digest
                .map(|name| super::feedback::audience(&config, Some(&name)))
                .transpose()?;
            let until = add
                .until
                .map(|text| {
                    until(&text, &config.zone).ok_or_else(|| {
                        Misuse(format!("`{text}` is no date; write for example 2026-12-31"))
                    })
                })
                .transpose()?;
            let mute = Mute {
                audience,
                source: add.source,
                owner: add.owner,
                platform: add.platform,
                tag: add.tag,
                kind: add.kind,
                topic: add.topic,
                until,
                reason: add.reason,
            };
            if !mute.is_specific() {
                let words =
                    "name what to mute: --source, --owner, --platform, --tag, --kind or --topic";
                return Err(Misuse(words.to_owned()).into());
            }
            let store = Store::open(&config.database)?;
            let words = mute.words();
            let id = store
                .write(move |writer| writer.add_mute(&mute, None, now))
                .await?;
            if context.out.json {
                Output::json(&json!({ "id": id }))?;
            } else {
                Output::text(&format!("{id} mutes {words}"))?;
            }
        }
        Command::Remove { ids } => {
            let store = Store::open(&config.database)?;
            for id in ids {
                store.write(move |writer| writer.end_mute(id, now)).await?;
                Output::text(&format!("{id} is taken back"))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn kind(text: &str) -> Result<FindingKind, String> {
    let mut all = FindingKind::ALL.into_iter();
    all.find(|kind| kind.name() == text).ok_or_else(|| {
        let names = FindingKind::ALL.map(FindingKind::name).join(", ");
        format!("choose one of: {names}")
    })
}
