//! Sources as configured, and what is remembered of each between polls.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};
use serde::Serialize;

use crate::model::{Role, Source, SourceId, SourceState};

use super::codec::{At, Json, Name, Text, at, time};
use super::error::{Result, StoreError};
use super::pool::Reader;
use super::writer::Writer;

/// A source's row number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SourceNo(pub(super) i64);

/// A source as the database knows it, configured or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredSource {
    /// Name.
    pub id: SourceId,
    /// Reader's name.
    pub kind: String,
    /// Configured URL.
    pub url: String,
    /// Name for people.
    pub title: String,
    /// Whom it speaks for.
    pub owner: String,
    /// How far it is believed.
    pub role: Role,
    /// Platform it is about.
    pub platform: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// Labels.
    pub tags: Vec<String>,
    /// Document of which it is a part.
    pub document: Option<String>,
    /// Is it polled?
    pub enabled: bool,
    /// Since when it is no longer configured; its history stays.
    pub retired_at: Option<Timestamp>,
    /// How much is kept of it.
    pub counts: Counts,
}

/// How much is kept of a source, or of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Raw bodies.
    pub snapshots: u64,
    /// Readable texts.
    pub versions: u64,
    /// Differences between texts.
    pub changes: u64,
    /// Items.
    pub items: u64,
    /// Findings.
    pub findings: u64,
}

const STATE: &str = "SELECT s.id, s.known_since, t.last_poll_at, t.last_outcome, t.last_message,
    t.last_ok_at, t.last_change_at, t.failures, t.next_poll_at, t.validators, t.moved_to,
    t.retry_after, t.hints, t.seen
    FROM source s JOIN source_state t ON t.source = s.n";

fn state_of(row: &Row<'_>) -> rusqlite::Result<SourceState> {
    Ok(SourceState {
        source: row.get::<_, Text<SourceId>>(0)?.0,
        known_since: row.get::<_, At>(1)?.0,
        last_poll_at: time(row.get(2)?),
        last_outcome: row.get(3)?,
        last_message: row.get(4)?,
        last_ok_at: time(row.get(5)?),
        last_change_at: time(row.get(6)?),
        failures: row.get(7)?,
        next_poll_at: time(row.get(8)?),
        validators: or_default(row.get(9)?),
        moved_to: row.get::<_, Option<Text<url::Url>>>(10)?.map(|url| url.0),
        retry_after: row
            .get::<_, Option<i64>>(11)?
            .map(|ms| Duration::from_millis(ms.max(0) as u64)),
        hints: or_default(row.get(12)?),
        seen: row.get(13)?,
    })
}

fn or_default<T: Default>(stored: Option<Json<T>>) -> T {
    stored.map(|json| json.0).unwrap_or_default()
}

