//! The built program, as its users start it.

use std::path::Path;

use assert_cmd::Command;

/// The program in an empty home, told nothing by the environment.
pub(crate) fn tidewatch(home: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("tidewatch"));
    command
        .env_clear()
        .env("HOME", home)
        .env("TZ", "UTC")
        .env("PATH", "/usr/bin:/bin")
        .current_dir(home);
    command
}
