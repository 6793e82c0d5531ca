//! Slack by incoming webhook: `mrkdwn` text, whose only escapes are the three entities, so `@here`
//! and links cannot be smuggled in. The webhook's address is a secret: errors name only its host.

use jiff::Timestamp;
use serde_json::json;
use url::Url;

use super::channel::{Attempt, Channel};
use super::chat::{Dialect, Progress, messages};
use super::http::{Http, endpoint};
use super::{DeliverError, Receipt};
use crate::model::{ChannelSpec, Delivery};

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["url"];

/// Slack advises at most 4,000 characters and cuts at 40,000.
const DIALECT: Dialect = Dialect {
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
};

pub(super) struct Slack {
    http: Http,
    url: Url,
    progress: Progress,
}

pub(super) fn open(spec: &ChannelSpec) -> Result<Slack, DeliverError> {
    Ok(Slack {
        http: Http::open(spec)?,
        url: endpoint(spec)?,
        progress: Progress::default(),
    })
}

impl Channel for Slack {
    fn send<'a>(&'a self, delivery: &'a Delivery, now: Timestamp) -> Attempt<'a> {
        Box::pin(async move {
            let parts = messages(&delivery.form, &DIALECT);
            for part in parts.iter().skip(self.progress.done(&delivery.id)) {
                let body = json!({ "text": part, "unfurl_links": false, "unfurl_media": false });
                self.http
                    .post_json(&self.url, &body, now)
                    .await?
                    .accepted()?;
                self.progress.advance(&delivery.id);
            }
            self.progress.finish(&delivery.id);
            Ok(Receipt::of_parts(parts.len()))
        })
    }
}
