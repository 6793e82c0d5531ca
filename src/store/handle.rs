//! The handle on the store: opens and closes it, and takes work to the right thread.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::{mpsc, oneshot};

use super::error::{Result, StoreError};
use super::lock::{self, Holder, InstanceLock};
use super::pool::{Pool, Reader, open_reader, prepare};
use super::schema;
use super::writer::{self, Message, Writer, message};

/// The database. Cheap to clone; all clones share one writer and one pool of readers.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    /// `None` when opened for reading only.
    writer: Option<mpsc::Sender<Message>>,
    readers: Pool,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.inner.path)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the database for reading and writing; makes it and its directory if need be (for the
    /// owner's eyes only) and migrates it. Blocks: call it before serving, or on a blocking thread.
    pub fn open(path: &Path) -> Result<Self> {
        let path = absolute(path)?;
        let writer = open_writer(&path).map_err(|error| error.at(&path))?;
        let writer = writer::spawn(writer, &path).map_err(|error| StoreError::Open {
            path: path.clone(),
            reason: format!("no thread for the writer: {error}"),
        })?;
        Ok(Self::with(path, Some(writer), false))
    }

    /// Opens a database that will be thrown away, as a replay's: nothing waits for the disk, and nothing
    /// survives a power cut. Blocks, as [`Store::open`] does.
    pub fn open_scratch(path: &Path) -> Result<Self> {
        let path = absolute(path)?;
        let writer = open_writer(&path).map_err(|error| error.at(&path))?;
        writer.conn.pragma_update(None, "synchronous", "off")?;
        let writer = writer::spawn(writer, &path).map_err(|error| StoreError::Open {
            path: path.clone(),
            reason: format!("no thread for the writer: {error}"),
        })?;
        Ok(Self::with(path, Some(writer), false))
    }

    /// Opens an existing database for reading only, beside a running daemon or without one.
    /// Every write on it answers [`StoreError::ReadOnly`]. Blocks, as [`Store::open`] does.
    pub fn open_read_only(path: &Path) -> Result<Self> {
        let path = absolute(path)?;
        if !path.exists() {
            return Err(StoreError::Missing { path });
        }
        let checked = |immutable| {
            let reader = open_reader(&path, immutable)?;
            schema::require_current(&reader.conn, &path).map_err(|error| error.at(&path))
        };
        // without write permission SQLite cannot make the WAL's index; with no WAL it needs none
        let immutable = match checked(false) {
            Ok(()) => false,
            Err(StoreError::Open { .. } | StoreError::ReadOnly { .. }) if no_wal(&path) => {
                checked(true)?;
                true
            }
            Err(error) => return Err(error),
        };
        Ok(Self::with(path, None, immutable))
    }

    fn with(path: PathBuf, writer: Option<mpsc::Sender<Message>>, immutable: bool) -> Self {
        let readers = Pool::new(&path, immutable);
        Self {
            inner: Arc::new(Inner {
                path,
                writer,
                readers,
            }),
        }
    }

    /// The database's absolute path.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Becomes the one process that polls and delivers for this database, as long as the lock lives.
    /// Another holder is [`StoreError::Locked`]. Blocks for up to a tenth of a second.
    pub fn hold_instance(&self) -> Result<InstanceLock> {
        lock::hold(&self.inner.path)
    }

    /// The process that holds the instance lock, if one does.
    pub fn instance_holder(&self) -> Option<Holder> {
        lock::holder(&self.inner.path)
    }

    /// Asks something, on a blocking thread, of one consistent moment of the database.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Reader) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.inner.readers.read(f).await
    }

    /// Writes something: all of `f` or nothing. Returns once it is durable. Once begun, the write is
    /// carried out even if the caller stops waiting.
    pub async fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Writer) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let path = &self.inner.path;
        let writer = self
            .inner
            .writer
            .as_ref()
            .ok_or_else(|| StoreError::ReadOnly { path: path.clone() })?;
        let (message, answer) = message(f);
        writer.send(message).await.map_err(|_| StoreError::Closed)?;
        answer
            .await
            .unwrap_or(Err(StoreError::Closed))
            .map_err(|error| error.at(path))
    }

    /// Proves that the writer is alive and the write lock is to be had, for the watchdog. Changes no
    /// page, so a full disk does not fail it: that is an error of writes, not a dead daemon.
    pub async fn ping(&self) -> Result<()> {
        self.write(|writer| Ok(writer.conn.query_row("SELECT 1", [], |_| Ok(()))?))
            .await
    }

    /// Finishes the writes and reads that wait, folds the WAL into the database and closes it.
    /// Other clones answer [`StoreError::Closed`] from then on.
    pub async fn close(self) -> Result<()> {
        self.inner.readers.close().await;
        let Some(writer) = &self.inner.writer else {
            return Ok(());
        };
        let (reply, done) = oneshot::channel();
        if writer.send(Message::Close(reply)).await.is_err() {
            return Ok(());
        }
        done.await.unwrap_or(Err(StoreError::Closed))
    }
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|error| StoreError::Open {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

/// Makes the file before SQLite does, so that it, its WAL and its index are for the owner only.
fn make_file(path: &Path) -> Result<()> {
    let open = |at: &Path, error: std::io::Error| StoreError::Open {
        path: at.to_owned(),
        reason: error.to_string(),
    };
    if let Some(dir) = path.parent().filter(|dir| !dir.exists()) {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(dir).map_err(|error| open(dir, error))?;
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| open(path, error))?;
    Ok(())
}

/// The one connection that writes, on a database that is there and up to date.
pub(super) fn open_writer(path: &Path) -> Result<Writer> {
    make_file(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = Connection::open_with_flags(path, flags)?;
    prepare(&conn)?;
    schema::require_ours(&conn, path)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.pragma_update(None, "synchronous", "full")?;
    // a WAL grown in a burst is cut back to this at the next checkpoint
    conn.pragma_update(None, "journal_size_limit", 16 << 20)?;
    conn.pragma_update(None, "cache_size", -8192)?;
    schema::migrate(&mut conn, path)?;
    Ok(Writer::new(conn))
}

fn no_wal(path: &Path) -> bool {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    std::fs::metadata(wal).map_or(true, |meta| meta.len() == 0)
}
