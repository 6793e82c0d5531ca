//! `tidewatch compare-files BEFORE AFTER`: judges any two files as the live watch would.

mod card;
mod pairs;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use super::context::{Context, Misuse, clock};
use super::output::Output;
use crate::query::{Comparison, PairRecord};

/// Judge any two files: did the rule change, or only the page?
///
/// They are read and judged exactly as two versions of a source would be: HTML by its main text,
/// Markdown and plain text as such. Nothing is stored and no configuration is needed; the `lexicon` of
/// one that is there counts.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The earlier file
    #[arg(required_unless_present = "pairs", conflicts_with = "pairs")]
    before: Option<PathBuf>,
    /// The later file
    #[arg(required_unless_present = "pairs")]
    after: Option<PathBuf>,
    /// How both are read; by default each file's name and look decide
    #[arg(long, value_parser = ["page", "text", "markdown"])]
    kind: Option<String>,
    /// Language of the texts: ru, en, de, fr…; by default it is recognised
    #[arg(long, value_name = "L")]
    lang: Option<String>,
    /// Name of the document, for the headline; by default its first heading
    #[arg(long)]
    title: Option<String>,
    /// Platform it is about, for the headline
    #[arg(long)]
    platform: Option<String>,
    /// When the later text was read: "in 30 days" is reckoned from it; by default now
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
    /// Judge many: JSON lines with id, before, after (paths from the file's folder), format, language;
    /// one JSON line each comes out, in the same order; a bad row is a line with its number and error
    #[arg(long, value_name = "FILE")]
    pairs: Option<PathBuf>,
}

/// A verdict with the name of its pair.
#[derive(Serialize)]
struct Named<'a> {
    id: &'a serde_json::Value,
    #[serde(flatten)]
    comparison: &'a Comparison,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let now = match &args.at {
        Some(text) => context.instant(text)?,
        None => clock().now(),
    };
    // words of one's own count here too
    if context.config_file().is_some() {
        context.load()?;
    }
    if let Some(file) = &args.pairs {
        return pairs::run(file, args, now);
    }
    let (Some(before), Some(after)) = (&args.before, &args.after) else {
        return Err(Misuse("name two files, or --pairs FILE".to_owned()).into());
    };
    let record = args.over(PairRecord {
        id: serde_json::Value::Null,
        before: before.clone(),
        after: after.clone(),
        format: None,
        language: None,
        platform: None,
        document_type: None,
        url: None,
        date_after: None,
    });
    let comparison = record.judge(Path::new(""), now)?;
    if context.out.json {
        Output::json(&comparison)?;
    } else {
        Output::text(&card::card(&comparison))?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Args {
    /// What the command line says stands above what a record says.
    fn over(&self, record: PairRecord) -> PairRecord {
        let or = |ours: &Option<String>, theirs| ours.clone().or(theirs);
        PairRecord {
            format: or(&self.kind, record.format),
            language: or(&self.lang, record.language),
            platform: or(&self.platform, record.platform),
            document_type: or(&self.title, record.document_type),
            ..record
        }
    }
}

/// The verdict as one JSON line.
fn line(id: &serde_json::Value, comparison: &Comparison) -> serde_json::Result<String> {
    serde_json::to_string(&Named { id, comparison })
}

/// A pair that could not be judged, as one JSON line.
fn failure(id: &serde_json::Value, row: usize, error: &str) -> String {
    serde_json::json!({ "id": id, "row": row, "error": error }).to_string()
}
