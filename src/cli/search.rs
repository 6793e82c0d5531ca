//! `tidewatch search QUERY`: full text over items and pages.

use std::process::ExitCode;

use super::context::{Context, Misuse, source};
use super::layout;
use super::output::{FAINT, Output, STRONG, one_line};
use super::spans::count;
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
    #[arg(long, short = 'n', default_value_t = 20, value_parser = count)]
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
    let query = args.words.join(" ");
    if !query.contains(char::is_alphanumeric) {
        return Err(Misuse(format!("there is no word to look for in `{query}`")).into());
    }
    let width = layout::width();
    let hits = query::search(&store, &query, filter, args.limit).await?;
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
        let title = format!("{STRONG}{}{STRONG:#}", one_line(&hit.title, 100));
        out.push_str(&layout::paragraph("", &title, 0, width));
        out.push('\n');
        if !hit.snippet.is_empty() {
            let snippet = marked(&hit.snippet, &hit.marks);
            out.push_str(&layout::paragraph("", &snippet, 2, width));
            out.push('\n');
        }
        let told = format!("  {}  {}  {link}", hit.source, context.out.time(hit.at));
        // a link that is broken in two cannot be followed
        let fits = width.is_none_or(|width| layout::display_width(&told) <= width);
        let told = if fits {
            told
        } else {
            told.replace(&format!("  {link}"), &format!("\n  {link}"))
        };
        out.push_str(&format!("{FAINT}{told}{FAINT:#}\n"));
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
        // what steers a terminal must not
        out.push(if c.is_control() { ' ' } else { c });
        if marks.iter().any(|(_, end)| *end == n + 1) {
            out.push_str(&STRONG.render_reset().to_string());
        }
    }
    out
}
