//! Any JSON by a mapping: which `JSONPath` holds the items, and which, within an item, each field.
//!
//! The mapping stands in the source's `select`, one `field = path` each:
//!
//! ```toml
//! kind = "json"
//! select = ["items = $.data.videos[*]", "id = $.id", "title = $.name", "published = $.time", "views = $.stats.plays"]
//! ```
//!
//! Fields are `items`, `id`, `link`, `title`, `published`, `updated`, `summary`, `author`,
//! `language`, `tags`; any other name is a metric. `$.…` of a field is meant within the item;
//! `source.NAME = path` is a metric of the source, meant within the whole body, and so is `older`, the address at which
//! older items continue (`older = ?cursor={$.next}`). A link may be a
//! pattern: `link = https://example.com/v/{$.id}`. A path that finds nothing leaves its field empty.

use serde_json::Value;
use serde_json_path::JsonPath;

use super::super::{dates, plain};
use super::answer::{self, exact, json, malformed, reading};
use super::counts;
use crate::model::{Body, ReadItem, ReadOptions, Reading, Sample};

/// Names that are not metrics.
const FIELDS: [&str; 9] = [
    "id",
    "guid",
    "link",
    "title",
    "published",
    "updated",
    "summary",
    "author",
    "language",
];

/// Reads a body by the mapping in `options.select`.
pub(in super::super) fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    let answer = match json(body) {
        Ok(answer) => answer,
        Err(why) => return *why,
    };
    let mapping = match Mapping::parse(&options.select) {
        Ok(mapping) => mapping,
        Err(why) => return malformed(why),
    };
    let mut reading = reading();
    reading.samples = mapping
        .of_source
        .iter()
        .filter_map(|(metric, path)| number(path.query(&answer).first()?, metric))
        .collect();
    let items = mapping.items.query(&answer).all();
    if items.is_empty() && reading.samples.is_empty() {
        return malformed("the path of `items` finds nothing; has the answer's form changed?");
    }
    let rows: Vec<Value> = items.into_iter().cloned().collect();
    answer::items(&mut reading, &rows, |item| {
        Some(mapping.item(item, body, options))
    });
    reading.older = mapping
        .older
        .as_ref()
        .and_then(|older| body.url.join(&older.text(&answer)?).ok())
        .filter(|older| older != body.url);
    for (name, _) in &mapping.fields {
        let is_found = |item: &ReadItem| has_field(item, name);
        if !reading.items.is_empty() && !reading.items.iter().any(is_found) {
            reading
                .notes
                .push(format!("the path of `{name}` finds nothing in any item"));
        }
    }
    reading
}

/// Checks a mapping, for configuration: `Err` says what is wrong.
pub fn check(select: &[String]) -> Result<(), String> {
    Mapping::parse(select).map(|_| ())
}

struct Mapping {
    items: JsonPath,
    fields: Vec<(String, Source)>,
    of_source: Vec<(String, JsonPath)>,
    /// Where older items continue.
    older: Option<Source>,
}

/// Where a field's value comes from.
enum Source {
    Path(JsonPath),
    /// Texts and paths in turns.
    Pattern(Vec<Part>),
}

enum Part {
    Text(String),
    Path(JsonPath),
}

impl Mapping {
    fn parse(select: &[String]) -> Result<Self, String> {
        let (mut items, mut older) = (None, None);
        let (mut fields, mut of_source) = (Vec::new(), Vec::new());
        for line in select {
            let (name, path) = line
                .split_once('=')
                .map(|(name, path)| (name.trim(), path.trim()))
                .ok_or_else(|| format!("`{line}` is not `field = JSONPath`"))?;
            if name == "items" {
                items = Some(parse_path(path)?);
            } else if let Some(metric) = name.strip_prefix("source.") {
                of_source.push((metric.to_owned(), parse_path(path)?));
            } else {
                let source = if path.starts_with('$') {
                    Source::Path(parse_path(path)?)
                } else {
                    Source::Pattern(parse_pattern(path)?)
                };
                match name {
                    "older" => older = Some(source),
                    name => fields.push((name.to_owned(), source)),
                }
            }
        }
        let items = items.ok_or("kind `json` needs `select` with `items = JSONPath` and fields")?;
        Ok(Self {
            items,
            fields,
            of_source,
            older,
        })
    }

