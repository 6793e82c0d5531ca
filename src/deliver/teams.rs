//! Microsoft Teams by a Workflows webhook ("when a Teams webhook request is received"): an Adaptive
//! Card of text blocks. Teams takes at most 28 KB a message.

use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use super::channel::{Attempt, Channel};
use super::chat::{Dialect, Progress, backslashed, messages};
use super::http::{Http, endpoint};
use super::{DeliverError, Receipt};
use crate::model::{ChannelSpec, Delivery};

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["url"];

const DIALECT: Dialect = Dialect {
    // in bytes; the blocks around the lines take the rest
    limit: 14_000,
    length: str::len,
    escape: |text| backslashed(text, "\\`*_[]()#<>"),
    bold: |text| format!("**{text}**"),
    link: |text, url| {
        let url = url.replace('(', "%28").replace(')', "%29");
        format!("[{text}]({url})")
    },
};

pub(super) struct Teams {
    http: Http,
    url: Url,
    progress: Progress,
}

pub(super) fn open(spec: &ChannelSpec) -> Result<Teams, DeliverError> {
    Ok(Teams {
        http: Http::open(spec)?,
        url: endpoint(spec)?,
        progress: Progress::default(),
    })
}

impl Channel for Teams {
    fn send<'a>(&'a self, delivery: &'a Delivery, now: Timestamp) -> Attempt<'a> {
        Box::pin(async move {
            let parts = messages(&delivery.form, &DIALECT);
            for part in parts.iter().skip(self.progress.done(&delivery.id)) {
                self.http
                    .post_json(&self.url, &card(part), now)
                    .await?
                    .accepted()?;
                self.progress.advance(&delivery.id);
            }
            self.progress.finish(&delivery.id);
            Ok(Receipt::of_parts(parts.len()))
        })
    }
}

/// One text block a line: Adaptive Cards run lines of one block together.
fn card(part: &str) -> Value {
    let mut blocks: Vec<Value> = Vec::new();
    let mut spacing = "default";
    for line in part.split('\n') {
        if line.is_empty() {
            spacing = "medium";
            continue;
        }
        blocks.push(json!({ "type": "TextBlock", "text": line, "wrap": true, "spacing": spacing }));
        spacing = "none";
    }
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "msteams": { "width": "Full" },
                "body": blocks,
            },
        }],
    })
}
