//! Discord by webhook: Markdown, no mentions, no link previews, at most 2,000 characters a message.

use std::time::Duration;

use serde_json::{Value, json};

use super::DeliverError;
use super::chat::{Dialect, Hook, Service, backslashed};
use super::http::Answer;
use crate::model::ChannelSpec;

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["url"];

/// Message flag `SUPPRESS_EMBEDS`.
const NO_PREVIEWS: u32 = 1 << 2;

static SERVICE: Service = Service {
    dialect: Dialect {
        limit: 2_000,
        length: super::chat::utf16,
        escape: |text| backslashed(text, "\\`*_~|<>[]()#-@:"),
        bold: |text| format!("**{text}**"),
        link: |text, url| format!("[{text}](<{url}>)"),
    },
    body: |text| {
        json!({
            "content": text,
            "allowed_mentions": { "parse": [] },
            "flags": NO_PREVIEWS,
        })
    },
    judge: |answer| with_wait(answer).accepted(),
};

pub(super) fn open(spec: &ChannelSpec) -> Result<Hook, DeliverError> {
    let mut hook = Hook::open(spec, &SERVICE)?;
    // without it Discord answers before it has looked at the message
    hook.url.query_pairs_mut().append_pair("wait", "true");
    Ok(hook)
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
