//! Recorded bodies: a line per finding as it would have been told or not, and a summary.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use jiff::Timestamp;
use serde::Serialize;

use super::Args;
use super::digests::{self, Composed};
use super::items::line;
use crate::cli::context::{Context, Misuse};
use crate::cli::findings::severity;
use crate::cli::output::{BAD, FAINT, STRONG};
use crate::daemon::replay::{Recording, Replay, Step};
use crate::model::{Finding, FindingId, Severity};
use crate::query::FindingView;

/// One finding, when it was made.
#[derive(Serialize)]
struct Line<'a> {
    at: Timestamp,
    told: bool,
    reason: Option<&'a str>,
    #[serde(flatten)]
    finding: &'a FindingView,
}

/// All of it in numbers.
#[derive(Debug, Default, Serialize)]
struct Summary {
    sources: usize,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    polls: u64,
    failed_polls: u64,
    versions: u64,
    items: u64,
    /// Findings told, by severity.
    told: BTreeMap<&'static str, u64>,
    /// Those of them that waited to be confirmed first.
    confirmed: u64,
    /// Findings not told, by reason.
    suppressed: BTreeMap<String, u64>,
    /// Digests composed, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    digests: BTreeMap<String, u64>,
}

pub(super) async fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let recording = Recording::open(&args.recording).map_err(|error| Misuse(error.to_string()))?;
    let config = digests::only(context.load()?, &args.digest)?;
    let mut replay = Replay::new(config, recording).await?;
    let mut summary = Summary {
        sources: replay.pipeline().config.sources.len(),
        from: replay.next_at(),
        ..Summary::default()
    };
    let mut out = anstream::stdout().lock();
    loop {
        for digest in digests::compose(&replay, args.out.as_deref()).await? {
            *summary.digests.entry(digest.digest.clone()).or_default() += 1;
            tell_digest(&mut out, &digest, args, context)?;
        }
        let Some(step) = replay.step().await? else {
            break;
        };
        summary.add(&step);
        if let Some(message) = step.report.message.as_ref().filter(|_| !context.out.json) {
            writeln!(out, "{}  {BAD}{}{BAD:#}  {message}", step.at, step.source)?;
        }
        for (id, finding) in step.findings {
            if finding.suppressed.is_none() || !args.told {
                tell(&mut out, id, finding, context)?;
            }
        }
    }
    replay.close().await?;
    if context.out.json {
        line(&mut out, &serde_json::json!({ "summary": summary }))?;
    } else {
        writeln!(out, "{}", summary.words())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(
    out: &mut impl Write,
    id: FindingId,
    finding: Finding,
    context: &Context,
) -> anyhow::Result<()> {
    let at = finding.detected_at;
    if context.out.json {
        let view = FindingView { id, finding };
        let reason = view.finding.suppressed.as_deref();
        return line(
            out,
            &Line {
                at,
                told: reason.is_none(),
                reason,
                finding: &view,
            },
        );
    }
    match &finding.suppressed {
        Some(why) => writeln!(
            out,
            "{FAINT}{at}  not told   {}  {}: {why}{FAINT:#}",
            finding.source, finding.title
        )?,
        None => writeln!(
            out,
            "{at}  {:<9}  {}  {STRONG}{}{STRONG:#}",
            severity(finding.severity),
            finding.source,
            finding.title
        )?,
    }
    Ok(())
}

fn tell_digest(
    out: &mut impl Write,
    digest: &Composed,
    args: &Args,
    context: &Context,
) -> anyhow::Result<()> {
    if context.out.json {
        return line(out, digest);
    }
    let (at, subject) = (digest.at, &digest.subject);
    writeln!(out, "{at}  digest     {STRONG}{subject}{STRONG:#}")?;
    if args.out.is_none() {
        writeln!(out, "\n{}", digest.text)?;
    }
    Ok(())
}

impl Summary {
    fn add(&mut self, step: &Step) {
        self.until = Some(step.at);
        self.polls += 1;
        self.failed_polls += u64::from(!step.report.ok);
        self.versions += u64::from(step.report.new_version);
        self.items += step.report.new_items as u64;
        for (_, finding) in &step.findings {
            // what waited was counted as not told until now
            let waited = finding.evidence.iter().find(|e| e.kind == "waited");
            let reason = waited.and_then(|e| e.before.as_deref()?.split_once(": "));
            if let Some((_, reason)) = reason
                && let Some(count) = self.suppressed.get_mut(reason)
            {
                self.confirmed += 1;
                *count -= 1;
            }
            match &finding.suppressed {
                Some(why) => *self.suppressed.entry(why.clone()).or_default() += 1,
                None => *self.told.entry(severity(finding.severity)).or_default() += 1,
            }
        }
    }

    fn words(&self) -> String {
        let span = match (self.from, self.until) {
            (Some(from), Some(until)) => format!(", {from} to {until}"),
            _ => String::new(),
        };
        let mut out = format!(
            "\n{}{span}: {} ({} failed), {}, {}\n",
            counted(self.sources as u64, "source"),
            counted(self.polls, "poll"),
            self.failed_polls,
            counted(self.versions, "text"),
            counted(self.items, "item"),
        );
        let grades = [
            Severity::Breaking,
            Severity::Important,
            Severity::Informational,
        ];
        let told: Vec<String> = grades
            .iter()
            .filter_map(|grade| Some((severity(*grade), self.told.get(severity(*grade))?)))
            .map(|(name, count)| format!("{count} {name}"))
            .collect();
        let sum: u64 = self.told.values().sum();
        out += &format!("told {sum}");
        if !told.is_empty() {
            out += &format!(" ({})", told.join(", "));
        }
        if self.confirmed > 0 {
            out += &format!(", {} of them after a wait", self.confirmed);
        }
        let sum: u64 = self.suppressed.values().sum();
        out += &format!("; not told {sum}");
        for (why, count) in self.suppressed.iter().filter(|(_, count)| **count > 0) {
            out += &format!("\n{count:>6}  {why}");
        }
        out
    }
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
