//! RSS, Atom, RDF and JSON Feed (first form: feed-rs on decoded text).

use feed_rs::parser::Builder;
use jiff::Timestamp;

use super::charset::{self, Markup};
use super::{dates, guard};
use crate::model::{Body, ReadItem, ReadOptions, ReadOutcome, Reading};

/// Reads a feed.
pub fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    let decoded = charset::decode(body.bytes, body.content_type, Markup::Xml);
    let text = strip_declaration(&decoded.text);
    let zone = options.zone.clone();
    let parsed = guard::catch(|| {
        Builder::new()
            .base_uri(Some(body.url))
            .id_generator(|_, _, _| String::new())
            .timestamp_parser(move |text| {
                let at = dates::parse(text, &zone)?;
                chrono::DateTime::from_timestamp(at.as_second(), 0)
            })
            .build()
            .parse(text.as_bytes())
    });
    let feed = match parsed {
        Ok(Ok(feed)) => feed,
        Ok(Err(why)) => {
            return Reading::nothing(ReadOutcome::Malformed(why.to_string()), decoded.encoding);
        }
        Err(panic) => {
            return Reading::nothing(
                ReadOutcome::Malformed(format!("feed-rs panicked: {panic}")),
                decoded.encoding,
            );
        }
    };
    let mut reading = Reading::nothing(ReadOutcome::Read, decoded.encoding);
    reading.title = feed.title.map(|title| plain(&title.content));
    reading.items = feed
        .entries
        .into_iter()
        .map(|entry| {
            let at = |time: Option<chrono::DateTime<chrono::Utc>>| {
                time.and_then(|time| Timestamp::from_second(time.timestamp()).ok())
            };
            let published = at(entry.published);
            ReadItem {
                guid: Some(entry.id).filter(|id| !id.is_empty()),
                link: entry.links.first().map(|link| link.href.clone()),
                title: entry.title.map(|t| plain(&t.content)).unwrap_or_default(),
                published: published.map(|at| at.min(options.now)),
                updated: at(entry.updated),
                date_clamped: published.is_some_and(|at| at > options.now),
                summary: entry
                    .summary
                    .map(|s| s.content)
                    .or_else(|| entry.content.and_then(|c| c.body))
                    .map(|text| plain(&text))
                    .unwrap_or_default(),
                author: entry.authors.into_iter().find_map(|person| person.name),
                tags: entry.categories.into_iter().map(|c| c.term).collect(),
                ..ReadItem::default()
            }
        })
        .collect();
    reading.notes = decoded.notes;
    reading
}

/// The text is UTF-8 by now, whatever the declaration says.
fn strip_declaration(text: &str) -> &str {
    let text = text.trim_start();
    match text
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
    {
        Some((_, rest)) => rest.trim_start(),
        None => text,
    }
}

fn plain(html: &str) -> String {
    let text: String = scraper::Html::parse_fragment(html)
        .root_element()
        .text()
        .collect::<Vec<_>>()
        .join(" ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
