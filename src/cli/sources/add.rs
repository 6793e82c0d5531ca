//! `tidewatch sources add`: from an address to a source in the user's own configuration.
//!
//! What the address is, is found out by `daemon::pipeline`; here it is shown, named, asked about on
//! a terminal, and written. Nothing is written that cannot be read, unless it is forced.

use std::io::{IsTerminal, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use serde_json::json;
use url::Url;

use super::named::{addition, advice, default_cadence, refuse_known};
use super::shown::{line, rendered};
use crate::cli::context::{Context, Misuse, clock};
use crate::cli::output::{FAINT, GOOD, Output, STRONG, bytes};
use crate::config::{AddError, Addition, add_sources, file_for_sources};
use crate::daemon::pipeline::{Discoverer, Found, polls_ahead};
use crate::extract::discover::Candidate;
use crate::model::{Cadence, Render, Source, SourceId, SourceKind};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Address: a feed, a page, @channel, t.me/name, youtube.com/@name, @user@host, r/name, a repository…
    pub(super) address: String,
    /// Name of the source; by default made from its address or title
    #[arg(long)]
    pub(super) id: Option<SourceId>,
    /// Title for people; by default its own
    #[arg(long)]
    pub(super) title: Option<String>,
    /// For whom it speaks; reprints count once per owner
    #[arg(long)]
    pub(super) owner: Option<String>,
    /// How far it is believed
    #[arg(long, value_parser = ["official", "regulator", "media", "competitor", "own", "stream"])]
    pub(super) role: Option<String>,
    /// Platform it is about
    #[arg(long)]
    pub(super) platform: Option<String>,
    /// Language, two letters; by default its own
    #[arg(long)]
    pub(super) language: Option<String>,
    /// Tags by which digests choose, parted by commas
    #[arg(long, alias = "tag", value_delimiter = ',')]
    pub(super) tags: Vec<String>,
    /// How often it is polled; by default as its kind needs
    #[arg(long, value_name = "SPAN", conflicts_with = "schedule")]
    pub(super) every: Option<String>,
    /// When it is polled: minute hour day month weekday
    #[arg(long, value_name = "CRON")]
    pub(super) schedule: Option<String>,
    /// Zone of its schedule and of dates that name none
    #[arg(long)]
    pub(super) zone: Option<String>,
    /// Document of which the page is a part
    #[arg(long)]
    pub(super) document: Option<String>,
    /// Read it as this kind instead of what is recognised
    #[arg(long, value_parser = super::kind)]
    pub(super) kind: Option<String>,
    /// Take this one of what was found, by its number
    #[arg(long, value_name = "N")]
    pub(super) pick: Option<usize>,
    /// CSS selector of what to read, for pages
    #[arg(long)]
    pub(super) select: Vec<String>,
    /// CSS selector of what to leave out, for pages
    #[arg(long)]
    pub(super) remove: Vec<String>,
    /// Let the host be on a private network
    #[arg(long)]
    pub(super) allow_private: bool,
    /// Run the page in a browser before it is read, at every poll
    #[arg(long)]
    pub(super) render: bool,
    /// CSS selector of what a rendered page must have before it is read
    #[arg(long, requires = "render", value_name = "CSS")]
    pub(super) wait_for: Option<String>,
    /// File to write into; by default your own file of sources, else the configuration itself
    #[arg(long, value_name = "FILE")]
    pub(super) to: Option<PathBuf>,
    /// Do not ask
    #[arg(long, short)]
    pub(super) yes: bool,
    /// Show what would be written, and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Write it even if it cannot be read now
    #[arg(long)]
    pub(super) force: bool,
}

