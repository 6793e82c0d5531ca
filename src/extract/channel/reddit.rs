//! Reddit's feeds: posts in the order in which Reddit ranks them.
//!
//! Scores and comment counts are not public without a login; the place in the list is, and it is
//! the sample `rank`, 1 for the first. Lists in order of time page back.

use super::super::feed::{self, Entry};
use super::super::markup::{Piece, Pieces, attribute};
use super::super::plain;
use super::answer::exact;
use super::{paging, post};
use crate::model::{Body, ReadItem, ReadOptions, Reading};

/// Reads a subreddit's, user's or search's feed.
pub(in super::super) fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    let mut reading = feed::read_with(body, options, extend);
    // `/new` and searches are in order of time, which ranks nothing
    let sorted = paging::parameter(body.url, "sort");
    let path = body.url.path();
    let by_time = path.contains("/new")
        || path.contains("/comments")
        || path.contains("/submitted") && sorted.is_none()
        || sorted.is_some_and(|sort| sort == "new");
    if by_time {
        // the last post's own id names the page that follows it
        let last = reading.items.last().and_then(|item| item.guid.as_deref());
        let last = last.filter(|id| id.starts_with("t3_") || id.starts_with("t1_"));
        reading.older = last.and_then(|last| paging::at(body.url, "after", last, &["before"]));
    } else {
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
