//! The optional assistant: one question to an OpenAI-compatible endpoint, one short answer.
//!
//! Guarded like every HTTP channel: no redirect, no proxy, no private address unless allowed, bounded in
//! time and size. It never sees more than it is asked, and what its answer is worth is not judged here.

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use url::Url;

use super::DeliverError;
use super::http::Http;
use crate::config::AssistantSettings;
use crate::model::ChannelSpec;

/// An endpoint that answers questions.
pub struct Assistant {
    http: Http,
    url: Url,
    model: String,
    key: Option<HeaderValue>,
}

impl Assistant {
    /// Sets up the client. The endpoint is `url` + `/chat/completions`.
    pub fn open(settings: &AssistantSettings) -> Result<Self, DeliverError> {
        let spec = ChannelSpec {
            name: "assistant".to_owned(),
            kind: "assistant".to_owned(),
            url: Some(settings.url.to_string()),
            to: Vec::new(),
            from: None,
            username: None,
            secret: settings.secret.clone(),
            tls: None,
            ca_file: None,
            path: None,
            format: None,
            timeout: settings.timeout,
            allow_private: settings.allow_private,
            dkim: None,
            unsubscribe: None,
        };
        let key = settings.secret.as_ref().map(|secret| {
            let mut value =
                HeaderValue::from_str(&format!("Bearer {}", secret.reveal())).map_err(|_| {
                    DeliverError::config(&spec, "its secret cannot be sent as a header".to_owned())
                })?;
            value.set_sensitive(true);
            Ok(value)
        });
        let base = settings.url.as_str().trim_end_matches('/');
        let url = Url::parse(&format!("{base}/chat/completions"));
        Ok(Self {
            http: Http::open(&spec)?,
            url: url.map_err(|error| DeliverError::config(&spec, error.to_string()))?,
            model: settings.model.clone(),
            key: key.transpose()?,
        })
    }

    /// Asks one question.
    pub async fn ask(
        &self,
        system: &str,
        user: &str,
        now: Timestamp,
    ) -> Result<String, DeliverError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(key) = &self.key {
            headers.insert(AUTHORIZATION, key.clone());
        }
        // no further settings: every one of them is refused by some endpoint
        let body = serde_json::json!({
            "model": self.model,
            "messages": [
                { "role": "system", "content": system },
                { "role": "user", "content": user },
            ],
        });
        let body = body.to_string().into_bytes();
        let answer = self
            .http
            .send(Method::POST, &self.url, headers, body, now)
            .await?;
        answer.accepted()?;
        let said: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let text = said["choices"][0]["message"]["content"].as_str();
        text.map(str::to_owned)
            .ok_or_else(|| answer.permanent("it is no answer of a chat completion"))
    }
}
