//! The one write that faces share: an audience's word on a finding. A mute also mutes its story.

use jiff::{SignedDuration, Timestamp};

use crate::model::{FindingId, Mute, Verb};
use crate::store::Store;

use super::QueryError;

/// A story muted by a vote is muted for that long.
pub const MUTED_FOR: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Writes down an audience's word on a finding, in place of its earlier one: saying it twice is
/// saying it once. A mute also keeps the story from this audience for [`MUTED_FOR`]; any other word
/// takes such a mute back.
pub async fn vote(
    store: &Store,
    audience: &str,
    id: FindingId,
    verb: Verb,
    way: &str,
    now: Timestamp,
) -> Result<(), QueryError> {
    let (audience, way) = (audience.to_owned(), way.to_owned());
    store
        .write(move |writer| {
            let finding = writer.finding(id)?;
            let said = writer.vote(&audience, id)?.map(|(verb, _)| verb);
            writer.put_vote(&audience, id, verb, &way, now)?;
            let origin = format!("vote:{audience}:{id}");
            if verb != Verb::Mute {
                return writer.end_mute_of(&origin, now);
            }
            if said == Some(Verb::Mute) {
                return Ok(());
            }
            let topic = match finding.topic_key.as_str() {
                "" => finding.title.clone(),
                key => key.to_owned(),
            };
            let mute = Mute {
                audience: Some(audience),
                topic: Some(topic),
                until: now.checked_add(MUTED_FOR).ok(),
                reason: Some(format!("muted from a digest: {}", finding.title)),
                ..Mute::default()
            };
            writer.add_mute(&mute, Some(&origin), now).map(drop)
        })
        .await?;
    Ok(())
}
