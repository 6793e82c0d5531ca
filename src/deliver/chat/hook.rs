//! A chat behind one webhook address: a POST of JSON for each message, and an answer.

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::{Dialect, Part};
use crate::deliver::channel::{Attempt, Channel};
use crate::deliver::http::{Answer, Http, endpoint};
use crate::deliver::{DeliverError, Receipt};
use crate::model::{ChannelSpec, Delivery};

/// How one service takes messages.
pub(in crate::deliver) struct Service {
    /// How it writes text.
    pub(in crate::deliver) dialect: Dialect,
    /// The JSON of one message.
    pub(in crate::deliver) body: fn(&Part) -> Value,
    /// What an answer means, where it is not only its status.
    pub(in crate::deliver) judge: fn(Answer) -> Result<(), DeliverError>,
}

/// A chat behind a webhook. Its address is a secret: errors name only the host.
pub(in crate::deliver) struct Hook {
    service: &'static Service,
    http: Http,
    /// Where messages are posted.
    pub(in crate::deliver) url: Url,
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
        })
    }
}

impl Channel for Hook {
    fn send<'a>(&'a self, delivery: &'a Delivery, now: Timestamp) -> Attempt<'a> {
        Box::pin(async move {
            let Some(mut part) = Part::next(delivery, &self.service.dialect) else {
                return Ok(Receipt::whole("taken"));
            };
            let body = (self.service.body)(&part);
            let mut answer = self.http.post_json(&self.url, &body, now).await?;
            // better the news without its buttons than none
            if answer.status == 400 && !part.buttons().is_empty() {
                part = part.without_buttons();
                let body = (self.service.body)(&part);
                answer = self.http.post_json(&self.url, &body, now).await?;
            }
            (self.service.judge)(answer)?;
            Ok(part.receipt())
        })
    }
}
