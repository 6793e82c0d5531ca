//! What a channel is: opened once from its spec, then handed one delivery at a time.

use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;

use super::{DeliverError, Receipt};
use crate::model::{ChannelSpec, Delivery};

/// The future of one attempt.
pub(super) type Attempt<'a> =
    Pin<Box<dyn Future<Output = Result<Receipt, DeliverError>> + Send + 'a>>;

/// An opened channel.
pub(super) trait Channel: Send + Sync {
    /// Makes one attempt. `now` is the instant of the attempt, for signatures and for waits that a
    /// receiver gives as a date.
    fn send<'a>(&'a self, delivery: &'a Delivery, now: Timestamp) -> Attempt<'a>;
}

/// The value of a field that `CHANNELS` lists as needed; config has checked it, a test may not have.
pub(super) fn needed<'a, T: ?Sized>(
    spec: &ChannelSpec,
    field: &str,
    value: Option<&'a T>,
) -> Result<&'a T, DeliverError> {
    value.ok_or_else(|| DeliverError::config(spec, format!("`{field}` is missing")))
}

/// Makes the list of channels and the function that opens one from a list of module names. Each
/// module has `NEEDS` (names of the [`ChannelSpec`] fields it cannot do without) and `open`.
macro_rules! registry {
    ($($kind:ident)+) => {
        /// Every channel kind with the `ChannelSpec` fields it needs. The only list of channels.
        pub const CHANNELS: &[(&str, &[&str])] = &[$((stringify!($kind), $kind::NEEDS)),+];

        fn open(
            spec: &crate::model::ChannelSpec,
        ) -> Result<Box<dyn channel::Channel>, DeliverError> {
            match spec.kind.as_str() {
                $(stringify!($kind) => Ok(Box::new($kind::open(spec)?)),)+
                other => Err(DeliverError::config(spec, format!(
                    "there is no channel kind `{other}`; there are: {}",
                    CHANNELS.iter().map(|(kind, _)| *kind).collect::<Vec<_>>().join(", "),
                ))),
            }
        }
    };
}
pub(super) use registry;
