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

#[cfg(test)]
mod tests {
    use super::*;

    fn append(known: &str) -> (String, usize) {
        let text = format!("{known}ours\n");
        let lines = text.lines().count();
        (text, lines)
    }

    #[tokio::test]
    async fn it_begins_goes_on_and_leaves_the_files_of_others_alone() {
        let world = tempfile::tempdir().expect("a directory");
        let file = Kept::new(&world.path().join("feed.xml"), "feed", "ours");
        assert_eq!(file.revise(append).await.expect("a new file"), 1);
        assert_eq!(file.revise(append).await.expect("our file"), 2);

        let path = world.path().join("theirs.xml");
        std::fs::write(&path, "not by us\n").expect("a file");
        let theirs = Kept::new(&path, "feed", "mark of ours");
        let error = theirs.revise(append).await.expect_err("it is theirs");
        assert!(!error.is_transient(), "{error}");
        assert!(error.to_string().contains("set `path`"), "{error}");
        assert_eq!(std::fs::read(&path).expect("it"), b"not by us\n");

        let nowhere = Kept::new(&world.path().join("gone/feed.xml"), "feed", "ours");
        let error = nowhere.revise(append).await.expect_err("no directory");
        assert!(error.is_transient(), "{error}");
    }
}
