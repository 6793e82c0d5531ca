//! HTML to blocks.
#![allow(clippy::unwrap_used, reason = "tests")]
