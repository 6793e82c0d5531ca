//! From files and environment to a [`Config`].

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use toml::de::DeTable;

use super::audience::{ReadDigest, read_channel, read_digest};
use super::environment::Overrides;
use super::report::{File, Place, Report, suggest};
use super::rules::Rules;
use super::sources::Surroundings;
use super::table::{Found, Table};
use super::{Config, Environment, Faults, SHIPPED, packs, sections, sources, terms, topics};
use crate::model::{ChannelSpec, DigestSpec, Source, TopicSpec};

/// What faults call the main file inside the program.
const EMBEDDED: &str = "tidewatch.toml (built in)";

/// Names that config must check but that belong to higher layers.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Kinds of source: the readers of `extract`.
    pub kinds: &'a [&'a str],
    /// Kinds of channel in `deliver`, each with the fields it cannot do without.
    pub channels: &'a [(&'a str, &'a [&'a str])],
    /// Says what is wrong with the `select` of a source of kind `json`.
    pub mapping: fn(&[String]) -> Result<(), String>,
}

/// Reads the configuration at `path`, or the one built in, with the environment laid over it.
///
/// # Errors
///
/// All faults of all files at once. What only looks like a mistake is in [`Config::warnings`].
pub fn load(
    path: Option<&Path>,
    environment: &Environment,
    known: &Known<'_>,
) -> Result<Config, Faults> {
    let report = Report::default();
    let main = main_file(path, &report);
    let overrides = Overrides::new(environment);
    let main_entries = entries(&main);
    let root = Table::root(&main, &main_entries, &report).overridden_by(&overrides);

    let language = sections::language(&root, environment);
    let zone = sections::zone(&root, environment);
    let (data_dir, database) = sections::places(&root, environment);
    let http = sections::http(&root, environment);
    let schedule = sections::schedule(&root);
    let (delivery, alert_channels) = sections::delivery(&root);
    let retention = sections::retention(&root);
    let (detection, word_files) = sections::detection(&root, environment);
    let assistant = sections::assistant(&root, environment);
    let log = sections::log(&root);
    let web = sections::web(&root, environment);
    let calendar = terms::calendar(&root, environment);
    let mutes = terms::mutes(&root, &zone);
    let around = Surroundings {
        known,
        environment,
        zone: zone.clone(),
        language,
        limits: http.limits,
        calendar,
    };

    let packs = packs::open(&root, path.is_none(), environment, &report);
    let pack_entries: Vec<DeTable<'_>> = packs.iter().map(|pack| entries(&pack.file)).collect();
    let mut read = Sources::default();
    read.take(&root, &around);
    let mut rules = Rules::default();
    rules.take(&root);
    let pack_roots: Vec<Table<'_>> = packs
        .iter()
        .zip(&pack_entries)
        .map(|(pack, entries)| Table::root(&pack.file, entries, &report))
        .collect();
    let defaults: Vec<Table<'_>> = pack_roots
        .iter()
        .map(|root| root.section("defaults"))
        .collect();
    for (root, defaults) in pack_roots.iter().zip(&defaults) {
        read.take_with(root, &around, defaults);
        rules.take(root);
        root.finish();
    }
    let damaged = main.damaged || packs.iter().any(|pack| pack.file.damaged);
    let rules = rules.finish(&read.sources, &report, damaged);
    let channels = channels(&root, &around, &data_dir);
    let channel_names = channels.names.list();
    for found in &alert_channels {
        if !channel_names.contains(&found.value.as_str()) && !root.file().damaged {
            report.fault(
                &found.place,
                format!("channel `{}` is not defined", found.value),
                suggest(&found.value, &channel_names),
            );
        }
    }
    let digests = digests(&root, &around, &channels, &read.sources, &report);
    let topics = topics(&root, &read.sources, &report);
    root.finish();
    overrides.finish(&report);
    if read.sources.iter().all(|source| !source.enabled) && !main.damaged {
        let remedy = "name packs in `packs`, or write a `[[source]]`";
        report.warn(&Place::File(&main), "nothing is watched", remedy);
    }

    let files = path.map(Path::to_owned).into_iter();
    let files = files
        .chain(packs.iter().filter_map(|pack| pack.path.clone()))
        .chain(word_files)
        .collect();
    let (sources, channels) = (read.sources, channels.specs);
    let (faults, warnings) = report.into_parts();
    if !faults.is_empty() {
        return Err(Faults(faults));
    }
    Ok(Config {
        language,
        zone,
        data_dir,
        database,
        http,
        schedule,
        delivery,
        retention,
        detection,
        assistant,
        log,
        sources,
        rules,
        digests,
        web,
        mutes,
        topics,
        channels,
        files,
        warnings,
    })
}

fn main_file(path: Option<&Path>, report: &Report) -> File {
    let Some(path) = path else {
        let text = SHIPPED.iter().find(|(name, _)| *name == "tidewatch.toml");
        let text = text.map(|(_, text)| (*text).to_owned()).unwrap_or_default();
        return File::new(EMBEDDED.to_owned(), Path::new(""), text, 0, report);
    };
    let name = path.display().to_string();
    let dir = path.parent().unwrap_or(Path::new(""));
    match std::fs::read_to_string(path) {
        Ok(text) => File::new(name, dir, text, 0, report),
        Err(error) => {
            let mut file = File::new(name, dir, String::new(), 0, report);
            file.damaged = true;
            report.fault(
                &Place::File(&file),
                format!("cannot be read: {error}"),
                "name a file that exists, or write one with `tidewatch init DIR`",
            );
            file
        }
    }
}

