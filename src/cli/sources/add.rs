//! `tidewatch sources add`: from an address to a source in the user's own configuration.
//!
//! What the address is, is found out by `daemon::pipeline`; here it is shown, named, asked about on
//! a terminal, and written. Nothing is written that cannot be read, unless it is forced.

mod questions;
mod report;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use serde_json::json;
use url::Url;

use super::named::{addition, advice, default_cadence, refuse_known};
use crate::cli::context::{Context, Misuse, clock};
use crate::cli::output::{GOOD, Output};
use crate::cli::selectors;
use crate::config::{AddError, add_sources, file_for_sources};
use crate::daemon::pipeline::{Discoverer, Found, polls_ahead};
use crate::extract::discover::Candidate;
use crate::model::{Cadence, Render, Source, SourceId, SourceKind};

use questions::{choose, confirmed, render_too};
use report::{Report, looked};

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

pub(super) async fn run(mut args: Args, context: &Context) -> anyhow::Result<ExitCode> {
    selectors::check(
        args.kind.as_deref(),
        &args.select,
        &args.remove,
        args.wait_for.as_deref(),
    )?;
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
    let (mut found, mut passed) = discoverer.best(in_turn).await;
    if found.is_none() && discoverer.needs_browser() && interactive && render_too()? {
        args.render = true;
        discoverer.use_browser();
        (found, passed) = discoverer.best(in_turn).await;
    }
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
    let remedy = if discoverer.needs_browser() {
        "`--render` runs it in a browser, now and at every poll"
    } else {
        "`--force` with `--kind` writes it all the same"
    };
    if context.out.json {
        Output::json(
            &json!({ "requests": discoverer.looked(), "address": args.address, "why": why, "remedy": remedy, "written": null }),
        )?;
    } else {
        Output::text(&looked(discoverer))?;
        anstream::eprintln!("tidewatch: {why}; nothing was written ({remedy})");
    }
    Ok(ExitCode::FAILURE)
}

fn cadence(args: &Args) -> anyhow::Result<Option<Cadence>> {
    let wrong = |error: crate::model::CadenceError| Misuse(error.to_string());
    Ok(match (&args.every, &args.schedule) {
        (Some(every), _) => Some(Cadence::every(every).map_err(wrong)?),
        (None, Some(cron)) => Some(Cadence::cron(cron).map_err(wrong)?),
        (None, None) => None,
    })
}
