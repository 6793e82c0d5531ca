//! Telegram's public previews: `https://t.me/s/NAME`, and the profile `https://t.me/NAME`.
//!
//! A preview gives the newest twenty posts with views, reactions, forwards and polls, and rounded
//! counters of the channel; `Reading::older` pages back. A profile gives no posts but the exact
//! number of subscribers. Text of replies and link cards is not the post's own.
//!
//! Silence has a reason: nobody by that name is `NotFound`; a channel without posts is `Empty`; a
//! group, bot, person or channel without preview, to whose profile t.me redirects, is `NoPreview`;
//! posts whose parts are not found because t.me's markup has changed are `Malformed`.

use std::sync::LazyLock;

use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::super::charset::{self, Markup};
use super::super::{html, plain};
use super::counts;
use super::paging;
use crate::model::{Body, ReadItem, ReadOptions, ReadOutcome, Reading};

macro_rules! selectors {
    ($($name:ident = $css:literal;)+) => {
        $(static $name: LazyLock<Option<Selector>> = LazyLock::new(|| Selector::parse($css).ok());)+
    };
}

// after the macro, which they use
mod item;
mod profile;

selectors! {
    MESSAGE = ".tgme_widget_message";
    CHANNEL_TITLE = ".tgme_channel_info_header_title, .tgme_header_title";
    COUNTER = ".tgme_channel_info_counter";
    COUNTER_VALUE = ".counter_value";
    COUNTER_TYPE = ".counter_type";
    MORE = "a.tme_messages_more[data-before]";
}

/// Reads a preview or a profile.
pub(in super::super) fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    let decoded = charset::decode(body.bytes, body.content_type, Markup::Html);
    let page = html::parse(&decoded.text, true);
    let root = page.root_element();
    let mut reading = Reading::nothing(ReadOutcome::Read, decoded.encoding);
    reading.notes = decoded.notes;
    let is_preview = first(root, &CHANNEL_TITLE).is_some() || first(root, &MESSAGE).is_some();
    if is_preview {
        read_preview(&page, body.url, options, &mut reading);
    } else {
        profile::read(root, body.url, &mut reading);
    }
    reading
}

fn read_preview(page: &Html, url: &Url, options: &ReadOptions, reading: &mut Reading) {
    let root = page.root_element();
    reading.title = first(root, &CHANNEL_TITLE).map(line);
    reading.samples = all(root, &COUNTER)
        .filter_map(|counter| {
            let kind = line(first(counter, &COUNTER_TYPE)?);
            counts::parse(&line(first(counter, &COUNTER_VALUE)?), counter_name(&kind)?)
        })
        .collect();
    let mut services = 0_usize;
    for message in all(root, &MESSAGE) {
        if message
            .value()
            .classes()
            .any(|class| class == "service_message")
        {
            services += 1;
        } else {
            reading.items.push(item::read(message, options));
        }
    }
    if services > 0 {
        reading
            .notes
            .push(format!("{services} service messages were left out"));
    }
    reading.older = older(root, url, &reading.items);
    let is_blank = |item: &ReadItem| {
        item.summary.is_empty() && item.samples.is_empty() && item.format.is_none()
    };
    if reading.items.is_empty() && services == 0 {
        reading.outcome = ReadOutcome::Empty;
        let note = "the preview holds no posts: a new, private, renamed or deleted channel";
        reading.notes.push(note.to_owned());
    } else if !reading.items.is_empty() && reading.items.iter().all(is_blank) {
        let why = "posts without any known part: t.me's markup has changed";
        reading.outcome = ReadOutcome::Malformed(why.to_owned());
    }
}

/// The metric that a counter's word means.
fn counter_name(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    [
        ("subscriber", "subscribers"),
        ("подписчик", "subscribers"),
        ("member", "members"),
        ("участник", "members"),
        ("online", "online"),
        ("в сети", "online"),
        ("monthly user", "users"),
        ("photo", "photos"),
        ("video", "videos"),
        ("file", "files"),
        ("link", "links"),
    ]
    .iter()
    .find(|(part, _)| word.contains(part))
    .map(|(_, metric)| *metric)
}

/// The page before this one: it ends where the smallest id of this one begins.
fn older(root: ElementRef<'_>, url: &Url, items: &[ReadItem]) -> Option<Url> {
    let id = |item: &ReadItem| item.guid.as_ref()?.rsplit('/').next()?.parse::<u64>().ok();
    let smallest = items.iter().filter_map(id).min()?;
    let offered = first(root, &MORE)
        .and_then(|more| more.attr("data-before"))
        .and_then(|before| before.parse::<u64>().ok());
    let before = offered.unwrap_or(smallest).min(smallest);
    let present = paging::parameter(url, "before").and_then(|before| before.parse::<u64>().ok());
    // paging that does not move has come to the beginning
    if before <= 1 || offered.is_none() || present.is_some_and(|present| before >= present) {
        return None;
    }
    paging::at(url, "before", &before.to_string(), &["after"])
}

fn first<'a>(
    root: ElementRef<'a>,
    css: &'static LazyLock<Option<Selector>>,
) -> Option<ElementRef<'a>> {
    root.select(css.as_ref()?).next()
}

fn all<'a>(
    root: ElementRef<'a>,
    css: &'static LazyLock<Option<Selector>>,
) -> impl Iterator<Item = ElementRef<'a>> {
    css.iter().flat_map(move |css| root.select(css))
}

/// An element's text in lines.
fn lines(element: ElementRef<'_>) -> String {
    plain::text(&element.inner_html())
}

/// An element's text in one line.
fn line(element: ElementRef<'_>) -> String {
    plain::squeeze(&element.text().collect::<String>())
}
