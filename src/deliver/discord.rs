//! Discord by webhook: Markdown, no mentions, no link previews, at most 2,000 characters a message, votes
//! as buttons that open an address.

use std::time::Duration;

use serde_json::{Value, json};

use super::DeliverError;
use super::chat::{Dialect, Hook, Part, Service, Votes, backslashed};
use super::http::Answer;
use crate::model::ChannelSpec;

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["url"];

/// Message flag `SUPPRESS_EMBEDS`.
const NO_PREVIEWS: u32 = 1 << 2;

/// Component types, and the style of a button that opens an address.
const ACTION_ROW: u32 = 1;
const BUTTON: u32 = 2;
const LINK: u32 = 5;

static SERVICE: Service = Service {
    dialect: Dialect {
        limit: 2_000,
        length: super::chat::utf16,
        escape: |text| backslashed(text, "\\`*_~|<>[]()#-@:"),
        bold: |text| format!("**{text}**"),
        link: |text, url| format!("[{text}](<{url}>)"),
        votes: Votes::Buttons,
        // action rows of a message
        rows: 5,
        cost: |_| 0,
    },
    body,
    judge: |answer| with_wait(answer).accepted(),
};

pub(super) fn open(spec: &ChannelSpec) -> Result<Hook, DeliverError> {
    let mut hook = Hook::open(spec, &SERVICE)?;
    // without the first Discord answers before it has looked at the message, and without the second it
    // drops buttons
    hook.url
        .query_pairs_mut()
        .append_pair("wait", "true")
        .append_pair("with_components", "true");
    Ok(hook)
}

fn body(part: &Part) -> Value {
    let mut body = json!({
        "content": part.text(),
        "allowed_mentions": { "parse": [] },
        "flags": NO_PREVIEWS,
    });
    let cards = part.buttons();
    let rows: Vec<Value> = cards
        .iter()
        .map(|(_, card)| {
            let buttons = card.labelled(cards.len() == 1).map(
                |(label, url)| json!({ "type": BUTTON, "style": LINK, "label": label, "url": url }),
            );
            json!({ "type": ACTION_ROW, "components": buttons.collect::<Vec<_>>() })
        })
        .collect();
    if !rows.is_empty() {
        body["components"] = rows.into();
    }
    body
}

/// Discord's exact wait is in the body, in fractions of a second.
fn with_wait(mut answer: Answer) -> Answer {
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    if let Some(seconds) = body["retry_after"]
        .as_f64()
        .filter(|s| (0.0..86_400.0).contains(s))
    {
        answer.retry_after = Some(Duration::from_secs_f64(seconds));
    }
    answer
}
