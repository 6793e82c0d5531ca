//! Deliveries: one attempt at one message, and what becomes of it.

use jiff::{SignedDuration, Timestamp};

use super::Pipeline;
use crate::deliver::retry_delay;
use crate::model::Delivery;
use crate::store::StoreError;

/// What became of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivered {
    /// Acknowledged by the receiver.
    Sent(String),
    /// It will be tried again then.
    Later(Timestamp, String),
    /// It is parked until someone says `outbox retry`: why.
    Parked(String),
}

impl Pipeline {
    /// Messages that are due, the oldest of each recipient, and when the next one is due otherwise.
    pub async fn due_deliveries(
        &self,
        limit: usize,
    ) -> Result<(Vec<Delivery>, Option<Timestamp>), StoreError> {
        let now = self.now();
        self.store
            .read(move |reader| {
                Ok((
                    reader.due_deliveries(now, limit)?,
                    reader.next_delivery_at()?,
                ))
            })
            .await
    }

    /// Tries one message once and writes down what became of it.
    ///
    /// Killed between the receiver's word and the writing, the message is sent again under its id:
    /// at least once, and the receiver can tell.
    /// A message that its chat takes in several parts is a step for each: what was taken is written down
    /// before the next one goes, so that neither a failure nor a kill begins anew.
    pub async fn deliver(&self, delivery: &Delivery) -> Result<Delivered, StoreError> {
        let mut step = delivery.clone();
        let sent = loop {
            match self.deliverer.send(&step).await {
                Ok(receipt) if receipt.left > 0 => {
                    step.parts += 1;
                    let (id, now, parts) = (step.id.clone(), self.now(), step.parts);
                    self.store
                        .write(move |writer| {
                            writer.delivery_advanced(&id, now, parts, &receipt.note)
                        })
                        .await?;
                }
                outcome => break outcome,
            }
        };
        let (id, now) = (delivery.id.clone(), self.now());
        let (channel, attempt) = (&delivery.channel, delivery.attempts + 1);
        match sent {
            Ok(receipt) => {
                tracing::info!(
                    id,
                    channel,
                    digest = delivery.digest_name,
                    receipt = receipt.note,
                    "delivered"
                );
                let (note, notices) = (receipt.note.clone(), self.notices(delivery));
                self.store
                    .write(move |writer| {
                        writer.delivery_sent(&id, now, &note)?;
                        notices.works(writer)
                    })
                    .await?;
                Ok(Delivered::Sent(receipt.note))
            }
            Err(error) if error.is_transient() && attempt < self.config.delivery.attempts => {
                let settings = &self.config.delivery;
                let wait = retry_delay(attempt, settings.retry_base, settings.retry_cap, &id);
                let wait = error.retry_after().map_or(wait, |wish| wish.max(wait));
                let next = now
                    .saturating_add(SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX))
                    .unwrap_or(Timestamp::MAX);
                tracing::warn!(id, channel, attempt, retry_at = %next, "delivery failed, will be tried again: {error}");
                let message = error.to_string();
                let (kept, notices) = (message.clone(), self.notices(delivery));
                self.store
                    .write(move |writer| {
                        writer.delivery_failed(&id, now, &kept, next)?;
                        notices.fails(writer, &kept, false)
                    })
                    .await?;
                Ok(Delivered::Later(next, message))
            }
            Err(error) => {
                tracing::error!(
                    id,
                    channel,
                    attempt,
                    "delivery parked, `tidewatch outbox retry {id}` tries again: {error}"
                );
                let message = error.to_string();
                let (kept, notices) = (message.clone(), self.notices(delivery));
                self.store
                    .write(move |writer| {
                        writer.delivery_parked(&id, now, &kept)?;
                        notices.fails(writer, &kept, true)
                    })
                    .await?;
                Ok(Delivered::Parked(message))
            }
        }
    }
}
