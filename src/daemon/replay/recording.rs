//! Recorded bodies: which source showed what, and when.
//!
//! A recording is a JSONL file, one body a line, or a directory with a folder for each source whose
//! files are named by the time at which they were fetched. Only where a body lies is kept in memory;
//! the bodies stay on disk until they are served.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::{Timestamp, civil::DateTime, tz::Offset};
use serde::Deserialize;

use crate::model::{Cadence, FetchLimits, Role, Source, SourceId, SourceKind};

/// The settings of a source, for all files of its folder.
const SETTINGS: &str = "source.json";

/// A line of a recording; in a folder's `source.json` the same without time and body.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Line {
    source: Option<String>,
    at: Option<String>,
    file: Option<PathBuf>,
    body: Option<String>,
    kind: Option<String>,
    url: Option<String>,
    title: Option<String>,
    owner: Option<String>,
    role: Option<Role>,
    platform: Option<String>,
    language: Option<String>,
    document: Option<String>,
    content_type: Option<String>,
    tags: Option<Vec<String>>,
    select: Option<Vec<String>>,
    remove: Option<Vec<String>>,
}

/// Why a recording cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// A file or folder could not be read.
    #[error("{}: {reason}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A line is no record.
    #[error("{}:{line}: not a recorded body: {reason}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A file of a folder is not named by a time.
    #[error(
        "{}: the name is no time; write for example 2026-05-31T14-00-00Z.html or 20260531140000.html",
        .0.display()
    )]
    Name(PathBuf),
    /// A source has a name or setting that cannot be.
    #[error("source `{id}`: {reason}")]
    Source {
        /// Its name.
        id: String,
        /// What is wrong.
        reason: String,
    },
    /// Nothing is recorded.
    #[error("{}: no recorded body in it", .0.display())]
    Empty(PathBuf),
}

impl RecordingError {
    /// May the failure pass by itself? None of them does.
    pub fn is_transient(&self) -> bool {
        false
    }
}

/// Where a body lies.
#[derive(Debug, Clone)]
pub(super) enum BodyAt {
    /// A file of its own.
    File(PathBuf),
    /// In the recording's line that begins at this byte.
    Line(u64),
}

/// One body.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    at: Timestamp,
    pub(super) content_type: Option<String>,
    pub(super) body: BodyAt,
}

/// What was recorded of one source.
#[derive(Debug, Default)]
struct Track {
    settings: Line,
    /// In order of time.
    shown: Vec<Shown>,
}

/// Recorded bodies of sources.
#[derive(Debug)]
pub struct Recording {
    path: PathBuf,
    tracks: BTreeMap<SourceId, Track>,
}

impl Recording {
    /// Opens a JSONL file or a directory.
    pub fn open(path: &Path) -> Result<Self, RecordingError> {
        let mut recording = Self {
            path: path.to_owned(),
            tracks: BTreeMap::new(),
        };
        if path.is_dir() {
            recording.read_folders()?;
        } else {
            recording.read_lines()?;
        }
        recording.tracks.retain(|_, track| !track.shown.is_empty());
        if recording.tracks.is_empty() {
            return Err(RecordingError::Empty(path.to_owned()));
        }
        for track in recording.tracks.values_mut() {
            track.shown.sort_by_key(|shown| shown.at);
        }
        Ok(recording)
    }

    /// When the first body was recorded.
    pub fn start(&self) -> Option<Timestamp> {
        let firsts = self.tracks.values().filter_map(|t| t.shown.first());
        firsts.map(|shown| shown.at).min()
    }

    /// Times of the bodies of each source, latest first.
    pub(super) fn times(&self) -> BTreeMap<SourceId, Vec<Timestamp>> {
        let tracks = self.tracks.iter();
        tracks
            .map(|(id, track)| {
                let mut times: Vec<Timestamp> = track.shown.iter().map(|s| s.at).collect();
                times.dedup();
                times.reverse();
                (id.clone(), times)
            })
            .collect()
    }

    /// What a source showed at a time, with the number of that body.
    pub(super) fn shown(&self, id: &SourceId, at: Timestamp) -> Option<(usize, &Shown)> {
        let shown = &self.tracks.get(id)?.shown;
        let number = shown.partition_point(|s| s.at <= at).checked_sub(1)?;
        Some((number, shown.get(number)?))
    }

