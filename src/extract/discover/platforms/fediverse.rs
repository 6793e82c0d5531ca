//! Mastodon and Bluesky.

use serde_json::Value;
use url::Url;

use super::{is_word, read, url, with_query};
use crate::extract::discover::address::Address;
use crate::extract::discover::{Candidate, Place, Step};
use crate::model::Body;

/// Hosts with `/@user` that are not Mastodon's.
const NOT_MASTODON: &[&str] = &[
    "youtube.com",
    "medium.com",
    "tiktok.com",
    "threads.net",
    "threads.com",
    "substack.com",
    "vc.ru",
    "rutube.ru",
    "hackernoon.com",
    "flipboard.com",
    "t.me",
    "npmjs.com",
    "x.com",
    "twitter.com",
];

pub(super) fn bluesky(address: &Address) -> Option<Step> {
    if address.host != "bsky.app" || address.part(0) != "profile" {
        return None;
    }
    let who = Some(address.part(1)).filter(|who| !who.is_empty())?;
    let url = with_query(
        "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed",
        &[
            ("actor", who),
            ("filter", "posts_no_replies"),
            ("limit", "50"),
        ],
    )?;
    let name = who.strip_suffix(".bsky.social").unwrap_or(who);
    let candidate = Candidate::new("bluesky", url, "the account's posts, with numbers");
    read([if who.starts_with("did:") {
        candidate
    } else {
        candidate.named("bsky", name)
    }])
}

pub(super) fn mastodon(address: &Address) -> Option<Step> {
    let name = match (address.part(0), address.part(1)) {
        (first, _) if first.starts_with('@') => &first[1..],
        ("web", second) if second.starts_with('@') => &second[1..],
        ("users", second) => second,
        _ => return None,
    };
    let known = |host: &str| address.host == host || address.host.ends_with(&format!(".{host}"));
    if NOT_MASTODON.iter().any(|host| known(host)) || address.ends_with(".rss") {
        return None;
    }
    let (user, host) = name.split_once('@').unwrap_or((name, ""));
    if !is_word(&user.replace(['.', '-'], "_")) {
        return None;
    }
    let home = if host.is_empty() {
        address.url.clone()
    } else {
        url(&format!("https://{host}/@{user}"))?
    };
    let lookup = lookup(&home, user)?;
    // an account of `example.com` may live on `social.example.com`
    let account = format!("{user}@{}", home.host_str().unwrap_or_default());
    let mut finger = home.join("/.well-known/webfinger").ok()?;
    finger
        .query_pairs_mut()
        .append_pair("resource", &format!("acct:{account}"));
    let is_short = address.parts.len() == 1;
    let or = if is_short && address.url.path().starts_with("/@") && host.is_empty() {
        Step::Look(
            finger,
            Place::WebFinger {
                account: account.clone(),
            },
        )
    } else {
        Step::Look(address.url.clone(), Place::Anything)
    };
    Some(Step::Look(
        lookup,
        Place::Mastodon {
            account,
            or: Box::new(or),
        },
    ))
}

fn lookup(home: &Url, user: &str) -> Option<Url> {
    let mut url = home.join("/api/v1/accounts/lookup").ok()?;
    url.query_pairs_mut().append_pair("acct", user);
    Some(url)
}

/// The statuses of an account that a lookup has found.
pub(in super::super) fn mastodon_account(account: &str, body: &Body<'_>) -> Option<Step> {
    let answer: Value = serde_json::from_slice(body.bytes).ok()?;
    let id = match answer.get("id")? {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    answer.get("acct").or_else(|| answer.get("username"))?;
    if id.is_empty() || id.len() > 64 || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let mut url = body
        .url
        .join(&format!("/api/v1/accounts/{id}/statuses"))
        .ok()?;
    url.query_pairs_mut()
        .append_pair("limit", "40")
        .append_pair("exclude_replies", "true");
    let user = account.split('@').next().unwrap_or(account);
    let title = answer
        .get("display_name")
        .and_then(Value::as_str)
        .map(str::trim);
    let candidate = Candidate::new("mastodon", url, "the account's posts, with numbers");
    Some(Step::Read(vec![
        candidate
            .titled(title.filter(|title| !title.is_empty()).map(str::to_owned))
            .named("mastodon", user),
    ]))
}

/// The host on which an account really lives.
pub(in super::super) fn web_finger(account: &str, body: &Body<'_>) -> Step {
    let user = account.split('@').next().unwrap_or(account);
    let answer: Option<Value> = serde_json::from_slice(body.bytes).ok();
    let links = answer
        .as_ref()
        .and_then(|answer| answer.get("links")?.as_array());
    let own = links.into_iter().flatten().find(|link| {
        let is = |name: &str, value: &str| link.get(name).and_then(Value::as_str) == Some(value);
        is("rel", "self") || is("rel", "http://webfinger.net/rel/profile-page")
    });
    let home = own
        .and_then(|link| url(link.get("href")?.as_str()?))
        .filter(|home| matches!(home.scheme(), "http" | "https") && home.host() != body.url.host());
    match home.and_then(|home| lookup(&home, user)) {
        Some(lookup) => Step::Look(
            lookup,
            Place::Mastodon {
                account: account.to_owned(),
                or: Box::new(Step::Closed(format!(
                    "the host of `{account}` does not answer as Mastodon does"
                ))),
            },
        ),
        None => body.url.join(&format!("/@{user}")).map_or_else(
            |_| Step::Closed(format!("no account `{account}` was found")),
            |page| Step::Look(page, Place::Anything),
        ),
    }
}
