//! `tidewatch init DIR`: an editable configuration.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::context::Context;
use super::output::Output;
use crate::config;

/// Write an editable configuration into a directory.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Directory to write into; made if it does not exist. No file is overwritten
    dir: PathBuf,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let written = config::init(&args.dir)?;
    if context.out.json {
        Output::json(&json!({ "written": written }))?;
    } else {
        let main = args.dir.join("tidewatch.toml");
        let mut lines: Vec<_> = written
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        lines.push(format!(
            "edit {0}, then: tidewatch --config {0} check",
            main.display()
        ));
        let text = lines.join("\n");
        Output::text(&text)?;
    }
    Ok(ExitCode::SUCCESS)
}
