//! Channels that messages go out by, and the messages themselves.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DigestRunId, Language};

/// A text that never appears in logs, status or errors.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// A channel as configured. One flat record for all kinds: each channel's file in `deliver` says
/// which fields it needs.
#[derive(Debug, Clone)]
pub struct ChannelSpec {
    /// Unique name, by which digests choose it.
    pub name: String,
    /// Which channel file serves it: `email`, `webhook`, `file`…
    pub kind: String,
    /// Endpoint: webhook URL, or `smtp://`, `smtps://` server for mail.
    pub url: Option<String>,
    /// Recipients, each delivered on its own.
    pub to: Vec<String>,
    /// Sender.
    pub from: Option<String>,
    /// Account name.
    pub username: Option<String>,
    /// Password, bot token or signing secret (`whsec_…`).
    pub secret: Option<Secret>,
    /// `none`, `starttls` or `tls`, for mail; by default from the URL's scheme.
    pub tls: Option<String>,
    /// Extra root certificates (PEM file) to trust, for mail and webhooks of one's own.
    pub ca_file: Option<PathBuf>,
    /// Directory, for the file channel.
    pub path: Option<PathBuf>,
    /// `html`, `text`, `markdown` or `json`, where a channel can carry several.
    pub format: Option<String>,
    /// Longest wait for one attempt.
    pub timeout: Duration,
    /// With which key mail is signed, if it is.
    pub dkim: Option<Dkim>,
    /// Where a reader of mail unsubscribes, `https:` or `mailto:`; `{to}` stands for the recipient. By
    /// default a mail to the sender.
    pub unsubscribe: Option<String>,
    /// May it reach private addresses? Needed for receivers on one's own network.
    pub allow_private: bool,
}

/// A DKIM key of ours (RFC 6376): its public half is at `SELECTOR._domainkey.DOMAIN` in the DNS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dkim {
    /// The domain that signs.
    pub domain: String,
    /// Which of its keys.
    pub selector: String,
    /// The private key, RSA or Ed25519, in PEM.
    pub key_file: PathBuf,
}

/// A picture that the HTML shows as `cid:…`, so that nothing is loaded from anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlineImage {
    /// Content id, such as `trend-f12@tidewatch`.
    pub cid: String,
    /// The picture as PNG; base64 in JSON.
    #[serde(with = "base64_text")]
    pub png: Vec<u8>,
}

/// The forms in which one digest exists; a channel picks what it carries.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DeliveryForm {
    /// Subject line, ≤ 60 characters where possible.
    pub subject: String,
    /// HTML with inline styles and no remote loads.
    pub html: String,
    /// The pictures in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<InlineImage>,
    /// The same as plain text.
    pub text: String,
    /// The same as Markdown (CommonMark with strikethrough).
    #[serde(default)]
    pub markdown: String,
    /// Its findings as a table (RFC 4180), one a row; empty for digests that do not look back.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub csv: String,
    /// The same as JSON.
    pub json: serde_json::Value,
    /// Language of the texts.
    pub language: Language,
}

impl DeliveryForm {
    /// The HTML with its pictures inside it, for where there are no attachments: files, browsers.
    pub fn standalone_html(&self) -> String {
        self.images.iter().fold(self.html.clone(), |html, image| {
            let data = format!("data:image/png;base64,{}", STANDARD.encode(&image.png));
            html.replace(&format!("cid:{}", image.cid), &data)
        })
    }
}

/// Bytes as base64 in JSON.
mod base64_text {
    use super::{Engine as _, STANDARD};
    use serde::de::{Deserialize as _, Deserializer, Error as _};
    use serde::ser::Serializer;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        STANDARD.decode(text).map_err(D::Error::custom)
    }
}

/// One message to one recipient of one channel, in the outbox until acknowledged.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Stable id, the same on every retry: `msg_…`; webhook-id, Message-ID and file name come from it.
    pub id: String,
    /// The digest it carries.
    pub digest: DigestRunId,
    /// Name of the digest.
    pub digest_name: String,
    /// Name of the channel.
    pub channel: String,
    /// Recipient, for channels with several; else empty.
    pub recipient: String,
    /// When the message was made; stamps sent with it do not change on retries.
    pub created_at: Timestamp,
    /// Attempts already made.
    pub attempts: u32,
    /// Parts that the receiver has taken already, of a message that it takes in several.
    pub parts: u32,
    /// The forms to choose from.
    pub form: DeliveryForm,
}

/// A channel, or one recipient of it, that does not take messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChannelTrouble {
    /// Which channel.
    pub channel: String,
    /// Which recipient, for channels with several; else empty.
    pub recipient: String,
    /// First failure.
    pub since: Timestamp,
    /// Last failure.
    pub last_at: Timestamp,
    /// Failures in a row.
    pub failures: u32,
    /// Messages that were given up.
    pub parked: u32,
    /// The last failure, with its remedy.
    pub why: String,
    /// When a person was told by another channel, if they were.
    pub told_at: Option<Timestamp>,
    /// By which.
    pub via: Option<String>,
}