    fn item(&self, value: &Value, body: &Body<'_>, options: &ReadOptions) -> ReadItem {
        let mut item = ReadItem::default();
        for (name, source) in &self.fields {
            if name == "tags" {
                item.tags = source.all(value);
                continue;
            }
            if !FIELDS.contains(&name.as_str()) {
                item.samples.extend(source.number(value, name));
                continue;
            }
            let Some(text) = source.text(value) else {
                continue;
            };
            match name.as_str() {
                "id" | "guid" => item.guid = Some(text),
                "link" => item.link = Some(body.url.join(&text).map_or(text, String::from)),
                "title" => item.title = plain::text(&text).replace('\n', " "),
                "summary" => item.summary = plain::text(&text),
                "author" => item.author = Some(text),
                "language" => item.language = Some(text),
                "updated" => item.updated = dates::read(&text, options),
                "published" => {
                    let at = dates::read(&text, options);
                    item.published = at.map(|at| at.min(options.now));
                    item.date_clamped = at.is_some_and(|at| at > options.now);
                }
                _ => {}
            }
        }
        item
    }
}

impl Source {
    fn text(&self, value: &Value) -> Option<String> {
        match self {
            Self::Path(path) => shown(path.query(value).first()?),
            Self::Pattern(parts) => parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => Some(text.clone()),
                    Part::Path(path) => shown(path.query(value).first()?),
                })
                .collect(),
        }
    }

    fn number(&self, value: &Value, metric: &str) -> Option<Sample> {
        match self {
            Self::Path(path) => number(path.query(value).first()?, metric),
            Self::Pattern(_) => counts::parse(&self.text(value)?, metric),
        }
    }

    fn all(&self, value: &Value) -> Vec<String> {
        match self {
            Self::Path(path) => path
                .query(value)
                .all()
                .into_iter()
                .flat_map(|found| {
                    found
                        .as_array()
                        .map_or(vec![found], |list| list.iter().collect())
                })
                .filter_map(shown)
                .take(64)
                .collect(),
            Self::Pattern(_) => self.text(value).into_iter().collect(),
        }
    }
}

fn parse_path(path: &str) -> Result<JsonPath, String> {
    JsonPath::parse(path).map_err(|why| format!("`{path}` is not a JSONPath: {why}"))
}

fn parse_pattern(pattern: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some((text, more)) = rest.split_once('{') {
        let (path, after) = more
            .split_once('}')
            .ok_or_else(|| format!("`{pattern}` has a `{{` without `}}`"))?;
        parts.push(Part::Text(text.to_owned()));
        parts.push(Part::Path(parse_path(path)?));
        rest = after;
    }
    parts.push(Part::Text(rest.to_owned()));
    Ok(parts)
}

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn number(value: &Value, metric: &str) -> Option<Sample> {
    match value {
        Value::Number(number) => Some(exact(metric, number.as_f64()?)),
        Value::String(text) => counts::parse(text, metric),
        _ => None,
    }
}

fn has_field(item: &ReadItem, name: &str) -> bool {
    match name {
        "id" | "guid" => item.guid.is_some(),
        "link" => item.link.is_some(),
        "title" => !item.title.is_empty(),
        "summary" => !item.summary.is_empty(),
        "author" => item.author.is_some(),
        "language" => item.language.is_some(),
        "published" => item.published.is_some(),
        "updated" => item.updated.is_some(),
        "tags" => !item.tags.is_empty(),
        metric => item.samples.iter().any(|sample| sample.metric == metric),
    }
}
