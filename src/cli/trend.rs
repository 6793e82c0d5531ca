//! `tidewatch trend ID`: the story of one trend, long after it is over.

use std::process::ExitCode;

use super::context::{Context, NoSuch};
use super::languages::called;
use super::layout;
use super::output::{FAINT, Output, STRONG, one_line};
use super::spans::count;
use super::sparkline::{sparkline, squeeze};
use super::trends::{plural, valued};
use crate::model::{BadId, FindingId, Role, TrendEvidence, TrendId, TrendStage};
use crate::query::{self, QueryError, TrendStory, TrendView};
use crate::store::StoreError;

/// Widest sparkline.
const WIDE: usize = 72;
/// Owners named.
const VOICES: usize = 12;

/// History, members and evidence of one trend.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A trend, such as `t12`
    #[arg(value_parser = trend)]
    id: TrendId,
    /// How many of its items
    #[arg(long, short = 'n', default_value_t = 50, value_parser = count)]
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

/// A trend's number; of a finding it is said where that is explained.
fn trend(text: &str) -> Result<TrendId, String> {
    let is_finding = text.trim().starts_with(['f', 'F']);
    match text.parse::<FindingId>() {
        Ok(finding) if is_finding => Err(format!(
            "{finding} is a finding; `tidewatch explain {finding}` shows its evidence, and its trend if it tells one"
        )),
        _ => text.parse().map_err(|bad: BadId| bad.to_string()),
    }
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
    let width = layout::width();
    let time = |at| context.out.time(at);
    let mut lines = vec![layout::paragraph(
        "",
        &format!("{STRONG}{}{STRONG:#}", one_line(&view.label, 200)),
        0,
        width,
    )];
    let mut line = |name: &str, value: &str| lines.push(layout::field(name, value, width));
    if view.headline != view.label {
        line("headline", &one_line(&view.headline, 300));
    }
    if !view.earlier_labels.is_empty() {
        line("before", &view.earlier_labels.join(" · "));
    }
    let since = story
        .stages
        .last()
        .map(|change| format!(" since {}", time(change.at)));
    line(
        "stage",
        &format!(
            "{}{}: {}",
            view.stage.name(),
            since.unwrap_or_default(),
            meaning(view.stage)
        ),
    );
    line("why", &why(view));
    if let Some(recurrent) = &view.evidence.recurrent {
        line("recurrent", &returning(recurrent, &view.evidence));
    }
    let breadth = format!(
        "{} of {} from {}",
        plural(view.items, "item"),
        plural(view.owners, "owner"),
        plural(view.sources.len(), "source")
    );
    line("breadth", &breadth);
    line("owners", &voices(story));
    line("first item", &time(view.first_seen));
    line(
        "found",
        &format!(
            "first at {}, last at {}",
            time(view.found_at),
            time(view.checked_at)
        ),
    );
    if !view.languages.is_empty() {
        let named: Vec<&str> = view.languages.iter().map(|code| called(code)).collect();
        line("languages", &named.join(", "));
    }
    if !story.by_platform.is_empty() {
        let counted = story.by_platform.iter();
        let counted: Vec<String> = counted
            .map(|(name, items)| format!("{name} {items}"))
            .collect();
        line("platforms", &counted.join(", "));
    }
    if !view.related.is_empty() {
        line("related", &one_line(&view.related.join(" · "), 300));
    }
    for (n, measure) in story.goals.iter().enumerate() {
        let goal = serde_json::to_value(measure.goal).unwrap_or_default();
        let goal = goal.as_str().unwrap_or_default();
        line(
            if n == 0 { "goals" } else { "" },
            &format!(
                "{goal} {} {FAINT}({}: {}){FAINT:#}",
                valued(measure),
                measure.name,
                measure.about
            ),
        );
    }
    let (volume, each) = if story.hourly.is_empty() {
        (&story.daily, "a day")
    } else {
        (&story.hourly, "an hour")
    };
    let counts: Vec<Option<u32>> = volume.iter().map(|v| v.items).collect();
    let most = counts.iter().flatten().max().copied().unwrap_or(0);
    let wide = width
        .map_or(WIDE, |width| width.saturating_sub(layout::NAMED + 24))
        .clamp(12, WIDE);
    let span = match (volume.first(), volume.last()) {
        (Some(first), Some(last)) => format!(", {} to {}", time(first.at), time(last.at)),
        _ => String::new(),
    };
    line(
        "volume",
        &format!(
            "{}  at most {most} {each}{FAINT}{span}{FAINT:#}",
            sparkline(squeeze(&counts, wide))
        ),
    );
    for (n, change) in story.stages.iter().enumerate() {
        let name = if n == 0 { "stages" } else { "" };
        line(
            name,
            &format!("{} {}", time(change.at), change.stage.name()),
        );
    }
    if story.tellings.is_empty() {
        line("told", "no finding was made of it");
    }
    for telling in &story.tellings {
        line(
            "finding",
            &format!("{} at {}", telling.finding, time(telling.at)),
        );
        for digest in &telling.digests {
            let what = if digest.told {
                "told by"
            } else {
                "held back by"
            };
            let (run, at) = (digest.run, time(digest.at));
            line(
                "",
                &format!("{what} digest {} ({run}) at {at}", digest.digest),
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
        let said = format!(
            "{}  {STRONG}{}{STRONG:#}  {}",
            time(member.at),
            member.owner,
            one_line(&member.title, 100)
        );
        lines.push(layout::paragraph(lead, &said, 2, width));
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

/// Why it is believed, in words.
fn why(view: &TrendView) -> String {
    let evidence = &view.evidence;
    let breadth = format!(
        "{} in {} h, where its own past leads one to expect {:.1}",
        plural(evidence.owners, "independent owner"),
        view.window_hours,
        evidence.expected
    );
    // beyond a million a number says no more
    let chance = if evidence.significance >= 6.0 {
        "less than 1 in a million".to_owned()
    } else {
        format!("1 in {:.0}", 10f64.powf(evidence.significance))
    };
    let span = match evidence.pace_minutes {
        minutes @ ..120 => format!("{minutes} min"),
        minutes => format!("{} h", (minutes + 30) / 60),
    };
    format!(
        "{breadth} (by chance: {chance}); voices in the last {span} ×{:.1} of as long before; \
         {:.0} % of its words were not known together before",
        evidence.acceleration,
        evidence.novelty * 100.0
    )
}

/// Owners in order of their first word, with the number of their items.
fn voices(story: &TrendStory) -> String {
    let named = story.voices.iter().take(VOICES).map(|voice| {
        let role = match voice.role {
            Role::Official => " (official)",
            Role::Regulator => " (regulator)",
            Role::Competitor => " (competitor)",
            Role::Own => " (own)",
            Role::Media | Role::Stream => "",
        };
        format!("{}{role} {}", voice.owner, voice.items)
    });
    let named: Vec<String> = named.collect();
    let rest = story.voices.len().saturating_sub(VOICES);
    let more = if rest > 0 {
        format!(" and {rest} more")
    } else {
        String::new()
    };
    format!("{}{more}, in order of their first word", named.join(", "))
}

fn meaning(stage: TrendStage) -> &'static str {
    match stage {
        TrendStage::Emerging => "first owners speak of it",
        TrendStage::Rising => "more owners join than before",
        TrendStage::Peaking => "at or next to its greatest breadth",
        TrendStage::Fading => "fewer new items than at the peak",
        TrendStage::Over => "nothing new any more",
    }
}
