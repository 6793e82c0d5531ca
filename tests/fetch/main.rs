//! Fetching over loopback from servers made by hand: honest, broken and hostile ones.

mod addresses;
mod bodies;
mod conditional;
mod failures;
mod polite;
mod redirects;
mod rendering;
mod robots;
mod tls;
mod world;
