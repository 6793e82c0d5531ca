//! Pages that stand in place of the content.

use scraper::Html;

use crate::extract::html::Outline;
use crate::model::{ReadOutcome, Reading};

/// What the page is instead of its content, if it surely is that.
pub(super) fn recognise(
    _page: &Html,
    _outline: &Outline<'_>,
    _reading: &Reading,
) -> Option<ReadOutcome> {
    None
}
