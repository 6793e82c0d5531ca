//! JSON answers of APIs: the body as a value, fields by path, errors as outcomes.

use jiff::Timestamp;
use serde_json::Value;

use super::super::charset::{self, Markup};
use super::super::dates;
use crate::model::{Body, ReadItem, ReadOptions, ReadOutcome, Reading, Sample};

/// A JSON body as a value, or the reading that says why it is none.
pub(super) fn json(body: &Body<'_>) -> Result<Value, Box<Reading>> {
    let decoded = charset::decode(body.bytes, body.content_type, Markup::Json);
    let text = decoded.text.trim_start();
    let nothing = |outcome| Err(Box::new(Reading::nothing(outcome, decoded.encoding)));
    if text.starts_with('<') {
        let why = "a page in place of JSON: a bot check, a login or a wrong address";
        return nothing(ReadOutcome::Malformed(why.to_owned()));
    }
    match serde_json::from_str(text) {
        Ok(value) => Ok(value),
        Err(why) => nothing(ReadOutcome::Malformed(format!("not JSON: {why}"))),
    }
}

/// A reading to be filled.
pub(super) fn reading() -> Reading {
    Reading::nothing(ReadOutcome::Read, "UTF-8")
}

/// A reading that says why nothing was read.
pub(super) fn malformed(why: impl Into<String>) -> Reading {
    Reading::nothing(ReadOutcome::Malformed(why.into()), "UTF-8")
}

/// The value at a path of keys and, for arrays, numbers: `account.acct`.
pub(super) fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, key| match value {
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        other => other.get(key),
    })
}

/// A text or number at a path, trimmed; `None` when blank.
pub(super) fn text(value: &Value, path: &str) -> Option<String> {
    let text = match at(value, path)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The list at a path; empty when there is none.
pub(super) fn list<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    at(value, path)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Reads rows into items. Rows in which nothing is read are left out, and a note says so; if all are,
/// the reading is malformed.
pub(super) fn items(
    reading: &mut Reading,
    rows: &[Value],
    mut item: impl FnMut(&Value) -> Option<ReadItem>,
) {
    let says = |item: &ReadItem| {
        item.guid.is_some()
            || item.link.is_some()
            || !item.title.is_empty()
            || !item.summary.is_empty()
    };
    let mut silent = Vec::new();
    for (row, number) in rows.iter().zip(1_usize..) {
        match item(row).filter(|item| row.is_object() && says(item)) {
            Some(item) => reading.items.push(item),
            None => silent.push(number),
        }
    }
    if let (true, Some(_)) = (reading.items.is_empty(), silent.first()) {
        let why = format!(
            "none of the {} rows is an item; has the answer's form changed?",
            rows.len()
        );
        reading.outcome = ReadOutcome::Malformed(why);
    } else if let Some(first) = silent.first() {
        reading.notes.push(format!(
            "{} of {} rows were left out, nothing in them is an item; the first is number {first}",
            silent.len(),
            rows.len()
        ));
    }
}

/// The date at a path.
pub(super) fn date(value: &Value, path: &str, options: &ReadOptions) -> Option<Timestamp> {
    dates::read(&text(value, path)?, options).map(|at| at.min(options.now))
}

/// The exact number at a path as a sample; a number in quotes is one too.
pub(super) fn sample(value: &Value, path: &str, metric: &str) -> Option<Sample> {
    let number = match at(value, path)? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then(|| exact(metric, number))
}

/// A sample that is exact to one.
pub(super) fn exact(metric: &str, value: f64) -> Sample {
    Sample {
        metric: metric.to_owned(),
        value,
        granularity: 1.0,
    }
}

/// The last part of an address's path.
pub(super) fn last_part(address: &str) -> &str {
    address
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(address)
}
