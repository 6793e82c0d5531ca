//! The digests of a replay: composed when they would have been, and written down instead of sent.

use std::path::Path;

use anyhow::Context as _;
use jiff::Timestamp;
use serde::Serialize;

use crate::cli::context::{Misuse, NoSuch};
use crate::config::Config;
use crate::daemon::replay::Replay;
use crate::model::{DeliveryForm, DigestRunId, DigestSpec};
use crate::store::DigestCommit;

/// A digest as it would have been sent.
#[derive(Debug, Serialize)]
pub(super) struct Composed {
    /// Name of the digest.
    pub(super) digest: String,
    /// When.
    pub(super) at: Timestamp,
    /// Its subject.
    pub(super) subject: String,
    /// Cards in it.
    cards: usize,
    /// Findings told.
    told: Vec<String>,
    /// Findings that wait for the next.
    held: Vec<String>,
    /// The digest as data.
    data: serde_json::Value,
    #[serde(skip)]
    pub(super) text: String,
}

/// Leaves only these digests in a configuration. With none named nothing is composed.
pub(super) fn only(mut config: Config, names: &[String]) -> anyhow::Result<Config> {
    for name in names {
        let spec = config.digests.iter().find(|spec| spec.name == *name);
        let known: Vec<&str> = config
            .digests
            .iter()
            .map(|spec| spec.name.as_str())
            .collect();
        let spec = spec.ok_or_else(|| {
            NoSuch(format!(
                "no digest is named `{name}`; configured: {}",
                known.join(", ")
            ))
        })?;
        if spec.is_instant() {
            let why = format!("digest `{name}` tells at once; name one that has a schedule");
            return Err(Misuse(why).into());
        }
    }
    config.digests.retain(|spec| names.contains(&spec.name));
    Ok(config)
}

/// Composes what is due before the next step; when there is none, each digest once more, so that the
/// last findings are told too. With `out` each is written there in all its forms.
pub(super) async fn compose(replay: &Replay, out: Option<&Path>) -> anyhow::Result<Vec<Composed>> {
    let pipeline = replay.pipeline();
    let mut composed = Vec::new();
    // at the end: those that have had their last turn
    let mut over: Vec<String> = Vec::new();
    loop {
        let (due, next) = pipeline.due_digests().await?;
        for (spec, slot) in due {
            composed.push(send(replay, &spec, slot, out).await?);
            over.push(spec.name);
        }
        let goes_on = match replay.next_at() {
            Some(step) => next.is_some_and(|at| at <= step),
            None => !pipeline
                .config
                .digests
                .iter()
                .all(|spec| over.contains(&spec.name)),
        };
        match next.filter(|_| goes_on) {
            Some(at) => replay.wait_until(at),
            None => return Ok(composed),
        }
    }
}

async fn send(
    replay: &Replay,
    spec: &DigestSpec,
    slot: Timestamp,
    out: Option<&Path>,
) -> anyhow::Result<Composed> {
    let pipeline = replay.pipeline();
    let (DigestCommit::Done(run) | DigestCommit::AlreadyDone(run), _) =
        pipeline.send_digest(spec, Some(slot)).await?;
    let (form, told, held) = pipeline
        .store
        .read(move |reader| {
            Ok((
                reader.digest_form(run)?,
                reader.told(run)?,
                reader.held_back(run)?,
            ))
        })
        .await?;
    if let Some(directory) = out {
        write(directory, spec, slot, run, &form)?;
    }
    let sections = form.json["sections"].as_array();
    let cards = sections.into_iter().flatten();
    Ok(Composed {
        digest: spec.name.clone(),
        at: slot,
        cards: cards
            .filter_map(|s| s["cards"].as_array())
            .map(Vec::len)
            .sum(),
        told: told.iter().map(|(id, _)| id.to_string()).collect(),
        held: held.iter().map(|(id, _)| id.to_string()).collect(),
        subject: form.subject,
        text: form.text,
        data: form.json,
    })
}

fn write(
    directory: &Path,
    spec: &DigestSpec,
    slot: Timestamp,
    run: DigestRunId,
    form: &DeliveryForm,
) -> anyhow::Result<()> {
    let stem = format!("{}-{}-{run}", slot.strftime("%Y-%m-%d"), spec.name);
    std::fs::create_dir_all(directory)
        .with_context(|| format!("making {}", directory.display()))?;
    for (ending, content) in [
        ("html", form.standalone_html()),
        ("txt", form.text.clone()),
        ("md", form.markdown.clone()),
        ("json", format!("{:#}\n", form.json)),
    ] {
        let file = directory.join(format!("{stem}.{ending}"));
        std::fs::write(&file, content).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(())
}
