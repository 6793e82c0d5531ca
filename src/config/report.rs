//! Where faults are gathered while reading, and the places they point at.

use std::cell::RefCell;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::Fault;

/// Longest part of a line that is shown with a fault, in characters.
const SHOWN: usize = 160;
/// Faults of syntax told of one file; a file with more is not TOML at all.
const SYNTAX_FAULTS: usize = 50;
/// A line with one of these words is never shown: it may hold a secret.
const TELLTALE: [&str; 7] = [
    "secret", "password", "token", "auth", "cookie", "key", "bearer",
];

/// One configuration file in memory.
#[derive(Debug)]
pub(super) struct File {
    /// What faults call it.
    pub(super) name: String,
    /// Its directory: relative paths in it start here.
    pub(super) dir: PathBuf,
    /// Its content.
    pub(super) text: String,
    /// Place in reading order, by which faults are sorted.
    pub(super) order: usize,
    /// What of it can be read as TOML, in its place: lines that cannot are blank.
    pub(super) toml: String,
    /// Were lines blanked? Then nothing is called missing.
    pub(super) damaged: bool,
}

/// Where something stands.
#[derive(Debug, Clone)]
pub(super) enum Place<'a> {
    /// A stretch of a file, in bytes.
    In(&'a File, Range<usize>),
    /// The same, on a line that is not to be shown.
    Hidden(&'a File, Range<usize>),
    /// A file as a whole.
    File(&'a File),
    /// An environment variable.
    Environment(String),
}

/// What a check has to say against a value.
#[derive(Debug)]
pub(super) struct Wrong {
    /// What is wrong.
    pub(super) message: String,
    /// What to do.
    pub(super) remedy: String,
}

/// Faults and warnings, as they are found.
#[derive(Debug, Default)]
pub(super) struct Report {
    faults: RefCell<Vec<Found>>,
    warnings: RefCell<Vec<Found>>,
}

/// Sort key (file, byte) and fault.
type Found = (usize, usize, Fault);

impl Report {
    /// Notes a fault.
    pub(super) fn fault(
        &self,
        at: &Place<'_>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.faults
            .borrow_mut()
            .push(at.found(message.into(), remedy.into()));
    }

    /// Notes something allowed that looks like a mistake.
    pub(super) fn warn(
        &self,
        at: &Place<'_>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.warnings
            .borrow_mut()
            .push(at.found(message.into(), remedy.into()));
    }

    /// Faults and warnings in reading order, each once: a fault in `[defaults]` is met by every source.
    pub(super) fn into_parts(self) -> (Vec<Fault>, Vec<Fault>) {
        let sorted = |found: RefCell<Vec<Found>>| {
            let mut found = found.into_inner();
            found.sort_by(|a, b| (a.0, a.1, &a.2.message).cmp(&(b.0, b.1, &b.2.message)));
            found.dedup();
            found.into_iter().map(|(_, _, fault)| fault).collect()
        };
        (sorted(self.faults), sorted(self.warnings))
    }
}

impl Wrong {
    /// A complaint with its remedy.
    pub(super) fn new(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}

impl File {
    /// Takes a file's content in and notes what in it is not TOML.
    ///
    /// A bad value spoils its own line only, and the rest is read on. Where a bad line may have
    /// shifted the meaning of those after it (a table's header, an open bracket), nothing is.
    pub(super) fn new(
        name: String,
        dir: &Path,
        text: String,
        order: usize,
        report: &Report,
    ) -> Self {
        let mut file = Self {
            name,
            dir: dir.to_owned(),
            toml: text.clone(),
            text,
            order,
            damaged: false,
        };
        let (_, errors) = DeTable::parse_recoverable(&file.text);
        let mut lines: Vec<Range<usize>> = Vec::new();
        for error in errors.into_iter().take(SYNTAX_FAULTS) {
            let span = error.span().unwrap_or(0..0);
            let line = file.line_at(span.start);
            if !lines.contains(&line) {
                let place = Place::In(&file, span);
                let message = error.message().to_owned();
                report.fault(&place, message, "mend this line; see https://toml.io");
                lines.push(line);
            }
        }
        file.damaged = !lines.is_empty();
        let mut shifts = false;
        for line in lines {
            shifts |= file.text[line.clone()].trim_start().starts_with('[');
            let blank = " ".repeat(line.len());
            file.toml.replace_range(line, &blank);
        }
        if shifts || DeTable::parse(&file.toml).is_err() {
            file.toml.clear();
        }
        file
    }

    /// The line around `offset`, in bytes, without its line break.
    fn line_at(&self, offset: usize) -> Range<usize> {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let start = self.text[..offset].rfind('\n').map_or(0, |i| i + 1);
        let rest = &self.text[offset..];
        start..rest.find('\n').map_or(self.text.len(), |i| offset + i)
    }

    /// Line from 1, column in characters from 1, and the line's own text.
    fn locate(&self, offset: usize) -> (usize, usize, &str) {
        let line = self.line_at(offset);
        let before = self.text.get(line.start..offset).unwrap_or_default();
        let number = self.text[..line.start].matches('\n').count() + 1;
        let column = before.chars().count() + 1;
        (number, column, self.text[line].trim_end())
    }
}

impl<'a> Place<'a> {
    /// The same place, with its line kept out of sight.
    pub(super) fn hidden(self) -> Self {
        match self {
            Self::In(file, span) => Self::Hidden(file, span),
            other => other,
        }
    }

    /// The file it is in, if any.
    pub(super) fn file(&self) -> Option<&'a File> {
        match self {
            Self::In(file, _) | Self::Hidden(file, _) | Self::File(file) => Some(file),
            Self::Environment(_) => None,
        }
    }

    fn found(&self, message: String, remedy: String) -> Found {
        let (name, line, column) = self.parts();
        let mut fault = Fault {
            file: name.to_owned(),
            line,
            column,
            message,
            remedy,
            shown: None,
        };
        if let Self::In(file, span) = self {
            let (_, _, text) = file.locate(span.start);
            let width = file.text.get(span.clone()).map_or(1, |part| {
                part.lines().next().map_or(1, |first| first.chars().count())
            });
            if may_show(text) && column <= SHOWN {
                let text: String = text.chars().take(SHOWN).collect();
                let room = (text.chars().count() + 1).saturating_sub(column);
                fault.shown = Some((text, width.clamp(1, room.max(1))));
            }
        }
        match self {
            Self::In(file, span) | Self::Hidden(file, span) => (file.order, span.start, fault),
            Self::File(file) => (file.order, 0, fault),
            Self::Environment(_) => (usize::MAX, 0, fault),
        }
    }

    fn parts(&self) -> (&str, usize, usize) {
        match self {
            Self::In(file, span) | Self::Hidden(file, span) => {
                let (line, column, _) = file.locate(span.start);
                (&file.name, line, column)
            }
            Self::File(file) => (&file.name, 0, 0),
            Self::Environment(name) => (name, 0, 0),
        }
    }
}

/// `file:line`, for naming a second place inside a message.
impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.parts() {
            (name, 0, _) => f.write_str(name),
            (name, line, _) => write!(f, "{name}:{line}"),
        }
    }
}

fn may_show(line: &str) -> bool {
    let line = line.to_lowercase();
    let has_credentials = line
        .split_once("://")
        .is_some_and(|(_, rest)| rest.contains('@'));
    !has_credentials && !TELLTALE.iter().any(|word| line.contains(word))
}

/// "did you mean": the nearest of `names`, if it is near enough to be a slip.
pub(super) fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let slips = (word.chars().count() / 3).clamp(1, 3);
    names
        .into_iter()
        .map(|name| {
            (
                strsim::osa_distance(&word.to_lowercase(), &name.to_lowercase()),
                name,
            )
        })
        .filter(|(distance, _)| *distance <= slips)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Names that a remedy lists in full at most.
const LISTED: usize = 60;

/// Remedy for a word that is not among `names`.
pub(super) fn suggest(word: &str, names: &[&str]) -> String {
    match nearest(word, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None if names.is_empty() => "there are none to choose from".to_owned(),
        None if names.len() > LISTED => format!(
            "choose one of the {} there are, such as {}",
            names.len(),
            names[..20].join(", ")
        ),
        None => format!("choose one of: {}", names.join(", ")),
    }
}
