//! Main text of articles and of policy pages against what people and Open Terms Archive took for it.
//!
//! `cargo bench --bench pages`; needs the evaluation data, see `TIDEWATCH_EVAL`. Articles: F1 over shingles of
//! four words, as the article-extraction-benchmark's `evaluate.py` has it. Policies: F1 over words of the raw
//! HTML pages whose clean text stands beside them (`before_extracted`, `after_extracted` in `pairs.jsonl`), or
//! lies as `ID/before.txt` and `ID/after.txt` in the folder that `TIDEWATCH_CLEAN` names. Every raw page that is
//! taken for a wall is named. Both sets are shown by halves as well; `-- --list` names the worst pages.

mod eval;

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};

use eval::eval;
use jiff::tz::TimeZone;
use serde::Deserialize;
use tidewatch::extract::page;
use tidewatch::model::{Body, PageText, ReadOptions, ReadOutcome, Reading};
use url::Url;

#[derive(Deserialize)]
struct Article {
    #[serde(rename = "articleBody", default)]
    body: String,
    url: String,
}

#[derive(Deserialize)]
struct Pair {
    id: String,
    format: String,
    before: String,
    after: String,
    before_extracted: Option<String>,
    after_extracted: Option<String>,
    platform: String,
}

/// How one page came out.
struct Row {
    name: String,
    group: String,
    precision: f64,
    recall: f64,
}

fn main() {
    let Some(root) = eval("") else { return };
    let list = std::env::args().any(|arg| arg == "--list");
    articles(&root.join("extraction"), list);
    policies(&root.join("rules"), list);
}

fn articles(root: &Path, list: bool) {
    let Ok(truth) = std::fs::read_to_string(root.join("ground-truth.json")) else {
        println!("no articles in {}", root.display());
        return;
    };
    let truth: BTreeMap<String, Article> = serde_json::from_str(&truth).expect("ground-truth.json");
    let mut cost = Cost::default();
    let mut rows = Vec::new();
    for (id, article) in &truth {
        let packed = std::fs::read(root.join(format!("html/{id}.html.gz")))
            .expect("a page of ground-truth.json");
        let mut body = Vec::new();
        flate2::read::GzDecoder::new(&packed[..])
            .read_to_end(&mut body)
            .expect("gzip");
        let reading = cost.read(body, &article.url);
        tell_wall(id, &reading);
        let (precision, recall) = compare(&words(&article.body), &words(&plain(&reading)), 4);
        rows.push(Row {
            name: article.url.clone(),
            group: String::new(),
            precision,
            recall,
        });
    }
    report("articles", rows, &cost, list);
}

fn policies(root: &Path, list: bool) {
    let Ok(pairs) = std::fs::read_to_string(root.join("pairs.jsonl")) else {
        println!("no policies in {}", root.display());
        return;
    };
    let clean = std::env::var_os("TIDEWATCH_CLEAN").map(PathBuf::from);
    let mut cost = Cost::default();
    let mut rows = Vec::new();
    let mut pages = 0;
    for line in pairs.lines() {
        let pair: Pair = serde_json::from_str(line).expect("a row of pairs.jsonl");
        if pair.format != "raw-html" {
            continue;
        }
        for (side, path, beside) in [
            ("before", &pair.before, &pair.before_extracted),
            ("after", &pair.after, &pair.after_extracted),
        ] {
            let body = std::fs::read(root.join(path)).expect("a page of pairs.jsonl");
            let reading = cost.read(body, "https://example.org/policy");
            pages += 1;
            let name = format!("{} {side}", pair.id);
            tell_wall(&name, &reading);
            let text = match (beside, &clean) {
                (Some(beside), _) => std::fs::read_to_string(root.join(beside)).ok(),
                (None, Some(clean)) => {
                    std::fs::read_to_string(clean.join(&pair.id).join(format!("{side}.txt"))).ok()
                }
                _ => None,
            };
            let Some(text) = text.filter(|text| !text.is_empty()) else {
                continue;
            };
            let truth = without_targets(&text).to_lowercase();
            let found = plain(&reading).to_lowercase();
            let (precision, recall) = compare(&words(&truth), &words(&found), 1);
            rows.push(Row {
                name,
                group: pair.platform.clone(),
                precision,
                recall,
            });
        }
    }
    println!("raw policy pages: {pages}, with clean text: {}", rows.len());
    report("policies", rows, &cost, list);
}

