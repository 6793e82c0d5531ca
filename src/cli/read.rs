//! `tidewatch read KIND FILE…`: what a body would be read as, storing nothing.

use std::io::{Read, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use url::Url;

use super::context::{Context, Misuse, clock};
use super::output::Output;
use super::sources::rendered;
use crate::daemon::pipeline::try_source;
use crate::extract;
use crate::model::{Body, FetchResult, ReadOptions, ReadOutcome, Reading, Source, SourceKind};

/// Read a file, a URL or stdin as a kind of source would be read, storing nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// feed, page, changelog, telegram, youtube…
    kind: String,
    /// Files, `-` for stdin, or one http(s) URL; several files give one JSON line each
    #[arg(required = true)]
    bodies: Vec<String>,
    /// Base of relative links
    #[arg(long, value_name = "URL", default_value = "https://example.org/")]
    base_url: Url,
    /// Content-Type as the server would give it
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// CSS selector of what to read
    #[arg(long)]
    select: Vec<String>,
    /// CSS selector of what to leave out
    #[arg(long)]
    remove: Vec<String>,
    /// Zone of dates that name none
    #[arg(long, default_value = "UTC")]
    zone: String,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    if !extract::KINDS.contains(&args.kind.as_str()) {
        let known = extract::KINDS.join(", ");
        return Err(Misuse(format!(
            "`{}` is no kind of source; kinds are {known}",
            args.kind
        ))
        .into());
    }
    let zone = TimeZone::get(&args.zone)
        .map_err(|error| Misuse(format!("zone `{}`: {error}", args.zone)))?;
    let mut all_read = true;
    for name in &args.bodies {
        let reading = if name.starts_with("http://") || name.starts_with("https://") {
            read_url(&args, name, context).await?
        } else {
            read_file(&args, name, &zone)?
        };
        all_read &= reading.outcome == ReadOutcome::Read;
        if args.bodies.len() > 1 {
            let mut out = anstream::stdout().lock();
            serde_json::to_writer(&mut out, &told(name, &reading))?;
            writeln!(out)?;
        } else if context.out.json {
            Output::json(&told(name, &reading))?;
        } else {
            Output::text(&rendered(&reading, context))?;
        }
    }
    Ok(ExitCode::from(u8::from(!all_read)))
}

fn read_file(args: &Args, name: &str, zone: &TimeZone) -> anyhow::Result<Reading> {
    let bytes = if name == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        bytes
    } else {
        std::fs::read(name).with_context(|| format!("reading {name}"))?
    };
    let body = Body {
        bytes: &bytes,
        content_type: args.content_type.as_deref(),
        url: &args.base_url,
    };
    let options = ReadOptions {
        select: args.select.clone(),
        remove: args.remove.clone(),
        zone: zone.clone(),
        language: None,
        now: clock().now(),
    };
    Ok(extract::read(
        &SourceKind(args.kind.clone()),
        &body,
        &options,
    ))
}

async fn read_url(args: &Args, url: &str, context: &Context) -> anyhow::Result<Reading> {
    let url = Url::parse(url).map_err(|error| Misuse(format!("`{url}`: {error}")))?;
    let source = Source {
        select: args.select.clone(),
        remove: args.remove.clone(),
        ..Source::probe(url, SourceKind(args.kind.clone()))
    };
    let tried = try_source(&context.load()?, Arc::new(source), clock()).await?;
    match (tried.reading, tried.outcome.result) {
        (Some(reading), _) => Ok(reading),
        (None, FetchResult::Failed(failure)) => Err(anyhow::anyhow!(failure.message)),
        (None, _) => Err(anyhow::anyhow!("{} gave no body", tried.source.url)),
    }
}

/// The reading as JSON, with a page's plain text beside its blocks.
fn told(name: &str, reading: &Reading) -> Value {
    let mut value = json!(reading);
    value["file"] = json!(name);
    value["outcome"] = json!(reading.outcome.name());
    if let ReadOutcome::Malformed(why) = &reading.outcome {
        value["why"] = json!(why);
    }
    if let Some(text) = &reading.text {
        value["blocks"] = json!(text.blocks);
        value["plain"] = json!(text.plain());
    }
    if let Some(object) = value.as_object_mut() {
        object.remove("text");
    }
    value
}
