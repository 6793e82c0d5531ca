//! Dated entries of real changelogs against the manifest's counting rules, and what is new between two versions.
//!
//! `cargo bench --bench changelogs`; needs the evaluation data, see `TIDEWATCH_EVAL`. Where the rule is an
//! expression, each of its matches must be an entry with the same day and title; where entries were counted by
//! eye, only their number and the newest and oldest day are compared. New entries are those that
//! `detect::identity` does not know from the older version, less what the live watch takes for backfill. `-- --list` names what differs.

mod eval;

use std::path::Path;

use eval::eval;
use jiff::{Timestamp, tz::TimeZone};
use regex::Regex;
use serde::Deserialize;
use tidewatch::detect::backfill;
use tidewatch::detect::identity::{self, ItemMatch};
use tidewatch::extract::{changelog, dates};
use tidewatch::model::{Body, ItemId, KnownItem, ReadItem, ReadOptions};
use url::Url;

#[derive(Deserialize)]
struct Row {
    id: String,
    file: String,
    entries: usize,
    dated_entries: usize,
    newest: Option<String>,
    oldest: Option<String>,
    counting_rule: String,
    older_file: Option<String>,
    #[serde(default)]
    new_entries: Vec<(Option<String>, String)>,
}

#[derive(Default)]
struct Tally {
    right: usize,
    wrong: usize,
    missed: usize,
    new: usize,
    new_missed: usize,
    new_wrong: usize,
}

fn main() {
    let list = std::env::args().any(|arg| arg == "--list");
    let Some(root) = eval("changelogs/manifest.json").map(|root| root.join("changelogs")) else {
        return;
    };
    let manifest = std::fs::read_to_string(root.join("manifest.json")).expect("manifest.json");
    let rows: Vec<Row> = serde_json::from_str(&manifest).expect("manifest.json");
    let mut all = Tally::default();
    for row in &rows {
        let items = read(&root, &row.file);
        let counted = entries(&root, row, &items, &mut all, list);
        let news = row.older_file.as_ref().map_or_else(String::new, |older| {
            news(&read(&root, older), row, &items, &mut all, list)
        });
        println!("{:<28} {counted}{news}", row.id);
    }
    println!(
        "entries: precision {:.3} ({} that the rules do not count), recall {:.3} ({} missed)",
        all.right as f64 / (all.right + all.wrong) as f64,
        all.wrong,
        all.right as f64 / (all.right + all.missed) as f64,
        all.missed,
    );
    println!(
        "new entries: {} of {} found, {} false",
        all.new - all.new_missed,
        all.new,
        all.new_wrong
    );
}

/// Compares entries with the counting rule.
fn entries(root: &Path, row: &Row, items: &[ReadItem], all: &mut Tally, list: bool) -> String {
    let dated = items.iter().filter(|item| item.published.is_some()).count();
    let found = format!(
        "{:>4} entries ({:>4} with a day) of {:>4} ({:>4})",
        items.len(),
        dated,
        row.entries,
        row.dated_entries
    );
    let Ok(rule) = Regex::new(&format!("(?m){}", row.counting_rule))
        .map_err(drop)
        .and_then(|rule| {
            if row.counting_rule.starts_with('^') {
                Ok(rule)
            } else {
                Err(())
            }
        })
    else {
        let (found_of, wanted) = if row.dated_entries > 0 {
            (dated, row.dated_entries)
        } else {
            (items.len(), row.entries)
        };
        all.right += found_of.min(wanted);
        all.wrong += found_of.saturating_sub(wanted);
        all.missed += wanted.saturating_sub(found_of);
        let days = || items.iter().filter_map(day);
        let ends = days().max() == row.newest && days().min() == row.oldest;
        return format!(
            "{found}: by number, newest and oldest day {}",
            if ends { "right" } else { "WRONG" }
        );
    };
    let source =
        std::fs::read_to_string(root.join(&row.file)).expect("a changelog of the manifest");
    let mut left: Vec<(Option<String>, String)> = items
        .iter()
        .map(|item| (day(item), plain(&item.title)))
        .collect();
    let (mut right, mut missed) = (0, Vec::new());
    for found in rule.captures_iter(&source) {
        let title = found
            .name("t")
            .map_or_else(String::new, |title| plain(title.as_str()));
        let day = found
            .name("d")
            .map(|day| day.as_str())
            .filter(|day| !day.is_empty())
            .and_then(day_of);
        match left
            .iter()
            .position(|(other, name)| alike(&title, name) && (day.is_none() || day == *other))
        {
            Some(at) => {
                left.remove(at);
                right += 1;
            }
            None => missed.push((day, title)),
        }
    }
    // entries without a day do not count against a rule that only counts dated ones
    left.retain(|(day, _)| day.is_some() || row.dated_entries < row.entries);
    all.right += right;
    all.wrong += left.len();
    all.missed += missed.len();
    if list {
        for entry in &left {
            println!("    not counted {entry:?}");
        }
        for entry in &missed {
            println!("    missed {entry:?}");
        }
    }
    format!(
        "{found}: {right} right, {} not counted, {} missed",
        left.len(),
        missed.len()
    )
}

