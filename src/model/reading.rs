//! What `extract` makes of a body.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{ReadItem, Sample};

/// A stored body, as handed to a reader.
#[derive(Debug, Clone, Copy)]
pub struct Body<'a> {
    /// Raw bytes, decompressed.
    pub bytes: &'a [u8],
    /// `Content-Type` as received.
    pub content_type: Option<&'a str>,
    /// Where it came from: the base of relative links.
    pub url: &'a Url,
}

/// What a reader needs to know besides the body.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// CSS selectors of what to read; empty means automatic. For kind `json`: `field = JSONPath` lines.
    pub select: Vec<String>,
    /// CSS selectors of what to leave out.
    pub remove: Vec<String>,
    /// Zone of dates that name none.
    pub zone: TimeZone,
    /// Language, if the source's is known.
    pub language: Option<String>,
    /// When the body was fetched: dates after it are clamped to it.
    pub now: Timestamp,
}

/// How reading ended. Anything but `Read` leaves the last version in force: a login wall is not a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadOutcome {
    /// Text or items were read.
    Read,
    /// The body is empty or holds nothing readable.
    Empty,
    /// A login form in place of the content.
    LoginWall,
    /// A captcha or bot check.
    Captcha,
    /// A shell that needs JavaScript.
    NeedsJavascript,
    /// A page that says "not found" with status 200.
    NotFound,
    /// A notice of maintenance, overload or a block with status 200; it passes.
    OutOfService,
    /// A channel, group or person that shows its posts to nobody outside: which, in one line.
    NoPreview(String),
    /// Not what the kind promises: why, in one line.
    Malformed(String),
}

impl ReadOutcome {
    /// The outcome's name in the poll log and `status`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Empty => "empty",
            Self::LoginWall => "login_wall",
            Self::Captcha => "captcha",
            Self::NeedsJavascript => "needs_javascript",
            Self::NotFound => "not_found",
            Self::OutOfService => "out_of_service",
            Self::NoPreview(_) => "no_preview",
            Self::Malformed(_) => "malformed",
        }
    }

    /// What more is to be said of it, for the outcomes that say more than their name.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::NoPreview(why) | Self::Malformed(why) => Some(why),
            _ => None,
        }
    }
}

/// What a reader made of one body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// How it ended.
    pub outcome: ReadOutcome,
    /// Title of the feed, page or channel.
    pub title: Option<String>,
    /// Encoding in which the bytes were read, WHATWG name.
    pub encoding: String,
    /// Text, for kinds that have one (pages, changelogs).
    pub text: Option<PageText>,
    /// Items, for kinds that have them, in the body's order.
    pub items: Vec<ReadItem>,
    /// Numbers of the source as a whole (subscribers…).
    pub samples: Vec<Sample>,
    /// The source's own wishes about polling.
    pub hints: Hints,
    /// What was cleaned, salvaged or guessed, one line each, for `sources test`.
    pub notes: Vec<String>,
    /// Where older items continue, for sources that page back.
    pub older: Option<Url>,
}

impl Reading {
    /// A reading that ended in `outcome` with nothing read.
    pub fn nothing(outcome: ReadOutcome, encoding: &str) -> Self {
        Self {
            outcome,
            title: None,
            encoding: encoding.to_owned(),
            text: None,
            items: Vec::new(),
            samples: Vec::new(),
            hints: Hints::default(),
            notes: Vec::new(),
            older: None,
        }
    }
}

/// The source's own wishes about polling (`ttl`, `sy:updatePeriod`, `skipHours`, `skipDays`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hints {
    /// Shortest useful interval.
    pub min_interval: Option<Duration>,
    /// Hours of the day, GMT, at which nothing new comes.
    pub skip_hours: Vec<u8>,
    /// Weekdays, GMT, Monday = 1, on which nothing new comes.
    pub skip_days: Vec<u8>,
}

/// Readable text of a page, in reading order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageText {
    /// Blocks in reading order.
    pub blocks: Vec<Block>,
}

impl PageText {
    /// Plain text: one block a line, blank line before headings; stable, used for hashing and search.
    pub fn plain(&self) -> String {
        let mut out = String::new();
        for block in &self.blocks {
            if !out.is_empty() {
                out.push('\n');
                if matches!(block.kind, BlockKind::Heading(_)) {
                    out.push('\n');
                }
            }
            out.push_str(&block.text);
        }
        out
    }
}

/// One block of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    #[serde(rename = "k")]
    pub kind: BlockKind,
    /// Its text, white space collapsed, no markup.
    #[serde(rename = "t")]
    pub text: String,
    /// Links in it, in order.
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// Kinds of block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// Heading of level 1–6.
    Heading(u8),
    /// Paragraph or loose text.
    Paragraph,
    /// Item of a list.
    ListItem,
    /// Row of a table, cells joined by ` | `.
    TableRow,
    /// Quotation.
    Quote,
    /// Preformatted text; line breaks kept.
    Code,
}

/// A link inside a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its text.
    #[serde(rename = "t")]
    pub text: String,
    /// Absolute URL.
    #[serde(rename = "h")]
    pub href: String,
}
