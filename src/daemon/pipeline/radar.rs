//! The first-seen radar: notes the names of what is new in the store, and tells those that are news.
//!
//! Names, how far it has looked and what it tells are written in one transaction for each batch of
//! items, so a restart goes on exactly where it was and tells nothing twice. A database that was
//! filled before the radar came is read from its first item on: what it holds counts as watched, and
//! what was news long ago is not told any more.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Pipeline;
use crate::config::Config;
use crate::detect::radar::{
    self, FORGET, FRESH, FirstUse, NameUse, OWNERS, Verdict, WARM_UP, YOUNG, day_of,
};
use crate::detect::{main_day, planned};
use crate::model::{FindingId, ItemId, NameKey, NewName, Role, Source};
use crate::store::{ItemNames, NameUseRow, StoreError, StoredItem, Writer, Youth};

/// Items whose names are noted in one transaction.
const BATCH: usize = 500;
/// How far the radar has looked.
const PLACE: &str = "radar.place";
/// Uses of a name that are read for a verdict.
const USES: usize = 60;
/// Names told lately that a new one is compared with.
const COMPARED: usize = 200;
/// Names looked at in one step of forgetting.
const SWEEP: usize = 20_000;
/// Uses dropped in one step.
const PRUNED: usize = 2_000;

/// How far the radar has looked, and since when it has been watching.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Place {
    item: Option<ItemId>,
    since: Option<Timestamp>,
}

impl Pipeline {
    /// Notes the names of items that are new since the last look, and tells the names that several
    /// owners began to use within days and nobody used before. One look at a time, please.
    pub(super) async fn watch_names(&self) -> Result<Vec<FindingId>, StoreError> {
        let place = self.store.read(|reader| reader.recall(PLACE)).await?;
        let mut place: Place = place.unwrap_or_default();
        let mut told = Vec::new();
        loop {
            let after = place.item.unwrap_or(ItemId(0));
            let items = self
                .store
                .read(move |reader| reader.items_after(after, BATCH))
                .await?;
            let (Some(first), Some(last)) = (items.first(), items.last()) else {
                break;
            };
            let is_last = items.len() < BATCH;
            place.item = Some(last.id);
            let since = *place.since.get_or_insert(first.first_seen_at);
            let named = self.on_reader(move || named(&items)).await;
            let (config, now) = (Arc::clone(&self.config), self.now());
            let found = self.store.write(move |writer| {
                writer.remember(PLACE, &place)?;
                let youth = Youth {
                    since: day_of(since) + WARM_UP,
                    days: YOUNG,
                    owners: OWNERS,
                };
                let asked = writer.note_names(&named, youth)?;
                tell(writer, &config, &asked, since, now)
            });
            told.extend(found.await?);
            if is_last {
                break;
            }
        }
        Ok(told)
    }

    /// Forgets names that nobody has used for more than a year, and who used those that were no news.
    pub(super) async fn retain_names(&self) -> Result<(), StoreError> {
        let now = self.now();
        let young = SignedDuration::from_hours(24 * (YOUNG + 3));
        let before = now.saturating_sub(young).unwrap_or(Timestamp::MIN);
        while self
            .store
            .write(move |writer| writer.prune_name_uses(before, PRUNED))
            .await?
            == PRUNED
        {}
        let before = day_of(now) - FORGET;
        let mut from = Some(i64::MIN);
        while let Some(start) = from {
            from = self
                .store
                .write(move |writer| writer.forget_names(before, start, SWEEP))
                .await?;
        }
        Ok(())
    }
}

/// The names of some items.
fn named(items: &[StoredItem]) -> Vec<ItemNames> {
    let readable = items.iter().filter(|item| !item.pruned);
    let named = readable.map(|item| ItemNames {
        item: item.id,
        at: item
            .read
            .published
            .unwrap_or(item.first_seen_at)
            .min(item.first_seen_at),
        names: radar::names(&item.read.title, &item.read.summary),
    });
    named.collect()
}