/// Compares what would be told as new with the manifest's list: what identity does not know, less what
/// is backfill to the live watch. The older version was fetched after its newest entry, so the watch
/// began no earlier than that.
fn news(older: &[ReadItem], row: &Row, items: &[ReadItem], all: &mut Tally, list: bool) -> String {
    let mut known = Vec::new();
    for (at, (item, keys)) in older.iter().zip(identity::keys(older)).enumerate() {
        for key in keys {
            known.push(KnownItem {
                id: ItemId(i64::try_from(at).expect("few items")),
                key,
                content_hash: identity::content_hash(item),
                published: item.published,
                title: item.title.clone(),
                link: item.link.clone(),
                guid: item.guid.clone(),
            });
        }
    }
    let mut wanted: Vec<String> = row
        .new_entries
        .iter()
        .map(|(_, title)| plain(title))
        .collect();
    let began = older.iter().filter_map(|item| item.published).max();
    let matches = identity::plan(items, &known);
    let since = began.unwrap_or(Timestamp::MIN);
    let backfill = backfill(items, &matches, since, true);
    let mut wrong = Vec::new();
    for ((item, fate), is_backfill) in items.iter().zip(matches).zip(backfill) {
        if fate == ItemMatch::New && !is_backfill {
            let title = plain(&item.title);
            match wanted.iter().position(|wanted| alike(wanted, &title)) {
                Some(at) => drop(wanted.remove(at)),
                None => wrong.push(item.title.as_str()),
            }
        }
    }
    all.new += row.new_entries.len();
    all.new_missed += wanted.len();
    all.new_wrong += wrong.len();
    if list {
        for title in &wrong {
            println!("    falsely new: {title}");
        }
        for title in &wanted {
            println!("    new and missed: {title}");
        }
    }
    format!(
        "; new {} of {}, {} false",
        row.new_entries.len() - wanted.len(),
        row.new_entries.len(),
        wrong.len()
    )
}

fn read(root: &Path, file: &str) -> Vec<ReadItem> {
    let bytes = std::fs::read(root.join(file)).expect("a changelog of the manifest");
    let url = Url::parse(&format!("https://example.org/{file}")).expect("a URL");
    let html = Path::new(file).extension().is_some_and(|end| end == "html");
    let body = Body {
        bytes: &bytes,
        content_type: Some(if html { "text/html" } else { "text/plain" }),
        url: &url,
    };
    let options = ReadOptions {
        select: Vec::new(),
        remove: Vec::new(),
        zone: TimeZone::UTC,
        language: None,
        now: "2026-09-01T00:00:00Z".parse().expect("a time"),
    };
    changelog::read(&body, &options).items
}

fn day(item: &ReadItem) -> Option<String> {
    item.published.map(|at| at.strftime("%F").to_string())
}

/// The day that a rule matched; `00` stands for an unknown one.
fn day_of(text: &str) -> Option<String> {
    dates::parse(&text.replace("-00", "-01"), &TimeZone::UTC)
        .map(|at| at.strftime("%F").to_string())
}

/// Words of a title, without the targets of its links.
fn plain(title: &str) -> String {
    let target = Regex::new(r"\]\([^)]*\)|<[^>]*>|\{[^}]*\}").expect("an expression");
    let title = target
        .replace_all(title, " ")
        .to_lowercase()
        .replace('…', "");
    title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Does the manifest's title say what ours says? Rows of tables go by their beginnings, and a rule without a
/// title by the day alone.
fn alike(theirs: &str, ours: &str) -> bool {
    let begin = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .take(60)
            .collect::<String>()
    };
    theirs.is_empty()
        || begin(theirs) == begin(ours)
        || !ours.is_empty() && format!(" {theirs} ").contains(&format!(" {ours} "))
        || !theirs.is_empty() && ours.starts_with(&format!("{theirs} "))
}
