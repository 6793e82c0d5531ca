//! Pages that vanish: told when two readings agree that a page is gone, with where its text is now.
//!
//! Gone is a page that answers 404 or 410, and one whose address leads to a hub or the home page that
//! shows none of its text. Where most of a page's text went and the page stays, the change is told as
//! ever; if other pages show that text now, it is told as moved or split.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use super::Pipeline;
use super::judge::{Judged, Known};
use crate::detect::{self, Lost, Vanished};
use crate::model::{FailureKind, FetchFailure, PageText, Reading, Source, SourceState};
use crate::schedule;
use crate::store::{About, NewFinding, PendingStep, Settled, StoreError, WaitEnd};

/// Other pages whose texts are looked at.
const PAGES: usize = 40;
/// For so long the text of a page that is gone is looked for on others.
const LOOKED_FOR: SignedDuration = SignedDuration::from_hours(24 * 7);

/// A page that is not there.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Gone {
    since: Timestamp,
    told: bool,
    /// Was its text found elsewhere?
    #[serde(default)]
    found: bool,
}

impl Pipeline {
    /// The page answered 404 or 410: looked at again soon, and told when it still does.
    pub(super) async fn gone(
        &self,
        source: &Arc<Source>,
        state: &SourceState,
        failure: &FetchFailure,
        now: Timestamp,
    ) -> Result<Judged, StoreError> {
        let status = failure.status.unwrap_or_default();
        let says_gone = failure.kind == FailureKind::Status && matches!(status, 404 | 410);
        if !says_gone || !state.seen || !matches!(source.kind.as_str(), "page" | "changelog") {
            return Ok(Judged::default());
        }
        self.vanished(source, &Vanished::Status(status), now).await
    }

    /// The page is not there: looked at again soon, told when that is so still, and its text looked for.
    pub(super) async fn vanished(
        &self,
        source: &Arc<Source>,
        how: &Vanished,
        now: Timestamp,
    ) -> Result<Judged, StoreError> {
        let mut judged = Judged::default();
        let again = schedule::second_reading(&source.id, self.config.detection.confirm_after);
        let mut gone = self.remembered_gone(source).await?.unwrap_or(Gone {
            since: now,
            told: false,
            found: false,
        });
        let due = gone.since.saturating_add(again).unwrap_or(now);
        let confirmed = gone.since < now && now >= due;
        let looks = confirmed && !gone.found && now.duration_since(gone.since) < LOOKED_FOR;
        let there = if looks {
            self.where_it_is(source, None).await?
        } else {
            Vec::new()
        };
        if confirmed && (!gone.told || !there.is_empty()) {
            gone.told = true;
            gone.found = !there.is_empty();
            let there: Vec<&Source> = there.iter().map(AsRef::as_ref).collect();
            judged.findings.push(NewFinding {
                finding: detect::gone_finding(source, how, gone.since, &there, now),
                about: About::Nothing,
            });
        } else if !gone.told {
            judged.look_again = Some(due);
        }
        judged.memos.push(memo(source, Some(gone)));
        Ok(judged)
    }

    /// Where the address of a page leads that was read: to a page above it that shows nothing of the
    /// text in force?
    pub(super) fn led_away(
        source: &Source,
        led_to: &Url,
        reading: &Reading,
        known: &Known,
    ) -> Option<Vanished> {
        let (text, known) = (reading.text.as_ref()?, known.text.as_ref()?);
        let is_page = source.kind.as_str() == "page" && detect::leads_up(&source.url, led_to);
        let lost = is_page.then(|| Lost::of(&known.latest.text, Some(text)))?;
        lost.is_most().then(|| Vanished::LedTo(led_to.clone()))
    }

    /// The page answers again: what was remembered of its being gone goes, and is told if that was.
    pub(super) async fn back(
        &self,
        source: &Arc<Source>,
        judged: &mut Judged,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if let Some(gone) = self.remembered_gone(source).await? {
            judged.memos.push(memo(source, None));
            if gone.told {
                judged.findings.push(NewFinding {
                    finding: detect::back_finding(source, gone.since, now),
                    about: About::Nothing,
                });
            }
        }
        Ok(())
    }

