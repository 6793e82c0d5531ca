//! `tidewatch topic NAME`: who says what of one watched topic, and whose voice it is.

use std::process::ExitCode;

use jiff::SignedDuration;

use super::context::{Context, NoSuch, clock};
use super::output::{FAINT, Output, STRONG, one_line, span};
use super::search::marked;
use super::sparkline::{sparkline, squeeze};
use super::topics::{changed, percent, rounded};
use super::trends::{plural, window};
use crate::query::{self, CountBy, TopicQuestion, TopicStory};

/// Widest sparkline.
const WIDE: usize = 60;
/// Owners named.
const VOICES: usize = 8;

/// Volume, share of voice and latest mentions of one topic.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Its name in the configuration
    name: String,
    /// How far back, such as 24h or 30d
    #[arg(long, default_value = "7d", value_parser = window)]
    window: SignedDuration,
    /// What counts for the shares: every mention, or an owner's story once
    #[arg(long, value_name = "WHAT", default_value = "mentions")]
    by: By,
    /// How many mentions
    #[arg(long, short = 'n', default_value_t = 10)]
    limit: usize,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum By {
    Mentions,
    Stories,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let no_such = || {
        let names = config.topics.iter().map(|topic| topic.name.as_str());
        let near = names
            .map(|name| (strsim::jaro_winkler(name, &args.name), name))
            .filter(|(score, _)| *score > 0.8)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let hint = near.map_or_else(
            || "`tidewatch topics` shows them all".to_owned(),
            |(_, near)| format!("did you mean `{near}`?"),
        );
        NoSuch(format!("no topic is named `{}`; {hint}", args.name))
    };
    if !config.topics.iter().any(|topic| topic.name == args.name) {
        return Err(no_such().into());
    }
    let store = Context::open_to_read(&config)?;
    let by = match args.by {
        By::Mentions => CountBy::Mentions,
        By::Stories => CountBy::Stories,
    };
    let question = TopicQuestion {
        name: args.name.clone(),
        window: args.window,
        by,
        limit: args.limit,
        zone: context.out.zone.clone(),
    };
    let story = query::topic(&store, &config.topics, question, clock().now())
        .await?
        .ok_or_else(no_such)?;
    if context.out.json {
        Output::json(&story)?;
    } else {
        Output::text(&told(&story, args.window, context))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn told(story: &TopicStory, window: SignedDuration, context: &Context) -> String {
    let view = &story.view;
    let mut lines = vec![format!("{STRONG}{}{STRONG:#}", view.title)];
    let mut line =
        |name: &str, value: String| lines.push(format!("{FAINT}{name:<11}{FAINT:#} {value}"));
    let number = |n: Option<u64>| n.map_or("unknown".to_owned(), |n| n.to_string());
    line(
        "mentions",
        format!(
            "{} in 24 h, {} in 7 d ({} to the week before)",
            number(view.day),
            number(view.week),
            changed(view.change)
        ),
    );
    let volume: Vec<Option<u32>> = story.series.iter().map(|v| v.mentions).collect();
    let most = volume.iter().flatten().max().copied().unwrap_or(0);
    let each = if window > SignedDuration::from_hours(48) {
        "a day"
    } else {
        "an hour"
    };
    line(
        "volume",
        format!(
            "{}  at most {most} {each}",
            sparkline(squeeze(&volume, WIDE))
        ),
    );
    let unknown = volume.iter().filter(|v| v.is_none()).count();
    if unknown > 0 {
        line(
            "",
            format!(
                "{unknown} of {} unknown (·): nothing was polled then",
                volume.len()
            ),
        );
    }
    if view.filling {
        line(
            "history",
            "is still being matched; older mentions will come".to_owned(),
        );
    }
    if !story.voices.is_empty() {
        let named = story.voices.iter().take(VOICES);
        let named: Vec<String> = named.map(|(owner, n)| format!("{owner} {n}")).collect();
        line(
            "owners",
            format!(
                "{}: {}",
                plural(story.voices.len(), "owner"),
                named.join(", ")
            ),
        );
    }
    if let (Some(at), Some(finding)) = (view.alerted_at, view.finding) {
        line(
            "last spike",
            format!("{} ({finding})", context.out.time(at)),
        );
    }
    if !story.shares.is_empty() {
        let group = view.group.as_deref().unwrap_or_default();
        let what = match story.by {
            CountBy::Mentions => "mentions",
            CountBy::Stories => "stories, once per owner",
        };
        lines.push(format!(
            "\nshare of voice in {STRONG}{group}{STRONG:#}, {}, by {what}",
            span(window)
        ));
        let parts: Vec<f64> = story
            .shares
            .iter()
            .filter_map(|share| share.share)
            .collect();
        let parts = rounded(&parts);
        for (n, share) in story.shares.iter().enumerate() {
            let mark = if share.name == view.name {
                STRONG
            } else {
                anstyle::Style::new()
            };
            let part = parts.get(n).copied();
            let bar = "█".repeat(part.map_or(0, |part| (part * 30.0).round() as usize));
            let before = share
                .before
                .zip(part)
                .map_or(String::new(), |(before, now)| {
                    format!(" {FAINT}({:+.1} points){FAINT:#}", (now - before) * 100.0)
                });
            lines.push(format!(
                "  {mark}{:<20}{mark:#} {:>6} {:>8}  {bar}{before}",
                one_line(&share.title, 20),
                share.count,
                part.map_or("—".to_owned(), percent),
            ));
        }
    }
    if story.mentions.is_empty() {
        lines.push("\nnobody mentioned it in this window".to_owned());
    } else {
        lines.push(String::new());
    }
    for mention in &story.mentions {
        let item = &mention.item;
        lines.push(format!(
            "{FAINT}{}{FAINT:#}  {STRONG}{}{STRONG:#}  {}",
            context.out.time(item.at),
            item.owner,
            one_line(&item.title, 100)
        ));
        if mention.snippet != item.title {
            lines.push(format!("  {}", marked(&mention.snippet, &mention.marks)));
        }
        if let Some(link) = &item.link {
            lines.push(format!("  {FAINT}{link}{FAINT:#}"));
        }
    }
    lines.join("\n")
}
