//! TOML to typed settings, every fault at once.
//!
//! [`load()`] reads one main file and the packs of sources it names (or the ones built into the
//! program), lays the environment over it, and hands back a [`Config`] in which every value has been
//! checked, or all [`Faults`] of all files, each with file, line, column and remedy. Unknown keys are
//! faults.
//!
//! | file | matter |
//! |---|---|
//! | `settings` | the types that the rest of the program sees |
//! | `load` | the way from files to [`Config`]; what refers to what |
//! | `sections`, `sources`, `rules`, `audience`, `terms`, `topics`, `secrets`, `packs` | one part of the files each |
//! | `table`, `raw`, `value`, `report`, `fault` | how a table is read without stopping at its first fault |
//! | `environment` | the process environment as a value, and what it overrides |
//! | `addition` | sources that a program writes into the user's files |
//! | `shipped` | what is built in, and `init` |
//!
//! Readers and channels live in a higher layer, so their names come in as [`Known`]. Nothing here
//! reads the network or the clock, and nothing is global: a test hands in its own [`Environment`].

mod addition;
mod audience;
mod environment;
mod fault;
mod load;
mod packs;
mod raw;
mod report;
mod rules;
mod secrets;
mod sections;
mod settings;
mod shipped;
mod sources;
mod table;
mod terms;
mod topics;
mod value;
mod words;

pub use addition::{AddError, Addition, add_sources, file_for_sources};
pub use environment::Environment;
pub use fault::{Fault, Faults};
pub use load::{Known, load};
pub use settings::{
    AssistantSettings, Config, DeliverySettings, Detection, Http, Log, LogFormat, Retention,
    Schedule, Web,
};
pub use shipped::{InitError, SHIPPED, init};
pub use terms::until;
