//! Where the evaluation data is, if it is there: `TIDEWATCH_EVAL`, by default `../shared/eval/data`.

use std::path::{Path, PathBuf};

/// The folder of the data, if it holds what is asked for; else says that nothing is measured.
pub(crate) fn eval(what: &str) -> Option<PathBuf> {
    let root = std::env::var_os("TIDEWATCH_EVAL").map_or_else(
        || Path::new("../shared/eval/data").to_owned(),
        PathBuf::from,
    );
    let found = root.join(what);
    if found.exists() {
        return Some(root);
    }
    println!(
        "no evaluation data at {} (set TIDEWATCH_EVAL); nothing measured",
        found.display()
    );
    None
}
