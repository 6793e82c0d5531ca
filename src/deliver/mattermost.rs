//! Mattermost by incoming webhook: Markdown, mentions defused.

use serde_json::json;

use super::DeliverError;
use super::chat::{Dialect, Hook, Service, Votes, backslashed};
use crate::model::ChannelSpec;

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["url"];

static SERVICE: Service = Service {
    dialect: Dialect {
        // posts hold 16,383 characters
        limit: 16_000,
        length: super::chat::utf16,
        // a zero-width space after @ keeps a title from calling the whole channel
        escape: |text| backslashed(text, "\\`*_{}[]()#+!|~<>").replace('@', "@\u{200b}"),
        bold: |text| format!("**{text}**"),
        link: |text, url| format!("[{text}](<{url}>)"),
        // its buttons only call a server back
        votes: Votes::Links,
        rows: usize::MAX,
        cost: |_| 0,
    },
    body: |part| json!({ "text": part.text() }),
    judge: |answer| answer.accepted(),
};

pub(super) fn open(spec: &ChannelSpec) -> Result<Hook, DeliverError> {
    Hook::open(spec, &SERVICE)
}
