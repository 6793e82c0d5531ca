//! Names that were told as never seen before, and how they fare since.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::STEPS;
use crate::detect::radar;
use crate::model::{FindingId, ItemId, SourceId, TrendId, TrendStage, speaks_of_platform};
use crate::query::QueryError;
use crate::store::{NameUseRow, Reader, Store, StoreError, StoredName};

/// Names looked at for one answer.
const MOST: usize = 500;
/// Uses of one name that are read.
const USES: usize = 1_000;
/// Longest beginning of a text that stands for its title, in characters.
const HEAD: usize = 120;

/// Which new names.
#[derive(Debug, Clone)]
pub struct NewNamesQuestion {
    /// How far back they were found.
    pub window: SignedDuration,
    /// Used by a source about this platform, or in a title that speaks of it.
    pub platform: Option<String>,
    /// Used in this language.
    pub language: Option<String>,
    /// In this stage only.
    pub stage: Option<TrendStage>,
    /// Most names.
    pub limit: usize,
}

/// A name that was told as never seen before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewNameView {
    /// The finding that told it.
    pub finding: FindingId,
    /// As most write it.
    pub name: String,
    /// Of what sort the texts say it is.
    pub sort: Option<String>,
    /// In which stage its use is now.
    pub stage: TrendStage,
    /// How sure it was that this is a new thing, 0–1.
    pub confidence: f64,
    /// First item with it.
    pub first_seen: Timestamp,
    /// Last item with it.
    pub last_seen: Timestamp,
    /// When it was found.
    pub found_at: Timestamp,
    /// Days of watching in which nobody used it.
    pub unseen_days: u32,
    /// Independent owners that use it by now.
    pub owners: usize,
    /// Items that use it by now.
    pub items: usize,
    /// Sources in order of first use.
    pub sources: Vec<SourceId>,
    /// A date to come that the texts name beside it.
    pub planned: Option<Date>,
    /// The trend that most of its items belong to.
    pub trend: Option<TrendId>,
    /// Items per 24th of the time since its first use, oldest first.
    pub volume: Vec<u32>,
    /// The first item of each owner, oldest first.
    pub first_uses: Vec<FirstUseView>,
}

/// The first item of an owner that uses a name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FirstUseView {
    /// The item.
    pub item: ItemId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub owner: String,
    /// Its title, or its first words.
    pub title: String,
    /// Where to read it.
    pub link: Option<String>,
}

/// Names that were told as never seen before, the last found first.
pub async fn new_names(
    store: &Store,
    question: NewNamesQuestion,
    now: Timestamp,
) -> Result<Vec<NewNameView>, QueryError> {
    let since = now
        .saturating_sub(question.window)
        .unwrap_or(Timestamp::MIN);
    let views = store.read(move |reader| {
        let mut views = Vec::new();
        for stored in reader.new_names(since, MOST)? {
            let uses = reader.name_uses(stored.key, USES)?;
            let about = |row: &NameUseRow| {
                let language = question.language.is_none() || row.language == question.language;
                let platform = question.platform.as_deref().is_none_or(|id| {
                    row.platform.as_deref() == Some(id) || speaks_of_platform(&head(row), id)
                });
                language && platform
            };
            if !uses.iter().any(about) {
                continue;
            }
            let view = view(reader, stored, &uses, now)?;
            if question.stage.is_none_or(|stage| stage == view.stage) {
                views.push(view);
            }
        }
        views.truncate(question.limit);
        Ok(views)
    });
    Ok(views.await?)
}

fn view(
    reader: &Reader,
    stored: StoredName,
    uses: &[NameUseRow],
    now: Timestamp,
) -> Result<NewNameView, StoreError> {
    let StoredName {
        found_at,
        finding,
        name,
        ..
    } = stored;
    let mut sources: Vec<SourceId> = Vec::new();
    let mut first_uses: Vec<FirstUseView> = Vec::new();
    for row in uses {
        if !sources.contains(&row.source) {
            sources.push(row.source.clone());
        }
        if !first_uses.iter().any(|first| first.owner == row.owner) {
            first_uses.push(FirstUseView {
                item: row.item,
                at: row.at,
                owner: row.owner.clone(),
                title: head(row),
                link: row.link.clone(),
            });
        }
    }
    let first_seen = uses.first().map_or(name.first_at, |row| row.at);
    let span = now.duration_since(first_seen).as_millis().max(1);
    let mut volume = vec![0; STEPS];
    for row in uses {
        let step = row.at.duration_since(first_seen).as_millis() * STEPS as i128 / span;
        volume[usize::try_from(step).unwrap_or(0).min(STEPS - 1)] += 1;
    }
    let times: Vec<(Timestamp, &str)> = uses
        .iter()
        .map(|row| (row.at, row.owner.as_str()))
        .collect();
    let items: Vec<i64> = uses.iter().map(|row| row.item.0).collect();
    let trend = reader.trend_of_items(&items)?;
    Ok(NewNameView {
        finding,
        stage: radar::stage(&name, &times, now),
        confidence: name.confidence,
        first_seen,
        last_seen: uses.last().map_or(name.first_at, |row| row.at),
        found_at,
        unseen_days: name.unseen_days,
        owners: first_uses.len(),
        items: uses.len(),
        sources,
        planned: name.planned,
        trend: trend.map(|(id, _)| id),
        volume,
        first_uses,
        name: name.name,
        sort: name.sort,
    })
}

/// The title of an item, or the first words of a post without one.
fn head(row: &NameUseRow) -> String {
    let text = if row.title.is_empty() {
        &row.summary
    } else {
        &row.title
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(HEAD).collect()
}
