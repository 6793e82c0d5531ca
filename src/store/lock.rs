//! One daemon per database: an advisory lock on a file beside it.
//!
//! The lock goes with the process, however it ends; the file stays and holds the last holder's
//! process number, only to be named in errors and `status`. SQLite's own locks are another matter:
//! any number of processes may read and write, but only the holder of this lock polls and delivers.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::{Result, StoreError};

/// Held as long as this process is the one that polls and delivers for a database.
#[derive(Debug)]
pub struct InstanceLock {
    _file: File,
}

/// The process that polls and delivers for a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// Its number, if it could be read.
    pub pid: Option<u32>,
}

fn sidecar(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

/// Takes the lock, or says who has it.
pub(super) fn hold(database: &Path) -> Result<InstanceLock> {
    let path = sidecar(database);
    let open = |error: std::io::Error| StoreError::Open {
        path: path.clone(),
        reason: error.to_string(),
    };
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).map_err(open)?;
    // `status` looks by taking a shared lock for a moment; that must not refuse a start
    for patience in (0..5).rev() {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if patience > 0 => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Locked {
                    path: database.to_owned(),
                    pid: pid(&mut file),
                });
            }
            Err(TryLockError::Error(error)) => return Err(open(error)),
        }
    }
    file.set_len(0).map_err(open)?;
    file.rewind().map_err(open)?;
    write!(file, "{}", std::process::id()).map_err(open)?;
    Ok(InstanceLock { _file: file })
}

/// Who holds the lock, if anybody does.
pub(super) fn holder(database: &Path) -> Option<Holder> {
    let mut file = File::open(sidecar(database)).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Some(Holder {
            pid: pid(&mut file),
        }),
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
}

fn pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
