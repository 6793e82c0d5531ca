//! What is known of a source when a body of it is judged: a fixed number of look-ups at any age.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::Pipeline;
use super::judge::{self, Judged, Known, KnownText, KnownWait};
use crate::detect::{self, Lost, OpenIncident};
use crate::model::{Doubt, ItemKey, PageText, Pending, Source, SourceId, Turned};
use crate::store::{Reader, StoreError, StoredVersion};

impl Pipeline {
    /// The same body again, or word that it is the same: the second reading of what waits.
    pub(super) async fn same_again(
        &self,
        source: &Arc<Source>,
        now: Timestamp,
    ) -> Result<Judged, StoreError> {
        let id = source.id.clone();
        let (waits, due) = self
            .store
            .read(move |reader| {
                let waits = reader.pending(&id)?;
                // the base is not looked at, so it need not be read while the wait goes on
                let due = waits.filter(|pending| pending.due <= now);
                let due = due.map(|pending| known_wait(reader, pending));
                Ok((waits, due.transpose()?))
            })
            .await?;
        if detect::is_status(source) {
            let name = judge::incidents_of(&source.id);
            let open = self
                .store
                .read(move |reader| incidents(reader, &name))
                .await?;
            return Ok(judge::incidents_still_open(source, open, now));
        }
        let Some(waiting) = due else {
            return Ok(Judged {
                waits,
                ..Judged::default()
            });
        };
        let mut judged = judge::same_again(&waiting, now);
        if matches!(waiting.pending.doubt, Doubt::Large | Doubt::PartMissing) {
            let id = source.id.clone();
            let latest = self.store.read(move |reader| reader.latest_version(&id));
            let lost = latest
                .await?
                .map(|latest| Lost::of(&waiting.base.text, Some(&latest.text)));
            if let Some(lost) = lost.filter(Lost::is_most) {
                self.say_where(source, &mut judged, lost).await?;
            }
        }
        Ok(judged)
    }

    /// What is known of the passages in which a text differs from those it is judged against.
    pub(super) async fn look_up_passages(
        &self,
        source: &Source,
        known: &mut KnownText,
        text: &PageText,
    ) -> Result<(), StoreError> {
        known.turned = detect::turned(&known.latest.text, text);
        let base = known.waiting.as_ref().map(|waiting| &waiting.base.text);
        let from_base = base.map(|base| detect::turned(base, text));
        let all = [Some(&known.turned), from_base.as_ref()];
        let all = all.into_iter().flatten();
        let asked: Vec<u64> = all
            .flat_map(|turned| turned.came.iter().chain(&turned.went))
            .copied()
            .collect();
        let id = source.id.clone();
        known.passages = self
            .store
            .read(move |reader| reader.passages(&id, &asked))
            .await?;
        Ok(())
    }

    /// Reads a version again if another extractor read it: a better extractor is not a change.
    pub(super) async fn bring_up(
        &self,
        source: &Arc<Source>,
        version: &mut StoredVersion,
        extractor: &str,
    ) -> Result<(), StoreError> {
        let Some(snapshot) = version.snapshot.filter(|_| version.extractor != extractor) else {
            return Ok(());
        };
        let body = self
            .store
            .read(move |reader| reader.snapshot_body(snapshot))
            .await?;
        let (_, reading) = self.extract(source, body).await;
        if let Some(text) = reading.text {
            version.hash = detect::text_hash(&text);
            version.text = text;
        }
        Ok(())
    }
}

/// What is known of a source, before a body of it with these items and this text is judged.
pub(super) fn remembered(
    reader: &Reader,
    id: &SourceId,
    keys: &[ItemKey],
    hash: Option<u64>,
    status: bool,
) -> Result<Known, StoreError> {
    let mut known = Known {
        items: reader.known_items(id, keys)?,
        text: None,
        incidents: if status {
            incidents(reader, &judge::incidents_of(id))?
        } else {
            Vec::new()
        },
    };
    let Some(hash) = hash else { return Ok(known) };
    let Some(latest) = reader.latest_version(id)? else {
        return Ok(known);
    };
    let pending = reader.pending(id)?;
    let is_new = latest.hash != hash;
    known.text = Some(KnownText {
        was_told: is_new && reader.was_told(latest.id)?,
        previous: if is_new {
            reader.version_back(id, latest.at, 1)?
        } else {
            None
        },
        seen: if is_new {
            reader.seen_times(id, hash)?
        } else {
            None
        },
        waiting: pending
            .map(|pending| known_wait(reader, pending))
            .transpose()?,
        turned: Turned::default(),
        passages: HashMap::new(),
        latest,
    });
    Ok(known)
}

/// What is remembered of open incidents; what cannot be read is begun anew.
fn incidents(reader: &Reader, name: &str) -> Result<Vec<OpenIncident>, StoreError> {
    Ok(reader.recall(name)?.unwrap_or_default())
}

fn known_wait(reader: &Reader, pending: Pending) -> Result<KnownWait, StoreError> {
    Ok(KnownWait {
        base: reader.version(pending.base)?,
        finding: reader.finding(pending.finding)?,
        pending,
    })
}
