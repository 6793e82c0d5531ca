//! What every subcommand is given: the configuration, the store, the way to print.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use jiff::Timestamp;

use crate::config::{self, AddError, Config, Environment, Faults, InitError, Known};
use crate::daemon::pipeline::DigestError;
use crate::model::{
    BadId, Clock, Language, Source, SourceId, SystemClock, is_platform, platform_by_word,
};
use crate::query::QueryError;
use crate::store::{Store, StoreError};
use crate::{deliver, detect, digest, extract};

use super::output::Output;
use super::spans;

/// What every subcommand is given.
pub(super) struct Context {
    config_file: Option<PathBuf>,
    /// How results are printed.
    pub(super) out: Output,
}

/// What was asked for does not exist: exit code 3.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NoSuch(pub(super) String);

/// The command line asks for something that cannot be: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Misuse(pub(super) String);

impl Context {
    pub(super) fn new(config_file: Option<PathBuf>, json: bool) -> Self {
        let config_file = config_file.or_else(found_config);
        Self {
            config_file,
            out: Output::new(json),
        }
    }

    /// The configuration file in force, if it is not the built-in one.
    pub(super) fn config_file(&self) -> Option<&Path> {
        self.config_file.as_deref()
    }

    /// Reads the configuration; a reload calls it again.
    pub(super) fn load(&self) -> Result<Config, Faults> {
        let config = load(self.config_file.as_deref())?;
        detect::use_words(&config.detection.words);
        Ok(config)
    }

    /// An instant, a date, or a date with time in the user's zone; `today`, `yesterday`, or a span
    /// back from now, such as `7d` or `12h`.
    pub(super) fn instant(&self, text: &str) -> anyhow::Result<Timestamp> {
        let text = text.trim();
        if let Ok(at) = text.parse() {
            return Ok(at);
        }
        if let Some(at) = self.counted_back(text) {
            return Ok(at);
        }
        let wall = text.parse::<jiff::civil::DateTime>();
        let wall = wall.map_err(|_| {
            Misuse(format!(
                "`{text}` is no date, time or span; write 2026-05-31, 2026-05-31T14:00, yesterday or 7d"
            ))
        })?;
        Ok(self.out.zone.to_timestamp(wall)?)
    }

    /// What is said from now on backwards: a day by its word, its beginning; a span.
    fn counted_back(&self, text: &str) -> Option<Timestamp> {
        let now = clock().now().to_zoned(self.out.zone.clone());
        let days_ago = match text.to_lowercase().as_str() {
            "today" | "сегодня" => Some(0),
            "yesterday" | "вчера" => Some(1),
            _ => None,
        };
        if let Some(days) = days_ago {
            let day = now.checked_sub(jiff::ToSpan::days(days)).ok()?;
            return Some(day.start_of_day().ok()?.timestamp());
        }
        let then = now.checked_sub(spans::span(text)?).ok()?;
        (then <= now).then(|| then.timestamp())
    }

    /// The id of the platform that somebody means, by its id or any of its names.
    pub(super) fn platform(
        config: &Config,
        asked: Option<String>,
    ) -> anyhow::Result<Option<String>> {
        let Some(asked) = asked else { return Ok(None) };
        let of_sources = config.sources.iter().filter_map(|s| s.platform.as_deref());
        let of_rules = config.rules.iter().filter_map(|r| r.platform.as_deref());
        let known: BTreeSet<&str> = of_sources.chain(of_rules).collect();
        if let Some(id) = known.iter().find(|id| is_platform(id, &asked)) {
            return Ok(Some((*id).to_owned()));
        }
        // media speak of platforms that no source is about
        if let Some(id) = platform_by_word(&asked) {
            return Ok(Some(id.to_owned()));
        }
        let listed: Vec<&str> = known.into_iter().collect();
        let hint = match listed.as_slice() {
            [] => "no source names a `platform`".to_owned(),
            all => format!("known: {}", all.join(", ")),
        };
        Err(NoSuch(format!("no source is about the platform `{asked}`; {hint}")).into())
    }

