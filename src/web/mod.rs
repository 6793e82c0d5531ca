//! The web face: where links in digests lead.
//!
//! | path | answers |
//! |---|---|
//! | `GET /vote/ID/VERB?…` | a page with one button; asking for it changes nothing |
//! | `POST /vote/ID/VERB?…` | takes the vote that the link is signed for |
//! | `GET /health` | `ok` while the store answers |
//!
//! Mail gateways and chats fetch every link they see, some with scripts run, so a vote is taken by
//! POST alone, from a button on a page without scripts. A link can be used again: the last word counts.
//!
//! It listens on loopback, behind whatever serves TLS, and elsewhere only with a token, which `/health`
//! then asks for; votes carry their own signature. It never shows more than the headline voted on.

mod page;
mod server;
mod throttle;

pub use server::{Face, WebError, bind};
