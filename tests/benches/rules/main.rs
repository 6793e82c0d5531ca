//! How well changes of rules are told from noise, on real pairs: `cargo bench --bench rules`.
//!
//! Reads the evaluation data named by `TIDEWATCH_EVAL` (default `../shared/eval/data`); without it
//! says so and exits. Arguments: `show ID…` prints the hunks of pairs, `wrong` those of all pairs
//! that are judged wrongly, `signs FILE` writes the signs of every pair for calibration, `told` and
//! `headlines` print what readers are told, `fit` prints the weights fitted anew beside how they do
//! on pairs that they were not fitted on, `year` only the recorded year, `cost` only what large pairs
//! cost.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench ends loudly")]

mod baselines;
mod cost;
#[path = "../eval.rs"]
mod eval;
mod evidence;
mod fit;
mod pairs;
mod shapes;
mod year;

use std::time::Instant;

use eval::eval;
use pairs::{Pair, Read};
use tidewatch::detect::{ChangeContext, change_signs, page_change};
use tidewatch::model::{Change, ChangeWeight, WordTag};

fn main() {
    let Some(root) = eval("rules/pairs.jsonl") else {
        return;
    };
    let pairs = pairs::load(&root.join("rules"));
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    match args.split_first().map(|(a, rest)| (a.as_str(), rest)) {
        Some(("show", ids)) => {
            for pair in pairs.iter().filter(|p| ids.contains(&p.id)) {
                show(pair);
            }
        }
        Some(("wrong", kinds)) => {
            for pair in &pairs {
                let told = told(pair.judge().as_ref());
                if told != pair.substantive && (kinds.is_empty() || kinds.contains(&pair.format)) {
                    show(pair);
                }
            }
        }
        Some(("signs", rest)) => write_signs(&pairs, &rest[0]),
        Some(("told", _)) => evidence::figures(&pairs, true),
        Some(("headlines", _)) => evidence::headlines(&pairs),
        Some(("fit", _)) => fit::table(&pairs, true),
        Some(("year", _)) => year::table(&pairs),
        Some(("cost", rest)) => cost::table(&pairs, rest),
        _ => {
            table(&pairs);
            evidence::figures(&pairs, false);
            fit::table(&pairs, false);
            baselines::table(&pairs);
            cost::table(&pairs, &[]);
            year::table(&pairs);
        }
    }
}

fn told(change: Option<&Change>) -> bool {
    change.is_some_and(Change::is_substantive)
}

impl Pair {
    pub(crate) fn context(&self) -> ChangeContext<'_> {
        ChangeContext {
            language: Some(&self.language),
            seen_before: None,
            now: self.now,
        }
    }

    fn judge(&self) -> Option<Change> {
        self.compare().change
    }
}

/// Precision, recall and false alarms by format.
fn table(pairs: &[Pair]) {
    let mut rows: Vec<(&str, [usize; 4])> = Vec::new();
    let mut spent = std::time::Duration::ZERO;
    for pair in pairs {
        let read = pair.read();
        let started = Instant::now();
        let change = page_change(&read.before, &read.after, &pair.context());
        spent += started.elapsed();
        drop(change);
        let change = pair.judge();
        let cell = match (pair.substantive, told(change.as_ref())) {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => 2,
            (false, false) => 3,
        };
        for name in ["all", pair.format.as_str(), pair.language.as_str()] {
            if let Some((_, cells)) = rows.iter_mut().find(|(n, _)| *n == name) {
                cells[cell] += 1;
            } else {
                let mut cells = [0; 4];
                cells[cell] = 1;
                rows.push((name, cells));
            }
        }
    }
    println!(
        "{:14} {:>5} {:>5} {:>5} {:>5}  precision recall  F1",
        "pairs", "told", "miss", "false", "quiet"
    );
    for (name, [tp, fneg, fp, tn]) in rows {
        let p = tp as f64 / (tp + fp).max(1) as f64;
        let r = tp as f64 / (tp + fneg).max(1) as f64;
        let f = if p + r > 0.0 {
            2.0 * p * r / (p + r)
        } else {
            0.0
        };
        println!("{name:14} {tp:5} {fneg:5} {fp:5} {tn:5}  {p:.3}     {r:.3}   {f:.3}");
    }
    println!(
        "judging took {:.1} ms a pair",
        spent.as_secs_f64() * 1000.0 / pairs.len() as f64
    );
}

