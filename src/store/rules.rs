//! The rulebook: facts as configured, what is known of each, and all values they have had.
//!
//! A fact's row is rewritten by the polls of its source; a value, once kept, stays for good. A fact
//! that is no longer configured is retired with its history.

use std::collections::HashSet;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rusqlite::{OptionalExtension as _, Row, params};

use crate::model::{
    ChangeId, Finding, FindingId, KnownValue, RuleFound, RuleRecord, RuleSpec, RuleStep, RuleValue,
    SourceId,
};

use super::codec::{At, Hash, Json, Text, time};
use super::error::{Result, StoreError};
use super::pool::Reader;
use super::sources::SourceNo;
use super::writer::Writer;

const RULE: &str = "SELECT r.name, s.id, r.known_since, r.verified_at, r.looked, r.gone_since,
    r.stale_told_at, r.spec FROM rule r JOIN source s ON s.n = r.source";
const VALUE: &str =
    "SELECT value, since, quote, configured, change FROM rule_value WHERE rule = ?1";

fn value_of(row: &Row<'_>) -> rusqlite::Result<RuleValue> {
    Ok(RuleValue {
        value: row.get(0)?,
        since: row.get::<_, At>(1)?.0,
        quote: row.get(2)?,
        configured: row.get(3)?,
        change: row.get::<_, Option<i64>>(4)?.map(ChangeId),
    })
}

impl Reader {
    /// Facts that are configured, by name; of one source or of all.
    pub fn rules(&self, source: Option<&SourceId>) -> Result<Vec<(RuleSpec, RuleRecord)>> {
        let no = source.map(|source| self.source_no(source)).transpose()?;
        let mut statement = self.conn.prepare_cached(&format!(
            "{RULE} WHERE (?1 IS NULL OR r.source = ?1) AND r.retired_at IS NULL ORDER BY r.name"
        ))?;
        let rows = statement.query_map([no.map(|no| no.0)], |row| self.rule_of(row))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One fact, retired or not.
    pub fn rule(&self, name: &str) -> Result<(RuleSpec, RuleRecord)> {
        self.conn
            .prepare_cached(&format!("{RULE} WHERE r.name = ?1"))?
            .query_row([name], |row| self.rule_of(row))
            .optional()?
            .ok_or_else(|| StoreError::NotFound(format!("rule `{name}`")))
    }

    /// All values that a fact has had, oldest first.
    pub fn rule_values(&self, name: &str) -> Result<Vec<RuleValue>> {
        let mut statement = self
            .conn
            .prepare_cached(&format!("{VALUE} ORDER BY since"))?;
        let rows = statement.query_map([name], value_of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The value of a fact that was in force at a time, as far as was known.
    pub fn rule_value_at(&self, name: &str, at: Timestamp) -> Result<Option<RuleValue>> {
        let sql = format!("{VALUE} AND since <= ?2 ORDER BY since DESC LIMIT 1");
        let mut statement = self.conn.prepare_cached(&sql)?;
        Ok(statement.query_row((name, At(at)), value_of).optional()?)
    }

    /// Hash of the text that a source shows, and why the change that brought it was not told, if so.
    pub fn text_in_force(&self, source: &SourceId) -> Result<Option<(u64, Option<String>)>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT v.hash, c.cosmetic FROM version v LEFT JOIN change c ON c.after = v.id
                 WHERE v.source = ?1 ORDER BY v.at DESC, v.id DESC LIMIT 1",
            )?
            .query_row([self.source_no(source)?.0], |row| {
                Ok((row.get::<_, Hash>(0)?.0, row.get(1)?))
            })
            .optional()?)
    }

    fn rule_of(&self, row: &Row<'_>) -> rusqlite::Result<(RuleSpec, RuleRecord)> {
        let name: String = row.get(0)?;
        let last = format!("{VALUE} ORDER BY since DESC LIMIT 1");
        let current = self
            .conn
            .prepare_cached(&last)?
            .query_row([&name], value_of)
            .optional()?;
        let record = RuleRecord {
            name,
            source: row.get::<_, Text<SourceId>>(1)?.0,
            current,
            known_since: row.get::<_, At>(2)?.0,
            verified_at: time(row.get(3)?),
            looked: row.get::<_, Option<Hash>>(4)?.map(|hash| hash.0),
            gone_since: time(row.get(5)?),
            stale_told_at: time(row.get(6)?),
        };
        Ok((row.get::<_, Json<RuleSpec>>(7)?.0, record))
    }
}

