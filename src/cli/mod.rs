//! The command line: one file per subcommand.
//!
//! Results go to stdout, in tables that fit the terminal or as JSON with `--json`; words about the
//! work (progress, logs, faults) go to stderr. Nothing here decides anything: it asks `query`,
//! steers `daemon::pipeline`, and prints.
//!
//! # Exit codes
//!
//! | code | means |
//! |---|---|
//! | 0 | done |
//! | 1 | failed: a source could not be polled, a message could not be sent, the store refused |
//! | 2 | the command line or the configuration is wrong; nothing was done |
//! | 3 | what was asked for does not exist |
//! | 4 | another tidewatch runs on the same database |

mod changes;
mod channels;
mod check;
mod compare;
mod complete;
mod context;
mod deadlines;
mod demo;
mod diff;
mod digest;
mod explain;
mod feedback;
mod findings;
mod history;
mod init;
mod languages;
mod layout;
mod mute;
mod new_names;
mod outbox;
mod output;
mod poll;
mod read;
mod replay;
mod rules;
mod run;
mod search;
mod selectors;
mod show;
mod sources;
mod spans;
mod sparkline;
mod status;
mod topic;
mod topics;
mod trend;
mod trends;
mod verify_webhook;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use context::{Context, block_on};

/// Watches platform rules, trends and competitors, and sends digests that people read.
#[derive(Debug, Parser)]
#[command(name = "tidewatch", version, max_term_width = 100, arg_required_else_help = true, after_help = EXIT_CODES)]
pub struct Cli {
    /// Configuration file; without one the user's or system's is used, else the built-in defaults
    #[arg(
        long,
        short,
        global = true,
        env = "TIDEWATCH_CONFIG",
        value_name = "FILE"
    )]
    config: Option<PathBuf>,
    /// Print JSON instead of tables
    #[arg(long, global = true)]
    json: bool,
    /// Colours: by default on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Colour,
    /// What to do
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 wrong command line or configuration, \
3 no such thing, 4 another tidewatch runs on the database";

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Watch: poll on schedule, detect, compose and deliver digests, until stopped
    Run(run::Args),
    /// Check the configuration and report all its faults at once
    Check(check::Args),
    /// Write an editable configuration into a directory
    Init(init::Args),
    /// Poll sources once, now
    Poll(poll::Args),
    /// How the watch fares: sources, outbox, digests, daemon
    Status(status::Args),
    /// Configured sources; try out a URL
    Sources(sources::Args),
    /// What happened to a source: texts, changes, items, polls
    History(history::Args),
    /// What a source said, now or at a time
    Show(show::Args),
    /// How two texts of a source differ, word by word
    Diff(diff::Args),
    /// Judge any two files: did the rule change, or only the page?
    CompareFiles(compare::Args),
    /// What was found, newest first
    Findings(findings::Args),
    /// What changed in the rules, newest first
    Changes(changes::Args),
    /// What comes into force when: a calendar of deadlines
    Deadlines(deadlines::Args),
    /// The rulebook: what is true now, since when, and how fresh that is
    Rules(rules::Args),
    /// Why something was told or not: evidence, change, digests
    Explain(explain::Args),
    /// Say what an audience thinks of a finding, or list what it said
    Feedback(feedback::Args),
    /// What is not told: list, add, remove
    Mute(mute::Args),
    /// Full-text search over items and pages
    Search(search::Args),
    /// What is rising now, best first
    Trends(trends::Args),
    /// History, members and evidence of one trend
    Trend(trend::Args),
    /// How much is said of each watched topic
    Topics(topics::Args),
    /// Volume, share of voice and latest mentions of one topic
    Topic(topic::Args),
    /// Preview a digest, or send it now
    Digest(digest::Args),
    /// Messages on their way: list, show, retry, drop
    Outbox(outbox::Args),
    /// Channels that digests go by; send a test
    Channels(channels::Args),
    /// Read a file, a URL or stdin as a kind of source would be read
    Read(read::Args),
    /// Run a recorded stream of items through trend detection
    Replay(replay::Args),
    /// Check a received webhook's signature, its body on stdin
    VerifyWebhook(verify_webhook::Args),
    /// Play a small made-up world through the real pipeline and print its digest
    Demo(demo::Args),
    /// Print a completion script for a shell
    Completions(complete::Completions),
    /// Print the manual page
    Man,
}

/// Reads the command line, does what it says, and answers with its exit code.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.color {
        Colour::Auto => {}
        Colour::Always => anstream::ColorChoice::Always.write_global(),
        Colour::Never => anstream::ColorChoice::Never.write_global(),
    }
    let context = Context::new(cli.config, cli.json);
    let done = dispatch(cli.command, &context);
    match done {
        Ok(code) => code,
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("tidewatch: {error:#}");
            ExitCode::from(context::exit_code(&error))
        }
    }
}

fn dispatch(command: Command, context: &Context) -> anyhow::Result<ExitCode> {
    if !matches!(command, Command::Run(_)) {
        crate::daemon::panics::quiet_guarded_panics();
    }
    match command {
        Command::Run(args) => run::run(args, context),
        Command::Check(args) => check::run(&args, context),
        Command::Init(args) => init::run(&args, context),
        Command::Poll(args) => block_on(poll::run(args, context)),
        Command::Status(args) => block_on(status::run(args, context)),
        Command::Sources(args) => block_on(sources::run(args, context)),
        Command::History(args) => block_on(history::run(args, context)),
        Command::Show(args) => block_on(show::run(args, context)),
        Command::Diff(args) => block_on(diff::run(args, context)),
        Command::CompareFiles(args) => compare::run(&args, context),
        Command::Findings(args) => block_on(findings::run(args, context)),
        Command::Changes(args) => block_on(changes::run(args, context)),
        Command::Deadlines(args) => block_on(deadlines::run(args, context)),
        Command::Rules(args) => block_on(rules::run(args, context)),
        Command::Explain(args) => block_on(explain::run(args, context)),
        Command::Feedback(args) => block_on(feedback::run(args, context)),
        Command::Mute(args) => block_on(mute::run(args, context)),
        Command::Search(args) => block_on(search::run(args, context)),
        Command::Trends(args) => block_on(trends::run(args, context)),
        Command::Trend(args) => block_on(trend::run(args, context)),
        Command::Topics(args) => block_on(topics::run(args, context)),
        Command::Topic(args) => block_on(topic::run(args, context)),
        Command::Digest(args) => block_on(digest::run(args, context)),
        Command::Outbox(args) => block_on(outbox::run(args, context)),
        Command::Channels(args) => block_on(channels::run(args, context)),
        Command::Read(args) => block_on(read::run(args, context)),
        Command::Replay(args) => replay::run(&args, context),
        Command::VerifyWebhook(args) => verify_webhook::run(&args, context),
        Command::Demo(args) => block_on(demo::run(args, context)),
        Command::Completions(args) => complete::completions(&args, Cli::command()),
        Command::Man => complete::man(Cli::command()),
    }
}
