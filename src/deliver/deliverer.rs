//! All channels of a configuration, opened, by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::channel::Channel;
use super::{DeliverError, Receipt, open};
use crate::model::{
    ChannelSpec, Clock, Delivery, DeliveryForm, DigestRunId, Language, SystemClock,
};

/// The opened channels. Cheap to share behind an `Arc`; sending needs no lock.
pub struct Deliverer {
    channels: BTreeMap<String, Opened>,
    clock: Arc<dyn Clock>,
}

struct Opened {
    spec: ChannelSpec,
    channel: Box<dyn Channel>,
}

/// What a channel test brought, recipient by recipient.
#[derive(Debug)]
pub struct TestReport {
    /// Recipient (empty for channels with one receiver) and what came of it.
    pub outcomes: Vec<(String, Result<Receipt, DeliverError>)>,
}

impl TestReport {
    /// Did every recipient get the test?
    pub fn is_fine(&self) -> bool {
        self.outcomes.iter().all(|(_, outcome)| outcome.is_ok())
    }
}

impl Deliverer {
    /// Opens every channel; the first whose configuration cannot work is the error.
    pub fn new(channels: &[ChannelSpec]) -> Result<Self, DeliverError> {
        let mut opened = BTreeMap::new();
        for spec in channels {
            let entry = Opened {
                channel: open(spec)?,
                spec: spec.clone(),
            };
            if opened.insert(spec.name.clone(), entry).is_some() {
                return Err(DeliverError::config(spec, "the name is given twice"));
            }
        }
        Ok(Self {
            channels: opened,
            clock: Arc::new(SystemClock),
        })
    }

    /// Takes the time of attempts from `clock` rather than from the machine.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Makes one attempt at a delivery.
    pub async fn send(&self, delivery: &Delivery) -> Result<Receipt, DeliverError> {
        let opened = self.named(&delivery.channel)?;
        opened.channel.send(delivery, self.clock.now()).await
    }

    /// To whom a message on this channel goes, one delivery each; one empty name for channels with a
    /// single receiver. Empty if there is no such channel.
    pub fn recipients(&self, channel: &str) -> Vec<String> {
        match self.channels.get(channel) {
            None => Vec::new(),
            Some(opened) if opened.spec.to.is_empty() => vec![String::new()],
            Some(opened) => opened.spec.to.clone(),
        }
    }

    /// Sends a test message to every recipient of a channel.
    pub async fn test(&self, channel: &str) -> Result<TestReport, DeliverError> {
        let opened = self.named(channel)?;
        let now = self.clock.now();
        let mut outcomes = Vec::new();
        for (recipient, number) in self.recipients(channel).into_iter().zip(1..) {
            // each a message of its own: servers and mail programs drop a second one of the same id
            let delivery = Delivery {
                id: format!("msg_test_{}_{number}", now.as_millisecond()),
                digest: DigestRunId(0),
                digest_name: "test".to_owned(),
                channel: channel.to_owned(),
                recipient: recipient.clone(),
                created_at: now,
                attempts: 0,
                parts: 0,
                form: test_form(channel),
            };
            let outcome = opened.channel.send(&delivery, now).await;
            outcomes.push((recipient, outcome));
        }
        Ok(TestReport { outcomes })
    }

    fn named(&self, channel: &str) -> Result<&Opened, DeliverError> {
        self.channels
            .get(channel)
            .ok_or_else(|| DeliverError::Config {
                channel: channel.to_owned(),
                message: "is not configured (any more)".to_owned(),
            })
    }
}

/// In both languages, since a channel belongs to no digest.
fn test_form(channel: &str) -> DeliveryForm {
    let english = format!("This is a test of channel “{channel}”. It works.");
    let russian = format!("Это проверка канала «{channel}». Он работает.");
    // config lets only plain names through, but a test form is no place to trust that
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    DeliveryForm {
        images: Vec::new(),
        csv: String::new(),
        subject: "tidewatch: test · проверка".to_owned(),
        html: format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>tidewatch</title></head>\n\
             <body><p>{}</p><p lang=\"ru\">{}</p></body>\n</html>\n",
            escape(&english),
            escape(&russian),
        ),
        text: format!("{english}\n{russian}\n"),
        markdown: format!("{english}\n\n{russian}\n"),
        json: serde_json::json!({ "schema": "tidewatch.test/1", "message": english }),
        language: Language::En,
    }
}
