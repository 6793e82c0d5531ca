//! `tidewatch replay ITEMS.jsonl`: runs a recorded stream through trend detection with a virtual clock.

use std::io::{BufRead, BufReader, Write};
use std::process::ExitCode;

use anyhow::Context as _;
use serde::Serialize;

use super::Args;
use crate::cli::context::{Context, Misuse};
use crate::cli::output::{FAINT, STRONG};
use crate::detect::trends::TrendSettings;
use crate::detect::trends::replay::{CheckLine, Recorded, Replay};

/// Runs a stream of items through the tracker, one JSON object a line, in order of time.
pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let name = args.recording.display();
    let file = std::fs::File::open(&args.recording).with_context(|| format!("opening {name}"))?;
    let mut replay = Replay::new(TrendSettings::default(), args.every).with_names();
    if args.stories {
        replay = replay.with_stories();
    }
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
    for story in stories {
        line(&mut out, &story)?;
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
    for new in &check.new {
        let sort = new.sort.unwrap_or("name");
        writeln!(
            out,
            "{}  {STRONG}{}{STRONG:#}  {FAINT}new {sort}, {} sources, not seen in {} days{FAINT:#}",
            check.at, new.name, new.owners, new.unseen_days
        )?;
    }
    Ok(())
}

/// One JSON line.
pub(super) fn line(out: &mut impl Write, value: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}
