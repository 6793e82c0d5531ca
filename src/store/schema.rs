//! The schema and how a database comes to it.
//!
//! Each migration is one numbered file that is never edited once released; `user_version` counts
//! those applied. `application_id` marks the file as ours, so that a wrong path cannot fill another
//! program's database with our tables.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::error::{Result, StoreError};

/// Append only: what is released is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_spine.sql"),
    include_str!("migrations/0002_readers.sql"),
    include_str!("migrations/0003_lookups.sql"),
];

/// "tide" in ASCII.
const APPLICATION_ID: i64 = 0x7469_6465;

/// The schema version that this program writes.
pub(super) const CURRENT: i64 = MIGRATIONS.len().cast_signed() as i64;

/// Brings a database up to [`CURRENT`]. Safe against another process doing the same.
pub(super) fn migrate(conn: &mut Connection, path: &Path) -> Result<()> {
    migrate_to(CURRENT, conn, path)
}

/// Brings a database up to a version. Any but the current one is for tests of migrations.
pub(super) fn migrate_to(version: i64, conn: &mut Connection, path: &Path) -> Result<()> {
    if check(conn, path)? >= version {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // looked at again under the lock
    let found = check(&tx, path)?;
    for (sql, number) in MIGRATIONS.iter().zip(1..=version) {
        if number > found {
            tx.execute_batch(sql)?;
            tx.pragma_update(None, "user_version", number)?;
        }
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.commit()?;
    Ok(())
}

/// Refuses what is not ours or too new; returns the version found.
fn check(conn: &Connection, path: &Path) -> Result<i64> {
    let number = |name| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let found = number("user_version")?;
    let ours = number("application_id")? == APPLICATION_ID;
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if !ours && (tables > 0 || found != 0) {
        return Err(StoreError::Foreign {
            path: path.to_owned(),
        });
    }
    if found > CURRENT {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known: CURRENT,
        });
    }
    Ok(found)
}

/// Refuses another program's database or a newer one before anything touches it.
pub(super) fn require_ours(conn: &Connection, path: &Path) -> Result<()> {
    check(conn, path).map(drop)
}

/// For readers, which cannot migrate: the version must be exactly ours.
pub(super) fn require_current(conn: &Connection, path: &Path) -> Result<()> {
    let found = check(conn, path)?;
    if found < CURRENT {
        return Err(StoreError::Older {
            path: path.to_owned(),
            found,
            known: CURRENT,
        });
    }
    Ok(())
}
