//! Messages on their way, and what became of them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::model::DeliveryForm;
use crate::store::{Attempt, DeliveryState, OutboxEntry, Store};

use super::QueryError;

/// The outbox at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutboxView {
    /// How many messages stand in each state.
    pub counts: BTreeMap<DeliveryState, u64>,
    /// When the next one is due.
    pub next_at: Option<Timestamp>,
    /// Messages, newest first.
    pub messages: Vec<OutboxEntry>,
}

/// One message with its story and its text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MessageView {
    /// Where it stands.
    #[serde(flatten)]
    pub entry: OutboxEntry,
    /// The receipt log, oldest first.
    pub log: Vec<Attempt>,
    /// The digest it carries.
    pub form: DeliveryForm,
}

/// Messages in one state or in any, newest first.
pub async fn outbox(
    store: &Store,
    state: Option<DeliveryState>,
    limit: usize,
) -> Result<OutboxView, QueryError> {
    let view = store.read(move |reader| {
        Ok(OutboxView {
            counts: reader.outbox_counts()?,
            next_at: reader.next_delivery_at()?,
            messages: reader.outbox(state, limit)?,
        })
    });
    Ok(view.await?)
}

/// One message.
pub async fn message(store: &Store, id: &str) -> Result<MessageView, QueryError> {
    let id = id.to_owned();
    let view = store.read(move |reader| {
        let entry = reader.outbox_entry(&id)?;
        Ok(MessageView {
            log: reader.attempts(&id)?,
            form: reader.digest_form(entry.run)?,
            entry,
        })
    });
    Ok(view.await?)
}
