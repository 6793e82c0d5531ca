//! The list of readers. A new kind of source is one new file and one line in this list.

use super::channel;
use crate::model::{Body, ReadOptions, Reading};

/// A reader: bytes to text or items. Pure; may be slow, must be linear; may panic, for it is guarded.
pub(super) type Reader = fn(&Body<'_>, &ReadOptions) -> Reading;

macro_rules! readers {
    ($($name:ident => $read:path),+ $(,)?) => {
        /// Every reader's name, as written in `kind = "…"`.
        pub const KINDS: &[&str] = &[$(stringify!($name)),+];

        /// The reader of that name.
        pub(super) fn reader(kind: &str) -> Option<Reader> {
            match kind {
                $(stringify!($name) => Some($read),)+
                _ => None,
            }
        }
    };
}

readers! {
    feed => super::feed::read,
    page => super::page::read,
    changelog => super::changelog::read,
    telegram => channel::telegram::read,
    youtube => channel::youtube::read,
    mastodon => channel::mastodon::read,
    bluesky => channel::bluesky::read,
    hackernews => channel::hackernews::read,
    reddit => channel::reddit::read,
    vk => channel::vk::read,
    googletrends => channel::googletrends::read,
    statuspage => channel::statuspage::read,
    json => channel::json::read,
}
