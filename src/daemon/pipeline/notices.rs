//! Channels that fail are told of by others: once when a message was set aside or the channel has
//! failed for hours, and once more when it works again.
//!
//! Written with the attempt's outcome in one transaction, so a kill neither loses nor doubles a notice.
//! A notice goes by a channel that is not failing itself; without one the log alone knows, until there
//! is one. No loop can come of it: each channel and recipient has at most one notice for each trouble,
//! whatever becomes of the notice's own delivery.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::Pipeline;
use crate::digest::notice::{ChannelNews, channel_notice};
use crate::model::{ChannelTrouble, Delivery, FindingId, Language, Window};
use crate::store::{NewDelivery, NewDigestRun, StoreError, Writer};

/// The name under which notices stand in the outbox; no digest can have it.
const NOTICES: &str = "@notices";
/// A channel whose last failure is older may well work.
const RECENT: SignedDuration = SignedDuration::from_hours(24);
/// A channel that was told of for another recipient is not told of again so soon.
const ENOUGH: SignedDuration = SignedDuration::from_hours(6);
/// Channels that carry digests alone.
const MUTE_KINDS: [&str; 2] = ["atom", "ics"];

/// What one attempt at a delivery may lead to.
pub(super) struct Notices {
    channel: String,
    recipient: String,
    now: Timestamp,
    after: Duration,
    language: Language,
    zone: TimeZone,
    /// Other channels in their order, each with a message for everybody on it.
    ways: Vec<(String, Vec<NewDelivery>)>,
}

impl Pipeline {
    /// Everything that may have to be told after an attempt at this delivery.
    pub(super) fn notices(&self, delivery: &Delivery) -> Notices {
        let settings = &self.config.delivery;
        let all = self.config.channels.iter();
        let carries = |name: &str| {
            let mut channels = self.config.channels.iter();
            channels.any(|spec| spec.name == name && !MUTE_KINDS.contains(&spec.kind.as_str()))
        };
        let order: Vec<String> = if settings.alert_channels.is_empty() {
            all.map(|spec| spec.name.clone()).collect()
        } else {
            settings.alert_channels.clone()
        };
        let others = order
            .into_iter()
            .filter(|name| *name != delivery.channel && carries(name));
        Notices {
            channel: delivery.channel.clone(),
            recipient: delivery.recipient.clone(),
            now: self.now(),
            after: settings.alert_after,
            language: self.config.language,
            zone: self.config.zone.clone(),
            ways: others
                .map(|name| (name.clone(), self.addressed(&[name])))
                .collect(),
        }
    }
}

impl Notices {
    /// The attempt failed; `parked` if the message was given up.
    pub(super) fn fails(
        mut self,
        writer: &mut Writer,
        why: &str,
        parked: bool,
    ) -> Result<(), StoreError> {
        let trouble =
            writer.channel_fails(&self.channel, &self.recipient, self.now, why, parked)?;
        let patience = SignedDuration::try_from(self.after).unwrap_or(SignedDuration::MAX);
        let is_long = self.now.duration_since(trouble.since) >= patience;
        if trouble.told_at.is_some() || !(is_long || parked) {
            return Ok(());
        }
        let troubles = writer.troubles()?;
        let told_lately = troubles.iter().find(|other| {
            let lately = |at: Timestamp| self.now.duration_since(at) < ENOUGH;
            other.channel == self.channel && other.told_at.is_some_and(lately)
        });
        if let Some(via) = told_lately.and_then(|other| other.via.clone()) {
            return writer.trouble_told(&trouble, self.now, &via);
        }
        let Some((via, deliveries)) = self.way(&troubles, None) else {
            tracing::error!(
                channel = self.channel,
                "no other channel can be told that it fails"
            );
            return Ok(());
        };
        tracing::warn!(channel = self.channel, via, "told that it fails");
        self.tell(writer, ChannelNews::Down, &trouble, &troubles, deliveries)?;
        writer.trouble_told(&trouble, self.now, &via)
    }

    /// The attempt succeeded.
    pub(super) fn works(mut self, writer: &mut Writer) -> Result<(), StoreError> {
        let Some(trouble) = writer.channel_works(&self.channel, &self.recipient)? else {
            return Ok(());
        };
        let troubles = writer.troubles()?;
        // one word for the channel, when the last of its recipients is reached again
        let others = troubles
            .iter()
            .filter(|other| other.channel == self.channel);
        let is_last = others.filter(|other| other.told_at.is_some()).count() == 0;
        if trouble.told_at.is_none() || !is_last {
            return Ok(());
        }
        let parked = writer.parked_on(&self.channel)?.len();
        if let Some((_, deliveries)) = self.way(&troubles, trouble.via.as_deref()) {
            let news = ChannelNews::Up { parked };
            self.tell(writer, news, &trouble, &troubles, deliveries)?;
        }
        Ok(())
    }

    /// The first channel that does not fail; `wish` before all, if it is one of them.
    fn way(
        &mut self,
        troubles: &[ChannelTrouble],
        wish: Option<&str>,
    ) -> Option<(String, Vec<NewDelivery>)> {
        let fails = |name: &str| {
            troubles.iter().any(|trouble| {
                trouble.channel == name && self.now.duration_since(trouble.last_at) < RECENT
            })
        };
        let mut works = self.ways.iter().position(|(name, _)| !fails(name))?;
        if let Some(wished) = self
            .ways
            .iter()
            .position(|(name, _)| Some(name.as_str()) == wish && !fails(name))
        {
            works = wished;
        }
        Some(self.ways.swap_remove(works))
    }

    fn tell(
        &self,
        writer: &mut Writer,
        news: ChannelNews,
        trouble: &ChannelTrouble,
        troubles: &[ChannelTrouble],
        deliveries: Vec<NewDelivery>,
    ) -> Result<(), StoreError> {
        let mut others: Vec<String> = troubles
            .iter()
            .filter(|other| other.channel != self.channel)
            .map(|other| other.channel.clone())
            .collect();
        others.dedup();
        let form = channel_notice(news, trouble, &others, self.language, &self.zone, self.now);
        let run = NewDigestRun {
            name: NOTICES.to_owned(),
            follows: writer.last_run(NOTICES)?.map(|run| run.id),
            slot: None,
            at: self.now,
            window: Window {
                since: Some(trouble.since),
                until: self.now,
            },
            upto: FindingId(0),
            told: Vec::new(),
            held: Vec::new(),
            form,
            deliveries,
        };
        writer.commit_digest(&run).map(drop)
    }
}
