//! Generic webhook after the Standard Webhooks spec 1.0: a JSON POST with `webhook-id` (the same on
//! every retry), `webhook-timestamp` (of the attempt, so that receivers may refuse replays) and
//! `webhook-signature`.
//!
//! The body's bytes are the same on every retry. As the spec says, any 2xx acknowledges, 410 ends
//! the subscription, and everything else, redirects too, is tried again.

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::json;
use url::Url;

use super::channel::{Attempt, Channel, needed};
use super::http::{Answer, Http, endpoint};
use super::signature::{sign, signing_key};
use super::{DeliverError, Receipt};
use crate::model::{ChannelSpec, Delivery};

/// Fields it cannot do without.
pub(super) const NEEDS: &[&str] = &["url", "secret"];

pub(super) struct Webhook {
    http: Http,
    url: Url,
    key: Vec<u8>,
}

pub(super) fn open(spec: &ChannelSpec) -> Result<Webhook, DeliverError> {
    let secret = needed(spec, "secret", spec.secret.as_ref())?;
    let key = signing_key(secret).ok_or_else(|| {
        DeliverError::config(
            spec,
            "`secret` must be `whsec_` and 24 to 64 random bytes in base64: \
             make one with: echo whsec_$(head -c 32 /dev/urandom | base64 -w0)",
        )
    })?;
    Ok(Webhook {
        http: Http::open(spec)?,
        url: endpoint(spec)?,
        key,
    })
}

impl Channel for Webhook {
    fn send<'a>(&'a self, delivery: &'a Delivery, now: Timestamp) -> Attempt<'a> {
        Box::pin(async move {
            let body = body(delivery);
            let stamp = now.as_second();
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            let signature = sign(&self.key, &delivery.id, stamp, &body);
            for (name, value) in [
                ("webhook-id", delivery.id.clone()),
                ("webhook-timestamp", stamp.to_string()),
                ("webhook-signature", signature),
            ] {
                let value = HeaderValue::from_str(&value).map_err(|_| {
                    DeliverError::permanent(format!("{name} is not a header value"))
                })?;
                headers.insert(name, value);
            }
            let answer = self
                .http
                .send(Method::POST, &self.url, headers, body, now)
                .await?;
            judge(&answer)
        })
    }
}

fn body(delivery: &Delivery) -> Vec<u8> {
    let body = json!({
        "id": delivery.id,
        "type": if delivery.digest_name == "test" { "tidewatch.test" } else { "tidewatch.digest" },
        "timestamp": delivery.created_at,
        "digest": delivery.digest.to_string(),
        "name": delivery.digest_name,
        "subject": delivery.form.subject,
        "data": delivery.form.json,
    });
    body.to_string().into_bytes()
}

fn judge(answer: &Answer) -> Result<Receipt, DeliverError> {
    match answer.status {
        status @ 200..=299 => Ok(Receipt::whole(format!("{} answered {status}", answer.from))),
        300..=399 => {
            Err(answer.transient("redirects are not followed: set `url` to the new place"))
        }
        401 | 403 => Err(answer.transient(&format!(
            "it refuses us: is the secret the same on both sides? ({})",
            answer.excerpt()
        ))),
        404 | 405 => Err(answer.transient(&format!("{}; is `url` still right?", answer.excerpt()))),
        410 => Err(answer.gone(
            "the receiver wants no more messages: ask it for a new `url`, or take the channel out",
        )),
        _ => Err(answer.transient(&answer.excerpt())),
    }
}
