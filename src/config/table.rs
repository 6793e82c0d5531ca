//! A reader of one TOML table that never stops at the first fault.
//!
//! Each typed getter looks a key up, checks it, notes a [`super::Fault`] where it is wrong, and
//! remembers that the key was asked for. So [`Table::finish`] knows every key that exists, and
//! calls the rest unknown; there is no second list of keys to keep in step.
//!
//! A table may have a fallback (a pack's `[defaults]`) and an environment that overrides it
//! (`TIDEWATCH_HTTP__HOST_GAP` for `host_gap` in `[http]`).

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::environment::Overrides;
use super::raw::{Raw, Value, type_of};
use super::report::{File, Place, Report, Wrong, suggest};
use super::value;

/// What the top table of a file is called.
const TOP: &str = "at the top of the file";

/// One table being read.
pub(super) struct Table<'a> {
    entries: Option<&'a DeTable<'a>>,
    file: &'a File,
    span: Range<usize>,
    label: String,
    report: &'a Report,
    fallback: Option<&'a Table<'a>>,
    /// Keys that are never taken from the fallback.
    own: &'static [&'static str],
    overrides: Option<(&'a Overrides<'a>, String)>,
    asked: RefCell<Vec<&'static str>>,
}

/// A checked value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Found<'a, T> {
    /// The value.
    pub(super) value: T,
    /// Where it stands.
    pub(super) place: Place<'a>,
}

impl<'a> Table<'a> {
    /// The top table of a file.
    pub(super) fn root(file: &'a File, entries: &'a DeTable<'a>, report: &'a Report) -> Self {
        Self::new(file, Some(entries), 0..0, TOP.to_owned(), report)
    }

    fn new(
        file: &'a File,
        entries: Option<&'a DeTable<'a>>,
        span: Range<usize>,
        label: String,
        report: &'a Report,
    ) -> Self {
        Self {
            entries,
            file,
            span,
            label,
            report,
            fallback: None,
            own: &[],
            overrides: None,
            asked: RefCell::default(),
        }
    }

    /// Lets the environment override this table and its sections.
    pub(super) fn overridden_by(mut self, overrides: &'a Overrides<'a>) -> Self {
        self.overrides = Some((overrides, String::new()));
        self
    }

