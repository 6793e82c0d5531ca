//! `tidewatch trends --new`: names that nobody used before and several owners use now.

use std::process::ExitCode;

use jiff::Timestamp;

use super::context::Context;
use super::output::{FAINT, Output, STRONG, ago, one_line, print_table, table};
use super::sparkline::{sparkline, squeeze};
use crate::query::{self, NewNameView, NewNamesQuestion};
use crate::store::Store;

/// Owners whose first words are shown.
const SHOWN: usize = 2;

pub(super) async fn run(
    question: NewNamesQuestion,
    store: &Store,
    now: Timestamp,
    context: &Context,
) -> anyhow::Result<ExitCode> {
    let asked = question.clone();
    let found = query::new_names(store, question, now).await?;
    if context.out.json {
        Output::json(&found)?;
        return Ok(ExitCode::SUCCESS);
    }
    if found.is_empty() {
        let all = NewNamesQuestion {
            platform: None,
            language: None,
            stage: None,
            ..asked
        };
        let others = query::new_names(store, all, now).await?.len();
        Output::say(&nothing(others))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = table(&[
        "id",
        "stage",
        "owners",
        "items",
        "first seen",
        "volume",
        "name",
    ]);
    for view in &found {
        let volume: Vec<Option<u32>> = view.volume.iter().copied().map(Some).collect();
        table.add_row([
            view.finding.to_string(),
            view.stage.name().to_owned(),
            view.owners.to_string(),
            view.items.to_string(),
            ago(Some(view.first_seen), now),
            sparkline(squeeze(&volume, 8)),
            named(view),
        ]);
    }
    print_table(&table)?;
    Output::note("tidewatch explain ID shows the evidence")?;
    Ok(ExitCode::SUCCESS)
}

/// Why nothing is shown: the filters, or the watch.
fn nothing(others: usize) -> String {
    if others > 0 {
        return format!(
            "none of the new names ({others} in all) fits; leave out --platform, --lang or --stage to see them"
        );
    }
    "no name was seen for the first time; a watch tells new names after its first 14 days"
        .to_owned()
}

/// Name and sort, what it belongs to, and who said it first, a line each.
fn named(view: &NewNameView) -> String {
    let sort = view
        .sort
        .as_deref()
        .map_or(String::new(), |sort| format!(" ({sort})"));
    let mut lines = vec![format!(
        "{STRONG}{}{STRONG:#}{sort}",
        one_line(&view.name, 40)
    )];
    let mut beside = Vec::new();
    if let Some(day) = view.planned {
        beside.push(format!("planned for {day}"));
    }
    if let Some(trend) = view.trend {
        beside.push(format!("trend {trend}"));
    }
    beside.push(format!("not seen in {} days before", view.unseen_days));
    lines.push(format!("{FAINT}{}{FAINT:#}", beside.join(" · ")));
    for first in view.first_uses.iter().take(SHOWN) {
        lines.push(format!("{}: {}", first.owner, one_line(&first.title, 90)));
    }
    lines.join("\n")
}
