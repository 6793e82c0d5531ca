//! The configuration that ships inside the program, and `tidewatch init`.

use std::path::{Path, PathBuf};
use std::{fs, io};

macro_rules! pack {
    ($name:literal) => {
        (
            concat!("sources.d/", $name, ".toml"),
            include_str!(concat!("../../config/sources.d/", $name, ".toml")),
        )
    };
}

/// Shipped files: path relative to the configuration directory, and content.
pub const SHIPPED: &[(&str, &str)] = &[
    (
        "tidewatch.toml",
        include_str!("../../config/tidewatch.toml"),
    ),
    pack!("platform-rules"),
    pack!("changelogs"),
    pack!("status"),
    pack!("newsrooms"),
    pack!("media-en"),
    pack!("media-ru"),
    pack!("law"),
    pack!("trends"),
    pack!("channels"),
];

/// Why `init` wrote nothing, or not all.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// Files of ours are there already; nothing was written.
    #[error("{} already exists; nothing was written. name another directory, or move it away first", .0.display())]
    Exists(PathBuf),
    /// The file system refused.
    #[error("cannot write {}: {source}; check that the directory can be written and the disk has room", path.display())]
    Io {
        /// Which file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Writes the shipped configuration into `dir`, making it if needed, and says which files it wrote.
/// Never overwrites: with any one of them there already, nothing is written.
pub fn init(dir: &Path) -> Result<Vec<PathBuf>, InitError> {
    let files: Vec<(PathBuf, &str)> = SHIPPED
        .iter()
        .map(|(path, content)| (dir.join(path), *content))
        .collect();
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
        return Err(InitError::Exists(path.clone()));
    }
    for (path, content) in &files {
        write_new(path, content).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => InitError::Exists(path.clone()),
            _ => InitError::Io {
                path: path.clone(),
                source,
            },
        })?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

fn write_new(path: &Path, content: &str) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = fs::File::create_new(path)?;
    io::Write::write_all(&mut file, content.as_bytes())
}
