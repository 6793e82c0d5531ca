//! `tidewatch replay ITEMS.jsonl`: runs a recorded stream through trend detection with a virtual clock.

use std::io::Write;
use std::process::ExitCode;

use jiff::Timestamp;
use rustc_hash::FxHashSet;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use super::Args;
use super::input::Lines;
use crate::cli::context::{Context, Misuse, clock};
use crate::cli::output::{FAINT, STRONG};
use crate::detect::trends::TrendSettings;
use crate::detect::trends::replay::{CheckLine, Recorded, Replay};

/// Runs a stream of items through the tracker, one JSON object a line, in order of time. An item that
/// stands twice counts once; what is not in order is said at the end. One of a time to come would carry the
/// clock there, so that all after it came too late: it is left out.
pub(super) fn run(args: &Args, mut lines: Lines, context: &Context) -> anyhow::Result<ExitCode> {
    let name = lines.name.clone();
    let bar = lines.bar.clone();
    let mut replay = Replay::new(TrendSettings::default(), args.every).with_names();
    if args.stories {
        replay = replay.with_stories();
    }
    let mut out = anstream::stdout().lock();
    let mut known: FxHashSet<u64> = FxHashSet::default();
    let now = clock().now();
    let (mut ahead, mut first_ahead) = (0, 0);
    let (mut latest, mut late, mut doubled, mut first_late) = (Timestamp::MIN, 0, 0, 0);
    while let Some((number, line)) = lines.next()? {
        let item: Recorded = serde_json::from_slice(line)
            .map_err(|error| Misuse(format!("{name}:{number}: {}", fault(&error))))?;
        if !known.insert(xxh3_64(item.id.as_bytes())) {
            doubled += 1;
            continue;
        }
        if item.published_at > now {
            ahead += 1;
            first_ahead = if ahead == 1 { number } else { first_ahead };
            continue;
        }
        if item.published_at < latest {
            late += 1;
            first_late = if late == 1 { number } else { first_late };
        }
        latest = latest.max(item.published_at);
        for check in replay.add(&item) {
            bar.set_message(check.at.to_string());
            tell(&mut out, &check, context)?;
        }
    }
    bar.finish_and_clear();
    let (last, stories) = replay.finish();
    if let Some(check) = last {
        tell(&mut out, &check, context)?;
    }
    for story in stories {
        if context.out.json {
            line(&mut out, &story)?;
        } else {
            writeln!(out, "story {}  {}", story.story, story.id)?;
        }
    }
    if late > 0 {
        anstream::eprintln!(
            "tidewatch: {name}: {} older than one before, the first in line {first_late}, and too late for the \
             checks of that time: sort the lines by published_at",
            items_are(late)
        );
    }
    if ahead > 0 {
        anstream::eprintln!(
            "tidewatch: {name}: {} dated later than today, the first in line {first_ahead}, and left out: correct \
             published_at",
            items_are(ahead)
        );
    }
    if doubled > 0 {
        anstream::eprintln!(
            "tidewatch: {name}: {} left out, with the id of one before",
            items_are(doubled)
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// What is wrong with a line, in the parser's words without its number: there is but one line to it.
pub(super) fn what(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line 1 column").next().unwrap_or(&text);
    format!("{what} (column {})", error.column())
}

fn fault(error: &serde_json::Error) -> String {
    let what = what(error);
    // how a library words a bad time is of no help
    let what = if ["failed to", "datetime"]
        .iter()
        .any(|word| what.contains(word))
    {
        format!("published_at is no time (column {})", error.column())
    } else {
        what
    };
    format!(
        "not a recorded item: {what}; a line needs id, source, published_at such as \
         2026-05-31T14:00:00Z, and title"
    )
}

/// `1 item is`, `3 items are`.
fn items_are(count: usize) -> String {
    match count {
        1 => "1 item is".to_owned(),
        count => format!("{count} items are"),
    }
}

fn tell(out: &mut impl Write, check: &CheckLine, context: &Context) -> anyhow::Result<()> {
    if context.out.json {
        return line(out, check);
    }
    for trend in &check.trends {
        writeln!(
            out,
            "{}  {STRONG}{}{STRONG:#}  {FAINT}{}, {} items of {} sources{FAINT:#}",
            check.at,
            trend.label,
            trend.stage.name(),
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
