//! TOML to typed settings, every fault at once.
//!
//! [`load`] reads one main file and the packs it names (or the ones shipped inside the program),
//! lays the environment over it, and hands back a [`Config`] in which every value has been checked,
//! or all [`Faults`] of all files, each with file, line, column and remedy. Unknown keys are faults.
//!
//! Readers and channels live in a higher layer, so their names come in as [`Known`].
//!
//! Nothing here reads the network or the clock, and nothing is global: the environment is a value
//! ([`Environment`]), so that a test can hand in its own.

mod environment;
mod fault;
mod load;
mod settings;
mod shipped;

pub use environment::Environment;
pub use fault::{Fault, Faults};
pub use load::{Known, load};
pub use settings::{Config, DeliverySettings, Http, Log, LogFormat, Retention, Schedule};
pub use shipped::{InitError, SHIPPED, init};
