//! Reddit's feeds: posts in the order in which Reddit ranks them.
//!
//! Scores and comment counts are not public without a login; the place in the list is, and it is
//! the sample `rank`, 1 for the first.

use super::super::feed::{self, Entry};
use super::super::markup::{Piece, Pieces, attribute};
use super::super::plain;
use super::answer::exact;
use super::post;
use crate::model::{Body, ReadItem, ReadOptions, Reading};

/// Reads a subreddit's, user's or search's feed.
pub(in super::super) fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    let mut reading = feed::read_with(body, options, extend);
    // `/new` and searches are in order of time, which ranks nothing
    let by_time = body.url.path().contains("/new") || body.url.path().contains("/comments");
    if !by_time {
        for (item, rank) in reading.items.iter_mut().zip(1_u32..) {
            item.samples.push(exact("rank", rank.into()));
        }
    }
    reading
}

fn extend(entry: &Entry<'_, '_>, item: &mut ReadItem) {
    let html = entry
        .all("", "content")
        .next()
        .map(|content| entry.decoded(content));
    let html = html.unwrap_or_default();
    item.links = leads(&html);
    item.format = Some(
        if item.links.is_empty() {
            "text"
        } else {
            "link"
        }
        .to_owned(),
    );
    // `submitted by /u/name [link] [comments]` is not what the post says
    if let Some(end) = item.summary.rfind("submitted by") {
        item.summary.truncate(item.summary[..end].trim_end().len());
    }
    if let Some(name) = item
        .author
        .as_deref()
        .and_then(|author| author.strip_prefix("/u/"))
    {
        item.author = Some(name.to_owned());
    }
}

/// Where the `[link]` of a post leads, if not to Reddit itself.
fn leads(html: &str) -> Vec<String> {
    let mut href = None;
    let mut found = None;
    for piece in Pieces::new(html) {
        match piece {
            Piece::Start(tag) if tag.name.eq_ignore_ascii_case("a") => {
                href = attribute(tag.attributes, "href");
            }
            Piece::Text(text) if text.trim() == "[link]" => found = href,
            _ => {}
        }
    }
    let found = found.map(|href| plain::unescape(href).into_owned());
    let away = found.filter(|href| !href.contains("reddit.com/r/"));
    post::unique(away.as_deref().into_iter())
}
