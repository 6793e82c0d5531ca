//! A chat behind one webhook address: a POST of JSON for each message, and an answer.

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::{Dialect, Outgoing, Progress};
use crate::deliver::DeliverError;
use crate::deliver::channel::{Attempt, Channel};
use crate::deliver::http::{Answer, Http, endpoint};
use crate::model::{ChannelSpec, Delivery};

/// How one service takes messages.
pub(in crate::deliver) struct Service {
    /// How it writes text.
    pub(in crate::deliver) dialect: Dialect,
    /// The JSON of one message.
    pub(in crate::deliver) body: fn(&str) -> Value,
    /// What an answer means, where it is not only its status.
    pub(in crate::deliver) judge: fn(Answer) -> Result<(), DeliverError>,
}

/// A chat behind a webhook. Its address is a secret: errors name only the host.
pub(in crate::deliver) struct Hook {
    service: &'static Service,
    http: Http,
    /// Where messages are posted.
    pub(in crate::deliver) url: Url,
    progress: Progress,
}

impl Hook {
    /// Opens one at the channel's `url`.
    pub(in crate::deliver) fn open(
        spec: &ChannelSpec,
        service: &'static Service,
    ) -> Result<Self, DeliverError> {
        Ok(Self {
            service,
            http: Http::open(spec)?,
            url: endpoint(spec)?,
            progress: Progress::default(),
        })
    }
}

impl Channel for Hook {
    fn send<'a>(&'a self, delivery: &'a Delivery, now: Timestamp) -> Attempt<'a> {
        Box::pin(async move {
            let mut messages = Outgoing::of(delivery, &self.service.dialect, &self.progress);
            while let Some((_, message)) = messages.next() {
                let body = (self.service.body)(message);
                let answer = self.http.post_json(&self.url, &body, now).await?;
                (self.service.judge)(answer)?;
                messages.sent();
            }
            Ok(messages.receipt())
        })
    }
}
