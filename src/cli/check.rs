//! `tidewatch check`: all faults of the configuration at once.

use std::process::ExitCode;

use serde_json::json;

use super::context::Context;
use super::output::Output;
use crate::config::Fault;

/// Check the configuration and report all its faults at once.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// File to check instead of the configuration in force
    file: Option<std::path::PathBuf>,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let asked = args
        .file
        .clone()
        .map(|file| Context::new(Some(file), context.out.json));
    let context = asked.as_ref().unwrap_or(context);
    let loaded = context.load();
    let templates: Vec<String> = loaded
        .iter()
        .flat_map(|config| &config.digests)
        .flat_map(|spec| {
            let faults = crate::digest::check_templates(spec);
            faults
                .into_iter()
                .map(|why| format!("digest `{}`: {why}", spec.name))
        })
        .chain(loaded.iter().flat_map(|config| {
            let faults = config.channels.iter().filter_map(crate::deliver::fault);
            faults.map(|fault| fault.to_string())
        }))
        .collect();
    if !templates.is_empty() {
        if context.out.json {
            let told: Vec<_> = templates
                .iter()
                .map(|why| json!({ "message": why }))
                .collect();
            Output::json(&json!({ "ok": false, "faults": told }))?;
        } else {
            for why in &templates {
                anstream::eprintln!("{why}");
            }
        }
        return Ok(ExitCode::from(2));
    }
    let (faults, code) = match &loaded {
        Ok(config) => (config.warnings.as_slice(), 0),
        Err(faults) => (faults.0.as_slice(), 2),
    };
    if context.out.json {
        let told: Vec<_> = faults.iter().map(told).collect();
        Output::json(
            &json!({ "ok": code == 0, (if code == 0 { "warnings" } else { "faults" }): told }),
        )?;
        return Ok(ExitCode::from(code));
    }
    match &loaded {
        Ok(config) => {
            for warning in &config.warnings {
                anstream::eprintln!("warning: {warning}");
            }
            let enabled = config
                .sources
                .iter()
                .filter(|source| source.enabled)
                .count();
            let place = context.config_file().map_or_else(
                || "built-in defaults".to_owned(),
                |file| file.display().to_string(),
            );
            Output::text(&format!(
                "{place}: fine; {enabled} sources polled, {} switched off, {} digests, {} channels",
                config.sources.len() - enabled,
                config.digests.len(),
                config.channels.len()
            ))?;
        }
        Err(faults) => anstream::eprintln!("{faults}"),
    }
    Ok(ExitCode::from(code))
}

fn told(fault: &Fault) -> serde_json::Value {
    json!({
        "file": fault.file,
        "line": fault.line,
        "column": fault.column,
        "message": fault.message,
        "remedy": fault.remedy,
    })
}