    /// Takes what is not set here from `fallback`, but for the keys in `own`.
    pub(super) fn falling_back_to(
        mut self,
        fallback: &'a Table<'a>,
        own: &'static [&'static str],
    ) -> Self {
        self.fallback = Some(fallback);
        self.own = own;
        self
    }

    /// The report that faults go to.
    pub(super) fn report(&self) -> &'a Report {
        self.report
    }

    /// The file it stands in.
    pub(super) fn file(&self) -> &'a File {
        self.file
    }

    /// Where it begins.
    pub(super) fn place(&self) -> Place<'a> {
        Place::In(self.file, self.span.clone())
    }

    /// Is `key` set here, in the fallback or in the environment?
    pub(super) fn has(&self, key: &'static str) -> bool {
        self.find(key).is_some()
    }

    /// Is `key` set here itself?
    pub(super) fn has_own(&self, key: &str) -> bool {
        self.entries
            .is_some_and(|entries| entries.contains_key(key))
    }

    /// Where `key` stands, if it is set.
    pub(super) fn place_of(&self, key: &'static str) -> Option<Place<'a>> {
        self.find(key).map(|value| value.place)
    }

    /// Faults a key that is not set.
    pub(super) fn need(&self, key: &'static str, remedy: &str) {
        if !self.has(key) && !self.file.damaged {
            self.report.fault(
                &self.place(),
                format!("`{key}` is missing in {}", self.label),
                remedy,
            );
        }
    }

    /// A text, not empty.
    pub(super) fn text(&self, key: &'static str) -> Option<Found<'a, String>> {
        self.parse(key, |text| Ok(text.to_owned()))
    }

    /// The text under `key` as it stands, unchecked; `None` if it is no text.
    pub(super) fn peek(&self, key: &'static str) -> Option<String> {
        match self.find(key)?.raw {
            Raw::Toml(DeValue::String(text)) => Some(text.to_string()),
            Raw::Environment(text) => Some(text.to_owned()),
            Raw::Toml(_) => None,
        }
    }

    /// A text that `check` makes something of.
    pub(super) fn parse<T>(
        &self,
        key: &'static str,
        check: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<Found<'a, T>> {
        let value = self.find(key)?;
        let text = value.text(self.report)?;
        let checked = check(text);
        self.settle(checked, value.place)
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&self, key: &'static str, among: &[(&str, T)]) -> Option<T> {
        let found = self.parse(key, |text| {
            let hit = among.iter().find(|(name, _)| *name == text);
            hit.map(|(_, value)| *value).ok_or_else(|| {
                let names: Vec<&str> = among.iter().map(|(name, _)| *name).collect();
                Wrong::new(
                    format!("`{text}` is not a value of `{key}`"),
                    suggest(text, &names),
                )
            })
        })?;
        Some(found.value)
    }

    /// A time span within bounds.
    pub(super) fn duration(
        &self,
        key: &'static str,
        bounds: RangeInclusive<Duration>,
    ) -> Option<Duration> {
        self.parse(key, |text| value::duration(text, bounds))
            .map(|found| found.value)
    }

    /// A true or false.
    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        let value = self.find(key)?;
        let flag = match value.raw {
            Raw::Toml(DeValue::Boolean(flag)) => Some(*flag),
            Raw::Environment("true" | "1") => Some(true),
            Raw::Environment("false" | "0") => Some(false),
            _ => None,
        };
        if flag.is_none() {
            value.wrong_type(self.report, "true or false", "write `true` or `false`");
        }
        flag
    }

    /// A whole number within bounds.
    pub(super) fn number(&self, key: &'static str, bounds: RangeInclusive<u64>) -> Option<u64> {
        let (low, high) = (*bounds.start(), *bounds.end());
        let remedy = format!("write a whole number from {low} to {high}");
        let value = self.find(key)?;
        let number = match value.raw {
            Raw::Toml(DeValue::Integer(n)) => u64::from_str_radix(n.as_str(), n.radix()).ok(),
            Raw::Environment(text) => text.parse().ok(),
            Raw::Toml(_) => {
                value.wrong_type(self.report, "a whole number", &remedy);
                return None;
            }
        };
        let number = number.filter(|n| bounds.contains(n));
        if number.is_none() {
            let message = format!("`{key}` is not within its bounds");
            self.report.fault(&value.place, message, remedy);
        }
        number
    }

    /// A size in bytes, as a text with a unit or a bare number.
    pub(super) fn size(&self, key: &'static str, bounds: RangeInclusive<u64>) -> Option<u64> {
        let value = self.find(key)?;
        let text = match value.raw {
            Raw::Toml(DeValue::Integer(n)) => n.to_string(),
            _ => value.text(self.report)?.to_owned(),
        };
        self.settle(value::size(&text, bounds), value.place)
            .map(|found| found.value)
    }

    /// A list of texts; a single text is a list of one. In the environment, parted by commas.
    pub(super) fn texts(&self, key: &'static str) -> Option<Vec<Found<'a, String>>> {
        Some(self.texts_of(&self.find(key)?))
    }

    /// The lists of both this table and its fallback, the fallback's first.
    pub(super) fn texts_joined(&self, key: &'static str) -> Vec<Found<'a, String>> {
        let inherited = self.fallback.and_then(|table| table.texts(key));
        let own = self.find_own(key).map(|value| self.texts_of(&value));
        inherited.into_iter().chain(own).flatten().collect()
    }

    fn texts_of(&self, value: &Value<'a>) -> Vec<Found<'a, String>> {
        let found = |value: String, place: Place<'a>| Found { value, place };
        match value.raw {
            Raw::Environment(text) => text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| found(part.to_owned(), value.place.clone()))
                .collect(),
            Raw::Toml(DeValue::Array(items)) => items
                .iter()
                .filter_map(|item| {
                    let place = Place::In(self.place_file(&value.place), item.span());
                    let item = Value {
                        raw: Raw::Toml(item.get_ref()),
                        place: place.clone(),
                        key: value.key,
                    };
                    Some(found(item.text(self.report)?.to_owned(), place))
                })
                .collect(),
            Raw::Toml(DeValue::String(_)) => value
                .text(self.report)
                .map(|text| found(text.to_owned(), value.place.clone()))
                .into_iter()
                .collect(),
            Raw::Toml(_) => {
                let remedy = format!("write `{} = [\"…\", \"…\"]`", value.key);
                value.wrong_type(self.report, "a list of texts", &remedy);
                Vec::new()
            }
        }
    }

    /// The table under `key`; an absent one reads as empty, so that the environment can fill it.
    pub(super) fn section(&self, key: &'static str) -> Table<'a> {
        if let Some(fallback) = self.fallback {
            let inherited = fallback.section(key);
            if !self.has_own(key) {
                self.ask(key);
                return inherited;
            }
        }
        let overrides = self
            .overrides
            .as_ref()
            .map(|(overrides, prefix)| (*overrides, format!("{prefix}{}__", key.to_uppercase())));
        let label = if self.label == TOP {
            format!("[{key}]")
        } else {
            format!("`{key}` of {}", self.label)
        };
        let mut section = Table::new(self.file, None, self.span.clone(), label, self.report);
        section.overrides = overrides;
        let Some(value) = self.find_written(key) else {
            return section;
        };
        if let (Raw::Toml(DeValue::Table(entries)), Place::In(file, span)) =
            (&value.raw, &value.place)
        {
            section.entries = Some(entries);
            section.file = file;
            section.span = span.clone();
        } else {
            let remedy = format!("write `{key} = {{ … }}`");
            value.wrong_type(self.report, "a table", &remedy);
        }
        section
    }

    /// The tables under `[[key]]`, each labelled by its `name_key`.
    pub(super) fn tables(&self, key: &'static str, name_key: &str) -> Vec<Table<'a>> {
        let Some(value) = self.find_written(key) else {
            return Vec::new();
        };
        let remedy = format!("begin each with a line `[[{key}]]`");
        let Raw::Toml(DeValue::Array(items)) = value.raw else {
            value.wrong_type(self.report, "a list of tables", &remedy);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items {
            let place = Place::In(self.file, item.span());
            let DeValue::Table(entries) = item.get_ref() else {
                let message = format!("`{key}` must hold tables only");
                self.report.fault(&place, message, &remedy);
                continue;
            };
            let label = match entries.get(name_key).map(Spanned::get_ref) {
                Some(DeValue::String(name)) => format!("[[{key}]] `{name}`"),
                _ => format!("[[{key}]]"),
            };
            tables.push(Table::new(
                self.file,
                Some(entries),
                item.span(),
                label,
                self.report,
            ));
        }
        tables
    }

    /// All keys of a table whose keys are free, such as header names, each with its place, and
    /// either its text or its table.
    pub(super) fn free_entries(&self) -> Vec<(Found<'a, String>, FreeEntry<'a>)> {
        let entries = self.entries.into_iter().flatten();
        let read = entries.filter_map(|(key, item)| {
            let place = Place::In(self.file, key.span()).hidden();
            let name = key.get_ref().clone().into_owned();
            let entry = match item.get_ref() {
                DeValue::String(text) => FreeEntry::Text(text.clone().into_owned()),
                DeValue::Table(entries) => {
                    let (span, label) = (key.span(), format!("`{name}`"));
                    let entries = Some(entries);
                    FreeEntry::Table(Table::new(self.file, entries, span, label, self.report))
                }
                other => {
                    let message =
                        format!("`{name}` must be a text or a table, not {}", type_of(other));
                    let remedy =
                        format!("write `{name} = \"…\"` or `{name} = {{ secret_file = \"…\" }}`");
                    self.report.fault(&place, message, remedy);
                    return None;
                }
            };
            Some((Found { value: name, place }, entry))
        });
        read.collect()
    }

    /// Faults every key that nothing asked for.
    pub(super) fn finish(&self) {
        let asked = self.asked.borrow();
        for key in self.entries.into_iter().flatten().map(|(key, _)| key) {
            if !asked.contains(&key.get_ref().as_ref()) {
                self.report.fault(
                    &Place::In(self.file, key.span()),
                    format!("unknown key `{}` {}", key.get_ref(), self.inside()),
                    suggest(key.get_ref(), &asked),
                );
            }
        }
    }

    fn inside(&self) -> String {
        if self.label == TOP {
            TOP.to_owned()
        } else {
            format!("in {}", self.label)
        }
    }

    fn find(&self, key: &'static str) -> Option<Value<'a>> {
        let own = self.find_own(key);
        // asked even when not needed, so that the fallback knows the key
        let inherited = self.fallback.filter(|_| !self.own.contains(&key));
        let inherited = inherited.and_then(|table| table.find(key));
        own.or(inherited)
    }

    fn find_own(&self, key: &'static str) -> Option<Value<'a>> {
        if let Some((overrides, prefix)) = &self.overrides
            && let Some((name, text)) = overrides.get(&format!("{prefix}{}", key.to_uppercase()))
        {
            self.ask(key);
            return Some(Value {
                raw: Raw::Environment(text),
                place: Place::Environment(name),
                key,
            });
        }
        self.find_written(key)
    }

    /// As [`Self::find_own`], but the file alone counts.
    fn find_written(&self, key: &'static str) -> Option<Value<'a>> {
        self.ask(key);
        let item = self.entries?.get(key)?;
        Some(Value {
            raw: Raw::Toml(item.get_ref()),
            place: Place::In(self.file, item.span()),
            key,
        })
    }

    fn ask(&self, key: &'static str) {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
    }

    fn place_file(&self, place: &Place<'a>) -> &'a File {
        place.file().unwrap_or(self.file)
    }

    fn settle<T>(&self, checked: Result<T, Wrong>, place: Place<'a>) -> Option<Found<'a, T>> {
        match checked {
            Ok(value) => Some(Found { value, place }),
            Err(wrong) => {
                self.report.fault(&place, wrong.message, wrong.remedy);
                None
            }
        }
    }
}

/// A value under a free key.
pub(super) enum FreeEntry<'a> {
    /// A plain text.
    Text(String),
    /// A table.
    Table(Table<'a>),
}
