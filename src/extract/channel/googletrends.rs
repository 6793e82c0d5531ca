//! Google Trends' RSS: what is searched for now, with its rounded traffic and the news about it.

use super::super::feed::{self, Entry};
use super::counts;
use super::post;
use crate::model::{Body, ReadItem, ReadOptions, Reading};

/// Reads the trending searches of a country.
pub(in super::super) fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    feed::read_with(body, options, extend)
}

fn extend(entry: &Entry<'_, '_>, item: &mut ReadItem) {
    let texts = |name: &str| -> Vec<String> {
        let found = entry.all("ht", name).map(|element| entry.text(element));
        found.filter(|text| !text.is_empty()).collect()
    };
    // `200,000+` is a floor, and its granularity says so
    let traffic = texts("approx_traffic");
    let traffic = traffic
        .first()
        .and_then(|text| counts::parse(text, "traffic"));
    item.samples.extend(traffic);
    let urls = texts("news_item_url");
    item.links = post::unique(urls.iter().map(String::as_str));
    let sources = texts("news_item_source");
    let news: Vec<String> = texts("news_item_title")
        .iter()
        .enumerate()
        .map(|(at, title)| match sources.get(at) {
            Some(source) => format!("{title} ({source})"),
            None => title.clone(),
        })
        .collect();
    if !news.is_empty() {
        item.summary = news.join("\n");
    }
    item.format = Some("search".to_owned());
}
