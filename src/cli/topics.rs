//! `tidewatch topics`: how much is said of each watched topic.

use std::process::ExitCode;

use super::context::{Context, clock};
use super::output::{BAD, FAINT, GOOD, Output, STRONG, ago, print_table, table};
use super::sparkline::{sparkline, squeeze};
use crate::model::TopicKind;
use crate::query::{self, TopicView};

/// Steps of the last seven days, two a day: the table fits 80 columns.
const DAYS: usize = 14;

/// How much is said of each watched topic.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only topics of this group
    #[arg(long)]
    group: Option<String>,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    if config.topics.is_empty() {
        if context.out.json {
            Output::json(&Vec::<TopicView>::new())?;
        } else {
            Output::say("no topic is watched; write a `[[topic]]` into tidewatch.toml")?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let store = Context::open_to_read(&config)?;
    let now = clock().now();
    let mut views = query::topics(&store, &config.topics, now).await?;
    if let Some(group) = &args.group {
        views.retain(|view| view.group.as_ref() == Some(group));
    }
    if context.out.json {
        Output::json(&views)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = table(&[
        "topic",
        "group",
        "24\u{a0}h",
        "7\u{a0}d",
        "change",
        "owners",
        "share",
        "7\u{a0}days",
        "last spike",
    ]);
    // shares of one group sum to 100 % as `topic NAME` shows them
    let mut shares: Vec<Option<f64>> = vec![None; views.len()];
    for view in &views {
        let of_group = |n: &usize| views[*n].share.is_some() && views[*n].group == view.group;
        let places: Vec<usize> = (0..views.len()).filter(of_group).collect();
        let parts: Vec<f64> = places.iter().filter_map(|n| views[*n].share).collect();
        for (place, share) in places.into_iter().zip(rounded(&parts)) {
            shares[place] = Some(share);
        }
    }
    for (view, share) in views.iter().zip(shares) {
        let number = |n: Option<u64>| n.map_or("—".to_owned(), |n| n.to_string());
        table.add_row([
            named(view),
            view.group.clone().unwrap_or_default(),
            number(view.day),
            number(view.week),
            change(view),
            view.owners.to_string(),
            share.map(percent).unwrap_or_default(),
            sparkline(squeeze(&view.volume, DAYS)),
            spiked(view, now),
        ]);
    }
    print_table(&table)?;
    Output::note("· is unknown, not 0; tidewatch topic NAME shows who says what")?;
    Ok(ExitCode::SUCCESS)
}

fn named(view: &TopicView) -> String {
    let mut name = if view.kind == TopicKind::Brand {
        format!("{STRONG}{}{STRONG:#}", view.name)
    } else {
        view.name.clone()
    };
    if view.filling {
        name.push_str(&format!(" {FAINT}(reading history){FAINT:#}"));
    }
    name
}

fn spiked(view: &TopicView, now: jiff::Timestamp) -> String {
    match (view.alerted_at, view.finding) {
        (Some(at), Some(finding)) => format!("{} ({finding})", ago(Some(at), now)),
        _ => String::new(),
    }
}

/// `+25 %`, with the days that it compares while they are fewer than a week's.
pub(super) fn change(view: &TopicView) -> String {
    let days = match view.change_days {
        Some(days) if days < 7 => format!(" {FAINT}{days} d{FAINT:#}"),
        _ => String::new(),
    };
    let alone = change_alone(view);
    // nothing before and nothing now
    if view.change.is_none() && alone == "0" {
        return alone;
    }
    format!("{alone}{days}")
}

/// `+25 %`, for where the days are said beside it.
pub(super) fn change_alone(view: &TopicView) -> String {
    match (view.change, view.change_days) {
        (None, Some(_)) if view.day.is_some_and(|n| n > 0) || view.week.is_some_and(|n| n > 0) => {
            format!("{GOOD}new{GOOD:#}")
        }
        (None, Some(_)) => "0".to_owned(),
        (change, _) => changed(change),
    }
}

/// `+25 %`.
fn changed(change: Option<f64>) -> String {
    match change {
        None => "—".to_owned(),
        Some(change) => {
            let style = if change < 0.0 { BAD } else { GOOD };
            format!("{style}{:+.0} %{style:#}", change * 100.0)
        }
    }
}

/// `31.5 %`.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// Shares in tenths of a per cent that sum to exactly 100 %: the largest remainders are rounded up.
pub(super) fn rounded(shares: &[f64]) -> Vec<f64> {
    let mut tenths: Vec<(usize, f64, f64)> = shares
        .iter()
        .enumerate()
        .map(|(n, share)| (n, (share * 1000.0).floor(), (share * 1000.0).fract()))
        .collect();
    let missing = 1000.0 - tenths.iter().map(|part| part.1).sum::<f64>();
    tenths.sort_by(|a, b| b.2.total_cmp(&a.2));
    for part in tenths.iter_mut().take(missing.max(0.0) as usize) {
        part.1 += 1.0;
    }
    tenths.sort_by_key(|part| part.0);
    tenths.into_iter().map(|part| part.1 / 1000.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_shares_sum_to_a_hundred() {
        let shares = rounded(&[1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0]);
        let tenths: f64 = shares.iter().map(|share| (share * 1000.0).round()).sum();
        assert!((tenths - 1000.0).abs() < 1e-9, "{shares:?}");
        assert_eq!(
            shares.into_iter().map(percent).collect::<Vec<_>>(),
            ["33.4 %", "33.3 %", "33.3 %"]
        );
    }
}
