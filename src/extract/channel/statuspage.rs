//! Status pages as JSON: Atlassian Statuspage, Google's incident lists, Meta's.
//!
//! An incident is one item; each update of it edits the item, so its course can be told. Severity
//! is a sample from 0 (none) to 3 (critical). A status without incidents is one item too, whose
//! title changes with it.

use serde_json::Value;

use super::super::{markdown, plain};
use super::answer::{date, exact, items, json, list, malformed, reading, text};
use crate::model::{Body, ReadItem, ReadOptions, Reading};

/// Reads any of these answers.
pub(in super::super) fn read(body: &Body<'_>, options: &ReadOptions) -> Reading {
    let answer = match json(body) {
        Ok(answer) => answer,
        Err(why) => return *why,
    };
    let mut reading = reading();
    if let Some(rows) = answer.as_array() {
        let is_meta = |row: &Value| row.get("services").is_some_and(Value::is_array);
        let is_google =
            |row: &&Value| row.get("begin").is_some() || row.get("external_desc").is_some();
        if rows.iter().any(is_meta) {
            reading.items = rows.iter().flat_map(|row| meta(row, body)).collect();
        } else if rows.is_empty() || rows.iter().any(|row| is_google(&row)) {
            items(&mut reading, rows, |row| Some(google(row, body, options)));
        } else {
            return malformed("a list that is no known kind of status");
        }
        return reading;
    }
    let has_any = [
        "incidents",
        "status",
        "components",
        "scheduled_maintenances",
    ]
    .iter()
    .any(|name| answer.get(name).is_some());
    if !has_any {
        return malformed("no known kind of status page");
    }
    reading.title = text(&answer, "page.name");
    let rows: Vec<Value> = list(&answer, "incidents")
        .iter()
        .chain(list(&answer, "scheduled_maintenances"))
        .cloned()
        .collect();
    items(&mut reading, &rows, |row| {
        let is_one = text(row, "id").is_some() || text(row, "name").is_some();
        is_one.then(|| incident(row, body, options))
    });
    reading.items.extend(overall(&answer, body, options));
    reading
}

/// An incident or maintenance of Statuspage.
fn incident(row: &Value, body: &Body<'_>, options: &ReadOptions) -> ReadItem {
    let updates = list(row, "incident_updates").iter();
    let said: Vec<String> = updates
        .filter_map(|update| {
            let words = plain::text(&text(update, "body")?);
            let status = text(update, "status").unwrap_or_default();
            Some(
                format!("{}: {words}", spaced(&status))
                    .trim_start_matches(": ")
                    .to_owned(),
            )
        })
        .collect();
    let impact = text(row, "impact").unwrap_or_default();
    let status = text(row, "status").unwrap_or_default();
    let over = matches!(status.as_str(), "resolved" | "postmortem" | "completed");
    let components = list(row, "components")
        .iter()
        .filter_map(|part| text(part, "name"));
    // an open incident whose gravity nobody states is not one of gravity 0
    let gravity = if over {
        Some(0.0)
    } else if impact.is_empty() {
        gravest(row)
    } else {
        Some(severity(&impact))
    };
    ReadItem {
        guid: text(row, "id"),
        link: text(row, "shortlink").or_else(|| Some(body.url.join("/").ok()?.into())),
        title: text(row, "name")
            .map(|name| plain::text(&name))
            .unwrap_or_default(),
        published: date(row, "started_at", options).or_else(|| date(row, "created_at", options)),
        updated: date(row, "updated_at", options),
        summary: said.join("\n"),
        tags: [status, impact]
            .into_iter()
            .chain(components)
            .filter(|tag| !tag.is_empty())
            .collect(),
        samples: gravity
            .map(|gravity| exact("severity", gravity))
            .into_iter()
            .collect(),
        format: Some("incident".to_owned()),
        ..ReadItem::default()
    }
}

/// The gravest state of the parts that an incident touches, as the incident or its newest update has them.
fn gravest(row: &Value) -> Option<f64> {
    let now = list(row, "components")
        .iter()
        .filter_map(|part| text(part, "status"));
    let told = list(row, "incident_updates.0.affected_components")
        .iter()
        .filter_map(|part| text(part, "new_status"));
    now.chain(told)
        .map(|status| severity(&status))
        .max_by(f64::total_cmp)
        .filter(|gravity| *gravity > 0.0)
}

