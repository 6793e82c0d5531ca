//! The second reader: feed-rs, asked when ours finds no item.
//!
//! It knows a few dialects by the book, but it panics on some feeds and a parser that has failed
//! once must not be used again. So it runs guarded, with a parser of its own each time, on text
//! that is UTF-8 already.

use feed_rs::parser::Builder;
use jiff::Timestamp;
use url::Url;

use super::super::{dates, guard, plain};
use crate::model::{ReadItem, ReadOptions, Reading};

/// Adds what feed-rs finds to a reading without items.
pub(super) fn read(text: &str, base: &Url, options: &ReadOptions, reading: &mut Reading) {
    // the text is UTF-8 by now, whatever its declaration says
    let text = match text
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
    {
        Some((_, rest)) => rest,
        None => text,
    };
    let zone = options.zone.clone();
    let parsed = guard::catch(|| {
        Builder::new()
            .base_uri(Some(base))
            .id_generator(|_, _, _| String::new())
            .timestamp_parser(move |text| {
                let at = dates::parse(text, &zone)?;
                chrono::DateTime::from_timestamp(at.as_second(), 0)
            })
            .build()
            .parse(text.as_bytes())
    });
    let Ok(Ok(feed)) = parsed else { return };
    if feed.entries.is_empty() {
        return;
    }
    let at = |time: Option<chrono::DateTime<chrono::Utc>>| {
        time.and_then(|time| Timestamp::from_second(time.timestamp()).ok())
    };
    let entries = feed.entries.into_iter();
    reading.items.extend(entries.map(|entry| {
        let updated = at(entry.updated);
        let published = at(entry.published).or(updated);
        let body = entry.content.and_then(|content| content.body);
        let text = body.or_else(|| Some(entry.summary?.content));
        ReadItem {
            guid: Some(entry.id).filter(|id| !id.is_empty()),
            link: entry.links.into_iter().next().map(|link| link.href),
            title: entry
                .title
                .map(|title| plain::text(&title.content))
                .unwrap_or_default(),
            published: published.map(|at| at.min(options.now)),
            updated: updated.map(|at| at.min(options.now)),
            date_clamped: published.is_some_and(|at| at > options.now),
            summary: text.map(|text| plain::text(&text)).unwrap_or_default(),
            author: entry.authors.into_iter().find_map(|author| author.name),
            tags: entry
                .categories
                .into_iter()
                .map(|category| category.term)
                .collect(),
            ..ReadItem::default()
        }
    }));
    reading.title = reading
        .title
        .take()
        .or_else(|| Some(plain::text(&feed.title?.content)));
    reading.notes.push(format!(
        "{} items were read by feed-rs only",
        reading.items.len()
    ));
}
