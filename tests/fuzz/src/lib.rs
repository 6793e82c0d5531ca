//! What the fuzz targets hold the readers to: no panic, guarded or not; the same bytes always give the
//! same reading; what is read does not outgrow the body.
//!
//! The readers are taken in as source: they need nothing else of the program.
#![allow(dead_code, unused_imports, unreachable_pub)]

use std::sync::Once;

use jiff::{Timestamp, tz::TimeZone};
use url::Url;

#[path = "../../../src/extract/mod.rs"]
pub mod extract;
#[path = "../../../src/model/mod.rs"]
pub mod model;
#[path = "../../../src/fetch/robots/rules.rs"]
mod rules;

use crate::extract::charset::{Markup, decode};
use crate::extract::KINDS;
use crate::model::{guard, Body, ReadOptions, ReadOutcome, Reading, SourceKind};

/// A reading may be so many times as long as its body, beside a fixed part: entities and relative
/// links grow when they are resolved.
const GROWTH: usize = 200;

/// Reads `bytes` as `kind` and holds the reading to the laws.
pub fn read(kind: &str, bytes: &[u8]) {
    quiet();
    let select = if kind == "json" {
        ["items = $..*", "title = $.title", "views = $.a"]
            .map(str::to_owned)
            .to_vec()
    } else {
        Vec::new()
    };
    let url = Url::parse("https://a.example/s/name?before=9").expect("a URL");
    let body = Body {
        bytes,
        content_type: None,
        url: &url,
    };
    let options = ReadOptions {
        select,
        remove: Vec::new(),
        zone: TimeZone::UTC,
        language: None,
        now: Timestamp::from_second(1_710_000_000).expect("in range"),
    };
    let once = |kind: &str| extract::read(&SourceKind(kind.to_owned()), &body, &options);
    let reading = once(kind);
    if let ReadOutcome::Malformed(why) = &reading.outcome {
        // a prefix: what the body says may be quoted further on
        assert!(!why.starts_with("reader panicked"), "{kind}: {why}");
    }
    let printed = format!("{reading:?}");
    assert_eq!(printed, format!("{:?}", once(kind)), "{kind}: read twice");
    let most = bytes.len() * GROWTH + (64 << 10);
    assert!(
        printed.len() <= most,
        "{kind}: {} bytes of {}",
        printed.len(),
        bytes.len()
    );
}

/// The first byte chooses among the kinds that have no target of their own.
pub fn channel(data: &[u8]) {
    let channels: Vec<&str> = KINDS
        .iter()
        .copied()
        .filter(|kind| !["feed", "page", "changelog"].contains(kind))
        .collect();
    if let Some((first, body)) = data.split_first() {
        read(channels[usize::from(*first) % channels.len()], body);
    }
}

/// Decoding and dates, which every reader builds on.
pub fn text(data: &[u8]) {
    quiet();
    for hint in [Markup::Xml, Markup::Html, Markup::Plain, Markup::Json] {
        for declared in [None, Some("text/html; charset=windows-1251")] {
            let decoded = decode(data, declared, hint);
            assert!(decoded.text.len() <= data.len() * 4 + 16);
        }
    }
    let line = String::from_utf8_lossy(data);
    extract::dates::parse(&line, &TimeZone::UTC);
}

/// The first line is a path, the rest the file. Asking twice gives the same, and an empty file forbids nothing.
pub fn robots(data: &[u8]) {
    let at = data.iter().position(|b| *b == b'\n').unwrap_or(0);
    let (path, file) = data.split_at(at);
    let path = String::from_utf8_lossy(path);
    let Ok(url) = Url::parse("https://a.example/").and_then(|base| base.join(&path)) else {
        return;
    };
    let read = rules::parse(file);
    let rule = rules::forbidding(&read, &url).map(str::to_owned);
    assert_eq!(rule, rules::forbidding(&rules::parse(file), &url).map(str::to_owned));
    assert!(rules::delay(&read).as_secs() <= 30);
    assert_eq!(rules::forbidding(&rules::parse(b""), &url), None);
}

/// libFuzzer ends the process on any panic; ours may be caught where that is meant.
fn quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let fatal = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !guard::is_guarded() {
                fatal(info);
            }
        }));
    });
}
