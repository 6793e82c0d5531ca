//! The `tidewatch` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    tidewatch::cli::main()
}