/// The page's state as a whole: `status.indicator` is none, minor, major or critical.
fn overall(answer: &Value, body: &Body<'_>, options: &ReadOptions) -> Option<ReadItem> {
    let words = text(answer, "status.description")?;
    let indicator = text(answer, "status.indicator").unwrap_or_default();
    let name = text(answer, "page.name").unwrap_or_default();
    let link = text(answer, "page.url").or_else(|| Some(body.url.join("/").ok()?.into()));
    Some(ReadItem {
        guid: Some(format!(
            "status:{}",
            text(answer, "page.id").unwrap_or_default()
        )),
        link,
        title: format!("{name}: {words}")
            .trim_start_matches(": ")
            .to_owned(),
        updated: date(answer, "page.updated_at", options),
        samples: vec![exact("severity", severity(&indicator))],
        tags: vec![indicator]
            .into_iter()
            .filter(|tag| !tag.is_empty())
            .collect(),
        format: Some("status".to_owned()),
        ..ReadItem::default()
    })
}

/// An incident of Google's dashboards (Ads, Cloud, Workspace): open while it has no `end`.
fn google(row: &Value, body: &Body<'_>, options: &ReadOptions) -> ReadItem {
    let updates = list(row, "updates").iter();
    let said: Vec<String> = updates
        .filter_map(|update| Some(unmarked(&text(update, "text")?).join("\n")))
        .collect();
    let open = row.get("end").is_none_or(Value::is_null);
    let impact = text(row, "status_impact")
        .or_else(|| text(row, "severity"))
        .unwrap_or_default();
    // one says what kind it is, the other how grave
    let graded = text(row, "severity").map_or(0.0, |grade| severity(&grade));
    let what = text(row, "external_desc").unwrap_or_default();
    // names come with blanks before them
    let service = text(row, "service_name").unwrap_or_default();
    let what = unmarked(&what);
    let title = what.first().cloned().unwrap_or_default();
    let products = list(row, "affected_products")
        .iter()
        .filter_map(|product| text(product, "title"));
    let uri = text(row, "uri");
    ReadItem {
        guid: text(row, "id"),
        link: uri.and_then(|uri| Some(body.url.join(&uri).ok()?.into())),
        title: if title.is_empty() {
            service.clone()
        } else {
            format!("{service}: {title}")
        }
        .trim_start_matches(": ")
        .to_owned(),
        published: date(row, "begin", options).or_else(|| date(row, "created", options)),
        updated: date(row, "modified", options),
        summary: if said.is_empty() {
            what.join("\n")
        } else {
            said.join("\n")
        },
        tags: [
            if open { "open" } else { "resolved" }.to_owned(),
            impact.clone(),
        ]
        .into_iter()
        .chain(products)
        .filter(|tag| !tag.is_empty())
        .collect(),
        samples: vec![exact(
            "severity",
            if open {
                severity(&impact).max(graded)
            } else {
                0.0
            },
        )],
        format: Some("incident".to_owned()),
        ..ReadItem::default()
    }
}

/// Lines of a text in Markdown, without marks and without the labels that Google's template puts before each part.
fn unmarked(text: &str) -> Vec<String> {
    const LABELS: [&str; 4] = ["summary", "description", "details", "title"];
    let is_label =
        |line: &str| LABELS.contains(&line.trim_end_matches(':').to_lowercase().as_str());
    text.lines()
        .flat_map(|line| markdown::read_markdown(&plain::text(line)).blocks)
        .map(|block| block.text)
        .filter(|line| !is_label(line))
        .collect()
}

/// The services of one of Meta's products, each with its present status.
fn meta(row: &Value, body: &Body<'_>) -> Vec<ReadItem> {
    let product = text(row, "name")
        .or_else(|| text(row, "id"))
        .unwrap_or_default();
    let id = text(row, "id").unwrap_or_else(|| product.clone());
    let services = list(row, "services").iter();
    services
        .filter_map(|service| {
            let name = text(service, "name")?;
            let status = text(service, "status")?;
            Some(ReadItem {
                guid: Some(format!(
                    "{id}/{}",
                    text(service, "id").unwrap_or_else(|| name.clone())
                )),
                link: Some(body.url.join(&format!("/{id}")).ok()?.into()),
                title: format!("{product}: {name}: {status}"),
                summary: text(service, "statusMessage").unwrap_or_default(),
                samples: vec![exact("severity", severity(&status))],
                tags: vec![status],
                format: Some("status".to_owned()),
                ..ReadItem::default()
            })
        })
        .collect()
}

/// 0 nothing, 1 minor, 2 major, 3 critical, by the words of the three vendors.
fn severity(words: &str) -> f64 {
    let words = words.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    if words.is_empty() || has(&["none", "no known", "resolved", "operational", "available"]) {
        0.0
    } else if has(&["critical", "outage", "high"]) && !has(&["partial"]) {
        3.0
    } else if has(&["major", "medium", "partial"]) {
        2.0
    } else {
        1.0
    }
}

/// `in_progress` as `in progress`.
fn spaced(status: &str) -> String {
    status.replace('_', " ")
}
