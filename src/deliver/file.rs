//! File sink: writes `NAME-DATE-ID.html`, `.txt` and `.json` into a directory, DATE in UTC, and for a
//! digest that looks back its table as `.csv`; with `format` only that one, `markdown` among them.
//!
//! Each file is written beside its place and renamed into it, so a reader never sees half of one;
//! a retry has the same names and overwrites what the first attempt left.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::channel::{Attempt, Channel, needed};
use super::{DeliverError, Receipt};
use crate::model::{ChannelSpec, Delivery, DeliveryForm};

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["path"];

const FORMATS: [&str; 4] = ["html", "text", "json", "markdown"];

pub(super) struct Files {
    directory: PathBuf,
    formats: Vec<&'static str>,
}

pub(super) fn open(spec: &ChannelSpec) -> Result<Files, DeliverError> {
    let formats = match spec.format.as_deref() {
        None => FORMATS[..3].to_vec(),
        Some(given) => FORMATS.into_iter().filter(|f| *f == given).collect(),
    };
    if formats.is_empty() {
        let list = FORMATS.join("`, `");
        return Err(DeliverError::config(
            spec,
            format!("`format` must be `{list}`, or left out for html, text and json"),
        ));
    }
    Ok(Files {
        directory: needed(spec, "path", spec.path.as_deref())?.to_owned(),
        formats,
    })
}

impl Channel for Files {
    fn send<'a>(&'a self, delivery: &'a Delivery, _now: Timestamp) -> Attempt<'a> {
        Box::pin(async move {
            let stem = stem(delivery);
            let mut files: Vec<(PathBuf, Vec<u8>)> = self
                .formats
                .iter()
                .map(|format| {
                    let (extension, content) = content(format, &delivery.form);
                    (self.directory.join(format!("{stem}.{extension}")), content)
                })
                .collect();
            let csv = &delivery.form.csv;
            if self.formats.len() > 1 && !csv.is_empty() {
                let path = self.directory.join(format!("{stem}.csv"));
                files.push((path, csv.clone().into_bytes()));
            }
            let directory = self.directory.clone();
            let place = self.directory.join(&stem).display().to_string();
            tokio::task::spawn_blocking(move || write_all(&directory, &files))
                .await
                .map_err(|e| DeliverError::transient(e.to_string()))?
                .map_err(|(path, e)| {
                    // also "permission denied" and "disk full" pass once a person has acted
                    DeliverError::transient(format!("{} cannot be written: {e}", path.display()))
                })?;
            Ok(Receipt::whole(format!("wrote {place}")))
        })
    }
}

/// A name as part of a file's: only plain characters, whatever it holds.
pub(super) fn plain_name(name: &str) -> String {
    let kept = name.chars().map(|c| match c {
        c if c.is_alphanumeric() || c == '_' || c == '-' => c,
        _ => '_',
    });
    kept.take(60).collect()
}

/// File name without extension.
fn stem(delivery: &Delivery) -> String {
    let date = delivery.created_at.strftime("%Y-%m-%d");
    format!(
        "{}-{date}-{}",
        plain_name(&delivery.digest_name),
        plain_name(&delivery.id)
    )
}

fn content(format: &str, form: &DeliveryForm) -> (&'static str, Vec<u8>) {
    match format {
        "html" => ("html", form.standalone_html().into_bytes()),
        "text" => ("txt", form.text.clone().into_bytes()),
        "markdown" => ("md", form.markdown.clone().into_bytes()),
        _ => ("json", format!("{:#}\n", form.json).into_bytes()),
    }
}

fn write_all(
    directory: &Path,
    files: &[(PathBuf, Vec<u8>)],
) -> Result<(), (PathBuf, std::io::Error)> {
    std::fs::create_dir_all(directory).map_err(|e| (directory.to_owned(), e))?;
    for (path, content) in files {
        replace(path, content).map_err(|e| (path.clone(), e))?;
    }
    settle(directory).map_err(|e| (directory.to_owned(), e))
}

/// Puts a file in its place whole: readers see the old one or the new one.
pub(super) fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let mut file = std::fs::File::create(&part)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(part, path)
}

/// Waits until renames in a directory are on the disk: they must survive a power cut before the outbox
/// forgets the delivery.
pub(super) fn settle(directory: &Path) -> std::io::Result<()> {
    std::fs::File::open(directory)?.sync_all()
}
