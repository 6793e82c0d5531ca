//! demo
use super::context::Context;
use std::process::ExitCode;
/// Play a small made-up world through the real pipeline and print its digest.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}
pub(super) async fn run(_args: Args, _context: &Context) -> anyhow::Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