fn entries(file: &File) -> DeTable<'_> {
    // `File::new` has left nothing in it that is not TOML
    DeTable::parse(&file.toml)
        .map(toml::Spanned::into_inner)
        .unwrap_or_default()
}

/// Sources read so far, and where each id stands.
#[derive(Default)]
struct Sources<'a> {
    sources: Vec<Arc<Source>>,
    places: Names<'a>,
}

impl<'a> Sources<'a> {
    fn take(&mut self, root: &Table<'a>, around: &Surroundings<'_>) {
        for table in root.tables("source", "id") {
            self.read(&table, around);
        }
    }

    fn take_with(&mut self, root: &Table<'a>, around: &Surroundings<'_>, defaults: &'a Table<'a>) {
        let tables = root.tables("source", "id");
        let any = !tables.is_empty();
        for table in tables {
            self.read(&table.falling_back_to(defaults, &["id", "url"]), around);
        }
        // with no source, nothing has asked for any of its keys
        if any {
            defaults.finish();
        }
    }

    fn read(&mut self, table: &Table<'a>, around: &Surroundings<'_>) {
        let (id, source) = sources::read(table, around);
        if let Some(id) = id {
            self.places
                .note("source", &id.value.to_string(), id.place, table.report());
        }
        self.sources.extend(source.map(Arc::new));
    }
}

/// Names already given, and where.
#[derive(Default)]
struct Names<'a>(BTreeMap<String, Place<'a>>);

impl<'a> Names<'a> {
    fn note(&mut self, what: &str, name: &str, place: Place<'a>, report: &Report) {
        match self.0.get(name) {
            Some(first) => report.fault(
                &place,
                format!("{what} `{name}` stands twice; first at {first}"),
                "rename one of the two, or take it out",
            ),
            None => {
                self.0.insert(name.to_owned(), place);
            }
        }
    }

    fn list(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

struct Channels<'a> {
    specs: Vec<ChannelSpec>,
    names: Names<'a>,
}

fn channels<'a>(root: &Table<'a>, around: &Surroundings<'_>, data_dir: &Path) -> Channels<'a> {
    let mut channels = Channels {
        specs: Vec::new(),
        names: Names::default(),
    };
    for table in root.tables("channel", "name") {
        let (name, spec) = read_channel(&table, around, data_dir);
        if let Some(name) = name {
            channels
                .names
                .note("channel", &name.value, name.place, table.report());
        }
        channels.specs.extend(spec);
    }
    channels
}

fn topics(root: &Table<'_>, sources: &[Arc<Source>], report: &Report) -> Vec<TopicSpec> {
    let mut names = Names::default();
    let (mut specs, mut found) = (Vec::new(), Vec::new());
    for table in root.tables("topic", "name") {
        let (name, spec) = topics::read_topic(&table, sources);
        if let Some(name) = name {
            names.note("topic", &name.value, name.place.clone(), report);
            found.extend(spec.is_some().then_some(name));
        }
        specs.extend(spec);
    }
    topics::check_all(&specs, &found, report);
    specs
}

/// Reads the digests and checks what they refer to.
fn digests(
    root: &Table<'_>,
    around: &Surroundings<'_>,
    channels: &Channels<'_>,
    sources: &[Arc<Source>],
    report: &Report,
) -> Vec<DigestSpec> {
    let enabled = sources.iter().filter(|source| source.enabled);
    let mut tags: Vec<&str> = enabled
        .flat_map(|source| source.tags.iter().map(String::as_str))
        .collect();
    tags.sort_unstable();
    tags.dedup();
    let channel_names = channels.names.list();
    let mut names = Names::default();
    let mut specs: Vec<DigestSpec> = Vec::new();
    let mut instant = Vec::new();
    for table in root.tables("digest", "name") {
        let (name, digest) = read_digest(&table, around);
        if let Some(name) = name {
            names.note("digest", &name.value, name.place, report);
        }
        let Some(ReadDigest {
            spec,
            channels,
            tags: wanted,
        }) = digest
        else {
            continue;
        };
        let unknown =
            |found: &&Found<'_, String>, known: &[&str]| !known.contains(&found.value.as_str());
        for channel in channels
            .iter()
            .filter(|found| unknown(found, &channel_names))
        {
            if !root.file().damaged {
                report.fault(
                    &channel.place,
                    format!("channel `{}` is not defined", channel.value),
                    suggest(&channel.value, &channel_names),
                );
            }
        }
        for tag in wanted.iter().filter(|found| unknown(found, &tags)) {
            report.warn(
                &tag.place,
                format!("no enabled source has the tag `{}`", tag.value),
                suggest(&tag.value, &tags),
            );
        }
        if spec.is_instant() {
            instant.push((spec.audience().to_owned(), table.place()));
        }
        specs.push(spec);
    }
    for (audience, place) in instant {
        let takes_over = |spec: &DigestSpec| {
            !spec.is_instant() && !spec.terms.review && spec.audience() == audience
        };
        if !specs.iter().any(takes_over) {
            report.warn(
                &place,
                format!("what these alerts keep back is never told: no scheduled digest has the audience `{audience}`"),
                format!("set `audience = \"{audience}\"` in one"),
            );
        }
    }
    specs
}
