//! VK: a message from a community, plain text, at most 4,096 characters, one delivery per reader.
//!
//! `secret` is the community's key with the right to send messages, `to` are `peer_id`s of people or
//! chats that have allowed it. `random_id` comes from the delivery, so VK itself drops a repeat
//! (within an hour). Errors come with status 200 (API 5.199).

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::Value;
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

use super::channel::{Attempt, Channel, needed};
use super::chat::{Dialect, Part, Votes};
use super::http::{Answer, Http, endpoint_or};
use super::{DeliverError, Receipt};
use crate::model::{ChannelSpec, Delivery, Secret};

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["secret", "to"];

const VERSION: &str = "5.199";

const DIALECT: Dialect = Dialect {
    limit: 4_096,
    length: super::chat::utf16,
    // VK has no markup in messages, but reads [id1|text] and @id as mentions
    escape: |text| {
        text.replace('[', "(")
            .replace(']', ")")
            .replace('@', "@\u{200b}")
    },
    bold: str::to_owned,
    link: |text, url| format!("{text} {url}"),
    // addresses are shown whole
    votes: Votes::Page,
    rows: usize::MAX,
    cost: |_| 0,
};

pub(super) struct Vk {
    http: Http,
    url: Url,
    key: Secret,
}

pub(super) fn open(spec: &ChannelSpec) -> Result<Vk, DeliverError> {
    let bad = spec.to.iter().find(|to| to.parse::<i64>().is_err());
    if let Some(bad) = bad {
        return Err(DeliverError::config(
            spec,
            format!("`to` must hold numeric peer ids, not {bad:?}"),
        ));
    }
    let base = endpoint_or(spec, "https://api.vk.com")?;
    let url = base
        .join("/method/messages.send")
        .map_err(|e| DeliverError::config(spec, format!("`url` cannot be used: {e}")))?;
    Ok(Vk {
        http: Http::open(spec)?,
        url,
        key: needed(spec, "secret", spec.secret.as_ref())?.clone(),
    })
}

impl Channel for Vk {
    fn send<'a>(&'a self, delivery: &'a Delivery, now: Timestamp) -> Attempt<'a> {
        Box::pin(async move {
            let Some(part) = Part::next(delivery, &DIALECT) else {
                return Ok(Receipt::whole("taken"));
            };
            let body = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("access_token", self.key.reveal())
                .append_pair("v", VERSION)
                .append_pair("peer_id", &delivery.recipient)
                .append_pair("random_id", &random_id(&delivery.id, part.at).to_string())
                .append_pair("dont_parse_links", "1")
                .append_pair("message", part.text())
                .finish();
            let mut headers = HeaderMap::new();
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            headers.insert(CONTENT_TYPE, form);
            let answer = self
                .http
                .send(Method::POST, &self.url, headers, body.into_bytes(), now)
                .await?;
            judge(&answer, &delivery.recipient)?;
            Ok(part.receipt())
        })
    }
}

/// Never 0, which would switch the check for repeats off.
fn random_id(id: &str, part: usize) -> i32 {
    let hash = xxh3_64(format!("{id}.{part}").as_bytes());
    i32::try_from(hash % 0x7fff_ffff).unwrap_or(0) + 1
}

fn judge(answer: &Answer, peer: &str) -> Result<(), DeliverError> {
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    if answer.status == 200 && !body["response"].is_null() {
        return Ok(());
    }
    let why = body["error"]["error_msg"]
        .as_str()
        .map_or(answer.excerpt(), |m| m.chars().take(160).collect());
    Err(match body["error"]["error_code"].as_i64() {
        Some(code @ (5 | 15 | 27)) => {
            answer.gone(&format!("{why} ({code}); check the key in `secret`"))
        }
        Some(code @ (7 | 100 | 900 | 901 | 902 | 914 | 917 | 945 | 946 | 950 | 983)) => {
            answer.permanent(&format!("{why} ({code}, peer {peer})"))
        }
        Some(code) => answer.transient(&format!("{why} ({code})")),
        None => answer.transient(&why),
    })
}
