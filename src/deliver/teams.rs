//! Microsoft Teams by a Workflows webhook ("when a Teams webhook request is received"): an Adaptive
//! Card of text blocks, votes as buttons below each card. Teams takes at most 28 KB a message.

use serde_json::{Value, json};

use super::DeliverError;
use super::chat::{CardButtons, Dialect, Hook, Part, Service, Votes, backslashed};
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
        votes: Votes::Buttons,
        rows: usize::MAX,
        cost: |card| actions(card).to_string().len() + 1,
    },
    body: card,
    judge: |answer| answer.accepted(),
};

pub(super) fn open(spec: &ChannelSpec) -> Result<Hook, DeliverError> {
    Hook::open(spec, &SERVICE)
}

/// One text block a line: Adaptive Cards run lines of one block together.
fn card(part: &Part) -> Value {
    let mut blocks: Vec<Value> = Vec::new();
    let mut spacing = "default";
    let mut place = 0;
    let mut buttons = part.buttons().iter().peekable();
    for line in part.text().split('\n') {
        if line.is_empty() {
            spacing = "medium";
        } else {
            let text =
                json!({ "type": "TextBlock", "text": line, "wrap": true, "spacing": spacing });
            blocks.push(text);
            spacing = "none";
        }
        place += line.len() + 1;
        while let Some((_, card)) = buttons.next_if(|(end, _)| *end < place) {
            blocks.push(actions(card));
        }
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

/// The buttons of one card, below it.
fn actions(card: &CardButtons) -> Value {
    let actions = card
        .labelled(true)
        .map(|(sign, url)| json!({ "type": "Action.OpenUrl", "title": sign, "url": url }));
    json!({ "type": "ActionSet", "spacing": "small", "actions": actions.collect::<Vec<_>>() })
}
