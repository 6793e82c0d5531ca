//! Microsoft Teams by a Workflows webhook ("when a Teams webhook request is received"): an Adaptive
//! Card of text blocks. Teams takes at most 28 KB a message.

use serde_json::{Value, json};

use super::DeliverError;
use super::chat::{Dialect, Hook, Service, backslashed};
use crate::model::ChannelSpec;

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["url"];

/// Bytes of the JSON around the text of one block.
const BLOCK: usize = 72;

static SERVICE: Service = Service {
    dialect: Dialect {
        // in bytes of the JSON; the card around the blocks takes some three hundred
        limit: 27_000,
        length: |text| Value::from(text).to_string().len() + BLOCK * text.split('\n').count(),
        escape: |text| backslashed(text, "\\`*_[]()#<>"),
        bold: |text| format!("**{text}**"),
        link: |text, url| {
            let url = url.replace('(', "%28").replace(')', "%29");
            format!("[{text}]({url})")
        },
    },
    body: card,
    judge: |answer| answer.accepted(),
};

pub(super) fn open(spec: &ChannelSpec) -> Result<Hook, DeliverError> {
    Hook::open(spec, &SERVICE)
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
