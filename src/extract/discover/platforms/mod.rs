//! What the addresses of platforms mean: one function for each, tried in turn.
//!
//! Formats and their traps stand in the readers' own docs. A platform that shows nothing without a
//! login is said to be closed, rather than read as a page of nothing.

mod chats;
mod fediverse;
mod news;
mod youtube;

use url::Url;

use super::address::Address;
use super::{Candidate, Step};

pub(super) use fediverse::{mastodon_account, web_finger};
pub(super) use youtube::channel_of as youtube_channel;

/// Tried in this order; `/@user` may be anybody's, so Mastodon comes last.
const FAMILIES: &[fn(&Address) -> Option<Step>] = &[
    chats::telegram,
    youtube::youtube,
    fediverse::bluesky,
    news::reddit,
    chats::vk,
    news::hackernews,
    news::github,
    news::google,
    news::medium,
    status,
    closed,
    fediverse::mastodon,
];

/// What an address means, if its platform is known.
pub(super) fn of(address: &Address) -> Option<Step> {
    FAMILIES.iter().find_map(|family| family(address))
}

#[expect(clippy::unnecessary_wraps, reason = "what every family answers with")]
fn read(candidates: impl IntoIterator<Item = Candidate>) -> Option<Step> {
    Some(Step::Read(candidates.into_iter().collect()))
}

fn url(text: &str) -> Option<Url> {
    Url::parse(text).ok()
}

/// An address with parameters, encoded.
fn with_query(text: &str, pairs: &[(&str, &str)]) -> Option<Url> {
    Url::parse_with_params(text, pairs).ok()
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn status(address: &Address) -> Option<Step> {
    let path = match (address.host.as_str(), address.part(0)) {
        ("metastatus.com", _) => "https://metastatus.com/data/orgs.json".to_owned(),
        ("ads.google.com", "status") => {
            "https://ads.google.com/status/publisher/incidents.json".to_owned()
        }
        ("status.cloud.google.com", _) => {
            "https://status.cloud.google.com/incidents.json".to_owned()
        }
        ("google.com", "appsstatus") => {
            "https://www.google.com/appsstatus/dashboard/incidents.json".to_owned()
        }
        (host, _) if host.ends_with(".statuspage.io") => {
            format!("https://{host}/api/v2/incidents.json")
        }
        _ => return None,
    };
    read([Candidate::new(
        "statuspage",
        url(&path)?,
        "incidents as JSON",
    )])
}

fn closed(address: &Address) -> Option<Step> {
    let (first, second) = (address.part(0), address.part(1));
    let who = match address.host.as_str() {
        "instagram.com" if !first.is_empty() && !matches!(first, "about" | "legal" | "blog") => {
            "Instagram"
        }
        "x.com" | "twitter.com"
            if !matches!(first, "" | "tos" | "privacy" | "rules")
                && matches!(second, "" | "status" | "media" | "with_replies") =>
        {
            "X"
        }
        "threads.net" | "threads.com" if first.starts_with('@') => "Threads",
        "tiktok.com" if first.starts_with('@') => "TikTok",
        "linkedin.com"
            if matches!(first, "company" | "in" | "school" | "showcase") && !second.is_empty() =>
        {
            "LinkedIn"
        }
        _ => return None,
    };
    Some(Step::Closed(format!(
        "{who} shows an account's posts to nobody who is not logged in; watch what the account also publishes \
         elsewhere: a blog, Telegram, YouTube, or its platform's own newsroom"
    )))
}
