//! What a panic means.
//!
//! A reader or unpacker that panics on a hostile body is caught by `model::guard` and becomes that poll's outcome:
//! the hook is silent about it. Any other panic is a bug of ours, and a process that has lost one of
//! its loops must not live on half-dead: it is logged and the process aborts, for systemd to restart.

use std::panic;

use crate::model::guard;

/// Makes every panic outside a guarded reader end the process. Called once, by `tidewatch run`.
pub fn end_process_on_panic() {
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if guard::is_guarded() {
            return;
        }
        default(info);
        tracing::error!("ended by a panic, please report it: {info}");
        std::process::abort();
    }));
}

/// Keeps guarded panics off the terminal; others print as usual. For the one-shot subcommands.
pub fn quiet_guarded_panics() {
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !guard::is_guarded() {
            default(info);
        }
    }));
}
