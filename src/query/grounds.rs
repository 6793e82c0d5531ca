//! What a finding rests on beside its evidence: the texts compared, how the difference was weighed,
//! whether it waits, and what became of the messages that carried it.

use serde::Serialize;

use crate::detect::{ChangeContext, ChangeScore, change_score};
use crate::model::{Finding, FindingId, Pending, VersionId};
use crate::store::{OutboxEntry, Reader, StoreError, Telling};

/// What a finding rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Grounds {
    /// The earlier text.
    pub before: Option<VersionId>,
    /// The later text.
    pub after: Option<VersionId>,
    /// The command that shows how the two differ.
    pub diff: Option<String>,
    /// How the difference was weighed, by today's weights.
    pub score: Option<ChangeScore>,
    /// Why and until when it waits for another reading.
    pub waits: Option<Pending>,
    /// Messages of the digests that told it.
    pub deliveries: Vec<OutboxEntry>,
}

/// Gathers what a finding rests on.
pub(super) fn of(
    reader: &Reader,
    id: FindingId,
    finding: &Finding,
    tellings: &[Telling],
) -> Result<Grounds, StoreError> {
    let change = finding.change.map(|id| reader.change(id)).transpose()?;
    let mut deliveries = Vec::new();
    for telling in tellings.iter().filter(|telling| telling.told) {
        deliveries.extend(reader.deliveries_of(telling.run)?);
    }
    let pending = reader.pending(&finding.source)?;
    let mut grounds = Grounds {
        before: None,
        after: None,
        diff: None,
        score: None,
        waits: pending.filter(|pending| pending.finding == id),
        deliveries,
    };
    if let Some(change) = change {
        let before = reader.version(change.before)?;
        let after = reader.version(change.after)?;
        let context = ChangeContext {
            language: finding.language.as_deref(),
            seen_before: None,
            now: after.at,
        };
        grounds.score = change_score(&before.text, &after.text, &context);
        grounds.diff = Some(format!(
            "tidewatch diff {} {} {}",
            finding.source, change.before, change.after
        ));
        grounds.before = Some(change.before);
        grounds.after = Some(change.after);
    }
    Ok(grounds)
}
