//! Logs: for people on a terminal, straight to the journal under systemd, JSON elsewhere.
//!
//! Lines go to stderr, so that a subcommand's result on stdout can be piped. Started before the
//! configuration is read with what the environment says, so that its faults are seen.

use std::io::IsTerminal;

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt, reload};

use crate::config::{Log, LogFormat};

/// Lets the filter be changed when the configuration has been read or read again.
pub struct LogHandle(reload::Handle<EnvFilter, tracing_subscriber::Registry>);

impl LogHandle {
    /// Takes over a filter such as `info` or `warn,tidewatch::fetch=debug`; a bad one is told and ignored.
    pub fn set_filter(&self, filter: &str) {
        match EnvFilter::try_new(filter) {
            Ok(filter) => drop(self.0.reload(filter)),
            Err(error) => {
                tracing::warn!("log filter `{filter}` cannot be read and is ignored: {error}");
            }
        }
    }
}

/// Starts logging. Does nothing more than the first time when called again.
pub fn start(log: &Log) -> LogHandle {
    let filter = EnvFilter::try_new(&log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let (filter, handle) = reload::Layer::new(filter);
    let registry = tracing_subscriber::registry().with(filter);
    let on_terminal = std::io::stderr().is_terminal();
    let under_systemd = std::env::var_os("JOURNAL_STREAM").is_some() && !on_terminal;
    let format = match log.format {
        LogFormat::Auto if on_terminal => LogFormat::Human,
        LogFormat::Auto if under_systemd => LogFormat::Journald,
        LogFormat::Auto => LogFormat::Json,
        chosen => chosen,
    };
    // a second start, as in tests, keeps the first one's subscriber
    let _ = match format {
        LogFormat::Journald => match tracing_journald::layer() {
            Ok(journald) => registry.with(journald).try_init(),
            Err(_) => registry
                .with(fmt::layer().with_writer(std::io::stderr).json())
                .try_init(),
        },
        LogFormat::Json => registry
            .with(fmt::layer().with_writer(std::io::stderr).json())
            .try_init(),
        LogFormat::Human | LogFormat::Auto => {
            let colours = on_terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
            let layer = fmt::layer()
                .with_writer(std::io::stderr)
                .with_ansi(colours)
                .with_target(false)
                .compact();
            registry.with(layer).try_init()
        }
    };
    LogHandle(handle)
}
