//! Who else tells a story that was found in several sources: one of each owner, as evidence of its
//! finding, so that a card names them; and its items, so that no card tells one of them again.

use jiff::Timestamp;

use super::Pipeline;
use crate::model::{Evidence, ItemId, Source, SourceId, Teller, Trend, members_evidence};
use crate::store::{MentionItem, StoreError};

/// Most of them kept with a finding.
const MOST: usize = 12;
/// Items of a trend that are looked at.
const ITEMS: usize = 300;

impl Pipeline {
    /// The owners that a trend was found with beside that of `lead`.
    pub(super) async fn tellers_of_trend(
        &self,
        trend: &Trend,
        lead: &Source,
    ) -> Result<Vec<Evidence>, StoreError> {
        let ids: Vec<i64> = trend.items.iter().copied().take(ITEMS).collect();
        let items = self
            .store
            .read(move |reader| {
                // an item may have been forgotten meanwhile
                let items = ids
                    .into_iter()
                    .filter_map(|id| reader.item(ItemId(id)).ok());
                Ok(items
                    .map(|item| (item.id, item.source, item.read.link))
                    .collect::<Vec<_>>())
            })
            .await?;
        Ok(self.tellers(lead, items.into_iter()))
    }

    /// The owners that mention a topic since then beside that of `lead`; `mentions` are newest first.
    pub(super) fn tellers_of_mentions(
        &self,
        mentions: &[MentionItem],
        since: Timestamp,
        lead: &Source,
    ) -> Vec<Evidence> {
        let recent = mentions.iter().rev().filter(|mention| mention.at >= since);
        self.tellers(
            lead,
            recent.map(|m| (m.item, m.source.clone(), m.link.clone())),
        )
    }

    /// One of each owner, the most believable first, else in the order given; then all items.
    fn tellers(
        &self,
        lead: &Source,
        items: impl Iterator<Item = (ItemId, SourceId, Option<String>)>,
    ) -> Vec<Evidence> {
        let mut tellers: Vec<Teller> = Vec::new();
        let mut members = Vec::new();
        for (item, id, url) in items {
            members.push(item);
            let Some(source) = self.source(&id) else {
                continue;
            };
            let is_known = |teller: &Teller| teller.owner == source.owner;
            if source.owner == lead.owner || tellers.iter().any(is_known) {
                continue;
            }
            tellers.push(Teller {
                source: id,
                title: source.title.clone(),
                owner: source.owner.clone(),
                role: source.role,
                url,
            });
        }
        tellers.sort_by_key(|teller| teller.role.belief());
        members.truncate(ITEMS);
        let tellers = tellers.iter().take(MOST).map(Teller::evidence);
        tellers.chain([members_evidence(&members)]).collect()
    }
}
