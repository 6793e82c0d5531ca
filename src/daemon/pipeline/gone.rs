//! Pages that vanish: told when two readings agree that a page is gone, with where its text is now.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Pipeline;
use super::judge::Judged;
use crate::detect;
use crate::model::{FailureKind, FetchFailure, Source, SourceState};
use crate::schedule;
use crate::store::{About, NewFinding, StoreError};

/// Other pages of a document whose texts are looked at.
const PAGES: usize = 40;

/// A page that answers that it is not there.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Gone {
    since: Timestamp,
    told: bool,
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
        let mut judged = Judged::default();
        let says_gone = failure.kind == FailureKind::Status
            && matches!(failure.status, Some(404 | 410))
            && state.seen;
        if !says_gone || !matches!(source.kind.as_str(), "page" | "changelog") {
            return Ok(judged);
        }
        let again = schedule::second_reading(&source.id, self.config.detection.confirm_after);
        let mut gone = self.remembered_gone(source).await?.unwrap_or(Gone {
            since: now,
            told: false,
        });
        let due = gone.since.saturating_add(again).unwrap_or(now);
        let confirmed = gone.since < now && now >= due;
        if confirmed && !gone.told {
            gone.told = true;
            let moved = self.same_text_elsewhere(source).await?;
            judged.findings.push(NewFinding {
                finding: detect::gone_finding(
                    source,
                    failure.status.unwrap_or(404),
                    gone.since,
                    moved.as_deref(),
                    now,
                ),
                about: About::Nothing,
            });
        } else if !gone.told {
            judged.look_again = Some(due);
        }
        judged.memos.push(memo(source, Some(gone)));
        Ok(judged)
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

    async fn remembered_gone(&self, source: &Source) -> Result<Option<Gone>, StoreError> {
        let name = name(source);
        self.store.read(move |reader| reader.recall(&name)).await
    }

    /// Another page of the same document that shows the text this one showed last.
    async fn same_text_elsewhere(
        &self,
        source: &Arc<Source>,
    ) -> Result<Option<Arc<Source>>, StoreError> {
        let Some(document) = &source.document else {
            return Ok(None);
        };
        let all = self.config.sources.iter();
        let others: Vec<Arc<Source>> = all
            .filter(|s| s.document.as_ref() == Some(document) && s.id != source.id)
            .take(PAGES)
            .cloned()
            .collect();
        let id = source.id.clone();
        self.store
            .read(move |reader| {
                let Some(text) = reader.latest_version(&id)? else {
                    return Ok(None);
                };
                for other in others {
                    let there = reader.seen_text(&other.id, text.hash)?;
                    if there.is_some() {
                        return Ok(Some(other));
                    }
                }
                Ok(None)
            })
            .await
    }
}

fn name(source: &Source) -> String {
    format!("gone:{}", source.id)
}

fn memo(source: &Source, gone: Option<Gone>) -> (String, Vec<u8>) {
    (name(source), serde_json::to_vec(&gone).unwrap_or_default())
}
