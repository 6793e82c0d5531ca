//! Atom feeds of videos (`youtube.com/feeds`): the 15 newest videos of a channel or playlist with views and ratings.
//!
//! The endpoint answers 404 or 500 for healthy channels now and then; that is `fetch`'s matter.

use super::super::feed::{self, Entry};
use super::answer::exact;
use super::counts;
use super::post;
use crate::model::{Body, ReadItem, ReadOptions, Reading, Sample};

/// Reads a feed of videos.
pub(in super::super) fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    feed::read_with(body, options, extend)
}

fn extend(entry: &Entry<'_, '_>, item: &mut ReadItem) {
    let number = |element: &str, attribute: &str, metric: &str| {
        let element = entry.all("media", element).next()?;
        counts::parse(&entry.attribute(element, attribute)?, metric)
    };
    item.samples.extend(number("statistics", "views", "views"));
    // `count` counts who rated: since 2021 these are the likes
    item.samples
        .extend(number("starRating", "count", "reactions"));
    let average = entry
        .all("media", "starRating")
        .find_map(|rating| entry.attribute(rating, "average")?.parse::<f64>().ok());
    // without ratings the average is a default, not a number
    let rated = item
        .samples
        .iter()
        .any(|s| s.metric == "reactions" && s.value > 0.0);
    item.samples
        .extend(average.filter(|_| rated).map(|value| Sample {
            granularity: 0.01,
            ..exact("rating", value)
        }));
    let is_short = item
        .link
        .as_deref()
        .is_some_and(|link| link.contains("/shorts/"));
    item.format = Some(if is_short { "short" } else { "video" }.to_owned());
    for tag in post::hashtags(&item.summary) {
        if !item.tags.contains(&tag) {
            item.tags.push(tag);
        }
    }
    item.links = post::addresses(&item.summary);
}
