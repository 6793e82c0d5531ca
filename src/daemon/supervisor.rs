//! What systemd wants to know: ready, reloading, stopping, alive. Silent when there is no systemd.

use sd_notify::NotifyState;

use crate::store::Store;

/// The service is up: readers of `systemctl status` see `words`.
pub(super) fn ready(words: &str) {
    notify(&[NotifyState::Ready, NotifyState::Status(words)]);
}

/// A reload begins; [`ready`] ends it.
pub(super) fn reloading() {
    // systemd 253 and later want the time at which the reload began
    match NotifyState::monotonic_usec_now() {
        Ok(since) => notify(&[NotifyState::Reloading, since]),
        Err(_) => notify(&[NotifyState::Reloading]),
    }
}

/// The service drains.
pub(super) fn stopping() {
    notify(&[NotifyState::Stopping]);
}

/// Feeds systemd's watchdog for as long as the store answers a real write; never returns.
pub(super) async fn feed_watchdog(store: Store) {
    let Some(limit) = sd_notify::watchdog_enabled().filter(|limit| !limit.is_zero()) else {
        return std::future::pending().await;
    };
    let mut ticks = tokio::time::interval(limit / 3);
    loop {
        ticks.tick().await;
        match tokio::time::timeout(limit / 3, store.ping()).await {
            Ok(Ok(())) => notify(&[NotifyState::Watchdog]),
            Ok(Err(error)) => {
                tracing::error!("the store does not answer, the watchdog is not fed: {error}");
            }
            Err(_) => {
                tracing::error!(after = ?(limit / 3), "the store is silent, the watchdog is not fed");
            }
        }
    }
}

fn notify(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!("systemd cannot be told: {error}");
    }
}
