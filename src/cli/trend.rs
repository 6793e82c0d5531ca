//! `tidewatch trend ID`: the story of one trend, long after it is over.

use std::process::ExitCode;

use super::context::{Context, NoSuch};
use super::output::{FAINT, Output, STRONG, one_line};
use super::sparkline::{sparkline, squeeze};
use super::trends::{plural, stage_name};
use crate::model::{TrendEvidence, TrendId};
use crate::query::{self, QueryError, TrendStory};
use crate::store::StoreError;

/// Widest sparkline.
const WIDE: usize = 72;

/// History, members and evidence of one trend.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A trend, such as `t12`
    id: TrendId,
    /// How many of its items
    #[arg(long, short = 'n', default_value_t = 50)]
    limit: usize,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let store = Context::open_to_read(&config)?;
    let story = match query::trend(&store, args.id).await {
        Err(QueryError::Store(StoreError::NotFound(_))) => {
            return Err(NoSuch(format!(
                "there is no trend {}; `tidewatch trends --all --window 30d` shows those of the last month",
                args.id
            ))
            .into());
        }
        other => other?,
    };
    if context.out.json {
        Output::json(&story)?;
    } else {
        Output::text(&told(&story, args.limit, context))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// How a trend returns, and whether it is larger than usual.
pub(super) fn returning(how: &str, evidence: &TrendEvidence) -> String {
    let Some(usual) = evidence.usual else {
        return how.to_owned();
    };
    if evidence.larger {
        format!(
            "{how}; larger than usual: {} owners, at most {usual} before",
            evidence.owners
        )
    } else {
        format!("{how}, at most {usual} owners before")
    }
}

fn told(story: &TrendStory, limit: usize, context: &Context) -> String {
    let view = &story.view;
    let time = |at| context.out.time(at);
    let mut lines = vec![format!("{STRONG}{}{STRONG:#}", view.label)];
    let mut line =
        |name: &str, value: String| lines.push(format!("{FAINT}{name:<11}{FAINT:#} {value}"));
    if view.headline != view.label {
        line("headline", view.headline.clone());
    }
    if !view.earlier_labels.is_empty() {
        line("before", view.earlier_labels.join(" · "));
    }
    line("stage", stage_name(view.stage).to_owned());
    let of = plural(view.sources.len(), "source");
    line(
        "breadth",
        format!(
            "{} of {of}, {}",
            plural(view.owners, "owner"),
            plural(view.items, "item")
        ),
    );
    line("first item", time(view.first_seen));
    line("first found", time(view.found_at));
    line("last found", time(view.checked_at));
    if !view.languages.is_empty() {
        line("languages", view.languages.join(", "));
    }
    if !view.platforms.is_empty() {
        line("platforms", view.platforms.join(", "));
    }
    if !view.related.is_empty() {
        line("related", view.related.join(" · "));
    }
    let evidence = &view.evidence;
    line(
        "evidence",
        format!(
            "{} against {:.1} expected, chance 10^-{:.1}, acceleration {:.1}, novelty {:.0} %",
            plural(evidence.owners, "owner"),
            evidence.expected,
            evidence.significance,
            evidence.acceleration,
            evidence.novelty * 100.0
        ),
    );
    if let Some(recurrent) = &evidence.recurrent {
        line("recurrent", returning(recurrent, evidence));
    }
    let (volume, each) = if story.hourly.is_empty() {
        (&story.daily, "a day")
    } else {
        (&story.hourly, "an hour")
    };
    let counts: Vec<Option<u32>> = volume.iter().map(|v| Some(v.items)).collect();
    let most = volume.iter().map(|v| v.items).max().unwrap_or(0);
    line(
        "volume",
        format!(
            "{}  at most {most} {each}",
            sparkline(squeeze(&counts, WIDE))
        ),
    );
    for (n, change) in story.stages.iter().enumerate() {
        let name = if n == 0 { "stages" } else { "" };
        line(
            name,
            format!("{} {}", time(change.at), stage_name(change.stage)),
        );
    }
    if story.tellings.is_empty() {
        line("told", "no finding was made of it".to_owned());
    }
    for telling in &story.tellings {
        line(
            "finding",
            format!("{} at {}", telling.finding, time(telling.at)),
        );
        for digest in &telling.digests {
            let what = if digest.told {
                "told by"
            } else {
                "held back by"
            };
            line(
                "",
                format!(
                    "{what} digest {} ({}) at {}",
                    digest.digest,
                    digest.run,
                    time(digest.at)
                ),
            );
        }
    }
    lines.push(String::new());
    for member in story.members.iter().take(limit) {
        let lead = if member.item.0 == view.canonical {
            "*"
        } else {
            " "
        };
        lines.push(format!(
            "{lead} {}  {STRONG}{}{STRONG:#}  {}",
            time(member.at),
            member.owner,
            one_line(&member.title, 100)
        ));
        if let Some(link) = &member.link {
            lines.push(format!("  {FAINT}{link}{FAINT:#}"));
        }
    }
    if story.members.len() > limit {
        let rest = story.members.len() - limit;
        lines.push(format!(
            "{FAINT}and {rest} more; -n shows more, --json all{FAINT:#}"
        ));
    }
    lines.join("\n")
}