    /// The name of the area that somebody means, by its name or as cards call it in either language.
    pub(super) fn area(config: &Config, asked: Option<String>) -> anyhow::Result<Option<String>> {
        let Some(asked) = asked else { return Ok(None) };
        let wanted = asked.trim().to_lowercase();
        let mut known = detect::areas();
        known.extend(config.rules.iter().filter_map(|rule| rule.area.clone()));
        known.sort_unstable();
        known.dedup();
        let is_called = |area: &&String| {
            let names = [Language::En, Language::Ru].map(|l| digest::area_name(area, l));
            **area == wanted || names.iter().any(|name| name.to_lowercase() == wanted)
        };
        if let Some(area) = known.iter().find(is_called) {
            return Ok(Some(area.clone()));
        }
        let hint = known.join(", ");
        Err(NoSuch(format!("no area is named `{asked}`; known: {hint}")).into())
    }

    /// The last instant that a text names: of a date, its end.
    pub(super) fn end_of(&self, text: &str) -> anyhow::Result<Timestamp> {
        match text.parse::<jiff::civil::Date>() {
            Ok(day) if !text.contains([':', 'T', 't']) => {
                let wall = day.at(23, 59, 59, 999_999_999);
                Ok(self.out.zone.to_timestamp(wall)?)
            }
            _ => self.instant(text),
        }
    }

    /// A reader of the same configuration that can be kept.
    pub(super) fn loader(&self) -> Box<dyn Fn() -> Result<Config, Faults> + Send> {
        let file = self.config_file.clone();
        Box::new(move || load(file.as_deref()))
    }

    /// Opens the store for reading, beside a daemon or without one.
    pub(super) fn open_to_read(config: &Config) -> anyhow::Result<Store> {
        if !config.database.exists() {
            return Err(NoSuch(format!(
                "there is no database at {} yet; `tidewatch run` or `tidewatch poll` makes one",
                config.database.display()
            ))
            .into());
        }
        Ok(Store::open_read_only(&config.database)?)
    }
}

/// Runs a subcommand's future on a runtime of its own.
pub(super) fn block_on(
    work: impl Future<Output = anyhow::Result<ExitCode>>,
) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(work)
}

/// The runtime of a subcommand.
pub(super) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
}

/// The clock of all subcommands but the demo and replay.
pub(super) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// The source of that name, or an error that names the nearest one.
pub(super) fn source<'a>(config: &'a Config, id: &SourceId) -> anyhow::Result<&'a Arc<Source>> {
    if let Some(source) = config.sources.iter().find(|source| source.id == *id) {
        return Ok(source);
    }
    let near = config
        .sources
        .iter()
        .map(|s| (strsim::jaro_winkler(s.id.as_str(), id.as_str()), &s.id));
    let near = near
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let hint = near.map_or_else(
        || "`tidewatch sources list` shows them all".to_owned(),
        |(_, near)| format!("did you mean `{near}`?"),
    );
    Err(NoSuch(format!("no source is named `{id}`; {hint}")).into())
}

/// The exit code that an error means; see the table in the module's words.
pub(super) fn exit_code(error: &anyhow::Error) -> u8 {
    for cause in error.chain() {
        if cause.is::<Faults>()
            || cause.is::<BadId>()
            || cause.is::<Misuse>()
            || cause.is::<InitError>()
        {
            return 2;
        }
        match cause.downcast_ref() {
            Some(AddError::Io { .. }) | None => {}
            Some(_) => return 2,
        }
        if cause.is::<NoSuch>() || matches!(cause.downcast_ref(), Some(DigestError::Unknown { .. }))
        {
            return 3;
        }
        let store = match cause.downcast_ref::<QueryError>() {
            Some(QueryError::Store(store)) => Some(store),
            Some(QueryError::BadVersion(_)) => return 2,
            Some(_) => return 3,
            None => cause.downcast_ref::<StoreError>(),
        };
        match store {
            Some(StoreError::NotFound(_) | StoreError::UnknownSource(_)) => return 3,
            Some(StoreError::Locked { .. }) => return 4,
            _ => {}
        }
    }
    1
}

/// Reads a configuration file, or the built-in defaults.
pub(super) fn load(file: Option<&Path>) -> Result<Config, Faults> {
    config::load(
        file,
        &Environment::of_process(),
        &Known {
            kinds: extract::KINDS,
            channels: deliver::CHANNELS,
            mapping: extract::check_mapping,
        },
    )
}

/// The user's configuration, else the system's, if there is one.
fn found_config() -> Option<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config"));
    let user = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(home);
    let user = user.map(|dir| dir.join("tidewatch/tidewatch.toml"));
    let system = PathBuf::from("/etc/tidewatch/tidewatch.toml");
    user.into_iter().chain([system]).find(|path| path.exists())
}