pub(super) async fn run(args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let cadence = cadence(&args)?;
    // what cannot be written is said before anybody is bothered
    let file = match file_for_sources(context.config_file(), &config, args.to.as_deref()) {
        Err(AddError::NoConfig) if args.dry_run => None,
        other => Some(other?),
    };
    if let Some(id) = &args.id
        && let Some(taken) = config.sources.iter().find(|source| source.id == *id)
    {
        let why = format!(
            "a source is named `{id}` already ({}); name this one otherwise",
            taken.url
        );
        return Err(Misuse(why).into());
    }
    let mut like = Source::probe(Url::parse("https://localhost/")?, SourceKind(String::new()));
    like.limits = config.http.limits;
    like.zone = config.zone.clone();
    like.allow_private = args.allow_private;
    like.select.clone_from(&args.select);
    like.remove.clone_from(&args.remove);
    like.language.clone_from(&args.language);
    like.render = args.render.then(|| Render {
        wait_for: args.wait_for.clone(),
    });
    if let Ok(asked) = super::url(&args.address) {
        refuse_known(&config, &asked)?;
    }

    let mut discoverer = Discoverer::new(&config, like.clone(), clock())?;
    let candidates = discoverer
        .candidates(&args.address, args.kind.as_deref())
        .await;
    let candidates = match candidates {
        Ok(candidates) if !candidates.is_empty() => candidates,
        Ok(_) => {
            return Err(anyhow!(
                "nothing that can be watched was found at {}",
                args.address
            ));
        }
        // forced, and it is said as what
        Err(_) if args.force && args.kind.is_some() => {
            let url = super::url(&args.address).map_err(Misuse)?;
            vec![Candidate::as_told(
                args.kind.as_deref().unwrap_or_default(),
                url,
            )]
        }
        Err(why) => return told_unfound(&discoverer, &args, context, &why),
    };
    let interactive = !args.yes
        && !context.out.json
        && std::io::stdin().is_terminal()
        && std::io::stderr().is_terminal();
    let chosen = choose(&args, &candidates, interactive)?;
    refuse_known(&config, &candidates[chosen].url)?;
    let picked = args.pick.is_some() || chosen > 0;
    let in_turn = if picked {
        &candidates[chosen..=chosen]
    } else {
        &candidates[..]
    };
    let (found, passed) = discoverer.best(in_turn).await;
    let found = match found {
        Some(found) => {
            refuse_known(&config, &found.candidate.url)?;
            found
        }
        None if args.force => Found {
            candidate: candidates[chosen].clone(),
            reading: None,
            content_type: None,
        },
        None => {
            let why: Vec<String> = passed.iter().map(|(_, why)| why.clone()).collect();
            return told_unfound(&discoverer, &args, context, &why.join("; "));
        }
    };
    let addition = addition(&args, &found, &config);
    let now = clock().now();
    let source = Source {
        id: addition.id.clone(),
        kind: SourceKind(addition.kind.clone()),
        url: addition.url.clone(),
        cadence: cadence.unwrap_or_else(|| default_cadence(&addition.kind)),
        ..like
    };
    let hints = found.reading.as_ref().map(|reading| &reading.hints);
    let polls = polls_ahead(&config, &source, hints, now, 2);
    let report = Report {
        discoverer: &discoverer,
        candidates: &candidates,
        passed: &passed,
        found: &found,
        addition: &addition,
        polls: &polls,
        advice: advice(&found, &addition, &config),
    };
    if !context.out.json {
        Output::text(&report.text(context))?;
    }
    let write = !args.dry_run && (!interactive || confirmed(file.as_deref())?);
    let written = match (&file, context.config_file()) {
        (Some(file), Some(main)) if write => {
            add_sources(main, file, std::slice::from_ref(&addition), || {
                context.load()
            })?;
            Some(file)
        }
        _ => None,
    };
    if context.out.json {
        Output::json(&report.json(written.and_then(|file| file.to_str())))?;
    } else if let Some(file) = written {
        Output::text(&format!(
            "{GOOD}written{GOOD:#}   to {}; a running `tidewatch run` takes it over on SIGHUP",
            file.display()
        ))?;
    } else {
        Output::text("nothing was written")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Everything that was found out.
struct Report<'a> {
    discoverer: &'a Discoverer,
    candidates: &'a [Candidate],
    passed: &'a [(Candidate, String)],
    found: &'a Found,
    addition: &'a Addition,
    polls: &'a [jiff::Timestamp],
    advice: Vec<String>,
}

impl Report<'_> {
    fn text(&self, context: &Context) -> String {
        let mut text = looked(self.discoverer);
        let chosen = &self.found.candidate;
        for (at, candidate) in self.candidates.iter().enumerate() {
            let head = if at == 0 { "found" } else { "" };
            let is_it = candidate.url == chosen.url && candidate.kind == chosen.kind;
            let mark = if is_it && self.candidates.len() > 1 {
                "→"
            } else {
                " "
            };
            let what = format!(
                "{mark}{} {} {FAINT}{}{FAINT:#}  {}",
                at + 1,
                candidate.kind,
                candidate.url,
                candidate.what
            );
            text.push_str(&line(head, &what));
        }
        for (candidate, why) in self.passed {
            text.push_str(&line(
                "passed",
                &format!("{} {}: {why}", candidate.kind, candidate.url),
            ));
        }
        text.push_str(&line("read as", &chosen.kind));
        match &self.found.reading {
            Some(reading) => text.push_str(&rendered(reading, context)),
            None => text.push_str(&line("outcome", "not read yet")),
        }
        let times: Vec<String> = self.polls.iter().map(|at| context.out.time(*at)).collect();
        text.push_str(&line("polls", &format!("{}…", times.join(", "))));
        for advice in &self.advice {
            text.push_str(&line("note", advice));
        }
        text.push('\n');
        for row in self.addition.to_toml().lines() {
            text.push_str(&format!("  {row}\n"));
        }
        text
    }

    fn json(&self, written: Option<&str>) -> serde_json::Value {
        json!({
            "requests": self.discoverer.looked(),
            "candidates": self.candidates,
            "passed": self.passed.iter().map(|(candidate, why)| json!({ "kind": candidate.kind, "url": candidate.url, "why": why })).collect::<Vec<_>>(),
            "chosen": self.found.candidate,
            "content_type": self.found.content_type,
            "reading": self.found.reading,
            "next_polls": self.polls,
            "notes": self.advice,
            "id": self.addition.id,
            "toml": self.addition.to_toml(),
            "written": written,
        })
    }
}

