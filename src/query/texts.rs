//! What a source said, as text or raw, and how two of its texts differ.

use jiff::Timestamp;
use serde::Serialize;

use crate::detect::{ChangeContext, page_change};
use crate::model::{Change, PageText, SnapshotId, SourceId, VersionId};
use crate::store::{Reader, Store, StoredBody, StoredVersion};

use super::{QueryError, VersionRef};

/// A text that a source showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionView {
    /// Which.
    pub id: VersionId,
    /// Whose.
    pub source: SourceId,
    /// When its body was fetched.
    pub at: Timestamp,
    /// When another text followed; `None` while it is in force.
    pub replaced_at: Option<Timestamp>,
    /// Title of the page.
    pub title: Option<String>,
    /// Name and version of the extractor that read it.
    pub extractor: String,
    /// Was history read again by another extractor?
    pub reextraction: bool,
    /// The body it was read from, unless retention has taken it.
    pub snapshot: Option<SnapshotId>,
    /// The text.
    pub text: PageText,
}

/// Two texts of a source and their difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiffView {
    /// The one called earlier.
    pub before: VersionView,
    /// The one called later.
    pub after: VersionView,
    /// The difference; `None` when a reader would see none.
    pub change: Option<Change>,
}

/// What a source said at a time, or in a given version.
pub async fn show(
    store: &Store,
    source: &SourceId,
    which: VersionRef,
) -> Result<VersionView, QueryError> {
    let source = source.clone();
    ask(store, move |reader| {
        view(reader, which.find(reader, &source)?)
    })
    .await
}

/// The raw body behind what a source said. At a time it is the last body fetched until then, also of
/// sources that have items and no text.
pub async fn show_raw(
    store: &Store,
    source: &SourceId,
    which: VersionRef,
) -> Result<StoredBody, QueryError> {
    let source = source.clone();
    ask(store, move |reader| {
        let snapshot = match which {
            VersionRef::At(at) => reader.snapshot_at(&source, at)?.map(|info| info.id),
            VersionRef::LATEST => reader
                .snapshot_at(&source, Timestamp::MAX)?
                .map(|info| info.id),
            VersionRef::Id(_) | VersionRef::Back(_) => which.find(reader, &source)?.snapshot,
        };
        let snapshot = snapshot.ok_or_else(|| QueryError::NoBody {
            source_id: source.to_string(),
            when: which.to_string(),
        })?;
        Ok(reader.snapshot_body(snapshot)?)
    })
    .await
}

/// How two texts of a source differ.
pub async fn diff(
    store: &Store,
    source: &SourceId,
    before: VersionRef,
    after: VersionRef,
    language: Option<String>,
) -> Result<DiffView, QueryError> {
    let source = source.clone();
    ask(store, move |reader| {
        let before = view(reader, before.find(reader, &source)?)?;
        let after = view(reader, after.find(reader, &source)?)?;
        let context = ChangeContext {
            language: language.as_deref(),
            seen_before: None,
            now: after.at,
        };
        let change = page_change(&before.text, &after.text, &context);
        Ok(DiffView {
            before,
            after,
            change,
        })
    })
    .await
}

fn view(reader: &Reader, version: StoredVersion) -> Result<VersionView, QueryError> {
    Ok(VersionView {
        replaced_at: reader.replaced_at(&version)?,
        id: version.id,
        source: version.source,
        at: version.at,
        title: version.title,
        extractor: version.extractor,
        reextraction: version.reextraction,
        snapshot: version.snapshot,
        text: version.text,
    })
}

/// Asks on a reading thread, where the answer may also be worked out.
async fn ask<T: Send + 'static>(
    store: &Store,
    f: impl FnOnce(&Reader) -> Result<T, QueryError> + Send + 'static,
) -> Result<T, QueryError> {
    store.read(move |reader| Ok(f(reader))).await?
}
