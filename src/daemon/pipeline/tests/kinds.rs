//! Pages of numbered posts, in the form of each kind of channel that pages back.

use std::fmt::Write as _;

use serde_json::json;
use url::Url;

use super::Timestamp;

/// How a channel shows its posts, and how its addresses lead back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Telegram,
    Mastodon,
    Bluesky,
    Vk,
    /// With an old post pinned to the top of its first page.
    VkPinned,
    Reddit,
    HackerNews,
    Json,
}

impl Kind {
    pub(super) const ALL: [Self; 7] = [
        Self::Telegram,
        Self::Mastodon,
        Self::Bluesky,
        Self::Vk,
        Self::Reddit,
        Self::HackerNews,
        Self::Json,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Telegram => "telegram",
            Self::Mastodon => "mastodon",
            Self::Bluesky => "bluesky",
            Self::Vk | Self::VkPinned => "vk",
            Self::Reddit => "reddit",
            Self::HackerNews => "hackernews",
            Self::Json => "json",
        }
    }

    pub(super) fn url(self) -> Url {
        let url = match self {
            Self::Telegram => "https://t.me/s/c",
            Self::Mastodon => "https://m.example/api/v1/accounts/1/statuses?limit=3",
            Self::Bluesky => "https://b.example/xrpc/app.bsky.feed.getAuthorFeed?actor=c",
            Self::Vk | Self::VkPinned => "https://v.example/method/wall.get?owner_id=-7",
            Self::Reddit => "https://r.example/r/c/new/.rss",
            Self::HackerNews => "https://h.example/api/v1/search_by_date?tags=story",
            Self::Json => "https://j.example/posts",
        };
        url.parse().unwrap()
    }

    /// More lines of its source.
    pub(super) fn settings(self) -> &'static str {
        match self {
            Self::Json => {
                "select = [\"items = $.posts[*]\", \"id = $.id\", \"title = $.text\", \"published = $.at\", \"older = ?before={$.next}\"]\n"
            }
            _ => "",
        }
    }

    /// The id of the nth post.
    pub(super) fn id(self, n: u32) -> u32 {
        match self {
            Self::Telegram => n,
            _ => 41_000_000 + n,
        }
    }

    /// The newest post that a page shows.
    pub(super) fn last(self, newest: u32, url: &Url) -> u32 {
        let asked = |name: &str| {
            let (_, value) = url.query_pairs().find(|(known, _)| known == name)?;
            value.trim_start_matches("t3_").parse::<u32>().ok()
        };
        let before = ["before", "max_id", "cursor", "after"]
            .iter()
            .find_map(|name| asked(name))
            .map(|id| id - self.id(0) - 1);
        // the pinned post is the first of all
        let pinned = u32::from(self == Self::VkPinned);
        let skipped = asked("offset")
            .map(|offset| offset - pinned)
            .or(asked("page").map(|page| page * super::paging::PAGE));
        before.unwrap_or(newest).min(newest - skipped.unwrap_or(0))
    }

    /// A page of posts, newest first; `more`: are there older ones?
    pub(super) fn page(self, posts: &[(u32, Timestamp)], newest: u32, more: bool) -> String {
        let last = posts.last().map_or(0, |(id, _)| *id);
        let rows = |row: &dyn Fn(u32, &str) -> serde_json::Value| -> Vec<serde_json::Value> {
            let rows = posts.iter().map(|(id, at)| row(*id, &at.to_string()));
            rows.collect()
        };
        match self {
            Self::Telegram => telegram(posts, more),
            Self::Mastodon => json!(rows(&|id, at| json!({
                "id": id.to_string(), "uri": format!("https://m.example/{id}"), "created_at": at,
                "content": format!("post {id}"), "account": {"id": "1"}
            })))
            .to_string(),
            Self::Bluesky => {
                let feed = rows(&|id, at| {
                    json!({"post": {
                        "uri": format!("at://did/app.bsky.feed.post/{id}"), "author": {"handle": "c.example"},
                        "record": {"text": format!("post {id}"), "createdAt": at}
                    }})
                });
                let cursor = more.then(|| last.to_string());
                json!({"feed": feed, "cursor": cursor}).to_string()
            }
            Self::Vk | Self::VkPinned => {
                let mut items = rows(&|id, at| {
                    let at: Timestamp = at.parse().unwrap();
                    json!({"id": id, "owner_id": -7, "date": at.as_second(), "text": format!("post {id}")})
                });
                if self == Self::VkPinned
                    && posts.first().map(|(id, _)| *id) == Some(self.id(newest))
                {
                    items.pop();
                    items.insert(0, json!({"id": self.id(3), "owner_id": -7, "date": 1, "text": format!("post {}", self.id(3)), "is_pinned": 1}));
                }
                json!({"response": {"count": newest, "items": items}}).to_string()
            }
            Self::Reddit => {
                let mut feed =
                    String::from("<feed xmlns='http://www.w3.org/2005/Atom'><title>c</title>");
                for (id, at) in posts {
                    write!(feed, "<entry><id>t3_{id}</id><link href='https://r.example/{id}'/><title>post {id}</title><published>{at}</published></entry>").unwrap();
                }
                feed + "</feed>"
            }
            Self::HackerNews => {
                let page = (newest - (posts[0].0 - self.id(0))) / super::paging::PAGE;
                let hits = rows(
                    &|id, at| json!({"objectID": id.to_string(), "title": format!("post {id}"), "created_at": at}),
                );
                json!({"hits": hits, "page": page, "nbPages": newest.div_ceil(super::paging::PAGE)})
                    .to_string()
            }
            Self::Json => {
                let posts =
                    rows(&|id, at| json!({"id": id, "text": format!("post {id}"), "at": at}));
                json!({"posts": posts, "next": more.then_some(last)}).to_string()
            }
        }
    }
}

fn telegram(posts: &[(u32, Timestamp)], more: bool) -> String {
    let mut page = String::from(
        "<div class=\"tgme_channel_info\"><div class=\"tgme_channel_info_header_title\">C</div></div>",
    );
    if let (true, Some((first, _))) = (more, posts.last()) {
        write!(
            page,
            "<a class=\"tme_messages_more\" data-before=\"{first}\"></a>"
        )
        .unwrap();
    }
    for (id, at) in posts.iter().rev() {
        write!(
            page,
            "<div class=\"tgme_widget_message\" data-post=\"c/{id}\"><div class=\"tgme_widget_message_text\">post {id}</div>\
             <a class=\"tgme_widget_message_date\"><time datetime=\"{at}\"></time></a></div>"
        )
        .unwrap();
    }
    page
}