/// Judges the names that enough owners use, and writes down the findings of those that are news.
fn tell(
    writer: &mut Writer,
    config: &Config,
    asked: &[NameKey],
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<FindingId>, StoreError> {
    let mut found: Vec<((NameKey, Vec<NameUseRow>), Verdict)> = Vec::new();
    for key in asked {
        let uses = writer.name_uses(*key, USES)?;
        let is_fresh = uses
            .last()
            .is_some_and(|u| now.duration_since(u.at) < FRESH);
        let texts: Vec<NameUse<'_>> = uses.iter().map(as_use).collect();
        if is_fresh && let Some(verdict) = radar::judge(*key, &texts) {
            found.push(((*key, uses), verdict));
        }
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    radar::rank(&mut found);
    let lately = now
        .saturating_sub(SignedDuration::from_hours(24 * 30))
        .unwrap_or(Timestamp::MIN);
    let mut known: Vec<(String, Vec<i64>)> = Vec::new();
    for stored in writer.new_names(lately, COMPARED)? {
        known.push((stored.name.name, writer.name_items(stored.key)?));
    }
    let sources: HashMap<&str, &Arc<Source>> = config
        .sources
        .iter()
        .map(|source| (source.id.as_str(), source))
        .collect();
    let mut told = Vec::new();
    for ((key, uses), verdict) in found {
        let items: Vec<i64> = {
            let mut items: Vec<i64> = uses.iter().map(|u| u.item.0).collect();
            items.sort_unstable();
            items
        };
        let is_known = known
            .iter()
            .any(|(name, others)| radar::is_same_thing((name, others), (&verdict.name, &items)));
        let Some(lead) = lead(&uses, &sources) else {
            continue;
        };
        let (name, planned) = new_name(&verdict, &uses, since, now);
        if is_known {
            writer.add_new_name(key, &name, None, now)?;
            continue;
        }
        let first_uses = first_uses(&verdict, &uses);
        let trend = writer.trend_of_items(&items)?;
        let finding = radar::first_seen_finding(
            key,
            &name,
            &first_uses,
            trend,
            planned.as_deref(),
            lead,
            now,
        );
        tracing::info!(title = finding.title, gist = finding.gist, "first seen");
        told.extend(writer.add_new_name(key, &name, Some(&finding), now)?);
        known.push((verdict.name, items));
    }
    Ok(told)
}

fn as_use(row: &NameUseRow) -> NameUse<'_> {
    NameUse {
        owner: &row.owner,
        title: &row.title,
        summary: &row.summary,
    }
}

/// The source to tell it under: the first official one, else the first that is still configured.
fn lead<'a>(
    uses: &[NameUseRow],
    sources: &HashMap<&str, &'a Arc<Source>>,
) -> Option<&'a Arc<Source>> {
    let official = |row: &&NameUseRow| matches!(row.role, Role::Official | Role::Regulator);
    let source = |row: &NameUseRow| sources.get(row.source.as_str()).copied();
    let first = uses.iter().filter(official).find_map(source);
    first.or_else(|| uses.iter().find_map(source))
}

/// What is kept of a verdict, and the sentence that names a date to come beside it.
fn new_name(
    verdict: &Verdict,
    uses: &[NameUseRow],
    since: Timestamp,
    now: Timestamp,
) -> (NewName, Option<String>) {
    let first_at = uses.first().map_or(now, |first| first.at);
    let days = (day_of(first_at) - day_of(since)).max(0);
    let planned = verdict.quotes.iter().find_map(|(number, sentence)| {
        let row = uses.get(*number)?;
        main_day(&planned(sentence, row.language.as_deref(), row.at, now)).cloned()
    });
    let name = NewName {
        name: verdict.name.clone(),
        sort: verdict.sort.map(str::to_owned),
        owners: verdict.owners,
        launched: verdict.launched,
        sorted: verdict.sorted,
        unseen_days: u32::try_from(days).unwrap_or(u32::MAX),
        first_at,
        planned: planned.as_ref().map(|found| found.date),
        confidence: radar::confidence(verdict, days),
    };
    (name, planned.map(|found| found.sentence))
}

/// The first text of each owner; official ones come first.
fn first_uses(verdict: &Verdict, uses: &[NameUseRow]) -> Vec<FirstUse> {
    let mut first: Vec<(bool, FirstUse)> = Vec::new();
    for (number, quote) in &verdict.quotes {
        let Some(row) = uses.get(*number) else {
            continue;
        };
        if first.iter().any(|(_, known)| known.owner == row.owner) {
            continue;
        }
        let official = matches!(row.role, Role::Official | Role::Regulator);
        let one = FirstUse {
            owner: row.owner.clone(),
            quote: quote.clone(),
            link: row.link.clone(),
            at: row.at,
        };
        first.push((!official, one));
    }
    first.sort_by_key(|(unofficial, one)| (*unofficial, one.at));
    first.into_iter().map(|(_, one)| one).collect()
}

#[cfg(test)]
mod tests;
