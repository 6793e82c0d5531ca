//! `tidewatch trends`: what is rising now, best first.

use std::process::ExitCode;

use jiff::SignedDuration;

use super::context::{Context, clock};
use super::new_names;
use super::output::{FAINT, Output, STRONG, ago, one_line, print_table, table};
use super::sparkline::{sparkline, squeeze};
use crate::model::{Goal, TrendStage};
use crate::query::{self, NewNamesQuestion, TrendView, TrendsQuestion};

/// How far back unless asked, for trends and for new names.
const WINDOW: SignedDuration = SignedDuration::from_hours(24);
const NEW_WINDOW: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What is rising now, best first.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How far back, such as 24h or 7d [default: 24h, with --new 30d]
    #[arg(long, value_parser = window)]
    window: Option<SignedDuration>,
    /// Only with sources about this platform
    #[arg(long)]
    platform: Option<String>,
    /// Only told in this language, such as en or ru
    #[arg(long, value_name = "LANG")]
    lang: Option<String>,
    /// What comes first for this goal [default: the tracker's own rank]
    #[arg(long)]
    goal: Option<GoalName>,
    /// Only in this stage
    #[arg(long)]
    stage: Option<StageName>,
    /// Also those that are over or come back at their time
    #[arg(long)]
    all: bool,
    /// Names seen for the first time instead: new services, features, formats, tags
    #[arg(long, conflicts_with_all = ["goal", "all"])]
    new: bool,
    /// How many
    #[arg(long, short = 'n', default_value_t = 20)]
    limit: usize,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum GoalName {
    /// Be known: breadth and volume
    Awareness,
    /// Be talked about: velocity and acceleration
    Buzz,
    /// Talk with people: comments
    Community,
    /// Sell: what competitors and trade sources say
    Sales,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum StageName {
    Emerging,
    Rising,
    Peaking,
    Fading,
    Over,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let store = Context::open_to_read(&config)?;
    let now = clock().now();
    let stage = args.stage.map(|name| match name {
        StageName::Emerging => TrendStage::Emerging,
        StageName::Rising => TrendStage::Rising,
        StageName::Peaking => TrendStage::Peaking,
        StageName::Fading => TrendStage::Fading,
        StageName::Over => TrendStage::Over,
    });
    let language = args.lang.map(|code| code.to_lowercase());
    let platform = Context::platform(&config, args.platform)?;
    if args.new {
        let question = NewNamesQuestion {
            window: args.window.unwrap_or(NEW_WINDOW),
            platform,
            language,
            stage,
            limit: args.limit,
        };
        return new_names::run(question, &store, now, context).await;
    }
    let goal = args.goal.map(|name| match name {
        GoalName::Awareness => Goal::Awareness,
        GoalName::Buzz => Goal::Buzz,
        GoalName::Community => Goal::Community,
        GoalName::Sales => Goal::Sales,
    });
    let question = TrendsQuestion {
        window: args.window.unwrap_or(WINDOW),
        platform,
        language,
        goal,
        stage,
        all: args.all,
        limit: args.limit,
    };
    let found = query::trends(&store, question, now).await?;
    if context.out.json {
        Output::json(&found)?;
        return Ok(ExitCode::SUCCESS);
    }
    if found.is_empty() {
        Output::text(
            "nothing is rising; --window 7d looks further back, --all also at what is over",
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    let measure = found.iter().find_map(|view| view.measure);
    let mut head = vec![
        "id",
        "stage",
        "score",
        "owners",
        "items",
        "first seen",
        "volume",
        "trend",
    ];
    if let Some(measure) = &measure {
        head[2] = measure.name;
    }
    let mut table = table(&head);
    for view in &found {
        let score = match &view.measure {
            Some(measure) => measure.value.map_or("—".to_owned(), |v| format!("{v:.1}")),
            None => format!("{:.1}", view.score),
        };
        table.add_row([
            view.id.to_string(),
            stage_name(view.stage).to_owned(),
            score,
            view.owners.to_string(),
            view.items.to_string(),
            ago(Some(view.first_seen), now),
            {
                let volume: Vec<Option<u32>> = view.volume.iter().copied().map(Some).collect();
                sparkline(squeeze(&volume, 12))
            },
            named(view),
        ]);
    }
    print_table(&table)?;
    Output::text(&format!(
        "{FAINT}tidewatch trend ID shows its history{FAINT:#}"
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Label, headline, how it returns and related terms, a line each.
fn named(view: &TrendView) -> String {
    let mut lines = vec![format!("{STRONG}{}{STRONG:#}", one_line(&view.label, 60))];
    if !view.headline.is_empty() && view.headline != view.label {
        lines.push(one_line(&view.headline, 110));
    }
    if let Some(recurrent) = &view.evidence.recurrent {
        lines.push(super::trend::returning(recurrent, &view.evidence));
    }
    let related: Vec<&str> = view.related.iter().take(5).map(String::as_str).collect();
    if !related.is_empty() {
        lines.push(format!(
            "{FAINT}{}{FAINT:#}",
            one_line(&related.join(" · "), 110)
        ));
    }
    lines.join("\n")
}

/// A stage in one word.
pub(super) fn stage_name(stage: TrendStage) -> &'static str {
    match stage {
        TrendStage::Emerging => "emerging",
        TrendStage::Rising => "rising",
        TrendStage::Peaking => "peaking",
        TrendStage::Fading => "fading",
        TrendStage::Over => "over",
    }
}

/// `1 source`, `3 sources`.
pub(super) fn plural(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// A span of time with days and weeks: `24h`, `7d`, `2w`.
pub(super) fn window(text: &str) -> Result<SignedDuration, String> {
    let wrong = || format!("`{text}` is no span of time; write 24h, 7d or 2w");
    let span: jiff::Span = text.parse().map_err(|_| wrong())?;
    let span = span
        .to_duration(jiff::SpanRelativeTo::days_are_24_hours())
        .map_err(|_| wrong())?;
    if span <= SignedDuration::ZERO || span > SignedDuration::from_hours(24 * 3660) {
        return Err(wrong());
    }
    Ok(span)
}
