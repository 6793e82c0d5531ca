//! What it costs to judge one pair of large texts, beside a plain word diff of the same texts in the
//! same run: made pairs of 60 KB in all shapes, and the largest real ones.
//!
//! CPU time of this thread, as the scheduler counts it, so a busy machine does not matter much; the
//! best of some runs and the median. `cost SHAPE…` measures only the shapes whose names begin so,
//! for a profiler.

use similar::{Algorithm, capture_diff_slices};
use tidewatch::detect::{ChangeContext, page_change, page_finding};
use tidewatch::model::{PageText, Source, SourceKind};

use crate::pairs::Pair;
use crate::shapes::{shapes, size};

/// Samples of each, and runs of a sample.
const RUNS: usize = 5;
const EACH: u32 = 5;
/// Real pairs measured.
const REAL: usize = 8;

pub(crate) fn table(pairs: &[Pair], wanted: &[String]) {
    println!("\ncost of one pair, CPU ms (median, best of {RUNS} × {EACH})");
    println!(
        "{:32} {:>7} {:>7}  {:>13} {:>13} {:>13}",
        "pair", "KB", "blocks", "verdict", "with wording", "word diff"
    );
    let is_wanted =
        |name: &str| wanted.is_empty() || wanted.iter().any(|start| name.starts_with(start));
    for (name, before, after) in shapes() {
        if is_wanted(name) {
            row(name, &before, &after);
        }
    }
    let mut real: Vec<(usize, &Pair)> = pairs.iter().map(|p| (size(&p.read().before), p)).collect();
    real.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
    let largest = real.into_iter().take(REAL);
    for (_, pair) in largest.filter(|(_, pair)| is_wanted(&pair.id)) {
        let read = pair.read();
        row(&pair.id, &read.before, &read.after);
    }
    if let Some(peak) = peak() {
        println!(
            "peak memory of the bench {peak} KB, all pairs' paths and the largest texts in it"
        );
    }
}

fn row(name: &str, before: &PageText, after: &PageText) {
    let now = "2026-06-01T00:00:00Z".parse().unwrap();
    let context = ChangeContext {
        language: None,
        seen_before: None,
        now,
    };
    let url = "https://example.com/".parse().unwrap();
    let source = Source::probe(url, SourceKind("page".to_owned()));
    let verdict = measure(|| drop(page_change(before, after, &context)));
    let wording = measure(|| {
        drop(page_finding(&source, before, after, now));
    });
    let words = |text: &PageText| -> Vec<String> {
        let plain = text.plain();
        plain.split_whitespace().map(str::to_owned).collect()
    };
    let (old, new) = (words(before), words(after));
    let plain = measure(|| drop(capture_diff_slices(Algorithm::Patience, &old, &new)));
    println!(
        "{name:32.32} {:7.1} {:7}  {:6.2} {:6.2} {:6.2} {:6.2} {:6.2} {:6.2}",
        size(before) as f64 / 1000.0,
        before.blocks.len(),
        verdict.0,
        verdict.1,
        wording.0,
        wording.1,
        plain.0,
        plain.1
    );
}

/// Median and least CPU milliseconds; each sample is of a few runs, since some kernels count in ticks.
fn measure(mut work: impl FnMut()) -> (f64, f64) {
    work();
    let mut all: Vec<f64> = (0..RUNS)
        .map(|_| {
            let from = spent();
            for _ in 0..EACH {
                work();
            }
            (spent() - from) / f64::from(EACH)
        })
        .collect();
    all.sort_by(f64::total_cmp);
    (all[RUNS / 2], all[0])
}

/// CPU milliseconds of this thread so far (Linux; elsewhere there is no such file, and it is zero).
fn spent() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos: f64 = text
        .split_whitespace()
        .next()
        .and_then(|n| n.parse().ok())
        .unwrap_or(0.0);
    nanos / 1e6
}

fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
