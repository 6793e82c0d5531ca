//! `tidewatch completions SHELL` and `tidewatch man`.

use std::io::{self, Write};
use std::process::ExitCode;

use clap_complete::Shell;

/// Print a completion script for a shell.
#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    /// bash, zsh, fish, elvish or powershell
    shell: Shell,
}

pub(super) fn completions(
    args: &Completions,
    mut command: clap::Command,
) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "tidewatch", &mut script);
    io::stdout().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}

/// One page with the options of every subcommand.
pub(super) fn man(mut command: clap::Command) -> anyhow::Result<ExitCode> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    // options of all subcommands may be named by one of them
    command.build();
    describe(&command, "tidewatch", &mut page)?;
    io::stdout().write_all(&page)?;
    Ok(ExitCode::SUCCESS)
}

/// A section for each subcommand, by its whole name.
fn describe(command: &clap::Command, called: &str, page: &mut Vec<u8>) -> io::Result<()> {
    for sub in command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help")
    {
        let called = format!("{called} {}", sub.get_name());
        writeln!(page, ".SH \"{}\"", called.to_uppercase())?;
        // what all subcommands share stands above
        let own = sub.clone().mut_args(|arg| {
            let shared = arg.is_global_set() || arg.get_id() == "help";
            arg.hide(shared)
        });
        let man = clap_mangen::Man::new(own);
        let mut parts = Vec::new();
        man.render_description_section(&mut parts)?;
        man.render_options_section(&mut parts)?;
        // sections of a page of its own are parts of this one
        let parts = String::from_utf8_lossy(&parts);
        page.extend_from_slice(parts.replace("\n.SH ", "\n.SS ").as_bytes());
        describe(sub, &called, page)?;
    }
    Ok(())
}
