//! Channels: posts with their numbers, one file for each kind.
//!
//! A kind maps a body to items and samples and knows nothing of fetching. What a channel does not
//! show is absent, never 0, and a count keeps the granularity in which it was shown ([`counts`]).
//! A channel that is silent for a reason (gone, private, without preview, new markup) says so in
//! its outcome.
//!
//! A new kind is a new file here, its `mod` line, and one line in `extract::registry`.

pub(super) mod bluesky;
pub mod counts;
pub(super) mod googletrends;
pub(super) mod hackernews;
pub(super) mod json;
pub(super) mod mastodon;
pub(super) mod reddit;
pub(super) mod statuspage;
pub(super) mod telegram;
pub(super) mod vk;
pub(super) mod youtube;

mod answer;
mod paging;
mod post;

#[cfg(test)]
mod tests;
