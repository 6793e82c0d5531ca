//! `tidewatch digest NAME`: preview a digest, or send it now.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use super::context::{Context, clock};
use super::output::{BAD, FAINT, GOOD, Output};
use crate::daemon::pipeline::{Delivered, Pipeline};
use crate::digest::JSON_SCHEMA;
use crate::model::DigestSpec;
use crate::store::{DigestCommit, Store, StoreError};

/// Preview a digest, or send it now.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name of the digest
    #[arg(required_unless_present = "schema")]
    name: Option<String>,
    /// Show what it would say now, sending nothing (the default)
    #[arg(long, conflicts_with = "send")]
    preview: bool,
    /// Compose it now and send it to its channels
    #[arg(long)]
    send: bool,
    /// With --preview: write the HTML into this file instead of printing the text
    #[arg(long, value_name = "FILE", conflicts_with = "send")]
    html: Option<PathBuf>,
    /// Print the JSON Schema of digests as data, as webhooks and files carry them
    #[arg(long, conflicts_with_all = ["name", "preview", "send", "html"])]
    schema: bool,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let Some(name) = &args.name else {
        return Output::text(JSON_SCHEMA.trim_end()).map(|()| ExitCode::SUCCESS);
    };
    let config = context.load()?;
    let store = Store::open(&config.database)?;
    let lock = match store.hold_instance() {
        Ok(lock) => Some(lock),
        Err(StoreError::Locked { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let pipeline = Arc::new(Pipeline::new(Arc::new(config), store, clock()).await?);
    let spec = pipeline.digest_spec(name)?.clone();
    if spec.is_instant() {
        return instant(&args, context, &pipeline, &spec, lock.is_some()).await;
    }
    if !args.send {
        let form = pipeline.preview(&spec).await?.composed.form;
        if let Some(file) = &args.html {
            std::fs::write(file, form.standalone_html())
                .map_err(|error| anyhow::anyhow!("cannot write {}: {error}", file.display()))?;
            Output::text(&format!("written to {}", file.display()))?;
        } else if context.out.json {
            Output::json(&form)?;
        } else {
            Output::text(&format!(
                "{FAINT}{}{FAINT:#}\n\n{}",
                form.subject, form.text
            ))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    pipeline.begin_digests().await?;
    let (done, ids) = pipeline.send_digest(&spec, None).await?;
    if let DigestCommit::AlreadyDone(run) = done {
        Output::text(&format!(
            "composed by another process a moment ago ({run}); nothing sent twice"
        ))?;
        return Ok(ExitCode::SUCCESS);
    }
    deliver_now(context, &pipeline, &ids, lock.is_some()).await
}

/// What an instant digest would tell now, or does with `--send`.
async fn instant(
    args: &Args,
    context: &Context,
    pipeline: &Pipeline,
    spec: &DigestSpec,
    alone: bool,
) -> anyhow::Result<ExitCode> {
    if args.send {
        pipeline.begin_digests().await?;
        let ids = pipeline.send_alerts_of(spec).await?;
        return deliver_now(context, pipeline, &ids, alone).await;
    }
    let plan = pipeline.plan_alerts(spec).await?;
    let form = plan.composed.as_ref().map(|composed| &composed.form);
    if let (Some(file), Some(form)) = (&args.html, form) {
        std::fs::write(file, form.standalone_html())
            .map_err(|error| anyhow::anyhow!("cannot write {}: {error}", file.display()))?;
        Output::text(&format!("written to {}", file.display()))?;
    } else if context.out.json {
        Output::json(&serde_json::json!({ "form": form, "decisions": plan.records }))?;
    } else {
        if let Some(form) = form {
            let subject = &form.subject;
            Output::text(&format!("{FAINT}{subject}{FAINT:#}\n\n{}", form.text))?;
        } else {
            Output::text("nothing to tell at once")?;
        }
        for record in plan.records.iter().filter(|record| !record.is_sent()) {
            let until = record
                .until
                .map(|at| format!(" until {}", context.out.time(at)))
                .unwrap_or_default();
            Output::text(&format!(
                "{FAINT}{}{FAINT:#} {}{until}; `tidewatch explain {}` says more",
                record.finding, record.verdict, record.finding
            ))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Sends new messages, or leaves them to the daemon that runs.
async fn deliver_now(
    context: &Context,
    pipeline: &Pipeline,
    ids: &[String],
    alone: bool,
) -> anyhow::Result<ExitCode> {
    if !alone {
        Output::text(&format!(
            "{} messages are in the outbox; the running daemon sends them",
            ids.len()
        ))?;
        return Ok(ExitCode::SUCCESS);
    }
    let sent = deliver_all(pipeline, ids).await?;
    let failed = sent
        .iter()
        .filter(|(_, delivered)| !matches!(delivered, Delivered::Sent(_)))
        .count();
    if context.out.json {
        let told: Vec<_> = sent.iter().map(|(id, delivered)| serde_json::json!({ "id": id, "outcome": format!("{delivered:?}") })).collect();
        Output::json(&told)?;
    } else {
        for (id, delivered) in &sent {
            Output::text(&match delivered {
                Delivered::Sent(note) => format!("{id} {GOOD}sent{GOOD:#} {note}"),
                Delivered::Later(_, why) => {
                    format!("{id} {BAD}not yet{BAD:#} {why}; the daemon tries again")
                }
                Delivered::Parked(why) => format!(
                    "{id} {BAD}parked{BAD:#} {why}; `tidewatch outbox retry {id}` tries again"
                ),
            })?;
        }
        if sent.is_empty() {
            Output::text("nothing to send")?;
        }
    }
    Ok(ExitCode::from(u8::from(failed > 0)))
}

/// Tries each of these messages once, in the order of the outbox.
async fn deliver_all(
    pipeline: &Pipeline,
    ids: &[String],
) -> anyhow::Result<Vec<(String, Delivered)>> {
    let mut done: Vec<(String, Delivered)> = Vec::new();
    loop {
        // an older message of the same recipient goes first, so the due list is asked again
        let (due, _) = pipeline.due_deliveries(100).await?;
        let next: Vec<_> = due
            .into_iter()
            .filter(|delivery| !done.iter().any(|(id, _)| *id == delivery.id))
            .collect();
        if next.is_empty() {
            break;
        }
        for delivery in next {
            let delivered = pipeline.deliver(&delivery).await?;
            done.push((delivery.id, delivered));
        }
    }
    done.retain(|(id, _)| ids.contains(id));
    Ok(done)
}
