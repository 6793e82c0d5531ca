//! `tidewatch run`: the service.

use std::process::ExitCode;

use super::context::{Context, clock, runtime};
use crate::config::Config;
use crate::daemon::pipeline::vote_key;
use crate::daemon::{self, Face, Settings, panics, telemetry};
use crate::web;

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
    let reload = context.loader();
    runtime()?.block_on(async {
        let face = face(&config).await?;
        daemon::run(Settings {
            config,
            reload,
            clock: clock(),
            log,
            face,
        })
        .await
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The web face, listening, if one is configured.
async fn face(config: &Config) -> anyhow::Result<Option<Face>> {
    if config.web.listen.is_none() {
        return Ok(None);
    }
    let key = vote_key(&config.data_dir)?;
    let Some(face) = web::bind(&config.web, config.language, key, clock()).await? else {
        return Ok(None);
    };
    tracing::info!("the web face listens on {}", face.address()?);
    Ok(Some(Box::new(|store, stop| {
        Box::pin(face.serve(store, stop))
    })))
}
