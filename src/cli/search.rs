//! `tidewatch search QUERY`: full text over items and pages.

use std::process::ExitCode;

use super::context::{Context, source};
use super::output::{FAINT, Output, STRONG, one_line};
use crate::model::SourceId;
use crate::query;
use crate::store::SearchFilter;

/// Full-text search over items and pages.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Words that must all occur, in any form; '"a phrase"', 'begin*', 'wanted -unwanted'; ё and е are one letter
    #[arg(required = true)]
    words: Vec<String>,
    /// Only published or seen since then: a date, a time, yesterday, or a span back such as 7d
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Only in this source
    #[arg(long)]
    source: Option<SourceId>,
    /// Only in sources about this platform: its id or its name
    #[arg(long)]
    platform: Option<String>,
    /// Only in sources of this kind: page, feed, telegram…
    #[arg(long)]
    kind: Option<String>,
    /// How many hits
    #[arg(long, short = 'n', default_value_t = 20)]
    limit: usize,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let store = Context::open_to_read(&config)?;
    if let Some(id) = &args.source {
        source(&config, id)?;
    }
    let since = args.since.as_deref().map(|text| context.instant(text));
    let filter = SearchFilter {
        since: since.transpose()?,
        source: args.source,
        platform: Context::platform(&config, args.platform)?,
        kind: args.kind,
    };
    let hits = query::search(&store, &args.words.join(" "), filter, args.limit).await?;
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
        if !hit.snippet.is_empty() {
            out.push_str(&format!("  {}\n", marked(&hit.snippet, &hit.marks)));
        }
        out.push_str(&format!(
            "  {FAINT}{}  {}  {link}{FAINT:#}\n",
            hit.source,
            context.out.time(hit.at)
        ));
    }
    Output::text(&out)?;
    Ok(ExitCode::SUCCESS)
}

/// A text with the characters of its marks in bold.
pub(super) fn marked(text: &str, marks: &[(usize, usize)]) -> String {
    let mut out = String::with_capacity(text.len());
    for (n, c) in text.chars().enumerate() {
        if marks.iter().any(|(start, _)| *start == n) {
            out.push_str(&STRONG.render().to_string());
        }
        out.push(c);
        if marks.iter().any(|(_, end)| *end == n + 1) {
            out.push_str(&STRONG.render_reset().to_string());
        }
    }
    out
}
