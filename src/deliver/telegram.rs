//! Telegram by bot: HTML markup, at most 4,096 characters a message, one delivery per chat, votes as an
//! inline keyboard of addresses.
//!
//! `secret` is the bot's token, `to` are chat ids or `@channel` names. The token stands in the
//! request's path, so errors never show the path.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use super::channel::{Attempt, Channel, needed};
use super::chat::{Dialect, Part, Votes, entities};
use super::http::{Answer, Http, endpoint_or};
use super::{DeliverError, Receipt};
use crate::model::{ChannelSpec, Delivery};

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["secret", "to"];

const DIALECT: Dialect = Dialect {
    // the limit counts text without tags; counting all is on the safe side
    limit: 4_096,
    length: super::chat::utf16,
    escape: entities,
    bold: |text| format!("<b>{text}</b>"),
    link: |text, url| format!("<a href=\"{}\">{text}</a>", entities(url)),
    votes: Votes::Buttons,
    // a keyboard holds some ten kilobytes
    rows: 8,
    cost: |_| 0,
};

pub(super) struct Telegram {
    http: Http,
    url: Url,
}

pub(super) fn open(spec: &ChannelSpec) -> Result<Telegram, DeliverError> {
    let token = needed(spec, "secret", spec.secret.as_ref())?.reveal();
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-:".contains(c);
    if !token.contains(':') || !token.chars().all(plain) {
        return Err(DeliverError::config(
            spec,
            "`secret` must be the bot's token as @BotFather gives it, such as 123456:ABC…",
        ));
    }
    let base = endpoint_or(spec, "https://api.telegram.org")?;
    let url = base
        .join(&format!("/bot{token}/sendMessage"))
        .map_err(|e| DeliverError::config(spec, format!("`url` cannot be used: {e}")))?;
    Ok(Telegram {
        http: Http::open(spec)?,
        url,
    })
}

impl Channel for Telegram {
    fn send<'a>(&'a self, delivery: &'a Delivery, now: Timestamp) -> Attempt<'a> {
        Box::pin(async move {
            let Some(mut part) = Part::next(delivery, &DIALECT) else {
                return Ok(Receipt::whole("taken"));
            };
            let chat = &delivery.recipient;
            let mut answer = self
                .http
                .post_json(&self.url, &body(&part, chat), now)
                .await?;
            if answer.status == 400 && !part.buttons().is_empty() && is_about_buttons(&answer) {
                // better the news without its buttons than none
                part = part.without_buttons();
                let body = body(&part, chat);
                answer = self.http.post_json(&self.url, &body, now).await?;
            }
            judge(answer, chat)?;
            Ok(part.receipt())
        })
    }
}

fn body(part: &Part, chat: &str) -> Value {
    let mut body = json!({
        "chat_id": chat,
        "text": part.text(),
        "parse_mode": "HTML",
        "link_preview_options": { "is_disabled": true },
    });
    let cards = part.buttons();
    let rows: Vec<Vec<Value>> = cards
        .iter()
        .map(|(_, card)| {
            card.labelled(cards.len() == 1)
                .map(|(label, url)| json!({ "text": label, "url": url }))
                .collect()
        })
        .collect();
    if !rows.is_empty() {
        body["reply_markup"] = json!({ "inline_keyboard": rows });
    }
    body
}

/// Does a refusal speak of the buttons? Telegram wants addresses that everybody could open.
fn is_about_buttons(answer: &Answer) -> bool {
    let why = answer.body.to_lowercase();
    ["button", "reply_markup", "keyboard"]
        .iter()
        .any(|word| why.contains(word))
}

fn judge(mut answer: Answer, chat: &str) -> Result<(), DeliverError> {
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    if answer.status == 200 && body["ok"] == true {
        return Ok(());
    }
    let why = body["description"]
        .as_str()
        .map_or(answer.excerpt(), |d| d.chars().take(160).collect());
    let parameters = &body["parameters"];
    if let Some(seconds) = parameters["retry_after"].as_u64() {
        answer.retry_after = Some(Duration::from_secs(seconds.min(86_400)));
    }
    Err(match answer.status {
        401 | 404 => answer.gone(&format!("{why}; check the bot's token in `secret`")),
        400 | 403 => match parameters["migrate_to_chat_id"].as_i64() {
            Some(id) => answer.permanent(&format!("chat {chat} is now {id}: change `to`")),
            None => answer.permanent(&format!("{why} (chat {chat})")),
        },
        _ => answer.transient(&why),
    })
}
