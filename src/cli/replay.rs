//! `tidewatch replay ITEMS.jsonl`: runs a recorded stream through trend detection with a virtual clock.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use jiff::SignedDuration;
use serde::Serialize;

use super::context::{Context, Misuse};
use super::output::{FAINT, STRONG};
use crate::detect::trends::TrendSettings;
use crate::detect::trends::replay::{CheckLine, Recorded, Replay};

/// Run a recorded stream of items through trend detection with a virtual clock.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// One JSON object a line, in order of time: id, source, published_at, title; lang, summary, owner, url
    items: PathBuf,
    /// How often to look
    #[arg(long, default_value = "3h")]
    every: SignedDuration,
    /// At the end also a line per item with its story
    #[arg(long)]
    stories: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let name = args.items.display();
    let file = std::fs::File::open(&args.items).with_context(|| format!("opening {name}"))?;
    let mut replay = Replay::new(TrendSettings::default(), args.every);
    let mut out = anstream::stdout().lock();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line.with_context(|| format!("reading {name}"))?;
        if line.trim().is_empty() {
            continue;
        }
        let item: Recorded = serde_json::from_str(&line).map_err(|error| {
            Misuse(format!(
                "{name}:{}: not a recorded item: {error}",
                number + 1
            ))
        })?;
        for check in replay.add(&item) {
            tell(&mut out, &check, context)?;
        }
    }
    let (last, stories) = replay.finish();
    if let Some(check) = last {
        tell(&mut out, &check, context)?;
    }
    if args.stories {
        for story in stories {
            line(&mut out, &story)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(out: &mut impl Write, check: &CheckLine, context: &Context) -> anyhow::Result<()> {
    if context.out.json {
        return line(out, check);
    }
    for trend in &check.trends {
        let stage = serde_json::to_value(trend.stage)?;
        writeln!(
            out,
            "{}  {STRONG}{}{STRONG:#}  {FAINT}{}, {} items of {} sources{FAINT:#}",
            check.at,
            trend.label,
            stage.as_str().unwrap_or_default(),
            trend.items.len(),
            trend.sources.len()
        )?;
    }
    Ok(())
}

fn line(out: &mut impl Write, value: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}
