//! `tidewatch read KIND FILE…`: what a body would be read as, storing nothing.
//!
//! The JSON of one body: `file`, `kind`, `outcome` (with `why` where its name does not say all), `title`,
//! `encoding`, `notes`, `samples`, `hints`, `older`; `items` with `id`, `link`, `title`, `published`,
//! `updated`, `summary`, `samples`; for pages and changelogs `blocks` and their plain text
//! (`text`, also as `plain`). A body that could
//! not be had is `outcome: "unavailable"` with `error`.

use std::io::{Read, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use url::Url;

use super::context::{Context, Misuse, clock};
use super::output::Output;
use super::selectors;
use super::sources::rendered;
use crate::config::Faults;
use crate::daemon::pipeline::{Guise, try_source};
use crate::detect::identity;
use crate::extract::{self, discover};
use crate::model::{
    Block, BlockKind, Body, FailureKind, FetchResult, ReadOptions, ReadOutcome, Reading, Source,
    SourceKind,
};

/// The kind that recognises what a body is.
const AUTO: &str = "auto";

/// Read a file, a URL or stdin as a kind of source would be read, storing nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// feed, page, changelog, telegram, youtube…; `auto` recognises it
    kind: String,
    /// Files, `-` for stdin, or one http(s) URL; several files give one JSON line each
    #[arg(required = true)]
    bodies: Vec<String>,
    /// Base of relative links; of a URL its own address, else that of example.org
    #[arg(long, value_name = "URL")]
    base_url: Option<Url>,
    /// Content-Type as the server would give it
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// CSS selector of what to read
    #[arg(long)]
    select: Vec<String>,
    /// CSS selector of what to leave out
    #[arg(long)]
    remove: Vec<String>,
    /// Zone of dates that name none; of a URL the configuration's, else UTC
    #[arg(long)]
    zone: Option<String>,
    /// Let the URL's host be on a private network
    #[arg(long)]
    allow_private: bool,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    if args.kind != AUTO && !extract::KINDS.contains(&args.kind.as_str()) {
        let known = extract::KINDS.join(", ");
        return Err(Misuse(format!(
            "`{}` is no kind of source; kinds are {known}, or {AUTO}",
            args.kind
        ))
        .into());
    }
    let kind = Some(args.kind.as_str()).filter(|kind| *kind != AUTO);
    selectors::check(kind, &args.select, &args.remove, None)?;
    let zone = args.zone.as_deref().map(zone).transpose()?;
    let mut all_read = true;
    for name in &args.bodies {
        let is_url = name.starts_with("http://") || name.starts_with("https://");
        let read = if is_url {
            read_url(&args, name, zone.as_ref(), context).await
        } else {
            read_file(&args, name, zone.as_ref())
        };
        // one file that is missing does not lose the others
        if let Err(error) = &read
            && error
                .chain()
                .any(|cause| cause.is::<Faults>() || cause.is::<Misuse>())
        {
            return read.map(|_| ExitCode::FAILURE);
        }
        all_read &= read
            .as_ref()
            .is_ok_and(|(_, reading)| reading.outcome == ReadOutcome::Read);
        match &read {
            _ if args.bodies.len() > 1 => {
                let mut out = anstream::stdout().lock();
                serde_json::to_writer(&mut out, &told(name, &read))?;
                writeln!(out)?;
            }
            _ if context.out.json => Output::json(&told(name, &read))?,
            Ok((_, reading)) => Output::text(&rendered(reading, context))?,
            Err(error) => anstream::eprintln!("tidewatch: {error:#}"),
        }
    }
    Ok(ExitCode::from(u8::from(!all_read)))
}

fn zone(name: &str) -> Result<TimeZone, Misuse> {
    TimeZone::get(name).map_err(|error| Misuse(format!("zone `{name}`: {error}")))
}