impl Writer {
    /// Makes the rulebook hold exactly these facts. One that is read in another way than before is
    /// looked for again; those no longer configured are retired.
    pub fn sync_rules(&mut self, specs: &[RuleSpec], now: Timestamp) -> Result<()> {
        let known = self.rules(None)?;
        for spec in specs {
            let before = known.iter().find(|(known, _)| known.name == spec.name);
            if before.is_some_and(|(known, _)| known == spec) {
                continue;
            }
            self.sync_rule(spec, now)?;
        }
        let configured: HashSet<&str> = specs.iter().map(|spec| spec.name.as_str()).collect();
        for (spec, _) in known
            .iter()
            .filter(|(s, _)| !configured.contains(s.name.as_str()))
        {
            self.conn
                .prepare_cached("UPDATE rule SET retired_at = ?2 WHERE name = ?1")?
                .execute((&spec.name, At(now)))?;
        }
        Ok(())
    }

    fn sync_rule(&mut self, spec: &RuleSpec, now: Timestamp) -> Result<()> {
        let no = self.source_no(&spec.source)?;
        self.conn
            .prepare_cached(
                "INSERT INTO rule (name, source, spec, known_since) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (name) DO UPDATE SET source = ?2, spec = ?3, looked = NULL,
                    gone_since = NULL, retired_at = NULL",
            )?
            .execute((&spec.name, no.0, Json(spec), At(now)))?;
        let was_read: bool = self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM rule_value WHERE rule = ?1 AND configured = 0)",
            )?
            .query_row([&spec.name], |row| row.get(0))?;
        if was_read {
            return Ok(());
        }
        self.conn
            .prepare_cached("DELETE FROM rule_value WHERE rule = ?1")?
            .execute([&spec.name])?;
        if let Some(initial) = &spec.initial {
            self.put_known_value(&spec.name, initial, now)?;
        }
        Ok(())
    }

    fn put_known_value(&mut self, name: &str, known: &KnownValue, now: Timestamp) -> Result<()> {
        let midnight = |day: Date| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok();
        let since = known.since.and_then(midnight).unwrap_or(now);
        self.put_value(
            name,
            &RuleValue {
                value: known.value.clone(),
                since,
                quote: known.place.clone(),
                configured: true,
                change: None,
            },
        )
    }

    fn put_value(&mut self, name: &str, value: &RuleValue) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO rule_value (rule, since, value, quote, configured, change)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                name,
                At(value.since),
                value.value,
                value.quote,
                value.configured,
                value.change.map(|id| id.0),
            ])?;
        Ok(())
    }

    /// Keeps what a poll found of its source's facts.
    pub(super) fn put_rule_steps(
        &mut self,
        no: SourceNo,
        at: Timestamp,
        steps: &[RuleStep],
        change: Option<ChangeId>,
    ) -> Result<()> {
        for step in steps {
            let found = step.found != RuleFound::Gone;
            let sql = if found {
                "UPDATE rule SET looked = ?3, verified_at = ?4, gone_since = NULL,
                    stale_told_at = NULL WHERE name = ?1 AND source = ?2"
            } else {
                "UPDATE rule SET looked = ?3, gone_since = coalesce(gone_since, ?4)
                 WHERE name = ?1 AND source = ?2"
            };
            let known = self.conn.prepare_cached(sql)?.execute((
                &step.name,
                no.0,
                Hash(step.looked),
                At(at),
            ))?;
            if let RuleFound::New { value, quote } = &step.found
                && known > 0
            {
                self.put_value(
                    &step.name,
                    &RuleValue {
                        value: value.clone(),
                        since: at,
                        quote: Some(quote.clone()),
                        configured: false,
                        change,
                    },
                )?;
            }
        }
        Ok(())
    }

    /// Keeps the finding that a fact is stale, once: `None` when it has been told before.
    pub fn tell_stale(
        &mut self,
        name: &str,
        now: Timestamp,
        finding: &Finding,
    ) -> Result<Option<FindingId>> {
        let marked = self
            .conn
            .prepare_cached(
                "UPDATE rule SET stale_told_at = ?2 WHERE name = ?1 AND stale_told_at IS NULL",
            )?
            .execute((name, At(now)))?;
        if marked == 0 {
            return Ok(None);
        }
        self.add_finding(finding).map(Some)
    }
}
