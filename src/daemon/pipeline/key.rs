//! The key that signs readers' links: made once, kept in the data directory for the owner's eyes only.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::model::Secret;

const FILE: &str = "vote.key";
const BYTES: usize = 32;

/// The key that cannot be read or made.
#[derive(Debug, thiserror::Error)]
#[error("the key for readers' links, {}: {source}", path.display())]
pub struct KeyError {
    path: std::path::PathBuf,
    source: io::Error,
}

/// The key in `data_dir`, made if there is none. Two processes that make it at once get the same one.
pub fn vote_key(data_dir: &Path) -> Result<Secret, KeyError> {
    let path = data_dir.join(FILE);
    let made = read(&path).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            make(data_dir, &path)?;
            read(&path)
        }
        _ => Err(error),
    });
    made.map_err(|source| KeyError { path, source })
}

fn read(path: &Path) -> io::Result<Secret> {
    let mut text = String::new();
    fs::File::open(path)?
        .take(1_024)
        .read_to_string(&mut text)?;
    let text = text.trim();
    if text.len() < BYTES {
        let what = "is too short for a key; take it away, and a new one is made (old links end)";
        return Err(io::Error::new(io::ErrorKind::InvalidData, what));
    }
    Ok(Secret::new(text))
}

fn make(dir: &Path, path: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let mut bytes = [0; BYTES];
    rustls::crypto::ring::default_provider()
        .secure_random
        .fill(&mut bytes)
        .map_err(|_| io::Error::other("this machine gives no random bytes"))?;
    // whole before it has its name; a link never replaces what another process made meanwhile
    let fresh = dir.join(format!("{FILE}.{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&fresh)?;
    writeln!(file, "{}", STANDARD_NO_PAD.encode(bytes))?;
    file.sync_all()?;
    let linked = fs::hard_link(&fresh, path);
    fs::remove_file(&fresh)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_for_the_owner_only() {
        let dir = tempfile::tempdir().expect("a directory");
        let data = dir.path().join("data");
        let key = vote_key(&data).expect("a key");
        assert!(vote_key(&data).expect("a key") == key && key.reveal().len() >= 43);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = data
                .join(FILE)
                .metadata()
                .expect("a file")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(&data).expect("a directory").count(), 1);
        fs::write(data.join(FILE), "short").expect("written");
        let error = vote_key(&data).expect_err("too short").to_string();
        assert!(
            error.contains("too short") && !error.contains("short\n"),
            "{error}"
        );
    }
}
