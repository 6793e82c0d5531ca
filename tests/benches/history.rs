//! What one poll of a changed page costs when its source has little or much history:
//! `cargo bench --bench history`.
//!
//! A made page of which a sentence changes every four hours goes through the live pipeline (a replay).
//! At each mark the peak of memory is set back, some polls are made, and the peak is read again.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench ends loudly")]

use std::fmt::Write as _;

use tidewatch::config::{Environment, Known, load};
use tidewatch::daemon::replay::{Recording, Replay};
use tidewatch::{deliver, extract};

/// Stored versions at which is measured.
const MARKS: [usize; 5] = [10, 100, 500, 1_000, 2_000];
/// Polls that are measured at each.
const POLLS: usize = 20;
/// Paragraphs of the page.
const PARAGRAPHS: usize = 60;

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("history.jsonl");
    std::fs::write(&file, recording()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(measure(&file));
}

async fn measure(file: &std::path::Path) {
    let environment: Environment = [("HOME", "/nonexistent"), ("TZ", "UTC")]
        .into_iter()
        .collect();
    let known = Known {
        kinds: extract::KINDS,
        channels: deliver::CHANNELS,
        mapping: extract::check_mapping,
    };
    let config = load(None, &environment, &known).unwrap();
    let mut replay = Replay::new(config, Recording::open(file).unwrap())
        .await
        .unwrap();
    println!(
        "{:>9} {:>12} {:>14} {:>12}",
        "versions", "memory, KB", "peak more, KB", "CPU ms/poll"
    );
    let (mut versions, mut marks) = (0, MARKS.into_iter().peekable());
    while let Some(mark) = marks.peek().copied() {
        if versions < mark {
            let step = replay.step().await.unwrap().unwrap();
            versions += usize::from(step.report.new_version);
            continue;
        }
        marks.next();
        // Linux: sets the peak back to what is in use
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        let (before, from) = (status("VmRSS:"), spent());
        for _ in 0..POLLS {
            let step = replay.step().await.unwrap().unwrap();
            versions += usize::from(step.report.new_version);
        }
        let more = status("VmHWM:").saturating_sub(before);
        let each = (spent() - from) / POLLS as f64;
        println!("{mark:9} {before:12} {more:14} {each:12.1}");
    }
    replay.close().await.unwrap();
}

/// A line a version, every four hours.
fn recording() -> String {
    let mut out = String::new();
    let start: jiff::Timestamp = "2024-01-01T00:00:00Z".parse().unwrap();
    for n in 0..MARKS[MARKS.len() - 1] + POLLS * 4 {
        let mut body = String::from("<html><body><main><h1>LIVE rules</h1>");
        for paragraph in 0..PARAGRAPHS {
            // each was last changed in its turn, and never back to what it was
            let turn = (n + PARAGRAPHS - paragraph) / PARAGRAPHS;
            write!(
                body,
                "<p>Rule {paragraph} of this page: hosts of a session of kind {paragraph} must be at least \
                 {} years old, and a session may last {} minutes unless the platform says otherwise.</p>",
                13 + paragraph % 8,
                10 + turn * 3 + paragraph
            )
            .unwrap();
        }
        body.push_str("</main></body></html>");
        let at = start + jiff::SignedDuration::from_hours(4 * n as i64);
        let record = serde_json::json!({"source": "rules", "at": at, "body": body,
            "kind": "page", "title": "Rules", "platform": "clip", "language": "en"});
        writeln!(out, "{record}").unwrap();
    }
    out
}

/// A figure of this process in KB (Linux; elsewhere there is no such file, and it is zero).
fn status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    number.unwrap_or(0)
}

/// CPU milliseconds of all threads so far, as the scheduler counts them (Linux).
fn spent() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten();
    let of = |task: std::io::Result<std::fs::DirEntry>| -> Option<f64> {
        let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse().ok()
    };
    tasks.filter_map(of).sum::<f64>() / 1e6
}