fn looked(discoverer: &Discoverer) -> String {
    let mut text = String::new();
    for (at, request) in discoverer.looked().iter().enumerate() {
        let head = if at == 0 { "looked at" } else { "" };
        let came = match (&request.failure, request.bytes) {
            (Some(why), _) => why.clone(),
            (None, size) => bytes(size.unwrap_or(0) as u64),
        };
        let way = match &request.final_url {
            Some(to) => format!("{} → {to}", request.url),
            None => request.url.to_string(),
        };
        text.push_str(&line(head, &format!("{way}  {FAINT}{came}{FAINT:#}")));
    }
    text
}

fn told_unfound(
    discoverer: &Discoverer,
    args: &Args,
    context: &Context,
    why: &str,
) -> anyhow::Result<ExitCode> {
    if discoverer.looked().is_empty() {
        // the text itself is wrong, or its platform is closed
        return Err(Misuse(why.to_owned()).into());
    }
    if context.out.json {
        Output::json(
            &json!({ "requests": discoverer.looked(), "address": args.address, "why": why, "written": null }),
        )?;
    } else {
        Output::text(&looked(discoverer))?;
        anstream::eprintln!(
            "tidewatch: {why}; nothing was written (`--force` with `--kind` writes it all the same)"
        );
    }
    Ok(ExitCode::FAILURE)
}

/// Which candidate: as told, as asked on a terminal, else the first.
fn choose(args: &Args, candidates: &[Candidate], interactive: bool) -> anyhow::Result<usize> {
    let among = |n: usize| (1..=candidates.len()).contains(&n).then(|| n - 1);
    if let Some(pick) = args.pick {
        let found = candidates.len();
        return among(pick).ok_or_else(|| {
            Misuse(format!(
                "`--pick {pick}`: only {found} ways to read it were found"
            ))
            .into()
        });
    }
    if !interactive || candidates.len() < 2 {
        return Ok(0);
    }
    for (at, candidate) in candidates.iter().enumerate() {
        anstream::eprintln!(
            "{STRONG}{:>2}{STRONG:#}  {:<10} {}  {FAINT}{}{FAINT:#}",
            at + 1,
            candidate.kind,
            candidate.url,
            candidate.what
        );
    }
    let answer = asked("which one? [1] ")?;
    let number = if answer.is_empty() {
        Some(1)
    } else {
        answer.parse().ok()
    };
    number
        .and_then(among)
        .ok_or_else(|| Misuse(format!("`{answer}` is none of them")).into())
}

fn confirmed(file: Option<&std::path::Path>) -> anyhow::Result<bool> {
    let Some(file) = file else { return Ok(false) };
    let answer = asked(&format!("write it to {}? [Y/n] ", file.display()))?;
    Ok(answer.is_empty() || answer.to_lowercase().starts_with(['y', 'д']))
}

fn asked(question: &str) -> anyhow::Result<String> {
    anstream::eprint!("{question}");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim().to_owned())
}

fn cadence(args: &Args) -> anyhow::Result<Option<Cadence>> {
    let wrong = |error: crate::model::CadenceError| Misuse(error.to_string());
    Ok(match (&args.every, &args.schedule) {
        (Some(every), _) => Some(Cadence::every(every).map_err(wrong)?),
        (None, Some(cron)) => Some(Cadence::cron(cron).map_err(wrong)?),
        (None, None) => None,
    })
}
