//! `tidewatch sources import` and `export`: lists of feeds as OPML, without the network.

use std::collections::{HashMap, HashSet};
use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::json;

use super::named::sameness;
use crate::cli::context::{Context, clock};
use crate::cli::output::{BAD, FAINT, GOOD, Output, one_line, print_table, table};
use crate::config::{AddError, Addition, Config, add_sources, file_for_sources};
use crate::extract::discover::{self, name};
use crate::extract::opml::{self, Outline};
use crate::model::SourceId;

/// Largest list that is read.
const LARGEST: u64 = 64 << 20;
/// Rows of a report before it is cut; JSON has them all.
const SHOWN: usize = 40;

#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// The list, or `-` for stdin
    file: PathBuf,
    /// File to write into; by default your own file of sources, else the configuration itself
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Tags for all of them, parted by commas
    #[arg(long, alias = "tag", value_delimiter = ',')]
    tags: Vec<String>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// OPML, which is the only form there is, and the default
    #[arg(long)]
    opml: bool,
    /// Only those with this tag
    #[arg(long)]
    tag: Option<String>,
}

/// What becomes of a list.
struct Plan {
    additions: Vec<(usize, Addition)>,
    /// Line, address, and the source that has it already.
    known: Vec<(usize, String, String)>,
}

pub(super) fn import(args: &Import, context: &Context) -> anyhow::Result<ExitCode> {
    let config = context.load()?;
    let file = match file_for_sources(context.config_file(), &config, args.to.as_deref()) {
        Err(AddError::NoConfig) if args.dry_run => None,
        other => Some(other?),
    };
    let list = opml::read(&bytes(args)?)
        .map_err(|why| anyhow::anyhow!("{}: {why}", args.file.display()))?;
    let plan = plan(&list.outlines, &args.tags, &config);
    let additions: Vec<Addition> = plan
        .additions
        .iter()
        .map(|(_, addition)| addition.clone())
        .collect();
    let written = match (&file, context.config_file()) {
        (Some(file), Some(main)) if !args.dry_run && !additions.is_empty() => {
            add_sources(main, file, &additions, || context.load())?;
            Some(file.display().to_string())
        }
        _ => None,
    };
    let code = ExitCode::from(u8::from(!list.refused.is_empty()));
    if context.out.json {
        Output::json(&json!({
            "sources": plan.additions.iter().map(|(line, addition)| json!({
                "line": line, "id": addition.id, "kind": addition.kind, "url": addition.url,
                "title": addition.title, "tags": addition.tags,
            })).collect::<Vec<_>>(),
            "duplicates": plan.known.iter().map(|(line, url, id)| json!({ "line": line, "url": url, "id": id })).collect::<Vec<_>>(),
            "refused": list.refused,
            "written": written,
        }))?;
        return Ok(code);
    }
    let mut rows = table(&["source", "kind", "tags", "url"]);
    for (_, addition) in plan.additions.iter().take(SHOWN) {
        rows.add_row([
            addition.id.to_string(),
            addition.kind.clone(),
            addition.tags.join(" "),
            format!("{FAINT}{}{FAINT:#}", addition.url),
        ]);
    }
    if !plan.additions.is_empty() {
        print_table(&rows)?;
    }
    if plan.additions.len() > SHOWN {
        Output::text(&format!("and {} more", plan.additions.len() - SHOWN))?;
    }
    for (line, url, id) in plan.known.iter().take(SHOWN) {
        Output::text(&format!(
            "{FAINT}line {line}: {} is there already as `{id}`{FAINT:#}",
            one_line(url, 100)
        ))?;
    }
    for refused in &list.refused {
        let name = one_line(&refused.name, 40);
        anstream::eprintln!(
            "{BAD}line {}{BAD:#}: {name}: {}",
            refused.line,
            one_line(&refused.why, 200)
        );
    }
    let verb = if written.is_some() {
        "imported"
    } else {
        "would be imported"
    };
    let style = if written.is_some() { GOOD } else { FAINT };
    let place = written
        .map(|file| format!(" into {file}"))
        .unwrap_or_default();
    Output::text(&format!(
        "{style}{} {verb}{style:#}{place}; {} there already, {} not taken",
        additions.len(),
        plan.known.len(),
        list.refused.len()
    ))?;
    Ok(code)
}

