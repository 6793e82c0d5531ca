//! Slack by incoming webhook: `mrkdwn` text, whose only escapes are the three entities, so `@here`
//! and links cannot be smuggled in. The webhook's address is a secret: errors name only its host.

use serde_json::json;

use super::DeliverError;
use super::chat::{Dialect, Hook, Service, Votes};
use crate::model::ChannelSpec;

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["url"];

static SERVICE: Service = Service {
    // Slack advises at most 4,000 characters and cuts at 40,000
    dialect: Dialect {
        limit: 3_800,
        length: super::chat::utf16,
        escape: |text| {
            text.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
        },
        bold: |text| format!("*{text}*"),
        link: |text, url| {
            // `|` and `>` would end the address
            let url = url
                .replace('|', "%7C")
                .replace('>', "%3E")
                .replace('<', "%3C");
            format!("<{}|{text}>", url.replace('&', "&amp;"))
        },
        // Slack tells an app of every press of a button, those that open an address too, and warns the
        // reader of an app that cannot be told; a link is only a link
        votes: Votes::Links,
        rows: usize::MAX,
        cost: |_| 0,
    },
    body: |part| json!({ "text": part.text(), "unfurl_links": false, "unfurl_media": false }),
    judge: |answer| answer.accepted(),
};

pub(super) fn open(spec: &ChannelSpec) -> Result<Hook, DeliverError> {
    Hook::open(spec, &SERVICE)
}
