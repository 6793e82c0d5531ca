//! `tidewatch channels`: what is configured, and whether it works.

use std::process::ExitCode;

use serde_json::json;

use super::context::{Context, NoSuch, clock};
use super::output::{BAD, GOOD, Output, print_table, table};
use crate::deliver::Deliverer;

/// Channels that digests go by; send a test.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Configured channels
    List,
    /// Send a test message to every recipient and explain what fails
    Test {
        /// Name of the channel
        name: String,
    },
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let Command::Test { name } = args.command else {
        if context.out.json {
            let listed: Vec<_> = config
                .channels
                .iter()
                .map(|c| json!({ "name": c.name, "kind": c.kind, "to": c.to }))
                .collect();
            Output::json(&listed)?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut table = table(&["channel", "kind", "to", "digests"]);
        for channel in &config.channels {
            let uses = config
                .digests
                .iter()
                .filter(|digest| digest.channels.contains(&channel.name));
            table.add_row([
                channel.name.clone(),
                channel.kind.clone(),
                channel.to.join(", "),
                uses.map(|digest| digest.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            ]);
        }
        print_table(&table)?;
        return Ok(ExitCode::SUCCESS);
    };
    if !config.channels.iter().any(|channel| channel.name == name) {
        let known: Vec<_> = config
            .channels
            .iter()
            .map(|channel| channel.name.as_str())
            .collect();
        return Err(NoSuch(format!(
            "no channel is named `{name}`; configured: {}",
            known.join(", ")
        ))
        .into());
    }
    let report = Deliverer::new(&config.channels)?
        .with_clock(clock())
        .test(&name)
        .await?;
    let outcomes = report.outcomes.iter().map(|(to, outcome)| match outcome {
        Ok(receipt) => (to, true, receipt.note.clone()),
        Err(error) => (to, false, error.to_string()),
    });
    if context.out.json {
        Output::json(
            &outcomes
                .map(|(to, ok, note)| json!({ "to": to, "ok": ok, "note": note }))
                .collect::<Vec<_>>(),
        )?;
    } else {
        for (to, ok, note) in outcomes {
            let (style, word) = if ok { (GOOD, "sent") } else { (BAD, "failed") };
            Output::text(format!("{name} {to} {style}{word}{style:#} {note}").trim_end())?;
        }
    }
    Ok(ExitCode::from(u8::from(!report.is_fine())))
}
