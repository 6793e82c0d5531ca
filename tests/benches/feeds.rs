//! Feeds as they really are, against what feedparser reads from them, and the cost against feed-rs.
//!
//! `cargo bench --bench feeds`; needs the evaluation data, see `TIDEWATCH_EVAL`.
//! Complete means: for every entry that feedparser finds ours has one at the same place with the
//! same title and link (markup stripped, link resolved). `-- --list` names what differs.

mod eval;

use std::fmt::Write;
use std::time::Duration;

use eval::eval;
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;
use tidewatch::extract;
use tidewatch::model::{Body, ReadItem, ReadOptions, ReadOutcome, Reading, SourceKind, guard};
use url::Url;

#[derive(Deserialize)]
struct Expected {
    file: String,
    recognised: bool,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: Option<String>,
    title: Option<String>,
    link: Option<String>,
    #[serde(rename = "pub")]
    published: Option<i64>,
    upd: Option<i64>,
    sum: Option<String>,
}

#[derive(Default)]
struct Tally {
    recognised: usize,
    panics: usize,
    counted: usize,
    complete: usize,
    dated: usize,
    with_summary: usize,
}

fn main() {
    let list = std::env::args().any(|arg| arg == "--list");
    let Some(root) = eval("feeds/expected.jsonl").map(|root| root.join("feeds")) else {
        return;
    };
    // feed-rs panics on some of these feeds; they are counted, not shown
    std::panic::set_hook(Box::new(|_| ()));
    let lines = std::fs::read_to_string(root.join("expected.jsonl")).expect("expected.jsonl");
    let rows: Vec<(Expected, Vec<u8>)> = lines
        .lines()
        .map(|line| {
            let row: Expected = serde_json::from_str(line).expect("a row of expected.jsonl");
            let body = std::fs::read(root.join(&row.file)).expect("a feed of expected.jsonl");
            (row, body)
        })
        .collect();
    let mut ours = Tally::default();
    let mut theirs = Tally::default();
    for (row, body) in &rows {
        let reading = read(body);
        compare(row, &reading, list, &mut ours);
        let bare = guard::catch(|| feed_rs::parser::parse(body.as_slice()));
        theirs.panics += usize::from(bare.is_err());
        if let Ok(Ok(feed)) = &bare {
            theirs.recognised += 1;
            let all = feed.entries.len() >= row.entries.len();
            theirs.counted += usize::from(!row.entries.is_empty() && all);
            if feed.entries.len() > reading.items.len() {
                println!("feed-rs finds more: {}", row.file);
            }
        }
    }
    let files = rows.len();
    let feedparser = rows.iter().filter(|(row, _)| row.recognised).count();
    let full = rows
        .iter()
        .filter(|(row, _)| !row.entries.is_empty())
        .count();
    let entries = rows.iter().flat_map(|(row, _)| &row.entries);
    let dates = entries.filter(|entry| entry.date().is_some()).count();
    let share =
        |n: usize, of: usize| format!("{n} of {of} ({:.1} %)", 100.0 * n as f64 / of.max(1) as f64);
    println!("recognised: feedparser {}", share(feedparser, files));
    println!("recognised: tidewatch  {}", share(ours.recognised, files));
    println!("recognised: feed-rs    {}", share(theirs.recognised, files));
    println!("all entries: tidewatch {}", share(ours.counted, full));
    println!("all entries: feed-rs   {}", share(theirs.counted, full));
    println!("complete (title, link) {}", share(ours.complete, full));
    println!("dates as feedparser    {}", share(ours.dated, dates));
    println!("summaries              {}", share(ours.with_summary, full));
    println!(
        "panics: tidewatch {}, feed-rs {}",
        ours.panics, theirs.panics
    );
    let bodies: Vec<&[u8]> = rows.iter().map(|(_, body)| body.as_slice()).collect();
    cost("these files", &bodies);
    let long: Vec<Vec<u8>> = (0..40).map(long_feed).collect();
    let long: Vec<&[u8]> = long.iter().map(Vec::as_slice).collect();
    cost("40 feeds of 200 entries", &long);
}

