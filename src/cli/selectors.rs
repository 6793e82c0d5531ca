//! Selectors as they stand on a command line: checked before anything is fetched.
//!
//! A selector that cannot be read would silently read the whole page instead.

use super::context::Misuse;
use crate::extract::{check_mapping, page};

/// Checks `--select`, `--remove` and `--wait-for`. For kind `json` `--select` holds a mapping; with no kind named it
/// may be either.
pub(super) fn check(
    kind: Option<&str>,
    select: &[String],
    remove: &[String],
    wait_for: Option<&str>,
) -> Result<(), Misuse> {
    let css = |option: &str, selector: &str| {
        page::check_selector(selector).map_err(|why| Misuse(format!("`{option}`: {why}")))
    };
    let is_mapping = match kind {
        Some("json") => true,
        Some(_) => false,
        None => select
            .iter()
            .any(|line| line.trim_start().starts_with("items")),
    };
    if is_mapping && !select.is_empty() {
        check_mapping(select).map_err(|why| Misuse(format!("`--select`: {why}")))?;
    } else {
        select.iter().try_for_each(|one| css("--select", one))?;
    }
    remove.iter().try_for_each(|one| css("--remove", one))?;
    wait_for.map_or(Ok(()), |one| css("--wait-for", one))
}
