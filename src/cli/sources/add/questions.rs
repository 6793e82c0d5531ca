//! Questions that are asked on a terminal before a source is written.

use std::io::Write as _;

use super::Args;
use crate::cli::context::Misuse;
use crate::cli::output::{FAINT, STRONG};
use crate::extract::discover::Candidate;

/// Which candidate: as told, as asked on a terminal, else the first.
pub(super) fn choose(
    args: &Args,
    candidates: &[Candidate],
    interactive: bool,
) -> anyhow::Result<usize> {
    let among = |n: usize| (1..=candidates.len()).contains(&n).then(|| n - 1);
    if let Some(pick) = args.pick {
        let found = candidates.len();
        return among(pick).ok_or_else(|| {
            Misuse(format!(
                "`--pick {pick}`: only {found} ways to read it were found"
            ))
            .into()
        });
    }
    if !interactive || candidates.len() < 2 {
        return Ok(0);
    }
    for (at, candidate) in candidates.iter().enumerate() {
        anstream::eprintln!(
            "{STRONG}{:>2}{STRONG:#}  {:<10} {}  {FAINT}{}{FAINT:#}",
            at + 1,
            candidate.kind,
            candidate.url,
            candidate.what
        );
    }
    let answer = asked("which one? [1] ")?;
    let number = if answer.is_empty() {
        Some(1)
    } else {
        answer.parse().ok()
    };
    number
        .and_then(among)
        .ok_or_else(|| Misuse(format!("`{answer}` is none of them")).into())
}

pub(super) fn confirmed(file: Option<&std::path::Path>) -> anyhow::Result<bool> {
    let Some(file) = file else { return Ok(false) };
    is_yes(&format!("write it to {}? [Y/n] ", file.display()))
}

/// Is the page to be run in a browser?
pub(super) fn render_too() -> anyhow::Result<bool> {
    is_yes("the page is drawn by JavaScript; run it in a browser, now and at every poll? [Y/n] ")
}

fn is_yes(question: &str) -> anyhow::Result<bool> {
    let answer = asked(question)?;
    Ok(answer.is_empty() || answer.to_lowercase().starts_with(['y', 'д']))
}

fn asked(question: &str) -> anyhow::Result<String> {
    anstream::eprint!("{question}");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim().to_owned())
}
