//! What becomes of the messages in the outbox: posted with their digest, then sent, failed, parked,
//! retried or dropped, each step with its line in the receipt log.

use jiff::Timestamp;

use crate::model::DigestRunId;

use super::codec::At;
use super::digests::NewDelivery;
use super::error::{Result, StoreError};
use super::outbox::DeliveryState;
use super::writer::Writer;

impl Writer {
    pub(super) fn post(
        &mut self,
        run: DigestRunId,
        now: Timestamp,
        new: &NewDelivery,
    ) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO delivery (id, run, channel, recipient, state, created_at, next_at)
                 VALUES (?1, ?2, ?3, ?4, 'waiting', ?5, ?5)",
            )?
            .execute((&new.id, run.0, &new.channel, &new.recipient, At(now)))?;
        Ok(())
    }

    /// The channel acknowledged a message.
    pub fn delivery_sent(&mut self, id: &str, at: Timestamp, receipt: &str) -> Result<()> {
        self.attempted(id, DeliveryState::Sent, at, None, "sent", receipt)
    }

    /// The channel took part of a message: what is left begins behind the first `parts`.
    pub fn delivery_advanced(
        &mut self,
        id: &str,
        at: Timestamp,
        parts: u32,
        receipt: &str,
    ) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE delivery SET parts = max(parts, ?2) WHERE id = ?1")?
            .execute((id, parts))?;
        self.log_attempt(id, at, "part", receipt)
    }

    /// An attempt failed and will be made again.
    pub fn delivery_failed(
        &mut self,
        id: &str,
        at: Timestamp,
        error: &str,
        next_at: Timestamp,
    ) -> Result<()> {
        self.attempted(
            id,
            DeliveryState::Waiting,
            at,
            Some(next_at),
            "failed",
            error,
        )
    }

    /// An attempt failed for good, or once too often.
    pub fn delivery_parked(&mut self, id: &str, at: Timestamp, error: &str) -> Result<()> {
        self.attempted(id, DeliveryState::Parked, at, None, "parked", error)
    }

    /// A person wants a message tried again now. A sent one stays sent.
    pub fn retry_delivery(&mut self, id: &str, now: Timestamp) -> Result<()> {
        let changed = self
            .conn
            .prepare_cached(
                "UPDATE delivery SET state = 'waiting', next_at = ?2, settled_at = NULL
                 WHERE id = ?1 AND state <> 'sent'",
            )?
            .execute((id, At(now)))?;
        self.by_hand(id, now, changed, "retried")
    }

    /// A person gives a message up. A sent one stays sent.
    pub fn drop_delivery(&mut self, id: &str, now: Timestamp) -> Result<()> {
        let changed = self
            .conn
            .prepare_cached(
                "UPDATE delivery SET state = 'dropped', settled_at = ?2
                 WHERE id = ?1 AND state <> 'sent'",
            )?
            .execute((id, At(now)))?;
        self.by_hand(id, now, changed, "dropped")
    }

    fn by_hand(&mut self, id: &str, now: Timestamp, changed: usize, outcome: &str) -> Result<()> {
        if changed == 0 {
            let entry = self.outbox_entry(id)?;
            return Err(StoreError::invalid(
                format!("message `{id}`"),
                format!("it is {} already", entry.state),
            ));
        }
        self.log_attempt(id, now, outcome, "by hand")
    }

    /// An acknowledgement counts whatever a person has done meanwhile; a failure changes only what waits.
    fn attempted(
        &mut self,
        id: &str,
        state: DeliveryState,
        at: Timestamp,
        next_at: Option<Timestamp>,
        outcome: &str,
        note: &str,
    ) -> Result<()> {
        let settled = (state != DeliveryState::Waiting).then_some(At(at));
        let changed = self
            .conn
            .prepare_cached(
                "UPDATE delivery SET state = ?2, attempts = attempts + 1, next_at = ?3,
                    settled_at = ?4, note = ?5
                 WHERE id = ?1 AND (state = 'waiting' OR (?2 = 'sent' AND state <> 'sent'))",
            )?
            .execute((id, state.name(), At(next_at.unwrap_or(at)), settled, note))?;
        if changed == 0 {
            self.outbox_entry(id)?; // an unknown id is an error, a settled message is not
        }
        self.log_attempt(id, at, outcome, note)
    }

    fn log_attempt(&mut self, id: &str, at: Timestamp, outcome: &str, note: &str) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO attempt (delivery, at, outcome, note)
                 SELECT n, ?2, ?3, ?4 FROM delivery WHERE id = ?1",
            )?
            .execute((id, At(at), outcome, note))?;
        Ok(())
    }
}
