//! Dated entries of a changelog (first form: its text as a page).

use crate::model::{Body, ReadOptions, Reading};

/// Reads a changelog.
pub fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    super::page::read(body, options)
}
