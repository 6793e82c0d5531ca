//! Matrix: `m.room.message` with HTML and a plain body, one delivery per room (client-server API v3).
//!
//! `url` is the homeserver, `secret` the access token, `to` are room ids. The transaction id comes
//! from the delivery, so the server itself drops a repeat.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::{Value, json};
use url::Url;

use super::channel::{Attempt, Channel, needed};
use super::chat::{Dialect, Part, Votes, entities};
use super::http::{Answer, Http, endpoint};
use super::{DeliverError, Receipt};
use crate::model::{ChannelSpec, Delivery};

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["url", "secret", "to"];

/// An event holds 65,536 bytes, both bodies and their JSON escapes included.
const LIMIT: usize = 12_000;

const RICH: Dialect = Dialect {
    limit: LIMIT,
    length: str::len,
    escape: entities,
    bold: |text| format!("<strong>{text}</strong>"),
    link: |text, url| format!("<a href=\"{}\">{text}</a>", entities(url)),
    votes: Votes::Links,
    rows: usize::MAX,
    cost: |_| 0,
};

pub(super) struct Matrix {
    http: Http,
    homeserver: Url,
    token: HeaderValue,
}

pub(super) fn open(spec: &ChannelSpec) -> Result<Matrix, DeliverError> {
    let token = needed(spec, "secret", spec.secret.as_ref())?;
    let mut token = HeaderValue::from_str(&format!("Bearer {}", token.reveal()))
        .map_err(|_| DeliverError::config(spec, "`secret` is not an access token"))?;
    token.set_sensitive(true);
    Ok(Matrix {
        http: Http::open(spec)?,
        homeserver: endpoint(spec)?,
        token,
    })
}

impl Channel for Matrix {
    fn send<'a>(&'a self, delivery: &'a Delivery, now: Timestamp) -> Attempt<'a> {
        Box::pin(async move {
            let Some(part) = Part::next(delivery, &RICH) else {
                return Ok(Receipt::whole("taken"));
            };
            let mut url = self.homeserver.clone();
            let transaction = format!("{}.{}", delivery.id, part.at + 1);
            url.path_segments_mut()
                .map_err(|()| DeliverError::permanent("the homeserver's URL has no path"))?
                .clear()
                .extend([
                    "_matrix",
                    "client",
                    "v3",
                    "rooms",
                    &delivery.recipient,
                    "send",
                ])
                .extend(["m.room.message", &transaction]);
            let body = json!({
                "msgtype": "m.text",
                "body": plain(part.text()),
                "format": "org.matrix.custom.html",
                "formatted_body": part.text().replace('\n', "<br>\n"),
            });
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, self.token.clone());
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            let body = body.to_string().into_bytes();
            let answer = self
                .http
                .send(Method::PUT, &url, headers, body, now)
                .await?;
            judge(answer, &delivery.recipient)?;
            Ok(part.receipt())
        })
    }
}

/// The same without tags, for clients that show no HTML.
fn plain(rich: &str) -> String {
    let mut out = String::with_capacity(rich.len());
    let mut inside = false;
    for c in rich.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

fn judge(mut answer: Answer, room: &str) -> Result<(), DeliverError> {
    if answer.status == 200 {
        return Ok(());
    }
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    if let Some(wait) = body["retry_after_ms"].as_u64() {
        answer.retry_after = Some(Duration::from_millis(wait.min(86_400_000)));
    }
    let why = answer.excerpt();
    Err(match (answer.status, body["errcode"].as_str()) {
        (_, Some("M_UNKNOWN_TOKEN" | "M_MISSING_TOKEN" | "M_USER_DEACTIVATED")) => {
            answer.gone(&format!("{why}; check the access token in `secret`"))
        }
        (_, Some("M_FORBIDDEN" | "M_NOT_FOUND" | "M_INVALID_PARAM" | "M_TOO_LARGE")) => {
            answer.permanent(&format!("{why}; is the account in room {room}?"))
        }
        _ => answer.transient(&why),
    })
}
