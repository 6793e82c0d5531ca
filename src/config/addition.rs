//! Sources that a program writes into the user's files, as a person would write them.
//!
//! Text is appended, never rewritten, so comments and order stay. The whole configuration is read
//! again afterwards; if it became faulty, or does not hold what was added, the file is put back as
//! it was, byte for byte.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use url::Url;

use super::{Config, Faults, SHIPPED};
use crate::model::{Role, SourceId};

/// A source to be written. What is `None` or empty is left to the file's defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the keys of `[[source]]`, as config/tidewatch.toml has them"
)]
pub struct Addition {
    pub id: SourceId,
    pub url: Url,
    pub kind: String,
    pub title: Option<String>,
    pub owner: Option<String>,
    pub role: Option<Role>,
    pub platform: Option<String>,
    pub language: Option<String>,
    pub tags: Vec<String>,
    pub every: Option<String>,
    pub schedule: Option<String>,
    pub zone: Option<String>,
    pub document: Option<String>,
    pub select: Vec<String>,
    pub remove: Vec<String>,
    pub obey_robots: Option<bool>,
    pub allow_private: bool,
    pub render: bool,
    pub wait_for: Option<String>,
    pub enabled: bool,
    /// Further lines as they stand: a comment, `headers`.
    pub more: Vec<String>,
}

/// Why nothing was added. The file is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// No configuration of the user's own.
    #[error(
        "there is no configuration of your own to write into; `tidewatch init ~/.config/tidewatch` makes one"
    )]
    NoConfig,
    /// The configuration does not read that file.
    #[error("{} is not read by the configuration, so nothing was written; name it in `packs` of {}", .0.display(), .1.display())]
    NotRead(PathBuf, PathBuf),
    /// With the addition the configuration would be faulty.
    #[error("nothing was written, for the configuration would become faulty:\n{0}")]
    Faulty(Faults),
    /// The file system refused.
    #[error("cannot write {}: {source}; check that it can be written, or name another file with `--to`", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Addition {
    /// A source with nothing but what it cannot do without.
    pub fn new(id: SourceId, kind: impl Into<String>, url: Url) -> Self {
        Self {
            id,
            url,
            kind: kind.into(),
            title: None,
            owner: None,
            role: None,
            platform: None,
            language: None,
            tags: Vec::new(),
            every: None,
            schedule: None,
            zone: None,
            document: None,
            select: Vec::new(),
            remove: Vec::new(),
            obey_robots: None,
            allow_private: false,
            render: false,
            wait_for: None,
            enabled: true,
            more: Vec::new(),
        }
    }

    /// As TOML, ending in a line break.
    pub fn to_toml(&self) -> String {
        let mut out = String::from("[[source]]\n");
        let mut text = |key: &str, value: Option<&str>| {
            if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
                let _ = writeln!(out, "{key} = {}", quoted(value));
            }
        };
        text("id", Some(self.id.as_str()));
        text("url", Some(self.url.as_str()));
        text("kind", Some(&self.kind));
        text("title", self.title.as_deref());
        text("role", self.role.map(role_name));
        text("owner", self.owner.as_deref());
        text("platform", self.platform.as_deref());
        text("language", self.language.as_deref());
        text("every", self.every.as_deref());
        text("schedule", self.schedule.as_deref());
        text("zone", self.zone.as_deref());
        text("document", self.document.as_deref());
        let mut list = |key: &str, values: &[String]| {
            if !values.is_empty() {
                let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
                let _ = writeln!(out, "{key} = [{}]", values.join(", "));
            }
        };
        list("tags", &self.tags);
        list("select", &self.select);
        list("remove", &self.remove);
        if let Some(obey) = self.obey_robots {
            let _ = writeln!(out, "obey_robots = {obey}");
        }
        if self.allow_private {
            out.push_str("allow_private = true\n");
        }
        if self.render {
            out.push_str("render = true\n");
        }
        if let Some(css) = &self.wait_for {
            let _ = writeln!(out, "wait_for = {}", quoted(css));
        }
        if !self.enabled {
            out.push_str("enabled = false\n");
        }
        for line in &self.more {
            out.push_str(line);
            out.push('\n');
        }
        out
    }
}

/// The file that sources are written into: `to`, else the first file of sources of the user's own
/// that `packs` names, else the main file.
pub fn file_for_sources(
    main: Option<&Path>,
    config: &Config,
    to: Option<&Path>,
) -> Result<PathBuf, AddError> {
    let main = main.ok_or(AddError::NoConfig)?;
    if let Some(to) = to {
        return Ok(to.to_owned());
    }
    let is_shipped = |path: &Path| {
        let shipped = SHIPPED
            .iter()
            .filter_map(|(name, _)| Path::new(name).file_name());
        let of_packs = path.parent().is_some_and(|dir| dir.ends_with("sources.d"));
        of_packs
            && shipped
                .into_iter()
                .any(|name| path.file_name() == Some(name))
    };
    let own = config.files.iter().skip(1).find(|path| !is_shipped(path));
    Ok(own.map_or_else(|| main.to_owned(), Clone::clone))
}

/// Appends sources to `file` and reads the configuration again with `reload`.
pub fn add_sources(
    main: &Path,
    file: &Path,
    additions: &[Addition],
    reload: impl Fn() -> Result<Config, Faults>,
) -> Result<Config, AddError> {
    let failed = |source| AddError::Io {
        path: file.to_owned(),
        source,
    };
    let before = match fs::read(file) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    append(file, before.as_deref().unwrap_or_default(), additions).map_err(failed)?;
    let undo = || match &before {
        Some(bytes) => fs::OpenOptions::new()
            .write(true)
            .open(file)
            .and_then(|file| file.set_len(bytes.len() as u64)),
        None => fs::remove_file(file),
    };
    match reload() {
        Ok(config) if additions.iter().all(|added| holds(&config, &added.id)) => Ok(config),
        Ok(_) => {
            undo().map_err(failed)?;
            Err(AddError::NotRead(file.to_owned(), main.to_owned()))
        }
        Err(faults) => {
            undo().map_err(failed)?;
            Err(AddError::Faulty(faults))
        }
    }
}

fn holds(config: &Config, id: &SourceId) -> bool {
    config.sources.iter().any(|source| source.id == *id)
}

/// One write at the file's end, so that a kill leaves all of it or nothing.
fn append(file: &Path, before: &[u8], additions: &[Addition]) -> io::Result<()> {
    let mut text = String::new();
    if !before.is_empty() && !before.ends_with(b"\n") {
        text.push('\n');
    }
    for (at, addition) in additions.iter().enumerate() {
        if at > 0 || !before.is_empty() {
            text.push('\n');
        }
        text.push_str(&addition.to_toml());
    }
    if before.windows(2).any(|pair| pair == b"\r\n") {
        text = text.replace('\n', "\r\n");
    }
    if let Some(parent) = file.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        fs::create_dir_all(parent)?;
    }
    let mut open = fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(file)?;
    open.write_all(text.as_bytes())?;
    open.sync_all()
}

fn quoted(text: &str) -> String {
    // one line, whatever was in it
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    toml::Value::String(text.trim().to_owned()).to_string()
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Official => "official",
        Role::Regulator => "regulator",
        Role::Media => "media",
        Role::Competitor => "competitor",
        Role::Own => "own",
        Role::Stream => "stream",
    }
}
