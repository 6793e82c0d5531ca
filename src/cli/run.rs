//! `tidewatch run`: the service.

use std::process::ExitCode;

use super::context::{Context, clock, runtime};
use crate::daemon::{self, Settings, panics, telemetry};

/// Watch: poll on schedule, detect, compose and deliver digests, until stopped.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let log = telemetry::start(&config.log);
    panics::end_process_on_panic();
    let version = env!("CARGO_PKG_VERSION");
    if let Some(file) = context.config_file() {
        tracing::info!(config = %file.display(), "tidewatch {version}");
    } else {
        tracing::info!(
            "tidewatch {version} on built-in defaults; `tidewatch init DIR` writes an editable configuration"
        );
    }
    let settings = Settings {
        config,
        reload: context.loader(),
        clock: clock(),
        log,
    };
    runtime()?.block_on(daemon::run(settings))?;
    Ok(ExitCode::SUCCESS)
}
