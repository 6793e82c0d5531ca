//! `tidewatch replay`: recorded bodies, or a recorded stream of items, through the live code.

mod digests;
mod input;
mod items;
mod versions;

use std::path::PathBuf;
use std::process::ExitCode;

use jiff::SignedDuration;

use super::context::{Context, Misuse, block_on};
use super::spans::window;
use input::Lines;

/// Run recorded bodies or items through the live code with a virtual clock: what would have been told, when?
///
/// Bodies: a directory with one folder a source, its files named by time (2026-05-31T14-00-00Z.html,
/// 2026-05-31T16-00-00+0200.html, 20260531140000.md; settings in source.json), or JSON lines with source, at, and file or body; also kind, url, title,
/// owner, role, platform, language, document, content_type. A source that is configured is judged with
/// its own settings. Nothing is stored or sent.
///
/// Items (id, source, published_at, title; lang, summary, owner, url), in order of time, go through trend
/// detection. With --json each check is a line: at, and at most ten trends, best first, each with id, label,
/// headline, stage, score, sources and items (ids). With --stories the end is a line per item: id, story.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A directory or a file of JSON lines; items also packed (gzip, zstd) or from stdin: -
    recording: PathBuf,
    /// Items: how often to look for trends: 30m, 3h, 1d, 1w
    #[arg(long, value_name = "SPAN", default_value = "3h", value_parser = every)]
    every: SignedDuration,
    /// Items: at the end also a line per item with its story
    #[arg(long)]
    stories: bool,
    /// Bodies: leave out what was suppressed
    #[arg(long)]
    told: bool,
    /// Bodies: compose these digests when they would have been, parted by commas
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    digest: Vec<String>,
    /// Bodies: write each digest into this directory as HTML, text, Markdown and JSON
    #[arg(long, value_name = "DIR", requires = "digest")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    if args.recording.is_dir() {
        return block_on(versions::run(args, context));
    }
    let mut lines = Lines::open(&args.recording)?;
    if !holds_bodies(&mut lines)? {
        return items::run(args, lines, context);
    }
    if !lines.is_plain_file {
        let name = &lines.name;
        let why = "recorded bodies are read out of their file time and again";
        return Err(Misuse(format!("{name}: {why}: unpack it, or write it into one")).into());
    }
    block_on(versions::run(args, context))
}

/// Time between two checks, a minute at least.
fn every(text: &str) -> Result<SignedDuration, String> {
    window(text).and_then(|every| {
        if every < SignedDuration::from_mins(1) {
            Err(format!("`{text}` is less than a minute; write 1m at least"))
        } else {
            Ok(every)
        }
    })
}

/// Is the first record one of a body? It says `at`, and where the body is; an item says neither.
fn holds_bodies(lines: &mut Lines) -> anyhow::Result<bool> {
    let name = lines.name.clone();
    let Some((number, line)) = lines.peek()? else {
        return Err(Misuse(format!("{name}: nothing is recorded in it")).into());
    };
    let record: serde_json::Value = serde_json::from_slice(line).map_err(|error| {
        Misuse(format!(
            "{name}:{number}: not a JSON record: {}",
            items::what(&error)
        ))
    })?;
    let says = |field: &str| record.get(field).is_some();
    Ok(says("body") || says("file") || says("at"))
}
