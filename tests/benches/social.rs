//! Channel bodies: is every field that is in the file read?
//!
//! `cargo bench --bench social`; needs the evaluation data, see `TIDEWATCH_EVAL`. What is in a file
//! is counted in its source, by the class or element that carries it, apart from the reader.

mod eval;

use eval::eval;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;
use tidewatch::extract;
use tidewatch::model::{Body, ReadItem, ReadOptions, Reading, SourceKind};
use url::Url;

/// Fields found in the source and read from it.
#[derive(Default)]
struct Tally(Vec<(&'static str, usize, usize)>);

impl Tally {
    fn add(&mut self, field: &'static str, there: usize, read: usize) -> bool {
        match self.0.iter_mut().find(|(name, ..)| *name == field) {
            Some(row) => {
                row.1 += there;
                row.2 += read;
            }
            None => self.0.push((field, there, read)),
        }
        there == read
    }
}

fn main() {
    let Some(root) = eval("social/manifest.json").map(|root| root.join("social")) else {
        return;
    };
    let manifest = std::fs::read(root.join("manifest.json")).expect("manifest.json");
    let manifest: Vec<Value> = serde_json::from_slice(&manifest).expect("a JSON manifest");
    let mut tally = Tally::default();
    for row in &manifest {
        let file = row["file"].as_str().unwrap_or_default();
        let body = std::fs::read_to_string(root.join(file)).expect("a file of the manifest");
        let kind = file.split('/').next().unwrap_or_default();
        let reading = read(kind, file, &body);
        println!(
            "{file}: {}, {} items, {} counters; {}",
            reading.outcome.name(),
            reading.items.len(),
            reading.samples.len(),
            reading.notes.join("; ")
        );
        let whole = match kind {
            "telegram" => telegram(&body, &reading, &mut tally),
            _ => feed(&body, &reading, &mut tally),
        };
        if !whole {
            println!("  NOT WHOLE: {:?}", reading.outcome);
        }
    }
    let (there, read) = tally
        .0
        .iter()
        .fold((0, 0), |sum, row| (sum.0 + row.1, sum.1 + row.2));
    for (field, there, read) in &tally.0 {
        println!("{field:<16} {read} of {there}");
    }
    println!("all fields       {read} of {there}");
}

fn telegram(body: &str, reading: &Reading, tally: &mut Tally) -> bool {
    let of = |items: &dyn Fn(&ReadItem) -> usize| reading.items.iter().map(items).sum::<usize>();
    let metric = |name: &str| of(&|item| item.samples.iter().filter(|s| s.metric == name).count());
    // what a service message carries (a pinned post, a new picture) is not a post's
    let posts: String = body
        .split("tgme_widget_message_wrap ")
        .filter(|p| !p.contains(" service_message "))
        .collect();
    let there = |what: &str| posts.matches(what).count();
    // t.me leaves a count blank now and then: what is blank is not there
    let counted = |what: &str| {
        let after = posts.split(what).skip(1);
        after
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            .count()
    };
    let reactions = of(&|item| {
        let each = item.samples.iter();
        each.filter(|sample| sample.metric.starts_with("reaction:"))
            .count()
    });
    let paid = there("tgme_reaction_paid");
    let profile = there("tgme_page_extra\">") > 0 && there("<meta name=\"robots\"") == 0;
    [
        tally.add(
            "posts",
            there("js-widget_message\"") + there("tgme_widget_message\""),
            reading.items.len(),
        ),
        tally.add(
            "views",
            counted("tgme_widget_message_views\">"),
            metric("views"),
        ),
        tally.add("reactions", there("class=\"tgme_reaction\""), reactions),
        tally.add("stars", paid, metric("stars")),
        tally.add(
            "counters",
            counted("\"counter_value\">"),
            if counted("\"counter_value\">") > 0 {
                reading.samples.len()
            } else {
                0
            },
        ),
        tally.add(
            "forwards",
            there("forwarded_from_name\""),
            of(&|i| usize::from(i.forwarded_from.is_some())),
        ),
        tally.add(
            "edited",
            there("edited &nbsp;"),
            of(&|item| usize::from(item.edited)),
        ),
        tally.add(
            "polls",
            there("poll_question\""),
            of(&|i| usize::from(i.format.as_deref() == Some("poll"))),
        ),
        tally.add(
            "dates",
            there("<time datetime="),
            of(&|item| usize::from(item.published.is_some())),
        ),
        tally.add(
            "titles",
            usize::from(profile || reading.title.is_some()),
            usize::from(reading.title.is_some()),
        ),
    ]
    .iter()
    .all(|whole| *whole)
}

fn feed(body: &str, reading: &Reading, tally: &mut Tally) -> bool {
    let metric = |name: &str| {
        let samples = reading.items.iter().flat_map(|item| &item.samples);
        samples.filter(|sample| sample.metric == name).count()
    };
    let there = |what: &str| body.matches(what).count();
    let entries = there("<entry>") + there("<item>");
    let full = |read: &dyn Fn(&ReadItem) -> bool| reading.items.iter().filter(|i| read(i)).count();
    [
        tally.add("entries", entries, reading.items.len()),
        tally.add(
            "entry titles",
            entries,
            full(&|item| !item.title.is_empty()),
        ),
        tally.add("entry links", entries, full(&|item| item.link.is_some())),
        tally.add(
            "entry dates",
            entries,
            full(&|item| item.published.is_some()),
        ),
        tally.add("video views", there("<media:statistics"), metric("views")),
        tally.add(
            "video ratings",
            there("<media:starRating"),
            metric("reactions"),
        ),
    ]
    .iter()
    .all(|whole| *whole)
}

fn read(kind: &str, file: &str, body: &str) -> Reading {
    let address = match kind {
        "telegram" if file.contains("info__") || file.contains("tme_") => "https://t.me/name",
        "telegram" => "https://t.me/s/name",
        "youtube" => "https://www.youtube.com/feeds/videos.xml",
        _ => "https://www.reddit.com/r/name/.rss",
    };
    let url = Url::parse(address).expect("a URL");
    let body = Body {
        bytes: body.as_bytes(),
        content_type: None,
        url: &url,
    };
    let options = ReadOptions {
        select: Vec::new(),
        remove: Vec::new(),
        zone: TimeZone::UTC,
        language: None,
        now: Timestamp::from_second(1_790_000_000).expect("a time"),
    };
    extract::read(&SourceKind(kind.to_owned()), &body, &options)
}