    /// A change by which a page lost most of its text, and which is about to be told, is told as moved
    /// or split if other pages show that text.
    pub(super) async fn say_where(
        &self,
        source: &Arc<Source>,
        judged: &mut Judged,
        lost: Lost,
    ) -> Result<(), StoreError> {
        let there = self.where_it_is(source, Some(lost)).await?;
        if there.is_empty() {
            return Ok(());
        }
        let there: Vec<&Source> = there.iter().map(AsRef::as_ref).collect();
        let made = judged.findings.iter_mut();
        let made = made.filter(|new| new.about == About::Change);
        let told = made.map(|new| &mut new.finding);
        let waited = match &mut judged.pending {
            PendingStep::End(Settled {
                end: WaitEnd::Told(finding),
                ..
            }) => Some(finding.as_mut()),
            _ => None,
        };
        for finding in told.chain(waited).filter(|f| f.suppressed.is_none()) {
            detect::say_where(finding, source, &there);
        }
        Ok(())
    }

    async fn remembered_gone(&self, source: &Source) -> Result<Option<Gone>, StoreError> {
        let name = name(source);
        self.store.read(move |reader| reader.recall(&name)).await
    }

    /// The pages of the same document, or else of the same owner, that show now what a page lost: all
    /// of its last text if not told.
    async fn where_it_is(
        &self,
        source: &Arc<Source>,
        lost: Option<Lost>,
    ) -> Result<Vec<Arc<Source>>, StoreError> {
        let akin = |other: &&Arc<Source>| match &source.document {
            Some(document) => other.document.as_ref() == Some(document),
            None => other.owner == source.owner && other.kind == source.kind,
        };
        let all = self.config.sources.iter();
        let mut others: Vec<Arc<Source>> = all
            .filter(|other| other.id != source.id)
            .filter(akin)
            .take(PAGES)
            .cloned()
            .collect();
        if others.is_empty() {
            return Ok(others);
        }
        let (id, asked) = (source.id.clone(), others.clone());
        let found = self
            .store
            .read(move |reader| {
                let lost = match (lost, reader.latest_version(&id)?) {
                    (Some(lost), _) => lost,
                    (None, Some(latest)) => Lost::of(&latest.text, None),
                    (None, None) => return Ok(Vec::new()),
                };
                let mut pages: Vec<HashSet<u64>> = Vec::with_capacity(asked.len());
                for other in &asked {
                    let text = reader.latest_version(&other.id)?.map(|latest| latest.text);
                    pages.push(text.map_or_else(HashSet::new, |text| lost.found_in(&text)));
                }
                Ok(lost.whereabouts(&pages))
            })
            .await?;
        let mut number = 0;
        others.retain(|_| {
            number += 1;
            found.contains(&(number - 1))
        });
        Ok(others)
    }
}

/// What a page lost with the change that is about to be told, if that is most of its text.
pub(super) fn lost(judged: &Judged, known: &Known, now: Option<&PageText>) -> Option<Lost> {
    let known = known.text.as_ref()?;
    let waited = matches!(
        &judged.pending,
        PendingStep::End(Settled {
            end: WaitEnd::Told(_),
            ..
        })
    );
    let mut made = judged.findings.iter();
    let told = made.any(|new| new.about == About::Change && new.finding.suppressed.is_none());
    if !waited && !told {
        return None;
    }
    let from_base = judged.version.as_ref().is_none_or(|v| v.against.is_some());
    let before = match &known.waiting {
        Some(waiting) if from_base => &waiting.base.text,
        _ => &known.latest.text,
    };
    let lost = Lost::of(before, now.or(Some(&known.latest.text)));
    lost.is_most().then_some(lost)
}

fn name(source: &Source) -> String {
    format!("gone:{}", source.id)
}

fn memo(source: &Source, gone: Option<Gone>) -> (String, Vec<u8>) {
    (name(source), serde_json::to_vec(&gone).unwrap_or_default())
}
