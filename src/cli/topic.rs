//! `tidewatch topic NAME`: who says what of one watched topic, and whose voice it is.

use std::process::ExitCode;

use jiff::SignedDuration;

use super::context::{Context, NoSuch, clock};
use super::layout;
use super::output::{FAINT, Output, STRONG, one_line, span};
use super::search::marked;
use super::spans::{count, window};
use super::sparkline::{sparkline, squeeze};
use super::topics::{change_alone, percent, rounded};
use super::trends::plural;
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
    #[arg(long, short = 'n', default_value_t = 10, value_parser = count)]
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
    let wanted = args.name.to_lowercase();
    let mut topics = config.topics.iter();
    let topic = topics
        .find(|topic| topic.name.to_lowercase() == wanted)
        .ok_or_else(no_such)?;
    let store = Context::open_to_read(&config)?;
    let by = match args.by {
        By::Mentions => CountBy::Mentions,
        By::Stories => CountBy::Stories,
    };
    let question = TopicQuestion {
        name: topic.name.clone(),
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
    let width = layout::width();
    let mut lines = vec![format!("{STRONG}{}{STRONG:#}", view.title)];
    let mut line = |name: &str, value: String| lines.push(layout::field(name, &value, width));
    let number = |n: Option<u64>| n.map_or("unknown".to_owned(), |n| n.to_string());
    line(
        "mentions",
        format!(
            "{} in 24 h, {} in 7 d ({} to {} before)",
            number(view.day),
            number(view.week),
            change_alone(view),
            match view.change_days {
                Some(1) => "the day",
                Some(3) => "the 3 days",
                _ => "the week",
            }
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
        let shared = format!(
            "share of voice in {STRONG}{group}{STRONG:#}, {}, by {what}",
            span(window)
        );
        lines.push(format!("\n{}", layout::paragraph("", &shared, 0, width)));
        let titled = width.map_or(20, |width| (width / 3).clamp(8, 20));
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
            let before = share
                .before
                .zip(part)
                .map_or(String::new(), |(before, now)| {
                    format!(" {FAINT}({:+.1} points){FAINT:#}", (now - before) * 100.0)
                });
            let title = layout::paragraph(&one_line(&share.title, titled), "", titled, None);
            let count = share.count;
            let part_of = part.map_or("—".to_owned(), percent);
            let numbers = format!("  {mark}{title}{mark:#} {count:>6} {part_of:>8}  ");
            // the numbers first, then the change, then the bar, as far as there is room
            let taken = layout::display_width(&numbers);
            let left = width.map_or(usize::MAX, |width| width.saturating_sub(taken));
            let before = if layout::display_width(&before) <= left {
                before
            } else {
                String::new()
            };
            let room = left.saturating_sub(layout::display_width(&before)).min(30);
            let bar = part.map_or(0, |part| (part * room as f64).round() as usize);
            lines.push(
                format!("{numbers}{}{before}", "█".repeat(bar))
                    .trim_end()
                    .to_owned(),
            );
        }
    }
    if story.mentions.is_empty() {
        lines.push("\nnobody mentioned it in this window".to_owned());
    } else {
        lines.push(String::new());
    }
    for mention in &story.mentions {
        let item = &mention.item;
        let said = format!(
            "{FAINT}{}{FAINT:#}  {STRONG}{}{STRONG:#}  {}",
            context.out.time(item.at),
            item.owner,
            one_line(&item.title, 100)
        );
        lines.push(layout::paragraph("", &said, 0, width));
        if mention.snippet != item.title {
            let snippet = marked(&mention.snippet, &mention.marks);
            lines.push(layout::paragraph("", &snippet, 2, width));
        }
        if let Some(link) = &item.link {
            lines.push(format!("  {FAINT}{link}{FAINT:#}"));
        }
    }
    lines.join("\n")
}
