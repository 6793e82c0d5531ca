//! Mattermost by incoming webhook: Markdown, mentions defused.

use jiff::Timestamp;
use serde_json::json;
use url::Url;

use super::channel::{Attempt, Channel};
use super::chat::{Dialect, Progress, backslashed, messages};
use super::http::{Http, endpoint};
use super::{DeliverError, Receipt};
use crate::model::{ChannelSpec, Delivery};

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["url"];

/// Posts hold 16,383 characters.
const DIALECT: Dialect = Dialect {
    limit: 16_000,
    length: super::chat::utf16,
    // a zero-width space after @ keeps a title from calling the whole channel
    escape: |text| backslashed(text, "\\`*_{}[]()#+!|~<>").replace('@', "@\u{200b}"),
    bold: |text| format!("**{text}**"),
    link: |text, url| format!("[{text}](<{url}>)"),
};

pub(super) struct Mattermost {
    http: Http,
    url: Url,
    progress: Progress,
}

pub(super) fn open(spec: &ChannelSpec) -> Result<Mattermost, DeliverError> {
    Ok(Mattermost {
        http: Http::open(spec)?,
        url: endpoint(spec)?,
        progress: Progress::default(),
    })
}

impl Channel for Mattermost {
    fn send<'a>(&'a self, delivery: &'a Delivery, now: Timestamp) -> Attempt<'a> {
        Box::pin(async move {
            let parts = messages(&delivery.form, &DIALECT);
            for part in parts.iter().skip(self.progress.done(&delivery.id)) {
                let body = json!({ "text": part });
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