    /// Reads a body, of at most the size that a poll takes.
    pub(super) fn load(&self, body: &BodyAt) -> Result<Vec<u8>, String> {
        let most = FetchLimits::default().max_body;
        let named =
            |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let bytes = match body {
            BodyAt::File(path) => {
                let mut bytes = Vec::new();
                File::open(path)
                    .and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
                    .map_err(|error| named(path, &error))?;
                bytes
            }
            BodyAt::Line(offset) => {
                let mut line = String::new();
                let mut file = File::open(&self.path).map_err(|e| named(&self.path, &e))?;
                file.seek(SeekFrom::Start(*offset))
                    .and_then(|_| BufReader::new(file).read_line(&mut line))
                    .map_err(|error| named(&self.path, &error))?;
                let line: Line =
                    serde_json::from_str(&line).map_err(|error| named(&self.path, &error))?;
                line.body.unwrap_or_default().into_bytes()
            }
        };
        if bytes.len() as u64 > most {
            return Err(format!("the body is longer than {} MiB", most >> 20));
        }
        Ok(bytes)
    }

    /// The recorded sources: as configured where they are, else as the recording says.
    pub(super) fn sources(
        &self,
        configured: &[Arc<Source>],
    ) -> Result<Vec<Arc<Source>>, RecordingError> {
        let sources = self.tracks.iter().map(|(id, track)| {
            match configured.iter().find(|source| source.id == *id) {
                Some(source) => Ok(Arc::new(Source {
                    enabled: true,
                    ..Source::clone(source)
                })),
                None => self.source(id, track).map(Arc::new),
            }
        });
        sources.collect()
    }

    fn source(&self, id: &SourceId, track: &Track) -> Result<Source, RecordingError> {
        let said = &track.settings;
        let wrong = |reason: String| RecordingError::Source {
            id: id.to_string(),
            reason,
        };
        let url = said.url.clone();
        let url = url.unwrap_or_else(|| format!("https://{id}.invalid/"));
        let url = url
            .parse()
            .map_err(|error| wrong(format!("`{url}` is no URL: {error}")))?;
        let kind = said.kind.clone().unwrap_or_else(|| {
            let first = track.shown.first().map(|shown| self.load(&shown.body));
            guess(first.and_then(Result::ok).as_deref().unwrap_or_default())
        });
        let speaks = match kind.as_str() {
            "page" | "changelog" | "statuspage" => Role::Official,
            _ => Role::Media,
        };
        let mut source = Source::probe(url, SourceKind(kind));
        source.id = id.clone();
        source.title = said.title.clone().unwrap_or_else(|| id.to_string());
        source.platform.clone_from(&said.platform);
        let owner = said.owner.clone().or_else(|| said.platform.clone());
        source.owner = owner.unwrap_or_else(|| id.to_string());
        source.role = said.role.unwrap_or(speaks);
        source.language.clone_from(&said.language);
        source.document.clone_from(&said.document);
        source.tags = said.tags.clone().unwrap_or_default();
        source.tags.extend(said.language.clone());
        source.select = said.select.clone().unwrap_or_default();
        source.remove = said.remove.clone().unwrap_or_default();
        source.cadence = Cadence::Every(Duration::from_hours(12));
        Ok(source)
    }

    fn read_lines(&mut self) -> Result<(), RecordingError> {
        let path = self.path.clone();
        let io = |error: std::io::Error| RecordingError::Io {
            path: path.clone(),
            reason: error.to_string(),
        };
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let mut reader = BufReader::new(File::open(&path).map_err(io)?);
        let (mut offset, mut bytes) = (0, Vec::new());
        for line in 1.. {
            bytes.clear();
            let length = reader.read_until(b'\n', &mut bytes).map_err(io)?;
            if length == 0 {
                break;
            }
            let text = std::str::from_utf8(&bytes).map_err(|error| error.to_string());
            let added = text.and_then(|text| {
                if text.trim().is_empty() {
                    return Ok(());
                }
                self.add_line(text, offset, &folder)
            });
            added.map_err(|reason| RecordingError::Line {
                path: path.clone(),
                line,
                reason,
            })?;
            offset += length as u64;
        }
        Ok(())
    }

