//! What a stage must remember between runs, by name: one value each, rewritten whole.

use rusqlite::OptionalExtension as _;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::Result;
use super::pool::Reader;
use super::writer::Writer;

impl Reader {
    /// What was last remembered under a name.
    pub fn memo(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT value FROM memo WHERE name = ?1")?;
        let packed: Option<Vec<u8>> = statement.query_row([name], |row| row.get(0)).optional()?;
        Ok(packed)
    }

    /// The same as a value; what cannot be read, such as of another version, was never remembered.
    pub fn recall<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let memo = self.memo(name)?;
        Ok(memo.and_then(|json| serde_json::from_slice(&json).ok()))
    }
}

impl Writer {
    /// Remembers a value under a name, in place of the one before.
    pub fn set_memo(&mut self, name: &str, value: &[u8]) -> Result<()> {
        let sql = "INSERT INTO memo (name, value) VALUES (?1, ?2)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.conn.prepare_cached(sql)?.execute((name, value))?;
        Ok(())
    }

    /// The same of a value, to be had back by [`Reader::recall`].
    pub fn remember<T: Serialize>(&mut self, name: &str, value: &T) -> Result<()> {
        self.set_memo(name, &serde_json::to_vec(value).unwrap_or_default())
    }

    /// Forgets what was remembered under names that begin so.
    pub fn drop_memos(&mut self, prefix: &str) -> Result<()> {
        let sql = "DELETE FROM memo WHERE substr(name, 1, length(?1)) = ?1";
        self.conn.prepare_cached(sql)?.execute([prefix])?;
        Ok(())
    }
}
