//! Keeps requests away from the machine and network we run in.
//!
//! Two doors need a guard. Names are resolved by [`GuardedResolver`], which hands on only public
//! addresses; the connection is made to exactly those, so a name that answers differently the
//! second time (DNS rebinding) gains nothing. Literal addresses in URLs never reach a resolver and
//! are checked by `model::check_host` before every request; the URL parser has by then turned forms such
//! as `2130706433` and `0x7f.1` into plain addresses.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::model::keep_public;

/// The system's resolver, less every address that is not public.
#[derive(Debug, Clone, Copy)]
pub(super) struct GuardedResolver;

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let addresses: Addrs = Box::new(keep_public(found.collect())?.into_iter());
            Ok(addresses)
        })
    }
}
