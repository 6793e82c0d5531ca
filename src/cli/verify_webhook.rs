//! `tidewatch verify-webhook`: checks a received webhook, its body on stdin.

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::json;

use super::context::{Context, Misuse, clock};
use super::output::Output;
use crate::deliver::verify_webhook;
use crate::model::Secret;

/// Check a received webhook's signature; the body comes on stdin, byte for byte.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Header `webhook-id`
    #[arg(long)]
    id: String,
    /// Header `webhook-timestamp`
    #[arg(long)]
    timestamp: String,
    /// Header `webhook-signature`
    #[arg(long)]
    signature: String,
    /// File that holds the secret, `whsec_…`; without it the variable TIDEWATCH_WEBHOOK_SECRET is read
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// How old the message may be, in seconds
    #[arg(long, default_value_t = 300)]
    tolerance: u64,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let secret = match &args.secret_file {
        Some(file) => {
            std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?
        }
        None => std::env::var("TIDEWATCH_WEBHOOK_SECRET").map_err(|_| {
            Misuse("no secret: give --secret-file or set TIDEWATCH_WEBHOOK_SECRET".to_owned())
        })?,
    };
    let mut body = Vec::new();
    std::io::stdin().lock().read_to_end(&mut body)?;
    let tolerance = Duration::from_secs(args.tolerance);
    let secret = Secret::new(secret.trim());
    let checked = verify_webhook(
        &secret,
        &args.id,
        &args.timestamp,
        &body,
        &args.signature,
        clock().now(),
        tolerance,
    );
    if context.out.json {
        let why = checked.as_ref().err().map(ToString::to_string);
        Output::json(&json!({ "ok": why.is_none(), "why": why }))?;
    } else {
        match &checked {
            Ok(()) => Output::text("genuine")?,
            Err(error) => anstream::eprintln!("not genuine: {error}"),
        }
    }
    Ok(ExitCode::from(u8::from(checked.is_err())))
}
