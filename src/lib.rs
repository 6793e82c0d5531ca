//! tidewatch watches what a social media team must know: rules that change, topics that rise,
//! competitors' posts that fly or sink. One program, one SQLite file.
//!
//! # The way of the data
//!
//! ```text
//! config ─► schedule ─► fetch ─► snapshot ─► extract ─► detect ─► digest ─► deliver
//!                         └───────────── store (SQLite) ─────────────┘
//!                                            │
//!                                          query ─► CLI
//! ```
//!
//! 1. [`schedule`] says which sources are due: state and now in, jobs out.
//! 2. [`fetch`] brings a body or an explained failure; the only code that touches the network for sources.
//! 3. The raw body is stored as a snapshot **first**; extraction reads the stored body.
//! 4. [`extract`] turns bytes into a version's text, or items and samples. It never panics on any bytes.
//! 5. [`detect`] turns history into findings; the same functions run live and in replay.
//! 6. [`digest`] chooses, ranks and renders. 7. [`deliver`] sends from the outbox until acknowledged.
//! 8. A poll's outcome, version, items, samples and findings share one transaction in [`store`].
//!
//! # Layers
//!
//! | layer | module | duty |
//! |---|---|---|
//! | 0 | [`model`] | ids, records, the [`model::Clock`] trait |
//! | 1 | [`config`] | TOML → typed; every fault at once with file and line |
//! | 2 pure | [`schedule`] [`extract`] [`detect`] [`digest`] | no I/O, no clock of their own |
//! | 2 I/O | [`fetch`] [`store`] [`deliver`] | network in, all SQL, network out |
//! | 3 | [`query`] | the read views that every face shares |
//! | 4 | [`daemon`] [`web`] | wiring, supervision, signals, telemetry; where links in digests lead |
//! | 5 | `main.rs`, [`cli`] | one file per subcommand |
//!
//! Imports go downward only and siblings of one layer never import each other; `daemon::pipeline`
//! alone joins layer 2. `tests/architecture.rs` holds this table against the source.

pub mod cli;
pub mod config;
pub mod daemon;
pub mod deliver;
pub mod detect;
pub mod digest;
pub mod extract;
pub mod fetch;
pub mod model;
pub mod query;
pub mod schedule;
pub mod store;
pub mod web;
