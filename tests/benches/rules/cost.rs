//! What it costs to judge one pair of large texts, beside a plain word diff of the same texts in the
//! same run: a made pair of 60 KB, and the largest real ones.
//!
//! CPU time of this thread, as the scheduler counts it, so a busy machine does not matter much; the
//! best of some runs and the median.

use similar::{Algorithm, capture_diff_slices};
use tidewatch::detect::{ChangeContext, change_finding, page_change};
use tidewatch::model::{Block, BlockKind, PageText, Source, SourceKind};

use crate::pairs::Pair;

/// Size of the made texts, in bytes.
const SIZE: usize = 60_000;
/// Runs of each.
const RUNS: usize = 15;
/// Real pairs measured.
const REAL: usize = 8;

pub(crate) fn table(pairs: &[Pair]) {
    println!("\ncost of one pair, CPU ms (median, best of {RUNS})");
    println!(
        "{:24} {:>7} {:>7}  {:>13} {:>13} {:>13}",
        "pair", "KB", "blocks", "verdict", "with wording", "word diff"
    );
    let (before, after) = made();
    row("made, 5 % of blocks edited", &before, &after);
    let other = rewritten(&before);
    row("made, every block edited", &before, &other);
    let mut real: Vec<(usize, &Pair)> = pairs.iter().map(|p| (size(&p.read().before), p)).collect();
    real.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
    for (_, pair) in real.into_iter().take(REAL) {
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
        if let Some(change) = page_change(before, after, &context) {
            drop(change_finding(&source, before, after, &change, now));
        }
    });
    let words = |text: &PageText| -> Vec<String> {
        let plain = text.plain();
        plain.split_whitespace().map(str::to_owned).collect()
    };
    let (old, new) = (words(before), words(after));
    let plain = measure(|| drop(capture_diff_slices(Algorithm::Patience, &old, &new)));
    println!(
        "{name:24.24} {:7.1} {:7}  {:6.2} {:6.2} {:6.2} {:6.2} {:6.2} {:6.2}",
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

/// Median and least CPU milliseconds.
fn measure(mut work: impl FnMut()) -> (f64, f64) {
    work();
    let mut all: Vec<f64> = (0..RUNS)
        .map(|_| {
            let from = spent();
            work();
            spent() - from
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

fn size(text: &PageText) -> usize {
    text.blocks.iter().map(|b| b.text.len()).sum()
}

const WORDS: [&str; 40] = [
    "advertisers",
    "must",
    "label",
    "every",
    "paid",
    "post",
    "before",
    "it",
    "is",
    "shown",
    "to",
    "people",
    "under",
    "sixteen",
    "creators",
    "may",
    "not",
    "upload",
    "videos",
    "longer",
    "than",
    "ten",
    "minutes",
    "unless",
    "their",
    "account",
    "has",
    "been",
    "verified",
    "by",
    "the",
    "platform",
    "and",
    "fees",
    "of",
    "percent",
    "apply",
    "from",
    "July",
    "on",
];

/// A rule text of 60 KB and a later version of it.
fn made() -> (PageText, PageText) {
    let mut state = 29_u64;
    let mut roll = move |most: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % most
    };
    let mut before = PageText::default();
    while size(&before) < SIZE {
        let number = before.blocks.len();
        let (kind, words) = if number.is_multiple_of(9) {
            (BlockKind::Heading(2), 4)
        } else {
            (BlockKind::Paragraph, 30 + roll(40))
        };
        let mut text = format!("{number}");
        for _ in 0..words {
            text.push(' ');
            text.push_str(WORDS[roll(WORDS.len())]);
        }
        text.push('.');
        before.blocks.push(Block {
            kind,
            text,
            links: vec![],
        });
    }
    let mut after = before.clone();
    for block in after.blocks.iter_mut().skip(3).step_by(20) {
        block.text = block
            .text
            .replace("ten minutes", "15 minutes")
            .replacen("must", "need not", 1);
    }
    (before, after)
}

/// Every block with a word in it changed.
fn rewritten(text: &PageText) -> PageText {
    let mut after = text.clone();
    for block in &mut after.blocks {
        block.text = block
            .text
            .replacen(" the ", " our ", 1)
            .replacen(" may ", " can ", 1);
        block.text.push_str(" This holds everywhere.");
    }
    after
}