fn show(pair: &Pair) {
    let change = pair.judge();
    println!(
        "\n===== {} {} {} {} | {} | {} | {}",
        pair.id,
        pair.format,
        pair.label(),
        pair.platform,
        pair.document,
        pair.kinds,
        pair.gist
    );
    let Some(change) = change else {
        println!("  no change");
        return;
    };
    match &change.weight {
        ChangeWeight::Substantive => {
            println!("  TOLD −{} +{}", change.words_removed, change.words_added);
        }
        ChangeWeight::Cosmetic(reason) => println!("  quiet: {reason}"),
    }
    let number = |name: &str, default| {
        std::env::var(name)
            .ok()
            .and_then(|v| v.parse().ok())
            .unwrap_or(default)
    };
    let (show_hunks, width) = (number("HUNKS", 8), number("WIDTH", 400));
    let all = std::env::var_os("ALL").is_some();
    for hunk in change
        .hunks
        .iter()
        .filter(|h| all || !h.cosmetic)
        .take(show_hunks)
    {
        let text: String = hunk
            .spans
            .iter()
            .map(|s| match s.tag {
                WordTag::Same if s.text.len() > 100 => {
                    let head: String = s.text.chars().take(35).collect();
                    let tail: Vec<char> = s.text.chars().rev().take(35).collect();
                    format!("{head} … {}", tail.into_iter().rev().collect::<String>())
                }
                WordTag::Same => s.text.clone(),
                WordTag::Removed => format!("[-{}-]", s.text),
                WordTag::Added => format!("{{+{}+}}", s.text),
            })
            .collect();
        let text: String = text.chars().take(width).collect();
        let section: String = hunk
            .section
            .as_deref()
            .unwrap_or("")
            .chars()
            .take(show_hunks)
            .collect();
        println!(
            "  {:?} [{}] ({}) {}",
            hunk.kind,
            section,
            hunk.reason.as_deref().unwrap_or("?"),
            text
        );
    }
    let quiet = change.hunks.iter().filter(|h| h.cosmetic).count();
    let mut reasons: Vec<&str> = change
        .hunks
        .iter()
        .filter_map(|h| h.reason.as_deref())
        .collect();
    reasons.sort_unstable();
    reasons.dedup();
    println!(
        "  ({quiet} of {} hunks cosmetic: {})",
        change.hunks.len(),
        reasons.join(", ")
    );
}

fn write_signs(pairs: &[Pair], file: &str) {
    let mut out = String::new();
    for pair in pairs {
        let Read { before, after } = pair.read();
        let change = page_change(&before, &after, &pair.context());
        let signs = change_signs(&before, &after, &pair.context()).unwrap_or_default();
        let signs: serde_json::Map<String, serde_json::Value> = signs
            .into_iter()
            .map(|(n, v)| (n.to_owned(), v.into()))
            .collect();
        let reason = match change.map(|c| c.weight) {
            None => "none".to_owned(),
            Some(ChangeWeight::Substantive) => String::new(),
            Some(ChangeWeight::Cosmetic(reason)) => reason,
        };
        let line = serde_json::json!({
            "id": pair.id, "label": pair.substantive, "format": pair.format, "grade": pair.grade,
            "platform": pair.platform, "cosmetic": if reason == "slight wording" { "" } else { reason.as_str() }, "document": pair.document, "reason": reason, "signs": signs,
        });
        out.push_str(&line.to_string());
        out.push('\n');
    }
    std::fs::write(file, out).unwrap();
}
