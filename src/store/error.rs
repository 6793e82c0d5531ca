//! What can go wrong in the store, told with the place and the remedy.
//!
//! Inside the store an SQLite error travels as [`StoreError::Sql`] by `?`; at the border it is
//! given its class and the database's path (`StoreError::at`), so that nothing above needs to know SQLite.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::ErrorCode;

/// Shorthand within the store.
pub(super) type Result<T> = std::result::Result<T, StoreError>;

/// Why the store did not do what it was asked. Cheap to clone: one failed commit answers many callers.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// No space left. What was stored stays; the write may be tried again.
    #[error(
        "no space left while writing {}; nothing stored is lost: free some space and the next write goes through",
        path.display()
    )]
    DiskFull {
        /// The database.
        path: PathBuf,
    },
    /// The disk refused a read or write for another reason than space (quota, hardware, network mount).
    #[error(
        "the disk under {} refused ({detail}); nothing stored is lost: see to the disk, its quota and its mount",
        path.display()
    )]
    Io {
        /// The database.
        path: PathBuf,
        /// SQLite's word.
        detail: String,
    },
    /// The file is damaged or is not a database at all.
    #[error(
        "{} is damaged or no SQLite database ({detail}); restore a backup, or move the file away to begin anew",
        path.display()
    )]
    Corrupt {
        /// The database.
        path: PathBuf,
        /// SQLite's word.
        detail: String,
    },
    /// Written by a newer program.
    #[error(
        "{} was written by a newer tidewatch (schema {found}, this one knows up to {known}); install that version or a later one",
        path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The latest that this program knows.
        known: i64,
    },
    /// Written by an older program and opened for reading only, so that it cannot be migrated.
    #[error(
        "{} has the schema of an older tidewatch ({found}, this one needs {known}); `tidewatch run` brings it up to date",
        path.display()
    )]
    Older {
        /// The database.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The one needed.
        known: i64,
    },
    /// An SQLite database of some other program.
    #[error("{} is a database of another program; choose another path", path.display())]
    Foreign {
        /// The database.
        path: PathBuf,
    },
    /// Another process holds the write lock for longer than we wait.
    #[error("{} is held by another program; try again, or see who has it open", path.display())]
    Busy {
        /// The database.
        path: PathBuf,
    },
    /// Another tidewatch runs on the same database.
    #[error(
        "another tidewatch{} already runs on {}; stop it first, or choose another database",
        pid.map(|pid| format!(" (process {pid})")).unwrap_or_default(),
        path.display()
    )]
    Locked {
        /// The database.
        path: PathBuf,
        /// The other process, if it wrote its number.
        pid: Option<u32>,
    },
    /// There is no database yet.
    #[error("{} does not exist yet; `tidewatch run` or `tidewatch poll` makes it", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file or its directory cannot be opened or made.
    #[error("{} cannot be opened: {reason}", path.display())]
    Open {
        /// The database, its directory or its lock file.
        path: PathBuf,
        /// The system's word.
        reason: String,
    },
    /// A write on a store opened for reading.
    #[error("{} is opened for reading only", path.display())]
    ReadOnly {
        /// The database.
        path: PathBuf,
    },
    /// The store is closing, or its writer has died of a panic.
    #[error("the store is closed")]
    Closed,
    /// A source that was never configured.
    #[error("no source `{0}` is known; `tidewatch sources list` shows them")]
    UnknownSource(String),
    /// A row that is not there.
    #[error("there is no {0}")]
    NotFound(String),
    /// A row that cannot be understood, or a write that contradicts itself.
    #[error("{what}: {reason}")]
    Invalid {
        /// Which row or write.
        what: String,
        /// What is wrong.
        reason: String,
    },
    /// Anything else that SQLite says.
    #[error("database: {0}")]
    Sql(Arc<rusqlite::Error>),
}

impl StoreError {
    /// May the same call succeed later without anyone changing the program or its configuration?
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::DiskFull { .. } | Self::Io { .. } | Self::Busy { .. }
        )
    }

    /// An error about one row or write.
    pub(super) fn invalid(what: impl Into<String>, reason: impl std::fmt::Display) -> Self {
        Self::Invalid {
            what: what.into(),
            reason: reason.to_string(),
        }
    }

    /// Gives an SQLite error its class and place.
    pub(super) fn at(self, path: &Path) -> Self {
        let Self::Sql(cause) = &self else { return self };
        let path = path.to_owned();
        match cause.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull { path },
            Some(ErrorCode::SystemIoFailure) => Self::Io {
                path,
                detail: cause.to_string(),
            },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt {
                path,
                detail: cause.to_string(),
            },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Self::Open {
                path,
                reason: cause.to_string(),
            },
            Some(ErrorCode::ReadOnly) => Self::ReadOnly { path },
            _ => self,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(Arc::new(error))
    }
}
