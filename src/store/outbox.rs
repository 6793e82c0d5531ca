//! The outbox: messages wait here until they are acknowledged, given up or dropped by hand.
//!
//! For each channel and recipient only the oldest waiting message is ever due, so order holds, and a
//! channel that is down keeps nobody else waiting. A parked message no longer blocks those behind it;
//! it waits for a person to retry or drop it. Only the holder of the instance lock sends; what became
//! of it is written by `deliveries`.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{OptionalExtension as _, Row};
use serde::Serialize;

use crate::model::{Delivery, DigestRunId};

use super::codec::{At, Packed, time};
use super::error::{Result, StoreError};
use super::pool::Reader;

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Will be tried, or tried again.
    Waiting,
    /// Acknowledged.
    Sent,
    /// Given up until a person retries or drops it.
    Parked,
    /// Dropped by a person.
    Dropped,
}

impl DeliveryState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Parked, Self::Dropped];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Parked => "parked",
            Self::Dropped => "dropped",
        }
    }
}

impl fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromSql for DeliveryState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = value.as_str()?;
        Self::ALL
            .into_iter()
            .find(|state| state.name() == name)
            .ok_or(FromSqlError::InvalidType)
    }
}

/// A message in the outbox, without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutboxEntry {
    /// Stable id.
    pub id: String,
    /// The digest it carries.
    pub run: DigestRunId,
    /// Name of the digest.
    pub digest: String,
    /// Channel.
    pub channel: String,
    /// Recipient, or empty.
    pub recipient: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// When it was made.
    pub created_at: Timestamp,
    /// Attempts made.
    pub attempts: u32,
    /// When it is tried next, while it waits.
    pub next_at: Option<Timestamp>,
    /// When it was sent, parked or dropped.
    pub settled_at: Option<Timestamp>,
    /// Receipt, or last error.
    pub note: Option<String>,
}

/// One line of the receipt log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// `part`, `sent`, `failed`, `parked`, `retried` or `dropped`.
    pub outcome: String,
    /// Receipt or error.
    pub note: String,
}

pub(super) const ENTRY: &str =
    "SELECT d.id, d.run, r.digest, d.channel, d.recipient, d.state, d.created_at,
    d.attempts, d.next_at, d.settled_at, d.note FROM delivery d JOIN digest_run r ON r.id = d.run";

pub(super) fn entry_of(row: &Row<'_>) -> rusqlite::Result<OutboxEntry> {
    let state: DeliveryState = row.get(5)?;
    Ok(OutboxEntry {
        id: row.get(0)?,
        run: DigestRunId(row.get(1)?),
        digest: row.get(2)?,
        channel: row.get(3)?,
        recipient: row.get(4)?,
        state,
        created_at: row.get::<_, At>(6)?.0,
        attempts: row.get(7)?,
        next_at: time(row.get(8)?).filter(|_| state == DeliveryState::Waiting),
        settled_at: time(row.get(9)?),
        note: row.get(10)?,
    })
}

/// Oldest waiting message of each channel and recipient.
const HEADS: &str =
    "(SELECT min(n) AS n FROM delivery WHERE state = 'waiting' GROUP BY channel, recipient)";

impl Reader {
    /// Messages to send now, at most one for each channel and recipient.
    pub fn due_deliveries(&self, now: Timestamp, limit: usize) -> Result<Vec<Delivery>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT d.id, d.run, r.digest, d.channel, d.recipient, d.created_at, d.attempts, r.form, d.parts
             FROM {HEADS} h JOIN delivery d ON d.n = h.n JOIN digest_run r ON r.id = d.run
             WHERE d.next_at <= ?1 ORDER BY d.next_at, d.n LIMIT ?2"
        ))?;
        let rows = statement.query_map((At(now), limit), delivery_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// When the next message is due; `None` when none waits.
    pub fn next_delivery_at(&self) -> Result<Option<Timestamp>> {
        let next = self
            .conn
            .prepare_cached(&format!(
                "SELECT min(d.next_at) FROM {HEADS} h JOIN delivery d ON d.n = h.n"
            ))?
            .query_row([], |row| row.get(0))?;
        Ok(time(next))
    }

    /// One message with its text.
    pub fn delivery(&self, id: &str) -> Result<Delivery> {
        self.conn
            .prepare_cached(
                "SELECT d.id, d.run, r.digest, d.channel, d.recipient, d.created_at, d.attempts,
                    r.form, d.parts
                 FROM delivery d JOIN digest_run r ON r.id = d.run WHERE d.id = ?1",
            )?
            .query_row([id], delivery_of)
            .optional()?
            .ok_or_else(|| no_message(id))
    }

    /// One message without its text.
    pub fn outbox_entry(&self, id: &str) -> Result<OutboxEntry> {
        self.conn
            .prepare_cached(&format!("{ENTRY} WHERE d.id = ?1"))?
            .query_row([id], entry_of)
            .optional()?
            .ok_or_else(|| no_message(id))
    }

    /// Messages in one state or in any, newest first.
    pub fn outbox(&self, state: Option<DeliveryState>, limit: usize) -> Result<Vec<OutboxEntry>> {
        Ok(match state {
            Some(state) => self
                .conn
                .prepare_cached(&format!(
                    "{ENTRY} WHERE d.state = ?1 ORDER BY d.n DESC LIMIT ?2"
                ))?
                .query_map((state.name(), limit), entry_of)?
                .collect::<rusqlite::Result<_>>()?,
            None => self
                .conn
                .prepare_cached(&format!("{ENTRY} ORDER BY d.n DESC LIMIT ?1"))?
                .query_map([limit], entry_of)?
                .collect::<rusqlite::Result<_>>()?,
        })
    }

    /// The receipt log of a message, oldest first.
    pub fn attempts(&self, id: &str) -> Result<Vec<Attempt>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT a.at, a.outcome, a.note FROM attempt a JOIN delivery d ON d.n = a.delivery
             WHERE d.id = ?1 ORDER BY a.id",
        )?;
        let rows = statement.query_map([id], |row| {
            Ok(Attempt {
                at: row.get::<_, At>(0)?.0,
                outcome: row.get(1)?,
                note: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many messages stand in each state.
    pub fn outbox_counts(&self) -> Result<BTreeMap<DeliveryState, u64>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT state, n FROM delivery_count")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn delivery_of(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        id: row.get(0)?,
        digest: DigestRunId(row.get(1)?),
        digest_name: row.get(2)?,
        channel: row.get(3)?,
        recipient: row.get(4)?,
        created_at: row.get::<_, At>(5)?.0,
        attempts: row.get(6)?,
        form: row.get::<_, Packed<_>>(7)?.0,
        parts: row.get(8)?,
    })
}

fn no_message(id: &str) -> StoreError {
    StoreError::NotFound(format!("message `{id}` in the outbox"))
}
