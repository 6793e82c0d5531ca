//! `tidewatch explain ID`: why something was told or not.

use std::process::ExitCode;

use super::context::{Context, clock};
use super::findings::severity;
use super::layout;
use super::output::{BAD, FAINT, GOOD, Output, STRONG, span};
use super::sparkline::sparkline;
use crate::model::{BadId, Evidence, Finding, FindingId, Series, TrendId};
use crate::query::{self, Explanation};

/// Why something was told or not: evidence, change, digests.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A finding, such as `f12`
    #[arg(value_parser = finding)]
    id: FindingId,
}

/// A finding's number; of a trend it is said where that is explained.
fn finding(text: &str) -> Result<FindingId, String> {
    let is_trend = text.trim().starts_with(['t', 'T']);
    match text.parse::<TrendId>() {
        Ok(trend) if is_trend => Err(format!(
            "{trend} is a trend; `tidewatch trend {trend}` shows why it is there, who speaks of it and which \
             findings told it"
        )),
        _ => text.parse().map_err(|bad: BadId| bad.to_string()),
    }
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let store = Context::open_to_read(&config)?;
    let explanation = query::explain(
        &store,
        args.id,
        &config.digests,
        &config.mutes,
        clock().now(),
    )
    .await?;
    if context.out.json {
        Output::json(&explanation)?;
    } else {
        Output::text(&told(&explanation, context))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn told(explanation: &Explanation, context: &Context) -> String {
    let finding = &explanation.finding.finding;
    let width = layout::width();
    let title = format!("{STRONG}{}{STRONG:#}", finding.title);
    let mut lines = vec![layout::paragraph("", &title, 0, width)];
    let mut line = |name: &str, value: String| lines.push(layout::field(name, &value, width));
    if !finding.gist.is_empty() {
        line("gist", finding.gist.clone());
    }
    line("source", format!("{} ({})", finding.source, finding.owner));
    line(
        "severity",
        format!(
            "{}, confidence {:.0} %",
            severity(finding.severity),
            finding.confidence * 100.0
        ),
    );
    if let Some(class) = finding
        .class
        .and_then(|class| serde_json::to_value(class).ok())
    {
        line("class", class.as_str().unwrap_or_default().to_owned());
    }
    if !finding.areas.is_empty() {
        line("areas", finding.areas.join(", "));
    }
    line("detected", context.out.time(finding.detected_at));
    if let Some(at) = finding.published_at {
        line("published", context.out.time(at));
    }
    if let Some(date) = finding.effective {
        line("effective", date.to_string());
    }
    if let Some(url) = &finding.url {
        line("where", url.clone());
    }
    if let Some(trend) = TrendId::of_topic_key(&finding.topic_key) {
        line(
            "trend",
            format!("{trend}; `tidewatch trend {trend}` shows why, who, and its history"),
        );
    }
    match &finding.suppressed {
        Some(why) => match why.strip_prefix(Finding::TOLD_AS) {
            Some(id) => line(
                "superseded",
                format!("it waited, and was confirmed and told as {id}: tidewatch explain {id}"),
            ),
            None => line("not told", format!("{BAD}{why}{BAD:#}")),
        },
        None if explanation.tellings.is_empty() => {
            line("told", "not yet; it waits for the next digest".to_owned());
        }
        None => {}
    }
    for telling in &explanation.tellings {
        let what = if telling.told {
            "told by"
        } else {
            "held back by"
        };
        line(
            "",
            format!(
                "{what} digest {} ({}) at {}",
                telling.digest,
                telling.run,
                context.out.time(telling.at)
            ),
        );
    }
    for alert in &explanation.alerts {
        let when = match (alert.until, alert.at) {
            (Some(until), _) => format!(", looked at again {}", context.out.time(until)),
            (None, Some(at)) => format!(", {}", context.out.time(at)),
            (None, None) => String::new(),
        };
        line("at once", format!("{}: {}{when}", alert.digest, alert.why));
    }
    for muted in &explanation.mutes {
        let id = muted
            .id
            .map_or("in the configuration".to_owned(), |id| id.to_string());
        line("muted", format!("{} ({id})", muted.mute.words()));
    }
    for weight in &explanation.weights {
        let traits = weight.weight.traits.iter();
        let traits: Vec<String> = traits
            .map(|(name, value, factor)| format!("{name} {value} ×{factor:.2}"))
            .collect();
        let own = weight
            .vote
            .map_or(String::new(), |verb| format!("{} ", verb.sign()));
        line(
            "votes",
            format!(
                "{own}rank ×{:.2} for {}: {}",
                weight.weight.factor,
                weight.audience,
                traits.join(", ")
            ),
        );
    }
    for evidence in &finding.evidence {
        let place = evidence
            .place
            .as_deref()
            .map(|place| format!(" {FAINT}in {place}{FAINT:#}"))
            .unwrap_or_default();
        // who a further source is stands before its name, and is no earlier value
        let earlier = evidence.before.as_deref();
        let before = earlier
            .filter(|_| evidence.kind != "source")
            .map(|text| format!("{BAD}{}{BAD:#}", timed(text, context)))
            .unwrap_or_default();
        let after = evidence
            .after
            .as_deref()
            .map(|text| format!("{GOOD}{}{GOOD:#}", timed(text, context)))
            .unwrap_or_default();
        if let Some((name, value)) = plainly(evidence) {
            line(name, value);
            continue;
        }
        let arrow = if before.is_empty() || after.is_empty() {
            ""
        } else {
            " → "
        };
        line(&evidence.kind, format!("{before}{arrow}{after}{place}"));
    }
    let grounds = &explanation.grounds;
    if let Some(waits) = &grounds.waits {
        line(
            "waits",
            format!(
                "{} since {}, decided by a reading from {} on",
                waits.doubt.name().replace('_', " "),
                context.out.time(waits.since),
                context.out.time(waits.due)
            ),
        );
    }
    if let Some(score) = &grounds.score {
        line(
            "score",
            format!(
                "{:.2} of {:.2} needed: bias {:+.2}",
                score.probability, score.threshold, score.bias
            ),
        );
        for part in &score.signs {
            line(
                "",
                format!(
                    "{:+.2}  {} {:.2} × {:+.2}",
                    part.points, part.sign, part.value, part.weight
                ),
            );
        }
    }
    for delivery in &grounds.deliveries {
        let to = match delivery.recipient.as_str() {
            "" => String::new(),
            recipient => format!(" to {recipient}"),
        };
        let note = delivery.note.as_deref().map(|note| format!(": {note}"));
        line(
            "message",
            format!(
                "{} by {}{to}, {}{}",
                delivery.id,
                delivery.channel,
                delivery.state.name(),
                note.unwrap_or_default()
            ),
        );
    }
    if let (Some(change), Some(command)) = (finding.change, &grounds.diff) {
        line("change", format!("{change}; `{command}` shows it"));
    }
    if let Some(item) = finding.item {
        line("item", item.to_string());
    }
    lines.join("\n")
}

/// Counts and courses in words, as `trend` and `topic` show them.
fn plainly(evidence: &Evidence) -> Option<(&'static str, String)> {
    if let Some(series) = Series::of(evidence) {
        let counts = series.values.iter();
        let counts: Vec<Option<u32>> = counts.map(|value| value.map(|n| n as u32)).collect();
        let step = span(series.step);
        let told = format!("{}  {}, {step} each", sparkline(counts), series.of);
        return Some(("volume", told));
    }
    let number = evidence
        .after
        .as_deref()
        .filter(|_| evidence.before.is_none())?;
    let what = evidence.place.as_deref()?.replace('_', " ");
    match evidence.kind.as_str() {
        "count" => Some(("count", format!("{number} {what}"))),
        "baseline" => Some(("usual", format!("{number} {what}"))),
        "related" => Some(("related", number.to_owned())),
        _ => None,
    }
}

/// Evidence that is an instant, as people read times; any other as it is.
fn timed(text: &str, context: &Context) -> String {
    let at: Option<jiff::Timestamp> = text.parse().ok();
    at.map_or_else(|| text.to_owned(), |at| context.out.time(at))
}
