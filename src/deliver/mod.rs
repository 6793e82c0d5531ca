//! Messages out: takes one delivery from the outbox and brings it to its channel, once per call.
//!
//! Every channel is one file here that opens a [`Channel`](channel::Channel) from a
//! [`ChannelSpec`](crate::model::ChannelSpec). To add one: write the file, name it in the two lists
//! below. Nothing else in the crate knows which channels exist; `config` reads [`CHANNELS`].
//!
//! - A delivery keeps its id over retries: webhook-id, Message-ID and file names come from it, so a
//!   receiver can drop a repeat.
//! - A chat takes a long digest in several parts, which it cannot give back: each call sends the next
//!   one, and the outbox remembers how far it came.
//! - A failure says whether it may pass ([`DeliverError::is_transient`]), how long the receiver asked
//!   to be left alone, and what a person can do about it.
//! - Redirects are never followed and private addresses are refused unless the channel allows them.
//!
//! It never retries by itself, never waits and never touches the store: attempts, delays
//! ([`retry_delay`]) and parking are the daemon's, by what the outbox remembers.

mod assistant;
mod atom;
mod backoff;
mod brief;
mod channel;
mod chat;
mod deliverer;
mod discord;
mod email;
mod error;
mod file;
mod http;
mod ics;
mod kept;
mod matrix;
mod mattermost;
mod ntfy;
mod signature;
mod slack;
mod teams;
mod telegram;
mod vk;
mod webhook;

pub use assistant::Assistant;
pub use backoff::retry_delay;
pub use deliverer::{Deliverer, TestReport};
pub use error::DeliverError;
pub use ics::{CalendarEvent, calendar_of};
pub use signature::{VerifyError, verify_webhook};

use channel::registry;

registry! { atom discord email file ics matrix mattermost ntfy slack teams telegram vk webhook }

/// Why a channel cannot work as it is configured: an unreadable key, an address that is none, settings
/// that do not go together. Nothing is sent.
pub fn fault(spec: &crate::model::ChannelSpec) -> Option<DeliverError> {
    open(spec).err()
}

/// What the receiver answered when it took a message, or the next part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// One line for the receipt log: the mail server's queue id, an HTTP status, a file name.
    pub note: String,
    /// Parts that are still to be sent: hand the delivery in again with one more in
    /// [`Delivery::parts`](crate::model::Delivery::parts).
    pub left: usize,
}

impl Receipt {
    /// The whole message was taken.
    fn whole(note: impl Into<String>) -> Self {
        Self {
            note: note.into(),
            left: 0,
        }
    }
}
