//! `tidewatch outbox`: messages on their way.

use std::process::ExitCode;

use super::context::{Context, NoSuch, clock};
use super::output::{BAD, FAINT, GOOD, Output, STRONG, ago, ahead, one_line, print_table, table};
use crate::query;
use crate::store::{DeliveryState, Store};

/// Messages on their way: list, show, retry, drop.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Messages, newest first (the default)
    List {
        /// How many
        #[arg(long, short = 'n', default_value_t = 30)]
        limit: usize,
    },
    /// One message, its text and its attempts
    Show {
        /// Its id, `msg_…`
        id: String,
    },
    /// Try parked or waiting messages again now
    Retry {
        /// Their ids
        #[arg(required_unless_present = "channel")]
        ids: Vec<String>,
        /// All parked messages of this channel
        #[arg(long, value_name = "NAME", conflicts_with = "ids")]
        channel: Option<String>,
    },
    /// Give messages up; they stay in the log
    Drop {
        /// Their ids
        #[arg(required = true)]
        ids: Vec<String>,
    },
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let now = clock().now();
    match args.command.unwrap_or(Command::List { limit: 30 }) {
        Command::List { limit } => {
            let store = Context::open_to_read(&config)?;
            let outbox = query::outbox(&store, None, limit).await?;
            if context.out.json {
                Output::json(&outbox)?;
                return Ok(ExitCode::SUCCESS);
            }
            if outbox.messages.is_empty() {
                Output::text("the outbox is empty")?;
                return Ok(ExitCode::SUCCESS);
            }
            let mut table = table(&["id", "digest", "to", "state", "made", "tries", "next", ""]);
            for entry in &outbox.messages {
                let style = match entry.state {
                    DeliveryState::Sent => GOOD,
                    DeliveryState::Parked => BAD,
                    _ => FAINT,
                };
                table.add_row([
                    entry.id.clone(),
                    entry.digest.clone(),
                    format!("{} {}", entry.channel, entry.recipient)
                        .trim_end()
                        .to_owned(),
                    format!("{style}{}{style:#}", entry.state.name()),
                    ago(Some(entry.created_at), now),
                    entry.attempts.to_string(),
                    entry
                        .next_at
                        .map(|at| ahead(Some(at), now))
                        .unwrap_or_default(),
                    format!(
                        "{FAINT}{}{FAINT:#}",
                        one_line(entry.note.as_deref().unwrap_or(""), 80)
                    ),
                ]);
            }
            print_table(&table)?;
        }
        Command::Show { id } => {
            let store = Context::open_to_read(&config)?;
            let message = query::message(&store, &id).await?;
            if context.out.json {
                Output::json(&message)?;
                return Ok(ExitCode::SUCCESS);
            }
            let entry = &message.entry;
            let mut text = format!(
                "{STRONG}{}{STRONG:#}\n{} {} {}\n",
                message.form.subject, entry.id, entry.channel, entry.recipient
            );
            text.push_str(&format!(
                "{}, made {}\n",
                entry.state.name(),
                context.out.time(entry.created_at)
            ));
            for attempt in &message.log {
                text.push_str(&format!(
                    "{FAINT}{}  {}{FAINT:#}\n",
                    context.out.time(attempt.at),
                    attempt.note
                ));
            }
            text.push_str(&format!("\n{}", message.form.text));
            Output::text(&text)?;
        }
        Command::Retry { ids, channel } => {
            let store = Store::open(&config.database)?;
            let ids = match channel {
                Some(channel) => {
                    let known = config.channels.iter().any(|spec| spec.name == channel);
                    let parked = store.read({
                        let channel = channel.clone();
                        move |reader| reader.parked_on(&channel)
                    });
                    let parked = parked.await?;
                    if parked.is_empty() && !known {
                        return Err(NoSuch(format!(
                            "no channel is named `{channel}`; `tidewatch channels` lists them"
                        ))
                        .into());
                    }
                    if parked.is_empty() {
                        Output::text(&format!("nothing is parked on {channel}"))?;
                    }
                    parked
                }
                None => ids,
            };
            for id in ids {
                let asked = id.clone();
                store
                    .write(move |writer| writer.retry_delivery(&asked, now))
                    .await?;
                Output::text(&format!("{id} is due now"))?;
            }
        }
        Command::Drop { ids } => {
            let store = Store::open(&config.database)?;
            for id in ids {
                let asked = id.clone();
                store
                    .write(move |writer| writer.drop_delivery(&asked, now))
                    .await?;
                Output::text(&format!("{id} dropped"))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
