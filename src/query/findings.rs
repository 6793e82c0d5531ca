//! What was found, why, and whom it was told; and full-text search.

use serde::Serialize;

use crate::model::{Change, Finding, FindingId};
use crate::store::{FindingFilter, Hit, Revision, Store, StoredItem, Telling};

use super::QueryError;

/// A finding with its number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindingView {
    /// Its number, shown as `f12`.
    pub id: FindingId,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
}

/// Everything that is known of a finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// What was found.
    #[serde(flatten)]
    pub finding: FindingView,
    /// The change behind it.
    pub behind: Option<Change>,
    /// The item behind it.
    pub item_behind: Option<StoredItem>,
    /// What the item said before its edits.
    pub revisions: Vec<Revision>,
    /// Which digests told it or held it back.
    pub tellings: Vec<Telling>,
}

/// Findings that pass a filter, newest first.
pub async fn findings(
    store: &Store,
    filter: FindingFilter,
    limit: usize,
) -> Result<Vec<FindingView>, QueryError> {
    let found = store
        .read(move |reader| reader.findings(&filter, limit))
        .await?;
    let views = found.into_iter();
    Ok(views
        .map(|(id, finding)| FindingView { id, finding })
        .collect())
}

/// Why a finding was made, and whom it was told.
pub async fn explain(store: &Store, id: FindingId) -> Result<Explanation, QueryError> {
    let explanation = store.read(move |reader| {
        let finding = reader.finding(id)?;
        let behind = finding.change.map(|change| reader.change(change));
        let item_behind = finding.item.map(|item| reader.item(item)).transpose()?;
        Ok(Explanation {
            behind: behind.transpose()?.map(|stored| stored.change),
            revisions: match &item_behind {
                Some(item) => reader.revisions(item.id)?,
                None => Vec::new(),
            },
            item_behind,
            tellings: reader.tellings(id)?,
            finding: FindingView { id, finding },
        })
    });
    Ok(explanation.await?)
}

/// Items and pages in which a query is found, best first. Any text is a valid query.
pub async fn search(store: &Store, query: &str, limit: usize) -> Result<Vec<Hit>, QueryError> {
    let query = query.to_owned();
    Ok(store
        .read(move |reader| reader.search(&query, limit))
        .await?)
}
