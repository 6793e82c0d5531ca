//! `[detection] lexicon`: files of words by which changes are judged, beside the shipped ones.
//!
//! A file has the form of the shipped table: `[group.name]` with lists of phrases by language. All
//! its faults are reported with line and remedy, as those of any other file of the configuration.

use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::environment::Environment;
use super::raw::type_of;
use super::report::{File, Place, Report, suggest};
use super::secrets::path_from;
use super::table::Table;
use crate::model::{WORD_GROUPS, WordTable};

/// Files of words are read after all others.
const ORDER: usize = 10_000;
/// Longest phrase, in words: longer ones are a mistake and would be found nowhere.
const LONGEST: usize = 12;
/// How a file should look, for faults.
const FORM: &str =
    "write `[area.ads]` and below it `en = [\"promo code*\"]`, `ru = [\"промокод*\"]`";

/// The words of all files that `[detection]` names, and those files.
pub(super) fn read(table: &Table<'_>, environment: &Environment) -> (WordTable, Vec<PathBuf>) {
    let (mut words, mut files) = (WordTable::new(), Vec::new());
    for (number, named) in table
        .texts("lexicon")
        .unwrap_or_default()
        .iter()
        .enumerate()
    {
        let path = path_from(&named.value, &table.file().dir, environment);
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let dir = path.parent().unwrap_or(&table.file().dir);
                let name = path.display().to_string();
                let file = File::new(name, dir, text, ORDER + number, table.report());
                take(&file, table.report(), &mut words);
                files.push(path);
            }
            Err(error) => table.report().fault(
                &named.place,
                format!("{} cannot be read: {error}", path.display()),
                "name a file that exists, or take it out of `lexicon`",
            ),
        }
    }
    (words, files)
}

/// Adds the words of one file.
fn take(file: &File, report: &Report, words: &mut WordTable) {
    // `File::new` has left nothing in it that is not TOML
    let root = DeTable::parse(&file.toml).map(Spanned::into_inner);
    for (group, names) in &root.unwrap_or_default() {
        let place = Place::In(file, group.span());
        let group: &str = group.get_ref();
        let Some((_, known)) = WORD_GROUPS.iter().find(|(name, _)| *name == group) else {
            let groups: Vec<&str> = WORD_GROUPS.iter().map(|(name, _)| *name).collect();
            let message = format!("there is no group of words `{group}`");
            report.fault(&place, message, suggest(group, &groups));
            continue;
        };
        let Some(names) = table_of(names, file, report) else {
            continue;
        };
        for (name, languages) in names {
            let place = Place::In(file, name.span());
            let name: &str = name.get_ref();
            if !known.is_empty() && !known.contains(&name) {
                let message = format!("there is no `{name}` in group `{group}`");
                report.fault(&place, message, suggest(name, known));
                continue;
            }
            let Some(languages) = table_of(languages, file, report) else {
                continue;
            };
            for (language, phrases) in languages {
                let found = phrases_of(phrases, file, report);
                let group = words.entry(group.to_owned()).or_default();
                let name = group.entry(name.to_owned()).or_default();
                let list = name.entry(language.get_ref().to_string()).or_default();
                list.extend(found);
            }
        }
    }
}

fn table_of<'a>(
    value: &'a Spanned<DeValue<'a>>,
    file: &File,
    report: &Report,
) -> Option<&'a DeTable<'a>> {
    if let DeValue::Table(entries) = value.get_ref() {
        return Some(entries);
    }
    let message = format!(
        "a table of words is wanted here, not {}",
        type_of(value.get_ref())
    );
    report.fault(&Place::In(file, value.span()), message, FORM);
    None
}

fn phrases_of(value: &Spanned<DeValue<'_>>, file: &File, report: &Report) -> Vec<String> {
    let DeValue::Array(items) = value.get_ref() else {
        let message = format!(
            "a list of phrases is wanted here, not {}",
            type_of(value.get_ref())
        );
        report.fault(&Place::In(file, value.span()), message, FORM);
        return Vec::new();
    };
    let phrases = items.iter().filter_map(|item| {
        let fault = |message: String| {
            let place = Place::In(file, item.span());
            report.fault(&place, message, "write one to twelve words, in lower case");
        };
        let DeValue::String(text) = item.get_ref() else {
            fault(format!(
                "a phrase must be a text, not {}",
                type_of(item.get_ref())
            ));
            return None;
        };
        let says = text
            .split_whitespace()
            .all(|w| w.contains(char::is_alphanumeric));
        if !says || !(1..=LONGEST).contains(&text.split_whitespace().count()) {
            fault(format!("`{text}` is no phrase of one to {LONGEST} words"));
            return None;
        }
        Some(text.clone().into_owned())
    });
    phrases.collect()
}
