//! Many pairs: one JSON line in, one out, in order. Judged on all cores, a bounded batch at a time, so
//! memory does not grow with the file.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::Context as _;
use jiff::Timestamp;
use serde_json::Value;

use super::{Args, failure, line};
use crate::query::PairRecord;

/// Lines held at once.
const BATCH: usize = 64;

pub(super) fn run(file: &Path, args: &Args, now: Timestamp) -> anyhow::Result<ExitCode> {
    let name = file.display();
    let opened = File::open(file).with_context(|| format!("opening {name}"))?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let failed = AtomicBool::new(false);
    let mut out = anstream::stdout().lock();
    // split by bytes: a line that is not UTF-8 is a bad row, not the end
    let mut lines = BufReader::new(opened).split(b'\n').zip(1..);
    loop {
        let mut batch = Vec::with_capacity(BATCH);
        for (line, row) in lines.by_ref() {
            let line = line.with_context(|| format!("reading {name}"))?;
            let text = String::from_utf8_lossy(&line).into_owned();
            if !text.trim().is_empty() {
                batch.push(Row { row, text });
            }
            if batch.len() == BATCH {
                break;
            }
        }
        if batch.is_empty() {
            break;
        }
        for verdict in judge_all(&batch, folder, args, now, cores, &failed) {
            writeln!(out, "{verdict}")?;
        }
    }
    out.flush()?;
    Ok(ExitCode::from(u8::from(failed.into_inner())))
}

/// One line of the file.
struct Row {
    /// Its number, from one.
    row: usize,
    text: String,
}

/// Judges a batch, each core taking the next line that is left.
fn judge_all(
    batch: &[Row],
    folder: &Path,
    args: &Args,
    now: Timestamp,
    cores: usize,
    failed: &AtomicBool,
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let verdicts: Vec<Mutex<String>> = batch.iter().map(|_| Mutex::default()).collect();
    std::thread::scope(|scope| {
        for _ in 0..cores.min(batch.len()) {
            scope.spawn(|| {
                while let Some((slot, row)) = take(&next, &verdicts, batch) {
                    let verdict = judge(row, folder, args, now).unwrap_or_else(|error| {
                        failed.store(true, Ordering::Relaxed);
                        error
                    });
                    if let Ok(mut slot) = slot.lock() {
                        *slot = verdict;
                    }
                }
            });
        }
    });
    let told = verdicts.into_iter();
    told.map(|slot| slot.into_inner().unwrap_or_default())
        .collect()
}

fn take<'a>(
    next: &AtomicUsize,
    verdicts: &'a [Mutex<String>],
    batch: &'a [Row],
) -> Option<(&'a Mutex<String>, &'a Row)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    Some((verdicts.get(at)?, batch.get(at)?))
}

/// One line in, one line out; a failure is a line too, with the row's number in the file.
fn judge(row: &Row, folder: &Path, args: &Args, now: Timestamp) -> Result<String, String> {
    let record = PairRecord::parse(&row.text).map_err(|error| {
        let id = serde_json::from_str::<Value>(&row.text).map(|row| row["id"].clone());
        failure(&id.unwrap_or_default(), row.row, &error.to_string())
    })?;
    let record = args.over(record);
    match record.judge(folder, now) {
        Ok(comparison) => line(&record.id, &comparison)
            .map_err(|error| failure(&record.id, row.row, &error.to_string())),
        Err(error) => Err(failure(&record.id, row.row, &error.to_string())),
    }
}