pub(super) fn export(args: &Export, context: &Context) -> anyhow::Result<ExitCode> {
    if context.out.json {
        return super::list(args.tag.as_deref(), context);
    }
    let config = context.load()?;
    let wanted: Vec<_> = config
        .sources
        .iter()
        .filter(|source| {
            args.tag
                .as_ref()
                .is_none_or(|tag| source.tags.contains(tag))
        })
        .collect();
    let day = clock().now().strftime("%Y-%m-%d");
    Output::text(&opml::write(&wanted, &format!("tidewatch, {day}"))?)?;
    let private = wanted
        .iter()
        .filter(|source| source.allow_private || !source.headers.is_empty())
        .count();
    if private > 0 {
        anstream::eprintln!(
            "{private} sources have headers or may reach private addresses; a list carries neither"
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn bytes(args: &Import) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if args.file.as_os_str() == "-" {
        std::io::stdin()
            .lock()
            .take(LARGEST)
            .read_to_end(&mut bytes)?;
    } else {
        let open = std::fs::File::open(&args.file);
        let open = open.with_context(|| format!("reading {}", args.file.display()))?;
        open.take(LARGEST).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn plan(outlines: &[Outline], tags: &[String], config: &Config) -> Plan {
    let mut ids: HashSet<String> = config
        .sources
        .iter()
        .map(|source| source.id.to_string())
        .collect();
    let mut urls: HashMap<String, String> = config
        .sources
        .iter()
        .map(|source| (sameness(&source.url), source.id.to_string()))
        .collect();
    // how often a stem was taken, so that thousands of one name cost no search
    let mut taken: HashMap<String, usize> = HashMap::new();
    let mut plan = Plan {
        additions: Vec::new(),
        known: Vec::new(),
    };
    for outline in outlines {
        let same = sameness(&outline.url);
        if let Some(id) = urls.get(&same) {
            plan.known
                .push((outline.line, outline.url.to_string(), id.clone()));
            continue;
        }
        let id = id(outline, &mut ids, &mut taken);
        urls.insert(same, id.to_string());
        plan.additions
            .push((outline.line, addition(outline, id, tags)));
    }
    plan
}

/// Its own id if it brings one that is free, else one made of its title or address.
fn id(
    outline: &Outline,
    ids: &mut HashSet<String>,
    taken: &mut HashMap<String, usize>,
) -> SourceId {
    let own = outline
        .settings
        .id
        .clone()
        .filter(|id| id.parse::<SourceId>().is_ok());
    let by_address = || discover::kind_of_address(&outline.url)?.stem;
    let by_title = || {
        outline
            .title
            .as_deref()
            .map(name::slug)
            .filter(|slug| slug.len() > 2)
    };
    let stem = own
        .or_else(by_address)
        .or_else(by_title)
        .unwrap_or_else(|| name::stem_of(&outline.url));
    let stem = if stem.is_empty() {
        "feed".to_owned()
    } else {
        stem
    };
    let count = taken.entry(stem.clone()).or_insert(0);
    loop {
        *count += 1;
        let text = if *count == 1 {
            stem.clone()
        } else {
            format!("{stem}-{count}")
        };
        if let Ok(id) = text.parse::<SourceId>()
            && ids.insert(text)
        {
            return id;
        }
    }
}

fn addition(outline: &Outline, id: SourceId, tags: &[String]) -> Addition {
    let settings = &outline.settings;
    let kind = settings.kind.clone().unwrap_or_else(|| "feed".to_owned());
    let mut all = outline.tags.clone();
    all.extend(
        tags.iter()
            .filter(|tag| !outline.tags.contains(tag))
            .cloned(),
    );
    Addition {
        title: outline
            .title
            .clone()
            .map(|title| title.chars().take(200).collect()),
        owner: settings.owner.clone().or_else(|| {
            let known = discover::kind_of_address(&outline.url).and_then(|known| known.owner);
            Some(known.unwrap_or_else(|| name::owner_of(&outline.url)))
        }),
        role: settings.role,
        platform: settings.platform.clone(),
        language: settings.language.clone(),
        tags: all,
        every: settings.every.clone(),
        schedule: settings.schedule.clone(),
        zone: settings.zone.clone(),
        document: settings.document.clone(),
        select: settings.select.clone(),
        remove: settings.remove.clone(),
        render: settings.render.is_some(),
        wait_for: settings.render.clone().filter(|css| !css.is_empty()),
        obey_robots: settings.obey_robots,
        enabled: settings.enabled.unwrap_or(true),
        ..Addition::new(id, kind, outline.url.clone())
    }
}