    fn add_line(&mut self, text: &str, offset: u64, folder: &Path) -> Result<(), String> {
        let line: Line = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let id = id_of(line.source.as_deref().ok_or("`source` is missing")?)?;
        let at = line.at.as_deref().ok_or("`at` is missing")?;
        let at = moment(at).ok_or_else(|| format!("`{at}` is no time"))?;
        let body = match (&line.file, &line.body) {
            (Some(file), None) => BodyAt::File(folder.join(file)),
            (None, Some(_)) => BodyAt::Line(offset),
            _ => return Err("one of `file` and `body` is needed".to_owned()),
        };
        let content_type = line.content_type.clone().or_else(|| content_type(&body));
        let track = self.tracks.entry(id).or_default();
        track.settings.fill(line);
        track.shown.push(Shown {
            at,
            content_type,
            body,
        });
        Ok(())
    }

    fn read_folders(&mut self) -> Result<(), RecordingError> {
        for folder in listing(&self.path)?.into_iter().filter(|p| p.is_dir()) {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let id = id_of(&name).map_err(|reason| RecordingError::Source {
                id: name.clone().into_owned(),
                reason,
            })?;
            let mut track = Track::default();
            for file in listing(&folder)?.into_iter().filter(|p| p.is_file()) {
                if file.file_name().is_some_and(|name| name == SETTINGS) {
                    track.settings = settings(&file)?;
                    continue;
                }
                let stem = file.file_stem().unwrap_or_default().to_string_lossy();
                let at = moment(&stem).ok_or_else(|| RecordingError::Name(file.clone()))?;
                let body = BodyAt::File(file);
                track.shown.push(Shown {
                    at,
                    content_type: content_type(&body),
                    body,
                });
            }
            if let Some(said) = &track.settings.content_type {
                for shown in &mut track.shown {
                    shown.content_type = Some(said.clone());
                }
            }
            self.tracks.insert(id, track);
        }
        Ok(())
    }
}

impl Line {
    /// Takes over what is not known yet.
    fn fill(&mut self, other: Self) {
        self.kind = self.kind.take().or(other.kind);
        self.url = self.url.take().or(other.url);
        self.title = self.title.take().or(other.title);
        self.owner = self.owner.take().or(other.owner);
        self.role = self.role.or(other.role);
        self.platform = self.platform.take().or(other.platform);
        self.language = self.language.take().or(other.language);
        self.document = self.document.take().or(other.document);
        self.tags = self.tags.take().or(other.tags);
        self.select = self.select.take().or(other.select);
        self.remove = self.remove.take().or(other.remove);
    }
}

/// Files and folders inside one, by name, hidden ones left out.
fn listing(folder: &Path) -> Result<Vec<PathBuf>, RecordingError> {
    let io = |error: std::io::Error| RecordingError::Io {
        path: folder.to_owned(),
        reason: error.to_string(),
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

fn settings(file: &Path) -> Result<Line, RecordingError> {
    let io = |reason: String| RecordingError::Io {
        path: file.to_owned(),
        reason,
    };
    let text = std::fs::read_to_string(file).map_err(|error| io(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| io(error.to_string()))
}

/// A source's id: as it is, or made from a name such as `TikTok Terms`.
fn id_of(name: &str) -> Result<SourceId, String> {
    if let Ok(id) = name.parse() {
        return Ok(id);
    }
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c))
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let made = words.join("-").parse::<SourceId>();
    made.map_err(|error| error.to_string())
}

/// A time as written in a record or a file's name: an instant, a date with or without a time in any of
/// the usual spellings (`2026-05-31T14-00-00Z`, `20260531140000`, `2026-05-31T14-00-00.250Z`), in UTC
/// unless an offset follows (`2026-05-31T16-00-00+0200`), or seconds since 1970.
fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let (text, offset) = offset(text)?;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_digit() || b"-_:.TtZz ".contains(&b));
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<i16>().ok();
    let small = |from, to| part(from, to).and_then(|n| i8::try_from(n).ok());
    match (plain, digits.len()) {
        (true, 10) if digits.len() == text.len() => Timestamp::from_second(text.parse().ok()?).ok(),
        // thousandths of a second are left out
        (true, 8 | 12 | 14 | 17) => {
            let wall = DateTime::new(
                part(0, 4)?,
                small(4, 6)?,
                small(6, 8)?,
                small(8, 10).unwrap_or(0),
                small(10, 12).unwrap_or(0),
                small(12, 14).unwrap_or(0),
                0,
            );
            offset.to_timestamp(wall.ok()?).ok()
        }
        _ => None,
    }
}

