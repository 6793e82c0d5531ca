//! What changed in the rules, and what comes into force when.

use std::collections::HashSet;

use jiff::civil::Date;
use serde::Serialize;

use crate::model::{Finding, FindingId, Severity, SourceId};
use crate::store::{ChangeFilter, Store};

use super::{FindingView, QueryError};

/// Findings looked at for one calendar; far beyond what any real one holds.
const MOST: usize = 5_000;
/// Why an entry is not told that was there before the watch began: its date still comes.
const BACKFILL: &str = "published before the source was watched";

/// Something that comes into force on a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Deadline {
    /// The day.
    pub date: Date,
    /// Days from today: 0 is today, negative is past.
    pub days_left: i32,
    /// The finding that says so.
    pub id: FindingId,
    /// Its headline.
    pub title: String,
    /// One or two sentences.
    pub gist: String,
    /// How grave.
    pub severity: Severity,
    /// Platform.
    pub platform: Option<String>,
    /// Where it was found.
    pub source: SourceId,
    /// Where a reader can see it.
    pub url: Option<String>,
    /// Why it was not told, if it was not.
    pub suppressed: Option<String>,
    /// The story: a date that moves keeps it.
    pub topic_key: String,
}

/// Changes of rules that pass a filter, newest first: of pages, and classed entries of changelogs.
pub async fn rule_changes(
    store: &Store,
    filter: ChangeFilter,
    limit: usize,
) -> Result<Vec<FindingView>, QueryError> {
    let found = store.read(move |reader| reader.rule_changes(&filter, limit));
    let views = found.await?.into_iter();
    Ok(views
        .map(|(id, finding)| FindingView { id, finding })
        .collect())
}

/// What comes into force between two days, nearest first, each story once. What was suppressed as
/// noise is left out unless `all`; entries that were there before the watch began count.
pub async fn deadlines(
    store: &Store,
    today: Date,
    from: Date,
    until: Date,
    all: bool,
) -> Result<Vec<Deadline>, QueryError> {
    let found = store.read(move |reader| reader.findings_in_force(from, until, MOST));
    let mut found = found.await?;
    // of two that tell one story the told one speaks, else the newer
    found.sort_by_key(|(id, f)| (f.effective, f.suppressed.is_some(), std::cmp::Reverse(*id)));
    let mut seen = HashSet::new();
    let mut deadlines = Vec::new();
    for (id, finding) in found {
        let noise = finding
            .suppressed
            .as_deref()
            .is_some_and(|why| why != BACKFILL);
        let Some(date) = finding.effective.filter(|_| all || !noise) else {
            continue;
        };
        let twice =
            !finding.topic_key.is_empty() && !seen.insert((date, finding.topic_key.clone()));
        if !twice {
            deadlines.push(deadline(id, finding, date, today));
        }
    }
    Ok(deadlines)
}

fn deadline(id: FindingId, finding: Finding, date: Date, today: Date) -> Deadline {
    Deadline {
        date,
        days_left: today.until(date).map_or(0, |span| span.get_days()),
        id,
        title: finding.title,
        gist: finding.gist,
        severity: finding.severity,
        platform: finding.platform,
        source: finding.source,
        url: finding.url,
        suppressed: finding.suppressed,
        topic_key: finding.topic_key,
    }
}
