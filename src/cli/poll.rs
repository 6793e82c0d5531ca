//! `tidewatch poll`: one pass over sources, now.
//!
//! While a daemon runs on the same database it does the polling: the sources are marked as due and
//! their outcomes are waited for.

use std::collections::HashSet;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use serde::Serialize;
use tokio::task::JoinSet;

use super::context::{Context, Misuse, clock, source};
use super::output::{BAD, FAINT, GOOD, Output, ahead, one_line, print_table, table};
use crate::config::Config;
use crate::daemon::pipeline::{Pipeline, PollReport};
use crate::model::{Source, SourceId};
use crate::store::{Store, StoreError};

/// How long a daemon may take for the sources it was asked to poll, for each of them.
const PATIENCE: Duration = Duration::from_mins(2);

/// Poll sources once, now.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Sources to poll
    sources: Vec<SourceId>,
    /// Sources with this tag
    #[arg(long)]
    tag: Vec<String>,
    /// All enabled sources
    #[arg(long)]
    all: bool,
}

#[derive(Serialize)]
struct Pass {
    polled: usize,
    failed: usize,
    new_items: usize,
    new_versions: usize,
    findings: usize,
    by_daemon: bool,
    sources: Vec<PollReport>,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let chosen = chosen(&args, &config)?;
    let store = Store::open(&config.database)?;
    let lock = match store.hold_instance() {
        Ok(lock) => Some(lock),
        Err(StoreError::Locked { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let bar = bar(chosen.len() as u64, context.out.json);
    let (reports, by_daemon) = match lock {
        Some(_lock) => {
            let pipeline = Arc::new(Pipeline::new(Arc::new(config), store, clock()).await?);
            pipeline.resume().await?;
            pipeline.begin_digests().await?;
            let reports = poll_here(&pipeline, chosen, &bar).await?;
            // without a daemon nobody else looks at what has come in
            pipeline.watch_trends().await?;
            while pipeline.fill_topics().await? {}
            pipeline.watch_topics().await?;
            (reports, false)
        }
        None => (poll_by_daemon(&store, &chosen, &bar).await?, true),
    };
    bar.finish_and_clear();
    let pass = Pass {
        polled: reports.len(),
        failed: reports.iter().filter(|report| !report.ok).count(),
        new_items: reports.iter().map(|report| report.new_items).sum(),
        new_versions: reports.iter().filter(|report| report.new_version).count(),
        findings: reports.iter().map(|report| report.findings.len()).sum(),
        by_daemon,
        sources: reports,
    };
    if context.out.json {
        Output::json(&pass)?;
    } else {
        print(&pass, clock().now())?;
    }
    Ok(ExitCode::from(u8::from(pass.failed > 0)))
}

fn chosen(args: &Args, config: &Config) -> anyhow::Result<Vec<Arc<Source>>> {
    let mut chosen: Vec<Arc<Source>> = Vec::new();
    for id in &args.sources {
        chosen.push(Arc::clone(source(config, id)?));
    }
    let tagged =
        |source: &&Arc<Source>| args.all || source.tags.iter().any(|tag| args.tag.contains(tag));
    chosen.extend(
        config
            .sources
            .iter()
            .filter(|s| s.enabled)
            .filter(tagged)
            .cloned(),
    );
    chosen.sort_by(|a, b| a.id.cmp(&b.id));
    chosen.dedup_by(|a, b| a.id == b.id);
    if chosen.is_empty() {
        let why = if args.tag.is_empty() {
            "name sources, or give --tag TAG or --all"
        } else {
            "no enabled source has that tag"
        };
        return Err(Misuse(format!("nothing to poll: {why}")).into());
    }
    Ok(chosen)
}

async fn poll_here(
    pipeline: &Arc<Pipeline>,
    chosen: Vec<Arc<Source>>,
    bar: &ProgressBar,
) -> anyhow::Result<Vec<PollReport>> {
    let mut tasks = JoinSet::new();
    let most = Arc::new(tokio::sync::Semaphore::new(
        pipeline.config.http.concurrency.saturating_mul(8),
    ));
    for source in chosen {
        let (pipeline, most) = (Arc::clone(pipeline), Arc::clone(&most));
        tasks.spawn(async move {
            let _turn = most.acquire().await;
            pipeline.poll(&source).await
        });
    }
    let mut reports = Vec::new();
    while let Some(done) = tasks.join_next().await {
        let report = done??;
        bar.set_message(report.source.to_string());
        bar.inc(1);
        reports.push(report);
    }
    reports.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(reports)
}

async fn poll_by_daemon(
    store: &Store,
    chosen: &[Arc<Source>],
    bar: &ProgressBar,
) -> anyhow::Result<Vec<PollReport>> {
    let asked_at = clock().now();
    let ids: Vec<SourceId> = chosen.iter().map(|source| source.id.clone()).collect();
    let wanted = ids.clone();
    store
        .write(move |writer| {
            for id in &wanted {
                writer.set_next_poll(id, asked_at)?;
            }
            Ok(())
        })
        .await?;
    let mut waiting: HashSet<SourceId> = ids.into_iter().collect();
    let mut reports = Vec::new();
    let until = tokio::time::Instant::now() + PATIENCE;
    while !waiting.is_empty() {
        tokio::time::sleep(Duration::from_millis(300)).await;
        for state in store.read(crate::store::Reader::states).await? {
            let is_done = state.last_poll_at.is_some_and(|at| at >= asked_at);
            if !is_done || !waiting.remove(&state.source) {
                continue;
            }
            bar.set_message(state.source.to_string());
            bar.inc(1);
            let id = state.source.clone();
            let record = store
                .read(move |reader| reader.polls(Some(&id), None, 1))
                .await?
                .pop();
            let changed = state.last_change_at.is_some_and(|at| at >= asked_at);
            reports.push(PollReport {
                ok: state.failures == 0,
                new_items: record.as_ref().map_or(0, |r| r.new_items as usize),
                edited_items: record.as_ref().map_or(0, |r| r.edited as usize),
                new_version: changed && record.is_some_and(|r| r.new_items == 0 && r.edited == 0),
                findings: Vec::new(),
                next_poll_at: state.next_poll_at,
                outcome: state.last_outcome.unwrap_or_default(),
                message: state.last_message,
                source: state.source,
            });
        }
        if tokio::time::Instant::now() > until {
            let left: Vec<_> = waiting.iter().map(SourceId::as_str).collect();
            anyhow::bail!(
                "the daemon has not polled {} in time; `tidewatch status` shows how it fares",
                left.join(", ")
            );
        }
    }
    reports.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(reports)
}

fn bar(len: u64, json: bool) -> ProgressBar {
    // indicatif draws on stderr and hides itself when that is no terminal
    let bar = if json {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(len)
    };
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {wide_msg}") {
        bar.set_style(style);
    }
    bar
}

fn print(pass: &Pass, now: Timestamp) -> anyhow::Result<()> {
    let mut table = table(&["source", "outcome", "new", "next", ""]);
    for report in &pass.sources {
        let style = if report.ok { GOOD } else { BAD };
        let mut news = Vec::new();
        if report.new_items > 0 {
            news.push(format!("{} items", report.new_items));
        }
        if report.edited_items > 0 {
            news.push(format!("{} edits", report.edited_items));
        }
        if report.new_version {
            news.push("text".to_owned());
        }
        table.add_row([
            report.source.to_string(),
            format!("{style}{}{style:#}", report.outcome),
            news.join(", "),
            ahead(report.next_poll_at, now),
            format!(
                "{FAINT}{}{FAINT:#}",
                one_line(report.message.as_deref().unwrap_or(""), 120)
            ),
        ]);
    }
    print_table(&table)?;
    let by = if pass.by_daemon {
        " by the running daemon"
    } else {
        ""
    };
    Output::text(&format!(
        "{} polled{by}, {} failed, {} new items, {} new texts, {} findings",
        pass.polled, pass.failed, pass.new_items, pass.new_versions, pass.findings
    ))
}
