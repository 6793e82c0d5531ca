//! A file that deliveries are written into one after another: the feed of [`atom`](super::atom), the
//! calendar of [`ics`](super::ics).
//!
//! Each delivery reads it, makes it anew and replaces it whole, one at a time. It never touches a file
//! that tidewatch did not make.

use std::path::{Path, PathBuf};

use tokio::sync::Mutex;

use super::DeliverError;
use super::file::{replace, settle};

/// One such file.
pub(super) struct Kept {
    path: PathBuf,
    what: &'static str,
    mark: &'static str,
    turn: Mutex<()>,
}

impl Kept {
    /// `what` names it in errors; `mark` is the text by which ours is told from others.
    pub(super) fn new(path: &Path, what: &'static str, mark: &'static str) -> Self {
        Self {
            path: path.to_owned(),
            what,
            mark,
            turn: Mutex::default(),
        }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces it by what `make` makes of its text (empty where there is none yet), and hands on
    /// what `make` says of that.
    ///
    /// # Errors
    /// Permanent where the file is not ours, transient where it cannot be read or written.
    pub(super) async fn revise<T: Send + 'static>(
        &self,
        make: impl FnOnce(&str) -> (String, T) + Send + 'static,
    ) -> Result<T, DeliverError> {
        let _turn = self.turn.lock().await;
        let (path, what, mark) = (self.path.clone(), self.what, self.mark);
        tokio::task::spawn_blocking(move || {
            let known = known(&path, what, mark)?;
            let (text, said) = make(&known);
            let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
            let directory = parent.unwrap_or(Path::new("."));
            replace(&path, text.as_bytes())
                .and_then(|()| settle(directory))
                .map_err(|e| fault(&path, what, "cannot be written", &e))?;
            Ok(said)
        })
        .await
        .map_err(|e| DeliverError::transient(e.to_string()))?
    }
}

fn known(path: &Path, what: &str, mark: &str) -> Result<String, DeliverError> {
    match std::fs::read_to_string(path) {
        Ok(text) if text.contains(mark) => Ok(text),
        Ok(_) => Err(DeliverError::permanent(format!(
            "{} is no {what} of tidewatch: set `path` to a new file",
            path.display()
        ))),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(e) => Err(fault(path, what, "cannot be read", &e)),
    }
}

fn fault(path: &Path, what: &str, verb: &str, error: &std::io::Error) -> DeliverError {
    DeliverError::transient(format!("{what} {} {verb}: {error}", path.display()))
}
