//! From files and environment to a [`Config`].

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use toml::de::DeTable;

use super::{Config, Environment, Fault, Faults};
use crate::model::Language;

/// Names that config must check but that belong to higher layers.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Kinds of source: the readers of `extract`.
    pub kinds: &'a [&'a str],
    /// Kinds of channel in `deliver`, each with the fields it cannot do without.
    pub channels: &'a [(&'a str, &'a [&'a str])],
}

/// Reads the configuration at `path`, or the embedded one. All faults of all files come at once.
pub fn load(path: Option<&Path>, env: &Environment, _known: &Known<'_>) -> Result<Config, Faults> {
    let mut faults = Vec::new();
    let mut files = Vec::new();
    if let Some(path) = path {
        files.push(path.to_owned());
        match std::fs::read_to_string(path) {
            Ok(text) => faults.extend(
                DeTable::parse_recoverable(&text)
                    .1
                    .iter()
                    .map(|error| fault(path, error.message(), "mend the TOML at this place")),
            ),
            Err(error) => faults.push(fault(
                path,
                &format!("cannot be read: {error}"),
                "name a file that exists, or run `tidewatch init DIR` to write one",
            )),
        }
    }
    let data_dir = data_dir(env);
    if data_dir.is_none() {
        faults.push(fault(
            Path::new("environment"),
            "no place to keep data",
            "set TIDEWATCH_DATA_DIR or HOME",
        ));
    }
    match data_dir {
        Some(data_dir) if faults.is_empty() => Ok(Config {
            language: Language::En,
            zone: TimeZone::UTC,
            database: data_dir.join("tidewatch.db"),
            data_dir,
            http: super::Http::default(),
            schedule: super::Schedule::default(),
            delivery: super::DeliverySettings::default(),
            retention: super::Retention::default(),
            log: super::Log::default(),
            sources: Vec::new(),
            digests: Vec::new(),
            channels: Vec::new(),
            files,
            warnings: Vec::new(),
        }),
        _ => Err(Faults(faults)),
    }
}

fn data_dir(env: &Environment) -> Option<PathBuf> {
    let own = env.get("TIDEWATCH_DATA_DIR").map(PathBuf::from);
    // systemd gives a list when the unit names several directories
    let state = || {
        let list = env.get("STATE_DIRECTORY")?;
        list.split(':').next().map(PathBuf::from)
    };
    let xdg = || Some(PathBuf::from(env.get("XDG_DATA_HOME")?).join("tidewatch"));
    let home = || Some(PathBuf::from(env.get("HOME")?).join(".local/share/tidewatch"));
    own.or_else(state).or_else(xdg).or_else(home)
}

fn fault(file: &Path, message: &str, remedy: &str) -> Fault {
    Fault {
        file: file.display().to_string(),
        line: 0,
        column: 0,
        message: message.to_owned(),
        remedy: remedy.to_owned(),
        shown: None,
    }
}