fn read_file(
    args: &Args,
    name: &str,
    zone: Option<&TimeZone>,
) -> anyhow::Result<(String, Reading)> {
    let bytes = if name == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        bytes
    } else {
        std::fs::read(name).with_context(|| format!("reading {name}"))?
    };
    let nowhere = Url::parse("https://example.org/")?;
    let body = Body {
        bytes: &bytes,
        content_type: args.content_type.as_deref(),
        url: args.base_url.as_ref().unwrap_or(&nowhere),
    };
    let options = ReadOptions {
        select: args.select.clone(),
        remove: args.remove.clone(),
        zone: zone.cloned().unwrap_or(TimeZone::UTC),
        language: None,
        now: clock().now(),
    };
    let kind = if args.kind == AUTO {
        discover::best_kind(&body, &options)
    } else {
        args.kind.clone()
    };
    let reading = extract::read(&SourceKind(kind.clone()), &body, &options);
    Ok((kind, reading))
}

async fn read_url(
    args: &Args,
    url: &str,
    zone: Option<&TimeZone>,
    context: &Context,
) -> anyhow::Result<(String, Reading)> {
    let url = Url::parse(url).map_err(|error| Misuse(format!("`{url}`: {error}")))?;
    let kind = if args.kind == AUTO { "" } else { &args.kind };
    let config = context.load()?;
    let source = Source {
        select: args.select.clone(),
        remove: args.remove.clone(),
        limits: config.http.limits,
        zone: zone.unwrap_or(&config.zone).clone(),
        allow_private: args.allow_private,
        ..Source::probe(url, SourceKind(kind.to_owned()))
    };
    let guise = Guise {
        base_url: args.base_url.clone(),
        content_type: args.content_type.clone(),
    };
    let tried = try_source(&config, Arc::new(source), clock(), &guise).await?;
    match (tried.reading, tried.outcome.result) {
        (Some(reading), _) => Ok((tried.source.kind.0, reading)),
        (None, FetchResult::Failed(failure)) if failure.kind == FailureKind::Denied => Err(
            anyhow::anyhow!("{} (here: `--allow-private`)", failure.message),
        ),
        (None, FetchResult::Failed(failure)) => Err(anyhow::anyhow!(failure.message)),
        (None, _) => Err(anyhow::anyhow!("{} gave no body", tried.source.url)),
    }
}

/// The reading as JSON, with a page's plain text beside its blocks.
fn told(name: &str, read: &anyhow::Result<(String, Reading)>) -> Value {
    let (kind, reading) = match read {
        Ok(read) => read,
        Err(error) => {
            let error = format!("{error:#}");
            return json!({ "file": name, "outcome": "unavailable", "error": error, "items": [] });
        }
    };
    let mut value = json!(reading);
    value["file"] = json!(name);
    value["kind"] = json!(kind);
    value["outcome"] = json!(reading.outcome.name());
    if let Some(why) = reading.outcome.why() {
        value["why"] = json!(why);
    }
    let items = value["items"].as_array_mut().into_iter().flatten();
    for (item, read) in items.zip(&reading.items) {
        item["id"] = json!(identity::name(read));
    }
    let repeated = identity::repeated(&reading.items);
    if repeated > 0
        && let Some(notes) = value["notes"].as_array_mut()
    {
        notes.push(json!(format!("{repeated} items only repeat others")));
    }
    let text = reading.text.as_ref();
    if let Some(object) = value.as_object_mut() {
        object.remove("text");
    }
    if let Some(text) = text {
        value["text"] = json!(text.plain());
        value["blocks"] = json!(text.blocks.iter().map(block).collect::<Vec<_>>());
        value["plain"] = value["text"].clone();
    }
    value
}

/// A block under names that can be read; the store keeps short ones.
fn block(block: &Block) -> Value {
    let (kind, level) = match block.kind {
        BlockKind::Heading(level) => ("heading", Some(level)),
        BlockKind::Paragraph => ("paragraph", None),
        BlockKind::ListItem => ("list_item", None),
        BlockKind::TableRow => ("table_row", None),
        BlockKind::Quote => ("quote", None),
        BlockKind::Code => ("code", None),
    };
    let mut value = json!({ "kind": kind, "text": block.text });
    if let Some(level) = level {
        value["level"] = json!(level);
    }
    if !block.links.is_empty() {
        let links = block.links.iter();
        let links = links.map(|link| json!({ "text": link.text, "href": link.href }));
        value["links"] = links.collect();
    }
    value
}
