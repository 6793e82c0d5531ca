//! Channels that do not take messages: from the first failure until the next success.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::model::ChannelTrouble;

use super::codec::{At, at, time};
use super::error::Result;
use super::pool::Reader;
use super::writer::Writer;

const TROUBLE: &str =
    "SELECT channel, recipient, since, last_at, failures, parked, why, told_at, via
    FROM channel_trouble";

fn trouble_of(row: &Row<'_>) -> rusqlite::Result<ChannelTrouble> {
    Ok(ChannelTrouble {
        channel: row.get(0)?,
        recipient: row.get(1)?,
        since: row.get::<_, At>(2)?.0,
        last_at: row.get::<_, At>(3)?.0,
        failures: row.get(4)?,
        parked: row.get(5)?,
        why: row.get(6)?,
        told_at: time(row.get(7)?),
        via: row.get(8)?,
    })
}

impl Reader {
    /// Channels and recipients in trouble, the longest first.
    pub fn troubles(&self) -> Result<Vec<ChannelTrouble>> {
        let mut statement = self
            .conn
            .prepare_cached(&format!("{TROUBLE} ORDER BY since, channel, recipient"))?;
        let rows = statement.query_map([], trouble_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Parked messages of a channel, oldest first.
    pub fn parked_on(&self, channel: &str) -> Result<Vec<String>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id FROM delivery WHERE state = 'parked' AND channel = ?1 ORDER BY n",
        )?;
        let rows = statement.query_map([channel], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer {
    /// An attempt failed, and `parked` says whether its message was given up.
    pub fn channel_fails(
        &mut self,
        channel: &str,
        recipient: &str,
        now: Timestamp,
        why: &str,
        parked: bool,
    ) -> Result<ChannelTrouble> {
        self.conn
            .prepare_cached(
                "INSERT INTO channel_trouble (channel, recipient, since, last_at, failures, parked, why)
                 VALUES (?1, ?2, ?3, ?3, 1, ?4, ?5)
                 ON CONFLICT (channel, recipient) DO UPDATE SET last_at = excluded.last_at,
                     failures = failures + 1, parked = parked + excluded.parked, why = excluded.why",
            )?
            .execute(params![channel, recipient, At(now), i64::from(parked), why])?;
        let mut statement = self
            .conn
            .prepare_cached(&format!("{TROUBLE} WHERE channel = ?1 AND recipient = ?2"))?;
        Ok(statement.query_row((channel, recipient), trouble_of)?)
    }

    /// An attempt succeeded: the trouble that this ends, if there was any.
    pub fn channel_works(
        &mut self,
        channel: &str,
        recipient: &str,
    ) -> Result<Option<ChannelTrouble>> {
        let trouble = self
            .conn
            .prepare_cached(&format!("{TROUBLE} WHERE channel = ?1 AND recipient = ?2"))?
            .query_row((channel, recipient), trouble_of)
            .optional()?;
        if trouble.is_some() {
            self.conn
                .prepare_cached(
                    "DELETE FROM channel_trouble WHERE channel = ?1 AND recipient = ?2",
                )?
                .execute((channel, recipient))?;
        }
        Ok(trouble)
    }

    /// A person was told of a trouble, by another channel.
    pub fn trouble_told(
        &mut self,
        trouble: &ChannelTrouble,
        now: Timestamp,
        via: &str,
    ) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE channel_trouble SET told_at = ?3, via = ?4
                 WHERE channel = ?1 AND recipient = ?2",
            )?
            .execute(params![
                trouble.channel,
                trouble.recipient,
                at(Some(now)),
                via
            ])?;
        Ok(())
    }
}
