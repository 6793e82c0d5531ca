//! What makes an entry the same entry at the next poll.
//!
//! Its version, if no other entry of the page has it; else its title without case, punctuation and date. Two
//! entries of one title are told apart by their dates, then by their order from the oldest, since new ones
//! come in at the other end. An entry that is nothing but a day goes by its month and its order in it: servers
//! write days in zones of their own, and a day that moves by one is no new entry.
//!
//! A title alone may come again ("Bug fixes"), when the entry that bore it has left the page: such a GUID is
//! only a place ([`is_place`]), to be believed with its day.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

use super::entries::Entry;

/// How the GUID of an entry begins that is nothing but a day.
const MONTH: &str = "month:";
/// How the GUID of an entry begins that goes by its title.
const TITLE: &str = "title:";

/// A GUID for each entry, in their order.
pub(super) fn guids(entries: &[Entry]) -> Vec<String> {
    let mut versions: HashMap<&str, usize> = HashMap::new();
    for version in entries.iter().filter_map(|entry| entry.version.as_deref()) {
        *versions.entry(version).or_default() += 1;
    }
    let named: Vec<String> = entries
        .iter()
        .map(|entry| match entry.version.as_deref() {
            Some(version) if versions.get(version) == Some(&1) => format!("version:{version}"),
            _ => name(entry),
        })
        .collect();
    let dated = told_apart(&named, |at| entries[at].date.map(|date| date.to_string()));
    in_order(&dated, newest_first(entries))
}

/// Is it no name of its own: the place of a day in its month, or a title that another day may bear?
pub(super) fn is_place(entry: &Entry, guid: &str) -> bool {
    is_of_month(guid) || (entry.date.is_some() && guid.starts_with(TITLE))
}

fn is_of_month(guid: &str) -> bool {
    guid.starts_with(MONTH)
}

fn name(entry: &Entry) -> String {
    let own = plain(&entry.title);
    match entry.date {
        Some(date) if entry.day_alone && entry.version.is_none() => {
            format!("{MONTH}{:04}-{:02}", date.year(), date.month())
        }
        _ if own.chars().count() > 80 => format!("text:{:016x}", xxh3_64(own.as_bytes())),
        _ => format!("{TITLE}{own}"),
    }
}

/// Lower-case words of a title.
fn plain(title: &str) -> String {
    let words: Vec<String> = title
        .split(|c: char| !c.is_alphanumeric() && c != '.')
        .map(|word| word.trim_matches('.').to_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-")
}

/// Adds `more` to names that several entries have.
fn told_apart(names: &[String], more: impl Fn(usize) -> Option<String>) -> Vec<String> {
    let mut count: HashMap<&str, usize> = HashMap::new();
    for name in names {
        *count.entry(name).or_default() += 1;
    }
    names
        .iter()
        .enumerate()
        .map(|(at, name)| match more(at) {
            Some(more) if count[name.as_str()] > 1 && !is_of_month(name) => {
                format!("{name}@{more}")
            }
            _ => name.clone(),
        })
        .collect()
}

/// Numbers what is still alike, from the oldest; a month's days are numbered always.
fn in_order(names: &[String], newest_first: bool) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut out = names.to_vec();
    let order: Vec<usize> = if newest_first {
        (0..names.len()).rev().collect()
    } else {
        (0..names.len()).collect()
    };
    for at in order {
        let nth = seen.entry(names[at].clone()).or_default();
        *nth += 1;
        if *nth > 1 || is_of_month(&names[at]) {
            out[at] = format!("{}#{nth}", names[at]);
        }
    }
    out
}

/// Do the dates fall down the page? Most do, and so do pages without dates.
fn newest_first(entries: &[Entry]) -> bool {
    let days: Vec<_> = entries.iter().filter_map(|entry| entry.date).collect();
    let rises = days.windows(2).filter(|pair| pair[0] < pair[1]).count();
    let falls = days.windows(2).filter(|pair| pair[0] > pair[1]).count();
    falls >= rises
}
