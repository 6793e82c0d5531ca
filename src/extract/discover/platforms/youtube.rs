//! `YouTube`: channels, handles, playlists, videos, all to the feed of videos.

use url::Url;

use super::{read, url, with_query};
use crate::extract::discover::address::Address;
use crate::extract::discover::{Candidate, Place, Step};
use crate::extract::markup::attribute;
use crate::extract::plain;
use crate::model::Body;

/// Where the channel's own id stands, the surest first; other channels' ids stand there too.
const MARKS: &[&str] = &[
    "feeds/videos.xml?channel_id=",
    "\"externalId\":\"",
    "\"externalChannelId\":\"",
    "<link rel=\"canonical\" href=\"https://www.youtube.com/channel/",
    "itemprop=\"channelId\" content=\"",
    "itemprop=\"identifier\" content=\"",
    "\"channelId\":\"",
];

pub(super) fn youtube(address: &Address) -> Option<Step> {
    let look = |url: Url| Some(Step::Look(url, Place::YouTube));
    if address.host == "youtu.be" {
        return look(with_query(
            "https://www.youtube.com/watch",
            &[("v", address.part(0))],
        )?);
    }
    if !matches!(
        address.host.as_str(),
        "youtube.com" | "music.youtube.com" | "youtube-nocookie.com"
    ) {
        return None;
    }
    match (address.part(0), address.part(1)) {
        ("feeds", "videos.xml") => read([Candidate::new(
            "youtube",
            address.url.clone(),
            "a feed of videos",
        )]),
        ("channel", id) if is_channel(id) => read([channel_feed(id, None)?]),
        ("playlist", _) => {
            let list = address.query("list")?;
            let url = with_query(
                "https://www.youtube.com/feeds/videos.xml",
                &[("playlist_id", &list)],
            )?;
            read([Candidate::new(
                "youtube",
                url,
                "the playlist's feed of videos",
            )])
        }
        ("watch", _) => {
            let id = address.query("v")?;
            look(with_query("https://www.youtube.com/watch", &[("v", &id)])?)
        }
        ("shorts" | "live" | "embed", id) if !id.is_empty() => {
            look(with_query("https://www.youtube.com/watch", &[("v", id)])?)
        }
        ("c" | "user", name) if !name.is_empty() => look(url(&format!(
            "https://www.youtube.com/{}/{name}",
            address.part(0)
        ))?),
        (handle, _) if handle.starts_with('@') => {
            look(url(&format!("https://www.youtube.com/{handle}"))?)
        }
        _ => None,
    }
}

fn is_channel(id: &str) -> bool {
    id.len() == 24
        && id.starts_with("UC")
        && id
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn channel_feed(id: &str, title: Option<String>) -> Option<Candidate> {
    let url = with_query(
        "https://www.youtube.com/feeds/videos.xml",
        &[("channel_id", id)],
    )?;
    Some(Candidate::new("youtube", url, "the channel's feed of videos").titled(title))
}

/// The channel whose page or video this is.
pub(in super::super) fn channel_of(body: &Body<'_>) -> Step {
    // the marks stand in scripts, far behind, and are ASCII
    let page = String::from_utf8_lossy(body.bytes);
    let found = MARKS.iter().find_map(|mark| {
        page.match_indices(mark).find_map(|(at, _)| {
            let id = page.get(at + mark.len()..at + mark.len() + 24)?;
            is_channel(id).then(|| id.to_owned())
        })
    });
    let title = page
        .match_indices("<meta ")
        .map(|(at, _)| &page[at..page[at..].find('>').map_or(page.len(), |end| at + end)])
        .find(|tag| tag.contains("og:title"))
        .and_then(|tag| attribute(&tag["<meta".len()..], "content"))
        .map(|title| plain::unescape(title).into_owned());
    let is_channel_page = !body.url.path().starts_with("/watch");
    match found.and_then(|id| channel_feed(&id, title.filter(|_| is_channel_page))) {
        Some(candidate) => Step::Read(vec![candidate]),
        None => Step::Closed(format!(
            "no channel is named in {}: YouTube may have asked for consent instead; on the channel's page choose \
             Share → Copy channel ID, and add https://www.youtube.com/channel/ID",
            body.url
        )),
    }
}
