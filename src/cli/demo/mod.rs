//! `tidewatch demo`: three made-up days in less than a minute.
//!
//! A small world is served on loopback over real HTTP (see [`world`]) and watched by the very same
//! pipeline as the real one, under a clock that runs three hours a step: feeds grow, a rule page
//! changes, a topic bursts, a source breaks. At the end its digest is printed, and the database stays
//! to be explored.

mod script;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::context::{Context, Misuse, clock, load};
use super::output::{FAINT, Output, STRONG};
use crate::daemon::pipeline::Pipeline;
use crate::model::{Clock, ManualClock};
use crate::store::Store;
use world::World;

/// Steps of the demo, three hours each: three days.
const STEPS: usize = 24;
const STEP: SignedDuration = SignedDuration::from_hours(3);

/// Play a small made-up world through the real pipeline and print its digest.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Directory for its configuration and database; must be new or empty [default: a temporary one]
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Language of the digest
    #[arg(long, value_name = "en|ru", value_parser = ["en", "ru"])]
    language: Option<String>,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let end = clock().now();
    let start = end - STEP * i32::try_from(STEPS)?;
    let dir = args.dir.unwrap_or_else(|| {
        std::env::temp_dir().join(format!("tidewatch-demo-{}", end.as_second()))
    });
    if std::fs::read_dir(&dir).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Misuse(format!(
            "{} is not empty; name a new directory with --dir",
            dir.display()
        ))
        .into());
    }
    std::fs::create_dir_all(&dir)?;
    let dir = dir.canonicalize()?;

    let language = args
        .language
        .unwrap_or_else(|| language_of_locale().to_owned());
    let world = World::serve(start).await?;
    let file = dir.join("tidewatch.toml");
    std::fs::write(
        &file,
        script::config(&dir.display().to_string(), world.port(), &language),
    )?;
    let config = load(Some(&file))?;
    let virtual_clock = Arc::new(ManualClock::new(start));
    let store = Store::open(&config.database)?;
    let _lock = store.hold_instance()?;
    let as_clock: Arc<dyn Clock> = Arc::clone(&virtual_clock) as _;
    let pipeline = Arc::new(Pipeline::new(Arc::new(config), store.clone(), as_clock).await?);
    pipeline.begin_digests().await?;
    pipeline.fill_topics().await?;

    let bar = if context.out.json {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(STEPS as u64)
    };
    bar.set_style(ProgressStyle::with_template("{bar:30} {msg}")?);
    for step in 0..=STEPS {
        let now = start + STEP * i32::try_from(step)?;
        // every source of the demo is polled in every step
        virtual_clock.set(now);
        world.set(now);
        poll_all(&pipeline).await?;
        pipeline.watch_trends().await?;
        pipeline.watch_topics().await?;
        bar.set_message(context.out.time(now));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let told = tell(&pipeline, end).await?;
    drop(pipeline);
    store.close().await?;
    world.stop().await;

    if context.out.json {
        Output::json(&json!({ "config": file, "digest": told.json, "files": told.files }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let named = format!("tidewatch --config {}", file.display());
    Output::text(&format!(
        "{STRONG}{}{STRONG:#}\n\n{}\n{FAINT}{}{FAINT:#}\n\nThe world is gone, its database stays. Try:\n  {named} status\n  {named} findings\n  {named} trends\n  {named} trend t1\n  {named} explain f1\n  {named} diff clipnet-rules\n  {named} history clipnet-rules\n  {named} search remix",
        told.subject,
        told.text.trim_end(),
        told.files
            .iter()
            .map(|file| file.display().to_string())
            .collect::<Vec<_>>()
            .join("\n"),
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// One source after the other, so that the demo shows the same each time.
async fn poll_all(pipeline: &Arc<Pipeline>) -> anyhow::Result<()> {
    for source in &pipeline.config.sources {
        pipeline.poll(source).await?;
    }
    Ok(())
}

struct Told {
    subject: String,
    text: String,
    json: serde_json::Value,
    files: Vec<PathBuf>,
}

/// Composes the demo's one digest, delivers it to its files, and gives it back.
async fn tell(pipeline: &Pipeline, end: Timestamp) -> anyhow::Result<Told> {
    let spec = pipeline.digest_spec("demo")?.clone();
    let form = pipeline.preview(&spec).await?.composed.form;
    pipeline.send_digest(&spec, Some(end)).await?;
    for delivery in pipeline.due_deliveries(10).await?.0 {
        pipeline.deliver(&delivery).await?;
    }
    let dir = pipeline.config.data_dir.join("digests");
    let mut files: Vec<_> = std::fs::read_dir(&dir)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    Ok(Told {
        subject: form.subject,
        text: form.text,
        json: form.json,
        files,
    })
}

fn language_of_locale() -> &'static str {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|v| !v.is_empty());
    if set.is_some_and(|value| value.starts_with("ru")) {
        "ru"
    } else {
        "en"
    }
}
