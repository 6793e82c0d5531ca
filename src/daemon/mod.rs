//! The service: wiring, supervision, signals, telemetry.
//!
//! | file | duty |
//! |---|---|
//! | [`pipeline`] | the one place where fetching, storing, reading, detecting and delivering meet |
//! | `service` | [`run`]: opens the store, starts the loops, answers signals, drains and closes |
//! | `loops` | one loop each for polls, digests and deliveries |
//! | `supervisor` | readiness, reload and watchdog, as systemd's `Type=notify` wants them |
//! | [`telemetry`] | logs: for people on a terminal, the journal under systemd, JSON elsewhere |
//! | [`replay`] | recorded bodies through the same pipeline, under a virtual clock |
//! | [`panics`] | a reader's panic is an outcome; any other ends the process loudly |
//!
//! **Invariant**: no half-dead daemon lives on. A loop that ends by itself ends the process, the
//! watchdog is only fed while the store answers, and what was not finished is resumed at the next start.

mod loops;
pub mod panics;
pub mod pipeline;
pub mod replay;
mod service;
mod supervisor;
pub mod telemetry;

pub use service::{Face, Settings, run};
