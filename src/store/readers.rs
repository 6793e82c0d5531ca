//! What readers say: mutes, and votes on what they were told.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;

use crate::model::{Finding, FindingId, Mute, Verb};

use super::codec::{At, Json, at};
use super::error::{Result, StoreError};
use super::pool::Reader;
use super::writer::Writer;

/// A mute as it was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredMute {
    /// Its number.
    pub id: MuteId,
    /// When it was said.
    pub made_at: Timestamp,
    /// What it mutes.
    pub mute: Mute,
}

/// A mute's number, shown as `m3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct MuteId(pub i64);

impl fmt::Display for MuteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("m{}", self.0))
    }
}

impl FromStr for MuteId {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let number = text.strip_prefix('m').unwrap_or(text).parse();
        number
            .map(Self)
            .map_err(|_| format!("`{text}` is no mute; expected a number, or `m` and a number"))
    }
}

/// An audience's word on a finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Vote {
    /// Whose.
    pub audience: String,
    /// On what.
    pub id: FindingId,
    /// The word.
    pub verb: Verb,
    /// When.
    pub at: Timestamp,
    /// `web` or `cli`.
    pub way: String,
    /// The finding.
    pub finding: Finding,
}

impl Reader {
    /// Mutes that are in force at `now`, oldest first.
    pub fn mutes(&self, now: Timestamp) -> Result<Vec<StoredMute>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, made_at, mute FROM mute
             WHERE ended_at IS NULL AND (until IS NULL OR until > ?1) ORDER BY id",
        )?;
        let rows = statement.query_map([At(now)], |row| {
            Ok(StoredMute {
                id: MuteId(row.get(0)?),
                made_at: row.get::<_, At>(1)?.0,
                mute: row.get::<_, Json<Mute>>(2)?.0,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// An audience's votes since an instant, newest first.
    pub fn votes(
        &self,
        audience: Option<&str>,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<Vote>> {
        let audience_is = if audience.is_some() {
            "v.audience = ?1"
        } else {
            "?1 IS NULL"
        };
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT v.audience, v.finding, v.verb, v.at, v.way, f.finding
             FROM vote v JOIN finding f ON f.id = v.finding
             WHERE {audience_is} AND v.at >= ?2 ORDER BY v.at DESC, v.finding DESC LIMIT ?3"
        ))?;
        let rows = statement.query_map(params![audience, At(since), limit], |row| {
            let verb: String = row.get(2)?;
            Ok(Vote {
                audience: row.get(0)?,
                id: FindingId(row.get(1)?),
                verb: verb.parse().unwrap_or(Verb::Up),
                at: row.get::<_, At>(3)?.0,
                way: row.get(4)?,
                finding: row.get::<_, Json<Finding>>(5)?.0,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// An audience's word on a finding, if it has said one.
    pub fn vote(&self, audience: &str, finding: FindingId) -> Result<Option<(Verb, Timestamp)>> {
        let found: Option<(String, At)> = self
            .conn
            .prepare_cached("SELECT verb, at FROM vote WHERE audience = ?1 AND finding = ?2")?
            .query_row((audience, finding.0), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(found.and_then(|(verb, at)| Some((verb.parse().ok()?, at.0))))
    }
}

impl Writer {
    /// Keeps a mute; one of the same `origin` that is in force is left as it is.
    pub fn add_mute(
        &mut self,
        mute: &Mute,
        origin: Option<&str>,
        now: Timestamp,
    ) -> Result<MuteId> {
        self.conn
            .prepare_cached(
                "INSERT INTO mute (made_at, until, origin, mute) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (origin) DO UPDATE SET ended_at = NULL,
                     until = excluded.until, mute = excluded.mute",
            )?
            .execute(params![At(now), at(mute.until), origin, Json(mute)])?;
        let id = match origin {
            None => self.conn.last_insert_rowid(),
            Some(origin) => self
                .conn
                .prepare_cached("SELECT id FROM mute WHERE origin = ?1")?
                .query_row([origin], |row| row.get(0))?,
        };
        Ok(MuteId(id))
    }

    /// Takes a mute back.
    pub fn end_mute(&mut self, id: MuteId, now: Timestamp) -> Result<()> {
        let ended = self
            .conn
            .prepare_cached("UPDATE mute SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL")?
            .execute((id.0, At(now)))?;
        if ended == 0 {
            return Err(StoreError::NotFound(format!("mute {id} in force")));
        }
        Ok(())
    }

    /// Takes back the mute of an origin, if there is one in force.
    pub fn end_mute_of(&mut self, origin: &str, now: Timestamp) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE mute SET ended_at = ?2 WHERE origin = ?1 AND ended_at IS NULL")?
            .execute((origin, At(now)))?;
        Ok(())
    }

    /// Writes down an audience's word on a finding, in place of its earlier one.
    pub fn put_vote(
        &mut self,
        audience: &str,
        finding: FindingId,
        verb: Verb,
        way: &str,
        now: Timestamp,
    ) -> Result<()> {
        self.finding(finding)?;
        self.conn
            .prepare_cached(
                "INSERT INTO vote (audience, finding, at, verb, way) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (audience, finding) DO UPDATE SET at = excluded.at,
                     verb = excluded.verb, way = excluded.way WHERE verb <> excluded.verb",
            )?
            .execute((audience, finding.0, At(now), verb.name(), way))?;
        Ok(())
    }
}
