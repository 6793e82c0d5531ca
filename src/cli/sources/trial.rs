//! `tidewatch sources test`: what a URL or a configured source gives, storing nothing.

use std::process::ExitCode;
use std::sync::Arc;

use serde_json::json;
use url::Url;

use super::shown::{line, meaning, rendered};
use crate::cli::context::{Context, Misuse, clock};
use crate::cli::output::{BAD, Output, bytes};
use crate::cli::selectors;
use crate::config::Config;
use crate::daemon::pipeline::{Guise, Tried, try_source};
use crate::extract::discover::{self, Step};
use crate::model::{
    FailureKind, FetchFailure, FetchResult, ReadOutcome, Render, Source, SourceKind,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// URL, or the name of a configured source
    target: String,
    /// How it is read; by default as configured, or recognised from the body
    #[arg(long, value_parser = super::kind)]
    kind: Option<String>,
    /// CSS selector of what to read, for pages
    #[arg(long)]
    select: Vec<String>,
    /// CSS selector of what to leave out, for pages
    #[arg(long)]
    remove: Vec<String>,
    /// Let the host be on a private network
    #[arg(long)]
    allow_private: bool,
    /// Run the page in a browser before it is read
    #[arg(long)]
    render: bool,
    /// CSS selector of what a rendered page must have before it is read
    #[arg(long, requires = "render", value_name = "CSS")]
    wait_for: Option<String>,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    selectors::check(
        args.kind.as_deref(),
        &args.select,
        &args.remove,
        args.wait_for.as_deref(),
    )?;
    let config = context.load()?;
    let mut source = source(&args.target, &config, args.kind.is_some())?;
    if let Some(kind) = args.kind {
        source.kind = SourceKind(kind);
    }
    if !args.select.is_empty() {
        source.select = args.select;
    }
    source.remove.extend(args.remove);
    source.allow_private |= args.allow_private;
    if args.render {
        let kept = source.render.take().unwrap_or_default();
        source.render = Some(Render {
            wait_for: args.wait_for.or(kept.wait_for),
        });
    }
    let tried = try_source(&config, Arc::new(source), clock(), &Guise::default()).await?;
    show(&tried, context)
}

/// A configured source, or one made of an address.
fn source(target: &str, config: &Config, as_it_is: bool) -> anyhow::Result<Source> {
    let configured = config
        .sources
        .iter()
        .find(|source| source.id.as_str() == target);
    if let Some(source) = configured {
        return Ok(Source::clone(source));
    }
    let wrong = |why| {
        Misuse(format!(
            "`{target}` is neither a configured source nor an address: {why}"
        ))
    };
    let (url, kind) = match discover::by_address(target).map_err(wrong)? {
        Step::Read(found) if !as_it_is => {
            let first = found.into_iter().next();
            let first = first.ok_or_else(|| wrong("it leads nowhere".to_owned()))?;
            (first.url, first.kind)
        }
        Step::Look(url, discover::Place::Anything) => (url, String::new()),
        _ => (super::url(target).map_err(wrong)?, String::new()),
    };
    let mut source = Source::probe(url, SourceKind(kind));
    source.limits = config.http.limits;
    source.zone = config.zone.clone();
    source.obey_robots |=
        source.kind.as_str().is_empty() && !discover::is_for_programs(&source.url);
    Ok(source)
}

fn show(tried: &Tried, context: &Context) -> anyhow::Result<ExitCode> {
    let ok = tried
        .reading
        .as_ref()
        .is_some_and(|reading| reading.outcome == ReadOutcome::Read);
    let code = ExitCode::from(u8::from(!ok));
    let failure = match &tried.outcome.result {
        FetchResult::Failed(failure) => Some(failure),
        _ => None,
    };
    let moved_to = match &tried.outcome.result {
        FetchResult::Body(body) => body.moved_to.as_ref(),
        _ => None,
    };
    if context.out.json {
        let why = tried
            .reading
            .as_ref()
            .and_then(|reading| meaning(&reading.outcome));
        Output::json(&json!({
            "url": tried.source.url,
            "kind": tried.source.kind,
            "fetched": tried.final_url,
            "moved_to": moved_to,
            "content_type": tried.content_type,
            "bytes": tried.bytes,
            "failure": failure,
            "remedy": failure.and_then(remedy).or(why),
            "reading": tried.reading,
        }))?;
        return Ok(code);
    }
    let mut text = line("asked", tried.source.url.as_str());
    if let Some(failure) = failure {
        text.push_str(&line(
            "outcome",
            &format!("{BAD}not fetched{BAD:#}: {}", failure.message),
        ));
        if let Some(remedy) = remedy(failure) {
            text.push_str(&line("", remedy));
        }
        Output::text(&text)?;
        return Ok(code);
    }
    let elsewhere = tried
        .final_url
        .as_ref()
        .filter(|to| **to != tried.source.url);
    match (moved_to, elsewhere) {
        (Some(to), _) => text.push_str(&line(
            "moved",
            &format!("for good to {to}; a poll goes there by itself, the configuration may too"),
        )),
        (None, Some(to)) => text.push_str(&line("moved", &format!("for now to {to}"))),
        (None, None) => {}
    }
    text.push_str(&line(
        "fetched",
        &format!(
            "{}, {}",
            tried.content_type.as_deref().unwrap_or("no content type"),
            bytes(tried.bytes as u64)
        ),
    ));
    text.push_str(&line("read as", tried.source.kind.as_str()));
    if tried.source.render.is_some() {
        text.push_str(&line("rendered", "in a browser"));
    }
    if let Some(reading) = &tried.reading {
        text.push_str(&rendered(reading, context));
    }
    Output::text(&text)?;
    Ok(code)
}

/// What a person can do about a failed fetch, where the message itself does not say.
fn remedy(failure: &FetchFailure) -> Option<&'static str> {
    Some(match (failure.kind, failure.status) {
        (FailureKind::Status, Some(404 | 410)) => {
            "check the address in a browser; `tidewatch sources add URL` of the site's front page finds its feed"
        }
        (FailureKind::Status, Some(401 | 403)) => {
            "the server refuses programs or wants a login; `headers` of a source can carry a key"
        }
        (FailureKind::Status, Some(status)) if status >= 500 => {
            "the server's own trouble; try again later"
        }
        (FailureKind::RateLimited, _) => "poll it less often: `every` of the source",
        (FailureKind::Dns, _) => "check the host's name, and this machine's resolver",
        _ => return None,
    })
}

/// An address as a URL, without a scheme too.
pub(super) fn plain_url(text: &str) -> Result<Url, String> {
    let written = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    Url::parse(&written).map_err(|error| error.to_string())
}