impl Reader {
    /// States of all configured sources, by id. Retired ones are left out.
    pub fn states(&self) -> Result<Vec<SourceState>> {
        let mut statement = self
            .conn
            .prepare_cached(&format!("{STATE} WHERE s.retired_at IS NULL ORDER BY s.id"))?;
        let rows = statement.query_map([], state_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// State of one source, retired or not.
    pub fn state(&self, source: &SourceId) -> Result<SourceState> {
        self.conn
            .prepare_cached(&format!("{STATE} WHERE s.id = ?1"))?
            .query_row([source.as_str()], state_of)
            .optional()?
            .ok_or_else(|| StoreError::UnknownSource(source.to_string()))
    }

    /// All sources ever configured, by id.
    pub fn sources(&self) -> Result<Vec<StoredSource>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT s.id, s.kind, s.url, s.title, s.owner, s.role, s.platform, s.language, s.tags,
                s.document, s.enabled, s.retired_at,
                t.snapshots, t.versions, t.changes, t.items, t.findings
             FROM source s JOIN source_state t ON t.source = s.n ORDER BY s.id",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(StoredSource {
                id: row.get::<_, Text<SourceId>>(0)?.0,
                kind: row.get(1)?,
                url: row.get(2)?,
                title: row.get(3)?,
                owner: row.get(4)?,
                role: row.get::<_, Name<_>>(5)?.0,
                platform: row.get(6)?,
                language: row.get(7)?,
                tags: row.get::<_, Json<_>>(8)?.0,
                document: row.get(9)?,
                enabled: row.get(10)?,
                retired_at: time(row.get(11)?),
                counts: Counts {
                    snapshots: row.get(12)?,
                    versions: row.get(13)?,
                    changes: row.get(14)?,
                    items: row.get(15)?,
                    findings: row.get(16)?,
                },
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// A source's row number.
    pub(super) fn source_no(&self, source: &SourceId) -> Result<SourceNo> {
        self.conn
            .prepare_cached("SELECT n FROM source WHERE id = ?1")?
            .query_row([source.as_str()], |row| row.get(0).map(SourceNo))
            .optional()?
            .ok_or_else(|| StoreError::UnknownSource(source.to_string()))
    }
}

impl Writer {
    /// Makes the database know exactly these sources: new ones begin, changed ones are updated, those
    /// no longer configured are retired with their history kept. Where the URL changed, validators and
    /// the remembered move are forgotten, for they spoke of another resource.
    pub fn sync_sources(&mut self, sources: &[Arc<Source>], now: Timestamp) -> Result<()> {
        let configured: HashSet<&str> = sources.iter().map(|source| source.id.as_str()).collect();
        for source in sources {
            self.sync_source(source, now)?;
        }
        for known in self.sources()? {
            if known.retired_at.is_none() && !configured.contains(known.id.as_str()) {
                self.conn
                    .prepare_cached("UPDATE source SET retired_at = ?2 WHERE id = ?1")?
                    .execute((known.id.as_str(), At(now)))?;
            }
        }
        Ok(())
    }

    fn sync_source(&mut self, source: &Source, now: Timestamp) -> Result<()> {
        let former: Option<String> = self
            .conn
            .prepare_cached("SELECT url FROM source WHERE id = ?1")?
            .query_row([source.id.as_str()], |row| row.get(0))
            .optional()?;
        self.conn
            .prepare_cached(
                "INSERT INTO source (id, kind, url, title, owner, role, platform, language, tags,
                    document, enabled, known_since)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                 ON CONFLICT (id) DO UPDATE SET kind = ?2, url = ?3, title = ?4, owner = ?5, role = ?6,
                    platform = ?7, language = ?8, tags = ?9, document = ?10, enabled = ?11,
                    retired_at = NULL",
            )?
            .execute(params![
                source.id.as_str(),
                source.kind.as_str(),
                source.url.as_str(),
                source.title,
                source.owner,
                Name(source.role),
                source.platform,
                source.language,
                Json(&source.tags),
                source.document,
                source.enabled,
                At(now),
            ])?;
        let no = self.source_no(&source.id)?;
        match former {
            None => {
                self.conn
                    .prepare_cached("INSERT INTO source_state (source) VALUES (?1)")?
                    .execute([no.0])?;
            }
            Some(url) if url != source.url.as_str() => {
                self.conn
                    .prepare_cached(
                        "UPDATE source_state SET validators = NULL, moved_to = NULL
                         WHERE source = ?1",
                    )?
                    .execute([no.0])?;
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// Plans a source's next poll.
    pub fn set_next_poll(&mut self, source: &SourceId, next: Timestamp) -> Result<()> {
        let no = self.source_no(source)?;
        self.conn
            .prepare_cached("UPDATE source_state SET next_poll_at = ?2 WHERE source = ?1")?
            .execute((no.0, At(next)))?;
        Ok(())
    }

    /// Keeps what a poll learned. If the source was given another URL while the poll was under way,
    /// validators and move are not kept: they speak of the former URL.
    pub(super) fn save_state(
        &mut self,
        no: SourceNo,
        state: &SourceState,
        polled: &url::Url,
    ) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE source_state SET last_poll_at = ?2, last_outcome = ?3, last_message = ?4,
                    last_ok_at = ?5, last_change_at = ?6, failures = ?7, next_poll_at = ?8,
                    retry_after = ?9, hints = ?10, seen = ?11
                 WHERE source = ?1",
            )?
            .execute(params![
                no.0,
                at(state.last_poll_at),
                state.last_outcome,
                state.last_message,
                at(state.last_ok_at),
                at(state.last_change_at),
                state.failures,
                at(state.next_poll_at),
                state.retry_after.map(|wait| wait.as_millis() as i64),
                Json(&state.hints),
                state.seen,
            ])?;
        self.conn
            .prepare_cached(
                "UPDATE source_state SET validators = ?2, moved_to = ?3
                 WHERE source = ?1 AND EXISTS (SELECT 1 FROM source WHERE n = ?1 AND url = ?4)",
            )?
            .execute(params![
                no.0,
                Json(&state.validators),
                state.moved_to.as_ref().map(url::Url::as_str),
                polled.as_str(),
            ])?;
        Ok(())
    }

    /// Adds to a source's counts.
    pub(super) fn count(&mut self, no: SourceNo, more: Counts) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE source_state SET snapshots = snapshots + ?2, versions = versions + ?3,
                    changes = changes + ?4, items = items + ?5, findings = findings + ?6
                 WHERE source = ?1",
            )?
            .execute((
                no.0,
                more.snapshots,
                more.versions,
                more.changes,
                more.items,
                more.findings,
            ))?;
        Ok(())
    }
}
