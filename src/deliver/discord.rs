//! Discord by webhook: Markdown, no mentions, no link previews, at most 2,000 characters a message.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use super::channel::{Attempt, Channel};
use super::chat::{Dialect, Progress, backslashed, messages};
use super::http::{Answer, Http, endpoint};
use super::{DeliverError, Receipt};
use crate::model::{ChannelSpec, Delivery};

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["url"];

/// Message flag `SUPPRESS_EMBEDS`.
const NO_PREVIEWS: u32 = 1 << 2;

const DIALECT: Dialect = Dialect {
    limit: 2_000,
    length: super::chat::utf16,
    escape: |text| backslashed(text, "\\`*_~|<>[]()#-@:"),
    bold: |text| format!("**{text}**"),
    link: |text, url| format!("[{text}](<{url}>)"),
};

pub(super) struct Discord {
    http: Http,
    url: Url,
    progress: Progress,
}

pub(super) fn open(spec: &ChannelSpec) -> Result<Discord, DeliverError> {
    let mut url = endpoint(spec)?;
    // without it Discord answers before it has looked at the message
    url.query_pairs_mut().append_pair("wait", "true");
    Ok(Discord {
        http: Http::open(spec)?,
        url,
        progress: Progress::default(),
    })
}

impl Channel for Discord {
    fn send<'a>(&'a self, delivery: &'a Delivery, now: Timestamp) -> Attempt<'a> {
        Box::pin(async move {
            let parts = messages(&delivery.form, &DIALECT);
            for part in parts.iter().skip(self.progress.done(&delivery.id)) {
                let body = json!({
                    "content": part,
                    "allowed_mentions": { "parse": [] },
                    "flags": NO_PREVIEWS,
                });
                let answer = self.http.post_json(&self.url, &body, now).await?;
                with_wait(answer).accepted()?;
                self.progress.advance(&delivery.id);
            }
            self.progress.finish(&delivery.id);
            Ok(Receipt::of_parts(parts.len()))
        })
    }
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
