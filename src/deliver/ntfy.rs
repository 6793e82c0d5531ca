//! ntfy: one push notification with the digest's first lines, urgent when something is breaking.
//!
//! `url` is the topic (`https://ntfy.sh/TOPIC`); `secret` an access token, or the password of
//! `username`. A phone shows a few lines, so the rest of a digest is left to other channels.

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::{Value, json};
use unicode_segmentation::UnicodeSegmentation as _;
use url::Url;

use super::brief::Brief;
use super::channel::{Attempt, Channel};
use super::http::{Http, endpoint};
use super::{DeliverError, Receipt};
use crate::model::{ChannelSpec, Delivery, DeliveryForm};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["url"];

/// A longer body would become an attachment.
const LIMIT: usize = 4_096;

/// Buttons that a notification may have.
const ACTIONS: usize = 3;

pub(super) struct Ntfy {
    http: Http,
    server: Url,
    topic: String,
    authorization: Option<HeaderValue>,
}

pub(super) fn open(spec: &ChannelSpec) -> Result<Ntfy, DeliverError> {
    let mut server = endpoint(spec)?;
    let topic = server.path().trim_matches('/').to_owned();
    if topic.is_empty() || topic.contains('/') {
        return Err(DeliverError::config(
            spec,
            "`url` must name a topic: https://ntfy.sh/TOPIC",
        ));
    }
    server.set_path("/");
    let authorization = spec.secret.as_ref().map(|secret| match &spec.username {
        Some(user) => format!(
            "Basic {}",
            STANDARD.encode(format!("{user}:{}", secret.reveal()))
        ),
        None => format!("Bearer {}", secret.reveal()),
    });
    let authorization = authorization
        .map(|text| HeaderValue::from_str(&text))
        .transpose()
        .map_err(|_| DeliverError::config(spec, "`secret` cannot stand in a header"))?;
    Ok(Ntfy {
        http: Http::open(spec)?,
        server,
        topic,
        authorization,
    })
}

impl Channel for Ntfy {
    fn send<'a>(&'a self, delivery: &'a Delivery, now: Timestamp) -> Attempt<'a> {
        Box::pin(async move {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            if let Some(value) = &self.authorization {
                headers.insert(AUTHORIZATION, value.clone());
            }
            let brief = Brief::of(&delivery.form);
            let cards = || brief.iter().flat_map(Brief::cards);
            let breaking = cards().any(|card| card.severity == "breaking");
            let mut body = json!({
                "topic": self.topic,
                "title": delivery.form.subject,
                "message": message(brief.as_ref(), &delivery.form),
                "priority": if breaking { 4 } else { 3 },
                "click": cards().find_map(|card| card.url.as_deref()),
            });
            if let Some(actions) = brief.as_ref().and_then(actions) {
                body["actions"] = actions;
            }
            let body = body.to_string().into_bytes();
            let answer = self
                .http
                .send(Method::POST, &self.server, headers, body, now)
                .await?;
            answer.accepted()?;
            Ok(Receipt::whole("taken"))
        })
    }
}

/// Votes as buttons that open an address, of a digest with one card: a notification has three at most.
fn actions(brief: &Brief) -> Option<Value> {
    let mut cards = brief.cards();
    let (Some(card), None) = (cards.next(), cards.next()) else {
        return None;
    };
    let votes = card.votes.iter().take(ACTIONS);
    let votes: Vec<Value> = votes
        .map(|vote| json!({ "action": "view", "label": vote.sign, "url": vote.url }))
        .collect();
    (!votes.is_empty()).then(|| votes.into())
}

fn message(brief: Option<&Brief>, form: &DeliveryForm) -> String {
    let lines: Vec<&str> = match brief {
        Some(brief) => brief
            .tldr
            .iter()
            .chain(&brief.quiet)
            .map(String::as_str)
            .collect(),
        None => vec![form.text.as_str()],
    };
    let text = lines.join("\n");
    if text.len() <= LIMIT {
        return text;
    }
    let mut end = 0;
    for (at, part) in text.grapheme_indices(true) {
        if at + part.len() > LIMIT - '…'.len_utf8() {
            break;
        }
        end = at + part.len();
    }
    format!("{}…", text[..end].trim_end())
}