/// A time without its UTC offset, and that; a colon in it may be missing or be a hyphen, since many
/// file systems allow none. `None` if what follows a plus is no offset.
fn offset(text: &str) -> Option<(&str, Offset)> {
    let read = |tail: &str, sign: i32| {
        let digits: String = tail.chars().filter(char::is_ascii_digit).collect();
        let marks = tail.trim_matches(|c: char| c.is_ascii_digit());
        let (hours, minutes) = match digits.len() {
            2 | 4 if matches!(marks, "" | ":" | "-" | "_") => digits.split_at(2),
            _ => return None,
        };
        let minutes = minutes.parse::<i32>().unwrap_or(0);
        let seconds = hours.parse::<i32>().ok()? * 3600 + minutes * 60;
        Offset::from_seconds(sign * seconds).ok()
    };
    if let Some((wall, tail)) = text.split_once('+') {
        return Some((wall, read(tail, 1)?));
    }
    // a hyphen parts a day's numbers too: it is a minus only after all of them
    let minus = text.match_indices('-').map(|(at, _)| at).find(|at| {
        let digits = text[..*at].bytes().filter(u8::is_ascii_digit);
        digits.count() == 14
    });
    let west = minus.and_then(|at| Some((&text[..at], read(&text[at + 1..], -1)?)));
    Some(west.unwrap_or((text, Offset::UTC)))
}

fn content_type(body: &BodyAt) -> Option<String> {
    let BodyAt::File(path) = body else {
        return None;
    };
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    let known = match ending.as_str() {
        "html" | "htm" => "text/html",
        "md" | "markdown" => "text/markdown; charset=utf-8",
        "txt" => "text/plain",
        "json" => "application/json",
        "xml" | "rss" | "atom" => "application/xml",
        _ => return None,
    };
    Some(known.to_owned())
}

/// A feed if it looks like one, else a page.
fn guess(bytes: &[u8]) -> String {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2_048)]).to_ascii_lowercase();
    let feeds = ["<rss", "<feed", "<rdf:rdf", "jsonfeed.org/version"];
    let is_feed = feeds.iter().any(|mark| head.contains(mark));
    if is_feed { "feed" } else { "page" }.to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn times_are_read_as_people_name_files() {
        let at = |text| moment(text).map(|at: Timestamp| at.to_string());
        for text in [
            "2026-05-31T14:00:00Z",
            "2026-05-31T14-00-00Z",
            "20260531140000",
            "2026-05-31_14-00",
            "20260531T140000Z",
            "1780236000",
            "2026-05-31T14-00-00.250Z",
            "2026-05-31T14-00-00-250Z",
            "2026-05-31T16-00-00+0200",
            "2026-05-31T16-00-00+02-00",
            "2026-05-31T16:00:00+02:00",
            "20260531T160000+02",
            "2026-05-31_19-30+0530",
            "2026-05-31T09-00-00-0500",
            "2026-05-31T09-00-00-05-00",
        ] {
            assert_eq!(at(text).as_deref(), Some("2026-05-31T14:00:00Z"), "{text}");
        }
        assert_eq!(at("2026-05-31").as_deref(), Some("2026-05-31T00:00:00Z"));
        for bad in [
            "",
            "latest",
            "2026-13-01",
            "v2",
            "12",
            "2026-05-31-draft",
            "2026-05-31T14-00-00+",
            "2026-05-31+1+2",
            "2026-05-31T14-00-00+9900",
        ] {
            assert_eq!(at(bad), None, "{bad}");
        }
    }

    #[test]
    fn names_become_ids() {
        assert_eq!(id_of("TikTok Terms").unwrap().as_str(), "tiktok-terms");
        assert_eq!(id_of("a-b").unwrap().as_str(), "a-b");
        assert!(id_of("Правила").is_err());
    }
}
