//! Items and samples: dated things from a source, and their numbers over time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ItemId;

/// One metric at one time. A metric that a source does not show is absent, never 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Field's standard name, whatever the platform calls it: `views`, `reactions` (likes, favourites, points,
    /// ratings), `comments` (replies), `shares` (reposts, boosts), `quotes`, `bookmarks`, `votes`,
    /// `subscribers` (followers), `rank`, `severity` (0 none to 3 critical)…
    pub metric: String,
    /// The value as shown.
    pub value: f64,
    /// Smallest step that the shown form can express: 1 for `1234`, 100 for `12.3K`.
    pub granularity: f64,
}

/// An item as read from one body, before it is matched with what is known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadItem {
    /// The source's own id (`guid`, `atom:id`, `data-post`), if any.
    pub guid: Option<String>,
    /// Is that id no more than the item's place among others, such as a day's in its month? A place
    /// changes hands when a page shows only its latest items.
    #[serde(skip)]
    pub guid_is_place: bool,
    /// Absolute link.
    pub link: Option<String>,
    /// Title as plain text; for posts without one, empty.
    pub title: String,
    /// When published, UTC.
    pub published: Option<Timestamp>,
    /// When last updated by its own word.
    pub updated: Option<Timestamp>,
    /// Was the date in the future and clamped to the time of reading?
    pub date_clamped: bool,
    /// Body or summary as plain text.
    pub summary: String,
    /// Author, if named.
    pub author: Option<String>,
    /// Version, for changelog entries.
    pub version: Option<String>,
    /// Language, if the source says.
    pub language: Option<String>,
    /// Categories, hashtags.
    pub tags: Vec<String>,
    /// From whom it was forwarded or reprinted, if shown.
    pub forwarded_from: Option<String>,
    /// Numbers shown with the item.
    pub samples: Vec<Sample>,
    /// Form of a post, by which cohorts are made: `text`, `photo`, `album`, `video`, `short`, `voice`, `file`,
    /// `poll`, `link`…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Where its text leads to, in order: by these the same story is found in several sources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// Does the source itself mark it as edited?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
}

/// One way to recognise an item again. Made by `detect::identity`, looked up by `store`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ItemKey(pub u64);

/// What is known of an item that shares a key with one just read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownItem {
    /// Its row.
    pub id: ItemId,
    /// The key under which it was found.
    pub key: ItemKey,
    /// Hash of its title and summary as last stored.
    pub content_hash: u64,
    /// When published, as first stored.
    pub published: Option<Timestamp>,
    /// Title as last stored.
    pub title: String,
    /// Link as last stored.
    pub link: Option<String>,
    /// guid as last stored.
    pub guid: Option<String>,
}
