//! `tidewatch search QUERY`: full text over items and pages.

use std::process::ExitCode;

use super::context::Context;
use super::output::{FAINT, Output, STRONG, one_line};
use crate::query;

/// Full-text search over items and pages.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Words to look for; all must occur, ё and е are one letter
    #[arg(required = true)]
    words: Vec<String>,
    /// How many hits
    #[arg(long, short = 'n', default_value_t = 20)]
    limit: usize,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let store = Context::open_to_read(&config)?;
    let hits = query::search(&store, &args.words.join(" "), args.limit).await?;
    if context.out.json {
        Output::json(&hits)?;
        return Ok(ExitCode::SUCCESS);
    }
    if hits.is_empty() {
        Output::text("nothing found")?;
        return Ok(ExitCode::from(3));
    }
    let mut out = String::new();
    for hit in &hits {
        let link = hit.link.as_deref().unwrap_or("");
        out.push_str(&format!(
            "{STRONG}{}{STRONG:#}\n",
            one_line(&hit.title, 100)
        ));
        out.push_str(&format!("  {}\n", one_line(&hit.snippet, 160)));
        out.push_str(&format!(
            "  {FAINT}{}  {}  {link}{FAINT:#}\n",
            hit.source,
            context.out.time(hit.at)
        ));
    }
    Output::text(&out)?;
    Ok(ExitCode::SUCCESS)
}
