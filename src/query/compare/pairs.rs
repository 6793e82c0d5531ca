//! A recorded pair of texts: one line of a JSONL file whose paths start at its own folder.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use super::{Comparison, Subject, TextKind, compare_bodies, read_text};
use crate::model::{FetchLimits, PageText, ReadOutcome};

/// One line of a file of pairs. Fields that are not known are left alone.
#[derive(Debug, Clone, Deserialize)]
pub struct PairRecord {
    /// Its name, given back with the verdict.
    #[serde(default)]
    pub id: serde_json::Value,
    /// The earlier file.
    pub before: PathBuf,
    /// The later file.
    pub after: PathBuf,
    /// `raw-html`, `html-template`, `md-extracted`, `md-source`, `page`, `text`, `markdown`…; without
    /// it each file's name and look decide.
    #[serde(default)]
    pub format: Option<String>,
    /// Language.
    #[serde(default)]
    pub language: Option<String>,
    /// Platform.
    #[serde(default)]
    pub platform: Option<String>,
    /// Name of the document for people.
    #[serde(default, alias = "title")]
    pub document_type: Option<String>,
    /// Where it stands.
    #[serde(default)]
    pub url: Option<String>,
    /// When the later text was read.
    #[serde(default, alias = "at")]
    pub date_after: Option<String>,
}

/// Why a pair could not be judged.
#[derive(Debug, thiserror::Error)]
pub enum PairError {
    /// A file could not be read.
    #[error("{}: {reason}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// The record is not one.
    #[error("not a pair: {0}")]
    Record(String),
}

impl PairError {
    /// May the failure pass by itself? None of them does.
    pub fn is_transient(&self) -> bool {
        false
    }
}

impl PairRecord {
    /// Reads one line.
    pub fn parse(line: &str) -> Result<Self, PairError> {
        serde_json::from_str(line).map_err(|error| PairError::Record(error.to_string()))
    }

    /// Judges the pair, its files in `folder`; `now` stands in for a record without a date.
    pub fn judge(&self, folder: &Path, now: Timestamp) -> Result<Comparison, PairError> {
        let (before, after) = (folder.join(&self.before), folder.join(&self.after));
        let (earlier, later) = (load(&before)?, load(&after)?);
        let kinds = (self.kind(&before, &earlier)?, self.kind(&after, &later)?);
        let subject = self.subject(now);
        Ok(compare_bodies(
            (&earlier, kinds.0),
            (&later, kinds.1),
            &subject,
        ))
    }

    /// Reads both files as they are judged.
    pub fn texts(
        &self,
        folder: &Path,
        now: Timestamp,
    ) -> Result<[Result<PageText, ReadOutcome>; 2], PairError> {
        let subject = self.subject(now);
        let read = |file: &Path| {
            let path = folder.join(file);
            let bytes = load(&path)?;
            Ok(read_text(&bytes, self.kind(&path, &bytes)?, &subject))
        };
        Ok([read(&self.before)?, read(&self.after)?])
    }

    /// What is known of the two texts besides themselves.
    pub fn subject(&self, now: Timestamp) -> Subject {
        let url = self.url.as_deref().and_then(|url| Url::parse(url).ok());
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        Subject {
            title: given(&self.document_type).unwrap_or_default(),
            platform: given(&self.platform),
            language: given(&self.language),
            url: url.unwrap_or_else(nowhere),
            now: self.date_after.as_deref().and_then(moment).unwrap_or(now),
        }
    }

    fn kind(&self, path: &Path, bytes: &[u8]) -> Result<TextKind, PairError> {
        match self.format.as_deref().map(str::trim) {
            None | Some("") => Ok(TextKind::of(path, bytes)),
            Some(name) => TextKind::named(name)
                .ok_or_else(|| PairError::Record(format!("`{name}` is no format known here"))),
        }
    }
}

impl TextKind {
    /// By the name of a format or kind.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let is = |word: &str| name.split(['-', '_', '/', ' ']).any(|part| part == word);
        if is("md") || is("markdown") || is("mdx") {
            Some(Self::Markdown)
        } else if is("html") || is("page") || is("xhtml") || is("htm") {
            Some(Self::Page)
        } else if is("text") || is("txt") || is("plain") {
            Some(Self::Text)
        } else {
            None
        }
    }

    /// By a file's name, else by its look.
    pub fn of(path: &Path, bytes: &[u8]) -> Self {
        let ending = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        if let Some(kind) = Self::named(ending) {
            return kind;
        }
        let start = bytes.iter().position(|b| !b.is_ascii_whitespace());
        match start.and_then(|at| bytes.get(at)) {
            Some(b'<') => Self::Page,
            _ => Self::Text,
        }
    }
}

/// An address for texts that have none.
fn nowhere() -> Url {
    Url::parse("https://example.com/").unwrap_or_else(|_| unreachable!("a constant"))
}

/// A date with time and offset, or a day.
fn moment(text: &str) -> Option<Timestamp> {
    let day = || -> Option<Timestamp> {
        let date: jiff::civil::Date = text.parse().ok()?;
        Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    text.parse().ok().or_else(day)
}

/// A file of at most the size that a poll takes.
fn load(file: &Path) -> Result<Vec<u8>, PairError> {
    let failed = |reason: String| PairError::File {
        file: file.to_owned(),
        reason,
    };
    let most = FetchLimits::default().max_body;
    let mut bytes = Vec::new();
    File::open(file)
        .and_then(|opened| opened.take(most + 1).read_to_end(&mut bytes))
        .map_err(|error| failed(error.to_string()))?;
    if bytes.len() as u64 > most {
        let most = most >> 20;
        return Err(failed(format!(
            "longer than {most} MiB, the largest body that a poll takes"
        )));
    }
    Ok(bytes)
}
