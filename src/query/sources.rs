//! One source's story: what happened to its content, how its polls went, what it posted.

use jiff::Timestamp;
use serde::Serialize;

use crate::model::{PollId, SourceId};
use crate::store::{HistoryEntry, PollRecord, Store, StoredItem};

use super::QueryError;

/// What happened to a source's content, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct History {
    /// Which source.
    pub source: SourceId,
    /// What happened, newest first.
    pub entries: Vec<HistoryEntry>,
}

/// What happened to a source's content before a time: texts, changes, new items, edits.
pub async fn history(
    store: &Store,
    source: &SourceId,
    before: Timestamp,
    limit: usize,
) -> Result<History, QueryError> {
    let source = source.clone();
    let history = store.read(move |reader| {
        Ok(History {
            entries: reader.history(&source, before, limit)?,
            source,
        })
    });
    Ok(history.await?)
}

/// How a source's polls went, or all sources', newest first, before a given one.
pub async fn polls(
    store: &Store,
    source: Option<&SourceId>,
    before: Option<PollId>,
    limit: usize,
) -> Result<Vec<PollRecord>, QueryError> {
    let source = source.cloned();
    Ok(store
        .read(move |reader| reader.polls(source.as_ref(), before, limit))
        .await?)
}

/// What a source posted, last seen first, first seen before a time.
pub async fn items(
    store: &Store,
    source: &SourceId,
    before: Timestamp,
    limit: usize,
) -> Result<Vec<StoredItem>, QueryError> {
    let source = source.clone();
    Ok(store
        .read(move |reader| reader.items(&source, before, limit))
        .await?)
}
