//! Forgetting what need not be kept, as `[retention]` says.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Pipeline;
use crate::store::StoreError;

/// Rows dropped in one transaction, so that polls are not held up.
const BATCH: usize = 200;

impl Pipeline {
    /// Drops raw bodies, poll log and items' words that are older than configured.
    pub async fn retain(&self) -> Result<(), StoreError> {
        let now = self.now();
        let before = |keep: Option<Duration>| {
            let keep = SignedDuration::try_from(keep?).ok()?;
            now.checked_sub(keep).ok()
        };
        self.retain_names().await?;
        let kept = &self.config.retention;
        if let Some(before) = before(kept.raw_bodies) {
            while self
                .store
                .write(move |writer| writer.prune_bodies(before, BATCH))
                .await?
                == BATCH
            {}
        }
        if let Some(before) = before(kept.poll_log) {
            while self
                .store
                .write(move |writer| writer.prune_polls(before, BATCH))
                .await?
                == BATCH
            {}
        }
        if let Some(before) = before(kept.deliveries) {
            while self
                .store
                .write(move |writer| writer.prune_deliveries(before, BATCH))
                .await?
                == BATCH
            {}
            while self
                .store
                .write(move |writer| writer.prune_forms(before, BATCH))
                .await?
                == BATCH
            {}
        }
        if let Some(before) = before(kept.items) {
            self.retain_items(before, now).await?;
            while self
                .store
                .write(move |writer| writer.prune_trends(before, BATCH))
                .await?
                == BATCH
            {}
        }
        Ok(())
    }

    async fn retain_items(&self, before: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        while self
            .store
            .write(move |writer| writer.prune_items(before, now, BATCH))
            .await?
            == BATCH
        {}
        Ok(())
    }
}
