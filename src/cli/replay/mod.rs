//! `tidewatch replay`: recorded bodies, or a recorded stream of items, through the live code.

mod digests;
mod items;
mod versions;

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use jiff::SignedDuration;

use super::context::{Context, Misuse, block_on};
use super::trends::window;

/// Run recorded bodies or items through the live code with a virtual clock: what would have been told, when?
///
/// Bodies: a directory with one folder a source, its files named by time (2026-05-31T14-00-00Z.html,
/// 2026-05-31T16-00-00+0200.html, 20260531140000.md; settings in source.json), or JSON lines with source, at, and file or body; also kind, url, title,
/// owner, role, platform, language, document, content_type. A source that is configured is judged with
/// its own settings. Nothing is stored or sent.
///
/// Items (id, source, published_at, title; lang, summary, owner, url) go through trend detection.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A directory or a file of JSON lines
    recording: PathBuf,
    /// Items: how often to look for trends, such as 30m, 3h or 1d
    #[arg(long, default_value = "3h", value_parser = every)]
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
    if args.recording.is_dir() || holds_bodies(&args.recording)? {
        block_on(versions::run(args, context))
    } else {
        items::run(args, context)
    }
}

/// Time between two checks, a minute at least.
fn every(text: &str) -> Result<SignedDuration, String> {
    window(text).and_then(|every| {
        if every < SignedDuration::from_mins(1) {
            Err(format!("`{text}` is less than a minute"))
        } else {
            Ok(every)
        }
    })
}

/// Is the first record one of a body? It says `at`, and where the body is; an item says neither.
fn holds_bodies(file: &Path) -> anyhow::Result<bool> {
    let name = file.display();
    let opened = std::fs::File::open(file).with_context(|| format!("opening {name}"))?;
    for (line, number) in BufReader::new(opened).split(b'\n').zip(1..) {
        let line = line.with_context(|| format!("reading {name}"))?;
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&line);
        if !line.trim_ascii().is_empty() {
            let record: serde_json::Value = serde_json::from_slice(line)
                .map_err(|error| Misuse(format!("{name}:{number}: not a JSON record: {error}")))?;
            let says = |field: &str| record.get(field).is_some();
            return Ok(says("body") || says("file") || says("at"));
        }
    }
    Err(Misuse(format!("{name}: nothing is recorded in it")).into())
}
