//! The readers: a few read-only connections, used on blocking threads only.
//!
//! Each call sees one consistent moment of the database, however many statements it makes and
//! whatever is written meanwhile.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use super::error::{Result, StoreError};

/// Longest wait for another process's lock.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Statements kept prepared per connection; more than the store has.
const STATEMENTS: usize = 128;

/// What can be asked of the store. Methods are in the files named after what they answer.
pub struct Reader {
    pub(super) conn: Connection,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

pub(super) struct Pool {
    path: PathBuf,
    /// Nobody can write to the file, so its WAL index need not be made.
    immutable: bool,
    size: u32,
    permits: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Reader>>>,
}

impl Pool {
    pub(super) fn new(path: &Path, immutable: bool) -> Self {
        let readers = std::thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 8));
        let size = readers as u32;
        Self {
            path: path.to_owned(),
            immutable,
            size,
            permits: Arc::new(Semaphore::new(readers)),
            idle: Arc::default(),
        }
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Reader) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Closed)?;
        let (path, immutable, idle) = (self.path.clone(), self.immutable, Arc::clone(&self.idle));
        let work = move || {
            let _permit = permit;
            let pop = || idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let reader = match pop() {
                Some(reader) => reader,
                None => open_reader(&path, immutable)?,
            };
            let answer = read_in(&reader, f).map_err(|error| error.at(&path));
            if reader.conn.is_autocommit() {
                idle.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(reader);
            }
            answer
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(answer) => answer,
            Err(stopped) if stopped.is_panic() => std::panic::resume_unwind(stopped.into_panic()),
            Err(_) => Err(StoreError::Closed),
        }
    }

    /// Refuses further reads and closes what is idle, once those under way have ended.
    pub(super) async fn close(&self) {
        let all = self.permits.acquire_many(self.size).await;
        self.permits.close();
        drop(all);
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

/// Opens a read-only connection.
pub(super) fn open_reader(path: &Path, immutable: bool) -> Result<Reader> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = if immutable {
        flags |= OpenFlags::SQLITE_OPEN_URI;
        let url = url::Url::from_file_path(path).map_err(|()| StoreError::Open {
            path: path.to_owned(),
            reason: "the path is not absolute".to_owned(),
        })?;
        Connection::open_with_flags(format!("{url}?immutable=1"), flags)
    } else {
        Connection::open_with_flags(path, flags)
    }
    .map_err(|error| StoreError::from(error).at(path))?;
    prepare(&conn).map_err(|error| StoreError::from(error).at(path))?;
    Ok(Reader { conn })
}

/// What every connection needs.
pub(super) fn prepare(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(PATIENCE)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.pragma_update(None, "foreign_keys", true)
}

fn read_in<T>(reader: &Reader, f: impl FnOnce(&Reader) -> Result<T>) -> Result<T> {
    let tx = reader.conn.unchecked_transaction()?;
    let answer = f(reader);
    tx.finish()?;
    answer
}
