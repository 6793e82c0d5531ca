//! `[[rule]]`: facts of the rulebook, in the file of their sources.

use std::collections::BTreeMap;
use std::time::Duration;

use regex::RegexBuilder;

use super::report::{Place, Report, Wrong, suggest};
use super::table::{Found, Table};
use super::value;
use crate::model::{KnownValue, RuleReading, RuleSpec, Source, SourceId};

/// Used where a rule names no span of its own.
const STALE_AFTER: Duration = Duration::from_hours(24 * 14);
const HOUR: Duration = Duration::from_hours(1);
const YEAR: Duration = Duration::from_hours(24 * 366);
/// A compiled pattern may take this many bytes.
const PATTERN_SIZE: usize = 1 << 20;

/// Rules read so far.
#[derive(Default)]
pub(super) struct Rules<'a> {
    specs: Vec<RuleSpec>,
    /// Where each name stands.
    places: BTreeMap<String, Place<'a>>,
    /// The sources they name, to be looked up when all are known.
    sources: Vec<Found<'a, SourceId>>,
}

impl<'a> Rules<'a> {
    /// Reads the rules of one file.
    pub(super) fn take(&mut self, root: &Table<'a>) {
        for table in root.tables("rule", "name") {
            self.read(&table);
        }
    }

    /// Faults what no source stands behind, and gives the rules their sources' platforms.
    pub(super) fn finish(
        mut self,
        sources: &[std::sync::Arc<Source>],
        report: &Report,
        damaged: bool,
    ) -> Vec<RuleSpec> {
        let ids: Vec<&str> = sources.iter().map(|source| source.id.as_str()).collect();
        for found in &self.sources {
            if !damaged && !ids.contains(&found.value.as_str()) {
                report.fault(
                    &found.place,
                    format!("source `{}` is not defined", found.value),
                    suggest(found.value.as_str(), &ids),
                );
            }
        }
        for spec in &mut self.specs {
            let source = sources.iter().find(|source| source.id == spec.source);
            if let (None, Some(source)) = (&spec.platform, source) {
                spec.platform.clone_from(&source.platform);
            }
        }
        self.specs
    }

    fn read(&mut self, table: &Table<'a>) {
        let text = |key| table.text(key).map(|found| found.value);
        let name = table.parse("name", value::name);
        table.need("name", "give it a name of its own: `name = \"…\"`");
        if let Some(name) = &name {
            self.note(name, table.report());
        }
        let title = text("title");
        let source = table.parse("source", |text| {
            text.parse::<SourceId>()
                .map_err(|bad| Wrong::new(bad.to_string(), "name a source by its id"))
        });
        table.need("source", "name the source in whose text it stands");
        let select = table.parse("select", value::selector);
        let pattern = table.parse("pattern", pattern);
        let sentence = text("sentence");
        let asked = ["select", "pattern", "sentence"].map(|key| table.has(key));
        if !asked.contains(&true) {
            table.need(
                "sentence",
                "say how it is read: `sentence = \"words\"`, `pattern = \"…(?P<value>…)…\"` or `select = \"CSS\"`",
            );
        }
        let known = text("value");
        let since = table.parse("since", |text| {
            text.parse().map_err(|_| {
                Wrong::new(
                    format!("`{text}` is not a date"),
                    "write it as \"2026-05-31\"",
                )
            })
        });
        let place = text("known_from");
        for key in ["since", "known_from"] {
            if let (None, Some(at)) = (&known, table.place_of(key)) {
                let message = format!("`{key}` says something of a `value` that is not given");
                table
                    .report()
                    .fault(&at, message, "give the value, or take the line out");
            }
        }
        let stale_after = table.duration("stale_after", HOUR..=YEAR * 10);
        let spec = name
            .clone()
            .zip(source.clone())
            .map(|(name, source)| RuleSpec {
                title: title.unwrap_or_else(|| name.value.replace(['-', '_'], " ")),
                name: name.value,
                platform: text("platform"),
                source: source.value,
                reading: RuleReading {
                    select: select.map(|found| found.value),
                    pattern: pattern.map(|found| found.value),
                    sentence,
                },
                unit: text("unit"),
                stale_after: stale_after.unwrap_or(STALE_AFTER),
                area: text("area"),
                initial: known.map(|value| KnownValue {
                    value,
                    since: since.map(|found| found.value),
                    place,
                }),
            });
        // asked for also when the rule is not whole, so that they are not called unknown
        for key in ["platform", "unit", "area"] {
            table.has(key);
        }
        table.finish();
        self.sources.extend(source);
        self.specs.extend(spec);
    }

    fn note(&mut self, name: &Found<'a, String>, report: &Report) {
        if let Some(first) = self.places.get(&name.value) {
            report.fault(
                &name.place,
                format!("rule `{}` stands twice; first at {first}", name.value),
                "rename one of the two, or take it out",
            );
        } else {
            self.places.insert(name.value.clone(), name.place.clone());
        }
    }
}

/// A regular expression with a group named `value`.
fn pattern(text: &str) -> Result<String, Wrong> {
    let example = "write for example '(?P<value>\\d+ seconds)' in single quotes";
    let compiled = RegexBuilder::new(text).size_limit(PATTERN_SIZE).build();
    let compiled = compiled.map_err(|error| {
        let error = error.to_string();
        let last = error.lines().last().unwrap_or_default();
        let last = last.trim().trim_start_matches("error: ").to_owned();
        Wrong::new(format!("not a regular expression: {last}"), example)
    })?;
    if compiled
        .capture_names()
        .flatten()
        .any(|name| name == "value")
    {
        Ok(text.to_owned())
    } else {
        Err(Wrong::new("it has no group named `value`", example))
    }
}
