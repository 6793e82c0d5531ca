//! `tidewatch sources`: what is configured; what a URL would give.

use std::process::ExitCode;
use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use url::Url;

use super::context::{Context, Misuse, clock};
use super::output::{BAD, FAINT, Output, STRONG, one_line, print_table, table};
use crate::daemon::pipeline::{Tried, try_source};
use crate::extract;
use crate::model::{FetchResult, ReadOutcome, Reading, Render, Source, SourceKind};

/// Configured sources; try out a URL.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// All configured sources
    List {
        /// Only those with this tag
        #[arg(long)]
        tag: Option<String>,
    },
    /// Fetch a URL or a configured source once and show what is read, storing nothing
    Test {
        /// URL, or the name of a configured source
        target: String,
        /// How it is read; by default as configured, or guessed from the body
        #[arg(long)]
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
    },
}

#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    kind: &'a str,
    url: &'a Url,
    title: &'a str,
    owner: &'a str,
    role: crate::model::Role,
    platform: Option<&'a str>,
    language: Option<&'a str>,
    tags: &'a [String],
    schedule: String,
    enabled: bool,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List { tag } => list(tag.as_deref(), context),
        Command::Test {
            target,
            kind,
            select,
            remove,
            allow_private,
            render,
            wait_for,
        } => {
            let config = context.load()?;
            let mut source = match config
                .sources
                .iter()
                .find(|source| source.id.as_str() == target)
            {
                Some(source) => Source::clone(source),
                None => Source::probe(parse_url(&target)?, SourceKind(String::new())),
            };
            if let Some(kind) = kind {
                if !extract::KINDS.contains(&kind.as_str()) {
                    return Err(Misuse(format!(
                        "`{kind}` is no kind of source; kinds are {}",
                        extract::KINDS.join(", ")
                    ))
                    .into());
                }
                source.kind = SourceKind(kind);
            }
            if !select.is_empty() {
                source.select = select;
            }
            source.remove.extend(remove);
            source.allow_private |= allow_private;
            if render {
                let kept = source.render.take().unwrap_or_default();
                source.render = Some(Render {
                    wait_for: wait_for.or(kept.wait_for),
                });
            }
            let tried = try_source(&config, Arc::new(source), clock()).await?;
            show(&tried, context)
        }
    }
}

fn parse_url(text: &str) -> anyhow::Result<Url> {
    Url::parse(text)
        .or_else(|error| {
            if text.contains('.') {
                Url::parse(&format!("https://{text}"))
            } else {
                Err(error)
            }
        })
        .map_err(|error| {
            Misuse(format!(
                "`{text}` is neither a configured source nor a URL: {error}"
            ))
            .into()
        })
}

fn list(tag: Option<&str>, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let wanted = |source: &&Arc<Source>| tag.is_none_or(|tag| source.tags.iter().any(|t| t == tag));
    let sources: Vec<_> = config.sources.iter().filter(wanted).collect();
    if context.out.json {
        let listed = sources.iter().map(|source| Listed {
            id: source.id.as_str(),
            kind: source.kind.as_str(),
            url: &source.url,
            title: &source.title,
            owner: &source.owner,
            role: source.role,
            platform: source.platform.as_deref(),
            language: source.language.as_deref(),
            tags: &source.tags,
            schedule: source.cadence.to_string(),
            enabled: source.enabled,
        });
        Output::json(&listed.collect::<Vec<_>>())?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = table(&["source", "kind", "schedule", "tags", "url"]);
    for source in &sources {
        let style = if source.enabled {
            anstyle::Style::new()
        } else {
            FAINT
        };
        table.add_row([
            format!("{style}{}{style:#}", source.id),
            source.kind.as_str().to_owned(),
            if source.enabled {
                source.cadence.to_string()
            } else {
                "off".to_owned()
            },
            source.tags.join(" "),
            format!("{FAINT}{}{FAINT:#}", source.url),
        ]);
    }
    print_table(&table)?;
    Output::text(&format!("{} sources", sources.len()))?;
    Ok(ExitCode::SUCCESS)
}

fn show(tried: &Tried, context: &Context) -> anyhow::Result<ExitCode> {
    let ok = tried
        .reading
        .as_ref()
        .is_some_and(|reading| reading.outcome == ReadOutcome::Read);
    let code = ExitCode::from(u8::from(!ok));
    if context.out.json {
        let failure = match &tried.outcome.result {
            FetchResult::Failed(failure) => Some(failure),
            _ => None,
        };
        Output::json(&json!({
            "url": tried.source.url,
            "kind": tried.source.kind,
            "fetched": tried.final_url,
            "content_type": tried.content_type,
            "bytes": tried.bytes,
            "failure": failure,
            "reading": tried.reading,
        }))?;
        return Ok(code);
    }
    if let FetchResult::Failed(failure) = &tried.outcome.result {
        Output::text(&format!("{BAD}not fetched{BAD:#}: {}", failure.message))?;
        return Ok(code);
    }
    let Some(reading) = &tried.reading else {
        return Ok(code);
    };
    let from = tried
        .final_url
        .as_ref()
        .map(Url::to_string)
        .unwrap_or_default();
    let mut head = line("fetched", &from) + &line("read as", tried.source.kind.as_str());
    if tried.source.render.is_some() {
        head.push_str(&line("rendered", "in a browser"));
    } else if reading.outcome == ReadOutcome::NeedsJavascript {
        head.push_str(&line("hint", "try --render: its scripts write the page"));
    }
    Output::text(&(head + &rendered(reading, context)))?;
    Ok(code)
}

fn line(name: &str, value: &str) -> String {
    format!("{STRONG}{name:<9}{STRONG:#} {value}\n")
}

/// A reading for people: outcome, notes, the first items and blocks.
pub(super) fn rendered(reading: &Reading, context: &Context) -> String {
    let mut text = line("outcome", reading.outcome.name());
    if let ReadOutcome::Malformed(why) = &reading.outcome {
        text.push_str(&line("", why));
    }
    text.push_str(&line("encoding", &reading.encoding));
    if let Some(title) = &reading.title {
        text.push_str(&line("title", title));
    }
    for note in &reading.notes {
        text.push_str(&line("note", note));
    }
    for sample in &reading.samples {
        text.push_str(&line(&sample.metric, &sample.value.to_string()));
    }
    if !reading.items.is_empty() {
        text.push_str(&line("items", &reading.items.len().to_string()));
    }
    for item in reading.items.iter().take(10) {
        let when = item
            .published
            .map_or_else(|| " ".repeat(16), |at| context.out.time(at));
        let title = if item.title.is_empty() {
            &item.summary
        } else {
            &item.title
        };
        text.push_str(&format!(
            "  {FAINT}{when}{FAINT:#}  {}\n",
            one_line(title, 90)
        ));
    }
    if let Some(page) = &reading.text {
        let words: usize = page
            .blocks
            .iter()
            .map(|block| block.text.split_whitespace().count())
            .sum();
        text.push_str(&line(
            "text",
            &format!("{} blocks, {words} words", page.blocks.len()),
        ));
        for block in page.blocks.iter().take(12) {
            text.push_str(&format!(
                "  {FAINT}│{FAINT:#} {}\n",
                one_line(&block.text, 90)
            ));
        }
    }
    text
}