fn compare(row: &Expected, reading: &Reading, list: bool, tally: &mut Tally) {
    let panicked = |why: &String| why.contains("panicked");
    tally.panics +=
        usize::from(matches!(&reading.outcome, ReadOutcome::Malformed(why) if panicked(why)));
    let recognised = reading.outcome == ReadOutcome::Read;
    tally.recognised += usize::from(recognised);
    let (found, wanted) = (reading.items.len(), row.entries.len());
    if list && recognised != row.recognised {
        println!(
            "feedparser {}, ours {:?}: {}",
            row.recognised, reading.outcome, row.file
        );
    }
    if list && found != wanted {
        println!("{found} entries, not {wanted}: {}", row.file);
    }
    if row.entries.is_empty() {
        return;
    }
    let pairs = || row.entries.iter().zip(&reading.items);
    tally.counted += usize::from(found >= wanted);
    tally.complete +=
        usize::from(found >= wanted && pairs().all(|(entry, item)| entry.is_in(item)));
    tally.with_summary += usize::from(pairs().all(|(entry, item)| entry.summary_is_in(item)));
    for (entry, item) in pairs() {
        tally.dated += usize::from(entry.date_is_in(item));
        if list && !entry.is_in(item) {
            println!(
                "differs: {}\n  feedparser {:?} {:?} {:?}\n  ours       {:?} {:?} {:?}",
                row.file, entry.title, entry.link, entry.id, item.title, item.link, item.guid
            );
        }
        if list && !entry.summary_is_in(item) {
            println!(
                "summary differs: {}\n  {:?}\n  {:?}",
                row.file, entry.sum, item.summary
            );
        }
        if list && entry.date().is_some() && !entry.date_is_in(item) {
            println!(
                "date differs: {} feedparser {:?} {:?} ours {:?} {:?}",
                row.file, entry.published, entry.upd, item.published, item.updated
            );
        }
    }
}

impl Entry {
    fn date(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.published.or(self.upd)?).ok()
    }

    fn date_is_in(&self, item: &ReadItem) -> bool {
        let date = self.date();
        date.is_some() && (item.published == date || item.updated == date || item.date_clamped)
    }

    /// A text where feedparser has one; markup alone (a picture) is none.
    fn summary_is_in(&self, item: &ReadItem) -> bool {
        let said = self.sum.as_deref().map(stripped).unwrap_or_default();
        said.is_empty() || !item.summary.is_empty()
    }

    fn is_in(&self, item: &ReadItem) -> bool {
        let title = self.title.as_deref().unwrap_or_default();
        let link = self.link.as_deref().unwrap_or_default();
        let same_title = title.is_empty()
            || squeezed(title) == squeezed(&item.title)
            || stripped(title) == stripped(&item.title);
        let joined = base().join(link).map(String::from);
        let same_link = link.is_empty()
            || item
                .link
                .as_deref()
                .is_some_and(|ours| ours == link || joined.is_ok_and(|joined| joined == ours));
        same_title && same_link
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn stripped(html: &str) -> String {
    let html = scraper::Html::parse_fragment(html);
    squeezed(&html.root_element().text().collect::<String>())
}

fn base() -> Url {
    Url::parse("http://127.0.0.1:8097/feed.xml").expect("a URL")
}

fn read(body: &[u8]) -> Reading {
    let options = ReadOptions {
        select: Vec::new(),
        remove: Vec::new(),
        zone: TimeZone::UTC,
        language: None,
        now: Timestamp::from_second(1_790_000_000).expect("a time"),
    };
    let url = base();
    let body = Body {
        bytes: body,
        content_type: None,
        url: &url,
    };
    extract::read(&SourceKind("feed".to_owned()), &body, &options)
}

/// CPU of both readers over the same bodies, in turns, best of five.
fn cost(what: &str, bodies: &[&[u8]]) {
    let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
    for _ in 0..5 {
        let start = cpu();
        for body in bodies {
            std::hint::black_box(guard::catch(|| feed_rs::parser::parse(*body)).is_ok());
        }
        theirs = theirs.min(cpu().saturating_sub(start));
        let start = cpu();
        for body in bodies {
            std::hint::black_box(read(body));
        }
        ours = ours.min(cpu().saturating_sub(start));
    }
    println!(
        "cost, {what}: tidewatch {:.1} ms, feed-rs {:.1} ms, ratio {:.2}",
        ours.as_secs_f64() * 1e3,
        theirs.as_secs_f64() * 1e3,
        ours.as_secs_f64() / theirs.as_secs_f64()
    );
}

/// This thread's CPU time.
fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split_whitespace().next().and_then(|n| n.parse().ok());
    Duration::from_nanos(nanos.unwrap_or_default())
}

/// A feed as blogs have them: descriptions, full texts in CDATA, dates, authors, categories.
fn long_feed(seed: usize) -> Vec<u8> {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Blog</title>\
         <link>https://blog.example/</link>",
    );
    let words = "Lorem ipsum dolor sit amet, <b>consectetur</b> adipiscing &amp; elit. \
                 Правила рекламы меняются. ";
    for n in 0..200 {
        let text = words.repeat(8 + (n + seed) % 9);
        let brief = words.replace('&', "&amp;").replace('<', "&lt;");
        let minute = n % 60;
        let _ = write!(
            out,
            "<item><title>Post {seed}-{n} &amp; more</title>\
             <link>https://blog.example/{seed}/{n}</link>\
             <guid isPermaLink=\"false\">{seed}-{n}</guid>\
             <pubDate>Mon, 15 Jan 2024 10:{minute:02}:05 +0300</pubDate>\
             <dc:creator>A. Author</dc:creator><category>one</category><category>two</category>\
             <description>{brief}</description><content:encoded>\
             <![CDATA[<p>{text}</p><p><a href=\"/x\">{n}</a></p>]]></content:encoded></item>"
        );
    }
    out.push_str("</channel></rss>");
    out.into_bytes()
}
