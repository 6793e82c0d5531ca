//! How the model's values stand in columns: times as UTC milliseconds, hashes as signed integers,
//! lists as JSON, long JSON packed with zstd.
//!
//! These are wrappers for parameters and results, so that a wrong column is an SQLite conversion
//! error that names the column, never a panic.

use std::fmt::Display;
use std::io::Read as _;

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};
use serde::{Serialize, de::DeserializeOwned};

/// Fast and dense enough; see CRATES.md.
pub(super) const ZSTD_LEVEL: i32 = 3;

/// An instant as UTC milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct At(pub(super) Timestamp);

/// A 64-bit hash as the signed integer with the same bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hash(pub(super) u64);

/// Any serde value as JSON text.
pub(super) struct Json<T>(pub(super) T);

/// Any serde value as zstd-packed JSON.
pub(super) struct Packed<T>(pub(super) T);

/// A unit variant by its serde name.
pub(super) struct Name<T>(pub(super) T);

/// A value by its `Display` and `FromStr`.
pub(super) struct Text<T>(pub(super) T);

/// `Option<At>` from an optional instant.
pub(super) fn at(time: Option<Timestamp>) -> Option<At> {
    time.map(At)
}

/// The instant of a column that may be null.
pub(super) fn time(at: Option<At>) -> Option<Timestamp> {
    at.map(|at| at.0)
}

fn wrong(error: impl Display) -> FromSqlError {
    FromSqlError::Other(error.to_string().into())
}

impl ToSql for At {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_millisecond().into())
    }
}

impl FromSql for At {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Timestamp::from_millisecond(value.as_i64()?)
            .map(Self)
            .map_err(wrong)
    }
}

impl ToSql for Hash {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.cast_signed().into())
    }
}

impl FromSql for Hash {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(|bits| Self(bits.cast_unsigned()))
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        serde_json::to_string(&self.0)
            .map(|text| ToSqlOutput::Owned(Value::Text(text)))
            .map_err(failed)
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?)
            .map(Self)
            .map_err(wrong)
    }
}

impl<T: Serialize> ToSql for Packed<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let json = serde_json::to_vec(&self.0).map_err(failed)?;
        zstd::bulk::compress(&json, ZSTD_LEVEL)
            .map(|data| ToSqlOutput::Owned(Value::Blob(data)))
            .map_err(failed)
    }
}

impl<T: DeserializeOwned> FromSql for Packed<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let mut json = Vec::new();
        zstd::Decoder::new(value.as_blob()?)
            .and_then(|mut decoder| decoder.read_to_end(&mut json))
            .map_err(wrong)?;
        serde_json::from_slice(&json).map(Self).map_err(wrong)
    }
}

impl<T: Serialize> ToSql for Name<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match serde_json::to_value(&self.0).map_err(failed)? {
            serde_json::Value::String(name) => Ok(ToSqlOutput::Owned(Value::Text(name))),
            other => Err(failed(std::io::Error::other(format!(
                "{other} is not a name"
            )))),
        }
    }
}

impl<T: DeserializeOwned> FromSql for Name<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_value(value.as_str()?.into())
            .map(Self)
            .map_err(wrong)
    }
}

impl<T: Display> ToSql for Text<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(Value::Text(self.0.to_string())))
    }
}

impl<T: std::str::FromStr<Err: Display>> FromSql for Text<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(wrong)
    }
}
