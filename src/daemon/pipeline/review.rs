//! What a digest that looks back compares and lists, and the dates to come that every digest knows.

use std::collections::HashSet;

use jiff::{SignedDuration, ToSpan as _};

use super::Pipeline;
use super::digest::CANDIDATES;
use crate::digest::{Review, Voice, one_each};
use crate::model::{DigestSpec, Finding, FindingId, TopicKind, Window};
use crate::query::{self, CountBy, QueryError, Share, TopicQuestion};
use crate::store::StoreError;

/// Days within which a digest that looks back names what comes into force.
const AHEAD: i32 = 30;
/// Days within which a date is in a calendar.
const OPEN: i32 = 730;
/// Most dates in a calendar.
const DATES: usize = 500;

impl Pipeline {
    /// What a digest that looks back compares and lists.
    pub(super) async fn review(
        &self,
        spec: &DigestSpec,
        window: Window,
    ) -> Result<Review, StoreError> {
        let until = window.until;
        let today = until.to_zoned(spec.zone.clone()).date();
        if !spec.terms.review {
            let far = today.saturating_add(OPEN.days());
            let open = self
                .store
                .read(move |reader| reader.findings_ahead(today, far, DATES))
                .await?;
            return Ok(Review {
                open: Self::of_tags(spec, open),
                ..Review::default()
            });
        }
        let week = SignedDuration::from_hours(24 * 7);
        let since = window.since.or_else(|| until.checked_sub(week).ok());
        let since = since.unwrap_or(until);
        let before = since
            .saturating_sub(until.duration_since(since))
            .unwrap_or(since);
        let (last, far) = (
            today.saturating_add(AHEAD.days()),
            today.saturating_add(OPEN.days()),
        );
        let voices = self.voices(until.duration_since(since)).await?;
        let review = self
            .store
            .read(move |reader| {
                // a span that was watched in part only would make the present one look like a rise
                let watched = reader.watched_since()?.is_some_and(|first| first <= before);
                let earlier = (watched && before < since)
                    .then(|| reader.findings_between(before, since, CANDIDATES));
                Ok(Review {
                    now: reader.findings_between(since, until, CANDIDATES)?,
                    before: earlier.transpose()?,
                    ahead: reader.findings_ahead(today, last, CANDIDATES)?,
                    open: reader.findings_ahead(today, far, DATES)?,
                    voices: Vec::new(),
                })
            })
            .await?;
        Ok(Review {
            open: Self::of_tags(spec, review.open),
            voices,
            ..review
        })
    }

    /// Findings of the digest's tags, each story once.
    fn of_tags(
        spec: &DigestSpec,
        mut found: Vec<(FindingId, Finding)>,
    ) -> Vec<(FindingId, Finding)> {
        found.retain(|(_, finding)| {
            spec.tags.is_empty() || finding.tags.iter().any(|tag| spec.tags.contains(tag))
        });
        one_each(found)
    }

    /// Shares of voice in the span that ends now, of every group of watched topics.
    async fn voices(&self, span: SignedDuration) -> Result<Vec<Vec<Voice>>, StoreError> {
        let topics = &self.config.topics;
        let mut groups = Vec::new();
        let mut seen = HashSet::new();
        for topic in topics.iter().filter(|topic| topic.group.is_some()) {
            if !seen.insert(&topic.group) {
                continue;
            }
            let question = TopicQuestion {
                name: topic.name.clone(),
                window: span,
                by: CountBy::Mentions,
                limit: 0,
                zone: self.config.zone.clone(),
            };
            let story = match query::topic(&self.store, topics, question, self.now()).await {
                Ok(story) => story,
                Err(QueryError::Store(error)) => return Err(error),
                // no other fault can come of a configured topic
                Err(_) => None,
            };
            let shares = story.map(|story| story.shares).unwrap_or_default();
            let voice = |share: Share| Voice {
                title: share.title,
                is_own: share.kind == TopicKind::Brand,
                mentions: share.count,
                share: share.share,
                before: share.before,
            };
            // one voice alone shares with nobody
            if shares.len() > 1 {
                groups.push(shares.into_iter().map(voice).collect());
            }
        }
        Ok(groups)
    }
}
