//! `tidewatch trends`: what is rising now, best first.

use std::process::ExitCode;

use jiff::{SignedDuration, Timestamp};

use super::context::{Context, clock};
use super::languages::{called, language};
use super::layout;
use super::new_names;
use super::output::{FAINT, Output, STRONG, ago, one_line, print_table, span, table};
use super::spans::{count, window};
use super::sparkline::{sparkline, squeeze};
use crate::model::{Goal, TrendStage};
use crate::query::{self, Measure, NewNamesQuestion, TrendView, TrendsQuestion};
use crate::store::Store;

/// How far back unless asked, for trends and for new names.
const WINDOW: SignedDuration = SignedDuration::from_hours(24);
const NEW_WINDOW: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What is rising now, best first.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Trends that a check has found within this span: 90m, 3h, 1d, 2w [default: 24h, with --new 30d]
    #[arg(long, value_parser = window)]
    window: Option<SignedDuration>,
    /// Only what is seen on sources about this platform or speaks of it in its label, its headline or a
    /// third of its titles: the platform's id or its name, such as tiktok or «ВКонтакте»
    #[arg(long)]
    platform: Option<String>,
    /// Only told in this language: its code or name, such as ru or Russian
    #[arg(long, value_name = "LANG")]
    lang: Option<String>,
    /// What comes first for this goal; a number that public data does not hold is shown as —
    /// [default: the tracker's own rank]
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
    #[arg(long, short = 'n', default_value_t = 20, value_parser = count)]
    limit: usize,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum GoalName {
    /// Be known: most independent owners and items
    Awareness,
    /// Be talked about: items an hour, and whether they grow
    Buzz,
    /// Talk with people: comments on its items
    Community,
    /// Sell: items of competitors and of sources tagged ads or commerce, words of prices and discounts; never sales
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
    let language = language(args.lang)?;
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
    let found = query::trends(&store, question.clone(), now).await?;
    if context.out.json {
        Output::json(&found)?;
        return Ok(ExitCode::SUCCESS);
    }
    if found.is_empty() {
        Output::say(&nothing(&store, question, now).await?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let width = layout::width();
    // a narrow page needs the room for more telling columns
    let steps = if width.is_some_and(|width| width < 80) {
        8
    } else {
        12
    };
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
            Some(measure) => valued(measure),
            None => format!("{:.1}", view.score),
        };
        table.add_row([
            view.id.to_string(),
            view.stage.name().to_owned(),
            score,
            view.owners.to_string(),
            view.items.to_string(),
            ago(Some(view.first_seen), now),
            sparkline(squeeze(&view.volume, steps)),
            named(view),
        ]);
    }
    print_table(&table)?;
    let mut below = vec!["tidewatch trend ID shows why, who, and its history".to_owned()];
    if let Some(measure) = measure {
        below.insert(0, format!("{}: {}", measure.name, measure.about));
    }
    for line in below {
        Output::note(&line)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What was asked for in vain, and what may be asked instead.
async fn nothing(
    store: &Store,
    question: TrendsQuestion,
    now: Timestamp,
) -> anyhow::Result<String> {
    let mut asked = String::new();
    if let Some(platform) = &question.platform {
        asked.push_str(&format!(" about {platform}"));
    }
    if let Some(code) = &question.language {
        asked.push_str(&format!(" told in {}", called(code)));
    }
    if let Some(stage) = question.stage {
        asked.push_str(&format!(" that is {}", stage.name()));
    }
    let within = span(question.window);
    if asked.is_empty() {
        return Ok(format!(
            "nothing has been rising for {within}; --window 7d looks further back, --all also at what is over or \
             comes back at its time"
        ));
    }
    let all = TrendsQuestion {
        platform: None,
        language: None,
        stage: None,
        limit: usize::MAX,
        ..question
    };
    let all = query::trends(store, all, now).await?;
    let mut languages: Vec<&str> = all
        .iter()
        .flat_map(|v| &v.languages)
        .map(String::as_str)
        .collect();
    languages.sort_unstable();
    languages.dedup();
    Ok(match all.len() {
        0 => format!(
            "no trend{asked} within {within}, nor any other; --window 7d looks further back"
        ),
        n => format!(
            "no trend{asked} within {within}; without these filters {}, told in {}",
            plural(n, "trend"),
            languages.join(", ")
        ),
    })
}

/// The number of a goal; a dash where public data does not hold it.
pub(super) fn valued(measure: &Measure) -> String {
    measure
        .value
        .map_or("—".to_owned(), |value| format!("{value:.1}"))
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

/// `1 source`, `3 sources`.
pub(super) fn plural(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
