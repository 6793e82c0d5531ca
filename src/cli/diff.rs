//! `tidewatch diff SOURCE [A] [B]`: how two texts differ, word by word.

use std::process::ExitCode;

use similar::TextDiff;

use super::context::Context;
use super::output::{BAD, FAINT, GOOD, Output, STRONG};
use crate::model::{Change, ChangeWeight, Hunk, HunkKind, SourceId, WordTag};
use crate::query::{self, DiffView, VersionRef};

/// How two texts of a source differ, word by word.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which source
    source: SourceId,
    /// Earlier text: `v12`, a date, or `-1` for the one before the latest (the default)
    #[arg(default_value = "-1", allow_hyphen_values = true)]
    a: String,
    /// Later text; the latest by default
    #[arg(default_value = "latest", allow_hyphen_values = true)]
    b: String,
    /// As a unified diff of lines
    #[arg(long, short)]
    unified: bool,
    /// Show cosmetic differences too
    #[arg(long)]
    all: bool,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let store = Context::open_to_read(&config)?;
    let a = VersionRef::parse(&args.a, &context.out.zone)?;
    let b = VersionRef::parse(&args.b, &context.out.zone)?;
    let language = config
        .sources
        .iter()
        .find(|s| s.id == args.source)
        .and_then(|s| s.language.clone());
    let view = query::diff(&store, &args.source, a, b, language).await?;
    if context.out.json {
        Output::json(&view)?;
    } else if args.unified {
        Output::text(&unified(&view))?;
    } else {
        Output::text(&words(&view, args.all, context))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn unified(view: &DiffView) -> String {
    let (before, after) = (
        view.before.text.plain() + "\n",
        view.after.text.plain() + "\n",
    );
    let diff = TextDiff::from_lines(&before, &after);
    let name =
        |version: &query::VersionView| format!("{} {} {}", version.source, version.id, version.at);
    let text = diff
        .unified_diff()
        .context_radius(3)
        .header(&name(&view.before), &name(&view.after))
        .to_string();
    let mut out = String::new();
    for line in text.lines() {
        let style = match line.as_bytes().first() {
            Some(b'+') => GOOD,
            Some(b'-') => BAD,
            Some(b'@') => FAINT,
            _ => anstyle::Style::new(),
        };
        out.push_str(&format!("{style}{line}{style:#}\n"));
    }
    out
}

fn words(view: &DiffView, all: bool, context: &Context) -> String {
    let mut out = format!(
        "{STRONG}{}{STRONG:#}  {} ({}) → {} ({})\n",
        view.before.source,
        view.before.id,
        context.out.time(view.before.at),
        view.after.id,
        context.out.time(view.after.at)
    );
    let Some(change) = &view.change else {
        out.push_str("no difference that a reader would see\n");
        return out;
    };
    out.push_str(&weight(change));
    let shown: Vec<&Hunk> = change
        .hunks
        .iter()
        .filter(|hunk| all || !hunk.cosmetic)
        .collect();
    for hunk in &shown {
        out.push_str(&hunk_text(hunk));
    }
    let hidden = change.hunks.len() - shown.len();
    if hidden > 0 {
        out.push_str(&format!(
            "\n{FAINT}{hidden} cosmetic places not shown; --all shows them{FAINT:#}\n"
        ));
    }
    out
}

fn weight(change: &Change) -> String {
    match &change.weight {
        ChangeWeight::Substantive => {
            format!("−{} +{} words\n", change.words_removed, change.words_added)
        }
        ChangeWeight::Cosmetic(reason) => format!("{FAINT}cosmetic: {reason}{FAINT:#}\n"),
    }
}

/// One place of difference with its marks, readable without colour.
pub(super) fn hunk_text(hunk: &Hunk) -> String {
    let what = match hunk.kind {
        HunkKind::Added => "added",
        HunkKind::Removed => "removed",
        HunkKind::Edited => "edited",
        HunkKind::Moved => "moved",
    };
    let place = hunk
        .section
        .as_deref()
        .map(|section| format!(" in “{section}”"))
        .unwrap_or_default();
    let mut out = format!("\n{FAINT}{what}{place}{FAINT:#}\n");
    for span in &hunk.spans {
        let style = match span.tag {
            WordTag::Same => anstyle::Style::new(),
            WordTag::Removed => BAD.strikethrough(),
            WordTag::Added => GOOD.bold(),
        };
        // marks stay readable without colour
        let (open, close) = match span.tag {
            WordTag::Same => ("", ""),
            WordTag::Removed => ("[-", "-]"),
            WordTag::Added => ("{+", "+}"),
        };
        // the blanks around a word are no part of the mark
        let text = span.text.trim();
        let lead = &span.text[..span.text.len() - span.text.trim_start().len()];
        let gap = &span.text[lead.len() + text.len()..];
        out.push_str(&format!("{lead}{style}{open}{text}{close}{style:#}{gap}"));
    }
    out.push('\n');
    out
}
