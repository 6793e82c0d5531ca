//! Which version a person means: by id, by steps back, or by a time.

use std::fmt;

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};

use crate::model::{SourceId, VersionId};
use crate::store::{Reader, StoredVersion};

use super::QueryError;

/// A version as a person names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionRef {
    /// `v12`.
    Id(VersionId),
    /// `-1`: so many before the latest; `-0` and `latest` are the latest.
    Back(usize),
    /// In force at a time.
    At(Timestamp),
}

impl VersionRef {
    /// The latest version.
    pub const LATEST: Self = Self::Back(0);

    /// Reads `v12`, `-1`, `latest`, a date (the end of that day in `zone`), a date with time (in `zone`),
    /// or an instant with offset.
    pub fn parse(text: &str, zone: &TimeZone) -> Result<Self, QueryError> {
        let text = text.trim();
        let bad = || QueryError::BadVersion(text.to_owned());
        if text == "latest" {
            return Ok(Self::LATEST);
        }
        if let Some(steps) = text.strip_prefix('-') {
            return steps.parse().map(Self::Back).map_err(|_| bad());
        }
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        if let Ok(at) = text.parse() {
            return Ok(Self::At(at));
        }
        // jiff reads a date also from a date with time, so the time is looked for first
        let wall = if text.contains([':', 'T', 't']) {
            text.parse::<civil::DateTime>().map_err(|_| bad())?
        } else {
            let date: civil::Date = text.parse().map_err(|_| bad())?;
            date.at(23, 59, 59, 999_999_999)
        };
        let at = zone.to_timestamp(wall).map_err(|_| bad())?;
        Ok(Self::At(at))
    }

    /// The version meant, of this source.
    pub(super) fn find(
        self,
        reader: &Reader,
        source: &SourceId,
    ) -> Result<StoredVersion, QueryError> {
        let found = match self {
            Self::Id(id) => {
                let version = reader.version(id)?;
                if version.source != *source {
                    return Err(QueryError::OtherSource {
                        version: id.to_string(),
                        owner: version.source.to_string(),
                        asked: source.to_string(),
                    });
                }
                Some(version)
            }
            Self::Back(steps) => reader.version_back(source, Timestamp::MAX, steps)?,
            Self::At(at) => reader.version_at(source, at)?,
        };
        found.ok_or_else(|| QueryError::NoVersion {
            source_id: source.to_string(),
            when: self.to_string(),
        })
    }
}

impl fmt::Display for VersionRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id}"),
            Self::Back(0) => f.write_str("yet"),
            Self::Back(steps) => write!(f, "{steps} before the latest"),
            Self::At(at) => write!(f, "at {at}"),
        }
    }
}