fn report(what: &str, mut rows: Vec<Row>, cost: &Cost, list: bool) {
    if rows.is_empty() {
        println!(
            "{what}: nothing to compare with; {:.2} ms CPU a page",
            cost.mean()
        );
        return;
    }
    let line = |rows: &[&Row]| {
        let mean = |of: &dyn Fn(&Row) -> f64| {
            let values: Vec<f64> = rows
                .iter()
                .map(|row| of(row))
                .filter(|value| !value.is_nan())
                .collect();
            values.iter().sum::<f64>() / values.len() as f64
        };
        let (precision, recall) = (mean(&|row| row.precision), mean(&|row| row.recall));
        let each = mean(&|row| f1(row.precision, row.recall));
        format!(
            "precision {precision:.3}  recall {recall:.3}  F1 {:.3}  (mean of F1 {each:.3})",
            f1(precision, recall)
        )
    };
    println!(
        "{what} {:>4}  {}  {:.2} ms CPU a page",
        rows.len(),
        line(&rows.iter().collect::<Vec<_>>()),
        cost.mean()
    );
    for half in 0..2 {
        println!(
            "  half {half}  {}",
            line(&rows.iter().skip(half).step_by(2).collect::<Vec<_>>())
        );
    }
    let mut groups: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.group.is_empty()) {
        groups.entry(&row.group).or_default().push(row);
    }
    for (group, rows) in groups {
        println!("  {group:<18} {:>3}  {}", rows.len(), line(&rows));
    }
    if list {
        rows.sort_by(|one, other| {
            f1(one.precision, one.recall).total_cmp(&f1(other.precision, other.recall))
        });
        for row in rows.iter().take(40) {
            println!(
                "    {:.3}  P {:.3}  R {:.3}  {}",
                f1(row.precision, row.recall),
                row.precision,
                row.recall,
                row.name
            );
        }
    }
}

fn read(body: &[u8], url: &str) -> Reading {
    let url =
        Url::parse(url).unwrap_or_else(|_| Url::parse("https://example.org/").expect("a URL"));
    let options = ReadOptions {
        select: Vec::new(),
        remove: Vec::new(),
        zone: TimeZone::UTC,
        language: None,
        now: "2026-09-01T00:00:00Z".parse().expect("a time"),
    };
    page::read(
        &Body {
            bytes: body,
            content_type: None,
            url: &url,
        },
        &options,
    )
}

fn plain(reading: &Reading) -> String {
    reading
        .text
        .as_ref()
        .map(PageText::plain)
        .unwrap_or_default()
}

fn tell_wall(name: &str, reading: &Reading) {
    if reading.outcome != ReadOutcome::Read {
        println!("  {name}: taken for {}", reading.outcome.name());
    }
}

/// Runs of letters, digits and underscores, as `\w+` has it.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect()
}

/// Markdown without the targets of its links and pictures.
fn without_targets(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("](") {
        out.push_str(&rest[..=at]);
        rest = rest[at..].find(')').map_or("", |end| &rest[at + end + 1..]);
    }
    out + rest
}

/// Precision and recall over shingles of `length` words; not a number where there is nothing to share.
fn compare(truth: &[&str], found: &[&str], length: usize) -> (f64, f64) {
    let (truth, found) = (shingles(truth, length), shingles(found, length));
    let shared: u32 = truth
        .iter()
        .map(|(shingle, count)| (*count).min(found.get(shingle).copied().unwrap_or(0)))
        .sum();
    let share =
        |of: &HashMap<&[&str], u32>| f64::from(shared) / f64::from(of.values().sum::<u32>());
    if truth == found {
        (1.0, 1.0)
    } else {
        (share(&found), share(&truth))
    }
}

fn shingles<'w>(words: &'w [&'w str], length: usize) -> HashMap<&'w [&'w str], u32> {
    let mut counts = HashMap::new();
    if !words.is_empty() {
        for at in 0..=words.len().saturating_sub(length) {
            *counts
                .entry(&words[at..(at + length).min(words.len())])
                .or_insert(0) += 1;
        }
    }
    counts
}

fn f1(precision: f64, recall: f64) -> f64 {
    if precision + recall == 0.0 {
        0.0
    } else {
        2.0 * precision * recall / (precision + recall)
    }
}

/// Pages kept in memory, read once more in one go: the counter only moves at ticks of the scheduler, so the
/// time of a single page cannot be told.
#[derive(Default)]
struct Cost {
    pages: Vec<(Vec<u8>, String)>,
}

impl Cost {
    fn read(&mut self, body: Vec<u8>, url: &str) -> Reading {
        let reading = read(&body, url);
        self.pages.push((body, url.to_owned()));
        reading
    }

    /// Milliseconds of CPU a page.
    fn mean(&self) -> f64 {
        let before = cpu();
        for (body, url) in &self.pages {
            std::hint::black_box(read(body, url));
        }
        (cpu() - before) as f64 / 1e6 / self.pages.len().max(1) as f64
    }
}

/// Nanoseconds on a CPU, as Linux counts them; elsewhere 0.
fn cpu() -> u64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|stat| stat.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
